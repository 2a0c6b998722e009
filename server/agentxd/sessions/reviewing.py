"""Decisions on hunks, each merged with what the user has typed meanwhile."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from agentxd.kernel.errors import ConflictError, InvalidRequestError
from agentxd.kernel.events import (
    ApplyFailed,
    ApplyRequested,
    Event,
    HunkAccepted,
    HunkApplied,
    HunkConflicted,
    HunkEdited,
    HunkRejected,
    HunkUndone,
)
from agentxd.kernel.files import MODE_FILE
from agentxd.kernel.hunks import HunkKind, HunkState
from agentxd.kernel.ports import BlobStore
from agentxd.proposals.deciding import FileCase, FilePlan, not_over, plan_accept, plan_undo
from agentxd.proposals.ledger import HunkStatus, may
from agentxd.sessions.cases import case_of
from agentxd.sessions.journal import Journal
from agentxd.sessions.naming import named_hunks
from agentxd.sessions.seen import Seen, Sight
from agentxd.workspace.lines import decode, encode

_ATTEMPTS = 8
_PATIENCE_S = 10.0
_MANY = 8


class Decision(Struct, frozen=True):
    """Who decides, and how."""

    by: str
    connection: str = ""
    """Its editor is preferred where several have the file open."""
    is_undo: bool = False
    evidence: str = ""


class Reviewing:
    """The use cases of the hunk ledger."""

    def __init__(self, journal: Journal, blobs: BlobStore, sight: Sight) -> None:
        self._journal = journal
        self._blobs = blobs
        self._sight = sight
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def accept(self, ids: Sequence[str], decision: Decision) -> list[HunkStatus]:
        """Merge the named hunks into what the user sees; conflicts are kept to be looked at."""
        names = named_hunks(self._journal.state.ledger, ids, "accept")
        await self._decide(names, decision)
        return self.statuses(names)

    async def undo(self, ids: Sequence[str], decision: Decision) -> list[HunkStatus]:
        """Take back exactly the named hunks. Raises ConflictError where that cannot be."""
        names = named_hunks(self._journal.state.ledger, ids, "undo")
        await self._decide(names, replace(decision, is_undo=True))
        return self.statuses(names)

    async def reject(self, ids: Sequence[str], by: str, reason: str = "") -> list[HunkStatus]:
        """Refuse the named hunks; no text changes."""
        names = named_hunks(self._journal.state.ledger, ids, "reject")
        await self._journal.record(*(HunkRejected(name, by, reason) for name in names))
        return self.statuses(names)

    async def edit(self, hunk: str, new: str, by: str) -> HunkStatus:
        """Replace the proposed lines of a hunk, in the encoding that its file has.

        Raises InvalidRequestError for text that this encoding cannot say.
        """
        ledger = self._journal.state.ledger
        named_hunks(ledger, [hunk], "edit")
        status = ledger.hunks[hunk]
        file = ledger.proposals[status.proposal].file(status.hunk.path)
        old = await self._blobs.get(file.base_blob or file.new_blob)
        encoding = decode(old)[1]
        try:
            blob = await self._blobs.put(encode(new, encoding))
        except (UnicodeEncodeError, LookupError) as error:
            raise InvalidRequestError(
                f"{file.path} is {encoding}, which cannot hold this text",
                "Leave these characters out, or accept the hunk and change the file by hand.",
            ) from error
        named_hunks(self._journal.state.ledger, [hunk], "edit")  # it may be decided by now
        await self._journal.record(HunkEdited(hunk, by, blob))
        return self.statuses([hunk])[0]

    async def recheck(self, path: str, connection: str) -> None:
        """After an editor let go of a file: a hunk that went with its unsaved text is not applied.

        Only what is clearly gone is told so; text that moved on in other ways stays as it is.
        """
        ledger = self._journal.state.ledger
        for proposal in {s.proposal for s in self._applied_by(connection, path)}:
            async with self._alone(path):
                seen = await self._sight.look(path)
                case = await case_of(ledger, self._blobs, proposal, path, seen)
                for status in self._applied_by(connection, path):
                    name = status.hunk.id
                    is_own = status.proposal == proposal and name not in case.already
                    if is_own and plan_undo(case, [name]).levels.get(name) == "already":
                        await self._journal.record(HunkUndone(name, "closed without saving"))

    def _applied_by(self, connection: str, path: str) -> list[HunkStatus]:
        return [
            status
            for status in self._journal.state.ledger.hunks.values()
            if status.state is HunkState.APPLIED
            and status.via == connection
            and status.hunk.path == path
        ]

    def statuses(self, names: Sequence[str]) -> list[HunkStatus]:
        """The hunks as they stand now."""
        return [self._journal.state.ledger.hunks[name] for name in names]

    # --- one file ---------------------------------------------------------------------------

    async def _decide(self, names: Sequence[str], decision: Decision) -> None:
        files: dict[tuple[str, str], list[str]] = defaultdict(list)
        for status in self.statuses(names):
            files[status.proposal, status.hunk.path].append(status.hunk.id)
        for (proposal, path), hunks in files.items():
            old_path = self._journal.state.ledger.proposals[proposal].file(path).old_path
            async with self._alone(path, old_path):
                await self._decide_file(proposal, path, hunks, decision)

    @contextlib.asynccontextmanager
    async def _alone(self, *paths: str) -> AsyncIterator[None]:
        """Nobody else changes these files meanwhile. Raises ConflictError after some seconds."""
        async with contextlib.AsyncExitStack() as stack:
            for path in sorted({path for path in paths if path}):
                try:
                    async with asyncio.timeout(_PATIENCE_S):
                        await stack.enter_async_context(self._locks[path])
                except TimeoutError as error:
                    raise ConflictError(
                        f"another change of {path} is not finished",
                        "An editor may be showing it: answer there and try again.",
                    ) from error
            yield

    async def _decide_file(
        self, proposal: str, path: str, hunks: Sequence[str], decision: Decision
    ) -> None:
        for _ in range(_ATTEMPTS):
            open_hunks = self._still_open(hunks, decision)
            if not open_hunks:
                return  # done, or another client was quicker: the caller sees what holds now
            if await self._attempt(proposal, path, open_hunks, decision):
                return
        verb = "taken back" if decision.is_undo else "merged"
        raise ConflictError(
            f"{path} kept changing while the hunks were {verb}", "Pause typing and try again."
        )

    def _still_open(self, hunks: Sequence[str], decision: Decision) -> list[str]:
        verb = "undo" if decision.is_undo else "accept"
        return [status.hunk.id for status in self.statuses(hunks) if may(verb, status.state)]

    async def _attempt(
        self, proposal: str, path: str, hunks: list[str], decision: Decision
    ) -> bool:
        """Look, plan, and carry out. False when the text moved on in between."""
        ledger = self._journal.state.ledger
        edits = _edits(self.statuses(hunks))
        file = ledger.proposals[proposal].file(path)
        is_rename = ledger.hunks[hunks[0]].hunk.kind is HunkKind.RENAME
        there = path if decision.is_undo or not is_rename else file.old_path
        wanted = ledger.hunks[hunks[0]].via if decision.is_undo else ""
        seen = await self._sight.look(there, self._sight.attached(wanted) or decision.connection)
        case = await case_of(ledger, self._blobs, proposal, path, seen)
        make = plan_undo if decision.is_undo else plan_accept
        # A long file with many hunks in a text that moved on takes seconds to merge.
        is_long = len(hunks) > _MANY
        plan = await asyncio.to_thread(make, case, hunks) if is_long else make(case, hunks)
        if decision.is_undo:
            _refuse_conflicts(plan)
        move_to = (file.old_path if decision.is_undo else path) if is_rename else ""
        if move_to:
            taken = (await self._sight.look(move_to, decision.connection)).content
            plan = plan if taken is None else not_over(plan, move_to, taken)
            if decision.is_undo:
                _refuse_conflicts(plan)
        if self._still_open(hunks, decision) != hunks or _edits(self.statuses(hunks)) != edits:
            return False  # someone else decided or edited while we looked
        if not decision.is_undo:
            await self._journal.record(
                *(HunkAccepted(name, decision.by, decision.evidence) for name in hunks)
            )
        try:
            return await self._carry_out(case, seen, plan, decision, there=there, move_to=move_to)
        except BaseException as error:
            reason = getattr(error, "message", "") or str(error) or "it was cut off"
            await asyncio.shield(self._take_back(hunks, there, reason))
            raise

    async def _carry_out(
        self,
        case: FileCase,
        seen: Seen,
        plan: FilePlan,
        decision: Decision,
        *,
        there: str,
        move_to: str,
    ) -> bool:
        """Conflicts first, then intent, effect, result."""
        await self._record_conflicts(plan)
        results = _results(plan, decision)
        is_same = plan.after == seen.content and plan.after_mode == seen.mode and not move_to
        if not plan.levels or is_same:
            await self._journal.record(*results)
            return True
        hunks = tuple(plan.levels)
        await self._journal.record(
            await self._intent(hunks, case, seen, plan, there=there, move_to=move_to)
        )
        is_there = await self._sight.change(there, seen, plan.after, plan.after_mode, move_to)
        if not is_there:
            await self._journal.record(ApplyFailed(hunks, there, "the text moved on"))
            return False
        await self._journal.record(*results)
        return True

    async def _take_back(self, hunks: Sequence[str], there: str, reason: str) -> None:
        """Hunks whose accept or undo was cut off stand where they stood before it."""
        ledger = self._journal.state.ledger
        intended = {name for intent in ledger.open_intents for name in intent.hunks}
        stuck = [
            status.hunk.id
            for status in self.statuses(hunks)
            if status.state is HunkState.ACCEPTED or status.hunk.id in intended
        ]
        if stuck:
            await self._journal.record(ApplyFailed(tuple(stuck), there, reason))

    async def _record_conflicts(self, plan: FilePlan) -> None:
        for clash in plan.conflicts:
            ours = await self._blobs.put(clash.ours)
            theirs = await self._blobs.put(clash.theirs)
            await self._journal.record(HunkConflicted(clash.hunk, ours, theirs, clash.reason))

    async def _intent(
        self,
        hunks: tuple[str, ...],
        case: FileCase,
        seen: Seen,
        plan: FilePlan,
        *,
        there: str,
        move_to: str,
    ) -> ApplyRequested:
        return ApplyRequested(
            hunks=hunks,
            path=move_to or there,
            before_blob="" if seen.content is None else await self._blobs.put(seen.content),
            after_blob="" if plan.after is None else await self._blobs.put(plan.after),
            via=seen.document.connection if seen.document else "disk",
            is_undo=case.applied >= set(hunks),
            after_mode=plan.after_mode or MODE_FILE,
            old_path=there if move_to else "",
            levels=plan.levels,
        )


def _edits(statuses: Sequence[HunkStatus]) -> list[str]:
    return [status.edit_blob for status in statuses]


def _results(plan: FilePlan, decision: Decision) -> list[Event]:
    if decision.is_undo:
        return [HunkUndone(name, decision.by) for name in plan.levels]
    return [HunkApplied(name, level) for name, level in plan.levels.items()]


def _refuse_conflicts(plan: FilePlan) -> None:
    for clash in plan.conflicts:
        raise ConflictError(
            f"{clash.hunk} cannot be taken back: {clash.reason}",
            "Undo the later changes first, or take it out by hand.",
        )
