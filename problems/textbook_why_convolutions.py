"""The exercises of the textbook's section on how fully connected layers become convolutions."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit import corr2d
from kernelkit.learning.receptive import receptive_field
from kernelkit.learning.shapes import Window
from kernelkit.learning.window import corr
from kernelkit.report.model import Answer, Check, Figure, Problem, Table, Tex

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from matplotlib.figure import Figure as Drawn
    from numpy.typing import NDArray

PROBLEM = Problem(
    slug="textbook-why-convolutions",
    title={
        "en": "Exercises: from fully connected layers to convolutions",
        "zh": "习题：从全连接层到卷积",
    },
    question={
        "en": "What does a convolution of one pixel compute? When do locality and translation invariance suit sound "
        "and text, and when are they wrong? What happens at the border? Does convolution commute?",
        "zh": "只看一个像素的卷积在算什么？局部性和平移不变性何时适合音频和文本，何时不合适？"
        "图像边界处会怎样？卷积满足交换律吗？",
    },
    source={
        "en": "Dive into Deep Learning, section 7.1 (Chinese edition 6.1), exercises",
        "zh": "《动手学深度学习》6.1 节“从全连接层到卷积”（英文版 7.1 节）习题",
    },
    group="textbook",
    rank=1,
)

_TEXT = {
    "en": """
        In short: a convolution of one pixel is a small fully connected layer run at every pixel; sharing it
        across positions is right only where a shift does not change the meaning; at the border one invents
        data or makes do with less; convolution commutes, and the cross-correlation that networks compute
        does not.

        ## A window of one pixel

        **Exercise.** Show that with a reach of $\\Delta = 0$ the layer is one fully connected layer, applied
        to the channels of each pixel by itself.

        With no neighbours the sum over the window has one term. What is left is a sum over channels: a
        matrix, the same at every pixel. For instance, two channels become three by

        {product}

        wherever the pixel lies. Several such layers with activations between them are a multilayer perceptron
        run at each pixel, which is the idea of “network in network”.

        ## Sound

        **Exercise.** When do locality and translation invariance make sense for sound? Write the layer down.

        For short events that may come at any time: clicks, phonemes, notes. Along time $t$ the layer is

        $$y(t) = u + \\sum_{a=-\\Delta}^{\\Delta} v(a)\\, x(t+a).$$

        A spectrogram makes a picture of sound, time by frequency, but the two axes are not alike. A shift in
        time is a delay. A shift in frequency is no transposition: played an octave higher, the tones {tones}
        Hz of a note become {higher} Hz, and each moves by another amount. With logarithms of frequency all of
        them move alike.

        {figure}

        ## Where invariance is wrong

        **Exercise.** Why might translation invariance be a bad idea?

        Because position can be the answer: sky is above and ground below, and a move in chess depends on the
        square. Put a spot into the upper half of a picture, or the lower. A convolution followed by the
        maximum over the picture gives the same value for both, and did for each of {kernels} random kernels.
        No classifier on such features can tell upper from lower.

        ## Text

        **Exercise.** Do convolutions suit text?

        For patterns of neighbouring words, yes. Two problems remain. The number of a word in a vocabulary
        means nothing: renumbering the words changes what a kernel makes of the numbers, so words need learned
        vectors first. And meaning reaches far: with windows of {window} words it takes {layers} layers until
        one output sees two words {apart} places apart.

        ## At the border

        **Exercise.** What happens to an object at the border of the picture?

        The window hangs over the edge. Either data are invented there, or something is left out. Here a mean
        over {side} by {side} pixels, of pictures of {size} by {size} pixels:

        {borders}

        Without padding the picture shrinks; zeros darken the border, and a network can read its position from
        that. The ramp, continued, would give {truth} at its edge. Invented data are right for pictures that
        go on so, and none for all, since what lies outside is not known. A mean of the pixels inside invents
        nothing, but it belongs to a place further in.

        ## Convolution commutes

        **Exercise.** Prove $f \\ast g = g \\ast f$.

        In $(f \\ast g)(i) = \\sum_a f(a)\\,g(i-a)$ put $b = i - a$. As $a$ runs through all whole numbers, so
        does $b$, and the sum becomes $\\sum_b g(b)\\,f(i-b) = (g \\ast f)(i)$. In the plane $a$, $b$ and $i$
        are pairs. For {f} and {g} both orders give {convolved}.

        Cross-correlation, $\\sum_n f(n+i)\\,g(n)$, reverses when the two change places: {forth} one way,
        {back} the other.
    """,
    "zh": """
        简单地说：只看一个像素的卷积，就是在每个像素上各做一次的小全连接层；只有当平移不改变含义时，
        在所有位置共用同一组权重才合理；在边界上，要么凭空补出数据，要么少算一些；卷积满足交换律，
        而网络里实际计算的互相关不满足。

        ## 只有一个像素的窗口

        **题目**：证明：当 $\\Delta = 0$ 时，卷积层相当于对每个像素的通道各自施加同一个全连接层。

        没有邻居，窗口上的求和只剩一项，留下的只有对通道的求和：一个矩阵，每个像素都用同一个。
        例如，两个通道变成三个通道：

        {product}

        无论像素在哪里都是这样。几个这样的层之间加上激活函数，
        就是在每个像素上运行同一个多层感知机，这正是“网络中的网络”的想法。

        ## 音频

        **题目**：局部性和平移不变性何时适合音频？写出音频的卷积。

        适合随时可能出现的短促事件：敲击声、音素、音符。沿时间 $t$ 的卷积层是

        $$y(t) = u + \\sum_{a=-\\Delta}^{\\Delta} v(a)\\, x(t+a).$$

        频谱图把声音变成“时间 × 频率”的图像，但两个轴并不等价。沿时间平移是延迟；沿频率平移却不是移调：
        升高一个八度，一个音的各次谐波 {tones} Hz 变成 {higher} Hz，移动的量个个不同。
        频率取对数以后，它们才移动同样的距离。

        {figure}

        ## 平移不变性不合适的时候

        **题目**：为什么平移不变性有时并不好？

        因为位置本身可能就是答案：天空在上，地面在下；下棋时走法取决于在哪一格。把一个亮斑放在图像的上半部或下
        半部，先卷积、再对整幅图取最大值，两幅图得到同一个值；试过的 {kernels} 个随机卷积核个个如此。用这样的
        特征，任何分类器都分不清上下。

        ## 文本

        **题目**：卷积层适合文本吗？

        适合相邻词语组成的模式，但还有两个问题。词在词表中的编号没有意义：给词重新编号，卷积核对编号算出的结果
        就变了，所以要先把词变成学出来的向量。此外，含义可以相隔很远：窗口为 {window} 个词时，要叠 {layers}
        层，一个输出才能同时看到相距 {apart} 个位置的两个词。

        ## 在边界上

        **题目**：物体位于图像边界时，卷积会怎样？

        窗口会伸到图像之外，要么凭空补出数据，要么少算一些。下面是 {size} × {size} 的图像上 {side} × {side}
        平均的结果：

        {borders}

        不填充，图像会变小；补零会让边缘变暗，网络还能由此读出位置。斜坡如果延续到图像之外，左边缘应当得到
        {truth}。每种补法只对符合它假设的图像正确，没有一种对所有图像都正确：外面是什么，本来就不知道。
        只对图像内的像素求平均，不用补数据，但这个平均值属于更靠里的位置。

        ## 卷积满足交换律

        **题目**：证明 $f \\ast g = g \\ast f$。

        在 $(f \\ast g)(i) = \\sum_a f(a)\\,g(i-a)$ 中令 $b = i - a$。$a$ 取遍所有整数时 $b$ 也取遍所有整数，
        于是和变成 $\\sum_b g(b)\\,f(i-b) = (g \\ast f)(i)$。二维时 $a$、$b$、$i$ 都是数对，证明不变。
        对 {f} 和 {g}，两种次序都得到 {convolved}。

        互相关 $\\sum_n f(n+i)\\,g(n)$ 交换两者后次序颠倒：一种次序得 {forth}，另一种得 {back}。
    """,
}

_MATRIX = ((1, 2), (0, -1), (3, 1))
_BASE = 220  # hertz: the note A below middle C


def solve(*, kernels: int = 200, size: int = 8, apart: int = 100, seed: int = 0) -> Answer:
    """Answer the exercises.

    Parameters
    ----------
    kernels
        Random kernels that see a spot at two places.
    size
        Height and width of the pictures for the border.
    apart
        Places between two words.
    seed
        Of all random numbers.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    matrix = np.array(_MATRIX)
    weights = matrix[:, :, None, None]
    pixel = np.array([[3], [5]])
    window, side = 3, 3
    layers = next(m for m in range(1, apart + 1) if receptive_field([Window(window)] * m)[-1].size > apart)
    tones = [_BASE * k for k in range(1, 5)]
    f, g = [1, 2, 3], [4, 5]
    borders = _borders(size, side)
    truth = Fraction(sum(range(-(side // 2), side // 2 + 1)), side)
    return Answer(
        text=_TEXT,
        facts={
            "product": Tex(
                rf"{_matrix(matrix)} {_matrix(pixel)} = {_matrix(corr2d(pixel[..., None], weights)[..., 0])}"
            ),
            "tones": _listed(tones),
            "higher": _listed([2 * tone for tone in tones]),
            "figure": Figure(
                {
                    "en": "The tones of a note (below) and of the same note an octave higher (above).",
                    "zh": "一个音的各次谐波（下），以及升高一个八度以后的谐波（上）。",
                },
                lambda language: _harmonics(tones, language),
            ),
            "kernels": kernels,
            "window": window,
            "layers": layers,
            "apart": apart,
            "side": side,
            "size": size,
            "borders": Table(_BORDER_HEADS, borders),
            "truth": truth,
            "f": f,
            "g": g,
            "convolved": np.convolve(f, g),
            "forth": np.correlate(f, g, "full"),
            "back": np.correlate(g, f, "full"),
        },
        checks=(
            Check(
                {
                    "en": "layers of one pixel with an activation between them do the same to shuffled pixels",
                    "zh": "打乱所有像素的位置，单像素卷积层与激活函数组成的网络仍对每个像素算出同样的结果",
                },
                _is_per_pixel(matrix, random),
            ),
            Check(
                {
                    "en": "delaying a sound delays what a convolution makes of it by as much",
                    "zh": "声音延迟多少，卷积的结果就延迟多少",
                },
                _delays(random),
            ),
            Check(
                {
                    "en": "an octave moves each tone by another number of hertz, and all by one distance of logarithms",
                    "zh": "升高八度时各次谐波移动的赫兹数互不相同，移动的对数距离全都相同",
                },
                _octave_is_a_shift_of_logarithms(tones),
            ),
            Check(
                {
                    "en": "a spot above and the same spot below give the same maximum for all {kernels} kernels",
                    "zh": "亮斑在上和在下，{kernels} 个卷积核得到的最大值全都相同",
                },
                _is_blind_to_place(random, kernels),
            ),
            Check(
                {
                    "en": "of the rules for the border only the mirror image turned about the edge value "
                    "continues the ramp",
                    "zh": "处理边界的办法里，只有绕边缘值翻转的镜像延续了斜坡",
                },
                [row[0] for row in borders if row[-1] == truth] == [_RULES["odd"]],
            ),
            Check(
                {
                    "en": "renumbering words changes what a kernel makes of their numbers, not of their vectors",
                    "zh": "给词重新编号会改变卷积核对编号算出的结果，不会改变对词向量算出的结果",
                },
                _numbers_mean_nothing(random),
            ),
            Check(
                {
                    "en": "{layers} stacked windows join two words {apart} apart, and one fewer does not",
                    "zh": "叠 {layers} 层窗口能连起相距 {apart} 的两个词，少一层就不能",
                },
                _reach(window, layers) >= apart > _reach(window, layers - 1),
            ),
            Check(
                {
                    "en": "convolution of random pictures commutes, and correlation reverses",
                    "zh": "随机图像的卷积满足交换律，互相关则前后颠倒",
                },
                _commutes(random),
            ),
        ),
    )


_BORDER_HEADS = {
    "en": ("outside stands", "output", "constant picture: corner", "ramp from zero: left edge"),
    "zh": ("图像之外放什么", "输出", "常数图像：角上", "从零开始的斜坡：左边缘"),
}
_NOTHING = {"en": "nothing", "zh": "不填充"}
_RULES: dict[str, dict[str, str]] = {
    "constant": {"en": "zeros", "zh": "补零"},
    "edge": {"en": "the edge, repeated", "zh": "重复边缘"},
    "reflect": {"en": "the mirror image, edge not repeated", "zh": "镜像，不重复边缘"},
    "odd": {"en": "the same, turned about the edge value", "zh": "同上，再绕边缘值翻转"},
    "wrap": {"en": "the opposite side", "zh": "对面一侧"},
    "inside": {"en": "zeros, which the mean leaves out", "zh": "补零，但不计入平均"},
}


def _borders(size: int, side: int) -> list[list[object]]:
    """Return what each rule makes of the corner of a constant picture and of the edge of a ramp, exactly."""
    import numpy as np

    constant = np.ones((size, size), dtype=int)
    ramp = np.tile(np.arange(size), (size, 1))
    box = np.ones((side, side), dtype=int)
    inside = corr2d(constant, box, padding="same")

    def sums(picture: NDArray[np.int_], rule: str) -> NDArray[np.int_]:
        if rule in {"constant", "inside"}:
            return corr2d(picture, box, padding="same")
        options = {"mode": "reflect", "reflect_type": "odd"} if rule == "odd" else {"mode": rule}
        return corr2d(np.pad(picture, side // 2, **options), box)  # type: ignore[call-overload]

    valid = corr2d(constant, box)
    rows: list[list[object]] = [[_NOTHING, f"{len(valid)} × {len(valid[0])}", "–", "–"]]
    for rule, words in _RULES.items():
        even, rising = sums(constant, rule), sums(ramp, rule)
        counts = inside if rule == "inside" else np.full_like(even, side**2)
        edge = size // 2, 0
        rows.append(
            [
                words,
                f"{len(even)} × {len(even[0])}",
                Fraction(int(even[0, 0]), int(counts[0, 0])),
                Fraction(int(rising[edge]), int(counts[edge])),
            ]
        )
    return rows


def _is_per_pixel(matrix: NDArray[np.int_], random: np.random.Generator) -> bool:
    """Compare two layers of one pixel with products of matrices, pixel by pixel, and shuffle the pixels."""
    import numpy as np

    picture = random.integers(-9, 10, (matrix.shape[1], 6, 7))
    second = random.integers(-9, 10, (4, len(matrix)))

    def net(x: NDArray[np.int_]) -> NDArray[np.int_]:
        hidden = np.maximum(corr2d(x, matrix[:, :, None, None]), 0)
        return corr2d(hidden, second[:, :, None, None])

    flat = picture.reshape(len(picture), -1)
    by_pixel = np.stack([second @ np.maximum(matrix @ column, 0) for column in flat.T], axis=1)
    order = random.permutation(flat.shape[1])
    shuffled = net(flat[:, order].reshape(picture.shape)).reshape(len(second), -1)
    plain = net(picture).reshape(len(second), -1)
    return np.array_equal(plain, by_pixel) and np.array_equal(shuffled, plain[:, order])


def _delays(random: np.random.Generator) -> bool:
    import numpy as np

    sound, kernel, delay = random.integers(-9, 10, 50), random.integers(-9, 10, 5), 7
    later = np.concatenate([random.integers(-9, 10, delay), sound])
    return np.array_equal(corr(later, kernel, ndim=1)[delay:], corr(sound, kernel, ndim=1))


def _octave_is_a_shift_of_logarithms(tones: Sequence[int]) -> bool:
    higher = [2 * tone for tone in tones]
    pairs = list(zip(higher, tones, strict=True))
    return len({h - t for h, t in pairs}) == len(tones) and len({Fraction(h, t) for h, t in pairs}) == 1


def _is_blind_to_place(random: np.random.Generator, kernels: int) -> bool:
    import numpy as np

    spot = random.integers(1, 10, (3, 3))
    above, below = np.zeros((2, 24, 24), dtype=int)
    above[4:7, 10:13] = spot
    below[17:20, 10:13] = spot
    each = random.integers(-9, 10, (kernels, 1, 5, 5))
    features = [corr2d(picture[None], each).max(axis=(1, 2)) for picture in (above, below)]
    return np.array_equal(*features)


def _numbers_mean_nothing(random: np.random.Generator) -> bool:
    import numpy as np

    words, text = 30, random.integers(0, 30, 12)
    vectors, renamed = random.integers(-9, 10, (4, words)), random.permutation(words)
    renamed_vectors = np.empty_like(vectors)
    renamed_vectors[:, renamed] = vectors
    on_numbers, on_vectors = random.integers(1, 10, 3), random.integers(-9, 10, (2, 4, 3))
    numbers = [corr(t, on_numbers, ndim=1) for t in (text, renamed[text])]
    same = [corr(v[:, t], on_vectors, ndim=1) for v, t in ((vectors, text), (renamed_vectors, renamed[text]))]
    return not np.array_equal(*numbers) and np.array_equal(*same)


def _reach(window: int, layers: int) -> int:
    """Return how far apart the outermost words are that reach an output, by composing the layers."""
    import numpy as np

    answer = np.ones(1)
    for _ in range(layers):
        answer = np.minimum(np.convolve(answer, np.ones(window)), 1)
    return len(answer) - 1


def _commutes(random: np.random.Generator) -> bool:
    import numpy as np
    from scipy.signal import convolve2d, correlate2d  # type: ignore[import-untyped]  # scipy ships no types

    f, g = random.integers(-9, 10, (6, 5)), random.integers(-9, 10, (3, 4))
    forth, back = correlate2d(f, g), correlate2d(g, f)
    return (
        np.array_equal(convolve2d(f, g), convolve2d(g, f))
        and np.array_equal(forth, back[::-1, ::-1])
        and not np.array_equal(forth, back)
    )


def _matrix(entries: NDArray[np.int_]) -> str:
    body = r" \\ ".join(" & ".join(map(str, row)) for row in entries)
    return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"


def _listed(numbers: Sequence[int]) -> dict[str, str]:
    return {"en": ", ".join(map(str, numbers)), "zh": "、".join(map(str, numbers))}


def _harmonics(tones: Sequence[int], language: str) -> Drawn:
    """Draw the tones of a note and of its octave along frequency and along its logarithm."""
    from kernelkit.plot.style import COLOURS, dress, new_figure

    figure = new_figure(6, 2.4, layout="constrained")
    for axes, scale, name in zip(figure.subplots(1, 2), ("linear", "log"), _SCALES[language], strict=True):
        for tone, colour in zip(tones, COLOURS[1:], strict=False):
            axes.plot([tone, 2 * tone], [0, 1], "o-", color=colour, linewidth=1.4, markersize=5)
        axes.set_xscale(scale)
        dress(axes, name, "")
        axes.set_yticks([])
        axes.set_ylim(-0.3, 1.3)
        axes.spines["left"].set_visible(False)
        ticks = [tones[0] * 2**k for k in range(4)]
        axes.set_xticks(ticks, [str(tick) for tick in ticks])
        axes.minorticks_off()
    return figure


_SCALES = {
    "en": ("frequency in hertz", "the same, logarithmic"),
    "zh": ("频率（赫兹）", "频率（赫兹，对数刻度）"),
}
