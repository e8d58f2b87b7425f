"""Laplacians and differences of Gaussians: flat images answer 0, x^2 + y^2 answers 4, whatever the sigma."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from golden.tables import ids, rows
from scipy import ndimage

from kernelkit.catalogue.gaussian import gaussian
from kernelkit.catalogue.laplacian_of_gaussian import FAMILIES, dog, log
from kernelkit.errors import InputError, LimitError
from kernelkit.exact.certify import certify
from kernelkit.exact.functional import laplacian
from kernelkit.exact.kernel import Kernel


def cases(ask: str) -> list[dict]:
    return rows("cases_filters", ask, key="ask")


def array(kernel: Kernel) -> np.ndarray:
    """Return taps around the centre, zeros filled in."""
    return np.array(kernel.dense(), dtype=float)


@pytest.mark.parametrize("row", cases("log-kernel"), ids=ids)
def test_sum_and_second_moments(row):
    asked, right = row["input"], row["expected"]
    kernel = log(sigma=asked["sigma"], size=asked["size"]).kernel
    assert kernel.moment((0, 0)) == right["sum"]
    assert {kernel.moment((2, 0)), kernel.moment((0, 2))} == {right["second_moment_per_axis"]}
    assert kernel.width == (asked["size"] - 1,) * 2
    taps = dict(kernel.taps)
    if "centre" in right:
        assert float(taps[0, 0]) == pytest.approx(float(right["centre"]), abs=float(row["tolerance"]))
    assert {tap > 0 for tap in taps.values()} == {True, False}


@pytest.mark.parametrize("row", cases("log-of-constant"), ids=ids)
@pytest.mark.parametrize("form", ["sampled", "discrete", "isotropic"])
def test_flat_images_answer_nothing(row, form):
    flat = np.full(row["input"]["shape"], float(row["input"]["constant"]))
    for sigma in row["input"]["sigmas"]:
        kernel = log(sigma=sigma, form=form).kernel
        assert kernel.moment((0, 0)) == row["expected"]["value"]
        answers = ndimage.correlate(flat, array(kernel), mode="nearest")
        assert np.abs(answers).max() <= float(row["tolerance"])


@pytest.mark.parametrize("form", ["sampled", "discrete", "isotropic"])
@pytest.mark.parametrize("dim", [1, 2, 3])
@pytest.mark.parametrize("sigma", ["1/5", "1/2", "1", "9/7"])
def test_every_form_is_a_laplacian(form, dim, sigma):
    entry = log(sigma=sigma, size=11, form=form, dim=dim)
    found = certify(entry.published / entry.gain, laplacian(dim))
    assert found.accuracy == 2
    assert entry.kernel == entry.published / entry.gain
    assert entry.gain == 1 or form == "sampled"


def test_the_published_taps_are_those_of_matlab():
    """``fspecial('log')``, 5 by 5 with sigma 0.5, as its manual prints it."""
    printed = [
        [0.0448, 0.0468, 0.0564, 0.0468, 0.0448],
        [0.0468, 0.3167, 0.7146, 0.3167, 0.0468],
        [0.0564, 0.7146, -4.9048, 0.7146, 0.0564],
        [0.0468, 0.3167, 0.7146, 0.3167, 0.0468],
        [0.0448, 0.0468, 0.0564, 0.0468, 0.0448],
    ]
    published = array(log(sigma="1/2", size=5).published)
    assert published == pytest.approx(np.array(printed), abs=5.001e-5)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_sampled_taps_follow_their_definition(dim):
    entry = log(sigma="3/2", size=7, dim=dim)
    with mpmath.workdps(40):
        t = mpmath.mpf(9) / 4
        places = list(itertools.product(range(-3, 4), repeat=dim))
        squares = [sum(x * x for x in place) for place in places]
        bells = [mpmath.exp(-r / (2 * t)) for r in squares]
        raw = [(r - dim * t) / t**2 * bell / sum(bells) for r, bell in zip(squares, bells, strict=True)]
        mean = sum(raw) / len(raw)
        taps = dict(entry.published.taps)
        for place, sample in zip(places, raw, strict=True):
            tap = taps[tuple(map(Fraction, place))]
            error = abs(mpmath.mpf(tap.numerator) / tap.denominator - (sample - mean))
            assert error <= mpmath.mpf(entry.precision.numerator) / entry.precision.denominator
    assert entry.precision == Fraction(1, 10**24)


def test_a_wide_window_gives_what_scipy_gives():
    impulse = np.zeros((41, 41))
    impulse[20, 20] = 1
    theirs = ndimage.gaussian_laplace(impulse, 2.5, truncate=8)
    ours = array(log(sigma="5/2", size=41).kernel)
    assert ours == pytest.approx(theirs, abs=1e-8)


def test_the_discrete_forms_compose_a_laplacian_and_a_gaussian():
    smooth = gaussian(radius=5, dim=2).kernel
    plain = Kernel.from_array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    isotropic = Kernel.from_array([[1, 4, 1], [4, -20, 4], [1, 4, 1]]) / 6
    assert log(size=13, form="discrete").published == plain @ smooth
    assert log(size=13, form="isotropic").published == isotropic @ smooth


def test_the_isotropic_form_has_an_isotropic_error():
    found = {form: log(sigma=1, size=13, form=form).certificate for form in ("discrete", "isotropic")}
    assert {form: certificate.isotropic for form, certificate in found.items()} == {
        "discrete": False,
        "isotropic": True,
    }
    # t/2 from the heat equation and 1/12 from the differences, on the bilaplacian
    assert {term.coefficient for term in found["isotropic"].leading_terms} == {
        Fraction(7, 12),
        Fraction(7, 6),
    }


def test_log_and_dog_look_alike():
    """At Marr and Hildreth's ratio of 1.6 a difference has the shape of a Laplacian of the mean variance."""
    mean_variance = Fraction(9) * (1 + Fraction(64, 25)) / 2
    narrow = array(dog(sigma=3, size=61).kernel)
    middle = array(log(sigma=Fraction(math.isqrt(int(mean_variance * 10**6)), 1000), size=61).kernel)
    assert np.corrcoef(narrow.ravel(), middle.ravel())[0, 1] > 0.98
    assert narrow[30, 30] < 0 < narrow[30, 45]


