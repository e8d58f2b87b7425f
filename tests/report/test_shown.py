"""How computed facts are written in text, in tables and as paragraphs."""

from fractions import Fraction

import numpy as np
import pytest

from kernelkit import Kernel
from kernelkit.errors import InputError
from kernelkit.report.model import Code, Table, Tex
from kernelkit.report.shown import block, escaped, inline, width


@pytest.mark.parametrize(
    ("value", "form", "written"),
    [
        (46764746, "", "46,764,746"),
        (-3, "", "\N{MINUS SIGN}3"),
        (Fraction(-1, 12), "", "\N{MINUS SIGN}1/12"),
        (Fraction(1, 3), ".2f", "0.33"),
        (-0.5, ".2f", "\N{MINUS SIGN}0.50"),
        (2e-13, ".0e", r"$2 \times 10^{-13}$"),
        (np.int64(7), "", "7"),
        (np.float32(0.5), ".1f", "0.5"),
        (np.array([[1.0, 2.5]]), "", "`[[1, 2.5]]`"),
        ((1, Fraction(1, 2)), "", "`[1, 1/2]`"),
        (Kernel.from_array([1, -2, 1]), "", "`[1, -2, 1]`"),
        (Kernel({-1: Fraction(-1, 2), 1: Fraction(1, 2)}), "", "`[-1/2, 0, 1/2]`"),
        (Tex("x^2"), "", "$x^2$"),
        ({"en": "five", "zh": "五"}, "", "五"),
    ],
)
def test_values_in_a_sentence(value, form, written):
    assert inline(value, form, "zh") == written


@pytest.mark.parametrize("value", [0.1, float("nan"), float("inf"), True, None, Code("x"), object()])
def test_what_would_be_read_wrongly_is_refused(value):
    with pytest.raises(InputError):
        inline(value, "", "en")


@pytest.mark.parametrize("value", [np.array([1.0, np.inf]), [float("nan")]])
def test_arrays_of_what_is_not_finite_are_refused(value):
    with pytest.raises(InputError, match="finite"):
        inline(value, ".2f", "en")


def test_a_format_that_is_none_is_told():
    with pytest.raises(InputError, match=r"'\.zz' is no format of a number"):
        inline(1.5, ".zz", "en")


def test_not_a_number_is_refused_with_a_format_too():
    with pytest.raises(InputError, match="finite"):
        inline(float("nan"), ".2f", "en")


@pytest.mark.parametrize(
    "text", ["<script>", "a*b*c", "[x](y)", "`code`", "$5", "a|b", r"back\slash", "__x__", "~~x~~"]
)
def test_text_of_facts_is_shown_as_it_stands(text):
    """Read by a Markdown reader of others, the escaped text gives the text back and no element."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    [_, inside, _] = reader.parse(escaped(text))
    assert {token.type for token in inside.children} <= {"text", "text_special"}
    assert "".join(token.content for token in inside.children) == text


def test_a_matrix_has_whole_numbers_over_one_denominator():
    nine = Kernel.from_array([[1, 4, 1], [4, -20, 4], [1, 4, 1]]) / 6
    assert block(nine, "en", name="nine") == (
        "$$\n\\frac{1}{6}\\begin{bmatrix} 1 & 4 & 1 \\\\ 4 & -20 & 4 \\\\ 1 & 4 & 1 \\end{bmatrix}\n$$"
    )


def test_columns_of_a_table_stand_in_line_also_with_chinese_text():
    table = Table(
        {"en": ("name", "n"), "zh": ("名称", "数")}, [({"en": "kernel", "zh": "卷积核"}, 1000), ("x|y", 2)]
    )
    for language in ("en", "zh"):
        lines = block(table, language, name="t").split("\n")
        assert len({width(line) for line in lines}) == 1
        assert lines[1].endswith("-: |")  # numbers stand at the right
    with pytest.raises(InputError, match="3 cells in a table of 2 columns"):
        block(Table({"en": ("a", "b")}, [(1, 2, 3)]), "en", name="t")


def test_code_with_fences_in_it_stays_one_block():
    from markdown_it import MarkdownIt

    text = "a\n```\nb"
    [token] = MarkdownIt().parse(block(Code(text), "en", name="c"))
    assert (token.type, token.info, token.content) == ("fence", "python", text + "\n")


def test_bars_of_formulas_do_not_end_a_cell():
    from kernelkit.report.html_page import html_of

    table = Table({"en": ("a", "b")}, [(Tex(r"|x| = \|y\|"), 1)])
    found = html_of(block(table, "en", name="t"), {})
    assert found.count("<td") == 2
    assert found.count("&#x02016;") == 2
