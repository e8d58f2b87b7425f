"""Binomials and Sobel kernels against OpenCV and SciPy."""

from __future__ import annotations

import math
from fractions import Fraction

import cv2
import numpy as np
import pytest
import scipy.ndimage

from kernelkit.catalogue.smoothed_difference import binomial, smoothed_factor, sobel
from kernelkit.errors import InputError, LimitError
from kernelkit.exact.kernel import Kernel


def array(kernel: Kernel, dtype: type = float) -> np.ndarray:
    return np.array(kernel.dense(), dtype=dtype)


@pytest.mark.parametrize("size", [1, *range(3, 32, 2)])
def test_factors_are_those_of_opencv(size):
    """OpenCV's float64 factors hold the whole numbers exactly; its default float32 ones are rounded."""
    for order in range(3 if size == 1 else size):
        _, wide = cv2.getDerivKernels(1, order, size, ktype=cv2.CV_64F)
        _, narrow = cv2.getDerivKernels(1, order, size)
        exact = [int(t) for t in array(smoothed_factor(order, size), object)]
        assert [int(t) for t in wide.ravel()] == exact
        assert np.array_equal(narrow.ravel(), np.array(exact, dtype=np.float32))


@pytest.mark.parametrize("size", [1, 3, 5, 7, 9])
@pytest.mark.parametrize(
    ("axes", "dx", "dy"), [("x", 1, 0), ("y", 0, 1), ("xy", 1, 1), ("xx", 2, 0), ("yy", 0, 2)]
)
def test_published_taps_are_what_opencv_applies(axes, dx, dy, size):
    """A unit impulse shows the mask turned by half a turn, because OpenCV correlates."""
    impulse = np.zeros((15, 15))
    impulse[7, 7] = 1
    seen = cv2.Sobel(impulse, cv2.CV_64F, dx, dy, ksize=size)[::-1, ::-1]
    taps = {
        (Fraction(int(j) - 7), Fraction(int(i) - 7)): Fraction(int(seen[j, i])) for j, i in np.argwhere(seen)
    }
    assert sobel(axes, size=size).published == Kernel(taps)


@pytest.mark.parametrize(("axes", "axis"), [("z", 0), ("y", 1), ("x", 2)])
def test_published_taps_in_space_are_what_scipy_applies(axes, axis):
    impulse = np.zeros((3, 3, 3))
    impulse[1, 1, 1] = 1
    seen = scipy.ndimage.sobel(impulse, axis=axis, mode="constant")[::-1, ::-1, ::-1]
    entry = sobel(axes, dim=3)
    assert entry.published == Kernel.from_array(seen)
    assert f"scipy.ndimage.sobel(image, axis={axis}) applies the published taps" in entry.remarks


@pytest.mark.parametrize("size", [3, 5, 9, 31, 63])
@pytest.mark.parametrize("axes", ["x", "xx", "xy"])
def test_gains_are_powers_of_two(axes, size):
    orders = (axes.count("y"), axes.count("x"))
    entry = sobel(axes, size=size)
    assert entry.gain == 2 ** sum(size - 1 - d for d in orders)
    assert entry.certificate.accuracy == 2


def test_a_sobel_kernel_is_the_one_two_sizes_below_smoothed():
    for size in (3, 5, 7):
        larger = sobel("x", size=size + 2).published
        assert larger == binomial(size=3, dim=2).published @ sobel("x", size=size).published


def test_without_smoothing_only_the_plain_difference_stays():
    assert sobel("y", size=1).published == Kernel({(-1, 0): -1, (1, 0): 1})
    assert sobel("yy", size=1).published == Kernel({(-1, 0): 1, (0, 0): -2, (1, 0): 1})
    assert sobel("x", size=1, dim=1).kernel == Kernel({-1: "-1/2", 1: "1/2"})


@pytest.mark.parametrize("size", [1, 3, 7, 15])
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_binomials_are_rows_of_pascals_triangle(size, dim):
    row = [math.comb(size - 1, k) for k in range(size)]
    expected = np.array(row)
    for _ in range(dim - 1):
        expected = np.multiply.outer(expected, row)
    entry = binomial(size=size, dim=dim)
    assert np.array_equal(array(entry.published, object).astype(int), expected)
    assert entry.gain == 2 ** (dim * (size - 1))
    assert entry.certificate.consistent


@pytest.mark.parametrize(
    ("axes", "size", "dim", "error", "words"),
    [
        ("", 3, 2, InputError, "a Sobel kernel is a derivative"),
        ("x", 4, 2, InputError, "odd size, not 4"),
        ("xxx", 3, 2, InputError, "order 3 does not fit into size 3"),
        ("xxx", 1, 2, InputError, "take size=5 or more"),
        ("y", 3, 1, InputError, "take dim=2"),
        ("x", 63, 3, LimitError, "more than 100,000"),
        ("x", 257, 2, LimitError, "at most 255"),
    ],
)
def test_what_does_not_fit_is_refused(axes, size, dim, error, words):
    with pytest.raises(error, match=words):
        sobel(axes, size=size, dim=dim)


def test_the_size_that_a_refusal_names_works():
    for order in range(3, 8):
        with pytest.raises(InputError) as refused:
            smoothed_factor(order, 3)
        size = int(refused.value.next.removeprefix("take size=").split()[0])
        assert sobel("x" * order, size=size).certificate.consistent
