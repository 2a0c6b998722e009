"""The model is asked while the sandbox opens, and neither is left behind when the other fails."""

import asyncio

import pytest
from agentxd.kernel.errors import WorkspaceRefusedError
from agentxd.kernel.events import (
    SandboxClosed,
    SandboxOpened,
    SandboxRequested,
    StepCompleted,
    StepFailed,
    StepRequested,
    TaskStarted,
    ToolCallRequested,
)
from agentxd.plugins.providers.scripted import ScriptedCall, ScriptedProvider, ScriptedStep
from unit.tasks.life import Life

FILES = {"a.txt": b"one\n"}
EDIT = ScriptedCall("edit", {"path": "a.txt", "old": "one", "new": "1"})
PATIENCE_S = 20


class Asked:
    """A provider that tells when it was asked, and answers no earlier than it may."""

    name = "asked"

    def __init__(self, *steps):
        self._inner = ScriptedProvider(list(steps))
        self.was_asked, self.may_answer = asyncio.Event(), asyncio.Event()

    def models(self):
        return ("m",)

    async def stream(self, request):
        self.was_asked.set()
        await self.may_answer.wait()
        async for delta in self._inner.stream(request):
            yield delta


class SlowlyOpened(Life):
    """Its snapshot is taken only once the model was asked."""

    async def prepare(self):
        async with asyncio.timeout(PATIENCE_S):
            await self.provider.was_asked.wait()
        return await super().prepare()


class Refused(SlowlyOpened):
    """Its snapshot cannot be taken."""

    async def prepare(self):
        await super().prepare()
        raise WorkspaceRefusedError("the folder is gone", "go elsewhere")


def order(life, *kinds):
    return [type(event) for event in life.events(*kinds)]


async def test_invariant_10_the_first_step_waits_for_no_sandbox_and_every_call_for_one(tmp_path):
    provider = Asked(ScriptedStep("", (EDIT,)), ScriptedStep("done"))
    provider.may_answer.set()
    life = SlowlyOpened(tmp_path, FILES, provider)
    assert (await life.run()).outcome.value == "completed"
    kinds = TaskStarted, StepRequested, SandboxRequested, SandboxOpened, ToolCallRequested
    assert order(life, *kinds)[: len(kinds)] == list(kinds)
    assert len(life.proposals) == 1
    assert life.has_left_nothing()


async def test_a_sandbox_that_cannot_be_opened_ends_the_call_to_the_model(tmp_path):
    life = Refused(tmp_path, FILES, Asked(ScriptedStep("never said")))
    ending = await life.run()
    assert (ending.outcome.value, ending.error) == ("failed", "workspace_refused")
    assert order(life, StepRequested, StepCompleted, StepFailed) == [StepRequested, StepFailed]
    assert life.has_left_nothing()


async def test_a_model_that_fails_closes_the_sandbox_that_was_opening(tmp_path):
    provider = Asked()
    provider.may_answer.set()
    life = SlowlyOpened(tmp_path, FILES, provider)
    assert (await life.run()).outcome.value == "failed"
    assert len(life.events(SandboxOpened)) == len(life.events(SandboxClosed))
    assert life.has_left_nothing()


@pytest.mark.parametrize("kind", [StepRequested, SandboxRequested, SandboxOpened])
async def test_a_cancel_while_both_are_under_way_leaves_nothing(tmp_path, kind):
    life = SlowlyOpened(tmp_path, FILES, Asked(ScriptedStep("never said")))
    running = await life.begin(lambda: life.events(kind))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert life.end.outcome == "cancelled"
    assert life.has_left_nothing()
