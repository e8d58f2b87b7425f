"""What the correlation of a convolution layer and that of attention have to do with each other."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from kernelkit import corr2d
from kernelkit.learning.attention import attend, quadratic, rebuilt, scores
from kernelkit.learning.heads import count_heads
from kernelkit.report.model import Answer, Check, Figure, Problem, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from matplotlib.figure import Figure as Drawn
    from numpy.typing import NDArray

    from kernelkit.learning.attention import Heads

    Floats = NDArray[np.float64]

PROBLEM = Problem(
    slug="attention",
    title={"en": "Correlation in convolutions and in attention", "zh": "卷积中的互相关与注意力中的互相关"},
    question={
        "en": "A convolution layer computes a cross-correlation. What has that to do with the cross-correlation in "
        "attention?",
        "zh": "卷积层做的是互相关运算。这种互相关运算和注意力机制中的互相关运算有什么关系呢？",
    },
    source={"en": "The post, “Convolution layers”", "zh": "博客“卷积层”一节"},
    group="post",
    rank=5,
)

_TEXT = {
    "en": """
        It is the first step of attention. Attention compares a *query* with many *keys* by scalar products (the
        *scores*), turns scores into positive weights that sum to one (the *softmax*), and averages *values* with these
        weights. A convolution layer is the comparison alone: its kernel is a query that was learned and stays fixed,
        and the patches of the picture are the keys. The other way round, a few heads of softmax attention compute any
        convolution exactly.

        ## The scores are the correlation

        Write every patch of the picture, as large as the kernel, as a row of a matrix $A$. Its product with the
        weights of the kernel in one column, $A\\,k$, is the output of the layer, and it is also the list of scores of
        the query $k$. In self-attention every patch is a query too: then all scores, before any learned map, are
        $A A^\\top$. Apart from zeros, that has the same eigenvalues as the matrix $A^\\top A$, which decides how fast
        a kernel is learned.

        ## What differs

        {differences}

        The last row means: exchange pixels as you like, and attention exchanges its outputs alike. It sees no
        neighbourhood unless positions are put in. A convolution sees nothing else.

        ## A convolution made of attention

        Give a head scores that depend only on where a key stands relative to the query. Then its softmax weights $p$
        are the same everywhere: the head is a blur. **One head cannot be a derivative.** It maps a constant
        picture to that constant times a factor. A derivative must give zero, so the factor would be zero, and with it
        the whole head. Two heads can. For the Laplacian, whose corners are zero and therefore masked:

        {split}

        Both columns on the right are positive and sum to one over the centre and its neighbours, as a softmax
        requires. Multiplied by their factors, which belong to the values, they add up to the kernel.

        **How many heads?** Let the map of each head's values be any matrix of $c_o \\times c_i$, output by input
        channels. Put the weights of a layer in a table, a row for each position of the window and a column
        for each pair of channels, and let $r$ be its rank. $h$ heads have only $h$ patterns $p$, so $h \\ge r$. With
        $h = r$ the patterns span exactly the columns, so some combination of columns must be positive everywhere.
        If there is one, $r$ heads are enough: nudge it in $r$ directions. If not, $r+1$ are: add the even blur.
        So never more than the window has positions.

        {counts}

        Rebuilt from so many heads, all these layers agree with the convolution to better than {limit:.0e} of the
        largest output. Cordonnier, Loukas and Jaggi take one head for each position instead ({positions} here),
        with scores that fall with the square of the distance. That is never exact, but its error shrinks like
        $e^{-\\alpha}$ with the sharpness $\\alpha$:

        {figure}

        ## At the border

        A convolution pads with zeros. A softmax shares all its weight among the keys that exist, so beside the border
        the others get more. On a random picture of variance one the Laplacian made of heads is then exact
        inside and wrong by more than {wrong} on the border. With tokens of value zero around the picture
        it is exact everywhere.
    """,
    "zh": """
        卷积做的正是注意力的第一步。注意力先用内积把一个“查询”和许多“键”逐一比较，得到“分数”；再用 softmax
        把分数变成总和为一的正权重；最后用这些权重对“值”求平均。卷积层只做比较这一步：卷积核就是一个学好以后固定不变的查询，
        图像的各个小块就是键。反过来，几个 softmax 注意力头合起来，可以精确地算出任何卷积。

        ## 分数就是互相关

        把图像中与卷积核一样大的每个小块写成矩阵 $A$ 的一行，把核的权重写成一列 $k$。乘积 $A\\,k$ 是卷积层的输出，
        也正是查询 $k$ 对所有键的分数。在自注意力中，每个小块也都是查询，不加可学习的变换时，
        全部分数就是 $A A^\\top$。
        除了零以外，它的特征值与 $A^\\top A$ 相同，而后者决定了卷积核学得有多快。

        ## 不同之处

        {differences}

        最后一行的意思是：任意交换像素的位置，注意力的输出也跟着同样交换。除非加入位置编码，注意力看不出谁和谁相邻；
        卷积看的恰恰只有这个。

        ## 用注意力搭出卷积

        让一个头的分数只取决于键相对于查询的位置，那么它的 softmax 权重 $p$ 处处相同，
        这个头就是一个模糊核。**一个头不可能是导数。** 它把常数图像变成这个常数乘以一个系数；
        而导数必须给出零，于是系数只能是零，整个头也就成了零。两个头就可以。拉普拉斯核的四角为零，
        把它们掩蔽掉：

        {split}

        右边两列都是正数，在中心和各个邻居上的总和为一，符合 softmax 的要求；乘上各自的系数（归到值里）再相加，
        就得到左边的核。

        **需要几个头？** 假定每个头的值映射可以是任意的 $c_o \\times c_i$ 矩阵（输出通道 × 输入通道）。
        把一层的权重列成表：窗口的每个位置占一行，每对输入、输出通道占一列，设它的秩为 $r$。
        $h$ 个头只有 $h$ 种权重模式 $p$，所以 $h \\ge r$。若 $h = r$，这些模式张成的空间恰好就是各列张成的空
        间，于是必有各列的某个组合处处为正。如果这样的组合存在，$r$ 个头就够了：把它朝 $r$
        个方向各挪一点即可。如果不存在，再加一个均匀模糊的头，即 $r+1$ 个。所以头数不会超过窗口的位置数。

        {counts}

        用这么多头搭出来的各层，与卷积的差别都小于最大输出的 {limit:.0e}。Cordonnier、Loukas 和 Jaggi
        的做法是每个位置用一个头（这里是 {positions} 个），分数随距离的平方下降。这样做永远不精确，
        但误差随锐度 $\\alpha$ 按 $e^{-\\alpha}$ 减小：

        {figure}

        ## 在边界上

        卷积在边界外补零。softmax 却把全部权重分给存在的键，所以在边界上其余的键会分得更多。在一幅方差为一的随机图像上，
        用头搭出的拉普拉斯核在内部是精确的，在边界上误差却超过 {wrong}。在图像四周加上值为零的词元，就处处精确了。
    """,
}

_LAPLACIAN = ((0, 1, 0), (1, -4, 1), (0, 1, 0))
_LIMIT = 1e-12
QUICK = {"side": 10}


def solve(*, side: int = 16, channels: tuple[int, int] = (3, 64), seed: int = 0) -> Answer:
    """Compare, count heads, and rebuild convolutions.

    Parameters
    ----------
    side
        Height and width of random pictures.
    channels
        Input and output channels of the largest layer.
    seed
        Of all random numbers.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    laplacian = np.array(_LAPLACIAN, dtype=float)
    picture = random.standard_normal((1, side, side))
    two = rebuilt(laplacian)
    sharp = np.arange(1, 31)
    errors = [_error(picture, laplacian, quadratic(laplacian, alpha)) for alpha in sharp.tolist()]
    layers = _layers(channels, random)
    counts = [count_heads(weights) for _, weights in layers]
    off = np.abs(attend(picture, two, border="renormalised") - _layer(picture, laplacian))
    inside = off[:, 1:-1, 1:-1].max()
    return Answer(
        text=_TEXT,
        facts={
            "differences": Table(_DIFFERENCE_HEADS, _DIFFERENCES),
            "split": Table(_SPLIT_HEADS, _split_rows(laplacian, two)),
            "counts": Table(
                _COUNT_HEADS,
                [
                    [name, weights.size, count.rank, count.heads]
                    for (name, weights), count in zip(layers, counts, strict=True)
                ],
            ),
            "limit": _LIMIT,
            "positions": laplacian.size,
            "figure": Figure(
                {
                    "en": "Largest error of the Laplacian from {positions} heads of growing sharpness.",
                    "zh": "用 {positions} 个头搭出的拉普拉斯核，最大误差随锐度的变化。",
                },
                lambda language: _drawn(sharp, errors, language),
            ),
            "wrong": 1,
        },
        checks=(
            Check(
                {
                    "en": "for whole numbers the scores of the kernel against all patches are the cross-correlation, "
                    "without any difference",
                    "zh": "对整数图像，卷积核对所有小块的分数与互相关完全相等",
                },
                _scores_are_the_correlation(random),
            ),
            Check(
                {
                    "en": "the scores of all patches against all have the eigenvalues of $A^\\top A$, and zeros",
                    "zh": "所有小块两两之间的分数矩阵，特征值是 $A^\\top A$ 的特征值，其余为零",
                },
                _same_spectrum(random),
            ),
            Check(
                {
                    "en": "attention without positions follows any exchange of pixels, a convolution only "
                    "shifts",
                    "zh": "不加位置编码的注意力跟随像素的任意交换，卷积只跟随平移",
                },
                _what_each_follows(random),
            ),
            Check(
                {
                    "en": "one head keeps a constant, the Laplacian gives zero",
                    "zh": "一个头使常数图像保持不变，拉普拉斯核则给出零",
                },
                _constants(two, laplacian),
            ),
            Check(
                {
                    "en": "softmax attention over all pixels, scores by relative position, gives all layers of the "
                    "table to {limit:.0e}",
                    "zh": "在全部像素上做 softmax 注意力、分数只取决于相对位置，能得到表中各层，误差小于 {limit:.0e}",
                },
                all(_attention_is_the_layer(weights, side, random) for _, weights in layers),
            ),
            Check(
                {
                    "en": "where the table asks for one head more than the rank, weights of the positions prove that "
                    "no combination is positive; elsewhere one is shown",
                    "zh": "表中头数比秩多一的层，有一组位置权重证明不存在正的组合；其余各层都给出了正的组合",
                },
                all(_count_is_proved(weights) for _, weights in layers),
            ),
            Check(
                {
                    "en": "the error of quadratic scores shrinks by $e$ for each unit of sharpness, within a hundredth",
                    "zh": "锐度每加一，二次分数的误差缩小为 $1/e$，相差不到百分之一",
                },
                all(abs(a / b / np.e - 1) < 0.01 for a, b in itertools.pairwise(errors[6:27])),
            ),
            Check(
                {
                    "en": "without zero tokens the error is below {limit:.0e} inside and above {wrong} on the border",
                    "zh": "不加零词元时，内部误差小于 {limit:.0e}，边界误差大于 {wrong}",
                },
                bool(inside < _LIMIT and off.max() > 1 and _error(picture, laplacian, two) < _LIMIT),
            ),
        ),
    )


