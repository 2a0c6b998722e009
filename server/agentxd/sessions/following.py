"""What happens with a proposal without a person: nothing, all of it, or what is verified."""

from agentxd.kernel.errors import AgentxError
from agentxd.kernel.events import HunkSuperseded
from agentxd.kernel.ports import BlobStore
from agentxd.proposals.ledger import is_open
from agentxd.proposals.superseding import superseded_by
from agentxd.sessions.journal import Journal
from agentxd.sessions.reviewing import Decision, Reviewing
from agentxd.sessions.verifying import Verifying
from agentxd.tasks.state import TaskOutcome, TaskState


class FollowUp:
    """Supersedes older hunks, then applies as the goal asked for."""

    def __init__(
        self, journal: Journal, blobs: BlobStore, reviewing: Reviewing, verifying: Verifying
    ) -> None:
        self._journal = journal
        self._blobs = blobs
        self._reviewing = reviewing
        self._verifying = verifying

    async def after(self, task: TaskState) -> None:
        """Look at the newest proposal of a task that ended."""
        await self._take_over(task)
        for proposal in task.proposals[-1:]:
            bases = await self._bases(proposal)
            old = superseded_by(self._journal.state.ledger, proposal, bases)
            await self._journal.record(*(HunkSuperseded(name, proposal) for name in old))
            if task.apply != "none" and task.outcome is TaskOutcome.COMPLETED:
                await self._apply(proposal, is_verified=task.apply == "verified")

    async def _take_over(self, task: TaskState) -> None:
        """What a turn began with is in its proposal, or it took that back on purpose."""
        state = self._journal.state
        session = state.sessions.get(task.session)
        is_judged = bool(task.proposals) or task.outcome is TaskOutcome.NO_CHANGE
        if session is None or not is_judged or session.tasks[-1:] != (task.id,):
            return
        by = task.proposals[-1] if task.proposals else task.id
        waiting = [name for name in session.carried if is_open(state.ledger.hunks[name].state)]
        await self._journal.record(*(HunkSuperseded(name, by) for name in waiting))

    async def _bases(self, proposal: str) -> dict[str, bytes]:
        """What the files of a proposal were, and what they were for older proposals."""
        ledger = self._journal.state.ledger
        paths = {file.path for file in ledger.proposals[proposal].files}
        names = {
            file.base_blob
            for other in ledger.proposals.values()
            for file in other.files
            if file.path in paths and file.base_blob
        }
        return {name: await self._blobs.get(name) for name in names}

    async def _apply(self, proposal: str, *, is_verified: bool) -> None:
        """Trouble leaves the hunks as they are; the proposal then tells where they stand."""
        evidence = ""
        try:
            if is_verified:
                evidence = (await self._verifying.verify([proposal]))[-1].id
            await self._reviewing.accept([proposal], Decision("agentxd run", evidence=evidence))
        except AgentxError:
            return
