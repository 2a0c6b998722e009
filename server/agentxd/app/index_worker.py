"""`python -m agentxd.app.index_worker`: the second composition root, of the index worker.

With the word `reader` and the settings it is one of the worker's reading children.
"""

import importlib
import os
import sys
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from agentxd.app.chosen_embedder import NO_EMBEDDER, ChosenEmbedder
from agentxd.index.words import WordSplitter
from agentxd.kernel.errors import EmbedderError
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
from agentxd.kernel.index_ports import Embedder, Parser
from agentxd.plugins.disk.beneath import folder_check, opened_parent, status_at
from agentxd.plugins.disk.listing import list_files, list_ignored, list_inner
from agentxd.plugins.disk.secret_files import is_secret_file
from agentxd.plugins.indexing.wire import Begin, IndexSettings
from agentxd.plugins.indexing.worker.parts import Asker, Database, DiskParts, Parts, ReadText

if TYPE_CHECKING:
    from agentxd.plugins.stores.code_index.graph_reading import Graphs
    from agentxd.plugins.stores.code_index.mapper import Mapper
    from agentxd.plugins.stores.code_index.resolver import Resolver
    from agentxd.plugins.stores.code_index.searching import Searcher

_SLOW_EMBEDDERS = ("minilm", "ollama", "openai")


def main(arguments: Sequence[str]) -> None:
    """Be the worker, or a child that reads for it."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Before numpy is loaded: its threads wait for each other by spinning, beside all the readers.
    if arguments[:1] == ["reader"]:
        _read(int(arguments[1]), msgspec.json.decode(arguments[2], type=IndexSettings))
        return
    from agentxd.plugins.indexing.worker.serving import main as serve  # noqa: PLC0415  # no reader needs it

    serve(compose)


def compose(begin: Begin) -> Parts:
    """Everything that the worker is made of; what is heavy is loaded when it is needed."""
    settings = begin.settings
    place, loading = Path(settings.place), Loading()
    embedder = ChosenEmbedder(settings)

    def make_asker(read: ReadText) -> Asker:
        loading.settle()
        return LateAsker(place, embedder, read)

    def make_embedder() -> Embedder | None:
        loading.settle()
        return embedder()

    def open_database() -> Database:
        loading.settle()
        return _open_database(place)

    return Parts(
        disk=DiskParts(
            list_files,
            list_inner,
            list_ignored,
            is_secret_file,
            opened_parent,
            folder_check,
            status_at,
        ),
        parser=_parser,
        embedder=make_embedder,
        open_database=open_database,
        forget_database=lambda: _forget_database(place),
        make_asker=make_asker,
        reader_command=(
            sys.executable,
            "-P",
            "-m",
            "agentxd.app.index_worker",
            "reader",
            str(os.getpid()),
            msgspec.json.encode(for_readers(settings)).decode(),
        ),
    )


def for_readers(settings: IndexSettings) -> IndexSettings:
    """What a reading child is told, on its command line, where every user of the machine sees it.

    It makes vectors only where that is cheap; an address may hold a password.
    """
    embedder = NO_EMBEDDER if settings.embedder in _SLOW_EMBEDDERS else settings.embedder
    return replace(settings, embedder=embedder, embedder_url="")


class Loading:
    """Loads numpy in one thread while the others wait: two at a time find it half made."""

    def __init__(self) -> None:
        self._lock = Lock()

    def settle(self) -> None:
        """It is loaded."""
        with self._lock:
            importlib.import_module("numpy")


class LateAsker:
    """Loads what answers a kind of question with the first one."""

    def __init__(self, place: Path, embedder: ChosenEmbedder, read: ReadText) -> None:
        self._place = place
        self._embedder = embedder
        self._read = read
        self._splitter = WordSplitter()

    def search(self, query: SearchQuery) -> SearchAnswer:
        """Chunks."""
        return self._searcher.search(query)

    def symbols(self, query: SymbolQuery) -> Sequence[SymbolPlace]:
        """Definitions; those first that the asking file means, where one asks for a whole name."""
        if query.is_exact and query.near:
            return self._resolver.definitions(query)
        return self._searcher.symbols(query)

    def references(self, name: str, near: str, limit: int) -> Sequence[Use]:
        """Uses."""
        return self._resolver.uses(name, near, limit)

    def outline(self, path: str) -> Sequence[Symbol]:
        """Definitions of a file."""
        return self._searcher.outline(path)

    def map(self, query: MapQuery) -> RepositoryMap:
        """The repository in short."""
        return self._mapper.map(query)

    @cached_property
    def _searcher(self) -> "Searcher":
        from agentxd.plugins.stores.code_index.searching import Searcher  # noqa: PLC0415  # late

        return Searcher(self._place, self._embedder.of_name, self._read, self._splitter)

    @cached_property
    def _graphs(self) -> "Graphs":
        from agentxd.plugins.stores.code_index.graph_reading import Graphs  # noqa: PLC0415  # late

        return Graphs()

    @cached_property
    def _mapper(self) -> "Mapper":
        from agentxd.plugins.stores.code_index.mapper import Mapper  # noqa: PLC0415  # late

        return Mapper(self._place, self._graphs)

    @cached_property
    def _resolver(self) -> "Resolver":
        from agentxd.plugins.stores.code_index.resolver import Resolver  # noqa: PLC0415  # late

        return Resolver(self._place, self._read, self._splitter, self._graphs)


def _read(parent: int, settings: IndexSettings) -> None:
    from agentxd.plugins.indexing.worker.reader import serve  # noqa: PLC0415  # only readers
    from agentxd.plugins.indexing.worker.taking import Taker  # noqa: PLC0415  # only readers

    def taker() -> Taker:
        try:
            embedder = ChosenEmbedder(settings)()
        except EmbedderError:
            embedder = None  # the worker tells
        return Taker(settings.root, settings.max_file_bytes, opened_parent, _parser, embedder)

    serve(parent, taker)


def _parser() -> Parser:
    from agentxd.plugins.languages.parser import TreeSitterParser  # noqa: PLC0415  # heavy

    return TreeSitterParser()


def _open_database(place: Path) -> Database:
    from agentxd.plugins.stores.code_index.database import open_index  # noqa: PLC0415  # heavy

    return open_index(place)


def _forget_database(place: Path) -> None:
    from agentxd.plugins.stores.code_index.opening import (  # noqa: PLC0415  # heavy
        remove,
        translated,
    )

    with translated(place):
        remove(place)


if __name__ == "__main__":
    main(sys.argv[1:])
