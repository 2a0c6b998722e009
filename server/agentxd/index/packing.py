"""Takes a content's uses and words together into the few values that a store keeps of them."""

import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping
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
    for name, line, column in _fields(references):
        place = min(line, _LAST_LINE) << COLUMN_BITS | min(column, _LAST_COLUMN)
        places = found.get(name)
        if places is None:
            if 0 < len(name) <= _LONGEST_NAME:
                found[name] = [place]
        else:
            places.append(place)
    return {name: packed(places) for name, places in found.items()}


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


def counts(uses: Mapping[str, bytes]) -> dict[str, int]:
    """How often each name of a `grouped` is used."""
    return {name: len(numbers) >> 2 for name, numbers in uses.items()}


def _fields(references: Iterable[Reference]) -> Iterator[tuple[str, int, int]]:
    return ((use.name, use.line, use.column) for use in references)
