"""Answers in a terminal: no marks of Markdown, tables in line."""

import pytest
from report.documents import HOSTILE, made

from kernelkit.report.shown import width
from kernelkit.report.terminal import WIDTH, formula, plain


def test_marks_are_gone_and_what_they_kept_apart_is_as_it_was():
    found = plain(made())
    assert HOSTILE in " ".join(found.split())
    assert "**" not in found
    assert "figure:" not in found
    assert "[A line x 61,706]" in found
    assert "    print('<b>')" in found


def test_lines_fit_and_columns_stand_in_line():
    for language in ("en", "zh"):
        lines = plain(made(language)).split("\n")
        rule = next(number for number, line in enumerate(lines) if line.startswith("    ---"))
        ends = {width(line) for line in (lines[rule - 1], lines[rule], lines[rule + 1], lines[rule + 2])}
        assert len(ends) == 1
    long = [line for line in plain(made()).split("\n") if width(line) > WIDTH]
    assert all(
        line.startswith(("    ", "===", "Title")) for line in long
    )  # tables and headings are not folded


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        (r"h^{n-d}", "hⁿ⁻ᵈ"),
        (r"5 \times 10^{-10}", "5 × 10⁻¹⁰"),
        (r"\frac{a+b}{\frac{1}{2}}", "(a+b)/(1/2)"),
        (r"1, x, \dots, x^{n-1}", "1, x, …, xⁿ⁻¹"),
        (r"\frac{1}{6}\begin{bmatrix} 1 & 4 \\ 4 & -20 \end{bmatrix}", "1/6 [ 1    4 ]\n    [ 4  −20 ]"),
        (r"\lambda_{\max}", "λₘₐₓ"),
        (
            r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} \begin{bmatrix} x \\ y \end{bmatrix}",
            "[1 2; 3 4] [x; y]",
        ),
        (r"\lvert x_{i,j} \rvert\ \lVert y\rVert", "| x[i,j] | ‖ y‖"),
        (r"\unknown{x}", r"\unknown{x}"),
    ],
)
def test_formulas_are_read_without_latex(tex, shown):
    assert formula(tex, apart=True) == shown


def test_a_matrix_in_a_sentence_stays_on_its_line():
    assert formula(r"{\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}} x") == "[1 2; 3 4] x"


def test_stars_of_formulas_and_code_are_not_emphasis():
    from dataclasses import replace

    body = "**Strong $a*b$ and** *soft* `x*y*z` $(f*g)$ $(g*f)$ \\*as it is\\*"
    shown = "Strong a*b and soft x*y*z (f*g) (g*f) *as it is*"
    assert shown in plain(replace(made(), body=body))
