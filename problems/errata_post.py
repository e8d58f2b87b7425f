"""Errata of the post: every faulty line is run, every wrong sentence is tested, and what is right stands beside it."""

from __future__ import annotations

import itertools
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING, Any

from kernelkit import corr2d, excite, pool2d
from kernelkit.errors import KernelkitError
from kernelkit.learning.shapes import output_shape
from kernelkit.nets.card import card
from kernelkit.report.model import Answer, Check, Code, Problem, Table, Tex

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

PROBLEM = Problem(
    slug="errata-post",
    title={"en": "Errata of the post", "zh": "博客勘误"},
    question={
        "en": "What in the post is wrong, lost or imprecise, and what is right?",
        "zh": "博客里哪些地方有错误、有缺失或者不够准确？正确的说法是什么？",
    },
    source={
        "en": "The post, all of it; its example is that of Dive into Deep Learning, “Learning a Kernel”",
        "zh": "博客全文；例子取自《动手学深度学习》“学习卷积核”",
    },
    group="errata",
    rank=1,
)

USUAL = 0.03
"""The textbook's learning rate for its example; the post gives none."""
CLAIMED = {"convolutional": 8, "fully_connected": 5}
"""AlexNet's layers by one sentence of the post."""
OFFSET = 0.5
STEPS = 500

_TEXT = {
    "en": """
        The ideas of the post stand, but its code does not run as printed, some of it is wrong without a word, and a
        few sentences need mending. These are the {count} points; each was tested while this page was made.

        {overview}

        ## Code that stops

        {stops}

        The second of these is treacherous: the loss has {outputs} numbers here, and the print comes at epoch {epoch}
        only, after {updates} updates. With one epoch, or an output of a single number, nothing is noticed. Print the
        sum.

        ## The same call, twice

        First in code with the faults of the post’s, then in kernelkit’s functions of the same names. An image of
        {rows} × {columns} pixels and the kernel {kernel} are the textbook’s.

        {silent}

        The kept bias bends the taps because something has to produce the offset. Reading and writing `weight.data`, on
        the other hand, is only old style: within `torch.no_grad()` the same numbers come out.

        ## A learning rate that works by accident

        The post gives no rate. The textbook’s {usual} lies below the limit {limit:.4f} of its example, whose
        layer has no
        bias. The post’s layer has one, and with it trained, as it should be, the limit is {limit_bias:.4f},
        and the loss
        grows: there the rate works only because the bias is never updated. Compute the limit first; the exercise
        `training-loop` shows how.

        ## Sentences

        - **“Linear neurons”.** Layers without a bend between them are one matrix, however many there are. And an MLP
          can represent what a convolution does: {matrix} weights, of which all but {nonzero} are zero,
          and these take only {distinct} values. It does not share them, so it has to learn each one.
        - **“Translation invariance”.** If the image moves, the output moves along: that is **equivariance**. Invariant
          is what does not change at all, such as the largest output. With a stride, even equivariance holds only
          for moves by whole strides.
        - **AlexNet’s layers.** Not {claimed_conv} convolutions and {claimed_fc} fully connected layers, but {conv} and
          {fc}, as the post’s last paragraph and its code say.
        - **LeNet-5** is another net than the one that is shown; the exercise `lenet` compares them.

        ## What was lost

        Formulas fell out of the page, and with them parts of sentences:

        {restored}

        The last one matters: every layer sets its output channels by the number of its kernels, but a
        $1 \\times 1$ layer does nothing else than mix channels, so it is the cheap and usual way to change
        their number.
        The title also promises RNNs, of which the post has nothing.
    """,
    "zh": """
        博客的思路没有问题，但代码照抄不能运行，有些地方不报错却算错，还有几句话需要修正。下面是全部 {count}
        处勘误，每一处都在生成本页时验证过。

        {overview}

        ## 会报错的代码

        {stops}

        第二处最隐蔽：这里的损失有 {outputs} 个数，而打印要到第 {epoch} 轮才执行，那时已经更新了 {updates} 次。
        只训练一轮，或者输出只有一个数，就发现不了。应当打印它们的和。

        ## 同样的调用，两种结果

        先用带有博客里那些错误的代码，再用 kernelkit 中同名的函数。{rows} × {columns} 的图像和卷积核 {kernel}
        取自教材。

        {silent}

        偏置不更新，偏移就只能由权重来凑，于是权重被带偏。至于读写 `weight.data`，只是写法陈旧：
        改用 `torch.no_grad()`，得到的数完全一样。

        ## 碰巧能用的学习率

        博客没有给学习率。教材用的 {usual} 小于这个例子的上限 {limit:.4f}，因为教材的层没有偏置。博客的层有偏置，
        本来就应当更新，而更新偏置时，上限变成 {limit_bias:.4f}，损失会越来越大：这个学习率在博客里能用，
        只因为偏置从不更新。应当先算出上限，做法见习题 `training-loop`。

        ## 说法

        - **“线性神经元”**：没有非线性激活，多少层叠起来都只是一个矩阵。另外，多层感知机并非不能表示卷积：用
          {matrix} 个权重就行，其中除 {nonzero} 个以外全为零，而非零的只有 {distinct} 种取值。
          只是它不共享权重，每一个都得单独学。
        - **“平移不变性”**：图像移动，输出跟着移动，这叫**等变性**。完全不变的才叫不变，例如输出的最大值。
          步幅大于一时，连等变性也只在移动量是步幅的整数倍时成立。
        - **AlexNet 的层数**：不是 {claimed_conv} 层卷积和 {claimed_fc} 层全连接，而是 {conv} 层和 {fc} 层，
          博客最后一段和代码都是这样。
        - **LeNet-5** 与文中给出的不是同一个网络，两者的比较见习题 `lenet`。

        ## 丢失的内容

        网页上的公式丢失了，有些句子也因此残缺：

        {restored}

        最后一处最要紧：每一层的输出通道数都由核的个数决定，而 $1 \\times 1$ 的层只混合通道，别的什么也不做，
        所以是调整通道数最省、最常用的办法。另外标题还提到 RNN，文中却没有。
    """,
}


