"""Values of the index: what a file defines and uses, what is asked, and what is answered."""

from enum import StrEnum

from msgspec import Struct


class SymbolKind(StrEnum):
    """What kind of thing a definition defines; the same words in every language."""

    MODULE = "module"
    NAMESPACE = "namespace"
    CLASS = "class"
    STRUCT = "struct"
    INTERFACE = "interface"
    TRAIT = "trait"
    ENUM = "enum"
    MEMBER = "member"
    """One value of an enum."""
    TYPE = "type"
    """An alias or a type parameter that has a name of its own."""
    FUNCTION = "function"
    METHOD = "method"
    CONSTRUCTOR = "constructor"
    FIELD = "field"
    CONSTANT = "constant"
    VARIABLE = "variable"
    MACRO = "macro"
    HEADING = "heading"
    """A section of a document."""
    KEY = "key"
    """A name in a file of data."""
    SELECTOR = "selector"
    ELEMENT = "element"


class Symbol(Struct, frozen=True):
    """A named definition. Lines count from 0; columns from 0 in code points."""

    name: str
    kind: SymbolKind
    line: int
    """Where the name stands."""
    column: int
    start_line: int
    """First line of the whole definition, decorators and its documentation above included."""
    end_line: int
    """The line after its last one."""
    container: str = ""
    """Names of the definitions around it, outermost first, joined with dots."""
    signature: str = ""
    """How it is declared, on one line, at most 240 characters."""
    doc: str = ""
    """Its documentation without comment signs, at most 1,000 characters."""


class Reference(Struct, frozen=True, array_like=True, gc=False):
    """A name that is used, not defined, here."""

    name: str
    line: int
    column: int


class Import(Struct, frozen=True, array_like=True, gc=False):
    """What a file takes from elsewhere, as it is written there: `a.b`, `./x`, `fmt`, `stdio.h`."""

    module: str
    line: int
    names: tuple[str, ...] = ()
    """What is taken out of it, where that is said."""


class Chunk(Struct, frozen=True, array_like=True, gc=False):
    """A piece of a file that is found as one; every line with text is in exactly one chunk."""

    start_line: int
    end_line: int
    """The line after its last one."""
    symbol: int = -1
    """Which of the file's symbols it is, or holds the beginning of; -1 for none."""


class Parsed(Struct, frozen=True):
    """What a parser found in one content."""

    language: str
    """Name of the language's data file; "text" where no grammar was at hand."""
    symbols: tuple[Symbol, ...] = ()
    """In the order of their names' places."""
    references: tuple[Reference, ...] = ()
    imports: tuple[Import, ...] = ()
    chunks: tuple[Chunk, ...] = ()
    is_clean: bool = False
    """Whether the parser looked for secrets in the content and found none."""


class ChunkText(Struct, frozen=True, array_like=True, gc=False):
    """The words of a chunk, separated by single spaces, ready for full-text search."""

    name: str
    """Of the symbol and its container."""
    head: str
    """Of the signature and the documentation."""
    body: str
    """Of everything."""


class Content(Struct, frozen=True):
    """One content, whatever files hold it, as it goes into the store."""

    hash: bytes
    """SHA-256, 32 bytes."""
    size: int
    parsed: Parsed
    texts: tuple[ChunkText, ...]
    """One for each chunk."""
    embedder: str = ""
    """Whose vectors these are; empty where there are none yet."""
    vectors: bytes = b""
    """One int8 row for each chunk, end to end."""
    uses: dict[str, bytes] | None = None
    """The references as `index.packing.grouped` gives them, where that is done already: then
    `parsed.references` may be left empty."""


class FileRow(Struct, frozen=True, array_like=True):
    """A file on disk and the content it had when it was looked at."""

    path: str
    """Relative to the root, with forward slashes."""
    hash: bytes
    status: tuple[int, int, int, int]
    """mtime_ns, ctime_ns, size, inode."""


class Filters(Struct, frozen=True):
    """What an answer is limited to; empty fields limit nothing."""

    paths: tuple[str, ...] = ()
    """Globs in git's style over relative paths; one that begins with `!` excludes."""
    languages: tuple[str, ...] = ()
    kinds: tuple[SymbolKind, ...] = ()


class SearchQuery(Struct, frozen=True):
    """A question in words or code."""

    text: str
    limit: int = 20
    filters: Filters = Filters()


class Hit(Struct, frozen=True):
    """A chunk that answers."""

    path: str
    start_line: int
    end_line: int
    language: str
    symbol: str = ""
    kind: str = ""
    container: str = ""
    signature: str = ""
    snippet: str = ""
    """The lines that show why, as they stand in the file, without their common indentation."""
    snippet_line: int = 0
    """Line of the snippet's first line."""
    score: float = 0.0
    """Comparable within one answer only."""
    found_by: tuple[str, ...] = ()
    """words, symbol, vector, path: which lists it stood on."""


class Coverage(Struct, frozen=True):
    """How much of the workspace an answer could know of."""

    state: str = "off"
    """The state of IndexStatus."""
    n_files: int = 0
    n_files_done: int = 0
    n_chunks: int = 0
    n_vectors: int = 0
    """Chunks that have a vector of the embedder that answered."""


class SearchAnswer(Struct, frozen=True):
    """Hits, best first."""

    hits: tuple[Hit, ...]
    coverage: Coverage


class SymbolQuery(Struct, frozen=True):
    """Definitions by name."""

    name: str
    limit: int = 100
    is_exact: bool = False
    """The whole name as it is; else any that begins so, holds its parts or abbreviates it."""
    near: str = ""
    """A path: of several, those come first that this file most likely means."""
    near_line: int = -1
    """The line there from which it is asked, from 0; -1 where that is not known."""
    filters: Filters = Filters()
    behind: str = ""
    """What the name stands behind there, as it is written: `http` in `http.Get`."""


class SymbolPlace(Struct, frozen=True):
    """A definition in a file."""

    path: str
    language: str
    symbol: Symbol
    text: str = ""
    """The line on which its name stands, at most 400 characters."""


class Use(Struct, frozen=True):
    """A place where a name is used."""

    path: str
    line: int
    column: int
    text: str = ""
    """The line, at most 400 characters."""
    inside: str = ""
    """The definition around it, with its containers."""


class MapQuery(Struct, frozen=True):
    """What a map of the repository is for."""

    task: str = ""
    """The goal in words; what it mentions moves up."""
    paths: tuple[str, ...] = ()
    """Files under work; what they use moves up, and they need not be shown."""
    max_tokens: int = 1_024


class RepositoryMap(Struct, frozen=True):
    """The definitions that matter most, as text."""

    text: str
    n_tokens: int
    """An estimate, at most what was asked for."""
    n_files: int
    """How many files the text shows."""
    coverage: Coverage


class IndexStatus(Struct, frozen=True, kw_only=True):
    """How the index is now."""

    state: str = "off"
    """off, starting, listing, reading, embedding, ready, paused, failed."""
    message: str = ""
    """Why it is off, paused or failed, or what was wrong and is mended."""
    next_step: str = ""
    n_files: int = 0
    """Files that belong into the index."""
    n_files_done: int = 0
    """Those whose newest content is in it."""
    n_chunks: int = 0
    n_symbols: int = 0
    n_vectors: int = 0
    embedder: str = ""
    """Whose vectors answer now."""
    next_embedder: str = ""
    """Whose vectors are being made meanwhile."""
    bytes: int = 0
    """On disk."""
    max_bytes: int = 0
    left_out: dict[str, int] = {}
    """Reason to number of files."""
    languages: dict[str, int] = {}
    """Language to number of files."""
    worker_pid: int = 0
