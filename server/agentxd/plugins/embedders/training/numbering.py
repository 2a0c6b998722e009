"""Pairs as numbers: the vocabulary, and every text as distinct words with their weights."""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from agentxd.plugins.embedders.static import NAME_STRESS, WordIds
from agentxd.plugins.embedders.training.pairs import Pair

_MANY = 100
"""Packages that use a word: more tell nothing more."""
_LONGEST_NUMBER = 3
"""Digits; longer numbers are data."""


def vocabulary(place: Path, size: int) -> tuple[list[str], NDArray[np.float32]]:
    """The words that most packages use, and how rare each is among definitions (its IDF).

    Packages count, not uses: what one package repeats ten thousand times helps nobody else.
    """
    in_packages: dict[str, set[int]] = {}
    in_definitions: Counter[str] = Counter()
    numbers: dict[str, int] = {}
    n_definitions = 0
    for pair in read_pairs(place):
        number = numbers.setdefault(pair.package, len(numbers))
        found = {*pair.body.split(), *pair.sentence.split()}
        in_definitions.update(found)
        n_definitions += 1
        for word in found:
            seen = in_packages.setdefault(word, set())
            if len(seen) < _MANY:
                seen.add(number)
    telling = (w for w in in_packages if not w.isdigit() or len(w) <= _LONGEST_NUMBER)
    order = sorted(telling, key=lambda w: (-len(in_packages[w]), -in_definitions[w], w))
    words = order[:size]
    rare = [np.log((n_definitions + 1) / (in_definitions[word] + 1)) for word in words]
    return words, np.array(rare, np.float32)


def read_pairs(place: Path) -> Iterable[Pair]:
    """Pairs of a file as `collect` writes it."""
    decoder = msgspec.json.Decoder(Pair)
    with place.open("rb") as lines:
        for line in lines:
            yield decoder.decode(line)


class Bags:
    """Many texts, each as its distinct words and 1 + ln(count) of each, names stressed."""

    def __init__(self) -> None:
        self._ids = array("i")
        self._tallies = array("f")
        self._ends = array("q", [0])

    def add(self, words: Sequence[str], numbers: WordIds, name: Sequence[str] = ()) -> None:
        """One more text."""
        counts = Counter(map(numbers.__getitem__, words))
        stressed = set(map(numbers.__getitem__, name))
        self._ids.extend(counts)
        self._tallies.extend(
            _LOGS[n] + (NAME_STRESS if word in stressed else 0.0) for word, n in counts.items()
        )
        self._ends.append(len(self._ids))

    def done(self) -> "Arrays":
        """As arrays."""
        return Arrays(
            np.frombuffer(self._ids, np.int32),
            np.frombuffer(self._tallies, np.float32),
            np.frombuffer(self._ends, np.int64),
        )


class Arrays(Struct, frozen=True, eq=False):
    """Bags end to end."""

    ids: NDArray[np.int32]
    tallies: NDArray[np.float32]
    ends: NDArray[np.int64]

    def lengths(self) -> NDArray[np.int64]:
        """How many distinct words each text has."""
        return np.diff(self.ends)

    def take(
        self, rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
        """Ids, tallies and starts of some texts, end to end."""
        starts, lengths = self.ends[rows], self.ends[rows + 1] - self.ends[rows]
        offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        places = np.repeat(starts - offsets, lengths) + np.arange(lengths.sum())
        return self.ids[places].astype(np.int64), self.tallies[places], offsets


class Numbered(Struct, frozen=True, eq=False):
    """All pairs as numbers; the i-th of everything belongs together."""

    names: Arrays
    sentences: Arrays
    bodies: Arrays
    nameless: Arrays
    package: NDArray[np.int32]
    language: NDArray[np.int32]
    languages: tuple[str, ...]


def number_pairs(place: Path, words: Sequence[str], n_buckets: int) -> Numbered:
    """Every pair of the file."""
    numbers = WordIds(words, n_buckets)
    bags = (Bags(), Bags(), Bags(), Bags())
    package, language = array("i"), array("i")
    packages: dict[str, int] = {}
    languages: dict[str, int] = {}
    for pair in read_pairs(place):
        name = pair.name.split()
        bags[0].add(name, numbers)
        bags[1].add(pair.sentence.split(), numbers)
        bags[2].add(pair.body.split(), numbers, name)
        bags[3].add(pair.nameless.split(), numbers)
        package.append(packages.setdefault(pair.package, len(packages)))
        language.append(languages.setdefault(pair.language, len(languages)))
    return Numbered(
        bags[0].done(),
        bags[1].done(),
        bags[2].done(),
        bags[3].done(),
        np.frombuffer(package, np.int32),
        np.frombuffer(language, np.int32),
        tuple(languages),
    )


_LOGS = [0.0, *(1.0 + np.log(np.arange(1, 400))).tolist()]
