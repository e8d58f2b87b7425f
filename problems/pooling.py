"""Pooling: what it is invariant to, whether it is a convolution, and the post's pool2d repaired."""

from __future__ import annotations

import itertools
import warnings
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit import Kernel, corr2d, pool2d
from kernelkit.report.model import Answer, Check, Figure, Problem, Table

if TYPE_CHECKING:
    import numpy as np
    import torch
    from matplotlib.figure import Figure as Drawn
    from numpy.typing import NDArray

    from kernelkit.report.model import Language

    Floats = NDArray[np.float64]
    Part = tuple[dict[str, object], list[Check]]

PROBLEM = Problem(
    slug="pooling",
    title={"en": "What pooling does", "zh": "池化层做了什么"},
    question={
        "en": "What does a pooling layer compute, and what is it invariant to? Is it a convolution? What is wrong with "
        "the post's pool2d?",
        "zh": "池化层计算什么，对什么具有不变性？它是卷积吗？博客里的 pool2d 有哪些问题？",
    },
    source={
        "en": "The post, “Pooling layers”; Dive into Deep Learning, “Pooling”",
        "zh": "博客“池化层”一节；《动手学深度学习》“汇聚层”一节",
    },
    group="post",
    rank=9,
)

CONSISTENT = 78.18, 83.31
"""Percent of pairs of shifted images that AlexNet gives the same class, as usual and with a blur before each
subsampling: R. Zhang, Making convolutional networks shift-invariant again, 2019, as its repository reports."""

