"""What a search answers: filters, copies, ranks, snippets, and any text at all as a question."""

from hashlib import sha256

import pytest
from agentxd.index.fake_embedder import FakeEmbedder
from agentxd.index.texts import chunk_texts
from agentxd.index.words import WordSplitter
from agentxd.kernel.index import Content, Filters, SearchQuery, SymbolKind, SymbolQuery
from agentxd.plugins.languages.parser import TreeSitterParser
from unit.stores.index_parts import Workspace, row

FILES = {
    "src/parser.py": 'class Parser:\n    """Takes texts apart."""\n    def parse_header(self, text):\n        """Split a header into name and value."""\n        return split_once(text, ":")\n',
    "src/split.py": "def split_once(text, mark):\n    return text.partition(mark)\n",
    "tests/test_parser.py": 'def test_parse_header():\n    """Split a header into name and value."""\n    assert Parser().parse_header("a:b")\n',
    "vendor/copy/parser.py": 'class Parser:\n    """Takes texts apart."""\n    def parse_header(self, text):\n        """Split a header into name and value."""\n        return split_once(text, ":")\n',
    "docs/parser.md": "# Parser\nHow a header is parsed into name and value.\n",
}


@pytest.fixture
def workspace(tmp_path):
    opened = Workspace(tmp_path / "index.db")
    opened.use(opened.embedder)
    opened.write({path: text for path, text in FILES.items() if path.endswith(".py")})
    opened.write({"docs/parser.md": FILES["docs/parser.md"]}, language="markdown")
    opened.embed()
    yield opened
    opened.close()


def hits(workspace, text, limit=20, **filters):
    return workspace.searcher.search(SearchQuery(text, limit, Filters(**filters))).hits


def paths(workspace, text, limit=20, **filters):
    return [hit.path for hit in hits(workspace, text, limit, **filters)]


def test_definitions_come_before_tests_and_copies_of_others(workspace):
    found = paths(workspace, "split a header into name and value")
    assert found.index("src/parser.py") < found.index("tests/test_parser.py")
    assert found.index("tests/test_parser.py") < found.index("vendor/copy/parser.py")


def test_who_asks_for_tests_gets_tests(workspace):
    assert paths(workspace, "tests of the header")[0] == "tests/test_parser.py"


FILTERS = {
    "a folder": ({"paths": ("src/",)}, {"src/parser.py", "src/split.py"}),
    "an ending": ({"paths": ("*.md",)}, {"docs/parser.md"}),
    "all but": ({"paths": ("!vendor/", "!tests/", "!docs")}, {"src/parser.py", "src/split.py"}),
    "some but": ({"paths": ("src/", "!*/split.py")}, {"src/parser.py"}),
    "a language": ({"languages": ("Markdown",)}, {"docs/parser.md"}),
    "a kind": ({"kinds": (SymbolKind.CLASS,)}, {"src/parser.py", "vendor/copy/parser.py"}),
    "both": ({"paths": ("vendor/**",), "kinds": (SymbolKind.METHOD,)}, {"vendor/copy/parser.py"}),
    "nothing left": ({"languages": ("cobol",)}, set()),
}


@pytest.mark.parametrize("name", FILTERS)
def test_filters_leave_what_they_name(workspace, name):
    filters, expected = FILTERS[name]
    assert set(paths(workspace, "parse header text mark name value", **filters)) == expected


@pytest.mark.parametrize("name", FILTERS)
def test_filters_of_symbols_leave_what_they_name(workspace, name):
    filters, expected = FILTERS[name]
    places = workspace.searcher.symbols(SymbolQuery("p", filters=Filters(**filters)))
    places += workspace.searcher.symbols(SymbolQuery("split", filters=Filters(**filters)))
    assert {place.path for place in places} == {path for path in expected if path.endswith(".py")}


