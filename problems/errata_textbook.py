"""Errata of the textbook's chapters behind the post, each with what is right computed beside it."""

from __future__ import annotations

import itertools
import textwrap
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit import corr2d
from kernelkit.learning.shapes import output_shape
from kernelkit.nets.costs import fc_cost
from kernelkit.report.model import Answer, Check, Code, Problem, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kernelkit.nets.costs import Cost

PROBLEM = Problem(
    slug="errata-textbook",
    title={"en": "Errata of the textbook", "zh": "教材勘误"},
    question={
        "en": "What do the chapters of Dive into Deep Learning that the post follows get wrong, and what is right?",
        "zh": "博客所依据的《动手学深度学习》相关章节有哪些错误？正确的是什么？",
    },
    source={
        "en": "Dive into Deep Learning (en, zh), chapters on convolutional networks and on AlexNet; a port to PyTorch",
        "zh": "《动手学深度学习》中英文版，卷积神经网络与 AlexNet 两章；以及一个 PyTorch 移植版",
    },
    group="errata",
    rank=2,
)

TOLD_SAVED = 30
"""Percent that images of 28 pixels a side are said to save against 32: English edition, LeNet."""
TOLD_GIGABYTES = 1
"""What the parameters of AlexNet's fully connected layers nearly take: English and Chinese edition, AlexNet."""
TOLD_MEBIBYTES, TOLD_MEGAFLOPS = 164, 81
"""What the textbook's two layers take and compute by its discussion; it writes MB."""
TOLD_CHANNELS = 10
"""How many times as many channels as LeNet AlexNet is said to have: English and Chinese edition, AlexNet."""
DIGIT_BOX = 20
"""Pixels a side of the box of a digit of MNIST: the description that comes with the data."""
PRINTED = (0.4793, 0.2637, 0.1747, 0.1282)
"""Losses of LeNet at epochs 2 to 5 in the notebook of ShusenTang/Dive-into-DL-PyTorch."""

