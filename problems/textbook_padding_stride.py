"""The exercises of the textbook's section on padding and stride."""

from __future__ import annotations

import inspect
import itertools
from typing import TYPE_CHECKING

from kernelkit.learning.receptive import receptive_field
from kernelkit.learning.shapes import Window, output_shape
from kernelkit.learning.window import corr
from kernelkit.nets.costs import conv_cost, fc_cost
from kernelkit.report.model import Answer, Check, Code, Figure, Problem, Table

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure as Drawn
    from numpy.typing import NDArray

PROBLEM = Problem(
    slug="textbook-padding-stride",
    title={"en": "Exercises: padding and stride", "zh": "习题：填充和步幅"},
    question={
        "en": "How large is the output? What is a stride of two for sound, what do strides save, and what could a "
        "stride of one half mean? How does one pad with a mirror image?",
        "zh": "输出有多大？对音频来说，步幅为二意味着什么？大的步幅节省了什么？二分之一的步幅可能是什么意思？"
        "怎样用镜像填充？",
    },
    source={
        "en": "Dive into Deep Learning, section 7.3 (Chinese edition 6.3), exercises",
        "zh": "《动手学深度学习》6.3 节“填充和步幅”（英文版 7.3 节）习题",
    },
    group="textbook",
    rank=3,
)