@pytest.mark.parametrize(("sigma", "ratio"), [("1", "8/5"), ("1/3", "2"), ("2", "11/10")])
@pytest.mark.parametrize("dim", [1, 2])
def test_differences_of_discrete_gaussians_have_the_gain_of_the_heat_equation(sigma, ratio, dim):
    entry = dog(sigma=sigma, ratio=ratio, dim=dim)
    assert entry.gain == (Fraction(ratio) ** 2 - 1) * Fraction(sigma) ** 2 / 2
    assert entry.certificate.accuracy == 2
    assert entry.kernel == entry.published / entry.gain


@pytest.mark.parametrize("form", ["sampled", "integrated"])
def test_differences_of_other_gaussians_sum_to_nothing(form):
    entry = dog(form=form)
    assert entry.published.moment((0, 0)) == 0
    assert float(entry.gain) == pytest.approx(0.78, abs=0.1)
    assert entry.certificate.accuracy == 2


def test_the_difference_is_the_wider_less_the_narrower():
    wide, narrow = (gaussian(sigma=sigma, dim=2, radius=20).kernel for sigma in (2, 1))
    assert dog(sigma=1, ratio=2, size=41).published == wide - narrow


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: log(sigma=0), InputError, "must be positive"),
        (lambda: log(sigma=65), LimitError, "above 64"),
        (lambda: log(sigma=30), LimitError, "taps"),
        (lambda: log(size=4), InputError, "odd"),
        (lambda: log(size=1), InputError, "one sample"),
        (lambda: log(size=0), InputError, "at least 1"),
        (lambda: log(size=999), LimitError, "at most"),
        (lambda: log(form="fancy"), InputError, "no form"),
        (lambda: log(dim=4), LimitError, "1 to 3"),
        (lambda: log(sigma=3, size=5, form="discrete"), InputError, "no room"),
        (lambda: dog(ratio=1), InputError, "above 1"),
        (lambda: dog(ratio="1/2"), InputError, "above 1"),
        (lambda: dog(sigma=50, dim=1), LimitError, "deviation of 80 samples, more than 64"),
        (lambda: dog(size=8), InputError, "odd"),
        (lambda: dog(form="isotropic"), InputError, "no form"),
        (lambda: dog(dim=0), LimitError, "1 to 3"),
    ],
)
def test_what_means_nothing_is_refused(call, error, words):
    with pytest.raises(error) as refused:
        call()
    assert words in refused.value.what
    assert refused.value.next


def test_names_tell_the_parameters_that_are_not_the_default():
    assert log(sigma="3/2", size=9, form="discrete", dim=1).name == "log-9:sigma=3/2,form=discrete,dim=1"
    assert dog(sigma=2, ratio=2, form="sampled").name == "dog:sigma=2,ratio=2,form=sampled"
    assert {member for family in FAMILIES for member in family.members} == {
        log().name,
        log(form="discrete").name,
        dog().name,
    }


def test_the_wider_gaussian_is_named_where_it_is_too_wide():
    with pytest.raises(LimitError) as refused:
        dog(ratio=100)
    assert refused.value.what == "the wider Gaussian has a deviation of 100 samples, more than 64"
    assert dog(ratio=refused.value.next.split()[0].removeprefix("ratio=")).certificate.consistent