def solve() -> Answer:
    """Run what the post has, and what is right, side by side."""
    import torch

    from kernelkit.nets.known import sketch

    alexnet = card(sketch("alexnet"), (1, 224, 224))
    x, kernel = _example()
    y = corr2d(x, kernel)
    limits = excite(x.numpy(), tuple(kernel.shape))
    free, biased = limits.without_bias.largest_step, limits.with_bias.largest_step
    stops = _stops(x, y)
    silent = _silent(x, y)
    matrix = torch.stack(
        [corr2d(one, kernel).ravel() for one in torch.eye(x.numel()).double().view(-1, *x.shape)]
    )
    values = matrix[matrix != 0]
    facts: dict[str, object] = {
        "count": len(_OVERVIEW),
        "overview": _overview(),
        "stops": Code("\n".join(f">>> {line}\n{error}" for line, error in stops), "pycon"),
        "outputs": y.numel(),
        "epoch": 2,
        "updates": _updates_before_print(x, y, 10),
        "rows": x.shape[0],
        "columns": x.shape[1],
        "kernel": kernel,
        "silent": Table(
            {
                "en": ("what is done", "the post’s way", "kernelkit"),
                "zh": ("做法", "博客的写法", "kernelkit"),
            },
            [[_DONE[name], posted, ours] for name, (posted, ours) in silent.items()],
        ),
        "usual": str(USUAL),
        "limit": free,
        "limit_bias": biased,
        "matrix": matrix.numel(),
        "nonzero": values.numel(),
        "distinct": len(set(values.tolist())),
        "claimed_conv": CLAIMED["convolutional"],
        "claimed_fc": CLAIMED["fully_connected"],
        "conv": alexnet.layers["convolutional"],
        "fc": alexnet.layers["fully_connected"],
        "restored": _restored(),
    }
    bent, learned, lost = (
        _taps_and_loss(*pair) for pair in (("1.3, −0.7", "5.1"), ("1.0, −1.0", "0.0"), ("0.0, 0.0", "0.0"))
    )
    first, grown = (_trained(x, y, USUAL, steps, "updated")[2] for steps in (0, 20))
    checks = {
        "stops": [error.split(":")[0] for _, error in stops] == ["NameError", "RuntimeError", "ValueError"],
        "late": _updates_before_print(x, y, 10) == 2 and not _updates_before_print(x, y, 1),
        "bias": silent["offset"] == (bent, learned),
        "labels": silent["labels"] == (lost, "ShapeError"),
        "pool": silent["mode"] == ([[0, 0], [0, 0]], "UnknownNameError") and _right_pools(silent),
        "rate": biased < USUAL < free and grown > 1000 * first > 1e6 * _trained(x, y, USUAL, 200, "kept")[2],
        "data": _same_without_data(x, y),
        "mlp": _one_matrix() and torch.allclose(x.ravel() @ matrix, y.ravel()),
        "moves": _moves(),
        "layers": alexnet.layers == {"convolutional": 5, "fully_connected": 3, "learned": 8},
        "shapes": _lost_shapes(),
    }
    return Answer(_TEXT, facts, tuple(Check(_CHECKS[name], bool(holds)) for name, holds in checks.items()))


