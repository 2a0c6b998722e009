"""Answers: read, written, found again, and raised again when their day is over."""

from datetime import date

import pytest
from agentxd.kernel.errors import InvalidRequestError
from agentxd.review.answers import (
    Answer,
    Answers,
    Verdict,
    answer_to,
    format_answers,
    parse_answers,
)
from agentxd.review.fingerprints import alternatives, moved
from hypothesis import given
from hypothesis import strategies as st
from unit.review.reviews import CALL, PASSWORD, SECRET, SOURCES, any_text, sample

TODAY = date(2025, 6, 1)
FINDINGS = sample().findings


def answer(number: int = 0, verdict: Verdict = Verdict.ACCEPTED, **also) -> Answer:
    finding = FINDINGS[number]
    return answer_to(finding, SOURCES.get(finding.path), verdict, "why", today=TODAY, **also)


def test_what_is_written_is_read_again() -> None:
    answers = Answers([answer(0), answer(1, Verdict.LATER, until=TODAY), answer(2)])
    text = format_answers(answers)
    assert parse_answers(text).items == answers.items
    assert format_answers(parse_answers(text)) == text


@given(st.lists(st.tuples(st.integers(0, 9), any_text, any_text), max_size=5))
def test_any_answer_is_read_again(rows) -> None:
    answers = Answers(
        Answer(
            fingerprint=f"{number:016x}", rule="r", path=path, answer=Verdict.ACCEPTED,
            reason=f"because {reason}", date=TODAY,
        )
        for number, path, reason in rows
    )  # fmt: skip
    text = format_answers(answers)
    read = parse_answers(text)
    assert [item.fingerprint for item in read.items] == [i.fingerprint for i in answers.items] or (
        {item.fingerprint for item in read.items} == {i.fingerprint for i in answers.items}
    )
    assert format_answers(parse_answers(format_answers(read))) == format_answers(read)


def test_a_new_answer_changes_only_its_own_lines() -> None:
    few = format_answers(Answers([answer(0), answer(2)])).splitlines()
    more = format_answers(Answers([answer(0), answer(2)]).added(answer(1))).splitlines()
    assert [line for line in few if line not in more] == []
    assert Answers([answer(0), answer(1)]).items == Answers([answer(1), answer(0)]).items


def test_no_secret_is_written() -> None:
    text = format_answers(Answers([answer(1)]))
    assert PASSWORD not in text
    assert "DB_PASSWORD=" in text


def test_an_answer_is_replaced_and_taken_away() -> None:
    answers = Answers([answer(0)]).added(answer(0, Verdict.FALSE_POSITIVE))
    assert [item.answer for item in answers.items] == [Verdict.FALSE_POSITIVE]
    assert answers.removed(FINDINGS[0].fingerprint).items == ()


def test_of_two_answers_that_were_merged_the_newer_counts() -> None:
    old = Answer(
        fingerprint="0" * 16,
        rule="r",
        path="a",
        answer=Verdict.LATER,
        reason="x",
        date=date(2024, 1, 1),
    )
    new = Answer(
        fingerprint="0" * 16, rule="r", path="a", answer=Verdict.ACCEPTED, reason="y", date=TODAY
    )
    assert Answers([new, old]).items == (new,)


def test_later_is_raised_again_after_its_day() -> None:
    names = (FINDINGS[0].fingerprint,)
    answers = Answers([answer(0, Verdict.LATER, until=TODAY)])
    assert answers.holds(names, TODAY)
    assert not answers.holds(names, date(2025, 6, 2))
    assert Answers([answer(0, Verdict.LATER)]).holds(names, date(2099, 1, 1))


def test_an_answer_follows_its_file_but_covers_no_copy() -> None:
    before = FINDINGS[0]
    after = CALL.__class__(
        **{name: getattr(before, name) for name in before.__struct_fields__}
        | {"path": "b.py", "fingerprint": moved(before.fingerprint, before.path, "b.py")}
    )
    names = (after.fingerprint, *alternatives(after))
    answers = Answers([answer(0)])
    assert answers.in_tree(lambda path: False).holds(names, TODAY)
    assert not answers.in_tree(lambda path: True).holds(names, TODAY)
    assert not answers.holds(names, TODAY)
    known = (after.fingerprint, *alternatives(after, before.path))
    assert answers.holds(known, TODAY)


BAD = [
    ("[[answer]]\nfingerprint = 0x", 2, "no TOML"),
    ("<<<<<<< ours\n", 1, "no TOML"),
    ("[[answer]]\nrule = 'r'\n", 1, "fingerprint is missing"),
    (
        "\n# x\n[[answer]]\nfingerprint='zz'\nrule='r'\npath='a'\nanswer='later'\nreason='x'\n",
        3,
        "16 hex",
    ),
    ("[answers]\nx = 1\n", 1, "only [[answer]]"),
    ("answer = 3\n", 1, "only [[answer]]"),
    ("answer = [3]\n", 1, "is a table"),
]
GOOD_TABLE = {
    "fingerprint": "0" * 16,
    "rule": "r",
    "path": "a",
    "answer": "accepted",
    "reason": "x",
}
BAD += [
    ("[[answer]]\n" + "".join(f"{k} = {v!r}\n" for k, v in (GOOD_TABLE | change).items()), 1, words)
    for change, words in (
        ({"answer": "maybe"}, "answer is one of accepted, false-positive, later"),
        ({"reason": " "}, "has a reason"),
        ({"reason": 3}, "reason is no text"),
        ({"until": "2025-01-01"}, "only `later`"),
        ({"date": "soon"}, "date is a day"),
        ({"colour": "red"}, "unknown key 'colour'"),
    )
]


@pytest.mark.parametrize(("text", "line", "words"), BAD)
def test_a_bad_file_is_told_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(InvalidRequestError) as raised:
        parse_answers(text)
    assert words in raised.value.message
    assert f"line {line}" in raised.value.message
    assert raised.value.next_step


def test_an_answer_has_a_reason_and_only_later_a_day() -> None:
    with pytest.raises(InvalidRequestError):
        answer_to(SECRET, None, Verdict.ACCEPTED, " ", today=TODAY)
    with pytest.raises(InvalidRequestError):
        answer(0, Verdict.ACCEPTED, until=TODAY)
