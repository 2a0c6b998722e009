"""Ends processes by the mark in their environment, wherever in the process tree they went."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from agentxd.plugins.sandboxes.watcher import processes

MARK = "AGENTX_OWNER"
"""Environment variable with `mark_of` the sandbox of a command."""

_ROUNDS = 200
_ROUND_S = 0.005


def mark_of(owner: str, place: str) -> str:
    """Tells one sandbox from every other: its owner (`SandboxSpec.owner`) and its copy's place."""
    return f"{owner}:{place}"


def sweep(workspace: str, live: frozenset[str]) -> list[int]:
    """Kill every marked process of this workspace key whose owner is not alive; blocks."""
    return [
        pid
        for pid in processes()
        if (owner := _mark_on(pid).partition(":")[0]).startswith(f"{workspace}/")
        and owner not in live
        and _is_killed(pid)
    ]


def sweep_mark(mark: str) -> None:
    """Kill every process of one sandbox, also those that are begun meanwhile; blocks.

    One that the kernel does not let die is waited for a second.
    """
    for _ in range(_ROUNDS):
        if not [pid for pid in processes() if _mark_on(pid) == mark and _is_killed(pid)]:
            return
        time.sleep(_ROUND_S)


def _mark_on(pid: int) -> str:
    """The mark of a process; a dead one has none."""
    with suppress(OSError):
        for pair in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
            if pair.startswith(MARK.encode() + b"="):
                return os.fsdecode(pair.partition(b"=")[2])
    return ""


def _is_killed(pid: int) -> bool:
    if pid == os.getpid():
        return False
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False
