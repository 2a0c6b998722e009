"""An editor without lenses, plugin or messages with buttons: code actions and hovering suffice."""

import pytest
from conversations import call, task_state, written
from shim_client import ShimClient

RATES = "parcel/rates.py"
PLAIN = {
    "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
    "textDocument": {"publishDiagnostics": {}, "hover": {"contentFormat": ["markdown"]}},
}


@pytest.fixture
def client(house, proposal):
    one = ShimClient(house, PLAIN, "plain")
    one.open(RATES)
    yield one
    assert one.leave() == 0


def first_of(proposal):
    hunks = (hunk for hunk in proposal["hunks"] if hunk["path"] == RATES)
    return min(hunks, key=lambda hunk: hunk["startLine"])


def actions_at(client, line, path=RATES):
    place = {"line": line, "character": 0}
    params = {
        "textDocument": {"uri": client.uri(path)},
        "range": {"start": place, "end": place},
        "context": {"diagnostics": []},
    }
    return {found["title"]: found for found in client.ask("textDocument/codeAction", params)}


def pressed(client, action):
    return client.command(action["command"]["command"], *action["command"]["arguments"])


def test_everything_about_a_hunk_is_a_code_action(client, house, proposal):
    hunk = first_of(proposal)
    name, line = hunk["id"], hunk["startLine"]
    actions = actions_at(client, line)
    why = next(found for found in actions if found.startswith("AgentX: why"))
    assert "Goal: fix lint" in pressed(client, actions[why])
    assert "ended with" in pressed(client, actions[f"AgentX: evidence for {name}"])
    told = client.until(lambda: client.of("window/showMessage"))
    assert not [message for message in told if "\n" in message["message"]], "one line each"
    assert pressed(client, actions[f"AgentX: accept hunk {name}"]) == {"hunks": {name: "applied"}}
    assert "import sys" not in client.texts[RATES]
    later = actions_at(client, line)
    assert not [title for title in later if "accept hunk" in title]
    assert pressed(client, later[f"AgentX: undo hunk {name}"]) == {"hunks": {name: "undone"}}
    assert "import sys" in client.texts[RATES]


def test_a_diagnostic_says_what_a_hunk_does(client, proposal):
    name = first_of(proposal)["id"]
    hint = client.until(lambda: [h for h in client.hints(RATES) if h["data"]["hunkId"] == name])[0]
    assert hint["message"] == (
        f"{name} fix lint and modernise syntax (-3 +1: from typing import Optional)"
    )


def hover(client, line, character=0):
    place = {"line": line, "character": character}
    document = {"uri": client.uri(RATES)}
    return client.ask("textDocument/hover", {"textDocument": document, "position": place})


def test_hovering_shows_the_difference_and_the_checks(client, proposal):
    hunk = first_of(proposal)
    text = hover(client, hunk["startLine"])["contents"]["value"]
    assert "```diff\n-import os\n-import sys\n" in text
    assert "+from typing import Optional\n```" in text
    assert "Checks with it:" in text
    assert hover(client, hunk["endLine"]) is None, "a line without hunk or name"


def test_a_client_that_draws_hunks_itself_gets_no_second_drawing(client, proposal):
    client.ask("agentx/proposal/list")
    found = hover(client, first_of(proposal)["startLine"])
    assert found is None or "```diff" not in found["contents"]["value"]


@pytest.mark.parametrize(("decision", "state"), [("allow", "completed"), ("deny", "denied")])
def test_a_question_is_told_and_answered_by_a_code_action(house, client, decision, state):
    house.cli("config", "set", "permission_ask", '["run"]')
    script = written(house, call("run", command="echo yes > new.txt"))
    asker = ShimClient(house, {}, "asker")
    goal = {"goal": "write", "provider": "scripted", "script": script}
    task = asker.ask("agentx/goal/run", goal)["taskId"]
    told = client.until(lambda: client.of("window/showMessage"))[0]
    assert "echo yes" in told["message"]
    assert "code action" in told["message"]
    actions = actions_at(client, 0)
    title = next(title for title in actions if title.startswith(f"AgentX: {decision} ("))
    assert "echo yes" in title
    assert pressed(client, actions[title]) == {"decision": decision}
    task_state(house, task, state)
    assert not [title for title in actions_at(client, 0) if title.startswith("AgentX: allow")]
    assert asker.of("window/showMessage") == [], "a script has nobody to ask"
    asker.leave()
