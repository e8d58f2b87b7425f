"""Names: x is the last axis, and every kind of term can be read aloud."""

import pytest

from kernelkit import derivative, integral, laplacian, operator, value
from kernelkit.exact.names import axis_names, derivative_text, functional_text


def test_the_last_axis_is_x_up_to_three_and_numbers_take_over():
    assert [axis_names(n) for n in (1, 2, 3)] == [("x",), ("y", "x"), ("z", "y", "x")]
    assert axis_names(5) == ("x0", "x1", "x2", "x3", "x4")


@pytest.mark.parametrize(
    ("alpha", "text"),
    [
        ((0,), "1"),
        ((1,), "d/dx"),
        ((3,), "d^3/dx^3"),
        ((1, 0), "d/dy"),
        ((1, 2), "d^3/dx^2dy"),
        ((1, 1, 1), "d^3/dxdydz"),
        ((1, 0, 0, 2), "d^3/dx0dx3^2"),
    ],
)
def test_partial_derivatives_name_x_first(alpha, text):
    assert derivative_text(alpha) == text


@pytest.mark.parametrize(
    ("target", "text"),
    [
        (derivative(2), "d^2/dx^2"),
        (derivative(2) * -1, "-d^2/dx^2"),
        (laplacian(2), "d^2/dx^2 + d^2/dy^2"),
        (operator("dxx - 2/3*dxy"), "d^2/dx^2 - 2/3 d^2/dxdy"),
        (value(at=("1/2", 0)), "value at (y, x) = (1/2, 0)"),
        (derivative(1) + derivative(1, at=1), "d/dx at x = 1 + d/dx"),
        (integral(0, "1/2"), "integral over [0, 1/2]"),
        (integral([(0, 1), (-1, 1)]), "integral over [0, 1] x [-1, 1]"),
        (derivative(1) - derivative(1), "zero"),
    ],
)
def test_functionals_are_written_as_sums_of_their_terms(target, text):
    assert functional_text(target.terms) == target.name == text
