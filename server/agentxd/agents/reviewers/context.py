"""What the index knows around a piece: definitions that it uses, and uses of what it changes."""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from agentxd.agents.reviewers.showing import quoted, shown_line
from agentxd.agents.reviewers.values import Around, Piece, Row
from agentxd.kernel.errors import AgentxError
from agentxd.kernel.index import SymbolPlace, SymbolQuery, Use
from agentxd.kernel.index_ports import CodeIndex
from agentxd.kernel.redaction import redact

_MOST_NAMES = 12
_MOST_CHANGED = 8
_MOST_PLACES = 2
"""Definitions shown of one name."""
_MOST_USES = 6
_LONGEST_DOC = 200
_TIME_S = 10.0
_NAME = re.compile(r"\b[A-Za-z_][A-Za-z0-9_]{2,60}\b")
_CALLED = re.compile(r"\b([A-Za-z_][A-Za-z0-9_]{2,60})\s*\(")
_DEFINED = re.compile(
    r"\b(?:def|class|func|fn|function|struct|interface|trait|enum|type|const|module|record)\s+"
    r"(?:\([^)]{0,80}\)\s*)?([A-Za-z_][A-Za-z0-9_]{2,60})"
)
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "and any async await bool break case class const continue def default del dict elif else"
        " enum except export extends false final finally for from func function global goto if"
        " impl import int interface isinstance lambda len let list mut new nil none not null object"
        " pass print private protected public raise range return self set static str string struct"
        " super switch this throw true try tuple type undefined use var void while with yield True"
        " False None",
    )
)


class Surroundings:
    """Asks the index once for each piece, whoever reads it."""

    def __init__(self, index: Callable[[], CodeIndex | None], most_bytes: int) -> None:
        self._index = index
        self._most_bytes = most_bytes
        self._known: dict[str, Around] = {}
        self._lock = asyncio.Lock()

    async def of(self, piece: Piece) -> Around:
        """What surrounds a piece."""
        async with self._lock:
            if piece.name not in self._known:
                index = self._index()
                self._known[piece.name] = await around_of(piece, index, self._most_bytes)
            return self._known[piece.name]


async def around_of(piece: Piece, index: CodeIndex | None, most_bytes: int = 12_000) -> Around:
    """What surrounds a piece; nothing where there is no index, or it takes too long."""
    if index is None:
        return Around()
    try:
        async with asyncio.timeout(_TIME_S):
            places, uses = await _definitions(piece, index), await _uses(piece, index)
    except (AgentxError, TimeoutError):
        return Around()
    return _told(piece, places, uses, most_bytes)


def used_names(piece: Piece) -> list[str]:
    """Names that the added lines use and do not define, the called and frequent ones first."""
    added = [row.text for row in _changed(piece) if row.sign == "+"]
    counts = Counter(name for text in added for name in _NAME.findall(text))
    for text in added:
        counts.update(_CALLED.findall(text))
    for name in (*_COMMON, *defined_names(piece)):
        counts.pop(name, None)
    return [name for name, _ in counts.most_common(_MOST_NAMES)]


def defined_names(piece: Piece) -> list[str]:
    """Names that the changed lines define, or defined before."""
    found = [name for row in _changed(piece) for name in _DEFINED.findall(row.text)]
    return list(dict.fromkeys(found))[:_MOST_CHANGED]


async def _definitions(piece: Piece, index: CodeIndex) -> list[SymbolPlace]:
    near, shown = piece.parts[0].sheet.path, _shown(piece)
    found: list[SymbolPlace] = []
    for name in used_names(piece):
        query = SymbolQuery(name, 4, is_exact=True, near=near)
        places = [
            place
            for place in await index.symbols(query)
            if (place.path, place.symbol.line) not in shown
        ]
        found += places[:_MOST_PLACES]
    return found


async def _uses(piece: Piece, index: CodeIndex) -> list[tuple[str, Sequence[Use]]]:
    """Uses outside of the files that are shown; within them the reviewer sees for itself."""
    paths = {sheet.path for sheet in piece.sheets}
    found: list[tuple[str, Sequence[Use]]] = []
    for part in piece.parts:
        for name in defined_names(Piece("", (part,))):
            uses = await index.references(name, part.sheet.path, 4 * _MOST_USES)
            elsewhere = [use for use in uses if use.path not in paths][:_MOST_USES]
            if elsewhere:
                found.append((name, elsewhere))
    return found[:_MOST_CHANGED]


def _told(
    piece: Piece, places: Iterable[SymbolPlace], uses: Iterable[tuple[str, Sequence[Use]]],
    room: int,
) -> Around:  # fmt: skip
    """As text under its limit, with the lines that may be cited."""
    text: list[str] = []
    lines: dict[str, dict[int, str]] = {}
    touched = {sheet.path for sheet in piece.sheets}
    for block, path, line, code in (*_defined_blocks(places), *_use_blocks(uses)):
        room -= len(block.encode("utf-8", "replace"))
        if room < 0:
            break
        text.append(block)
        if path not in touched:
            lines.setdefault(path, {})[line] = code
    return Around("\n".join(dict.fromkeys(text)), lines, is_indexed=True)


Block = tuple[str, str, int, str]


def _defined_blocks(places: Iterable[SymbolPlace]) -> Iterable[Block]:
    for place in places:
        symbol = place.symbol
        code = shown_line(redact(place.text))
        doc = f"  {quoted(symbol.doc[:_LONGEST_DOC])}" if symbol.doc else ""
        row = Row(" ", symbol.line, code).told()
        signature = f"  {quoted(symbol.signature)}" if symbol.signature.strip() else ""
        head = f"definition of {quoted(symbol.name)} in {quoted(place.path)}"
        yield f"{head}{signature}{doc}\n{row}", place.path, symbol.line, code


def _use_blocks(uses: Iterable[tuple[str, Sequence[Use]]]) -> Iterable[Block]:
    for name, rows in uses:
        for use in rows:
            code = shown_line(redact(use.text))
            inside = f" inside {quoted(use.inside)}" if use.inside else ""
            head = f"use of {quoted(name)} in {quoted(use.path)}{inside}"
            yield f"{head}\n{Row(' ', use.line, code).told()}", use.path, use.line, code


def _changed(piece: Piece) -> Iterable[Row]:
    return (row for part in piece.parts for row in part.rows if row.sign != " ")


def _shown(piece: Piece) -> Collection[tuple[str, int]]:
    return {
        (part.sheet.path, row.line) for part in piece.parts for row in part.rows if row.sign != "-"
    }
