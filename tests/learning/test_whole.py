"""Exact normal equations: whole numbers, powers of two, and what is refused as rounded."""

import numpy as np
import pytest

from kernelkit.errors import InputError, LimitError
from kernelkit.learning.pairs import pairs
from kernelkit.learning.patches import patch_matrix
from kernelkit.learning.whole import is_whole, whole_normal


@pytest.mark.parametrize(("scale", "size"), [(1, 10), (1 / 8, 10), (2.0**-20, 10), (1, 10**9), (2.0**30, 10)])
def test_sums_are_those_of_python_s_integers(scale, size):
    """Numbers up to 1e9 overflow exact floats when squared, and are added one by one."""
    rng = np.random.default_rng(1)
    x, y = rng.integers(-size, size, (6, 7)), rng.integers(-size, size, (5, 5))
    given = pairs(x * scale, y * scale, (2, 3), bias="fit")
    found = whole_normal(given)
    rows = [[int(v) for v in row] for row in patch_matrix(given)[:, :-1] * found.x_scale]
    rows = [[*row, 1] for row in rows]
    labels = [int(v) for v in (given.y * found.y_scale).ravel()]
    assert found.gram == [[sum(r[i] * r[j] for r in rows) for j in range(7)] for i in range(7)]
    assert found.right == [[sum(r[i] * v for r, v in zip(rows, labels, strict=True)) for i in range(7)]]
    assert found.squares == [sum(v * v for v in labels)]
    assert found.x_scale == max(1, round(1 / scale))


@pytest.mark.parametrize(
    ("x", "error", "words"),
    [
        ([0.1, 0.2, 0.5], InputError, "rounded"),
        ([1e60, 1, 2], InputError, "too large"),
        (np.arange(300.0), LimitError, "250 unknowns"),
        (np.full((1500, 1500), 2.0**30), LimitError, "too large to be added exactly"),
    ],
)
def test_what_cannot_be_exact_is_refused(x, error, words):
    size = 250 if len(x) == 300 else 3
    with pytest.raises(error, match=words):
        whole_normal(pairs(x, None, size if np.ndim(x) == 1 else (3, 3)))
    assert not is_whole(pairs(x, None, size if np.ndim(x) == 1 else (3, 3)))
