"""What a later turn is shown of the turns before, also where one of them was compacted."""

import pytest
from agentxd.kernel import events as e
from agentxd.kernel.messages import Link, Message, Observation, Text, ToolCall
from agentxd.sessions.state import empty_state, reduce
from agentxd.sessions.turns import chain_of, view_before


def said(task, text):
    return e.MessageAdded(task, Message("user", (Text(text),)))


def answered(task, *parts):
    return e.StepCompleted(task, 1, Message("assistant", parts), "end")


def begun(task):
    return e.TaskCreated(task, "s1", f"goal {task}", "r", "p", "m", ""), e.TaskStarted(task)


def turn(task, *texts):
    return [
        *begun(task),
        said(task, f"goal {task}"),
        *(answered(task, Text(text)) for text in texts),
        e.TaskEnded(task, "completed"),
    ]


def fold(*events):
    state = empty_state()
    for event in (e.SessionStarted("s1", "me"), *events):
        state = reduce(state, event)
    return state


def shown(state, task):
    links, _ = view_before(state, state.sessions["s1"], task)
    return [part.text for link in links for part in link.message.parts if isinstance(part, Text)]


def test_a_turn_is_shown_all_turns_before_it_and_none_after():
    state = fold(*turn("t1", "a"), *turn("t2", "b"), *turn("t3", "c"))
    assert shown(state, "t1") == []
    assert shown(state, "t3") == ["goal t1", "a", "goal t2", "b"]


SUMMARY = Message("user", (Text("summary"),))


@pytest.mark.parametrize(
    ("first", "last", "dropped", "own"),
    [
        (1, 1, 3, ["summary", "d"]),
        (1, 4, 0, ["summary", "goal t2", "c", "d"]),
        (3, 1, 1, ["goal t2", "summary", "d"]),
    ],
    ids=["the middle is of both turns", "all of it is of the turn before", "its own middle"],
)
def test_a_compacted_turn_stands_for_everything_before_it(first, last, dropped, own):
    """Two messages of t1 and three of t2 are in the request that was compacted."""
    created, started = begun("t2")
    state = fold(
        *turn("t1", "a"),
        created,
        started,
        said("t2", "goal t2"),
        answered("t2", Text("c")),
        answered("t2", Text("d")),
        e.TranscriptCompacted("t2", SUMMARY, first, last, dropped, 100, 10),
        e.TaskEnded("t2", "completed"),
        *turn("t3", "e"),
        *begun("t4"),
    )
    assert shown(state, "t4") == ["goal t1", *own, "goal t3", "e"]
    whole = [link.id for chain in chain_of(state, state.sessions["s1"]) for link in chain.links]
    assert whole[:2] == ["t1.m1", "t1.m2"]


def test_a_call_without_result_ends_a_turn_and_the_next_is_told():
    created, started = begun("t1")
    cut = answered("t1", ToolCall("c1", "run", {}))
    state = fold(created, started, said("t1", "goal t1"), cut, *begun("t2"))
    links, notes = view_before(state, state.sessions["s1"], "t2")
    assert [link.id for link in links] == ["t1.m1"]
    assert "the call c1 of t1.m2 has no result" in notes[0]


@pytest.mark.parametrize(
    ("outcome", "is_told"),
    [("cancelled", True), ("interrupted", True), ("failed", True), ("no_change", False)],
)
def test_work_of_a_turn_that_ended_too_early_is_told_to_be_gone(outcome, is_told):
    created, started = begun("t1")
    call = answered("t1", ToolCall("c1", "edit", {}))
    result = e.ToolCallCompleted("t1", Observation("c1", "Replaced 1 place."))
    ended = e.TaskEnded("t1", outcome)
    state = fold(created, started, said("t1", "goal t1"), call, result, ended, *begun("t2"))
    _, notes = view_before(state, state.sessions["s1"], "t2")
    assert any("do again what is still wanted" in note for note in notes) == is_told


def test_every_message_follows_the_one_before_over_turns_and_what_was_brought():
    brought = (Link("s1.m1", "", Message("user", (Text("old"),))),)
    created, started = begun("t1")
    state = fold(
        e.TranscriptBrought("s1", brought, "a file"),
        created,
        started,
        said("t1", "goal t1"),
        answered("t1", ToolCall("c1", "run", {})),
        e.ToolCallCompleted("t1", Observation("c1", "ok")),
        answered("t1", Text("done")),
        *turn("t2", "b"),
    )
    links = [link for chain in chain_of(state, state.sessions["s1"]) for link in chain.links]
    assert [link.parent for link in links] == ["", *(link.id for link in links[:-1])]
    assert [link.model for link in links if link.message.role == "assistant"] == ["p/m"] * 3
