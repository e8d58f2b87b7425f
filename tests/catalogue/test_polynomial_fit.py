"""Savitzky-Golay, Prewitt and Lanczos kernels against SciPy, NumPy, the least norm and golden tables."""

from __future__ import annotations

import time
from fractions import Fraction

import numpy as np
import pytest
import scipy.signal
from golden.tables import ids, kernel_of, rows

from kernelkit.catalogue.polynomial_fit import fitted, gram_parts, lanczos, prewitt, savgol
from kernelkit.errors import InputError, LimitError
from kernelkit.exact.certify import certify
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import derivative
from kernelkit.exact.offsets import Stencil, box, line

WINDOWS = [(3, 1), (3, 2), (5, 2), (5, 4), (7, 3), (11, 4), (21, 6), (4, 2), (6, 3), (8, 4)]


@pytest.mark.parametrize("row", rows("smoothing_differentiators", "savitzky-golay"), ids=ids)
def test_golden_tables(row):
    for degree in row["degrees"]:
        found = savgol("x" * row["order"], size=row["window"], degree=degree)
        assert found.kernel == kernel_of(row)
        assert found.certificate.accuracy == row["accuracy"]
        assert found.certificate.leading_terms[0].coefficient == Fraction(row["C"])
        assert found.kernel.noise_gain_squared == Fraction(row["noise_gain_squared"])


