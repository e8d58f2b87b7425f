"""The exercises of the textbook's section on convolutions for images."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kernelkit import Kernel, certify, corr2d, derivative, derive, integral, minimal, operator
from kernelkit.analysis.symbol import response_at
from kernelkit.report.model import Answer, Check, Figure, Problem, Table, Tex

if TYPE_CHECKING:
    import numpy as np
    import torch
    from matplotlib.figure import Figure as Drawn
    from numpy.typing import NDArray

PROBLEM = Problem(
    slug="textbook-convolution-layers",
    title={"en": "Exercises: convolutions for images", "zh": "习题：图像卷积"},
    question={
        "en": "What does an edge detector make of a diagonal edge? Which kernels find edges of a given direction, "
        "take second derivatives, blur, integrate? How small can they be? What does automatic differentiation make "
        "of the layer, and how is it a matrix product?",
        "zh": "边缘检测核遇到对角线边缘会怎样？怎样设计检测给定方向边缘的核、求二阶导数的核、模糊核、积分核？"
        "最小要多大？对这样的层自动求导会怎样？怎样把互相关写成矩阵乘法？",
    },
    source={
        "en": "Dive into Deep Learning, section 7.2 (Chinese edition 6.2), exercises",
        "zh": "《动手学深度学习》6.2 节“图像卷积”（英文版 7.2 节）习题",
    },
    group="textbook",
    rank=2,
)

_TEXT = {
    "en": """
        In short: a diagonal edge answers to differences along either axis; a detector for any direction is a
        weighted sum of those two; a blur has non-negative weights of sum {whole}; the $d$-th derivative takes
        $d+1$ weights; a running integral has no finite kernel; and cross-correlation is a product with a
        matrix.

        ## A diagonal edge

        **Exercise.** Apply $K =$ {difference} to a picture with a diagonal edge. What if the picture, or the
        kernel, is transposed?

        For

        {diagonal}

        and with $\\star$ for cross-correlation,

        {answers}

        {transposed}

        {turned}

        The edge is found each time. Transposing the picture swaps its bright and dark sides, so the sign
        flips; transposing the kernel makes it compare rows in place of columns. In general
        $(X^T \\star K)^T = X \\star K^T$.

        ## Edges across a direction

        **Exercise.** Given a direction $v$, design a kernel for edges at right angles to it.

        Take first derivatives along the axes, $K_x$ and $K_y$, both smoothed alike, and combine them:
        $K_v = v_x K_x + v_y K_y$. That is the derivative along $v$. For $v =$ {direction}:

        {steered}

        On a disc it is strongest where the edge faces along $v$ and vanishes where the edge runs along $v$.

        {figure}

        ## A second derivative

        **Exercise.** Design a kernel for the second derivative. How small can it be, and what answers most
        strongly?

        {second}, and {second_count} weights are the fewest. Thin lines answer more strongly than edges, and
        alternating samples, which are mostly noise, most of all:

        {structures}

        ## A blur

        **Exercise.** Design a blur. What is it for?

        Non-negative weights of sum {whole} keep the brightness:

        {blur}

        It lets through {noise} of the variance of noise that differs from pixel to pixel. It also leaves the
        right mean grey of alternating pixels, which would turn all white or all black, depending on where one
        starts, when every other pixel is dropped.

        ## An integral

        **Exercise** (Chinese edition). Design a kernel for an integral.

        Over a fixed window it is a rule for areas, such as Simpson's {simpson} over two steps. A running
        integral, from the start of the signal to here, has no finite kernel: differencing would have to give
        the signal back, which takes weights of sum {whole}, but any finite kernel, differenced, has weights
        of sum {none}. It is a recursion: add each sample to the sum so far.

        ## The smallest kernel for a derivative

        **Exercise.** What is the smallest kernel for the derivative of order $d$?

        It has $d+1$ weights. With $d$ samples or fewer there is a polynomial of degree $d$ that is zero on
        all of them and whose $d$-th derivative is not.

        {orders}

        Centred on a sample, an odd order takes one place more, with a zero in the middle.

        ## Automatic differentiation

        **Exercise.** What error appears when the layer's gradient is computed automatically?

        In PyTorch none, even with loops that fill the output one number at a time. The usual error comes from
        calling `backward()` on a loss that was not summed: “{message}”.

        ## A matrix product

        **Exercise.** Write cross-correlation as a product of matrices.

        Either put each window into a row and multiply by the weights:

        {patches}

        or multiply the pixels, in one column, by a matrix in which the weights repeat:

        {banded}

        The second is a fully connected layer with {dense} entries, of which only {shared} are free.
    """,
    "zh": """
        简单地说：对角线边缘对两个方向的差分都有响应；任意方向的检测核是这两个差分的加权和；模糊核的权重非负、
        和为 {whole}；$d$ 阶导数要 $d+1$ 个权重；从头累加的积分没有有限的核；互相关就是矩阵乘法。

        ## 对角线边缘

        **题目**：把 $K =$ {difference} 用在有对角线边缘的图像上。图像转置、核转置又会怎样？

        取

        {diagonal}

        用 $\\star$ 表示互相关，则

        {answers}

        {transposed}

        {turned}

        每次都能找到边缘。图像转置后明暗两侧互换，所以符号相反；核转置后，比较的不再是相邻两列，而是相邻两行。
        一般地，$(X^T \\star K)^T = X \\star K^T$。

        ## 垂直于给定方向的边缘

        **题目**：给定方向 $v$，设计检测与它垂直的边缘的核。

        取沿两个坐标轴的一阶导数核 $K_x$、$K_y$（平滑方式相同），再组合起来：$K_v = v_x K_x + v_y K_y$，
        这就是沿 $v$ 的方向导数。$v =$ {direction} 时，

        {steered}

        作用在圆盘上，边缘正对 $v$ 的地方响应最强，边缘与 $v$ 平行的地方响应为零。

        {figure}

        ## 二阶导数

        **题目**：设计求二阶导数的核。它最小多大？什么结构的响应最强？

        {second}，最少要 {second_count} 个权重。细线的响应比边缘强；最强的是正负交替的采样值，而那多半是噪声：

        {structures}

        ## 模糊

        **题目**：设计一个模糊核。它有什么用？

        权重非负、和为 {whole}，亮度就不变：

        {blur}

        对逐像素独立的噪声，它只留下 {noise} 的方差。它还会把逐像素黑白交替的花纹变成正确的平均灰度；
        如果不先模糊，每隔一个像素取一个，花纹就会变成全白或全黑，取决于从哪个像素取起。

        ## 积分

        **题目**（中文版）：设计一个表示积分的核。

        在固定窗口上，积分核就是求面积的公式，例如跨两个采样间隔的辛普森公式 {simpson}。
        从信号开头一直累加到当前位置的积分，没有有限的核 $g$：对它求差分应当得回信号，可是有限的核求差分以后，
        权重之和总是 {none}，而得回信号要求和为 {whole}。它是一个递推：把每个采样值加到此前的和上。

        ## 求导的最小核

        **题目**：$d$ 阶导数的最小核有多大？

        要 $d+1$ 个权重。如果只有 $d$ 个或更少的采样点，总有一个 $d$ 次多项式在这些点上全为零，
        而它的 $d$ 阶导数不为零。

        {orders}

        如果要以采样点为中心，奇数阶要多占一格，中间的权重为零。

        ## 自动求导

        **题目**：对这个层自动求梯度，会出现什么错误？

        在 PyTorch 中不会出错，哪怕用循环逐个填写输出也不会。常见的错误来自没有求和就对损失调用 `backward()`：
        “{message}”。

        ## 写成矩阵乘法

        **题目**：怎样把互相关写成矩阵乘法？

        可以把每个窗口排成一行，再乘以权重：

        {patches}

        也可以把像素排成一列，左乘一个权重反复出现的矩阵：

        {banded}

        后一种就是全连接层：矩阵有 {dense} 个元素，其中只有 {shared} 个可以自由取值。
    """,
}

_DIRECTION = (Fraction(3, 5), Fraction(4, 5))  # right, down
_STRUCTURES = (
    ({"en": "ramp", "zh": "斜坡"}, [0, 1, 2, 3, 4, 5, 6]),
    ({"en": "edge", "zh": "边缘"}, [0, 0, 0, 1, 1, 1, 1]),
    ({"en": "thin line", "zh": "细线"}, [0, 0, 0, 1, 0, 0, 0]),
    ({"en": "alternation", "zh": "正负交替"}, [1, -1, 1, -1, 1, -1, 1]),
)
_LARGEST_ORDER = 4


def solve(*, seed: int = 0) -> Answer:
    """Answer the exercises; the seed is that of all random pictures."""
    import numpy as np

    random = np.random.default_rng(seed)
    difference = np.array([[1, -1]])
    diagonal = np.tril(np.ones((3, 3), dtype=int))
    steered = _derivative_along(*_DIRECTION)
    second = minimal(derivative(2))
    strengths = [int(abs(corr2d([signal], [[1, -2, 1]])).max()) for _, signal in _STRUCTURES]
    blur = Kernel.from_array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
    simpson = derive(integral(-1, 1), [-1, 0, 1])
    orders = {d: derive(derivative(d), range(d + 1)) for d in range(1, _LARGEST_ORDER + 1)}
    picture, weights = np.arange(9).reshape(3, 3), np.array([[1, 2], [3, 4]])
    patches, banded = _patches(picture, weights.shape), _banded(picture.shape, weights)
    back = Kernel.from_array([-1, 1])
    summed = sum((tap for _, tap in (simpson @ back).taps), Fraction(0))
    message = _message()
    return Answer(
        text=_TEXT,
        facts={
            "difference": Tex(_matrix(difference)),
            "diagonal": Tex(f"X = {_matrix(diagonal)}"),
            "answers": Tex(rf"X \star K = {_matrix(corr2d(diagonal, difference))},"),
            "transposed": Tex(rf"X^T \star K = {_matrix(corr2d(diagonal.T, difference))},"),
            "turned": Tex(rf"X \star K^T = {_matrix(corr2d(diagonal, difference.T))}."),
            "direction": Tex(f"({_DIRECTION[0]}, {_DIRECTION[1]})"),
            "steered": steered,
            "figure": Figure(
                {
                    "en": "A disc, and the derivative along the arrow: blue is negative, yellow positive.",
                    "zh": "一个圆盘，以及沿箭头方向的导数：蓝色为负，黄色为正。",
                },
                lambda language: _disc(steered, language),
            ),
            "second": second.kernel,
            "second_count": second.count,
            "structures": Table(
                {
                    "en": ("structure", "samples", "strongest answer"),
                    "zh": ("结构", "采样值", "最强响应"),
                },
                [[words, signal, top] for (words, signal), top in zip(_STRUCTURES, strengths, strict=True)],
            ),
            "blur": blur,
            "whole": blur.moment((0, 0)),
            "noise": blur.noise_gain_squared,
            "simpson": Tex(rf"\tfrac{{1}}{{3}}{_matrix([[3 * tap for _, tap in simpson.taps]])}"),
            "none": summed,
            "orders": Table(
                {
                    "en": ("order", "weights on consecutive samples", "fewest, proved", "noise, as variance"),
                    "zh": ("阶数", "相邻采样点上的权重", "最少个数（已证明）", "噪声方差的倍数"),
                },
                [
                    [d, kernel, minimal(derivative(d)).count, kernel.noise_gain_squared]
                    for d, kernel in orders.items()
                ],
            ),
            "message": message,
            "patches": Tex(
                f"{_matrix(patches)} {_matrix(weights.reshape(-1, 1))}"
                f" = {_matrix(corr2d(picture, weights).reshape(-1, 1))}"
            ),
            "banded": Tex(_matrix(banded)),
            "dense": banded.size,
            "shared": weights.size,
        },
        checks=(
            Check(
                {
                    "en": "transposing the picture and then the output is transposing the kernel",
                    "zh": "把图像转置、再把输出转置，等于把核转置",
                },
                _transposes(random),
            ),
            Check(
                {
                    "en": "the combined kernel computes the derivative along {direction}",
                    "zh": "组合出来的核求的确实是沿 {direction} 的方向导数",
                },
                certify(steered, operator(f"{_DIRECTION[0]}*dx + {_DIRECTION[1]}*dy")).consistent,
            ),
            Check(
                {
                    "en": "of alternating pixels every other one is all white or all black; the blur makes all of "
                    "them the mean grey",
                    "zh": "黑白交替的像素隔点采样后全白或全黑；模糊核则把它们都变成平均灰度",
                },
                response_at(blur, (1, 1)) == response_at(blur, (0, 1)) == 0 and _alternation_is_kept(blur),
            ),
            Check(
                {
                    "en": "Simpson's rule is exact for cubic polynomials",
                    "zh": "辛普森公式对三次多项式精确",
                },
                all(simpson.moment((m,)) == Fraction(1 + (-1) ** m, m + 1) for m in range(4)),
            ),
            Check(
                {
                    "en": "adding up and differencing are inverse to each other",
                    "zh": "累加与差分互为逆运算",
                },
                np.array_equal(np.diff(np.cumsum(np.r_[0, picture[0]])), picture[0]) and summed == 0,
            ),
            Check(
                {
                    "en": "the noise of these kernels is a middle binomial coefficient",
                    "zh": "这些核的噪声倍数是中间的二项式系数",
                },
                all(kernel.noise_gain_squared == math.comb(2 * d, d) for d, kernel in orders.items()),
            ),
            Check(
                {
                    "en": "PyTorch differentiates the loop rightly, and refuses a loss that was not summed",
                    "zh": "PyTorch 对循环求出的梯度正确；没有求和的损失则被拒绝",
                },
                _loop_has_right_gradient() and bool(message),
            ),
            Check(
                {
                    "en": "both products of matrices give the cross-correlation of a random picture",
                    "zh": "对随机图像，两种矩阵乘法都得到互相关",
                },
                _products_agree(random),
            ),
        ),
    )


def _derivative_along(x: Fraction, y: Fraction) -> Kernel:
    """Combine first derivatives along the axes, smoothed across, so that they make the derivative along (x, y)."""
    slope, smooth = Kernel.from_array([-1, 0, 1]) / 2, Kernel.from_array([1, 2, 1]) / 4
    return smooth.outer(slope) * x + slope.outer(smooth) * y


def _patches(picture: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    from numpy.lib.stride_tricks import sliding_window_view

    return sliding_window_view(picture, shape).reshape(-1, math.prod(shape))


def _banded(shape: tuple[int, ...], weights: NDArray[Any]) -> NDArray[Any]:
    """Return the matrix of a correlation: what it makes of each picture of one bright pixel."""
    import numpy as np

    pixels = np.eye(math.prod(shape), dtype=int).reshape(-1, *shape)
    return np.stack([corr2d(pixel, weights).ravel() for pixel in pixels], axis=1)


def _products_agree(random: np.random.Generator) -> bool:
    import numpy as np

    picture, weights = random.integers(-9, 10, (6, 7)), random.integers(-9, 10, (3, 2))
    out = corr2d(picture, weights).ravel()
    return np.array_equal(_patches(picture, weights.shape) @ weights.ravel(), out) and np.array_equal(
        _banded(picture.shape, weights) @ picture.ravel(), out
    )


def _transposes(random: np.random.Generator) -> bool:
    import numpy as np

    picture, weights = random.integers(-9, 10, (6, 8)), random.integers(-9, 10, (2, 3))
    return np.array_equal(corr2d(picture.T, weights).T, corr2d(picture, weights.T))


def _alternation_is_kept(blur: Kernel) -> bool:
    """Whether a blur makes black and white pixels grey, of which every other one is black or white by its phase."""
    import numpy as np

    board = np.add.outer(np.arange(8), np.arange(8)) % 2
    phases = [np.unique(board[::2, start::2]).tolist() for start in range(2)]
    return phases == [[0], [1]] and np.unique(corr2d(board, np.array(blur.dense(), float))).tolist() == [0.5]


def _by_loop(picture: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Correlate as the textbook does, filling the output one number at a time."""
    import torch

    height, width = weights.shape
    out = torch.zeros(picture.shape[0] - height + 1, picture.shape[1] - width + 1)
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = (picture[i : i + height, j : j + width] * weights).sum()
    return out


