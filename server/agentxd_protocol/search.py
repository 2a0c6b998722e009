"""Questions to the index: chunks for words, definitions by name, uses of a name."""

from agentxd_protocol.base import Wire
from agentxd_protocol.choices import SymbolKind
from agentxd_protocol.index import Coverage


class SearchIndexParams(Wire):
    """Ask in words or code."""

    query: str
    limit: int = 20
    """At most 200."""
    paths: list[str] = []
    """Globs in git's style; one that begins with `!` excludes."""
    languages: list[str] = []
    kinds: list[SymbolKind] = []


class SearchHit(Wire):
    """A piece of a file that answers."""

    path: str
    uri: str
    start_line: int
    end_line: int
    """The line after its last one."""
    language: str
    symbol: str
    """Name of the definition that it is; empty where it is none."""
    kind: str
    """What kind of definition."""
    container: str
    """Names of the definitions around it, joined with dots."""
    signature: str
    snippet: str
    """The lines that show why, without their common indentation."""
    snippet_line: int
    score: float
    """Comparable within one answer only."""
    found_by: list[str]
    """words, symbol, vector, path: which lists it stood on."""


class SearchIndexResult(Wire):
    """Hits, best first."""

    hits: list[SearchHit]
    coverage: Coverage


class FindSymbolsParams(Wire):
    """Ask for definitions by name."""

    name: str
    limit: int = 100
    """At most 1,000."""
    is_exact: bool = False
    """The whole name as it is; else also names that begin so, hold its parts or abbreviate it."""
    near: str = ""
    """A path: of several, those come first that this file most likely means."""
    paths: list[str] = []
    languages: list[str] = []
    kinds: list[SymbolKind] = []


class SymbolItem(Wire):
    """A definition."""

    path: str
    uri: str
    language: str
    name: str
    kind: SymbolKind
    container: str
    signature: str
    doc: str
    line: int
    """Where the name stands."""
    column: int
    """In the units of the connection's position encoding."""
    start_line: int
    end_line: int
    """The line after its last one."""
    text: str
    """The line on which the name stands."""


class FindSymbolsResult(Wire):
    """Definitions, best first."""

    symbols: list[SymbolItem]
    coverage: Coverage


class FindReferencesParams(Wire):
    """Ask where a name is used."""

    name: str
    limit: int = 200
    """At most 2,000."""
    near: str = ""
    """A path: the uses that most likely mean what this file means come first."""


class ReferenceItem(Wire):
    """A place where a name is used."""

    path: str
    uri: str
    line: int
    column: int
    """In the units of the connection's position encoding."""
    text: str
    """The line."""
    inside: str
    """The definition around it, with its containers."""


class FindReferencesResult(Wire):
    """Uses, the most likely ones first."""

    references: list[ReferenceItem]
    coverage: Coverage
