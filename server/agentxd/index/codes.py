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


def in_words(codes: bytes, dimensions: int) -> np.ndarray:
    """Codes end to end as uint64, one row for each word of a code: quicker to compare so."""
    return np.frombuffer(codes, np.uint64).reshape(-1, code_bytes(dimensions) // 8).T


def nearest(codes: np.ndarray, code: bytes, n: int) -> np.ndarray:
    """Numbers of the n codes with the fewest different bits, in no order.

    `codes` is as `in_words` gives it; `code` is the asked one as `codes_of` gives it.
    """
    different = np.zeros(codes.shape[1], np.uint16)
    for row, word in zip(codes, np.frombuffer(code, np.uint64), strict=True):
        different += np.bitwise_count(row ^ word)
    if len(different) <= n:
        return np.arange(len(different))
    enough = int(np.searchsorted(np.cumsum(np.bincount(different)), n))
    nearer, equal = np.flatnonzero(different < enough), np.flatnonzero(different == enough)
    return np.concatenate([nearer, equal[: n - len(nearer)]])
