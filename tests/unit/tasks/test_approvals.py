"""Approvals: asked once, answered by whoever is first, and kept over a restart."""

import asyncio

import pytest
from agentxd.agents.fake_clock import FakeClock
from agentxd.kernel.errors import InvalidRequestError, NotFoundError, StateError
from agentxd.kernel.events import ApprovalDecided, TaskCreated, TaskEnded, TaskStarted
from agentxd.plugins.stores.memory_log import InMemoryEventLog
from agentxd.sessions.journal import Journal
from agentxd.tasks.approvals import Approvals, Question
from agentxd.tasks.state import TaskPhase

QUESTION = Question("t1", "run: make", "no rule matches", ("allow", "deny"), "rule")
OTHER = Question("t1", "run: rm x", "no rule matches", ("allow", "deny"), "rule")
CREATED = TaskCreated("t1", "s1", "goal", "role", "scripted", "", "")


class Daemon:
    """One life of a daemon over a log that outlives it."""

    def __init__(self, log=None, clock=None):
        self.log = log or InMemoryEventLog()
        self.clock = clock or FakeClock()
        self.journal = Journal(self.log)
        self.approvals = Approvals(
            self.journal.record, lambda: self.journal.state.tasks, self.clock
        )
        self.asking = []

    async def start(self):
        await self.journal.load()
        self.left_over = await self.approvals.recover()
        if not self.journal.state.tasks.tasks:
            await self.journal.record(CREATED, TaskStarted("t1"))
        return self

    async def ask(self, question=QUESTION, timeout_s=60.0):
        """Ask in the background, until somebody waits for the clock or it is over."""
        asked = asyncio.ensure_future(self.approvals.ask(question, timeout_s))
        n_before = self.clock.n_sleeping
        while self.clock.n_sleeping == n_before and not asked.done():
            await asyncio.sleep(0)
        self.asking.append(asked)
        return asked

    async def die(self):
        """As `kill -9`: nothing is recorded any more."""
        for asked in self.asking:
            asked.cancel()
        await asyncio.gather(*self.asking, return_exceptions=True)
        return await Daemon(self.log, self.clock).start()

    @property
    def phase(self):
        return self.journal.state.tasks.tasks["t1"].phase

    @property
    def decided(self):
        events = [record.event for record in self.log.records]
        return [(e.approval, e.decision, e.by) for e in events if isinstance(e, ApprovalDecided)]


@pytest.fixture
async def daemon():
    return await Daemon().start()


@pytest.mark.parametrize("decision", ["allow", "deny"])
async def test_a_question_waits_for_its_answer(daemon, decision):
    asked = await daemon.ask()
    assert daemon.phase is TaskPhase.WAITING
    told = await daemon.approvals.decide("q1", decision, "anna")
    assert (await asked) == told
    assert (told.decision, told.by, told.rule) == (decision, "anna", "rule")
    assert daemon.phase is TaskPhase.RUNNING
    assert daemon.clock.n_sleeping == 0


async def test_nobody_in_time_is_expired_and_later_is_too_late(daemon):
    asked = await daemon.ask()
    daemon.clock.turn(59.9)
    await asyncio.sleep(0)
    assert not asked.done()
    daemon.clock.turn(0.2)
    assert (await asked).decision == "expired"
    with pytest.raises(StateError, match="already answered: expired by time limit"):
        await daemon.approvals.decide("q1", "allow", "anna")
    assert daemon.decided == [("q1", "expired", "time limit")]


@pytest.mark.parametrize("timeout_s", [0.0, -1.0])
async def test_without_any_time_it_is_expired_at_once(daemon, timeout_s):
    assert (await daemon.approvals.ask(QUESTION, timeout_s)).decision == "expired"


async def test_of_two_answers_the_first_wins_also_at_the_same_moment(daemon):
    asked = await daemon.ask()
    answers = await asyncio.gather(
        daemon.approvals.decide("q1", "deny", "anna"),
        daemon.approvals.decide("q1", "allow", "bert"),
        return_exceptions=True,
    )
    assert isinstance(answers[1], StateError)
    assert (await asked).by == "anna"
    assert daemon.decided == [("q1", "deny", "anna")]


