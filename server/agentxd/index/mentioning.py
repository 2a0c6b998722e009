"""Which names and files a task speaks of."""

import math
import re
from collections.abc import Callable, Iterable, Sequence

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
_LOOSE = 2
"""Times as many may have a word's letters without the word."""
_WRITTEN_OUT = 12.0
_AGREEING = 5.0
_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)+|[\w-]+\.\w{1,5}\b")


class Mentions:
    """All names and paths, looked through for each task."""

    def __init__(self, paths: Sequence[str], names: Sequence[str]) -> None:
        self._paths = paths
        self._names = names
        self._splitter = WordSplitter()
        self._by_name = _Texts(names, self._parts)
        self._by_path = _Texts([path.rpartition(".")[0] or path for path in paths], self._parts)

    def of(self, task: str) -> tuple[Weights | None, Weights | None]:
        """What a task does to each name (1: nothing) and each file (0: nothing)."""
        words = self._telling(task)
        if not words:
            return None, None
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


class _Texts:
    """Which of many texts have which words."""

    def __init__(self, texts: Sequence[str], parts_of: Callable[[str], list[str]]) -> None:
        self._texts = texts
        self._parts_of = parts_of
        self._lower: list[str] = []

    def agreeing(self, words: Iterable[str]) -> Weights:
        """Of each text, which share of its words is among these; rarer ones count more."""
        found = np.zeros(len(self._texts))
        self._lower = self._lower or [text.lower() for text in self._texts]
        having = {word: self._having(word) for word in sorted(words)}
        telling = {word: at for word, at in having.items() if at}
        rarities = {word: math.log1p(len(found) / len(at)) for word, at in telling.items()}
        for word, at in telling.items():
            found[at] += rarities[word]
        usual = sum(rarities.values()) / max(1, len(rarities))
        for number in np.flatnonzero(found).tolist():
            parts = dict.fromkeys(self._parts_of(self._texts[number]))
            n_others = sum(part not in telling for part in parts)
            found[number] /= found[number] + usual * n_others
        return found

    def _having(self, word: str) -> list[int]:
        """Numbers of the texts that have a word; none where it says nothing, being in so many."""
        near = [at for at, text in enumerate(self._lower) if word in text]
        if len(near) > max(_MANY, _OFTEN * len(self._texts)) * _LOOSE:
            return []
        found = [at for at in near if word in self._parts_of(self._texts[at])]
        return found if len(found) <= max(_MANY, _OFTEN * len(self._texts)) else []


def _stem(word: str) -> str:
    """Plural and singular are one word."""
    if len(word) > _LEAST and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word
