"""The exercises of the textbook's section on pooling."""

from __future__ import annotations

import inspect
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit import corr2d, pool2d
from kernelkit.learning.shapes import output_shape
from kernelkit.learning.window import pool
from kernelkit.nets.costs import pool_steps
from kernelkit.report.model import Answer, Check, Code, Figure, Problem, Table

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure as Drawn
    from numpy.typing import NDArray

PROBLEM = Problem(
    slug="textbook-pooling",
    title={"en": "Exercises: pooling", "zh": "习题：汇聚层（池化层）"},
    question={
        "en": "Is average pooling a convolution? Is maximum pooling, and what if ReLU may be used? What does pooling "
        "cost, how do the two kinds differ, is minimum pooling needed, and why is softmax pooling rare?",
        "zh": "平均池化是卷积吗？最大池化呢？如果还可以用 ReLU 呢？池化的代价是多少？两种池化有什么不同？"
        "需要最小池化吗？为什么很少用 softmax 池化？",
    },
    source={
        "en": "Dive into Deep Learning, section 7.5 (Chinese edition 6.5), exercises",
        "zh": "《动手学深度学习》6.5 节“汇聚层”（英文版 7.5 节）习题",
    },
    group="textbook",
    rank=5,
)

_TEXT = {
    "en": """
        In short: average pooling is a convolution with equal weights; maximum pooling is none, but
        convolutions with ReLU between them make it; minimum pooling is maximum pooling with two changes of
        sign; softmax pooling lies between average and maximum, where exactly depends on the scale of the
        data.

        ## The average as a convolution

        **Exercise.** Build average pooling from a convolution.

        Give all weights of a $p_h \\times p_w$ kernel the value $1/(p_h p_w)$, keep the stride, and treat
        each channel by itself. On {picture} windows of {height} by {width} have the weight {weight}
        everywhere, and both ways give
        {averages}.

        ## The maximum is no convolution

        **Exercise.** Prove that no convolution is maximum pooling. (The Chinese edition asks to build one.)

        A convolution is linear: what it makes of a sum is the sum of what it makes of the parts. The maximum
        is not. The windows {one} and {other} have maxima that add up to {apart}; the sum of the windows,
        {both}, has the maximum {together}.

        ## The maximum from ReLU

        **Exercise.** Write $\\max(a, b)$ with ReLU, and build maximum pooling from convolutions and ReLU. How
        many layers and channels does a window of two by two take, and three by three?

        With $\\mathrm{ReLU}(x) = \\max(x, 0)$,

        $$\\max(a, b) = a + \\mathrm{ReLU}(b - a),$$

        $$a = \\mathrm{ReLU}(a) - \\mathrm{ReLU}(-a).$$

        Put together, that is a convolution to the three channels $a$, $-a$ and $b - a$, ReLU, and a sum of
        the channels with signs:

        {code}

        One such stage along rows and one along columns make a window of two by two: {two_stages} stages of
        {channels} channels. A window of three needs one more stage along each axis, since the maximum of
        three is that of two overlapping pairs: {three_stages} stages. The sum at the end of a stage can be
        absorbed into the next convolution. If the input is never negative, as behind a ReLU, the channel of
        $-a$ is not needed.

        ## What pooling costs

        **Exercise.** What is the cost of a pooling layer?

        A window of $p_h p_w$ numbers takes one comparison, or addition, fewer than it has numbers. With $c$
        channels and an output of $h' \\times w'$, that is $c\\,h' w' (p_h p_w - 1)$. The first pooling of
        LeNet takes {steps}, against {multiply_adds} multiply-adds of the convolution before it.

        ## Maximum against average

        **Exercise.** Why should the two kinds of pooling behave differently?

        They ask different questions: how strong is the strongest answer, and how strong are answers on the
        whole?

        {windows}

        The average cannot tell the first window from the second, the maximum not the first from the third. On
        noise the average comes closer to the truth the larger the window, while the maximum moves away from
        it.

        ## Minimum pooling

        **Exercise.** Is a layer for minimum pooling needed?

        No: $\\min(x) = -\\max(-x)$, and the convolutions before and after it can take the signs over.

        ## Softmax pooling

        **Exercise.** Why is pooling by softmax not popular?

        It weighs each number of the window by its exponential: $\\sum x\\,e^x / \\sum e^x$. For {window} that
        is {soft:.4f}, between the average {mean} and the maximum {top}. It costs an exponential for each
        number, and it is not one thing: multiply the data by a factor, and it moves from the average to the
        maximum.

        {figure}
    """,
    "zh": """
        简单地说：平均池化是权重全都相等的卷积；最大池化不是卷积，但卷积加上 ReLU 可以组成它；
        最小池化就是改变两次符号的最大池化；softmax 池化介于平均和最大之间，究竟在哪里取决于数据的尺度。

        ## 用卷积实现平均池化

        **题目**：把平均池化写成一种特殊的卷积。

        让 $p_h \\times p_w$ 的核的所有权重都等于 $1/(p_h p_w)$，步幅不变，每个通道各算各的。对 {picture}，
        {height} × {width} 的窗口权重都是 {weight}，两种算法都得到 {averages}。

        ## 最大池化不是卷积

        **题目**：中文版问能否用卷积实现最大池化；英文版要求证明不能。

        卷积是线性的：对和的结果，等于对各部分的结果之和。最大值不是这样。窗口 {one} 和 {other} 的最大值之和是
        {apart}；两个窗口相加得 {both}，最大值是 {together}。

        ## 用 ReLU 得到最大值

        **题目**（英文版）：用 ReLU 写出 $\\max(a, b)$，并用卷积和 ReLU 组成最大池化。
        二乘二的窗口要几层、几个通道？三乘三呢？

        记 $\\mathrm{ReLU}(x) = \\max(x, 0)$，则

        $$\\max(a, b) = a + \\mathrm{ReLU}(b - a),$$

        $$a = \\mathrm{ReLU}(a) - \\mathrm{ReLU}(-a).$$

        合起来就是：卷积到 $a$、$-a$、$b - a$ 三个通道，ReLU，再把通道带符号地加起来：

        {code}

        沿行一级、沿列一级，就得到二乘二的窗口：共 {two_stages} 级，每级 {channels} 个通道。
        三个数的最大值是两个重叠的数对的最大值再取最大，所以三乘三的窗口每个方向多一级，共 {three_stages} 级。
        每一级末尾的求和可以并入下一级的卷积。如果输入从不为负（例如在 ReLU 之后），$-a$ 那个通道就不需要了。

        ## 池化的代价

        **题目**：池化层的计算代价是多少？

        一个窗口有 $p_h p_w$ 个数，比较（或加法）的次数比它少一。有 $c$ 个通道、输出为 $h' \\times w'$ 时，一
        共 $c\\,h' w' (p_h p_w - 1)$ 次。LeNet 的第一个池化层要 {steps} 次，而它前面的卷积要 {multiply_adds}
        次乘加。

        ## 最大与平均

        **题目**：为什么两种池化的表现会不同？

        因为它们回答不同的问题：最强的响应有多强？响应总体上有多强？

        {windows}

        平均分不清第一个和第二个窗口，最大分不清第一个和第三个。对于噪声，窗口越大，平均越接近真值，而最大值越
        偏离真值。

        ## 最小池化

        **题目**：需要专门的最小池化层吗？

        不需要：$\\min(x) = -\\max(-x)$，符号可以由前后的卷积承担。

        ## softmax 池化

        **题目**：用 softmax 做池化，为什么不流行？

        它用指数给窗口里的每个数加权：$\\sum x\\,e^x / \\sum e^x$。对 {window} 得到 {soft:.4f}，
        介于平均 {mean} 和最大 {top} 之间。每个数都要算一次指数；而且它没有固定的含义：
        把数据乘以一个倍数，它就从平均移向最大。

        {figure}
    """,
}

