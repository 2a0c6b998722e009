"""Scopes: lines that name the class or function in which an edit is meant."""

from collections.abc import Sequence

from agentxd.workspace.editing.indentation import indent
from agentxd.workspace.editing.target import BLANK, Target, is_telling

_MAX_HEADS = 200
"""A line that stands more often names no scope."""


def in_scope(
    target: Target, scopes: Sequence[str], starts: Sequence[int], *, is_exact: bool
) -> list[int]:
    """Those of the places that lie in the named scope.

    A place that is the only exact one and stands below the naming line will do as well: models
    name the nearest heading that they saw, not always one that encloses.
    """
    if not scopes:
        return list(starts)
    spans = scope_spans(target, scopes)
    inside = [at for at in starts if any(start <= at < end for start, end in spans)]
    if inside or not is_exact or len(starts) != 1:
        return inside
    return [at for at in starts if any(start <= at for start, _ in spans)]


def scope_spans(target: Target, scopes: Sequence[str]) -> list[tuple[int, int]]:
    """First line and line behind the last one of each part of the file that is named so."""
    spans = [(0, len(target.lines))]
    for scope in scopes:
        wanted = scope.strip().encode(target.encoding, "replace")
        spans = [
            (head, _end_of(target, head, end))
            for start, end in spans
            for head in _heads(target, wanted, start, end)[:_MAX_HEADS]
        ][:_MAX_HEADS]
    return spans


def _heads(target: Target, wanted: bytes, start: int, end: int) -> list[int]:
    """Lines that read so; failing those, lines that begin so."""
    exact = [line for line in target.stripped.get(wanted, []) if start <= line < end]
    if exact or not wanted:
        return exact
    return [
        line for line in range(start, end) if target.bodies[line].strip(BLANK).startswith(wanted)
    ]


def _end_of(target: Target, head: int, limit: int) -> int:
    """A scope ends before the next line that is indented no deeper and says something."""
    depth = len(indent(target.bodies[head]))
    for line in range(head + 1, limit):
        body = target.bodies[line]
        if is_telling(body) and len(indent(body)) <= depth and body.strip(BLANK) != b"end":
            return line
    return limit
