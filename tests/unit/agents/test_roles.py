"""What is said before the goal: the rules of the project, once in a conversation."""

import pytest
from agentxd.agents.roles import are_told, first_message


@pytest.mark.parametrize("size", [10, 24_000, 24_001, 100_000])
def test_rules_that_were_told_are_known_again_however_long_they_are(size):
    rules = "r" * size
    history = (first_message("do it", rules, "AGENTS.md"),)
    assert are_told(rules, "AGENTS.md", history)
    assert not are_told(f"new {rules}", "AGENTS.md", history)
    assert not are_told(rules, "AGENTS.md", ())
