"""Questions to a person: shown in editors, answered from any client, kept through `kill -9`."""

import json
import os

import pytest
from conversations import call, task_state, waiting, written
from shim_client import NO_ANSWER, ShimClient

MESSAGES = {"window": {"showMessage": {"messageActionItem": {}}}}
QUESTION = "window/showMessageRequest"
COMMAND = call("run", command="echo yes > new.txt")


def started(house, client):
    """A task that has asked; what it asked."""
    house.cli("config", "set", "permission_ask", '["run"]')
    script = written(house, COMMAND)
    params = {"goal": "write", "provider": "scripted", "script": script}
    task = client.ask("agentx/goal/run", params)["taskId"]
    return task, waiting(house)


def by_button(house, client, question, decision):
    client.until(lambda: client.of(QUESTION))


def by_command(house, client, question, decision):
    assert client.command("agentx.approve", question, decision) == {"decision": decision}


def by_method(house, client, question, decision):
    params = {"approvalId": question, "decision": decision}
    found = client.ask("agentx/approval/decide", params)
    assert found["approval"]["decision"] == decision


def by_command_line(house, client, question, decision):
    assert house.cli("approve", question, decision).returncode == 0


@pytest.mark.parametrize(
    ("decision", "state"), [("allow", "completed"), ("deny", "denied"), ("never", "denied")]
)
@pytest.mark.parametrize("answer", [by_button, by_command, by_method, by_command_line])
def test_a_question_is_answered_from_another_client(house, answer, decision, state):
    asker, other = ShimClient(house, {}, "asker"), ShimClient(house, MESSAGES, "other")
    other.answers[QUESTION] = {"title": decision} if answer is by_button else NO_ANSWER
    task, question = started(house, asker)
    assert question["taskId"] == task
    assert set(question["options"]) >= {"allow", "deny"}
    told = other.until(lambda: other.of(QUESTION))[0]
    assert "echo yes" in told["message"]
    assert {action["title"] for action in told["actions"]} == set(question["options"])
    answer(house, other, question["id"], decision)
    assert task_state(house, task, state)
    assert house.json("approvals") == []
    late = asker.request(
        "agentx/approval/decide", {"approvalId": question["id"], "decision": "allow"}
    )
    assert late["error"]["data"]["code"] == "wrong_state"
    assert asker.of(QUESTION) == [], "a client without message actions is not asked by them"
    for client in (asker, other):
        client.leave()


@pytest.mark.parametrize("answer", [None, {"title": "perhaps"}, "allow", 5, [], {}])
def test_no_answer_and_an_odd_one_leave_the_question_open(house, answer):
    client = ShimClient(house, MESSAGES)
    client.answers[QUESTION] = answer
    task, question = started(house, client)
    client.until(lambda: client.of(QUESTION))
    client.ask("agentx/daemon/status")
    assert [found["id"] for found in house.json("approvals")] == [question["id"]]
    client.command("agentx.cancel", task)
    assert task_state(house, task, "cancelled")
    client.leave()


@pytest.mark.parametrize(
    ("decision", "state"), [("allow", "completed"), ("deny", "denied"), ("never", "denied")]
)
@pytest.mark.parametrize(
    "is_answered_first", [True, False], ids=["answer, resume", "resume, answer"]
)
def test_a_question_outlives_kill_9_and_its_answer_counts(
    house, decision, state, is_answered_first
):
    client = ShimClient(house, MESSAGES)
    client.answers[QUESTION] = NO_ANSWER
    task, question = started(house, client)
    house.kill()
    client.process.wait(timeout=30)
    client.close()
    assert [found["id"] for found in house.json("approvals")] == [question["id"]]
    assert task_state(house, task, "interrupted")
    again = ShimClient(house, MESSAGES)
    again.answers[QUESTION] = NO_ANSWER
    resume = {"taskId": task, "isResumed": True}
    steps = [
        lambda: again.command("agentx.approve", question["id"], decision),
        lambda: again.ask("agentx/task/resume", resume),
    ]
    for step in steps if is_answered_first else reversed(steps):
        step()
    assert task_state(house, task, state)
    asked = house.cli("log", "--json", "--type", "ApprovalRequested").stdout.splitlines()
    assert len(asked) == 1, "the same question is not asked twice"
    assert house.json("replay")["isSame"]
    again.leave()


def test_an_editor_that_comes_later_is_shown_what_waits(house):
    client = ShimClient(house)
    task, question = started(house, client)
    late = ShimClient(house, MESSAGES, "late")
    late.answers[QUESTION] = {"title": "allow"}
    told = late.until(lambda: late.of(QUESTION), timeout_s=10)
    assert question["id"] in told[0]["message"]
    assert task_state(house, task, "completed")
    for one in (client, late):
        one.leave()


SETTINGS = ".agent/settings.json"


def asked_without_isolation(house, client, goal="write"):
    """Where nothing isolates, commands are asked about by default: a rule can allow them."""
    house.cli("config", "set", "--scope", "user", "allow_unsafe_sandbox", "true")
    params = {"goal": goal, "provider": "scripted", "script": written(house, COMMAND)}
    return client.ask("agentx/goal/run", {**params, "sandbox": "process"})["taskId"]


@pytest.mark.parametrize(
    ("decision", "setting", "state"),
    [("always", "permission_allow_in", "completed"), ("never", "permission_deny_in", "denied")],
)
@pytest.mark.parametrize("answer", [by_method, by_command, by_command_line])
def test_an_answer_for_good_writes_its_rule_which_then_holds(
    house, answer, decision, setting, state
):
    client = ShimClient(house, {}, "asker")
    first = asked_without_isolation(house, client)
    question = waiting(house)
    assert question["options"] == ["allow", "always", "deny", "never"]
    choice = next(one for one in question["choices"] if one["option"] == decision)
    assert (choice["rules"], choice["setting"]) == (["run(echo yes)"], setting)
    assert choice["place"] == str(house.home / SETTINGS)
    answer(house, client, question["id"], decision)
    assert task_state(house, first, state)
    kept = json.loads((house.home / SETTINGS).read_text())[setting]
    assert kept == {os.path.realpath(house.root): choice["rules"]}
    house.kill()
    again = ShimClient(house, {}, "asker")
    second = asked_without_isolation(house, again)
    found = task_state(house, second, state, "waiting")
    assert found["state"] == state, "the rule answers, nobody is asked"
    changed = house.cli("log", "--json", "--type", "SettingChanged").stdout
    assert setting in changed
    assert house.json("replay")["isSame"]
    again.leave()


def test_an_answer_whose_rule_cannot_be_written_leaves_the_question_open(house):
    client = ShimClient(house, {}, "asker")
    task = asked_without_isolation(house, client)
    question = waiting(house)
    place = house.home / SETTINGS
    whole = place.read_text()
    place.write_text("{ broken")
    params = {"approvalId": question["id"], "decision": "always"}
    failed = client.request("agentx/approval/decide", params)
    assert failed["error"]["data"]["code"] == "storage"
    place.write_text(whole)
    assert waiting(house)["id"] == question["id"]
    client.ask("agentx/approval/decide", {**params, "decision": "allow"})
    assert task_state(house, task, "completed")
    client.leave()
