"""Classes: each is planted and found, the rules are in order, and every filter gets exactly one."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from inspection.layers import lump, plane

from kernelkit.inspection.classes import NAMES, RULES, classify, noise_limit, symmetry_limit
from kernelkit.inspection.layer import first_layer
from kernelkit.inspection.measures import measure
from kernelkit.inspection.symmetry import symmetry

NOISE = np.random.default_rng(7).normal(size=(9, 9))
PREWITT = np.array([[-1, 0, 1]] * 3)
LAPLACIAN = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])


def verdicts(*planes, **options):
    return classify(measure(first_layer(np.stack(planes), **options)))


@pytest.mark.parametrize(
    ("taps", "name"),
    [
        (np.ones((9, 9)), "DC"),
        (-np.ones((3, 3)), "DC"),
        (NOISE, "noise"),
        (np.tile(np.arange(-4.0, 5), (9, 1)), "gradient"),
        (np.add.outer(np.arange(5.0), 2 * np.arange(5.0)) - 6, "gradient"),
        (PREWITT, "gradient"),
        (lump(9), "blob"),
        (-lump(9, along=1.5, across=1.5) + 0.25 * lump(9, along=3, across=3), "blob"),
        (LAPLACIAN, "blob"),
        (plane(9, angle=30, frequency=0.2), "bar"),
        (-plane(9, angle=100, frequency=0.15), "bar"),
        (np.array([[-1, 2, -1]] * 3), "bar"),
        (plane(9, angle=70, frequency=0.2, phase=90), "edge"),
        (plane(11, along=2, frequency=0.12, phase=-90), "edge"),
        (np.array([[1, -2, 1], [0, 0, 0], [-1, 2, -1]]), "edge"),
    ],
)
def test_planted_filters_are_named(taps, name):
    for sign in (1, -1):
        for image in (taps, taps.T, taps[::-1], np.rot90(taps)):
            (found,) = verdicts(sign * image)
            assert found.name == name
            assert any(letter.isdigit() for letter in found.evidence)


def test_colour_opponents_are_named_whatever_their_shape():
    colours = np.array([[1, -1, 0], [-0.5, -0.5, 1], [1, 1, 1], [0, 0, 1.0]])
    shapes = plane(9, frequency=0.2, phase=90), lump(9), plane(9), plane(9, phase=90)
    layer = np.stack([c[:, None, None] * t for c, t in zip(colours, shapes, strict=True)])
    found = verdicts(*layer)
    assert [one.name for one in found] == ["colour-opponent", "colour-opponent", "bar", "edge"]
    assert "coloured" in found[3].flags
    assert "grey share 0.00" in found[0].evidence


def test_dead_filters_are_named_and_copies_keep_their_class():
    bar, edge = plane(9), plane(9, phase=90)
    found = verdicts(bar, edge, -2 * bar, 1e-4 * edge, 1.5 * bar, 0 * bar)
    assert [one.name for one in found] == ["bar", "edge", "bar", "dead", "bar", "dead"]
    assert found[2].flags[0] == "negative of 0"
    assert found[4].flags[0] == "equal to 0"
    assert found[3].flags == ()


@pytest.mark.parametrize("width", [1.5, 3])
@pytest.mark.parametrize(("size", "noise"), [(5, 0.02), (5, 0.05), (7, 0.05)])
def test_odd_filters_are_edges_and_even_ones_bars_whatever_a_fit_trades(size, noise, width):
    """On 5 x 5 these are fitted by a wave without an end, whose phase could be any."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    numbers = np.random.default_rng(0)
    for name, profile in (("edge", x), ("bar", 1 - 2 * x**2 / width)):
        taps = profile * np.exp(-(x**2 + y**2) / width)
        layer = taps + noise * abs(taps).max() * numbers.normal(size=(20, size, size))
        assert {one.name for one in verdicts(*layer)} == {name}


@pytest.mark.parametrize("size", [5, 7, 9])
def test_long_lumps_and_the_fastest_waves_are_bars(size):
    """Their fits have any phase: two waves of 142 times the largest tap that cancel each other, for one."""
    across = np.arange(size) - size // 2
    fastest = np.tile(np.cos(np.pi * across) * np.exp(-(across**2) / size), (size, 1))
    numbers = np.random.default_rng(1)
    for taps in (lump(size, along=0.15 * size, across=0.5 * size), fastest):
        layer = taps + 0.05 * numbers.normal(size=(10, size, size))
        assert {one.name for one in verdicts(*layer)} <= {"bar", "blob"}


def test_flags_say_what_else_there_is():
    (bar,) = verdicts(plane(11, frequency=0.45, along=2), stride=4)
    assert bar.flags == ("blind to flat", "aliased")
    one, other = verdicts(plane(11, frequency=0.2), plane(11, frequency=0.2, phase=90))
    assert "phase pair with 1" in one.flags
    assert "phase pair with 0" in other.flags
    first, _ = verdicts(plane(9), -plane(9))
    assert "negative of 1" in first.flags
    cross = plane(9, frequency=0.2) + 0.8 * plane(9, angle=90, frequency=0.2, phase=90)
    assert "weak" in verdicts(cross)[0].flags


@settings(max_examples=25)
@given(arrays(float, (3, 2, 5, 5), elements=st.integers(-3, 3).map(float)))
def test_every_filter_gets_exactly_one_class_of_the_table(layer):
    for one in verdicts(*layer):
        assert one.name in NAMES


@pytest.mark.parametrize("shape", [(3, 3), (3, 3, 3), (4, 4), (3, 7), (5, 5), (3, 7, 7)])
def test_white_noise_gets_another_name_as_rarely_as_is_said(shape):
    """One plane in a hundred passes the limit, and on 3 x 3 another is a ramp or round: 6 of 40 are rarer than 1e-3."""
    noise = np.random.default_rng(0).normal(size=(40, *shape))
    found = verdicts(*noise)
    assert sum("noise" in (one.name, *one.flags) for one in found) >= 35


def test_on_fewer_than_nine_taps_or_one_axis_nothing_is_called_noise():
    noise = np.random.default_rng(0)
    for shape in ((2, 2), (2, 4), (1, 12)):
        assert "noise" not in [one.name for one in verdicts(*noise.normal(size=(20, *shape)))]


def test_the_table_states_every_class_with_reason_and_in_order():
    assert NAMES == ("dead", "colour-opponent", "DC", "gradient", "blob", "noise", "bar", "edge")
    assert all(rule.meaning and rule.condition and rule.reason for rule in RULES)


def test_the_limit_of_noise_falls_with_the_number_of_taps():
    limits = [noise_limit(n * n) for n in range(5, 33)]
    assert limits == sorted(limits, reverse=True)
    assert noise_limit(9) == 1


@pytest.mark.parametrize("shape", [(3, 3), (3, 5), (4, 4), (4, 6)])
def test_of_white_noise_one_plane_in_a_hundred_is_as_even_or_odd_as_the_limit(shape):
    noise = np.random.default_rng(5).normal(size=(1500, *shape))
    limit = symmetry_limit(math.prod(shape))
    above = sum(symmetry(taps).share >= limit for taps in noise)
    assert 3 <= above <= 35, "9 to 22 are expected"
