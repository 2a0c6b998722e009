"""What full-text search and embedders get to read of a chunk: bounded, and without secrets."""

from collections.abc import Sequence

from agentxd.index.decoding import as_utf8
from agentxd.index.secrets import masked
from agentxd.index.words import WordSplitter
from agentxd.kernel.index import Chunk, ChunkText, Parsed, Symbol

_LONGEST_LINE = 2_000
"""Characters of a line that are read: what is longer was written by a program."""
_LONGEST_CHUNK = 12_000
_LONGEST_DOCUMENT = 4_000
"""Characters that an embedder is given."""
_MOST_INSIDE = 12
"""Definitions inside a chunk whose signatures belong to its head."""


def readable_lines(content: bytes, *, is_clean: bool = False) -> list[str]:
    """The content's lines as an editor shows them, with stars over secrets.

    `is_clean` says that these were looked for already and that there are none.
    """
    text = as_utf8(content)
    return (text if is_clean else masked(text)).decode("utf-8", "replace").split("\n")


def chunk_texts(content: bytes, parsed: Parsed, splitter: WordSplitter) -> tuple[ChunkText, ...]:
    """One text for each chunk of the content that was parsed."""
    lines = readable_lines(content, is_clean=parsed.is_clean)
    return texts_of_lines(lines, parsed, splitter)


def texts_of_lines(
    lines: Sequence[str], parsed: Parsed, splitter: WordSplitter
) -> tuple[ChunkText, ...]:
    """The same for one who has the readable lines already."""
    inside = _symbols_inside(parsed)
    return tuple(
        _text(lines, parsed.symbols, chunk, inside[number], splitter)
        for number, chunk in enumerate(parsed.chunks)
    )


def document_text(lines: Sequence[str], parsed: Parsed, chunk: Chunk) -> str:
    """What an embedder gets of a chunk: its name, then what is said of it, then its lines.

    `lines` are readable lines. A later window of a long definition begins with its signature and
    documentation; in the first one they stand among the lines.
    """
    body = _body(lines, chunk)
    if chunk.symbol < 0:
        return body[:_LONGEST_DOCUMENT]
    symbol = parsed.symbols[chunk.symbol]
    parts = [f"{symbol.container}.{symbol.name}" if symbol.container else symbol.name]
    if not chunk.start_line <= symbol.line < chunk.end_line:
        parts += symbol.signature, symbol.doc
    return "\n".join((*parts, body))[:_LONGEST_DOCUMENT]


def _symbols_inside(parsed: Parsed) -> list[list[Symbol]]:
    """For each chunk the definitions whose names stand in it; both are in the order of lines."""
    inside: list[list[Symbol]] = [[] for _ in parsed.chunks]
    number, last = 0, len(parsed.chunks) - 1
    for symbol in parsed.symbols:
        while number < last and parsed.chunks[number].end_line <= symbol.line:
            number += 1
        if number <= last and len(inside[number]) < _MOST_INSIDE:
            inside[number].append(symbol)
    return inside


def _text(
    lines: Sequence[str],
    symbols: Sequence[Symbol],
    chunk: Chunk,
    inside: Sequence[Symbol],
    splitter: WordSplitter,
) -> ChunkText:
    name = head = ""
    if chunk.symbol >= 0:
        symbol = symbols[chunk.symbol]
        name = f"{symbol.container} {symbol.name}"
        head = f"{symbol.signature} {symbol.doc}"
    if len(inside) > 1:
        head = " ".join((head, *(symbol.signature for symbol in inside)))
    return ChunkText(
        splitter.joined(name), splitter.joined(head), splitter.joined(_body(lines, chunk))
    )


def _body(lines: Sequence[str], chunk: Chunk) -> str:
    chosen = lines[chunk.start_line : chunk.end_line]
    text = "\n".join(chosen)
    if len(text) <= _LONGEST_CHUNK:
        return text
    return "\n".join(line[:_LONGEST_LINE] for line in chosen)[:_LONGEST_CHUNK]
