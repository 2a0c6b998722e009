"""What came of a task: its proposals, its checks, what it cost, what can be done next."""

import argparse
from dataclasses import dataclass
from typing import Any

from agentxd_client.connection import Connection

from agentxd_cli.commands.hunks import print_evidence
from agentxd_cli.exit_codes import BY_OUTCOME, Exit
from agentxd_cli.linking import print_line
from agentxd_cli.pricing import cost, is_played
from agentxd_cli.terminal import counted, paint

Json = dict[str, Any]


@dataclass(frozen=True)
class Ended:
    """A task that is over, and how it was followed."""

    task: str
    after: int
    """The last event before it."""
    said: str = ""
    """What was shown as it came: it is not told once more."""
    is_stopped: bool = False
    """Whether Ctrl-C ended it."""
    is_in_chat: bool = False
    """Whether it is a turn of a talk, where words alone are enough."""


def tell(options: argparse.Namespace, connection: Connection, ended: Ended) -> int:
    """What came of a task, in words or as JSON; the exit code."""
    found = _settled(connection, ended.task)
    proposals = [
        connection.request("agentx/proposal/get", {"proposalId": name})["proposal"]
        for name in found["proposalIds"]
    ]
    code = _exit_code(options, found, proposals)
    if ended.is_stopped:
        code = Exit.CANCELLED
    elif ended.is_in_chat and code is Exit.NO_CHANGE:
        code = Exit.OK
    if options.json:
        result = {"task": found, "proposals": proposals, "exitCode": int(code)}
        print_line({"type": "Result", **result})
    else:
        tell_words(connection, ended, found, proposals)
    return code


def tell_words(connection: Connection, ended: Ended, found: Json, proposals: list[Json]) -> None:
    """What came of a task, for a person."""
    for line in found["reason"].splitlines() if found["reason"] != ended.said.strip() else ():
        print(f"  {line}")
    for proposal in proposals:
        _print_summary(proposal, is_in_chat=ended.is_in_chat)
        _print_superseded(connection, proposal["id"], ended)
    if words := spent(found):
        print(paint(f"  {words}", "dim"))
    is_fine = found["state"] == "completed" or (ended.is_in_chat and found["state"] == "no_change")
    if not is_fine:
        print(paint(f"  {found['id']} ended: {found['state']}", "yellow"))
        if found["nextStep"]:
            print(f"  {found['nextStep']}")


def spent(found: Json) -> str:
    """Steps, tokens, money and time; empty where no model was paid."""
    n_tokens = found["inputTokens"] + found["outputTokens"]
    if not n_tokens:
        return ""
    label = found["modelLabel"] or "/".join(filter(None, (found["provider"], found["model"])))
    steps = counted(found["nSteps"], "step") if found["nSteps"] else "no finished step"
    whose = f" of {label}" if label else ""
    played = " (played)" if is_played(label) else ""
    until = found["endedMs"] or found.get("pausedAtMs", 0)
    seconds = max(0, until - found["startedMs"] - found.get("pausedMs", 0)) / 1000
    cached = found["cacheReadTokens"] / found["inputTokens"] if found["inputTokens"] else 0
    cache = f" ({cached:.0%} from the cache)" if cached else ""
    return (
        f"{steps}{whose}{played},"
        f" {found['inputTokens']:,} tokens in{cache}, {found['outputTokens']:,} out,"
        f" {cost(found['costMicros'], n_tokens, label)}, {seconds:.1f} s"
    )


def _settled(connection: Connection, task: str) -> Json:
    """The task after what its end brings: older hunks that it supersedes, and --apply."""
    while True:
        found: Json = connection.request("agentx/task/get", {"taskId": task})["task"]
        if found["isSettled"]:
            return found
        connection.poll(0.05)


def _exit_code(options: argparse.Namespace, found: Json, proposals: list[Json]) -> Exit:
    code = BY_OUTCOME.get(found["state"], Exit.FAILED)
    if code is not Exit.OK:
        return _by_reason(code, found)
    if options.apply != "none":
        states = {hunk["state"] for proposal in proposals for hunk in proposal["hunks"]}
        if "conflicted" in states:
            return Exit.CONFLICT
        if states - {"applied"}:
            return Exit.CHECKS_FAILED if options.apply == "verified" else Exit.FAILED
    return code


def _by_reason(code: Exit, found: Json) -> Exit:
    """A failed task tells why by the name of its error."""
    from agentxd_cli.exit_codes import BY_ERROR  # only for failures

    return BY_ERROR.get(found["errorCode"], code) if code is Exit.FAILED else code


def _print_summary(proposal: Json, *, is_in_chat: bool) -> None:
    hunks, files = proposal["hunks"], proposal["files"]
    size = f"{counted(len(hunks), 'hunk')} in {counted(len(files), 'file')}"
    print(paint(f"  {proposal['id']}: {size}", "bold"))
    for file in files:
        print(f"    {file['path']}  ({file['kind']})  {_ids(file['hunkIds'])}")
    print_evidence(proposal)
    name = proposal["id"]
    n_applied = sum(hunk["state"] == "applied" for hunk in hunks)
    if n_applied:
        print(f"  {n_applied} of {counted(len(hunks), 'hunk')} applied")
    words = (
        ("show", f"undo {name}") if n_applied else ("show", f"accept {name}", f"reject {name}.1")
    )
    print(f"  Next: {_hints(words, name, is_in_chat=is_in_chat)}")


def _hints(words: tuple[str, ...], name: str, *, is_in_chat: bool) -> str:
    """What can be typed next, in the shell or in the chat."""
    show = f"/diff {name}" if is_in_chat else f"agentxd show {name}"
    before = "/" if is_in_chat else "agentxd "
    return " · ".join(show if word == "show" else before + word for word in words)


def _ids(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}" if names else ""


def _print_superseded(connection: Connection, proposal: str, ended: Ended) -> None:
    """Older hunks that are no longer open because of this proposal; silence would be a loss."""
    page = connection.request(
        "agentx/event/read", {"after": ended.after, "limit": 5000, "types": ["HunkSuperseded"]}
    )
    names = [r["data"]["hunk"] for r in page["records"] if r["data"]["by"] == proposal]
    if names:
        older = ", ".join(dict.fromkeys(name.partition(".")[0] for name in names))
        accept = "/accept" if ended.is_in_chat else "agentxd accept"
        words = f"  it takes the place of {counted(len(names), 'open hunk')} of {older}"
        print(paint(words, "yellow") + f"; one is still taken with: {accept} {names[0]}")