def _example() -> tuple[Tensor, Tensor]:
    """Return the textbook's image, white with a black band, and the kernel that finds its borders."""
    import torch

    x = torch.ones(6, 8, dtype=torch.float64)
    x[:, 2:6] = 0
    return x, torch.tensor([[1.0, -1.0]], dtype=torch.float64)


def _posted_corr2d(x: Tensor, taps: Tensor) -> Tensor:
    """Correlate as the post's layer expects it: two axes each, unchecked."""
    import torch

    height, width = taps.shape
    found = torch.zeros(x.shape[0] - height + 1, x.shape[1] - width + 1)
    for i, j in itertools.product(*map(range, found.shape)):
        found[i, j] = (x[i : i + height, j : j + width] * taps).sum()
    return found


def _posted_pool2d(x: Tensor, size: tuple[int, int], mode: str = "max") -> Tensor:
    """Pool with the post's faults: an output of single precision, no refusal, no other options."""
    import torch

    height, width = size
    found = torch.zeros(x.shape[0] - height + 1, x.shape[1] - width + 1)
    how: Any = {"max": torch.max, "avg": torch.mean}.get(mode)
    for i, j in itertools.product(*map(range, found.shape)):
        if how:
            found[i, j] = how(x[i : i + height, j : j + width])
    return found


def _trained(x: Tensor, y: Tensor, rate: float, steps: int, bias: str) -> tuple[Tensor, Tensor, float]:
    """Return taps, bias and loss after some steps from a fixed start, with no look at the shape of y."""
    import torch

    generator = torch.Generator().manual_seed(0)
    taps = torch.rand(1, 2, dtype=torch.float64, generator=generator, requires_grad=True)
    offset = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    moved = (taps, offset) if bias == "updated" else (taps,)
    for _ in range(steps):
        slopes = torch.autograd.grad(((corr2d(x, taps) + offset - y) ** 2).sum(), moved)
        with torch.no_grad():
            for parameter, slope in zip(moved, slopes, strict=True):
                parameter.sub_(rate * slope)
    loss = float(((corr2d(x, taps) + offset - y) ** 2).sum().detach())
    return taps.detach(), offset.detach(), loss


def _stops(x: Tensor, y: Tensor) -> list[tuple[str, str]]:
    """Run three lines of the post's kind, and return each with the error that it raises."""
    import torch

    # a fresh interpreter knows what the post defines: no corr2d
    fresh = subprocess.run(
        [sys.executable, "-c", "corr2d(X, K)"], capture_output=True, text=True, check=False
    )
    found = [("corr2d(X, K)", fresh.stderr.strip().split("\n")[-1])]
    unsummed, square = (torch.zeros_like(y) - y) ** 2, torch.rand(3)
    calls: dict[str, Callable[[], object]] = {
        "((Y_hat - Y) ** 2).item()": unsummed.item,
        "Conv2D(3)(X)": lambda: _posted_corr2d(x, square),
    }
    for line, call in calls.items():
        try:
            call()
        except (RuntimeError, ValueError) as error:
            found.append((line, f"{type(error).__name__}: {error}"))
    return found


