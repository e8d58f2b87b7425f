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
        ("1.1 rad", "11/10 rad", 1.1),
        (" 11/10rad", "11/10 rad", 1.1),
        ("3 rad", "3 rad", 3.0),
        ("1/2 pi", "pi/2", math.pi / 2),
        ("pi/2", "pi/2", math.pi / 2),
        ("3 pi/4", "3 pi/4", 3 * math.pi / 4),
        ("3*pi / 4", "3 pi/4", 3 * math.pi / 4),
        (" pi ", "pi", math.pi),
        ("5e-1pi", "pi/2", math.pi / 2),
        ("1e-9", "pi/1000000000", math.pi * 1e-9),
    ],
)
def test_fractions_of_pi_and_radians_are_read(given, text, radians):
    band = read_band(given)
    assert band.text == text
    assert band.radians == pytest.approx(radians, rel=1e-15)
    assert read_band(band) is band
    assert read_band(band.text) == band


def test_the_limit_is_known_to_any_precision():
    with ctx.workprec(400):
        half_turn = Band(Fraction(1), "pi").ball()
        assert half_turn.sin().contains(0)
        assert half_turn.rel_accuracy_bits() > 380


@pytest.mark.parametrize(
    "given",
    [
        0,
        -1,
        "1.0001",
        "4 rad",
        "0 rad",
        "-1 rad",
        math.pi / 2 + 1,
        "2 pi",
        "-1/2 pi",
        "pi/0",
        "1e400",
        "1e400 rad",
    ],
)
def test_waves_outside_the_grid_are_refused_in_few_words(given):
    with pytest.raises(InputError) as refused:
        read_band(given)
    assert len(refused.value.what) < 100


@pytest.mark.parametrize("given", ["1e-400", "1e-10 rad"])
def test_bands_without_waves_in_floating_point_are_refused(given):
    with pytest.raises(InputError, match="too narrow"):
        read_band(given)


@pytest.mark.parametrize("text", ["half", "pi pi", "1/2 pie", "pi/x", ""])
def test_words_are_no_band(text):
    with pytest.raises(ExpressionError, match="a band"):
        read_band(text)
