"""Ports of the index: what answers in the daemon, and what its worker is made of."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol, runtime_checkable

from agentxd.kernel.index import (
    Content,
    FileRow,
    IndexStatus,
    MapQuery,
    Parsed,
    RepositoryMap,
    SearchAnswer,
    SearchQuery,
    Symbol,
    SymbolPlace,
    SymbolQuery,
    Use,
)


class CodeIndex(Protocol):
    """Answers questions about the workspace's code, unsaved text included.

    Every method raises IndexUnavailableError where there is no index to ask.
    """

    async def search(self, query: SearchQuery) -> SearchAnswer:
        """Chunks for a question in words or code."""
        ...

    async def symbols(self, query: SymbolQuery) -> list[SymbolPlace]:
        """Definitions by name, best first."""
        ...

    async def references(self, name: str, near: str = "", limit: int = 200) -> list[Use]:
        """Where a name is used, most likely ones first; `near` is the file that asks."""
        ...

    async def outline(self, path: str) -> list[Symbol]:
        """What a file defines, from top to bottom; nothing for a file it does not know."""
        ...

    async def map(self, query: MapQuery) -> RepositoryMap:
        """The definitions that matter most, under a budget."""
        ...


class IndexKeeper(Protocol):
    """Keeps the index true while files and editors change."""

    def status(self) -> IndexStatus:
        """How it is now; never waits."""
        ...

    def wake(self) -> None:
        """Begin to work, where it does not yet: somebody will ask soon."""
        ...

    def shown(self, path: str, text: str | None) -> None:
        """An editor's unsaved text of a file; None when disk is the truth again."""
        ...

    def touched(self, paths: Sequence[str]) -> None:
        """These files changed on disk, as an editor or we ourselves know."""
        ...

    async def control(self, action: str) -> IndexStatus:
        """pause, resume or rebuild. Raises IndexUnavailableError."""
        ...


Progress = Callable[[IndexStatus], None]
"""Called in the event loop at most a few times a second while the index works."""


class Parser(Protocol):
    """Takes contents apart. Blocks; used off the event loop, by one thread at a time."""

    def language(self, path: str, head: bytes = b"") -> str:
        """The language of a file by its name, or its first bytes (shebang); "text" for others."""
        ...

    def parse(self, language: str, content: bytes) -> Parsed:
        """Never raises for bad content: what cannot be parsed becomes windows of lines."""
        ...


class Embedder(Protocol):
    """Turns texts into vectors. Blocks; used off the event loop."""

    name: str
    """Names the vectors: two embedders with the same name give the same ones."""
    dimensions: int
    is_cheap: bool
    """Whether it is a matter of microseconds, so that vectors are made while files are read."""

    def documents(self, texts: Sequence[str]) -> bytes:
        """One int8 row of `dimensions` for each text. Raises EmbedderError."""
        ...

    def query(self, text: str) -> bytes:
        """One int8 row. Raises EmbedderError."""
        ...


@runtime_checkable
class KnowsNonsense(Protocol):
    """What an embedder may offer besides: when a text is not about a query at all."""

    floor: float
    """Cosine of their vectors below which nearness means nothing."""


class IndexWriter(Protocol):
    """The writing end of the index's database; one thread at a time. Raises StorageError."""

    def files(self) -> Mapping[str, FileRow]:
        """What each path held when it was last looked at."""
        ...

    def known(self, hashes: Iterable[bytes]) -> set[bytes]:
        """Which of the contents are in the database already."""
        ...

    def put(self, contents: Sequence[Content], files: Sequence[FileRow]) -> None:
        """Keep contents and say which files hold which; all or nothing."""
        ...

    def drop(self, paths: Sequence[str]) -> None:
        """These files are gone; their contents stay for a while, for a branch that comes back."""
        ...

    def show(self, path: str, content: Content | None) -> None:
        """Unsaved text laid over a file; None takes it away. Not kept beyond this process."""
        ...


class VectorWriter(Protocol):
    """The part of the index's database that an embedder fills. Raises StorageError."""

    def use_embedder(self, name: str, dimensions: int) -> None:
        """Vectors of this embedder are wanted; those of another answer until these are complete."""
        ...

    def without_vector(self, limit: int) -> list[tuple[int, bytes, int, int]]:
        """Chunks of files that lack one: number, content's hash, start line, end line."""
        ...

    def put_vectors(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Chunk number and int8 row of the wanted embedder."""
        ...

    def tidy(self, max_bytes: int) -> bool:
        """Let go of contents that no file holds, oldest first, where there are too many.

        Works for a moment only, about 0.1 s; whether there is more to do: ask again when at rest.
        """
        ...

    def fill(self, status: IndexStatus) -> IndexStatus:
        """The status with the numbers that the database knows."""
        ...
