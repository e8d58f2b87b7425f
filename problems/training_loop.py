"""The post's training loop: its repairs, its limit, its losses before training, and what its image can teach."""

from __future__ import annotations

import inspect
import itertools
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit import Kernel, corr2d, excite
from kernelkit.learning.descent import descent, loss_at
from kernelkit.learning.gram import normal_equations
from kernelkit.learning.pairs import pairs
from kernelkit.learning.rational import prove
from kernelkit.report.model import Answer, Check, Code, Figure, Problem, Table, Tex

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import torch
    from matplotlib.figure import Figure as Drawn
    from numpy.typing import NDArray

    from kernelkit.learning.layer import Conv2D
    from kernelkit.report.model import Language

Part = tuple[dict[str, object], list[Check]]

PROBLEM = Problem(
    slug="training-loop",
    title={"en": "The training loop of the post", "zh": "博客里的训练循环"},
    question={
        "en": "What is wrong with the post's train_conv2d? Which step sizes work, how does its loss fall, and which "
        "kernels can it learn from the textbook's image?",
        "zh": "博客里的 train_conv2d 有哪些问题？学习率取多大才行？损失怎样下降？用教材的那张图像能学到什么核？",
    },
    source={
        "en": "The post, “Convolutional layers”; Dive into Deep Learning, “Learning a Kernel”",
        "zh": "博客“卷积层”一节；《动手学深度学习》“学习卷积核”一节",
    },
    group="post",
    rank=6,
)

USUAL = 0.03
"""The step size that the textbook takes for this image; the post gives none."""

PUBLISHED = {
    ("Chinese edition, PyTorch", "中文版，PyTorch"): (6.422, 1.225, 0.266, 0.070, 0.022),
    ("English edition, PyTorch", "英文版，PyTorch"): (16.481, 5.069, 1.794, 0.688, 0.274),
    ("MXNet", "MXNet 版"): (4.949, 0.831, 0.140, 0.024, 0.004),
}
"""Losses printed at epochs 2, 4, 6, 8, 10 in executed notebooks of the textbook (d2l-ai on GitHub)."""

