"""``--spacing`` with names, in all formats that can hold them."""

import json

import pytest

from kernelkit import derivative, laplacian
from kernelkit.cli.symbols import symbolic_text
from kernelkit.errors import InputError


def test_a_line_with_several_names_is_a_row_of_cells():
    entries = json.loads(
        symbolic_text(derivative(1), ["a", "b", "c"], accuracy=None, side="backward", form="json")
    )
    assert entries["nodes"] == ["-a - b - c", "-b - c", "-c", "0"]


def test_one_name_an_axis_is_a_grid():
    entries = json.loads(symbolic_text(laplacian(2), ["hy", "hx"], accuracy=4, side=None, form="json"))
    assert (entries["spacing"], entries["accuracy"]) == (["hy", "hx"], 4)


@pytest.mark.parametrize(
    ("widths", "accuracy", "form", "words"),
    [
        (["a", "b"], None, "julia", "kernels with symbols are not written as julia"),
        (["a"], None, "latex", "kernels with symbols are not written as latex"),
        (["a", "b"], 2, "text", "on uneven cells the accuracy follows from their number"),
    ],
)
def test_what_symbols_cannot_do_is_said(widths, accuracy, form, words):
    with pytest.raises(InputError, match=words):
        symbolic_text(derivative(1), widths, accuracy=accuracy, side=None, form=form)


@pytest.mark.parametrize(
    ("form", "call"), [("c", "void slope_taps(double a, double b,"), ("python", "def slope_taps(a, b):")]
)
def test_code_gets_the_name_asked_for(form, call):
    text = symbolic_text(derivative(1), ["a", "b"], accuracy=None, side=None, form=form, name="slope")
    assert call in text


@pytest.mark.parametrize(("widths", "form"), [(["a", "b"], "latex"), (["a"], "text")])
def test_what_has_no_name_refuses_one(widths, form):
    with pytest.raises(InputError, match=f"{form} has no name of the kernel"):
        symbolic_text(derivative(1), widths, accuracy=None, side=None, form=form, name="slope")
