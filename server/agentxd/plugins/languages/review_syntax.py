"""The port SyntaxReader on tree-sitter: what rules ask about a content, each thing once."""

from collections.abc import Sequence

import tree_sitter

from agentxd.index.decoding import as_utf8
from agentxd.kernel.index import Parsed
from agentxd.kernel.review import Fault, Region
from agentxd.plugins.languages.faults import read_faults
from agentxd.plugins.languages.grammar import HostileContentError
from agentxd.plugins.languages.language import TEXT, Language, Languages
from agentxd.plugins.languages.limits import is_for_grammar
from agentxd.plugins.languages.parser import MOST_SECONDS, TreeSitterParser
from agentxd.plugins.languages.regions import read_regions
from agentxd.plugins.languages.source import Source
from agentxd.plugins.languages.trees import KeepingGrammar, KeptTrees

_Key = tuple[str, bytes]


class _Tree:
    """A content and its tree."""

    def __init__(self, language: Language, source: Source, tree: tree_sitter.Tree) -> None:
        self.language = language
        self.source = source
        self.tree = tree


class ReviewSyntax:
    """Loads a grammar when it is first asked for; remembers its answers, and the last trees."""

    def __init__(self, languages: Languages | None = None, seconds: float = MOST_SECONDS) -> None:
        self._languages = languages or Languages()
        self._seconds = seconds
        self._parser = TreeSitterParser(self._languages, seconds, self._grammar)
        self._grammars: dict[str, KeepingGrammar] = {}
        self._trees = KeptTrees()
        self._parsed: dict[_Key, Parsed] = {}
        self._faults: dict[_Key, tuple[Fault, ...] | None] = {}
        self._regions: dict[_Key, tuple[Region, ...]] = {}

    def language(self, path: str, head: bytes = b"") -> str:
        """By file name, extension or shebang; "text" for others."""
        return self._languages.detect(path, head)

    def parsed(self, path: str, content: bytes) -> Parsed:
        """Definitions, uses and imports."""
        key = self._key(path, content)
        if key not in self._parsed:
            self._parsed[key] = self._parser.parse(*key)
        return self._parsed[key]

    def faults(self, path: str, content: bytes) -> Sequence[Fault] | None:
        """Where it does not parse; None where no grammar can say: too large, too deep, text."""
        key = self._key(path, content)
        if key not in self._faults:
            self._faults[key] = self._read_faults(key)
        return self._faults[key]

    def regions(self, path: str, content: bytes) -> Sequence[Region]:
        """Comments and strings, in order; nothing where no grammar can say."""
        key = self._key(path, content)
        if key not in self._regions:
            self._regions[key] = self._read_regions(key)
        return self._regions[key]

    def _key(self, path: str, content: bytes) -> _Key:
        return self._languages.detect(path, content[:200]), content

    def _read_faults(self, key: _Key) -> tuple[Fault, ...] | None:
        if key[0] != TEXT and not key[1].strip():
            return ()
        tree = self._tree(*key)
        return read_faults(tree.source, tree.tree) if tree is not None else None

    def _read_regions(self, key: _Key) -> tuple[Region, ...]:
        tree = self._tree(*key)
        if tree is None or not tree.language.regions.query:
            return ()
        try:
            captures = self._grammar(tree.language).regions(tree.tree)
        except HostileContentError:
            return ()
        return read_regions(tree.source, captures, tree.language.regions.comment_begins)

    def _tree(self, name: str, content: bytes) -> _Tree | None:
        """None for what is not for a grammar."""
        if name == TEXT:
            return None
        source = Source(as_utf8(content))
        language = self._languages.dialect(name, source.content)
        if not is_for_grammar(content, source, language.max_nesting):
            return None
        try:
            tree = self._grammar(language).tree(source.content, self._seconds)
        except HostileContentError:
            return None
        return _Tree(language, source, tree)

    def _grammar(self, language: Language) -> KeepingGrammar:
        grammar = self._grammars.get(language.name)
        if grammar is None:
            grammar = self._grammars[language.name] = KeepingGrammar(language, self._trees)
        return grammar
