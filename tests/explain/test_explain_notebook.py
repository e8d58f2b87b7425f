"""What notebooks show: the text of the command line, escaped, and formulas."""

from kernelkit import Kernel, certify, derivative, derive, identify, laplacian, minimal, named
from kernelkit.explain.notebook import LONGEST, html_of, latex_of


def test_values_show_the_text_of_the_command_line():
    kernel = derive(derivative(2))
    assert "tap      1  -2  1" in kernel._repr_html_()
    assert "d^2/dx^2, accuracy 2" in certify(kernel, derivative(2))._repr_html_()
    assert "a derivative: d^2/dx^2" in identify(kernel)._repr_html_()
    assert "sobel-3-x" in named("sobel-x")._repr_html_()
    assert "3 taps" in minimal(derivative(2))._repr_html_()


def test_every_character_is_escaped():
    assert html_of("<script>") == "<pre>&#x27;&lt;script&gt;&#x27;</pre>"


def test_kernels_and_certificates_have_formulas_for_mathjax():
    formula = certify(derive(derivative(2)), derivative(2))._repr_latex_()
    assert formula.startswith(r"$$\frac{f(x-h) - 2 f(x) + f(x+h)}{h^{2}}")
    assert formula.endswith("$$")
    assert "%" not in formula
    plane = derive(laplacian(2))._repr_latex_()
    assert plane.startswith("$$")
    assert r"\begin{bmatrix}" in plane


def test_what_has_no_formula_shows_none():
    assert latex_of(identify([1, -2, 1])) is None
    assert latex_of(Kernel({}, ndim=3)) is None or "f" in latex_of(Kernel({}, ndim=3))


def test_large_kernels_show_their_size_only():
    large = Kernel([(x, 1) for x in range(LONGEST + 1)])
    assert large._repr_html_() == f"<pre>a kernel of {LONGEST + 1} taps</pre>"
