"""The exercises of the textbook's section on channels: composed kernels, what layers cost, blocks of channels."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kernelkit import Kernel, corr2d
from kernelkit.learning.composition import split
from kernelkit.nets.costs import conv_cost
from kernelkit.report.model import Answer, Check, Problem, Table, Tex

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PROBLEM = Problem(
    slug="textbook-channels",
    title={"en": "Exercises: many input and output channels", "zh": "习题：多输入多输出通道"},
    question={
        "en": "When are two kernels one, and one kernel two? What does a layer cost, forwards and backwards, and what "
        "if channels or padding double? Are two ways to compute it equal to the last bit? What do wider strips and "
        "blocks of channels save?",
        "zh": "两个核何时等于一个核，一个核何时能拆成两个？一层的前向和反向传播代价多大，通道数或填充加倍又如何？"
        "两种算法的结果完全相同吗？读取更宽的条带、把通道分块能省多少？",
    },
    source={
        "en": "Dive into Deep Learning, section 7.4 (Chinese edition 6.4), exercises",
        "zh": "《动手学深度学习》6.4 节“多输入多输出通道”（英文版 7.4 节）习题",
    },
    group="textbook",
    rank=4,
)

_TEXT = {
    "en": """
        In short: two kernels in a row are always one, but few kernels in the plane are two; work grows with
        the product of both channel counts, so doubling both costs {doubled} times as much; results summed in
        another order agree up to rounding; and $b$ blocks of channels cost a $b$-th.

        ## Two kernels in a row

        **Exercise.** Show that two convolutions without an activation between them are one. How large is it?
        Is every convolution two smaller ones?

        Write a kernel as a polynomial: the weight in column $j$ and row $i$ stands before $x^j y^i$. One
        kernel after another is the product of their polynomials. Exponents add, so sizes $k_1$ and $k_2$ make
        $k_1 + k_2 - 1$:

        {first}

        {second}

        {composed}

        The converse asks for factors, and in the plane most polynomials have none: of {tried} random kernels
        of {side} by {side} whole weights, {found} split. Among famous ones:

        {kernels}

        Why not the Laplacian? Its polynomial $p$ has degree two in $y$. It would factor only if its
        discriminant were a square, and that is

        {discriminant}

        with a factor that occurs once. Two ways out: along one axis every real kernel longer than three
        splits; and with more **channels** between the layers everything does. Two suffice here: the first
        layer takes a difference along each axis, the second takes it again, and adds.

        ## What a layer costs

        **Exercise.** Count the work and memory of the forward and the backward pass. And with a kernel of one
        pixel?

        With $c_i$ channels in, $c_o$ out, kernels of $k_h \\times k_w$ and an output of $h' \\times w'$, the
        forward pass takes $c_o c_i k_h k_w h' w'$ multiply-adds. It stores $c_o c_i k_h k_w$ weights,
        $c_i h w$ numbers in and $c_o h' w'$ out. With one pixel the factor $k_h k_w$ is gone. The backward
        pass computes two gradients, by the weights and by the input, each from the same products, so it does
        twice the work; it needs the input again, and memory for gradients as large as the weights and both
        sets of numbers.

        {costs}

        ## Doubling

        **Exercise.** What if both channel counts double? If the padding doubles?

        With both channel counts doubled, the work is {doubled} times as large. More padding adds rows and
        columns to the output only: here the work grows by a factor of {padded:.3f}.

        ## Equal results?

        **Exercise.** A convolution of one pixel is computed by loops and by a product of matrices. Are the
        results exactly the same?

        As formulas yes, as computed numbers not quite: rounded sums depend on their order. Adding {terms}
        products forwards and backwards in single precision gave another last digit in some of {outputs}
        outputs; all agree within the bound for rounding.

        ## Any window as a product of matrices

        **Exercise.** Write the layer as a product of matrices when windows are larger than one pixel.

        Lay each window, all channels of it, into a column of $c_i k_h k_w$ numbers, and each kernel into a
        row. The product of the two matrices is the output, $c_o$ rows of $h' w'$ numbers.

        ## Wider strips

        **Exercise.** A kernel of width $k$ reads a strip of $k$ columns for one column of output. What if it
        reads $k + \\Delta$ columns at once?

        They give $\\Delta + 1$ columns of output, so each costs $(k + \\Delta) / (\\Delta + 1)$ columns of
        reading, which tends to one. For {width}:

        {strips}

        The strip must fit into the fast memory of the processor; that limits $\\Delta$.

        ## Blocks of channels

        **Exercise.** How much faster is a matrix of $b$ blocks? What is lost, and how can it be mended?

        It is $b$ times faster: {grouped} multiply-adds in place of {whole} with {blocks} blocks. But nothing
        passes from one block to another. Shuffling the channels between two such layers mends it: then every
        output depends on every input. A convolution of one pixel over all channels does so too.
    """,
    "zh": """
        简单地说：连续两个核总等于一个核，但二维的核大多拆不成两个；计算量与两个通道数的乘积成正比，
        两者都加倍，代价是 {doubled} 倍；求和次序不同，结果只差舍入误差；通道分成 $b$ 块，代价是 $b$ 分之一。

        ## 连续两个核

        **题目**：证明中间没有激活函数的两次卷积等于一次卷积。它的核有多大？反过来，每个卷积都能拆成两个更小的
        吗？

        把核写成多项式：第 $j$ 列、第 $i$ 行的权重放在 $x^j y^i$ 前面。先用一个核再用另一个，就是多项式相乘。
        指数相加，所以大小 $k_1$ 和 $k_2$ 合成 $k_1 + k_2 - 1$：

        {first}

        {second}

        {composed}

        反过来就是因式分解，而二元多项式大多不能分解：{tried} 个随机的 {side} × {side} 整数核中，能拆的有
        {found} 个。几个有名的核：

        {kernels}

        拉普拉斯核为什么不行？它的多项式 $p$ 关于 $y$ 是二次的，只有判别式是完全平方时才能分解，而判别式是

        {discriminant}

        其中有一个因式只出现一次。出路有两条：一维的实数核只要权重多于三个都能拆；如果两层之间有更多**通道**，
        任何核都能拆。这里两个通道就够：第一层沿两个轴各求一次差分，第二层再各求一次，然后相加。

        ## 一层的代价

        **题目**：计算前向和反向传播的计算量与内存。如果核只有一个像素呢？

        设输入 $c_i$ 个通道，输出 $c_o$ 个，核为 $k_h \\times k_w$，输出为 $h' \\times w'$，前向传播要做
        $c_o c_i k_h k_w h' w'$ 次乘加，存储 $c_o c_i k_h k_w$ 个权重、$c_i h w$ 个输入和 $c_o h' w'$ 个输出。
        核只有一个像素时，就少了因子 $k_h k_w$。反向传播要求两个梯度，对权重的和对输入的，
        用到的乘积与前向相同，所以计算量是前向的两倍；它还要用到输入，并要存放与权重、输入、
        输出同样大小的梯度。

        {costs}

        ## 加倍

        **题目**：输入和输出通道数都加倍会怎样？填充加倍呢？

        通道数都加倍，计算量变成 {doubled} 倍。填充加倍只使输出多几行几列：这里计算量变成 {padded:.3f} 倍。

        ## 结果相同吗

        **题目**：单像素的卷积既可以用循环算，也可以用矩阵乘法算，两个结果完全相同吗？

        数学上相同，实际算出的数却不完全相同：有舍入误差时，和与求和的次序有关。用单精度把 {terms}
        个乘积从前往后加、从后往前加，{outputs} 个输出中有一些的末位不同；差别都在舍入误差的界限之内。

        ## 任意窗口写成矩阵乘法

        **题目**：窗口大于一个像素时，怎样把这一层写成矩阵乘法？

        把每个窗口的所有通道排成一列，共 $c_i k_h k_w$ 个数；把每个核排成一行。
        两个矩阵的乘积就是输出：$c_o$ 行，每行 $h' w'$ 个数。

        ## 更宽的条带

        **题目**（英文版）：宽为 $k$ 的核读入 $k$ 列宽的条带，得到一列输出。如果一次读入 $k + \\Delta$ 列呢？

        得到 $\\Delta + 1$ 列输出，平均每列要读 $(k + \\Delta) / (\\Delta + 1)$ 列，趋于一。{width} 时：

        {strips}

        条带要放得进处理器的高速缓存，$\\Delta$ 因此有上限。

        ## 通道分块

        **题目**（英文版）：分成 $b$ 块的矩阵快多少？失去了什么？怎样弥补？

        快 $b$ 倍：分成 {blocks} 块时，{grouped} 次乘加，而不是 {whole} 次。但是块与块之间不再有联系。
        在两个这样的层之间把通道打乱重排就能弥补：这样每个输出又依赖于每个输入。跨所有通道的单像素卷积也可以。
    """,
}

_FIRST = ((1, 0, 2, -1), (0, 1, 1, 2))
_SECOND = ((1, 2, 0), (0, -1, 1), (3, 0, 1))
_LAPLACIAN = ((0, 1, 0), (1, -4, 1), (0, 1, 0))
_FAMOUS = (
    ({"en": "Sobel", "zh": "Sobel 核"}, ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))),
    ({"en": "binomial blur", "zh": "二项式模糊核"}, ((1, 2, 1), (2, 4, 2), (1, 2, 1))),
    ({"en": "Laplacian, five points", "zh": "五点拉普拉斯核"}, _LAPLACIAN),
)
_LAYER = {"c_in": 3, "c_out": 16, "kernel": 5, "size": 32, "padding": 2}


def solve(*, tried: int = 200, terms: int = 256, outputs: int = 100, seed: int = 0) -> Answer:
    """Answer the exercises.

    Parameters
    ----------
    tried
        Random kernels that are split.
    terms, outputs
        Products in a sum of rounded numbers, and how many sums.
    seed
        Of all random numbers.
    """
    import numpy as np
    import sympy

    random = np.random.default_rng(seed)
    first, second = Kernel.from_array(_FIRST), Kernel.from_array(_SECOND)
    side = 3
    splits = [split(Kernel.from_array(random.integers(-9, 10, (side, side)))) for _ in range(tried)]
    laplacian = _polynomial(_LAPLACIAN)
    discriminant = sympy.discriminant(laplacian, sympy.Symbol("y"))
    layer, doubled, padded, pixel = (
        conv_cost(**_LAYER | change)  # type: ignore[arg-type]  # sizes, no word
        for change in ({}, {"c_in": 6, "c_out": 32}, {"padding": 4}, {"kernel": 1, "padding": 0})
    )
    blocks = 4
    whole, grouped = (conv_cost(8, 12, 3, 10, padding=1, groups=g).multiply_adds for g in (1, blocks))
    width = 5
    difference, bound = _rounding(random, terms, outputs)
    return Answer(
        text=_TEXT,
        facts={
            "first": Tex(f"K_1 = {_matrix(_FIRST)},"),
            "second": Tex(f"K_2 = {_matrix(_SECOND)},"),
            "composed": Tex(rf"K_1 \ast K_2 = {_matrix((first @ second).dense())}."),
            "tried": tried,
            "side": side,
            "found": sum(len(one.factors) > 1 for one in splits),
            "kernels": Table(
                {
                    "en": ("kernel", "polynomial, factored", "smaller kernels"),
                    "zh": ("核", "多项式（已分解）", "能拆成几个"),
                },
                [
                    [
                        words,
                        Tex(sympy.latex(sympy.factor(_polynomial(taps)))),
                        len(split(Kernel.from_array(taps)).factors),
                    ]
                    for words, taps in _FAMOUS
                ],
            ),
            "discriminant": Tex(sympy.latex(sympy.factor(discriminant)) + ","),
            "costs": Table(
                {
                    "en": ("layer", "multiply-adds", "weights", "numbers in", "numbers out"),
                    "zh": ("层", "乘加", "权重", "输入", "输出"),
                },
                [
                    [words, cost.multiply_adds, cost.weights, cost.values_in, cost.values_out]
                    for words, cost in (
                        (_words("{c_in} → {c_out}, {kernel} × {kernel}", {}), layer),
                        (_words("{c_in} → {c_out}, {kernel} × {kernel}", {"kernel": 1}), pixel),
                        (_words("{c_in} → {c_out}, {kernel} × {kernel}", {"c_in": 6, "c_out": 32}), doubled),
                    )
                ],
            ),
            "doubled": doubled.multiply_adds // layer.multiply_adds,
            "padded": padded.multiply_adds / layer.multiply_adds,
            "terms": terms,
            "outputs": outputs,
            "width": Tex(f"k = {width}"),
            "strips": Table(
                {
                    "en": ("columns read", "columns of output", "read for each"),
                    "zh": ("读入列数", "输出列数", "平均每列读入"),
                },
                [[width + more, more + 1, Fraction(width + more, more + 1)] for more in (0, 1, 3, 7, 15)],
            ),
            "grouped": grouped,
            "whole": whole,
            "blocks": blocks,
        },
        checks=(
            Check(
                {
                    "en": "the composed kernel does to a random picture what the two do one after another",
                    "zh": "对随机图像，合成的核与先后使用两个核结果相同",
                },
                _composes(random, first @ second),
            ),
            Check(
                {
                    "en": "the discriminant is no square, and the Laplacian is proved to be no composition",
                    "zh": "判别式不是完全平方，并已证明拉普拉斯核不能拆分",
                },
                any(times % 2 for times in sympy.roots(discriminant, sympy.Symbol("x")).values())
                and split(Kernel.from_array(_LAPLACIAN)).irreducible == "over the complex numbers",
            ),
            Check(
                {
                    "en": "smaller kernels make the Laplacian through two channels, and random kernels through more",
                    "zh": "更小的核经过两个通道组成拉普拉斯核，经过更多通道组成任意的随机核",
                },
                _laplacian_through_two_channels(random) and _any_through_shifts(random),
            ),
            Check(
                {
                    "en": "along one axis, random real kernels split into kernels of at most three weights",
                    "zh": "随机的一维实数核都能拆成不超过三个权重的核",
                },
                all(_splits_on_a_line(random.normal(size=n)) for n in range(4, 10)),
            ),
            Check(
                {
                    "en": "products counted one by one agree with the formula",
                    "zh": "逐个数出的乘法次数与公式一致",
                },
                _counted_products(2, 3, (2, 3), (5, 6)) == conv_cost(2, 3, (2, 3), (5, 6)).multiply_adds,
            ),
            Check(
                {
                    "en": "two orders of summation differ, but by less than the bound for rounding",
                    "zh": "两种求和次序的结果不同，差别小于舍入误差的界限",
                },
                0 < difference < bound,
            ),
            Check(
                {
                    "en": "the product of matrices is the layer, for random channels and windows",
                    "zh": "对随机的通道和窗口，矩阵乘法就是这一层",
                },
                _is_product(random),
            ),
            Check(
                {
                    "en": "after two layers of blocks each output sees its own block; shuffled between, all channels",
                    "zh": "两层分块之后，每个输出只看到自己的块；中间打乱后看到所有通道",
                },
                _seen(8, 2, shuffled=False) == 8 // 2 and _seen(8, 2, shuffled=True) == 8,
            ),
        ),
    )


def _polynomial(taps: Any) -> Any:  # noqa: ANN401 - a table of numbers; an expression of sympy's
    import sympy

    x, y = sympy.symbols("x y")
    return sum(tap * x**j * y**i for i, row in enumerate(taps) for j, tap in enumerate(row))


def _words(template: str, change: dict[str, int]) -> str:
    return template.format(**_LAYER | change)


def _composes(random: np.random.Generator, composed: Kernel) -> bool:
    import numpy as np

    picture = random.integers(-9, 10, (9, 10))
    one = corr2d(picture, np.array(composed.dense(), dtype=int))
    return np.array_equal(corr2d(corr2d(picture, _FIRST), _SECOND), one)


def _laplacian_through_two_channels(random: np.random.Generator) -> bool:
    """Take x(y-1)(y-1) + y(x-1)(x-1): differences along each axis, twice."""
    import numpy as np

    along = np.array([[[[0, -1], [0, 1]]], [[[0, 0], [-1, 1]]]])  # x(y-1) and y(x-1), one channel to two
    again = np.array([[[[-1, 0], [1, 0]], [[-1, 1], [0, 0]]]])  # (y-1) and (x-1), two channels to one
    picture = random.integers(-9, 10, (1, 7, 8))
    return np.array_equal(corr2d(corr2d(picture, along), again)[0], corr2d(picture[0], _LAPLACIAN))


def _any_through_shifts(random: np.random.Generator) -> bool:
    """Let the first layer only shift; the second then holds the weights, each behind the shift it needs."""
    import numpy as np

    kernel, picture = random.integers(-9, 10, (3, 3)), random.integers(-9, 10, (1, 7, 8))
    shifts = np.eye(4, dtype=int).reshape(4, 1, 2, 2)
    weights = np.zeros((1, 4, 2, 2), dtype=int)
    for i, j in np.ndindex(3, 3):
        down, right = min(i, 1), min(j, 1)
        weights[0, 2 * down + right, i - down, j - right] = kernel[i, j]
    return np.array_equal(corr2d(corr2d(picture, shifts), weights)[0], corr2d(picture[0], kernel))


def _splits_on_a_line(kernel: NDArray[np.float64]) -> bool:
    """Pair each complex root with its conjugate, and multiply the real factors again."""
    import numpy as np

    roots = np.roots(kernel)
    factors = [np.array([1, -root.real]) for root in roots if root.imag == 0]
    factors += [np.array([1, -2 * root.real, abs(root) ** 2]) for root in roots if root.imag > 0]
    product = kernel[:1]
    for factor in factors:
        product = np.convolve(product, factor)
    return len(product) == len(kernel) and bool(np.allclose(product, kernel))


def _counted_products(c_in: int, c_out: int, kernel: tuple[int, int], size: tuple[int, int]) -> int:
    """Count pairs of a weight and a window that fits."""
    places = itertools.product(*(range(n) for n in (c_out, c_in, *kernel, *size)))
    return sum(i + kernel[0] <= size[0] and j + kernel[1] <= size[1] for _, _, _, _, i, j in places)


def _rounding(random: np.random.Generator, terms: int, outputs: int) -> tuple[float, float]:
    """Return the largest difference of two orders of summation in single precision, and what bounds it."""
    import numpy as np

    products = random.normal(size=(terms, outputs)).astype(np.float32)
    forwards = backwards = np.zeros(outputs, dtype=np.float32)
    for one, other in zip(products, products[::-1], strict=True):
        forwards, backwards = forwards + one, backwards + other
    bound = 2 * terms * float(np.finfo(np.float32).eps) * np.abs(products).sum(axis=0).max()
    return float(np.abs(forwards - backwards).max()), float(bound)


def _is_product(random: np.random.Generator) -> bool:
    import numpy as np
    from numpy.lib.stride_tricks import sliding_window_view

    picture, weights = random.integers(-9, 10, (3, 6, 7)), random.integers(-9, 10, (4, 3, 2, 3))
    windows = sliding_window_view(picture, (2, 3), axis=(1, 2))  # channels, rows, columns, then the window
    columns = np.moveaxis(windows, 0, 2).reshape(-1, 3 * 2 * 3).T
    out = corr2d(picture, weights)
    return np.array_equal(weights.reshape(4, -1) @ columns, out.reshape(4, -1))


def _seen(channels: int, blocks: int, *, shuffled: bool) -> int:
    """Return how many channels the first output sees through two layers of blocks."""
    import numpy as np

    layer = np.kron(np.eye(blocks, dtype=int), np.ones((channels // blocks,) * 2, dtype=int))
    order = np.arange(channels)
    if shuffled:
        order = order.reshape(blocks, -1).T.ravel()
    return int(np.count_nonzero((layer @ layer[order])[0]))


def _matrix(entries: Any) -> str:  # noqa: ANN401 - any table of numbers
    body = r" \\ ".join(" & ".join(map(str, row)) for row in entries)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"
