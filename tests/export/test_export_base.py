"""The one door to the formats."""

import pytest

from kernelkit import Kernel, certify, derivative, derive, integral, laplacian, operator
from kernelkit.errors import UnknownNameError
from kernelkit.export.base import FORMATS, Sheet, render


def test_unknown_formats_are_refused_with_the_known_ones():
    with pytest.raises(UnknownNameError) as caught:
        render(Kernel({0: 1}), "xml")
    assert str(caught.value) == f"no format is called 'xml'\n  next: formats are {', '.join(FORMATS)}"


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_writes_a_bare_kernel_and_a_certificate(form):
    kernel = derive(derivative(1))
    bare, proved = render(kernel, form), render(certify(kernel, derivative(1)), form)
    assert bare.strip()
    assert proved.strip()
    assert form == "csv" or "accuracy" in proved


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (derivative(1), "divide by h"),
        (derivative(2), "divide by h^2"),
        (integral(0, 1), "multiply by h"),
        (integral([(0, 1), (0, 1)]), "multiply by h^2"),
        (derivative(0), "no power of h"),
        (operator("dxx + dx"), "for this spacing only: the terms scale with different powers of h"),
        (
            laplacian(2).on_grid((1, "1/2")),
            "taps for spacing y = 1, x = 1/2, where h = 1; for h times that: divide by h^2",
        ),
    ],
)
def test_the_scaling_says_where_h_goes(target, words):
    kernel = derive(target)
    assert Sheet(kernel, certify(kernel, target)).scaling == words


def test_nothing_is_known_of_the_scaling_of_a_bare_kernel():
    assert Sheet(Kernel({0: 1}), None).scaling == "taps as they are; nothing is known about a spacing"
