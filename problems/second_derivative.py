"""The kernel for the second derivative, and why the popular answer is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit import Kernel, certify, derivative, derive, laplacian, minimal
from kernelkit.report.model import Answer, Check, Figure, Problem, Table, Tex

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawn

PROBLEM = Problem(
    slug="second-derivative",
    title={"en": "A kernel for the second derivative", "zh": "求二阶导数的卷积核"},
    question={
        "en": "Which kernel computes the second derivative of a signal? What is the smallest one?",
        "zh": "怎样设计一个表示二阶导数的卷积核？最小的核有多大？",
    },
    source={
        "en": "The post, “Some questions”; Dive into Deep Learning, “Convolutions for Images”, designing kernels",
        "zh": "博客“一些问题”；《动手学深度学习》“图像卷积”一节，手工设计卷积核的习题",
    },
    group="post",
    rank=2,
)

_TEXT = {
    "en": """
        The kernel is {taps}, divided by the square of the sample spacing $h$. Applied to samples of a smooth function
        $f$ it gives

        {expansion}

        so the error shrinks with the square of the spacing.

        ## Where it comes from

        Ask three weights at $x-h$, $x$ and $x+h$ to be right for the three functions $1$, $x$ and $x^2$. Their second
        derivatives are zero, zero and two. That is three linear equations for three weights, with one solution:

        {moments}

        **It cannot be smaller.** Any kernel for a second derivative needs {count} weights, wherever they are put: with
        fewer points $n$, the equations for $1, x, \\dots, x^{n-1}$ already force every weight to be zero, and the
        zero kernel does not give two for $x^2$.

        ## The popular answer

        {popular} circulates as an answer. It gives {popular_gain} times the second derivative: the sign is wrong. A
        parabola that opens upwards, like $x^2$, has a positive second derivative, and a kernel must say so.

        ## In two dimensions

        The sum of the second derivatives along both axes is the Laplacian. Adding the kernel to its transpose gives
        the five-point kernel

        {five}

        Its error is of the same order, but depends on the direction. With the corners added it does not: the leading
        error of

        {nine}

        is the same in every direction.

        {figure}
    """,
    "zh": """
        答案是 {taps}，再除以采样间隔 $h$ 的平方。把它作用在光滑函数 $f$ 的采样值上，得到

        {expansion}

        所以误差随间隔的平方减小。

        ## 它是怎么来的

        在 $x-h$、$x$、$x+h$ 三点各放一个权重，要求这个核对 $1$、$x$、$x^2$ 这三个函数都给出正确的二阶导数，
        分别是零、零、二。三个线性方程，三个未知数，解是唯一的：

        {moments}

        **不能再小了。** 不管采样点放在哪里，求二阶导数至少要 {count} 个权重：如果只有更少的 $n$ 个点，
        单是对 $1, x, \\dots, x^{n-1}$ 的要求就已经迫使所有权重为零，而全零的核对 $x^2$ 得不到二。

        ## 网上流传的答案

        网上常见的答案 {popular} 给出的是二阶导数的 {popular_gain} 倍：符号反了。
        开口向上的抛物线（例如 $x^2$）二阶导数为正，核的输出也应当为正。

        ## 二维的情形

        两个方向的二阶导数之和就是拉普拉斯算子。把这个核与它的转置相加，得到五点核

        {five}

        它的误差阶数相同，但误差的大小与方向有关。用上四个角以后，

        {nine}

        的主要误差项在各个方向上都一样。

        {figure}
    """,
}


def solve() -> Answer:
    """Derive the kernel, prove it minimal, and examine the popular answer."""
    target = derivative(2)
    kernel = derive(target)
    proof = certify(kernel, target)
    [term] = proof.leading_terms
    popular = Kernel.from_array([-1, 2, -1])
    examined = certify(popular, target)
    smallest = minimal(target)
    along = Kernel.from_array([[0, 0, 0], [1, -2, 1], [0, 0, 0]])
    five = along + Kernel.from_array([[0, 1, 0], [0, -2, 0], [0, 1, 0]])
    nine = Kernel.from_array([[1, 4, 1], [4, -20, 4], [1, 4, 1]]) / 6
    five_proof, nine_proof = (certify(one, laplacian(2)) for one in (five, nine))
    rows = [[Tex(("1", "x", "x^2")[m]), kernel.moment((m,)), (0, 0, 2)[m]] for m in range(3)]
    return Answer(
        text=_TEXT,
        facts={
            "taps": kernel,
            "expansion": Tex(
                rf"\frac{{f(x-h)-2f(x)+f(x+h)}}{{h^2}} = f''(x) + \frac{{{term.coefficient.numerator}}}"
                rf"{{{term.coefficient.denominator}}} h^{{{term.h_power}}} f^{{({term.derivative[0]})}}(x) + \cdots"
            ),
            "moments": Table(
                {
                    "en": ("function", "what the kernel gives at zero", "second derivative at zero"),
                    "zh": ("函数", "核在零点给出的值", "零点处的二阶导数"),
                },
                rows,
            ),
            "count": smallest.count,
            "popular": popular,
            "popular_gain": examined.gain,
            "five": five,
            "nine": nine,
            "figure": Figure(
                {
                    "en": "Error of the two Laplacians for waves four samples long, by the direction of the wave.",
                    "zh": "对波长为四个采样点的波，两种拉普拉斯核在不同方向上的误差。",
                },
                lambda language: _errors(five, nine, language),
            ),
        },
        checks=(
            Check(
                {
                    "en": "the derived kernel is consistent with the second derivative",
                    "zh": "推导出的核求的确实是二阶导数",
                },
                proof.consistent,
            ),
            Check(
                {
                    "en": "the derived kernel has the fewest taps of all kernels, and that is proved",
                    "zh": "推导出的核权重最少，并且已得到证明",
                },
                smallest.optimal and smallest.count == len(kernel),
            ),
            Check(
                {
                    "en": "{popular} does not compute the second derivative, its negative does",
                    "zh": "{popular} 求的不是二阶导数，取负号以后才是",
                },
                not examined.consistent and certify(-popular, target).consistent,
            ),
            Check(
                {
                    "en": "both two-dimensional kernels compute the Laplacian",
                    "zh": "两个二维核求的都是拉普拉斯算子",
                },
                five_proof.consistent and nine_proof.consistent,
            ),
        ),
    )


def _errors(five: Kernel, nine: Kernel, language: str) -> Drawn:
    """Draw the relative error for waves of a quarter of the sampling rate, by their direction."""
    import numpy as np

    from kernelkit.plot.style import COLOURS, dress, new_figure

    angles = np.linspace(0, np.pi / 2, 91)
    wave = np.pi / 2 * np.stack([np.sin(angles), np.cos(angles)])
    figure = new_figure(5.5, 3.2, layout="constrained")
    axes = figure.subplots()
    for name, kernel, colour in zip(_NAMES[language], (five, nine), COLOURS[1:], strict=False):
        symbol = sum(
            float(tap) * np.cos(float(row) * wave[0] + float(column) * wave[1])
            for (row, column), tap in kernel.taps
        )
        axes.plot(np.degrees(angles), 100 * (symbol / -((np.pi / 2) ** 2) - 1), color=colour, label=name)
    dress(axes, *_AXES[language])
    axes.set_xticks([0, 15, 30, 45, 60, 75, 90])
    axes.legend(frameon=False)
    return figure


_NAMES = {"en": ("five points", "nine points"), "zh": ("五点核", "九点核")}
_AXES = {
    "en": ("direction of the wave in degrees", "error in percent"),
    "zh": ("波的方向（度）", "误差（%）"),
}
