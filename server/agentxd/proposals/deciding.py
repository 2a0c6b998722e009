"""What accepting or undoing hunks makes of one file: decided here, done by others."""

from collections.abc import Collection, Sequence

from msgspec import Struct

from agentxd.kernel.hunks import Hunk, HunkKind, ProposedFile
from agentxd.proposals.subset import with_hunks
from agentxd.workspace.merge import merge3


class HunkClash(Struct, frozen=True):
    """Why a hunk does not merge, with both sides to look at."""

    hunk: str
    ours: bytes
    theirs: bytes
    reason: str


class FilePlan(Struct, frozen=True):
    """The file afterwards. Hunks that clash are left out of it."""

    after: bytes | None
    after_mode: int
    levels: dict[str, str]
    """Hunk to exact, merged (the text had moved on) or already (it was there)."""
    conflicts: tuple[HunkClash, ...] = ()


class FileCase(Struct, frozen=True):
    """Everything that a plan for one file looks at."""

    file: ProposedFile
    base: bytes | None
    new: bytes | None
    hunks: tuple[Hunk, ...]
    """All hunks of this file."""
    applied: frozenset[str]
    already: frozenset[str]
    """Of the applied ones: those that the user had typed before, and that stay the user's."""
    edits: dict[str, bytes]
    current: bytes | None
    """What the user sees now."""
    current_mode: int

    def having(self, chosen: Collection[str]) -> bytes | None:
        """The file with exactly the chosen hunks."""
        return with_hunks(self.base, self.new, self.hunks, chosen, self.edits)


def plan_accept(case: FileCase, wanted: Sequence[str]) -> FilePlan:
    """Merge the wanted hunks into what the user sees, one by one."""
    return _plan(case, wanted, is_undo=False)


def plan_undo(case: FileCase, wanted: Sequence[str]) -> FilePlan:
    """Take the wanted hunks back out of what the user sees, one by one."""
    return _plan(case, wanted, is_undo=True)


def _plan(case: FileCase, wanted: Sequence[str], *, is_undo: bool) -> FilePlan:
    by_id = {hunk.id: hunk for hunk in case.hunks}
    applied = set(case.applied)
    current, mode = case.current, case.current_mode
    levels: dict[str, str] = {}
    conflicts: list[HunkClash] = []
    for name in wanted:
        after = applied - {name} if is_undo else applied | {name}
        if by_id[name].kind is HunkKind.MODE:
            mode = case.file.base_mode if is_undo else case.file.new_mode
            levels[name] = "exact"
        elif is_undo and name in case.already:
            levels[name] = "already"
        else:
            step = _step(case, name, current, case.having(applied), case.having(after))
            if isinstance(step, HunkClash):
                conflicts.append(step)
                continue
            current, levels[name] = step
            if by_id[name].kind is not HunkKind.TEXT:
                mode = (case.file.base_mode if is_undo else case.file.new_mode) or mode
        applied = after
    return FilePlan(current, mode, levels, tuple(conflicts))


def _step(
    case: FileCase, name: str, current: bytes | None, before: bytes | None, after: bytes | None
) -> tuple[bytes | None, str] | HunkClash:
    """One hunk: before → after, brought to the current content."""
    if not case.file.is_base_known:
        reason = "the file changed on disk while the agent worked, so its base is not known"
        return HunkClash(name, current or b"", after or b"", reason)
    if current == after:
        return current, "already"
    if current == before:
        return after, "exact"
    if before is None or after is None or current is None or case.file.is_binary:
        return HunkClash(name, current or b"", after or b"", _whole_reason(before, current))
    merged = merge3(before, current, after)
    if merged.text is None:
        clash = merged.conflicts[0]
        reason = f"line {clash.ours_start + 1} and its neighbours were changed meanwhile"
        return HunkClash(name, clash.ours, clash.theirs, reason)
    return merged.text, "already" if merged.text == current else "merged"


def _whole_reason(before: bytes | None, current: bytes | None) -> str:
    if current is None:
        return "the file is not there any more"
    if before is None:
        return "a file of this name with another content is there by now"
    return "the file was changed meanwhile, and as a whole it cannot be merged"
