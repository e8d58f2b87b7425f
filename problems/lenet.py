"""LeNet layer by layer: shapes, cost, what it sees, how it has to start, and which LeNet it is."""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.nets.card import CONVOLUTIONAL, FULLY_CONNECTED, card
from kernelkit.nets.costs import conv_cost, fc_cost
from kernelkit.report.model import Answer, Check, Figure, Problem, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure as Drawn
    from torch import Tensor, nn

    from kernelkit.nets.card import Card

PROBLEM = Problem(
    slug="lenet",
    title={"en": "LeNet, layer by layer", "zh": "逐层看 LeNet"},
    question={
        "en": "What does each layer of LeNet produce, cost and see? Does it have fewer parameters than a fully "
        "connected net? How should a net with sigmoids start? And which LeNet is this?",
        "zh": "LeNet 的每一层输出什么形状、要多少参数和计算、能看到多大的区域？它真的比全连接网络参数少吗？"
        "用 sigmoid 的网络该怎样初始化？这又是哪一个 LeNet？",
    },
    source={
        "en": "The post, “LeNet”; Dive into Deep Learning, “Convolutional Neural Networks (LeNet)”",
        "zh": "博客“LeNet”一节；《动手学深度学习》“卷积神经网络（LeNet）”一节",
    },
    group="post",
    rank=10,
)
QUICK = {"seeds": (3,), "steps": 100, "images": 200}

YEAR = "1998"
PUBLISHED_PARAMETERS, PUBLISHED_CONNECTIONS = 60_000, 340_908
"""Of LeNet-5: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition, 1998."""
MAPS_READ = (3,) * 6 + (4,) * 9 + (6,)
"""How many maps each of the sixteen maps of C3 reads: table I of that paper."""

STARTS = (("default", 1), ("xavier", 1), ("xavier", 4))
HALF = 50
MOST_LOST = 5

_TEXT = {
    "en": """
        The post’s LeNet turns an image of {side} × {side} pixels into {classes} scores with {layers} learned layers.
        It has {parameters} parameters and does {macs} multiply-adds, that is products that are added up, for one
        image. “Sees” is the receptive field: how many pixels a side one output depends on.

        {layer_table}

        The padding of the first layer keeps the size; each pooling halves it; the second convolution, without
        padding, takes off a rim. So the first fully connected layer reads {features} numbers. No pixel is left
        unread, and images of {least} to {most} pixels a side give the same shapes.

        ## Fewer parameters than fully connected layers?

        Yes, where a convolution stands in place of one:

        {saving}

        A kernel is shared by all places and looks at a small window; a fully connected layer has a weight for every
        pair of an input and an output. Yet LeNet ends in such layers, and they hold {fc_share:.1f} % of its
        parameters, while the convolutions do {conv_share:.1f} % of the multiply-adds.

        ## Why a sigmoid needs a careful start

        A sigmoid has a slope of at most {slope}, so it passes on at most that share of the difference between two
        images. PyTorch’s usual weights are so small that they weaken it further. Xavier’s start is wider, chosen so
        that a layer of slope one about keeps differences as they are. About a factor of {gain} is still lost at every
        sigmoid, so the full remedy is Xavier’s weights times {gain}.

        {starts}

        Left: with the usual start, two images differ after the last layer by less than {lost} of what they differed
        by at the input; the scores hardly depend on the image. Xavier keeps more than {kept} times as much. Right:
        the nets learn to name printed digits, drawn with a font of matplotlib and moved a little. After {steps} steps
        the widest start names more than {half} % of new digits; the usual start names fewer. How fast the plain Xavier
        start is depends on luck: look at several seeds before you praise a start.

        ## Which LeNet?

        The post calls it LeNet-5, but it is the textbook’s version of the net of {year}:

        {compared}

        The original reads {large} × {large} pixels, which is what the padding imitates. Its pooling has trainable
        weights; {c3} connects each map to some of the maps before it; {c5} is a convolution as large as its
        input, hence the same as a fully connected layer; and each score compares with a fixed pattern (radial basis
        functions). It bends values by a scaled hyperbolic tangent.
    """,
    "zh": """
        博客里的 LeNet 用 {layers} 个带参数的层，把 {side} × {side} 的图像变成 {classes} 个类别得分。它共有
        {parameters} 个参数，处理一张图要做 {macs} 次乘加（一次乘法加一次累加）。
        表中“感受野”是一个输出所依赖的像素区域的边长。

        {layer_table}

        第一层的填充保持尺寸不变；每次池化把尺寸减半；第二个卷积层不填充，削去一圈边。于是第一个全连接层读入
        {features} 个数。没有任何像素被漏读，边长 {least} 到 {most} 的图像得到的形状都相同。

        ## 真的比全连接层参数少吗？

        就被卷积层替换掉的部分而言，是的：

        {saving}

        卷积核在所有位置共享，并且只看一个小窗口；全连接层则要给每一对输入和输出各配一个权重。
        不过 LeNet 的末尾仍是全连接层，它们占了全部参数的 {fc_share:.1f}%，而卷积层承担了 {conv_share:.1f}% 的乘加。

        ## 为什么 sigmoid 需要精心初始化

        sigmoid 的斜率最大只有 {slope}，所以最多只把两张图之间差异的这一部分传下去。
        PyTorch 默认的权重又太小，会把差异进一步削弱。Xavier 初始化的权重大一些，
        让斜率为一的层大致保持差异不变；但每经过一个 sigmoid，差异仍会缩小到原来的大约 {slope}，
        所以彻底的办法是把 Xavier 的权重再乘以 {gain}。

        {starts}

        左图：用默认初始化时，两张图经过最后一层后的差异不到输入时的 {lost}，得分几乎与图像无关；
        Xavier 保留的差异是它的 {kept} 倍以上。右图：让网络学认印刷体数字，数字用 matplotlib 自带的字体画出，
        位置略有移动。训练 {steps} 步后，权重最大的一种初始化能认出 {half}% 以上的新数字，默认初始化则不到这个比例。
        未放大的 Xavier 初始化学得多快要看运气：评价一种初始化之前，先多试几个随机种子。

        ## 这是哪一个 LeNet？

        博客称它为 LeNet-5，其实它是教材对 {year} 年那个网络的简化：

        {compared}

        原网络读入 {large} × {large} 的图像，这里的填充正是模仿这一点。它的池化层带有可训练的权重；{c3}
        的每个特征图只连接前一层的部分特征图；{c5} 是和输入一样大的卷积，因此等同于全连接层；
        最后每个得分是与一个固定图样比较得到的（径向基函数，RBF）。它的激活函数是缩放过的双曲正切。
    """,
}


