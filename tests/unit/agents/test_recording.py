"""The trail of a task: results go ahead of the next intent, in order, and none gets lost."""

import asyncio

import pytest
from agentxd.agents.recording import InMemoryRecorder, Trail, note
from agentxd.kernel.errors import StorageError
from agentxd.kernel.events import TaskEnded, TaskStarted

NAMES = [f"t{n}" for n in range(6)]


class SlowRecorder:
    """Takes events at once, and lets their durability wait."""

    def __init__(self, error_at=""):
        self.names = []
        self.durable = []
        self.error_at = error_at

    async def __call__(self, *events):
        self.names += [event.task for event in events]
        await asyncio.sleep(0.01)
        for event in events:
            if event.task == self.error_at:
                raise StorageError("the disk is full", "Free some.")
            self.durable.append(event.task)
        return []


def ended(name):
    return TaskEnded(name, "completed")


async def test_notes_are_recorded_before_the_intent_that_follows_and_durable_with_it():
    slow = SlowRecorder()
    trail = Trail(slow)
    for name in NAMES[:4]:
        trail.note(ended(name))
    assert slow.durable == []
    await trail(TaskStarted(NAMES[4]))
    assert slow.names == NAMES[:5]
    assert slow.durable == NAMES[:5]


async def test_a_result_that_cannot_be_kept_is_raised_by_the_next_record():
    trail = Trail(SlowRecorder(error_at="t1"))
    trail.note(ended("t0"), ended("t1"))
    with pytest.raises(StorageError, match="the disk is full"):
        await trail(TaskStarted("t2"))


async def test_a_caller_that_is_cancelled_loses_no_result():
    slow = SlowRecorder()
    trail = Trail(slow)
    trail.note(ended("t0"))
    waiting = asyncio.ensure_future(trail(TaskStarted("t1")))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await trail(ended("t2"))
    assert "t0" in slow.durable
    assert slow.durable[-1] == "t2"


async def test_without_a_trail_a_result_is_waited_for():
    plain = InMemoryRecorder()
    await note(plain, ended("t0"))
    assert plain.events == [ended("t0")]


async def test_later_work_holds_nothing_up_and_is_waited_for_in_the_end():
    slow = SlowRecorder()
    trail = Trail(slow)

    async def work():
        await asyncio.sleep(0.05)
        await trail(ended("t5"))

    trail.later(work())
    await trail(TaskStarted("t0"))
    assert slow.durable == ["t0"]
    await trail.settle()
    assert slow.durable == ["t0", "t5"]


async def noted(trail, *events):
    trail.note(*events)
    await trail.settle()


FIRST = {
    "a record": lambda trail: trail(ended("t2")),
    "a note": lambda trail: noted(trail, ended("t2")),
    "a note of nothing": noted,
}


@pytest.mark.parametrize("kind", FIRST)
async def test_what_a_trail_begins_with_is_recorded_once_and_before_everything(kind):
    slow = SlowRecorder()
    trail = Trail(slow, TaskStarted("t0"), ended("t1"))
    assert slow.names == []
    await FIRST[kind](trail)
    await trail(ended("t3"))
    assert slow.durable == ["t0", "t1", *["t2"] * (kind != "a note of nothing"), "t3"]
