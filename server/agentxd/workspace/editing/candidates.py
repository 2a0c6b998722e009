"""What to tell when old lines are not found: what is nearest, and where it differs first."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from heapq import nlargest
from typing import NamedTuple

from agentxd.workspace.editing.anchoring import best_windows
from agentxd.workspace.editing.target import BLANK, Target, is_telling

_N_CANDIDATES = 3
_LIKENESS = 0.6
_MAX_COMPARED_BYTES = 200
"""Comparing takes the square of this; a line of a generated file may be a megabyte."""
_MAX_COMPARED_LINES = 2_000
"""Of a longer file, only so many lines are compared: those with the most words in common."""
_WORD = re.compile(rb"\w{3,}")


class Window(NamedTuple):
    """Where the old lines nearly stand."""

    start: int
    """0-based, of the first old line; may be negative."""
    n_equal: int


def nearest(target: Target, old: Sequence[bytes]) -> list[int]:
    """0-based lines that are most like the first telling old line, or where most of them are."""
    first = next((index for index, body in enumerate(old) if is_telling(body)), 0)
    found = [window.start + first for window in _windows(target, old)]
    found += _alike(target, old[first].strip(BLANK))
    inside = [line for line in dict.fromkeys(found) if 0 <= line < len(target.bodies)]
    return inside[:_N_CANDIDATES]


def first_difference(target: Target, old: Sequence[bytes]) -> str:
    """The first line at the best candidate that is not as the edit has it; "" where none is."""
    windows = _windows(target, old)
    start = windows[0].start if windows else _start_by_likeness(target, old)
    if start is None:
        return ""
    for index, body in enumerate(old):
        line = start + index
        if line >= len(target.bodies):
            return f"First difference: the file ends before line {line + 1}; {_says(body)}"
        if line >= 0 and target.bodies[line].rstrip(BLANK) != body.rstrip(BLANK):
            there = shown(target.bodies[line])
            return f"First difference: line {line + 1} is\n{there}\n{_says(body)}"
    return ""


def numbered(target: Target, lines: Iterable[int]) -> list[str]:
    """Lines as `read` shows them."""
    return [f"{line + 1:>6}\t{shown(target.bodies[line])}" for line in lines]


def shown(body: bytes) -> str:
    """A line for an answer, cut where it is long."""
    return body[:_MAX_COMPARED_BYTES].decode("utf-8", "replace").rstrip("\r")


def _says(body: bytes) -> str:
    return f"but the edit has\n{shown(body)}"


def _windows(target: Target, old: Sequence[bytes]) -> list[Window]:
    return [Window(*found) for found in best_windows(target, old, max(2, len(old) // 4))]


def _start_by_likeness(target: Target, old: Sequence[bytes]) -> int | None:
    first = next((index for index, body in enumerate(old) if is_telling(body)), 0)
    alike = _alike(target, old[first].strip(BLANK))
    return alike[0] - first if alike else None


def _alike(target: Target, wanted: bytes) -> list[int]:
    """0-based lines like this one, the likest first."""
    wanted = wanted[:_MAX_COMPARED_BYTES]
    matcher = SequenceMatcher(None, b=wanted.decode("latin-1"), autojunk=False)
    scored: list[tuple[float, int]] = []
    for line in _worth_comparing(target, wanted):
        body = target.bodies[line].strip(BLANK)[:_MAX_COMPARED_BYTES]
        matcher.set_seq1(body.decode("latin-1"))
        if (
            matcher.real_quick_ratio() >= _LIKENESS
            and matcher.quick_ratio() >= _LIKENESS
            and (ratio := matcher.ratio()) >= _LIKENESS
        ):
            scored.append((-ratio, line))
    return [line for _, line in sorted(scored)[:_N_CANDIDATES]]


def _worth_comparing(target: Target, wanted: bytes) -> Sequence[int]:
    """Every line of a file of usual length; of a longer one, those with words in common."""
    if len(target.bodies) <= _MAX_COMPARED_LINES:
        return range(len(target.bodies))
    words = set(_WORD.findall(wanted))
    counts = ((sum(word in body for word in words), -i) for i, body in enumerate(target.bodies))
    return [-at for _, at in nlargest(_MAX_COMPARED_LINES // 10, counts)]
