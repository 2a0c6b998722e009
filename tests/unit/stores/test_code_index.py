"""The index's database keeps contents by hash, finds them by words and names, and forgets none."""

import pytest
from agentxd.kernel.index import SearchQuery, SymbolQuery
from unit.stores.index_parts import Workspace

STORE = '''import os

class UserStore:
    """Keeps users on disk."""
    def get_user_name(self, number):
        """The name of a user."""
        return self.names[number]
    def removeUser(self, number):
        """Let a user go."""
        os.remove(number)
'''
HTTP = '''def parseHTTPHeader(line):
    """Split a header of a request."""
    return line.partition(":")

def serve(store):
    return parseHTTPHeader(store.get_user_name(1))
'''


@pytest.fixture
def workspace(tmp_path):
    opened = Workspace(tmp_path / "state" / "index.db")
    opened.write({"src/store.py": STORE, "src/net/http.py": HTTP})
    yield opened
    opened.close()


def found(workspace, text, **more):
    answer = workspace.searcher.search(SearchQuery(text, **more))
    return [(hit.path, hit.symbol) for hit in answer.hits]


def test_words_find_the_chunk_that_holds_them(workspace):
    hit = workspace.searcher.search(SearchQuery("split a header")).hits[0]
    assert (hit.path, hit.symbol, hit.start_line, hit.kind) == (
        "src/net/http.py",
        "parseHTTPHeader",
        0,
        "function",
    )
    assert hit.signature == "def parseHTTPHeader(line):"
    assert "words" in hit.found_by
    assert hit.snippet.startswith("def parseHTTPHeader(line):\n")


def test_a_name_in_any_writing_finds_its_definition_first(workspace):
    for text in ("get_user_name", "getUserName", "get user name", "GETUSERNAME"):
        assert found(workspace, text)[0] == ("src/store.py", "get_user_name"), text


def test_symbols_are_found_by_beginning_parts_and_abbreviation(workspace):
    for text in (
        "get_user_name",
        "getUs",
        "user_name",
        "gUN",
        "gtusrnm",
        "UserStore.get_user_name",
    ):
        places = workspace.searcher.symbols(SymbolQuery(text))
        assert [(p.path, p.symbol.name) for p in places][:1] == [
            ("src/store.py", "get_user_name")
        ], text
    assert workspace.searcher.symbols(SymbolQuery("getUs", is_exact=True)) == []


def test_uses_tell_the_line_and_the_definition_around_it(workspace):
    uses = workspace.resolver.uses("get_user_name")
    assert [(use.path, use.line, use.inside) for use in uses] == [("src/net/http.py", 5, "serve")]
    assert uses[0].text == "    return parseHTTPHeader(store.get_user_name(1))"


def test_an_outline_is_what_a_file_defines(workspace):
    symbols = workspace.searcher.outline("src/store.py")
    assert [symbol.name for symbol in symbols] == ["UserStore", "get_user_name", "removeUser"]
    assert symbols[1].container == "UserStore"
    assert workspace.searcher.outline("nowhere.py") == []


def test_the_answer_says_how_much_it_covers(workspace):
    coverage = workspace.searcher.search(SearchQuery("user")).coverage
    assert (coverage.n_files_done, coverage.n_chunks, coverage.n_vectors) == (2, 6, 0)