def _loop_has_right_gradient() -> bool:
    """Compare with the gradient by hand: of the sum of outputs, each weight's is the sum of pixels it meets."""
    import torch

    picture = torch.arange(12.0).reshape(3, 4)
    weights = torch.ones(2, 2, requires_grad=True)
    _by_loop(picture, weights).sum().backward()  # type: ignore[no-untyped-call]
    by_hand = corr2d(picture, torch.ones(2, 3))
    return weights.grad is not None and torch.equal(weights.grad, by_hand)


def _message() -> str:
    """Return what PyTorch says to a backward pass from a loss of several numbers."""
    import torch

    weights = torch.ones(2, 2, requires_grad=True)
    try:
        (_by_loop(torch.ones(3, 4), weights) ** 2).backward()  # type: ignore[no-untyped-call]
    except RuntimeError as error:
        return str(error)
    return ""


def _matrix(entries: Any) -> str:  # noqa: ANN401 - any table of numbers
    body = r" \\ ".join(" & ".join(map(str, row)) for row in entries)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"


def _disc(kernel: Kernel, language: str) -> Drawn:
    """Draw a disc and what the kernel makes of it."""
    import numpy as np

    from kernelkit.plot.style import INK, SIGNED, dress, new_figure

    place = np.arange(-20, 21)
    radius = np.hypot(place[:, None], place[None, :])
    disc = np.clip(12.5 - radius, 0, 1)
    answer = corr2d(disc, np.array(kernel.dense(), dtype=float))
    figure = new_figure(5.2, 2.7, layout="constrained")
    left, right = figure.subplots(1, 2)
    left.imshow(disc, cmap="gray", extent=(-20, 20, 20, -20))
    top = np.abs(answer).max()
    right.imshow(answer, cmap=SIGNED, vmin=-top, vmax=top, extent=(-19, 19, 19, -19))
    x, y = (8 * float(part) for part in _DIRECTION)
    right.annotate("", (x, y), (-x, -y), arrowprops={"arrowstyle": "->", "color": INK, "linewidth": 1.6})
    for axes, name in zip((left, right), _PANELS[language], strict=True):
        dress(axes, name, "")
        axes.set_xticks([])
        axes.set_yticks([])
    return figure


_PANELS = {"en": ("picture", "derivative along the arrow"), "zh": ("图像", "沿箭头方向的导数")}
