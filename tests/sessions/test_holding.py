"""A person halts a task, lets it go on, or takes its work over."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from agentxd.kernel.errors import NotFoundError, StateError
from agentxd.sessions.state import state_hash
from sessions.talking import TalkHouse, write


@asynccontextmanager
async def opened(folder):
    houses = [TalkHouse(folder)]
    try:
        yield houses[0], houses
    finally:
        for house in houses:
            await house.close()


def task_of(house, name="t1"):
    return house.journal.state.tasks.tasks[name]


async def until(house, status, name="t1"):
    for _ in range(2_000):
        if task_of(house, name).status == status:
            return task_of(house, name)
        await asyncio.sleep(0.002)
    raise AssertionError(f"{name} is {task_of(house, name).status}, not {status}")


async def paused_after_a_write(house):
    """A task that wrote one file and stands before its second step."""
    await house.say("write")
    await house.model.asked(1)
    pausing = await house.conversations.holding.pause("t1", "anna")
    assert pausing.is_pausing
    house.model.says(write("a.txt", "one\n"), write("b.txt", "two\n"))
    return await until(house, "paused")


async def test_a_paused_task_stands_before_the_next_tool_call_and_keeps_its_sandbox(tmp_path):
    async with opened(tmp_path) as (house, _):
        paused = await paused_after_a_write(house)
        assert (paused.is_pausing, paused.open_calls, paused.n_steps) == (False, (), 1)
        assert paused.sandbox
        for _ in range(20):
            await asyncio.sleep(0.002)
        assert len(house.model.requests) == 1
        await house.conversations.holding.resume("t1", "ben")
        await house.model.asked(2)
        house.model.says("done")
        ended = await house.ended("t1")
        assert (ended.outcome.value, ended.proposals) == ("completed", ("p1",))
        assert [f.path for f in house.journal.state.ledger.proposals["p1"].files] == [
            "a.txt",
            "b.txt",
        ]


async def test_a_pause_that_comes_after_the_last_tool_call_halts_before_the_next_step(tmp_path):
    async with opened(tmp_path) as (house, _):
        await house.say("look")
        await house.model.asked(1)
        house.model.says(("list", {"path": "."}))
        await house.model.asked(2)
        await house.conversations.holding.pause("t1", "anna")
        house.model.says(("list", {"path": "."}))
        await until(house, "paused")
        said = await house.say("in blue")
        assert (said.fate, said.task) == ("joins", "t1")
        await house.conversations.resume("s1", "anna")
        await house.model.asked(3)
        assert house.model.texts(3)[-1] == ("user", "in blue")
        house.model.says("done")
        assert (await house.ended("t1")).outcome.value == "no_change"


async def test_a_task_that_ends_before_its_next_edge_is_not_paused(tmp_path):
    async with opened(tmp_path) as (house, _):
        await house.say("talk")
        await house.model.asked(1)
        await house.conversations.holding.pause("t1", "anna")
        house.model.says("nothing to do")
        ended = await house.ended("t1")
        assert (ended.outcome.value, ended.is_pausing) == ("no_change", False)


async def test_invariant_12_the_time_budget_stands_still_while_a_task_is_paused(tmp_path):
    async with opened(tmp_path) as (house, _):
        house.seconds = 60
        await paused_after_a_write(house)
        house.clock.turn(3_600)
        await house.conversations.holding.resume("t1", "anna")
        await house.model.asked(2)
        assert task_of(house).paused_ms == 3_600_000
        house.clock.turn(50)
        house.model.says(("list", {"path": "."}))
        await house.model.asked(3)
        house.clock.turn(20)
        house.model.says(("list", {"path": "."}))
        assert (await house.ended("t1")).outcome.value == "budget_exhausted"


async def test_a_pause_that_is_taken_back_before_the_edge_is_none(tmp_path):
    async with opened(tmp_path) as (house, _):
        await house.say("write")
        await house.model.asked(1)
        await house.conversations.holding.pause("t1", "anna")
        again = await house.conversations.holding.resume("t1", "anna")
        assert (again.is_pausing, again.status) == (False, "running")
        house.model.says(write("a.txt", "one\n"))
        await house.model.asked(2)
        house.model.says("done")
        assert (await house.ended("t1")).outcome.value == "completed"


async def test_invariant_8_a_paused_task_is_cancelled_with_its_sandbox(tmp_path):
    async with opened(tmp_path) as (house, _):
        await paused_after_a_write(house)
        await house.goals.cancel("t1")
        ended = task_of(house)
        assert (ended.outcome.value, ended.sandbox, ended.proposals) == ("cancelled", "", ())
        assert house.goals.n_running == 0


async def test_stopping_a_paused_turn_keeps_its_work(tmp_path):
    async with opened(tmp_path) as (house, _):
        await house.say("write")
        await house.model.asked(1)
        house.model.says(write("a.txt", "one\n"))
        await house.model.asked(2)
        await house.conversations.holding.pause("t1", "anna")
        house.model.says(("list", {"path": "."}))
        await until(house, "paused")
        await house.conversations.stop("s1")
        ended = await house.ended("t1")
        assert (ended.outcome.value, ended.proposals) == ("cancelled", ("p1",))


@pytest.mark.parametrize("is_paused", [True, False], ids=["paused", "running"])
async def test_taking_over_keeps_what_was_done_and_starts_nothing_more(tmp_path, is_paused):
    async with opened(tmp_path) as (house, _):
        await house.say("write")
        await house.model.asked(1)
        house.model.says(write("a.txt", "one\n"))
        await house.model.asked(2)
        await house.say("later", mode="queue")
        if is_paused:
            await house.conversations.holding.pause("t1", "anna")
            house.model.says(("list", {"path": "."}))
            await until(house, "paused")
        taken = await house.conversations.holding.take_over("t1", "anna")
        assert taken.is_being_taken_over
        if not is_paused:
            house.model.says(write("b.txt", "never\n"))
        ended = await house.ended("t1")
        assert (ended.outcome.value, ended.proposals) == ("taken_over", ("p1",))
        assert "anna" in ended.reason
        assert [f.path for f in house.journal.state.ledger.proposals["p1"].files] == ["a.txt"]
        assert house.session.tasks == ("t1",), "what waits goes on waiting: a person works now"
        house.model.says("fine")
        await house.conversations.resume("s1", "anna")
        await house.model.asked(3)
        assert "took your last turn over" in str(house.model.texts(3))


async def test_taking_over_a_task_that_finished_meanwhile_is_told_as_such(tmp_path):
    async with opened(tmp_path) as (house, _):
        await house.say("write")
        await house.model.asked(1)
        await house.conversations.holding.take_over("t1", "anna")
        house.model.says("nothing to do")
        ended = await house.ended("t1")
        assert (ended.outcome.value, ended.proposals) == ("taken_over", ())
        assert "changed nothing" in ended.reason


async def test_invariant_10_kill_9_while_paused_is_asked_about_and_nothing_runs(tmp_path):
    async with opened(tmp_path) as (house, houses):
        await paused_after_a_write(house)
        for again, what in (("resume", "running"), ("drop", "cancelled"), ("take", "taken_over")):
            after = await house.again()
            houses.append(after)
            found = task_of(after)
            assert found.status == "interrupted"
            assert "while it was paused" in found.reason
            holding = after.conversations.holding
            if again == "take":
                await holding.take_over("t1", "anna")
            else:
                await holding.resume("t1", "anna", is_resumed=again == "resume")
            if again == "resume":
                await after.model.asked(1)
                assert task_of(after).paused_ms == 0
            assert task_of(after).status == what
            assert state_hash(after.journal.state)


async def test_what_cannot_be_held_says_why(tmp_path):
    async with opened(tmp_path) as (house, _):
        holding = house.conversations.holding
        await house.turn("talk", "hello")
        for act in (holding.pause, holding.take_over, holding.resume):
            with pytest.raises(StateError, match="no_change"):
                await act("t1", "anna")
            with pytest.raises(NotFoundError):
                await act("t9", "anna")


async def test_pausing_twice_is_pausing_once(tmp_path):
    async with opened(tmp_path) as (house, _):
        await paused_after_a_write(house)
        n_records = len(house.log.records)
        assert (await house.conversations.holding.pause("t1", "ben")).status == "paused"
        assert len(house.log.records) == n_records


async def asked_for_leave(house):
    """A task that waits for a person's answer, with a minute to give it."""
    house.ask = ("run",)
    await house.say("run it")
    await house.model.asked(1)
    house.model.says(("run", {"command": "echo hi > a.txt"}))
    return await until(house, "waiting")


