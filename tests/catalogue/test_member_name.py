"""Names of members: what is the default is not written."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kernelkit.catalogue.member_name import member_name


@pytest.mark.parametrize(
    ("axes", "parameters", "name"),
    [
        ("", [], "fit"),
        ("xy", [], "fit-xy"),
        ("", [("sigma", Fraction(3, 2), 1), ("dim", 2, 2)], "fit:sigma=3/2"),
        ("x", [("form", "sampled", "discrete"), ("dim", 3, 2)], "fit-x:form=sampled,dim=3"),
        ("x", [("sigma", Fraction(1), 1)], "fit-x"),
    ],
)
def test_names_hold_the_axes_and_what_is_not_the_default(axes, parameters, name):
    assert member_name("fit", axes, parameters) == name