@pytest.mark.parametrize(
    ("identifier", "decision", "error", "words"),
    [
        ("q9", "allow", NotFoundError, "There is no approval q9"),
        ("", "allow", NotFoundError, "There is no approval"),
        ("q1", "maybe", InvalidRequestError, "'maybe' is no answer to q1"),
        ("q1", "expired", InvalidRequestError, "no answer"),
        ("q1", "", InvalidRequestError, "no answer"),
    ],
)
async def test_an_answer_that_makes_no_sense_changes_nothing(
    daemon, identifier, decision, error, words
):
    await daemon.ask()
    with pytest.raises(error, match=words):
        await daemon.approvals.decide(identifier, decision, "anna")
    assert daemon.decided == []
    await daemon.approvals.decide("q1", "allow", "anna")


async def test_several_questions_wait_side_by_side(daemon):
    first, second = await daemon.ask(), await daemon.ask(OTHER)
    await daemon.approvals.decide("q2", "deny", "anna")
    assert (await second).decision == "deny"
    assert not first.done()
    assert daemon.phase is TaskPhase.WAITING
    await daemon.approvals.decide("q1", "allow", "anna")
    assert (await first).decision == "allow"
    assert daemon.phase is TaskPhase.RUNNING


async def test_a_question_survives_a_restart_and_another_client_answers_it(daemon):
    await daemon.ask()
    second = await daemon.die()
    assert [approval.id for approval in second.left_over] == ["q1"]
    asked = await second.ask()
    await second.approvals.decide("q1", "allow", "another client")
    assert (await asked).by == "another client"
    assert len(second.journal.state.tasks.approvals) == 1


async def test_an_answer_given_before_the_task_asks_again_counts_once(daemon):
    await daemon.ask()
    second = await daemon.die()
    await second.approvals.decide("q1", "allow", "anna")
    assert (await second.approvals.ask(QUESTION, 60)).id == "q1"
    again = await second.ask()
    assert not again.done()
    assert [approval.id for approval in second.journal.state.tasks.waiting()] == ["q2"]


async def test_only_the_very_same_question_is_taken_up_again(daemon):
    await daemon.ask()
    second = await daemon.die()
    await second.ask(OTHER)
    assert [a.id for a in second.journal.state.tasks.waiting()] == ["q1", "q2"]


@pytest.mark.parametrize("n_restarts", [1, 2, 3])
async def test_what_ran_out_while_the_daemon_was_gone_is_expired_and_asked_anew(daemon, n_restarts):
    await daemon.ask()
    daemon.clock.turn(61)
    for _ in range(n_restarts):
        daemon = await daemon.die()
        assert daemon.left_over == []
    assert daemon.decided == [("q1", "expired", "time limit")]
    await daemon.ask()
    assert [a.id for a in daemon.journal.state.tasks.waiting()] == ["q2"]


async def test_a_left_over_question_runs_out_though_nobody_waits_for_it(daemon):
    await daemon.ask()
    second = await daemon.die()
    await second.approvals.expire_overdue()
    assert second.decided == []
    second.clock.turn(61)
    await second.approvals.expire_overdue()
    assert second.decided == [("q1", "expired", "time limit")]
    asked = await second.ask()
    assert not asked.done()


@pytest.mark.parametrize(("outcome", "n_left"), [("cancelled", 0), ("interrupted", 1)])
async def test_the_end_of_a_task_closes_its_questions_unless_it_may_go_on(daemon, outcome, n_left):
    asked = await daemon.ask()
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    await daemon.journal.record(TaskEnded("t1", outcome))
    assert len(daemon.journal.state.tasks.waiting("t1")) == n_left
    assert daemon.clock.n_sleeping == 0


async def test_invariant_10_the_state_is_the_same_after_it_was_rebuilt(daemon):
    asked = await daemon.ask()
    await daemon.approvals.decide("q1", "deny", "anna")
    await asked
    await daemon.ask(OTHER)
    rebuilt = Journal(daemon.log)
    await rebuilt.load()
    assert rebuilt.state == daemon.journal.state