class _Learned(NamedTuple):
    """What became of `STARTS`: how far apart images are at each learned layer, and how many are named, step by step."""

    spreads: list[list[float]]
    accuracies: list[list[float]]
    looks: list[int]


def solve(seeds: Sequence[int] = (0, 1, 2), steps: int = 200, images: int = 500) -> Answer:
    """Read the card of LeNet, count LeNet-5, and let three starts learn printed digits."""
    from kernelkit.nets.known import sketch

    found = card(sketch("lenet"))
    learned = _learned(seeds, steps, images)
    usual, xavier, _ = (spread[-1] / spread[0] for spread in learned.spreads)
    named = [accuracy[-1] for accuracy in learned.accuracies]
    original = _original()
    costs = (conv_cost(1, 6, 5, 28, padding=2), conv_cost(6, 16, 5, 14))
    dense = [fc_cost((cost.values_in, cost.values_out)).weights for cost in costs]
    lost, kept = Fraction(1, 1000), 5
    half = Fraction(1, 2)  # a sigmoid is steepest there, and its slope is s (1 - s)
    facts = {
        "side": found.shape[1],
        "classes": found.rows[-1].values,
        "layers": found.layers["learned"],
        "parameters": found.parameters,
        "macs": found.multiply_adds,
        "features": found.rows[6].values,
        "least": found.heights[0],
        "most": found.heights[-1],
        "layer_table": _layer_table(found),
        "saving": Table(
            {
                "en": ("convolution", "its weights", "weights of a fully connected layer in its place"),
                "zh": ("卷积层", "权重数", "换成全连接层所需的权重数"),
            },
            [[_NTH[i], cost.weights, dense[i]] for i, cost in enumerate(costs)],
        ),
        "fc_share": 100 * float(found.share_of_parameters(FULLY_CONNECTED)),
        "conv_share": 100 * float(found.share_of_multiply_adds(CONVOLUTIONAL)),
        "slope": half * (1 - half),
        "gain": STARTS[-1][1],
        "starts": Figure(_CAPTION, functools.partial(_curves, learned)),
        "lost": lost,
        "most_lost": MOST_LOST,
        "kept": kept,
        "steps": steps,
        "half": HALF,
        "year": YEAR,
        "c3": "C3",
        "c5": "C5",
        "large": 32,
        "compared": _comparison(original, found),
        "connections": sum(connections for _, connections in original.values()),
        "published": sum(parameters for parameters, _ in original.values()),
    }
    return Answer(
        text=_TEXT,
        facts=facts,
        checks=(
            Check(
                {
                    "en": "a net that is run has the shapes, parameters and multiply-adds of the table",
                    "zh": "实际运行一个网络，形状、参数个数和乘加次数与表中一致",
                },
                _ran() == [(row.output, row.parameters, row.multiply_adds) for row in found.rows],
            ),
            Check(
                {
                    "en": "gradients reach as many pixels as the table says, and every pixel is read",
                    "zh": "梯度到达的像素范围与表中的感受野一致，并且每个像素都被读到",
                },
                _seen() == [row.fields[0].size for row in found.rows if row.fields],
            ),
            Check(
                {
                    "en": "a convolution as large as its input gives what a fully connected layer gives",
                    "zh": "和输入一样大的卷积与全连接层结果相同",
                },
                _same_as_dense(),
            ),
            Check(
                {
                    "en": "LeNet-5, counted layer by layer, has the {published} parameters and {connections} "
                    "connections that its authors published",
                    "zh": "逐层统计 LeNet-5，得到的 {published} 个参数和 {connections} 个连接与原论文一致",
                },
                facts["published"] == PUBLISHED_PARAMETERS and facts["connections"] == PUBLISHED_CONNECTIONS,
            ),
            Check(
                {
                    "en": "differences between images shrink below {lost} with the usual start, and Xavier’s keeps "
                    "more than {kept} times as much",
                    "zh": "用默认初始化时图像之间的差异缩小到 {lost} 以下，Xavier 初始化保留的是它的 {kept} 倍以上",
                },
                usual < lost and xavier > kept * usual,
            ),
            Check(
                {
                    "en": "with Xavier’s start every sigmoid divides these differences by {gain} to {most_lost}",
                    "zh": "用 Xavier 初始化时，每个 sigmoid 都把这种差异缩小到原来的 {gain} 到 {most_lost} 分之一",
                },
                all(STARTS[-1][1] <= factor < MOST_LOST for factor in _lost_at_sigmoids(seeds, images)),
            ),
            Check(
                {
                    "en": "after {steps} steps the widest start names more than {half} % of new digits, "
                    "the usual one fewer",
                    "zh": "{steps} 步后，权重最大的初始化认出 {half}% 以上的新数字，默认初始化不到这个比例",
                },
                named[0] < HALF / 100 < named[-1],
            ),
        ),
    )


