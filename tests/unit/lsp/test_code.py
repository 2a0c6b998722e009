"""A language server for every language: definitions, references, hover and symbols by the index."""

from contextlib import asynccontextmanager

import pytest
from agentxd.plugins.indexing.memory import InMemoryCodeIndex
from unit.lsp.bench import edge

APP = """class Parcel:
    def weigh(self, grams):
        return grams

    def weigh_all(self): return 1


def größe(x): return x
"""
USE = """from app import Parcel, größe

def main():
    p = Parcel()
    é = "😀"; p.weigh(1); größe(2)
    weigh = 3
"""
FILES = {
    "app.py": APP.encode(),
    "use.py": USE.encode(),
    "other.go": b"func weigh() {}\nfunc main() { Parcel() }\n",
}
TREE = {"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}}
RICH = {"textDocument": {"hover": {"contentFormat": ["markdown", "plaintext"]}}}


@asynccontextmanager
async def code(tmp_path, files=FILES, off=(), **params):
    """An edge with an index, and a client."""
    async with edge(tmp_path, dict(files)) as bench:
        bench.index = InMemoryCodeIndex(bench.disk.files)
        bench.application.searching.equip(bench.index, bench.index, lambda: off)
        client = await bench.client(**params)
        client.uri = lambda path: f"file://{bench.root}/{path}"
        client.bench = bench
        yield client
        await client.close()


def at(client, path, line, character, **more):
    position = {"line": line, "character": character}
    return {"textDocument": {"uri": client.uri(path)}, "position": position, **more}


def short(client, answer):
    """Locations as path:line:start-end."""
    root = f"file://{client.bench.root}/"
    return [
        f"{one['uri'].removeprefix(root)}:{one['range']['start']['line']}:"
        f"{one['range']['start']['character']}-{one['range']['end']['character']}"
        for one in answer["result"] or []
    ]


DEFINITIONS = [
    ("a class", "use.py", 3, 8, ["app.py:0:6-12"]),
    ("right behind the word", "use.py", 3, 14, ["app.py:0:6-12"]),
    ("a method behind its object, after an emoji", "use.py", 4, 16, ["app.py:1:8-13"]),
    ("a word that is longer in UTF-8 than in UTF-16", "use.py", 4, 26, ["app.py:7:4-9"]),
    ("a local variable that is called like a method", "use.py", 5, 6, []),
    ("no word at all", "use.py", 3, 7, []),
    ("a keyword", "use.py", 2, 1, []),
    ("behind the end of the text", "use.py", 99, 0, []),
    ("a definition is its own", "app.py", 1, 9, ["app.py:1:8-13"]),
    ("another language's definition is none", "other.go", 1, 15, []),
    ("a file that is not there", "none.py", 0, 0, []),
]


@pytest.mark.parametrize(
    ("path", "line", "character", "wanted"),
    [case[1:] for case in DEFINITIONS],
    ids=[case[0] for case in DEFINITIONS],
)
async def test_definition(tmp_path, path, line, character, wanted):
    async with code(tmp_path) as client:
        answer = await client.request("textDocument/definition", at(client, path, line, character))
        assert short(client, answer) == wanted
        assert bool(answer["result"]) is bool(wanted), "nothing is null, not an empty list"


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 19), ("utf-16", 16), ("utf-32", 15)])
async def test_columns_are_counted_as_the_client_counts(tmp_path, encoding, column):
    capabilities = {"general": {"positionEncodings": [encoding]}}
    async with code(tmp_path, capabilities=capabilities) as client:
        definition = at(client, "app.py", 1, 9, context={})
        answer = await client.request("textDocument/references", definition)
        assert short(client, answer) == [f"use.py:4:{column}-{column + 5}"]
        answer = await client.request("textDocument/definition", at(client, "use.py", 4, column))
        assert short(client, answer) == ["app.py:1:8-13"]
        answer = await client.request("agentx/index/references", {"name": "weigh"})
        assert column in [one["column"] for one in answer["result"]["references"]]


