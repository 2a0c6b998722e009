"""Ranks, filters, names, snippets: the pure rules of a search, as tables."""

import pytest
from agentxd.index.codes import codes_of, in_words, nearest
from agentxd.index.fake_embedder import FakeEmbedder
from agentxd.index.filters import has_kind, has_language, has_path
from agentxd.index.fusing import fuse
from agentxd.index.matching import NONE, folded, initials, mask, pattern, quality, tier
from agentxd.index.packing import digest, grouped, packed, places, unpacked
from agentxd.index.querying import MAX_WORDS, Plan, expression, planned, understood
from agentxd.index.reranking import Candidate, is_test, is_vendored, reranked
from agentxd.index.snippets import MAX_LINES, snippet
from agentxd.index.words import WordSplitter
from agentxd.kernel.index import ChunkText, Filters, Reference, SymbolKind

PATHS = [
    ("src/a.py", (), True),
    ("src/a.py", ("src/",), True),
    ("lib/src/a.py", ("src/",), True),
    ("lib/src/a.py", ("/src/",), False),
    ("src/a.py", ("*.py",), True),
    ("src/a.pyi", ("*.py",), False),
    ("src/deep/er/a.py", ("src/**/a.py",), True),
    ("src/a.py", ("src/*.py", "!src/a*"), False),
    ("src/b.py", ("!src/a*",), True),
    ("src/a.py", ("!src/a*", "src/"), False),
    ("src/a.py", ("", "!"), True),
    ("src/a.py", ("x" * 5_000,), True),
    ("src/a.py", ("*a" * 50,), True),
    ("src/a.py", ("!///",), True),
]


@pytest.mark.parametrize(("path", "globs", "expected"), PATHS)
def test_globs_are_those_of_git_and_an_exclusion_is_final(path, globs, expected):
    assert has_path(path, globs) is expected


def test_languages_and_kinds():
    assert has_language("python", Filters(languages=("Python",)))
    assert not has_language("go", Filters(languages=("python",)))
    assert has_kind("class", Filters(kinds=(SymbolKind.CLASS,)))
    assert not has_kind("", Filters(kinds=(SymbolKind.CLASS,)))


NAMES = {
    "gUN": ["getUserName", "get_user_name", "GUN", "giveUpNow"],
    "user name": ["UserName", "getUserName"],
    "init": ["init", "__init__", "initialize", "reinit"],
    "HTTPServer": ["HTTPServer", "HttpServer", "http_server", "SimpleHTTPServer"],
    "übung": ["Übung", "übungsblatt"],
}


@pytest.mark.parametrize("asked", NAMES)
def test_a_name_answers_what_was_typed(asked):
    for name in NAMES[asked]:
        found = tier(asked.replace(" ", ""), name)
        assert found != NONE, name
        assert mask(name) & mask(asked.replace(" ", "")) == mask(asked.replace(" ", ""))


def test_better_names_come_first():
    names = ["get_user_name_now", "getUserName", "user_name_getter", "guessUsualNames", "USERNAME"]
    ordered = sorted(names, key=lambda name: quality("userName", name))
    assert ordered[:2] == ["USERNAME", "user_name_getter"]
    assert quality("gun", "unrelated")[0] == NONE


@pytest.mark.parametrize("name", ["", "_", "__", "a", "9", "ÄÖ", "a" * 1_000, "日本語", "a\0b"])
def test_any_name_can_be_compared(name):
    assert isinstance(folded(name) + initials(name) + pattern(name), str)
    assert mask(name) < 1 << 63
    assert tier("abc", name) in range(NONE + 1)
    assert tier(name or "x", "abc") in range(NONE + 1)


def test_percent_signs_stand_for_themselves():
    assert pattern("a%_\\") == "a%\\%%\\_%\\\\%"


def test_what_stands_high_on_two_lists_comes_first():
    fused = fuse({"a": [1, 2, 3], "b": [3, 4]}, {"b": 0.5})
    assert [one.item for one in fused] == [3, 1, 2, 4]
    assert fused[0].found_by == ("a", "b")
    assert fuse({}, {}) == []


def test_idle_words_are_left_out_unless_there_are_no_others():
    splitter = WordSplitter()
    assert understood("how is the userName set", splitter).words == (
        "user",
        "name",
        "username",
        "set",
    )
    assert understood("to be or not", splitter).words == ("not",)
    assert understood("of the", splitter).words == ("of", "the")


def test_names_are_what_looks_like_code():
    splitter = WordSplitter()
    for text, names in {
        "getUserName": ("getUserName",),
        "parse header": ("parse", "header"),
        "where is Store.put_all called by the writer": ("put_all",),
        "std::vec::Vec": ("Vec",),
        "a plain sentence with many words": (),
    }.items():
        assert understood(text, splitter).names == names


def test_the_work_is_bounded_for_any_words():
    counts = {f"w{n}": n for n in range(1, 500)}
    plan = planned(list(counts), counts, 100)
    assert sum(counts[word] for word in plan.carriers) <= 100
    assert len(plan.carriers) + len(plan.companions) <= MAX_WORDS
    assert planned(["x"], {}, 10) == Plan()
    assert planned(["x"], {"x": 11}, 10).is_broad
    assert expression(Plan(('a"b\0',))) == '"a""b"'