def _layer_table(found: Card) -> Table:
    rows: list[list[object]] = [
        [
            _KINDS[row.kind],
            " × ".join(map(str, row.output)),
            row.parameters,
            row.multiply_adds,
            row.fields[0].size if row.fields else found.shape[1],
        ]
        for row in found.rows
        if row.kind in _KINDS
    ]
    return Table(
        {
            "en": ("layer", "output", "parameters", "multiply-adds", "sees"),
            "zh": ("层", "输出", "参数", "乘加", "感受野"),
        },
        rows,
    )


def _comparison(original: dict[str, tuple[int, int]], found: Card) -> Table:
    ours = [row.parameters for row in found.rows if row.kind in _KINDS]
    theirs = [parameters for parameters, _ in original.values()]
    kinds = [_KINDS[row.kind] for row in found.rows if row.kind in _KINDS]
    names = [
        {lang: f"{name} {kind[lang]}" for lang in kind} for name, kind in zip(original, kinds, strict=True)
    ]
    rows: list[list[object]] = [list(row) for row in zip(names, theirs, ours, strict=True)]
    total = [{"en": "all parameters", "zh": "参数总数"}, sum(theirs), sum(ours)]
    return Table(
        {
            "en": ("layer", f"LeNet-5, {YEAR}", "this net"),
            "zh": ("层", f"{YEAR} 年的 LeNet-5", "这个网络"),
        },
        [*rows, total],
    )


