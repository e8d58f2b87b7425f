"""The triangle of a patch matrix carries its singular values and least squares, in blocks as in one piece."""

import numpy as np
import pytest

from kernelkit.learning import triangle as module
from kernelkit.learning.pairs import pairs
from kernelkit.learning.patches import patch_matrix
from kernelkit.learning.triangle import triangle


@pytest.mark.parametrize("rows", [1, 7, 1024])
def test_gram_and_singular_values_are_those_of_the_patches(monkeypatch, rows):
    monkeypatch.setattr(module, "ROWS", rows)
    rng = np.random.default_rng(0)
    given = pairs(rng.normal(size=(3, 2, 9, 8)), rng.normal(size=(3, 4, 4, 4)), (2, 2), stride=2, bias="fit")
    found = triangle(given)
    whole = np.hstack([patch_matrix(given), np.moveaxis(given.y, 1, -1).reshape(-1, 4)])
    assert np.array_equal(found, np.triu(found))
    assert np.allclose(found.T @ found, whole.T @ whole, rtol=1e-13, atol=1e-12)
    assert np.allclose(np.linalg.svd(found)[1], np.linalg.svd(whole)[1], rtol=1e-13)


def test_fewer_windows_than_unknowns_leave_zero_rows():
    found = triangle(pairs([1, 2, 3, 5], None, 3))
    assert found.shape == (3, 3)
    assert not found[2].any()


def test_small_singular_values_survive_that_a_gram_matrix_loses():
    """A ratio of 1e-11 squares to 1e-22, below the last bit of the largest eigenvalue."""
    x = np.array([[1, 1], [1, 1], [1, 1 + 1e-11]])[:, None]
    values = np.linalg.svd(triangle(pairs(x, None, (2,))), compute_uv=False)
    assert values[1] / values[0] == pytest.approx(1e-11 / 3 / np.sqrt(2), rel=1e-4)