@pytest.mark.parametrize(("size", "degree"), WINDOWS)
def test_taps_are_those_of_scipy_at_every_sample(size, degree):
    """SciPy counts the position from the first sample; read at a sample, even windows are exact there too."""
    for order in range(degree + 1):
        for index in range(size):
            entry = savgol("x" * order, size=size, degree=degree, at=index - (size - 1) // 2)
            taps = dict(entry.kernel.taps)
            ours = [float(taps.get((Fraction(i - index),), 0)) for i in range(size)]
            theirs = scipy.signal.savgol_coeffs(size, degree, deriv=order, pos=index, use="dot")
            # SciPy solves for powers of up to size**degree in floating point
            assert np.allclose(ours, theirs, rtol=0, atol=1e-6 * max(map(abs, ours)))
            assert all(entry.kernel.moment((k,)) == derivative(order).moment((k,)) for k in range(degree + 1))


@pytest.mark.parametrize(("size", "degree"), [(5, 2), (6, 3), (9, 4)])
@pytest.mark.parametrize("at", ["1/2", "-3/2", "0.3"])
def test_between_samples_the_fitted_polynomial_is_read(size, degree, at):
    """NumPy fits samples of a wild signal, and the kernel reads the same polynomial."""
    signal = np.cos(3 * np.arange(size)) * 7
    places = np.arange(size) - (size - 1) // 2
    polynomial = np.polynomial.Polynomial.fit(places, signal, degree)
    for order in (0, 1, 2):
        entry = savgol("x" * order, size=size, degree=degree, at=at)
        expected = (polynomial.deriv(order) if order else polynomial)(float(Fraction(at)))
        found = sum(
            float(tap) * signal[int(offset + Fraction(at)) + (size - 1) // 2]
            for (offset,), tap in entry.kernel.taps
        )
        assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("size", "degree", "order"), [(7, 2, 0), (9, 4, 1), (8, 3, 2), (13, 6, 3)])
def test_no_kernel_of_the_same_exactness_has_a_smaller_norm(size, degree, order):
    """The least-squares fit is the kernel of least noise, which the deriver finds by linear algebra."""
    first = -((size - 1) // 2)
    least = derive(
        derivative(order),
        line(first, first + size - 1),
        accuracy=max(degree - order, 0) + 1,
        prefer="least-norm",
    )
    assert fitted(size, degree, (order,)) == least


@pytest.mark.parametrize(
    ("orders", "size", "degree"),
    [
        ((0, 0), 3, 2),
        ((0, 2), 3, 2),
        ((1, 1), 5, 3),
        ((2, 1), 5, 4),
        ((1, 0), 4, 2),
        ((1, 0, 1), 3, 2),
        ((0, 0, 2), 4, 3),
    ],
)
def test_in_more_dimensions_the_total_degree_counts(orders, size, degree):
    if size % 2:
        points = box(size // 2, ndim=len(orders))
    else:
        sides = [range(1 - size // 2, size // 2 + 1)] * len(orders)
        points = Stencil.of(
            [tuple(map(int, p)) for p in np.stack(np.meshgrid(*sides), -1).reshape(-1, len(orders))]
        )
    target = derivative(orders)
    least = derive(target, points, accuracy=degree - target.order + 1, prefer="least-norm")
    assert fitted(size, degree, orders) == least


@pytest.mark.parametrize(("size", "degree"), [(5, 4), (8, 5), (31, 7)])
def test_gram_polynomials_are_orthogonal(size, degree):
    """Values at the output times polynomials over their norms: read at a sample they are orthogonal rows."""
    parts = gram_parts(size, degree, 0, Fraction(1 - size, 2))
    for j in range(degree + 1):
        for k in range(j):
            assert sum(a * b for a, b in zip(parts[j], parts[k], strict=True)) == 0


def test_even_windows_reproduce_squares_at_their_sample():
    """scipy/scipy#24512: a window of 4 was read half a sample away."""
    squares = [n * n for n in range(9)]
    for size in (4, 5):
        kernel = savgol(size=size, degree=2).kernel
        for n in range(2, 7):
            assert sum(tap * squares[n + int(x)] for (x,), tap in kernel.taps) == n * n


def test_long_windows_of_high_degree():
    """scipy/scipy#20825: 61 samples, degree 12."""
    start = time.perf_counter()
    entry = savgol("x", size=61, degree=12)
    kernel = entry.kernel
    assert time.perf_counter() - start < 1
    assert kernel.moment((0,)) == 0
    assert kernel.moment((1,)) == 1
    assert float(kernel.taps[-1][1]) == pytest.approx(-0.00537559842235919, abs=1e-15)
    assert float(kernel.noise_gain_squared) == pytest.approx(0.00742722777605651, abs=1e-15)
    assert certify(kernel, derivative(1)).degree_of_exactness == 12


@pytest.mark.parametrize("size", [3, 5, 7, 11])
@pytest.mark.parametrize(("axes", "dim"), [("x", 1), ("x", 2), ("y", 2), ("z", 3)])
def test_prewitt_is_the_plane_fitted_by_least_squares(axes, dim, size):
    entry = prewitt(axes, size=size, dim=dim)
    assert entry.kernel == savgol(axes, size=size, degree=1, dim=dim).kernel
    half = size // 2
    assert {tap for _, tap in entry.published.taps} == set(range(-half, half + 1)) - {0}
    assert entry.gain == size ** (dim - 1) * 2 * sum(k * k for k in range(1, half + 1))


@pytest.mark.parametrize("size", [5, 7, 9, 21])
def test_lanczos_noise_falls_with_the_cube_of_the_window(size):
    """The noise of the first derivative is 3 / (m (m + 1) (2 m + 1)) for windows of 2 m + 1 samples."""
    m = size // 2
    assert lanczos(size=size).kernel.noise_gain_squared == Fraction(3, m * (m + 1) * (2 * m + 1))


def test_lanczos_is_savitzky_golay_by_another_name():
    entry = lanczos("x", size=7, degree=4)
    assert entry.name == "lanczos-7-x:degree=4"
    assert entry.published == savgol("x", size=7, degree=4).published
    assert entry.remarks == ("the same kernel as savgol-7-x:degree=4",)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"degree": 5}, InputError, "5 samples on a side cannot determine a polynomial of degree 5"),
        ({"axes": "xxx"}, InputError, "degree 2 has no derivative of order 3"),
        ({"degree": 33, "size": 99}, LimitError, "up to degree 32"),
        ({"degree": 31, "size": 45, "dim": 3}, LimitError, "degree 31 to 45x45x45 is above the limit"),
        ({"at": 3}, InputError, "3 is outside the window of 5 samples"),
        ({"at": "-5/2"}, InputError, "take at from -2 to 2"),
        ({"at": -2, "size": 4}, InputError, "take at from -1 to 2"),
        ({"at": 1, "dim": 2}, InputError, "on a line only"),
        ({"size": 0}, InputError, "at least 1"),
    ],
)
def test_fits_that_do_not_exist_are_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        savgol(**arguments)


@pytest.mark.parametrize(
    ("build", "arguments", "words"),
    [
        (prewitt, {"axes": "xx"}, "a first derivative along one axis, not 'xx'"),
        (prewitt, {"axes": ""}, "a first derivative along one axis, not ''"),
        (prewitt, {"axes": "x", "size": 4}, "odd size, not 4"),
        (prewitt, {"axes": "x", "size": 1}, "1 sample on a side cannot determine"),
        (lanczos, {"axes": ""}, "a Lanczos differentiator is a derivative"),
        (lanczos, {"size": 6}, "odd size, not 6"),
    ],
)
def test_planes_and_differentiators_that_do_not_exist_are_refused(build, arguments, words):
    with pytest.raises(InputError, match=words):
        build(**arguments)


def test_large_fits_in_the_plane_take_seconds():
    start = time.perf_counter()
    entry = savgol("xy", size=100, degree=14, dim=2)
    assert time.perf_counter() - start < 10
    assert len(entry.published) <= 10_000
