"""proposals, show, diff, accept, reject, undo, edit, evidence."""

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from agentxd_client.connection import ClientError, Connection

from agentxd_cli.exit_codes import Exit
from agentxd_cli.linking import open_connection, print_json
from agentxd_cli.terminal import counted, paint
from agentxd_cli.unified import file_diff, hunk_lines

Json = dict[str, Any]
_COLOURS = {
    "proposed": "cyan",
    "edited": "cyan",
    "applied": "green",
    "rejected": "dim",
    "conflicted": "red",
    "undone": "yellow",
}
_LEVELS = {"merged": "(merged with later changes) ", "already": "(it was there already) "}
_MAX_CHARS = 72
_EDITING = "Set EDITOR, or give the new lines: agentxd edit p1.2 --file FILE"
_UNDECIDED = ("proposed", "edited", "conflicted")


def proposals(options: argparse.Namespace) -> int:
    """List them, newest last."""
    connection = open_connection(options)
    found = connection.request("agentx/proposal/list", {"isOpenOnly": options.open})["proposals"]
    if options.json:
        print_json(found)
        return Exit.OK
    for proposal in found:
        n_open = sum(hunk["state"] in _UNDECIDED for hunk in proposal["hunks"])
        print(
            f"{proposal['id']:>4}  {proposal['state']:<10}  {n_open} of"
            f" {counted(len(proposal['hunks']), 'hunk')} to decide  {proposal['title']}"
        )
    if not found:
        print('no proposals yet; try: agentxd run "fix lint"')
    return Exit.OK


def show(options: argparse.Namespace) -> int:
    """A proposal, or one hunk of it."""
    connection = open_connection(options)
    proposal = _get(connection, options.id)
    wanted = [hunk for hunk in proposal["hunks"] if options.id in (hunk["id"], proposal["id"])]
    if not wanted:
        raise ClientError("not_found", f"there is no {options.id}", "See: agentxd proposals")
    if options.json:
        print_json(proposal if options.id == proposal["id"] else wanted[0])
        return Exit.OK
    print_proposal(proposal, wanted)
    return Exit.OK


def print_proposal(proposal: Json, wanted: list[Json]) -> None:
    """For a person."""
    print(paint(f"{proposal['id']}  {proposal['title']}", "bold") + f"  ({proposal['state']})")
    print(f"  by {proposal['author']}, task {proposal['taskId']}")
    print_evidence(proposal)
    path = ""
    for hunk in wanted:
        if hunk["path"] != path:
            path = hunk["path"]
            print(paint(path, "bold"))
        state = paint(hunk["state"], _COLOURS.get(hunk["state"], "dim"))
        print(f"  {hunk['id']}  line {hunk['startLine'] + 1}  {state}  {hunk['reason']}".rstrip())
        for line in hunk_lines(hunk):
            print(line)
        if hunk["state"] == "conflicted":
            _print_sides(hunk)


def print_evidence(proposal: Json) -> None:
    """What ran, before and after."""
    for ran in proposal["evidence"]:
        sign = paint("✓", "green") if ran["exitCode"] == 0 else paint("✗", "red")
        old = "  (expired: it ran on other lines than these)" if ran["isExpired"] else ""
        print(
            f"  {sign} {ran['phase']:<6} `{ran['command']}` ended with {ran['exitCode']}"
            f" in {ran['durationMs'] / 1000:.1f} s  [{ran['id']}, {ran['backend']},"
            f" tree {ran['tree'][:8]}]{old}"
        )
        if ran["exitCode"] != 0 and (said := ran["tail"].strip().splitlines()):
            last = paint(f"      {' '.join(said[-2:])[:_MAX_CHARS]}", "dim")
            print(f"{last}  (agentxd evidence {ran['id']})")


def diff(options: argparse.Namespace) -> int:
    """Exactly what an accept of the open hunks would bring, for `git apply`."""
    connection = open_connection(options)
    proposal = _get(connection, options.id)
    lines: list[str] = []
    for file in proposal["files"]:
        hunks = [hunk for hunk in proposal["hunks"] if hunk["id"] in file["hunkIds"]]
        wanted = [hunk for hunk in hunks if options.all or hunk["state"] in _UNDECIDED]
        if not wanted:
            continue
        texts = {
            side: connection.request(
                "agentx/proposal/text",
                {"proposalId": proposal["id"], "path": file["path"], "side": side},
            )
            for side in (("base", "proposed") if options.all else ("current", "result"))
        }
        if file["isBinary"]:
            lines.append(f"Binary files a/{file['path']} and b/{file['path']} differ")
            continue
        sides = [found["text"] if found["exists"] else None for found in texts.values()]
        lines += file_diff(file["path"], sides[0], sides[1], {**file, **_modes(hunks)})
    if options.json:
        print_json({"diff": "\n".join(lines) + "\n" if lines else ""})
        return Exit.OK
    if not lines:
        print(f"agentxd: no hunk of {options.id} waits for a decision; see --all", file=sys.stderr)
    for line in lines:
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        print(paint(line, colour) if colour else line)
    return Exit.OK


