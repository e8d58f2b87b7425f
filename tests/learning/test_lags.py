"""Sums over windows of planes against the definitions, entry by entry."""

import numpy as np
import pytest
from learning.images import naive_patches, rough
from scipy.signal import correlate

from kernelkit.learning.lags import correlate_plane, lag_products, window_gram, window_sums

PLANES = [
    ((1, 30, 40), (3, 3)),
    ((2, 7, 50), (5, 2)),
    ((3, 9, 9), (8, 8)),
    ((1, 1, 60), (1, 7)),
    ((1, 60, 1), (7, 1)),
    ((2, 5, 6), (1, 1)),
    ((1, 5, 17), (5, 3)),
    ((2, 70, 33), (4, 11)),
]
"""Shapes of planes and windows; some windows cover most of the plane."""


@pytest.mark.parametrize(("shape", "size"), PLANES)
def test_lag_products_are_those_of_the_definition(shape, size):
    (_, rows, columns), (kh, kw) = shape, size
    left, right = rough((2, max(1, rows - 1), columns)), rough(shape, 1)
    found = lag_products([left[:1], left[1:]], right, kh, range(1 - kw, kw))
    framed = np.pad(right, [(0, 0), (0, kh), (kw, kw)])
    for a, e in np.ndindex(kh, 2 * kw - 1):
        moved = framed[:, a : a + left.shape[1], e + 1 : e + 1 + columns]
        wanted = np.einsum("mij,cij->cm", left, moved)
        assert np.allclose(found[a, :, :, e], wanted, rtol=1e-12)


def test_lags_to_one_side_are_the_same():
    x = rough((2, 20, 30))
    both = lag_products([x], x, 3, range(-3, 4))
    assert np.allclose(lag_products([x], x, 3, range(4)), both[..., 3:], rtol=1e-13)


def test_planes_of_different_size_lie_at_the_same_corner():
    tall, wide = rough((1, 20, 9)), rough((2, 5, 30), 1)
    x = rough((1, 22, 32), 2)
    together = lag_products([tall, wide], x, 3, range(3))
    assert np.allclose(together[:, :, :1], lag_products([tall], x, 3, range(3)), rtol=1e-13)
    assert np.allclose(together[:, :, 1:], lag_products([wide], x, 3, range(3)), rtol=1e-13)


@pytest.mark.parametrize(("shape", "size"), PLANES)
def test_gram_and_sums_are_those_of_the_patch_matrix(shape, size):
    x = rough(shape)
    a = naive_patches(x[None], size)
    lags = lag_products([x], x, size[0], range(1 - size[1], size[1]))
    assert np.allclose(window_gram(lags, x, size), a.T @ a, rtol=1e-12)
    assert np.allclose(window_sums(x, size), a.sum(0), rtol=1e-12)


def test_a_shift_may_be_taken_off_at_the_edges_alone():
    x, shift = rough((2, 20, 30)), np.array([2.5, 3.5])[:, None, None]
    lags = lag_products([x - shift], x - shift, 3, range(-1, 2))
    a = naive_patches(x[None] - shift, (3, 2))
    assert np.allclose(window_gram(lags, x, (3, 2), shift), a.T @ a, rtol=1e-11)


@pytest.mark.parametrize(("shape", "size"), PLANES)
def test_correlation_is_scipy_s(shape, size):
    x, taps = rough(shape), rough((2, shape[0], *size), 1)
    wanted = [correlate(x, kernel, mode="valid", method="direct")[0] for kernel in taps]
    assert np.allclose(correlate_plane(x, taps), wanted, rtol=1e-12)
