"""latex: the formula is read back and evaluated, exactly, on polynomials."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from export.latex_reader import ORIGIN, Monomial, display, evaluated

from kernelkit.exact.certify import Certificate, certify
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import derivative
from kernelkit.exact.kernel import Kernel
from kernelkit.export.base import render

if TYPE_CHECKING:
    from pathlib import Path

needs_latex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")

KNOWN = {"frac", "tfrac", "partial", "int", "left", "right", "begin", "end", "boxed", "quad", "cdots"}
H = Fraction(2, 7)


def test_both_sides_agree_through_the_failing_degree(result: Kernel | Certificate) -> None:
    """With the leading error, the formula is an identity through the first degree that fails."""
    if isinstance(result, Kernel):
        return check_bare(result)
    source = render(result, "latex")
    degree = result.failing_degree if result.failing_degree is not None else 6
    ndim = result.kernel.ndim
    h = H if result.target.homogeneous else Fraction(1)
    tried = [k for k in itertools.product(range(degree + 1), repeat=ndim) if sum(k) <= degree]
    for exponents in tried if ndim == 1 else tried[-40:]:
        left, right = evaluated(source, exponents, h)
        assert left == right
    return None


def check_bare(kernel: Kernel) -> None:
    source = render(kernel, "latex")
    assert display(source).startswith("(K f)(")
    right = display(source).split("=")[1]
    here = [ORIGIN[name] for name in "xyz"[: kernel.ndim]]
    for exponents in itertools.product(range(4), repeat=kernel.ndim):
        monomial = Monomial(exponents)
        places = [
            ([x + o * H for x, o in zip(here, reversed(offset), strict=True)], tap)
            for offset, tap in kernel.taps
        ]
        expected = sum((tap * monomial.at(*place) for place, tap in places), Fraction(0))
        shown = f"\\[\n{right}\n\\]" + source.split("\\]")[1]
        assert evaluated(shown, exponents, H) == [expected]


def test_the_formula_fails_one_degree_further() -> None:
    """The check above can fail: the error term is not the whole error."""
    target = derivative(1)
    source = render(certify(derive(target, [0, 1, 2]), target), "latex")
    left, right = evaluated(source, (4,), H)
    assert left != right


def test_braces_and_environments_are_closed_and_macros_known(result: Kernel | Certificate) -> None:
    source = render(result, "latex")
    body = "\n".join(line for line in source.splitlines() if not line.startswith("%"))
    assert set(re.findall(r"\\([A-Za-z]+)", body)) <= KNOWN
    depth = 0
    for sign in re.findall(r"[{}]", body):
        depth += 1 if sign == "{" else -1
        assert depth >= 0
    assert depth == 0
    opened: list[str] = []
    for word, name in re.findall(r"\\(begin|end)\{(\w+)\}", body):
        if word == "begin":
            opened.append(name)
        else:
            assert opened.pop() == name
    assert not opened
    assert body.count(r"\left[") == body.count(r"\right]")
    assert body.count(r"\boxed") <= 1
    assert not re.search(r"\(\)|\{\}|\+ -|- -", body)


def test_a_wide_plane_kernel_is_a_sum() -> None:
    """A bmatrix of amsmath holds ten columns."""
    assert "bmatrix" in render(Kernel({(0, 0): 1, (0, 9): 1}), "latex")
    assert "bmatrix" not in render(Kernel({(0, 0): 1, (0, 10): 1}), "latex")
    assert "bmatrix" not in render(Kernel({(0, 10): 1}), "latex")


def test_the_textbook_formula() -> None:
    """Abramowitz and Stegun 25.3.23, with its error."""
    source = render(certify(Kernel({-1: 1, 0: -2, 1: 1}), derivative(2)), "latex")
    assert " ".join(display(source).split()) == (
        r"\frac{f(x-h) - 2 f(x) + f(x+h)}{h^{2}} = f''(x) + \frac{h^{2}}{12} f^{(4)}(x) + O(h^{4})"
    )


@needs_latex
def test_pdflatex_accepts_it(result: Kernel | Certificate, tmp_path: Path) -> None:
    document = "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n%s\n\\end{document}\n"
    (tmp_path / "kernel.tex").write_text(document % render(result, "latex"))
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "kernel.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
