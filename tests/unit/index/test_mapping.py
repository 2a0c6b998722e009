"""A map shows what matters most, by file, never for more tokens than it may."""

import random

import pytest
from agentxd.index.mapping import Entry, estimated_tokens, map_text
from agentxd.kernel.index import SymbolKind

CLASS, METHOD, FUNCTION = SymbolKind.CLASS, SymbolKind.METHOD, SymbolKind.FUNCTION
CART = [
    Entry("shop/cart.py", "Line", CLASS, 3, 6, "", "class Line:", 0.1),
    Entry("shop/cart.py", "Cart", CLASS, 9, 40, "", "class Cart(Base):", 0.2),
    Entry("shop/cart.py", "__init__", METHOD, 10, 14, "Cart", "def __init__(self):", 0.0),
    Entry("shop/cart.py", "add", METHOD, 15, 20, "Cart", "def add(self, line: Line) -> None:", 0.9),
    Entry("shop/cart.py", "total", METHOD, 21, 40, "Cart", "def total(self) -> Money:", 0.5),
    Entry("shop/cart.py", "_sum", FUNCTION, 42, 50, "", "def _sum(lines):", 0.0),
    Entry("shop/money.py", "Money", CLASS, 0, 9, "", "class Money:", 0.8),
]
FILES = ["shop/cart.py", "shop/money.py", "shop/__init__.py", "README.md"]

WHOLE = """\
shop/cart.py  (4 of 6 shown)
  4: class Line
  10: class Cart(Base)
    16: def add(self, line: Line) -> None
    22: def total(self) -> Money

shop/money.py
  1: class Money

shop/__init__.py
README.md
"""

BEST = """\
shop/cart.py  (2 of 6 shown)
  10: class Cart(Base)
    16: def add(self, line: Line) -> None

(3 more files not shown)
"""


def test_a_map_is_laid_out_for_reading() -> None:
    found = map_text(CART, FILES, 1_000)
    assert found.text == WHOLE
    assert found.n_files == 4
    assert found.n_tokens == estimated_tokens(WHOLE)


def test_the_best_comes_first_and_what_it_is_in_is_shown_with_it() -> None:
    found = map_text(CART, FILES, estimated_tokens(BEST))
    assert found.text == BEST
    assert found.n_files == 1


def test_one_file_left_is_told_in_the_singular() -> None:
    files = ["shop/cart.py", "shop/money.py", "shop/" + "a_long_name_" * 9]
    found = map_text(CART, files, estimated_tokens(map_text(CART, files, 1_000).text) - 1)
    assert found.text.endswith("\n\n(1 more file not shown)\n")


@pytest.mark.parametrize("max_tokens", [-5, 0, 1, 5, 12])
def test_where_nothing_fits_there_is_nothing(max_tokens) -> None:
    found = map_text(CART, FILES, max_tokens)
    assert (found.text, found.n_tokens, found.n_files) == ("", 0, 0)


def many(n_files: int, n_each: int, seed: int) -> tuple[list[Entry], list[str]]:
    chance = random.Random(seed)
    entries, files = [], [f"src/part_{at % 7}/file_{at}.py" for at in range(n_files)]
    for path in files:
        for at in range(n_each):
            kind, inside = (METHOD, "Thing") if at else (CLASS, "")
            signature = (
                "class Thing:"
                if not at
                else f"def method_{at}({'argument, ' * chance.randrange(9)}):"
            )
            end = 10 * n_each if not at else at * 10 + 9
            name = f"method_{at}" if at else "Thing"
            entries.append(
                Entry(path, name, kind, at * 10, end, inside, signature, chance.random())
            )
    return entries, files


@pytest.mark.parametrize("max_tokens", [64, 100, 333, 1_024, 4_096, 100_000])
@pytest.mark.parametrize("seed", [1, 2])
def test_it_never_costs_more_than_it_may_and_uses_what_it_has(max_tokens, seed) -> None:
    entries, files = many(40, 12, seed)
    found = map_text(entries, files, max_tokens)
    assert found.n_tokens == estimated_tokens(found.text) <= max_tokens
    most = estimated_tokens(map_text(entries, files, 1 << 40).text)
    assert found.n_tokens >= min(max_tokens, most) - 50


def test_the_order_in_which_entries_come_changes_nothing() -> None:
    entries, files = many(20, 8, 3)
    expected = map_text(entries, files, 700).text
    for seed in range(3):
        random.Random(seed).shuffle(entries)
        assert map_text(entries, files, 700).text == expected


def test_files_take_turns() -> None:
    entries, files = many(12, 30, 4)
    assert map_text(entries, files, 700).n_files >= 8


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (
            Entry("a.go", "Get", METHOD, 4, 9, "Engine", "func (e *Engine) Get(path string) {", 1),
            "5: func (e *Engine) Get(path string)",
        ),
        (
            Entry("a.rs", "new", METHOD, 4, 9, "Searcher", "pub fn new() -> Self {", 1),
            "5: pub fn new() -> Self  (in Searcher)",
        ),
        (
            Entry("a.ts", "Transform", SymbolKind.TYPE, 0, 4, "", "export type Transform = (", 1),
            "1: export type Transform",
        ),
        (Entry("a.c", "MAX", SymbolKind.MACRO, 0, 1, "", "", 1), "1: macro MAX"),
        (
            Entry("a.py", "f", FUNCTION, 0, 1, "", "def f(\n    a,\n    b,\n):", 1),
            "1: def f(a, b)",
        ),
    ],
)
def test_how_a_definition_is_told(entry, line) -> None:
    assert map_text([entry], [entry.path], 100).text == f"{entry.path}\n  {line}\n"


def test_a_long_signature_is_cut() -> None:
    entry = Entry("a.py", "f", FUNCTION, 0, 1, "", "def f(" + "argument, " * 40 + ")", 1)
    found = map_text([entry], ["a.py"], 1_000).text
    assert "…" in found
    assert len(found) < 140


def test_nested_definitions_are_indented_by_what_they_are_in() -> None:
    entries = [
        Entry("a.py", "Outer", CLASS, 0, 30, "", "class Outer:", 0),
        Entry("a.py", "Inner", CLASS, 1, 20, "Outer", "class Inner:", 0),
        Entry("a.py", "deep", METHOD, 2, 4, "Outer.Inner", "def deep(self):", 1),
    ]
    assert map_text(entries, ["a.py"], 100).text == (
        "a.py\n  1: class Outer\n    2: class Inner\n      3: def deep(self)\n"
    )


def test_several_forms_of_one_definition_are_shown_once() -> None:
    entries = [
        Entry("a.py", "get", FUNCTION, 0, 1, "", "def get(a: int) -> int: ...", 1),
        Entry("a.py", "get", FUNCTION, 3, 4, "", "def get(a: str) -> str: ...", 1),
        Entry("a.py", "get", FUNCTION, 6, 20, "", "def get(a):", 1),
        Entry("a.py", "get", METHOD, 30, 40, "Thing", "def get(self):", 1),
    ]
    found = map_text(entries, ["a.py"], 100).text
    assert found == "a.py  (2 of 4 shown)\n  7: def get(a)\n  31: def get(self)  (in Thing)\n"


def test_an_empty_workspace_has_an_empty_map() -> None:
    assert map_text([], [], 1_000).text == ""
