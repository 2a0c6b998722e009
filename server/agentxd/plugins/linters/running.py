"""Runs linters as children: bounded in time and output, and nothing of them is left."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO

from msgspec import Struct

MOST_OUTPUT = 32 * 1024 * 1024
_MOST_TROUBLE = 8 * 1024
_PIECE = 64 * 1024
_DYING_S = 5.0
"""What the kernel does not let die is waited for no longer."""


class Command(Struct, frozen=True):
    """What is to be run."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    given: bytes | None = None
    """Standard input."""


class Outcome(Struct, frozen=True):
    """How it went."""

    code: int
    output: bytes
    complaint: str = ""
    """The beginning of standard error."""
    is_late: bool = False
    is_flood: bool = False


class Children:
    """Runs commands in one folder, several at a time; `stop` ends all of them for good."""

    def __init__(self, cwd: str) -> None:
        self._cwd = cwd
        self._lock = threading.Lock()
        self._alive: set[subprocess.Popen[bytes]] = set()
        self._is_over = False

    def run(self, command: Command, deadline: float) -> Outcome:
        """Raises OSError where it cannot be started. `deadline` is of time.monotonic."""
        child = self._start(command)
        threads = _Pipes(child, command.given, lambda: _kill(child))
        try:
            is_late = not _ended(child, max(0.0, deadline - time.monotonic()))
        finally:
            self._end(child)
            threads.close()
        return Outcome(
            code=child.returncode if child.returncode is not None else -int(signal.SIGTERM),
            output=bytes(threads.output),
            complaint=threads.complaint.decode("utf-8", "replace"),
            is_late=is_late and not threads.is_flood,
            is_flood=threads.is_flood,
        )

    def stop(self) -> None:
        """Kill what runs; nothing starts any more."""
        with self._lock:
            self._is_over = True
            alive = list(self._alive)
        for child in alive:
            _kill(child)

    def _start(self, command: Command) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._is_over:
                raise InterruptedError("the review is being ended")
            child = subprocess.Popen(
                command.arguments,
                cwd=self._cwd,
                env=dict(command.environment),
                stdin=subprocess.DEVNULL if command.given is None else subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
            self._alive.add(child)
            return child

    def _end(self, child: subprocess.Popen[bytes]) -> None:
        _kill(child)
        with suppress(subprocess.TimeoutExpired):
            child.wait(_DYING_S)
        with self._lock:
            self._alive.discard(child)


class _Pipes:
    """Empties a child's pipes and fills its standard input, each in a thread of its own."""

    def __init__(
        self, child: subprocess.Popen[bytes], given: bytes | None, kill: Callable[[], None]
    ) -> None:
        self.output = bytearray()
        self.complaint = bytearray()
        self.is_flood = False
        self._kill = kill
        self._threads = [
            threading.Thread(target=self._read, args=(child.stdout,), daemon=True),
            threading.Thread(target=self._listen, args=(child.stderr,), daemon=True),
        ]
        if given is not None:
            self._threads.append(
                threading.Thread(target=_write, args=(child.stdin, given), daemon=True)
            )
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Wait for what is still in the pipes; a process that left the group may hold one open."""
        for thread in self._threads:
            thread.join(_DYING_S)

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            while piece := os.read(pipe.fileno(), _PIECE):
                self.output += piece
                if len(self.output) > MOST_OUTPUT:
                    self.is_flood = True
                    self._kill()
                    return

    def _listen(self, pipe: IO[bytes]) -> None:
        with pipe:
            while piece := os.read(pipe.fileno(), _PIECE):
                self.complaint += piece[: max(0, _MOST_TROUBLE - len(self.complaint))]


def _write(pipe: IO[bytes], given: bytes) -> None:
    with suppress(OSError), pipe:  # it may end without having read everything
        pipe.write(given)


def _ended(child: subprocess.Popen[bytes], seconds: float) -> bool:
    """Whether it ended in time.

    Where the system can, it is left unreaped: its number is the group's, and must not become
    another process's before the group is killed.
    """
    if sys.platform == "win32" or not hasattr(os, "waitid"):
        with suppress(subprocess.TimeoutExpired):
            child.wait(seconds)
        return child.returncode is not None
    waiter = threading.Thread(target=_await, args=(child.pid,), daemon=True)
    waiter.start()
    waiter.join(seconds)
    return not waiter.is_alive()


def _await(pid: int) -> None:
    with suppress(ChildProcessError):
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def _kill(child: subprocess.Popen[bytes]) -> None:
    """SIGKILL to it and to all that it started and that stayed in its group."""
    if child.returncode is not None:
        return
    if sys.platform == "win32":
        child.kill()
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


def at_once(works: Sequence[Callable[[], None]], n_threads: int, stop: Callable[[], None]) -> None:
    """Do all of it, so many at a time; `stop` is called where waiting for it is broken off."""
    waiting = list(reversed(works))

    def serve() -> None:
        while True:
            try:
                work = waiting.pop()
            except IndexError:
                return
            work()

    threads = [
        threading.Thread(target=serve, daemon=True) for _ in range(min(n_threads, len(works)))
    ]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except BaseException:  # Ctrl-C: what runs is ended before anybody hears of it
        waiting.clear()
        stop()
        for thread in threads:
            thread.join(_DYING_S)
        raise
