"""One task in a real working copy with everything else in memory."""

import asyncio
from pathlib import Path

from agentxd.agents.budget import Ceilings
from agentxd.agents.fake_clock import FakeClock
from agentxd.agents.gate import gate_of
from agentxd.agents.routing.route import only
from agentxd.kernel.events import ProposalCreated, TaskCreated, TaskEnded
from agentxd.kernel.sandboxes import SandboxSpec
from agentxd.plugins.disk.local import LocalDisk
from agentxd.plugins.sandboxes.process import ProcessBackend
from agentxd.plugins.stores.memory_blobs import InMemoryBlobStore
from agentxd.plugins.stores.memory_log import InMemoryEventLog
from agentxd.plugins.tools import built_in_tools
from agentxd.sessions.journal import Journal
from agentxd.tasks.approvals import Approvals
from agentxd.tasks.running import Assignment, TaskPorts, run_task


class Life:
    """A workspace with one task, which may be run, cancelled, answered and run again."""

    def __init__(self, folder: Path, files: dict[str, bytes], provider):
        self.root = folder / "w"
        self._scratch = folder / "scratch"
        for path, content in files.items():
            place = self.root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        self.provider = provider
        self.log = InMemoryEventLog()
        self.journal = Journal(self.log)
        self.clock = FakeClock()
        self.approvals = Approvals(
            self.journal.record, lambda: self.journal.state.tasks, self.clock
        )
        self.shown = []

    async def prepare(self):
        snapshot = await LocalDisk().snapshot(str(self.root), {})
        return SandboxSpec("w/t1", snapshot, str(self._scratch))

    async def run(self, goal="do it", *, rules=((), (), ()), checks=(), **budget):
        """Do the task to its end."""
        if not self.journal.state.tasks.tasks:
            await self.journal.record(TaskCreated("t1", "s1", goal, "implementer", "p", "", ""))
        assignment = Assignment(
            "t1",
            goal,
            self.prepare,
            built_in_tools(),
            gate_of(*rules),
            lambda: f"p{len(self.journal.state.ledger.proposals) + 1}",
            ceilings=Ceilings(**budget),
            checks=checks,
            n_evidence=len(self.task.evidence),
            show=lambda task, kind, text: self.shown.append((kind, text)),
        )
        ports = TaskPorts(
            self.journal.record,
            InMemoryBlobStore(),
            self.clock,
            only(self.provider, self.clock),
            ProcessBackend(),
            self.approvals,
        )
        return await run_task(assignment, ports)

    async def begin(self, until, goal="do it", **more):
        """Run in the background until this is so."""
        running = asyncio.ensure_future(self.run(goal, **more))
        while not until() and not running.done():
            await asyncio.sleep(0.005)
        assert not running.done(), running.exception() or running.result()
        return running

    @property
    def task(self):
        return self.journal.state.tasks.tasks["t1"]

    def events(self, *kinds):
        """What was recorded of these kinds."""
        found = [record.event for record in self.log.records]
        return [event for event in found if isinstance(event, kinds or object)]

    @property
    def proposals(self):
        return self.events(ProposalCreated)

    @property
    def end(self):
        (last,) = self.events(TaskEnded)[-1:]
        return last

    def has_left_nothing(self):
        """No sandbox is open, on disk or in the record, and nothing lacks its result."""
        assert list(self._scratch.glob("*")) == []
        assert (self.task.sandbox, self.task.open_step, self.task.open_calls) == ("", 0, ())
        return True
