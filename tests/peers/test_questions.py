"""The images that libraries are asked about: SymPy differentiates their formulas."""

import numpy as np
import pytest
import sympy

from kernelkit.peers.questions import QUESTIONS, SIDE, drawn, step

X, Y = sympy.symbols("x y")
ASKED = {
    "d/dx": lambda f: sympy.diff(f, X),
    "gradient": lambda f: sympy.sqrt(sympy.diff(f, X) ** 2 + sympy.diff(f, Y) ** 2),
    "Laplacian": lambda f: sympy.diff(f, X, 2) + sympy.diff(f, Y, 2),
}


@pytest.mark.parametrize("asked", ASKED)
def test_what_is_right_is_the_derivative_of_the_formula(asked):
    question = QUESTIONS[asked]
    assert float(ASKED[asked](question.image(X, Y))) == question.right
    assert float(abs(ASKED[asked](X**2).subs(X, SIDE - 1))) == question.border


@pytest.mark.parametrize("asked", ASKED)
def test_parts_change_along_their_axis_alone(asked):
    question = QUESTIONS[asked]
    answering = []
    for axis, other in ("x", Y), ("y", X):
        part = question.parts[axis](X, Y)
        assert sympy.diff(part, other) == 0
        answering += [axis] if ASKED[asked](part) != 0 else []
    assert ", ".join(answering) == question.along


def test_images_have_rows_down_and_columns_across():
    image = drawn(lambda x, y: 100 * y + x)
    assert image.shape == (SIDE, SIDE)
    assert (image[3, 7], image.dtype) == (307, float)


def test_the_step_falls_behind_the_middle():
    middle = SIDE // 2
    assert np.unique(step()[:, middle]).tolist() == [255]
    assert np.unique(step()[:, middle + 1]).tolist() == [0]
