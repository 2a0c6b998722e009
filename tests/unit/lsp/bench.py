"""The whole edge in this process, on a workspace in memory, and a client that hides nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

from agentxd.edges.lsp.handlers import Handlers
from agentxd.edges.lsp.listener import Listener
from agentxd.edges.lsp.refreshing import Refresher
from agentxd.kernel.events import ProposalCreated
from agentxd.kernel.files import MODE_FILE, ChangeKind, FileChange
from agentxd.plugins.disk.memory import InMemoryDisk
from agentxd.plugins.stores.memory_blobs import InMemoryBlobStore
from agentxd.plugins.stores.memory_log import InMemoryEventLog
from agentxd.proposals.cutting import cut
from agentxd.sessions.application import Application, Streams
from agentxd.sessions.goals import Goals
from agentxd.sessions.journal import Journal
from agentxd.sessions.reviewing import Reviewing
from agentxd.sessions.seen import Sight
from agentxd.sessions.views import Views
from agentxd.workspace.documents import Documents

CAPABILITIES = {
    "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
}


class QuickClock:
    """Waits for nothing but the next turn of the loop."""

    def now_ms(self) -> int:
        return 0

    async def sleep(self, seconds: float) -> None:
        del seconds
        await asyncio.sleep(0)


class CountingDisk(InMemoryDisk):
    """Says which files were read."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(files)
        self.reads: list[str] = []

    async def read(self, root: str, path: str) -> Any:
        self.reads.append(path)
        return await super().read(root, path)


class Bench:
    """One daemon's edge: proposals are made by hand, clients come over a real socket."""

    def __init__(self, root: str, files: dict[str, bytes]) -> None:
        self.root = root
        self.disk = CountingDisk(files)
        self.log = InMemoryEventLog(lambda: 0)
        journal, blobs, documents = Journal(self.log), InMemoryBlobStore(), Documents()
        sight = Sight(root, self.disk, documents, QuickClock())
        unused: Any = None
        settings: Any = {"review_min_severity": "warning"}
        house: Any = SimpleNamespace(
            root=root,
            version="0",
            state_dir="",
            started_ms=0,
            rules_place="",
            settings=lambda: (settings, {}, []),
        )
        self.application = Application(
            journal=journal,
            blobs=blobs,
            documents=documents,
            sight=sight,
            goals=Goals(journal, unused, unused),
            conversations=unused,
            transfers=unused,
            reviewing=Reviewing(journal, blobs, sight),
            verifying=unused,
            views=Views(journal, blobs, sight),
            approvals=unused,
            streams=Streams(),
            house=house,
            answering=unused,
            mending=unused,
        )
        self.listener = Listener(self.application, Handlers())
        self.socket = ""

    async def propose(self, name: str, **files: tuple[bytes, bytes]) -> list[str]:
        """A proposal that turns each file from its first content into its second."""
        changes = [
            FileChange(path, ChangeKind.MODIFIED, old, new, MODE_FILE, MODE_FILE)
            for path, (old, new) in files.items()
        ]
        pieces = cut(name, changes)
        for content in pieces.blobs.values():
            await self.application.blobs.put(content)
        task = "t" + name[1:]
        event = ProposalCreated(name, task, "x", "a", "b", pieces.files, pieces.hunks, "me")
        await self.application.journal.record(event)
        return [hunk.id for hunk in pieces.hunks]

    async def client(self, **params: Any) -> "Client":
        """A client that is initialized, with an editor's capabilities unless others are given."""
        client = Client(*await asyncio.open_unix_connection(self.socket, limit=1 << 27))
        await client.request(
            "initialize", {"processId": None, "capabilities": CAPABILITIES, **params}
        )
        return client


class Client:
    """Sends and reads messages one by one."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._n_sent = 0
        self.seen: list[Any] = []

    def send(self, method: str, params: Any, identity: int | None = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        body = json.dumps(message if identity is None else {**message, "id": identity}).encode()
        self._writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    async def request(self, method: str, params: Any = None) -> Any:
        """The answer; everything else lands in `seen`."""
        self._n_sent += 1
        identity = 1_000_000 + self._n_sent
        self.send(method, params or {}, identity)
        while (found := await self.receive()).get("id") != identity:
            self.seen.append(found)
        return found

    async def receive(self) -> Any:
        """The next message. Raises EOFError (as IncompleteReadError) where the link is closed."""
        header = await self._reader.readuntil(b"\r\n\r\n")
        return json.loads(await self._reader.readexactly(int(header.split(b":")[1])))

    async def read_to_end(self) -> None:
        """Raises EOFError or ConnectionError, as soon as the link is closed."""
        while True:
            await self.receive()

    async def wait_for(self, method: str, is_right: Any = lambda _: True) -> Any:
        """The next such notification or request."""
        while True:
            found = await self.receive()
            if found.get("method") == method and is_right(found["params"]):
                return found["params"]
            self.seen.append(found)

    def open(self, uri: str, text: str, version: int = 1) -> None:
        document = {"uri": uri, "languageId": "x", "version": version, "text": text}
        self.send("textDocument/didOpen", {"textDocument": document})

    def type(self, uri: str, text: str, version: int) -> None:
        document = {"uri": uri, "version": version}
        changes = [{"text": text}]
        self.send("textDocument/didChange", {"textDocument": document, "contentChanges": changes})

    async def close(self) -> None:
        self._writer.close()


@asynccontextmanager
async def edge(folder: Any, files: dict[str, bytes]) -> AsyncIterator[Bench]:
    """An edge that listens in this folder."""
    root = folder / "w"
    root.mkdir()
    bench = Bench(str(root), files)
    bench.socket = str(folder / "s")
    await bench.listener.listen_unix(bench.socket)
    refresher = asyncio.get_running_loop().create_task(
        Refresher(bench.application, bench.listener).run()
    )
    try:
        yield bench
    finally:
        refresher.cancel()
        await bench.listener.close()
