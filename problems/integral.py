"""Kernels for integrals: rules over a fixed window, and why a running integral has none."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit import Kernel, certify, derive, integral, learn
from kernelkit.exact.integrals import running_integral
from kernelkit.learning.window import corr
from kernelkit.report.model import Answer, Check, Figure, Problem, Table, Tex
from kernelkit.report.shown import MINUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from matplotlib.figure import Figure as Drawn
    from numpy.typing import NDArray

    from kernelkit.learning.run import Run

PROBLEM = Problem(
    slug="integral",
    title={"en": "A kernel for the integral", "zh": "求积分的卷积核"},
    question={
        "en": "Which kernel computes an integral? Is there one for the integral from the start up to every sample?",
        "zh": "怎样设计一个表示积分的卷积核？从起点积到每个采样点的积分，能用卷积核表示吗？",
    },
    source={
        "en": "The post, “Some questions”; Dive into Deep Learning, “Convolutions for Images”, designing kernels",
        "zh": "博客“一些问题”；《动手学深度学习》“图像卷积”一节，手工设计卷积核的习题",
    },
    group="post",
    rank=3,
)

_TEXT = {
    "en": """
        Over a window of fixed length it is the weights of a quadrature rule, for example {simpson} (Simpson's rule)
        times the sample spacing $h$. The integral from a fixed start up to every sample, the running integral, is
        **no** kernel of any finite size. It needs its own last value:

        {recursion}

        ## Over a fixed window

        A quadrature rule is a weighted sum of samples that stands for an integral. The same three samples serve
        several integrals, with different weights; each times $h$:

        {rules}

        The first two split the window into parts and add up a rule for each part. The other two ask all weights
        together to be right for $1$, $x$ and $x^2$, and gain a power. The last one turns samples into sums over one
        pixel. In the plane the product of two rules integrates over a rectangle; Simpson's rule along both axes gives

        {plane}

        Average pooling is the first rule along both axes, divided by the area of the window.

        ## No finite kernel for the running integral

        Suppose that some kernel $g$ with finitely many weights gave $y_i$ at every sample. Then the difference
        $y_i - y_{i-1}$ would come from $g$ minus a copy of $g$ shifted by one sample, and the weights of that sum to

        {zero}

        But the difference is $h\\,x_i$: one weight, $h$, so for $h$ = {one} the sum must be {one}. Two kernels that
        give the same output for every signal are the same kernel, and {zero_value} is not {one}. So there is no
        such $g$, however long. Put plainly: a finite window of a constant signal gives the same number everywhere,
        while the running integral keeps growing.

        ## What learning makes of it

        Windows of $n$ weights were learned from {signals} random signals, once for the running integral and once
        for the integral over the last {seven} samples. The table says which share of the labels' sum of squares
        ($R^2$) the best window explains.

        {learned}

        The fixed window is learned exactly as soon as $n$ reaches {seven}. The running integral is not, and the
        longer the signal, the worse: a window of $n$ weights forgets all that is older. On signals of $L$ samples
        it explains $2n/(L+n)$ on average.

        {figure}

        A layer that keeps its last output and adds to it is a recurrent one, the simplest there is. This is what
        recurrent networks have and convolutions lack.
    """,
    "zh": """
        对固定长度的窗口求积分，卷积核就是求积公式的权重，例如 {simpson}（辛普森公式）乘以采样间隔 $h$。
        而从固定起点一直积到每个采样点的“累积积分”（变上限积分），**不能**用任何有限大小的卷积核表示，它要用到自己的上一个值：

        {recursion}

        ## 固定窗口上的积分

        求积公式就是用采样值的加权和来代表积分。同样三个采样点，换一组权重就能求不同的积分（都要再乘以 $h$）：

        {rules}

        前两个把窗口分成几段，各段用简单的公式再相加；后两个要求所有权重一起对 $1$、$x$、$x^2$ 都给出正确的积分，
        于是精确的次数更高。最后一个公式把采样值变成一个像素上的积分。在二维图像上，两个方向的公式相乘，就得到矩形上的积分；
        两个方向都用辛普森公式，得到

        {plane}

        平均池化就是两个方向都用第一个公式，再除以窗口的面积。

        ## 累积积分没有有限的卷积核

        假设有一个只含有限个权重的卷积核 $g$，能在每个采样点给出 $y_i$。那么 $y_i - y_{i-1}$ 就由“$g$ 减去平移一格的
        $g$”给出，而后者的权重之和是

        {zero}

        但 $y_i - y_{i-1}$ 等于 $h\\,x_i$，即只有一个权重 $h$ 的核；取 $h$ = {one}，权重之和应为 {one}。
        对任何信号输出都相同的两个核是同一个核，而 {zero_value} 不等于 {one}，所以这样的 $g$ 无论多长都不存在。
        直观地说：常数信号经过有限的窗口，处处得到同一个数，而累积积分却一直在增长。

        ## 让数据来学，会怎样

        用 {signals} 段随机信号学习有 $n$ 个权重的窗口：一次学累积积分，一次学最近 {seven} 个采样点上的积分。
        下表是最好的窗口能解释标签平方和的多大比例（$R^2$）。

        {learned}

        固定窗口的积分，$n$ 一到 {seven} 就学得完全准确；累积积分却学不会，而且信号越长越差：
        $n$ 个权重的窗口会忘掉更早的一切。信号有 $L$ 个采样点时，平均只能解释 $2n/(L+n)$。

        {figure}

        保存上一个输出、再往上累加的层，就是最简单的循环层。循环神经网络有、而卷积没有的，正是这个。
    """,
}

_SIZES = (1, 5, 7, 25, 100)
_SEVEN = 7


def solve(*, signals: int = 200, lengths: tuple[int, int] = (400, 2000), seed: int = 0) -> Answer:
    """Derive rules, prove that the running integral has no kernel, and learn windows for both.

    Parameters
    ----------
    signals
        Random signals to learn from.
    lengths
        Samples of a signal, for the two columns of the running integral.
    seed
        Of the signals.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    rules = _rules()
    simpson = rules[2][1]
    running = running_integral([0])
    growth = running.difference.moment((0,))
    step = running.rule.moment((0,))
    several = [random.standard_normal((signals, 1, length)) for length in lengths]
    forever = [[_fit(x, np.cumsum(x, axis=-1), n) for n in _SIZES] for x in several]
    fixed = [_fit(several[0], _moving_sum(several[0], _SEVEN), n) for n in _SIZES]
    shares = [[_share(run) for run in runs] for runs in (*forever, fixed)]
    plane = simpson.outer(simpson)
    return Answer(
        text=_TEXT,
        facts={
            "simpson": simpson,
            "recursion": Tex(r"y_i = y_{i-1} + h\,x_i"),
            "rules": Table(
                _RULE_HEADS,
                [_rule_row(*rule) for rule in rules],
            ),
            "plane": plane,
            "zero": Tex(rf"\sum_k g_k - \sum_k g_{{k-1}} = {growth}."),
            "zero_value": growth,
            "one": step,
            "signals": signals,
            "seven": _SEVEN,
            "learned": Table(
                {
                    language: [text.format(*lengths, _SEVEN) for text in heads]
                    for language, heads in _HEADS.items()
                },
                [[n, *(f"{share:.3f}" for share in row)] for n, *row in zip(_SIZES, *shares, strict=True)],
            ),
            "figure": Figure(
                {
                    "en": "One signal's running integral, and what the best windows of two sizes make of the signal.",
                    "zh": "一段信号的累积积分，以及两种大小的最优窗口给出的结果。",
                },
                lambda language: _drawn(
                    several[0][0, 0], dict(zip(_SIZES, forever[0], strict=True)), language
                ),
            ),
        },
        checks=(
            Check(
                {
                    "en": "each rule integrates random polynomials exactly up to the degree in the table, and the next "
                    "power it does not",
                    "zh": "每个公式对随机多项式的积分都精确到表中的次数，再高一次就不精确",
                },
                all(_exact_up_to_its_degree(rule, random) for rule in rules),
            ),
            Check(
                {
                    "en": "the product of two rules integrates over the square as Simpson's rule does over its side",
                    "zh": "两个公式的乘积在正方形上求积分，精确的次数与一维时相同",
                },
                certify(plane, integral([(-1, 1), (-1, 1)])).degree_of_exactness
                == certify(simpson, integral(-1, 1)).degree_of_exactness,
            ),
            Check(
                {
                    "en": "the recursion gives the running sums of a random signal, those of NumPy",
                    "zh": "递推给出随机信号的累积和，与 NumPy 的结果一致",
                },
                _recursion_is_cumulative(random),
            ),
            Check(
                {
                    "en": "any of many random kernels, minus its shifted copy, has weights that sum to {zero_value}",
                    "zh": "许多随机卷积核减去自己平移一格的副本，权重之和都是 {zero_value}",
                },
                _differences_sum_to_nothing(random, growth),
            ),
            Check(
                {
                    "en": "what windows explain of the running integral is within a tenth of $2n/(L+n)$",
                    "zh": "窗口对累积积分的解释比例与 $2n/(L+n)$ 相差不到十分之一",
                },
                all(
                    abs(share / (2 * n / (length + n)) - 1) < 0.1
                    for length, row in zip(lengths, shares, strict=False)
                    for n, share in zip(_SIZES, row, strict=True)
                ),
            ),
            Check(
                {
                    "en": "the integral over {seven} samples is explained exactly from {seven} weights on, not "
                    "before",
                    "zh": "从 {seven} 个权重起，{seven} 个采样点上的积分完全得到解释，更少则不能",
                },
                all(
                    (1 - share < 1e-12) == (n >= _SEVEN) for n, share in zip(_SIZES, shares[-1], strict=True)
                ),
            ),
        ),
    )


_RULE_HEADS = {
    "en": ("rule", "weights", "integral over, in units of h", "exact up to degree"),
    "zh": ("公式", "权重", "积分区间（以 h 为单位）", "精确的最高次数"),
}
_HEADS = {
    "en": ("weights n", "running, {0} samples", "running, {1} samples", "over {2} samples"),
    "zh": ("权重数 n", "累积，{0} 个采样点", "累积，{1} 个采样点", "最近 {2} 个采样点"),
}


Rule = tuple[dict[str, str], Kernel, Fraction, Fraction]
"""A name, weights, and the interval that they integrate over."""


def _rules() -> list[Rule]:
    """Return rules on three samples: midpoints, trapezoids, Simpson's, and over the cell in the middle."""
    trapezoid = derive(integral(-1, 0), [-1, 0])
    one, half = Fraction(1), Fraction(1, 2)
    found = [
        ({"en": "midpoints", "zh": "中点公式"}, Kernel.from_array([1, 1, 1]), 3 * half),
        ({"en": "trapezoids", "zh": "梯形公式"}, trapezoid + trapezoid.shifted(1), one),
        ({"en": "Simpson", "zh": "辛普森公式"}, derive(integral(-one, one), [-1, 0, 1]), one),
        ({"en": "one pixel", "zh": "一个像素"}, derive(integral(-half, half), [-1, 0, 1]), half),
    ]
    return [(name, kernel, -reach, reach) for name, kernel, reach in found]


def _rule_row(name: dict[str, str], kernel: Kernel, low: Fraction, high: Fraction) -> list[object]:
    return [name, kernel, f"[{low}, {high}]".replace("-", MINUS), _degree(kernel, low, high)]


def _degree(kernel: Kernel, low: Fraction, high: Fraction) -> int:
    degree = certify(kernel, integral(low, high)).degree_of_exactness
    assert degree is not None  # samples never give every integral exactly
    return degree


def _moving_sum(x: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Return at every sample the sum of the last ones, as many as there are at the start."""
    import numpy as np

    total = np.cumsum(x, axis=-1)
    total[..., size:] -= total[..., :-size].copy()
    return total


def _fit(x: NDArray[np.float64], y: NDArray[np.float64], size: int) -> Run:
    """Learn a causal window: its output stands at its last sample."""
    return learn(x, y[..., size - 1 :], (size,))


def _share(run: Run) -> float:
    return 1 - run.loss / float((run.pairs.labels**2).sum())


def _exact_up_to_its_degree(rule: Rule, random: np.random.Generator) -> bool:
    """Integrate random polynomials by their antiderivative, in fractions."""
    _, kernel, low, high = rule

    def error(coefficients: Sequence[int]) -> Fraction:
        powers = list(enumerate(coefficients))
        found = sum((tap * sum(c * x**k for k, c in powers) for (x,), tap in kernel.taps), Fraction(0))
        return found - sum(c * (high ** (k + 1) - low ** (k + 1)) / (k + 1) for k, c in powers)

    degree = _degree(kernel, low, high)
    tried = random.integers(-9, 10, (50, degree + 1)).tolist()
    return not any(map(error, tried)) and error([0] * (degree + 1) + [1]) != 0


def _recursion_is_cumulative(random: np.random.Generator) -> bool:
    import numpy as np

    samples = random.integers(-9, 10, 100)
    found = running_integral([0]).accumulated([Fraction(int(x)) for x in samples])
    return found[1:] == list(map(int, np.cumsum(samples)))


def _differences_sum_to_nothing(random: np.random.Generator, total: Fraction) -> bool:
    """Shift and subtract kernels of many lengths, as arrays."""
    import numpy as np

    kernels = [random.integers(-99, 100, n) for n in range(1, 100)]
    return all(int(np.diff(np.pad(kernel, 1)).sum()) == total for kernel in kernels)


def _drawn(x: NDArray[np.float64], runs: dict[int, Run], language: str) -> Drawn:
    """Draw a running integral and what windows give, each where all of its samples exist."""
    import numpy as np

    from kernelkit.plot.style import COLOURS, dress, new_figure

    figure = new_figure(6, 3, layout="constrained")
    axes = figure.subplots()
    axes.plot(np.cumsum(x), color=COLOURS[0], linewidth=1.4, label=_LABELS[language][0])
    for n, colour in zip((100, 25), COLOURS[1:], strict=False):
        given = corr(x, runs[n].weights[0, 0], ndim=1)
        axes.plot(
            range(n - 1, len(x)), given, color=colour, linewidth=1.2, label=_LABELS[language][1].format(n)
        )
    dress(axes, *_AXES[language])
    axes.legend(frameon=False)
    return figure


_LABELS = {"en": ("running integral", "window of {}"), "zh": ("累积积分", "{} 个权重的窗口")}
_AXES = {"en": ("sample", "value"), "zh": ("采样点", "值")}
