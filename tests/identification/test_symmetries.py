"""Symmetries against reflections and exchanges of a dense array."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from strategies import kernels

from kernelkit import Kernel, derive, laplacian
from kernelkit.identification.symmetries import symmetries_of, symmetry_text

SOBEL = Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


def parity(array, image):
    if array.shape != image.shape:
        return "none"
    return "even" if (array == image).all() else "odd" if (array == -image).all() else "none"


@given(kernel=kernels(2, whole=True, fewest=1, most=6))
def test_plane_kernels_are_judged_as_their_arrays(kernel):
    array = np.array(kernel.dense(), dtype=object)
    found = symmetries_of(kernel)
    assert found.axes == tuple(parity(array, np.flip(array, axis)) for axis in (0, 1))
    assert found.point == parity(array, array[::-1, ::-1])
    assert found.exchange == parity(array, array.T)
    images = [np.rot90(a, k) for a in (array, array.T) for k in range(4)]
    assert found.order == sum(parity(array, image) != "none" for image in images)


@given(kernel=kernels(2, fewest=1, most=5))
def test_moving_a_kernel_moves_its_centre_and_nothing_else(kernel):
    here, there = symmetries_of(kernel), symmetries_of(kernel.shifted((3, "-1/2")))
    assert (here.axes, here.point, here.exchange, here.order) == (
        there.axes,
        there.point,
        there.exchange,
        there.order,
    )
    assert tuple(b - a for a, b in zip(here.centre, there.centre, strict=True)) == (3, -0.5)


@given(kernel=kernels(1, fewest=1, most=5))
def test_uneven_points_on_a_line_are_judged_too(kernel):
    (low,), (width,) = kernel.origin, kernel.width
    mirrored = Kernel([((2 * low + width - x,), tap) for (x,), tap in kernel.taps])
    expected = "even" if mirrored == kernel else "odd" if mirrored == -kernel else "none"
    assert symmetries_of(kernel).axes == (expected,)


def test_uneven_points_are_judged_within_a_tolerance():
    kernel = Kernel({"-1/3": 1, 0: "1.0001", "1/3": "0.9999"})
    assert symmetries_of(kernel).point == "none"
    assert symmetries_of(kernel, tolerance=Fraction(1, 10000)).point == "even"


@pytest.mark.parametrize(
    ("kernel", "text"),
    [
        (SOBEL, "odd in x, even in y"),
        (derive(laplacian(2)), "even in x and y, the same along all axes"),
        (derive(laplacian(3)), "even in x, y and z, the same along all axes"),
        (
            Kernel.from_array([[0, 1], [-1, 0]]),
            "odd under reflection through its middle, changes sign when two axes are exchanged",
        ),
        (Kernel.from_array([[5, 5, -3], [5, 0, -3], [-3, -3, -3]]), "the same along all axes"),
        (Kernel({0: -1, 1: 3}), "none"),
    ],
    ids=["sobel", "laplacian", "laplacian in space", "roberts", "kirsch", "none"],
)
def test_symmetries_in_words(kernel, text):
    assert set(symmetry_text(symmetries_of(kernel)).split(", ")) == set(text.split(", "))


def test_all_orders_of_the_signed_exchanges_are_counted():
    assert [symmetries_of(derive(laplacian(ndim))).order for ndim in (1, 2, 3)] == [
        sum(1 for _ in itertools.permutations(range(ndim))) * 2**ndim for ndim in (1, 2, 3)
    ]