_TEXT = {
    "en": """
        In short: count the windows that fit; a stride of two halves the sampling rate of a sound, and high
        tones come back as lower ones; a stride saves work with its square; and a stride of one half puts
        zeros between the samples.

        ## The size of the output

        **Exercise.** What is the shape of the output in the textbook's last example? Try other kernels,
        paddings and strides.

        With $n$ samples, a kernel of size $k$, padding $p$ on **each side** and stride $s$, the number of
        outputs is

        $$\\left\\lfloor \\frac{n + 2p - k}{s} \\right\\rfloor + 1,$$

        because the last window must still end inside. The textbook's example is the first row:

        {shapes}

        Mind the two conventions: the textbook's formula counts the padding of both sides together, its code
        and PyTorch count each side.

        ## Sound with a stride of two

        **Exercise.** What does a stride of two do to a sound?

        It keeps every other sample: half the sampling rate. What lies above half of the **new** rate is not
        lost but returns as another tone. Sampled at {rate} Hz, a tone of {tone} Hz keeps, after the stride,
        exactly the samples of a tone of {alias} Hz. So the kernel before the stride should take high tones
        out.

        {figure}

        ## Mirror padding

        **Exercise.** Pad with a mirror image.

        {code}

        Two samples on each side of {row} give {mirrored}. The sample at the edge is not repeated; another
        custom repeats it, and gives {repeated}. Say which one is meant: NumPy calls them `reflect` and
        `symmetric`.

        ## What a stride saves in work

        **Exercise.** Why are larger strides cheaper?

        The work is done once an output, and strides $s_h$ and $s_w$ leave one output in $s_h s_w$. The first
        layer of AlexNet takes {strided} multiply-adds with its stride of {stride}, and {dense} with a stride
        of {unit}: {saving} times as many. What has to be stored shrinks alike.

        ## What a stride does for learning

        **Exercise.** What are statistical advantages of larger strides?

        Later layers see more of the picture, and have fewer numbers to fit. Two kernels of size {kernel} in a
        row see {narrow} pixels, and {wide} when the first has a stride of {two}. A fully connected layer of
        {units} units behind {maps} maps of a picture of {size} by {size} pixels has {many} weights; behind a
        stride of {two} it has {few}. The price is detail, and the tones of the section above.

        ## A stride of one half

        **Exercise.** How could one build a stride of one half, and what for?

        Put zeros between the samples and around them, then slide the kernel, **reversed**. With $s$ = {two}
        and a kernel of $k$ weights, $n$ samples become $s(n-1)+k$, about twice as many: {short} with the
        kernel {copy} becomes {doubled}. It serves where pictures grow again, as in generating images. It is
        called transposed convolution, for its matrix is that of the strided layer, transposed.

        The kernel's size should be a multiple of the stride. Otherwise outputs are fed by unequal numbers of
        samples: a constant signal and {uneven_size} equal weights give {uneven}, a checkerboard in pictures;
        {even_size} weights give {even}.
    """,
    "zh": """
        简单地说：数一数放得下几个窗口；步幅为二使音频的采样率减半，高音会变成较低的音；
        步幅节省的计算量与步幅的平方成正比；步幅为二分之一，就是在采样点之间插零。

        ## 输出的大小

        **题目**：教材最后一个例子的输出是什么形状？再试试别的核、填充和步幅。

        设输入有 $n$ 个元素，核长为 $k$，**每侧**填充 $p$，步幅为 $s$，输出的个数为

        $$\\left\\lfloor \\frac{n + 2p - k}{s} \\right\\rfloor + 1,$$

        因为最后一个窗口也必须完全落在里面。教材的例子是第一行：

        {shapes}

        注意两种约定：教材公式里的填充是两侧合计，而它的代码和 PyTorch 都按每侧计算。

        ## 音频的步幅为二

        **题目**：对音频信号，步幅为二意味着什么？

        每隔一个采样点取一个，采样率减半。高于**新**采样率一半的成分并不会消失，而是变成另一个音（混叠）。
        采样率为 {rate} Hz 时，一个 {tone} Hz 的音经过这样的步幅，留下的采样值与 {alias} Hz 的音完全相同。
        所以带步幅的核应当先把高音滤掉。

        {figure}

        ## 镜像填充

        **题目**：实现镜像填充。

        {code}

        在 {row} 两侧各补两个元素，得到 {mirrored}。这里边缘的元素不重复；另一种习惯会重复它，得到
        {repeated}。使用时要说清是哪一种：NumPy 分别称为 `reflect` 和 `symmetric`。

        ## 步幅节省的计算

        **题目**：步幅大于一，计算上有什么好处？

        每个输出做一遍计算，而步幅 $s_h$、$s_w$ 使输出个数减少到 $s_h s_w$ 分之一。AlexNet 的第一层步幅为
        {stride}，要做 {strided} 次乘加；步幅为 {unit} 则要 {dense} 次，是前者的 {saving} 倍。要存储的输出也同
        样减少。

        ## 步幅对学习的好处

        **题目**：步幅大于一，在统计上有什么好处？

        后面的层看到的范围更大，要拟合的数更少。两个 {kernel} × {kernel} 的核相叠，感受野边长为 {narrow}
        个像素；第一个核的步幅为 {two} 时，感受野边长为 {wide}。{size} × {size} 的图像有 {maps} 个通道，
        接一个 {units} 个单元的全连接层，要 {many} 个权重；步幅为 {two} 之后只要 {few} 个。代价是丢失细节，
        以及上文说的混叠。

        ## 步幅为二分之一

        **题目**：怎样实现二分之一的步幅？它有什么用？

        在采样点之间和两端补零，再滑动**翻转后**的核。$s$ = {two}、核长为 $k$ 时，$n$ 个元素变成 $s(n-1)+k$ 个，
        大约长一倍：{short} 用核 {copy} 变成 {doubled}。需要把图像重新放大时会用到它，例如生成图像。
        它叫转置卷积，因为它的矩阵就是带步幅的层的矩阵的转置。

        核的大小应当是步幅的倍数，否则各个输出由不同个数的采样值相加而成：常数信号用 {uneven_size}
        个相等的权重得到 {uneven}，在图像上就是棋盘格；用 {even_size} 个权重则得到 {even}。
    """,
}

