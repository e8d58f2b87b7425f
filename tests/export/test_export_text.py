"""Plain text: taps where they belong, one common denominator, nothing hidden."""

import re

import pytest

from kernelkit import Kernel, box, certify, derivative, derive, integral, laplacian, line, operator
from kernelkit.export.base import render
from kernelkit.export.text import WIDTH, layout


def test_a_row_is_aligned_under_its_offsets():
    assert layout(Kernel({-1: 1, 0: -2, 1: 1})) == "  offset  -1   0  1\n  tap      1  -2  1"


def test_a_common_denominator_stands_once_behind_the_row():
    text = render(certify(derive(derivative(1), accuracy=4), derivative(1)))
    assert "  tap      1  -8  0  8  -1    / (12 h)" in text


def test_an_integral_is_multiplied_by_h():
    assert "1  4  1    * h / 3" in render(certify(derive(integral(0, 2)), integral(0, 2)))


def test_a_plane_is_a_grid_with_labelled_axes():
    text = render(certify(derive(derivative((0, 1)), box(1), prefer="isotropic"), derivative((0, 1))))
    rows = [row.split() for row in text.splitlines()[2:6]]
    assert rows == [
        ["y", "\\", "x", "-1", "0", "1"],
        ["-1", "-1", "0", "1"],
        ["0", "-4", "0", "4"],
        ["1", "-1", "0", "1"],
    ]
    assert "every tap / (12 h)" in text


def test_space_is_one_grid_a_plane():
    text = render(certify(derive(laplacian(3)), laplacian(3)))
    assert re.findall(r"z = (-?\d)", text) == ["-1", "0", "1"]


@pytest.mark.parametrize("kernel", [Kernel({0: 1, 3: 2}), derive(derivative(1), [-2, 3, 6])])
def test_places_that_are_no_samples_get_no_zero(kernel):
    """Only the middle of an odd kernel is filled in; other gaps are no samples."""
    offsets = layout(kernel).splitlines()[0].split()[1:]
    assert offsets == [str(offset) for (offset,), _ in kernel.taps]


def test_long_kernels_become_lists():
    text = layout(derive(derivative(1), accuracy=40))
    assert len(text.splitlines()) == 41


def test_an_empty_kernel_says_that_it_computes_zero():
    assert layout(Kernel({}, ndim=1)) == "  no taps: the kernel computes zero"


def test_no_power_of_h_is_claimed_where_none_fits():
    text = render(certify(derive(operator("1 - dxx")), operator("1 - dxx")))
    assert "for this spacing only" in text
    assert "h^" not in text


def test_a_given_spacing_is_named():
    text = render(certify(derive(derivative(2).on_grid("1/10")), derivative(2).on_grid("1/10")))
    assert "taps for spacing x = 1/10, where h = 1" in text
    assert "100  -200  100\n" in text


@pytest.mark.parametrize(
    "target", [laplacian(3), derivative((2, 2)), integral([(-1, 1), (-1, 1)]), derivative(1)]
)
def test_lines_fit_a_terminal(target):
    assert max(map(len, render(certify(derive(target, accuracy=6), target)).splitlines())) <= WIDTH


def test_a_bare_kernel_claims_nothing():
    text = render(Kernel({0: 1, 1: 1}))
    assert text.startswith("a kernel of 2 taps")
    assert "accuracy" not in text


def test_kernels_in_four_dimensions_and_between_samples_are_lists():
    four = derive(laplacian(4))
    assert len(layout(four).splitlines()) == len(four) + 1
    quarter = Kernel({(0, 0): 1, ("1/4", 0): 1})
    assert "(1/4, 0)" in layout(quarter)
    wide = Kernel({(0, 0): 1, (0, 500): 1})
    assert "(0, 500)" in layout(wide)
    assert layout(derive(derivative(1), line(0, 1))).splitlines()[1].split() == ["tap", "-1", "1"]


FIVE = Kernel.from_array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])


@pytest.mark.parametrize(
    ("kernel", "target", "fails"),
    [
        # x^2 is 1/4 at -1/2 and 1/2, and 4 at -2 and 2
        (
            Kernel({-1: 1, 0: -2, 1: 1}),
            derivative(2).on_grid("1/2"),
            ["on x^2 the kernel gives 1/2, the target 2"],
        ),
        (
            Kernel({-1: 1, 0: -2, 1: 1}),
            derivative(2).on_grid(2),
            ["on x^2 the kernel gives 8, the target 2"],
        ),
        (Kernel({0: 1, 1: 1}), integral(0, 1).on_grid("1/2"), ["on 1 the kernel gives 2, the target 1"]),
        (
            FIVE,
            laplacian(2).on_grid(("1/2", 2)),
            ["on y^2 the kernel gives 1/2, the target 2", "on x^2 the kernel gives 8, the target 2"],
        ),
    ],
)
def test_what_fails_is_said_in_the_unit_of_the_spacing(kernel, target, fails):
    text = render(certify(kernel, target))
    assert sorted(re.findall(r"fails +(.+)", text)) == sorted(fails)


@pytest.mark.parametrize(
    ("step", "gain"), [("1/2", "it computes 1/4 times the target"), (2, "it computes 4 times the target")]
)
def test_the_gain_is_what_the_failing_numbers_say(step, gain):
    text = render(certify(Kernel({-1: 1, 0: -2, 1: 1}), derivative(2).on_grid(step)))
    assert gain in text


def test_a_long_title_is_folded_at_spaces():
    target = operator("dxx + dyy + dzz + dxy + dxz + dyz + 2*dx + 3*dy + 5*dz")
    lines = render(certify(derive(target), target)).split("\n\n")[0].splitlines()
    assert len(lines) > 1
    assert all(line.startswith("  ") and len(line) <= WIDTH for line in lines[1:])
    assert " ".join(line.strip() for line in lines) == f"{target.name}, accuracy 2"