_PICTURE = ((1, 5, 2, 0), (3, 4, 8, 7), (6, 0, 1, 9))
_WINDOWS = ([0, 0, 0, 8], [2, 2, 2, 2], [8, 8, 8, 8])
_SOFT = (0, 1, 2, 3)


def solve(*, samples: int = 20_000, seed: int = 0) -> Answer:
    """Answer the exercises.

    Parameters
    ----------
    samples
        Windows of noise that are pooled.
    seed
        Of all random numbers.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    height, width = 2, 3
    averages = [
        [Fraction(int(total), height * width) for total in row]
        for row in corr2d(_PICTURE, np.ones((height, width), dtype=int))
    ]
    one, other = np.array([1, 0]), np.array([0, 1])
    soft = float(pool(np.array(_SOFT, dtype=float), len(_SOFT), "softmax", ndim=1)[0])
    first_output = output_shape((28, 28), 2, stride=2)
    return Answer(
        text=_TEXT,
        facts={
            "picture": np.array(_PICTURE),
            "height": height,
            "width": width,
            "weight": Fraction(1, height * width),
            "averages": averages,
            "one": one,
            "other": other,
            "apart": one.max() + other.max(),
            "both": one + other,
            "together": (one + other).max(),
            "code": Code(inspect.getsource(maximum_of_pairs)),
            "channels": 3,
            "two_stages": _stages(2),
            "three_stages": _stages(3),
            "steps": pool_steps(6, first_output, 2),
            "multiply_adds": _lenet_first(),
            "windows": Table(
                {"en": ("window", "maximum", "average"), "zh": ("窗口", "最大", "平均")},
                [[window, max(window), Fraction(sum(window), len(window))] for window in _WINDOWS],
            ),
            "window": _SOFT,
            "soft": soft,
            "mean": Fraction(sum(_SOFT), len(_SOFT)),
            "top": max(_SOFT),
            "figure": Figure(
                {
                    "en": "Softmax pooling of {window} times a factor, divided by that factor again.",
                    "zh": "把 {window} 乘以一个倍数再做 softmax 池化，结果除以同一倍数。",
                },
                _between,
            ),
        },
        checks=(
            Check(
                {
                    "en": "average pooling is a convolution with equal weights, with any stride, channel by channel",
                    "zh": "平均池化等于权重相等的卷积，步幅任意，逐个通道进行",
                },
                _average_is_convolution(random),
            ),
            Check(
                {
                    "en": "the stages of convolutions and ReLU give maximum pooling of random pictures",
                    "zh": "对随机图像，卷积与 ReLU 组成的各级给出最大池化",
                },
                all(_maximum_by_stages(random, size) for size in (2, 3)),
            ),
            Check(
                {
                    "en": "comparisons counted one by one agree with the formula",
                    "zh": "逐次数出的比较次数与公式一致",
                },
                _counted_comparisons(3, (4, 5), (2, 3)) == pool_steps(3, (4, 5), (2, 3)),
            ),
            Check(
                {
                    "en": "on noise around zero a larger window brings the average closer and the maximum further away",
                    "zh": "对零附近的噪声，窗口越大，平均越接近零，最大值离零越远",
                },
                _noise_parts_them(random, samples),
            ),
            Check(
                {
                    "en": "minimum pooling is maximum pooling with the sign changed before and after",
                    "zh": "前后各变一次号，最大池化就是最小池化",
                },
                _minimum_is_maximum(random),
            ),
            Check(
                {
                    "en": "with a small factor softmax pooling is the average, with a large one the maximum",
                    "zh": "倍数很小时 softmax 池化就是平均，很大时就是最大",
                },
                bool(
                    np.allclose([_scaled(1e-4), _scaled(1e2)], [float(np.mean(_SOFT)), max(_SOFT)], atol=1e-3)
                ),
            ),
        ),
    )


def maximum_of_pairs(x: NDArray[np.int_]) -> NDArray[np.int_]:
    """Return the maximum of each number and the next in its row."""
    import numpy as np

    # a, -a and b - a
    to_channels = np.array([[1, 0], [-1, 0], [-1, 1]]).reshape(3, 1, 1, 2)
    to_sum = np.array([1, -1, 1]).reshape(1, 3, 1, 1)
    hidden = np.maximum(corr2d(x[None], to_channels), 0)
    return corr2d(hidden, to_sum).squeeze(0)


def _stages(size: int) -> int:
    """Return how many stages make windows of a size along both axes: each takes one neighbour more."""
    return 2 * (size - 1)


def _maximum_by_stages(random: np.random.Generator, size: int) -> bool:
    """Take maxima of neighbouring pairs as often as needed, along rows and then along columns."""
    import numpy as np

    picture = random.integers(-9, 10, (7, 8))
    found = picture
    for _ in range(2):
        for _ in range(_stages(size) // 2):
            found = maximum_of_pairs(found)
        found = found.T
    return np.array_equal(found, pool2d(picture, size, "max"))


def _average_is_convolution(random: np.random.Generator) -> bool:
    import numpy as np

    picture, (height, width) = random.normal(size=(3, 8, 9)), (2, 3)
    kernel = np.zeros((3, 3, height, width))
    kernel[range(3), range(3)] = 1 / (height * width)
    return all(
        np.allclose(corr2d(picture, kernel, stride=s), pool2d(picture, (height, width), "avg", stride=s))
        for s in (1, 2, 3)
    )


def _counted_comparisons(channels: int, output: tuple[int, int], window: tuple[int, int]) -> int:
    """Count comparisons of a search for the largest number in every window."""
    count = 0
    for _ in range(channels * output[0] * output[1]):
        numbers = iter(range(window[0] * window[1]))
        largest = next(numbers)
        for number in numbers:
            count += 1
            largest = max(largest, number)
    return count


def _noise_parts_them(random: np.random.Generator, samples: int) -> bool:
    import numpy as np

    noise = random.normal(size=(samples, 16))
    small, large = noise[:, :4], noise
    closer = np.abs(large.mean(axis=1)).mean() < np.abs(small.mean(axis=1)).mean()
    return bool(closer and large.max(axis=1).mean() > small.max(axis=1).mean() > 0)


def _minimum_is_maximum(random: np.random.Generator) -> bool:
    import numpy as np

    picture = random.integers(-9, 10, (6, 7))
    windows = np.lib.stride_tricks.sliding_window_view(picture, (2, 3))
    return np.array_equal(-pool2d(-picture, (2, 3), "max"), windows.min(axis=(2, 3)))


def _scaled(factor: float) -> float:
    """Return softmax pooling of the example times a factor, over that factor."""
    import numpy as np

    return float(pool(np.array(_SOFT) * factor, len(_SOFT), "softmax", ndim=1)[0]) / factor


def _lenet_first() -> int:
    from kernelkit.nets.costs import conv_cost

    return conv_cost(1, 6, 5, 28, padding=2).multiply_adds


def _between(language: str) -> Drawn:
    """Draw softmax pooling between the average and the maximum, by the scale of the data."""
    import numpy as np

    from kernelkit.plot.style import COLOURS, FAINT, INK, dress, new_figure

    factors = np.geomspace(0.01, 100, 121)
    figure = new_figure(5.4, 2.7, layout="constrained")
    axes = figure.subplots()
    axes.plot(factors, [_scaled(float(factor)) for factor in factors], color=COLOURS[1], linewidth=1.8)
    for level, name, side in zip(
        (max(_SOFT), float(np.mean(_SOFT))), _LEVELS[language], (-1, 1), strict=True
    ):
        axes.axhline(level, color=FAINT, linewidth=1)
        axes.text(100, level + 0.1 * side, name, ha="right", va="center", color=INK)
    axes.set_xscale("log")
    dress(axes, *_AXES[language])
    return figure


_LEVELS = {"en": ("maximum", "average"), "zh": ("最大", "平均")}
_AXES = {"en": ("factor", "softmax pooling"), "zh": ("倍数", "softmax 池化")}