_SHAPES = (
    ((8, 8), (3, 5), (0, 1), (3, 4)),
    ((8, 8), (3, 5), (1, 2), (1, 1)),
    ((8, 8), (3, 5), (1, 2), (2, 2)),
    ((28, 28), (5, 5), (2, 2), (1, 1)),
    ((224, 224), (11, 11), (1, 1), (4, 4)),
    ((224, 224), (11, 11), (2, 2), (4, 4)),
)
_RATE, _TONE = 16_000, 6_000  # hertz


def solve() -> Answer:
    """Answer the exercises."""
    import numpy as np

    stride, two, size, maps, units = 4, 2, 28, 6, 120
    strided, dense = (conv_cost(1, 96, 11, 224, padding=1, stride=s).multiply_adds for s in (stride, 1))
    kernel = 3
    narrow, wide = (receptive_field([Window(kernel, s), Window(kernel)])[-1].size for s in (1, two))
    many, few = (fc_cost((maps * side**2, units), biases="without").weights for side in (size, size // two))
    row, short = np.array([1, 2, 3, 4]), np.array([1, 2, 3])
    constant = np.ones(5, dtype=int)
    uneven, even = (_transposed(constant, np.ones(k, dtype=int), two) for k in (3, 4))
    return Answer(
        text=_TEXT,
        facts={
            "shapes": Table(
                {
                    "en": ("input", "kernel", "padding each side", "stride", "output"),
                    "zh": ("输入", "核", "每侧填充", "步幅", "输出"),
                },
                [
                    [_pair(n), _pair(k), _sides(p), _sides(s), _pair(output_shape(n, k, padding=p, stride=s))]
                    for n, k, p, s in _SHAPES
                ],
            ),
            "rate": _RATE,
            "tone": _TONE,
            "alias": _alias(_RATE, _TONE, two),
            "figure": Figure(
                {
                    "en": "Dots: the samples that are left. Both tones run through all of them.",
                    "zh": "圆点是留下的采样值，两个音都经过所有圆点。",
                },
                _tones,
            ),
            "code": Code(inspect.getsource(mirrored)),
            "row": row,
            "mirrored": mirrored(row, two),
            "repeated": np.pad(row, two, mode="symmetric"),
            "strided": strided,
            "dense": dense,
            "stride": stride,
            "unit": 1,
            "saving": dense // strided,
            "kernel": kernel,
            "narrow": narrow,
            "wide": wide,
            "two": two,
            "units": units,
            "maps": maps,
            "size": size,
            "many": many,
            "few": few,
            "short": short,
            "copy": np.array([1, 1]),
            "doubled": _transposed(short, np.array([1, 1]), two),
            "uneven_size": 3,
            "uneven": uneven,
            "even_size": 4,
            "even": even,
        },
        checks=(
            Check(
                {
                    "en": "the formula counts the windows that fit, for every small size, kernel, padding and stride",
                    "zh": "对所有小的尺寸、核、填充和步幅，公式都等于放得下的窗口个数",
                },
                all(
                    _counts_windows(*sizes)
                    for sizes in itertools.product(range(1, 12), range(1, 6), range(4), range(1, 5))
                ),
            ),
            Check(
                {
                    "en": "after the stride the two tones have the same samples",
                    "zh": "经过步幅以后，两个音的采样值相同",
                },
                bool(
                    np.allclose(_sampled(_TONE)[::two], _sampled(_alias(_RATE, _TONE, two))[::two], atol=1e-9)
                ),
            ),
            Check(
                {
                    "en": "the mirror padding above is that of NumPy",
                    "zh": "上面的镜像填充与 NumPy 的一致",
                },
                all(
                    np.array_equal(mirrored(np.arange(n), p), np.pad(np.arange(n), p, mode="reflect"))
                    for n in range(2, 9)
                    for p in range(n)
                ),
            ),
            Check(
                {
                    "en": "the stride of AlexNet's first layer saves exactly the product of its strides",
                    "zh": "AlexNet 第一层的步幅恰好把计算量减少到两个方向步幅之积分之一",
                },
                dense == stride**2 * strided,
            ),
            Check(
                {
                    "en": "zeros between the samples, then the reversed kernel: the strided layer's matrix, "
                    "transposed, with $s(n-1)+k$ outputs",
                    "zh": "插零，再滑动翻转后的核，等于带步幅的层的矩阵的转置，输出有 $s(n-1)+k$ 个",
                },
                all(_is_transposed(k, s) for k in range(1, 6) for s in range(1, 4)),
            ),
            Check(
                {
                    "en": "away from the ends {even_size} weights give a constant signal, {uneven_size} do not",
                    "zh": "除去两端，{even_size} 个权重给出常数信号，{uneven_size} 个则不然",
                },
                len(set(even[two:-two])) == 1 < len(set(uneven[two:-two])),
            ),
        ),
    )


def mirrored(samples: NDArray[np.int_], count: int) -> NDArray[np.int_]:
    """Return samples padded with their mirror images."""
    import numpy as np

    last = len(samples) - 1
    place = np.arange(-count, len(samples) + count)
    return samples[last - abs(last - abs(place))]


def _pair(sizes: tuple[int, ...]) -> str:
    return " × ".join(map(str, sizes))


def _sides(sizes: tuple[int, ...]) -> str:
    return ", ".join(map(str, sizes))


def _counts_windows(samples: int, size: int, padding: int, stride: int) -> bool:
    """Compare the formula with windows counted one by one; sizes that do not fit are passed over."""
    starts = range(-padding, samples + padding - size + 1, stride)
    return not starts or output_shape((samples,), size, padding=padding, stride=stride) == (len(starts),)


def _alias(rate: int, tone: int, stride: int) -> int:
    """Return the tone that has the same samples after a stride, and is heard."""
    new = rate // stride
    return abs(tone - new * round(tone / new))


def _sampled(tone: int) -> NDArray[np.float64]:
    import numpy as np

    sampled: NDArray[np.float64] = np.cos(2 * np.pi * tone / _RATE * np.arange(64))
    return sampled


def _transposed(samples: NDArray[np.int_], kernel: NDArray[np.int_], stride: int) -> NDArray[np.int_]:
    """Put zeros between samples and around them, then slide the kernel, reversed."""
    import numpy as np

    spread = np.zeros((len(samples) - 1) * stride + 1, dtype=int)
    spread[::stride] = samples
    return np.asarray(corr(np.pad(spread, len(kernel) - 1), kernel[::-1], ndim=1))


def _is_transposed(size: int, stride: int) -> bool:
    """Compare with the matrix of the strided correlation, built from what it makes of single samples."""
    import numpy as np

    kernel, samples = np.arange(1, size + 1), np.array([3, -1, 4, 1, -5])
    length = (len(samples) - 1) * stride + size
    matrix = np.stack(
        [corr(unit, kernel, ndim=1, stride=stride) for unit in np.eye(length, dtype=int)], axis=1
    )
    return np.array_equal(matrix.T @ samples, _transposed(samples, kernel, stride))


def _tones(language: str) -> Drawn:
    """Draw the tone, its alias, and the samples that both share."""
    import numpy as np

    from kernelkit.plot.style import COLOURS, dress, new_figure

    alias = _alias(_RATE, _TONE, 2)
    time = np.linspace(0, 2 / alias, 601)
    kept = np.arange(0, 2 / alias + 1e-9, 2 / _RATE)
    figure = new_figure(5.8, 2.7, layout="constrained")
    axes = figure.subplots()
    for tone, colour in ((_TONE, COLOURS[1]), (alias, COLOURS[2])):
        axes.plot(1000 * time, np.cos(2 * np.pi * tone * time), color=colour, label=f"{tone} Hz")
    axes.plot(1000 * kept, np.cos(2 * np.pi * _TONE * kept), "o", color=COLOURS[0])
    dress(axes, {"en": "time in milliseconds", "zh": "时间（毫秒）"}[language], "")
    axes.set_yticks([-1, 0, 1])
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return figure
