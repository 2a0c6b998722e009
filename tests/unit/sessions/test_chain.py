"""The chain of a transcript: what is valid stays, the first damage ends it and is told."""

import pytest
from agentxd.kernel.messages import Link, Message, Observation, Text, Thinking, ToolCall
from agentxd.sessions.chain import chained, for_model, upto, whole
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace


def user(text="do it"):
    return Message("user", (Text(text),))


def calls(*names):
    return Message("assistant", tuple(ToolCall(name, "read", {}) for name in names))


def results(*names):
    return Message("tool", tuple(Observation(name, "ok") for name in names))


DONE = Message("assistant", (Text("done"),))
GOOD = chained("t1", [user(), calls("a", "b"), results("a", "b"), DONE])


def other(index, **fields):
    links = list(GOOD)
    links[index] = replace(links[index], **fields)
    return links


def test_a_good_chain_stays_as_it_is():
    found = whole(GOOD)
    assert (found.links, found.cut) == (GOOD, "")
    assert [link.parent for link in GOOD] == ["", "t1.m1", "t1.m2", "t1.m3"]


@pytest.mark.parametrize(
    ("links", "n_left", "reason"),
    [
        (GOOD[:2], 1, "the call a, b of t1.m2 has no result"),
        (other(2, message=results("a")), 1, "the call b of t1.m2 has no result"),
        (other(2, message=results("a", "b", "c")), 1, "another call"),
        (other(3, parent="t9.m9"), 3, "t1.m4 has an unknown parent t9.m9"),
        (other(3, parent="t1.m4"), 3, "t1.m4 comes after itself"),
        (other(1, parent="t1.m4"), 1, "t1.m2 comes after itself"),
        (other(3, parent=""), 3, "t1.m4 begins a second chain"),
        (other(3, id="t1.m1"), 3, "two messages are called t1.m1"),
        (other(3, id=""), 3, "a message has no id"),
        (other(3, message=Message("boss", ())), 3, "has the role 'boss'"),
        (other(0, message=calls("z")), 0, "the call z of t1.m1 has no result"),
        (other(0, message=replace(calls("z"), role="user")), 0, "that no model made"),
        (chained("t1", [user(), results("a")]), 1, "t1.m2 answers no call"),
        ([], 0, ""),
    ],
)
def test_the_first_damage_ends_it_and_is_told(links, n_left, reason):
    found = whole(links)
    assert len(found.links) == n_left
    assert reason in found.cut


def test_what_could_not_be_read_is_told_too():
    assert whole(GOOD, "line 5 is damaged").cut == "cut after t1.m4: line 5 is damaged"


def test_a_branch_that_does_not_lead_to_the_last_message_is_left_out():
    side = Link("x", "t1.m1", Message("assistant", (Text("another way"),)))
    assert whole([*GOOD[:1], side, *GOOD[1:]]).links == GOOD


def test_up_to_a_message_no_call_is_left_without_result():
    found = upto(GOOD, "t1.m2")
    assert found is not None
    assert [link.id for link in found.links] == ["t1.m1"]
    assert upto(GOOD, "t7.m1") is None


def test_reasoning_is_not_sent_to_another_turn():
    thought = Message("assistant", (Thinking("hm", "sig"), Text("yes")))
    only = Message("assistant", (Thinking("hm", "sig"),))
    links = chained("t1", [user(), thought, only])
    assert for_model(links) == (user(), Message("assistant", (Text("yes"),)))


names = st.sampled_from(["", "a", "b", "c", "d", "e"])
bodies = st.sampled_from([user(), DONE, calls("1"), results("1"), results("2"), Message("?", ())])
links_of_any_kind = st.lists(st.builds(Link, names, names, bodies), max_size=8)


@given(links_of_any_kind)
def test_whatever_comes_in_what_comes_out_is_one_answered_chain(links):
    found = whole(links)
    assert len({link.id for link in found.links}) == len(found.links)
    parents = ["", *(link.id for link in found.links)]
    assert [link.parent for link in found.links] == parents[: len(found.links)]
    assert whole(found.links) == replace(found, cut="")
    open_calls: set[str] = set()
    for link in found.links:
        done = {p.call_id for p in link.message.parts if isinstance(p, Observation)}
        assert done == open_calls
        open_calls = {p.id for p in link.message.parts if isinstance(p, ToolCall)}
    assert not open_calls


@given(links_of_any_kind)
def test_nothing_is_cut_without_a_word(links):
    found = whole(links)
    is_straight = [link.parent for link in links] == ["", *(link.id for link in links)][
        : len(links)
    ]
    if is_straight and len(found.links) < len(links):
        assert found.cut
    assert bool(found.cut) or found.links == whole(links).links


@given(st.lists(bodies, max_size=8))
def test_a_straight_chain_is_cut_only_behind_its_last_valid_message(messages):
    links = chained("t1", messages)
    found = whole(links).links
    assert found == links[: len(found)]
