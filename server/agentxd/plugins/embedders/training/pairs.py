"""Turns packages into pairs: what a person says about a definition, and the definition."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from msgspec import Struct
from msgspec.structs import replace

from agentxd.index.words import WordSplitter
from agentxd.plugins.embedders.training.definitions import (
    Definition,
    definitions,
    language_of,
    without,
)
from agentxd.plugins.embedders.training.packages import Package, read
from agentxd.plugins.embedders.training.reserved import is_copy, refused

_MACHINE = re.compile(
    r"(?i)eslint|@ts-|pylint|noqa|istanbul|prettier|tslint|clippy|nolint|go:generate|jshint"
    r"|todo|fixme|copyright|license|generated|deprecated|rubocop|phpcs|^(see|note|example)\b"
)
_MINIFIED = 400
"""Bytes: a line of code on average is shorter, or nobody wrote it."""
_MAX_WORDS = 320
_MAX_BYTES = 6_000
_MIN_BODY = 8
_SAME_SENTENCE = 4
_WORDS_OF_SENTENCE = (3, 40)
_LETTERS = 0.6
"""Share of a sentence that is letters and digits, when it is prose."""


class Pair(Struct, frozen=True, array_like=True):
    """A definition in words; lists of words are joined with single spaces."""

    package: str
    language: str
    is_function: bool
    name: str
    sentence: str
    """Empty where it has no usable documentation."""
    body: str
    """With its name, without its documentation."""
    nameless: str
    """Without its name, too."""


def pairs_of(archive: Path, splitter: WordSplitter) -> tuple[Package, list[Pair]] | None:
    """All pairs of a package, or None where it may not be used."""
    found = read(archive)
    if found is None:
        return None
    package, files = found
    pairs: list[Pair] = []
    for path, content in files:
        if is_usable(path, content):
            pairs += file_pairs(package.name, path, content, splitter)
    return package, pairs


def is_usable(path: str, content: bytes) -> bool:
    """Whether a file may be learnt from: written by people, and by these people."""
    if not language_of(path) or is_copy(path) or refused(path) or path.endswith(".d.ts"):
        return False
    is_minified = ".min." in path or len(content) > _MINIFIED * (content.count(b"\n") + 1)
    return not is_minified and "generated" not in content[:400].decode("latin-1").lower()


def file_pairs(package: str, path: str, content: bytes, splitter: WordSplitter) -> Iterator[Pair]:
    """The pairs of one file."""
    language = PurePosixPath(path).suffix
    for definition in definitions(path, content):
        text = definition_text(content, definition)
        words = splitter.words(text)[:_MAX_WORDS]
        if len(words) < _MIN_BODY:
            continue
        bare = re.sub(rf"\b{re.escape(definition.name)}\b", " ", text)
        yield Pair(
            package,
            language,
            definition.is_function,
            " ".join(splitter.words(definition.name)),
            " ".join(sentence_words(definition.sentence, splitter)),
            " ".join(words),
            " ".join(splitter.words(bare)[:_MAX_WORDS]),
        )


def definition_text(content: bytes, definition: Definition) -> str:
    """A definition as it stands there, without its documentation, bounded."""
    text = without(content, definition.start, definition.end, definition.docs)
    return text[:_MAX_BYTES].decode("utf-8", "replace")


def sentence_words(sentence: str, splitter: WordSplitter) -> list[str]:
    """Words of a sentence that somebody could have asked with; none where it is none."""
    if _MACHINE.search(sentence) or not sentence.isascii():
        return []
    words = splitter.words(sentence)
    least, most = _WORDS_OF_SENTENCE
    is_prose = sum(map(len, words)) > _LETTERS * len(sentence)
    return words if is_prose and least <= len(words) <= most else []


class Sieve:
    """Lets each body pass once, and each sentence a few times; bodies of others not at all."""

    def __init__(self, others: Iterable[str] = ()) -> None:
        self._bodies = set(map(hash, others))
        self._sentences: Counter[str] = Counter()

    def passes(self, pair: Pair) -> Pair | None:
        """The pair, its sentence left out where it is worn; None where it is known."""
        key = hash(pair.body)
        if key in self._bodies:
            return None
        self._bodies.add(key)
        self._sentences[pair.sentence] += 1
        if pair.sentence and self._sentences[pair.sentence] > _SAME_SENTENCE:
            return replace(pair, sentence="")
        return pair
