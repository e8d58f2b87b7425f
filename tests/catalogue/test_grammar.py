"""The grammar of members' names: what is read, and what is refused."""

from __future__ import annotations

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.catalogue.family import Family, Parameter
from kernelkit.catalogue.grammar import read_member
from kernelkit.errors import ExpressionError, InputError, UnknownNameError

FULL = Family(
    "full",
    "takes everything",
    dict,
    parameters=(
        Parameter("size", "whole", "samples"),
        Parameter("sigma", "number", "a width"),
        Parameter("form", "word", "how", ("sampled", "exact")),
    ),
    letters=True,
)
BARE = Family("full-bare", "takes nothing", dict)
FAMILIES = {"full": FULL, "also-full": FULL, "full-bare": BARE}


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("full", {}),
        ("full-5", {"size": 5}),
        ("full-xxy", {"axes": "xxy"}),
        ("also-full-5-x", {"size": 5, "axes": "x"}),
        ("full:sigma=3/2", {"sigma": Fraction(3, 2)}),
        ("full:sigma=-0.25", {"sigma": Fraction(-1, 4)}),
        ("full:size=-7", {"size": -7}),
        (
            "full-x:size=7,form=sampled,sigma=1e-2",
            {"size": 7, "axes": "x", "form": "sampled", "sigma": Fraction(1, 100)},
        ),
    ],
)
def test_members_are_read(name, arguments):
    member = read_member(name, FAMILIES.get)
    assert member is not None
    assert member.family is FULL
    assert member.arguments == arguments


def test_the_longest_name_of_a_family_counts():
    assert read_member("full-bare", FAMILIES.get).family is BARE


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ful",
        "full-",
        "full--x",
        "full-x-5",
        "full-5-5",
        "full-x-y",
        "full-w",
        "full-5x",
        "-full",
        "full-٣",
    ],
)
def test_other_names_are_no_members(name):
    assert read_member(name, FAMILIES.get) is None


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("full:", InputError, "'' is no parameter"),
        ("full:size", InputError, "parameters are written key=value"),
        ("full:size=", InputError, "'size=' is no parameter"),
        ("full:=3", InputError, "'=3' is no parameter"),
        ("full:size=3,", InputError, "'' is no parameter"),
        ("full:size=3,size=3", InputError, "the parameter size is given twice"),
        ("full-3:size=3", InputError, "the parameter size is given twice"),
        (
            "full:width=3",
            UnknownNameError,
            r"full has no parameter 'width'\n  next: full takes size \(samples\), sigma",
        ),
        ("full:axes=x", UnknownNameError, "full has no parameter 'axes'"),
        ("full:size=3/2", InputError, "it takes a whole number in digits: samples"),
        ("full:size=9999999999", InputError, "cannot be '9999999999'"),
        ("full:size=3=4", InputError, "cannot be '3=4'"),
        ("full:sigma=x", ExpressionError, "sigma of full 'x' is not an exact number"),
        ("full:sigma=1/0", InputError, "divides by zero"),
        ("full:form=round", UnknownNameError, "form is sampled or exact"),
        ("full-bare:size=3", UnknownNameError, "full-bare takes no parameters"),
        ("full-bare-3", UnknownNameError, "full-bare has no parameter 'size'"),
        ("full-bare-x", InputError, "full-bare is no derivative along axes"),
    ],
)
def test_members_that_cannot_be_are_refused(name, error, words):
    with pytest.raises(error, match=words):
        read_member(name, FAMILIES.get)


@given(st.text(alphabet="full-bare:=,x5./ 'é\n", max_size=40))
def test_any_text_is_a_member_none_or_refused(text):
    with contextlib.suppress(InputError, UnknownNameError, ExpressionError):
        member = read_member(text, FAMILIES.get)
        assert member is None or member.family in FAMILIES.values()
