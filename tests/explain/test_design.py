"""Designs as text and as records."""

import dataclasses
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


def table_of(block):
    """Return the numbers of a table under its heading and beside its first column."""
    return [[float(x) for x in line.split()[1:]] for line in block.splitlines()[1:]]


def test_in_the_plane_taps_are_one_table():
    found = design(laplacian(2), box(1))
    told = text(found)
    assert table_of(told.split("\n\n")[1]) == pytest.approx(found.floats, abs=1e-5)
    assert "exact taps      --format json, python, csv" in told


def test_rounded_taps_are_those_of_the_certified_kernel_and_exact():
    found = design(laplacian(2), box(1), denominator=1000)
    told = text(found)
    _, table, factor, *_ = told.split("\n\n")
    whole = int(factor.removeprefix("  every tap / "))
    taps = dict(found.kernel.taps)
    wanted = [[int(taps[y, x] * whole) for x in (-1, 0, 1)] for y in (-1, 0, 1)]
    assert table_of(table) == wanted
    assert "exact taps  " not in told


def test_in_space_there_is_a_table_a_plane():
    told = text(design(derivative((0, 0, 1)), box(1, ndim=3), criterion="noise"))
    assert [part.split()[:3] for part in told.split("\n\n")[1:4]] == [["z", "=", x] for x in ("-1", "0", "1")]


def test_separable_taps_are_shown_as_factors_without_gaps():
    found = design(derivative((0, 1)), box(2), criterion="direction", form="separable")
    (smoother, slope) = rows_of(text(found), "smoother")
    assert (smoother[:2], slope[:2]) == (["smoother", "y"], ["derivative", "x"])
    outer = [[float(a) * float(b) for b in slope[2:]] for a in smoother[2:]]
    assert outer == pytest.approx(found.floats, abs=1e-9)
    assert float(slope[4]) == 0
    assert len(text(found).split("\n\n")[1].splitlines()) == 2


def test_points_off_the_grid_are_shown_too():
    found = design(derivative((0, 1)), [(0, 0), (0, "1/3"), (0, 1), (1, 0), ("1/7", 0), (1, 1), (2, 1)])
    block = text(found).split("\n\n")[1]
    assert "1/3" in block
    assert "1/7" in block


def test_on_a_line_many_taps_are_listed_once_and_more_are_counted():
    found = design(derivative(1), line(-6, 6), criterion="minimax")
    rows = rows_of(text(found), "offset")
    assert rows[0] == ["offset", "float"]
    assert [float(row[1]) for row in rows[1:]] == [float(tap) for _, tap in found.kernel.taps]
    assert "  80 taps\n" in text(design(derivative(1), line(-40, 40), criterion="noise"))


def test_noise_at_its_bound_and_kernels_of_less_accuracy_are_told():
    told = text(design(derivative((0, 1)), box(2), criterion="direction", accuracy=4))
    assert "noise gain      0.707107, at the bound of 0.707107" in told
    assert "before it       scharr-5-x below accuracy 4" in told
    (design_row,) = [row for row in rows_of(told, "rank") if row[1] == "this"]
    assert design_row[3] == "4"
    free = text(design(derivative((0, 1)), box(2), criterion="direction"))
    assert "bound" not in free
    assert "before it" not in free


def test_kernels_with_other_free_taps_come_before_for_that():
    told = text(design(derivative((0, 1)), box(1), criterion="direction", denominator=4))
    assert "symmetries or multiples" in told


def test_rounding_is_told_as_such():
    told = text(design(derivative((0, 1)), box(1), criterion="direction", band="1e-9"))
    assert "degrees, no more than rounding" in told


@pytest.mark.parametrize(
    ("gap", "words"),
    [(0.0, ""), (5e-4, ""), (0.02, "at most 2 % smaller"), (1.0, "the least possible value is not known")],
)
def test_a_gap_that_remains_is_told(gap, words):
    found = dataclasses.replace(design(derivative(1), line(-3, 3), criterion="minimax"), gap=gap)
    assert ("\ngap  " in text(found)) == bool(words)
    assert words in text(found)
    assert json.loads(record(found))["design"]["gap"] == gap


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
    assert about["floats"] == [float(tap) for _, tap in found.kernel.taps]
    assert about["floats"] != [float(tap) for _, tap in found.optimum.taps]
    assert (about["accuracy"], about["conditions"]) == (2, ["moments", "symmetry"])
    assert about["most_noise"] == pytest.approx(0.5**0.5)
    smoother, slope = about["factors"]
    assert sum(Fraction(entry["tap"]) for entry in smoother["taps"]) == 1
    assert sum(Fraction(entry["tap"]) * Fraction(entry["offset"]) for entry in slope["taps"]) == 1
    assert about["comparison"][0]["rank"] == 1
    assert {row["accuracy"] for row in about["comparison"]} == {2}


def test_a_record_without_bound_on_noise_is_valid_json():
    assert json.loads(record(design(derivative(1), line(-2, 2))))["design"]["most_noise"] is None
