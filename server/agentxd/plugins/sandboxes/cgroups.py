"""Memory, process and CPU limits by hand-made control groups; needs root, v1 or v2."""

import os
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from agentxd.kernel.sandboxes import Limits

_ROOT = Path("/sys/fs/cgroup")
_PARENT = "agentx"
_PERIOD_US = 100_000
_ROUNDS = 200
_ROUND_S = 0.01
_ENTER = 'while [ "$1" != -- ]; do echo $$ > "$1" || exit 125; shift; done; shift; exec "$@"'


class ControlGroup:
    """The control group of one sandbox, in every hierarchy that is there."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        self._folders: list[Path] = []

    def make(self) -> bool:
        """Whether memory and processes are limited now."""
        if os.geteuid() != 0:
            return False
        try:
            if (_ROOT / "cgroup.controllers").exists():
                return self._make_v2()
            return self._make_v1()
        except OSError:
            self.remove()
            return False

    def entering(self, argv: Sequence[str]) -> list[str]:
        """The command line that first enters the group, so that not one child is outside."""
        if not self._folders:
            return list(argv)
        files = [str(folder / "cgroup.procs") for folder in self._folders]
        return ["/bin/sh", "-c", _ENTER, "sh", *files, "--", *argv]

    def remove(self) -> None:
        """Kill whatever is still inside and remove its folders; blocks for as long as it dies.

        What outlives even that is left to the next start.
        """
        for folder in self._folders:
            _remove(folder)
        self._folders = []

    def _make_v1(self) -> bool:
        quota = round(self._limits.cpus * _PERIOD_US)
        memory = str(self._limits.memory_bytes)
        self._folder("memory", {"memory.limit_in_bytes": memory})
        self._folder("pids", {"pids.max": str(self._limits.n_pids)})
        self._folder("cpu", {"cpu.cfs_quota_us": str(quota)})
        return True

    def _make_v2(self) -> bool:
        parent = _ROOT / _PARENT
        parent.mkdir(exist_ok=True)
        for place in (_ROOT, parent):
            (place / "cgroup.subtree_control").write_text("+memory +pids +cpu")
        folder = parent / self._name
        folder.mkdir(exist_ok=True)
        self._folders.append(folder)
        (folder / "memory.max").write_text(str(self._limits.memory_bytes))
        (folder / "pids.max").write_text(str(self._limits.n_pids))
        (folder / "cpu.max").write_text(f"{round(self._limits.cpus * _PERIOD_US)} {_PERIOD_US}")
        return True

    def _folder(self, controller: str, values: dict[str, str]) -> None:
        folder = _ROOT / controller / _PARENT / self._name
        folder.mkdir(parents=True, exist_ok=True)
        self._folders.append(folder)
        for name, value in values.items():
            (folder / name).write_text(value)


def reap_groups(prefix: str, live: frozenset[str]) -> None:
    """Remove the groups of dead daemons, and kill what is left inside; blocks."""
    names = {owner.replace("/", "-") for owner in live}
    for pattern in (f"*/{_PARENT}/{prefix}-*", f"{_PARENT}/{prefix}-*"):
        for folder in _ROOT.glob(pattern):
            if folder.name not in names:
                _remove(folder)


def _remove(folder: Path) -> None:
    for _ in range(_ROUNDS):
        try:
            _kill_inside(folder)
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(_ROUND_S)  # its processes are dying
            continue
        return


def _kill_inside(folder: Path) -> None:
    for pid in map(int, (folder / "cgroup.procs").read_text().split()):
        if pid <= 0:  # of another namespace; to signal it would signal our own group
            continue
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