_TEXT = {
    "en": """
        A pooling layer takes one number from each window of each channel: the largest, or the average. Average
        pooling is a convolution with fixed, equal weights. Max pooling is no convolution. Neither is invariant to
        translation; both only become less sensitive to it. Move a random picture by one pixel, and of the maxima over
        {small} by {small} pixels only {least} stay as they were.

        ## A convolution, or not

        The average over a window of {small} by {small} is the correlation with

        {average}

        at the same stride, for each channel by itself. Nothing in it is learned.

        A convolution is linear: the output for a sum of two images is the sum of their outputs. The maximum is not.
        The windows {first} and {second} have the maxima {first_top} and {second_top}, and their sum {both} has
        {both_top}, not {needed}. With a ReLU in between it can be done, for $\\max(a, b) = a + \\mathrm{ReLU}(b - a)$.

        ## What it is invariant to

        - **Invariant to order inside a window.** Pixels may change places within it: neither the maximum nor the
          average notices.
        - **Commuting with increasing functions, for the maximum.** ReLU or sigmoid before max pooling gives the same
          as after it. They do change the output; only it does not matter which comes first.
        - **Equivariant to shifts by whole strides.** With a stride of $s$ a shift by a multiple of $s$ shifts the
          output. Other shifts change it, as a rule.

        How much stays can be made exact. Let all pixels be different and in random order. Moved by one
        pixel, a window of
        $k$ by $k$ shares $k(k-1)$ of the $k(k+1)$ pixels that it sees before or after. The maximum stays when the
        largest of them is a shared one, which happens with a probability of $\\frac{k-1}{k+1}$.

        {figure}

        In a smooth picture fewer maxima stay, because the largest pixel mostly lies at the edge of a window. There
        they change by little, but they change.

        The change comes from the stride: at a stride of one, outputs would just move along with the picture, as those
        of a convolution do. A blur between the maximum and the stride helps: in the random picture the change of the
        output falls to less than {limit} of what it was. AlexNet, trained on photographs, is reported to give
        a picture and its shifted copy the same class in {usual:.2f} percent of cases, and in {blurred:.2f} percent
        with such a blur.

        ## The post's function

        - **A misspelt mode gives zeros.** Asked for the mode “{mode}”, it returns {zeros} and no error.
        - **The type is lost.** The output is always single precision: {exact:d} becomes {rounded:d}, and an imaginary
          part disappears. An average of whole numbers fails with “{refusal}”.
        - **Channels are taken for rows.** An image of shape {colour} should give {should}; it gives {does}.
        - **No stride and no padding**, though the text speaks of both. A window one pixel too large gives an empty
          output of shape {empty}.

        A repaired `pool2d` refuses unknown modes and windows that do not fit, keeps the type, and pools each channel
        by itself.

        ## Padding

        Zeros are wrong for the maximum, because a zero may be the largest. It must be padded with minus infinity. For
        the average there are two conventions, which differ at the border only. Here {negative} is pooled over windows
        of three by three, with one pixel of padding on each side:

        {padding}

        A padding of more than half the window is refused. That is PyTorch's rule, taken over; only from a whole window
        on would some windows hold nothing else.
    """,
    "zh": """
        池化层在每个通道的每个窗口里取一个数：最大值或平均值。平均池化就是权重固定且相等的卷积，最大池化则不是卷积。
        两者都不具有平移不变性，只是对平移不那么敏感：把一幅随机图像平移一个像素，{small} × {small}
        窗口的最大值中，只有 {least} 保持不变。

        ## 是不是卷积

        {small} × {small} 窗口上的平均，就是以相同的步幅与下面的核做互相关，每个通道分开计算，没有任何参数需要学习：

        {average}

        卷积是线性的：两幅图像之和的输出，等于各自输出之和。最大值不是线性的：窗口 {first} 和 {second}
        的最大值是 {first_top} 和 {second_top}，而它们的和 {both} 的最大值是 {both_top}，
        不是 {needed}。中间加上 ReLU 就可以用卷积来做，因为 $\\max(a, b) = a + \\mathrm{ReLU}(b - a)$。

        ## 对什么不变

        - **对窗口内的次序不变**：像素在窗口内交换位置，最大值和平均值都不变。
        - **与单调递增的函数可交换（最大池化）**：先做 ReLU 或 sigmoid 再取最大值，与先取最大值再做，结果相同。
          函数会改变输出，只是先后次序无关紧要。
        - **对整步幅的平移等变**：步幅为 $s$ 时，平移量是 $s$ 的倍数，输出就随之平移；其他平移一般会改变输出。

        究竟有多少保持不变，可以精确算出来。设所有像素各不相同，次序完全随机。平移一个像素时，$k \\times k$
        的窗口前后一共看到 $k(k+1)$ 个像素，其中 $k(k-1)$ 个是共有的。只有当最大的像素是共有的，
        最大值才保持不变，概率为 $\\frac{k-1}{k+1}$。

        {figure}

        在平滑的图像中，保持不变的更少，因为最大的像素多半在窗口的边缘。变化虽然很小，但毕竟变了。

        变化来自步幅：步幅为一时，池化与卷积一样，输出只是随图像平移。在取最大值与按步幅取样之间先做模糊会有改善：
        在随机图像上，输出的变化降到原来的 {limit} 以下。
        据报道，用照片训练的 AlexNet 对一幅图像及其平移后的副本给出相同类别的比例是 {usual:.2f}%，
        加上这样的模糊以后是 {blurred:.2f}%。

        ## 博客里的函数

        - **模式写错，返回全零**：把模式写成“{mode}”，它返回 {zeros}，并不报错。
        - **类型丢失**：输出总是单精度，{exact:d} 变成 {rounded:d}，虚部也会消失；对整数求平均则报错
          “{refusal}”。
        - **把通道当成行**：形状为 {colour} 的图像应当得到 {should}，实际得到 {does}。
        - **没有步幅和填充**：正文却说可以指定。窗口比图像大一个像素时，得到形状为 {empty} 的空输出。

        修好的 `pool2d` 会拒绝未知的模式和放不下的窗口，保持数据类型，并对每个通道分别池化。

        ## 填充

        最大池化不能用零来填充，因为零可能正好是最大的，应当用负无穷。平均池化有两种约定，只在边界上有差别。
        下面对 {negative} 做窗口为三乘三的池化，每侧填充一个像素：

        {padding}

        填充不能超过窗口的一半，这是沿用 PyTorch 的规定；其实填充达到整个窗口那么大，才会有窗口里只剩下填充。
    """,
}


def solve(*, side: int = 400, trials: int = 20, seed: int = 0, limit: Fraction = Fraction(3, 4)) -> Answer:
    """Shift pictures, run the posted function where it goes wrong, and pool with padding."""
    import numpy as np

    random = np.random.default_rng(seed)
    facts: dict[str, object] = {
        "small": 2,
        "average": Kernel.from_array([[Fraction(1, 4)] * 2] * 2),
        "usual": CONSISTENT[0],
        "blurred": CONSISTENT[1],
    }
    checks: list[Check] = []
    for found, tested in (_linear(random, trials), _shifted(random, side, limit), _posted(), _padded()):
        facts |= found
        checks += tested
    return Answer(_TEXT, facts, checks)


