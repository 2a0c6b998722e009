"""Unified diffs, as git and `diff -u` write them and as models nearly do."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from agentxd.kernel.errors import InvalidRequestError
from agentxd.workspace.editing.apply_patch import sides
from agentxd.workspace.editing.cursor import Cursor
from agentxd.workspace.editing.diff_headers import Header, is_header, read_header
from agentxd.workspace.editing.values import Action, FileEdit, Replacement

_RANGES = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_NO_NEWLINE = "\\ "
_NEXT = "write a unified diff with ---, +++ and @@ lines for each file"


class _Counts(NamedTuple):
    """What a hunk's head says; a model's counts are often wrong."""

    line: int
    n_old: int
    n_new: int


def parse_unified_diff(text: str) -> tuple[FileEdit, ...]:
    """The edits of a diff over any number of files. Raises InvalidRequestError."""
    cursor = Cursor(_unfenced(text.split("\n")))
    edits: list[FileEdit] = []
    while (header := read_header(cursor)) is not None:
        pieces = tuple(_hunks(header.new_path, cursor))
        edits.append(_edit(header, pieces))
    if not edits:
        raise InvalidRequestError("There is no file in this diff.", _NEXT)
    return tuple(edits)


def _unfenced(lines: list[str]) -> list[str]:
    """Without the Markdown fence that a model may put around a diff."""
    fences = [index for index, line in enumerate(lines) if line.startswith("```")]
    if len(fences) == 2 and not any(line.strip() for line in lines[: fences[0]]):  # noqa: PLR2004  # a pair
        return lines[fences[0] + 1 : fences[1]]
    return lines


def _edit(header: Header, pieces: tuple[Replacement, ...]) -> FileEdit:
    new_path = header.new_path if header.new_path != header.old_path else ""
    if header.is_new:
        return FileEdit(header.new_path, Action.CREATE, content=_content(pieces), mode=header.mode)
    if header.is_deleted:
        return FileEdit(header.old_path, Action.DELETE, pieces, base=header.base)
    if not (pieces or new_path or header.mode):
        raise InvalidRequestError(f"The diff of {header.new_path} has no hunk.", _NEXT)
    if not header.old_path:
        raise InvalidRequestError("The diff has hunks without a file.", _NEXT)
    return FileEdit(
        header.old_path, pieces=pieces, new_path=new_path, mode=header.mode, base=header.base
    )


def _content(pieces: Sequence[Replacement]) -> str:
    """Of a new file: it has one hunk, and nothing in it is old."""
    lines = [line for piece in pieces for line in piece.new]
    if any(piece.old for piece in pieces):
        raise InvalidRequestError("A new file cannot have old lines.", _NEXT)
    text = "".join(line + "\n" for line in lines)
    is_open = any(piece.has_final_newline is False for piece in pieces)
    return text.removesuffix("\n") if is_open else text


def _hunks(path: str, cursor: Cursor) -> Iterator[Replacement]:
    number = 0
    while not cursor.is_done and not is_header(cursor):
        head = cursor.take()
        if head.startswith("@@@"):
            raise InvalidRequestError("A combined diff has more than two sides.", _NEXT)
        if head.startswith("@@"):
            number += 1
            yield _hunk(f"Hunk {number} of {path}", _counts(head), cursor)
        elif head[:1] in ("+", "-", " ") and head.strip():
            raise InvalidRequestError(f"`{head[:80]}` of {path} is in no hunk.", _NEXT)


def _counts(head: str) -> _Counts | None:
    found = _RANGES.match(head)
    if not found:
        return None
    return _Counts(int(found[1]), int(found[2] or 1), int(found[4] or 1))


def _hunk(label: str, counts: _Counts | None, cursor: Cursor) -> Replacement:
    body = _counted(counts, cursor) if counts else None
    if body is None:
        body = _body(cursor)
    lines = [line for line in body if not line.startswith(_NO_NEWLINE)]
    old, new = sides(lines)
    wish = _final_newline(body)
    if old == new and wish is None:
        raise InvalidRequestError(f"{label} changes nothing.", "say what is to change")
    return Replacement(old, new, label, line=counts.line if counts else 0, has_final_newline=wish)


def _counted(counts: _Counts, cursor: Cursor) -> list[str] | None:
    """The hunk's lines by its counts, None where they cannot be right; the cursor then stays."""
    n_old, n_new, n_taken = counts.n_old, counts.n_new, 0
    while n_old > 0 or n_new > 0 or cursor.peek(n_taken).startswith(_NO_NEWLINE):
        line = cursor.peek(n_taken)
        is_over = cursor.number + n_taken >= cursor.n_lines
        if is_over or line[:1] not in ("", " ", "+", "-", "\\", "\r"):
            return None
        n_old -= line[:1] not in ("+", "\\")
        n_new -= line[:1] not in ("-", "\\")
        n_taken += 1
    after = cursor.peek(n_taken)
    if n_old or n_new or (after[:1] in ("+", "-", " ") and not _is_next(cursor, n_taken)):
        return None
    return [cursor.take() for _ in range(n_taken)]


def _is_next(cursor: Cursor, ahead: int) -> bool:
    return cursor.peek(ahead).startswith("--- ") and cursor.peek(ahead + 1).startswith("+++ ")


def _body(cursor: Cursor) -> list[str]:
    """The hunk's lines by their signs."""
    body: list[str] = []
    while not cursor.is_done and not is_header(cursor):
        line = cursor.peek()
        if line[:1] not in ("", " ", "+", "-", "\\", "\r"):
            break
        body.append(cursor.take())
    while body and not body[-1].strip("\r"):
        body.pop()
    return body


def _final_newline(body: Sequence[str]) -> bool | None:
    """What the markers say of the new file's end; None where they say nothing."""
    marked = {
        body[index - 1][:1]
        for index, line in enumerate(body)
        if index and line.startswith(_NO_NEWLINE)
    }
    if not marked or marked == {" "}:
        return None
    return not marked & {"+", " "}
