"""Cuts: ranges of a file's lines with the lines that come in their place."""

from itertools import pairwise
from typing import NamedTuple

from agentxd.workspace.editing.target import BLANK, Target, is_telling
from agentxd.workspace.editing.values import Level


class Cut(NamedTuple):
    """Lines start to end, 0-based, become `new`."""

    start: int
    end: int
    new: tuple[bytes, ...]
    """Bodies at first; whole lines with their endings once rendered."""


def rendered(target: Target, cut: Cut, level: Level, *, is_verbatim: bool = False) -> Cut:
    """The cut with line endings: the model's own where it wrote the file's, else the file's."""
    if is_verbatim or not target.lines:
        return cut._replace(new=tuple(body + b"\n" for body in cut.new))
    ending = target.ending(cut.start, cut.end)
    is_given = level is Level.EXACT and ending == b"\n"
    bodies = cut.new if is_given else (body.removesuffix(b"\r") for body in cut.new)
    return cut._replace(new=tuple(body + ending for body in bodies))


def is_there_already(target: Target, cut: Cut, start: int, end: int) -> bool:
    """Whether lines that are only added stand just outside the place start to end already."""
    new = [line.rstrip(BLANK + b"\n") for line in cut.new]
    if cut.start != cut.end or not any(is_telling(body) for body in new):
        return False
    n_lines = len(new)
    below = target.bodies[cut.start : cut.start + n_lines] if cut.start == end else []
    above = target.bodies[max(cut.start - n_lines, 0) : cut.start] if cut.start == start else []
    return new in ([body.rstrip(BLANK) for body in side] for side in (below, above))


def overlapping(cuts: list[Cut]) -> tuple[Cut, Cut] | None:
    """Two cuts that change the same lines, or add lines at one place, so that no order is right."""
    ordered = sorted(cuts, key=lambda cut: (cut.start, cut.end))
    for first, second in pairwise(ordered):
        if second.start < first.end or second.start == second.end == first.start == first.end:
            return first, second
    return None


def applied(target: Target, cuts: list[Cut], *, has_final_newline: bool | None) -> bytes:
    """The content with the cuts made; the end of the file keeps its kind unless told."""
    lines: list[bytes] = []
    at = 0
    is_last_new = False
    for cut in sorted(cuts, key=lambda cut: (cut.start, cut.end)):
        lines += target.lines[at : cut.start]
        lines += cut.new
        is_last_new = cut.end == len(target.lines) and bool(cut.new)
        at = cut.end
    lines += target.lines[at:]
    return target.mark + _with_end(
        target, lines, has_final_newline=has_final_newline, is_last_new=is_last_new
    )


def _with_end(
    target: Target, lines: list[bytes], *, has_final_newline: bool | None, is_last_new: bool
) -> bytes:
    ended = [
        line if line.endswith(b"\n") else line + target.ending(len(target.lines), len(target.lines))
        for line in lines[:-1]
    ]
    last = lines[-1] if lines else b""
    has_now = last.endswith(b"\n")
    has_before = target.text.endswith(b"\n") or not target.text
    wanted = has_final_newline
    if wanted is None:
        wanted = has_before if is_last_new else has_now
    if last and wanted and not has_now:
        last += target.ending(len(target.lines), len(target.lines))
    if has_now and not wanted:
        last = last.removesuffix(b"\n").removesuffix(b"\r")
    return b"".join(ended) + last
