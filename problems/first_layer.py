"""What the first layer of AlexNet learned: what that figure shows, how to measure it, and where it comes from."""

from __future__ import annotations

import functools
import inspect as signatures
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.inspection.first_filters import first_filters
from kernelkit.inspection.gabor import fit_gabor
from kernelkit.inspection.inspect import inspect
from kernelkit.inspection.layer import first_layer
from kernelkit.nets.alexnet import alexnet
from kernelkit.report.model import Answer, Check, Figure, Problem, Table

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from matplotlib.figure import Figure as Drawn
    from numpy.typing import NDArray

    from kernelkit.inspection.inspect import Inspection

    Floats = NDArray[np.float64]

PROBLEM = Problem(
    slug="first-layer",
    title={"en": "What AlexNet’s first layer learned", "zh": "AlexNet 第一层学到了什么"},
    question={
        "en": "“We can look at what AlexNet’s first layer learned”, says the post, and its figure is lost. What is "
        "there to see, how is it measured, and where does it come from?",
        "zh": "博客说“我们可以查看 AlexNet 第一层学到的特征信息”，但图已经丢失。图里应当有什么？"
        "怎样度量？这些特征从何而来？",
    },
    source={
        "en": "The post, “AlexNet”; Krizhevsky, Sutskever and Hinton, ImageNet classification with deep convolutional "
        "neural networks, figure of the first layer",
        "zh": "博客“AlexNet 深度卷积神经网络”一节；Krizhevsky、Sutskever 与 Hinton 的 AlexNet 论文中第一层卷积核的图",
    },
    group="post",
    rank=12,
)
QUICK = {"count": 24, "patches": 8000}

PUBLISHED_FILTERS = 96
SIDE, STRIDE = 11, 4
"""Of the first layer of the net of 2012: so many filters, taps along an axis, and pixels that its windows move."""

