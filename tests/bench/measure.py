"""Figures: timing of processes in turn, percentiles, and rows of the benchmark page."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class MissingPartError(Exception):
    """What a bench measures does not exist here; the sentence says what is missing."""


@dataclass(frozen=True)
class Row:
    """One figure of the page."""

    what: str
    figure: str
    target: str = ""
    is_met: bool | None = None
    """None where there is no target."""

    def cells(self) -> tuple[str, str, str]:
        mark = {None: "", True: "yes", False: "**no**"}[self.is_met]
        return self.what, self.figure, f"{self.target} {mark}".strip()


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def median(values: Sequence[float]) -> float:
    return percentile(values, 0.5)


def ms(seconds: float) -> str:
    """With as many digits as are worth reading."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.{2 if seconds < 0.01 else 1}f} ms"  # 10 ms


def timed(run: Callable[[], object]) -> float:
    """Seconds that it took."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def in_turn(cases: Mapping[str, Callable[[], object]], n: int) -> dict[str, list[float]]:
    """Seconds of each case, measured one after the other n times, after one round to warm up."""
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for round_ in range(n + 1):
        for name, run in cases.items():
            seconds = timed(run)
            if round_:
                taken[name].append(seconds)
    return taken


def empty_python() -> None:
    """P: an interpreter that does nothing; the same one that runs AgentX."""
    subprocess.run([sys.executable, "-c", "pass"], check=True)


def ratio_row(what: str, taken: Sequence[float], base: Sequence[float], limit: float | None) -> Row:
    """A median, its minimum, and its ratio to P."""
    ratio = median(taken) / median(base)
    return Row(
        what,
        f"{ms(median(taken))} (least {ms(min(taken))}), {ratio:.2f} P",
        f"≤ {limit:g} P" if limit else "",
        ratio <= limit if limit else None,
    )


@dataclass(frozen=True)
class Memory:
    """Of one process, in MiB."""

    rss: float
    pss: float


def memory_of(pid: int) -> Memory:
    """From the kernel's own roll-up."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    size = {
        line.split(":")[0]: int(line.split()[1]) / 1024
        for line in rollup.splitlines()
        if line.startswith(("Rss:", "Pss:"))
    }
    return Memory(size["Rss"], size["Pss"])


def machine() -> str:
    """Cores, memory and Python, with no name of the machine."""
    total = int(Path("/proc/meminfo").read_text().split()[1]) / (1 << 20)
    version = ".".join(str(part) for part in sys.version_info[:3])
    return f"{os.cpu_count()} cores, {total:.0f} GiB, Linux, Python {version}"