def test_a_filter_still_gives_as_many_as_are_asked_for(workspace):
    crowd = {
        f"crowd/file{n}.py": f"def handle_request_{n}(request): return request" for n in range(400)
    }
    rare = {
        f"rare/part{n}.py": f"def other_{n}(value):\n    value = 1\n    value = 2\n    x = 3\n    return handle, request"
        for n in range(30)
    }
    workspace.write(crowd | rare)
    assert set(paths(workspace, "handle request", 10)) <= set(crowd)
    assert len(paths(workspace, "handle request", 20, paths=("rare/",))) == 20
    assert set(paths(workspace, "handle request", 40, paths=("rare/",))) == set(rare)


def test_contents_that_no_file_holds_do_not_crowd_out_the_living(workspace):
    for version in range(50):
        workspace.write(
            {f"live/{n}.py": f"def version_{version}_of_{n}(): return lively" for n in range(10)}
        )
    assert {hit.symbol for hit in hits(workspace, "lively", 10)} == {
        f"version_49_of_{n}" for n in range(10)
    }


def test_the_same_content_in_several_files_is_shown_once_first(workspace):
    workspace.write({f"copies/{n}.py": "def copied_code(): return unusual" for n in range(5)})
    workspace.write({"own.py": "def own_code():\n    return unusual\n"})
    workspace.embed()
    found = paths(workspace, "unusual")
    assert set(found[:2]) == {"own.py", "copies/0.py"}
    assert set(found) >= {f"copies/{n}.py" for n in range(5)}
    assert min(found.index(f"copies/{n}.py") for n in range(1, 5)) > found.index("src/split.py")


def test_a_snippet_never_shows_lines_of_another_text(workspace):
    workspace.texts["src/split.py"] = "# a new first line\n" * 50
    [hit] = [hit for hit in hits(workspace, "split_once") if hit.path == "src/split.py"]
    assert hit.snippet == "def split_once(text, mark):"
    del workspace.texts["src/split.py"]
    [hit] = [hit for hit in hits(workspace, "split_once") if hit.path == "src/split.py"]
    assert hit.snippet == "def split_once(text, mark):"
    [place] = workspace.searcher.symbols(SymbolQuery("split_once", is_exact=True))
    assert place.text == "def split_once(text, mark):"


def test_vectors_find_what_no_word_does(workspace):
    class Wise(FakeEmbedder):
        """Knows one synonym."""

        def query(self, text):
            return super().query(
                text.replace(
                    "cleave", "def split_once(text, mark):\n    return text.partition(mark)\n"
                )
            )

    workspace.others["fake"] = workspace.embedder = Wise()
    [hit, *_] = hits(workspace, "cleave")
    assert (hit.path, hit.found_by) == ("src/split.py", ("vector",))


def test_paths_are_found_by_their_parts(workspace):
    workspace.write({"src/billing/InvoiceMailer.py": "def run():\n    return None\n"})
    [hit] = [hit for hit in hits(workspace, "invoice mailer") if "path" in hit.found_by]
    assert hit.path == "src/billing/InvoiceMailer.py"


def test_the_nearest_definition_and_use_come_first(workspace):
    [first, *_] = workspace.searcher.symbols(
        SymbolQuery("parse_header", near="vendor/copy/other.py")
    )
    assert first.path == "vendor/copy/parser.py"
    [first, *_] = workspace.searcher.symbols(SymbolQuery("parse_header", near="src/other.py"))
    assert first.path == "src/parser.py"
    uses = [use.path for use in workspace.resolver.uses("split_once", near="vendor/copy/x.py")]
    assert sorted(uses) == ["src/parser.py", "vendor/copy/parser.py"]
    assert len(workspace.resolver.uses("split_once", limit=1)) == 1


