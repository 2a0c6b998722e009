"""Helix, set up as docs/editors.md says: see hunks, decide, look up, leave."""

import time

import pytest
from conversations import call, run_script, task_state, waiting, written
from daemons import is_alive
from shim_client import ShimClient

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("helix")]
RATES = "parcel/rates.py"


def until_state(house, name, state):
    for _ in range(300):
        hunks = [hunk for proposal in house.json("proposals") for hunk in proposal["hunks"]]
        found = next(hunk["state"] for hunk in hunks if hunk["id"] == name)
        if found == state:
            return
        time.sleep(0.1)
    raise AssertionError(f"{name} stays {found}")


def test_hunks_are_seen_decided_and_taken_back(helix):
    screen = helix.screen
    screen.until(r"p1\.1 modernise \(-3 \+1: from typing import Optional\)")
    helix.go(2)
    assert helix.actions()[:2] == ["AgentX: accept hunk p1.1", "AgentX: reject hunk p1.1"]
    helix.press("Enter")
    screen.until_gone(r"p1\.1")
    shown = screen.until(r"\[\+\]")
    assert "import sys" not in shown
    until_state(helix.house, "p1.1", "applied")
    assert "import sys" in (helix.house.root / RATES).read_text(), "it is saved by the person"
    helix.go(2)
    helix.act("AgentX: undo hunk p1.1")
    screen.until("import sys")
    until_state(helix.house, "p1.1", "undone")
    screen.type("]d")  # the next diagnostic
    screen.until(r"\b15:\d")
    helix.act("AgentX: reject hunk p1.2")
    screen.until_gone(r"p1\.2")
    until_state(helix.house, "p1.2", "rejected")


def test_typing_goes_on_around_an_accept(helix):
    helix.screen.until(r"p1\.1 modernise")
    helix.go(2)
    helix.act("AgentX: accept hunk p1.1")
    helix.screen.type("geo")  # a line behind the last
    helix.screen.type("# typed by hand")
    helix.go(1)
    helix.screen.until_gone("import sys")
    helix.command("w")
    helix.screen.until_gone(r"\[\+\]")
    saved = (helix.house.root / RATES).read_text()
    assert saved.rstrip().endswith("# typed by hand")
    assert "from typing import Optional\n" in saved
    assert "import sys" not in saved


def test_hovering_shows_the_change_and_definitions_are_found(helix):
    screen = helix.screen
    screen.until(r"p1\.1 modernise")
    helix.go(2)
    screen.type(" k")
    shown = screen.until(r"\+from typing import Optional")
    assert "-import sys" in shown
    helix.press("Escape")
    helix.command("open parcel/quote.py")
    screen.until("quote.py")
    screen.type("/base_rate\\(")
    helix.press("Enter")
    helix.press("b")
    screen.type("gd")
    screen.until(r"rates\.py")
    screen.until("13:")
    screen.type("gr")
    screen.until(r"quote\.py")
    helix.press("Escape")


def test_a_finding_is_shown_and_answered(helix):
    screen = helix.screen
    screen.until(r"p1\.1 modernise")
    screen.type("ggO")
    screen.type("<<<<<<< ours")
    helix.press("Escape")
    helix.command("w")
    screen.until("conflict marker|conflict-marker|merge")
    helix.go(1)
    helix.act("AgentX: conflict-marker: false positive")
    for _ in range(300):
        answers = helix.house.root / ".agent/review-answers.toml"
        if answers.exists() and "false-positive" in answers.read_text():
            break
        time.sleep(0.1)
    assert "false-positive" in answers.read_text()


def test_unsaved_text_is_seen_and_a_question_is_answered_by_a_code_action(helix):
    house, screen = helix.house, helix.screen
    screen.until(r"p1\.1 modernise")
    screen.type("ggO")
    screen.type("# unsaved in Helix")
    helix.press("Escape")
    house.cli("config", "set", "permission_ask", '["run"]')
    asker = ShimClient(house, {}, "asker")
    script = written(house, call("run", command="grep -rn unsaved . > seen.txt"))
    goal = {"goal": "look", "provider": "scripted", "script": script}
    task = asker.ask("agentx/goal/run", goal)["taskId"]
    waiting(house)
    screen.until("AgentX asks: run: grep")
    helix.act("AgentX: allow (")
    task_state(house, task, "completed")
    hunk = house.json("proposals")[-1]["hunks"][0]
    assert "# unsaved in Helix" in hunk["newText"]
    assert "# unsaved in Helix" not in (house.root / RATES).read_text()
    asker.leave()


def test_why_and_evidence_are_one_line_and_a_review_is_run_by_name(helix):
    screen = helix.screen
    screen.until(r"p1\.1 modernise")
    helix.go(2)
    helix.act("AgentX: why")
    screen.until("Goal: modernise")
    helix.act("AgentX: evidence")
    screen.until("No command ran")
    helix.command("lsp-workspace-command agentx.review.run")
    screen.until("AgentX: 0 findings in")


def test_a_proposal_that_comes_while_one_looks_is_shown(helix):
    helix.screen.until(r"p1\.1 modernise")
    steps = call("edit", path=RATES, old="RATES[zone]\n", new="RATES[zone]  # found\n")
    run_script(helix.house, steps)
    helix.screen.until(r"p2\.1")


def test_after_a_kill_of_the_daemon_a_restart_shows_the_same_hunks(helix):
    screen = helix.screen
    screen.until(r"p1\.1 modernise")
    helix.go(2)
    helix.act("AgentX: reject hunk p1.1")
    screen.until_gone(r"p1\.1")
    helix.house.kill()
    helix.command("lsp-restart")
    screen.until(r"p1\.2 modernise")
    assert "p1.1" not in screen.text()


def test_leaving_helix_leaves_nothing_behind(helix):
    helix.screen.until(r"p1\.1 modernise")
    pid = helix.house.pid()
    helix.command("q")
    assert helix.screen.wait() == 0
    assert is_alive(pid), "the daemon goes in its own time"
    for _ in range(100):
        if helix.house.json("status")["nConnections"] == 1:
            return
        time.sleep(0.1)
    raise AssertionError("a connection stays")
