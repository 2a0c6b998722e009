"""Limits an answer to paths, languages and kinds."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from agentxd.kernel.index import Filters

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

MAX_GLOBS = 100
MAX_GLOB = 1_000
"""Characters of one; what is longer or more is left out."""
_MAX_STARS = 12
"""Stars of one: more of them could keep a machine busy."""


def has_path(path: str, globs: Sequence[str]) -> bool:
    """Whether the globs let the path through; no globs let everything through.

    Globs are those of git: `src/` and all below, `*.py` at any depth, `/top.md` at the top alone.
    One with `!` in front excludes, wherever it stands.
    """
    if not globs:
        return True
    included, excluded = _specs(tuple(globs))
    if excluded is not None and excluded.match_file(path):
        return False
    return included is None or bool(included.match_file(path))


def has_language(language: str, filters: Filters) -> bool:
    """Whether the language is wanted, in any case of letters."""
    return not filters.languages or language in {name.lower() for name in filters.languages}


def has_kind(kind: str, filters: Filters) -> bool:
    """Whether definitions of this kind are wanted; "" is the kind of what defines nothing."""
    return not filters.kinds or kind in filters.kinds


def is_limited(filters: Filters) -> bool:
    """Whether it leaves anything out at all."""
    return bool(filters.paths or filters.languages or filters.kinds)


@lru_cache(maxsize=64)
def _specs(globs: tuple[str, ...]) -> "tuple[GitIgnoreSpec | None, GitIgnoreSpec | None]":
    """What is let in and what is kept out; None for no glob of the sort."""
    known = [glob for glob in globs[:MAX_GLOBS] if _is_sound(glob)]
    inner = [glob for glob in known if not glob.startswith("!")]
    outer = [glob[1:] for glob in known if glob.startswith("!") and len(glob) > 1]
    return _spec(inner) if inner else None, _spec(outer) if outer else None


def _is_sound(glob: str) -> bool:
    """Whether it says something, in few words; what git does not understand says nothing."""
    if not 0 < len(glob) <= MAX_GLOB or glob.count("*") > _MAX_STARS:
        return False
    try:
        _spec([glob.removeprefix("!")])
    except ValueError:
        return False
    return True


def _spec(globs: list[str]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec  # noqa: PLC0415  # slow, and few questions have a glob

    return GitIgnoreSpec.from_lines(globs)
