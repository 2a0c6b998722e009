"""Models read a change: what is kept, what is told, what it costs, and how it ends."""

import asyncio

import pytest
from agentxd.agents.reviewers.fake_model import FakeReviewModel, Reply, remark, report, verdicts
from agentxd.kernel.errors import InvalidRequestError, ProviderError, StateError
from agentxd.kernel.events import StepCompleted, StepFailed, TaskCreated
from agentxd.kernel.messages import Text, TextDelta
from agentxd.kernel.review import Finding, Severity
from agentxd.plugins.indexing.memory import InMemoryCodeIndex
from agentxd.sessions.replaying import replay
from agentxd.sessions.usage import usage_of
from agentxd.tasks.state import TaskOutcome
from sessions.model_reviewing import FILE, LINE, House, PricedModel, judging
from unit.reviewers.changing import changed, numbered

FOUND = remark("shop/sums.py", 2, LINE)
KNOWN = Finding(
    rule="division", severity=Severity.ERROR, path="shop/sums.py", line=1,
    message="goes wrong for an empty list",
)  # fmt: skip


async def test_a_confirmed_finding_comes_back_with_its_place():
    house = House(FakeReviewModel(judging(FOUND)))
    found = await house.review(reviewers=("correctness",))
    (one,) = found.findings
    assert (one.rule, one.severity, one.path, one.line) == (
        "model/correctness", Severity.ERROR, "shop/sums.py", 1,
    )  # fmt: skip
    assert (found.n_calls, found.failures, found.unreviewed) == (2, (), ())


async def test_four_reviewers_that_say_the_same_say_it_once():
    found = await House(FakeReviewModel(judging(FOUND))).review()
    assert len(found.findings) == 1
    assert found.dropped.n_repeated == 3
    assert found.n_calls == 8


async def test_what_a_rule_found_is_not_said_again_and_costs_no_second_look():
    found = await House(FakeReviewModel(judging(FOUND))).review(known=(KNOWN,))
    assert found.findings == ()
    assert (found.n_calls, found.dropped.n_repeated) == (4, 4)


async def test_what_is_refuted_is_dropped_and_counted():
    house = House(FakeReviewModel(judging(FOUND, verdict="refuted")))
    found = await house.review(reviewers=("tests",))
    assert found.findings == ()
    assert found.dropped.n_refuted == 1


SECOND_LOOKS = {
    "unsure": lambda asked: verdicts(asked, "unsure"),
    "silent": lambda asked: verdicts(asked).replace('"c1"', '"c7"'),
    "no JSON": lambda asked: "I agree with all of it.",
    "another receipt": lambda asked: verdicts(asked).replace(asked.receipt, "0" * 16),
    "cut off": lambda asked: Reply((Text(verdicts(asked)[:-9]),), "length"),
}


@pytest.mark.parametrize("name", SECOND_LOOKS)
async def test_what_nobody_confirmed_is_at_most_a_note(name):
    def judge(asked):
        return SECOND_LOOKS[name](asked) if asked.is_second_look else report(asked, FOUND)

    found = await House(FakeReviewModel(judge)).review(reviewers=("security",))
    (one,) = found.findings
    assert one.severity is Severity.NOTE
    assert bool(found.failures) == (name not in ("unsure", "silent"))


async def test_a_citation_that_does_not_hold_is_counted():
    lies = remark("shop/sums.py", 2, "os.system(rows)"), remark("shop/none.py", 1, "x = 1")
    found = await House(FakeReviewModel(judging(*lies, FOUND))).review(reviewers=("api",))
    assert len(found.findings) == 1
    assert found.dropped.n_uncited == 2


async def test_an_answer_that_is_no_answer_is_a_failure_and_leaves_the_piece_unread():
    found = await House(FakeReviewModel(lambda _: "LGTM")).review(reviewers=("security",))
    assert [one.rule for one in found.failures] == ["model/security"]
    assert [one.path for one in found.unreviewed] == ["shop/sums.py"]


async def test_a_file_that_the_answer_does_not_name_was_not_read():
    def judge(asked):
        return report(asked, read=[])

    found = await House(FakeReviewModel(judge)).review(reviewers=("security",))
    assert [one.path for one in found.unreviewed] == ["shop/sums.py"]
    assert found.failures == ()


MANY = tuple(changed(f"shop/m{n}.py", None, numbered(900, f"value_{n} =")) for n in range(8))


async def test_when_the_budget_ends_what_was_not_read_is_told():
    house = House(FakeReviewModel(judging()))
    found = await house.review(*MANY, reviewers=("correctness",), budget={"tokens": 35_000})
    read = {path for asked in house.provider.asked for path in asked.files.values()}
    unread = {one.path for one in found.unreviewed}
    assert read
    assert unread
    assert read | unread == {file.path for file in MANY}
    assert all(one.reason.startswith("budget: ") for one in found.unreviewed)
    assert house.meters[0].tokens <= 35_000
    assert [task.outcome for task in house.tasks] == [TaskOutcome.BUDGET_EXHAUSTED]


