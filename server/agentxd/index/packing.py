"""Takes a content's uses and words together into the few values that a store keeps of them."""

import sys
from array import array
from collections.abc import Iterable, Iterator
from zlib import crc32

from agentxd.kernel.index import ChunkText, Reference

COLUMN_BITS = 12
_LAST_COLUMN = (1 << COLUMN_BITS) - 1
_LAST_LINE = (1 << 32 - COLUMN_BITS) - 1
_LONGEST_NAME = 200
"""Characters; what is longer is data, not a name."""


def grouped(references: Iterable[Reference]) -> dict[str, bytes]:
    """Each name that is used and its places in their order.

    A place is a little-endian uint32, `line << 12 | column`; columns behind 4,095 and lines behind
    1,048,575 are told as these.
    """
    found: dict[str, list[int]] = {}
    for use in references:
        line, column = use.line, use.column
        if line > _LAST_LINE or column > _LAST_COLUMN:
            line, column = min(line, _LAST_LINE), min(column, _LAST_COLUMN)
        places = found.get(use.name)
        if places is None:
            found[use.name] = [line << COLUMN_BITS | column]
        else:
            places.append(line << COLUMN_BITS | column)
    return {
        name: packed(places) for name, places in found.items() if 0 < len(name) <= _LONGEST_NAME
    }


def packed(numbers: Iterable[int]) -> bytes:
    """Little-endian uint32, end to end."""
    values = array("I", numbers)
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def unpacked(numbers: bytes) -> list[int]:
    """The reverse of `packed`; bytes at the end that are no whole number are left out."""
    values = array("I")
    values.frombytes(numbers[: len(numbers) & ~3])
    if sys.byteorder == "big":
        values.byteswap()
    return values.tolist()


def places(numbers: bytes) -> Iterator[tuple[int, int]]:
    """Line and column of each place."""
    for place in unpacked(numbers):
        yield place >> COLUMN_BITS, place & _LAST_COLUMN


def digest(text: ChunkText) -> int:
    """The same for chunks that hold the same words in the same order, 32 bits."""
    return crc32(text.body.encode("utf-8", "replace"))
