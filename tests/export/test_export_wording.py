"""The sentences that all formats share."""

from __future__ import annotations

import itertools
import math
import re
from fractions import Fraction

import pytest

from kernelkit.exact.certify import Certificate, certify
from kernelkit.exact.functional import derivative, value
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.symmetry import centre_of
from kernelkit.export.base import render
from kernelkit.export.wording import comment, error_text, next_h_power

MARKS = {
    "numpy": "#",
    "torch": "#",
    "opencv": "#",
    "python": "#",
    "julia": "#",
    "c": "//",
    "fortran": "!",
    "matlab": "%",
    "latex": "%",
}
FORMATS = [*MARKS, "markdown"]


def _prose(source: str) -> str:
    """Unfold comments into running text."""
    return re.sub(r"\s+", " ", re.sub(r"^(#|//|!|%|-) +", "", source, flags=re.MULTILINE))


@pytest.mark.parametrize("name", FORMATS)
def test_formats_state_target_accuracy_error_scaling_and_convention(name: str) -> None:
    source = _prose(
        render(
            certify(
                Kernel({(0, 0): "-1/2", (0, 1): "-1/2", (1, 0): "1/2", (1, 1): "1/2"}), derivative((1, 0))
            ),
            name,
        )
    )
    assert "d/dy, accuracy 1." in source
    assert "Error, kernel minus exact: 1/2 h d^2/dxdy f + 1/2 h d^2/dy^2 f + O(h^2)." in source
    assert "Scaling: divide by h." in source
    assert (
        "Correlation: (K f)(x) = sum tap * f(x + offset); offsets count samples in array order (y, x)."
        in source
    )
    assert re.search(r"convol", source)


@pytest.mark.parametrize("name", FORMATS)
def test_formats_claim_nothing_of_a_bare_kernel(name: str) -> None:
    source = _prose(render(Kernel({0: 1}), name))
    assert "A kernel of 1 tap; nothing is stated about what it computes." in source
    assert "accuracy" not in source


@pytest.mark.parametrize(("name", "mark"), MARKS.items())
def test_everything_before_the_code_is_a_comment(name: str, mark: str) -> None:
    lines = render(certify(Kernel({-1: 1, 0: -2, 1: 1}), derivative(2)), name).splitlines()
    said = [
        i
        for i, line in enumerate(lines)
        if "Scaling:" in line or "Correlation:" in line or "accuracy" in line
    ]
    assert len(said) == 3
    assert all(line.startswith(mark + " ") for line in lines[: max(said) + 1])


@pytest.mark.parametrize("name", [*FORMATS, "csv"])
def test_no_format_ends_with_a_blank_line(name: str) -> None:
    source = render(Kernel({0: 1}), name)
    assert source == source.rstrip()
    assert all(line == line.rstrip() for line in source.splitlines())


def test_next_power_is_the_next_degree_with_a_defect(result: Kernel | Certificate) -> None:
    if isinstance(result, Kernel) or result.failing_degree is None:
        return
    kernel, target = result.kernel, result.target
    found = next_h_power(result)
    centre = centre_of(target)

    def about_centre(moment, exponents):
        """Expand the product of (x - c)^k by the binomial theorem."""
        total = Fraction(0)
        for lower in itertools.product(*(range(k + 1) for k in exponents)):
            share = moment(lower)
            for c, k, j in zip(centre, exponents, lower, strict=True):
                share *= math.comb(k, j) * (-c) ** (k - j)
            total += share
        return total

    for degree in range(result.failing_degree + 1, result.failing_degree + 9):
        exponents = [k for k in itertools.product(range(degree + 1), repeat=kernel.ndim) if sum(k) == degree]
        if any(about_centre(kernel.moment, k) != about_centre(target.moment, k) for k in exponents):
            assert found == degree - target.order
            return
    assert found is None


def test_an_inconsistent_kernel_is_called_so() -> None:
    source = render(certify(Kernel({0: 2}), value()), "python")
    assert "Not a consistent kernel for value." in source
    assert "Error, kernel minus exact: f." in source
    assert "accuracy" not in source


def test_no_error_is_called_exact() -> None:
    assert "value, exactly: there is no error." in render(certify(Kernel({0: 1}), value()), "python")
    assert error_text(certify(Kernel({0: 1}), value())) == "0"


def test_errors_with_no_or_negative_powers_of_h() -> None:
    assert error_text(certify(Kernel({0: 1}), derivative(3))) == "h^-3 f + O(1)"
    assert error_text(certify(Kernel({0: 1, 1: -1}), derivative(1))) == "-2 d/dx f + O(h)"


def test_terms_of_unequal_order_have_no_powers_of_h() -> None:
    both = certify(Kernel({-1: 1, 0: -1, 1: 1}), derivative(2) + value())
    assert error_text(both) == "1/12 d^4/dx^4 f + higher derivatives"


def test_comments_are_folded_with_their_mark() -> None:
    text = comment(["word " * 60], "!", width=40)
    assert len(text.splitlines()) > 5
    assert all(line.startswith("! ") and len(line) <= 40 for line in text.splitlines())
    assert len(comment([str(Fraction(1, 10**300))], "//", width=40).splitlines()) > 5
