"""Designs by criterion: published optima, exact constraints, and optima that no rival beats."""

import dataclasses
import functools
import itertools
from fractions import Fraction

import numpy as np
import pytest
import scipy.signal
from golden import tables
from hypothesis import given
from hypothesis import strategies as st
from optimise.waves import (
    X_GRADIENT,
    direction_degrees,
    largest_direction_error,
    published_gradients,
    symbol_at,
)

from kernelkit import Kernel, box, central, certify, cross, derivative, integral, laplacian, line, value
from kernelkit.errors import InputError, LimitError, ShapeError, UnknownNameError, UnsolvableError
from kernelkit.optimise.design import FINEST, design

BANDS = {"pi/2": "1/2", "11/10": "1.1 rad"}
LIMITS = {"1/4": np.pi / 4, "1/2": np.pi / 2, "3/4": 3 * np.pi / 4}


@functools.cache
def five_taps(band="1/2", form="full"):
    """Return the gradient of five taps by direction; several laws are about the same designs."""
    return design(X_GRADIENT, box(2), criterion="direction", band=band, form=form)


@pytest.mark.parametrize("row", tables.rows("drp_hermite", "drp"), ids=tables.ids)
def test_tam_and_webb_come_out_of_least_squares_over_a_band(row):
    found = design(
        derivative(row["order"]),
        tables.offsets_of(row),
        criterion="band",
        band=BANDS[row["eta"]],
        accuracy=row["accuracy"],
    )
    wanted = tables.kernel_of(row)
    assert found.freedom == 1
    difference = found.kernel - wanted
    assert max((abs(tap) for _, tap in difference.taps), default=0) <= Fraction(row["tolerance"])
    (term,) = found.certificate.leading_terms
    assert abs(term.coefficient - Fraction(row["C"])) < Fraction("1e-16")


