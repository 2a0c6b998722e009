"""What the tests of the loop are built of: tools that are good, bad and slow, and a workroom."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from agentxd.agents.budget import Ceilings, Meter
from agentxd.agents.context.compacting import Compactor
from agentxd.agents.dispatch import Dispatcher
from agentxd.agents.fake_clock import FakeClock
from agentxd.agents.gate import gate_of
from agentxd.agents.guard import LoopGuard
from agentxd.agents.loop import LoopParts, run_loop
from agentxd.agents.recording import InMemoryRecorder
from agentxd.agents.routing.choosing import Candidate
from agentxd.agents.routing.health import Health
from agentxd.agents.routing.route import Route
from agentxd.agents.stepping import StepParts, Stepper
from agentxd.kernel.errors import DeniedError, SandboxError, StorageError
from agentxd.kernel.files import Snapshot
from agentxd.kernel.messages import Message, ModelRequest, Observation, Text, ToolCall, ToolSpec
from agentxd.kernel.models import Model
from agentxd.plugins.providers.scripted import ScriptedCall, ScriptedProvider, ScriptedStep
from agentxd.tasks.workroom import CallContext

SCHEMA = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "times": {"type": "integer"},
        "ways": {"type": "array", "items": {"type": "string"}},
        "purpose": {"type": "string", "enum": ["check", "look"]},
        "is_loud": {"type": "boolean"},
    },
    "required": ["text"],
    "additionalProperties": False,
}


class EchoTool:
    """Answers with its text, after `n_turns` turns of the event loop."""

    def __init__(self, name="echo", risk="read", n_turns=0):
        self.spec = ToolSpec(name, "", SCHEMA, risk=risk)
        self.n_calls = 0
        self.n_turns = n_turns

    async def call(self, call_id: str, arguments: Any, context: Any) -> Observation:
        self.n_calls += 1
        for _ in range(self.n_turns * arguments.get("times", 1)):
            await asyncio.sleep(0)
        return Observation(call_id, arguments["text"])


ERRORS = {
    "value": ValueError("no"),
    "sandbox": SandboxError("the sandbox is gone", "open another"),
    "denied": DeniedError("the user said no"),
    "storage": StorageError("the disk is full"),
    "timeout": TimeoutError("too slow"),
}


class BrokenTool(EchoTool):
    """Throws what it is told to."""

    async def call(self, call_id: str, arguments: Any, context: Any) -> Any:
        self.n_calls += 1
        if arguments["text"] == "nothing":
            return None
        if arguments["text"] == "other id":
            return Observation("somebody else", "done")
        raise ERRORS[arguments["text"]]


class HangingTool(EchoTool):
    """Never answers; says when it was begun and when it was cancelled."""

    def __init__(self, name="hang", risk="read"):
        super().__init__(name, risk)
        self.begun = asyncio.Event()
        self.is_cancelled = False

    async def call(self, call_id: str, arguments: Any, context: Any) -> Observation:
        self.n_calls += 1
        self.begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.is_cancelled = True
            raise
        return Observation(call_id, "never")


class Workroom:
    """Gives leave as it was told to, and touches nothing."""

    def __init__(self, leave="allow: a test"):
        self.leave = leave
        self.asked: list[str] = []

    def context(self, tool, call):
        snapshot = Snapshot("", "/nowhere", {}, {}, {})
        return CallContext(None, snapshot, None, lambda _: None)

    async def approve(self, call, verdict):
        self.asked.append(verdict.subject)
        if not self.leave:
            raise DeniedError("Denied by anna: no", "leave it")
        return self.leave


@dataclass
class Agent:
    """One agent, ready to run."""

    provider: Any
    tools: tuple[Any, ...] = ()
    ceilings: Ceilings = field(default_factory=Ceilings)
    gate: Any = field(default_factory=lambda: gate_of(allow=["*"]))
    workroom: Workroom = field(default_factory=Workroom)
    guard: LoopGuard = field(default_factory=LoopGuard)
    record: Any = field(default_factory=InMemoryRecorder)
    clock: FakeClock = field(default_factory=FakeClock)
    shown: list[tuple[str, str]] = field(default_factory=list)
    model: Model = field(default_factory=lambda: Model(provider="scripted"))
    route: Any = None
    parent: Any = None
    kept: tuple[tuple[str, str], ...] = ()
    inbox: Any = field(default=tuple)

    def dispatcher(self) -> Dispatcher:
        return Dispatcher(
            "t1",
            self.tools,
            self.gate,
            workroom=self.workroom,
            record=self.record,
            clock=self.clock,
        )

    async def run(self, goal="do it") -> tuple[Message, ...]:
        self.meter = Meter("task", self.ceilings, self.clock, self.parent)
        route = self.route or Route([Candidate(self.provider, self.model)], Health(self.clock))
        step_parts = StepParts(
            route,
            self.meter,
            self.record,
            self.clock,
            lambda kind, text: self.shown.append((kind, text)),
        )
        self.stepper = Stepper("t1", step_parts)
        parts = LoopParts(
            self.stepper,
            Compactor("t1", self.stepper, self.record, lambda: self.kept),
            self.dispatcher(),
            self.meter,
            self.guard,
            self.record,
            self.inbox,
        )
        messages = (Message("user", (Text(goal),)),)
        specs = tuple(tool.spec for tool in self.tools)
        return await run_loop("t1", parts, ModelRequest("", "", messages, specs))

    @property
    def names(self) -> list[str]:
        """The recorded events, by name."""
        return [type(event).__name__ for event in self.record.events]


def scripted(*steps: ScriptedStep | list[ScriptedCall] | str) -> ScriptedProvider:
    """A step for each: text, or calls."""
    return ScriptedProvider(
        [
            step
            if isinstance(step, ScriptedStep)
            else (ScriptedStep(text=step) if isinstance(step, str) else ScriptedStep("", (*step,)))
            for step in steps
        ]
    )


def call(text: str = "hello", name: str = "echo", call_id: str = "", **more: Any) -> ScriptedCall:
    """A call of a test's tool."""
    return ScriptedCall(name, {"text": text, **more}, call_id)


def wish(identifier: str, text: str = "hello", name: str = "echo", **more: Any) -> ToolCall:
    """The same, as a model says it."""
    return ToolCall(identifier, name, {"text": text, **more})
