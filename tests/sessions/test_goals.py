"""Goals: whatever happens to the client or the equipment, every task ends with a record of it."""

import asyncio

import pytest
from agentxd.kernel.errors import (
    AgentxError,
    InvalidRequestError,
    SandboxUnavailableError,
    StateError,
    StorageError,
)
from agentxd.kernel.events import ProposalCreated, TaskEnded
from agentxd.plugins.stores.memory_log import InMemoryEventLog
from agentxd.sessions.goals import Goal, Goals
from agentxd.sessions.journal import Journal
from agentxd.tasks.state import TaskOutcome


class SlowEquipment:
    """Equips when it is told to, or fails."""

    def __init__(self, error=None):
        self.go = asyncio.Event()
        self.error = error
        self.proposals = []

    def provider_name(self, goal):
        return goal.provider or "mechanic"

    def chain(self, goal):
        return ()

    async def equip(self, task, proposal):
        del task
        await self.go.wait()
        self.proposals.append(proposal())
        raise self.error or SandboxUnavailableError("no sandbox", "Install one.")


async def nothing(task):
    del task


def house(error=None):
    journal = Journal(InMemoryEventLog(lambda: 0))
    equipment = SlowEquipment(error)
    return journal, equipment, Goals(journal, equipment, nothing)


def outcome(journal, task):
    return journal.state.tasks.tasks[task].outcome


async def settled(goals):
    for _ in range(100):
        if goals.n_running == 0:
            return
        await asyncio.sleep(0.001)


@pytest.mark.parametrize("is_begun", [False, True], ids=["before its first step", "in the middle"])
async def test_a_task_that_is_cancelled_while_it_is_equipped_ends(is_begun):
    journal, _, goals = house()
    _, task = await goals.run(Goal("fix lint"), "me")
    if is_begun:
        await asyncio.sleep(0.001)
    await goals.cancel(task)
    assert outcome(journal, task) is TaskOutcome.CANCELLED
    with pytest.raises(StateError):
        await goals.cancel(task)


async def test_a_daemon_that_leaves_tells_of_every_task_that_it_interrupts():
    journal, _, goals = house()
    tasks = [(await goals.run(Goal("fix lint"), "me"))[1] for _ in range(3)]
    await goals.close()
    assert {outcome(journal, task) for task in tasks} == {TaskOutcome.INTERRUPTED}


async def test_a_client_that_leaves_right_after_it_asked_leaves_no_task_that_never_starts():
    journal, equipment, goals = house()
    for _ in range(10):
        asking = asyncio.ensure_future(goals.run(Goal("fix lint"), "me"))
        await asyncio.sleep(0)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    equipment.go.set()
    await asyncio.sleep(0.01)
    await settled(goals)
    outcomes = [task.outcome for task in journal.state.tasks.tasks.values()]
    assert outcomes == [TaskOutcome.FAILED] * len(outcomes)


async def test_equipment_that_fails_is_the_end_of_the_task_with_its_reason():
    journal, equipment, goals = house()
    equipment.go.set()
    _, task = await goals.run(Goal("fix lint"), "me")
    await settled(goals)
    found = journal.state.tasks.tasks[task]
    assert (found.outcome, found.reason) == (TaskOutcome.FAILED, "no sandbox")


async def test_equipment_that_breaks_is_the_end_of_the_task_too():
    journal, equipment, goals = house(ZeroDivisionError("by accident"))
    equipment.go.set()
    _, task = await goals.run(Goal("fix lint"), "me")
    await settled(goals)
    assert outcome(journal, task) is TaskOutcome.FAILED
    assert "ZeroDivisionError" in journal.state.tasks.tasks[task].reason


async def test_a_task_is_resumed_once():
    journal, _, goals = house()
    _, task = await goals.run(Goal("fix lint"), "me")
    await goals.close()
    await goals.resume(task, is_resumed=True)
    with pytest.raises(AgentxError, match="resumed already"):
        await goals.resume(task, is_resumed=True)
    await goals.close()
    assert outcome(journal, task) is TaskOutcome.INTERRUPTED


async def test_tasks_at_the_same_time_give_their_proposals_names_of_their_own():
    journal, equipment, goals = house()
    await journal.record(ProposalCreated("p7", "t0", "x", "a", "b", (), (), "me"))
    for _ in range(4):
        await goals.run(Goal("fix lint"), "me")
    equipment.go.set()
    await settled(goals)
    assert equipment.proposals == ["p8", "p9", "p10", "p11"]


async def test_every_task_has_one_end():
    journal, equipment, goals = house()
    equipment.go.set()
    _, task = await goals.run(Goal("fix lint"), "me")
    await settled(goals)
    records = await journal.read(0, 100)
    assert [type(record.event) for record in records].count(TaskEnded) == 1, task


class RefusingLog(InMemoryEventLog):
    """Refuses everything, a moment later."""

    async def append(self, events):
        await asyncio.sleep(0.01)
        raise StorageError("the disk is full", "Free some space.")


@pytest.mark.parametrize("is_quick", [True, False], ids=["equipped before", "equipped after"])
async def test_a_goal_that_the_log_refuses_is_no_task_and_does_nothing(is_quick):
    journal, equipment = Journal(RefusingLog(lambda: 0)), SlowEquipment()
    goals = Goals(journal, equipment, nothing)
    ended = []
    goals.at_end = ended.append
    if is_quick:
        equipment.go.set()
    with pytest.raises(StorageError):
        await goals.run(Goal("fix lint"), "me")
    equipment.go.set()
    await settled(goals)
    assert goals.n_running == 0
    assert not journal.state.tasks.tasks
    assert not ended


async def test_goals_of_one_moment_get_tasks_of_their_own():
    journal, equipment, goals = house()
    equipment.go.set()
    found = await asyncio.gather(*(goals.run(Goal("fix lint"), "me") for _ in range(5)))
    assert sorted(found) == [(f"s{n}", f"t{n}") for n in range(1, 6)]
    await settled(goals)
    assert len(journal.state.tasks.tasks) == 5


@pytest.mark.parametrize("text", ["", "  \n", "x" * 200_001])
async def test_a_goal_that_is_empty_or_endless_is_refused(text):
    _, _, goals = house()
    with pytest.raises(InvalidRequestError) as caught:
        await goals.run(Goal(text), "me")
    assert caught.value.next_step
