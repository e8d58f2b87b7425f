"""Reading ``--spacing``: numbers, names, and the node that uneven cells are seen from."""

from fractions import Fraction

import pytest

from kernelkit import derivative, integral, laplacian
from kernelkit.cli.spacing import base_node, read_spacing, uneven_points
from kernelkit.errors import ExpressionError, InputError


def test_numbers_and_names_are_told_apart():
    assert read_spacing("1/2,h, 0.1") == [Fraction(1, 2), "h", Fraction(1, 10)]


@pytest.mark.parametrize("text", ["", "nan", "inf", "h1 h2", "1;2", "h+1"])
def test_other_text_is_refused(text):
    with pytest.raises(ExpressionError):
        read_spacing(text)


def test_nodes_are_sums_of_cells():
    points = uneven_points(derivative(1), [Fraction(1, 2), Fraction(2), Fraction(3)], "forward")
    assert [x for (x,) in points.offsets] == [0, Fraction(1, 2), Fraction(5, 2), Fraction(11, 2)]


def test_a_cell_of_width_zero_is_refused():
    with pytest.raises(InputError, match="a spacing must be positive"):
        uneven_points(derivative(1), [Fraction(1), Fraction(0)], None)


@pytest.mark.parametrize(
    "target",
    [laplacian(2), integral(0, 1), derivative(1, at=1), derivative(1) * 2, derivative(2) + derivative(1)],
)
def test_uneven_cells_are_for_one_derivative_at_a_node(target):
    with pytest.raises(InputError, match="uneven cells are for one derivative"):
        base_node(target, 2, None)


def test_sides_without_a_node_are_refused():
    with pytest.raises(InputError, match="uneven cells have no staggered side"):
        base_node(derivative(1), 2, "staggered")
