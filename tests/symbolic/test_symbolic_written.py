"""Symbolic kernels in writing: every form says the same, and says it readably."""

from __future__ import annotations

import json
import shutil
import subprocess
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
import sympy

from kernelkit.errors import InputError
from kernelkit.exact.rational import rational
from kernelkit.symbolic.spacing import SymbolicKernel, at, spaced
from kernelkit.symbolic.written import c, expression, formula, latex, python, record, text

if TYPE_CHECKING:
    from pathlib import Path

KERNELS = [
    spaced(2, ("h1", "h2")),
    spaced(1, ("h",) * 4),
    spaced(2, ("g", "h", "h", "g")),
    spaced(3, ("h1", 2, "h3", "1/2"), base=1),
    spaced(0, ("a", "b")),
    spaced(1, (1, 2)),
]


def evaluated(written: str, widths: dict[str, Fraction]) -> Fraction:
    """Evaluate text that kernelkit wrote, integers taken as fractions."""
    symbols = sympy.symbols(list(widths), positive=True) if widths else []
    # the text is kernelkit's own, not a user's
    value = sympy.sympify(written, locals={s.name: s for s in symbols})
    result = value.subs({s: sympy.Rational(*widths[s.name].as_integer_ratio()) for s in symbols})
    return Fraction(int(result.p), int(result.q))


def widths_of(kernel: SymbolicKernel) -> dict[str, Fraction]:
    """Different widths for all symbols."""
    return {symbol.name: Fraction(2 * i + 3, i + 1) for i, symbol in enumerate(kernel.symbols)}


def test_text_is_a_readable_table() -> None:
    assert text(spaced(2, ("h", "h"))) == (
        "d^2/dx^2 at node 1 of 0..2, cells of width h, h\n"
        "\n"
        "  node  offset  tap\n"
        "     0  -h      1/h^2\n"
        "  *  1  0       -2/h^2\n"
        "     2  h       1/h^2\n"
        "\n"
        "accuracy        2: halving every width divides the error by about 4\n"
        "kernel - exact  h^2/12 d^4/dx^4 f + ...\n"
        "convention      correlation, (K f)(x) = sum tap * f(x + offset), x at the node marked *"
    )


@pytest.mark.parametrize("kernel", [*KERNELS, spaced(1, ("h",) * 12)])
def test_text_is_aligned_ascii_with_one_mark(kernel: SymbolicKernel) -> None:
    written = text(kernel)
    head, *rows = written.split("\n\n")[1].splitlines()
    assert written.isascii()
    assert len(rows) == len(kernel.nodes)
    assert [i for i, row in enumerate(rows) if "*" in row[:4]] == [kernel.base]
    for row, tap in zip(rows, kernel.taps, strict=True):
        assert row[head.index("tap") :] == expression(tap).replace("**", "^")
        assert row[head.index("offset") - 1] == " "
    assert all(line == line.rstrip() for line in written.splitlines())


def test_the_value_itself_has_no_error() -> None:
    written = text(spaced(0, ("a", "b")))
    assert "accuracy        unlimited" in written
    assert "kernel - exact  none" in written


def test_an_error_that_is_a_sum_is_bracketed() -> None:
    """For order 3 on nodes 0, g, g + 2, 2 g + 2 the error is 3!/4! times their sum, 4 g + 4."""
    kernel = spaced(3, ("g", 2, "g"), base=0)
    assert "kernel - exact  (g + 1) d^4/dx^4 f + ..." in text(kernel)
    assert formula(kernel).endswith(r"- \left(g + 1\right) f^{(4)}(x) + \cdots")


@pytest.mark.parametrize("kernel", KERNELS)
def test_a_record_survives_json_and_says_what_the_kernel_says(kernel: SymbolicKernel) -> None:
    read = json.loads(json.dumps(record(kernel)))
    assert read["schema"] == "kernelkit/1"
    assert read["target"] == {"name": kernel.target.name, "order": kernel.order, "dim": 1}
    assert (read["base"], read["accuracy"]) == (kernel.base, kernel.accuracy)
    widths = widths_of(kernel)
    exact = {x: tap for (x,), tap in at(kernel, widths).taps}
    for node, entry in zip(read["nodes"], read["taps"], strict=True):
        assert entry["offset"] == [node]
        assert evaluated(entry["tap"], widths) == exact.get(evaluated(node, widths), 0)


def test_a_record_has_the_error_of_the_kernel() -> None:
    assert record(spaced(1, ("h", "h")))["leading_error"] == [
        {"coefficient": "h**2/6", "derivative": [3], "h_power": 2}
    ]
    assert record(spaced(0, ("h",)))["leading_error"] == []