_TEXT = {
    "en": """
        The lost figure is the one of the AlexNet paper: its {published} filters of {side} × {side} taps in red, green
        and blue. Most are **edges and bars** at all angles, some are **coloured spots**, one colour against another.
        Here are {count} filters of that size that were learned while this page was made:

        {mosaic}

        They look alike, yet they come from no net and no labels. They were learned from one photograph, the portrait
        of Grace Hopper that comes with matplotlib: patches were cut out at random, and those filters were sought
        whose outputs are as independent of each other as can be (independent component analysis). So a first
        layer looks the way it does largely because photographs do.

        ## From looking to measuring

        A **Gabor function** is a wave under a bell: it has a direction, a period, and a phase, which says whether it is
        an edge (odd) or a bar (even). `kernelkit inspect` fits one to every filter and gives $R^2$, the share of the
        filter’s energy that it explains. These are the best fits among edges and
        bars of a cycle or more:

        {fits}

        It also splits a filter into a plane of taps and a mix of the three colours. Where most of the energy is lost in
        a grey picture and the mix has both signs, the filter sets one colour against another.

        {measured}

        “Shuffled” is the same computation on the same pixels in random order; “untrained” are random weights, as a net
        has them at its start. Neither shows anything, so the filters come from the arrangement of pixels in the
        photograph, not from the method. Random weights are colourful, too: colour alone means nothing.

        ## Too fine for its stride

        AlexNet moves its windows by {stride} pixels. Waves with a period below {twice} pixels then turn up as coarser
        ones, as wheels turn backwards in films; this is aliasing. Of the filters above, more than {aliased} % have a
        quarter or more of their energy there. Later nets took smaller windows and smaller strides.

        ## With your own weights

        `kernelkit inspect FILE --plot FIGURE` reads weights of PyTorch, ONNX and other forms. The post’s own code would
        not give the figure: its net reads {channels} channel, so the filters are grey.
    """,
    "zh": """
        丢失的图应当是 AlexNet 论文里的那一幅：{published} 个 {side} × {side} 的红绿蓝三色卷积核。
        其中多数是各种方向的**边缘和条纹**，另有一些是**彩色斑块**，一种颜色与另一种对立。
        下面是生成本页时学到的 {count} 个同样大小的卷积核：

        {mosaic}

        它们看上去很像，却不来自任何网络，也没有用任何标签。它们只从一张照片学来，即 matplotlib 自带的 Grace
        Hopper 肖像：随机截取小块，再找出一组卷积核，使它们的输出彼此尽可能独立（独立成分分析）。
        可见第一层之所以长成这样，主要是因为照片本身如此。

        ## 从观察到度量

        **Gabor 函数**是罩在钟形包络下的一段波：它有方向、周期和相位，相位说明它是边缘（奇）还是条纹（偶）。
        `kernelkit inspect` 给每个卷积核拟合一个 Gabor 函数，并给出 $R^2$，即它解释了卷积核能量的多大比例。
        含有至少一个完整周期的边缘和条纹里，拟合得最好的几个是：

        {fits}

        这个命令还把卷积核拆成一个平面和三种颜色的配比。如果变成灰度后大部分能量都会丢失，而且配比有正有负，
        这个卷积核就是让一种颜色与另一种对立。

        {measured}

        “打乱”是对同一张照片的像素随机重排后做同样的计算；“未训练”是随机权重，也就是网络刚开始时的样子。
        两者都看不出结构，所以特征来自照片中像素的排列，而不是来自计算方法。随机权重也是五颜六色的：
        有颜色并不说明学到了什么。

        ## 对步幅来说太细

        AlexNet 的窗口每次移动 {stride} 个像素。周期小于 {twice} 个像素的波会被看成周期更长的波，
        就像电影里倒转的车轮，这叫混叠。上面的卷积核中，超过 {aliased}% 至少有四分之一的能量落在这个范围里。
        后来的网络用了更小的窗口和更小的步幅。

        ## 换成你自己的权重

        `kernelkit inspect FILE --plot FIGURE` 能读 PyTorch、ONNX 等格式的权重。博客自己的代码画不出这幅图：
        它的网络只读 {channels} 个通道，卷积核都是灰色的。
    """,
}


class _Measure(NamedTuple):
    """A measure of a layer, and where it lies, ("above" or "below", limit), for each of the three layers."""

    words: dict[str, str]
    of: Callable[[Inspection], float]
    limits: tuple[tuple[str, Fraction], ...]


def solve(count: int = 48, patches: int = 30_000, seed: int = 0) -> Answer:
    """Learn filters from a photograph, and measure them beside those of shuffled pixels and random weights."""
    import numpy as np

    photograph = _photograph()
    generator = np.random.default_rng(seed)
    shuffled = generator.permutation(photograph.reshape(-1, 3)).reshape(photograph.shape)
    learned, control = (
        first_filters([image], count, size=SIDE, patches=patches, seed=seed)
        for image in (photograph, shuffled)
    )
    untrained = generator.uniform(-1, 1, size=learned.shape)
    layers = [inspect(first_layer(filters, stride=STRIDE)) for filters in (learned, control, untrained)]
    found = layers[0]
    assert found.summary.aliased is not None
    aliased = 50
    return Answer(
        text=_TEXT,
        facts={
            "published": PUBLISHED_FILTERS,
            "side": SIDE,
            "count": count,
            "mosaic": Figure(_MOSAIC, functools.partial(_tiles, learned)),
            "fits": Figure(_FITS, functools.partial(_best, found)),
            "measured": _table(),
            "stride": STRIDE,
            "twice": 2 * STRIDE,
            "aliased": aliased,
            "channels": signatures.signature(alexnet).parameters["channels"].default,
            "near": "0.001",
        },
        checks=(
            *(
                Check(
                    {
                        "en": f"{measure.words['en']}: photograph, shuffled and untrained lie where the table says",
                        "zh": f"{measure.words['zh']}：照片、打乱与未训练三列都与表中一致",
                    },
                    all(
                        value > limit if side == "above" else value < limit
                        for value, (side, limit) in zip(map(measure.of, layers), measure.limits, strict=True)
                    ),
                )
                for measure in MEASURES
            ),
            Check(
                {
                    "en": "the fit finds the direction and period of a Gabor function that was put in, within {near}",
                    "zh": "把已知的 Gabor 函数交给拟合程序，找回的方向和周期误差在 {near} 以内",
                },
                _fits_what_was_put_in(),
            ),
            Check(
                {
                    "en": "with a stride of {stride}, more than {aliased} % of the learned filters alias",
                    "zh": "步幅为 {stride} 时，学到的卷积核中超过 {aliased}% 会混叠",
                },
                100 * found.summary.aliased > aliased * count,
            ),
            Check(
                {
                    "en": "a wave just above a period of {twice} pixels keeps its period when sampled every {stride} "
                    "pixels, one just below does not",
                    "zh": "每 {stride} 个像素采样一次，周期略大于 {twice} 像素的波保持原来的周期，略小的则不能",
                },
                _sampled(2 * STRIDE + 1) and not _sampled(2 * STRIDE - 1),
            ),
        ),
    )