@pytest.mark.parametrize(
    ("size", "degree", "order"), [(5, 2, 1), (7, 3, 1), (9, 4, 2), (11, 5, 3), (7, 2, 0)]
)
def test_the_least_noise_is_savitzky_and_golay(size, degree, order):
    """Exact rationals, compared with SciPy's floats."""
    target = derivative(order) if order else value()
    found = design(target, central(size), criterion="noise", accuracy=degree - order + 1)
    oracle = scipy.signal.savgol_coeffs(size, degree, deriv=order, use="dot")
    taps = dict(found.kernel.taps)
    dense = [float(taps.get((Fraction(k),), 0)) for k in range(-(size // 2), size // 2 + 1)]
    assert np.allclose(dense, oracle, rtol=0, atol=1e-13 * max(1, abs(oracle).max()))
    assert max(tap.denominator for _, tap in found.kernel.taps) < 10**6
    assert found.objective == pytest.approx(np.sqrt((oracle**2).sum()), rel=1e-12)


@pytest.mark.parametrize(
    ("target", "points", "accuracy"),
    [
        (derivative(1), line(-3, 3), 4),
        (derivative(1), line(-4, 4), 2),
        (derivative(2), line(-3, 3), 2),
        (value(at="1/2"), line(-2, 3), 2),
        (integral(0, 1), line(-1, 2), 2),
        (derivative(1), line(0, 4), 2),
    ],
    ids=lambda given: getattr(given, "name", None),
)
def test_each_criterion_is_won_by_its_own_design(target, points, accuracy):
    """On a fine grid of waves: minimax has the least largest error, band the least mean square."""
    waves = np.linspace(0, np.pi / 2, 4001)

    def errors(kernel):
        return np.abs(symbol_at(kernel, (waves,)) - ideal(target, waves))

    designs = {
        name: design(target, points, criterion=name, accuracy=accuracy).kernel
        for name in ("band", "minimax", "noise")
    }
    largest = {name: errors(kernel).max() for name, kernel in designs.items()}
    squares = {name: np.mean(errors(kernel) ** 2) for name, kernel in designs.items()}
    noise = {name: kernel.noise_gain_squared for name, kernel in designs.items()}
    assert largest["minimax"] < largest["band"] < largest["noise"]
    assert squares["band"] < squares["minimax"] < squares["noise"]
    assert noise["noise"] < min(noise["band"], noise["minimax"])


def ideal(target, waves):
    """Return the symbols of derivatives, values and unit integrals, from their definitions."""
    (factor,) = target.terms[0][1]
    if factor.order >= 0:
        return (1j * waves) ** factor.order * np.exp(1j * waves * float(factor.at))
    return np.array([np.mean(np.exp(1j * w * (np.arange(2000) + 0.5) / 2000)) for w in waves])


@pytest.mark.parametrize(("order", "size"), [(1, 7), (1, 9), (2, 7), (2, 9)])
def test_the_smallest_largest_error_is_reached_as_often_as_taps_are_free_plus_one(order, size):
    """Chebyshev's alternation: with n free taps the error takes its largest size n + 1 times, signs in turn."""
    found = design(derivative(order), central(size), criterion="minimax", band="3/4")
    waves = np.linspace(0, 0.75 * np.pi, 20001)
    error = symbol_at(found.kernel, (waves,)) - (1j * waves) ** order
    real = error.imag if order % 2 else error.real
    top = np.abs(real).max()
    assert found.objective == pytest.approx(top, rel=1e-6)
    signs = [np.sign(x) for x in real if abs(x) > top * (1 - 1e-3)]
    turns = 1 + sum(a != b for a, b in itertools.pairwise(signs))
    assert turns == found.freedom + 1


def test_the_relative_error_is_what_relative_makes_small():
    waves = np.linspace(0.05, np.pi / 2, 2001)
    designs = [design(derivative(1), line(-3, 3), criterion=name) for name in ("relative", "minimax")]
    relative, absolute = (np.abs(symbol_at(d.kernel, (waves,)) / (1j * waves) - 1).max() for d in designs)
    assert relative < absolute
    assert designs[0].objective == pytest.approx(relative, rel=1e-5)


@pytest.mark.parametrize("band", LIMITS)
@pytest.mark.parametrize("form", ["full", "separable"])
def test_five_taps_beat_every_published_gradient_of_five_taps_on_direction(band, form):
    found = five_taps(band, form)
    own = largest_direction_error(found.kernel, LIMITS[band])
    rivals = published_gradients(5)
    assert {"scharr-5-x", "farid-5-x", "ando-5-x", "ando-5-x-separable"} <= rivals.keys()
    for name, kernel in rivals.items():
        assert own < largest_direction_error(kernel, LIMITS[band]) / 3, name
    assert found.objective == pytest.approx(own, rel=0.02)
    assert found.objective >= own
    assert found.comparison[0].name == "this design"


def test_figures_of_the_comparison_are_those_of_the_published_kernels():
    """The largest error up to a length, against plain sums."""
    found = five_taps()
    rows = {row.name: row.objective for row in found.comparison}
    for name, kernel in published_gradients(5).items():
        if name in rows:
            assert rows[name] == pytest.approx(largest_direction_error(kernel, np.pi / 2), rel=2e-3)
    assert [row.rank for row in found.comparison] == sorted(row.rank for row in found.comparison)
    assert {row.rank for row in found.comparison if row.name in {"sobel-3-x", "sobel-5-x"}} == {15}
    assert len(rows) > 10


def test_the_golden_direction_errors_on_a_circle_hold_for_the_sums_used_here():
    """The oracle of this file against the golden table."""
    kernel = published_gradients(5)["scharr-5-x"]
    figures = {np.pi / 4: 0.003871, np.pi / 2: 0.007828, 3 * np.pi / 4: 0.049553}
    for length, degrees in figures.items():
        errors = direction_degrees(kernel, length, np.linspace(0, np.pi, 4001))
        assert np.abs(errors).max() == pytest.approx(degrees, abs=2e-6)


@pytest.mark.parametrize("size", [3, 4, 7])
def test_the_gradient_stays_a_gradient(size):
    """No degenerate optimum: noise at or below the two-point difference, a positive response along all waves."""
    points = [(y, x) for (y,) in central(size).offsets for (x,) in central(size).offsets]
    found = design(X_GRADIENT, points, criterion="direction", band="3/4")
    assert found.kernel.noise_gain_squared <= (Fraction(1, 2) if size % 2 else 1)
    angles = np.linspace(0, np.pi, 91)
    assert all(np.abs(direction_degrees(found.kernel, r, angles)).max() < 2 for r in (0.1, 1.0, 2.3))
    assert found.certificate.accuracy == 2


def test_a_separable_kernel_is_the_product_of_its_factors_and_beats_the_published_ones():
    found = five_taps(form="separable")
    smoother, slope = found.factors
    assert smoother.outer(slope) == found.kernel
    assert certify(smoother, value()).consistent
    assert certify(slope, derivative(1)).consistent
    assert (smoother.symmetry, slope.symmetry) == ("even", "odd")
    full = five_taps()
    assert full.objective < found.objective < 0.001


def test_in_space_a_gradient_is_designed_by_the_same_rules():
    """The angle between wave and response, by its own sums, on random waves."""
    found = design(derivative((0, 0, 1)), box(1, ndim=3), criterion="direction")
    rng = np.random.default_rng(3)
    waves = rng.normal(size=(400, 3))
    waves *= (np.pi / 2 * rng.random(400) / np.linalg.norm(waves, axis=1))[:, None]

    def angle(kernel, w):
        responses = [
            sum(
                float(t) * np.sin(sum(a * float(b) for a, b in zip(w, swap(x, axis), strict=True)))
                for x, t in kernel.taps
            )
            for axis in range(3)
        ]
        cosine = np.dot(responses, w) / np.linalg.norm(responses) / np.linalg.norm(w)
        return np.degrees(np.arccos(min(1.0, cosine)))

    def swap(offset, axis):
        moved = list(offset)
        moved[2], moved[axis] = moved[axis], moved[2]
        return moved

    own = max(angle(found.kernel, w) for w in waves)
    sobel = Kernel.from_array([1, 2, 1]) / 4
    published = sobel.outer(sobel).outer(Kernel.from_array([-1, 0, 1]) / 2)
    assert own <= found.objective
    assert own < max(angle(published, w) for w in waves) / 10


@given(
    order=st.integers(0, 3),
    size=st.integers(5, 8),
    name=st.sampled_from(["noise", "band", "noise:1,band:10", "minimax"]),
    denominator=st.sampled_from([None, 64, 1000]),
)
def test_moments_and_symmetry_hold_exactly(order, size, name, denominator):
    target = derivative(order) if order else value()
    found = design(target, central(size), criterion=name, accuracy=2, denominator=denominator)
    for k in range(order + 2):
        assert found.kernel.moment((k,)) == target.moment((k,))
    assert found.kernel.symmetry == ("odd" if order % 2 else "even")
    assert found.certificate == certify(found.kernel, target)


def test_the_symmetry_of_the_plane_holds_exactly():
    found = design(laplacian(2), box(2), criterion="minimax")
    taps = dict(found.kernel.taps)
    assert all(taps[y, x] == taps[x, y] == taps[-y, x] for y, x in taps)


def test_a_mixture_lies_between_its_parts():
    """Weights move the design from the least noise to the least error, monotonically."""
    waves = np.linspace(0, np.pi / 2, 2001)
    names = ["noise", "noise:1,band:1", "noise:1,band:100", "band"]
    kernels = [design(derivative(1), line(-3, 3), criterion=name).kernel for name in names]
    noise = [kernel.noise_gain_squared for kernel in kernels]
    errors = [np.mean(np.abs(symbol_at(k, (waves,)) - 1j * waves) ** 2) for k in kernels]
    assert noise == sorted(noise)
    assert errors == sorted(errors, reverse=True)


def test_the_value_of_a_mixture_is_the_root_of_the_weighted_sum():
    found = design(derivative(1), line(-3, 3), criterion="noise:2,band:3")
    waves = (np.arange(40000) + 0.5) / 40000 * np.pi / 2
    band = np.mean(np.abs(symbol_at(found.kernel, (waves,)) - 1j * waves) ** 2)
    noise = float(found.kernel.noise_gain_squared)
    assert found.objective == pytest.approx(np.sqrt(2 * noise + 3 * band), rel=1e-8)


def test_rounding_to_a_denominator_keeps_moments_and_costs_little():
    exact = design(derivative(1), line(-3, 3), accuracy=4)
    coarse = design(derivative(1), line(-3, 3), accuracy=4, denominator=1000)
    assert coarse.optimum == exact.kernel
    assert coarse.best == exact.objective < coarse.objective < 1.01 * exact.objective
    free = [tap for _, tap in coarse.kernel.taps if not 1000 % tap.denominator]
    assert len(free) == 2 * coarse.freedom
    assert certify(coarse.kernel, derivative(1)).accuracy == 4
    assert all(tap.denominator <= 60 * FINEST for _, tap in exact.kernel.taps)


def test_floats_are_those_of_the_certified_kernel():
    found = design(X_GRADIENT, box(1), criterion="direction", denominator=10)
    assert found.kernel != found.optimum
    assert found.floats.shape == (3, 3)
    assert found.floats[0, 2] == float(dict(found.kernel.taps)[Fraction(-1), Fraction(1)])
    assert found.certificate.kernel == found.kernel


WHOLE_BAND = [("full", 3), ("full", 5), ("full", 7), ("separable", 3), ("separable", 5), ("separable", 7)]


@functools.cache
def up_to_pi(size, form):
    """Return the gradient by direction over all waves up to pi; several laws are about the same designs."""
    return design(X_GRADIENT, box(size // 2), criterion="direction", band=1, form=form)


@pytest.mark.parametrize(("form", "size"), WHOLE_BAND)
def test_up_to_pi_no_design_is_worse_than_sobel(form, size):
    """Of 3 x 3 samples Sobel's mask is the only one that does not turn by 90 degrees next to the wave pi."""
    found = up_to_pi(size, form)
    sobel = published_gradients(3)["sobel-3-x"]
    own = largest_direction_error(found.kernel, np.pi - 1e-6)
    if size == 3:
        assert found.kernel == sobel
        assert found.objective == pytest.approx(18.5009, abs=1e-3)
    else:
        assert found.objective < largest_direction_error(sobel, np.pi - 1e-6) / 4
    assert found.objective == pytest.approx(own, rel=0.02)
    assert found.comparison[0].name == "this design"


@pytest.mark.parametrize("size", [3, 5, 7])
def test_separable_designs_are_no_better_than_full_ones(size):
    full, separable = (up_to_pi(size, form).objective for form in ("full", "separable"))
    assert full <= separable * (1 + 1e-9)


@pytest.mark.parametrize(
    ("size", "denominator"), [(3, 8), (3, 32), (3, 190), (3, 1000), (5, 8), (5, 32), (5, 128)]
)
def test_rounded_designs_are_no_worse_than_known_kernels_of_such_taps(size, denominator):
    """Kroon's mask has multiples of 1/190, Scharr's of 1/32, Sobel's of 1/8; also among 5 x 5 samples."""
    found = design(X_GRADIENT, box(size // 2), criterion="direction", denominator=denominator)
    for name, kernel in published_gradients(3).items():
        if all(denominator % tap.denominator == 0 for _, tap in kernel.taps):
            assert found.objective <= largest_direction_error(kernel, np.pi / 2) * (1 + 1e-3), name
    assert all(found.kernel.moment(alpha) == X_GRADIENT.moment(alpha) for alpha in [(0, 0), (0, 1), (1, 0)])


def test_rows_say_how_accurate_their_kernels_are():
    """A less accurate kernel may come before the design, and then says so."""
    found = design(X_GRADIENT, box(2), criterion="direction", accuracy=4)
    rows = {row.name: row.accuracy for row in found.comparison}
    assert (rows["this design"], rows["scharr-5-x"]) == (4, 2)
    assert float(found.kernel.noise_gain_squared) == pytest.approx(found.most_noise**2, rel=1e-3)
    before = [row for row in found.comparison if row.rank < 2]
    assert [row.accuracy for row in before] == [2]


def test_designs_of_many_taps_are_as_good_as_they_can_be():
    found = design(derivative(2), line(-50, 50), criterion="relative", band=1)
    assert found.gap <= 1e-3
    waves = np.linspace(0.4, np.pi, 20001)
    error = np.abs(symbol_at(found.kernel, (waves,)) / -(waves**2) - 1)
    assert error.max() <= found.objective * (1 + 1e-6)


def test_next_to_no_band_all_kernels_are_equal_and_the_design_is_first():
    found = design(X_GRADIENT, box(1), criterion="direction", band="1e-9")
    assert found.objective <= found.rounding
    assert {row.rank for row in found.comparison} == {1}
    assert found.comparison[0].name == "this design"
    # the closed form of least squares, not a kernel that happens to be rounded well
    assert found.kernel.moment((2, 1)) == pytest.approx(1 / 3)


@pytest.mark.parametrize("form", ["full", "separable"])
def test_a_scaled_gradient_is_designed_in_its_own_scale(form):
    found = design(X_GRADIENT.on_grid("1/2") * 3, box(1), criterion="direction", form=form)
    unit = design(X_GRADIENT, box(1), criterion="direction", form=form)
    assert found.kernel.moment((0, 1)) == 6
    assert found.certificate.accuracy == 2
    assert found.objective == pytest.approx(unit.objective, rel=1e-5)


def test_a_kernel_without_freedom_is_returned_with_its_value():
    found = design(derivative(1), line(-1, 1), criterion="minimax")
    assert (found.freedom, found.kernel) == (0, Kernel({-1: "-1/2", 1: "1/2"}))
    assert found.objective == pytest.approx(np.pi / 2 - 1, rel=1e-12)


def test_a_design_is_a_value():
    found = design(derivative(1), line(-2, 2))
    assert found == design(derivative(1), line(-2, 2))
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.objective = 0.0


@pytest.mark.parametrize(
    ("arguments", "options", "error", "words"),
    [
        ((derivative(1), line(-2, 2)), {"criterion": "bend"}, UnknownNameError, "did you mean band"),
        ((derivative(1), line(-2, 2)), {"criterion": "noise:1,minimax:2"}, InputError, "cannot be mixed"),
        ((derivative(1), line(-2, 2)), {"criterion": None}, InputError, "criteria are"),
        ((derivative(1), line(-2, 2)), {"criterion": 5}, InputError, "criteria are"),
        ((derivative(1), line(-2, 2)), {"band": 0}, InputError, "at most pi"),
        ((derivative(1), line(-2, 2)), {"band": "3.2 rad"}, InputError, "at most pi"),
        ((derivative(1), line(-2, 2)), {"form": "both"}, UnknownNameError, "full, separable"),
        ((derivative(1), line(-2, 2)), {"form": "separable"}, InputError, "by direction"),
        ((derivative(1), line(-2, 2)), {"criterion": "direction"}, ShapeError, "2 or 3 dimensions"),
        ((derivative(1), line(-2, 2)), {"denominator": 0}, InputError, "denominator"),
        ((laplacian(2), box(2)), {"criterion": "direction"}, InputError, "no first derivative"),
        ((X_GRADIENT, [(0, 0), (0, 1), (1, 0)]), {"criterion": "direction"}, InputError, "same along"),
        ((X_GRADIENT, [(0, 1), (0, -1)]), {"criterion": "rotation"}, InputError, "same along"),
        ((X_GRADIENT, cross(2)), {"criterion": "direction", "form": "separable"}, InputError, "needs a box"),
        ((X_GRADIENT, box(9)), {"criterion": "direction", "band": 1}, LimitError, "turns the phase"),
        ((X_GRADIENT, box(11)), {"criterion": "minimax"}, LimitError, "linear programs"),
        ((X_GRADIENT, box(15)), {"criterion": "band"}, LimitError, "taps stay free"),
        ((derivative(1), [0, 1, 2, 100000]), {}, LimitError, "limit of work"),
        ((X_GRADIENT, line(-2, 2)), {}, ShapeError, "do not fit"),
        (("dxx", line(-2, 2)), {}, InputError, "functional"),
    ],
)
def test_what_cannot_be_designed_is_refused_with_words(arguments, options, error, words):
    with pytest.raises(error) as refused:
        design(*arguments, **options)
    assert words in str(refused.value)


def test_an_impossible_kernel_comes_with_its_witness():
    with pytest.raises(UnsolvableError) as refused:
        design(derivative(3), line(-1, 1))
    assert refused.value.obstruction.value == 6


def test_another_spacing_scales_the_gradient_and_not_its_direction():
    near = design(X_GRADIENT.on_grid("1/2"), box(1), criterion="direction")
    unit = design(X_GRADIENT, box(1), criterion="direction")
    assert near.objective == pytest.approx(unit.objective, rel=1e-6)
    assert near.kernel.moment((0, 1)) == 2