def _updates_before_print(x: Tensor, y: Tensor, epochs: int) -> int:
    """Count the updates until a loop stops that prints an unsummed loss every second epoch; 0 where it does not."""
    import torch

    taps = torch.zeros(1, 2, dtype=torch.float64, requires_grad=True)
    for epoch in range(1, epochs + 1):
        loss = (corr2d(x, taps) - y) ** 2
        [slope] = torch.autograd.grad(loss.sum(), taps)
        taps = (taps - USUAL * slope).detach().requires_grad_()
        try:
            _ = loss.item() if epoch % 2 == 0 else None
        except RuntimeError:
            return epoch
    return 0


def _silent(x: Tensor, y: Tensor) -> dict[str, tuple[object, object]]:
    """Return what the post's way and kernelkit's way give, by what is done."""
    import torch

    from kernelkit.learning.layer import Conv2D
    from kernelkit.learning.loop import train_conv2d

    small = torch.arange(9.0).reshape(3, 3)
    many = 2**24 + 1

    def both(run: Callable[[Callable[..., Tensor]], object]) -> tuple[object, object]:
        return _outcome(lambda: run(_posted_pool2d)), _outcome(lambda: run(pool2d))

    limit = excite(x.numpy(), (1, 2)).with_bias.best_step
    column = torch.zeros(6, 1, dtype=torch.float64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch says that it discards an imaginary part
        return {
            "offset": (
                _ended(_trained(x, y + OFFSET, USUAL, STEPS, "kept")),
                _ended(_trained(x, y + OFFSET, limit, STEPS, "updated")),
            ),
            "labels": (
                _ended(_trained(x, column, USUAL, STEPS, "kept")),
                _outcome(lambda: train_conv2d(Conv2D((1, 2)).double(), x, column, USUAL, 1)),
            ),
            "channels": (
                _outcome(lambda: _shape(_posted_corr2d(x[None, None], torch.ones(1, 2)))),
                _outcome(lambda: _shape(Conv2D((1, 2), channels=(1, 1))(x[None, None].float()))),
            ),
            "size": (
                _outcome(lambda: _posted_corr2d(x, torch.rand(3))),
                _outcome(lambda: _shape(Conv2D(3)(x.float()))),
            ),
            "mode": both(lambda pool: pool(small, (2, 2), "mean")),
            "double": both(lambda pool: pool(small.double(), (2, 2)).dtype),
            "whole": both(lambda pool: int(pool(torch.tensor([[many]]), (1, 1)).item())),
            "average": both(lambda pool: pool(small.long(), (2, 2), "avg")),
            "complex": both(lambda pool: pool(1j * small, (2, 2), "avg")),
            "large": both(lambda pool: _shape(pool(small, (4, 4)))),
            "maps": both(lambda pool: _shape(pool(torch.stack([small, small, small]), (2, 2)))),
            "one": both(lambda pool: pool(small, 2)),
            "stride": both(lambda pool: pool(small, (2, 2), stride=2)),
        }


def _outcome(run: Callable[[], object]) -> object:
    """Return what comes out: whole numbers, words, or the name of an error."""
    try:
        found: Any = run()
    except (KernelkitError, RuntimeError, TypeError, ValueError) as error:
        return type(error).__name__
    return found.tolist() if hasattr(found, "tolist") else found if isinstance(found, int) else str(found)


def _shape(found: Tensor) -> str:
    return " × ".join(map(str, found.shape))


def _ended(training: tuple[Tensor, Tensor, float]) -> dict[str, str]:
    taps, _, loss = training
    numbers = ", ".join(f"{tap + 0.0:.1f}" for tap in taps.ravel().round(decimals=1).tolist())
    return _taps_and_loss(numbers.replace("-", "−"), f"{loss:.1f}")


def _taps_and_loss(taps: str, loss: str) -> dict[str, str]:
    return {"en": f"[{taps}], loss {loss}", "zh": f"[{taps}]，损失 {loss}"}


def _right_pools(silent: dict[str, tuple[object, object]]) -> bool:
    """Whether kernelkit's results are those that can be worked out by hand for the numbers 0 to 8 in three rows."""
    ours = {name: right for name, (_, right) in silent.items()}
    return (
        ours["double"] == "torch.float64"
        and ours["whole"] == 2**24 + 1
        and ours["average"] == [[2, 3], [5, 6]]
        and ours["complex"] == [[2j, 3j], [5j, 6j]]
        and ours["large"] == "ShapeError"
        and ours["maps"] == "3 × 2 × 2"
        and ours["one"] == [[4, 5], [7, 8]]
        and ours["stride"] == [[4]]
        and all(posted != right for posted, right in silent.values())
    )


def _same_without_data(x: Tensor, y: Tensor) -> bool:
    """Whether a loop through ``weight.data`` and ``weight.grad`` ends where one within ``no_grad`` does."""
    import torch

    generator = torch.Generator().manual_seed(0)
    taps = torch.rand(1, 2, dtype=torch.float64, generator=generator, requires_grad=True)
    for _ in range(10):
        ((corr2d(x, taps) - y) ** 2).sum().backward()  # type: ignore[no-untyped-call]
        assert taps.grad is not None
        taps.data -= USUAL * taps.grad
        taps.grad = None
    return torch.equal(taps.detach(), _trained(x, y, USUAL, 10, "kept")[0])


def _one_matrix() -> bool:
    """Whether three layers of linear neurons are one."""
    import torch

    generator = torch.Generator().manual_seed(0)
    inputs, *layers = (torch.rand(9, 9, dtype=torch.float64, generator=generator) for _ in range(4))
    after = inputs
    for layer in layers:
        after = after @ layer
    return torch.allclose(after, inputs @ (layers[0] @ layers[1] @ layers[2]))


def _moves() -> bool:
    """Whether outputs move with a spot on black, with a stride only by whole strides, and keep their maximum."""
    import torch

    generator = torch.Generator().manual_seed(0)
    x = torch.zeros(20, 20, dtype=torch.float64)
    x[7:12, 7:12] = torch.rand(5, 5, dtype=torch.float64, generator=generator)
    kernel = torch.rand(3, 3, dtype=torch.float64, generator=generator)

    def follows(move: int, stride: int, by: int) -> bool:
        here, there = (corr2d(image, kernel, stride=stride) for image in (x, x.roll(move, dims=1)))
        return torch.equal(here.roll(by, dims=1), there)

    here, there = corr2d(x, kernel), corr2d(x.roll(1, dims=1), kernel)
    still = torch.equal(here, there)
    return (
        follows(1, 1, 1)
        and not still
        and bool(here.max() == there.max())
        and follows(2, 2, 1)
        and not any(follows(1, 2, by) for by in range(9))
    )


def _lost_shapes() -> bool:
    """Whether a stride of n leaves an n-th, kernels have the restored shape, and one tap is enough for channels."""
    import torch
    from torch import nn

    maps = nn.Conv2d(3, 5, 1)(torch.zeros(3, 7, 9))
    return (
        all(output_shape((12, 12), 1, stride=n) == (12 // n, 12 // n) for n in (2, 3, 4))
        and nn.Conv2d(3, 5, (2, 4)).weight.shape == (5, 3, 2, 4)
        and maps.shape == (5, 7, 9)
    )


def _overview() -> Table:
    rows: list[list[object]] = [
        [{"en": en, "zh": zh}, _KINDS[kind], right] for en, zh, kind, right in _OVERVIEW
    ]
    return Table({"en": ("in the post", "kind", "right"), "zh": ("博客中", "类型", "正确做法或说法")}, rows)


def _restored() -> Table:
    outside = {"en": "|a| > Δ or |b| > Δ", "zh": "|a| > Δ 或 |b| > Δ"}
    share = {"en": "1/n, n a whole number above 1", "zh": "1/n，n 是大于 1 的整数"}
    formulas = (
        r"\sum (\hat{Y} - Y)^2",
        "d",
        r"c_i \times k_h \times k_w",
        r"c_o \times c_i \times k_h \times k_w",
    )
    loss, order, one, all_kernels = map(Tex, formulas)
    parts = (outside, loss, order, share, one, all_kernels, Tex(r"1 \times 1"))
    rows: list[list[object]] = [list(row) for row in zip(_LOST, parts, strict=True)]
    return Table({"en": ("sentence", "lost part"), "zh": ("句子", "丢失的部分")}, rows)


_KINDS = {
    "stops": {"en": "stops", "zh": "报错"},
    "silent": {"en": "silently wrong", "zh": "悄悄出错"},
    "style": {"en": "style", "zh": "写法"},
    "lost": {"en": "missing", "zh": "缺失"},
    "words": {"en": "wording", "zh": "说法"},
}
_OVERVIEW: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    (
        "corr2d is used, defined nowhere",
        "用到 corr2d，却没有定义",
        "stops",
        {"en": "define it", "zh": "补上定义"},
    ),
    ("item() of many numbers", "对许多个数取 item()", "stops", {"en": "of their sum", "zh": "先求和"}),
    (
        "the bias is never updated",
        "偏置从不更新",
        "silent",
        {"en": "update it, or have none", "zh": "更新，或者不要"},
    ),
    ("no learning rate", "没给学习率", "lost", {"en": "compute its limit", "zh": "先算上限"}),
    (
        "weight.data, weight.grad",
        "weight.data、weight.grad",
        "style",
        {"en": "torch.no_grad", "zh": "torch.no_grad"},
    ),
    (
        "labels of another shape are broadcast",
        "形状不同的标签被广播",
        "silent",
        {"en": "compare shapes", "zh": "比较形状"},
    ),
    (
        "sizes are not checked",
        "不检查尺寸",
        "silent",
        {"en": "refuse what does not fit", "zh": "不合适就拒绝"},
    ),
    (
        "pool2d knows no stride, padding, channels, other modes",
        "pool2d 没有步幅、填充、通道，也不查模式名",
        "silent",
        {"en": "a full pooling layer", "zh": "完整的池化层"},
    ),
    (
        "layers of AlexNet",
        "AlexNet 的层数",
        "words",
        {"en": "as in its last paragraph", "zh": "以最后一段为准"},
    ),
    (
        "linear neurons; what an MLP cannot",
        "线性神经元；MLP 无法表示",
        "words",
        {"en": "non-linear; it does not share", "zh": "非线性；不共享权重"},
    ),
    ("translation invariance", "平移不变性", "words", {"en": "equivariance", "zh": "等变性"}),
    ("formulas, indentation, RNNs", "公式、缩进、RNN", "lost", {"en": "see below", "zh": "见下文"}),
    ("LeNet-5", "LeNet-5", "words", {"en": "the textbook’s LeNet", "zh": "教材的 LeNet"}),
)
"""In the post, in both languages; the kind; what is right."""
_DONE = {
    "offset": {
        "en": f"train {STEPS} steps, labels higher by a half",
        "zh": f"训练 {STEPS} 步，标签都加二分之一",
    },
    "labels": {
        "en": f"train {STEPS} steps, labels one column of zeros",
        "zh": f"训练 {STEPS} 步，标签为一列零",
    },
    "channels": {"en": "layer, image with channels: shape", "zh": "卷积层，带通道的图像：形状"},
    "size": {"en": "layer, size one number: shape", "zh": "卷积层，尺寸只给一个数：形状"},
    "mode": {"en": "pool, mode “mean”", "zh": "池化，模式写成“mean”"},
    "double": {"en": "pool, double precision: type", "zh": "池化，双精度：类型"},
    "whole": {"en": "pool, a large whole number", "zh": "池化，很大的整数"},
    "average": {"en": "pool, average of whole numbers", "zh": "池化，整数的平均"},
    "complex": {"en": "pool, average of imaginary numbers", "zh": "池化，虚数的平均"},
    "large": {"en": "pool, window larger than the image: shape", "zh": "池化，窗口比图像大：形状"},
    "maps": {"en": "pool, three maps: shape", "zh": "池化，三张特征图：形状"},
    "one": {"en": "pool, size one number", "zh": "池化，尺寸只给一个数"},
    "stride": {"en": "pool, with a stride", "zh": "池化，指定步幅"},
}
_LOST = (
    {"en": "locality does not care about the case …", "zh": "局部性：不关心……的情况"},
    {"en": "learn the kernel by comparing the label …", "zh": "通过比较标签……"},
    {"en": "smallest kernel for the … derivative", "zh": "得到……次导数的最小核"},
    {"en": "a stride leaves … of height and width", "zh": "步幅使高和宽仅为输入的……"},
    {"en": "a kernel of shape … for every output channel", "zh": "为每个输出通道创建形状为……的核"},
    {"en": "so that the kernels together have shape …", "zh": "这样卷积核的形状就是……"},
    {"en": "the … kernel sets the number of channels", "zh": "……卷积核用于控制通道数"},
)
_CHECKS = {
    "stops": {
        "en": "the three lines stop with a missing name, a refusal of PyTorch and a wrong count of sizes",
        "zh": "三行代码分别因名字未定义、PyTorch 拒绝和尺寸个数不对而报错",
    },
    "late": {
        "en": "a loop that prints every second epoch has made {updates} updates when it stops, and one epoch does not",
        "zh": "每两轮打印一次的循环报错时已更新 {updates} 次，只训练一轮则不报错",
    },
    "bias": {
        "en": "with labels moved by a half the kept bias bends the taps, and an updated one does not",
        "zh": "标签加上二分之一后，偏置不更新会带偏权重，更新则不会",
    },
    "labels": {
        "en": "labels of one column silently train towards zeros, and `train_conv2d` of kernelkit refuses them",
        "zh": "一列标签会悄悄把核推向零，而 kernelkit 的 `train_conv2d` 会拒绝",
    },
    "pool": {
        "en": "a misspelt mode gives zeros in the post’s way, and kernelkit’s results are those worked out by hand",
        "zh": "按博客的写法，写错模式名会得到零；kernelkit 的各项结果与手算一致",
    },
    "rate": {
        "en": "at a rate of {usual} the loss shrinks with the bias kept, and grows with the bias trained",
        "zh": "学习率为 {usual} 时，不更新偏置损失减小，更新偏置损失变大",
    },
    "data": {
        "en": "through `weight.data` and within `torch.no_grad()` the taps are equal bit for bit",
        "zh": "用 `weight.data` 与用 `torch.no_grad()`，得到的权重逐位相同",
    },
    "mlp": {
        "en": "three layers of linear neurons are one matrix, and a matrix computes what the convolution does",
        "zh": "三层线性神经元等于一个矩阵；卷积也可以写成一个矩阵",
    },
    "moves": {
        "en": "outputs move with the image and keep their maximum; with a stride of two, only for moves by two",
        "zh": "输出随图像移动，最大值不变；步幅为二时只对移动两格成立",
    },
    "layers": {
        "en": "the posted AlexNet has {conv} convolutions and {fc} fully connected layers",
        "zh": "博客给出的 AlexNet 有 {conv} 个卷积层和 {fc} 个全连接层",
    },
    "shapes": {
        "en": "the restored shapes are those of PyTorch, and a stride of $n$ leaves one $n$-th",
        "zh": "补回的形状与 PyTorch 一致，步幅 $n$ 使高和宽变为 $n$ 分之一",
    },
}
