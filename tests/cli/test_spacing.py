"""Reading ``--spacing``: numbers, names, and the node that uneven cells are seen from."""

from fractions import Fraction

import pytest

from kernelkit import certify, derivative, derive, integral, laplacian
from kernelkit.cli.spacing import base_node, fewest_nodes, read_spacing, uneven_points
from kernelkit.errors import ExpressionError, InputError, UnsolvableError
from kernelkit.exact.offsets import Stencil


def test_numbers_and_names_are_told_apart():
    assert read_spacing("1/2,h, 0.1") == [Fraction(1, 2), "h", Fraction(1, 10)]


def test_a_product_is_refused_with_a_way_out():
    with pytest.raises(ExpressionError, match=r"a product such as r\*h needs a name of its own"):
        read_spacing("h,r*h")


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


STRETCHED = [Fraction(11, 10) ** k for k in range(10)]


@pytest.mark.parametrize("side", ["forward", "central", "backward"])
@pytest.mark.parametrize(("order", "accuracy"), [(0, 3), (1, 1), (1, 6), (2, 3), (3, 2)])
def test_the_fewest_nodes_reach_the_accuracy_and_fewer_do_not(side, order, accuracy):
    target = derivative(order)
    nodes = uneven_points(target, STRETCHED, side).offsets
    kept = fewest_nodes(target, Stencil(1, nodes), accuracy).offsets
    base = nodes.index((0,))
    reach = max(abs(nodes.index(kept[i]) - base) for i in (0, -1))

    def reached(around):
        return certify(derive(target, [x for (x,) in around]), target).accuracy

    assert kept == nodes[max(base - reach, 0) : base + reach + 1]
    assert order == 0 or reached(kept) >= accuracy
    fewer = nodes[max(base - reach + 1, 0) : base + reach]
    assert len(fewer) <= order or order == 0 or reached(fewer) < accuracy


def test_even_cells_reach_one_more_in_the_middle():
    """The central difference on three equal cells has accuracy 2 for both orders."""
    points = Stencil.of(range(-4, 5))
    assert [x for (x,) in fewest_nodes(derivative(2), points, 2).offsets] == [-1, 0, 1]


def test_an_accuracy_beyond_all_nodes_is_refused_with_its_proof():
    nodes = uneven_points(derivative(1), STRETCHED, "forward")
    with pytest.raises(UnsolvableError, match="12 points always suffice"):
        fewest_nodes(derivative(1), nodes, 11)


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