def _linear(random: np.random.Generator, trials: int) -> Part:
    """Compare pooling with a convolution, and try what leaves it alone."""
    import numpy as np

    average, orders, functions, relu, shifts = [], [], [], [], []
    for _ in range(trials):
        image = random.integers(-9, 10, (20, 9))
        average.append(
            np.array_equal(pool2d(image, 2, "avg", stride=2), corr2d(image, np.full((2, 2), 0.25), stride=2))
        )
        # columns of two change places, and so do the pixels of every window
        swapped = image[:, [1, 0, 3, 2, 5, 4, 7, 6]]
        orders += [
            np.array_equal(pool2d(image[:, :8], 2, mode, stride=2), pool2d(swapped, 2, mode, stride=2))
            for mode in ("max", "avg")
        ]
        functions.append(np.array_equal(pool2d(np.maximum(image, 0), 3), np.maximum(pool2d(image, 3), 0)))
        for mode in ("max", "avg"):
            here, near, far = (pool2d(image[:, by:], 2, mode, stride=2) for by in range(3))
            shifts.append(np.array_equal(far, here[:, 1:]))
            shifts += [not np.array_equal(near[:, 1:3], here[:, 1 + by : 3 + by]) for by in (-1, 0, 1)]
        a, b = image[:, :-1], image[:, 1:]
        relu.append(np.array_equal(pool2d(image, (1, 2)), a + np.maximum(b - a, 0)))
    first, second = np.array([1, 0]), np.array([0, 1])
    both = first + second
    facts = {
        "first": first,
        "second": second,
        "both": both,
        "first_top": first.max(),
        "second_top": second.max(),
        "both_top": both.max(),
        "needed": first.max() + second.max(),
    }
    return facts, [
        _check(
            "average pooling of random images is the correlation with equal weights",
            "对随机图像做平均池化，等于与权重相等的核做互相关",
            average,
        ),
        _check(
            "the maximum of a sum is not the sum of the maxima, and a ReLU makes the maximum of two",
            "和的最大值不等于最大值之和；用 ReLU 可以得到两个数的最大值",
            [*relu, both.max() != first.max() + second.max()],
        ),
        _check(
            "order inside a window changes nothing; a ReLU before the maximum or after it gives the same",
            "窗口内次序改变，结果不变；ReLU 放在取最大值之前或之后，结果相同",
            orders + functions,
        ),
        _check(
            "at a stride of two, a shift by two moves the output by one, and a shift by one by no whole number",
            "步幅为二时，平移两个像素，输出平移一格；只平移一个像素，输出并不是平移整数格",
            shifts,
        ),
    ]


