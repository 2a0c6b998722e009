"""What a change takes away and brings, over all of its files: lines, and names that went."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from msgspec import Struct

from agentxd.kernel.patterns import Lazy
from agentxd.kernel.review import Change, ChangedFile
from agentxd.plugins.rules.paths import is_document, is_test

T = TypeVar("T")
Range = tuple[int, int]
"""First line, and the one after the last."""
_WORD = Lazy(r"[A-Za-z_]\w{3,}")
_SHORTEST_LINE = 6
"""Signs of a line that tells where it comes from: no `});` does."""


def without(some: Sequence[T], others: Iterable[T], key: Callable[[T], str]) -> tuple[T, ...]:
    """Those of some that have no namesake among the others, each of which counts once."""
    names = Counter(map(key, others))
    found = []
    for one in some:
        name = key(one)
        if names[name] > 0:
            names[name] -= 1
        else:
            found.append(one)
    return tuple(found)


class Tests(Struct, frozen=True):
    """Lines of tests in a file, before and after the change."""

    old: tuple[Range, ...] = ()
    new: tuple[Range, ...] = ()


class Departures:
    """Worked out when first asked for; of one change."""

    def __init__(self, change: Change, tests: Mapping[str, Tests] | None = None) -> None:
        """`tests`: where tests stand beside code, by path; these lines are no code."""
        self._tests = tests or {}
        self._files = [
            file
            for file in change.files
            if file.is_whole and not file.is_binary and not file.is_generated
        ]

    @cached_property
    def added_lines(self) -> frozenset[str]:
        """Stripped lines that the change puts somewhere, those that tell something."""
        return frozenset(
            line
            for file in self._files
            for line in told(lines_at(file.new, new_ranges(file)))
            if len(line) >= _SHORTEST_LINE
        )

    @cached_property
    def gone_names(self) -> frozenset[str]:
        """Words of code, not of tests, that were in changed files and are in none of them now."""
        gone: set[str] = set()
        for file in self._code:
            for line in lines_at(file.old, self._went(file)):
                gone.update(_WORD.findall(line))
        for file in self._code:
            if gone and file.new:
                gone.difference_update(_WORD.findall(file.new.decode("utf-8", "replace")))
        return frozenset(gone)

    @cached_property
    def is_code_less(self) -> bool:
        """Whether code went, more than came: something is taken out, or taken back."""
        went = sum(_n_told(file.old, self._went(file)) for file in self._code)
        return went > sum(_n_told(file.new, self._came(file)) for file in self._code)

    @cached_property
    def new_names(self) -> frozenset[str]:
        """Names of files that came, without their folders."""
        return frozenset(file.path.rpartition("/")[2] for file in self._files if file.old is None)

    def _went(self, file: ChangedFile) -> list[Range]:
        tests = self._tests.get(file.path)
        return _apart(old_ranges(file), tests.old if tests else ())

    def _came(self, file: ChangedFile) -> list[Range]:
        tests = self._tests.get(file.path)
        return _apart(new_ranges(file), tests.new if tests else ())

    @cached_property
    def _code(self) -> list[ChangedFile]:
        return [
            file for file in self._files if not is_test(file.path) and not is_document(file.path)
        ]


def _apart(ranges: Iterable[Range], others: Iterable[Range]) -> list[Range]:
    """Without the lines of others, which are in order."""
    found = []
    for first, end in ranges:
        start = first
        for other_start, other_end in others:
            if other_end <= start or other_start >= end:
                continue
            if other_start > start:
                found.append((start, other_start))
            start = max(start, other_end)
        if start < end:
            found.append((start, end))
    return found


def _n_told(content: bytes | None, ranges: list[Range]) -> int:
    return sum(1 for line in lines_at(content, ranges) if line.strip())


def share_kept(lines: Iterable[str], added: frozenset[str]) -> float:
    """How much of these lines the change puts somewhere else, from 0 to 1; 0 where none tells."""
    telling = [line for line in lines if len(line) >= _SHORTEST_LINE]
    if not telling:
        return 0.0
    return sum(line in added for line in telling) / len(telling)


def told(lines: Iterable[str]) -> Iterator[str]:
    """Without their indentation."""
    return (line.strip() for line in lines)


def words_of(lines: Iterable[str]) -> set[str]:
    """Names of four letters and more."""
    return {word for line in lines for word in _WORD.findall(line)}


def old_ranges(file: ChangedFile) -> list[Range]:
    """Lines that went; all of a file that is gone."""
    if file.new is None and file.old is not None:
        return [(0, file.old.count(b"\n") + 1)]
    return [(span.old_start, span.old_start + span.old_count) for span in file.spans]


def new_ranges(file: ChangedFile) -> list[Range]:
    """Lines that came."""
    return [(span.new_start, span.new_start + span.new_count) for span in file.spans]


def lines_at(content: bytes | None, ranges: list[Range]) -> list[str]:
    """Of these lines, decoded."""
    if not content or not ranges:
        return []
    lines = content.split(b"\n")
    return [line.decode("utf-8", "replace") for a, b in ranges for line in lines[a:b]]


def new_line(file: ChangedFile, line: int) -> int:
    """Where the line of before stands now; where something else stands now for it."""
    shift = 0
    for span in file.spans:
        if line < span.old_start:
            break
        if line < span.old_start + span.old_count:
            return span.new_start
        shift = span.new_start + span.new_count - span.old_start - span.old_count
    return max(line + shift, 0)
