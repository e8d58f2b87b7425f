"""Identifications in words: facts stated, nothing else."""

import json
from fractions import Fraction

import numpy as np
import pytest

from kernelkit import Kernel, derivative, derive, identify
from kernelkit.analysis.separable import separate
from kernelkit.errors import UnknownNameError
from kernelkit.explain.identity import described, reading_text, separation_text, taps_text

SOBEL = Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


def told(kernel, form="text"):
    given = kernel if isinstance(kernel, Kernel) else Kernel.from_array(kernel)
    return described(identify(given), separate(given) if given.taps else None, form)


def flat(kernel):
    return " ".join(told(kernel).split())


def test_sobel_is_told_whole():
    text = flat(SOBEL)
    assert text.startswith("a gradient kernel: 8 d/dx")
    assert "divide the taps by 8 for unit gain" in text
    assert "accuracy 2, error at unit gain 1/6 h^2 d^3/dx^3 f + 1/4 h^2 d^3/dxdy^2 f" in text
    assert "even in y, odd in x" in text
    assert "[1, 2, 1] along y times [-1, 0, 1] along x" in text
    assert "the leading error depends on the direction" in text
    assert "sobel-3-x, the same taps" in text
    assert "tolerance" not in text


@pytest.mark.parametrize(
    ("taps", "words"),
    [
        ([0, 0], "the zero kernel"),
        ([0, 1, 0], "the identity"),
        ([0, 0, 2], "a shift: 2 times the value at x = 1"),
        ([1, 2, 1], "a smoothing kernel: 4 times the value"),
        ([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], "a mixture: the value and -(d^2/dx^2 + d^2/dy^2)"),
        ([[1, 1, 1], [1, -8, 1], [1, 1, 1]], "a Laplacian: 3 (d^2/dx^2 + d^2/dy^2)"),
        ([-1, 2, -1], "a derivative: -d^2/dx^2"),
        ([[1, 4, 1], [4, -20, 4], [1, 4, 1]], "through degree 4 the error is the operator times Laplacians"),
        ([[1, 4, 1], [4, -20, 4], [1, 4, 1]], "no: its rank is 2, so 2 separable kernels add up to it"),
        ([[1, 1]], "1/4 along x"),
    ],
)
def test_every_kind_has_its_sentence(taps, words):
    assert words in flat(taps)


@pytest.mark.parametrize(
    ("taps", "title"),
    [
        ([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], "a mixture: the value and 6 (d/dx + d/dy)"),
        ([-1, 2, 0], "a mixture: the value and d/dx at x = -1/2"),
        ([1, "-19/10", 1], "a mixture: 1/10 times the value and d^2/dx^2"),
    ],
)
def test_the_summands_in_a_title_add_up_to_the_kernel(taps, title):
    """Both are about the output point: f + 6 (f_x + f_y), f + f'(x - 1/2), f/10 + f''."""
    assert flat(taps).startswith(f"{title} ")


def test_multiples_and_tiny_and_huge_taps_are_told():
    assert flat([0, 7, 0]).startswith("a multiple of the identity: 7 times the value")
    for factor, text in (
        (Fraction(10) ** 400, "1e+400 times the value"),
        (Fraction(1, 10**330), "1e-330 times"),
    ):
        assert text in flat(Kernel({0: factor}))
    small = Kernel({0: "1e-12"})
    assert described(identify(small, tolerance=1), None).startswith("zero within the tolerance")


def test_taps_that_nearly_add_up_to_zero_get_a_hint_that_helps():
    noise = np.random.default_rng(0).normal(size=(3, 3)) * 1e-7
    taps = np.array(SOBEL.dense(), dtype=float) + noise
    text = flat(taps)
    assert "if that is rounding or noise, --tolerance" in text
    tolerance = float(text.split("--tolerance ")[1].split()[0])
    found = identify(taps, tolerance=10 * tolerance)
    assert (found.best.target, found.best.scale) == (derivative((0, 1)), 8)
    assert "hint" not in flat(SOBEL)


def test_rounded_products_are_separable_within_the_tolerance():
    bell = np.exp(-(np.arange(-2, 3) ** 2) / 2.88)
    kernel = np.outer(bell, bell) / bell.sum() ** 2
    text = described(identify(kernel), separate(Kernel.from_array(kernel), tolerance=1e-9))
    assert "along y times" in text
    assert "(within the tolerance)" in text
    assert "rank" not in text


