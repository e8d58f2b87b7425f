"""Forms: kernels of free values, free values of kernels, and what holds up to the wave pi."""

from fractions import Fraction

import numpy as np
import pytest
from optimise.waves import X_GRADIENT, published_gradients

from kernelkit import box, certify, cross, derivative
from kernelkit.optimise.band import read_band
from kernelkit.optimise.criteria import read_criterion
from kernelkit.optimise.forms import FORMS, form_of
from kernelkit.optimise.gradient import turns_at_wave_pi

HALF = read_criterion("direction", read_band("1/2"))
WHOLE = read_criterion("direction", read_band(1))
CASES = [
    (X_GRADIENT, box(2)),
    (X_GRADIENT.on_grid("1/2") * 3, box(1)),
    (derivative((0, 1, 0)), box(1, ndim=3)),
]


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("criterion", [HALF, WHOLE], ids=["half", "whole"])
@pytest.mark.parametrize(("target", "stencil"), CASES, ids=["plane", "scaled", "space"])
def test_free_values_and_kernels_belong_together(name, criterion, target, stencil):
    form = form_of(name, criterion, target, stencil, 2)
    free = [Fraction(k + 2, 17) for k in range(form.freedom)]
    kernel, factors = form.kernels(free)
    assert certify(kernel, target).accuracy == 2
    assert form.free_of(kernel) == free
    assert len(factors) == (2 if name == "separable" else 0)
    taps, slopes = form.taps(np.array(free, dtype=float))
    exact = dict(kernel.taps)
    wanted = [float(exact.get(o.offsets[0], 0) * o.signs[0]) for o in form.family.orbits]
    assert taps == pytest.approx(wanted, abs=1e-14)
    assert slopes.shape == (len(taps), form.freedom)


@pytest.mark.parametrize("name", FORMS)
def test_up_to_pi_no_kernel_of_a_form_turns_at_the_wave_pi(name):
    form, plain = form_of(name, WHOLE, X_GRADIENT, box(2), 2), form_of(name, HALF, X_GRADIENT, box(2), 2)
    assert form.freedom == plain.freedom - 1
    assert form.conditions[:2] == plain.conditions == ("moments", "symmetry")
    assert "wave pi" in form.conditions[2]
    free = [Fraction(1, k + 3) for k in range(plain.freedom)]
    assert not turns_at_wave_pi(form.kernels(free[:-1])[0], 1)
    assert turns_at_wave_pi(plain.kernels(free)[0], 1)


def test_where_every_kernel_turns_at_the_wave_pi_nothing_is_asked():
    """On a cross the slope at the wave pi is the gain."""
    form = form_of("full", WHOLE, X_GRADIENT, cross(2), 2)
    assert form.conditions == ("moments", "symmetry")


@pytest.mark.parametrize("name", FORMS)
def test_published_kernels_are_members_of_the_forms_they_have(name):
    form = form_of(name, HALF, X_GRADIENT, box(2), 2)
    known = {key: form.free_of(kernel) for key, kernel in published_gradients(5).items()}
    assert known["farid-5-x"] is not None
    assert (known["ando-5-x"] is None) == (name == "separable")
    coarse = form_of(name, HALF, X_GRADIENT, box(2), 4)
    assert coarse.free_of(published_gradients(5)["farid-5-x"]) is None
