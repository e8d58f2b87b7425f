"""Bands: fractions of pi and radians, exactly, and nothing beyond pi."""

import math
from fractions import Fraction

import pytest
from flint import ctx

from kernelkit.errors import ExpressionError, InputError
from kernelkit.optimise.band import Band, read_band


@pytest.mark.parametrize(
    ("given", "text", "radians"),
    [
        ("1/2", "pi/2", math.pi / 2),
        (1, "pi", math.pi),
        ("0.75", "3 pi/4", 3 * math.pi / 4),
        (Fraction(1, 3), "pi/3", math.pi / 3),
        ("1.1 rad", "11/10", 1.1),
        (" 11/10rad", "11/10", 1.1),
        ("3 rad", "3", 3.0),
    ],
)
def test_fractions_of_pi_and_radians_are_read(given, text, radians):
    band = read_band(given)
    assert band.text == text
    assert band.radians == pytest.approx(radians, rel=1e-15)
    assert read_band(band) is band


def test_the_limit_is_known_to_any_precision():
    with ctx.workprec(400):
        half_turn = Band(Fraction(1), "pi").ball()
        assert half_turn.sin().contains(0)
        assert half_turn.rel_accuracy_bits() > 380


@pytest.mark.parametrize("given", [0, -1, "1.0001", "4 rad", "0 rad", "-1 rad", math.pi / 2 + 1])
def test_waves_outside_the_grid_are_refused(given):
    with pytest.raises(InputError):
        read_band(given)


def test_words_are_no_band():
    with pytest.raises(ExpressionError, match="a band"):
        read_band("half")
