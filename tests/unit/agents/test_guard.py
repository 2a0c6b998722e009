"""The loop guard, as a table of what was called and seen."""

import pytest
from agentxd.agents.guard import LoopGuard, StuckError
from agentxd.kernel.messages import Observation, ToolCall

TABLE = [
    # one letter is one call with one result; what each step brings: . fine, n nudge, S stopped
    ("A A A A A A A", ". . . n . . S"),
    ("A B A B A B A B", ". . . . n . . S"),
    ("A A A B A A A", ". . . . . . n"),
    ("A B C D E F G", ". . . . . . ."),
    ("AB AB A B BA A AB", ". . . n . . S"),
    ("A A A AB A A A", ". . . . . . n"),
]


@pytest.mark.parametrize(("steps", "wanted"), TABLE)
def test_only_steps_that_show_nothing_new_count(steps, wanted):
    guard = LoopGuard()
    seen = []
    for step in steps.split():
        calls = [ToolCall(f"c{len(seen)}.{name}", "read", {"path": name}) for name in step]
        try:
            nudge = guard.look(calls, [Observation(call.id, "same") for call in calls])
            seen.append("n" if nudge else ".")
        except StuckError:
            seen.append("S")
    assert seen == wanted.split()


def test_the_same_call_with_another_result_is_progress():
    guard = LoopGuard(2, 3)
    for n in range(20):
        assert not guard.look([ToolCall("a", "run", {})], [Observation("a", f"exit code {n}")])


def test_the_order_in_which_arguments_are_written_does_not_matter():
    guard = LoopGuard(1, 9)
    guard.look([ToolCall("a", "run", {"x": 1, "y": 2})], [Observation("a", "")])
    assert guard.look([ToolCall("b", "run", {"y": 2, "x": 1})], [Observation("b", "")])
