"""Padding, stride and channels: sizes in both conventions, numbers of weights, and the post's lost symbols."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from kernelkit import corr2d
from kernelkit.learning.receptive import unread
from kernelkit.learning.shapes import Window, output_shape, same_padding
from kernelkit.nets.costs import conv_cost
from kernelkit.report.model import Answer, Check, Figure, Problem, Table, Tex

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from matplotlib.figure import Figure as Drawn

    from kernelkit.report.model import Language, Words

PROBLEM = Problem(
    slug="padding-stride-channels",
    title={"en": "Padding, stride and channels", "zh": "填充、步幅与通道"},
    question={
        "en": "How do padding, stride and channels set the size of a layer's output and the number of its weights? "
        "Which symbols are missing from the post's sentences about them?",
        "zh": "填充、步幅和通道怎样决定输出的大小和权重的个数？博客的相关句子里丢失了哪些符号？",
    },
    source={
        "en": "The post, “Padding, stride, several input and output channels”; Dive into Deep Learning, the sections "
        "of the same names",
        "zh": "博客“填充、步幅、多输入输出通道”；《动手学深度学习》“填充和步幅”“多输入多输出通道”两节",
    },
    group="post",
    rank=8,
)

_TEXT = {
    "en": """
        Along each axis, $n$ samples, a kernel of $k$, a stride of $s$ and a padding of $p$ samples, *both sides
        together*, give

        $$\\left\\lfloor \\frac{n + p - k}{s} \\right\\rfloor + 1$$

        outputs. With $c_i$ input channels and $c_o$ output channels, kernels of $k_h \\times k_w$ have
        $c_o\\, c_i\\, k_h\\, k_w$ weights and $c_o$ biases.

        ## The lost symbols

        - A stride makes the output only $1/n$ as high and wide as the input, where $n$ is a whole number greater
          than $1$. (The post's $n$ is the stride, $s$ above.)
        - For each output channel there is a kernel of the shape $c_i \\times k_h \\times k_w$, so that the whole
          kernel has the shape $c_o \\times c_i \\times k_h \\times k_w$.
        - What is used to control the number of channels, and with it the complexity of the model, is the
          $1 \\times 1$ kernel; the post lost its size. Every layer has as many output channels as kernels, but this one
          does nothing else than mix channels, so it is the cheap and usual way to change their number.

        ## Two ways to count padding

        The textbook's formula counts the padding of both sides together. PyTorch counts the padding of *each* side,
        and so does the textbook's code. One number, two sizes:

        {sizes}

        “Each” is what these layers make. In the last two rows rounding hides the difference, so a mistake of this
        kind may not show.

        ## What padding and stride do

        {figure}

        **Same size.** A total padding of $k - 1$ keeps the size at stride one: $(k-1)/2$ on each side of an odd
        kernel. An even kernel needs one more on one side: with {even}, {before} in front and {after} behind.

        **A stride divides, and rounds up.** With the same padding the output has $\\lceil n/s \\rceil$ samples, so a
        share of exactly $1/s$ only where $s$ divides $n$. Without padding there are at most as many.

        **The end may be dropped.** Where the last step does not fit, the last samples are never read, and nothing
        says so. AlexNet's first layer, on {image} pixels with {padding} of padding on each side, never reads the rows
        and columns {unread}.

        ## Channels

        A kernel has as many channels as its input. Each channel meets its own part of the kernel and the results are
        added: the output has one map for each kernel, not for each input channel.

        {layers}

        The $1 \\times 1$ kernel sees a single pixel and mixes its channels: it is a matrix of $c_o \\times c_i$,
        applied to every pixel. A kernel of three by three on {wide} channels has {direct} weights. Going
        down to {narrow} channels, through three by three, and up again takes
        {bottleneck}, which is {share:.0f} percent of that; deep residual networks are built so.
    """,
    "zh": """
        设某个轴上有 $n$ 个元素，核的大小为 $k$，步幅为 $s$，**两侧合计**填充 $p$ 个元素，则输出有

        $$\\left\\lfloor \\frac{n + p - k}{s} \\right\\rfloor + 1$$

        个元素。设输入通道数为 $c_i$，输出通道数为 $c_o$，核的高和宽为 $k_h \\times k_w$，则权重有
        $c_o\\, c_i\\, k_h\\, k_w$ 个，偏置有 $c_o$ 个。

        ## 丢失的符号

        - 步幅可以减小输出的高和宽，例如输出的高和宽仅为输入的 $1/n$（$n$ 是一个大于 $1$ 的整数）。
          这里的 $n$ 就是步幅，即上式中的 $s$。
        - 为每个输出通道创建一个形状为 $c_i \\times k_h \\times k_w$ 的卷积核，这样卷积核的形状就是
          $c_o \\times c_i \\times k_h \\times k_w$。
        - 用来控制通道数、从而控制模型复杂度的，是 $1 \\times 1$ 卷积核；博客里这个大小丢失了。
          每一层的输出通道数都等于核的个数，而这种层只混合通道，别的什么也不做，所以是调整通道数最省、最常用的办法。

        ## 填充的两种计法

        教材公式里的填充是两侧合计，PyTorch 的参数则是**每一侧**的填充，教材的代码也是如此。
        同一个数，两种读法得到的大小不同：

        {sizes}

        这些层的实际输出是“每侧”一列。最后两行中，取整恰好掩盖了差别，所以这类错误不一定看得出来。

        ## 填充和步幅做了什么

        {figure}

        **大小不变**：步幅为一时，总填充取 $k - 1$，输出就与输入一样大。核的大小为奇数时，每侧填充 $(k-1)/2$；
        为偶数时，有一侧要多填一个：例如 {even} 时，前面填 {before} 个，后面填 {after} 个。

        **步幅做除法，向上取整**：总填充仍取 $k - 1$ 时，输出有 $\\lceil n/s \\rceil$ 个元素。只有 $s$ 整除
        $n$ 时，才正好是输入的 $1/s$。不填充时，最多也只有这么多。

        **末尾可能被丢掉**：如果最后一步放不下，末尾的元素就不会被读到，而且没有任何提示。AlexNet 的第一层作用在
        {image} 像素的图像上，每侧填充 {padding}，第 {unread} 行和列（从零数起）从来不被读取。

        ## 通道

        输入有几个通道，卷积核就有几个通道。每个通道与核中对应的部分做互相关，再把结果相加。
        所以输出通道的个数等于核的个数，而不是输入通道的个数。

        {layers}

        $1 \\times 1$ 卷积核只看一个像素，把它的各个通道混合起来：它就是一个 $c_o \\times c_i$ 的矩阵，
        作用于每一个像素。三乘三的核在 {wide} 个通道上有 {direct} 个权重；
        先降到 {narrow} 个通道，做三乘三的卷积，再升回来，一共只要 {bottleneck} 个，是前者的
        {share:.0f}%。深度残差网络就是这样做的。
    """,
}


def solve(*, trials: int = 20, seed: int = 0) -> Answer:
    """Compute sizes in both conventions and numbers of weights, and count windows one by one."""
    import numpy as np

    even, alexnet = 4, Window(11, stride=4, padding=1)
    before, after = same_padding(8, even)
    lost = unread([alexnet], 224)
    wide, narrow = 256, 64
    direct = conv_cost(wide, wide, 3, 8, padding=1).weights
    steps = ((wide, narrow, 1), (narrow, narrow, 3), (narrow, wide, 1))
    bottleneck = sum(conv_cost(c_in, c_out, k, 8).weights for c_in, c_out, k in steps)
    caption = {
        "en": "Windows of {taps} over {samples} samples. Dashed squares are padding; the crossed sample is never read.",
        "zh": "大小为 {taps} 的窗口在 {samples} 个元素上滑动。虚线方格是填充，打叉的元素从来不被读取。",
    }
    shown = {
        (1, 1): {"en": "stride one, padding one each side", "zh": "步幅为一，每侧填充一个"},
        (2, 0): {"en": "stride two, no padding", "zh": "步幅为二，无填充"},
    }
    facts = {
        "sizes": _sizes(),
        "even": Tex(f"k = {even}"),
        "before": before,
        "after": after,
        "image": 224,
        "padding": alexnet.padding,
        "unread": {"en": " and ".join(map(str, lost)), "zh": "、".join(map(str, lost))},
        "layers": _layers(),
        "wide": wide,
        "narrow": narrow,
        "direct": direct,
        "bottleneck": bottleneck,
        "share": 100 * bottleneck / direct,
        "taps": 3,
        "samples": 8,
        "figure": Figure(caption, lambda language: _drawn(3, 8, shown, language)),
    }
    return Answer(_TEXT, facts, _checks(np.random.default_rng(seed), trials))


def _sizes() -> Table:
    """Return sizes of layers of the textbook, with their padding read in both conventions."""
    rows: list[list[object]] = []
    for name, n, k, s, p in (
        ("LeNet", 28, 5, 1, 2),
        ("AlexNet", 26, 5, 1, 2),
        ("AlexNet", 12, 3, 1, 1),
        ("AlexNet", 224, 11, 4, 1),
        (_EXAMPLE, 8, 5, 4, 1),
    ):
        each = output_shape((n,), k, stride=s, padding=p)
        total = output_shape((n,), k, stride=s, padding=p, convention="total")
        rows.append([name, n, k, s, p, *each, *total])
    heads = {
        "en": ["layer", "input", "kernel", "stride", "padding", "each", "total"],
        "zh": ["层", "输入", "核", "步幅", "填充", "输出（每侧）", "输出（合计）"],
    }
    return Table(heads, rows)


def _layers() -> Table:
    """Return the weights of layers of the post, and of two more."""
    rows: list[list[object]] = []
    for name, c_in, c_out, k in (
        ("LeNet", 1, 6, 5),
        ("LeNet", 6, 16, 5),
        ("AlexNet", 1, 96, 11),
        (_COLOUR, 3, 96, 11),
        ("AlexNet", 96, 256, 5),
        (_PIXEL, 256, 64, 1),
    ):
        cost = conv_cost(c_in, c_out, k, k)
        rows.append([name, c_in, c_out, k, cost.weights, cost.biases])
    heads = {
        "en": ["layer", "channels in", "out", "side", "weights", "biases"],
        "zh": ["层", "输入通道", "输出通道", "核边长", "权重", "偏置"],
    }
    return Table(heads, rows)


def _checks(random: np.random.Generator, trials: int) -> list[Check]:
    """Count windows one by one, and add up channels with another library."""
    import numpy as np
    from scipy.signal import correlate2d  # type: ignore[import-untyped]  # scipy ships no types

    sizes: list[bool] = []
    same: list[bool] = []
    for n, k, s, p in itertools.product(range(1, 13), range(1, 6), range(1, 5), range(6)):
        if n + p < k:
            continue
        padded = np.pad(np.zeros(n), (p // 2, p - p // 2))
        counted = len(np.lib.stride_tricks.sliding_window_view(padded, k)[::s])
        sizes.append((n + p - k) // s + 1 == counted)
        sizes.append(output_shape((n,), k, stride=s, padding=p, convention="total") == (counted,))
        if p % 2 == 0:
            sizes.append(output_shape((n,), k, stride=s, padding=p // 2) == (counted,))
        if p in {0, k - 1}:
            same.append(counted == -(-n // s) if p else counted <= -(-n // s))
    read = {start + tap - 1 for start in range(0, 224 + 2 - 11 + 1, 4) for tap in range(11)}
    channels: list[bool] = []
    pixels: list[bool] = []
    for _ in range(trials):
        image, kernel = random.integers(-9, 10, (3, 7, 8)), random.integers(-9, 10, (4, 3, 2, 3))
        added = [sum(correlate2d(x, k, "valid") for x, k in zip(image, part, strict=True)) for part in kernel]
        channels.append(np.array_equal(corr2d(image, kernel), added))
        matrix = kernel[:, :, 0, 0]
        mixed = (matrix @ image.reshape(3, -1)).reshape(4, 7, 8)
        pixels.append(np.array_equal(corr2d(image, matrix[:, :, None, None]), mixed))
    return [
        _check(
            "for all small sizes the formula counts the windows, in both conventions",
            "对所有小尺寸，公式在两种填充计法下都与逐个数出的窗口个数一致",
            sizes,
        ),
        _check(
            "a total padding of one less than the kernel divides by the stride, rounding up",
            "总填充比核的大小少一时，输出大小是输入除以步幅并向上取整",
            same,
        ),
        _check(
            "the windows of AlexNet's first layer, listed one by one, read all rows but {unread}",
            "逐一列出 AlexNet 第一层的窗口，读不到的正是第 {unread} 行",
            [tuple(sorted(set(range(224)) - read)) == unread([Window(11, stride=4, padding=1)], 224)],
        ),
        _check(
            "a correlation with channels is the sum of SciPy's correlations of single channels",
            "多通道的互相关等于 SciPy 对各个通道求出的互相关之和",
            channels,
        ),
        _check(
            "a kernel of one pixel is a product with a matrix at every pixel",
            "一个像素大小的核等于在每个像素上乘以同一个矩阵",
            pixels,
        ),
    ]


def _check(en: str, zh: str, held: list[bool]) -> Check:
    return Check({"en": en, "zh": zh}, bool(held) and all(held))


def _drawn(size: int, samples: int, shown: Mapping[tuple[int, int], Words], language: Language) -> Drawn:
    """Draw the windows of a kernel below the samples that they read."""
    from matplotlib.patches import Rectangle

    from kernelkit.plot.style import COLOURS, FAINT, INK, SMALL, new_figure

    figure = new_figure(6, 2.7, layout="constrained")
    for number, ((stride, padding), words) in enumerate(shown.items(), 1):
        axes = figure.add_subplot(1, 2, number)
        window = Window(size, stride=stride, padding=padding)
        for place in range(-padding, samples + padding):
            inside = 0 <= place < samples
            axes.add_patch(
                Rectangle(
                    (place - 0.5, 0),
                    1,
                    1,
                    facecolor="#dce9f5" if inside else "white",
                    edgecolor=INK if inside else FAINT,
                    linestyle="-" if inside else "--",
                    linewidth=0.8,
                )
            )
        for place in unread([window], samples):
            axes.plot(place, 0.5, "x", color=COLOURS[2], markersize=8)
        outputs = window.output(samples)
        for output in range(outputs):
            first = output * stride - padding
            axes.plot(
                [first - 0.4, first + size - 0.6],
                [-0.5 - 0.6 * output] * 2,
                color=COLOURS[1],
                linewidth=3,
                solid_capstyle="butt",
            )
        axes.set_xlim(-1.7, samples + 0.7)
        axes.set_ylim(-0.6 * samples - 0.4, 1.2)
        axes.set_axis_off()
        axes.text(
            samples / 2 - 0.5,
            1.4,
            f"{words[language]}{_COUNTED[language].format(outputs)}",
            ha="center",
            fontsize=SMALL,
        )
    return figure


_EXAMPLE = {"en": "textbook", "zh": "教材例子"}
_COLOUR = {"en": "AlexNet, colour", "zh": "AlexNet，彩色"}
_PIXEL = {"en": "one pixel", "zh": "单像素核"}
_COUNTED = {"en": ":\n{} outputs", "zh": "：\n{} 个输出"}