_TEXT = {
    "en": """
        Once its print is repaired, the loop learns {taps} from the textbook's image. Every step size below {limit}
        converges. That limit, and every value of the loss, can be computed before training starts. So can the answer
        to a question that is easily forgotten: whether the image determines the kernel at all.

        ## What breaks, and how to mend it

        - **It stops.** The loop prints `l.item()`, but `l` has one entry for each output. PyTorch refuses
          (“{refusal}”) at epoch {stops}, after {updates} updates of the kernel. The loss is the sum of all entries:
          `l.sum().item()`.
        - **The bias never moves.** It gets a gradient but no update. Add {offset} to every label, and the kernel is
          bent from {taps} to {bent}, with a loss of {floor:.1f} that no training removes.
        - **Labels of the wrong shape train without a word.** PyTorch repeats labels of shape {column} to the shape
          {shape} of the output. With a column of zeros the kernel is {lost} after {epochs} steps, on its way to
          {nothing}. Compare the shapes first.
        - **No step size is given.** The next section computes one.

        Repaired, with a choice of what is trained:

        {code}

        ## Which step sizes work

        Let each row of a matrix $A$ be one window of the image, $w$ the taps of the kernel, and $y$ the labels. The
        loss is $\\|Aw-y\\|^2$, and its gradient is $2(Rw-A^\\top y)$ with $R = A^\\top A$. Along an
        eigenvector of $R$, a direction that $R$ only stretches, by the eigenvalue $\\lambda$, a step of size $\\eta$
        multiplies the error by $1-2\\eta\\lambda$. All errors shrink exactly when $\\eta < 1/\\lambda_{\\max}$. Here

        {gram}

        so the limit is {limit}, and the fastest constant step is
        $1/(\\lambda_{\\min}+\\lambda_{\\max})$, which is {best}.

        The textbook's step {usual:.2f} lies at {share} percent of the limit, for its layer has no bias. The post's
        layer has one, and there the same step works only by accident, because the bias stands still: with the bias
        trained as well, the limit is {limit_with_bias}, about {limit_value:.4f}.

        ## The loss, before training

        Adding up the errors along all eigenvectors gives the loss after $t$ steps,

        $$L_t - L^* = \\sum_i \\lambda_i c_i^2 (1-2\\eta\\lambda_i)^{2t},$$

        where $c_i$ is the first error along eigenvector $i$ and $L^*$ the least loss.

        {figure}

        The formula reads other people's runs, too. There are two eigenvalues, so the first two losses that the
        textbook prints give both $c_i^2$, and with them all later losses:

        {published}

        ## What the image can teach

        All rows of the image are alike. With a kernel of a single row, this is how many of its taps the labels
        determine:

        {ranks}

        Wider kernels are not unique, and neither are kernels of several rows. Make labels with the Sobel kernel
        {sobel}, which finds edges: of its {unknowns} taps only {rank} combinations are determined, the sums of the
        columns. What is not determined never moves, so the end depends on the start. From zeros the loop ends at

        {from_zeros}

        and from {start} at

        {from_start}

        both with a loss of zero, and neither is the Sobel kernel. More steps do not help; another image does. One
        bright pixel in the middle of {side} by {side} dark ones makes $R$ the identity matrix, and a single step of
        {half} learns any kernel of that size.
    """,
    "zh": """
        把打印语句改对以后，这个循环就能从教材的图像学到 {taps}。只要学习率小于 {limit}，训练就收敛。
        这个上限和每一步的损失都能在训练之前算出来。还有一个常被忽略的问题也能事先回答：
        这张图像到底能不能确定卷积核。

        ## 哪里会出错，怎样修

        - **中途报错**：循环打印 `l.item()`，但 `l` 对每个输出各有一个元素，于是 PyTorch 报错（“{refusal}”）。
          这发生在第 {stops} 轮，此时核已经更新了 {updates} 次。损失应当是所有元素之和：`l.sum().item()`。
        - **偏置从不更新**：它有梯度，却没有更新语句。给所有标签加上 {offset}，学到的核就从 {taps}
          偏到 {bent}，并且留下 {floor:.1f} 的损失，怎么训练也降不下去。
        - **标签形状不对也不报错**：形状为 {column} 的标签会被广播成输出的形状 {shape}。
          如果标签是一列零，{epochs} 步之后核已变成 {lost}，正趋向 {nothing}，没有任何提示。所以要先比较形状。
        - **没有给出学习率**：下一节来算。

        修好以后的循环，可以选择训练哪些参数：

        {code}

        ## 学习率取多大

        把图像的每个窗口写成矩阵 $A$ 的一行，$w$ 是核的权重，$y$ 是标签。损失为 $\\|Aw-y\\|^2$，
        梯度为 $2(Rw-A^\\top y)$，其中 $R = A^\\top A$。$R$ 的特征向量是只被 $R$
        拉伸的方向，拉伸的倍数就是特征值 $\\lambda$。学习率为 $\\eta$ 时，每一步都把误差在这个方向上的分量乘以
        $1-2\\eta\\lambda$。当且仅当 $\\eta < 1/\\lambda_{\\max}$ 时，所有分量都会缩小。在这里

        {gram}

        所以上限是 {limit}；收敛最快的固定学习率是 $1/(\\lambda_{\\min}+\\lambda_{\\max})$，即 {best}。

        教材所用的 {usual:.2f} 是上限的 {share}%，因为教材的层没有偏置。博客的层有偏置，同样的学习率能收敛只是碰巧，
        全靠偏置不动：如果偏置也参加训练，上限就降为 {limit_with_bias}，约 {limit_value:.4f}。

        ## 训练之前就知道的损失

        把各个特征向量上的误差加起来，就得到 $t$ 步之后的损失

        $$L_t - L^* = \\sum_i \\lambda_i c_i^2 (1-2\\eta\\lambda_i)^{2t},$$

        其中 $c_i$ 是初始误差在第 $i$ 个特征向量上的分量，$L^*$ 是最小损失。

        {figure}

        这个公式还能用来分析别人的训练。特征值只有两个，所以由教材打印的前两个损失就能解出两个 $c_i^2$，
        从而得到后面所有的损失：

        {published}

        ## 这张图像能教会什么

        图像的每一行都相同。如果核只有一行，标签能确定的权重个数如下：

        {ranks}

        更宽的核不唯一，多于一行的核也不唯一。比如用 Sobel 核 {sobel} 生成标签，它有 {unknowns} 个权重，
        能确定的却只有 {rank} 个组合，也就是各列之和。不能确定的部分在训练中从不改变，所以终点取决于起点。
        从全零出发，循环停在

        {from_zeros}

        从 {start} 出发，则停在

        {from_start}

        两者的损失都是零，却都不是 Sobel 核。多训练几步没有用，换一张图像才有用：在 {side} × {side}
        的全黑图像正中放一个亮点，$R$ 就成了单位矩阵，学习率取 {half} 时只需一步，就能学会与 Sobel
        核一样大的任何核。
    """,
}


