"""Whole files: created, replaced in the file's own line ends, and deleted."""

from collections.abc import Sequence

import msgspec

from agentxd.workspace.diff import Change, changes
from agentxd.workspace.editing.target import BOM, Target
from agentxd.workspace.editing.values import FileEdit, FileResult, Refused, Spot
from agentxd.workspace.lines import is_binary, split_lines


def created(edit: FileEdit, content: bytes | None) -> FileResult | Refused:
    """A new file; one that is there with the same content was made before."""
    new = edit.content.encode()
    if not content:
        return FileResult(edit.path, content, new, mode=edit.mode)
    if _plain(content) == _plain(new):
        return FileResult(edit.path, content, content, spots=(Spot(1, is_already=True),))
    return Refused((f"{edit.path} is there already, with another content. Edit it instead.",))


def replaced(edit: FileEdit, content: bytes | None) -> FileResult | Refused:
    """The whole content; line ends, byte-order mark and final newline stay the file's."""
    if content is None:
        return created(edit, None)
    if is_binary(content):
        return Refused((f"{edit.path} is binary.",))
    target = Target(edit.path, content)
    try:
        new = edit.content.removeprefix("\ufeff").encode(target.encoding)
    except UnicodeEncodeError:
        return Refused((f"{edit.path} is {target.encoding}, which cannot hold the new text.",))
    after = target.mark + _in_ways_of(target, new) if target.text else edit.content.encode()
    spot = Spot(1, is_already=after == content)
    return FileResult(edit.path, content, after, mode=edit.mode, spots=(spot,))


def deleted(edit: FileEdit, result: FileResult) -> FileResult | Refused:
    """A file that is to go; where the edit shows its content, nothing else may be in it."""
    if edit.pieces and result.after not in (b"", BOM):
        return Refused((f"{edit.path} holds more than the lines to delete; it was kept.",))
    return msgspec.structs.replace(result, after=None)


def _in_ways_of(target: Target, new: bytes) -> bytes:
    text = target.text
    n_lines, n_returns = text.count(b"\n"), text.count(b"\r\n")
    if n_lines and n_lines == n_returns:
        new = new.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    elif not n_returns and new.count(b"\n") == new.count(b"\r\n"):
        new = new.replace(b"\r\n", b"\n")
    elif n_returns and b"\r" not in new:
        new = _with_kept_ends(target, split_lines(new))
    if not new:
        return new
    if not text.endswith(b"\n"):
        return new.removesuffix(b"\n").removesuffix(b"\r")
    return new if new.endswith(b"\n") else new + (b"\r\n" if n_returns == n_lines else b"\n")


def _with_kept_ends(target: Target, new: Sequence[bytes]) -> bytes:
    """The new lines in a file of both kinds: each ends as the line does that it is or replaces."""
    old, lines = target.lines, list(new)
    a = b = 0
    bodies = [[line.rstrip(b"\r\n") for line in side] for side in (old, new)]
    for change in [*changes(*bodies), Change(len(old), len(old), len(new), len(new))]:
        lines[b : change.b_start] = old[a : change.a_start]
        ending = target.ending(change.a_start, change.a_end)
        changed = new[change.b_start : change.b_end]
        lines[change.b_start : change.b_end] = [line.rstrip(b"\n") + ending for line in changed]
        a, b = change.a_end, change.b_end
    return b"".join(lines)


def _plain(content: bytes) -> bytes:
    return content.removeprefix(BOM).replace(b"\r\n", b"\n").removesuffix(b"\n")
