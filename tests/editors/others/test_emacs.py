"""Emacs with eglot, set up as docs/editors.md says: see hunks, decide, look up, leave."""

import subprocess

import pytest
from conversations import call, run_script, task_state, waiting, written
from daemons import is_alive

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("emacs")]
RATES = "parcel/rates.py"
FIRST = "p1.1 modernise (-3 +1: from typing import Optional)"


def state_of(house, name):
    hunks = house.json("proposals")[-1]["hunks"]
    return next(hunk["state"] for hunk in hunks if hunk["id"] == name)


def until_state(emacs, name, state):
    emacs._until(
        lambda: state_of(emacs.house, name) == state,
        lambda: f"{name} is {state_of(emacs.house, name)}",
    )


def test_hunks_are_seen_decided_and_taken_back(emacs):
    assert FIRST in " ".join(emacs.until_diagnostic("p1.1"))
    emacs.go(2)
    emacs.act("AgentX: accept hunk p1.1")
    emacs.until('(and (search-forward "from typing import Optional" nil t) t)', wanted=True)
    assert "import sys" not in emacs.text()
    emacs.until_diagnostic("p1.1", is_there=False)
    assert state_of(emacs.house, "p1.1") == "applied"
    assert "import sys" in (emacs.house.root / RATES).read_text(), "it is saved by the person"
    emacs.go(2)
    emacs.act("AgentX: undo hunk p1.1")
    until_state(emacs, "p1.1", "undone")
    assert "import sys" in emacs.text()
    emacs.press("C-c", "n")
    emacs.until("(line-number-at-pos)", 15)
    emacs.act("AgentX: reject hunk p1.2")
    until_state(emacs, "p1.2", "rejected")
    emacs.until_diagnostic("p1.2", is_there=False)


def test_what_is_typed_at_once_after_an_accept_is_kept(emacs):
    emacs.until_diagnostic("p1.1")
    emacs.go(2)
    emacs.act("AgentX: accept hunk p1.1")
    emacs.until('(and (string-search "import sys" (buffer-string)) t)', wanted=None)
    emacs.press("M->")
    emacs.screen.type("# typed by hand")
    until_state(emacs, "p1.1", "applied")
    emacs.until('(and (string-search "# typed by hand" (buffer-string)) t)', wanted=True)
    emacs.press("C-x", "C-s")
    emacs.until("(buffer-modified-p)", wanted=None)
    saved = (emacs.house.root / RATES).read_text()
    assert saved.rstrip().endswith("# typed by hand")
    assert "import sys" not in saved


def test_a_person_who_is_asked_about_an_edit_may_take_her_time_or_say_no(emacs):
    emacs.value("(setq eglot-confirm-server-initiated-edits 'confirm)")
    emacs.until_diagnostic("p1.1")
    before = emacs.text()
    for answer, state in (("n", "proposed"), ("y", "applied")):
        emacs.go(2)
        emacs.act("AgentX: accept hunk p1.1")
        emacs.screen.until("Proceed")
        emacs.press(answer)
        emacs.screen.until_gone("Proceed")
        until_state(emacs, "p1.1", state)
        assert (emacs.text() == before) is (state == "proposed")


def test_hovering_definition_and_references_answer(emacs):
    emacs.until_diagnostic("p1.1")
    emacs.go(2)
    shown = emacs.screen.until(r"\+from typing import Optional")
    assert "-import sys" in shown
    emacs.command("find-file")
    emacs.screen.type("quote.py")
    emacs.press("Enter")
    emacs.until("(and (eglot-managed-p) t)", wanted=True)
    emacs.value('(progn (goto-char (point-min)) (search-forward "base_rate(") (backward-char 3))')
    emacs.press("M-.")
    emacs.until("(file-name-nondirectory (buffer-file-name))", "rates.py")
    assert emacs.value("(thing-at-point 'line t)").startswith("def base_rate")
    emacs.press("M-?")
    assert "quote.py" in emacs.screen.until(r"\*xref\*|quote.py")


def test_findings_of_a_review_are_shown_and_mended(emacs):
    emacs.until_diagnostic("p1.1")
    emacs.press("M->")
    emacs.screen.type("<<<<<<< ours")
    emacs.press("Enter")
    emacs.press("C-x", "C-s")
    found = emacs.until_diagnostic("conflict-marker")
    assert [one for one in found if one.startswith("agentx review")]
    emacs.value('(progn (goto-char (point-max)) (search-backward "<<<<<<<") (beginning-of-line))')
    emacs.press("C-c", "a")
    emacs.screen.until("Pick an action")
    emacs.screen.type("AgentX: conflict-marker: false positive")
    emacs.press("Enter")
    emacs.until_diagnostic("conflict-marker", is_there=False)
    answers = (emacs.house.root / ".agent/review-answers.toml").read_text()
    assert "false-positive" in answers


def test_unsaved_text_is_seen_and_a_question_is_answered(emacs):
    house = emacs.house
    emacs.until_diagnostic("p1.1")
    emacs.press("M->")
    emacs.screen.type("# unsaved in Emacs")
    house.cli("config", "set", "permission_ask", '["run"]')
    emacs.until("eglot--recent-changes", wanted=None)
    script = written(house, call("run", command="grep -rn unsaved . > seen.txt"))
    run = [*("run", "look", "--provider", "scripted", "--script", script)]
    task = subprocess.Popen(
        ["agentxd", *run], cwd=house.root, env=house.env, stdin=subprocess.DEVNULL
    )
    question = waiting(house)
    emacs.screen.until("AgentX asks: run: grep -rn unsaved")
    emacs.act("AgentX: allow (")
    task_state(house, question["taskId"], "completed")
    task.wait(30)
    hunk = house.json("proposals")[-1]["hunks"][0]
    assert "# unsaved in Emacs" in hunk["newText"]
    assert "# unsaved in Emacs" not in (house.root / RATES).read_text()


def test_the_daemon_is_killed_and_emacs_comes_back_to_the_same_hunks(emacs):
    emacs.until_diagnostic("p1.1")
    emacs.go(2)
    emacs.act("AgentX: reject hunk p1.1")
    emacs.until_diagnostic("p1.1", is_there=False)
    before, pid = sorted(emacs.diagnostics()), emacs.house.pid()
    emacs.value("(sleep-for 3)")  # eglot takes up only a connection that was one for three seconds
    emacs.house.kill()
    emacs._until(lambda: emacs.house.pid() not in (0, pid), "no new daemon")
    emacs._until(lambda: sorted(emacs.diagnostics()) == before, lambda: f"{emacs.diagnostics()}")


def test_leaving_emacs_leaves_nothing_behind(emacs):
    emacs.until_diagnostic("p1.1")
    pid = emacs.value("(process-id (jsonrpc--process (eglot-current-server)))")
    emacs.press("C-x", "C-c")
    emacs.screen.until_gone("rates.py")
    assert emacs.screen.wait() == 0
    emacs._until(lambda: not is_alive(pid), "agentxd lsp stays")
    assert emacs.house.json("status")["nConnections"] == 1, "the question's own"


def test_a_proposal_that_comes_while_one_looks_is_shown(emacs):
    emacs.until_diagnostic("p1.1")
    steps = call("edit", path=RATES, old="RATES[zone]\n", new="RATES[zone]  # found\n")
    run_script(emacs.house, steps)
    assert emacs.until_diagnostic("p2.1")
