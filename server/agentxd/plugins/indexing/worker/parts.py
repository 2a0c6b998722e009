"""What the index worker is made of; its composition root hands it in."""

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from agentxd.kernel.index import (
    MapQuery,
    RepositoryMap,
    SearchAnswer,
    SearchQuery,
    Symbol,
    SymbolPlace,
    SymbolQuery,
    Use,
)
from agentxd.kernel.index_ports import Embedder, IndexWriter, Parser, VectorWriter

OpenedParent = Callable[[str, str], AbstractContextManager[tuple[int, str]]]
"""Root and relative path to the open folder of the file and its name; follows no link."""


class Asker(Protocol):
    """Answers questions from the database; blocks, used by several threads."""

    def search(self, query: SearchQuery) -> SearchAnswer:
        """Chunks. Raises EmbedderError, StorageError."""
        ...

    def symbols(self, query: SymbolQuery) -> Sequence[SymbolPlace]:
        """Definitions. Raises StorageError."""
        ...

    def references(self, name: str, near: str, limit: int) -> Sequence[Use]:
        """Uses. Raises StorageError."""
        ...

    def outline(self, path: str) -> Sequence[Symbol]:
        """Definitions of a file. Raises StorageError."""
        ...

    def map(self, query: MapQuery) -> RepositoryMap:
        """The repository in short. Raises StorageError."""
        ...


class Database(IndexWriter, VectorWriter, Protocol):
    """The writing end of the database; one thread at a time."""

    def close(self) -> None:
        """Everything is on disk."""
        ...


@dataclass(frozen=True)
class DiskParts:
    """The part of the disk that the worker sees."""

    list_files: Callable[[str], list[bytes]]
    """Relative paths by git's rules. Raises WorkspaceRefusedError."""
    list_inner: Callable[[str, bytes], list[bytes]]
    """The same of a repository inside."""
    list_ignored: Callable[[str, Sequence[str]], set[str]]
    """Those that git ignores. Raises WorkspaceRefusedError."""
    is_secret: Callable[[str], bool]
    opened_parent: OpenedParent
    folder_check: Callable[[str], Callable[[str], bool]]
    """Of a root: tells of a path whether no folder on its way is a link."""
    status_at: Callable[[str, str], os.stat_result | None]
    """Of a file below a root, links not followed; None where there is none."""


@dataclass(frozen=True)
class Ground:
    """What is indexed, and within which bounds."""

    root: str
    disk: DiskParts
    max_file_bytes: int
    max_bytes: int


MakeParser = Callable[[], Parser]
MakeEmbedder = Callable[[], Embedder | None]
"""None where no vectors are wanted. Raises EmbedderError."""
ReadText = Callable[[str], bytes | None]
"""A file as the user sees it now, unsaved text included."""


@dataclass(frozen=True)
class Parts:
    """Everything."""

    disk: DiskParts
    parser: MakeParser
    embedder: MakeEmbedder
    open_database: Callable[[], Database]
    """Raises StorageError."""
    forget_database: Callable[[], None]
    """Delete the database. Raises StorageError."""
    make_asker: Callable[[ReadText], Asker]
    reader_command: tuple[str, ...]
    """Starts a reading child."""
    arm: Callable[[Sequence[str]], Any] | None = None
    """Begins to watch folders; None for the system's own way."""
