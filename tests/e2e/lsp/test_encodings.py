"""UTF-8, UTF-16 and UTF-32 clients at once on one file: each counts in its own units."""

import pytest
from conversations import call, run_script
from shim_client import ShimClient

PATH = "parcel/signs.py"
BEFORE = 'A = "😀😀 é 日本"; B = 1\n\nC = "👩‍👩‍👧"\n\nLAST = "🚀"; D = 4'
AFTER = 'A = "😀😀 é 日本"; B = 2\n\nC = "👩‍👩‍👧"\n\nLAST = "🚀"; D = 5 # 😀'
ENCODINGS = ("utf-8", "utf-16", "utf-32")
LAST_COLUMN = {"utf-8": 20, "utf-16": 18, "utf-32": 17}


@pytest.fixture
def clients(house):
    """One of each encoding, all with the file open, and a proposal for its first and last line."""
    (house.root / PATH).write_text(BEFORE)
    proposal = run_script(house, call("write", path=PATH, content=AFTER))
    found = {
        name: ShimClient(
            house,
            {
                "general": {"positionEncodings": [name]},
                "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
            },
            name,
        )
        for name in ENCODINGS
    }
    for name, client in found.items():
        assert client.encoding == name
        client.open(PATH)
    yield found, [hunk["id"] for hunk in proposal["hunks"]]
    for client in found.values():
        client.leave()


def place_of(client, hunk):
    return next((h["range"] for h in client.hints(PATH) if h["data"]["hunkId"] == hunk), None)


def test_a_hint_ends_where_the_line_ends_in_the_units_of_each(clients):
    editors, (first, last) = clients
    for name, client in editors.items():
        end = {"line": 4, "character": LAST_COLUMN[name]}
        client.until(lambda c=client, at=end: (place_of(c, last) or {}).get("end") == at)
        assert client.text_of(PATH, place_of(client, last)) == 'LAST = "🚀"; D = 4'
        assert client.text_of(PATH, place_of(client, first)) == BEFORE.partition("\n")[0] + "\n"


@pytest.mark.parametrize("typist", ENCODINGS)
@pytest.mark.parametrize("taker", ENCODINGS)
def test_what_one_types_behind_an_emoji_stays_whoever_accepts(clients, typist, taker):
    editors, (first, last) = clients
    client = editors[typist]
    spot = client.texts[PATH].index("👩")
    client.type(PATH, spot, spot, "typed 😀 ")
    end = client.texts[PATH].index("👧") + 1
    client.type(PATH, end, end, "é!")
    typed = client.texts[PATH]
    answer = editors[taker].command("agentx.accept", last, first)
    assert set(answer["hunks"].values()) == {"applied"}
    merged = AFTER.replace("👩‍👩‍👧", "typed 😀 👩‍👩‍👧é!")
    if typist == taker:
        assert client.texts[PATH] == merged
    else:
        assert (client.texts[PATH], editors[taker].texts[PATH]) == (typed, AFTER)


def test_the_daemon_has_the_very_text_that_each_editor_has(clients):
    """Each accepts in turn: a text that had drifted apart would not merge, or merge elsewhere."""
    editors, (first, last) = clients
    for client in editors.values():
        assert client.ask("agentx/daemon/status")["nConnections"] >= len(ENCODINGS)
        for spot, new in ((0, "# 👍\n"), (8, "é"), (len(BEFORE) - 3, "😀\n")):
            client.type(PATH, spot, spot + 1, new)
        for name in (first, last):
            client.request(
                "workspace/executeCommand", {"command": "agentx.accept", "arguments": [name]}
            )
        params = {"proposalId": "p1", "path": PATH, "side": "current"}
        assert client.ask("agentx/proposal/text", params)["text"] == client.texts[PATH]
