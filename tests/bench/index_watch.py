"""Watches the index worker and its children while they work: memory at most, processor time."""

import os
import time
from pathlib import Path
from threading import Event, Thread
from typing import Self

from tests.bench.measure import memory_of

_EVERY_S = 0.1
_TICKS = os.sysconf("SC_CLK_TCK")


def children_of(pid: int) -> list[int]:
    """Direct children of a process."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and int(_stat(int(entry.name))[1]) == pid:
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


class Processes:
    """Looks ten times a second, in a thread."""

    def __init__(self, worker: int) -> None:
        self._worker = worker
        self._is_over = Event()
        self._thread = Thread(target=self._look)
        self._cpu: dict[int, float] = {}
        self.worker_mib = 0.0
        self.all_mib = 0.0
        self.n_children = 0

    @property
    def cpu_s(self) -> float:
        """Of all of them, as far as they were seen."""
        return sum(self._cpu.values())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._is_over.is_set():
            children = children_of(self._worker)
            self.n_children = max(self.n_children, len(children))
            total = 0.0
            for pid in (self._worker, *children):
                total += self._one(pid)
            self.all_mib = max(self.all_mib, total)
            time.sleep(_EVERY_S)

    def _one(self, pid: int) -> float:
        """MiB of one process; 0 where it is gone."""
        try:
            fields = _stat(pid)
            self._cpu[pid] = (int(fields[11]) + int(fields[12])) / _TICKS
            memory = memory_of(pid)
        except (OSError, KeyError):
            return 0.0
        if pid == self._worker:
            self.worker_mib = max(self.worker_mib, memory.rss)
        return memory.pss
