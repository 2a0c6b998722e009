"""Definitions become symbols: kind, container, signature, documentation, places."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from agentxd.index.shortening import shortened
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
_KINDS = {kind.value: kind for kind in SymbolKind}
_NAMELESS = {"", "_"}
_MODIFIERS = re.compile(rb"[\w \t]*")
"""What may stand before a declaration on its line and belong to it: `export default`."""
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
        self._trimmed = names.trimmed
        self._hidden = frozenset(names.hidden_containers)
        skip = language.signature_skip
        self._skip = re.compile(skip) if skip else None

    def symbols(
        self, source: Source, definitions: Sequence[Definition], imports: AbstractSet[int]
    ) -> list[tuple[int, Symbol]]:
        """With the offsets of their names, in the order of these; without what is local.

        `imports` are offsets of imports: a variable that holds what one gave is no definition.
        """
        paths: dict[Definition, tuple[str, str]] = {}
        """Kind and dotted path of each definition; outer ones are read first."""
        found: list[tuple[int, Symbol]] = []
        for definition in definitions:
            owner_kind, owner = _owner(definition, paths)
            names = self._names(source, definition)
            name = names[-1][:MAX_NAME] if names else ""
            container = _joined(owner, names[:-1])
            kind = self._kind(definition, name, (owner_kind, owner), container)
            paths[definition] = kind, _joined(container, [name])
            if kind == SCOPE or name in _NAMELESS or _is_local(definition, kind, owner_kind):
                continue
            if kind in _VALUES and definition.start in imports:
                continue
            found.append(self._symbol(source, definition, name, kind, container))
        found.sort(key=_offset)
        return found[: self._language.max_symbols]

    def _names(self, source: Source, definition: Definition) -> list[str]:
        """The name as the last one, what qualifies it before."""
        name = " ".join(source.text(*definition.name).split()).strip(self._trimmed)
        names = [name]
        if self._separators is not None:
            names = self._parts(name) or [name]
        if definition.container is not None:
            qualifiers = self._parts(source.text(*definition.container))
            names = [part for part in qualifiers if part not in self._hidden] + names
        return names

    def _parts(self, text: str) -> list[str]:
        plain = text if "operator" in text else _without_templates(text)
        parts = self._separators.split(plain) if self._separators else [plain]
        return [part.strip() for part in parts if part and not part.isspace()]

    def _kind(
        self, definition: Definition, name: str, owner: tuple[str, str], container: str
    ) -> str:
        kind, (owner_kind, around) = definition.kind, owner
        is_qualified = container != around
        if kind == SymbolKind.FUNCTION and (owner_kind in _OWNING or is_qualified):
            kind = SymbolKind.METHOD
        if kind == SymbolKind.METHOD and self._is_constructor(name, container):
            return SymbolKind.CONSTRUCTOR
        if self._constant and kind in _VALUES and self._constant.fullmatch(name):
            return SymbolKind.CONSTANT
        return kind

    def _symbol(
        self, source: Source, definition: Definition, name: str, kind: str, container: str
    ) -> tuple[int, Symbol]:
        offset = _name_offset(source.content, definition, name)
        line, column = source.place(offset)
        first, doc = self._documentation(source, definition)
        symbol = Symbol(
            name=name,
            kind=_KINDS[kind],
            line=line,
            column=column,
            start_line=min(first, line),
            end_line=max(source.end_line(definition.end), line + 1),
            container=container,
            signature=self._signature(source, definition),
            doc=doc,
        )
        return offset, symbol

    def _is_constructor(self, name: str, container: str) -> bool:
        if name in self._constructors:
            return True
        rules = self._language.names
        return rules.are_classes_constructors and container.rpartition(".")[2] == name

    def _documentation(self, source: Source, definition: Definition) -> tuple[int, str]:
        """First line of the definition with its comment, and what is said about it."""
        line = source.line_of(definition.start)
        first, doc = line, ""
        if not source.content[source.starts[line] : definition.start].strip():
            first, doc = self._comments.above(source, line)
        if definition.doc is not None:
            text = source.text(*definition.doc)
            doc = clean_docstring(text) if self._language.comments.docstrings else text
        return first, doc

    def _signature(self, source: Source, definition: Definition) -> str:
        start = definition.declared
        if definition.kind == SymbolKind.NAMESPACE:
            start = definition.name[0]  # its extent may be the whole file
        start -= _modifiers(source, start)
        end = definition.body if definition.body > start else definition.end
        raw = source.text(start, min(end, start + _MAX_SIGNATURE_BYTES))
        if self._skip is not None:
            raw = self._skip.sub("", raw.lstrip(), count=1)
        if "\n" in raw:
            raw = self._comments.without_comments(raw)
        if definition.body < 0:
            raw = _first_statement(raw)
        line = " ".join(raw.split())
        return shortened(line.removesuffix("=>").rstrip(" {:=,;"), MAX_SIGNATURE)


_OWNING = _TYPES | {SCOPE}


def _owner(definition: Definition, paths: dict[Definition, tuple[str, str]]) -> tuple[str, str]:
    parent = definition.parent
    while parent is not None:
        path = paths.get(parent)
        if path is not None:
            return path
        parent = parent.parent
    return "", ""


def _modifiers(source: Source, start: int) -> int:
    """How many bytes of what stands before a declaration on its line belong to it."""
    line_start = source.starts[source.line_of(start)]
    before = source.content[line_start : min(start, line_start + _MAX_MODIFIERS + 1)]
    if not before or before.isspace() or len(before) > _MAX_MODIFIERS:
        return 0
    return len(before) if _MODIFIERS.fullmatch(before) else 0


def _without_templates(name: str) -> str:
    """`Table` of `Table<std::pair<K, V>>`."""
    while "<" in name and (plain := _TEMPLATE.sub("", name)) != name:
        name = plain
    return name


def _is_local(definition: Definition, kind: str, owner_kind: str) -> bool:
    """Variables of a function, and what only looks like a declaration: `Lock lock(mutex);`."""
    if owner_kind not in _CALLABLE:
        return False
    return kind in _VALUES or (kind in _CALLABLE and definition.body < 0)


def _name_offset(content: bytes, definition: Definition, name: str) -> int:
    """Where the last part of a name begins, which may be qualified or quoted."""
    start, end = definition.name
    written = name.encode()
    if end - start == len(written):
        return start
    return max(start, content.rfind(written, start, end))


def _offset(pair: tuple[int, Symbol]) -> int:
    return pair[0]


def _joined(container: str, names: Sequence[str]) -> str:
    path = ".".join(part for part in (container, *names) if part)
    return path if len(path) <= _MAX_CONTAINER else container


def _first_statement(text: str) -> str:
    """Of a value that spans lines, the first line says what it is."""
    head, _, rest = text.strip().partition("\n")
    return head if rest and len(head) > 1 else text
