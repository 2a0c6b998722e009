"""Definitions and uses of a name in the order in which somebody at a place wants them."""

from itertools import islice

import apsw

from agentxd.index.filters import has_kind, has_language, has_path
from agentxd.index.matching import quality
from agentxd.index.querying import joined_names
from agentxd.index.reranking import distance, is_test, is_vendored
from agentxd.kernel.index import Filters, SymbolQuery
from agentxd.plugins.stores.code_index.places import (
    Found,
    definitions,
    name_ids,
    names_like,
)

_MAX_LOOKED_AT = 20_000
_SMALL = frozenset({"variable", "field", "key", "selector", "element", "heading", "member"})


def symbols(run: apsw.Connection, query: SymbolQuery, limit: int) -> list[Found]:
    """Definitions, best first; `a.b` and `a::b` ask for b inside a. Raises apsw.Error."""
    *containers, name = joined_names(query.name) or [""]
    if query.is_exact:
        names = name_ids(run, name)
    else:
        names = [number for number, _ in names_like(run, name, limit)]
    passing = (one for one in definitions(run, names) if _passes(one, query.filters, containers))
    found = list(islice(passing, max(limit * 4, 400) if not query.near else _MAX_LOOKED_AT))
    found.sort(key=lambda one: _order(one, name, query.near))
    return found[:limit]


def _passes(found: Found, filters: Filters, containers: list[str]) -> bool:
    around_it = found.symbol.container.split(".")
    return (
        has_language(found.language, filters)
        and has_kind(found.symbol.kind.value, filters)
        and has_path(found.path, filters.paths)
        and all(name in around_it for name in containers)
    )


def _order(found: Found, asked: str, near: str) -> tuple[object, ...]:
    return (
        *quality(asked, found.symbol.name)[:2],
        *_place_order(found.path, near),
        found.symbol.kind.value in _SMALL,
        len(found.symbol.name),
        len(found.path),
        found.path,
        found.symbol.line,
    )


def _place_order(path: str, near: str) -> tuple[int, ...]:
    """Nearest first where somebody asks from a file, else the code of the project itself."""
    if near:
        return is_vendored(path) and not is_vendored(near), distance(path, near)
    return is_vendored(path) * 2 + is_test(path), 0
