"""Definitions and uses as clients see them: ranges in their units, kinds in LSP's numbers."""

from collections.abc import Sequence
from typing import Any

from agentxd.edges.lsp.client import ClientFacts
from agentxd.edges.lsp.positions import to_units
from agentxd.kernel.index import Symbol, SymbolKind, SymbolPlace, Use

Json = dict[str, Any]
_KINDS = {
    SymbolKind.MODULE: 2,
    SymbolKind.NAMESPACE: 3,
    SymbolKind.CLASS: 5,
    SymbolKind.STRUCT: 23,
    SymbolKind.INTERFACE: 11,
    SymbolKind.TRAIT: 11,
    SymbolKind.ENUM: 10,
    SymbolKind.MEMBER: 22,
    SymbolKind.TYPE: 26,
    SymbolKind.FUNCTION: 12,
    SymbolKind.METHOD: 6,
    SymbolKind.CONSTRUCTOR: 9,
    SymbolKind.FIELD: 8,
    SymbolKind.CONSTANT: 14,
    SymbolKind.VARIABLE: 13,
    SymbolKind.MACRO: 12,
    SymbolKind.HEADING: 15,
    SymbolKind.KEY: 20,
    SymbolKind.SELECTOR: 5,
    SymbolKind.ELEMENT: 8,
}
"""Our kinds as LSP's SymbolKind."""


def kind_of(kind: SymbolKind) -> int:
    """LSP's number of a kind."""
    return _KINDS[kind]


def span(line: int, start: int, end: int, text: str, encoding: str) -> Json:
    """A range within one line whose text is known; columns in code points."""
    return {
        "start": {"line": line, "character": units(text, start, encoding)},
        "end": {"line": line, "character": units(text, end, encoding)},
    }


def units(text: str, column: int, encoding: str) -> int:
    """A column in the client's units; what lies behind the known text is counted as it is."""
    return to_units(text, column, encoding) + max(0, column - len(text))


def location_of(facts: ClientFacts, root: str, place: SymbolPlace) -> Json:
    """Where the name of a definition stands."""
    symbol = place.symbol
    end = symbol.column + len(symbol.name)
    where = span(symbol.line, symbol.column, end, place.text, facts.encoding)
    return {"uri": facts.uri_of(root, place.path), "range": where}


def use_location(facts: ClientFacts, root: str, use: Use, name: str) -> Json:
    """Where a name is used."""
    where = span(use.line, use.column, use.column + len(name), use.text, facts.encoding)
    return {"uri": facts.uri_of(root, use.path), "range": where}


def tree_of(symbols: Sequence[Symbol], lines: Sequence[str], encoding: str) -> list[Json]:
    """DocumentSymbols: a definition is within the one whose lines and whose name are around it."""
    top: list[Json] = []
    around: list[tuple[Symbol, Json]] = []
    for symbol in symbols:
        node = _node(symbol, lines, encoding)
        while around and not _is_within(symbol, around[-1][0]):
            around.pop()
        (around[-1][1]["children"] if around else top).append(node)
        around.append((symbol, node))
    return top


def flat(symbols: Sequence[Symbol], lines: Sequence[str], encoding: str, uri: str) -> list[Json]:
    """SymbolInformation, for clients that know no tree."""
    return [
        {
            "name": symbol.name,
            "kind": kind_of(symbol.kind),
            "containerName": symbol.container,
            "location": {"uri": uri, "range": _whole(symbol, lines, encoding)},
        }
        for symbol in symbols
    ]


def _node(symbol: Symbol, lines: Sequence[str], encoding: str) -> Json:
    text = lines[symbol.line] if symbol.line < len(lines) else ""
    end = symbol.column + len(symbol.name)
    return {
        "name": symbol.name,
        "detail": symbol.signature,
        "kind": kind_of(symbol.kind),
        "range": _whole(symbol, lines, encoding),
        "selectionRange": span(symbol.line, symbol.column, end, text.rstrip("\r\n"), encoding),
        "children": [],
    }


def _whole(symbol: Symbol, lines: Sequence[str], encoding: str) -> Json:
    """From its first line to the end of its last one; the name's own line is always in it."""
    first = min(symbol.start_line, symbol.line)
    last = max(symbol.end_line - 1, symbol.line)
    text = lines[last].rstrip("\r\n") if last < len(lines) else ""
    end = max(to_units(text, len(text), encoding), units(text, symbol.column, encoding))
    if last == symbol.line:
        end = max(end, units(text, symbol.column + len(symbol.name), encoding))
    return {
        "start": {"line": first, "character": 0},
        "end": {"line": last, "character": end},
    }


def _is_within(symbol: Symbol, other: Symbol) -> bool:
    whole_name = f"{other.container}.{other.name}" if other.container else other.name
    is_inside = other.start_line <= symbol.start_line and symbol.end_line <= other.end_line
    return is_inside and symbol.container == whole_name