def _photograph() -> Floats:
    """Return the photograph that comes with matplotlib, (rows, columns, colours)."""
    import matplotlib as mpl
    import numpy as np
    from PIL import Image

    with Image.open(f"{mpl.get_data_path()}/sample_data/grace_hopper.jpg") as image:
        return np.asarray(image.convert("RGB"), dtype=float)


def _explained(found: Inspection) -> float:
    return found.summary.gabor_r_squared or 0.0


def _named(*names: str) -> Callable[[Inspection], float]:
    """Return the share of filters in some classes, as a function of what was found."""
    return lambda found: sum(found.summary.classes.get(name, 0) for name in names) / found.summary.filters


def _strongest(found: Inspection) -> float:
    """Return the median share of the energy in the strongest wave of the window's Fourier transform."""
    import numpy as np

    planes = np.stack([one.split.plane for one in found.filters])
    power = abs(np.fft.fft2(planes)) ** 2
    # of real taps every wave but the constant one stands twice
    power[:, 0, 0] /= 2
    return float(np.median(2 * power.max(axis=(1, 2)) / power.sum(axis=(1, 2))))


MEASURES = (
    _Measure(
        {"en": "energy explained by a Gabor function, median", "zh": "Gabor 函数解释的能量，中位数"},
        _explained,
        (("above", Fraction(7, 10)), ("below", Fraction(3, 10)), ("below", Fraction(3, 10))),
    ),
    _Measure(
        {"en": "energy in the strongest single wave, median", "zh": "最强的单个波所占的能量，中位数"},
        _strongest,
        (("above", Fraction(1, 5)), ("below", Fraction(1, 8)), ("below", Fraction(1, 8))),
    ),
    _Measure(
        {"en": "filters called edge or bar", "zh": "被判为边缘或条纹的比例"},
        _named("edge", "bar"),
        (("above", Fraction(1, 2)), ("below", Fraction(1, 5)), ("below", Fraction(1, 5))),
    ),
    _Measure(
        {"en": "filters called one colour against another", "zh": "被判为颜色对立的比例"},
        _named("colour-opponent"),
        (("above", Fraction(1, 10)), ("below", Fraction(1, 10)), ("above", Fraction(1, 2))),
    ),
)


def _table() -> Table:
    signs = {"above": ">", "below": "<"}
    return Table(
        {
            "en": ("measure", "photograph", "shuffled", "untrained"),
            "zh": ("度量", "照片", "打乱", "未训练"),
        },
        [
            [measure.words, *(f"{signs[side]} {float(limit):.3g}" for side, limit in measure.limits)]
            for measure in MEASURES
        ],
    )


