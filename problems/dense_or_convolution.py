"""What a convolution leaves out of a fully connected layer, and what that does about shifts."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from kernelkit import corr2d
from kernelkit.report.model import Answer, Check, Figure, Problem, Table, Tex

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.figure import Figure as Drawn
    from numpy.typing import NDArray

    from kernelkit.report.model import Language

    Whole = NDArray[np.int64]

PROBLEM = Problem(
    slug="dense-or-convolution",
    title={"en": "Fully connected or convolutional", "zh": "全连接还是卷积"},
    question={
        "en": "What does a convolution save compared with a fully connected layer? Can an MLP really not represent "
        "the structure of images? And is a convolution invariant to translation?",
        "zh": "与全连接层相比，卷积省下了什么？MLP 真的无法表示图像的空间结构吗？卷积具有平移不变性吗？",
    },
    source={
        "en": "The post, “Some features of pictures”; Dive into Deep Learning, “From Fully Connected Layers to "
        "Convolutions”",
        "zh": "博客“一些关于图片的特征”；《动手学深度学习》“从全连接层到卷积”一节",
    },
    group="post",
    rank=7,
)

_TEXT = {
    "en": """
        A convolutional layer is a fully connected layer under two restrictions: all outputs share one set of weights,
        and each output sees only its neighbourhood. For an image of {side:d} by {side:d} pixels this takes {dense}
        weights down to {shared}, and then to {local}. An MLP can represent a convolution; it merely has to learn
        every copy of the weights from data. And a convolution is not *invariant* to translation but *equivariant*:
        when the image moves, the output moves along.

        ## The two restrictions

        In a fully connected layer every output pixel $(i, j)$ has a weight of its own for every input pixel. Write
        them by the offset $(a, b)$ between the two:

        $$H_{i,j} = u_{i,j} + \\sum_{a,b} V_{i,j,a,b}\\, X_{i+a,j+b}.$$

        **Translation.** The same pattern shall give the same response everywhere. Then neither $V$ nor the bias $u$
        can depend on $(i, j)$.

        **Locality.** Pixels far away shall not matter: $V_{a,b} = 0$ where
        $\\lvert a\\rvert > \\Delta$ or $\\lvert b\\rvert > \\Delta$. These are the two conditions that are missing from
        the post. What is left is the convolutional layer

        $$H_{i,j} = u + \\sum_{a=-\\Delta}^{\\Delta} \\sum_{b=-\\Delta}^{\\Delta} V_{a,b}\\, X_{i+a,j+b}.$$

        Its weights, for $n$ by $n$ pixels in and out, and with {reach}:

        {counts}

        Offsets run from $-(n-1)$ to $n-1$, and from $-\\Delta$ to $\\Delta$, the zero included. The textbook rounds
        both counts, to {rounded} and to {rounded_local}.

        ## An MLP can represent it

        Read an image of {rows} by {rows} pixels row by row. The kernel with the rows $(p, q)$ and $(r, s)$ is then a
        matrix, one row for each output:

        {matrix}

        Of {entries} weights only {filled} are not zero, and only {different} are different. Entries repeat along the
        diagonals of each block, and blocks along the diagonals of blocks: a *doubly blocked Toeplitz matrix*. The post
        says that an MLP cannot represent what is known about space; in truth it does not know it in advance.

        The post also speaks of linear neurons. An MLP needs an activation after each hidden layer: without one, two
        layers $A$ and $B$ compute $B(Ax) = (BA)x$, which is a single layer.

        ## Equivariant, not invariant

        {figure}

        Shift the image, and the response is the same, at the shifted place. Three things break this:

        - **A stride.** With a stride of $s$, only shifts by multiples of $s$ come out as shifts.
        - **Padding.** Windows that hang over the border see zeros instead of the image. Only their outputs change.
        - **The border itself.** What moves out of the image is lost.

        Here a signal meets the kernel {kernel}, before and after it is moved by one place. With a stride of two, the
        second output is no shift of the first:

        {strides}

        Invariance takes another step, which throws the position away: the maximum of the whole output, for example,
        stays the same wherever the pattern lies. Pooling over small windows is only a little of that.
    """,
    "zh": """
        卷积层就是加了两条限制的全连接层：所有输出共用一组权重，每个输出只看自己的邻域。
        对 {side:d} × {side:d} 像素的图像，权重先从 {dense} 个降到 {shared} 个，再降到 {local} 个。MLP
        能够表示卷积，只是每一份相同的权重都得从数据中各学一遍。另外，卷积具有的不是平移**不变性**，
        而是平移**等变性**：图像移动，输出跟着移动。

        ## 两条限制

        在全连接层中，每个输出像素 $(i, j)$ 对每个输入像素都有单独的权重。用两者之间的偏移 $(a, b)$ 来写：

        $$H_{i,j} = u_{i,j} + \\sum_{a,b} V_{i,j,a,b}\\, X_{i+a,j+b}.$$

        **平移**：同样的图案出现在任何位置都应得到同样的响应，所以 $V$ 和偏置 $u$ 都不能依赖 $(i, j)$。

        **局部性**：远处的像素不应有影响：当 $\\lvert a\\rvert > \\Delta$
        或 $\\lvert b\\rvert > \\Delta$ 时，$V_{a,b} = 0$。博客中“不关心……或者……的情况”
        丢失的就是这两个条件。剩下的就是卷积层

        $$H_{i,j} = u + \\sum_{a=-\\Delta}^{\\Delta} \\sum_{b=-\\Delta}^{\\Delta} V_{a,b}\\, X_{i+a,j+b}.$$

        输入、输出都是 $n \\times n$ 像素，取 {reach}，权重个数为：

        {counts}

        偏移从 $-(n-1)$ 到 $n-1$，或从 $-\\Delta$ 到 $\\Delta$，都包括零。教材给出的 {rounded} 和
        {rounded_local} 是近似值。

        ## MLP 能够表示卷积

        把 {rows} × {rows} 的图像逐行排成向量。两行分别为 $(p, q)$ 和 $(r, s)$ 的卷积核就相当于一个矩阵，
        每个输出对应一行：

        {matrix}

        {entries} 个权重中只有 {filled} 个不为零，互不相同的只有 {different} 个。每一块内沿对角线重复，
        各块之间也沿对角线重复，这叫**双重分块 Toeplitz 矩阵**。所以博客说 MLP“无法表示这种已知的关系”，
        准确的说法是：MLP 事先并不知道这种关系。

        博客还说 MLP 由“线性神经元”组成，但神经元不能是线性的：如果中间没有激活函数，$A$、$B$ 两层算出的
        $B(Ax) = (BA)x$ 只相当于一层。

        ## 等变，而不是不变

        {figure}

        图像平移以后，响应不变，只是换到了平移后的位置。有三种情况会破坏这一点：

        - **步幅**：步幅为 $s$ 时，只有平移量是 $s$ 的倍数，输出才是原输出的平移。
        - **填充**：伸出边界的窗口看到的是零而不是图像，只有这些输出会改变。
        - **边界本身**：移出图像的部分就丢失了。

        下面用卷积核 {kernel} 处理一个信号，再把信号平移一格重做一遍。步幅为二时，后一次的输出并不是前一次的平移：

        {strides}

        要得到不变性，还需要一步来丢掉位置信息：例如对整个输出取最大值，无论图案在哪里，结果都一样。
        小窗口的池化只做了其中的一小部分。
    """,
}


def solve(*, side: int = 1000, reach: int = 5, trials: int = 20, seed: int = 0) -> Answer:
    """Count weights, write a convolution as a matrix, and shift images."""
    import numpy as np

    rows = 3
    matrix = _matrix(np.array([["p", "q"], ["r", "s"]]), (rows, rows), "0")
    lines = r" \\ ".join(" & ".join(line) for line in matrix)
    counts = {"dense": side**4, "shared": (2 * side - 1) ** 2, "local": (2 * reach + 1) ** 2}
    formulas = ("n^4", "(2n-1)^2", r"(2\Delta+1)^2")
    heads = {"en": ("layer", "weights", "here"), "zh": ("层", "权重个数", "此处")}
    caption = {
        "en": "A pattern (above) and its response to the kernel {edge} (below), before and after a shift.",
        "zh": "图案（上）及其对卷积核 {edge} 的响应（下），左为平移之前，右为平移之后。",
    }
    kernel = np.array([[1, 3]])
    picture = np.zeros((9, 12), dtype=int)
    picture[1:5, 2:4] = picture[4:6, 2:6] = 1
    facts = {
        **counts,
        "side": side,
        "reach": Tex(rf"\Delta = {reach}"),
        "counts": Table(
            heads, [[_LAYERS[name], Tex(f), counts[name]] for name, f in zip(counts, formulas, strict=True)]
        ),
        "rounded": Tex(rf"{4 * side**2 // 10**6} \times 10^6"),
        "rounded_local": Tex(r"4\Delta^2"),
        "rows": rows,
        "matrix": Tex(rf"\begin{{bmatrix}} {lines} \end{{bmatrix}}"),
        "entries": matrix.size,
        "filled": int((matrix != "0").sum()),
        "different": len(set(matrix.flatten()) - {"0"}),
        "edge": EDGE,
        "figure": Figure(caption, lambda language: _drawn(picture, (2, 5), language)),
        "kernel": kernel,
        "strides": _strides(np.array([[0, 0, 5, 1, 0, 0, 2, 0]]), kernel),
    }
    random = np.random.default_rng(seed)
    return Answer(_TEXT, facts, _checks(random, trials))


def _matrix(kernel: NDArray[Any], shape: tuple[int, int], zero: object) -> NDArray[Any]:
    """Return the matrix that correlates images of a shape, read row by row, with a kernel."""
    import numpy as np

    (height, width), (h, w) = shape, kernel.shape
    outputs = list(itertools.product(range(height - h + 1), range(width - w + 1)))
    matrix = np.full((len(outputs), height * width), zero, dtype=kernel.dtype)
    for row, (i, j) in zip(matrix, outputs, strict=True):
        for (a, b), tap in np.ndenumerate(kernel):
            row[(i + a) * width + j + b] = tap
    return matrix


def _strides(signal: Whole, kernel: Whole) -> Table:
    """Return what two strides make of a signal and of the same moved by one."""
    import numpy as np

    moved = np.pad(signal, ((0, 0), (1, 0)))[:, :-1]
    rows: list[list[object]] = []
    for name, words in _ROWS.items():
        stride = (1, int(name)) if name else None
        for which, given in zip(_WHICH, (signal, moved), strict=True):
            values = given if stride is None else corr2d(given, kernel, stride=stride)
            rows.append([{language: words[language] + which[language] for language in words}, values[0]])
    return Table({"en": ("", "values"), "zh": ("", "数值")}, rows)


def _checks(random: np.random.Generator, trials: int) -> list[Check]:
    """Count pairs of pixels one by one, and shift random whole-number images, which are compared exactly."""
    import numpy as np
    from scipy.signal import correlate2d  # type: ignore[import-untyped]  # scipy ships no types

    counted: list[bool] = []
    for n in range(2, 7):
        pixels = list(itertools.product(range(n), repeat=2))
        offsets = [(c - a, d - b) for (a, b), (c, d) in itertools.product(pixels, repeat=2)]
        near = {offset for offset in offsets if max(map(abs, offset)) < n - 1}
        counted += [
            len(offsets) == n**4,
            len(set(offsets)) == (2 * n - 1) ** 2,
            len(near) == (2 * n - 3) ** 2,
        ]
    dense: list[bool] = []
    moved: list[bool] = []
    strides: list[bool] = []
    padded: list[bool] = []
    for _ in range(trials):
        scene, kernel = random.integers(-9, 10, (16, 24)), random.integers(1, 10, (3, 3))
        whole = correlate2d(scene, kernel, "valid")
        dense.append(np.array_equal(_matrix(kernel, scene.shape, 0) @ scene.ravel(), whole.ravel()))
        for i, j in itertools.product(range(4), repeat=2):
            out = corr2d(scene[i : i + 10, j : j + 12], kernel)
            moved.append(np.array_equal(out, whole[i : i + 8, j : j + 10]))
        for stride, shift in itertools.product((2, 3, 4), range(9)):
            out, base = corr2d(scene[:, shift : shift + 14], kernel, stride=(1, stride)), whole[:, ::stride]
            found = any(
                np.array_equal(out, base[:, at : at + out.shape[1]]) for at in range(shift // stride + 2)
            )
            strides.append(found == (shift % stride == 0))
        unlike = corr2d(scene[1:-1, 1:-1], kernel, padding=1) != whole
        padded.append(bool(unlike.any() and not unlike[1:-1, 1:-1].any()))
    tops = set()
    for i, j in itertools.product(range(2, 10), repeat=2):
        image = np.zeros((14, 14), dtype=int)
        image[i : i + 2, j : j + 2] = [[1, 2], [3, 5]]
        tops.add(int(corr2d(image, kernel).max()))
    return [
        _check(
            "the formulas count the weights of small images, pair by pair of pixels",
            "对小图像逐对像素计数，结果与公式一致",
            counted,
        ),
        _check(
            "the matrix gives the correlation of random images, as SciPy computes it",
            "用矩阵算出的结果与 SciPy 对随机图像算出的互相关一致",
            dense,
        ),
        _check(
            "the outputs of a shifted image are the shifted outputs, exactly",
            "图像平移后的输出恰好是原输出的平移",
            moved,
        ),
        _check(
            "with a stride they are so for multiples of the stride only",
            "步幅大于一时，只有平移量是步幅的倍数才如此",
            strides,
        ),
        _check(
            "padding with zeros changes outputs at the border and no others",
            "用零填充只改变边界上的输出",
            padded,
        ),
        _check(
            "the maximum of the whole output does not depend on where the pattern lies",
            "整个输出的最大值与图案的位置无关",
            [len(tops) == 1],
        ),
    ]


def _check(en: str, zh: str, held: list[bool]) -> Check:
    return Check({"en": en, "zh": zh}, all(held))


def _drawn(picture: Whole, shift: tuple[int, int], language: Language) -> Drawn:
    """Draw a picture and its response, before and after a shift."""
    import numpy as np

    from kernelkit.plot.style import SMALL, new_figure, tints

    figure = new_figure(5.5, 3.6, layout="constrained")
    for column, image in enumerate((picture, np.roll(picture, shift, axis=(0, 1)))):
        for row, values in enumerate((image, corr2d(image, EDGE))):
            axes = figure.add_subplot(2, 2, 2 * row + column + 1)
            axes.pcolormesh(values, cmap=tints(), vmin=-1, vmax=1, edgecolors="#e4e4e4", linewidth=0.4)
            axes.set_aspect("equal")
            axes.set_xlim(0, picture.shape[1])
            axes.invert_yaxis()
            axes.set_xticks([])
            axes.set_yticks([])
            if column == 0:
                axes.set_ylabel(_PANELS[language][row], fontsize=SMALL)
    return figure


EDGE = [[1, -1]]
_LAYERS = {
    "dense": {"en": "fully connected", "zh": "全连接"},
    "shared": {"en": "shared weights", "zh": "共用权重"},
    "local": {"en": "shared and local", "zh": "共用且局部"},
}
_ROWS = {
    "": {"en": "signal", "zh": "信号"},
    "1": {"en": "stride one", "zh": "步幅为一"},
    "2": {"en": "stride two", "zh": "步幅为二"},
}
_WHICH = {"en": "", "zh": ""}, {"en": ", moved", "zh": "，平移后"}
_PANELS = {"en": ("image", "response"), "zh": ("图像", "响应")}