_TEXT = {
    "en": """
        {count} places need mending. None of them changes the nets or their training; they are directions, counts and
        conventions. If you compute along with the book, these are the spots where you get something else and are
        right.

        {overview}

        ## Directions

        The kernel {kernel} has its two taps side by side, so it subtracts the neighbour to the **right**, in the same
        row. The formula of the English edition subtracts the one below, $x_{i,j} - x_{i+1,j}$. For the image {image}
        the kernel gives {given}; the neighbour to the right gives {right}, the one below {below}.

        The chapter on pooling calls $Z_{i,j} = X_{i,j+1}$ a shift to the right. Each pixel takes what stood to its
        right, so everything moves **left**: {before} becomes {after}.

        ## Counts

        {counts}

        - Within a distance $\\Delta$ along both axes lie $(2\\Delta+1)^2$ weights; the middle one belongs to neither
          side. With $\\Delta$ zero the book’s formula leaves none at all.
        - Images of {small} instead of {large} pixels a side save {saved:.1f} %. Nobody trimmed MNIST, either: a digit’s
          box of {box} pixels was put into {small}, and LeNet-5 padded that to {large}.
        - The three fully connected layers of the original AlexNet hold {original:.1f} MB (million bytes), the first two
          of the textbook’s {ours:.1f} MB. In the binary unit these are {mebibytes:.0f} MiB, which the book’s other
          paragraph gives and calls MB.
        - The same two layers do {megaflops} floating-point operations, two for each multiply-add.
        - AlexNet’s first two convolutions have {wider} times as many channels as LeNet’s two.

        ## Conventions

        In the formulas, $p$ is the **total** padding of both sides; in the code, `padding` is that of **each** side.
        With {side} pixels, a window of {window} and a padding of {one}, the formula gives {by_total}, PyTorch
        {by_side}. In the book’s last example the two happen to agree.

        So the exercise that pads a pooling window by its own size means the total. As an argument PyTorch refuses it:

        {refused}

        ## Words

        The English edition’s exercise to replace LeNet’s softmax by ReLU must mean the sigmoid: the net has
        {sigmoids} sigmoids and
        {softmaxes} softmax layers.

        ## A port that prints too little

        In a well-known port to PyTorch, LeNet’s loss falls much faster than in the book. It adds up the losses of an
        epoch and divides by a count of batches that goes on from epoch to epoch; the printed loss is the true one
        divided by the epoch.

        {losses}
    """,
    "zh": """
        有 {count} 处需要更正。它们都不影响网络本身和训练，只是方向、数目和约定上的问题。
        如果你跟着书动手计算，在这些地方会得到与书上不同的结果，而你是对的。

        {overview}

        ## 方向

        核 {kernel} 的两个权重左右相邻，所以减去的是同一行**右边**的邻居。英文版的公式减去的却是下面的邻居
        $x_{i,j} - x_{i+1,j}$。对图像 {image}，核给出 {given}；减右边的邻居得 {right}，减下面的邻居得 {below}。

        “汇聚层”一节把 $Z_{i,j} = X_{i,j+1}$ 说成向右移动。其实每个像素取的是原来右边的值，
        所以整体是向**左**移：{before} 变成 {after}。

        ## 数目

        {counts}

        - 两个方向距离都不超过 $\\Delta$ 的权重有 $(2\\Delta+1)^2$ 个，因为中间那个不属于任何一侧。当
          $\\Delta$ 为零时，按书上的公式一个也不剩。
        - 边长从 {large} 减为 {small}，节省的是 {saved:.1f}%。而且 MNIST 并没有被裁剪过：数字放在边长 {box}
          的框里，再放进边长 {small} 的图中，LeNet-5 又把它填充到 {large}。
        - 原版 AlexNet 的三个全连接层共 {original:.1f} MB（百万字节），教材版的前两个是 {ours:.1f} MB，
          用二进制单位是 {mebibytes:.0f} MiB，书里另一段给出的正是这个数，只是写成了 MB。
        - 这两层要做 {megaflops}次浮点运算，每次乘加算两次。
        - AlexNet 前两个卷积层的通道数是 LeNet 两个卷积层的 {wider} 倍。

        ## 约定

        公式里的 $p$ 是两侧**合计**的填充，代码里的 `padding` 却是**每侧**的填充。边长 {side}、窗口 {window}、
        填充 {one} 时，按公式得 {by_total}，PyTorch 得 {by_side}。书中最后一个例子里，两者碰巧一致。

        因此，那道让池化窗口的填充等于窗口大小的习题，指的是两侧合计。直接当作参数，PyTorch 会拒绝：

        {refused}

        ## 措辞

        英文版的习题要求把 LeNet 的 softmax 换成 ReLU，应当是指 sigmoid：网络里有 {sigmoids} 个 sigmoid 层和
        {softmaxes} 个 softmax 层。

        ## 一个打印偏小的移植版

        在一个常见的 PyTorch 移植版里，LeNet 的损失比书上降得快得多。它把一轮的损失加起来，
        却除以一个跨轮累计、从不清零的批次数；于是打印的损失等于真实的损失除以轮数。

        {losses}
    """,
}