_DIFFERENCE_HEADS = {
    "en": ("the weights", "convolution", "softmax attention"),
    "zh": ("权重", "卷积", "softmax 注意力"),
}
_DIFFERENCES: list[list[dict[str, str]]] = [
    [
        {"en": "come from", "zh": "来自"},
        {"en": "training, then fixed", "zh": "训练，之后固定"},
        {"en": "the content of each picture", "zh": "每幅图像的内容"},
    ],
    [
        {"en": "have the sign", "zh": "符号"},
        {"en": "any", "zh": "可正可负"},
        {"en": "positive", "zh": "都为正"},
    ],
    [
        {"en": "sum to", "zh": "总和"},
        {"en": "anything", "zh": "任意"},
        {"en": "one", "zh": "恒为一"},
    ],
    [
        {"en": "reach", "zh": "范围"},
        {"en": "a window", "zh": "一个窗口"},
        {"en": "all pixels", "zh": "所有像素"},
    ],
    [
        {"en": "follow", "zh": "跟随"},
        {"en": "shifts", "zh": "平移"},
        {"en": "any exchange of pixels", "zh": "像素的任意交换"},
    ],
]
_SPLIT_HEADS = {
    "en": ("position", "Laplacian", "weights of one head", "of the other"),
    "zh": ("位置", "拉普拉斯核", "一个头的权重", "另一个头的权重"),
}
_COUNT_HEADS = {
    "en": ("layer, three by three", "weights", "rank r", "heads"),
    "zh": ("三乘三的卷积层", "权重数", "秩 r", "头数"),
}


