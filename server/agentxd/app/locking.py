"""One daemon per workspace: the lock that the living daemon holds."""

import fcntl
import os
from pathlib import Path

from agentxd.kernel.errors import StateError, StorageError


class DaemonLock:
    """An exclusive flock on a file that also tells the pid; the kernel frees it at any death."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._handle = -1

    def take(self) -> None:
        """Raises StateError where another daemon lives, StorageError where nothing can be kept."""
        try:
            Path(self._path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StorageError(
                f"{self._path} cannot be made: {error.strerror}",
                "Set AGENTXD_STATE_DIR to a folder that you may write to.",
            ) from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            pid = Path(self._path).read_text().strip() or "unknown"
            os.close(self._handle)
            raise StateError(
                f"a daemon (pid {pid}) already serves this workspace", "Use: agentxd status"
            ) from error
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Let the next daemon in."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
