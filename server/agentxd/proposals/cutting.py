"""Cuts the difference that a sandbox left into hunks."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from agentxd.kernel.files import MODE_LINK, ChangeKind, FileChange, blob_id
from agentxd.kernel.hunks import Hunk, HunkKind, ProposedFile
from agentxd.kernel.ids import hunk_id
from agentxd.workspace.diff import changes as line_changes
from agentxd.workspace.lines import is_binary, split_lines


class Cut(Struct, frozen=True):
    """A proposal's files and hunks, and the contents that they name."""

    files: tuple[ProposedFile, ...]
    hunks: tuple[Hunk, ...]
    blobs: dict[str, bytes]


def cut(proposal: str, changes: Sequence[FileChange]) -> Cut:
    """Files in the order of their paths; hunks numbered through the whole proposal from 1."""
    files: list[ProposedFile] = []
    hunks: list[Hunk] = []
    blobs: dict[str, bytes] = {}
    for change in sorted(changes, key=lambda change: change.path):
        files.append(_file(change))
        for content in (change.base, change.new):
            if content is not None:
                blobs[blob_id(content)] = content
        for draft in _drafts(change):
            hunks.append(_named(draft, hunk_id(proposal, len(hunks) + 1)))
    return Cut(tuple(files), tuple(hunks), blobs)


def _named(draft: Hunk, name: str) -> Hunk:
    return Hunk(
        name,
        draft.path,
        draft.kind,
        draft.base_start,
        draft.base_count,
        draft.new_start,
        draft.new_count,
    )


def _file(change: FileChange) -> ProposedFile:
    return ProposedFile(
        path=change.path,
        kind=change.kind,
        base_blob="" if change.base is None else blob_id(change.base),
        new_blob="" if change.new is None else blob_id(change.new),
        base_mode=change.base_mode,
        new_mode=change.new_mode,
        old_path=change.old_path,
        is_binary=is_binary(change.base or b"") or is_binary(change.new or b""),
        is_base_known=change.is_base_known,
    )


def _drafts(change: FileChange) -> Iterator[Hunk]:
    """The hunks of one file, not yet numbered."""
    if change.kind is ChangeKind.RENAMED:
        yield Hunk("", change.path, HunkKind.RENAME, *_whole(change))
    elif _is_whole(change):
        yield Hunk("", change.path, HunkKind.WHOLE, *_whole(change))
    else:
        if change.base_mode != change.new_mode:
            yield Hunk("", change.path, HunkKind.MODE)
        base, new = split_lines(change.base or b""), split_lines(change.new or b"")
        for a0, a1, b0, b1 in line_changes(base, new):
            yield Hunk("", change.path, HunkKind.TEXT, a0, a1 - a0, b0, b1 - b0)


def _is_whole(change: FileChange) -> bool:
    """Created, deleted, binary, links, and what has no known base to merge with."""
    if change.base is None or change.new is None or not change.is_base_known:
        return True
    is_link = MODE_LINK in (change.base_mode, change.new_mode)
    if change.base == change.new and not is_link:
        return False  # its mode alone changed
    return is_link or is_binary(change.base) or is_binary(change.new)


def _whole(change: FileChange) -> tuple[int, int, int, int]:
    return 0, len(split_lines(change.base or b"")), 0, len(split_lines(change.new or b""))