def solve(
    *, epochs: int = 10, start: tuple[float, float] = (0.5, 0.25), offset: Fraction = Fraction(1, 2)
) -> Answer:
    """Break the loop, mend it, and compare what it does with what was computed beforehand."""
    import numpy as np
    import torch

    image = np.ones((6, 8), dtype=int)
    image[:, 2:6] = 0
    x, y = torch.tensor(image).double(), torch.tensor(corr2d(image, [[1, -1]])).double()
    code = Code(inspect.getsource(train))
    facts: dict[str, object] = {"taps": Kernel.from_array([[1, -1]]), "code": code, "usual": USUAL}
    checks: list[Check] = []
    for found, tested in (
        _faults(x, y, start, epochs, offset),
        _limits(x, y, start),
        _losses(x, y, start, epochs),
        _published(),
        _taught(x),
    ):
        facts |= found
        checks += tested
    return Answer(_TEXT, facts, checks)


def train(
    layer: torch.nn.Module,
    x: torch.Tensor,
    y: torch.Tensor,
    lr: float,
    epochs: int,
    trained: list[torch.nn.Parameter],
) -> list[float]:
    """Return the loss before each step."""
    import torch

    losses = []
    for _ in range(epochs):
        output = layer(x)
        if output.shape != y.shape:
            raise ValueError(f"labels {tuple(y.shape)}, output {tuple(output.shape)}")
        loss = ((output - y) ** 2).sum()
        losses.append(loss.item())
        gradients = torch.autograd.grad(loss, trained)
        with torch.no_grad():
            for parameter, gradient in zip(trained, gradients, strict=True):
                parameter.sub_(lr * gradient)
    return losses


def _as_posted(
    layer: Conv2D, x: torch.Tensor, y: torch.Tensor, epochs: int, shown: Callable[[torch.Tensor], object]
) -> tuple[int, str]:
    """Take the steps of the posted loop; return the epoch at which its print fails, and how, or 0."""
    for epoch in range(1, epochs + 1):
        squares = (layer(x) - y) ** 2
        layer.zero_grad()
        squares.sum().backward()
        assert layer.weight.grad is not None
        layer.weight.data -= USUAL * layer.weight.grad
        try:
            _ = shown(squares) if epoch % 2 == 0 else None
        except RuntimeError as refused:
            return epoch, str(refused)
    return 0, ""


