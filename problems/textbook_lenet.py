"""The exercises of the textbook's section on LeNet, with drawn shapes in place of a data set."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from kernelkit.learning.receptive import receptive_field
from kernelkit.learning.shapes import Window
from kernelkit.nets.card import card
from kernelkit.report.model import Answer, Check, Figure, Problem, Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Drawn
    from torch import Tensor, nn

PROBLEM = Problem(
    slug="textbook-lenet",
    title={"en": "Exercises: LeNet", "zh": "习题：LeNet"},
    question={
        "en": "What do ReLU and maximum pooling change in LeNet? What do other sizes cost? What has to change for "
        "MNIST? What do the layers show, and what happens to pictures of another kind?",
        "zh": "换成 ReLU 和最大池化，LeNet 会有什么变化？改变各层的大小，代价如何？用于 MNIST 要改什么？"
        "各层显示出什么？输入完全不同的图像会怎样？",
    },
    source={
        "en": "Dive into Deep Learning, section 7.6 (Chinese edition 6.6), exercises",
        "zh": "《动手学深度学习》6.6 节“卷积神经网络（LeNet）”（英文版 7.6 节）习题",
    },
    group="textbook",
    rank=6,
)
QUICK = {"seeds": (0,), "steps": 80}

_TEXT = {
    "en": """
        In short: ReLU and maximum pooling cost nothing and let the net start learning at once; more maps cost
        work, more hidden units cost weights; MNIST fits as it is; and a net that must choose among its
        classes is sure of some class even when it is shown noise.

        ## ReLU and maximum pooling

        **Exercise.** Replace average by maximum pooling, and the activation by ReLU. (The English edition says
        softmax where it must mean the sigmoid.)

        Parameters, {parameters}, and multiply-adds, {multiply_adds}, stay the same. What changes is how well
        the error finds its way back. A sigmoid has a slope of at most {slope}, so the {sigmoids} of them in
        LeNet pass on at most {chain} of it, before the weights come in. ReLU passes all of it, wherever it is
        active.

        Both nets were trained on pictures of {classes} drawn shapes, {steps} steps of {batch} pictures each,
        by plain gradient descent whose rate falls to zero, from {posted_rate:.1f} for the posted net, which
        is the textbook's, and from {rate:.1f} for the other. With ReLU and maximum pooling the net then names
        more than {good} of new pictures rightly; the posted one fewer than {bad}, where guessing gives
        {chance}. It is still waiting to start. The exercise “LeNet, layer by layer” says how to help it.

        ## Other sizes

        **Exercise.** Improve the net: windows, maps, numbers of layers, learning rate.

        What each change costs can be said without training:

        {variants}

        Maps multiply the work, since each reads all maps before it; most weights lie in the first fully
        connected layer. Two windows of {small} in a row see {seen} pixels, as one of {large} does, with
        {stacked} weights for each pair of maps in place of {single}, and one more ReLU between.

        ## MNIST

        **Exercise.** Try the improved net on MNIST.

        Nothing has to be changed: MNIST has grey pictures of {side} by {side} pixels and ten digits, too. The
        command is `kernelkit train lenet --recipe modern --data mnist --download`. One correction: the
        English edition tells that trimming the pictures from {original} pixels to {side} saved space; but digits of
        {side} pixels are the original data, and LeNet of {year} padded them. Nor would trimming save the
        share it states, but {trimmed}.

        ## Activations

        **Exercise.** Show what the first and the second layer make of different pictures.

        {figure}

        The trained net from above. Maps of the first layer, {first} by {first}, still show the shape, bright
        inside of it or outside. Those of the second, {second} by {second}, see {field} pixels each and tell
        where a piece of it lies.

        ## Pictures of another kind

        **Exercise.** What happens with very different pictures, or noise?

        Noise excites the maps of the first layer even more than shapes do, on average. And the softmax at the
        end makes probabilities that sum to one, so that some class must win. Of {noise} pictures of noise
        most are given a class with a probability above {sure}; guessing would give {chance}. A high
        probability therefore does not say that the picture is of a known kind.
    """,
    "zh": """
        简单地说：换成 ReLU 和最大池化不增加任何代价，网络却立刻就能开始学习；特征图多了费计算，隐藏单元多了费
        权重；MNIST 可以直接使用；只能在已知类别中选择的网络，看到噪声也会“确信”它属于某一类。

        ## ReLU 与最大池化

        **题目**：把平均池化换成最大池化，激活函数换成 ReLU。（英文版写的是 softmax，应为 sigmoid。）

        参数仍是 {parameters} 个，乘加仍是 {multiply_adds} 次。改变的是能传回多少误差：sigmoid 的斜率最大是
        {slope}，LeNet 里有 {sigmoids} 个，不计权重，最多只能传回 {chain}。ReLU 在激活的地方全部传回。

        用 {classes} 种画出来的图形训练两个网络，每步 {batch} 幅图，共 {steps} 步，用普通的梯度下降，
        学习率逐渐降到零：原来的网络从教材的 {posted_rate:.1f} 开始，另一个从 {rate:.1f} 开始。结果，用 ReLU
        和最大池化的网络对新图的正确率超过 {good}；原来的网络低于 {bad}，而随机猜测是 {chance}：它还没有起步。
        怎样帮助它起步，见“逐层看 LeNet”。

        ## 改变大小

        **题目**：调整窗口、通道数、层数、学习率等，改进这个网络。

        每种改变的代价不用训练就能知道：

        {variants}

        每个特征图都要读前一层的所有特征图，所以增加通道会使计算成倍增加；大部分权重在第一个全连接层。两个
        {small} × {small} 的窗口相叠，感受野边长为 {seen} 个像素，与一个 {large} × {large} 的窗口一样，
        每对通道只要 {stacked} 个权重，而不是 {single} 个，中间还多一次 ReLU。

        ## MNIST

        **题目**：在 MNIST 上试试改进后的网络。

        什么都不用改：MNIST 也是 {side} × {side} 的灰度图，也是十个数字。命令是
        `kernelkit train lenet --recipe modern --data mnist --download`。顺便更正一点：英文版说图像从
        {original} 像素裁到 {side} 像素节省了空间；其实原始数据就是 {side} 像素，是 {year} 年的 LeNet
        把它们填充大了。而且裁剪省下的也不是它所说的比例，而是 {trimmed}。

        ## 激活值

        **题目**：显示不同输入在第一层和第二层的激活值。

        {figure}

        这是上面训练好的网络。第一层的特征图为 {first} × {first}，还看得出图形：亮的是它的内部，或者外部。
        第二层的为 {second} × {second}，每个值的感受野边长为 {field} 个像素，表示图形的某个局部在哪里。

        ## 完全不同的图像

        **题目**：输入完全不同的图像，或者噪声，会怎样？

        噪声在第一层引起的平均激活值比图形还大。而最后的 softmax 给出的概率总和为一，必定有一类胜出。{noise}
        幅噪声图像中，大多数都得到某个概率高于 {sure} 的类别，而随机猜测只有 {chance}。所以，
        概率高并不说明图像属于已知的种类。
    """,
}

YEAR = "1998"
_CLASSES = 6
_GOOD, _BAD, _SURE = Fraction(1, 2), Fraction(3, 10), Fraction(1, 2)
_BATCH, _NEW = 64, 500
_POSTED_RATE, _RATE = 0.9, 0.1
_MODERN = {"activation": "relu", "pooling": "max"}


class Outcome(NamedTuple):
    """A trained net, and the share of new pictures that it names rightly."""

    net: nn.Sequential
    right: float


def solve(*, seeds: tuple[int, ...] = (0, 1), steps: int = 200) -> Answer:
    """Answer the exercises.

    Parameters
    ----------
    seeds
        One training of each net for each; the pictures below are of the first.
    steps
        Of training.
    """
    import torch

    from kernelkit.nets.known import sketch

    posted = [_trained({}, lr=_POSTED_RATE, seed=seed, steps=steps) for seed in seeds]
    modern = [_trained(_MODERN, lr=_RATE, seed=seed, steps=steps) for seed in seeds]
    net = modern[0].net
    noise = torch.rand(_NEW, 1, 28, 28, generator=torch.Generator().manual_seed(seeds[0]))
    shapes, _ = _shapes(seeds[0], _NEW)
    with torch.no_grad():
        sure = net(noise).softmax(dim=1).amax(dim=1).median().item()
        excited = (net[:2](noise).mean() / net[:2](shapes).mean()).item()
    usual, changed = card(sketch("lenet")), card(sketch("lenet", **_MODERN))
    sigmoids = sum(row.kind == "Sigmoid" for row in usual.rows)
    slope = Fraction(1, 4)
    windows = {row.name: row for row in usual.rows if row.fields}
    small, large = 3, 5
    stack = receptive_field([Window(small)] * 2)[-1].size
    side, original = 28, 32
    return Answer(
        text=_TEXT,
        facts={
            "parameters": usual.parameters,
            "multiply_adds": usual.multiply_adds,
            "slope": slope,
            "sigmoids": sigmoids,
            "chain": slope**sigmoids,
            "classes": _CLASSES,
            "steps": steps,
            "batch": _BATCH,
            "posted_rate": _POSTED_RATE,
            "rate": _RATE,
            "good": _GOOD,
            "bad": _BAD,
            "chance": Fraction(1, _CLASSES),
            "variants": Table(
                {
                    "en": ("change", "parameters", "multiply-adds"),
                    "zh": ("改变", "参数", "乘加"),
                },
                [
                    [words, one.parameters, one.multiply_adds]
                    for words, options in _VARIANTS
                    for one in [card(sketch("lenet", **options))]
                ],
            ),
            "small": small,
            "seen": stack,
            "large": large,
            "stacked": 2 * small**2,
            "single": large**2,
            "side": side,
            "original": original,
            "year": YEAR,
            "trimmed": {
                "en": f"{100 * (1 - (side / original) ** 2):.1f} %",
                "zh": f"{100 * (1 - (side / original) ** 2):.1f}%",
            },
            "figure": Figure(
                {
                    "en": "A disc, a cross and noise, and the maps of each layer that change most between them.",
                    "zh": "圆盘、叉和噪声，以及每一层中在三者之间变化最大的几个特征图。",
                },
                lambda language: _activations(net, seeds[0], language),
            ),
            "first": windows["0"].output[1],
            "second": windows["3"].output[1],
            "field": windows["3"].fields[0].size if windows["3"].fields else 0,
            "noise": _NEW,
            "sure": _SURE,
        },
        checks=(
            Check(
                {
                    "en": "ReLU and maximum pooling change neither parameters nor multiply-adds",
                    "zh": "ReLU 和最大池化不改变参数个数和乘加次数",
                },
                (usual.parameters, usual.multiply_adds) == (changed.parameters, changed.multiply_adds),
            ),
            Check(
                {
                    "en": "the slope of a sigmoid is nowhere above {slope}, and is that at zero",
                    "zh": "sigmoid 的斜率处处不超过 {slope}，在零点正好取到",
                },
                _steepest() == float(slope),
            ),
            Check(
                {
                    "en": "with every start, the changed net names more than {good} of {noise} new pictures",
                    "zh": "无论怎样随机初始化，改变后的网络对 {noise} 幅新图的正确率都超过 {good}",
                },
                all(one.right > _GOOD for one in modern),
            ),
            Check(
                {
                    "en": "with every start, the posted net names fewer than {bad}",
                    "zh": "无论怎样随机初始化，原来的网络正确率都低于 {bad}",
                },
                all(one.right < _BAD for one in posted),
            ),
            Check(
                {
                    "en": "two small windows in a row see as far as the large one",
                    "zh": "两个小窗口相叠，感受野与大窗口一样大",
                },
                stack == large,
            ),
            Check(
                {
                    "en": "noise excites the first layer more than shapes do",
                    "zh": "噪声在第一层的平均激活值大于图形",
                },
                excited > 1,
            ),
            Check(
                {
                    "en": "most pictures of noise are given a class with a probability above {sure}",
                    "zh": "大多数噪声图像得到概率高于 {sure} 的类别",
                },
                sure > _SURE,
            ),
        ),
    )


_VARIANTS: tuple[tuple[dict[str, str], dict[str, object]], ...] = (
    ({"en": "as posted", "zh": "原来的网络"}, {}),
    ({"en": "twice the maps", "zh": "通道数加倍"}, {"widths": (12, 32)}),
    ({"en": "twice the hidden units", "zh": "隐藏单元加倍"}, {"hidden": (240, 168)}),
    ({"en": "half the hidden units", "zh": "隐藏单元减半"}, {"hidden": (60, 42)}),
    ({"en": "no padding", "zh": "不填充"}, {"padding": 0}),
)


def _shapes(seed: int, count: int) -> tuple[Tensor, Tensor]:
    """Draw discs, rings, squares, frames, upright and slanted crosses, of random place and size, with noise."""
    import numpy as np
    import torch

    random = np.random.default_rng(seed)
    kind = random.integers(0, _CLASSES, count)
    row, column = random.integers(10, 19, (2, count, 1, 1))
    reach = random.integers(5, 10, (count, 1, 1))
    place = np.arange(28)
    y, x = abs(place[:, None] - row), abs(place - column)
    far, near, radius = np.maximum(x, y), np.minimum(x, y), np.hypot(x, y)
    masks = (
        radius <= reach,
        (radius <= reach) & (radius > reach - 2),
        far <= reach,
        (far <= reach) & (far > reach - 2),
        (near <= 1) & (far <= reach),
        (abs(x - y) <= 1) & (far <= reach),
    )
    pictures = np.stack(masks)[kind, np.arange(count)] + 0.2 * random.normal(size=(count, 28, 28))
    return torch.tensor(pictures[:, None], dtype=torch.float32), torch.tensor(kind)


def _trained(options: dict[str, str], *, lr: float, seed: int, steps: int) -> Outcome:
    """Train a LeNet on drawn shapes, with a rate that falls to zero: the last steps of a steady one are erratic."""
    import torch
    from torch.nn.functional import cross_entropy

    from kernelkit.nets.initialise import initialise
    from kernelkit.nets.lenet import lenet

    net = lenet(classes=_CLASSES, **options)  # type: ignore[arg-type]  # the options are words
    initialise(net, "xavier", seed=seed)
    optimiser = torch.optim.SGD(net.parameters(), lr=lr)
    rate = torch.optim.lr_scheduler.LinearLR(optimiser, 1, 0, steps)
    pictures, kinds = _shapes(seed, steps * _BATCH)
    for x, y in zip(pictures.reshape(steps, _BATCH, 1, 28, 28), kinds.reshape(steps, _BATCH), strict=True):
        optimiser.zero_grad()
        cross_entropy(net(x), y).backward()  # type: ignore[no-untyped-call]  # torch gives no types here
        optimiser.step()
        rate.step()
    new, truth = _shapes(seed + 1000, _NEW)
    with torch.no_grad():
        return Outcome(net, (net(new).argmax(dim=1) == truth).double().mean().item())


def _steepest() -> float:
    """Return the largest slope of a sigmoid over a fine grid that contains zero."""
    import numpy as np

    values = 1 / (1 + np.exp(-np.linspace(-8, 8, 4001)))
    return float((values * (1 - values)).max())


def _activations(net: nn.Sequential, seed: int, language: str) -> Drawn:
    """Draw pictures, a disc, a cross and noise, and what both convolutional layers make of them."""
    import torch

    from kernelkit.plot.style import FAINT, INK, RISING, SMALL, new_figure

    pictures, kinds = _shapes(seed, 50)
    chosen = [pictures[kinds == kind][0] for kind in (0, 5)]
    chosen.append(torch.rand(1, 28, 28, generator=torch.Generator().manual_seed(seed)))
    with torch.no_grad():
        layers = [net[:depth](torch.stack(chosen)) for depth in (2, 5)]
    figure = new_figure(6, 2.1, layout="none")
    grid = figure.subplots(len(chosen), 1 + 2 * _SHOWN, gridspec_kw=_CLOSE)
    for row, picture in zip(grid, chosen, strict=True):
        row[0].imshow(picture[0].numpy(), cmap="gray")
    for start, maps in zip((1, 1 + _SHOWN), layers, strict=True):
        best = maps.std(dim=0).mean(dim=(1, 2)).argsort(descending=True)[:_SHOWN]
        for row, values in zip(grid, maps[:, best], strict=True):
            for panel, one in zip(row[start:], values, strict=False):
                panel.imshow(one.numpy(), cmap=RISING, vmin=0, vmax=float(maps.max()))
    for panel in grid.flat:
        panel.set_xticks([])
        panel.set_yticks([])
        for spine in panel.spines.values():
            spine.set_color(FAINT)
    for column, name in zip((0, 1, 1 + _SHOWN), _NAMES[language], strict=True):
        grid[0, column].set_title(name, fontsize=SMALL, color=INK, loc="left")
    return figure


_SHOWN = 4
_CLOSE = {"left": 0.01, "right": 0.99, "bottom": 0.02, "top": 0.88, "wspace": 0.08, "hspace": 0.08}
_NAMES = {"en": ("picture", "first layer", "second layer"), "zh": ("图像", "第一层", "第二层")}
