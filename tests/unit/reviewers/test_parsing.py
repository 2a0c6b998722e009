"""Answers: exactly the asked form counts, all else is told as a failure."""

import json

import pytest
from agentxd.agents.reviewers.parsing import (
    UnreadableAnswerError,
    read_answer,
    read_verdicts,
)
from agentxd.kernel.messages import Finished, Message, Text, Thinking, ToolCall

GOOD = {"path": "a.py", "line": 1, "quote": "x", "severity": "error", "message": "m"}


def finished(text, *parts, stop="end"):
    return Finished(Message("assistant", (*parts, Text(text))), stop)


def whole(**more):
    return json.dumps({"receipt": "r1", "read": ["f1"], "findings": [GOOD], **more})


FORMS = {
    "bare": whole(),
    "in a fence": f"```json\n{whole()}\n```",
    "in a fence without a name": f"\n```\n{whole()}\n```\n",
    "with more fields": whole(summary="fine", findings=[{**GOOD, "confidence": 0.9}]),
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS.keys())
def test_the_asked_form_is_read(text):
    answer = read_answer(finished(text, Thinking("hm")), "r1")
    assert [one.message for one in answer.remarks] == ["m"]
    assert answer.read == {"f1"}


UNREADABLE = {
    "nothing": "",
    "words": "LGTM, nothing to report.",
    "words around it": f"Here it is: {whole()}",
    "a list": "[]",
    "half of it": whole()[:-10],
    "two of them": whole() + whole(),
    "another receipt": whole(receipt="r2"),
    "no receipt": json.dumps({"read": [], "findings": []}),
    "no list of findings": whole(findings="none"),
    "no list of files": whole(read=None),
    "deep": "[" * 100_000,
    "a number": "0",
    "not a number": '{"receipt": NaN}',
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_anything_else_is_no_answer(text):
    with pytest.raises(UnreadableAnswerError):
        read_answer(finished(text), "r1")


@pytest.mark.parametrize("stop", ["length", "refused"])
def test_an_answer_that_was_not_finished_is_none(stop):
    with pytest.raises(UnreadableAnswerError):
        read_answer(finished(whole(), stop=stop), "r1")


def test_a_call_of_a_tool_is_no_answer_whatever_stands_beside_it():
    call = ToolCall("c1", "run", {"command": "rm -rf /"})
    with pytest.raises(UnreadableAnswerError, match="reviewers have none"):
        read_answer(finished(whole(), call), "r1")


BROKEN = {
    "no object": "x",
    "no line": {**GOOD, "line": None},
    "a line in words": {**GOOD, "line": "one"},
    "an unknown severity": {**GOOD, "severity": "ignore"},
    "no quote": {key: value for key, value in GOOD.items() if key != "quote"},
    "a list for a message": {**GOOD, "message": ["m"]},
}


@pytest.mark.parametrize("raw", BROKEN.values(), ids=BROKEN.keys())
def test_a_remark_without_its_form_is_counted_and_the_others_are_kept(raw):
    answer = read_answer(finished(whole(findings=[raw, GOOD])), "r1")
    assert (len(answer.remarks), answer.n_broken) == (1, 1)


def test_a_thousand_remarks_are_not_all_looked_at():
    answer = read_answer(finished(whole(findings=[GOOD] * 1_000)), "r1")
    assert (len(answer.remarks), answer.n_broken) == (60, 940)


def verdicts(*rows):
    text = json.dumps({"receipt": "r1", "verdicts": list(rows)})
    return read_verdicts(finished(text), "r1", {"c1", "c2"})


def row(name, verdict, reason="because"):
    return {"id": name, "verdict": verdict, "reason": reason}


VERDICTS = {
    "both": ([row("c1", "confirmed"), row("c2", "refuted")], {"c1": "confirmed", "c2": "refuted"}),
    "one is missing": ([row("c1", "confirmed")], {"c1": "confirmed"}),
    "unsure": ([row("c1", "unsure")], {}),
    "no reason": ([row("c1", "refuted", " ")], {}),
    "nobody asked": ([row("c9", "refuted")], {}),
    "two minds": ([row("c1", "refuted"), row("c1", "confirmed")], {}),
    "said twice": ([row("c1", "refuted"), row("c1", "refuted")], {"c1": "refuted"}),
    "nonsense": (["x", 1, None, {"id": ["c1"]}], {}),
    "other words": ([row("c1", "REFUTED"), row("c2", "ok")], {}),
}


@pytest.mark.parametrize("case", VERDICTS.values(), ids=VERDICTS.keys())
def test_only_a_plain_verdict_with_a_reason_counts(case):
    rows, wanted = case
    assert verdicts(*rows) == wanted