def _layers(channels: tuple[int, int], random: np.random.Generator) -> list[tuple[dict[str, str], Floats]]:
    """Return named layers, (C_out, C_in, height, width)."""
    import numpy as np

    blur, difference = np.array([1.0, 2.0, 1.0]), np.array([-1.0, 0.0, 1.0])
    along = np.outer(blur, difference)
    inputs, outputs = channels
    return [
        ({"en": "binomial blur", "zh": "二项式模糊"}, np.outer(blur, blur)[None, None]),
        ({"en": "Laplacian", "zh": "拉普拉斯"}, np.array(_LAPLACIAN, dtype=float)[None, None]),
        ({"en": "both Sobel kernels", "zh": "两个 Sobel 核"}, np.stack([along, along.T])[:, None]),
        (
            {
                "en": f"random, {inputs} to {outputs} channels",
                "zh": f"随机，{inputs} 个输入、{outputs} 个输出通道",
            },
            random.standard_normal((outputs, inputs, 3, 3)),
        ),
    ]


def _layer(picture: Floats, weights: Floats) -> Floats:
    """Return the layer's output with zero padding."""
    import numpy as np

    padded = np.pad(picture, ((0, 0), (1, 1), (1, 1)))
    return corr2d(padded, weights.reshape(-1, len(picture), 3, 3))