async def test_a_question_waits_as_long_as_its_task_is_paused(tmp_path):
    async with opened(tmp_path) as (house, _):
        await asked_for_leave(house)
        paused = await house.conversations.holding.pause("t1", "anna")
        assert paused.status == "paused"
        before = house.journal.state.tasks.approvals["q1"].expires_ms
        house.clock.turn(100_000)
        await house.approvals.expire_overdue()
        for _ in range(20):
            await asyncio.sleep(0.002)
        assert house.journal.state.tasks.approvals["q1"].is_waiting
        await house.conversations.holding.resume("t1", "anna")
        assert task_of(house).status == "waiting"
        after = house.journal.state.tasks.approvals["q1"].expires_ms
        assert after - before >= 100_000_000
        await house.approvals.decide("q1", "allow", "anna")
        await house.model.asked(2)
        house.model.says("done")
        assert (await house.ended("t1")).outcome.value == "completed"


async def test_leave_that_is_given_while_paused_does_nothing_before_it_goes_on(tmp_path):
    async with opened(tmp_path) as (house, _):
        await asked_for_leave(house)
        await house.conversations.holding.pause("t1", "anna")
        await house.approvals.decide("q1", "allow", "ben")
        for _ in range(20):
            await asyncio.sleep(0.002)
        assert (task_of(house).status, task_of(house).open_calls) == ("paused", ())
        assert task_of(house).transcript[-1].role != "tool"
        await house.conversations.holding.resume("t1", "anna")
        await house.model.asked(2)
        house.model.says("done")
        assert (await house.ended("t1")).outcome.value == "completed"


async def test_a_waiting_task_is_taken_over_at_once(tmp_path):
    async with opened(tmp_path) as (house, _):
        await asked_for_leave(house)
        await house.conversations.holding.take_over("t1", "anna")
        ended = await house.ended("t1")
        assert (ended.outcome.value, ended.proposals) == ("taken_over", ())
        assert not house.journal.state.tasks.approvals["q1"].is_waiting
