"""What the mechanic understands of a goal: kinds of work, and the paths to do it in."""

import re
import shlex
from enum import Enum

from msgspec import Struct

from agentxd.kernel.errors import GoalNotUnderstoodError


class Kind(Enum):
    """A kind of work, with the words by which a person asks for it."""

    LINT = "fix lint"
    FORMAT = "format"
    MODERNISE = "modernise syntax"
    IMPORTS = "sort imports"
    UNUSED = "remove unused code"


class Goal(Struct, frozen=True):
    """One goal, understood."""

    kinds: tuple[Kind, ...]
    """In the order in which they are best done."""
    scopes: tuple[str, ...] = ()
    """Files and folders to stay in; empty for the whole workspace."""


_MARKS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.UNUSED, re.compile(r"\b(unused|dead)\b")),
    (
        Kind.IMPORTS,
        re.compile(r"\b(sort|order|organi[sz]e|tidy|arrange)\b.*\bimports?\b|\bisort\b"),
    ),
    (
        Kind.MODERNISE,
        re.compile(r"\bmoderni[sz](e|ing|ation)\b|\bupgrade\b|\bpyupgrade\b|\bmodern\b"),
    ),
    (Kind.LINT, re.compile(r"\b(lint\w*|eslint|flake8|vet|style)\b|\bruff$|\bruff check\b")),
    (Kind.FORMAT, re.compile(r"\b(re)?format\w*\b|\b(prettier|black|gofmt|prettify)\b")),
)
_VOCABULARY = (
    "a all and any apply arrange auto automatically black check clean cleanup code dead "
    "delete drop eliminate error errors eslint everything file files findings fix fixes "
    "flake8 for format formatter formatting get go gofmt golang import imports isort "
    "issue issues it javascript js lint linter linters linting lints make modern "
    "modernise modernising modernize modernizing my of order organise organize our please "
    "prettier prettify problem problems project python pyupgrade reformat reformatting "
    "remove repo repository rid ruff run running some sort source statements style "
    "syntax the them these this tidy to ts typescript unused up upgrade use using "
    "variable variables vet violations warning warnings with"
)
_WORDS = frozenset(_VOCABULARY.split())
_WHOLE = frozenset({"this", "the", "my", "our", "whole", "entire", "project", "repository", "repo"})
_WHOLE_ENDS = frozenset({"project", "repository", "repo", "code", "codebase", "workspace", "files"})
_END = re.compile(r"(?<=[\w'\"/])[.!]+$")
_PLACE = re.compile(r"(?<!\brid)\s(?:in|under|inside|within|below|of)\s+(.+)$", re.IGNORECASE)
_CUT = re.compile(r"\s*(?:,|;|&|\+|\band\b|\bthen\b)\s*", re.IGNORECASE)


def understand(text: str) -> Goal:
    """Read a goal. Raises GoalNotUnderstoodError that says what can be asked for."""
    words, place = _split_place(_END.sub("", " ".join(text.split())))
    kinds = [_kind_of(part) for part in _CUT.split(words.lower()) if part]
    paths: list[str] = []
    for part in _CUT.split(place) if place else ():
        kind = _kind_of(part.lower())
        kinds += [kind] if kind else []
        paths += [] if kind else _paths(part)
    if not kinds or None in kinds:
        raise _not_understood(text)
    return Goal(tuple(kind for kind, _ in _MARKS if kind in kinds), tuple(paths))


def _kind_of(part: str) -> Kind | None:
    """The kind of work that these words ask for, None where any word is strange."""
    words = re.findall(r"[\w'/.-]+", part)
    if all(word in _WORDS for word in words):
        for kind, mark in _MARKS:
            if mark.search(part):
                return kind
    return None


def _split_place(text: str) -> tuple[str, str]:
    """The goal without its place, and the place; the whole workspace is no place."""
    found = _PLACE.search(" " + text)
    if found is None:
        return text, ""
    before = (" " + text)[: found.start()].strip()
    words = found[1].lower().split()
    if words[-1] in _WHOLE_ENDS and all(word in _WHOLE | _WHOLE_ENDS | _WORDS for word in words):
        return before, ""
    return before, found[1]


def _paths(place: str) -> list[str]:
    try:
        words = shlex.split(place)
    except ValueError:
        words = place.split()
    words = [word for word in words if word.lower() not in ("the", "folder", "file")]
    return [(word.removeprefix("./").rstrip("/") or word[:1]) for word in words if word]


def _not_understood(text: str) -> GoalNotUnderstoodError:
    known = ", ".join(f'"{kind.value}"' for kind in Kind)
    return GoalNotUnderstoodError(
        f"The mechanic works by rules, without a model, and has no rule for {text.strip()!r}. "
        f'It can do: {known}; several joined by "and", and in one place: "fix lint in src".',
        "use one of these goals. For others get a model: agentxd key set anthropic (or openai); "
        "or start Ollama, then: agentxd config set provider.ollama.url http://127.0.0.1:11434 and "
        "agentxd config set model NAME. A key in the environment counts after agentxd stop. A "
        "provider that is there is chosen with --provider, or for good with: agentxd config set "
        "provider NAME (agentxd models lists them)",
    )
