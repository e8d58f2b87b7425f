"""AlexNet as the post codes it: shapes, the images that fit, pixels that nothing reads, cost, and its layer count."""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit.learning.shapes import output_shape
from kernelkit.nets.card import CONVOLUTIONAL, FULLY_CONNECTED, card, sizes_that_fit
from kernelkit.nets.costs import conv_cost, fc_cost
from kernelkit.report.model import Answer, Check, Figure, Problem, Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawn
    from torch import Tensor

    from kernelkit.nets.card import Card

PROBLEM = Problem(
    slug="alexnet",
    title={"en": "AlexNet, layer by layer", "zh": "逐层看 AlexNet"},
    question={
        "en": "What does each layer of the post’s AlexNet produce and cost? Which images does it take? And how many "
        "layers does it have: the post says two different things.",
        "zh": "博客中的 AlexNet 每一层输出什么形状、代价多大？它接受多大的图像？它到底有几层？博客里前后说法不一。",
    },
    source={
        "en": "The post, “AlexNet”; Dive into Deep Learning, “Deep Convolutional Neural Networks (AlexNet)”",
        "zh": "博客“AlexNet 深度卷积神经网络”一节；《动手学深度学习》“深度卷积神经网络（AlexNet）”一节",
    },
    group="post",
    rank=11,
)

YEAR = "2012"
CLAIMED = {"convolutional": 8, "fully_connected": 5}
"""Layers by the first of the post's two sentences; its last paragraph says five, two and one."""
PUBLISHED_MILLIONS = 60
"""Parameters of the net of 2012: Krizhevsky, Sutskever and Hinton, ImageNet classification with deep CNNs."""
PUBLISHED_FIRST = 55
"""Height and width of the first maps of that net, in its figure of the layers; the image there has 224 pixels."""
PUBLISHED_TORCHVISION = 61_100_840
"""Parameters by torchvision's documentation of its AlexNet."""

