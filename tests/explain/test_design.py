"""Designs as text and as records."""

import json
from fractions import Fraction

import pytest

from kernelkit import box, derivative, derive, integral, laplacian, line, value
from kernelkit.explain.design import record, text
from kernelkit.export import json as json_format
from kernelkit.optimise.design import design


def rows_of(told, start):
    """Return the words of the lines of a block that begins with a word."""
    (block,) = [part for part in told.split("\n\n") if part.split()[0] == start]
    return [line.split() for line in block.splitlines()]


def test_taps_stand_as_floats_beside_exact_rationals():
    found = design(derivative(1), line(-2, 2))
    taps = rows_of(text(found), "offset")[1:]
    assert [Fraction(row[2]) for row in taps] == [tap for _, tap in found.kernel.taps]
    assert [float(row[1]) for row in taps] == [float(tap) for _, tap in found.kernel.taps]


def test_in_the_plane_a_table_comes_first():
    found = design(laplacian(2), box(1))
    told = text(found)
    table = [[float(x) for x in line.split()] for line in told.split("\n\n")[1].splitlines()]
    assert table == pytest.approx(found.floats, abs=5e-7)
    assert told.index("exact tap") > told.index(told.split("\n\n")[1])


def test_points_off_the_grid_are_listed_without_a_table():
    found = design(derivative((0, 1)), [(0, 0), (0, "1/3"), (0, 1), (1, 0), ("1/7", 0), (1, 1), (2, 1)])
    assert text(found).split("\n\n")[1].split()[0] == "offset"


def test_many_taps_are_counted():
    found = design(laplacian(2), box(4), criterion="noise")
    assert "81 taps; --format json, csv or python writes them" in text(found)


def test_a_determined_kernel_is_told_as_such():
    told = text(design(derivative(1), line(-1, 1)))
    assert "none: moments and symmetry determine the kernel" in told
    assert "kernel - exact  0.166667 h^2 d^3/dx^3 f + ..." in told


def test_a_kernel_without_error_is_exact_through_all_degrees():
    told = text(design(value(), line(-1, 1)))
    assert told.startswith("value, without any error, by band\n")
    assert "exact through   all degrees" in told
    assert "kernel - exact  0\n" in told


def test_integrals_and_mixed_operators_are_told_without_a_false_power_of_h():
    assert "h^3 d^2/dx^2 f" in text(design(integral(0, 1), line(-1, 2)))
    mixed = derivative(2) + derivative(1)
    assert " h^" not in text(design(mixed, line(-2, 2))).split("kernel - exact")[1].splitlines()[0]


def test_a_negative_leading_term_has_its_sign():
    found = design(derivative(2), line(-2, 2), accuracy=4)
    assert found.kernel == derive(derivative(2), accuracy=4)
    assert "kernel - exact  -0.0111111 h^4 d^6/dx^6 f + ..." in text(found)


def test_the_comparison_is_the_ranking_of_the_design():
    found = design(derivative(1), line(-2, 2), criterion="minimax")
    rows = rows_of(text(found), "rank")[1:]
    assert [int(row[0]) for row in rows] == [row.rank for row in found.comparison]
    assert [float(row[-1]) for row in rows] == [float(f"{row.objective:.6g}") for row in found.comparison]


def test_a_record_reads_back_to_the_kernel_and_holds_the_design():
    found = design(derivative((0, 1)), box(1), criterion="direction", form="separable", denominator=100)
    entries = json.loads(record(found))
    assert json_format.parse(record(found)) == found.kernel
    about = entries["design"]
    assert about["unit"] == "degrees"
    assert about["form"] == "separable"
    assert (about["objective"], about["objective_before_rounding"]) == (found.objective, found.best)
    assert about["floats"] == [float(tap) for _, tap in found.optimum.taps]
    smoother, slope = about["factors"]
    assert sum(Fraction(entry["tap"]) for entry in smoother["taps"]) == 1
    assert sum(Fraction(entry["tap"]) * Fraction(entry["offset"]) for entry in slope["taps"]) == 1
    assert about["comparison"][0]["rank"] == 1
