"""What is said while a turn ends, or waits with wishes of its own, begins a turn as it was meant."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from agentxd.kernel.errors import InvalidRequestError
from agentxd.sessions.goals import Goal
from sessions.talking import TalkHouse


@asynccontextmanager
async def opened(folder):
    house = TalkHouse(folder)
    try:
        yield house
    finally:
        await house.close()


async def test_what_is_said_while_a_stopped_turn_ends_begins_the_next(tmp_path):
    async with opened(tmp_path) as house:
        await house.say("one")
        await house.model.asked(1)
        await house.conversations.stop("s1")
        said = await house.say("do that instead")
        assert (said.fate, said.task) == ("waits", "t1")
        await house.model.asked(2)
        assert house.model.texts(2)[-1] == ("user", "do that instead")
        house.model.says("ok")
        await house.ended("t2")


async def test_two_interrupts_at_one_moment_are_one_turn(tmp_path):
    async with opened(tmp_path) as house:
        await house.say("one")
        await house.model.asked(1)
        await asyncio.gather(*(house.say(text, mode="interrupt") for text in ("two", "three")))
        await house.model.asked(2)
        assert house.model.texts(2)[-1] == ("user", "two\n\nthree")
        house.model.says("ok")
        await house.ended("t2")


async def test_saying_something_also_begins_what_was_left_to_be_collected(tmp_path):
    async with opened(tmp_path) as house:
        await house.say("one")
        await house.model.asked(1)
        await house.say("two", mode="collect")
        await house.conversations.stop("s1")
        await house.ended("t1")
        await house.say("three")
        for _ in range(2):
            house.model.says("ok")
        await house.quiet()
        told = [
            text for role, text in house.model.texts(len(house.model.requests)) if role == "user"
        ]
        assert told == ["one", "two", "three"]


@pytest.mark.parametrize("mode", ["queue", "collect"])
async def test_what_a_prompt_wants_of_its_turn_waits_with_it(tmp_path, mode):
    async with opened(tmp_path) as house:
        await house.say("one")
        await house.model.asked(1)
        wish = Goal("two", session="s1", model="m2", apply="all", budget={"steps": 3})
        await house.conversations.prompt(wish, "anna", mode)
        for _ in range(2):
            house.model.says("ok")
        await house.quiet()
        task = house.journal.state.tasks.tasks["t2"]
        assert (task.model, task.apply, task.budget) == ("m2", "all", {"steps": 3})


async def test_what_is_collected_before_the_first_turn_keeps_its_model(tmp_path):
    async with opened(tmp_path) as house:
        await house.conversations.prompt(Goal("one", model="m2"), "anna", "collect")
        house.clock.turn(10)
        await house.model.asked(1)
        assert house.journal.state.tasks.tasks["t1"].model == "m2"


async def test_the_mechanic_takes_one_prompt_a_turn(tmp_path):
    async with opened(tmp_path) as house:
        house.provider_name = lambda goal: goal.provider or "mechanic"
        await house.say("one")
        await house.model.asked(1)
        for text in ("two", "three"):
            assert (await house.say(text)).fate == "waits"
        for _ in range(3):
            house.model.says("ok")
        await house.quiet()
        goals = [task.goal for task in house.journal.state.tasks.tasks.values()]
        assert goals == ["one", "two", "three"]


async def test_a_prompt_that_can_never_begin_a_turn_is_refused_at_once(tmp_path):
    async with opened(tmp_path) as house:
        with pytest.raises(InvalidRequestError):
            await house.conversations.prompt(Goal("one", apply="some"), "anna", "collect")
        assert not house.journal.state.sessions
