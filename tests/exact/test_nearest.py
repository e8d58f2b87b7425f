"""The smallest change of taps that meets the moments of a target."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelkit import Kernel, certify, derivative, derive, laplacian, line, value
from kernelkit.errors import InputError, UnsolvableError
from kernelkit.exact.nearest import nearest
from kernelkit.exact.offsets import box

taps = st.fractions(min_value=-2, max_value=2, max_denominator=50)


@given(st.lists(taps, min_size=5, max_size=5), st.lists(taps, min_size=5, max_size=5))
def test_no_other_consistent_kernel_is_nearer(start, direction):
    """The change is orthogonal to every kernel that computes nothing: the difference of two that compute the same."""
    kernel = Kernel(zip(range(-2, 3), start, strict=True), ndim=1)
    found = nearest(kernel, derivative(1), accuracy=2, stencil=line(-2, 2))
    assert certify(found, derivative(1)).accuracy is None or certify(found, derivative(1)).accuracy >= 2
    idle = _without_moments(direction)
    change = dict((found - kernel).taps)
    assert sum(change.get((Fraction(x),), 0) * w for x, w in idle.items()) == 0


def _without_moments(direction):
    """Return taps on -2..2 whose moments 0 to 2 vanish: third and fourth differences, mixed."""
    third = dict(zip(range(-2, 3), [-1, 2, 0, -2, 1], strict=True))
    fourth = dict(zip(range(-2, 3), [1, -4, 6, -4, 1], strict=True))
    return {x: direction[0] * third[x] + direction[1] * fourth[x] for x in range(-2, 3)}


def test_a_kernel_that_is_consistent_already_is_returned_as_it_is():
    sobel = Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 8
    assert nearest(sobel, derivative((0, 1)), accuracy=2) == sobel


def test_symmetry_is_kept():
    rounded = Kernel.from_array(
        [["0.17", "0.66", "0.17"], ["0.66", "-3.3", "0.66"], ["0.17", "0.66", "0.17"]]
    )
    found = nearest(rounded, laplacian(2), accuracy=2)
    assert found.symmetry == "even"
    assert found == Kernel([((x, y), tap) for (y, x), tap in found.taps])
    assert certify(found, laplacian(2)).accuracy == 2


def test_the_published_farid_smoother_needs_an_equal_change_of_every_tap():
    misprinted = Kernel({-1: "0.229789", 0: "0.540242", 1: "0.229789"})
    missing = Fraction("0.00018")
    assert nearest(misprinted, value()) == misprinted + Kernel(dict.fromkeys((-1, 0, 1), missing / 3))


def test_more_accuracy_than_the_support_allows_is_refused_with_the_witness():
    with pytest.raises(UnsolvableError) as refused:
        nearest(Kernel({0: -1, 1: 1}), derivative(1), accuracy=2)
    assert "is zero on both points" in str(refused.value)


def test_a_stencil_without_the_support_is_refused():
    with pytest.raises(InputError) as refused:
        nearest(derive(laplacian(2)), laplacian(2), stencil=box((0, 1)))
    assert str(refused.value) == (
        "the stencil leaves out offsets that carry taps\n  next: add the support of the kernel to it"
    )
