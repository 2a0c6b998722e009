"""The working change is reviewed when it changes, once, and for nobody when nobody looks."""

import asyncio
import datetime as dt

import pytest
from agentxd.kernel.errors import InvalidRequestError, NotFoundError, ReviewError
from agentxd.kernel.review import Finding, Fix, Replacement, Review, ReviewRequest, Severity
from agentxd.plugins.disk.memory import InMemoryDisk
from agentxd.plugins.inspecting.scripted import ScriptedInspector
from agentxd.plugins.stores.memory_log import InMemoryEventLog
from agentxd.review.answers import ANSWERS_PATH, parse_answers
from agentxd.sessions.answering import Answering
from agentxd.sessions.goals import Goals
from agentxd.sessions.inspecting import Inspecting, Wishes
from agentxd.sessions.journal import Journal
from agentxd.sessions.mending import Mending
from agentxd.sessions.seen import Sight
from agentxd.workspace.documents import Documents

NOON_MS = int(dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC).timestamp() * 1000)
TEXT = "zero\none\ntwo\nthree\n"


class NoonClock:
    def now_ms(self):
        return NOON_MS

    async def sleep(self, seconds):
        await asyncio.sleep(0)


def finding(name, line=1, path="a", *, new=None, rule="r"):
    fix = None if new is None else Fix(f"put {new.strip()}", (Replacement(line, line + 1, new),))
    return Finding(
        rule=rule, severity=Severity.WARNING, path=path, line=line, message="m",
        fingerprint=name * 16, fix=fix,
    )  # fmt: skip


class House:
    """A workspace whose reviews are written down."""

    def __init__(self, *findings, **files):
        self.findings = findings
        self.wishes = Wishes()
        self.disk = InMemoryDisk(
            {path: text.encode() for path, text in {"a": TEXT, **files}.items()}
        )
        self.inspector = ScriptedInspector(
            lambda request: Review(title="x", findings=tuple(self.findings))
        )
        self.inspecting = Inspecting()
        self.inspecting.equip(self.inspector, self.disk, "/w", lambda: self.wishes)
        self.answering = Answering(self.inspecting, self.disk, "/w", NoonClock())
        self.heard = []
        self.inspecting.listen(lambda paths: self.heard.append(sorted(paths)))

    async def __aenter__(self):
        self.task = asyncio.ensure_future(self.inspecting.serve())
        return self

    async def __aexit__(self, *error):
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    @property
    def n_reviews(self):
        return len(self.inspector.requests)

    async def reviewed(self, n_reviews):
        """Until so many reviews were begun and their outcome is there."""
        while self.n_reviews < n_reviews:
            await asyncio.sleep(0.005)
        await quiet()


async def quiet():
    """Longer than saves are gathered."""
    await asyncio.sleep(0.3)


async def test_nothing_is_reviewed_while_nobody_looks():
    async with House(finding("1")) as house:
        house.inspecting.saved()
        house.inspecting.heard()
        await quiet()
        assert house.n_reviews == 0
        house.inspecting.watch("c1")
        await house.reviewed(1)
        house.inspecting.watch("c2")
        house.inspecting.left("c1")
        house.inspecting.saved()
        await house.reviewed(2)
        house.inspecting.left("c2")
        house.inspecting.saved()
        await quiet()
        assert house.n_reviews == 2


async def test_saves_of_one_moment_are_one_review():
    async with House(finding("1")) as house:
        house.inspecting.watch("c1")
        for _ in range(20):
            house.inspecting.saved()
            await asyncio.sleep(0.01)
        await house.reviewed(1)
        assert house.n_reviews == 1
        assert house.heard == [["a"]]
        assert house.inspecting.files["a"].content == TEXT.encode()


async def test_a_newer_save_ends_the_review_that_is_being_made():
    async with House(finding("1")) as house:
        house.inspector.gate.clear()
        house.inspecting.watch("c1")
        await house.reviewed(1)
        house.findings = (finding("2"),)
        house.inspecting.saved()
        await house.reviewed(2)
        assert house.inspector.n_given_up == 1
        house.inspector.gate.set()
        await quiet()
        assert [f.fingerprint[0] for f in house.inspecting.files["a"].findings] == ["2"]


async def test_a_review_that_finds_the_same_tells_nobody():
    async with House(finding("1")) as house:
        house.inspecting.watch("c1")
        await house.reviewed(1)
        house.inspecting.saved()
        await house.reviewed(2)
        assert house.heard == [["a"]]
        house.findings = ()
        house.inspecting.saved()
        await house.reviewed(3)
        assert house.heard == [["a"], ["a"]]
        assert not house.inspecting.files


