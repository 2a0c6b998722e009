"""From floats to the int8 rows that the index keeps."""

import numpy as np
from numpy.typing import ArrayLike

_STEPS = 24.0
"""Of int8 for one standard deviation of a component: what is beyond 5.3 of them is cut off."""


def quantised(rows: ArrayLike) -> bytes:
    """One int8 row for each row of floats, all of (nearly) the same length; nothing for nothing.

    So dot product, cosine and distance rank alike. Raises ValueError for rows of different lengths
    and for what is no finite number.
    """
    found = np.asarray(rows, np.float32)
    if found.size == 0:
        return b""
    if found.ndim != 2:  # noqa: PLR2004  # rows and columns
        raise ValueError("these are no rows of numbers")
    if not np.isfinite(found).all():
        raise ValueError("some of the numbers are not finite")
    largest = np.abs(found).max(axis=1, keepdims=True)
    even = found / np.where(largest > 0, largest, 1.0)  # or squares of huge ones overflow
    lengths = np.linalg.norm(even, axis=1, keepdims=True)
    scale = _STEPS * np.sqrt(found.shape[1]) / np.where(lengths > 0, lengths, 1.0)
    return bytes(np.clip(np.rint(even * scale), -127, 127).astype(np.int8).tobytes())
