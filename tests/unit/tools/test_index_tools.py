"""Tools on the index: places come from the index, lines from the agent's own copy."""

import json

import pytest
from agentxd.agents.gate import gate_of
from agentxd.plugins.indexing.memory import InMemoryCodeIndex
from agentxd.plugins.tools import built_in_tools, index_tools
from agentxd.plugins.tools.looking import Copy
from agentxd.tasks.workroom import CallContext
from unit.tools.room import make_room

FILES = {
    "src/parcel.py": b"class Parcel:\n    def weigh(self, grams):\n        return grams\n\n\ndef price(parcel):\n    return parcel.weigh(1) * 2\n",
    "src/quote.py": b"from parcel import price\n\n\ndef quote():\n    return price(1)\n",
    "docs/guide.md": b"How to price a parcel.\n",
}


@pytest.fixture
async def room(tmp_path):
    ours = await make_room(tmp_path, FILES)
    ours.index = InMemoryCodeIndex(dict(FILES))
    ours.tools |= {tool.spec.name: tool for tool in index_tools(ours.index)}
    yield ours
    await ours.sandbox.close()


async def test_search_tells_place_definition_and_lines(room):
    assert await room.told("search", query="def quote price", limit=1) == (
        "src/quote.py:4-6  function quote\n     4\tdef quote():\n     5\t    return price(1)\n     6\t"
    )


async def test_search_takes_a_glob_and_says_when_there_is_nothing(room):
    assert "guide.md" in await room.told("search", query="price", path="./docs/*")
    assert await room.told("search", query="zebra") == "Nothing found."


async def test_symbol_shows_the_code_where_there_is_one_definition(room):
    assert await room.told("symbol", name="Parcel.weigh") == (
        "src/parcel.py:2-5  method Parcel.weigh\n        def weigh(self, grams)\n"
        "     2\t    def weigh(self, grams):\n     3\t        return grams\n     4\t\n     5\t"
    )
    assert (await room.told("symbol", name="pri")).startswith("src/parcel.py:6-8  function price")
    assert await room.told("symbol", name="zebra") == "No definition of zebra."


async def test_references_are_lines_with_what_is_around_them(room):
    assert await room.told("references", name="price", near="src/parcel.py") == (
        "docs/guide.md:1:How to price a parcel.\nsrc/quote.py:1:from parcel import price\nsrc/quote.py:5:return price(1)  [in quote]"
    )
    assert await room.told("references", name="zebra") == "No use of zebra is known."


async def test_map(room):
    assert "src/parcel.py:\n  class Parcel\n" in await room.told("map", task="x", tokens=500)


NOTE = "(what you changed yourself is not in the index: grep finds it)"


async def test_lines_are_those_of_the_copy_where_the_agent_moved_them(room):
    await room.told("run", command="sed -i '1i # one\\n# two' src/quote.py")
    told = await room.told("search", query="def quote price", limit=1)
    assert told.startswith("src/quote.py:6-8  function quote\n     6\tdef quote():\n")
    assert told.endswith(NOTE)
    assert "src/quote.py:7:return price(1)" in await room.told("references", name="price")
    assert "     6\tdef quote():" in await room.told("symbol", name="quote")


async def test_what_the_agent_took_away_is_not_shown(room):
    await room.told("run", command="rm src/quote.py; sed -i 's/def price/def cost/' src/parcel.py")
    told = await room.told("search", query="quote")
    assert told == f"(1 more are not in your copy any more)\n{NOTE}"
    assert "quote.py" not in await room.told("references", name="price")
    assert await room.told("symbol", name="price") == f"No definition of price.\n{NOTE}"


async def test_what_the_user_typed_since_is_no_part_of_the_copy(room):
    room.index.files["src/quote.py"] = b"def quote():\n    return 'typed later'\n"
    room.index.files["src/new.py"] = b"def quote_again(): pass\n"
    told = await room.told("search", query="quote")
    assert "typed later" not in told
    assert "new.py" not in told


async def test_an_index_that_is_being_made_says_so(room):
    room.index.state, room.index.n_files_done = "reading", 1
    told = await room.told("search", query="quote")
    assert "knows 1 of 3 files so far" in told


async def test_an_index_that_went_away_is_told_with_what_to_do(room):
    room.index.state = "off"
    for name, arguments in (("search", {"query": "x"}), ("symbol", {"name": "x"}),
                            ("references", {"name": "x"}), ("map", {})):  # fmt: skip
        assert await room.refused(name, **arguments) == "There is no index now; use grep and read."


async def test_invariant_13_a_file_with_secrets_is_not_shown_even_if_an_index_knew_it(tmp_path):
    room = await make_room(tmp_path, {".env": b"def key(): return 1\n", "a.py": b"x = 1\n"})
    room.index = InMemoryCodeIndex({".env": b"def key(): return 1\n"})
    room.tools |= {tool.spec.name: tool for tool in index_tools(room.index)}
    for name, arguments in (("search", {"query": "key"}), ("symbol", {"name": "key"})):
        assert "return 1" not in await room.told(name, **arguments)
    await room.sandbox.close()


async def test_invariant_13_lines_out_of_the_midst_of_a_key_are_not_shown(tmp_path):
    middle = [f"MIIEpAIBAAKCAQEAzebra{n:02}" + "x" * 40 for n in range(60)]
    lines = ["-----BEGIN RSA PRIVATE KEY-----", *middle, "-----END RSA PRIVATE KEY-----"]
    source = "\n".join(['KEY = """', *lines, '"""', "def after(): return 1", ""]).encode()
    room = await make_room(tmp_path, {"key.py": source})
    copy = Copy(CallContext(room.sandbox, room.snapshot, room.ask, room.emitted.append))
    found = await copy.find("key.py", 30, middle[28:36])
    assert found.line == 30
    assert set("".join(found.lines)) == {"*"}
    room.index = InMemoryCodeIndex({"key.py": source})
    room.tools |= {tool.spec.name: tool for tool in index_tools(room.index)}
    assert "zebra" not in await room.told("symbol", name="KEY")
    assert "def after(): return 1" in await room.told("symbol", name="after")
    await room.sandbox.close()


def test_the_tools_are_offered_where_there_is_an_index_and_need_no_leave():
    index = InMemoryCodeIndex({})
    names = {tool.spec.name for tool in built_in_tools("", index)}
    assert names - {tool.spec.name for tool in built_in_tools()} == {
        "search", "symbol", "references", "map",
    }  # fmt: skip
    for tool in index_tools(index):
        assert gate_of().judge(tool.spec, {"query": "x", "name": "x"}).action.value == "allow"


def test_their_part_of_every_request_is_small():
    specs = [tool.spec for tool in index_tools(InMemoryCodeIndex({}))]
    size = sum(len(json.dumps([s.name, s.description, s.schema])) for s in specs)
    assert size < 1_500
