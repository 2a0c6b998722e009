"""Floats become int8 rows that keep who is near whom."""

import numpy as np
import pytest
from agentxd.plugins.embedders.quantising import quantised


def back(packed: bytes, n: int) -> np.ndarray:
    return np.frombuffer(packed, np.int8).reshape(n, -1).astype(float)


@pytest.mark.parametrize("dimensions", [8, 256, 384, 1536])
@pytest.mark.parametrize("factor", [1e-30, 1.0, 1e30])
def test_nearness_stays_as_it_was(dimensions, factor) -> None:
    rows = np.random.default_rng(5).normal(size=(200, dimensions))
    found = back(quantised(rows * factor), 200)
    plain = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    unit = found / np.linalg.norm(found, axis=1, keepdims=True)
    assert np.abs(plain @ plain.T - unit @ unit.T).max() < 0.03
    lengths = np.linalg.norm(found, axis=1)
    assert lengths.min() > 0.9 * lengths.max()


def test_an_outlier_is_cut_off() -> None:
    row = np.full(384, 0.01)
    row[7] = 5.0
    assert back(quantised([row]), 1)[0, 7] == 127


def test_nothing_and_zeros() -> None:
    assert quantised([]) == b""
    assert quantised([[0.0] * 4]) == b"\0" * 4


@pytest.mark.parametrize(
    "rows", [[[1.0], [1.0, 2.0]], [["a"]], [1.0, 2.0], [[float("nan")]], [[float("inf")]]]
)
def test_what_is_no_row_of_numbers_is_refused(rows) -> None:
    with pytest.raises((ValueError, TypeError)):
        quantised(rows)
