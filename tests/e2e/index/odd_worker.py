"""`python odd_worker.py KIND`: an index worker of which one part does what it should not."""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import msgspec
from agentxd.app import index_worker
from agentxd.kernel.errors import EmbedderError, StorageError
from agentxd.plugins.disk.beneath import opened_parent
from agentxd.plugins.indexing.wire import Begin, IndexSettings
from agentxd.plugins.indexing.worker.parts import Parts
from agentxd.plugins.languages.parser import TreeSitterParser


class OddParser(TreeSitterParser):
    """Fails on contents that say so."""

    def parse(self, language, content):
        if b"DEADLY" in content:
            os.abort()
        if b"RAISES" in content:
            raise RuntimeError("a parser that breaks its promise")
        return super().parse(language, content)


class FullDisk:
    """A database whose disk is full until a file called `space` lies beside it."""

    def __init__(self, database, space: Path) -> None:
        self._database = database
        self._space = space

    def __getattr__(self, name):
        return getattr(self._database, name)

    def put(self, contents, files):
        if contents and not self._space.exists():
            raise StorageError("the disk of the index is full", "Free space.")
        self._database.put(contents, files)


class SlowEmbedder:
    """Not cheap, and not there until a file called `server` lies beside the database."""

    name = "slow-v1"
    dimensions = 8
    is_cheap = False

    def __init__(self, server: Path) -> None:
        self._server = server

    def documents(self, texts):
        if not self._server.exists():
            raise EmbedderError("The server of the embedder cannot be reached.", "start it")
        return b"".join(bytes([len(text) % 100] * 8) for text in texts)

    def query(self, text):
        return self.documents([text])


def no_watches(places):
    raise OSError(28, "OS file watch limit reached.")


def composed(kind: str, begin: Begin) -> Parts:
    parts = index_worker.compose(begin)
    folder = Path(begin.settings.place).parent
    words = [sys.executable, __file__, kind, "reader", str(os.getpid()),
             msgspec.json.encode(begin.settings).decode()]  # fmt: skip
    parts = replace(parts, parser=OddParser, reader_command=tuple(words))
    if kind == "full":
        parts = replace(
            parts,
            open_database=lambda: FullDisk(
                index_worker.compose(begin).open_database(), folder / "space"
            ),
        )
    if kind == "unwatched":
        parts = replace(parts, arm=no_watches)
    if kind == "embedder":
        embedder = SlowEmbedder(folder / "server")
        parts = replace(parts, embedder=lambda: embedder)
    return parts


def reader(parent: int, settings: IndexSettings) -> None:
    from agentxd.plugins.indexing.worker.reader import serve
    from agentxd.plugins.indexing.worker.taking import Taker

    serve(
        parent,
        lambda: Taker(settings.root, settings.max_file_bytes, opened_parent, OddParser, None),
    )


def main() -> None:
    kind, *rest = sys.argv[1:]
    if rest[:1] == ["reader"]:
        reader(int(rest[1]), msgspec.json.decode(rest[2], type=IndexSettings))
    elif kind == "dies":
        sys.stderr.write("no memory left\n")
        os._exit(3)
    elif kind == "nonsense":
        os.write(1, b"\0\0\0\5hello")
        time.sleep(60)
    elif kind == "giant":
        os.write(1, b"\xff\xff\xff\xff")
        time.sleep(60)
    elif kind == "silent":
        time.sleep(60)
    else:
        from agentxd.plugins.indexing.worker.serving import main as serve

        serve(lambda begin: composed(kind, begin))


if __name__ == "__main__":
    main()