def _modes(hunks: list[Json]) -> Json:
    return {name: hunks[0][name] for name in ("oldMode", "newMode", "oldPath")}


def accept(options: argparse.Namespace) -> int:
    """Merge hunks."""
    params = {"ids": options.ids, "isVerified": options.verify}
    found = open_connection(options).request("agentx/hunk/accept", params)
    for ran in found["evidence"] if not options.json else ():
        print(f"  ✓ `{ran['command']}` passes on exactly these hunks")
    return _decided(options, found)


def reject(options: argparse.Namespace) -> int:
    """Refuse hunks."""
    params = {"ids": options.ids, "reason": options.reason}
    return _decided(options, open_connection(options).request("agentx/hunk/reject", params))


def undo(options: argparse.Namespace) -> int:
    """Take hunks back."""
    params = {"ids": options.ids}
    return _decided(options, open_connection(options).request("agentx/hunk/undo", params))


def edit(options: argparse.Namespace) -> int:
    """New lines from a file, from stdin, or from $EDITOR."""
    connection = open_connection(options)
    proposal = _get(connection, options.id)
    hunk = next((hunk for hunk in proposal["hunks"] if hunk["id"] == options.id), None)
    if hunk is None:
        raise ClientError("not_found", f"there is no hunk {options.id}", "See: agentxd proposals")
    text = _new_text(options.file, hunk)
    found = connection.request("agentx/hunk/edit", {"hunkId": options.id, "newText": text})
    return _decided(options, {"hunks": [found["hunk"]]})


def evidence(options: argparse.Namespace) -> int:
    """The whole output of a check."""
    found = open_connection(options).request("agentx/evidence/get", {"evidenceId": options.id})
    if options.json:
        print_json(found)
    else:
        print(found["output"], end="")
    return Exit.OK


def _get(connection: Connection, name: str) -> Json:
    params = {"proposalId": name.partition(".")[0]}
    proposal: Json = connection.request("agentx/proposal/get", params)["proposal"]
    return proposal


def _decided(options: argparse.Namespace, found: Json) -> int:
    if options.json:
        print_json(found)
    else:
        for hunk in found["hunks"]:
            state = paint(hunk["state"], _COLOURS.get(hunk["state"], "dim"))
            how = _LEVELS.get(hunk["level"], "") if hunk["state"] == "applied" else ""
            print(f"  {hunk['id']}  {state}  {hunk['path']}  {how}{hunk['reason']}".rstrip())
            if hunk["state"] == "conflicted":
                _print_sides(hunk)
    states = {hunk["state"] for hunk in found["hunks"]}
    return Exit.CONFLICT if "conflicted" in states else Exit.OK


def _print_sides(hunk: Json) -> None:
    print("    what stands there now:")
    for line in hunk["oursText"].splitlines():
        print(paint(f"    | {line}", "yellow"))
    print("    what is proposed:" if hunk["theirsText"] else "    what is proposed: nothing there")
    for line in hunk["theirsText"].splitlines():
        print(paint(f"    | {line}", "cyan"))


def _new_text(file: str, hunk: Json) -> str:
    if file == "-":
        return sys.stdin.read()
    if file:
        try:
            return Path(file).read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise ClientError("not_found", f"{file} cannot be read: {error}", _EDITING) from error
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, Path(hunk["path"]).name)
        path.write_text(hunk["newText"])
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        if "VISUAL" not in os.environ and "EDITOR" not in os.environ and not sys.stdin.isatty():
            raise ClientError("invalid_request", "no editor can be shown here", _EDITING)
        try:
            subprocess.run([*shlex.split(editor), str(path)], check=True)
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            reason = f"{editor} failed ({error}); nothing was changed"
            raise ClientError("invalid_request", reason, _EDITING) from error
        return path.read_text()