def solve() -> Answer:
    """Compute what is right at each place."""
    import numpy as np

    image = np.array([[1, 4, 9], [2, 6, 3]])
    given = corr2d(image, [[1, -1]])
    right, below = image[:, :-1] - image[:, 1:], image[:-1] - image[1:]
    before = np.array([0, 0, 7, 0, 0])
    after = np.append(before[1:], 0)
    small, large = 28, 32
    saved = 1 - Fraction(small, large) ** 2
    original, ours = fc_cost((9216, 4096, 4096, 1000)), fc_cost((6400, 4096, 4096), biases="without")
    side, window, padding = 8, 3, 1
    sigmoids, softmaxes = _activations()
    distances = (0, 1, 2, 3, 10)
    true, printed = _printed_losses(5)
    wider = _wider()
    facts = {
        "count": len(_OVERVIEW),
        "overview": Table(
            {"en": ("section", "says", "right"), "zh": ("章节", "书中", "正确")},
            [[dict(zip(("en", "zh"), pair, strict=True)) for pair in row] for row in _OVERVIEW],
        ),
        "kernel": [1, -1],
        "image": image,
        "given": given,
        "right": right,
        "below": below,
        "before": before,
        "after": after,
        "counts": _counts(distances, saved, original, ours, wider),
        "small": small,
        "large": large,
        "saved": 100 * float(saved),
        "box": DIGIT_BOX,
        "original": original.bytes() / 1e6,
        "ours": ours.bytes() / 1e6,
        "mebibytes": ours.bytes() / 2**20,
        "megaflops": {"en": f"{ours.flops / 1e6:.1f} million", "zh": f"{ours.flops / 1e4:,.0f} 万"},
        "wider": wider,
        "side": side,
        "window": window,
        "one": padding,
        "by_total": _by_formula(side, window, padding),
        "by_side": _by_torch((side, side), window, padding)[0],
        "refused": Code(textwrap.fill(_refusal(2), 60), "text"),
        "sigmoids": sigmoids,
        "softmaxes": softmaxes,
        "losses": Table(
            {"en": ("epoch", "printed", "true"), "zh": ("轮", "打印值", "真实值")},
            [[epoch, f"{loss:.4f}", f"{epoch * loss:.3f}"] for epoch, loss in enumerate(PRINTED, 2)],
        ),
    }
    example = (8, 8), (3, 5), (0, 1), (3, 4)
    checks = {
        "right": (given == right).all() and given.shape != below.shape,
        "left": int(before.argmax()) - int(after.argmax()) == 1,
        "window": all(len(_within(d)) == (2 * d + 1) ** 2 != 4 * d**2 for d in distances),
        "saved": saved == Fraction(15, 64) and round(100 * saved) != TOLD_SAVED,
        "bytes": _torch_weights() == (original.parameters, ours.weights)
        and original.bytes() < TOLD_GIGABYTES * 10**9 / 4
        and round(ours.bytes() / 2**20) == TOLD_MEBIBYTES,
        "channels": wider > TOLD_CHANNELS,
        "padding": facts["by_total"] == side - 1
        and facts["by_side"] == side == _by_formula(side, window, 2 * padding),
        "example": {_by_torch(*example)}
        == {tuple(map(_by_formula, *example[:2], p, example[3])) for p in ((0, 1), (0, 2))}
        == {output_shape(*example[:2], padding=example[2], stride=example[3])},
        "pooling": "RuntimeError" in _refusal(2) and not _refusal(1),
        "sigmoid": (sigmoids, softmaxes) == (4, 0),
        "losses": all(
            shown * epoch == loss for epoch, (loss, shown) in enumerate(zip(true, printed, strict=True), 1)
        ),
    }
    return Answer(_TEXT, facts, tuple(Check(_CHECKS[name], bool(holds)) for name, holds in checks.items()))