async def test_another_commit_is_noticed():
    async with House(finding("1")) as house:
        house.inspecting.watch("c1")
        await house.reviewed(1)
        house.inspector.word = "another commit"
        await house.reviewed(2)


async def test_without_a_repository_nothing_is_begun():
    async with House(finding("1")) as house:
        house.inspector.word = ""
        house.inspecting.watch("c1")
        house.inspecting.saved()
        await quiet()
        assert house.n_reviews == 0


async def test_news_of_a_save_are_no_second_change_and_others_are():
    async with House(finding("1")) as house:
        house.inspecting.watch("c1")
        await house.reviewed(1)
        for _ in range(100):
            house.inspecting.heard()
        await house.reviewed(2)
        assert house.n_reviews == 2
        house.inspecting.saved()
        await house.reviewed(3)
        house.inspecting.heard()
        await quiet()
        assert house.n_reviews == 3


async def test_trouble_leaves_what_was_found_and_the_next_review_is_made():
    async with House(finding("1")) as house:
        house.inspecting.watch("c1")
        await house.reviewed(1)

        def broken(request):
            raise ReviewError("by accident")

        good, house.inspector.answer = house.inspector.answer, broken
        house.inspecting.saved()
        await house.reviewed(2)
        assert list(house.inspecting.files) == ["a"]
        house.inspector.answer, house.findings = good, ()
        house.inspecting.saved()
        await house.reviewed(3)
        assert not house.inspecting.files


async def test_the_settings_say_whether_and_how_much():
    async with House(finding("1")) as house:
        house.wishes = Wishes(min_severity=Severity.ERROR)
        house.inspecting.watch("c1")
        await house.reviewed(1)
        assert house.inspector.requests[0] == ReviewRequest(root="/w", min_severity=Severity.ERROR)
        house.wishes = Wishes(is_on_save=False)
        house.inspecting.saved()
        await quiet()
        assert house.n_reviews == 1
        assert not house.inspecting.files


@pytest.mark.parametrize("is_shown", [True, False])
async def test_a_review_on_request_is_shown_on_request(is_shown):
    house = House(finding("1"))
    asked = ReviewRequest(root="/w", kind="staged")
    review = await house.inspecting.run(asked, is_shown=is_shown)
    assert review.findings == house.findings
    assert bool(house.inspecting.files) is is_shown
    assert house.inspecting.finding("1" * 16) == house.findings[0]


# --- answers ----------------------------------------------------------------------------------


async def answers(house):
    content, _ = await house.disk.read("/w", ANSWERS_PATH)
    return parse_answers(content.decode()).items


async def test_an_answer_is_kept_and_the_finding_goes_at_once():
    async with House(finding("1"), finding("2")) as house:
        house.inspecting.watch("c1")
        await house.reviewed(1)
        await house.answering.answer("1" * 16, "false-positive", "it is a fake key")
        assert [f.fingerprint[0] for f in house.inspecting.files["a"].findings] == ["2"]
        (kept,) = await answers(house)
        assert (kept.fingerprint, kept.path, kept.line) == ("1" * 16, "a", "one")
        assert (kept.answer, kept.reason) == ("false-positive", "it is a fake key")
        assert kept.date == dt.date(2026, 3, 1)
        assert kept.until is None


@pytest.mark.parametrize(("until", "day"), [("", "2026-03-31"), ("2027-01-02", "2027-01-02")])
async def test_later_has_a_day(until, day):
    house = House(finding("1"))
    await house.inspecting.run(ReviewRequest(root="/w"))
    kept = await house.answering.answer("1" * 16, "later", "not now", until)
    assert kept.until == dt.date.fromisoformat(day)


async def test_answers_of_one_moment_are_all_kept():
    found = [finding(sign) for sign in "123456789abcdef"]
    house = House(*found)
    await house.inspecting.run(ReviewRequest(root="/w"))
    for one in found:
        await house.answering.answer(one.fingerprint, "accepted", "meant")
    assert len(await answers(house)) == len(found)


BAD = {
    "a strange word": ("1" * 16, "perhaps", "why", "", InvalidRequestError),
    "no reason": ("1" * 16, "accepted", " ", "", InvalidRequestError),
    "a day that is none": ("1" * 16, "later", "why", "soon", InvalidRequestError),
    "a day where none belongs": ("1" * 16, "accepted", "why", "2027-01-02", InvalidRequestError),
    "a finding that nobody knows": ("2" * 16, "accepted", "why", "", NotFoundError),
}