async def test_references_with_and_without_the_declaration(tmp_path):
    async with code(tmp_path) as client:
        where = at(client, "use.py", 3, 9, context={"includeDeclaration": True})
        found = short(client, await client.request("textDocument/references", where))
        assert found[0] == "app.py:0:6-12"
        where["context"]["includeDeclaration"] = False
        less = short(client, await client.request("textDocument/references", where))
        assert less == found[1:]
        assert {"use.py:0:16-22", "use.py:3:8-14"} <= set(less)


@pytest.mark.parametrize(
    ("capabilities", "kind", "value"),
    [
        (RICH, "markdown", "```python\nclass Parcel\n```\n\n*app.py:1*"),
        ({}, "plaintext", "class Parcel\n\napp.py:1"),
    ],
)
async def test_hover(tmp_path, capabilities, kind, value):
    async with code(tmp_path, capabilities=capabilities) as client:
        answer = await client.request("textDocument/hover", at(client, "use.py", 3, 9))
        assert answer["result"]["contents"] == {"kind": kind, "value": value}
        assert answer["result"]["range"] == {
            "start": {"line": 3, "character": 8},
            "end": {"line": 3, "character": 14},
        }
        answer = await client.request("textDocument/hover", at(client, "use.py", 5, 6))
        assert answer["result"] is None


async def test_symbols_of_a_document_are_a_tree_where_the_client_shows_one(tmp_path):
    async with code(tmp_path, capabilities=TREE) as client:
        params = {"textDocument": {"uri": client.uri("app.py")}}
        answer = await client.request("textDocument/documentSymbol", params)
        parcel, size = answer["result"]
        assert [child["name"] for child in parcel["children"]] == ["weigh", "weigh_all"]
        assert parcel["kind"] == 5
        assert parcel["selectionRange"]["start"] == {"line": 0, "character": 6}
        assert (size["name"], size["children"]) == ("größe", [])
        assert size["range"]["end"]["line"] >= size["selectionRange"]["end"]["line"]


async def test_symbols_of_a_document_are_a_list_for_others(tmp_path):
    async with code(tmp_path) as client:
        params = {"textDocument": {"uri": client.uri("app.py")}}
        answer = await client.request("textDocument/documentSymbol", params)
        found = [(one["name"], one["containerName"]) for one in answer["result"]]
        assert found == [
            ("Parcel", ""), ("weigh", "Parcel"), ("weigh_all", "Parcel"), ("größe", "")
        ]  # fmt: skip
        assert {one["location"]["uri"] for one in answer["result"]} == {client.uri("app.py")}


async def test_symbols_of_the_workspace(tmp_path):
    async with code(tmp_path) as client:
        answer = await client.request("workspace/symbol", {"query": "weigh"})
        assert [one["name"] for one in answer["result"]] == ["weigh", "weigh", "weigh_all"]
        assert (await client.request("workspace/symbol", {"query": ""}))["result"] == []
        assert "error" in await client.request("workspace/symbol", {"query": 5})


async def test_what_is_typed_counts_at_once(tmp_path):
    async with code(tmp_path, capabilities=TREE) as client:
        client.open(client.uri("use.py"), "# new\n" + USE)
        client.type(client.uri("use.py"), "class Fresh: pass\nFresh()\n", 2)
        answer = await client.request("textDocument/definition", at(client, "use.py", 1, 2))
        assert short(client, answer) == ["use.py:0:6-11"]
        params = {"textDocument": {"uri": client.uri("use.py")}}
        client.send("textDocument/didClose", params)
        answer = await client.request("textDocument/documentSymbol", params)
        assert [one["name"] for one in answer["result"]] == ["main"], "the disk counts again"


async def test_an_open_file_is_answered_before_all_files_are_read(tmp_path):
    async with code(tmp_path) as client:
        searching, files = client.bench.application.searching, dict[str, bytes]()
        index = InMemoryCodeIndex(files, state="reading")
        searching.equip(index, index)
        client.open(client.uri("app.py"), APP)
        params = {"textDocument": {"uri": client.uri("app.py")}}
        for state, text, wanted in (
            ("reading", b"", ["Parcel", "weigh", "weigh_all", "größe"]),
            ("ready", b"class OnDisk: pass\n", ["OnDisk"]),
        ):
            index.state = state
            files["app.py"] = text
            searching.heard(index.status())
            answer = await client.request("textDocument/documentSymbol", params)
            assert [one["name"] for one in answer["result"]] == wanted


