"""Sessions: what is said is never lost, and a turn goes on where the one before ended."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from agentxd.kernel.errors import InvalidRequestError, NotFoundError, StateError
from agentxd.kernel.events import PromptReceived, SessionChanged, TaskCreated
from agentxd.sessions.goals import Goal
from agentxd.sessions.state import state_hash
from sessions.talking import TalkHouse, observations, write


@asynccontextmanager
async def opened(folder):
    houses = [TalkHouse(folder)]
    try:
        yield houses[0], houses
    finally:
        for house in houses:
            await house.close()


async def test_a_turn_begins_with_what_was_said_before(tmp_path):
    async with opened(tmp_path) as (house, _):
        await house.turn("hello", "hi")
        await house.turn("and now?", "still here")
        assert house.model.texts(2) == [
            ("user", "hello"),
            ("assistant", "hi"),
            ("user", "and now?"),
        ]
        assert house.session.tasks == ("t1", "t2")
        assert house.session.title == "hello"


async def test_waiting_hunks_are_in_the_next_sandbox_and_are_superseded_by_its_proposal(tmp_path):
    async with opened(tmp_path) as (house, _):
        await house.turn("write", (write("a.txt", "one\n"),), "done")
        await house.turn("go on", (("read", {"path": "a.txt"}),), (write("b.txt", "x\n"),), "done")
        opening = house.model.texts(3)[-1][1]
        assert "p1.1 (a.txt)" in opening
        assert "one" in observations(house.model.requests[3])[-1]
        assert house.state_of("p1.1") == "superseded"
        paths = [file.path for file in house.journal.state.ledger.proposals["p2"].files]
        assert paths == ["a.txt", "b.txt"]
        assert not (house.root / "a.txt").exists()


async def test_an_agent_that_takes_its_waiting_work_back_leaves_no_hunk_of_it_open(tmp_path):
    async with opened(tmp_path) as (house, _):
        await house.turn("write", (write("a.txt", "one\n"),), "done")
        ended = await house.turn("forget it", (("run", {"command": "rm a.txt"}),), "gone")
        assert ended.outcome.value == "no_change"
        assert house.state_of("p1.1") == "superseded"


async def test_a_turn_that_only_talks_leaves_the_waiting_hunks_as_they_are(tmp_path):
    async with opened(tmp_path) as (house, _):
        await house.turn("write", (write("a.txt", "one\n"),), "done")
        ended = await house.turn("what is in it?", (("read", {"path": "a.txt"}),), "one")
        assert (ended.outcome.value, ended.proposals) == ("no_change", ())
        assert house.state_of("p1.1") == "proposed"


async def test_a_turn_that_fails_leaves_the_waiting_hunks_as_they_are(tmp_path):
    async with opened(tmp_path) as (house, _):
        await house.turn("write", (write("a.txt", "one\n"),), "done")
        said = await house.say("go on")
        await house.model.asked(3)
        await house.goals.cancel(said.task)
        assert house.state_of("p1.1") == "proposed"


async def test_the_model_is_told_what_was_decided_once(tmp_path):
    async with opened(tmp_path) as (house, _):
        writes = [write(f"{name}.txt", f"{name}\n") for name in "abcd"]
        await house.turn("write", tuple(writes), "done")
        await house.accept("p1.1")
        await house.reviewing.reject(["p1.2"], "anna", "too loud")
        await house.reviewing.edit("p1.3", "other\n", "anna")
        await house.turn("go on", "fine")
        opening = house.model.texts(3)[-2][1]
        assert "- p1.1 (a.txt) accepted: it is in the files now" in opening
        assert "- p1.2 (b.txt) rejected: too loud" in opening
        assert "- p1.3 (c.txt) edited by the user" in opening
        assert "p1.4" not in opening
        await house.turn("and?", "ok")
        assert "too loud" not in house.model.texts(4)[-2][1]


async def test_a_waiting_hunk_that_no_longer_merges_is_told_and_not_forced(tmp_path):
    async with opened(tmp_path) as (house, _):
        (house.root / "a.txt").write_text("1\n2\n3\n")
        await house.turn("edit", (write("a.txt", "1\ntwo\n3\n"),), "done")
        (house.root / "a.txt").write_text("1\nmine\n3\n")
        await house.turn("go on", (("read", {"path": "a.txt"}),), "ok")
        assert "no longer fit" in house.model.texts(3)[-1][1]
        assert "mine" in observations(house.model.requests[3])[-1]
        assert (house.root / "a.txt").read_text() == "1\nmine\n3\n"
        assert house.state_of("p1.1") == "proposed"


async def test_steer_joins_the_turn_before_its_next_step(tmp_path):
    async with opened(tmp_path) as (house, _):
        first = await house.say("begin")
        await house.model.asked(1)
        said = await house.say("in blue, please")
        assert (said.fate, said.task) == ("joins", first.task)
        house.model.says(("list", {"path": "."}))
        await house.model.asked(2)
        assert house.model.texts(2)[-1] == ("user", "in blue, please")
        house.model.says("done")
        await house.ended("t1")
        assert house.session.tasks == ("t1",)
        assert house.session.waiting == ()


async def test_steer_that_comes_with_the_last_word_still_joins(tmp_path):
    async with opened(tmp_path) as (house, _):
        await house.say("begin")
        await house.model.asked(1)
        await house.say("one more thing")
        house.model.says("I am done.")
        await house.model.asked(2)
        assert house.model.texts(2)[-2:] == [
            ("assistant", "I am done."),
            ("user", "one more thing"),
        ]
        house.model.says("That too.")
        assert (await house.ended("t1")).outcome.value == "no_change"


async def test_interrupt_ends_the_turn_keeps_its_work_and_begins_another(tmp_path):
    async with opened(tmp_path) as (house, _):
        await house.say("begin")
        house.model.says(write("a.txt", "half\n"))
        await house.model.asked(2)
        said = await house.say("stop, do that", mode="interrupt")
        assert said.fate == "waits"
        ended = await house.ended("t1")
        assert (ended.outcome.value, ended.proposals) == ("cancelled", ("p1",))
        await house.model.asked(3)
        assert house.model.texts(3)[-2][1] == "stop, do that"
        assert "p1.1 (a.txt)" in house.model.texts(3)[-1][1]
        house.model.says("all right")
        await house.ended("t2")


async def test_an_interrupt_goes_before_what_was_queued(tmp_path):
    async with opened(tmp_path) as (house, _):
        await house.say("begin")
        await house.model.asked(1)
        await house.say("later", mode="queue")
        await house.say("now", mode="interrupt")
        await house.model.asked(2)
        house.model.says("done now")
        await house.model.asked(3)
        house.model.says("done later")
        await house.ended("t3")
        goals = [task.goal for task in house.journal.state.tasks.tasks.values()]
        assert goals == ["begin", "now", "later"]


async def test_queue_is_one_turn_after_the_other_in_order(tmp_path):
    async with opened(tmp_path) as (house, _):
        await house.say("one")
        await house.model.asked(1)
        for text in ("two", "three"):
            assert (await house.say(text, mode="queue")).fate == "waits"
        for _ in range(3):
            house.model.says("ok")
        await house.ended("t3")
        goals = [task.goal for task in house.journal.state.tasks.tasks.values()]
        assert goals == ["one", "two", "three"]


async def test_collect_makes_one_turn_of_what_is_said_in_its_time(tmp_path):
    async with opened(tmp_path) as (house, _):
        gate = asyncio.Event()

        async def sleep(seconds):
            assert seconds == 3
            await gate.wait()

        house.clock.sleep = sleep
        for text in ("one", "two"):
            assert (await house.say(text, mode="collect")).fate == "waits"
        assert house.session.tasks == ()
        gate.set()
        await house.model.asked(1)
        assert house.model.texts(1) == [("user", "one\n\ntwo")]
        await house.say("three", mode="collect")
        await house.say("four", mode="collect")
        house.model.says("ok")
        await house.model.asked(2)
        assert house.model.texts(2)[-1] == ("user", "three\n\nfour")
        house.model.says("ok")
        await house.ended("t2")


async def test_after_a_stop_what_waits_goes_on_waiting_until_someone_goes_on(tmp_path):
    async with opened(tmp_path) as (house, _):
        await house.say("one")
        house.model.says(write("a.txt", "half\n"))
        await house.model.asked(2)
        await house.say("two", mode="queue")
        await house.conversations.stop("s1")
        assert (await house.ended("t1")).proposals == ("p1",)
        assert [prompt.text for prompt in house.session.waiting] == ["two"]
        assert house.conversations.n_pending == 0
        assert await house.conversations.resume("s1") == "t2"
        house.model.says("ok")
        await house.ended("t2")


async def test_what_was_accepted_survives_kill_9_and_begins_only_when_asked(tmp_path):
    async with opened(tmp_path) as (house, houses):
        await house.say("one")
        await house.model.asked(1)
        await house.say("two", mode="queue")
        await house.say("three", mode="queue")
        after = await house.again()
        houses.append(after)
        assert after.session.tasks == ("t1",)
        assert [prompt.text for prompt in after.session.waiting] == ["two", "three"]
        assert await after.conversations.resume("s1") == "t2"
        after.model.says("ok")
        after.model.says("ok")
        await after.ended("t3")
        goals = [task.goal for task in after.journal.state.tasks.tasks.values()]
        assert goals == ["one", "two", "three"]


async def test_a_turn_that_is_run_again_says_what_was_steered_into_it(tmp_path):
    async with opened(tmp_path) as (house, houses):
        await house.say("begin")
        await house.model.asked(1)
        await house.say("in blue")
        house.model.says(("list", {"path": "."}))
        await house.model.asked(2)
        after = await house.again()
        houses.append(after)
        assert await after.conversations.resume("s1") == "t1"
        await after.model.asked(1)
        assert after.model.texts(1) == [("user", "begin\n\nin blue")]
        after.model.says("ok")
        await after.ended("t1")


async def test_a_new_prompt_after_kill_9_goes_on_behind_the_last_valid_message(tmp_path):
    async with opened(tmp_path) as (house, houses):
        await house.say("begin")
        house.model.says(("list", {"path": "."}))
        await house.model.asked(2)
        house.model.says(("run", {"command": "sleep 30"}))
        for _ in range(500):
            if house.journal.state.tasks.tasks["t1"].open_calls:
                break
            await asyncio.sleep(0.002)
        after = await house.again()
        houses.append(after)
        await after.say("what now?")
        await after.model.asked(1)
        roles = [role for role, _ in after.model.texts(1)]
        assert roles == ["user", "assistant", "tool", "user"]
        assert "has no result" in after.model.texts(1)[-1][1]
        after.model.says("ok")
        await after.ended("t2")


async def test_every_prompt_is_taken_by_exactly_one_turn_or_waits(tmp_path):
    async with opened(tmp_path) as (house, _):
        modes = ["steer", "queue", "interrupt", "collect", "queue", "steer"]
        await house.say("text", mode="queue")
        await house.model.asked(1)
        await asyncio.gather(*(house.say(f"more {m} {n}", mode=m) for n, m in enumerate(modes)))
        for _ in range(12):
            house.model.says("ok")
        await house.quiet()
        assert house.session.waiting == ()
        said = [r.event.text for r in house.log.records if isinstance(r.event, PromptReceived)]
        last = house.model.requests[-1].messages
        everything = "\n".join(getattr(p, "text", "") for m in last for p in m.parts)
        assert [everything.count(text) for text in said] == [1] * len(said)
        created = [r.event for r in house.log.records if isinstance(r.event, TaskCreated)]
        assert len({name for event in created for name in event.prompts}) <= len(said)


async def test_the_fold_of_the_log_is_the_state_that_was_acted_on(tmp_path):
    async with opened(tmp_path) as (house, houses):
        await house.turn("write", (write("a.txt", "one\n"),), "done")
        await house.turn("go on", "done")
        await house.conversations.change(SessionChanged("s1", queue_mode="queue"))
        wanted = state_hash(house.journal.state)
        after = await house.again()
        houses.append(after)
        assert state_hash(after.journal.state) == wanted


async def test_a_goal_of_a_session_at_work_is_refused(tmp_path):
    async with opened(tmp_path) as (house, _):
        await house.say("begin")
        await house.model.asked(1)
        with pytest.raises(StateError, match="at work on t1"):
            await house.conversations.run(Goal("more", session="s1"), "anna")
        house.model.says("ok")
        await house.ended("t1")
        assert await house.conversations.run(Goal("more", session="s1"), "anna") == ("s1", "t2")
        house.model.says("ok")
        await house.ended("t2")


@pytest.mark.parametrize(
    ("work", "error"),
    [
        (lambda c: c.prompt(Goal("x", session="s9"), "a"), NotFoundError),
        (lambda c: c.prompt(Goal("  "), "a"), InvalidRequestError),
        (lambda c: c.prompt(Goal("x" * 1_000_001), "a"), InvalidRequestError),
        (lambda c: c.prompt(Goal("x"), "a", "loud"), InvalidRequestError),
        (lambda c: c.run(Goal("x", session="s9"), "a"), NotFoundError),
        (lambda c: c.resume("s1"), StateError),
        (lambda c: c.stop("s1"), StateError),
        (lambda c: c.change(SessionChanged("s1", queue_mode="loud")), InvalidRequestError),
        (lambda c: c.change(SessionChanged("s1", collect_ms=-1)), InvalidRequestError),
    ],
)
async def test_what_makes_no_sense_is_refused_and_changes_nothing(tmp_path, work, error):
    async with opened(tmp_path) as (house, _):
        await house.turn("hello", "hi")
        n = len(house.log.records)
        with pytest.raises(error):
            await work(house.conversations)
        assert len(house.log.records) == n
