"""JSON: exact, complete, and read back to an equal kernel."""

import json

import pytest
from hypothesis import given
from strategies import kernels

from kernelkit import Kernel, certify, derivative, derive, value
from kernelkit.errors import ExpressionError, KernelkitError
from kernelkit.export.base import render
from kernelkit.export.json import parse


@given(kernel=kernels())
def test_round_trip_gives_an_equal_kernel(kernel):
    assert parse(render(kernel, "json")) == kernel


def test_an_empty_kernel_keeps_its_axes():
    assert parse(render(Kernel({}, ndim=3), "json")) == Kernel({}, ndim=3)


def test_a_bare_kernel_claims_no_target():
    assert "target" not in json.loads(render(Kernel({0: 1}), "json"))


def test_a_kernel_without_error_has_accuracy_null():
    entries = json.loads(render(certify(Kernel({0: 1}), value()), "json"))
    assert (entries["accuracy"], entries["leading_error"]) == (None, [])


def test_exact_numbers_are_text():
    entries = json.loads(render(certify(derive(derivative(1), accuracy=16), derivative(1)), "json"))
    assert {"offset": ["8"], "tap": "-1/102960"} in entries["taps"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"taps": {}}',
        '{"taps": [{"offset": "0", "tap": "1"}]}',
        '{"taps": [{"offset": ["0"]}]}',
    ],
)
def test_other_json_is_refused(text):
    with pytest.raises(ExpressionError):
        parse(text)


def test_numbers_that_are_not_exact_are_refused():
    with pytest.raises(KernelkitError, match="binary float"):
        parse('{"taps": [{"offset": [0], "tap": 0.1}]}')
    assert parse('{"taps": [{"offset": [0], "tap": 0.5}]}') == Kernel({0: "1/2"})
