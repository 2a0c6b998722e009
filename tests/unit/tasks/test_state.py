"""The life of a task as a fold over events."""

import pytest
from agentxd.kernel.events import (
    ApprovalDecided,
    ApprovalRequested,
    EvidenceRecorded,
    MessageAdded,
    StepCompleted,
    StepFailed,
    StepRequested,
    TaskCreated,
    TaskEnded,
    TaskStarted,
    ToolCallCompleted,
    ToolCallRequested,
)
from agentxd.kernel.hunks import Evidence
from agentxd.kernel.messages import Message, Observation, Text, ToolCall, Usage
from agentxd.tasks.reducing import reduce_tasks
from agentxd.tasks.state import TasksState

CREATED = TaskCreated("t1", "s1", "goal", "role", "p", "", "")
STARTED = TaskStarted("t1")
ASKED = ApprovalRequested("q1", "t1", "run: x", "", ("allow", "deny"), 9)
ALLOWED = ApprovalDecided("q1", "allow", "anna")
CALL, LATER = ToolCall("a", "read", {}), ToolCall("b", "read", {})
EVIDENCE = Evidence("t1.e1", "c", "tree", "before", 0, 1, "blob", "", "process", 1)


def ended(outcome):
    return TaskEnded("t1", outcome)


def fold(*events):
    state = TasksState()
    for event in (CREATED, *events):
        state = reduce_tasks(state, event)
    return state


def task(*events):
    return fold(*events).tasks["t1"]


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([], "pending"),
        ([STARTED], "running"),
        ([STARTED, ASKED], "waiting"),
        ([STARTED, ASKED, ALLOWED], "running"),
        ([STARTED, ended("completed")], "completed"),
        ([ended("cancelled")], "cancelled"),
        ([STARTED, ended("interrupted"), STARTED], "running"),
        ([STARTED, ended("interrupted"), ended("cancelled")], "cancelled"),
        ([STARTED, ended("completed"), ended("failed")], "completed"),
        ([STARTED, ended("completed"), STARTED], "completed"),
        ([STARTED, ended("denied"), STARTED, ended("completed")], "denied"),
        ([STARTED, ASKED, ended("cancelled"), ALLOWED], "cancelled"),
    ],
)
def test_the_status(events, status):
    assert task(*events).status == status


def test_what_is_open_is_closed_by_its_result():
    open_step = task(STARTED, StepRequested("t1", 3))
    assert open_step.open_step == 3
    assert task(STARTED, StepRequested("t1", 3), StepFailed("t1", 3, "x")).open_step == 0
    calls = (ToolCallRequested("t1", CALL), ToolCallRequested("t1", LATER))
    assert task(STARTED, *calls).open_calls == (CALL, LATER)
    done = ToolCallCompleted("t1", Observation("a", "x"))
    assert task(STARTED, *calls, done).open_calls == (LATER,)


def test_observations_stand_in_the_order_of_the_calls_whatever_finished_first():
    step = StepCompleted("t1", 1, Message("assistant", (Text("x"), CALL, LATER)), "tool_calls")
    results = [ToolCallCompleted("t1", Observation(name, name)) for name in ("b", "a")]
    transcript = task(STARTED, step, *results).transcript
    assert transcript[-1] == Message("tool", (Observation("a", "a"), Observation("b", "b")))


def test_steps_and_what_they_cost_add_up():
    steps = [
        StepCompleted("t1", n, Message("assistant", ()), "end", Usage(1, 2, 3)) for n in (1, 2)
    ]
    found = task(STARTED, *steps)
    assert (found.n_steps, found.usage) == (2, Usage(2, 4, 6))


def test_a_task_that_starts_again_has_none_of_the_lost_runs_words_but_its_evidence():
    lost = [
        STARTED,
        MessageAdded("t1", Message("user", ())),
        StepRequested("t1", 1),
        ToolCallRequested("t1", CALL),
        EvidenceRecorded("t1", EVIDENCE),
        ended("interrupted"),
    ]
    found = task(*lost, STARTED)
    assert (found.transcript, found.open_step, found.open_calls) == ((), 0, ())
    assert (found.evidence, found.sandbox, found.reason) == ((EVIDENCE,), "", "")


def test_events_of_unknown_tasks_and_approvals_change_nothing():
    state = fold(STARTED)
    for event in (TaskStarted("t9"), ended("x").__class__("t9", "failed"), ALLOWED):
        assert reduce_tasks(state, event) == state


def test_the_first_answer_wins_in_the_log_too():
    found = fold(STARTED, ASKED, ALLOWED, ApprovalDecided("q1", "deny", "bert"))
    assert found.approvals["q1"].decision == "allow"
