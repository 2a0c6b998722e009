"""SEARCH/REPLACE blocks: the file's name, the old lines, the new lines, between marks."""

import re

from agentxd.kernel.errors import InvalidRequestError
from agentxd.workspace.editing.cursor import Cursor
from agentxd.workspace.editing.values import Action, FileEdit, Replacement

_SEARCH = re.compile(r"(<{5,}) ?SEARCH\s*$")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_NEXT = "write each block as path, <<<<<<< SEARCH, old lines, =======, new lines, >>>>>>> REPLACE"


def parse_search_replace(text: str) -> tuple[FileEdit, ...]:
    """The edits of all blocks; prose around them is passed over. Raises InvalidRequestError."""
    cursor = Cursor(text.split("\n"))
    edits: list[FileEdit] = []
    path, number = "", 0
    while not cursor.is_done:
        line = cursor.take()
        if mark := _SEARCH.match(line):
            number += 1
            edits.append(_block(path, number, len(mark[1]), cursor))
        elif line.strip() and not _FENCE.match(line.strip()):
            path = _as_path(line)
    if not edits:
        raise InvalidRequestError("There is no SEARCH/REPLACE block in this.", _NEXT)
    return tuple(edits)


def _as_path(line: str) -> str:
    """A line above a block, without what models put around a file's name."""
    plain = line.strip().removeprefix("File:").strip().strip("#*").strip().rstrip(":").strip()
    return plain.strip("`*").strip()


def _block(path: str, number: int, width: int, cursor: Cursor) -> FileEdit:
    divider = re.compile(rf"={{{width}}}\s*$")
    end = re.compile(rf">{{{width}}} ?REPLACE\s*$")
    lines: list[str] = []
    while not cursor.is_done and not end.match(cursor.peek()):
        if _SEARCH.match(cursor.peek()):
            break
        lines.append(cursor.take())
    if cursor.is_done or not end.match(cursor.take()):
        raise InvalidRequestError(f"Block {number} has no end `{'>' * width} REPLACE`.", _NEXT)
    dividers = [index for index, line in enumerate(lines) if divider.match(line)]
    if len(dividers) != 1:
        raise InvalidRequestError(
            f"Block {number} has {len(dividers)} lines `{'=' * width}`; it must have just one.",
            "where the file itself has such lines, make all marks of the block longer",
        )
    if not path:
        raise InvalidRequestError(f"Block {number} has no path above it.", _NEXT)
    return _edit(path, number, lines[: dividers[0]], lines[dividers[0] + 1 :])


def _edit(path: str, number: int, old: list[str], new: list[str]) -> FileEdit:
    if not old:
        return FileEdit(path, Action.CREATE, content="".join(line + "\n" for line in new))
    if old == new:
        raise InvalidRequestError(f"Block {number} changes nothing.", "say what is to change")
    piece = Replacement(tuple(old), tuple(new), f"Block {number}")
    return FileEdit(path, pieces=(piece,))
