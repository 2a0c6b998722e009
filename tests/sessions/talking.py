"""A house of sessions around a model that says what the test wants, when the test wants it."""

import asyncio
from pathlib import Path

from agentxd.agents.budget import Ceilings
from agentxd.agents.fake_clock import FakeClock
from agentxd.agents.gate import gate_of
from agentxd.agents.routing.route import only
from agentxd.kernel.messages import Finished, Message, Observation, Text, ToolCall
from agentxd.kernel.sandboxes import SandboxSpec
from agentxd.plugins.disk.local import LocalDisk
from agentxd.plugins.sandboxes.process import ProcessBackend
from agentxd.plugins.stores.memory_blobs import InMemoryBlobStore
from agentxd.plugins.stores.memory_log import InMemoryEventLog
from agentxd.plugins.tools import built_in_tools
from agentxd.sessions.conversing import Conversations
from agentxd.sessions.following import FollowUp
from agentxd.sessions.goals import Goal, Goals
from agentxd.sessions.journal import Journal
from agentxd.sessions.recovering import recover
from agentxd.sessions.reviewing import Decision, Reviewing
from agentxd.sessions.seen import Sight
from agentxd.sessions.transfers import Transfers
from agentxd.sessions.turns import Turns
from agentxd.tasks.approvals import Approvals
from agentxd.tasks.running import Assignment, TaskPorts
from agentxd.workspace.documents import Documents


class Puppet:
    """A provider whose answers the test gives one by one."""

    name = "puppet"

    def __init__(self):
        self.requests = []
        self._answers = asyncio.Queue()

    def models(self):
        return ("puppet-1",)

    async def stream(self, request):
        self.requests.append(request)
        answer = await self._answers.get()
        yield Finished(
            Message("assistant", answer),
            "tool_calls" if any(isinstance(part, ToolCall) for part in answer) else "end",
        )

    def says(self, *parts):
        """The next answer: words, or calls as (name, arguments)."""
        n = len(self.requests)
        self._answers.put_nowait(
            tuple(
                Text(part) if isinstance(part, str) else ToolCall(f"c{n}.{i}", *part)
                for i, part in enumerate(parts)
            )
        )

    async def asked(self, n):
        """The n-th request, as soon as it is there."""
        for _ in range(2_000):
            if len(self.requests) >= n:
                return self.requests[n - 1]
            await asyncio.sleep(0.002)
        raise AssertionError(f"the model was asked {len(self.requests)} times, not {n}")

    def texts(self, n):
        """What the n-th request said, message by message."""
        return [
            (message.role, " | ".join(_words(part) for part in message.parts))
            for message in self.requests[n - 1].messages
        ]


def _words(part):
    if isinstance(part, Text):
        return part.text
    return part.name if isinstance(part, ToolCall) else part.output


def write(path, content):
    return ("write", {"path": path, "content": content})


class TalkHouse:
    """One workspace with its sessions; `again` is the house after kill -9 of the daemon."""

    def __init__(self, folder: Path, log=None, blobs=None, model=None):
        self._folder = folder
        self.root = folder / "w"
        self.root.mkdir(exist_ok=True)
        self.log = log or InMemoryEventLog()
        self.blobs = blobs or InMemoryBlobStore()
        self.clock = FakeClock()
        self.model = model or Puppet()
        self.disk = LocalDisk()
        self.journal = Journal(self.log)
        sight = Sight(str(self.root), self.disk, Documents(), self.clock)
        self.reviewing = Reviewing(self.journal, self.blobs, sight)
        follow_up = FollowUp(self.journal, self.blobs, self.reviewing, None)
        turns = Turns(self.journal, self.blobs)
        self.goals = Goals(self.journal, self, follow_up.after, turns.dress)
        self.conversations = Conversations(self.journal, self.goals, self.clock)
        self.transfers = Transfers(self.journal)
        self.approvals = Approvals(
            self.journal.record, lambda: self.journal.state.tasks, self.clock
        )
        self.seconds = 0
        """Time budget of the coming tasks; 0 for none."""
        self.ask = ()
        """Rules of permission_ask for the coming tasks."""

    # Equipment

    def provider_name(self, goal):
        return goal.provider or "puppet"

    def chain(self, goal):
        del goal
        return ()

    async def equip(self, task, proposal):
        async def prepare():
            snapshot = await self.disk.snapshot(str(self.root), {})
            return SandboxSpec(f"w/{task.id}", snapshot, str(self._folder / "scratch"))

        gate = gate_of(ask=self.ask)
        assignment = Assignment(
            task.id, task.goal, prepare, built_in_tools(), gate, proposal,
            ceilings=Ceilings(seconds=self.seconds),
        )  # fmt: skip
        route = only(self.model, self.clock)
        ports = TaskPorts(
            self.journal.record, self.blobs, self.clock, route, ProcessBackend(), self.approvals
        )
        return assignment, ports

    # for tests

    async def say(self, text, session="s1", mode=""):
        """Say something to a session that is there, or to a new one."""
        known = session if session in self.journal.state.sessions else ""
        return await self.conversations.prompt(Goal(text, session=known), "anna", mode)

    async def ended(self, task):
        """Until a turn and what its end brings is over; its state."""
        for _ in range(2_000):
            found = self.journal.state.tasks.tasks.get(task)
            if found and found.outcome and not self.goals.is_running(task):
                return found
            await asyncio.sleep(0.002)
        raise AssertionError(f"{task} does not end")

    async def quiet(self):
        """Until nothing waits and nothing is under way, and that for a while."""
        n_quiet = 0
        for _ in range(2_000):
            is_busy = self.session.waiting or self.goals.n_running or self.conversations.n_pending
            n_quiet = 0 if is_busy else n_quiet + 1
            if n_quiet > 20:
                return
            await asyncio.sleep(0.002)
        raise AssertionError("it never becomes quiet")

    async def turn(self, text, *answers, mode=""):
        """A whole turn: what is said, and every answer of the model."""
        said = await self.say(text, mode=mode)
        for answer in answers:
            self.model.says(*answer) if isinstance(answer, tuple) else self.model.says(answer)
        return await self.ended(said.task)

    async def accept(self, *hunks):
        await self.reviewing.accept(hunks, Decision("anna"))

    async def again(self):
        """Kill -9 and a new daemon: nothing but the log and the blobs is left."""
        log = InMemoryEventLog()
        log.records = list(self.log.records)
        after = TalkHouse(self._folder, log, self.blobs)
        await after.journal.load()
        await recover(after.journal, after.disk, str(self.root))
        return after

    async def close(self):
        await self.conversations.close()
        await self.goals.close()

    @property
    def session(self):
        return self.journal.state.sessions["s1"]

    def state_of(self, hunk):
        return self.journal.state.ledger.hunks[hunk].state.value


def observations(request):
    return [p.output for m in request.messages for p in m.parts if isinstance(p, Observation)]