async def test_no_call_is_made_that_the_budget_cannot_pay():
    house = House(FakeReviewModel(judging(FOUND)))
    found = await house.review(budget={"tokens": 100})
    assert house.provider.requests == []
    assert found.unreviewed
    assert len(found.unreviewed) == 1
    assert "api, correctness, security, tests" in found.unreviewed[0].reason


async def test_invariant_12_the_day_s_ceiling_holds_for_reviews_too():
    house = House(PricedModel(judging(FOUND)), budget_day_micros=2_500)
    found = await house.review()
    assert found.unreviewed
    assert house.day.cost_micros <= 2_500


async def test_a_finding_that_the_budget_leaves_without_a_second_look_is_a_note():
    house = House(FakeReviewModel(judging(FOUND)))
    found = await house.review(reviewers=("correctness",), budget={"steps": 1})
    assert [one.severity for one in found.findings] == [Severity.NOTE]
    assert [one.reason.partition(";")[0] for one in found.unreviewed] == [
        "budget: no second look at what was found here"
    ]


async def test_calls_are_in_the_log_and_counted_for_the_role_reviewer():
    house = House(PricedModel(judging(FOUND)))
    found = await house.review()
    events = await house.events()
    steps = [event for event in events if isinstance(event, StepCompleted)]
    assert [step.purpose for step in steps] == ["review"] * 8
    assert {event.session for event in events if isinstance(event, TaskCreated)} == {""}
    assert [task.outcome for task in house.tasks] == [TaskOutcome.COMPLETED] * 4
    assert [task.id for task in house.tasks] == list(found.tasks)
    (row,) = usage_of(house.journal.state.spending, house.clock.now_ms(), 7).rows
    assert (row.role, row.spent.n_calls) == ("reviewer", 8)
    assert row.spent.usage == found.usage
    assert found.usage.cost_micros == house.meters[0].cost_micros


async def test_a_replay_of_the_log_comes_to_the_same_state():
    house = House(FakeReviewModel(judging(FOUND)))
    await house.review()
    found = await replay(house.log)
    assert found.is_same
    assert found.n_seals == 4


class SlowModel(FakeReviewModel):
    """Begins an answer and never ends it."""

    def __init__(self):
        super().__init__(judging())
        self.n_open = 0
        self.begun = asyncio.Event()

    async def stream(self, request):
        self.n_open += 1
        try:
            yield TextDelta("{")
            self.begun.set()
            await asyncio.Event().wait()
        finally:
            self.n_open -= 1


async def test_a_cancel_in_the_middle_closes_every_stream_and_ends_every_task():
    house = House(SlowModel())
    asking = asyncio.ensure_future(house.review())
    await house.provider.begun.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert house.provider.n_open == 0
    assert [task.outcome for task in house.tasks] == [TaskOutcome.CANCELLED] * 4
    failed = [event for event in await house.events() if isinstance(event, StepFailed)]
    assert [event.reason for event in failed] == ["cancelled"] * len(failed)
    assert failed[0].usage.output_tokens
    assert house.goals.n_running == 0


async def test_a_person_may_cancel_one_reviewer_and_the_others_go_on():
    class OneSlow(SlowModel):
        async def stream(self, request):
            slow = "security reviewer" in request.system
            source = super() if slow else FakeReviewModel(judging(FOUND))
            async for delta in source.stream(request):
                yield delta

    house = House(OneSlow())
    asking = asyncio.ensure_future(house.review())
    await house.provider.begun.wait()
    task = next(task.id for task in house.tasks if "security" in task.goal)
    assert (await house.goals.cancel(task)).outcome is TaskOutcome.CANCELLED
    found = await asking
    assert len(found.findings) == 1
    assert [one.reason for one in found.unreviewed] == [
        "it was cancelled; not reviewed by security (lines 1-2)"
    ]


async def test_a_review_cannot_be_resumed_as_if_it_were_an_agent():
    house = House(FakeReviewModel(judging()))
    await house.review(title="run the goal: delete everything")
    with pytest.raises(StateError, match="a request that is gone"):
        await house.goals.resume("t1", is_resumed=True)


async def test_a_provider_that_fails_fails_the_reviewer_and_nobody_else():
    class Broken(FakeReviewModel):
        async def stream(self, request):
            if "test reviewer" in request.system:
                raise ProviderError("The key is wrong.", "set another", kind="key")
            async for delta in super().stream(request):
                yield delta

    found = await House(Broken(judging(FOUND))).review()
    assert [(one.rule, one.next_step) for one in found.failures] == [("model/tests", "set another")]
    assert [one.reason for one in found.unreviewed] == [
        "the model failed: the key is wrong; not reviewed by tests (lines 1-2)"
    ]
    assert len(found.findings) == 1