def _faults(x: torch.Tensor, y: torch.Tensor, start: Sequence[float], epochs: int, offset: Fraction) -> Part:
    """Run the loop as it was posted, where it stops and where it goes wrong in silence."""
    import numpy as np
    import torch

    stopped, summed, silent, shifted = (_layer([start]) for _ in range(4))
    stops, refusal = _as_posted(stopped, x, y, epochs, torch.Tensor.item)
    runs = [_layer([start]) for _ in range(epochs)]
    for steps, run in enumerate(runs):
        train(run, x, y, USUAL, steps, [run.weight])
    column = torch.zeros(len(y), 1).double()
    unstopped = [_as_posted(run, x, to, epochs, torch.sum)[0] for run, to in ((summed, y), (silent, column))]
    try:
        train(silent, x, column, USUAL, 1, [silent.weight])
        refused = False
    except ValueError:
        refused = True
    exact = prove(pairs(x, y + float(offset), (1, 2)))
    nothing = [int(tap) for tap in prove(pairs(x, column.expand_as(y), (1, 2))).taps[0]]
    long = _layer([start])
    _as_posted(long, x, column, 50 * epochs, torch.sum)
    bent, floor = [float(tap) for tap in exact.taps[0]], exact.loss[0]
    last = train(shifted, x, y + float(offset), USUAL, 300, [shifted.weight])[-1]
    facts: dict[str, object] = {
        "refusal": refusal,
        "stops": stops,
        "updates": next(n for n, run in enumerate(runs) if torch.allclose(run.weight, stopped.weight)),
        "offset": offset,
        "bent": [bent],
        "floor": floor,
        "column": str(tuple(column.shape)),
        "shape": str(tuple(y.shape)),
        "lost": f"({', '.join(f'{tap:.2f}' for tap in silent.weight.flatten().tolist())})",
        "epochs": epochs,
        "nothing": f"({', '.join(map(str, nothing))})",
    }
    return facts, [
        _check(
            "the posted loop stops at its first print; with a sum it runs to the end",
            "原来的循环在第一次打印时报错，改成打印总和就能跑完",
            stops == 2 and unstopped[0] == 0,
        ),
        _check(
            "labels of shape {column} go through the posted loop to {nothing}; the repaired one refuses them",
            "形状为 {column} 的标签能通过原来的循环，最终得到 {nothing}；修好的循环则会拒绝",
            unstopped[1] == 0 and refused and np.allclose(long.weight.tolist(), [nothing]),
        ),
        _check(
            "with labels moved by {offset} and its bias left alone, the loop ends where exact least squares says",
            "标签加上 {offset}、偏置不动时，循环停在精确最小二乘给出的位置",
            np.allclose([*shifted.weight.flatten().tolist(), last], [*bent, float(floor)]),
        ),
    ]


def _limits(x: torch.Tensor, y: torch.Tensor, start: Sequence[float]) -> Part:
    """Compute the largest stable steps exactly, and try steps on both sides of them."""
    import numpy as np
    import sympy

    windows = _windows(x, (1, 2))
    gram = sympy.Matrix(windows.T @ windows)
    augmented = np.c_[windows, np.ones(len(windows), dtype=int)]
    low, high = sorted(map(int, gram.eigenvals()))
    with_bias = 1 / max(sympy.Matrix(augmented.T @ augmented).eigenvals(), key=float)
    ends = []
    for bound, trained in ((1 / high, 1), (float(with_bias), 2)):
        for share in (0.99, 1.01):
            layer = _layer([start])
            losses = train(layer, x, y, share * bound, 400, [layer.weight, layer.bias][:trained])
            ends.append(losses[-1] / losses[0])
    found = excite(x, (1, 2))
    steps = [law.largest_step for law in (found.without_bias, found.with_bias)]
    facts: dict[str, object] = {
        "gram": Tex(
            rf"R = {sympy.latex(gram, mat_delim='[')}, \quad \lambda_{{\min}} = {low}, "
            rf"\quad \lambda_{{\max}} = {high},"
        ),
        "limit": Fraction(1, high),
        "best": Fraction(1, low + high),
        "share": int(100 * Fraction(str(USUAL)) * high),
        "limit_with_bias": Tex(sympy.latex(with_bias)),
        "limit_value": float(with_bias),
    }
    return facts, [
        _check(
            "the loop converges one percent below each limit and diverges one percent above it",
            "学习率比每个上限低百分之一时循环收敛，高百分之一时发散",
            max(ends[::2]) < 0.1
            and min(ends[1::2]) > 10
            and np.allclose(steps, [1 / high, float(with_bias)]),
        )
    ]


