"""Rules hold from the moment they are written, and what cannot be read refuses."""

from agentxd.app.live_gate import LiveGate
from agentxd.app.settings import SettingsBook
from agentxd.kernel.messages import ToolSpec

RUN = ToolSpec("run", "", {}, risk="run")
MAKE = {"command": "make test"}


def gated(tmp_path):
    book = SettingsBook(str(tmp_path / "w"), str(tmp_path / "home"))
    gate = LiveGate(lambda: book.effective()[0], "/w", is_unsafe=True)
    return book, lambda: gate.judge(RUN, MAKE).action.value


def test_invariant_11_deny_beats_allow_also_where_both_were_written_by_answers(tmp_path):
    book, judged = gated(tmp_path)
    assert judged() == "ask"
    book.add_rules("permission_allow_in", "/w", ["run(make test)"])
    assert judged() == "allow"
    book.add_rules("permission_deny_in", "/w", ["run(make test)"])
    assert judged() == "deny"


def test_a_rule_of_another_workspace_holds_there_alone(tmp_path):
    book, judged = gated(tmp_path)
    book.add_rules("permission_allow_in", "/elsewhere", ["run"])
    assert judged() == "ask"
    found = book.add_rules("permission_allow_in", "/w", ["run"])
    assert found == {"/elsewhere": ["run"], "/w": ["run"]}
    assert book.add_rules("permission_allow_in", "/w", ["run"]) == found, "the same rule once"


def test_invariant_11_rules_that_became_nonsense_refuse(tmp_path):
    book, judged = gated(tmp_path)
    book.set("permission_allow", ["run", "((("], "user")
    assert judged() == "deny"


def test_a_repository_cannot_write_such_rules(tmp_path):
    book, judged = gated(tmp_path)
    project = tmp_path / "w" / ".agent"
    project.mkdir(parents=True)
    (project / "settings.json").write_text('{"permission_allow_in": {"/w": ["run"]}}')
    assert judged() == "ask"
    assert "only the user may set it" in book.effective()[2][0]
