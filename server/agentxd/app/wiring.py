"""Wires one workspace: stores, plugins and use cases become an Application."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agentxd_protocol import places
from agentxd_protocol.setting import Settings

from agentxd.agents.gate import Gate
from agentxd.app.clock import SystemClock
from agentxd.app.equipment import Ground, Outfitter, Plugins
from agentxd.app.house import LocalHouse
from agentxd.app.indexing import remote_index
from agentxd.app.live_gate import LiveGate
from agentxd.app.model_list import ModelList
from agentxd.app.models import ModelProviders
from agentxd.app.plugins import built_in_backends, built_in_providers, own_tools
from agentxd.app.reviews import inspecting_of, keep_edits
from agentxd.app.settings import SettingsBook
from agentxd.kernel.ports import BlobStore, Disk, EventLog, SandboxBackend, Tool
from agentxd.kernel.sandboxes import SandboxSpec
from agentxd.plugins.disk.dependencies import find_dependencies
from agentxd.plugins.indexing.remote import RemoteIndex
from agentxd.plugins.providers.worker.host import WorkerHost
from agentxd.plugins.sandboxes.worktree import reap_worktrees
from agentxd.plugins.tools import built_in_tools
from agentxd.sessions.answering import Answering
from agentxd.sessions.application import Application, Streams
from agentxd.sessions.conversing import Conversations
from agentxd.sessions.following import FollowUp
from agentxd.sessions.goals import Goals
from agentxd.sessions.journal import Journal
from agentxd.sessions.keeping import Keeper
from agentxd.sessions.mending import Mending
from agentxd.sessions.model_review import ReviewHouse
from agentxd.sessions.reviewing import Reviewing
from agentxd.sessions.searching import Searching
from agentxd.sessions.seen import Sight
from agentxd.sessions.transfers import Transfers
from agentxd.sessions.turns import Turns
from agentxd.sessions.verifying import Verifying
from agentxd.sessions.views import Views
from agentxd.tasks.approvals import Approvals
from agentxd.workspace.documents import Documents


@dataclass(frozen=True)
class Stores:
    """Where things are kept."""

    log: EventLog
    blobs: BlobStore
    disk: Disk


@dataclass(frozen=True)
class Wired:
    """One workspace, ready to be served."""

    application: Application
    house: LocalHouse
    disk: Disk
    plugins: Plugins
    keeper: Keeper
    index: RemoteIndex
    scratch: Path
    key: str

    async def reap(self) -> list[str]:
        """Remove what dead daemons of this workspace left; begun before the first client comes."""
        backends = self.plugins.backends
        async with backends.sweep:
            found = await backends.reap(self.key, frozenset())
            return found + await asyncio.to_thread(
                reap_worktrees, self.scratch, self.key, frozenset()
            )


def wire(
    root: str, scratch: Path, stores: Stores, book: SettingsBook, house: LocalHouse, *,
    worker: WorkerHost | None = None,
) -> Wired:  # fmt: skip
    """Everything of one workspace; `worker` is one that runs already."""
    clock, documents, streams = SystemClock(), Documents(), Streams()
    journal = Journal(stores.log)
    sight = Sight(root, stores.disk, documents, clock)
    approvals = Approvals(
        journal.record, lambda: journal.state.tasks, clock, keep_rules=house.keep_rules
    )
    models = ModelProviders(lambda: book.effective()[0], worker)
    searching, index = _indexed(root, house, book)
    plugins = _installed(models, searching, lambda: book.effective()[0], root)
    key = places.workspace_key(root)
    ground = Ground(
        root=root, key=key, scratch=str(scratch), settings=lambda: book.effective()[0],
        overlay=sight.overlay, look=sight.content, show=streams.show,
    )  # fmt: skip
    house.equip(stores.log, plugins.backends, ModelList(models, lambda: book.effective()[0]))
    outfitter = Outfitter(
        ground, plugins, journal, blobs=stores.blobs, disk=stores.disk, approvals=approvals,
        clock=clock,
    )  # fmt: skip
    reviewing = Reviewing(journal, stores.blobs, sight)

    async def room(owner: str) -> tuple[SandboxBackend, SandboxSpec]:
        settings = book.effective()[0]
        backend, _ = await plugins.backends.choose(
            settings.sandbox, is_unsafe_allowed=settings.allow_unsafe_sandbox
        )
        return backend, await outfitter.prepare(owner)

    verifying = Verifying(
        journal, stores.blobs, sight, room=room,
        checks=lambda: book.effective()[0].check_commands, clock=clock,
    )  # fmt: skip
    follow_up = FollowUp(journal, stores.blobs, reviewing, verifying)
    turns = Turns(journal, stores.blobs)
    goals = Goals(journal, outfitter, follow_up.after, turns.dress)
    inspecting = inspecting_of(root, stores.disk, book, searching)
    application = Application(
        journal=journal, blobs=stores.blobs, documents=documents, sight=sight, goals=goals,
        conversations=Conversations(journal, goals, clock), transfers=Transfers(journal),
        reviewing=reviewing, verifying=verifying, views=Views(journal, stores.blobs, sight),
        approvals=approvals, streams=streams, house=house, searching=searching,
        answering=Answering(inspecting, stores.disk, root, clock), inspecting=inspecting,
        mending=Mending(inspecting, sight, goals, keep_edits(Path(house.state_dir) / "mending")),
    )  # fmt: skip
    application.model_reviews.equip(ReviewHouse(
        journal, outfitter.reviewers, clock, streams.show,
        index=lambda: searching if searching.is_on else None, adopt=goals.adopt,
    ))  # fmt: skip
    keeper = Keeper(journal, stores.log, stores.blobs, clock)
    return Wired(application, house, stores.disk, plugins, keeper, index, scratch, key)


def _indexed(root: str, house: LocalHouse, book: SettingsBook) -> tuple[Searching, RemoteIndex]:
    searching = Searching()
    index = remote_index(root, house.state_dir, book, searching.heard)
    searching.equip(
        index, index,
        silent_in=lambda: book.effective()[0].index_language_server_off,
        is_enabled=lambda: book.effective()[0].index_enabled,
    )  # fmt: skip
    return searching, index


def _installed(
    models: ModelProviders, searching: Searching, settings: Callable[[], Settings], root: str
) -> Plugins:
    def gate(_: Settings, *, is_unsafe: bool) -> Gate:
        return LiveGate(settings, root, is_unsafe=is_unsafe)

    def tools(model: str) -> Sequence[Tool]:
        searching.wake()  # an agent may ask soon
        return built_in_tools(model, searching if searching.is_on else None)

    return Plugins(
        providers=models.makers(built_in_providers()),
        automatic=models.automatic,
        tools=tools,
        backends=built_in_backends(),
        gate=gate,
        dependencies=find_dependencies,
        executables=own_tools(),
    )
