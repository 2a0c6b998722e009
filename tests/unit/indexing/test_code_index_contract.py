"""What every CodeIndex must do: the one in memory and the one in a process of its own."""

import asyncio
import subprocess

import pytest
from agentxd.kernel.index import Filters, MapQuery, SearchQuery, SymbolKind, SymbolQuery
from agentxd.plugins.indexing.memory import InMemoryCodeIndex
from agentxd.plugins.indexing.remote import RemoteIndex
from agentxd.plugins.indexing.wire import IndexSettings

FILES = {
    "shop/parcel.py": b"class Parcel:\n    def weigh(self, grams):\n        return grams\n",
    "shop/quote.py": b"from shop.parcel import Parcel\n\n\ndef quote_price(grams):\n    parcel = Parcel()\n    return parcel.weigh(grams) * 3\n",
    "web/cart.js": b"function cartTotal(items) {\n  return items.length;\n}\n",
    "README.md": b"# Shop\n\nHow to weigh a parcel.\n",
}


class Kept:
    """Files on disk and an index of them."""

    def __init__(self, root, index):
        self.root, self.index = root, index

    def write(self, path, content):
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        if isinstance(self.index, InMemoryCodeIndex):
            self.index.files[path] = content
        self.index.touched([path])

    async def until(self, question, is_right):
        """The answer, as soon as it is right. Fails after twenty seconds."""
        for _ in range(400):
            found = await question()
            if is_right(found):
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"the answer stays {found}")

    async def status(self):
        return self.index.status()

    async def ready(self):
        await self.index.outline("README.md")  # the first question starts it
        return await self.until(self.status, lambda found: found.state == "ready")

    async def search(self, text, **filters):
        return (await self.index.search(SearchQuery(text, 20, Filters(**filters)))).hits

    async def names(self, name, **more):
        return [place.symbol.name for place in await self.index.symbols(SymbolQuery(name, **more))]


@pytest.fixture(params=["memory", "process"])
async def kept(request, tmp_path):
    root = tmp_path / "w"
    root.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    remote = RemoteIndex(
        lambda: IndexSettings(str(root), str(tmp_path / "index.db")), lambda _: None
    )
    found = Kept(root, remote if request.param == "process" else InMemoryCodeIndex({}))
    if request.param == "memory":
        found.index = InMemoryCodeIndex({**FILES})
    for path, content in FILES.items():
        found.write(path, content)
    await found.ready()
    yield found
    await remote.close()


async def test_words_find_the_piece_that_holds_them(kept):
    hits = await kept.search("quote price grams")
    best = hits[0]
    assert (best.path, best.language, best.symbol) == ("shop/quote.py", "python", "quote_price")
    assert best.kind == "function"
    assert best.start_line <= 3 < best.end_line
    lines = FILES["shop/quote.py"].decode().split("\n")
    first = best.snippet.split("\n")[0].strip()
    assert first == lines[best.snippet_line].strip(), "a snippet stands where it says"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({"paths": ("shop/*",)}, {"shop/parcel.py", "shop/quote.py"}),
        ({"paths": ("!shop/*", "!web/**")}, {"README.md"}),
        ({"languages": ("python",)}, {"shop/parcel.py", "shop/quote.py"}),
        ({"kinds": (SymbolKind.FUNCTION,), "paths": ("*.py",)}, {"shop/quote.py"}),
        ({"languages": ("cobol",)}, set()),
    ],
)
async def test_filters_limit_what_is_found(kept, filters, wanted):
    assert {hit.path for hit in await kept.search("weigh parcel grams", **filters)} == wanted


async def test_an_answer_says_how_much_it_could_know(kept):
    answer = await kept.index.search(SearchQuery("weigh"))
    coverage = answer.coverage
    assert (coverage.state, coverage.n_files, coverage.n_files_done) == ("ready", 4, 4)


async def test_names_are_found_whole_or_by_their_parts(kept):
    assert await kept.names("weigh", is_exact=True) == ["weigh"]
    assert await kept.names("quote", is_exact=True) == []
    assert "quote_price" in await kept.names("quote")
    assert "cartTotal" in await kept.names("total")
    assert await kept.names("weigh", limit=1) == ["weigh"]


async def test_a_definition_knows_its_place(kept):
    (place,) = await kept.index.symbols(SymbolQuery("weigh", is_exact=True))
    symbol = place.symbol
    assert (place.path, symbol.line, symbol.column) == ("shop/parcel.py", 1, 8)
    assert (symbol.kind, symbol.container) == (SymbolKind.METHOD, "Parcel")
    assert "def weigh(self, grams)" in symbol.signature
    assert place.text == "    def weigh(self, grams):"
    assert symbol.start_line <= 1 < symbol.end_line <= 4


async def test_uses_are_where_the_name_is_used_and_not_where_it_is_defined(kept):
    uses = await kept.index.references("weigh", near="shop/parcel.py")
    code = [use for use in uses if use.path.endswith(".py")]
    (use,) = code
    assert (use.path, use.line, use.column) == ("shop/quote.py", 5, 18)
    assert use.text.strip() == "return parcel.weigh(grams) * 3"
    assert use.inside == "quote_price"
    assert await kept.index.references("no_such_name") == []


async def test_an_outline_is_from_top_to_bottom(kept):
    found = await kept.index.outline("shop/parcel.py")
    assert [(symbol.name, symbol.container) for symbol in found] == [
        ("Parcel", ""), ("weigh", "Parcel"),
    ]  # fmt: skip
    assert await kept.index.outline("nowhere.py") == []


async def test_a_map_keeps_its_budget(kept):
    found = await kept.index.map(MapQuery("weigh a parcel", max_tokens=200))
    assert "shop/parcel.py" in found.text
    assert found.n_tokens <= 200
    assert found.n_files >= 1
    assert len((await kept.index.map(MapQuery(max_tokens=10))).text) < len(found.text)


async def test_unsaved_text_is_searched_and_forgotten_when_the_disk_counts_again(kept):
    kept.index.shown("shop/parcel.py", "\n\nclass Bundle:\n    pass\n")
    (place,) = await kept.index.symbols(SymbolQuery("Bundle", is_exact=True))
    assert (place.path, place.symbol.line) == ("shop/parcel.py", 2)
    assert await kept.names("weigh", is_exact=True) == []
    assert [symbol.name for symbol in await kept.index.outline("shop/parcel.py")] == ["Bundle"]
    assert (await kept.search("bundle"))[0].path == "shop/parcel.py"
    kept.index.shown("shop/parcel.py", None)
    assert await kept.names("Bundle", is_exact=True) == []
    assert await kept.names("weigh", is_exact=True) == ["weigh"]


async def test_a_file_that_is_only_in_an_editor_is_known(kept):
    kept.index.shown("shop/fresh.py", "def not_saved_yet():\n    pass\n")
    assert await kept.names("not_saved_yet", is_exact=True) == ["not_saved_yet"]


async def test_a_file_that_is_written_is_known_soon(kept):
    kept.write("shop/extra.py", b"def wrapping_paper():\n    return 1\n")
    await kept.until(lambda: kept.names("wrapping_paper"), bool)
    await kept.until(kept.status, lambda found: found.n_files == 5)


async def test_it_pauses_and_goes_on(kept):
    assert (await kept.index.control("pause")).state == "paused"
    assert await kept.names("weigh", is_exact=True) == ["weigh"], "what is there still answers"
    assert (await kept.index.control("resume")).state != "paused"
    await kept.ready()


async def test_it_is_made_again(kept):
    await kept.index.control("rebuild")
    await kept.ready()
    assert await kept.names("weigh", is_exact=True) == ["weigh"]
