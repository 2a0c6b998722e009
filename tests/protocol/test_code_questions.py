"""Questions about code on the wire of a real daemon with a real index, unsaved text included."""

import time

import pytest
from daemons import RawClient

RATES, QUOTE = "parcel/rates.py", "parcel/quote.py"
TREE = {"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}}


class Asking(RawClient):
    """A client that knows its workspace."""

    def __init__(self, house):
        super().__init__(house.socket_path)
        self.root = house.root
        self.told = self.initialize(**TREE)["result"]["capabilities"]

    def ask(self, method, params=None):
        answer = self.request(method, params)
        assert "result" in answer, answer
        return answer["result"]

    def at(self, method, path, line, character, **more):
        uri = (self.root / path).as_uri()
        position = {"line": line, "character": character}
        params = {"textDocument": {"uri": uri}, "position": position, **more}
        return self.ask(f"textDocument/{method}", params)

    def notify(self, method, params):
        self.send({"jsonrpc": "2.0", "method": method, "params": params})


@pytest.fixture(scope="module")
def client(shared_house):
    assert shared_house.cli("index", "--wait", timeout_s=120).returncode == 0
    found = Asking(shared_house)
    yield found
    found.close()


def places(root, locations):
    prefix = f"file://{root}/"
    return [
        (one["uri"].removeprefix(prefix), one["range"]["start"]["line"]) for one in locations or []
    ]


def test_what_is_offered(client):
    for name in ("definition", "references", "hover", "documentSymbol", "workspaceSymbol"):
        assert client.told[f"{name}Provider"]


def test_definition_references_and_hover(client):
    assert places(client.root, client.at("definition", QUOTE, 8, 16)) == [(RATES, 12)]
    found = client.at("references", RATES, 12, 6, context={"includeDeclaration": True})
    assert (RATES, 12) in places(client.root, found)
    assert (QUOTE, 8) in places(client.root, found)
    hover = client.at("hover", QUOTE, 8, 16)["contents"]["value"]
    assert "def base_rate(zone: str) -> float" in hover
    assert "The rate of a zone in euro." in hover
    assert client.at("hover", QUOTE, 0, 8) is None


def test_symbols_of_a_file_and_of_the_workspace(client):
    symbols = client.at("documentSymbol", RATES, 0, 0)
    names = [symbol["name"] for symbol in symbols]
    assert [name for name in names if name in ("RATES", "base_rate", "Parcel")] == [
        "RATES", "base_rate", "Parcel",
    ]  # fmt: skip
    parcel = next(symbol for symbol in symbols if symbol["name"] == "Parcel")
    assert "__init__" in [child["name"] for child in parcel["children"]]
    for symbol in symbols:
        outer, inner = symbol["range"], symbol["selectionRange"]
        assert outer["start"]["line"] <= inner["start"]["line"]
        assert inner["end"]["line"] <= outer["end"]["line"]
    found = client.ask("workspace/symbol", {"query": "baserate"})
    assert (found[0]["name"], places(client.root, [found[0]["location"]])) == (
        "base_rate", [(RATES, 12)],
    )  # fmt: skip


def test_search_symbols_references_map(client):
    hits = client.ask("agentx/index/search", {"query": "price of a shipment in euro"})
    assert hits["hits"][0]["path"] == QUOTE
    assert hits["coverage"]["state"] == "ready"
    (one, *_) = client.ask("agentx/index/symbols", {"name": "discount", "isExact": True})["symbols"]
    assert (one["path"], one["kind"], one["line"]) == (RATES, "function", 19)
    uses = client.ask("agentx/index/references", {"name": "discount"})["references"]
    assert (QUOTE, 9) in [(use["path"], use["line"]) for use in uses]
    told = client.ask("agentx/index/map", {"task": "rates", "maxTokens": 500})
    assert RATES in told["text"]
    assert told["nTokens"] <= 500


def test_unsaved_text_counts_and_columns_are_utf_16(client):
    uri = (client.root / RATES).as_uri()
    text = 'def naïve_😀(x): return x\n\nx = "😀"; surcharge(1)\n\ndef surcharge(n): return n\n'
    document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": document})
    (found,) = client.at("definition", RATES, 2, 12)
    assert found["uri"] == uri
    assert found["range"]["start"] == {"line": 4, "character": 4}
    uses = client.ask("agentx/index/references", {"name": "surcharge"})["references"]
    assert [(use["path"], use["line"], use["column"]) for use in uses] == [(RATES, 2, 10)]
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert client.ask("workspace/symbol", {"query": "surcharge"}) == []
    assert places(client.root, client.at("definition", QUOTE, 8, 16)) == [(RATES, 12)]


def test_a_file_that_was_saved_is_searchable(client):
    path = client.root / "parcel/extra.py"
    path.write_text("def wrapping_paper():\n    return 1\n")
    try:
        for _ in range(200):
            found = client.ask("workspace/symbol", {"query": "wrapping_paper"})
            if found:
                break
            time.sleep(0.05)
        assert [one["name"] for one in found] == ["wrapping_paper"]
    finally:
        path.unlink()


def test_invariant_13_a_secret_is_not_in_any_answer(client):
    secret = client.root / ".env"
    secret.write_text("def hidden_key_of_the_shop(): return 'x'\n")
    uri = secret.as_uri()
    document = {"uri": uri, "languageId": "python", "version": 1, "text": secret.read_text()}
    client.notify("textDocument/didOpen", {"textDocument": document})
    change = {
        "textDocument": {"uri": uri, "version": 2},
        "contentChanges": [{"text": "def hidden_key_of_the_house(): 1\n"}],
    }
    client.notify("textDocument/didChange", change)
    try:
        for name in ("hidden_key_of_the_shop", "hidden_key_of_the_house"):
            assert client.ask("agentx/index/symbols", {"name": name})["symbols"] == []
            hits = client.ask("agentx/index/search", {"query": name})["hits"]
            assert [hit for hit in hits if hit["path"] == ".env"] == []
    finally:
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        secret.unlink()


ODD = [
    ("workspace/symbol", {}),
    ("workspace/symbol", {"query": None}),
    ("textDocument/definition", {}),
    ("textDocument/hover", {"textDocument": {"uri": 5}, "position": {"line": 0, "character": 0}}),
    ("textDocument/hover", {"textDocument": {"uri": "file:///x"}, "position": None}),
    ("textDocument/references", {"textDocument": {"uri": "file:///x"}}),
    ("textDocument/documentSymbol", {"textDocument": None}),
    ("agentx/index/search", {"query": 5}),
    ("agentx/index/map", {"maxTokens": "many"}),
]


@pytest.mark.parametrize(("method", "params"), ODD)
def test_invariant_6_odd_params_are_refused_once(client, method, params):
    assert client.request(method, params)["error"]["code"] == -32602


NOWHERE = [
    ("file:///etc/passwd", 0, 0),
    ("untitled:x", 0, 0),
    ("{root}/parcel/none.py", 0, 0),
    ("{root}/" + RATES, 10**9, 0),
    ("{root}/" + RATES, -1, 0),
    ("{root}/" + RATES, 12, 10**9),
    ("{root}/" + RATES, 12, -5),
]


@pytest.mark.parametrize(("uri", "line", "character"), NOWHERE)
def test_a_place_that_is_none_is_answered_with_nothing(client, uri, line, character):
    where = {
        "textDocument": {"uri": uri.format(root=client.root.as_uri())},
        "position": {"line": line, "character": character},
        "context": {},
    }
    for method in ("definition", "references", "hover"):
        assert client.ask(f"textDocument/{method}", where) is None


def test_an_editor_that_opens_a_file_does_not_hide_what_another_one_typed(client, shared_house):
    uri = (client.root / RATES).as_uri()
    disk = (client.root / RATES).read_text()
    other = Asking(shared_house)
    document = {"uri": uri, "languageId": "python", "version": 1, "text": disk}
    client.notify("textDocument/didOpen", {"textDocument": document})
    change = [{"text": disk + "\n\ndef typed_by_one():\n    pass\n"}]
    client.notify(
        "textDocument/didChange",
        {"textDocument": {"uri": uri, "version": 2}, "contentChanges": change},
    )
    assert client.ask("workspace/symbol", {"query": "typed_by_one"})
    other.notify("textDocument/didOpen", {"textDocument": document})
    for _ in range(5):
        assert other.ask("workspace/symbol", {"query": "typed_by_one"})
    other.close()
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
