"""A file with exactly some of its hunks."""

from collections.abc import Collection, Mapping, Sequence

from agentxd.kernel.hunks import Hunk, HunkKind
from agentxd.workspace.lines import split_lines


def with_hunks(
    base: bytes | None,
    new: bytes | None,
    hunks: Sequence[Hunk],
    chosen: Collection[str],
    edits: Mapping[str, bytes],
) -> bytes | None:
    """The base with exactly the chosen hunks of this file; None where there is no file then.

    An edit takes the place of the lines (or the whole content) that its hunk proposes.
    """
    for hunk in hunks:
        if hunk.kind in (HunkKind.WHOLE, HunkKind.RENAME):
            if hunk.id not in chosen:
                return base
            return edits.get(hunk.id, new)
    if base is None:
        return None
    return b"".join(_spliced(split_lines(base), split_lines(new or b""), hunks, chosen, edits))


def _spliced(
    base: list[bytes],
    new: list[bytes],
    hunks: Sequence[Hunk],
    chosen: Collection[str],
    edits: Mapping[str, bytes],
) -> list[bytes]:
    pieces: list[bytes] = []
    at = 0
    for hunk in sorted(hunks, key=lambda hunk: hunk.base_start):
        if hunk.kind is not HunkKind.TEXT or hunk.id not in chosen:
            continue
        pieces += base[at : hunk.base_start]
        at = hunk.base_start + hunk.base_count
        pieces.append(_ended(new_lines(hunk, new, edits), base[at : at + 1]))
    return pieces + base[at:]


def _ended(lines: bytes, following: list[bytes]) -> bytes:
    """With a line ending where a line follows: an edit may have been typed without its last."""
    if not lines or not following or lines.endswith(b"\n"):
        return lines
    return lines + (b"\r\n" if following[0].endswith(b"\r\n") else b"\n")


def new_lines(hunk: Hunk, new: Sequence[bytes], edits: Mapping[str, bytes]) -> bytes:
    """What a text hunk puts in the place of its base lines."""
    proposed = b"".join(new[hunk.new_start : hunk.new_start + hunk.new_count])
    return edits.get(hunk.id, proposed)