def _shifted(random: np.random.Generator, side: int, limit: Fraction) -> Part:
    """Count the maxima that a shift by one pixel leaves alone."""
    import numpy as np
    from scipy.ndimage import gaussian_filter  # type: ignore[import-untyped]  # scipy ships no types

    def change(pooled: Floats) -> float:
        """Return how much the outputs at stride two change when the picture moves by one, in their deviations."""
        return float(np.sqrt(np.mean(np.diff(pooled)[::2, ::2] ** 2)) / np.std(pooled))

    # two windows of 2 by 2 side by side: pixels 0 and 1 left the first, 4 and 5 came with the second
    orders = list(itertools.permutations(range(6)))
    stay = Fraction(sum(max(order[:4]) == max(order[2:]) for order in orders), len(orders))
    widths = range(2, 9)
    law = [Fraction(k - 1, k + 1) for k in widths]
    noise = random.random((side, side))
    shares = []
    for image in (noise, gaussian_filter(noise, 4)):
        tops = [pool2d(image, k) for k in widths]
        shares.append([float(np.mean(top[:, 1:] == top[:, :-1])) for top in tops])
    # what is above all but the outer pixels of its window is one of them
    edges = [np.mean(tops[k - 2] > pool2d(image, k - 2)[1:-1, 1:-1]) for k in widths[1:]]
    top = pool2d(noise, 2)
    blurred = corr2d(top, np.outer([1, 2, 1], [1, 2, 1]) / 16)
    caption = {
        "en": "Share of maxima that stay when a picture moves by one pixel. The line is exact, dots were counted.",
        "zh": "图像平移一个像素时保持不变的最大值的比例。曲线是精确值，圆点和方块是数出来的。",
    }
    facts = {
        "least": stay,
        "limit": limit,
        "figure": Figure(caption, lambda language: _drawn(list(widths), law, shares, language)),
    }
    return facts, [
        _check(
            "of all orders of the pixels in two neighbouring windows, {least} leave the maximum alone",
            "枚举相邻两个窗口中像素的所有次序，其中 {least} 不改变最大值",
            [stay == law[0]],
        ),
        _check(
            "in a random picture the counted shares lie within a hundredth of the exact ones",
            "在随机图像上数出的比例与精确值相差不到百分之一",
            [abs(seen - float(told)) < 0.01 for seen, told in zip(shares[0], law, strict=True)],
        ),
        _check(
            "in the smooth picture fewer maxima stay than in the random one, and most lie at the edge of their window",
            "平滑图像中保持不变的最大值比随机图像少，而且最大的像素多半在窗口边缘",
            [smooth < rough for rough, smooth in zip(*shares, strict=True)] + [edge > 0.5 for edge in edges],
        ),
        _check(
            "a blur before subsampling lowers the change of the output to less than {limit} of it",
            "取样之前先模糊，输出的变化降到原来的 {limit} 以下",
            [change(blurred) < limit * change(top)],
        ),
    ]


def _as_posted(x: torch.Tensor, size: tuple[int, int], mode: str) -> torch.Tensor:
    """Pool as the post's function does."""
    import torch

    high, wide = size
    pooled = torch.zeros(x.shape[0] - high + 1, x.shape[1] - wide + 1)
    for i, j in itertools.product(*map(range, pooled.shape)):
        window = x[i : i + high, j : j + wide]
        if mode == "max":
            pooled[i, j] = window.max()
        elif mode == "avg":
            pooled[i, j] = window.mean()
    return pooled


def _posted() -> Part:
    """Run the posted function where it goes wrong, and the repaired one beside it."""
    import torch

    from kernelkit.errors import KernelkitError

    image = torch.arange(1, 10).reshape(3, 3).double()
    large = torch.full((1, 1), 2.0**24 + 1, dtype=torch.float64)
    colour = torch.zeros(3, 8, 8)
    zeros = _as_posted(image, (2, 2), "mean")
    try:
        refusal = str(_as_posted(image.long(), (2, 2), "avg"))
    except RuntimeError as refused:
        refusal = str(refused).partition(".")[0]
    refused_now = 0
    for size, mode in (((2, 2), "mean"), ((4, 4), "max")):
        try:
            pool2d(image, size, mode)  # type: ignore[call-overload]  # the wrong mode is the point
        except KernelkitError:
            refused_now += 1
    with warnings.catch_warnings(action="ignore"):
        unreal = _as_posted(image * 1j, (2, 2), "avg")
    facts = {
        "mode": "mean",
        "zeros": zeros.int(),
        "exact": int(large),
        "rounded": int(_as_posted(large, (1, 1), "max")),
        "refusal": refusal,
        "colour": str(tuple(colour.shape)),
        "should": str(tuple(pool2d(colour, 2).shape)),
        "does": str(tuple(_as_posted(colour, (2, 2), "max").shape)),
        "empty": str(tuple(_as_posted(image, (4, 4), "max").shape)),
    }
    right = torch.equal(_as_posted(image, (2, 2), "max"), pool2d(image, 2).float())
    return facts, [
        _check(
            "on a plain image of floats the posted function and the repaired one agree",
            "对普通的浮点图像，原来的函数与修好的函数结果一致",
            [right],
        ),
        _check(
            "the posted one loses {exact:d} and imaginary parts; the repaired one keeps both",
            "原来的函数丢失 {exact:d} 和虚部，修好的函数都能保留",
            [
                not unreal.is_complex(),
                pool2d(image * 1j, 2, "avg").is_complex(),
                torch.equal(pool2d(large, 1), large),
            ],
        ),
        _check(
            "the repaired one refuses the mode “{mode}” and a window that is too large, and averages whole numbers",
            "修好的函数拒绝模式“{mode}”和过大的窗口，并能对整数求平均",
            [refused_now == 2, torch.equal(pool2d(image.long(), 2, "avg"), pool2d(image, 2, "avg"))],
        ),
    ]


