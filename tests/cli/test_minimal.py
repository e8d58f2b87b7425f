"""``kernelkit minimal``: the numbers of the theorems, and honest scopes."""

import json

import pytest

from kernelkit.cli.app import run


def answer(capsys, *arguments):
    assert run(["minimal", *arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)["minimal"]


@pytest.mark.parametrize("order", range(1, 8))
def test_the_dth_derivative_needs_d_plus_one_taps(order, capsys):
    found = answer(capsys, "--order", str(order))
    assert found["taps"] == found["lower_bound"] == order + 1
    assert found["optimal"]


@pytest.mark.parametrize(("order", "window"), [(1, 3), (2, 3), (3, 5), (4, 5), (6, 7), (7, 9)])
def test_the_text_names_the_centred_window(order, window, capsys):
    assert run(["minimal", "--order", str(order)]) == 0
    assert f"A window centred on a sample has {window} points" in " ".join(capsys.readouterr().out.split())


def test_the_box_decides_about_the_laplacian(capsys):
    """Five taps in 3x3 (14 kernels), four in 5x5 (68), five with accuracy 2 (2 and 10)."""
    found = [
        answer(capsys, "--operator", "dxx + dyy", "--within", box, "--accuracy", accuracy)
        for box, accuracy in (("box:1", "1"), ("box:2", "1"), ("box:1", "2"), ("box:2", "2"))
    ]
    assert [entry["taps"] for entry in found] == [5, 4, 5, 5]
    assert [entry["supports"] for entry in found] == [14, 68, 2, 10]
    assert [entry["optimal"] for entry in found] == [False, True, True, True]


def test_a_gap_between_bound_and_example_is_said(capsys):
    assert run(["minimal", "--operator", "biharmonic", "--within", "box:2"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "the fewest taps known" in out
    assert "The fewest on these 25 points are 9 to 13" in out
    assert "work limit" in out


def test_points_without_any_kernel_are_refused_with_the_witness(capsys):
    assert run(["minimal", "--order", "1,1", "--within", "cross:1"]) == 3
    assert "y x is zero on all 5 points" in capsys.readouterr().err
