"""A document with one of each kind of fact, hostile text among them."""

from fractions import Fraction

from kernelkit import Kernel
from kernelkit.plot.style import new_figure
from kernelkit.report.document import document
from kernelkit.report.model import Answer, Check, Code, Figure, Problem, Table, Tex

HOSTILE = "<script>alert(1)</script> & \"quotes\" 'too' [x](javascript:alert(1)) $y$ | `z`"
TEXT = """
    First {number}, {fraction}, {kernel}, $a^2$ and {hostile}.

    {matrix}

    ## A part

    {formula}

    {table}

    {code}

    {picture}

    - one
    - **two**
"""


def drawn(language):
    figure = new_figure(3, 2, layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1])
    axes.set_xlabel({"en": "x < 1 & y", "zh": "横轴"}[language])
    return figure


def made(language="en", slug="sample"):
    both = {"en": f"Title {HOSTILE}", "zh": f"标题 {HOSTILE}"}
    problem = Problem(slug=slug, title=both, question=both, source={"en": "the post", "zh": "博客"})
    nine = Kernel.from_array([[1, 4, 1], [4, -20, 4], [1, 4, 1]]) / 6
    facts = {
        "number": 61706,
        "fraction": Fraction(-1, 12),
        "kernel": Kernel.from_array([1, -2, 1]),
        "hostile": HOSTILE,
        "matrix": nine,
        "formula": Tex(r"\frac{f(x+h)-f(x)}{h} = f'(x) + \sum_{n} x^n"),
        "table": Table({"en": ("what", "n"), "zh": ("名称", "数")}, [(HOSTILE, 1), ("b", 2)]),
        "code": Code("print('<b>')"),
        "picture": Figure({"en": "A line $x$ {number}", "zh": "直线 $x$ {number}"}, drawn),
    }
    check = Check({"en": f"holds {{number}} {'<i>'}", "zh": "成立 {number}"}, holds=True)
    return document(problem, Answer({"en": TEXT, "zh": TEXT}, facts, (check,)), language)