_TEXT = {
    "en": """
        The post’s AlexNet has {learned} learned layers, {conv} convolutions and {fc} fully connected ones. It turns a
        grey image into {classes} scores with {parameters} parameters and {macs} multiply-adds (products that
        are added up). How large the image is, the post never says; its code decides that: {least} to {most} pixels
        a side. The textbook enlarges its images to {most}.

        {layer_table}

        “Sees” is the receptive field, how many pixels a side one output depends on; “step” is how many pixels it
        moves from one output to the next.

        ## Which images fit

        The first fully connected layer is written with {features} inputs. The last maps are {maps} of
        {last} × {last}, which makes just that, and {least} to {most} pixels all leave {last} × {last}: a step of
        {jump} pixels lets sizes differ by almost as much. PyTorch refuses smaller and larger images.

        In the net of {year} the first maps have {published_first} values a side. Which padding gives that?

        {paddings}

        With the post’s padding, {most} pixels do not; {larger} would, and so would a wider padding. The paper says
        {most} and gives no padding; this is why both sizes are found in code.

        ## Pixels that nothing reads

        In an image of {most} pixels, rows and columns {first_unread} to {last_unread} change nothing, whatever is in
        them. The windows of the first layer move by {stride} pixels and the last one ends before the border; then the
        first pooling, which moves by two, drops the last of the maps’ rows and columns. With {least} pixels every
        pixel is read. Crop or resize with this in mind, should the object touch the lower right border.

        ## Where the weights are, and where the work

        {figure}

        The fully connected layers hold {fc_share:.1f} % of the parameters, {mebibytes:.0f} MiB of
        {all_mebibytes:.0f} MiB in single precision. The convolutions do {conv_share:.1f} % of the multiply-adds.
        Compared with LeNet there are {more_parameters} times as many parameters and {more_macs} times as many
        multiply-adds.

        ## How many layers, how many channels

        The post first says {claimed_conv} convolutions and {claimed_fc} fully connected layers, and at its end
        {conv} convolutions, two hidden fully connected layers and one for the scores. The end is right, and the code
        agrees; {learned} is the number of all learned layers together. The comment that AlexNet has far more
        channels than LeNet is right too: {channels_ratio} times as many in the first layer and {channels_ratio} times
        in the second, more than the ten times that the textbook states.

        ## Which AlexNet

        {nets}

        The net of {year} read colour, told a thousand classes apart, was split over two graphics cards (each half of
        some layers sees half of the maps) and evened out neighbouring maps. The post’s is the textbook’s, for small
        grey images.
    """,
    "zh": """
        博客中的 AlexNet 有 {learned} 个带参数的层：{conv} 个卷积层和 {fc} 个全连接层。它用 {parameters}
        个参数、{macs} 次乘加（一次乘法加一次累加）把一张灰度图变成 {classes} 个得分。博客没有说图像多大，
        但代码已经决定了：边长 {least} 到 {most} 像素。教材把图像放大到边长 {most}。

        {layer_table}

        “感受野”是一个输出所依赖的像素区域的边长；“间隔”是相邻两个输出的感受野错开几个像素。

        ## 多大的图像才合适

        第一个全连接层写明有 {features} 个输入。最后的特征图共 {maps} 个，每个 {last} × {last}，
        正好是这么多个数；边长 {least} 到 {most} 的图像最后得到的都是 {last} × {last}：这里的间隔是 {jump}
        个像素，边长相差不到一个间隔，结果就可能相同。更小或更大的图像，PyTorch 会报错。

        {year} 年的原网络，第一层特征图的边长为 {published_first}。怎样的填充才能得到它？

        {paddings}

        按博客的填充，边长 {most} 得不到，{larger} 才行；或者加大填充。论文只写了 {most}，没写填充，
        所以网上的代码里两种尺寸都能见到。

        ## 没有被读到的像素

        在边长 {most} 的图像里，第 {first_unread} 到 {last_unread} 行和列（从零数起）无论是什么值，
        都不影响结果。第一层的窗口每次移动 {stride} 个像素，最后一个窗口到不了边界；
        接着第一个池化层每次移动两格，又丢掉特征图的最后一行和一列。边长为 {least} 时，每个像素都会被读到。
        如果物体贴着右下边界，裁剪和缩放时要留意这一点。

        ## 权重在哪里，计算在哪里

        {figure}

        全连接层占了全部参数的 {fc_share:.1f}%，按单精度存储是 {all_mebibytes:.0f} MiB 中的 {mebibytes:.0f} MiB；
        卷积层承担了 {conv_share:.1f}% 的乘加。与 LeNet 相比，参数是它的 {more_parameters} 倍，
        乘加是它的 {more_macs} 倍。

        ## 几层，多少通道

        博客先说有 {claimed_conv} 层卷积和 {claimed_fc} 层全连接，结尾又说是 {conv} 个卷积层、
        两个全连接隐藏层和一个全连接输出层。结尾是对的，与代码一致；{learned} 是所有带参数的层的总数。
        代码注释说通道数远多于 LeNet，也是对的：第一层是 {channels_ratio} 倍，第二层也是 {channels_ratio} 倍，
        比教材说的十倍还多。

        ## 这是哪一个 AlexNet

        {nets}

        {year} 年的原网络读彩色图像，区分一千个类别，拆在两块显卡上运行（有些层的每一半只看一半特征图），
        还对相邻的特征图做归一化。博客用的是教材的版本，面向小幅灰度图像。
    """,
}


