"""V4A patches: `*** Begin Patch` … `*** End Patch`, places named by lines instead of numbers."""

import re
from collections.abc import Iterator, Sequence

from agentxd.kernel.errors import InvalidRequestError
from agentxd.workspace.editing.cursor import Cursor
from agentxd.workspace.editing.values import Action, FileEdit, Replacement

_BEGIN, _END = "*** Begin Patch", "*** End Patch"
_ADD, _DELETE, _UPDATE = "*** Add File: ", "*** Delete File: ", "*** Update File: "
_MOVE, _END_OF_FILE = "*** Move to: ", "*** End of File"
_NUMBERS = re.compile(r"@@ -\d")
_NEXT = "write the patch again, from `*** Begin Patch` to `*** End Patch`"


def parse_apply_patch(text: str) -> tuple[FileEdit, ...]:
    """The edits of a V4A patch. Raises InvalidRequestError, naming the line."""
    cursor = Cursor(_framed(text.split("\n")))
    edits: list[FileEdit] = []
    while not cursor.is_done:
        line = cursor.take().rstrip()
        if line.startswith(_ADD):
            edits.append(_added(line.removeprefix(_ADD).strip(), cursor))
        elif line.startswith(_DELETE):
            edits.append(FileEdit(line.removeprefix(_DELETE).strip(), Action.DELETE))
        elif line.startswith(_UPDATE):
            edits.append(_updated(line.removeprefix(_UPDATE).strip(), cursor))
        elif line:
            raise _error(cursor, f"`{line[:80]}` is no file header")
    if not edits:
        raise InvalidRequestError("The patch names no file.", _NEXT)
    return tuple(edits)


def _framed(lines: Sequence[str]) -> list[str]:
    """What stands between the two marks; a patch without its end may have been cut off."""
    ends = [index for index, line in enumerate(lines) if line.rstrip() == _END]
    begins = [index for index, line in enumerate(lines) if line.rstrip() == _BEGIN]
    if not begins:
        raise InvalidRequestError(f"The patch has no `{_BEGIN}`.", _NEXT)
    if not ends:
        raise InvalidRequestError(f"The patch has no `{_END}`: it was cut off.", _NEXT)
    if len(begins) > 1 or ends[0] < begins[0]:
        raise InvalidRequestError("This is more than one patch.", "send one at a time")
    return list(lines[begins[0] + 1 : ends[0]])


def _error(cursor: Cursor, words: str) -> InvalidRequestError:
    return InvalidRequestError(f"Line {cursor.number + 1} of the patch: {words}.", _NEXT)


def _is_header(line: str) -> bool:
    return line.startswith((_ADD, _DELETE, _UPDATE))


def _added(path: str, cursor: Cursor) -> FileEdit:
    lines: list[str] = []
    while not cursor.is_done and not _is_header(cursor.peek()):
        line = cursor.take()
        if line.startswith("+"):
            lines.append(line[1:])
        elif line.strip():
            raise _error(cursor, "each line of a new file begins with +")
    return FileEdit(path, Action.CREATE, content="".join(line + "\n" for line in lines))


def _updated(path: str, cursor: Cursor) -> FileEdit:
    new_path = ""
    if not cursor.is_done and cursor.peek().startswith(_MOVE):
        new_path = cursor.take().removeprefix(_MOVE).strip()
    pieces = tuple(_chunks(path, cursor))
    if not pieces and not new_path:
        raise _error(cursor, f"{path} has no chunk")
    return FileEdit(path, pieces=pieces, new_path=new_path)


def _chunks(path: str, cursor: Cursor) -> Iterator[Replacement]:
    number = 0
    while not cursor.is_done and not _is_header(cursor.peek()):
        if not cursor.peek().strip():
            cursor.take()
            continue
        number += 1
        yield _chunk(f"Chunk {number} of {path}", cursor)


def _chunk(label: str, cursor: Cursor) -> Replacement:
    scopes: list[str] = []
    while not cursor.is_done and cursor.peek().startswith("@@"):
        head = cursor.take()
        name = head[2:].strip().removesuffix("@@").strip()
        if name and not _NUMBERS.match(head):
            scopes.append(name)
    body: list[str] = []
    is_at_end = False
    while not cursor.is_done and not cursor.peek().startswith("@@"):
        if _is_header(cursor.peek()):
            break
        line = cursor.take()
        if line.rstrip() == _END_OF_FILE:
            is_at_end = True
            break
        if line[:1] not in ("", " ", "+", "-", "\r"):
            raise _error(cursor, f"`{line[:80]}` begins with neither a space nor + nor -")
        body.append(line)
    while body and not body[-1].strip("\r"):  # a blank line before the next header
        body.pop()
    old, new = sides(body)
    if old == new:
        raise _error(cursor, f"{label} changes nothing")
    return Replacement(old, new, label, tuple(scopes), is_at_end=is_at_end)


def sides(body: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Old and new lines of a chunk; a line without any sign is a blank one."""
    old = tuple(line[1:] for line in body if line[:1] != "+")
    new = tuple(line[1:] for line in body if line[:1] != "-")
    return old, new