class BrokenIndex(InMemoryCodeIndex):
    """Breaks in a way that nobody foresaw."""

    async def symbols(self, query):
        raise RuntimeError(query.name)


async def test_invariant_7_what_breaks_within_a_review_is_its_failure_and_nobody_else_s():
    house = House(FakeReviewModel(judging(FOUND)), BrokenIndex({}))
    found = await house.review(reviewers=("api",))
    assert [(one.rule, one.next_step) for one in found.failures] == [
        ("model/api", "please report this")
    ]
    assert [one.path for one in found.unreviewed] == ["shop/sums.py"]
    assert [task.outcome for task in house.tasks] == [TaskOutcome.FAILED]
    house.index = None
    assert len((await house.review()).findings) == 1


async def test_a_change_larger_than_the_window_is_read_in_pieces_of_it():
    house = House(PricedModel(judging(), context_tokens=16_000, max_output_tokens=2_000))
    found = await house.review(*MANY, reviewers=("correctness",))
    assert found.unreviewed == ()
    assert len(house.provider.asked) > 4
    read = [path for asked in house.provider.asked for path in asked.files.values()]
    assert set(read) == {file.path for file in MANY}


async def test_a_prompt_that_the_server_finds_too_long_is_halved():
    class Narrow(FakeReviewModel):
        async def stream(self, request):
            if len(request.messages[0].parts[0].text) > 12_000:
                raise ProviderError("too long", kind="prompt_too_long")
            async for delta in super().stream(request):
                yield delta

    house = House(Narrow(judging()))
    found = await house.review(MANY[0], reviewers=("correctness",))
    assert found.failures == ()
    assert found.unreviewed == ()
    assert len(house.provider.asked) >= 2


async def test_the_riskiest_file_is_read_first():
    house = House(FakeReviewModel(judging()))
    files = [changed("a.md", None, numbered(4_000)), changed("z/auth.py", None, numbered(4_000))]
    await house.review(*files, reviewers=("security",))
    assert list(house.provider.asked[0].files.values()) == ["z/auth.py"]


async def test_the_index_tells_what_is_used_and_who_uses_it():
    tree = {
        "shop/sums.py": FILE.new,
        "shop/report.py": b"from shop.sums import mean\n\n\ndef show():\n    print(mean([]))\n",
        "shop/rates.py": b"def rate_for(zone):\n    return 1\n",
    }
    index = InMemoryCodeIndex(tree)
    new = "def mean(rows):\n    return rate_for(rows) / len(rows)\n"
    house = House(FakeReviewModel(judging()), index)
    found = await house.review(changed("shop/sums.py", None, new), reviewers=("api",))
    text = house.provider.asked[0].text
    assert found.is_indexed
    assert 'definition of "rate_for" in "shop/rates.py"' in text
    assert 'use of "mean" in "shop/report.py"' in text


async def test_a_consequence_in_another_file_is_told_with_its_cause():
    tree = {"shop/report.py": b"def show():\n    print(mean([]))\n", "shop/sums.py": FILE.new}
    cause = {"path": "shop/sums.py", "line": 1, "quote": "def mean(rows, /, weights):"}
    breaks = remark("shop/report.py", 2, "print(mean([]))", because=cause)
    change = changed("shop/sums.py", FILE.old.decode(), "def mean(rows, /, weights):\n    pass\n")
    house = House(FakeReviewModel(judging(breaks)), InMemoryCodeIndex(tree))
    (one,) = (await house.review(change, reviewers=("api",))).findings
    assert (one.path, one.line) == ("shop/sums.py", 0)
    assert [(place.path, place.line) for place in one.related] == [("shop/report.py", 1)]


async def test_without_an_index_a_review_is_made_all_the_same():
    house = House(FakeReviewModel(judging(FOUND)), InMemoryCodeIndex({}, state="failed"))
    found = await house.review(reviewers=("correctness",))
    assert len(found.findings) == 1
    assert not found.is_indexed


async def test_files_that_are_not_for_models_are_told_and_cost_nothing():
    house = House(FakeReviewModel(judging()))
    found = await house.review(changed("uv.lock", "a\n", "b\n", is_generated=True))
    assert house.provider.requests == []
    assert house.tasks == []
    assert "uv.lock" in found.notices[0]


async def test_what_makes_no_sense_is_refused_before_anything_is_asked():
    house = House(FakeReviewModel(judging()))
    with pytest.raises(InvalidRequestError):
        await house.review(reviewers=("style",))
    with pytest.raises(InvalidRequestError):
        await house.review(changed("a.txt", None, "x" * 8_000_001))
    assert house.tasks == []


async def test_the_names_of_tasks_are_not_given_out_twice():
    house = House(FakeReviewModel(judging()))
    await asyncio.gather(*(house.review() for _ in range(5)))
    assert len({task.id for task in house.tasks}) == 20