def solve() -> Answer:
    """Read the card of AlexNet, find the pixels that change nothing, and count its namesakes."""
    from kernelkit.nets.known import sketch

    net = sketch("alexnet")
    fit = sizes_that_fit(net)
    found, small = card(net, (1, fit[-1], fit[-1])), card(net, (1, fit[0], fit[0]))
    lenet = card(sketch("lenet"))
    convolutions = [row for row in found.rows if row.kind == CONVOLUTIONAL]
    earlier = [row for row in lenet.rows if row.kind == CONVOLUTIONAL]
    ratios = {Fraction(new.output[0], old.output[0]) for new, old in zip(convolutions, earlier, strict=False)}
    maps, last, _ = found.rows[12].output
    jump = max(row.fields[0].jump for row in found.rows if row.fields)
    original, torchvision = _original(), _torchvision()
    sides = {
        size: [output_shape((size,), 11, stride=4, padding=p)[0] for p in range(3)] for size in (224, 227)
    }
    facts = {
        "learned": found.layers["learned"],
        "conv": found.layers["convolutional"],
        "fc": found.layers["fully_connected"],
        "classes": found.rows[-1].values,
        "parameters": found.parameters,
        "macs": found.multiply_adds,
        "least": fit[0],
        "most": fit[-1],
        "layer_table": _layer_table(found),
        "features": found.rows[13].values,
        "maps": maps,
        "last": last,
        "jump": jump,
        "year": YEAR,
        "published_first": PUBLISHED_FIRST,
        "paddings": Table(
            {
                "en": ("image", *(f"padding {p}" for p in range(3))),
                "zh": ("图像边长", *(f"填充 {p}" for p in range(3))),
            },
            [[size, *outputs] for size, outputs in sides.items()],
        ),
        "larger": 227,
        "first_unread": found.unread_rows[0],
        "last_unread": found.unread_rows[-1],
        "stride": 4,
        "figure": Figure(_CAPTION, functools.partial(_shares, found)),
        "fc_share": 100 * float(found.share_of_parameters(FULLY_CONNECTED)),
        "conv_share": 100 * float(found.share_of_multiply_adds(CONVOLUTIONAL)),
        "mebibytes": found.parameters_of(FULLY_CONNECTED) * 4 / 2**20,
        "all_mebibytes": found.parameters * 4 / 2**20,
        "more_parameters": round(found.parameters / lenet.parameters),
        "more_macs": round(found.multiply_adds / lenet.multiply_adds),
        "claimed_conv": CLAIMED["convolutional"],
        "claimed_fc": CLAIMED["fully_connected"],
        "channels_ratio": min(ratios),
        "nets": Table(
            {"en": ("net", "parameters"), "zh": ("网络", "参数")},
            [
                [{"en": "the post’s", "zh": "博客中的"}, found.parameters],
                [{"en": f"of {YEAR}, counted", "zh": f"{YEAR} 年的原网络（逐层统计）"}, original],
                [{"en": "torchvision’s", "zh": "torchvision 的"}, torchvision],
            ],
        ),
        "millions": {"en": f"{PUBLISHED_MILLIONS} million", "zh": f"{100 * PUBLISHED_MILLIONS} 万"},
        "torchvision": PUBLISHED_TORCHVISION,
    }
    free = range(found.unread_rows[0], found.unread_rows[-1] + 1)
    return Answer(
        text=_TEXT,
        facts=facts,
        checks=(
            Check(
                {
                    "en": "PyTorch itself finds the outputs, parameters and multiply-adds of the table",
                    "zh": "PyTorch 自己得出的输出形状、参数个数和乘加次数与表中一致",
                },
                _ran() == [(row.output, row.parameters, row.multiply_adds) for row in found.rows],
            ),
            Check(
                {
                    "en": "PyTorch takes {least} and {most} pixels, and neither one less nor one more",
                    "zh": "PyTorch 接受边长 {least} 和 {most}，再小一个或再大一个像素都不接受",
                },
                [_takes(size) for size in (fit[0] - 1, fit[0], fit[-1], fit[-1] + 1)]
                == [False, True, True, False],
            ),
            Check(
                {
                    "en": "gradients are zero in rows and columns {first_unread} to {last_unread}, and nowhere else",
                    "zh": "梯度只在第 {first_unread} 到 {last_unread} 行和列上为零，其余处都不为零",
                },
                _without_gradient(fit[-1]) == (list(free), list(free)) and not _without_gradient(fit[0])[0],
            ),
            Check(
                {
                    "en": "with max pooling, noise in those rows and columns changes no output, noise beside them does",
                    "zh": "用最大池化时，这些行和列换成噪声，任何输出都不变；把紧邻的一行一列也换成噪声，输出就会改变",
                },
                _ignores(free) and not _ignores(range(free[0] - 1, free[-1] + 1)) and not small.unread_rows,
            ),
            Check(
                {
                    "en": "the code has the layers of the post’s last paragraph, "
                    "and not {claimed_conv} and {claimed_fc}",
                    "zh": "代码的层数与博客最后一段一致，而不是 {claimed_conv} 层和 {claimed_fc} 层",
                },
                found.layers == {"convolutional": 5, "fully_connected": 2 + 1, "learned": 8}
                and found.layers["convolutional"] != CLAIMED["convolutional"],
            ),
            Check(
                {
                    "en": "both convolutions that LeNet has are {channels_ratio} times as wide in AlexNet",
                    "zh": "与 LeNet 的两个卷积层相比，AlexNet 的对应层通道数都是 {channels_ratio} 倍",
                },
                len(ratios) == 1 and min(ratios) > 10,
            ),
            Check(
                {
                    "en": "counted layer by layer, the net of {year} has over {millions} parameters and "
                    "torchvision’s {torchvision}, as published",
                    "zh": "逐层统计，{year} 年的原网络参数超过 {millions}个，torchvision 的有 {torchvision} 个，"
                    "与公布的一致",
                },
                original // 10**6 == PUBLISHED_MILLIONS and torchvision == PUBLISHED_TORCHVISION,
            ),
            Check(
                {
                    "en": "first maps of {published_first} need {larger} pixels with the post’s padding",
                    "zh": "按博客的填充，要得到边长 {published_first} 的第一层特征图，图像边长须为 {larger}",
                },
                sides[227][1] == PUBLISHED_FIRST == sides[224][2] != sides[224][1],
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
            row.fields[0].size if row.fields else found.shape[1] - len(found.unread_rows),
            row.fields[0].jump if row.fields else "–",
        ]
        for row in found.rows
        if row.kind in _KINDS
    ]
    return Table(
        {
            "en": ("layer", "output", "parameters", "multiply-adds", "sees", "step"),
            "zh": ("层", "输出", "参数", "乘加", "感受野", "间隔"),
        },
        rows,
    )


def _original() -> int:
    """Count the net of 2012: in its second, fourth and fifth convolution each half of the maps reads one half."""
    layers = ((3, 96, 11, 1), (96, 256, 5, 2), (256, 384, 3, 1), (384, 384, 3, 2), (384, 256, 3, 2))
    convolutions = (conv_cost(c, d, side, 13, groups=groups) for c, d, side, groups in layers)
    return sum(cost.parameters for cost in convolutions) + fc_cost((256 * 6 * 6, 4096, 4096, 1000)).parameters


def _torchvision() -> int:
    layers = ((3, 64, 11), (64, 192, 5), (192, 384, 3), (384, 256, 3), (256, 256, 3))
    convolutions = sum(conv_cost(*layer, 13).parameters for layer in layers)
    return convolutions + fc_cost((256 * 6 * 6, 4096, 4096, 1000)).parameters


def _ran() -> list[tuple[tuple[int, ...], int, int]]:
    """Return outputs, parameters and products of the layers, from tensors without memory sent through the net."""
    import torch

    from kernelkit.nets.known import sketch

    found = []
    values = torch.empty(1, 1, 224, 224, device="meta")
    for layer in sketch("alexnet"):
        values = layer(values)
        learned = [weights.numel() for weights in layer.parameters()]
        products = values.numel() * layer.weight[0].numel() if learned else 0  # type: ignore[index]
        found.append((tuple(values.shape[1:]), sum(learned), products))
    return found


def _takes(size: int) -> bool:
    """Whether PyTorch sends an image of a size through the net."""
    import torch

    from kernelkit.nets.known import sketch

    try:
        sketch("alexnet")(torch.empty(1, 1, size, size, device="meta"))
    except RuntimeError:
        return False
    return True


def _without_gradient(size: int) -> tuple[list[int], list[int]]:
    """Return rows and columns of pixels on which no map at the end of the convolutions depends."""
    import torch

    from kernelkit.nets.alexnet import alexnet

    # a mean passes gradients to all of its window, and with positive weights none cancel
    net = alexnet(widths=(1, 1, 1, 1, 1), hidden=(1, 1), pooling="average", size=size)[:13]
    with torch.no_grad():
        for weights in net.parameters():
            weights.fill_(1)
    image = torch.ones(1, 1, size, size, requires_grad=True)
    [slopes] = torch.autograd.grad(net(image).sum(), image)
    dead = slopes[0, 0] == 0
    return dead.all(dim=1).nonzero().ravel().tolist(), dead.all(dim=0).nonzero().ravel().tolist()


def _ignores(lines: range) -> bool:
    """Whether the maps after all convolutions stay the same bit for bit with noise in some rows and columns."""
    import torch

    from kernelkit.nets.alexnet import alexnet
    from kernelkit.nets.initialise import initialise

    net = alexnet(widths=(8, 16, 24, 24, 16), hidden=(8, 8))
    initialise(net, "default", seed=0)
    generator = torch.Generator().manual_seed(0)
    image, noise = torch.rand(2, 1, 1, 224, 224, generator=generator)
    changed = image.clone()
    changed[..., list(lines), :] = noise[..., list(lines), :]
    changed[..., list(lines)] = noise[..., list(lines)]
    with torch.no_grad():
        features: tuple[Tensor, ...] = tuple(net[:13](values) for values in (image, changed))
    return torch.equal(*features)


def _shares(found: Card, language: str) -> Drawn:
    """Draw which share of parameters and of multiply-adds each learned layer has."""
    from kernelkit.plot.style import COLOURS, SMALL, dress, new_figure

    rows = [row for row in found.rows if row.parameters]
    figure = new_figure(5.6, 3.0, layout="constrained")
    axes = figure.subplots()
    totals = (found.parameters, found.multiply_adds)
    for i, name in enumerate(_BARS[language]):
        heights = [100 * (row.parameters, row.multiply_adds)[i] / totals[i] for row in rows]
        places = [place + 0.4 * (i - 0.5) for place in range(len(rows))]
        axes.bar(places, heights, width=0.38, color=COLOURS[1 + i], label=name)
    dress(axes, "", _SHARE[language])
    names = [_SHORT[row.kind][language] for row in rows]
    axes.set_xticks(range(len(rows)), [f"{name} {place + 1}" for place, name in enumerate(names)])
    axes.legend(frameon=False, fontsize=SMALL)
    return figure


_KINDS = {
    "Conv2d": {"en": "convolution", "zh": "卷积层"},
    "MaxPool2d": {"en": "max pooling", "zh": "最大池化层"},
    "Linear": {"en": "fully connected", "zh": "全连接层"},
}
_SHORT = {"Conv2d": {"en": "conv", "zh": "卷积"}, "Linear": {"en": "full", "zh": "全连接"}}
_BARS = {"en": ("parameters", "multiply-adds"), "zh": ("参数", "乘加")}
_SHARE = {"en": "share of the whole net, percent", "zh": "占整个网络的比例（%）"}
_CAPTION = {
    "en": "Shares of the eight learned layers: the parameters lie in the fully connected layers, the work in the "
    "convolutions.",
    "zh": "八个带参数的层各占多少：参数集中在全连接层，计算集中在卷积层。",
}