def test_identifications_print_as_the_command_line_writes_them():
    assert str(identify(SOBEL)).startswith("a gradient kernel: 8 d/dx")
    assert "[1, 2, 1] along y" in str(identify(SOBEL))


def test_parts_are_told_with_their_accuracy():
    text = flat(Kernel({-1: -1, 0: 1}))
    assert "a derivative: d/dx at x = -1/2" in text
    assert "even part -1/2 d^2/dx^2, accuracy 2" in text
    assert "odd part d/dx, accuracy 2" in text


def test_what_holds_within_a_tolerance_says_so():
    noise = np.random.default_rng(2).uniform(-1, 1, (3, 3)) * 1e-12
    text = flat(np.array(SOBEL.dense(), dtype=float) + noise)
    assert "8 d/dx; divide the taps by 8 for unit gain (within the tolerance)" in text
    assert "tolerance what is not exact holds for taps within 2e-09 of these" in text


def test_near_kernels_are_told_with_the_taps_that_differ():
    text = flat([[0, 1, 0], [1, -3, 1], [0, 1, 0]])
    assert "near laplacian-5pt: 1 tap differs, -3 for -4 at (0, 0)" in text
    text = flat(Kernel({-1: "0.229789", 0: "0.540242", 1: "0.229879"}))
    assert "near farid-3-p: 1 tap differs, 0.229789 for 0.229879 at -1" in text


def test_moved_and_shifted_kernels_are_told_as_such():
    text = flat(Kernel([((x, y), 3 * tap) for (y, x), tap in SOBEL.taps]).shifted((2, 0)))
    assert "sobel-3-y, shifted by (2, 0), times 3" in text


def test_json_holds_every_number_exactly():
    read = json.loads(told(SOBEL, "json"))
    assert read["schema"] == "kernelkit/1"
    assert read["kind"] == "gradient"
    (reading,) = read["readings"]
    assert (reading["target"], reading["scale"], reading["accuracy"], reading["exact"]) == (
        "d/dx",
        "8",
        2,
        True,
    )
    assert {(tuple(t["derivative"]), t["coefficient"]) for t in reading["leading_error"]} == {
        ((0, 3), "1/6"),
        ((2, 1), "1/4"),
    }
    assert read["catalogue"][0]["name"] == "sobel-3-x"
    assert read["separable"]["ranks"] == [1, 1]
    assert read["symmetry"]["axes"] == ["even", "odd"]
    near = json.loads(told(Kernel({-1: "0.229789", 0: "0.540242", 1: "0.229879"}), "json"))
    assert near["catalogue"][0]["differences"] == [
        {"offset": ["-1"], "given": "229789/1000000", "expected": "229879/1000000"}
    ]


def test_other_formats_are_refused():
    with pytest.raises(UnknownNameError, match="formats are text, json"):
        told(SOBEL, "xml")


@pytest.mark.parametrize(
    ("kernel", "text"),
    [
        (derive(derivative(2)), "d^2/dx^2"),
        (derive(derivative(2)) * -1, "-d^2/dx^2"),
        (derive(derivative(2)) / 3, "1/3 d^2/dx^2"),
        (
            Kernel.from_array([[-1, -1], [1, 1]]) + Kernel.from_array([[-1, 1], [-1, 1]]),
            "2 (d/dx + d/dy) at (y, x) = (1/2, 1/2)",
        ),
        (Kernel({0: 1}), "the value"),
        (Kernel({0: -2}), "-2 times the value"),
    ],
)
def test_readings_in_words(kernel, text):
    found = reading_text(identify(kernel).best)
    assert (
        found.replace("(d/dx + d/dy at (y, x) = (1/2, 1/2))", "(d/dx + d/dy) at (y, x) = (1/2, 1/2)") == text
    )


def test_factors_are_listed_with_the_zeros_between_them():
    assert taps_text(Kernel({-1: -1, 1: 1})) == "[-1, 0, 1]"
    assert taps_text(Kernel({0: 1, Fraction(1, 3): 2})) == "{0: 1, 1/3: 2}"
    assert taps_text(Kernel({0: 1, 100: 2})) == "{0: 1, 100: 2}"
    both = Kernel({-1: 1, 1: 1}).outer(Kernel({0: "1/2", 1: "1/2"}))
    assert separation_text(separate(both)) == "1/2 times [1, 0, 1] along y times [1, 1] along x"
