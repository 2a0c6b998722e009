"""index: how the index is, and what steers it."""

import argparse
from typing import Any

from agentxd_cli.coverage import AT_WORK, progress_of, tell, wait_for
from agentxd_cli.exit_codes import Exit
from agentxd_cli.linking import open_connection, print_json
from agentxd_cli.terminal import paint

Json = dict[str, Any]
_MOST_LANGUAGES = 6
_UNITS = ("B", "kB", "MB", "GB", "TB")
_STEP = 1000


def index(options: argparse.Namespace) -> int:
    """Show it, or let it rest, go on or begin anew; with --wait until it is whole."""
    connection = open_connection(options)
    found: Json = connection.request(f"agentx/index/{options.action}")
    is_waiting = options.wait and options.action != "pause"
    if is_waiting and found["state"] in AT_WORK:
        if options.action == "status":
            connection.request("agentx/index/resume")  # it may not have been needed yet
        found = wait_for(connection, options.timeout, is_whole=True)
    if options.json:
        print_json(found)
    else:
        print("\n".join(lines_of(found)))
    if is_waiting and found["state"] == "paused":
        tell("it is paused, so waiting does not help: agentxd index resume --wait")
    return code_of(found["state"], is_waiting=is_waiting)


def code_of(state: str, *, is_waiting: bool) -> Exit:
    """The exit code; who waits wants an index that is whole."""
    if state == "failed":
        return Exit.FAILED
    if not is_waiting:
        return Exit.OK
    if state == "off":
        return Exit.INDEX_UNAVAILABLE
    return Exit.WRONG_STATE if state in (*AT_WORK, "paused") else Exit.OK


def lines_of(found: Json) -> list[str]:
    """Lines for a person."""
    state = found["state"]
    colour = {"ready": "green", "failed": "red", "off": "red"}.get(state, "yellow")
    lines = [f"index: {paint(state, colour)}{_after(found['message'])}"]
    if state == "paused":
        lines.append("  it may be out of date; what is there answers: agentxd index resume")
    if found["nextStep"]:
        lines.append(f"  {found['nextStep']}")
    if state in AT_WORK and found["nFiles"]:
        lines.append(f"  {progress_of(found)}")
    if found["nFiles"]:
        lines.append(f"  {_contents(found)}")
        lines.append(f"  search by meaning: {_meaning(found)}")
        lines.append(f"  languages: {_most(found['languages'])}")
    if found["leftOut"]:
        lines.append(f"  left out: {_most(found['leftOut'])}")
    if found["bytes"]:
        limit = f" of at most {size(found['maxBytes'])}" if found["maxBytes"] else ""
        lines.append(f"  on disk: {size(found['bytes'])}{limit}")
    if found["workerPid"]:
        lines.append(f"  worker: pid {found['workerPid']}")
    return lines


def size(n_bytes: int) -> str:
    """Three digits and a unit: `84 MB`, `1.2 GB`."""
    amount, unit = float(n_bytes), 0
    while amount >= _STEP and unit + 1 < len(_UNITS):
        amount, unit = amount / _STEP, unit + 1
    is_short = unit and amount < 10  # noqa: PLR2004  # then a digit behind the point says something
    return f"{amount:.1f} {_UNITS[unit]}" if is_short else f"{amount:.0f} {_UNITS[unit]}"


def _contents(found: Json) -> str:
    done, whole = found["nFilesDone"], found["nFiles"]
    files = f"{whole:,} file{'s' * (whole != 1)}"
    files = files if done >= whole else f"{done:,} of {files}"
    return f"{files}, {found['nSymbols']:,} definitions, {found['nChunks']:,} pieces"


def _meaning(found: Json) -> str:
    if not found["embedder"] and not found["nextEmbedder"]:
        return "off (index_embedder is none)"
    covered = f"{found['nVectors']:,} of {found['nChunks']:,} pieces"
    by = f", by {found['embedder']}" if found["embedder"] else ""
    coming = found["nextEmbedder"]
    more = f"; {coming} is being made" if coming and coming != found["embedder"] else ""
    return covered + by + more


def _most(counts: dict[str, int]) -> str:
    """The largest ones by name, the rest as a number."""
    ordered = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    words = [f"{name} {n:,}" for name, n in ordered[:_MOST_LANGUAGES]]
    n_more = len(ordered) - _MOST_LANGUAGES
    return ", ".join([*words, f"{n_more} more"] if n_more > 0 else words)


def _after(message: str) -> str:
    return f" ({message.rstrip('.')})" if message else ""