def _losses(x: torch.Tensor, y: torch.Tensor, start: Sequence[float], epochs: int) -> Part:
    """Predict every loss of three runs, and run them."""
    import numpy as np

    steps = (USUAL, excite(x, (1, 2)).without_bias.best_step, USUAL)
    curves = []
    for lr, bias, trained in zip(steps, ("none", "none", "fit"), (1, 1, 2), strict=True):
        layer = _layer([start])
        measured = train(layer, x, y, lr, epochs, [layer.weight, layer.bias][:trained])
        law = descent(normal_equations(pairs(x, y, (1, 2), bias=bias)), least=0)
        begun = [*start, 0.0][: trained + 1]
        curves.append((lr, measured, [loss_at(law, begun, lr, step) for step in range(epochs)]))
    caption = {
        "en": "Loss of three runs: lines were computed before training, dots are what the loop then did.",
        "zh": "三次训练的损失：折线在训练之前算出，圆点是循环实际的结果。",
    }
    return {"figure": Figure(caption, lambda language: _drawn(curves, language))}, [
        _check(
            "all losses of the three runs are the predicted ones, to the rounding of floating-point numbers",
            "三次训练的所有损失都与预测一致，只差浮点数的舍入误差",
            all(np.allclose(measured, predicted, rtol=1e-9) for _, measured, predicted in curves),
        )
    ]


def _published() -> Part:
    """Predict the later losses of published runs from their first two, with the rounding of what was printed."""
    import numpy as np

    half = 0.0005  # three decimals were printed
    # by how much the two modes shrink in the two steps from one printed loss to the next
    powers = ((1 - 2 * USUAL * np.array([6, 30])) ** 4)[:, None] ** np.arange(5)
    rows: list[list[object]] = []
    agree = []
    for names, printed in PUBLISHED.items():
        later = [
            np.linalg.solve(powers[:, :2].T, np.add(printed[:2], off)) @ powers[:, 2:]
            for off in itertools.product((0, -half, half), repeat=2)
        ]
        agree += [np.min(later, 0) - half <= printed[2:], printed[2:] <= np.max(later, 0) + half]
        cells = [f"{seen:.3f} / {told:.3f}" for seen, told in zip(printed[2:], later[0], strict=True)]
        rows.append([dict(zip(("en", "zh"), names, strict=True)), *cells])
    heads = {
        "en": ["printed / predicted", *(f"epoch {epoch}" for epoch in (6, 8, 10))],
        "zh": ["打印值 / 预测值", *(f"第 {epoch} 轮" for epoch in (6, 8, 10))],
    }
    return {"published": Table(heads, rows)}, [
        _check(
            "the later losses that the textbook prints follow from its first two, within the rounding of the print",
            "教材打印的后续损失都能由前两个推出，误差不超过打印时的舍入",
            np.all(agree),
        )
    ]


