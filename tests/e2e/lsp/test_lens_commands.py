"""What an editor without plugin shows can be pressed: each lens and each action does its work."""

import pytest
from shim_client import ShimClient

RATES = "parcel/rates.py"
EDITS = {"workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}}
SHOWING = {
    "workspace": {**EDITS["workspace"], "textDocumentContent": {}},
    "window": {"showDocument": {"support": True}},
}


@pytest.fixture
def client(house, proposal):
    one = ShimClient(house, EDITS)
    yield one
    assert one.leave() == 0


def states_of(house):
    return {hunk["id"]: hunk["state"] for hunk in house.json("proposals")[-1]["hunks"]}


def of_file(proposal, path):
    return sorted(hunk["id"] for hunk in proposal["hunks"] if hunk["path"] == path)


def pressed(client, lens):
    """Exactly what an editor does with a lens: its command, with its arguments."""
    return client.command(lens["command"]["command"], *lens["command"]["arguments"])


@pytest.mark.parametrize(
    ("command", "state"), [("agentx.accept", "applied"), ("agentx.reject", "rejected")]
)
def test_a_lens_decides_its_own_hunk_and_no_other(client, house, proposal, command, state):
    client.open(RATES)
    first = of_file(proposal, RATES)[0]
    lens = next(
        found
        for found in client.lenses(RATES)
        if found["command"]["arguments"] == [first] and found["command"]["command"] == command
    )
    hunk = next(found for found in proposal["hunks"] if found["id"] == first)
    assert lens["range"]["start"]["line"] == hunk["startLine"]
    assert pressed(client, lens)["hunks"] == {first: state}
    decided = states_of(house)
    assert decided.pop(first) == state
    assert set(decided.values()) == {"proposed"}
    assert [first] not in [found["command"]["arguments"] for found in client.lenses(RATES)]
    client.until(lambda: first not in {h["data"]["hunkId"] for h in client.hints(RATES)})


@pytest.mark.parametrize(
    ("capabilities", "shown"),
    [
        (EDITS, "window/showMessage"),
        (SHOWING, "window/showDocument"),
        ({"window": SHOWING["window"]}, "window/showMessage"),
    ],
    ids=["plain", "3.18", "shows documents but has no contents"],
)
def test_why_and_evidence_are_shown_as_the_client_can(house, proposal, capabilities, shown):
    client = ShimClient(house, capabilities)
    client.answers["window/showDocument"] = {"success": True}
    client.open(RATES)
    for command, words in (("agentx.why", "Goal: fix lint"), ("agentx.evidence", "ended with")):
        check_shown(client, command, words, shown)
    client.leave()


def check_shown(client, command, words, shown):
    lens = next(found for found in client.lenses(RATES) if found["command"]["command"] == command)
    client.seen.clear()
    assert words in pressed(client, lens)
    name = lens["command"]["arguments"][0]
    told = client.until(lambda: client.of(shown))
    if shown == "window/showDocument":
        uri = told[-1]["uri"]
        assert uri.endswith(f"{name}.md")
        assert words in client.ask("workspace/textDocumentContent", {"uri": uri})["text"]
    else:
        assert words in told[-1]["message"]
        assert client.of("window/showDocument") == []


@pytest.mark.parametrize("command", ["agentx.accept", "agentx.reject"])
@pytest.mark.parametrize("reach", ["hunk", "file", "proposal"])
def test_a_code_action_reaches_as_far_as_it_says(client, house, proposal, command, reach):
    state = {"agentx.accept": "applied", "agentx.reject": "rejected"}[command]
    name, first = proposal["id"], of_file(proposal, RATES)[0]
    target = {"hunk": first, "file": f"{name}:{RATES}", "proposal": name}[reach]
    wanted = {
        "hunk": {first},
        "file": set(of_file(proposal, RATES)),
        "proposal": {hunk["id"] for hunk in proposal["hunks"]},
    }[reach]
    client.open(RATES)
    hint = client.until(lambda: [h for h in client.hints(RATES) if h["data"]["hunkId"] == first])[0]
    params = {
        "textDocument": {"uri": client.uri(RATES)},
        "range": hint["range"],
        "context": {"diagnostics": [hint], "only": [command]},
    }
    actions = client.ask("textDocument/codeAction", params)
    mine = [found for found in actions if found["command"]["arguments"] == [target]]
    assert {found["kind"] for found in actions} == {command}, "`only` is not respected"
    assert len(mine) == 1
    answer = client.command(mine[0]["command"]["command"], target)
    assert answer["hunks"] == dict.fromkeys(wanted, state)
    assert {hunk for hunk, found in states_of(house).items() if found == state} == wanted
    on_disk = (house.root / RATES).read_text()
    assert "import sys" in on_disk, "an open file is changed in its editor alone"
    assert ("import sys" in client.texts[RATES]) is (state == "rejected")


def test_actions_stand_only_where_the_selection_is(client, house, proposal):
    hunk = max(
        (found for found in proposal["hunks"] if found["path"] == RATES),
        key=lambda found: found["startLine"],
    )
    client.open(RATES)
    for line, is_there in ((hunk["startLine"], True), (hunk["endLine"] + 1, False)):
        place = {"line": line, "character": 0}
        params = {
            "textDocument": {"uri": client.uri(RATES)},
            "range": {"start": place, "end": place},
            "context": {"diagnostics": []},
        }
        actions = client.ask("textDocument/codeAction", params)
        targets = {found["command"]["arguments"][0] for found in actions}
        assert (hunk["id"] in targets) is is_there, (line, targets)


@pytest.mark.parametrize(
    ("command", "arguments", "words"),
    [
        ("agentx.accept", [], "needs the id"),
        ("agentx.accept", ["p77.1"], "there is no p77.1"),
        ("agentx.why", ["p77.1"], "there is no p77"),
        ("agentx.evidence", [7], "needs the id"),
        ("agentx.undo", ["p1.1"], "nothing to undo"),
        ("agentx.approve", ["q7", "allow"], "no approval q7"),
        ("agentx.approve", ["q7"], "decision"),
        ("agentx.cancel", ["t77"], "there is no task t77"),
        ("agentx.run", [" "], "the goal is empty"),
        ("agentx.why", ["p1.77"], "there is no p1.77"),
        ("agentx.evidence", ["p1.77"], "there is no p1.77"),
    ],
)
def test_a_command_that_makes_no_sense_is_told_to_the_person_too(client, command, arguments, words):
    answer = client.request(
        "workspace/executeCommand", {"command": command, "arguments": arguments}
    )
    assert words in answer["error"]["message"]
    told = client.until(lambda: client.of("window/showMessage"))
    assert words in told[0]["message"]
    assert told[0]["type"] == 1
