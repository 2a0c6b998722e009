"""Ends processes by the mark in their environment, wherever in the process tree they went."""

import os
import signal
from contextlib import suppress
from pathlib import Path

from agentxd.plugins.sandboxes.watcher import processes

MARK = "AGENTX_OWNER"
"""Environment variable with the owner (`SandboxSpec.owner`) of a command."""


def sweep(workspace: str, live: frozenset[str]) -> list[int]:
    """Kill every marked process of this workspace key whose owner is not alive; blocks."""
    return [
        pid
        for pid in processes()
        if (owner := _owner_of(pid)).startswith(f"{workspace}/")
        and owner not in live
        and _is_killed(pid)
    ]


def sweep_owner(owner: str) -> None:
    """Kill every process of this owner, also those that are begun meanwhile; blocks."""
    while [pid for pid in processes() if _owner_of(pid) == owner and _is_killed(pid)]:
        continue


def _owner_of(pid: int) -> str:
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
