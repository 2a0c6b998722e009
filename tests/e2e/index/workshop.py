"""A workspace with an index of its own: a real worker, real files, real git."""

import asyncio
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

from agentxd.kernel.errors import IndexUnavailableError
from agentxd.kernel.index import IndexStatus, SearchQuery, SymbolQuery
from agentxd.plugins.indexing.deaths import Deaths
from agentxd.plugins.indexing.remote import COMMAND, RemoteIndex
from agentxd.plugins.indexing.wire import IndexSettings

WAIT_S = 60.0
"""Long, because other tests run beside; what is waited for comes in a fraction of it."""


class Workshop:
    """Files may be changed at any time; the index is asked until it knows."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.root = folder / "project"
        self.place = folder / "state" / "index.db"
        self.settings = dict(settings)
        self.seen: list[IndexStatus] = []
        self.root.mkdir(exist_ok=True)
        self.place.parent.mkdir(exist_ok=True)
        self.index = self.opened()

    def opened(self, command: tuple[str, ...] = COMMAND) -> RemoteIndex:
        """The daemon's end; one more as after a restart of the daemon."""
        return RemoteIndex(self._settings, self.seen.append, command, Deaths(first_wait_s=0.01))

    def _settings(self) -> IndexSettings:
        return IndexSettings(str(self.root), str(self.place), **self.settings)

    def write(self, path: str, text: str | bytes) -> Path:
        """A file with this content."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)
        return place

    def git(self, *words: str) -> str:
        """`git …` in the workspace."""
        who = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"]
        done = subprocess.run(
            ["git", *who, *words], cwd=self.root, check=True, capture_output=True, text=True
        )
        return done.stdout

    def commit(self) -> None:
        """Everything as it is."""
        if not (self.root / ".git").exists():
            self.git("init", "-q")
        self.git("add", "-A")
        self.git("commit", "-qm", "x", "--allow-empty")

    async def paths(self, name: str) -> list[str]:
        """Files that define the name, in order."""
        found = await self.index.symbols(SymbolQuery(name, is_exact=True))
        return sorted(place.path for place in found)

    async def hits(self, words: str) -> list[str]:
        """Files that answer to the words, in order."""
        answer = await self.index.search(SearchQuery(words))
        return sorted({hit.path for hit in answer.hits})

    async def until_paths(self, name: str, expected: list[str]) -> None:
        """Wait until exactly these files define the name."""
        await until(lambda: self.paths(name), expected)

    async def ready(self, state: str = "ready") -> IndexStatus:
        """Wait until it is in that state; it is started where it does not run."""
        await self.index.outline("none")
        async with asyncio.timeout(WAIT_S):
            while self.index.status().state != state:
                await asyncio.sleep(0.01)
        return self.index.status()

    @property
    def pid(self) -> int:
        """Of the worker."""
        return self.index.status().worker_pid

    def children(self) -> list[int]:
        """Processes of the worker."""
        return children_of(self.pid)


async def until(ask: Callable[[], Awaitable[object]], expected: object) -> None:
    """Ask until the answer is this one."""
    found: object = None
    try:
        async with asyncio.timeout(WAIT_S):
            while (found := await asked(ask)) != expected:
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"expected {expected!r}, found {found!r}") from None


async def asked(ask: Callable[[], Awaitable[object]]) -> object:
    """The answer, or what an index that is being mended says."""
    try:
        return await ask()
    except IndexUnavailableError as error:
        return error.message


def children_of(pid: int) -> list[int]:
    """Direct children of a process, dead ones left out."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit():
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                if int(parent) == pid and state != "Z":
                    found.append(int(entry.name))
        except OSError:
            continue
    return found


def many(workshop: Workshop, n: int, folder: str = "many", suffix: str = "") -> None:
    """So many small files, one function each."""
    for number in range(n):
        workshop.write(
            f"{folder}/d{number % 40}/m{number}.py",
            f"def made_{number}{suffix}():\n    return {number}\n",
        )
