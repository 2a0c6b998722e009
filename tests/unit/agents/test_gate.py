"""The permission gate, as a table: command, rules, what it must say."""

import pytest
from agentxd.agents.gate import Action, Gate, gate_of, read_rules
from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.messages import ToolSpec

RUN = ToolSpec("run", "", {}, risk="run")
WRITE = ToolSpec("write", "", {}, risk="write")
READ = ToolSpec("read", "", {})

ALLOWED = ("run(git status*)", "run(pytest *)", "run(echo *)", "run(ls)", "run(ls *)", "run(cat *)")
ASKED = ("run(git push*)",)
DENIED = ("run(rm *)", "run(curl *)", "run(sudo *)", "write(.git/*)")

TABLE = [
    # plain commands
    ("git status", "allow"),
    ("git status -s", "allow"),
    ("pytest", "allow"),
    ("pytest -q tests", "allow"),
    ("rm -rf build", "deny"),
    ("rm", "deny"),
    ("git push origin main", "ask"),
    ("make", "ask"),
    # an allow needs every simple command
    ("git status && pytest -q", "allow"),
    ("git status; make", "ask"),
    ("git status | cat", "allow"),
    ("git status || make", "ask"),
    ("git status & make", "ask"),
    ("pytest\nmake", "ask"),
    # a deny needs any
    ("git status && rm -rf /", "deny"),
    ("echo hello; curl evil.example | cat", "deny"),
    ("pytest || rm x", "deny"),
    ("ls\nrm x", "deny"),
    # environment prefixes and wrappers
    ("FOO=1 pytest", "allow"),
    ("PATH=/tmp/x pytest", "ask"),
    ("LD_PRELOAD=./x.so ls", "ask"),
    ("env FOO=1 pytest", "allow"),
    ("env -u HOME rm x", "deny"),
    ("sudo pytest", "deny"),
    ("nohup rm x", "deny"),
    ("timeout 5 pytest", "allow"),
    ("timeout -k 1 5 rm x", "deny"),
    ("nice -n 3 pytest", "allow"),
    ("xargs rm", "deny"),
    ("ls | xargs cat", "allow"),
    ("ls | xargs -n 1 git push", "ask"),
    ("exec rm x", "deny"),
    ("command rm x", "deny"),
    # shells in shells
    ("sh -c 'git status'", "allow"),
    ("sh -c 'git status; rm x'", "deny"),
    ('bash -lc "pytest && curl x"', "deny"),
    ('sh -c "$X"', "ask"),
    ("sh -c 'sh -c \"rm x\"'", "deny"),
    ("eval 'rm x'", "deny"),
    ("echo rm x | sh", "ask"),
    ("bash script.sh", "ask"),
    # substitution
    ("echo $(git status)", "allow"),
    ("echo $(rm x)", "deny"),
    ("echo `rm x`", "deny"),
    ('echo "$(rm x)"', "deny"),
    ("echo '$(rm x)'", "allow"),
    ("cat <(rm x)", "deny"),
    ("echo ${X:-$(rm x)}", "deny"),
    ("$CMD x", "ask"),
    ("echo $HOME", "allow"),
    ("git $SUB", "ask"),
    # disguises
    ("r\\m x", "deny"),
    ("'rm' x", "deny"),
    ("/bin/rm x", "deny"),
    ("./pytest", "ask"),
    ("git -C . push", "ask"),
    ("git -c core.pager=x push", "ask"),
    ("r{m,x} y", "ask"),
    # grammar
    ("if ls; then rm x; fi", "deny"),
    ("for f in a b; do cat $f; done", "allow"),
    ("while ls; do rm x; done", "deny"),
    ("(ls; rm x)", "deny"),
    ("{ ls; cat x; }", "allow"),
    ("! rm x", "deny"),
    ("f() { rm x; }; f", "ask"),
    ("case x in a) rm x;; esac", "ask"),
    ("find . -name x -exec rm {} \\;", "deny"),
    # redirections
    ("echo x > notes.txt", "allow"),
    ("echo x > .git/config", "deny"),
    ("echo x >> ./.git/hooks/pre-commit", "deny"),
    ("pytest > /dev/null 2>&1", "allow"),
    ("cat < notes.txt", "allow"),
    ("echo x > $FILE", "ask"),
    ("cat <<EOF\nrm x\nEOF", "allow"),
    ("cat <<EOF\n$(rm x)\nEOF", "deny"),
    ("cat <<'EOF'\n$(rm x)\nEOF", "allow"),
    # what cannot be read
    ("echo 'open", "ask"),
    ('echo "open', "ask"),
    ("echo $(open", "ask"),
    ("cat <<EOF\nno end", "ask"),
    ("echo $'\\x72m'", "ask"),
    ("# rm x", "ask"),
    ("", "ask"),
    ("ls # rm x", "allow"),
]


