"""Mounting, by the system call, so that odd characters in paths are no matter."""

import ctypes
import os
from pathlib import Path

from agentxd.kernel.errors import SandboxError

_MNT_DETACH = 2
_MS_NOSUID, _MS_NODEV = 2, 4


def mount(kind: str, source: str, target: Path, options: str) -> None:
    """Mount, without devices and set-uid. Raises SandboxError."""
    libc = ctypes.CDLL(None, use_errno=True)
    flags = _MS_NOSUID | _MS_NODEV
    done = libc.mount(
        source.encode(), os.fsencode(target), kind.encode(), flags, os.fsencode(options)
    )
    if done != 0:
        reason = os.strerror(ctypes.get_errno())
        raise SandboxError(f"{kind} cannot be mounted: {reason}")


def unmount(target: str) -> None:
    """Unmount now, or as soon as nobody uses it."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.umount2(os.fsencode(target), _MNT_DETACH)


def mounts_below(folder: str) -> list[str]:
    """Mount points at or below a folder, outermost first."""
    found: list[str] = []
    for line in Path("/proc/self/mountinfo").read_bytes().splitlines():
        place = os.fsdecode(line.split(b" ")[4].decode("unicode_escape").encode("latin-1"))
        if place == folder or place.startswith(folder + "/"):
            found.append(place)
    return found
