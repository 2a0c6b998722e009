"""What is the same finding, and what is another one."""

import pytest
from agentxd.agents.reviewers.merging import is_same, without_repeated
from agentxd.kernel.review import Finding, Severity


def model(message, line=10, path="a.py", severity=Severity.WARNING, by="security"):
    return Finding(
        rule=f"model/{by}", severity=severity, path=path, line=line, message=message,
        reviewer="model",
    )  # fmt: skip


def rule(name, message, line=10, **more):
    return Finding(
        rule=name, severity=Severity.ERROR, path="a.py", line=line, message=message, **more
    )


SAME = {
    "a secret": (model("An API token stands in the code"), rule("secret", "a github token")),
    "a shell": (
        model("User input reaches a shell command unchecked"),
        rule("dangerous-call", "subprocess with shell=True runs its text"),
    ),
    "two lines away": (
        model("an API token is here", line=11),
        rule("secret", "what looks like a key"),
    ),
    "two reviewers": (
        model("division by zero for an empty list of rows"),
        model("an empty list of rows makes a division by zero", by="correctness"),
    ),
    "a linter": (
        model("variable total is assigned and never used"),
        rule("ruff/F841", "local variable total is assigned to but never used", reviewer="linter"),
    ),
    "the file as a whole": (
        model("the executable permission is new", line=90),
        rule("permission-bit", "the file became executable", is_about_file=True),
    ),
}
OTHER = {
    "another file": (model("an API token is here", path="b.py"), rule("secret", "a key")),
    "far away": (model("an API token is here", line=40), rule("secret", "a key")),
    "another thing": (
        model("division by zero for an empty list"),
        rule("secret", "a github token stands here"),
    ),
    "two things of one line": (
        model("the lock is not released where load raises"),
        model("an empty name is taken for a missing one"),
    ),
}


@pytest.mark.parametrize("case", SAME.values(), ids=SAME.keys())
def test_the_same_is_said_once(case):
    assert is_same(*case)


@pytest.mark.parametrize("case", OTHER.values(), ids=OTHER.keys())
def test_other_things_are_said_too(case):
    assert not is_same(*case)


def test_of_several_the_worst_is_kept_and_the_rest_is_counted():
    mild = model("division by zero for an empty list of rows", severity=Severity.NOTE)
    bad = model("an empty list of rows: division by zero", severity=Severity.ERROR)
    assert without_repeated([mild, bad], []) == ((bad,), 1)


def test_what_a_rule_said_stays_the_rule_s():
    told = rule("secret", "a github token")
    assert without_repeated([model("a token stands in the code")], [told]) == ((), 1)
