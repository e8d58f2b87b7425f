"""Identification: right on what is derived, published, moved, scaled and perturbed, and never untrue."""

from fractions import Fraction

import numpy as np
import pytest
from golden.tables import read
from hypothesis import given
from hypothesis import strategies as st
from strategies import kernels, nonzero

from kernelkit import (
    Kernel,
    biharmonic,
    box,
    certify,
    derivative,
    derive,
    identify,
    integral,
    laplacian,
    line,
    named,
    value,
)
from kernelkit.catalogue.named import entries
from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.exact.symmetry import motions
from kernelkit.identification.identify import MOST_TAPS, best_reading

CASES = {row["id"]: row for row in read("cases_filters")["rows"]}
ENTRIES = {entry.name: entry for entry in entries()}
SOBEL = Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
DERIVED = {
    "first, central": derivative(1),
    "second, accuracy 4": (derivative(2), {"accuracy": 4}),
    "third, forward": (derivative(3), {"side": "forward", "accuracy": 2}),
    "fourth at a place": derivative(4, at=2),
    "staggered": (derivative(1), {"stencil": line("-3/2", "3/2")}),
    "mixed": derivative((1, 2)),
    "laplacian": laplacian(2),
    "isotropic laplacian": (laplacian(2), {"stencil": box(1), "prefer": "isotropic"}),
    "laplacian in space": laplacian(3),
    "biharmonic": biharmonic(2),
    "anisotropic operator": derivative((2, 0)) * 3 - derivative((0, 2)),
    "interpolation": (value(at="1/2"), {"accuracy": 4}),
    "integral of a cell": (integral(0, 1), {"stencil": line(-1, 2)}),
    "Simpson": (integral(-1, 1), {"stencil": line(-1, 1)}),
    "integral of a square": (integral([(-1, 1), (-1, 1)]), {"stencil": box(1), "prefer": "symmetric"}),
}


def derived(name):
    target, options = DERIVED[name] if isinstance(DERIVED[name], tuple) else (DERIVED[name], {})
    return target, derive(
        target, options.get("stencil"), **{k: v for k, v in options.items() if k != "stencil"}
    )


def scaled_targets(found):
    return [reading.target * reading.scale for reading in found.readings]


@pytest.mark.parametrize("name", DERIVED)
@pytest.mark.parametrize("factor", [1, "-7/3"])
def test_what_was_derived_is_read_back(name, factor):
    target, kernel = derived(name)
    assert target * factor in scaled_targets(identify(kernel * factor))


@pytest.mark.parametrize("name", DERIVED)
def test_it_is_read_back_from_floats_and_perturbed_floats(name):
    """Every tap moved by up to 1e-12: the same statements, within a tolerance that is stated."""
    target, kernel = derived(name)
    noise = np.random.default_rng(11).uniform(-1, 1, len(kernel)) * 1e-12
    taps = [(x, Fraction(float(tap) + n)) for (x, tap), n in zip(kernel.taps, noise, strict=True)]
    found = identify(Kernel(taps, ndim=kernel.ndim))
    assert target in scaled_targets(found)
    assert not found.exact
    assert 0 < found.tolerance <= max(abs(tap) for _, tap in taps) / 10**9


@pytest.mark.parametrize("name", [n for n in DERIVED if n not in {"integral of a cell", "Simpson"}])
def test_it_is_read_back_shifted(name):
    _, kernel = derived(name)
    by = (3, -2, 1)[: kernel.ndim]
    found = identify(kernel.shifted(by))
    shifted = next(
        reading for reading in found.readings if not reading.at_origin or name == "fourth at a place"
    )
    assert certify(kernel.shifted(by) / shifted.scale, shifted.target).accuracy == shifted.accuracy
    assert shifted.accuracy == identify(kernel).best.accuracy


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_every_kernel_of_the_catalogue_computes_what_it_claims(entry):
    """The identification of the unit kernel holds the target of the entry, at the accuracy that is proved."""
    found = identify(entry.kernel)
    proved = certify(entry.kernel, entry.target)
    fitting = [
        reading
        for reading in found.readings
        if reading.target * reading.scale == entry.target and reading.accuracy == proved.accuracy
    ]
    if found.exact:
        assert fitting
    else:
        assert found.best.target.order == entry.target.order
        assert found.best.accuracy == proved.accuracy


