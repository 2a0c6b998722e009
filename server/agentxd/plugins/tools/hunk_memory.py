"""What `diff` showed last, so that `keep` can speak of the same hunks by number."""

from collections.abc import Sequence

from msgspec import Struct

from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.files import ChangeKind, FileChange
from agentxd.kernel.hunks import Hunk
from agentxd.kernel.sandboxes import FileWrite
from agentxd.proposals.cutting import cut
from agentxd.proposals.subset import with_hunks


class Shown(Struct, frozen=True):
    """One numbered difference."""

    changes: tuple[FileChange, ...]
    hunks: tuple[Hunk, ...]
    """In the order of their numbers, which count from 1."""


class HunkMemory:
    """Shared by the `diff` and `keep` of one task."""

    def __init__(self) -> None:
        self.shown: Shown | None = None

    def remember(self, changes: Sequence[FileChange]) -> Shown:
        """Number the hunks of the difference and keep them."""
        pieces = cut("d", changes)
        self.shown = Shown(tuple(changes), pieces.hunks)
        return self.shown


def writes_to_keep(
    shown: Shown, numbers: Sequence[int], present: Sequence[FileChange]
) -> list[FileWrite]:
    """What to write so that exactly these hunks are left on the base.

    `present` is the difference as it is now: what it has beyond the shown one goes back to base.
    Raises InvalidRequestError for a number that was not shown.
    """
    last = len(shown.hunks)
    unknown = [number for number in numbers if not 1 <= number <= last]
    if unknown:
        raise InvalidRequestError(
            f"There is no hunk {unknown[0]}; the last diff showed 1 to {last}.", "call diff again"
        )
    chosen = frozenset(shown.hunks[number - 1].id for number in numbers)
    writes: dict[str, FileWrite] = {}
    for change in present:
        writes.update(_back_to_base(change))
    for change in shown.changes:
        writes.update(_kept(shown, change, chosen))
    return list(writes.values())


def _back_to_base(change: FileChange) -> dict[str, FileWrite]:
    if change.kind is ChangeKind.RENAMED:
        old = FileWrite(change.old_path, change.base, change.base_mode)
        return {change.path: FileWrite(change.path, None), change.old_path: old}
    if change.kind is ChangeKind.CREATED:
        return {change.path: FileWrite(change.path, None)}
    return {change.path: FileWrite(change.path, change.base, change.base_mode)}


def _kept(shown: Shown, change: FileChange, chosen: frozenset[str]) -> dict[str, FileWrite]:
    """The file with its chosen hunks; a file of which none is chosen is the base's."""
    own = [hunk for hunk in shown.hunks if hunk.path == change.path]
    if not any(hunk.id in chosen for hunk in own):
        return _back_to_base(change)
    return _written(change, own, chosen)


def _written(
    change: FileChange, own: Sequence[Hunk], chosen: frozenset[str]
) -> dict[str, FileWrite]:
    content = with_hunks(change.base, change.new, own, chosen, {})
    kinds = {hunk.kind.value for hunk in own if hunk.id in chosen}
    is_renamed = change.kind is ChangeKind.RENAMED and "rename" in kinds
    has_new_mode = bool(kinds & {"mode", "whole"}) or not change.base_mode
    mode = (change.new_mode if has_new_mode else change.base_mode) or 0o100644
    if change.kind is not ChangeKind.RENAMED:
        return {change.path: FileWrite(change.path, content, mode)}
    gone, there = (change.old_path, change.path) if is_renamed else (change.path, change.old_path)
    return {gone: FileWrite(gone, None), there: FileWrite(there, content, mode)}
