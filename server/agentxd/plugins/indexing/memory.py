"""An index in memory: finds definitions by their first words, line by line, for tests."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath

from msgspec import Struct

from agentxd.index.words import WordSplitter
from agentxd.kernel.errors import IndexUnavailableError
from agentxd.kernel.index import (
    Coverage,
    Filters,
    Hit,
    IndexStatus,
    MapQuery,
    RepositoryMap,
    SearchAnswer,
    SearchQuery,
    Symbol,
    SymbolKind,
    SymbolPlace,
    SymbolQuery,
    Use,
)

_DEFINITION = re.compile(
    r"^(?P<gap>\s*)(?:export |pub |async )*(?P<word>class|struct|def|fn|func|function) "
    r"(?P<name>\w+)"
)
_CONSTANT = re.compile(r"^(?P<gap>)(?P<name>[A-Z][A-Z0-9_]+)(?= *=)")
_NAME = re.compile(r"\w+")
_LANGUAGES = {".py": "python", ".js": "javascript", ".ts": "typescript", ".go": "go", ".rs": "rust"}
_KINDS = {"class": SymbolKind.CLASS, "struct": SymbolKind.STRUCT}
_TOKEN_CHARS = 4


class _File(Struct, frozen=True):
    path: str
    language: str
    lines: list[str]
    symbols: list[Symbol]


class InMemoryCodeIndex:
    """Implements CodeIndex and IndexKeeper over files that the test may change at any time."""

    def __init__(self, files: Mapping[str, bytes], state: str = "ready") -> None:
        self.files = files
        self.state = state
        self.n_woken = 0
        self.actions: list[str] = []
        self.n_files_done = -1
        """What the status says; -1 for all."""
        self._overlay: dict[str, str] = {}
        self._splitter = WordSplitter()

    # --- IndexKeeper --------------------------------------------------------------------------

    def status(self) -> IndexStatus:
        """As many files as there are."""
        files = list(self._files())
        languages: dict[str, int] = {}
        for file in files:
            languages[file.language] = languages.get(file.language, 0) + 1
        n_symbols = sum(len(file.symbols) for file in files)
        n_done = len(files) if self.n_files_done < 0 else self.n_files_done
        return IndexStatus(
            state=self.state, n_files=len(files), n_files_done=n_done, n_chunks=n_symbols,
            n_symbols=n_symbols, n_vectors=n_symbols, embedder="memory", bytes=1, max_bytes=2,
            languages=languages,
        )  # fmt: skip

    def wake(self) -> None:
        """Counted."""
        self.n_woken += 1

    def shown(self, path: str, text: str | None) -> None:
        """From the next question on."""
        if text is None:
            self._overlay.pop(path, None)
        else:
            self._overlay[path] = text

    def touched(self, paths: Sequence[str]) -> None:
        """Nothing is remembered of files, so nothing has to be read again."""

    async def control(self, action: str) -> IndexStatus:
        """The state that the action leads to."""
        self._check()
        self.actions.append(action)
        self.state = "paused" if action == "pause" else "ready"
        return self.status()

    # --- CodeIndex ----------------------------------------------------------------------------

    async def search(self, query: SearchQuery) -> SearchAnswer:
        """Definitions, and files without any, by how many words of the question they hold."""
        self._check()
        wanted = set(self._splitter.words(query.text))
        hits = [
            hit
            for file in self._files()
            for hit in self._hits(file, wanted)
            if _is_meant(file, hit.kind, query.filters)
        ]
        best = sorted(hits, key=lambda hit: (-hit.score, hit.path, hit.start_line))
        return SearchAnswer(tuple(best[: query.limit]), self._coverage())

    async def symbols(self, query: SymbolQuery) -> list[SymbolPlace]:
        """The same name first, then names that hold the word."""
        self._check()
        wanted = query.name.lower()
        found = [
            SymbolPlace(file.path, file.language, symbol, file.lines[symbol.line])
            for file in self._files()
            for symbol in file.symbols
            if _is_meant(file, symbol.kind.value, query.filters)
            if symbol.name == query.name or (not query.is_exact and wanted in symbol.name.lower())
        ]
        found.sort(key=lambda one: (one.symbol.name != query.name, one.path != query.near))
        return found[: query.limit]

    async def references(self, name: str, near: str = "", limit: int = 200) -> list[Use]:
        """Every place of the name where it is not defined."""
        self._check()
        uses = [use for file in self._files() for use in _uses(file, name)]
        return sorted(uses, key=lambda use: use.path != near)[:limit]

    async def outline(self, path: str) -> list[Symbol]:
        """The definitions of one file."""
        self._check()
        return next((file.symbols for file in self._files() if file.path == path), [])

    async def map(self, query: MapQuery) -> RepositoryMap:
        """Signatures, file by file, until the budget is spent."""
        self._check()
        room, shown, n_files = query.max_tokens * _TOKEN_CHARS, "", 0
        for file in self._files():
            lines = [f"{file.path}:", *(f"  {symbol.signature}" for symbol in file.symbols)]
            piece = "\n".join(lines) + "\n"
            if file.symbols and len(shown) + len(piece) <= room:
                shown, n_files = shown + piece, n_files + 1
        return RepositoryMap(shown, len(shown) // _TOKEN_CHARS, n_files, self._coverage())

    # --- within -------------------------------------------------------------------------------

    def _check(self) -> None:
        if self.state in ("off", "failed"):
            raise IndexUnavailableError(
                "the index is off", "agentxd config set --scope user index_enabled true"
            )

    def _coverage(self) -> Coverage:
        now = self.status()
        return Coverage(now.state, now.n_files, now.n_files_done, now.n_chunks, now.n_vectors)

    def _files(self) -> Iterator[_File]:
        texts = {path: content.decode(errors="replace") for path, content in self.files.items()}
        for path, text in sorted((texts | self._overlay).items()):
            language = _LANGUAGES.get(PurePosixPath(path).suffix, "text")
            lines = text.split("\n")
            yield _File(path, language, lines, list(_symbols(lines)))

    def _hits(self, file: _File, wanted: set[str]) -> Iterator[Hit]:
        whole = Symbol("", SymbolKind.MODULE, 0, 0, 0, len(file.lines))
        for symbol in file.symbols or [whole]:
            lines = file.lines[symbol.start_line : symbol.end_line]
            score = len(wanted & set(self._splitter.words("\n".join([file.path, *lines]))))
            if score:
                yield Hit(
                    file.path, symbol.start_line, symbol.end_line, file.language, symbol.name,
                    symbol.kind.value if symbol.name else "", symbol.container, symbol.signature,
                    "\n".join(line.strip() for line in lines[:3]), symbol.start_line,
                    float(score), ("words",),
                )  # fmt: skip


def _symbols(lines: Sequence[str]) -> Iterator[Symbol]:
    """A definition ends before the next one that stands as far left, or at the end."""
    found = [(number, match) for number, line in enumerate(lines) if (match := _match(line))]
    around: list[tuple[int, str]] = []
    for index, (number, match) in enumerate(found):
        gap = len(match["gap"])
        around = [(left, name) for left, name in around if left < gap]
        later = (other for other, m in found[index + 1 :] if len(m["gap"]) <= gap)
        word = match.groupdict().get("word") or ""
        kind = _KINDS.get(word, SymbolKind.FUNCTION if word else SymbolKind.CONSTANT)
        is_method = bool(around) and kind is SymbolKind.FUNCTION
        yield Symbol(
            name=match["name"],
            kind=SymbolKind.METHOD if is_method else kind,
            line=number,
            column=match.start("name"),
            start_line=number,
            end_line=next(later, len(lines)),
            container=".".join(name for _, name in around),
            signature=lines[number].strip().rstrip(":{ "),
        )
        around.append((gap, match["name"]))


def _match(line: str) -> re.Match[str] | None:
    return _DEFINITION.match(line) or _CONSTANT.match(line)


def _uses(file: _File, name: str) -> Iterator[Use]:
    defined = {(symbol.line, symbol.column) for symbol in file.symbols}
    for number, line in enumerate(file.lines):
        for found in _NAME.finditer(line):
            if found.group() == name and (number, found.start()) not in defined:
                around = [s for s in file.symbols if s.start_line <= number < s.end_line]
                inside = around[-1] if around else None
                words = f"{inside.container}.{inside.name}".lstrip(".") if inside else ""
                yield Use(file.path, number, found.start(), line, words)


def _is_meant(file: _File, kind: str, filters: Filters) -> bool:
    wanted = [glob for glob in filters.paths if not glob.startswith("!")]
    unwanted = [glob[1:] for glob in filters.paths if glob.startswith("!")]
    return (
        (not filters.languages or file.language in filters.languages)
        and (not filters.kinds or kind in filters.kinds)
        and (not wanted or any(fnmatchcase(file.path, glob) for glob in wanted))
        and not any(fnmatchcase(file.path, glob) for glob in unwanted)
    )