@pytest.mark.parametrize(
    "name", ["sobel-3-x", "kirsch-w", "kroon-3-x", "laplacian-5pt", "kayyali", "sobel-3d-x"]
)
def test_moving_a_kernel_moves_its_operator(name):
    """Turned, flipped and exchanged: the operator is the one the prover accepts for the moved taps."""
    published = ENTRIES[name].published
    for motion in motions(published.ndim):
        moved = Kernel([(motion.moved(offset), tap) for offset, tap in published.taps])
        found = identify(moved)
        for reading in found.readings:
            assert certify(moved / reading.scale, reading.target).accuracy == reading.accuracy
        assert abs(found.best.scale) == abs(identify(published).best.scale)


@given(kernel=st.one_of(kernels(fewest=1), kernels(2, fewest=1), kernels(2, fewest=1, whole=True)))
def test_nothing_that_is_said_of_any_kernel_is_untrue(kernel):
    found = identify(kernel)
    assert found.exact
    for reading in found.readings:
        proved = certify(kernel / reading.scale, reading.target)
        assert (reading.accuracy, reading.leading_terms) == (proved.accuracy, proved.leading_terms)
    for word, reading in found.parts:
        part = _part(kernel, word)
        assert certify(part / reading.scale, reading.target).accuracy == reading.accuracy


def _part(kernel, word):
    if word == "rest":
        return kernel - Kernel({(0,) * kernel.ndim: sum(tap for _, tap in kernel.taps)})
    return (kernel + kernel.flipped() * (1 if word == "even" else -1)) / 2


@given(kernel=kernels(2, fewest=1), factor=nonzero())
def test_a_factor_multiplies_the_scale_and_nothing_else(kernel, factor):
    one, many = identify(kernel), identify(kernel * factor)
    assert many.kind == one.kind or "integral" in {one.kind, many.kind}
    at_origin = [next(r for r in found.readings if r.at_origin) for found in (one, many)]
    assert at_origin[1].target * at_origin[1].scale == at_origin[0].target * at_origin[0].scale * factor


@pytest.mark.parametrize(
    ("taps", "kind"),
    [
        ([0, 3, 0], "identity"),
        ([[0, 0, 0], [0, 0, 1], [0, 0, 0]], "shift"),
        ([1, 2, 1], "smoothing"),
        ([-3, 12, 17, 12, -3], "smoothing"),
        ([1, 1], "smoothing"),
        ([-1, 9, 9, -1], "interpolation"),
        (["1/3", "4/3", "1/3"], "integral"),
        ([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], "mixture"),
        ([1, "-19/10", 1], "mixture"),
        ([-1, 0, 1], "derivative"),
        ([1, -2, 1], "derivative"),
        ([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], "gradient"),
        ([[1, 0], [0, -1]], "gradient"),
        ([[6, 0, -6], [0, 0, 0], [-6, 0, 6]], "derivative"),
        ([[1, 1, 1], [1, -8, 1], [1, 1, 1]], "laplacian"),
        ([[1, 2, 1], [0, -4, 0], [1, -2, 1]], "gradient"),
        (
            [[0, 0, 1, 0, 0], [0, 2, -8, 2, 0], [1, -8, 20, -8, 1], [0, 2, -8, 2, 0], [0, 0, 1, 0, 0]],
            "operator",
        ),
    ],
)
def test_kinds(taps, kind):
    assert identify(_kernel(taps)).kind == kind


def _kernel(taps):
    rows = [taps] if not isinstance(taps[0], list) else taps
    exact = [[Fraction(tap) for tap in row] for row in rows]
    return Kernel.from_array(exact[0] if not isinstance(taps[0], list) else exact)


