"""What the mechanic understands of a goal, as a table of phrases."""

import pytest
from agentxd.kernel.errors import GoalNotUnderstoodError
from agentxd.plugins.providers.mechanic.goals import Kind, understand

UNDERSTOOD = [
    ("fix lint", "lint", ()),
    ("Fix lint.", "lint", ()),
    ("  fix   all lint errors!", "lint", ()),
    ("please fix the linter warnings", "lint", ()),
    ("run eslint", "lint", ()),
    ("run ruff", "lint", ()),
    ("format", "format", ()),
    ("reformat everything", "format", ()),
    ("run black", "format", ()),
    ("apply prettier", "format", ()),
    ("gofmt", "format", ()),
    ("modernise syntax", "modernise", ()),
    ("modernize the code", "modernise", ()),
    ("upgrade python syntax", "modernise", ()),
    ("sort imports", "imports", ()),
    ("organize the imports", "imports", ()),
    ("isort", "imports", ()),
    ("remove unused code", "unused", ()),
    ("get rid of dead code", "unused", ()),
    ("get rid of unused imports in src", "unused", ("src",)),
    ("delete unused imports and variables", None, None),
    ("remove unused imports", "unused", ()),
    ("sort imports and format", "imports format", ()),
    ("format, then sort imports", "imports format", ()),
    ("fix lint & format; remove unused code", "unused lint format", ()),
    ("fix lint in src", "lint", ("src",)),
    ("fix lint in ./src/ and tests", "lint", ("src", "tests")),
    ("format in src and fix lint", "lint format", ("src",)),
    ("fix lint in the src folder", "lint", ("src",)),
    ("format under 'my files/a.py'", "format", ("my files/a.py",)),
    ("format in Src/App.py", "format", ("Src/App.py",)),
    ("fix lint in this project", "lint", ()),
    ("fix lint in the whole repository", "lint", ()),
    ("fix lint in .", "lint", (".",)),
    ("", None, None),
    ("   ", None, None),
    ("add a login page", None, None),
    ("fix the bug in app.py", None, None),
    ("don't format", None, None),
    ("fix lint but not in src", None, None),
    ("fix lint and add a login page", None, None),
    ("delete all files", None, None),
    ("write tests", None, None),
    ("lint my dog", None, None),
]


@pytest.mark.parametrize(("text", "kinds", "scopes"), UNDERSTOOD)
def test_a_goal(text, kinds, scopes):
    if kinds is None:
        with pytest.raises(GoalNotUnderstoodError) as caught:
            understand(text)
        assert repr(text.strip()) in caught.value.message
        assert all(f'"{kind.value}"' in caught.value.message for kind in Kind)
        assert "provider" in caught.value.next_step
        return
    goal = understand(text)
    assert " ".join(kind.name.lower() for kind in goal.kinds) == kinds
    assert goal.scopes == scopes


@pytest.mark.parametrize("place", ["/", "/etc", "../other"])
def test_a_place_outside_is_never_taken_for_the_workspace(place):
    assert understand(f"fix lint in {place}").scopes == (place,)