TESTS = [
    "tests/test_a.py",
    "a_test.go",
    "src/__tests__/a.ts",
    "a.spec.ts",
    "spec/a_spec.rb",
    "ATest.java",
    "conftest.py",
]
OTHERS = ["src/testing_tools.py", "latest.py", "contest.go", "src/inspector.rb", "attest/a.py"]
VENDORED = [
    "vendor/a.go",
    "node_modules/x/a.js",
    "a.min.js",
    "a_pb2.py",
    "a.pb.go",
    "yarn.lock",
    "x/third_party/a.c",
    "dist/a.js",
]


def test_paths_of_tests_and_of_others_code():
    assert [path for path in TESTS if not is_test(path)] == []
    assert [path for path in OTHERS if is_test(path)] == []
    assert [path for path in VENDORED if not is_vendored(path)] == []
    assert [path for path in ["src/vendors.py", "src/admin.js"] if is_vendored(path)] == []


def candidate(path="src/a.py", score=1.0, **more):
    return Candidate(1, path, 0, 1, "python", score, **more)


def test_the_light_hand():
    ordered = reranked(
        [
            candidate("src/window.py", 1.0),
            candidate("tests/test_b.py", 1.1, kind="function", symbol="test_b"),
            candidate("src/named.py", 0.9, kind="method", symbol="parseThing"),
            candidate("vendor/c.py", 1.5, kind="function", symbol="c"),
            candidate("src/field.py", 1.05, kind="field", symbol="x"),
        ],
        ["parse"],
        ["parsething"],
    )
    assert [one.path.split("/")[-1] for one in ordered] == [
        "named.py",
        "field.py",
        "window.py",
        "c.py",
        "test_b.py",
    ]


def test_copies_come_after_everything_new():
    ordered = reranked(
        [
            candidate("a.py", 3, digest=7),
            candidate("b.py", 2, digest=7),
            candidate("c.py", 1, digest=8),
            candidate("d.py", 0.5),
            candidate("e.py", 0.4),
        ],
        [],
        [],
    )
    assert [one.path for one in ordered] == ["a.py", "c.py", "d.py", "e.py", "b.py"]


LINES = [
    "    def first():",
    *["        pass"] * 20,
    "        take_header(value)",
    "        return value",
    "",
    "",
]


def test_a_snippet_is_the_window_with_the_words():
    found = snippet(LINES, 0, len(LINES), {"header", "value"}, splitter=WordSplitter())
    assert "take_header(value)" in found.text
    assert found.text.count("\n") < MAX_LINES
    assert LINES[found.line].strip() == found.text.split("\n")[0].strip()


def test_a_snippet_begins_with_the_signature_where_that_is_as_good():
    found = snippet(LINES, 0, len(LINES), {"nothing"}, splitter=WordSplitter(), signature_line=0)
    assert found == (found.__class__)("def first():\n" + "\n".join(["    pass"] * 7), 0)


@pytest.mark.parametrize(
    "lines", [[], [""], ["", ""], ["x" * 10_000], ["\t\0 \r"], ["a"] * 100_000]
)
def test_any_lines_make_a_snippet(lines):
    found = snippet(lines, 0, len(lines) + 5, {"a"}, splitter=WordSplitter())
    assert len(found.text) <= MAX_LINES * 250
    assert snippet(lines, 7, 3, (), splitter=WordSplitter()).text == ""


def test_uses_are_packed_and_come_back():
    uses = [
        Reference("a", 3, 4),
        Reference("b", 5, 6),
        Reference("a", 1 << 21, 1 << 13),
        Reference("", 1, 1),
        Reference("x" * 300, 1, 1),
    ]
    found = grouped(uses)
    assert set(found) == {"a", "b"}
    assert list(places(found["a"])) == [(3, 4), ((1 << 20) - 1, (1 << 12) - 1)]
    assert unpacked(packed([1, 2, 3]) + b"x") == [1, 2, 3]


def test_digests_tell_texts_apart():
    one, two = ChunkText("a", "b", "c d"), ChunkText("x", "y", "c d")
    assert digest(one) == digest(two) != digest(ChunkText("a", "b", "d c"))
    assert digest(ChunkText("", "", "\udcff"))


@pytest.mark.parametrize("dimensions", [8, 64, 100, 256, 384])
def test_codes_find_the_nearest(dimensions):
    embedder = FakeEmbedder("any", dimensions)
    texts = [f"word{n} other{n} third{n % 3}" for n in range(50)]
    codes = in_words(codes_of(embedder.documents(texts), dimensions), dimensions)
    found = nearest(codes, codes_of(embedder.query(texts[17]), dimensions), 5)
    assert 17 in found
    assert len(found) == 5
    assert len(nearest(codes, codes_of(embedder.query("x"), dimensions), 500)) == 50