def test_zero_is_said_to_be_zero():
    found = identify([0, 0, 0])
    assert (found.kind, found.readings, found.best, found.matches) == ("zero", (), None, ())
    assert best_reading(Kernel({}, ndim=2)) is None


def test_means_have_a_variance():
    """The variance of a binomial mean of n + 1 taps is n / 4; that of a box of n samples (n^2 - 1) / 12."""
    assert identify([1, 4, 6, 4, 1]).variance == (1,)
    assert identify([[1, 2, 1], [1, 2, 1], [1, 2, 1]]).variance == (Fraction(8, 12), Fraction(1, 2))
    assert identify([1, 1]).variance == (Fraction(1, 4),)
    assert identify([1, -2, 1]).variance is None


@pytest.mark.parametrize(
    ("kernel", "through"),
    [
        ([[0, 1, 0], [1, -4, 1], [0, 1, 0]], 2),
        ([[1, 4, 1], [4, -20, 4], [1, 4, 1]], 4),
        ([[-1, 0, 1], [-4, 0, 4], [-1, 0, 1]], 3),
        ([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], 1),
        ([[5, -3, -3], [5, 0, -3], [5, -3, -3]], 1),
        ([[1, 2, 1], [2, 4, 2], [1, 2, 1]], 2),
        ([[1, 4, 1], [4, 16, 4], [1, 4, 1]], 4),
    ],
    ids=["5-point", "9-point", "Bickley", "Sobel", "Kirsch", "binomial", "cubic B-spline"],
)
def test_isotropy_is_counted_by_degree(kernel, through):
    """The spline's error is (1/6) Laplacian + (1/72) (Laplacian^2) - (terms of degree six that are not isotropic)."""
    assert identify(kernel).isotropic_through == through


def test_a_one_sided_difference_is_a_central_one_and_a_second():
    found = identify(Kernel({-1: -1, 0: 1}))
    parts = {word: (reading.target, reading.scale) for word, reading in found.parts}
    assert parts == {"even": (derivative(2), Fraction(-1, 2)), "odd": (derivative(1), 1)}


@pytest.mark.parametrize(
    "name",
    [
        "CipiOrhei/eecvf/laplace-5x5",
        "CipiOrhei/eecvf/laplace-5x5-diamond",
        "CipiOrhei/eecvf/log-9x9",
        "CipiOrhei/eecvf/el-arwadi-el-zaart",
    ],
)
def test_masks_that_are_not_what_they_are_called(name):
    """Readings and parts together are the terms of the Taylor series through degree two."""
    case = CASES[name]
    found = identify(case["input"]["kernel"])
    wanted = {tuple(t["multi_index"]): t["coefficient"] for t in case["expected"]["terms"]}
    taylor = {}
    readings = [found.best] if not found.parts or found.parts[0][0] == "rest" else []
    for reading in [*readings, *(part for _, part in found.parts)]:
        for coefficient, factors in reading.target.terms:
            taylor[tuple(f.order for f in factors)] = coefficient * reading.scale
    assert taylor == wanted


def test_a_copied_mask_is_told_from_its_transpose():
    case = CASES["facebookresearch/active_indexing#3"]
    for name, terms in case["expected"]["operators"].items():
        found = identify(case["input"]["kernels"][name])
        (term,) = terms
        assert (
            found.best.target * found.best.scale
            == derivative(tuple(term["multi_index"])) * term["coefficient"]
        )


def test_a_larger_sobel_is_a_smoothed_smaller_one():
    case = CASES["opencv/sobel-5-is-sobel-3"]
    both = Kernel.from_array(case["input"]["kernel_a"]) @ Kernel.from_array(case["input"]["kernel_b"])
    assert both == Kernel.from_array(case["expected"]["composition"])
    found = identify(both)
    assert found.best.scale == case["expected"]["gain"]
    assert found.matches[0].name == "sobel-5-x"


