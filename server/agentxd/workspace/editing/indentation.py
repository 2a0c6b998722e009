"""Indentation that differs in one consistent way, and new lines brought into the file's way."""

from collections.abc import Callable, Iterable, Sequence

from agentxd.workspace.editing.target import BLANK

_Move = Callable[[bytes], bytes | None]
"""From the model's indentation to the file's; None where it has no answer."""


def indent(body: bytes) -> bytes:
    """The space that a line begins with."""
    return body[: len(body) - len(body.lstrip(b" \t"))]


def reindented(
    old: Sequence[bytes], found: Sequence[bytes], new: Sequence[bytes]
) -> list[bytes] | None:
    """The new lines as the file would indent them, None where that cannot be known.

    `found` are the file's lines in place of `old`. Every way to explain how the indentations
    differ must give the same result: a guess about indentation changes what a program means.
    """
    both = zip(old, found, strict=True)
    pairs = sorted({(indent(a), indent(b)) for a, b in both if a.strip(BLANK)})
    known = dict(pairs)
    if len(known) != len(pairs):
        return None
    moves: list[_Move] = [known.get, *_moves(pairs)]
    results = [moved for move in moves if (moved := _moved(new, move)) is not None]
    return results[0] if results and all(each == results[0] for each in results) else None


def _moves(pairs: Iterable[tuple[bytes, bytes]]) -> list[_Move]:
    """The ways that explain all pairs: more in front, less in front, or another unit."""
    found = [*_shifts(pairs), *_scales(pairs)]
    return [move for move in found if all(move(a) == b for a, b in pairs)]


def _shifts(pairs: Iterable[tuple[bytes, bytes]]) -> Iterable[_Move]:
    for a, b in pairs:
        if b.endswith(a):
            more = b[: len(b) - len(a)]
            yield lambda each, more=more: more + each  # type: ignore[misc]
        if a.endswith(b):
            less = a[: len(a) - len(b)]
            yield (
                lambda each, less=less: (  # type: ignore[misc]
                    each[len(less) :] if each.startswith(less) else None
                )
            )
        return


def _scales(pairs: Iterable[tuple[bytes, bytes]]) -> Iterable[_Move]:
    """As many steps, of another width or of tabs."""
    for a, b in pairs:
        if a and b and len(set(a)) == len(set(b)) == 1:
            yield lambda each, a=a, b=b: _scaled(each, a, b)  # type: ignore[misc]
            return


def _scaled(each: bytes, a: bytes, b: bytes) -> bytes | None:
    if each.strip(a[:1]) or len(each) * len(b) % len(a):
        return None
    return b[:1] * (len(each) * len(b) // len(a))


def _moved(new: Sequence[bytes], move: _Move) -> list[bytes] | None:
    moved: list[bytes] = []
    for body in new:
        if not body.strip(BLANK):
            moved.append(body)
            continue
        own = indent(body)
        there = move(own)
        if there is None:
            return None
        moved.append(there + body[len(own) :])
    return moved
