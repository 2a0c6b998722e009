"""Captures of a tree become definitions that know what they stand in.

Captures that a data file's queries may use:

- `@definition`: the extent of a definition. One without a name of its own (a decorated
  definition, an export) widens the first definition inside it.
- a kind of symbol, `@function`, `@class` …: the name; it belongs to the innermost definition.
  Several names in one definition are several definitions of the same extent.
- `@scope`: a name that is no symbol but a container (`impl Widget`).
- `@container`: what qualifies the name from within the definition (a receiver).
- `@guard`: names after it count only if this is one of the data file's `guards`.
- `@body`: where the signature ends. `@doc`: documentation inside the definition.
- `@reference`: a name that is used. `@mention`: the same if the file imports or defines it.
- `@import`: the extent of an import; inside it `@from`, `@imported`, `@alias` (what an
  imported thing is called here) and `@importer` (a function that only the data file's
  `importers` make an import).

Predicates are not to be used: they read the text again, which is slow and not always safe.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol

from agentxd.kernel.index import SymbolKind

BODY, DOC, CONTAINER, SCOPE, GUARD = "body", "doc", "container", "scope", "guard"
_ROLES = [*(kind.value for kind in SymbolKind), SCOPE, CONTAINER, BODY, DOC, GUARD]
_RANK = {role: rank for rank, role in enumerate(_ROLES)}
"""Where two patterns name the same thing, the kind that comes first in SymbolKind wins."""


class Extent(Protocol):
    """What is looked at in a node."""

    @property
    def start_byte(self) -> int: ...  # noqa: D102
    @property
    def end_byte(self) -> int: ...  # noqa: D102


class Definition:
    """A definition while it is put together; offsets in bytes."""

    __slots__ = (
        "body", "claimed", "container", "declared", "doc", "end", "kind", "name", "parent",
        "refused", "start",
    )  # fmt: skip

    def __init__(self, start: int, end: int, parent: "Definition | None") -> None:
        self.start = self.declared = start
        """`declared` is where the declaration itself begins, after its decorators."""
        self.end = end
        self.parent = parent
        self.kind = ""
        self.name = (-1, -1)
        self.body = -1
        self.doc: tuple[int, int] | None = None
        self.container: tuple[int, int] | None = None
        self.claimed = False
        """Whether a definition inside was widened to this extent, or must not be."""
        self.refused = False
        """Whether names count for nothing until the next guard."""

    def guard(self, *, is_open: bool) -> None:
        """Names after it count, or they do not."""
        self.refused = not is_open
        self.claimed = True

    def put(self, role: str, start: int, end: int) -> "Definition | None":
        """Take a capture; a second name comes back as another definition."""
        if role == BODY:
            self.body = self.body if self.body >= 0 else start
        elif role == DOC:
            self.doc = self.doc or (start, end)
        elif role == CONTAINER:
            self.container = self.container or (start, end)
        elif self.refused:
            return None
        elif not self.kind:
            self.kind, self.name = role, (start, end)
        elif self.name[0] != start:
            return self._sibling(role, start, end)
        return None

    def _sibling(self, role: str, start: int, end: int) -> "Definition":
        other = Definition(self.start, self.end, self.parent)
        other.kind, other.name, other.container = role, (start, end), self.container
        return other


def nest(
    captures: Mapping[str, Sequence[Extent]], content: bytes, guards: AbstractSet[bytes]
) -> list[Definition]:
    """Named definitions and scopes, outer ones before those in them."""
    found: list[Definition] = []
    stack: list[Definition] = []
    extents = _extents(captures)
    following = next(extents, None)
    for start, rank, end in _points(captures):
        while following is not None and following[0] <= start:
            _leave(stack, following[0])
            parent = stack[-1] if stack else None
            stack.append(Definition(following[0], -following[1], parent))
            found.append(stack[-1])
            following = next(extents, None)
        _leave(stack, start)
        role = _ROLES[rank]
        holder = _holder(stack, role, start, end)
        if holder is None:
            continue
        if role == GUARD:
            holder.guard(is_open=content[start:end] in guards)
            continue
        sibling = holder.put(role, start, end)
        if sibling is not None:
            found.append(sibling)
    return _widened(found)


def _extents(captures: Mapping[str, Sequence[Extent]]) -> Iterator[tuple[int, int]]:
    nodes = captures.get("definition", ())
    return iter(sorted({(node.start_byte, -node.end_byte) for node in nodes}))


def _points(captures: Mapping[str, Sequence[Extent]]) -> list[tuple[int, int, int]]:
    points: list[tuple[int, int, int]] = []
    for role, nodes in captures.items():
        rank = _RANK.get(role)
        if rank is not None:
            points += [(node.start_byte, rank, node.end_byte) for node in nodes]
    points.sort()
    return points


def _leave(stack: list[Definition], position: int) -> None:
    while stack and stack[-1].end <= position:
        stack.pop()


def _holder(stack: list[Definition], role: str, start: int, end: int) -> Definition | None:
    """A body may begin where the first definition inside it begins: that one is not its holder."""
    holder = stack[-1] if stack else None
    while holder and (holder.end < end or (role == BODY and holder.start >= start)):
        holder = holder.parent
    return holder


def _widened(found: list[Definition]) -> list[Definition]:
    named = [definition for definition in found if definition.kind]
    for definition in named:
        parent = definition.parent
        while parent is not None and not parent.kind and not parent.claimed:
            parent.claimed = True
            definition.start = parent.start
            parent = parent.parent
    return named