def _counts(distances: Sequence[int], saved: Fraction, original: Cost, ours: Cost, wider: int) -> Table:
    rows: list[list[object]] = [
        [{"en": f"weights within Δ = {d}", "zh": f"Δ = {d} 以内的权重"}, 4 * d**2, len(_within(d))]
        for d in distances
    ]
    rows += [
        [
            {"en": "LeNet, saved by smaller images, %", "zh": "LeNet：小图像节省（%）"},
            TOLD_SAVED,
            f"{100 * float(saved):.1f}",
        ],
        [
            {"en": "original AlexNet, three layers, GB", "zh": "原版 AlexNet 的三层（GB）"},
            f"~{TOLD_GIGABYTES}",
            f"{original.bytes() / 1e9:.3f}",
        ],
        [
            {"en": "textbook’s AlexNet, two layers, MB", "zh": "教材版 AlexNet 的两层（MB）"},
            TOLD_MEBIBYTES,
            f"{ours.bytes() / 1e6:.1f} = {ours.bytes() / 2**20:.1f} MiB",
        ],
        [
            {"en": "the same two layers, MFLOP", "zh": "同样两层（MFLOP）"},
            TOLD_MEGAFLOPS,
            f"{ours.flops / 1e6:.1f}",
        ],
        [
            {"en": "AlexNet’s channels, of LeNet’s", "zh": "AlexNet 的通道数是 LeNet 的几倍"},
            TOLD_CHANNELS,
            wider,
        ],
    ]
    return Table({"en": ("what", "told", "counted"), "zh": ("项目", "书中", "实际")}, rows)


def _within(distance: int) -> list[tuple[int, ...]]:
    """Return all places not farther than a distance along either axis, one by one."""
    around = range(-distance, distance + 1)
    return list(itertools.product(around, around))


def _by_formula(samples: int, window: int, total: int, stride: int = 1) -> int:
    """Return the size after a window by the book's formula, in which padding is that of both sides together."""
    return (samples - window + total + stride) // stride


def _by_torch(
    size: tuple[int, int],
    window: int | tuple[int, int],
    padding: int | tuple[int, int],
    stride: int | tuple[int, int] = 1,
) -> tuple[int, ...]:
    import torch
    from torch import nn

    return tuple(nn.Conv2d(1, 1, window, stride=stride, padding=padding)(torch.zeros(1, *size)).shape[1:])


def _refusal(padding: int) -> str:
    """Return what PyTorch says to a pooling window of two by two with a padding, nothing where it takes it."""
    import torch

    try:
        torch.nn.functional.max_pool2d(torch.zeros(1, 8, 8), 2, padding=padding)
    except RuntimeError as error:
        return f"RuntimeError: {str(error).splitlines()[0]}"
    return ""


def _activations() -> tuple[int, int]:
    from torch import nn

    from kernelkit.nets.known import sketch

    layers = list(sketch("lenet"))
    return tuple(sum(isinstance(layer, kind) for layer in layers) for kind in (nn.Sigmoid, nn.Softmax))  # type: ignore[return-value]


def _torch_weights() -> tuple[int, int]:
    """Count the original's three fully connected layers with biases, and the weights of the textbook's first two."""
    from torch import nn

    def count(sizes: Sequence[int], names: tuple[str, ...]) -> int:
        layers = [nn.Linear(*pair, device="meta") for pair in itertools.pairwise(sizes)]
        return sum(getattr(layer, name).numel() for layer in layers for name in names)

    return count((256 * 6 * 6, 4096, 4096, 1000), ("weight", "bias")), count((6400, 4096, 4096), ("weight",))


def _wider() -> int:
    """Return how many times as many channels AlexNet's first two convolutions have as LeNet's two."""
    from torch import nn

    from kernelkit.nets.known import sketch

    channels = [
        [layer.out_channels for layer in sketch(net) if isinstance(layer, nn.Conv2d)]
        for net in ("lenet", "alexnet")
    ]
    [ratio] = {Fraction(wide, narrow) for narrow, wide in zip(*channels, strict=False)}
    return int(ratio)


def _printed_losses(epochs: int) -> tuple[list[Fraction], list[Fraction]]:
    """Return mean losses of each epoch, and those divided by a count of batches that is never set back."""
    batches, count = 4, 0
    true, printed = [], []
    for epoch in range(1, epochs + 1):
        losses = [Fraction(10 + batch, epoch + 3) for batch in range(batches)]
        count += batches
        true.append(sum(losses, Fraction()) / batches)
        printed.append(sum(losses, Fraction()) / count)
    return true, printed