HOSTILE = {
    "empty": "",
    "spaces": " \n\t ",
    "quotes": '"" " \' \\" header',
    "operators": "header AND OR NOT NEAR(header, 3) {name} : - + * ^ ( )",
    "an open bracket": "(header",
    "a column": "name:header body:*",
    "zero bytes": "head\0er \0",
    "half a character": "header \udcff\ud800",
    "emoji": "🎉 header 👩‍👩‍👧",
    "stop words": "the of a and it is",
    "an unknown word": "zxqwvu",
    "one letter": "a",
    "a sign": "%_\\%",
    "100 kB of text": "header value " * 8_000,
    "100 kB of one word": "h" * 100_000,
    "100 kB of words": " ".join(f"word{n}" for n in range(12_000)),
    "a line of JSON": '{"header": [1, 2, {"a": null}]}' * 50,
    "other scripts": "заголовок ヘッダー 标题 header",
    "a pattern": "(a+)+$" * 1_000,
    "globs": "**/*.py !src [a-",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(
    "filters", [{}, {"paths": ("src/", "!(a+)+$", "[", "**", "")}], ids=["all", "some"]
)
def test_any_text_is_a_question(workspace, name, filters):
    text = HOSTILE[name]
    found = hits(workspace, text, **filters)
    assert len(found) <= 20
    if "header" in text:
        assert found
    workspace.searcher.symbols(SymbolQuery(text, filters=Filters(**filters)))
    workspace.searcher.symbols(SymbolQuery(text, is_exact=True, near=text))
    workspace.resolver.uses(text, near=text)
    assert workspace.searcher.outline(text) == []


@pytest.mark.parametrize("limit", [-1, 0, 1, 10**9])
def test_any_number_is_a_limit(workspace, limit):
    n = len(hits(workspace, "header", limit))
    assert n == {-1: 0, 0: 0, 1: 1}.get(limit, n)
    assert len(workspace.searcher.symbols(SymbolQuery("p", limit))) <= max(limit, 0)
    assert len(workspace.resolver.uses("text", "", limit)) <= max(limit, 0)


def test_small_definitions_that_share_a_piece_are_found_by_their_kind(workspace):
    text = "class Small:\n    def open_door(self): ...\n    def shut_window(self): ...\n"
    raw, parsed = text.encode(), TreeSitterParser().parse("python", text.encode())
    assert len(parsed.chunks) == 1
    whole = Content(
        sha256(raw).digest(), len(raw), parsed, chunk_texts(raw, parsed, WordSplitter())
    )
    workspace.texts["src/small.py"] = text
    workspace.database.put([whole], [row("src/small.py", text)])
    for words, name in (("shut the window", "shut_window"), ("open the door", "open_door")):
        found = {hit.path: hit for hit in hits(workspace, words, kinds=(SymbolKind.METHOD,))}
        assert (found["src/small.py"].symbol, found["src/small.py"].kind) == (name, "method")


def test_words_that_nobody_knows_find_nothing_where_nothing_is_near(workspace):
    assert hits(workspace, "zzzqqq xkcdfoo")  # this embedder does not know nonsense
    workspace.embedder.floor = 0.99
    assert not hits(workspace, "zzzqqq xkcdfoo")
    assert hits(workspace, "header")


def test_a_message_as_it_was_copied_finds_where_it_is_made(workspace):
    crowd = {
        f"src/other{n}.py": f"def downloaded_{n}(response):\n    no = response\n    return response, no, 'downloaded for'\n"
        for n in range(40)
    }
    workspace.write(crowd)
    workspace.write(
        {
            "src/told.py": "def tell(url):\n    a = 1\n    log('No response downloaded for: %s', url)\n"
        }
    )
    first = hits(workspace, "No response downloaded for:")[0]
    assert (first.path, "phrase" in first.found_by) == ("src/told.py", True)


def test_a_smaller_limit_gives_the_beginning_of_a_larger_one(workspace):
    workspace.write(
        {f"many/file{n}.py": f"def handle_{n}(request):\n    return request\n" for n in range(300)}
    )
    most = [(hit.path, hit.start_line) for hit in hits(workspace, "handle request", 250)]
    assert len(most) == 250
    for limit in (1, 20, 60, 130):
        some = hits(workspace, "handle request", limit)
        assert [(hit.path, hit.start_line) for hit in some] == most[:limit]


def test_code_comes_before_what_tells_of_it_unless_that_is_asked_for(workspace):
    docs, code = (
        {hit.path: hit.score for hit in hits(workspace, f"{word} header name value")}[
            "docs/parser.md"
        ]
        for word in ("documentation", "implementation")
    )
    assert docs > code
    assert paths(workspace, "header name value")[0] == "src/parser.py"
