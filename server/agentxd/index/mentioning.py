"""Which names and files a task speaks of."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from agentxd.index.words import WordSplitter

Weights = NDArray[np.float64]

_EMPTY_WORDS = """
the and for with that this from into when where what which should would could must not but are was
were has have had can does did make makes made add use uses used using all any each every new old
fix change changes remove file files code function functions method methods class classes module
bug issue error test tests that it its is in on of to be as at by or an if we you your our please
need needs want wants let lets instead how why also more than then there
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
"""Words that say nothing about which code is meant."""
_LEAST = 3
"""Letters of a word that says something."""
_OFTEN = 0.1
"""A word in more names, or more paths, than this share says nothing."""
_MANY = 50
"""Below this many nothing is often."""
_WRITTEN_OUT = 12.0
_AGREEING = 5.0
_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+|[\w-]+\.\w{1,5}\b")


class Mentions:
    """The words of all names and paths, looked up when the first task comes."""

    def __init__(self, paths: Sequence[str], names: Sequence[str]) -> None:
        self._paths = paths
        self._names = names
        self._splitter = WordSplitter()
        self._by_name: _Words | None = None
        self._by_path: _Words | None = None

    def of(self, task: str) -> tuple[Weights | None, Weights | None]:
        """What a task does to each name (1: nothing) and each file (0: nothing)."""
        words = self._telling(task)
        if not words:
            return None, None
        if self._by_name is None or self._by_path is None:
            self._by_name = _Words([self._parts(name) for name in self._names])
            self._by_path = _Words([self._parts(path.rpartition(".")[0]) for path in self._paths])
        names = 1.0 + _AGREEING * self._by_name.agreeing(words)
        written = set(re.findall(r"\w+", task))
        for number, name in enumerate(self._names):
            if name in written and name.lower() not in _EMPTY:
                names[number] = _WRITTEN_OUT
        files = self._by_path.agreeing(words)
        files[self._named(task)] = _WRITTEN_OUT
        return names, files

    def _telling(self, task: str) -> set[str]:
        words = {_stem(word) for word in self._splitter.words_and_names(task)}
        return {word for word in words if len(word) >= _LEAST and word not in _EMPTY}

    def _parts(self, text: str) -> list[str]:
        return [_stem(part) for part in self._splitter.words(text) if len(part) >= _LEAST]

    def _named(self, task: str) -> list[int]:
        """Files whose path, or its end, is written in the task."""
        written = [path.strip("./") for path in _PATH.findall(task)]
        return [
            number
            for number, path in enumerate(self._paths)
            if any(path == end or path.endswith("/" + end) for end in written)
        ]


class _Words:
    """Which of many things have which words."""

    def __init__(self, parts_of: Iterable[list[str]]) -> None:
        self._having: dict[str, list[int]] = defaultdict(list)
        totals: list[list[str]] = []
        for number, parts in enumerate(parts_of):
            unique = list(dict.fromkeys(parts))
            totals.append(unique)
            for part in unique:
                self._having[part].append(number)
        self._n = max(1, len(totals))
        self._rarity = {part: math.log1p(self._n / len(at)) for part, at in self._having.items()}
        sums = [sum(self._rarity[part] for part in parts) or 1.0 for parts in totals]
        self._totals = np.array(sums, np.float64)

    def agreeing(self, words: Iterable[str]) -> Weights:
        """Of each thing, which share of its words is among these; rarer ones count more."""
        found = np.zeros(len(self._totals))
        for word in sorted(words):
            having = self._having.get(word, [])
            if having and (len(having) <= _MANY or len(having) / self._n <= _OFTEN):
                found[having] += self._rarity[word]
        return found / self._totals if len(found) else found


def _stem(word: str) -> str:
    """Plural and singular are one word."""
    if len(word) > _LEAST and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word