def _fits_what_was_put_in() -> bool:
    """Whether a fit finds a wave of period 5 at 30 degrees again, counter-clockwise with y down."""
    import numpy as np

    y, x = np.mgrid[-5:6, -5:6]
    along = x * np.cos(np.pi / 6) - y * np.sin(np.pi / 6)
    found = fit_gabor(np.exp(-(x**2 + y**2) / 12) * np.sin(2 * np.pi * along / 5))
    assert found is not None
    return abs(found.angle - 30) < 1e-3 and abs(1 / found.frequency - 5) < 1e-3 and found.parity == "odd"


def _sampled(period: float) -> bool:
    """Whether the strongest frequency of a sampled wave is its own."""
    import numpy as np

    places = np.arange(0, STRIDE * 10_000, STRIDE)
    power = abs(np.fft.rfft(np.cos(2 * np.pi * places / period) * np.hanning(len(places)))) ** 2
    strongest = np.fft.rfftfreq(len(places), STRIDE)[power.argmax()]
    return bool(abs(strongest - 1 / period) < 1e-3)


def _tiles(filters: Floats, _: str) -> Drawn:
    """Draw filters side by side, zero in mid-grey, each up to its own largest tap."""
    import numpy as np

    from kernelkit.plot.filters import display
    from kernelkit.plot.style import new_figure

    columns, step = 12, filters.shape[-1] + 2
    rows = len(filters) // columns
    page = np.ones((rows * step, columns * step, 3))
    for place, taps in enumerate(filters[: rows * columns]):
        y, x = (step * part + 1 for part in divmod(place, columns))
        page[y : y + step - 2, x : x + step - 2] = display(taps).transpose(1, 2, 0)
    figure = new_figure(6, 6 * rows / columns, layout="constrained")
    axes = figure.subplots()
    axes.imshow(_enlarged(page), interpolation="none")
    axes.axis("off")
    return figure


def _enlarged(picture: Floats) -> Floats:
    """Return a picture with every tap as a square of dots, which a browser does not blur."""
    return picture.repeat(6, axis=0).repeat(6, axis=1)


def _best(found: Inspection, language: str) -> Drawn:
    """Draw the planes with the closest fits, and what was fitted to them."""
    from kernelkit.plot.filters import display
    from kernelkit.plot.style import SMALL, new_figure

    waves = [
        (one.gabor, one.split.plane)
        for one, verdict in zip(found.filters, found.verdicts, strict=True)
        if one.gabor and one.is_wave and verdict.name in {"edge", "bar"}
    ]
    waves = sorted(waves, key=lambda wave: -wave[0].r_squared)[:8]
    figure = new_figure(6, 1.7, layout="constrained")
    rows = figure.subplots(2, len(waves))
    for above, below, (gabor, plane) in zip(*rows, waves, strict=True):
        for axes, taps in ((above, plane), (below, gabor.on(plane.shape))):
            axes.imshow(_enlarged(display(taps)), cmap="gray", vmin=0, vmax=1, interpolation="none")
            axes.axis("off")
    for axes, name in zip(rows[:, 0], _ROWS[language], strict=True):
        axes.text(-0.1, 0.5, name, transform=axes.transAxes, ha="right", va="center", fontsize=SMALL)
    return figure


_MOSAIC = {
    "en": "{count} filters of {side} × {side} taps, learned from one photograph. Mid-grey is zero; each is drawn up to "
    "its own largest tap.",
    "zh": "从一张照片学到的 {count} 个 {side} × {side} 卷积核。中灰为零，每个核按自身最大的权重缩放。",
}
_FITS = {
    "en": "Above, planes of the filters with the closest fits; below, the Gabor functions fitted to them.",
    "zh": "上排是拟合最好的几个卷积核，下排是拟合出的 Gabor 函数。",
}
_ROWS = {"en": ("filter", "fit"), "zh": ("卷积核", "拟合")}