def _taught(x: torch.Tensor) -> Part:
    """Find what the image determines of kernels of several sizes, and where the loop ends for the others."""
    import numpy as np
    import torch

    widths = range(1, x.shape[1] + 1)
    ranks = [excite(x, (1, width)).rank for width in widths]
    tall = [(height, width) for height in range(2, x.shape[0] + 1) for width in widths]
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    starts = np.zeros((3, 3), dtype=int), np.array([[1, 0, 2], [0, 3, 0], [-1, 1, 0]])
    # what a column lacks of its sum is shared out evenly: the nearest kernel that gives the labels
    ends = [begun + [Fraction(int(lack), 3) for lack in (sobel - begun).sum(0)] for begun in starts]
    dot = torch.zeros(5, 5).double()
    dot[2, 2] = 1
    found = excite(x, 3)
    reached = []
    for seen, begun, lr, steps in (
        (x, starts[0], found.without_bias.best_step, 300),
        (x, starts[1], found.without_bias.best_step, 300),
        (dot, starts[1], 0.5, 1),
    ):
        layer = _layer(begun.tolist())
        train(layer, seen, corr2d(seen, torch.tensor(sobel).double()), lr, steps, [layer.weight])
        reached.append(layer.weight.detach().numpy())
    heads = {"en": ("taps", "determined", "unique"), "zh": ("权重个数", "能确定的个数", "是否唯一")}
    unique = {True: {"en": "yes", "zh": "是"}, False: {"en": "no", "zh": "否"}}
    facts: dict[str, object] = {
        "ranks": Table(heads, [[n, rank, unique[rank == n]] for n, rank in zip(widths, ranks, strict=True)]),
        "sobel": sobel,
        "unknowns": sobel.size,
        "rank": found.rank,
        "from_zeros": Kernel.from_array(ends[0].tolist()),
        "start": starts[1],
        "from_start": Kernel.from_array(ends[1].tolist()),
        "side": len(dot),
        "half": Fraction(1, 2),
    }
    return facts, [
        _check(
            "the numbers of determined taps are the ranks of the windows, and no kernel of several rows is unique",
            "能确定的权重个数等于窗口矩阵的秩；多于一行的核都不唯一",
            ranks == [np.linalg.matrix_rank(_windows(x, (1, width))) for width in widths]
            and all(np.linalg.matrix_rank(_windows(x, size)) < size[0] * size[1] for size in tall),
        ),
        _check(
            "from both starts the loop ends at the kernels shown, and these give the same labels as Sobel's",
            "从两个起点出发，循环都停在所给的核上，而且它们与 Sobel 核给出同样的标签",
            all(np.allclose(run, end.astype(float)) for run, end in zip(reached, ends, strict=False))
            and not any((_windows(x, (3, 3)) @ (end - sobel).ravel()).any() for end in ends),
        ),
        _check(
            "one step on the bright pixel learns the Sobel kernel",
            "用只有一个亮点的图像，一步就学会 Sobel 核",
            np.allclose(reached[2], sobel),
        ),
    ]


def _check(en: str, zh: str, holds: object) -> Check:
    return Check({"en": en, "zh": zh}, bool(holds))


def _layer(taps: Sequence[Sequence[float]]) -> Conv2D:
    """Return the post's layer, in double precision, with taps to start from."""
    import torch

    from kernelkit.learning.layer import Conv2D

    layer = Conv2D((len(taps), len(taps[0]))).double()
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(taps))
    return layer


def _windows(x: torch.Tensor, size: tuple[int, int]) -> NDArray[np.int64]:
    """Return the windows of a whole-number image as the rows of a matrix."""
    import numpy as np

    windows = np.lib.stride_tricks.sliding_window_view(x.numpy().astype(np.int64), size)
    return windows.reshape(-1, size[0] * size[1])


def _drawn(curves: Sequence[tuple[float, Sequence[float], Sequence[float]]], language: Language) -> Drawn:
    """Draw losses as predicted and as measured."""
    from kernelkit.plot.style import COLOURS, dress, new_figure

    figure = new_figure(5.5, 3.4, layout="constrained")
    axes = figure.subplots()
    for (lr, measured, predicted), note, colour in zip(curves, _NOTES[language], COLOURS[1:], strict=False):
        axes.plot(predicted, color=colour, label=f"η = {lr:.3g}{note}")
        axes.plot(measured, "o", color=colour, markersize=4)
    dress(axes, *_AXES[language])
    axes.set_yscale("log")
    axes.set_ylim(1e-3, 1e5)
    axes.legend(frameon=False, loc="center right")
    return figure


_NOTES = {
    "en": (", bias kept", ", bias kept", ", bias trained"),
    "zh": ("，偏置不动", "，偏置不动", "，训练偏置"),
}
_AXES = {"en": ("step", "loss (sum of squares)"), "zh": ("步数", "损失（平方和）")}
