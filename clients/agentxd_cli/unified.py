"""Hunks as a unified diff that `git apply` takes."""

from collections.abc import Iterator
from difflib import unified_diff
from typing import Any

from agentxd_cli.terminal import paint

Json = dict[str, Any]
_CONTEXT = 3


def file_diff(path: str, before: str | None, after: str | None, file: Json) -> list[str]:
    """The diff of one file in git's form; None means that the file is not there."""
    old, new = file.get("oldPath") or path, path
    lines = [f"diff --git a/{old} b/{new}"]
    if before is None:
        lines.append(f"new file mode {file['newMode'] or 0o100644:o}")
    elif after is None:
        lines.append(f"deleted file mode {file['oldMode'] or 0o100644:o}")
    elif file["oldMode"] != file["newMode"] and file["newMode"]:
        lines += [f"old mode {file['oldMode']:o}", f"new mode {file['newMode']:o}"]
    if old != new:
        lines += [f"rename from {old}", f"rename to {new}"]
    if before == after:
        return lines
    lines += [f"--- {'a/' + old if before is not None else '/dev/null'}"]
    lines += [f"+++ {'b/' + new if after is not None else '/dev/null'}"]
    body = unified_diff(_lines(before or ""), _lines(after or ""), n=_CONTEXT)
    return lines + [part for line in list(body)[2:] for part in _ended(line)]


def _lines(text: str) -> list[str]:
    """Lines as git counts them: only a line feed ends one."""
    pieces = text.split("\n")
    last = pieces.pop()
    lines = [piece + "\n" for piece in pieces]
    return [*lines, last] if last else lines


def _ended(line: str) -> Iterator[str]:
    if line.endswith("\n"):
        yield line[:-1]
    else:
        yield line
        yield "\\ No newline at end of file"


def hunk_lines(hunk: Json) -> Iterator[str]:
    """One hunk for a person: old lines and new lines, in colour on a terminal."""
    if hunk["encoding"] == "binary":
        yield "    (binary)"
        return
    for text, sign, colour in ((hunk["oldText"], "-", "red"), (hunk["newText"], "+", "green")):
        for line in _lines(text):
            yield paint(f"    {sign}{line.rstrip()}", colour)
    if hunk["kind"] == "mode":
        yield f"    mode {hunk['oldMode']:o} → {hunk['newMode']:o}"
    if hunk["kind"] == "rename":
        yield f"    renamed from {hunk['oldPath']}"
