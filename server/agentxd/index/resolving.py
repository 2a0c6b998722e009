"""Which of several definitions a place means, and which of many uses belong to it."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from msgspec import Struct

from agentxd.index.families import family_of
from agentxd.index.imports import n_shared
from agentxd.index.weighing import is_beside
from agentxd.kernel.index import Symbol, SymbolKind

SCOPES = frozenset(
    {
        SymbolKind.CLASS,
        SymbolKind.STRUCT,
        SymbolKind.INTERFACE,
        SymbolKind.TRAIT,
        SymbolKind.ENUM,
        SymbolKind.NAMESPACE,
        SymbolKind.MODULE,
        SymbolKind.FUNCTION,
        SymbolKind.METHOD,
        SymbolKind.CONSTRUCTOR,
    }
)
"""Kinds with names inside."""
_MINOR = frozenset(
    {
        SymbolKind.VARIABLE,
        SymbolKind.FIELD,
        SymbolKind.KEY,
        SymbolKind.HEADING,
        SymbolKind.SELECTOR,
        SymbolKind.ELEMENT,
        SymbolKind.CONSTRUCTOR,
    }
)
IN_SCOPE, TAKEN, SAME_FILE, IMPORTED, SAME_FOLDER, ELSEWHERE, OTHER_LANGUAGE = range(7)
"""How near a definition is, nearest first; TAKEN: imported by this very name."""


class Place(Struct, frozen=True):
    """Where somebody asks from."""

    path: str
    language: str = ""
    scopes: tuple[str, ...] = ()
    """Names of the definitions around the line, outermost first."""
    taken: frozenset[str] = frozenset()
    """Files that the name is imported from."""
    imported: frozenset[str] = frozenset()
    """All files that the asking one imports."""


class Defined(Protocol):
    """A definition in a file: a SymbolPlace, or a row of a store."""

    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def language(self) -> str: ...  # noqa: D102
    @property
    def symbol(self) -> Symbol: ...  # noqa: D102


class Using(Protocol):
    """A file that uses a name."""

    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def language(self) -> str: ...  # noqa: D102


D = TypeVar("D", bound=Defined)
U = TypeVar("U", bound=Using)


def place_of(path: str, language: str, outline: Iterable[Symbol], line: int) -> Place:
    """The place on a line of a file that defines all this; -1 for no certain line."""
    around = [
        one for one in outline if one.kind in SCOPES and one.start_line <= line < one.end_line
    ]
    if not around:
        return Place(path, language)
    inmost = max(around, key=lambda one: (one.start_line, -one.end_line))
    container = inmost.container.split(".") if inmost.container else []
    return Place(path, language, (*container, inmost.name))


def ordered_definitions(
    candidates: Sequence[D], place: Place, ranks: Mapping[str, float] | None = None
) -> list[D]:
    """Those that the place means first; `ranks` of files in the graph, where they are known."""
    order = {id(one): _definition_key(one, place, ranks or {}) for one in candidates}
    return sorted(candidates, key=lambda one: order[id(one)])


def nearness(candidate: Defined, place: Place) -> int:
    """One of IN_SCOPE … OTHER_LANGUAGE."""
    if place.language and family_of(candidate.language) != family_of(place.language):
        return OTHER_LANGUAGE
    if candidate.path == place.path:
        return IN_SCOPE if _is_in_scope(candidate.symbol, place) else SAME_FILE
    if candidate.path in place.taken:
        return TAKEN
    if candidate.path in place.imported:
        return IMPORTED
    is_near = _folder(candidate.path) == _folder(place.path)
    return SAME_FOLDER if is_near else ELSEWHERE


def ordered_uses(
    files: Sequence[U],
    place: Place,
    homes: frozenset[str],
    importers: frozenset[str] = frozenset(),
) -> list[U]:
    """Files whose uses most likely belong to the definitions in `homes` first.

    `importers`: files that import one of these.
    """
    folders = {_folder(home) for home in homes}

    def key(file: U) -> tuple[object, ...]:
        is_foreign = bool(place.language) and family_of(file.language) != family_of(place.language)
        belongs = file.path in homes or file.path in importers
        return (
            is_foreign,
            file.path != place.path,
            not belongs,
            _folder(file.path) not in folders,
            is_beside(file.path) and not is_beside(place.path),
            -n_shared(file.path, place.path),
            file.path,
        )

    return sorted(files, key=key)


def _definition_key(
    one: Defined, place: Place, ranks: Mapping[str, float]
) -> tuple[int | float | str, ...]:
    tier = nearness(one, place)
    symbol = one.symbol
    depth = _shared_scopes(symbol, place) if tier in (IN_SCOPE, SAME_FILE) else 0
    return (
        tier,
        -depth,
        is_beside(one.path) and not is_beside(place.path),
        symbol.kind in _MINOR,
        -_magnitude(ranks.get(one.path, 0.0)),
        -n_shared(one.path, place.path),
        len(one.path),
        one.path,
        symbol.line,
    )


def _is_in_scope(symbol: Symbol, place: Place) -> bool:
    """Whether the place is inside of everything that the definition is inside of."""
    around = tuple(symbol.container.split(".")) if symbol.container else ()
    return place.scopes[: len(around)] == around


def _shared_scopes(symbol: Symbol, place: Place) -> int:
    around = symbol.container.split(".") if symbol.container else []
    return next(
        (n for n, name in enumerate(around) if place.scopes[n : n + 1] != (name,)), len(around)
    )


def _magnitude(rank: float) -> int:
    """Ranks of the same order are the same."""
    return 0 if rank <= 0 else max(0, 20 + math.ceil(math.log2(rank)))


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
