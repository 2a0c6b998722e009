"""The daemon's inspector: one process for each review, of low priority and bounded in all ways."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from agentxd.kernel.errors import ReviewError
from agentxd.kernel.redaction import redact
from agentxd.kernel.review import Review, ReviewRequest
from agentxd.plugins.inspecting.report import argument_of, read_report

COMMAND = (sys.executable, "-P", "-m", "agentxd.app.review")
_MOST_BYTES = 16 << 20
_TAIL_BYTES = 2_000
_CHUNK = 1 << 16
_NICENESS = 10
_EXPLAIN_S = 10.0
_GRACE_S = 5.0
"""The process ends by itself when its time is up; so long after that it is killed."""
_OF_GIT = ("HEAD", "logs/HEAD")
_OURS = ("review-answers.toml", "review-baseline.json", "settings.json", "settings.local.json")
"""What decides besides the files themselves which findings there are."""
_REFUSED = 2
"""Its exit code where it could not begin."""


class ProcessInspector:
    """Implements Inspector; lives in one event loop."""

    def __init__(
        self,
        environment: Callable[[], Mapping[str, str]] = lambda: os.environ,
        command: Sequence[str] = COMMAND,
        grace_s: float = _GRACE_S,
    ) -> None:
        self._grace_s = grace_s
        self._environment = environment
        self._command = tuple(command)
        self._turn = asyncio.Lock()

    async def inspect(self, request: ReviewRequest) -> Review:
        """The review. Raises ReviewError."""
        async with self._turn:
            words = ("review", argument_of(request))
            output = await self._output(words, request.root, request.seconds + self._grace_s)
        return await asyncio.to_thread(read_report, output)

    async def explain(self, rule: str) -> str:
        """The page of a rule. Raises ReviewError."""
        output = await self._output(("rules", json.dumps({"rule": rule})), "/", _EXPLAIN_S)
        return output.decode(errors="replace")

    async def stamp(self, root: str) -> str:
        """Empty where there is no git repository."""
        return await asyncio.to_thread(_stamp, Path(root))

    async def _output(self, words: Sequence[str], folder: str, seconds: float) -> bytes:
        """Raises ReviewError."""
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                *words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                cwd=folder,
                env=dict(self._environment()),
                start_new_session=True,
            )
        except OSError as error:
            raise ReviewError(
                f"the process that reviews could not be started: {error.strerror}",
                "Check the memory and the installation of AgentX.",
            ) from error
        try:
            _lower(process.pid)
            async with asyncio.timeout(seconds):
                return await _heard(process)
        except TimeoutError as error:
            raise ReviewError(
                f"the review did not end within {seconds:.0f} s",
                "Review a smaller change, or see what it waits for: agentxd review",
            ) from error
        finally:
            await _end(process)


async def _heard(process: asyncio.subprocess.Process) -> bytes:
    """All that it says. Raises ReviewError where it could not do its work."""
    if process.stdout is None or process.stderr is None:
        raise ReviewError("the process that reviews has no pipes")
    try:
        async with asyncio.TaskGroup() as group:
            output = group.create_task(_all(process.stdout))
            complaint = group.create_task(_tail(process.stderr))
    except* ReviewError as errors:
        raise errors.exceptions[0] from None
    code = await process.wait()
    if code == _REFUSED or not output.result():
        raise ReviewError(*_told(complaint.result(), code))
    return output.result()


async def _all(stream: asyncio.StreamReader) -> bytes:
    """Raises ReviewError where it does not end."""
    found = bytearray()
    while piece := await stream.read(_CHUNK):
        found += piece
        if len(found) > _MOST_BYTES:
            raise ReviewError(
                f"the review has more than {_MOST_BYTES >> 20} MB to say",
                "Review a smaller change.",
            )
    return bytes(found)


async def _tail(stream: asyncio.StreamReader) -> str:
    found = bytearray()
    while piece := await stream.read(_CHUNK):
        found = (found + piece)[-_TAIL_BYTES:]
    return redact(found.decode(errors="replace")).strip()


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill whatever is left of its group, linters and git included, and reap it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await asyncio.shield(_reaped(process))


async def _reaped(process: asyncio.subprocess.Process) -> None:
    """It has not ended for asyncio before its pipes are empty, and nobody else reads them now.

    Whoever left its group may hold them open; he is not waited for.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(_GRACE_S):
            for stream in filter(None, (process.stdout, process.stderr)):
                while await stream.read(_CHUNK):
                    pass
            await process.wait()


def _lower(pid: int) -> None:
    """It may be gone already."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, _NICENESS)


def _told(complaint: str, code: int) -> tuple[str, str]:
    """What went wrong and the next step, as the process said them."""
    first, *rest = complaint.splitlines() or [f"the process that reviews ended with {code}"]
    if code != _REFUSED:
        return f"the review broke (exit code {code}): {(rest or [first])[-1]}", ""
    return first.removeprefix("agentxd: "), rest[0].strip() if rest else ""


def _stamp(root: Path) -> str:
    git = _git_folder(root)
    if git is None:
        return ""
    places = [*(git / name for name in _OF_GIT), *(root / ".agent" / name for name in _OURS)]
    return " ".join(map(_mark, places))


def _git_folder(root: Path) -> Path | None:
    """Of a repository, a worktree or a submodule, also above the root."""
    for place in (root, *root.parents):
        git = place / ".git"
        if git.is_dir():
            return git
        if git.is_file():
            with suppress(OSError, ValueError):
                told = git.read_text().partition("gitdir:")[2].strip()
                return (place / told).resolve()
    return None


def _mark(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return "-"
    return f"{found.st_mtime_ns}:{found.st_size}"