@pytest.mark.parametrize("accuracy", [10, 20, 30, 40])
@pytest.mark.parametrize("order", [1, 2, 7])
def test_kernels_of_high_accuracy_are_exact_however_long_their_fractions(order, accuracy):
    kernel = derive(derivative(order), accuracy=accuracy)
    found = identify(kernel)
    proved = certify(kernel, derivative(order))
    assert found.exact
    assert (found.best.target, found.best.accuracy) == (derivative(order), proved.accuracy)
    assert found.best.leading_terms == proved.leading_terms


@pytest.mark.parametrize(
    "name", ["gaussian", "gaussian-x", "gaussian-xx", "deriche", "deriche-smooth", "dog", "log"]
)
def test_kernels_with_tiny_tails_are_found_in_the_catalogue_exact_and_as_floats(name):
    taps = named(name).published
    assert identify(taps).matches[0].name == named(name).name
    rounded = Kernel([(offset, Fraction(float(tap))) for offset, tap in taps.taps])
    assert identify(rounded).matches[0].name == named(name).name


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@pytest.mark.parametrize("factor", [1, 1 / 3, 33.3, 0.333])
@pytest.mark.parametrize("name", ["sobel-3-x", "scharr-3-x", "central-xx:accuracy=4"])
def test_scaled_and_rounded_kernels_are_recognised_by_the_type_of_their_numbers(name, factor, dtype):
    array = (np.array(named(name).published.dense(), dtype=float) * factor).astype(dtype)
    found = identify(array)
    assert found.matches[0].name == name
    assert not found.matches[0].differences
    assert found.best.target == named(name).target


@pytest.mark.parametrize("size", [3, 9, 15])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_scale_of_random_floats_is_the_measured_one(size, dtype):
    """No fraction that happens to lie near: the taps add up to what is said, to a hundredth of their rounding."""
    random = np.random.default_rng(size)
    for _ in range(10):
        taps = random.normal(size=(size, size)).astype(dtype)
        total = sum(Fraction(float(tap)) for tap in taps.ravel())
        found = identify(taps)
        value_at_origin = next(reading for reading in found.readings if reading.at_origin)
        assert value_at_origin.scale == total


def test_statements_with_recognised_numbers_are_not_called_exact():
    found = identify(np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]) + 1e-13 * np.eye(3))
    assert not found.exact
    assert dict(
        found.best.leading_terms and [(t.derivative, t.coefficient) for t in found.best.leading_terms]
    ) == {
        (2, 1): Fraction(1, 4),
        (0, 3): Fraction(1, 6),
    }


def test_places_far_from_the_taps_are_not_told():
    """Any operator of accuracy 1 is one of accuracy 2 somewhere."""
    found = identify([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]])
    assert [reading.at_origin for reading in found.readings] == [True]


def test_lists_nested_too_deep_or_in_themselves_are_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(LimitError, match="at most 16 axes"):
        identify(endless)


def test_single_precision_is_recognised_within_a_millionth():
    found = identify((np.array(SOBEL.dense(), dtype=float) / 7).astype(np.float32))
    assert (found.best.scale, found.best.exact) == (Fraction(8, 7), False)
    assert found.matches[0].name == "sobel-3-x"


def test_without_tolerance_only_exact_statements_are_made():
    found = identify([0.1, 0.2, -0.3], tolerance=0)
    assert found.exact
    assert found.tolerance == 0
    assert found.best.target.order == 0
    assert identify([0.1, 0.2, -0.3]).best.target == derivative(1, at="1/4")


@pytest.mark.parametrize(
    ("taps", "error", "words"),
    [
        ([1, float("nan")], InputError, "must be finite"),
        ([1, "x"], Exception, "not an exact number"),
        ([[1, 2], [3]], ShapeError, "equal length"),
        ([], ShapeError, "must not be empty"),
        ("sobel", ShapeError, "taps come as a list"),
    ],
)
def test_what_is_no_kernel_is_refused(taps, error, words):
    with pytest.raises(error, match=words):
        identify(taps)


def test_huge_kernels_are_refused():
    with pytest.raises(LimitError, match="too large to identify"):
        identify(Kernel([(x, 1) for x in range(MOST_TAPS + 1)]))
