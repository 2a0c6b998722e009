"""Captures of names in use and of imports become references and imports."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from agentxd.kernel.index import Import, Reference
from agentxd.plugins.languages.nesting import Extent
from agentxd.plugins.languages.source import Source

MAX_REFERENCES = 50_000
MAX_IMPORTS = 2_000
_NAME_BITS = 7
_MAX_NAME_BYTES = 127
"""A use is kept as one number, offset and length: there are a hundred for each definition."""
_MAX_MODULE = 240
_QUOTES = "\"'`<> \t\r\n"
_WORD = re.compile(rb"\w+")
_Captures = Mapping[str, Sequence[Extent]]


class Imported(NamedTuple):
    """What a content imports."""

    imports: list[Import]
    known: set[bytes]
    """Names by which it knows what it imports."""
    starts: set[int]
    """Offsets of the statements."""


def read_imports(source: Source, captures: _Captures, importers: AbstractSet[bytes]) -> Imported:
    """Imports in their order; `importers` are the functions whose call is one."""
    content, imported = source.content, Imported([], set(), set())
    modules, names = _places(captures, "from"), _places(captures, "imported")
    aliases, calls = _places(captures, "alias"), _places(captures, "importer")
    for start, end in _outermost(_places(captures, "import"))[:MAX_IMPORTS]:
        if any(content[at:to] not in importers for at, to in _within(calls, start, end)[:1]):
            continue
        taken = [content[at:to] for at, to in _within(names, start, end)]
        imported.known.update(taken)
        imported.known.update(content[at:to] for at, to in _within(aliases, start, end))
        imported.starts.add(start)
        inside = [content[at:to] for at, to in _within(modules, start, end)]
        for module in inside or ([b""] if taken else []):
            words = _WORD.findall(module)
            imported.known.update((*words[:1], *words[-1:]))
            shown = tuple(_shown(name) for name in taken)
            line = source.line_of(start)
            imported.imports.append(Import(_shown(module)[:_MAX_MODULE], line, shown))
    return imported


def read_references(
    source: Source,
    captures: _Captures,
    known: AbstractSet[bytes],
    defined: AbstractSet[int],
    ignored: AbstractSet[bytes],
) -> list[Reference]:
    """Uses in their order: all `@reference`, and those of `@mention` whose name is known here.

    `defined` are the offsets of the names of definitions, which are no uses.
    """
    content = source.content
    uses = {
        start << _NAME_BITS | end - start
        for node in captures.get("reference", ())
        if (end := node.end_byte) - (start := node.start_byte) <= _MAX_NAME_BYTES
    }
    for node in captures.get("mention", ()):
        start, end = node.start_byte, node.end_byte
        if content[start:end] in known:
            uses.add(start << _NAME_BITS | end - start)
    return _references(source, sorted(uses)[:MAX_REFERENCES], defined, ignored)


def _references(
    source: Source, uses: list[int], defined: AbstractSet[int], ignored: AbstractSet[bytes]
) -> list[Reference]:
    """Walks lines and uses side by side, which is cheaper than to look each line up."""
    content, starts, is_ascii = source.content, source.starts, source.is_ascii
    found: list[Reference] = []
    line, begin = 0, 0
    following = [*starts[1:], len(content) + 1]
    for use in uses:
        start = use >> _NAME_BITS
        while start >= following[line]:
            line += 1
            begin = starts[line]
        name = content[start : start + (use & _MAX_NAME_BYTES)]
        if name in ignored or start in defined:
            continue
        column = start - begin
        if not is_ascii:
            column = len(content[begin:start].decode("utf-8", "replace"))
        found.append(Reference(name.decode("utf-8", "replace"), line, column))
    return found


def _places(captures: _Captures, name: str) -> list[tuple[int, int]]:
    return sorted({(node.start_byte, node.end_byte) for node in captures.get(name, ())})


def _outermost(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of `const x = require("y")` the declaration, not the call in it once more."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return found


def _shown(name: bytes) -> str:
    return name.decode("utf-8", "replace").strip(_QUOTES)


def _within(places: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    return places[bisect_left(places, (start,)) : bisect_left(places, (end,))]
