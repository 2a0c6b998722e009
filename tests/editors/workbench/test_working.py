"""Agents at work as a person follows them: goals, questions, chat, canvas, cost, findings, a lost daemon."""

import json
import re

import pytest
from conversations import call as step
from loopback import answer, call

pytestmark = [pytest.mark.real, pytest.mark.chromium, pytest.mark.xdist_group("workbench")]
RATES = "parcel/rates.py"
EDIT = {"path": RATES, "old": "    return 0.05\n", "new": "    return 0.1\n"}
STORY = " ".join(f"word{number}" for number in range(1, 400))


def test_a_goal_is_given_its_task_watched_and_its_cost_told(desk):
    bench = desk.sit()
    bench.show_container()
    desk.models.play(
        answer("I read the rates first. " + STORY[:400], call("edit", **EDIT), pace_s=0.1),
        answer("The discount is ten per cent now."),
    )
    bench.until_status("agentxd .* is ready")
    bench.command("AgentX: Run a Goal")
    bench.answer("raise the discount")
    tasks = bench.tree("Tasks")
    tasks.row("raise the discountrunning")
    bench.until(lambda: re.search(r"t\d+ running.*implementer", str(tasks.rows())), "its task")
    bench.shot("goal-running")
    bench.notification("hunk waits for your decision")
    tasks.row("raise the discountdone")
    bench.shot("goal-done")
    bench.press_in_notification("hunk waits for your decision", "Review")
    bench.tree("Proposals").row("return 0.1")
    bench.until_status(r"1 hunk waits")
    told = bench.until_status(r"Models cost (<?\$0\.\d+) of \$\d+\.\d\d today")
    shown = bench.page.locator('.statusbar-item[id*="agentx.status"]').first.inner_text()
    assert "$0.0" in shown, (shown, told)


def test_a_question_is_answered_once_always_and_never_from_its_notification(desk):
    bench = desk.sit()
    for word in ("Allow once", "Always allow"):
        asked = desk.background("write", step("run", command="echo yes > new.txt"))
        message = bench.notification("echo yes > new.txt")
        bench.shot("question-" + word.split()[0].lower())
        message.get_by_text(word).first.click()
        told = asked.communicate(timeout=60)
        assert asked.returncode == 0, told
        bench.until(lambda: not bench.notifications(), "the notification gone")
    unasked = desk.background("write", step("run", command="echo yes > new.txt"))
    assert unasked.wait(60) == 0, "what is always allowed was asked again"
    refused = desk.background("write", step("run", command="touch other.txt"))
    message = bench.notification("touch other.txt")
    message.get_by_text("Never allow").first.click()
    assert refused.wait(60) != 0
    again = desk.background("write", step("run", command="touch other.txt"))
    assert again.wait(60) != 0, "what is never allowed was done"
    bench.until(lambda: not bench.notifications(), "no question any more")
    rules = json.loads((desk.house.home / ".agent/settings.json").read_text())
    assert "echo yes" in json.dumps(rules["permission_allow_in"])
    assert "touch other.txt" in json.dumps(rules["permission_deny_in"])


def test_a_chat_streams_is_steered_and_stopped(desk):
    bench = desk.sit()
    desk.models.play(answer(STORY, pace_s=0.05), answer(STORY, pace_s=0.05))
    bench.command("AgentX: New Session")
    page = bench.webview("textarea[aria-label=Prompt]")
    prompt = page.get_by_label("Prompt", exact=True)
    prompt.fill("tell me of the rates")
    bench.until(page.get_by_label("Send", exact=True).is_enabled, "a chat that is able to send")
    prompt.press("Enter")
    spoken = page.locator(".item.text").first
    bench.until(lambda: "word12" in spoken.inner_text(), "words of the model")
    assert "word399" not in spoken.inner_text(), "it came in one piece"
    bench.shot("chat-streams")
    asked = len(desk.models.requests)
    prompt.fill("in euro, please")
    prompt.press("Enter")
    bench.until(lambda: len(desk.models.requests) > asked, "the next step")
    assert "in euro, please" in json.dumps(desk.models.requests[-1].body)
    assert any("in euro" in text for text in page.locator(".item.user").all_inner_texts())
    bench.until(lambda: page.locator(".item.text").count() > 1, "the second answer")
    bench.shot("chat-steered")
    prompt.press("Control+Escape")
    end = page.locator(".item.end").first
    bench.until(end.is_visible, "the end of the turn")
    assert "cancelled" in end.inner_text() or "stopped" in end.inner_text(), end.inner_text()
    bench.until(page.get_by_label("Stop", exact=True).is_hidden, "nothing left to stop")
    bench.shot("chat-stopped")


def test_the_canvas_is_walked_with_the_keyboard(desk):
    bench = desk.sit()
    proposal = desk.propose({RATES: desk.read(RATES).replace("0.05", "0.1")}, "a better discount")
    bench.command("AgentX: Open the Canvas")
    page = bench.webview(".frame[role=tree]")
    node = page.locator(f'.node[data-id="{proposal["id"]}"]')
    bench.until(node.is_visible, "the proposal on the canvas")
    current = page.locator('.node[tabindex="0"]')
    current.focus()
    walked = [current.get_attribute("data-id")]
    for _ in range(2):
        bench.keys.press("ArrowRight")
        bench.until(lambda: current.get_attribute("data-id") != walked[-1], "another node")
        walked.append(current.get_attribute("data-id"))
    assert walked[-1] == proposal["id"], walked
    assert "Proposal" in (node.get_attribute("aria-label") or "")
    bench.shot("canvas")
    bench.keys.press("Enter")
    bench.until_shown("return 0.1")


def test_a_finding_of_the_review_is_among_the_problems_and_mended_there(desk):
    bench = desk.sit()
    editor = bench.open_file("parcel/quote.py")
    editor.until_text("Quotes for whole shipments")
    editor.go(99, 1)
    bench.keys.type("\n\nimport yaml\nRULES = yaml.load(open('rules.yaml'))")
    editor.save()
    bench.keys.press("Control+Shift+m")
    row = bench.page.locator(".markers-panel .monaco-list-row").filter(has_text="yaml").first
    bench.until(row.is_visible, "a finding among the problems")
    assert "agentx review" in row.inner_text(), bench.seen()
    bench.shot("finding")
    row.dblclick()
    actions = bench.page.locator(".action-widget .monaco-list-row")
    action = actions.filter(has_text="safe_load").first
    bench.press_until(action, "Control+.")  # heard as soon as the editor has the focus
    bench.shot("quick-fix")
    bench.keys.press("Enter")
    editor.until_text("yaml.safe_load(")


def test_after_kill_9_of_the_daemon_the_workbench_shows_the_same_again(desk):
    bench = desk.sit()
    proposal = desk.propose({RATES: desk.read(RATES).replace("0.05", "0.1")}, "survive")
    hunk = proposal["hunks"][0]["id"]
    editor = bench.open_file(RATES)
    bench.show_container()
    tree = bench.tree("Proposals")
    tree.row(hunk)
    tasks = bench.tree("Tasks")
    bench.until(lambda: not any("running" in row for row in tasks.rows()), "every task ended")
    before = (tree.rows(), tasks.rows())
    pid = desk.house.pid()
    desk.house.kill()
    bench.until(lambda: desk.house.pid() not in (0, pid), "another daemon")
    bench.until_status("hunk waits")
    bench.until(lambda: (tree.rows(), bench.tree("Tasks").rows()) == before, f"again {before}")
    bench.shot("after-kill-9")
    editor.press_lens(f"Accept {hunk}")
    editor.until_text("return 0.1")
    desk.until_state({hunk: "applied"})