_OVERVIEW = (
    (
        ("convolutions", "图像卷积"),
        ("the kernel subtracts the pixel below", "减去下面的像素"),
        ("to the right", "减去右边的像素"),
    ),
    (("why convolutions", "从全连接到卷积"), ("4Δ² weights", "4Δ² 个权重"), ("(2Δ+1)²", "(2Δ+1)² 个")),
    (
        ("padding", "填充和步幅"),
        ("total in formulas, each side in code", "公式按两侧合计，代码按每侧"),
        ("say which", "应当说明"),
    ),
    (("pooling", "汇聚层"), ("a shift to the right", "向右移动"), ("to the left", "向左移动")),
    (
        ("pooling, exercise", "汇聚层习题"),
        ("padding as large as the window", "填充与窗口一样大"),
        ("in total only", "只能指两侧合计"),
    ),
    (
        ("LeNet", "LeNet"),
        (f"MNIST was trimmed and saves {TOLD_SAVED} %", f"MNIST 是裁剪来的，省了 {TOLD_SAVED}%"),
        ("padded; less", "是填充来的，没那么多"),
    ),
    (("LeNet, exercise", "LeNet 习题"), ("replace softmax", "替换 softmax"), ("the sigmoid", "是 sigmoid")),
    (
        ("AlexNet", "AlexNet"),
        ("nearly a gigabyte of parameters", "参数将近一 GB"),
        ("less than a quarter", "不到四分之一"),
    ),
    (
        ("AlexNet", "AlexNet"),
        ("ten times the channels of LeNet", "通道数是 LeNet 的十倍"),
        ("more", "不止"),
    ),
    (("a port", "移植版"), ("loss falls very fast", "损失降得极快"), ("divided by the epoch", "被轮数除过")),
)
"""Section, what it says, what is right; each in both languages."""
_CHECKS = {
    "right": {
        "en": "the kernel gives the difference to the right, and not even the shape of the one downwards",
        "zh": "核给出的是与右边之差，与下面之差连形状都不同",
    },
    "left": {"en": "the spot moves one place to the left", "zh": "亮点向左移动了一格"},
    "window": {
        "en": "counted one by one, $(2\\Delta+1)^2$ weights lie within each distance, and never $4\\Delta^2$",
        "zh": "逐个数过，每个距离以内都有 $(2\\Delta+1)^2$ 个权重，从来不是 $4\\Delta^2$",
    },
    "saved": {"en": "smaller images save {saved:.1f} %", "zh": "小图像节省 {saved:.1f}%"},
    "bytes": {
        "en": "PyTorch’s layers have as many weights, which take less than a quarter of a gigabyte",
        "zh": "PyTorch 的这些层参数个数相同，占用不到四分之一 GB",
    },
    "channels": {
        "en": "both convolutions that LeNet has are {wider} times as wide in AlexNet",
        "zh": "LeNet 的两个卷积层在 AlexNet 里通道数都是 {wider} 倍",
    },
    "padding": {
        "en": "a padding of {one} a side is a total of twice that: then the formula gives {by_side}, too",
        "zh": "每侧填充 {one}，合计是它的两倍：代入合计，公式也得 {by_side}",
    },
    "example": {
        "en": "in the book’s last example, PyTorch, kernelkit and the formula with either padding agree",
        "zh": "书中最后一个例子里，PyTorch、kernelkit 与公式（无论哪种填充）结果一致",
    },
    "pooling": {
        "en": "PyTorch refuses a padding as large as the pooling window on each side, and takes it in total",
        "zh": "每侧填充与池化窗口一样大时 PyTorch 拒绝，两侧合计一样大时接受",
    },
    "sigmoid": {"en": "LeNet has sigmoids and no softmax", "zh": "LeNet 有 sigmoid，没有 softmax"},
    "losses": {
        "en": "with a count of batches that is never set back, the printed loss times the epoch is the true one",
        "zh": "批次数从不清零时，打印的损失乘以轮数正是真实的损失",
    },
}