@pytest.mark.parametrize(("name", "word", "reason", "until", "error"), BAD.values(), ids=BAD)
async def test_a_bad_answer_is_refused_and_nothing_is_written(name, word, reason, until, error):
    house = House(finding("1"))
    await house.inspecting.run(ReviewRequest(root="/w"), is_shown=True)
    with pytest.raises(error):
        await house.answering.answer(name, word, reason, until)
    assert await house.disk.read("/w", ANSWERS_PATH) is None
    assert house.inspecting.files["a"].findings == house.findings


async def test_a_file_of_answers_that_is_broken_stays_as_it_is():
    house = House(finding("1"), **{ANSWERS_PATH: "<<<<<<< ours\n"})
    await house.inspecting.run(ReviewRequest(root="/w"))
    with pytest.raises(InvalidRequestError):
        await house.answering.answer("1" * 16, "accepted", "meant")
    assert (await house.disk.read("/w", ANSWERS_PATH))[0] == b"<<<<<<< ours\n"


# --- mending ----------------------------------------------------------------------------------


class NoEquipment:
    """Takes every goal, and equips none."""

    def provider_name(self, goal):
        return goal.provider

    def chain(self, goal):
        return ()

    async def equip(self, task, proposal):
        raise ReviewError("no sandbox")


class Workshop:
    """Mends findings of a house, as far as the edits."""

    def __init__(self, house):
        self.kept = []
        self.documents = Documents()
        journal = Journal(InMemoryEventLog(lambda: 0))

        async def nothing(task):
            del task

        self.goals = Goals(journal, NoEquipment(), nothing)
        sight = Sight("/w", house.disk, self.documents, NoonClock())
        self.mending = Mending(house.inspecting, sight, self.goals, self.keep)

    async def keep(self, content):
        self.kept.append(content.decode())
        return "/edits"

    async def mend(self, findings, **texts):
        return await self.mending.ended(await self.mending.mend(findings, texts, "me"))


def reasons(mended):
    return {left.finding.fingerprint[0]: left.reason for left in mended.left}


async def test_fixes_become_one_task_of_the_mechanic_with_edits_that_stand_once():
    house = House(a="x\nx\none\nx\n", b="two\n")
    shop = Workshop(house)
    mended = await shop.mend([finding("1", 1, new="y\n"), finding("2", 0, "b", new="TWO\n")])
    assert mended.n_mended == 2
    assert mended.task.provider == "mechanic"
    assert mended.task.script == "/edits"
    assert mended.task.goal == "mend 2 findings of the review: r"
    assert '"old":"x\\nx\\none\\n","new":"x\\ny\\none\\n"' in shop.kept[0]
    assert '"path":"b","old":"two\\n","new":"TWO\\n"' in shop.kept[0]


async def test_what_cannot_be_mended_is_told_and_the_rest_is():
    house = House(c="gone")
    shop = Workshop(house)
    found = [
        finding("1", 1, new="ONE\n"),
        finding("2", 1, new="other\n"),
        finding("3", 2),
        finding("4", 0, "nowhere", new="x\n"),
        finding("5", 3, new="THREE\n"),
    ]
    mended = await shop.mend(found)
    assert mended.n_mended == 2
    assert reasons(mended) == {
        "2": "another fix of this place comes first",
        "3": "it carries no fix",
        "4": "there is no such text file any more",
    }


async def test_fixes_are_made_in_the_text_that_the_user_sees_now():
    house = House(finding("1", 1, new="ONE\n"), finding("2", 2, new="TWO\n"))
    await house.inspecting.run(ReviewRequest(root="/w"), is_shown=True)
    await house.disk.replace("/w", "a", TEXT.encode(), b"new\nzero\none\n2\nthree\n", 0o100644)
    shop = Workshop(house)
    mended = await shop.mend(shop.mending.findings([]))
    assert reasons(mended) == {"2": "its lines are not what they were in the review"}
    assert '"old":"one\\n","new":"ONE\\n"' in shop.kept[0]


async def test_a_review_of_somebody_else_brings_its_own_texts():
    shop = Workshop(House(a="top\nzero\none\n"))
    mended = await shop.mend([finding("1", 1, new="ONE\n")], a="zero\none\n")
    assert mended.n_mended == 1
    assert '"old":"one\\n"' in shop.kept[0]


async def test_where_nothing_can_be_mended_no_task_begins():
    shop = Workshop(House())
    mended = await shop.mend([finding("1")])
    assert (mended.task, mended.n_mended, shop.kept) == (None, 0, [])
    assert reasons(mended) == {"1": "it carries no fix"}
