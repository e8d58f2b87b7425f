"""The least size of a kernel for a derivative: a theorem, a search through all sets of points, and data."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit import (
    Kernel,
    box,
    certify,
    derivative,
    derive,
    discover,
    laplacian,
    line,
    minimal,
    obstruction,
)
from kernelkit.report.model import Answer, Check, Figure, Problem, Table, Tex
from kernelkit.report.shown import MINUS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from matplotlib.figure import Figure as Drawn

    from kernelkit import Functional
    from kernelkit.learning.discover import Discovery

PROBLEM = Problem(
    slug="minimal-size",
    title={"en": "The smallest kernel for a derivative", "zh": "求 d 阶导数的最小卷积核"},
    question={
        "en": "What is the least size of a kernel that gives the derivative of order d?",
        "zh": "得到 d 次导数的最小核的大小是多少？",
    },
    source={
        "en": "The post, “Some questions”; Dive into Deep Learning, “Convolutions for Images”, designing kernels",
        "zh": "博客“一些问题”；《动手学深度学习》“图像卷积”一节，手工设计卷积核的习题",
    },
    group="post",
    rank=4,
)

_TEXT = {
    "en": """
        It is $d+1$: so many weights are needed wherever they stand, and so many are enough on any $d+1$ different
        points. A window that is centred on a sample has an odd size, so for odd $d$ it is $d+2$ wide, with a zero in
        the middle.

        {kernels}

        ## Why fewer cannot do

        Take only $d$ points, $x_1$ to $x_d$. The polynomial $(x-x_1)(x-x_2)\\cdots(x-x_d)$ is zero on all of them, so
        whatever the weights are, the kernel gives zero. But its derivative of order $d$ is $d!$, not zero. So no
        weights on these points compute the derivative. (With fewer points, multiply by powers of $x$.)

        {polynomials}

        ## Why so many are enough

        On $d+1$ points ask the kernel to be right for $1, x, \\dots, x^d$: as many linear equations as weights. They
        always have one solution, because only the zero polynomial of degree $d$ has $d+1$ zeros. For neighbouring
        points the solution is the row of binomial coefficients with alternating signs. Right for these powers means
        that the error vanishes with the sample spacing.

        As a test, all sets of points from {low} to {high} were tried in exact arithmetic, for orders up to {highest}:
        of the {fewer} sets that are too small none has a kernel, and all {enough} sets of $d+1$ points have one.

        ## In the plane

        For $\\partial_x^a \\partial_y^b$ multiply two such kernels, one along each axis: a box of $(a+1)(b+1)$ weights.
        For the orders here no fewer do:

        {boxes}

        The Laplacian, the sum of both second derivatives, shows that size and number of weights are two questions.
        Inside {three} by {three} pixels it needs {five} weights: of the sets with fewer, {none} carry one, and
        {fourteen} of this number do. On a larger grid {four} are enough:

        {figure}

        With one point fewer it is impossible anywhere. If they form a triangle, $1$, $x$ and $y$ already force all
        weights to zero. If they lie on a line $\\ell(x,y)=0$, then $\\ell^2$ is zero on all of them, but its Laplacian
        is positive. The price of saving one weight: the error falls like {four_error} instead of {five_error}.

        ## Data say the same

        Labels were made with the binomial kernel from {samples} random samples. The best window of $d$ weights then
        leaves one part in $C(2d,d)$, a binomial coefficient, of their sum of squares unexplained, and $d+1$ weights
        leave nothing. A search that is not told
        $d$ finds the size:

        {learned}
    """,
    "zh": """
        答案是 $d+1$：无论采样点放在哪里，至少要这么多权重；而在任意 $d+1$ 个不同的点上，这么多也就够了。
        以某个采样点为中心的窗口大小必须是奇数，所以 $d$ 为奇数时窗口宽 $d+2$，正中间的权重是零。

        {kernels}

        ## 为什么不能更少

        只取 $d$ 个点 $x_1,\\dots,x_d$。多项式 $(x-x_1)(x-x_2)\\cdots(x-x_d)$ 在这些点上全为零，
        所以不管权重是多少，卷积核的输出都是零；但它的 $d$ 阶导数是 $d!$，不是零。
        可见在这些点上，任何权重都求不出 $d$ 阶导数。（点数更少时，再乘上 $x$ 的幂即可。）

        {polynomials}

        ## 为什么这么多就够

        在 $d+1$ 个点上，要求卷积核对 $1, x, \\dots, x^d$ 都给出正确的结果：线性方程与权重一样多。
        方程组总有唯一解，因为次数不超过 $d$ 的多项式要有 $d+1$ 个零点，只能恒为零。对相邻的点，
        解就是正负交替的二项式系数。对这些幂都正确，意味着误差随采样间隔一起趋于零。

        作为验证，我们用精确算术试遍了从 {low} 到 {high} 的所有点集，阶数到 {highest} 为止：
        点数不足的 {fewer} 个点集没有一个能求导，而 {enough} 个含 $d+1$ 个点的点集个个都能。

        ## 二维的情形

        求 $\\partial_x^a \\partial_y^b$ 时，把两个方向的核相乘，得到 $(a+1)(b+1)$ 个权重的矩形。
        对下面这些阶数，不能更少：

        {boxes}

        拉普拉斯算子是两个方向的二阶导数之和。它说明“窗口多大”和“权重多少”是两个问题。在 {three} × {three}
        的窗口里，它需要 {five} 个权重：遍历所有点集，点数更少的有 {none} 个能用，恰好这么多点的有 {fourteen}
        个能用。在更大的网格上，{four} 个就够了：

        {figure}

        再少一个点，无论放在哪里都不行。若这些点构成三角形，单是对 $1$、$x$、$y$ 的要求就迫使所有权重为零；
        若它们在一条直线 $\\ell(x,y)=0$ 上，则 $\\ell^2$ 在这些点上全为零，而对它作用拉普拉斯算子却得到正数。
        省下一个权重的代价是：误差从与 {five_error} 同阶变成与 {four_error} 同阶。

        ## 数据也这么说

        用二项式系数的核从 {samples} 个随机采样值生成标签。这时，$d$ 个权重的最优窗口会留下标签平方和的
        $C(2d,d)$ 分之一无法解释（$C(2d,d)$ 是二项式系数），$d+1$ 个权重则一点不留。
        不告诉程序 $d$ 是多少，它也能从数据中找出大小：

        {learned}
    """,
}


def solve(*, samples: int = 20000, reach: int = 5, seed: int = 0) -> Answer:
    """Prove the least sizes, search all sets of points, and find the sizes from data.

    Parameters
    ----------
    samples
        Random samples that labels are made from.
    reach
        Points from minus this to this are searched for derivatives on a line.
    seed
        Of the samples.
    """
    orders = range(1, 5)
    points = range(-reach, reach + 1)
    fewer, solvable = _tried(orders, points, lambda d: range(1, d + 1))
    enough, carrying = _tried(orders, points, lambda d: [d + 1])
    square = minimal(laplacian(2), within=box(1))
    second_order = minimal(laplacian(2), accuracy=2)
    wide = minimal(laplacian(2))
    mixed = [minimal(derivative(each)) for each in _MIXED]
    supports = [_carrying(laplacian(2), box(1).offsets, n) for n in range(1, square.count + 1)]
    found = {d: _discovered(d, samples, seed) for d in orders}
    residuals = {d: {fit.taps: fit.residual for fit in one.fits} for d, one in found.items()}
    return Answer(
        text=_TEXT,
        facts={
            "kernels": Table(_KERNEL_HEADS, [_kernel_row(d) for d in orders]),
            "polynomials": Table(_POLYNOMIAL_HEADS, [_polynomial_row(d) for d in orders]),
            "low": points[0],
            "high": points[-1],
            "highest": orders[-1],
            "fewer": fewer,
            "enough": enough,
            "boxes": Table(
                _BOX_HEADS,
                [
                    [Tex(_partial(each)), " × ".join(str(d + 1) for d in each), one.count]
                    for each, one in zip(_MIXED, mixed, strict=True)
                ],
            ),
            "three": len(square.kernel.dense()),
            "five": square.count,
            "none": sum(supports[:-1]),
            "fourteen": square.supports,
            "four": wide.count,
            "figure": Figure(
                {
                    "en": "Weights of two Laplacians: {five} on the smallest box, and {four} on a larger one.",
                    "zh": "两个拉普拉斯核的权重：最小的窗口上 {five} 个，更大的窗口上 {four} 个。",
                },
                lambda _: _drawn(second_order.kernel, wide.kernel),
            ),
            "four_error": _power(wide.certificate.accuracy),
            "five_error": _power(second_order.certificate.accuracy),
            "samples": samples,
            "learned": Table(
                _LEARNED_HEADS,
                [
                    [
                        d,
                        Fraction(1, math.comb(2 * d, d)),
                        f"{residuals[d][d]:.4f}",
                        f"{residuals[d][d + 1]:.4f}",
                        one.chosen.taps,
                    ]
                    for d, one in found.items()
                ],
            ),
        },
        checks=(
            Check(
                {
                    "en": "the binomial kernels and the centred ones compute the derivatives, and for odd orders the "
                    "centred ones have a zero in the middle",
                    "zh": "二项式系数的核与居中的核都能求导；阶数为奇数时，居中的核正中间是零",
                },
                all(map(_kernels_are_right, orders)),
            ),
            Check(
                {
                    "en": "elimination in fractions finds no kernel on any of the {fewer} small sets, and one on each "
                    "of the {enough} others",
                    "zh": "用分数消元：{fewer} 个点数不足的点集上都没有核，另外 {enough} 个点集上都有",
                },
                (solvable, carrying) == (0, enough),
            ),
            Check(
                {
                    "en": "for the mixed derivatives the numbers in the table are the least anywhere",
                    "zh": "对混合导数，表中的权重数在任何位置都是最少的",
                },
                all(
                    one.optimal and one.count == math.prod(d + 1 for d in each)
                    for each, one in zip(_MIXED, mixed, strict=True)
                ),
            ),
            Check(
                {
                    "en": "elimination in fractions on all sets within the small box finds the same {fourteen} as the "
                    "search",
                    "zh": "在小窗口的所有点集上用分数消元，结果与搜索一致，都是 {fourteen} 个",
                },
                supports[-1] == square.supports,
            ),
            Check(
                {
                    "en": "{four} weights compute the Laplacian, and no kernel anywhere has fewer",
                    "zh": "{four} 个权重就能算出拉普拉斯算子，放在任何位置都不能更少",
                },
                wide.certificate.consistent and wide.optimal,
            ),
            Check(
                {
                    "en": "data find $d+1$ for every order, and the residual before it within a tenth of $1/C(2d,d)$",
                    "zh": "对每个阶数，从数据中找到的都是 $d+1$，而少一个权重时的残差与 $1/C(2d,d)$ 相差不到十分之一",
                },
                all(
                    one.chosen.taps == d + 1 and abs(residuals[d][d] * math.comb(2 * d, d) - 1) < 0.1
                    for d, one in found.items()
                ),
            ),
        ),
    )


_MIXED = ((1, 1), (1, 2), (2, 2))
_KERNEL_HEADS = {
    "en": ("order d", "fewest", "on neighbouring points", "centred on a sample"),
    "zh": ("阶数 d", "最少权重数", "放在相邻的点上", "以采样点为中心"),
}
_POLYNOMIAL_HEADS = {
    "en": ("order d", "zero on these d points", "its derivative of order d"),
    "zh": ("阶数 d", "在这 d 个点上为零", "它的 d 阶导数"),
}
_BOX_HEADS = {
    "en": ("derivative", "box (rows × columns)", "fewest weights anywhere"),
    "zh": ("导数", "矩形（行 × 列）", "不限位置的最少权重数"),
}
_LEARNED_HEADS = {
    "en": ("order d", "expected with d", "measured with d", "with one more", "size found"),
    "zh": ("阶数 d", "d 个权重：理论值", "d 个权重：实测", "再多一个", "找到的大小"),
}


def _kernel_row(order: int) -> list[object]:
    target = derivative(order)
    fewest = minimal(target, within=line(-order, order))
    return [order, fewest.count, derive(target, range(order + 1)), derive(target, accuracy=2)]


def _polynomial_row(order: int) -> list[object]:
    found = obstruction(derivative(order), range(order))
    assert found is not None
    return [order, Tex(found.text), found.value]


def _partial(orders: Sequence[int]) -> str:
    """Write a mixed derivative; orders are in array order, y first."""
    names = [(name, d) for name, d in zip("xy", reversed(orders), strict=True) if d]
    return " ".join(rf"\partial_{name}" + (f"^{d}" if d > 1 else "") for name, d in names)


def _power(accuracy: int | None) -> Tex:
    return Tex("h" if accuracy == 1 else f"h^{accuracy}")


def _kernels_are_right(order: int) -> bool:
    """Compare with the published form, binomial coefficients, and look at the middle of the centred window."""
    _, _, plain, centred = _kernel_row(order)
    assert isinstance(plain, Kernel)
    assert isinstance(centred, Kernel)
    signed = [(-1) ** (order - j) * math.comb(order, j) for j in range(order + 1)]
    window = centred.dense()
    return (
        plain.dense() == signed
        and certify(centred, derivative(order)).consistent
        and len(window) == order + 1 + order % 2
        and (order % 2 == 0 or window[len(window) // 2] == 0)
    )


def _tried(
    orders: Iterable[int], points: Sequence[int], sizes: Callable[[int], Iterable[int]]
) -> tuple[int, int]:
    """Return how many sets of the sizes there are, and how many of them carry the derivative."""
    tried = carrying = 0
    for order in orders:
        for size in sizes(order):
            tried += math.comb(len(points), size)
            carrying += _carrying(derivative(order), [(Fraction(x),) for x in points], size)
    return tried, carrying


def _carrying(target: Functional, points: Iterable[tuple[Fraction, ...]], size: int) -> int:
    """Count the sets of points of a size on which some weights are right for all powers up to the order."""
    degree = target.order
    powers = [
        alpha for alpha in itertools.product(range(degree + 1), repeat=target.ndim) if sum(alpha) <= degree
    ]
    return sum(
        _solvable(
            [
                [
                    *(_power_at(p, alpha) for p in chosen),
                    target.moment(alpha),
                ]
                for alpha in powers
            ]
        )
        for chosen in itertools.combinations(points, size)
    )


def _power_at(point: tuple[Fraction, ...], alpha: tuple[int, ...]) -> Fraction:
    return math.prod((x**k for x, k in zip(point, alpha, strict=True)), start=Fraction(1))


def _solvable(rows: list[list[Fraction]]) -> bool:
    """Eliminate in fractions: equations have a solution unless one ends as zero on the left only."""
    for column in range(len(rows[0]) - 1):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is not None:
            rows = [
                [a - b * row[column] / pivot[column] for a, b in zip(row, pivot, strict=True)]
                for row in rows
                if row is not pivot
            ]
    return not any(row[-1] for row in rows)


def _discovered(order: int, samples: int, seed: int) -> Discovery:
    """Make labels with the binomial kernel from white samples, and search from a window two wider."""
    import numpy as np

    x = np.random.default_rng(seed).standard_normal(samples)
    y = np.diff(x, order)
    # the largest window needs all of its samples
    return discover(x, y[1 : len(y) - 1], order + 3)


def _drawn(small: Kernel, wide: Kernel) -> Drawn:
    """Draw where the weights of two kernels stand."""
    from kernelkit.plot.style import COLOURS, INK, new_figure

    figure = new_figure(5.4, 2.7, layout="constrained")
    for axes, kernel, reach in zip(figure.subplots(1, 2), (small, wide), (1, 2), strict=True):
        grid = list(itertools.product(range(-reach, reach + 1), repeat=2))
        axes.plot(*zip(*grid, strict=True), ".", color="#bbbbbb", markersize=4)
        for (row, column), tap in kernel.taps:
            colour = COLOURS[1] if tap > 0 else COLOURS[2]
            axes.plot(float(column), float(row), "o", color=colour, markersize=9)
            axes.annotate(
                str(tap).replace("-", MINUS),
                (float(column), float(row)),
                xytext=(7, 5),
                textcoords="offset points",
                color=INK,
            )
        axes.set_xlim(-reach - 0.4, reach + 0.7)
        axes.set_ylim(reach + 0.4, -reach - 0.6)  # rows run down
        axes.set_aspect("equal")
        axes.axis("off")
    return figure
