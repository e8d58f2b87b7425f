"""Errors: one tree, three lines, exit codes, and a life beyond the process."""

import pickle

import pytest

from kernelkit import derivative, derive, errors
from kernelkit.exact.obstruct import obstruction

EXIT_CODES = {errors.ReportError: 1, errors.UnsolvableError: 3, errors.MissingExtraError: 4}
"""All other errors are bad input: 2."""

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.KernelkitError)
]


def made(kind):
    extra = {}
    if kind is errors.UnsolvableError:
        return kind("what", obstruction=obstruction(derivative(2), [0, 1]), next="next")
    if kind is errors.UnderdeterminedError:
        extra = {"freedom": 3}
    if kind is errors.DivergenceError:
        extra = {"limit": 0.5}
    return kind("what", why="why", next="next", **extra)


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_survives_pickling(kind):
    error = made(kind)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert str(again) == str(error)
    assert vars(again) == vars(error)


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_three_lines_with_an_exit_code(kind):
    lines = str(made(kind)).splitlines()
    assert [line[:8] for line in lines[1:]] == ["  why:  ", "  next: "]
    assert kind.exit_code == EXIT_CODES.get(kind, 2)


def test_empty_lines_are_left_out():
    assert str(errors.InputError("what")) == "what"


def test_the_witness_of_an_impossible_kernel_comes_with_the_error():
    with pytest.raises(errors.UnsolvableError) as caught:
        derive(derivative(3), [0, 1, 2])
    assert caught.value.obstruction.value == 6