def _error(picture: Floats, weights: Floats, heads: Heads) -> float:
    import numpy as np

    return float(np.abs(attend(picture, heads) - _layer(picture, weights)).max())


def _split_rows(kernel: Floats, heads: Heads) -> list[list[object]]:
    """Return the weights of the kernel and of its heads at the centre and at every neighbour, and the factors."""
    import numpy as np

    patterns = np.exp(heads.scores)
    patterns /= patterns.sum(axis=1, keepdims=True)
    centre = heads.offsets.index((0, 0))
    [neighbour] = {tuple(column) for column in np.delete(patterns, centre, axis=1).T.round(12).tolist()}
    return [
        [{"en": "centre", "zh": "中心"}, int(kernel[1, 1]), *patterns[:, centre].tolist()],
        [{"en": "each neighbour", "zh": "每个邻居"}, int(kernel[0, 1]), *neighbour],
        [{"en": "factor in the values", "zh": "值的系数"}, "", *heads.values.ravel().tolist()],
    ]


def _attention(queries: Floats, keys: Floats, values: Floats, bias: Floats | float = 0.0) -> Floats:
    """Return softmax attention as it is defined, one token a row."""
    import numpy as np

    raw = queries @ keys.T / np.sqrt(queries.shape[1]) + bias
    weights = np.exp(raw - raw.max(axis=1, keepdims=True))
    found: Floats = weights / weights.sum(axis=1, keepdims=True) @ values
    return found


def _scores_are_the_correlation(random: np.random.Generator) -> bool:
    """Compare with the sums of products, pixel by pixel."""
    import numpy as np

    picture, kernel = random.integers(-99, 100, (9, 8)), random.integers(-99, 100, (3, 4))
    looped = [
        [(picture[i : i + 3, j : j + 4] * kernel).sum() for j in range(8 - 4 + 1)] for i in range(9 - 3 + 1)
    ]
    found = scores(picture, kernel)
    return np.array_equal(found, looped) and np.array_equal(found, corr2d(picture, kernel))


