"""Definitions become symbols: kind, container, signature, documentation, places."""

import re
from collections.abc import Sequence

from agentxd.kernel.index import Symbol, SymbolKind
from agentxd.plugins.languages.documentation import CommentReader, clean_docstring
from agentxd.plugins.languages.language import Language
from agentxd.plugins.languages.nesting import SCOPE, Definition
from agentxd.plugins.languages.source import Source

MAX_SIGNATURE = 240
MAX_NAME = 120
_MAX_CONTAINER = 240
"""Characters."""
_MAX_SIGNATURE_BYTES = 1_000
_MAX_MODIFIERS = 60
"""Bytes before a declaration on its line that are still its modifiers."""
_CALLABLE = {SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.CONSTRUCTOR}
_TYPES = {SymbolKind.CLASS, SymbolKind.STRUCT, SymbolKind.INTERFACE, SymbolKind.TRAIT}
_TYPES |= {SymbolKind.ENUM}
_VALUES = {SymbolKind.VARIABLE, SymbolKind.CONSTANT, SymbolKind.FIELD}
_TEMPLATE = re.compile(r"<[^<>]*>")


class SymbolReader:
    """Makes the symbols of one language."""

    def __init__(self, language: Language) -> None:
        names = language.names
        self._language = language
        self._comments = CommentReader(language.comments)
        self._constructors = frozenset(names.constructors)
        self._constant = re.compile(names.constants) if names.constants else None
        self._separators = re.compile(names.separators) if names.separators else None
        self._hidden = frozenset(names.hidden_containers)
        skip = language.signature_skip
        self._skip = re.compile(skip) if skip else None

    def symbols(self, source: Source, definitions: Sequence[Definition]) -> list[Symbol]:
        """In the order of their names' places; what is local to a function is left out."""
        paths: dict[Definition, tuple[str, str]] = {}
        """Kind and dotted path of each definition; outer ones are read first."""
        found: list[tuple[int, Symbol]] = []
        for definition in definitions:
            owner_kind, owner = self._owner(definition, paths)
            names = self._names(source, definition)
            name = names[-1][:MAX_NAME] if names else ""
            container = _joined(owner, names[:-1])
            kind = self._kind(definition, name, owner_kind, is_qualified=len(names) > 1)
            paths[definition] = kind, _joined(container, [name])
            if name and kind != SCOPE and not (kind in _VALUES and owner_kind in _CALLABLE):
                symbol = self._symbol(source, definition, name, kind, container)
                found.append((definition.name[0], symbol))
        found.sort(key=lambda pair: pair[0])
        return [symbol for _, symbol in found[: self._language.max_symbols]]

    def _owner(
        self, definition: Definition, paths: dict[Definition, tuple[str, str]]
    ) -> tuple[str, str]:
        parent = definition.parent
        while parent is not None:
            path = paths.get(parent)
            if path is not None:
                return path
            parent = parent.parent
        return "", ""

    def _names(self, source: Source, definition: Definition) -> list[str]:
        """The name as the last one, what qualifies it before."""
        name = " ".join(source.text(*definition.name).split()).strip("\"'")
        names = [name]
        if self._separators is not None:
            names = self._parts(name) or [name]
        if definition.container is not None:
            qualifiers = self._parts(source.text(*definition.container))
            names = [part for part in qualifiers if part not in self._hidden] + names
        return names

    def _parts(self, text: str) -> list[str]:
        plain = _TEMPLATE.sub("", text) if "<" in text and "operator" not in text else text
        parts = self._separators.split(plain) if self._separators else [plain]
        return [part.strip() for part in parts if part and not part.isspace()]

    def _kind(
        self, definition: Definition, name: str, owner_kind: str, *, is_qualified: bool
    ) -> str:
        kind = definition.kind
        if kind == SymbolKind.FUNCTION and (is_qualified or owner_kind in _OWNING):
            kind = SymbolKind.METHOD
        if kind == SymbolKind.METHOD and name in self._constructors:
            return SymbolKind.CONSTRUCTOR
        if self._constant and kind in _VALUES and self._constant.fullmatch(name):
            return SymbolKind.CONSTANT
        return kind

    def _symbol(
        self, source: Source, definition: Definition, name: str, kind: str, container: str
    ) -> Symbol:
        line, column = source.place(definition.name[0])
        if definition.name[1] - definition.name[0] > len(name.encode()):
            column += self._shift(source.text(*definition.name), name)
        first, doc = self._comments.above(source, source.line_of(definition.start))
        if definition.doc is not None:
            text = source.text(*definition.doc)
            doc = clean_docstring(text) if self._language.comments.docstrings else text
        return Symbol(
            name=name,
            kind=SymbolKind(kind),
            line=line,
            column=column,
            start_line=min(first, line),
            end_line=max(source.end_line(definition.end), line + 1),
            container=container,
            signature=self._signature(source, definition),
            doc=doc,
        )

    def _shift(self, written: str, name: str) -> int:
        """Where the last part of a qualified or quoted name begins."""
        at = written.rfind(name)
        return at if at > 0 and "\n" not in written else 0

    def _signature(self, source: Source, definition: Definition) -> str:
        start = definition.declared
        line_start = source.starts[source.line_of(start)]
        if start - line_start <= _MAX_MODIFIERS:
            start = line_start
        end = definition.body if definition.body > start else definition.end
        raw = source.text(start, min(end, start + _MAX_SIGNATURE_BYTES))
        if self._skip is not None:
            raw = self._skip.sub("", raw.lstrip(), count=1)
        if definition.body < 0:
            raw = _first_statement(raw)
        return " ".join(raw.split()).rstrip(" {:=,;")[:MAX_SIGNATURE].rstrip()


_OWNING = _TYPES | {SCOPE}


def _joined(container: str, names: Sequence[str]) -> str:
    path = ".".join(part for part in (container, *names) if part)
    return path if len(path) <= _MAX_CONTAINER else container


def _first_statement(text: str) -> str:
    """Of a value that spans lines, the first line says what it is."""
    head, _, rest = text.strip().partition("\n")
    return head if rest and len(head) > 1 else text