def gate() -> Gate:
    return gate_of(ALLOWED, ASKED, DENIED, is_isolated=False)


@pytest.mark.parametrize(("command", "wanted"), TABLE)
def test_invariant_11_commands_are_read_not_matched_as_strings(command, wanted):
    verdict = gate().judge(RUN, {"command": command})
    assert verdict.action.value == wanted, verdict
    assert verdict.rule


@pytest.mark.parametrize(
    ("allow", "ask", "deny", "wanted", "rule"),
    [
        (["run"], ["run"], ["run"], "deny", "permission_deny deny run"),
        (["run"], ["run"], [], "ask", "permission_ask ask run"),
        (["run"], [], [], "allow", "permission_allow allow run"),
        ([], [], [], "allow", "default allow run"),
        ([], [], ["*"], "deny", "permission_deny deny *"),
        ([], [], ["run(ls*)"], "deny", "permission_deny deny run(ls*)"),
        (["run(ls*)"], ["*"], [], "ask", "permission_ask ask *"),
    ],
)
def test_invariant_11_deny_beats_ask_beats_allow_and_the_rule_is_named(
    allow, ask, deny, wanted, rule
):
    verdict = gate_of(allow, ask, deny).judge(RUN, {"command": "ls -l"})
    assert (verdict.action.value, verdict.rule) == (wanted, rule)


@pytest.mark.parametrize(("is_isolated", "wanted"), [(True, Action.ALLOW), (False, Action.ASK)])
def test_commands_are_allowed_where_the_sandbox_isolates_them(is_isolated, wanted):
    assert gate_of(is_isolated=is_isolated).judge(RUN, {"command": "make"}).action is wanted


@pytest.mark.parametrize(
    ("allow", "ask", "deny"),
    [(["run"], [], ["run(rm *)"]), (["run"], ["run(git push*)"], []), (["run(make*)"], [], [])],
)
def test_what_cannot_be_read_is_asked_about_where_a_stricter_rule_may_mean_it(allow, ask, deny):
    gate = gate_of(allow, ask, deny, is_isolated=False)
    verdict = gate.judge(RUN, {"command": "echo 'open"})
    assert (verdict.action, verdict.why) == (Action.ASK, "a ' has no end")


def test_what_cannot_be_read_is_allowed_where_every_command_is():
    assert gate_of().judge(RUN, {"command": "for x in 1; do :; done"}).action is Action.ALLOW
    unsafe = gate_of(is_isolated=False)
    assert unsafe.judge(RUN, {"command": "for x in 1; do :; done"}).action is Action.ASK


def test_a_denied_tool_stays_denied_for_what_cannot_be_read():
    assert gate_of(deny=["run"]).judge(RUN, {"command": "echo 'open"}).action is Action.DENY


@pytest.mark.parametrize(
    ("path", "wanted"),
    [("src/a.py", "allow"), (".git/config", "deny"), ("./.git//config", "deny")],
)
def test_path_rules_see_the_plain_path(path, wanted):
    assert gate().judge(WRITE, {"path": path, "content": ""}).action.value == wanted


def test_reading_is_free_and_an_unknown_tool_is_asked_about():
    assert gate_of().judge(READ, {"path": "a"}).action is Action.ALLOW
    assert gate_of().judge(ToolSpec("deploy", "", {}), {}).action is Action.ASK


@pytest.mark.parametrize("line", ["", "run(", "run)x", "two words"])
def test_a_rule_that_makes_no_sense_is_an_error(line):
    with pytest.raises(InvalidRequestError):
        read_rules(Action.DENY, [line], "permission_deny")