@pytest.mark.parametrize("off", [["python"], ["PY"], ["*"]])
async def test_another_language_server_is_left_alone(tmp_path, off):
    async with code(tmp_path, off=off) as client:
        where = at(client, "use.py", 3, 9, context={})
        for method in ("definition", "references", "hover"):
            assert (await client.request(f"textDocument/{method}", where))["result"] is None
        assert (await client.request("textDocument/documentSymbol", where))["result"] == []
        answer = await client.request("workspace/symbol", {"query": "weigh"})
        assert len(answer["result"]) == (0 if "*" in off else 1)
        found = await client.request("agentx/index/symbols", {"name": "weigh"})
        assert len(found["result"]["symbols"]) == 3, "who asks AgentX itself gets all"


async def test_an_index_that_is_off_is_no_error_for_an_editor(tmp_path):
    async with code(tmp_path) as client:
        client.bench.index.state = "off"
        where = at(client, "use.py", 3, 9, context={})
        for method in ("definition", "references", "hover"):
            assert (await client.request(f"textDocument/{method}", where))["result"] is None
        assert (await client.request("textDocument/documentSymbol", where))["result"] == []
        assert (await client.request("workspace/symbol", {"query": "weigh"}))["result"] == []
        error = (await client.request("agentx/index/search", {"query": "weigh"}))["error"]
        assert (error["code"], error["data"]["code"]) == (-33016, "index_unavailable")
        assert error["data"]["nextStep"]


async def test_without_an_index_nothing_of_it_is_offered(tmp_path):
    async with edge(tmp_path, dict(FILES)) as bench:
        client = await bench.client()
        answer = await client.request("agentx/index/status")
        assert answer["result"]["state"] == "off"
        where = {"textDocument": {"uri": f"file://{bench.root}/app.py"}}
        where["position"] = {"line": 0, "character": 8}
        assert (await client.request("textDocument/hover", where))["result"] is None
        assert "error" in await client.request("agentx/index/pause")
        await client.close()


async def test_an_answer_says_how_much_it_could_know(tmp_path):
    async with code(tmp_path) as client:
        client.bench.index.state, client.bench.index.n_files_done = "reading", 1
        for method, params in (
            ("search", {"query": "weigh all"}),
            ("symbols", {"name": "weigh"}),
            ("references", {"name": "weigh"}),
            ("map", {"maxTokens": 100}),
        ):
            result = (await client.request(f"agentx/index/{method}", params))["result"]
            coverage = result["coverage"]
            assert (coverage["state"], coverage["nFiles"], coverage["nFilesDone"]) == (
                "reading", 3, 1,
            )  # fmt: skip


ODD = [
    ("search", {"query": "  "}),
    ("search", {"query": "x", "kinds": ["nonsense"]}),
    ("symbols", {"name": ""}),
    ("references", {"name": ""}),
]


@pytest.mark.parametrize(("method", "params"), ODD)
async def test_a_question_that_makes_no_sense_is_told(tmp_path, method, params):
    async with code(tmp_path) as client:
        error = (await client.request(f"agentx/index/{method}", params))["error"]
        assert error["data"]["code"] == "invalid_request"


async def test_an_editor_that_opens_a_file_wakes_the_index(tmp_path):
    async with code(tmp_path) as client:
        assert client.bench.index.n_woken == 0
        client.open(client.uri("app.py"), APP)
        await client.request("agentx/index/status")
        assert client.bench.index.n_woken == 1


async def test_the_index_is_steered(tmp_path):
    async with code(tmp_path) as client:
        for verb in ("pause", "resume", "rebuild"):
            result = (await client.request(f"agentx/index/{verb}"))["result"]
            assert result["state"] == ("paused" if verb == "pause" else "ready")
        assert client.bench.index.actions == ["pause", "resume", "rebuild"]