def test_latex_is_the_formula_with_its_remainder() -> None:
    assert formula(spaced(2, (1, "h"), base=1)) == (
        r"f''(x) = \frac{2}{h + 1} f(x - 1) - \frac{2}{h} f(x) + \frac{2}{h \left(h + 1\right)} f(x + h)"
        r" - \frac{h - 1}{3} f'''(x) + \cdots"
    )
    assert (
        formula(spaced(2, (1, 1)))
        == r"f''(x) = f(x - 1) - 2 f(x) + f(x + 1) - \frac{1}{12} f^{(4)}(x) + \cdots"
    )
    assert formula(spaced(0, ("h",))) == "f(x) = f(x)"


def test_latex_turns_the_sign_of_the_error() -> None:
    """Kernel minus exact is -h^4/30 f^(5), so exact is the kernel plus h^4/30 f^(5)."""
    assert formula(spaced(1, ("h",) * 4)).endswith(r"+ \frac{h^{4}}{30} f^{(5)}(x) + \cdots")


@pytest.mark.parametrize("kernel", [*KERNELS, spaced(1, ("h1", "h2", "h3"))])
def test_the_latex_of_a_paper_says_what_the_text_says(kernel: SymbolicKernel) -> None:
    """Place, accuracy, error and convention in comments; the formula displayed, in lines where it is long."""
    comments, display = latex(kernel).split("\n\\[\n")
    said = comments.replace("\n%   ", " ").removeprefix("% ").split("\n% ")
    shown = text(kernel)
    assert said[0] == shown.splitlines()[0]
    for line in said[1:3]:
        label, words = line.split(": ", 1)
        assert f"{label:<16}{words}" in shown
    assert said[3].startswith("convention: correlation, (K f)(x) = sum tap * f(x + offset)")
    assert said[4:] == ["Needs amsmath."]
    body = display.removesuffix("\n\\]")
    for mark in (r"\begin{aligned}", r"\end{aligned}", r"\\", "{} &", "&"):
        body = body.replace(mark, "")
    assert body.split() == formula(kernel).split()
    assert max(map(len, display.splitlines())) <= 200


@pytest.mark.parametrize("kernel", KERNELS)
def test_python_is_a_function_of_the_widths(kernel: SymbolicKernel) -> None:
    namespace: dict[str, object] = {}
    exec(compile(python(kernel), "<written>", "exec"), namespace)  # noqa: S102 - the text is kernelkit's own
    widths = widths_of(kernel)
    taps = namespace["taps"](**widths)  # type: ignore[operator]  # a function
    exact = {x: tap for (x,), tap in at(kernel, widths).taps}
    for node, tap in zip(kernel.nodes, taps, strict=True):
        expected = exact.get(evaluated(expression(node), widths), Fraction(0))
        assert tap == expected if isinstance(tap, Fraction | int) else abs(tap - float(expected)) < 1e-15


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize("kernel", [*KERNELS, spaced(2, ("int", "double", "h"))])
def test_c_is_a_function_of_the_widths(kernel: SymbolicKernel, tmp_path: Path) -> None:
    """Also where widths are called by words of C."""
    widths = widths_of(kernel)
    arguments = "".join(f"{float(width)!r}, " for width in widths.values())
    main = (
        f"#include <stdio.h>\n{c(kernel)}\nint main(void)\n{{\n    double taps[{len(kernel.taps)}];\n"
        f"    kernel_taps({arguments}taps);\n    for (int i = 0; i < {len(kernel.taps)}; i++)\n"
        f'        printf("%a\\n", taps[i]);\n    return 0;\n}}\n'
    )
    (tmp_path / "main.c").write_text(main)
    strict = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "main.c", "-lm"]
    done = subprocess.run(strict, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    shown = subprocess.run(["./a.out"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    exact = {x: tap for (x,), tap in at(kernel, widths).taps}
    expected = [float(exact.get(evaluated(expression(node), widths), 0)) for node in kernel.nodes]
    assert [float.fromhex(tap) for tap in shown.split()] == pytest.approx(expected, rel=1e-13)


def test_c_refuses_a_width_called_as_its_array() -> None:
    with pytest.raises(InputError, match="'taps' is the name of the array that C fills in"):
        c(spaced(1, ("taps", "h")))


def test_python_refuses_its_keywords_as_names() -> None:
    with pytest.raises(InputError) as caught:
        python(spaced(1, ("lambda",)))
    assert str(caught.value) == (
        "'lambda' is a keyword of Python and cannot name an argument\n  next: rename the spacing"
    )


def test_numbers_among_the_spacings_read_back_exactly() -> None:
    read = record(spaced(1, ("1/3", "h", "0.25")))["spacings"]
    assert [read[1], rational(read[0]), rational(read[2])] == ["h", Fraction(1, 3), Fraction(1, 4)]
