"""Cuts a file into chunks along its definitions; every line with text is in exactly one."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from agentxd.kernel.index import Chunk, Symbol, SymbolKind

_CALLABLE = {SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.CONSTRUCTOR, SymbolKind.MACRO}
_SECTIONS = {SymbolKind.HEADING, SymbolKind.SELECTOR, SymbolKind.ELEMENT, SymbolKind.KEY}
_MOST_CLOSING = 2
"""Lines of mere brackets that are no chunk of their own."""


class ChunkRules(Struct, frozen=True, forbid_unknown_fields=True):
    """Sizes in lines."""

    longest: int = 60
    """A function of more lines is cut into windows."""
    whole: int = 24
    """A class of more lines is cut at its members."""
    alone: int = 4
    """A definition of fewer lines is merged with its small neighbours."""
    merged: int = 30
    """Small neighbours are merged up to here."""
    window: int = 40
    """What has no definitions is cut after about so many."""


class _Piece:
    """Lines that belong together; `owner` is the definition around them that had to be cut."""

    __slots__ = ("end", "is_small", "owner", "start", "symbol")

    def __init__(self, start: int, end: int, symbol: int, owner: int, *, is_small: bool) -> None:
        self.start = start
        self.end = end
        self.symbol = symbol
        self.owner = owner
        self.is_small = is_small


def chunks(
    lines: Sequence[bytes], symbols: Sequence[Symbol], rules: ChunkRules
) -> tuple[Chunk, ...]:
    """Chunks in the order of their lines."""
    pieces = [piece for piece in _pieces(len(lines), symbols, rules) if _trim(piece, lines)]
    found: list[Chunk] = []
    for piece in _merged(pieces, lines, rules):
        found += _windows(piece, lines, rules)
    return tuple(found)


def windows(lines: Sequence[bytes], rules: ChunkRules) -> tuple[Chunk, ...]:
    """Chunks of a file of which nothing is known."""
    return chunks(lines, (), rules)


def _pieces(n_lines: int, symbols: Sequence[Symbol], rules: ChunkRules) -> Iterator[_Piece]:
    """The whole file from top to bottom: definitions, and what is between them."""
    at, opened = 0, list[int]()
    order = sorted(range(len(symbols)), key=lambda i: (symbols[i].start_line, -symbols[i].end_line))
    for number in order:
        symbol = symbols[number]
        start, end = max(symbol.start_line, at), min(symbol.end_line, n_lines)
        if end <= start:
            continue
        yield from _between(at, start, opened, symbols)
        at = start
        owner = opened[-1] if opened else -1
        if _is_cut(symbol, rules):
            opened.append(number)
            continue
        yield _Piece(at, end, number, owner, is_small=end - at < rules.alone)
        at = end
    yield from _between(at, n_lines, opened, symbols)


def _is_cut(symbol: Symbol, rules: ChunkRules) -> bool:
    size = symbol.end_line - symbol.start_line
    is_leaf = symbol.kind in _CALLABLE or symbol.kind in _SECTIONS
    return size > (rules.longest if is_leaf else rules.whole)


def _between(at: int, stop: int, opened: list[int], symbols: Sequence[Symbol]) -> Iterator[_Piece]:
    """Lines outside of smaller definitions belong to the innermost one that was cut."""
    while at < stop or opened:
        while opened and symbols[opened[-1]].end_line <= at:
            opened.pop()
        if at >= stop:
            return
        owner = opened[-1] if opened else -1
        end = min(stop, symbols[owner].end_line) if opened else stop
        yield _Piece(at, end, owner, owner, is_small=True)
        at = end


def _trim(piece: _Piece, lines: Sequence[bytes]) -> bool:
    """Blank lines at its ends go; whether anything is left."""
    start, end = piece.start, piece.end
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    piece.start, piece.end = start, end
    return start < end


def _merged(pieces: Sequence[_Piece], lines: Sequence[bytes], rules: ChunkRules) -> list[_Piece]:
    """Small neighbours in one definition become one piece; a closing bracket joins what it ends."""
    found: list[_Piece] = []
    for piece in pieces:
        last = found[-1] if found else None
        if last is not None and _joins(last, piece, lines, rules):
            last.end = piece.end
            last.symbol = last.symbol if last.symbol >= 0 else piece.symbol
            last.is_small = last.is_small and piece.is_small
        else:
            found.append(piece)
    return found


def _joins(last: _Piece, piece: _Piece, lines: Sequence[bytes], rules: ChunkRules) -> bool:
    if piece.end - piece.start <= _MOST_CLOSING and not _has_words(lines[piece.start : piece.end]):
        return True
    size = piece.end - last.start
    if last.is_small and last.symbol < 0 and last.end - last.start < rules.alone:
        return size <= (rules.merged if piece.is_small else rules.longest)
    return piece.is_small and last.is_small and last.owner == piece.owner and size <= rules.merged


def _has_words(lines: Sequence[bytes]) -> bool:
    return any(byte in _WORD_BYTES for line in lines for byte in line)


_WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") | set(
    range(128, 256)
)


def _windows(piece: _Piece, lines: Sequence[bytes], rules: ChunkRules) -> Iterator[Chunk]:
    """The piece, or windows of it that end at a blank line where one is near."""
    start, end = piece.start, piece.end
    while end - start > rules.longest:
        cut = _cut(lines, start, min(rules.window, rules.longest))
        stop = cut
        while stop > start and not lines[stop - 1].strip():
            stop -= 1
        yield Chunk(start, stop, piece.symbol)
        start = cut
        while start < end and not lines[start].strip():
            start += 1
    yield Chunk(start, end, piece.symbol)


def _cut(lines: Sequence[bytes], start: int, window: int) -> int:
    """The line after a window of about this size."""
    for line in range(start + window, start + window * 2 // 3, -1):
        if not lines[line].strip():
            return line
    return start + window
