"""Puts candidates in order by what they are: a light hand on top of the fused ranks."""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from agentxd.index.words import WordSplitter

_TEST = re.compile(
    r"(^|/)(tests?|testing|specs?|__tests__|testdata|fixtures?|mocks?)/|"
    r"(^|/)test_[^/]*$|(_test|_spec|\.test|\.spec|Tests?)\.\w+$|(^|/)conftest\.py$"
)
_VENDORED = re.compile(
    r"(^|/)(vendor|vendored|_vendor|third[_-]?party|node_modules|external|deps|"
    r"dist|build|generated|gen|__generated__|migrations|site-packages)/|"
    r"([._-]min\.\w+|\.gen\.\w+|_gen\.\w+|_pb2\.pyi?|\.pb\.go|_generated\.\w+|"
    r"\.lock|-lock\.json|\.bundle\.js|\.map|\.svg)$"
)
_MAX_PATHS = 20_000
"""Paths of which is remembered what they look like."""
_ABOUT_TESTS = frozenset({"test", "tests", "testing", "spec", "fixture", "fixtures", "mock"})
_PROSE = frozenset({"markdown", "text", "html", "css", "json", "yaml", "toml"})
"""Languages that tell of code, or of settings, more than they do something."""
_HISTORY = re.compile(r"(^|/)(change(s|log)|history|news|releases?)[^/]*$", re.IGNORECASE)
_ABOUT_PROSE = frozenset(
    {"doc", "docs", "documentation", "readme", "changelog", "guide", "tutorial", "example"}
    | {"config", "configuration", "settings", "style", "page", "template", "workflow", "ci"}
)
_DEFINITIONS = frozenset(
    {"class", "struct", "interface", "trait", "enum", "function", "method", "constructor"}
    | {"macro", "type", "namespace"}
)
_SMALL = frozenset({"variable", "field", "constant", "member", "key", "selector", "element"})


class Candidate(Struct, frozen=True):
    """A chunk in a file, before it is known to be an answer."""

    chunk: int
    path: str
    start_line: int
    end_line: int
    language: str
    score: float
    digest: int = 0
    found_by: tuple[str, ...] = ()
    symbol: str = ""
    kind: str = ""
    container: str = ""
    signature: str = ""
    hash: bytes = b""
    symbol_line: int = -1


def reranked(
    candidates: Iterable[Candidate], words: Collection[str], names: Collection[str]
) -> list[Candidate]:
    """Best first; copies of what already stands there come after everything that is new."""
    wants_tests = not _ABOUT_TESTS.isdisjoint(words)
    wants_prose = not _ABOUT_PROSE.isdisjoint(words)
    folded_names = {name.lower() for name in names}
    weighed = [
        replace(
            one,
            score=one.score
            * weight(one, folded_names, wants_tests=wants_tests)
            * (1.0 if wants_prose else _weight_of_prose(one)),
        )
        for one in candidates
    ]
    weighed.sort(key=lambda one: (-one.score, len(one.path), one.path, one.start_line))
    return _copies_last(weighed)


def fittest(
    candidates: Iterable[Candidate], words: Collection[str], splitter: WordSplitter
) -> list[Candidate]:
    """One definition of each piece of a file: the one whose name has most of the words."""
    best: dict[tuple[int, str], tuple[int, Candidate]] = {}
    for one in candidates:
        n_words = len(set(splitter.words(one.symbol)).intersection(words))
        known = best.get((one.chunk, one.path))
        if known is None or n_words > known[0]:
            best[one.chunk, one.path] = n_words, one
    return [one for _, one in best.values()]


def weight(candidate: Candidate, names: Collection[str], *, wants_tests: bool) -> float:
    """What its score is multiplied with."""
    value = 1.0
    if candidate.kind in _DEFINITIONS:
        value *= 1.15
    elif candidate.kind in _SMALL or not candidate.kind:
        value *= 0.9
    if candidate.symbol.lower() in names:
        value *= 1.5
    if not wants_tests and is_test(candidate.path):
        value *= 0.6
    if is_vendored(candidate.path):
        value *= 0.5
    return value


def _weight_of_prose(candidate: Candidate) -> float:
    """What tells of code comes after the code."""
    if _HISTORY.search(candidate.path):
        return 0.5
    return 0.75 if candidate.language in _PROSE else 1.0


@lru_cache(maxsize=_MAX_PATHS)
def is_test(path: str) -> bool:
    """Whether the path looks like one of tests."""
    return _TEST.search(path) is not None


@lru_cache(maxsize=_MAX_PATHS)
def is_vendored(path: str) -> bool:
    """Whether the path looks like somebody else's code, or a program's."""
    return _VENDORED.search(path) is not None


def distance(path: str, other: str) -> int:
    """Steps through folders from one file to another: 0 for the same one, 1 for one beside it.

    >>> distance("a/b.py", "a/b.py"), distance("a/b.py", "a/c.py"), distance("a/b.py", "c/d/e.py")
    (0, 1, 4)
    """
    if path == other:
        return 0
    here, there = path.split("/")[:-1], other.split("/")[:-1]
    n_shared = next(
        (n for n, (a, b) in enumerate(zip(here, there, strict=False)) if a != b),
        min(len(here), len(there)),
    )
    return 1 + len(here) + len(there) - 2 * n_shared


def _copies_last(ordered: list[Candidate]) -> list[Candidate]:
    """One of each text first, then the others."""
    seen: set[tuple[int, str]] = set()
    first: list[Candidate] = []
    copies: list[Candidate] = []
    for one in ordered:
        key = one.digest, one.symbol
        (copies if one.digest and key in seen else first).append(one)
        seen.add(key)
    return [*first, *copies]
