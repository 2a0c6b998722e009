"""Where old lines stand in a file: level by level, and one place or none."""

from collections.abc import Sequence

from msgspec import Struct

from agentxd.workspace.diff import changes
from agentxd.workspace.editing.anchoring import by_anchor
from agentxd.workspace.editing.cuts import Cut, is_there_already, rendered
from agentxd.workspace.editing.indentation import reindented
from agentxd.workspace.editing.scopes import in_scope
from agentxd.workspace.editing.target import BLANK, Target, is_telling
from agentxd.workspace.editing.values import Level, Replacement

_ENOUGH_CHARS = 10
"""Of new text that is taken for an earlier run of the same edit."""


class Found(Struct, frozen=True):
    """The one place; no cuts where the new lines were there already."""

    start: int
    """0-based."""
    level: Level
    cuts: tuple[Cut, ...] = ()
    is_already: bool = False


class Several(Struct, frozen=True):
    """More than one place would do."""

    starts: tuple[int, ...]
    """0-based."""
    level: Level


class Lines(Struct, frozen=True):
    """Both sides of a replacement in the file's encoding."""

    old: list[bytes]
    new: list[bytes]


def encoded(piece: Replacement, target: Target) -> Lines:
    """Raises UnicodeEncodeError where the file's encoding cannot say it."""
    old = [line.encode(target.encoding) for line in _unmarked(piece.old)]
    new = [line.encode(target.encoding) for line in _unmarked(piece.new)]
    return Lines(old, new)


def place(target: Target, piece: Replacement, lines: Lines) -> Found | Several | None:
    """The place of a piece, the places where it is ambiguous, None where there is none."""
    if not lines.old:
        return _place_of_nothing(target, piece, lines)
    for level in (Level.EXACT, Level.LINE_ENDS, Level.INDENTATION):
        if level is Level.INDENTATION and not any(is_telling(body) for body in lines.old):
            break
        starts = _meant(target, piece, target.places(lines.old, level), level)
        if len(starts) > 1:
            return Several(tuple(starts), level)
        if starts:
            return _found(target, lines, starts[0], level)
    return _earlier_run(target, lines) or _anchored(target, piece, lines)


def _unmarked(lines: Sequence[str]) -> list[str]:
    """Without a byte-order mark, which belongs to the file and stays with it."""
    return [line.removeprefix("\ufeff") if not index else line for index, line in enumerate(lines)]


def _place_of_nothing(target: Target, piece: Replacement, lines: Lines) -> Found | None:
    """Only new lines: they go into an empty file, to the end, or after a line that is vouched for.

    A unified diff counts `-3,0` as behind line 3.
    """
    n_lines = len(target.lines)
    if not n_lines or piece.is_at_end:
        at = n_lines
    elif piece.line and piece.line <= n_lines:
        at = piece.line
    else:
        return None
    cut = rendered(target, Cut(at, at, tuple(lines.new)), Level.EXACT)
    found = Found(at, Level.EXACT, (cut,))
    return _or_already(target, found, at, at)


def _meant(target: Target, piece: Replacement, starts: list[int], level: Level) -> list[int]:
    """Those of the places that the piece speaks of."""
    if piece.is_at_end:
        at_end = [start for start in starts if start + len(piece.old) == len(target.lines)]
        starts = at_end or starts
    if len(starts) > 1 and piece.line and piece.line - 1 in starts:
        return [piece.line - 1]
    return in_scope(target, piece.scopes, starts, is_exact=level <= Level.LINE_ENDS)


def _found(target: Target, lines: Lines, start: int, level: Level) -> Found | None:
    """What there is to change at this place; None where the new indentation cannot be known."""
    end = start + len(lines.old)
    new: Sequence[bytes] | None = lines.new
    if level is Level.INDENTATION:
        new = reindented(lines.old, target.bodies[start:end], lines.new)
    if new is None:
        return None
    if _stands_around(target, lines, start, end):
        return Found(start, level, is_already=True)
    cuts = tuple(
        rendered(
            target,
            Cut(
                start + change.a_start,
                start + change.a_end,
                tuple(new[change.b_start : change.b_end]),
            ),
            level,
            is_verbatim=level is Level.EXACT and any(body.endswith(b"\r") for body in lines.old),
        )
        for change in changes(lines.old, lines.new)
    )
    return _or_already(target, Found(start, level, cuts), start, end)


def _stands_around(target: Target, lines: Lines, start: int, end: int) -> bool:
    """Whether all new lines stand there, the old ones being the first or the last of them.

    That is so where what was added ends as the lines above it do.
    """
    n_more = len(lines.new) - len(lines.old)
    new = [body.rstrip(BLANK) for body in lines.new]
    if n_more <= 0 or not any(is_telling(body) for body in new):
        return False
    spans = [target.bodies[start : end + n_more]] if new[:-n_more] == _ends_free(lines.old) else []
    if start >= n_more and new[n_more:] == _ends_free(lines.old):
        spans.append(target.bodies[start - n_more : end])
    return any(_ends_free(span) == new for span in spans)


def _ends_free(bodies: Sequence[bytes]) -> list[bytes]:
    return [body.rstrip(BLANK) for body in bodies]


def _or_already(target: Target, found: Found, start: int, end: int) -> Found:
    """Lines that were only to be added and stand just there: an earlier run added them."""
    if found.cuts and all(is_there_already(target, cut, start, end) for cut in found.cuts):
        return Found(found.start, found.level, is_already=True)
    return found


def _earlier_run(target: Target, lines: Lines) -> Found | None:
    """The new lines stand once in the file and the old ones nowhere: it was done before."""
    old = {body.strip() for body in lines.old}
    told = [body.strip() for body in lines.new if body.strip()]
    added = b"".join(body for body in told if body not in old)
    is_enough = len(added) >= _ENOUGH_CHARS or (len(told) > 1 and any(map(is_telling, told)))
    if not is_enough:
        return None
    for level in (Level.EXACT, Level.LINE_ENDS):
        starts = target.places(lines.new, level)
        if len(starts) == 1:
            return Found(starts[0], level, is_already=True)
    return None


def _anchored(target: Target, piece: Replacement, lines: Lines) -> Found | None:
    anchored = by_anchor(target, lines.old, lines.new)
    if anchored is None or not in_scope(target, piece.scopes, [anchored.start], is_exact=False):
        return None
    cuts = tuple(rendered(target, cut, Level.ANCHOR) for cut in anchored.cuts)
    return _or_already(
        target, Found(anchored.start, Level.ANCHOR, cuts), anchored.start, anchored.end
    )
