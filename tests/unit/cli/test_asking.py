"""What may be typed at a question."""

import pytest
from agentxd_cli.commands.asking import accepted, meant

GATE = ("allow", "deny")


@pytest.mark.parametrize(
    ("typed", "options", "found"),
    [
        *((word, GATE, "allow") for word in ("y", "yes", "Y", "a", "allow", " Allow ")),
        *((word, GATE, "deny") for word in ("n", "no", "d", "deny", "NO")),
        *((word, GATE, "") for word in ("", "maybe", "all")),
        ("y", ("yes", "no"), "yes"),
        ("a", ("A", "a"), "a"),
        ("A", ("A", "a"), "A"),
        ("red", ("Red ", "blue"), "Red "),
        ("y", ("red", "blue"), ""),
    ],
)
def test_an_answer(typed, options, found):
    assert meant(typed, options) == found


def test_what_is_accepted_is_told():
    assert accepted(GATE) == "y/yes/a/allow, n/no/d/deny"
    assert accepted(("red", "blue")) == "red, blue"