def _original() -> dict[str, tuple[int, int]]:
    """Return parameters and connections of each layer of LeNet-5; a connection is a product or a bias."""
    taps, fixed = 5 * 5, 84 * 10
    first, third = 6 * (taps + 1), sum(MAPS_READ) * taps + len(MAPS_READ)
    dense = [fc_cost(sizes).parameters for sizes in ((16 * taps, 120), (120, 84))]
    # a unit that pools adds four values, multiplies by a weight and adds a bias: five connections
    return {
        "C1": (first, first * 28 * 28),
        "S2": (2 * 6, 5 * 6 * 14 * 14),
        "C3": (third, third * 10 * 10),
        "S4": (2 * 16, 5 * 16 * 5 * 5),
        "C5": (dense[0], dense[0]),
        "F6": (dense[1], dense[1]),
        "RBF": (0, fixed),
    }


def _learned(seeds: Sequence[int], steps: int, images: int) -> _Learned:
    """Start nets in three ways, and let them learn printed digits; means over seeds."""
    import numpy as np

    pixels, _ = lesson = _digits(images, 0)
    looks = range(0, steps + 1, 25)
    nets = [_started(how, gain, seed) for seed in seeds for how, gain in STARTS]
    spreads = [_spreads(net, pixels) for net in nets]
    accuracies = [_accuracies(net, lesson, looks, number // len(STARTS)) for number, net in enumerate(nets)]

    def means(values: list[list[float]]) -> list[list[float]]:
        return np.reshape(values, (len(seeds), len(STARTS), -1)).mean(axis=0).tolist()  # type: ignore[no-any-return]

    return _Learned(means(spreads), means(accuracies), list(looks))


def _started(how: str, gain: int, seed: int) -> nn.Sequential:
    import torch

    from kernelkit.nets.initialise import initialise
    from kernelkit.nets.lenet import lenet

    net = lenet()
    initialise(net, how, seed=seed)
    with torch.no_grad():
        for name, values in net.named_parameters():
            if name.endswith("weight"):
                values.mul_(gain)
    return net


def _accuracies(net: nn.Sequential, lesson: tuple[Tensor, Tensor], looks: range, seed: int) -> list[float]:
    """Train a net, and return which share of new digits it names, at some steps."""
    import torch

    pixels, labels = lesson
    new, answers = _digits(200, 1)
    optimiser = torch.optim.Adam(net.parameters(), 5e-3)
    generator = torch.Generator().manual_seed(seed)
    found = []
    for step in range(looks.stop):
        if step in looks:
            with torch.no_grad():
                found.append(float((net(new).argmax(1) == answers).float().mean()))
        chosen = torch.randint(len(pixels), (32,), generator=generator)
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(net(pixels[chosen]), labels[chosen]).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return found


def _spreads(net: nn.Sequential, images: Tensor) -> list[float]:
    """Return how far apart images are, as the deviation over images, at the input and after each learned layer."""
    import torch

    found = [images]
    with torch.no_grad():
        for layer in net:
            images = layer(images)
            if hasattr(layer, "weight"):
                found.append(images)
    return [_spread(values) for values in found]


def _spread(values: Tensor) -> float:
    return float(values.var(dim=0).mean().sqrt())


def _lost_at_sigmoids(seeds: Sequence[int], count: int) -> list[float]:
    """Return by how much each sigmoid of nets with Xavier's start brings images together."""
    import torch
    from torch import nn

    pixels, _ = _digits(count, 0)
    found = []
    for seed in seeds:
        net = _started("xavier", 1, seed)
        with torch.no_grad():
            for depth, layer in enumerate(net):
                if isinstance(layer, nn.Sigmoid):
                    before = net[:depth](pixels)
                    found.append(_spread(before) / _spread(layer(before)))
    return found


def _digits(count: int, seed: int) -> tuple[Tensor, Tensor]:
    """Draw digits in matplotlib's font, moved by a pixel at most: images (N, 1, 28, 28) from 0 to 1, and labels."""
    import matplotlib as mpl
    import numpy as np
    import torch
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.truetype(f"{mpl.get_data_path()}/fonts/ttf/DejaVuSans.ttf", 22)
    generator = np.random.default_rng(seed)
    labels = np.arange(count) % 10
    pictures = []
    for label, (x, y) in zip(labels, generator.integers(13, 16, size=(count, 2)).tolist(), strict=True):
        picture = Image.new("L", (28, 28))
        ImageDraw.Draw(picture).text((x, y), str(label), fill=255, font=font, anchor="mm")
        pictures.append(np.asarray(picture, dtype=np.float32) / 255)
    return torch.from_numpy(np.stack(pictures))[:, None], torch.from_numpy(labels)


def _ran() -> list[tuple[tuple[int, ...], int, int]]:
    """Return outputs, parameters and products of the layers, counted while a net runs."""
    import torch

    from kernelkit.nets.lenet import lenet

    found = []
    values = torch.zeros(1, 1, 28, 28)
    for layer in lenet():
        values = layer(values)
        learned = [weights.numel() for weights in layer.parameters()]
        products = values.numel() * layer.weight[0].numel() if learned else 0  # type: ignore[index]
        found.append((tuple(values.shape[1:]), sum(learned), products))
    return found


def _seen() -> list[int]:
    """Return how many rows of pixels reach one output of each layer; empty where some pixel reaches none at the end."""
    import torch

    from kernelkit.nets.lenet import lenet

    # positive weights and no sigmoid: no gradients cancel, and none gets lost
    net = lenet(activation="relu")
    with torch.no_grad():
        for weights in net.parameters():
            weights.fill_(1)
    found = []
    for depth in range(1, 7):
        image = torch.ones(1, 1, 28, 28, requires_grad=True)
        output = net[:depth](image)
        middle = output.shape[-1] // 2
        [slopes] = torch.autograd.grad(output[0, 0, middle, middle], image, retain_graph=True)
        [all_slopes] = torch.autograd.grad(output.sum(), image)
        if not bool(all_slopes.all()):
            return []
        found.append(int(slopes[0, 0].any(dim=1).sum()))
    return found


def _same_as_dense() -> bool:
    import torch

    generator = torch.Generator().manual_seed(0)
    maps = torch.rand(2, 16, 5, 5, generator=generator, dtype=torch.float64)
    kernels = torch.rand(120, 16, 5, 5, generator=generator, dtype=torch.float64)
    by_windows = torch.nn.functional.conv2d(maps, kernels).flatten(1)
    return torch.allclose(by_windows, maps.flatten(1) @ kernels.flatten(1).T, rtol=1e-12)


def _curves(learned: _Learned, language: str) -> Drawn:
    """Draw how differences between images shrink through the layers, and what the nets learn."""
    from kernelkit.plot.style import SMALL, dress, line_style, new_figure

    figure = new_figure(6, 3.2, layout="constrained")
    left, right = figure.subplots(1, 2)
    for i, name in enumerate(_NAMES[language]):
        left.semilogy(learned.spreads[i], label=name, **line_style(i))
        right.plot(learned.looks, [100 * share for share in learned.accuracies[i]], **line_style(i))
    dress(left, *_LEFT[language])
    dress(right, *_RIGHT[language])
    right.set_ylim(0, 102)
    left.legend(frameon=False, fontsize=SMALL, handlelength=2.6)
    return figure


_NAMES = {"en": ("usual start", "Xavier", "four times Xavier"), "zh": ("默认初始化", "Xavier", "四倍 Xavier")}
_LEFT = {
    "en": ("learned layer", "difference between images"),
    "zh": ("第几个带参数的层", "图像之间的差异"),
}
_RIGHT = {"en": ("steps", "new digits named, percent"), "zh": ("训练步数", "认出的新数字（%）")}
_CAPTION = {
    "en": "Left: standard deviation over images after each learned layer, before training; zero is the input. Right: "
    "what three starts have learned.",
    "zh": "左：训练之前，每个带参数的层之后各图像输出的标准差，横轴零点是输入。右：三种初始化各学到多少。",
}
_KINDS = {
    "Conv2d": {"en": "convolution", "zh": "卷积层"},
    "AvgPool2d": {"en": "average pooling", "zh": "平均池化层"},
    "Linear": {"en": "fully connected", "zh": "全连接层"},
}
_NTH = ({"en": "first", "zh": "第一个"}, {"en": "second", "zh": "第二个"})
