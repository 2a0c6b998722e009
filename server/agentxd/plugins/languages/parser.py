"""The port Parser on tree-sitter: languages are data, grammars are loaded when first needed."""

from collections.abc import Callable

from agentxd.index.chunking import ChunkRules, chunks, windows
from agentxd.index.decoding import as_utf8
from agentxd.index.secrets import masked
from agentxd.kernel.index import Parsed
from agentxd.plugins.languages.defining import SymbolReader
from agentxd.plugins.languages.grammar import Grammar, HostileContentError
from agentxd.plugins.languages.language import TEXT, Language, Languages
from agentxd.plugins.languages.limits import is_for_grammar
from agentxd.plugins.languages.nesting import nest
from agentxd.plugins.languages.source import Source
from agentxd.plugins.languages.using import read_imports, read_references

MOST_SECONDS = 2.0
"""CPU time for one content; the slowest of a thousand real files takes a tenth of it."""


class TreeSitterParser:
    """Takes contents apart in every language that has a data file."""

    def __init__(
        self,
        languages: Languages | None = None,
        seconds: float = MOST_SECONDS,
        grammar: Callable[[Language], Grammar] = Grammar,
    ) -> None:
        """`grammar` gives the one of a language, which is asked for once."""
        self._languages = languages or Languages()
        self._seconds = seconds
        self._grammar = grammar
        self._readers: dict[str, _Reader] = {}

    def language(self, path: str, head: bytes = b"") -> str:
        """The language of a file by its name, or its first bytes (shebang); "text" for others."""
        return self._languages.detect(path, head)

    def parse(self, language: str, content: bytes) -> Parsed:
        """Never raises for bad content: what cannot be parsed becomes windows of lines."""
        text = as_utf8(content)
        clean = masked(text)
        source, is_clean = Source(clean), clean is text
        if language not in self._languages:
            return Parsed(TEXT, chunks=windows(source.lines, ChunkRules()), is_clean=is_clean)
        data = self._languages.dialect(language, source.content)
        if is_for_grammar(content, source, data.max_nesting):
            try:
                return self._reader(data).read(source, self._seconds, is_clean=is_clean)
            except HostileContentError:
                pass
        return Parsed(data.name, chunks=windows(source.lines, data.chunks), is_clean=is_clean)

    def _reader(self, language: Language) -> "_Reader":
        reader = self._readers.get(language.name)
        if reader is None:
            reader = self._readers[language.name] = _Reader(language, self._grammar(language))
        return reader


class _Reader:
    """Everything that one language needs, made once."""

    def __init__(self, language: Language, grammar: Grammar) -> None:
        self._language = language
        self._grammar = grammar
        self._symbols = SymbolReader(language)
        names = language.names
        self._importers = {name.encode() for name in names.importers}
        self._guards = {name.encode() for name in names.guards}
        self._ignored = {name.encode() for name in names.ignored}

    def read(self, source: Source, seconds: float, *, is_clean: bool) -> Parsed:
        """Raises HostileContentError."""
        captures = self._grammar.captures(source.content, seconds)
        imported = read_imports(source, captures, self._importers)
        definitions = nest(captures, source.content, self._guards)
        placed = self._symbols.symbols(source, definitions, imported.starts)
        symbols = [symbol for _, symbol in placed]
        known = imported.known.union(symbol.name.encode() for symbol in symbols)
        named = {offset for offset, _ in placed}
        return Parsed(
            self._language.name,
            tuple(symbols),
            tuple(read_references(source, captures, known, named, self._ignored)),
            tuple(imported.imports),
            chunks(source.lines, symbols, self._language.chunks),
            is_clean,
        )