def _same_spectrum(random: np.random.Generator) -> bool:
    import numpy as np

    patches = np.lib.stride_tricks.sliding_window_view(random.standard_normal((9, 9)), (3, 3)).reshape(-1, 9)
    every = np.linalg.eigvalsh(patches @ patches.T)
    few = np.linalg.eigvalsh(patches.T @ patches)
    padded = np.concatenate([np.zeros(len(every) - len(few)), few])
    return bool(np.allclose(every, padded, rtol=0, atol=1e-10 * few[-1]))


def _what_each_follows(random: np.random.Generator) -> bool:
    import numpy as np

    tokens, maps = random.standard_normal((36, 4)), random.standard_normal((3, 4, 4))
    order = random.permutation(36)
    plain, mixed = (_attention(*(x @ m for m in maps)) for x in (tokens, tokens[order]))
    picture, kernel = random.integers(-9, 10, (6, 6)), random.integers(-9, 10, (3, 3))
    exchanged = corr2d(picture.ravel()[order].reshape(6, 6), kernel)
    shifted = corr2d(np.pad(picture, ((2, 0), (0, 0))), kernel)
    same = corr2d(picture, kernel)
    return (
        bool(np.allclose(mixed, plain[order], rtol=0, atol=1e-12))
        and np.array_equal(shifted[2:], same)
        and sorted(exchanged.ravel()) != sorted(same.ravel())
    )


def _constants(heads: Heads, kernel: Floats) -> bool:
    import numpy as np

    constant = np.full((20, 1), 7.0)
    kept = [
        _attention(np.zeros((20, 1)), np.zeros((20, 1)), constant, np.resize(row, (20, 20)))
        for row in heads.scores
    ]
    return bool(np.allclose(kept, 7, rtol=1e-14)) and not corr2d(np.full((5, 5), 7.0), kernel).any()


def _attention_is_the_layer(weights: Floats, side: int, random: np.random.Generator) -> bool:
    """Sum heads of attention over all pixels and the zero tokens around them, with masked relative scores."""
    import numpy as np

    heads = rebuilt(weights)
    picture = random.standard_normal((weights.shape[1], side, side))
    tokens = np.pad(picture, ((0, 0), (1, 1), (1, 1))).reshape(len(picture), -1).T
    width = side + 2
    queries = [i * width + j for i in range(1, side + 1) for j in range(1, side + 1)]
    total = np.zeros((len(queries), len(weights)))
    for row, value in zip(heads.scores, heads.values, strict=True):
        bias = np.full((len(queries), width**2), -np.inf)
        for score, (down, right) in zip(row, heads.offsets, strict=True):
            bias[range(len(queries)), [q + down * width + right for q in queries]] = score
        nothing = np.zeros((width**2, 1))
        total += _attention(nothing[: len(queries)], nothing, tokens @ value.T, bias)
    wanted = _layer(picture, weights).reshape(len(weights), -1).T
    return bool(np.abs(total - wanted).max() < _LIMIT * np.abs(wanted).max())


def _count_is_proved(weights: Floats) -> bool:
    """Look at what the count shows: a positive vector in the span of the taps, or weights that rule one out."""
    import numpy as np

    count = count_heads(weights)
    table = weights.reshape(-1, 9).T
    table = table[table.any(axis=1)]
    rank = int(np.linalg.matrix_rank(table))
    if count.positive is None:
        assert count.obstruction is not None
        against = np.array(count.obstruction, dtype=float)
        return (
            bool(against.min() >= 0 and against.any() and not (against @ table).any())
            and count.heads == rank + 1
        )
    positive = np.array(count.positive, dtype=float)
    apart = positive - table @ np.linalg.lstsq(table, positive, rcond=None)[0]
    return bool(positive.min() > 0 and np.abs(apart).max() < 1e-9 * positive.max()) and count.heads == rank


def _drawn(sharp: Sequence[int] | NDArray[np.int_], errors: Sequence[float], language: str) -> Drawn:
    from kernelkit.plot.style import COLOURS, dress, new_figure

    figure = new_figure(5, 2.7, layout="constrained")
    axes = figure.subplots()
    axes.semilogy(sharp, errors, "o-", color=COLOURS[1], markersize=3)
    dress(axes, *_AXES[language])
    axes.minorticks_off()
    return figure


_AXES = {"en": ("sharpness α", "largest error"), "zh": ("锐度 α", "最大误差")}
