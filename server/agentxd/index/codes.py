"""Codes: the signs of a vector as bits, so that a coarse pass over very many is quick."""

import numpy as np


def codes_of(vectors: bytes, dimensions: int) -> bytes:
    """For each int8 row its signs, 1 for positive, in whole 8-byte words."""
    rows = np.frombuffer(vectors, np.int8).reshape(-1, dimensions)
    bits = np.packbits(rows > 0, axis=1, bitorder="little")
    room = np.zeros((len(rows), code_bytes(dimensions)), np.uint8)
    room[:, : bits.shape[1]] = bits
    return room.tobytes()


def code_bytes(dimensions: int) -> int:
    """Bytes of one code."""
    return (dimensions + 63) // 64 * 8


def nearest(codes: np.ndarray, code: bytes, n: int) -> np.ndarray:
    """Row numbers of the n codes with the fewest different bits, in no order.

    `codes` holds one uint64 row for each; `code` is the asked one as `codes_of` gives it.
    """
    different = np.bitwise_count(codes ^ np.frombuffer(code, np.uint64)).sum(1, dtype=np.uint16)
    if len(different) <= n:
        return np.arange(len(different))
    return np.argpartition(different, n)[:n]