def _padded() -> Part:
    """Pool an image of negative numbers with padding, here and in PyTorch."""
    import torch
    from torch.nn.functional import avg_pool2d, max_pool2d

    from kernelkit.errors import ShapeError

    image = torch.tensor([[-5.0, -2.0], [-3.0, -8.0]])
    zeros = torch.nn.functional.pad(image, (1, 1, 1, 1))
    rows = {
        "infinite": pool2d(image, 3, padding=1),
        "zero": pool2d(zeros, 3),
        "yes": pool2d(image, 3, "avg", padding=1),
        "no": pool2d(image, 3, "avg", padding=1, padding_counts="no"),
    }
    theirs = [
        max_pool2d(image[None], 3, 1, 1),
        max_pool2d(zeros[None], 3, 1),
        avg_pool2d(image[None], 3, 1, 1),
        avg_pool2d(image[None], 3, 1, 1, count_include_pad=False),
    ]
    refused = 0
    for pooled in (pool2d, max_pool2d):
        try:
            pooled(image[None], 2, padding=2)
        except (ShapeError, RuntimeError):
            refused += 1
    heads = {"en": ("pooling", "output"), "zh": ("池化", "输出")}
    facts = {
        "negative": image,
        "padding": Table(heads, [[_PADDING[name], values] for name, values in rows.items()]),
    }
    return facts, [
        _check(
            "PyTorch pools the same, and also refuses padding by more than half a window",
            "PyTorch 的池化结果相同，也拒绝超过窗口一半的填充",
            [refused == 2, *(torch.equal(a, b[0]) for a, b in zip(rows.values(), theirs, strict=True))],
        ),
        _check(
            "listed one by one, windows of padding alone are there exactly when the padding is a whole window or more",
            "逐一列出窗口：当且仅当填充不小于整个窗口时，才有只含填充的窗口",
            [
                _padding_alone(*sizes) == (sizes[2] >= sizes[1])
                for sizes in itertools.product(*[range(1, 8)] * 3)
            ],
        ),
    ]


def _padding_alone(samples: int, window: int, padding: int) -> bool:
    """Whether some window, moved by one sample at a time, holds no sample."""
    starts = range(-padding, samples + padding - window + 1)
    return any(not set(range(start, start + window)) & set(range(samples)) for start in starts)


def _check(en: str, zh: str, held: list[bool]) -> Check:
    return Check({"en": en, "zh": zh}, all(map(bool, held)))


def _drawn(widths: list[int], law: list[Fraction], shares: list[list[float]], language: Language) -> Drawn:
    """Draw the share of maxima that stay, as proved and as counted."""
    from kernelkit.plot.style import COLOURS, dress, new_figure

    exact, noise, smooth = _LINES[language]
    figure = new_figure(5.5, 3.2, layout="constrained")
    axes = figure.subplots()
    axes.plot(widths, [float(share) for share in law], color=COLOURS[1], label=exact)
    axes.plot(widths, shares[0], "o", color=COLOURS[1], label=noise)
    axes.plot(widths, shares[1], "s", color=COLOURS[2], label=smooth)
    dress(axes, *_AXES[language])
    axes.set_ylim(0, 1)
    axes.legend(frameon=False, loc="upper left")
    return figure


_LINES = {
    "en": ("random order, exact", "random picture", "smooth picture"),
    "zh": ("随机次序，精确值", "随机图像", "平滑图像"),
}
_AXES = {
    "en": ("side of the window in pixels", "share of maxima that stay"),
    "zh": ("窗口边长（像素）", "保持不变的最大值的比例"),
}
_PADDING = {
    "infinite": {"en": "maximum, minus infinity", "zh": "最大，填充负无穷"},
    "zero": {"en": "maximum, zeros", "zh": "最大，填充零"},
    "yes": {"en": "average, padding counted", "zh": "平均，填充计入个数"},
    "no": {"en": "average, not counted", "zh": "平均，填充不计入"},
}
