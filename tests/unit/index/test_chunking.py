"""Chunks follow definitions, and every line with text is in exactly one."""

from agentxd.index.chunking import ChunkRules, chunks
from agentxd.kernel.index import Symbol, SymbolKind
from hypothesis import given
from hypothesis import strategies as st

RULES = ChunkRules(longest=12, whole=6, alone=3, merged=8, window=8)


def symbol(name: str, start: int, end: int, kind: SymbolKind = SymbolKind.FUNCTION) -> Symbol:
    return Symbol(name, kind, line=start, column=0, start_line=start, end_line=end)


def cut(n_lines: int, *symbols: Symbol, blank: tuple[int, ...] = ()) -> list[tuple[int, int, str]]:
    lines = [b"" if n in blank else b"x" for n in range(n_lines)]
    found = chunks(lines, symbols, RULES)
    return [
        (c.start_line, c.end_line, symbols[c.symbol].name if c.symbol >= 0 else "") for c in found
    ]


def test_a_function_is_a_chunk() -> None:
    found = cut(11, symbol("a", 0, 5), symbol("b", 6, 11), blank=(5,))
    assert found == [(0, 5, "a"), (6, 11, "b")]


def test_a_small_class_is_one_chunk_a_larger_one_is_cut_at_its_methods() -> None:
    small = symbol("A", 0, 6, SymbolKind.CLASS), symbol("m", 1, 6)
    assert cut(6, *small) == [(0, 6, "A")]
    large = symbol("A", 0, 12, SymbolKind.CLASS), symbol("m", 2, 7), symbol("n", 8, 12)
    assert cut(12, *large, blank=(7,)) == [(0, 2, "A"), (2, 7, "m"), (8, 12, "n")]


def test_what_is_left_of_a_class_belongs_to_it() -> None:
    large = symbol("A", 0, 14, SymbolKind.CLASS), symbol("m", 2, 7)
    assert cut(14, *large, blank=(7,)) == [(0, 2, "A"), (2, 7, "m"), (8, 14, "A")]


def test_a_long_function_is_cut_into_windows_at_blank_lines() -> None:
    found = cut(30, symbol("a", 0, 30), blank=(7, 15))
    assert found == [(0, 7, "a"), (8, 15, "a"), (16, 24, "a"), (24, 30, "a")]


def test_a_long_function_is_cut_at_the_functions_in_it() -> None:
    found = cut(20, symbol("a", 0, 20), symbol("b", 6, 14))
    assert found == [(0, 6, "a"), (6, 14, "b"), (14, 20, "a")]


def test_small_neighbours_are_merged() -> None:
    constants = [symbol(f"C{n}", n, n + 1, SymbolKind.CONSTANT) for n in range(1, 6)]
    assert cut(12, *constants, symbol("f", 7, 12), blank=(6,)) == [(0, 6, "C1"), (7, 12, "f")]


def test_a_short_remark_joins_what_follows_it() -> None:
    assert cut(8, symbol("f", 2, 8), blank=(1,)) == [(0, 8, "f")]


def test_closing_brackets_join_what_they_close() -> None:
    lines = [b"class A {", b"}", b"  f() {", b"  1", b"  2", b"  3", b"  }", b"}", b"};"]
    a, f = symbol("A", 0, 9, SymbolKind.CLASS), symbol("f", 2, 7)
    found = chunks(lines, (a, f), RULES)
    assert [(c.start_line, c.end_line) for c in found] == [(0, 2), (2, 9)]


def test_nothing_is_cut_out_of_nothing() -> None:
    assert cut(0) == []
    assert cut(3, blank=(0, 1, 2)) == []


@st.composite
def files(draw: st.DrawFn) -> tuple[list[bytes], list[Symbol]]:
    texts = st.sampled_from([b"", b"  ", b"x", b"}", b"\xff", b"def f():", b"\t]"])
    lines = draw(st.lists(texts, max_size=120))
    places = st.tuples(st.integers(0, 130), st.integers(1, 90), st.sampled_from(SymbolKind))
    found = [
        Symbol("s", kind, line=start, column=0, start_line=start, end_line=start + size)
        for start, size, kind in draw(st.lists(places, max_size=25))
    ]
    return lines, found


rules = st.builds(
    ChunkRules,
    longest=st.integers(1, 60),
    whole=st.integers(1, 60),
    alone=st.integers(1, 10),
    merged=st.integers(1, 60),
    window=st.integers(1, 40),
)


@given(files(), rules)
def test_every_line_with_text_is_in_exactly_one_chunk(
    file: tuple[list[bytes], list[Symbol]], rules: ChunkRules
) -> None:
    lines, symbols = file
    found = chunks(lines, symbols, rules)
    covered = [n for chunk in found for n in range(chunk.start_line, chunk.end_line)]
    assert covered == sorted(set(covered))
    assert (
        {n for n, line in enumerate(lines) if line.strip()}
        <= set(covered)
        <= set(range(len(lines)))
    )
    for chunk in found:
        assert chunk.start_line < chunk.end_line
        assert -1 <= chunk.symbol < len(symbols)
        assert lines[chunk.start_line].strip()
        assert lines[chunk.end_line - 1].strip()
        most = max(rules.longest, rules.whole, rules.merged, rules.window) + 2
        assert chunk.end_line - chunk.start_line <= most
