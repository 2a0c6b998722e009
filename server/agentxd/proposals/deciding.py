"""What accepting or undoing hunks makes of one file: decided here, done by others."""

from collections.abc import Collection, Sequence

from msgspec import Struct

from agentxd.kernel.files import MODE_LINK
from agentxd.kernel.hunks import Hunk, HunkKind, ProposedFile
from agentxd.proposals.subset import with_hunks
from agentxd.workspace.merge import merge3, whole_clash


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
    """Merge the wanted hunks into what the user sees, one by one.

    A hunk is accepted only where an undo right after it would give back exactly what was there.
    """
    return _plan(case, wanted, is_undo=False)


def plan_undo(case: FileCase, wanted: Sequence[str]) -> FilePlan:
    """Take the wanted hunks back out of what the user sees, one by one."""
    return _plan(case, wanted, is_undo=True)


def not_over(plan: FilePlan, place: str, taken: bytes) -> FilePlan:
    """The same plan where its new place is taken: nothing moves, and both contents are shown."""
    reason = f"{place} is there already"
    theirs = plan.after or b""
    clashes = tuple(HunkClash(name, taken, theirs, reason) for name in plan.levels)
    return FilePlan(plan.after, plan.after_mode, {}, (*plan.conflicts, *clashes))


class _Sight(Struct, frozen=True):
    """The file between two hunks of one plan."""

    content: bytes | None
    mode: int


class _Turn(Struct, frozen=True):
    """What one hunk does: content and mode without it and with it, or the other way round."""

    before: bytes | None
    after: bytes | None
    mode_before: int
    mode_after: int
    is_undo: bool


def _plan(case: FileCase, wanted: Sequence[str], *, is_undo: bool) -> FilePlan:
    at_once = _at_once(case, wanted, is_undo=is_undo)
    if at_once is not None:
        return at_once
    by_id = {hunk.id: hunk for hunk in case.hunks}
    applied = frozenset(case.applied)
    sight = _Sight(case.current, case.current_mode)
    levels: dict[str, str] = {}
    conflicts: list[HunkClash] = []
    for name in wanted:
        after = applied - {name} if is_undo else applied | {name}
        turn = _turn(case, applied, after, is_undo=is_undo)
        step = _step(case, by_id[name], sight, turn)
        if isinstance(step, HunkClash):
            conflicts.append(step)
            continue
        sight, levels[name] = step
        applied = after
    return FilePlan(sight.content, sight.mode, levels, tuple(conflicts))


def _at_once(case: FileCase, wanted: Sequence[str], *, is_undo: bool) -> FilePlan | None:
    """The plan where nobody touched the text since: the same as one by one, in one step."""
    names = frozenset(wanted)
    kinds = {hunk.kind for hunk in case.hunks if hunk.id in names}
    is_plain = kinds == {HunkKind.TEXT} and case.file.is_base_known
    is_link = MODE_LINK in (case.current_mode, case.file.base_mode, case.file.new_mode)
    if not is_plain or is_link or (is_undo and not case.already.isdisjoint(wanted)):
        return None
    if case.current is None or case.current != case.having(case.applied):
        return None
    after = case.applied.difference(wanted) if is_undo else case.applied.union(wanted)
    return FilePlan(case.having(after), case.current_mode, dict.fromkeys(wanted, "exact"))


def _turn(
    case: FileCase, applied: frozenset[str], after: frozenset[str], *, is_undo: bool
) -> _Turn:
    modes = case.file.base_mode, case.file.new_mode
    return _Turn(
        case.having(applied), case.having(after), modes[is_undo], modes[not is_undo], is_undo
    )


def _step(case: FileCase, hunk: Hunk, sight: _Sight, turn: _Turn) -> tuple[_Sight, str] | HunkClash:
    """One hunk, brought to what the user sees: what they see then, and how well it fitted."""
    if reason := _obstacle(case, hunk, sight, turn):
        return HunkClash(hunk.id, sight.content or b"", turn.after or b"", reason)
    if turn.is_undo and hunk.id in case.already:
        mode = _mode(sight, turn) if hunk.kind is HunkKind.RENAME else sight.mode
        return _Sight(sight.content, mode), "already"
    if hunk.kind is HunkKind.MODE:
        level = "already" if sight.mode == turn.mode_after else "exact"
        return _Sight(sight.content, turn.mode_after), level
    found = _content(case, hunk, sight, turn)
    if isinstance(found, HunkClash):
        return found
    mode = sight.mode if hunk.kind is HunkKind.TEXT else _mode(sight, turn)
    return _Sight(found[0], mode), found[1]


def _mode(sight: _Sight, turn: _Turn) -> int:
    """The user's own mode stays where the hunk does not change it."""
    if sight.content is not None and turn.mode_before == turn.mode_after:
        return sight.mode
    return turn.mode_after or sight.mode


def _obstacle(case: FileCase, hunk: Hunk, sight: _Sight, turn: _Turn) -> str:
    """Why this hunk cannot even be tried; empty where it can."""
    is_there = sight.content == turn.after
    if not case.file.is_base_known and not is_there:
        return "the file changed on disk while the agent worked, so its base is not known"
    if hunk.kind is HunkKind.MODE and sight.content is None:
        return "the file is not there any more"
    expected = turn.mode_after if is_there and hunk.kind is HunkKind.WHOLE else turn.mode_before
    is_link = sight.mode == MODE_LINK
    if sight.content is not None and expected and is_link != (expected == MODE_LINK):
        return "it is a link by now" if is_link else "it is no link any more"
    return ""


def _content(
    case: FileCase, hunk: Hunk, sight: _Sight, turn: _Turn
) -> tuple[bytes | None, str] | HunkClash:
    current, before, after = sight.content, turn.before, turn.after
    if current == before:
        return after, "exact"
    if current == after:
        return current, "already"
    is_text = not case.file.is_binary and MODE_LINK not in (turn.mode_before, turn.mode_after)
    if before is None or after is None or current is None or not is_text:
        reason = _whole_reason(before, current)
        return HunkClash(hunk.id, current or b"", after or b"", reason)
    return _merged(hunk.id, before, current, after, is_undo=turn.is_undo)


def _merged(
    name: str, before: bytes, current: bytes, after: bytes, *, is_undo: bool
) -> tuple[bytes, str] | HunkClash:
    merged = merge3(before, current, after)
    if merged.text is None:
        clash = merged.conflicts[0]
        reason = f"line {clash.ours_start + 1} and its neighbours were changed meanwhile"
        return HunkClash(name, clash.ours, clash.theirs, reason)
    if merged.text == current:
        return current, "already"
    if not is_undo and merge3(after, merged.text, before).text != current:
        clash = whole_clash(before, current, after)
        reason = (
            f"lines like its own stand there already, near line {clash.ours_start + 1},"
            " so that an undo could take the wrong ones"
        )
        return HunkClash(name, clash.ours, clash.theirs, reason)
    return merged.text, "merged"


def _whole_reason(before: bytes | None, current: bytes | None) -> str:
    if current is None:
        return "the file is not there any more"
    if before is None:
        return "a file of this name with another content is there by now"
    return "the file was changed meanwhile, and as a whole it cannot be merged"
