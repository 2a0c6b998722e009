"""Tells every client when hunks, approvals, findings or tasks changed, whoever changed them."""

import asyncio
from collections.abc import Collection, Sequence

from agentxd.edges.lsp.approving import offer
from agentxd.edges.lsp.listener import Listener
from agentxd.edges.lsp.publishing import tell_change, tell_found, tell_settled
from agentxd.kernel.events import ApplyFailed, ApprovalRequested, Event, ProposalCreated, Record
from agentxd.kernel.ids import proposal_of
from agentxd.sessions.application import Application

_GATHER_S = 0.01
"""Decisions of one moment are told at once."""


class Refresher:
    """Listens to the journal and refreshes what clients show."""

    def __init__(self, application: Application, listener: Listener) -> None:
        self._application = application
        self._listener = listener
        self._proposals: set[str] = set()
        self._paths: set[str] = set()
        self._approvals: list[str] = []
        self._found: set[str] = set()
        self._settled: list[str] = []
        self._has_news = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled."""
        stops = (
            self._application.journal.subscribe(self._hear),
            self._application.inspecting.listen(self._hear_findings),
            self._application.goals.listen(self._hear_settled),
        )
        try:
            while True:
                await self._has_news.wait()
                await asyncio.sleep(_GATHER_S)
                self._has_news.clear()
                self._tell()
        finally:
            for stop in stops:
                stop()

    def _hear_findings(self, paths: Collection[str]) -> None:
        self._found.update(paths)
        self._has_news.set()

    def _hear_settled(self, task: str) -> None:
        self._settled.append(task)
        self._has_news.set()

    def _hear(self, records: Sequence[Record]) -> None:
        ledger = self._application.journal.state.ledger
        for record in records:
            event = record.event
            if isinstance(event, ProposalCreated):
                self._proposals.add(event.proposal)
                self._paths.update(file.path for file in event.files)
            elif isinstance(event, ApprovalRequested):
                self._approvals.append(event.approval)
            elif names := [name for name in _hunks_of(event) if name in ledger.hunks]:
                self._proposals.update(proposal_of(name) for name in names)
                self._paths.update(ledger.hunks[name].hunk.path for name in names)
            else:
                continue
            self._has_news.set()

    def _tell(self) -> None:
        """Every client on its own: trouble of one is logged there, and the others are told."""
        proposals, self._proposals = sorted(self._proposals), set()
        paths, self._paths = sorted(self._paths), set()
        approvals, self._approvals = self._approvals, []
        found, self._found = sorted(self._found), set()
        settled, self._settled = self._settled, []
        for connection in self._listener.connections:
            tell_found(connection, found)
            if proposals:
                connection.run_soon(tell_change(connection, proposals, paths))
            if settled:
                tell_settled(connection, settled)
            for approval in approvals:
                offer(connection, approval)


def _hunks_of(event: Event) -> tuple[str, ...]:
    """The hunks whose state an event changed: one decided, or several whose apply failed."""
    name: str = getattr(event, "hunk", "")
    return event.hunks if isinstance(event, ApplyFailed) else (name,)
