"""The target as it was typed: exactly one of three options, and axes that agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernelkit import derivative, integral, laplacian, operator
from kernelkit.cli.app import run
from kernelkit.cli.options import Wanted, read_whole_numbers
from kernelkit.errors import ExpressionError, InputError


def wanted(order=None, operator=None, integral=(), dim=None, at=None):
    return Wanted(order, operator, integral, dim, at)


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        (wanted(order="2"), derivative(2)),
        (wanted(order="1,0", dim=2), derivative((1, 0))),
        (wanted(order="1", at="1/2"), derivative(1, at="1/2")),
        (wanted(order="1,1", at="0,1/2"), derivative((1, 1), at=(0, "1/2"))),
        (wanted(operator="laplacian", dim=3), laplacian(3)),
        (wanted(operator="dx", at="2"), operator("dx", at=2)),
        (wanted(integral=("0:1/2",)), integral(0, "1/2")),
        (wanted(integral=("0,1",), dim=3), integral([(0, 1)] * 3)),
        (wanted(integral=("0,1", "-1,1")), integral([(0, 1), (-1, 1)])),
    ],
)
def test_options_name_the_target_of_the_call(typed, target):
    assert typed.functional() == target


def test_only_operators_take_their_axes_from_elsewhere():
    assert wanted(operator="dx").functional(ndim=2) == operator("dx", ndim=2)
    assert wanted(order="1").functional(ndim=2) == derivative(1)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (wanted(), "no target is given"),
        (wanted(order="2", operator="dxx"), "--order and --operator name two targets"),
        (wanted(order=""), "the target is empty"),
        (wanted(order="1,1", dim=3), "--order 1,1 has 2 numbers, and --dim is 3"),
        (wanted(integral=("0,1",), at="1"), "an integral has no evaluation point"),
        (wanted(integral=("0,1", "0,1"), dim=3), "2 intervals do not fit --dim 3"),
    ],
)
def test_what_does_not_agree_is_refused_with_a_way_out(typed, words):
    with pytest.raises(InputError, match=words) as caught:
        typed.functional()
    assert caught.value.next


def test_orders_are_whole_numbers():
    with pytest.raises(ExpressionError, match=r"expected a whole number, found '1\.5'"):
        wanted(order="1.5").functional()


def test_a_single_order_with_more_axes_is_that_along_x():
    assert wanted(order="1", dim=2).functional() == derivative((0, 1))
    assert wanted(order="2", dim=3).functional() == derivative((0, 0, 2))


@given(st.lists(st.integers(-(10**8), 10**8), min_size=1, max_size=9).map(tuple))
def test_whole_numbers_are_read_as_they_were_typed(numbers):
    for comma in (",", " , "):
        assert read_whole_numbers(comma.join(map(str, numbers)), "list", "1,2") == numbers


@pytest.mark.parametrize("text", ["", ",", "1,", ",1", "1 2", "1.5", "1e3", "x", "\u0661", "1;2"])
def test_what_is_no_list_of_whole_numbers_shows_where(text):
    with pytest.raises(ExpressionError) as caught:
        read_whole_numbers(text, "list of widths", "--widths 20,40")
    assert ("^" in str(caught.value)) == bool(text)
    assert "--widths 20,40" in str(caught.value)


@pytest.mark.parametrize("option", ["-o", "--plot"])
@pytest.mark.parametrize(
    ("place", "reason"), [("folder.svg", "it is a folder"), ("no/it.svg", "does not exist")]
)
def test_files_that_could_not_be_written_are_refused_before_the_work(
    option, place, reason, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.svg").mkdir()
    monkeypatch.setattr("kernelkit.cli.learn.study", pytest.fail)
    assert run(["learn", "[1,2,4]", "[1,2]", "--size", "2", "--method", "loop", option, place]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert reason in err
    assert "next:" in err
