"""A question offers only those rules that the gate then obeys."""

import pytest
from agentxd.agents.gate import Action, gate_of
from agentxd.agents.offering import with_offers
from agentxd.kernel.messages import ToolSpec

RUN = ToolSpec("run", "", {}, risk="run")
EDIT = ToolSpec("edit", "", {}, risk="write")
KEY = "sk-ant-" + "api03-" + "a1B2" * 12


def offered(spec, words, *, ask=(), is_isolated=False):
    arguments = {"command": words} if spec is RUN else {"path": words}
    gate = gate_of(ask=ask, is_isolated=is_isolated)
    verdict = gate.judge(spec, arguments)
    assert verdict.action is Action.ASK
    return with_offers(gate, spec, arguments, verdict)


@pytest.mark.parametrize(
    ("command", "rules"),
    [
        ("make test", ["run(make test)"]),
        ("cd src && make test", ["run(cd src)", "run(make test)"]),
        ("echo 'a (b)'", ["run(echo 'a (b)')"]),
    ],
)
def test_the_rule_is_exactly_what_was_asked_and_holds(command, rules):
    found = offered(RUN, command)
    assert list(found.always) == rules == list(found.never)
    arguments = {"command": command}
    assert gate_of(allow_here=rules, is_isolated=False).judge(RUN, arguments).action.value == (
        "allow"
    )
    denying = gate_of(allow=["run"], deny_here=rules, is_isolated=False)
    assert denying.judge(RUN, arguments).action.value == "deny"
    other = gate_of(allow_here=rules, is_isolated=False).judge(RUN, {"command": "make install"})
    assert other.action.value == "ask"


def test_invariant_11_where_a_rule_asks_none_that_allows_is_offered():
    found = offered(RUN, "make test", ask=["run(make*)"])
    assert (found.always, found.never) == ((), ("run(make test)",))
    assert "permission_ask ask run(make*)" in found.note


@pytest.mark.parametrize(
    "command", ["rm $X", "rm *.py", "rm '*.py'", "make 'unfinished", "x" * 600, f"login {KEY}"]
)
def test_what_no_rule_can_say_is_not_allowed_for_good(command):
    found = offered(RUN, command)
    assert found.always == ()
    assert found.note


def test_a_rule_that_refuses_takes_the_signs_of_patterns_as_they_are():
    assert offered(RUN, "ls 'a[1]?'").never == ("run(ls a[[]1][?])",)


def test_a_file_is_named_as_it_is():
    found = offered(EDIT, "./docs//a.md", ask=["edit(docs/*)"])
    assert found.never == ("edit(docs/a.md)",)
