"""The facade: everything that an edge may call, in one place."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from msgspec import Struct

from agentxd.kernel.errors import AgentxError, NotFoundError
from agentxd.kernel.hunks import Evidence
from agentxd.kernel.ports import BlobStore, Streamed
from agentxd.kernel.providers import ProviderReport
from agentxd.sessions.answering import Answering
from agentxd.sessions.conversing import Conversations
from agentxd.sessions.goals import Goals
from agentxd.sessions.inspecting import Inspecting
from agentxd.sessions.journal import Journal
from agentxd.sessions.mending import Mending
from agentxd.sessions.model_review import ModelReviews
from agentxd.sessions.replaying import Replay
from agentxd.sessions.reviewing import Decision, Reviewing
from agentxd.sessions.searching import Searching
from agentxd.sessions.seen import Sight
from agentxd.sessions.transfers import Transfers
from agentxd.sessions.verifying import Verifying
from agentxd.sessions.views import HunkView, ProposalView, Views
from agentxd.tasks.approvals import Approvals
from agentxd.workspace.documents import Documents

_log = logging.getLogger(__name__)


class Check(Struct, frozen=True):
    """One thing that `doctor` looked at. state: ok, warning or error."""

    name: str
    state: str
    detail: str
    next_step: str = ""


class House(Protocol):
    """What only the composition root knows: the process, its settings and its plugins."""

    root: str
    version: str
    state_dir: str
    started_ms: int
    rules_place: str
    """The user's file of settings, which takes the rules of their answers."""

    def warnings(self) -> list[str]:
        """What a person should know."""
        ...

    def settings(self) -> tuple[Mapping[str, Any], Mapping[str, str], Sequence[str]]:
        """Effective settings, where they come from, and what is wrong with their files."""
        ...

    def written_settings(self) -> Mapping[str, Mapping[str, Any]]:
        """Scope to what stands in its file, whether it counts or not."""
        ...

    def set_setting(self, key: str, value: Any, scope: str) -> None:
        """Write one setting. Raises InvalidRequestError, StorageError."""
        ...

    def stop(self, reason: str) -> None:
        """Begin to leave."""
        ...

    async def checks(self) -> list[Check]:
        """Look at every part."""
        ...

    async def models(self, provider: str = "") -> list[ProviderReport]:
        """How each provider of models is now, or the one that is named. Raises NotFoundError."""
        ...

    async def replay(self, task: str) -> Replay:
        """Rebuild from the log."""
        ...


class Streams:
    """Pieces of text on their way from running tasks to whoever listens."""

    def __init__(self) -> None:
        self._listeners: list[Streamed] = []

    def show(self, task: str, kind: str, text: str) -> None:
        """Hand a piece on."""
        for listener in tuple(self._listeners):
            listener(task, kind, text)

    def listen(self, listener: Streamed) -> Callable[[], None]:
        """Hear of every piece; call the answer to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)


@dataclass
class Application:
    """One workspace, as every connection shares it."""

    journal: Journal
    blobs: BlobStore
    documents: Documents
    sight: Sight
    goals: Goals
    conversations: Conversations
    transfers: Transfers
    reviewing: Reviewing
    verifying: Verifying
    views: Views
    approvals: Approvals
    streams: Streams
    house: House
    answering: Answering
    mending: Mending
    searching: Searching = field(default_factory=Searching)
    model_reviews: ModelReviews = field(default_factory=ModelReviews)
    inspecting: Inspecting = field(default_factory=Inspecting)
    connections: set[str] = field(default_factory=set)

    async def accept(
        self, ids: Sequence[str], by: str, connection: str, *, is_verified: bool
    ) -> tuple[list[HunkView], list[Evidence]]:
        """Merge hunks into what the user sees; with the checks first where that is wanted."""
        evidence: list[Evidence] = []
        if is_verified:
            evidence = await self.verifying.verify(ids, connection)
        seal = evidence[-1].id if evidence else ""
        decision = Decision(by, connection, evidence=seal)
        statuses = await asyncio.shield(self.reviewing.accept(ids, decision))
        self.searching.touched([status.hunk.path for status in statuses])
        self.inspecting.saved()
        return await self.views.hunks(statuses, connection), evidence

    async def undo(self, ids: Sequence[str], by: str, connection: str) -> list[HunkView]:
        """Take back exactly these hunks."""
        decision = Decision(by, connection)
        statuses = await asyncio.shield(self.reviewing.undo(ids, decision))
        self.searching.touched([status.hunk.path for status in statuses])
        self.inspecting.saved()
        return await self.views.hunks(statuses, connection)

    def typed(self, path: str) -> None:
        """A document changed: what is not saved is searched, too."""
        unsaved = [document for document in self.documents.of(path) if document.is_dirty]
        self.searching.shown(path, unsaved[-1].text if unsaved else None)

    def saved(self, connection: str, path: str) -> None:
        """Editor and disk agree."""
        self.documents.saved(connection, path)
        self.searching.touched([path])
        self.inspecting.saved()
        self.typed(path)

    async def closed(self, connection: str, path: str) -> None:
        """An editor let go of a file; what it had not saved is not in the files."""
        self.documents.closed(connection, path)
        self.typed(path)
        await self.reviewing.recheck(path, connection)

    def left(self, connection: str) -> list[str]:
        """A client is gone, with its editor; the files that it had open are to be settled."""
        self.connections.discard(connection)
        self.inspecting.left(connection)
        paths = [
            path
            for path in self.documents.paths()
            if any(document.connection == connection for document in self.documents.of(path))
        ]
        self.documents.dropped(connection)
        for path in paths:
            self.typed(path)
        self.sight.detach(connection)
        return paths

    async def settle(self, connection: str, paths: Sequence[str]) -> None:
        """What a client that is gone had not saved is not in the files."""
        for path in paths:
            try:
                await self.reviewing.recheck(path, connection)
            except AgentxError as error:
                _log.warning("%s could not be looked at again: %s", path, error.message)

    async def proposals(self, connection: str, *, is_open_only: bool) -> list[ProposalView]:
        """Proposals, newest last."""
        ledger = self.journal.state.ledger
        wanted = [
            name
            for name in ledger.proposals
            if not is_open_only or ledger.proposal_state(name) in ("open", "conflicted")
        ]
        return [await self.views.proposal(name, connection) for name in wanted]

    async def proposal(self, name: str, connection: str) -> ProposalView:
        """One proposal. Raises NotFoundError."""
        if name not in self.journal.state.ledger.proposals:
            raise NotFoundError(f"there is no {name}", "See what there is: agentxd proposals")
        return await self.views.proposal(name, connection)

    async def evidence(self, name: str) -> tuple[Evidence, str]:
        """Evidence and its whole output. Raises NotFoundError."""
        for task in self.journal.state.tasks.tasks.values():
            for found in task.evidence:
                if found.id == name:
                    output = await self.blobs.get(found.output_blob)
                    return found, output.decode(errors="replace")
        raise NotFoundError(f"there is no evidence {name}", "See: agentxd show PROPOSAL")

    def open_paths(self) -> list[str]:
        """Files with hunks that wait for a decision."""
        ledger = self.journal.state.ledger
        return sorted(
            {
                status.hunk.path
                for status in ledger.hunks.values()
                if status.state.value in ("proposed", "edited", "conflicted")
            }
        )
