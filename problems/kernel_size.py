"""How large a kernel should be: what the task needs, what the data carry, and what a test on data finds."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from kernelkit import certify, corr2d, derivative, derive, discover, excite, minimal
from kernelkit.learning.receptive import receptive_field
from kernelkit.learning.shapes import Window, output_shape
from kernelkit.report.model import Answer, Check, Figure, Problem, Table, Tex

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from matplotlib.figure import Figure as Drawn
    from numpy.typing import NDArray

    from kernelkit.learning.discover import Discovery

PROBLEM = Problem(
    slug="kernel-size",
    title={"en": "How large should a kernel be?", "zh": "卷积核的大小如何选择？"},
    question={
        "en": "How does one choose the size of a convolution kernel?",
        "zh": "卷积核的大小如何选择？",
    },
    source={"en": "The post, “Some questions”", "zh": "博客“一些问题”"},
    group="post",
    rank=1,
)

_TEXT = {
    "en": """
        As small as the task allows, and odd. The task sets a lower limit: the kernel must be able to compute what it
        is for. The data set an upper limit: they must determine every weight, and every weight lets noise in. Between
        the two take the smallest size. With labels, a test finds it. For a wide view, stack small kernels.

        ## Lower limits: the task

        **What is computed.** A derivative of order $d$ needs $d+1$ weights, and more if its error is to fall faster as
        the samples, $h$ apart, move closer together: $n$ weights reach an error like $h^{n-d}$, and one power more
        where they lie symmetrically and $n-d$ is odd.

        {derivatives}

        **How large the feature is.** A spot or an edge blurred by a Gaussian of standard deviation $\\sigma$ wants a
        window of $2\\lceil 3\\sigma\\rceil+1$ samples: less than {left:.1f} percent of the Gaussian lie outside, along
        each axis. For $\\sigma$ of {sigma} samples, that is {sigma_size}.

        **Where the output stands.** An odd window has a middle sample, and the output belongs to it. The answer of an
        even one belongs between two samples: the difference of two neighbours has an error like {staggered} there, but
        only like {shifted} on either sample.

        ## Upper limits: the data

        **Every weight must show.** A picture of $H \\times W$ pixels holds $(H-k+1)(W-k+1)$ windows of $k \\times k$,
        each one equation for $k^2$ weights. With {side} by {side} pixels this is enough up to $k$ = {largest}. The
        first layer of AlexNet, {alex} by {alex} with stride {stride}, has {windows} windows there for {unknowns}
        weights: rank {rank}, so most of the kernel stays undetermined by one such picture.

        **Every weight costs.** Fitted to labels with noise of variance $\\sigma^2$, $k \\times k$ weights add
        $k^2\\sigma^2$ on average to the sum of squared errors against the labels without noise, needed or
        not. Going from
        {small} × {small} to {large} × {large} costs {ratio:.1f} times as much. Derivatives also
        magnify the noise of the picture itself: the last column above, for the fewest weights.

        ## A wide view: stack small kernels

        {stacks}

        Weights are counted for one pair of channels. The stack is cheaper, and an activation between its layers lets
        it compute more than one linear kernel can.

        ## Let data decide

        Here the labels were made with a kernel of {true} plus noise, but the test is told only that {tried} suffices.
        It takes off one side of the window after another, always the one that costs least, and asks at each step
        whether the error grew by more than noise explains (an F-test at level {level:.2f}).

        {figure}

        It stops at {found} (rows × columns): the next step would raise the error by what noise alone does with a
        chance of {chance:.0e}. In {repeats} repetitions with new noise it found this size in more than {most} percent.

        Inside a network no one knows the labels of a single kernel. There size is a setting: try a few sizes, and
        compare them on data held out from training.
    """,
    "zh": """
        在够用的前提下越小越好，并且取奇数。任务给出下限：卷积核必须有能力算出想要的东西。数据给出上限：
        数据要能确定每一个权重，而每多一个权重就多放进一分噪声。在上下限之间取最小的。如果有标签，
        可以用检验把大小找出来；如果需要大的感受野，就把小卷积核叠起来。

        ## 下限：任务

        **要算什么。** 求 $d$ 阶导数至少要 $d+1$ 个权重。设采样间隔为 $h$，要让误差随 $h$ 减小得更快，权重还要更多：
        用 $n$ 个权重，误差与 $h^{n-d}$ 同阶；如果采样点左右对称且 $n-d$ 为奇数，还能再高一阶。

        {derivatives}

        **特征有多大。** 被标准差为 $\\sigma$ 的高斯函数模糊过的斑点或边缘，适合用 $2\\lceil 3\\sigma\\rceil+1$
        个采样点的窗口：沿每个方向，高斯函数落在窗口之外的部分不到 {left:.1f}%。$\\sigma$ 为 {sigma} 个采样点时，
        窗口大小是 {sigma_size}。

        **输出在哪里。** 奇数大小的窗口有正中间的采样点，输出就属于它；偶数大小的窗口，输出属于两个采样点的中间。
        例如相邻两点之差，在中点处误差与 {staggered} 同阶，在两个采样点上却只与 {shifted} 同阶。

        ## 上限：数据

        **每个权重都要能确定。** $H \\times W$ 的图像里有 $(H-k+1)(W-k+1)$ 个 $k \\times k$ 的窗口，
        每个窗口给 $k^2$ 个权重提供一个方程。{side} × {side} 的图像最多够 $k$ = {largest} 用。AlexNet
        的第一层是 {alex} × {alex}、步幅 {stride}，在这样的图像上只有 {windows} 个窗口，却有 {unknowns}
        个权重：秩为 {rank}，单凭一幅图像，卷积核的大部分都无法确定。

        **每个权重都有代价。** 如果标签带有方差为 $\\sigma^2$ 的噪声，拟合 $k \\times k$
        个权重会使输出与无噪声标签之差的平方和平均增加 $k^2\\sigma^2$，不管这些权重有没有用。从 {small} × {small} 换成
        {large} × {large}，代价变成 {ratio:.1f} 倍。求导数还会放大图像本身的噪声，见上表最后一列（权重最少的核）。

        ## 要大的感受野：把小卷积核叠起来

        {stacks}

        权重数按一对输入、输出通道计。叠起来更省权重；层与层之间加上激活函数以后，还能表示单个线性卷积核表示不了的函数。

        ## 让数据来决定

        下面的标签由 {true} 的卷积核生成，再加上噪声；检验只知道 {tried} 一定够大。它每次去掉窗口的一条边，
        总是去掉代价最小的那条，并检验误差的增加是否超出了噪声所能解释的范围（F 检验，显著性水平 {level:.2f}）。

        {figure}

        检验停在 {found}（行 × 列）：再缩小一步，误差就会增加；这样的增加单凭噪声出现的概率只有 {chance:.0e}。
        换用新的噪声重复 {repeats} 次，找到这个大小的比例超过 {most}%。

        在网络内部，没有人知道单个卷积核的标签应该是什么。这时大小是一个超参数：试几种大小，
        用没有参与训练的数据来比较。
    """,
}

_FOURTH = ((1, -4, 6, -4, 1),)
QUICK = {"repeats": 40, "draws": 400}


def solve(
    *, picture: int = 40, noise: float = 3.0, repeats: int = 200, draws: int = 4000, seed: int = 0
) -> Answer:
    """Compute the limits and let data choose.

    Parameters
    ----------
    picture
        Height and width of the random picture whose labels are tested.
    noise
        Standard deviation of the noise of its labels.
    repeats
        Repetitions of the test with new noise.
    draws
        Repetitions of a fit, for the cost of a weight.
    seed
        Of all random numbers.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    tried, most, widest, side, alex, stride, sigma, small, large = 7, 90, 9, 28, 11, 4, 2, 3, 7
    image = random.standard_normal((picture, picture))
    found = [_discovered(image, tried, noise, random) for _ in range(repeats)]
    shown = found[0]
    truth = np.shape(_FOURTH)
    smaller = shown.fits[shown.fits.index(shown.chosen) + 1]
    excited = excite(random.integers(0, 256, (side, side)), alex, stride=stride)
    largest = max(k for k in range(1, side + 1) if math.prod(output_shape((side, side), k)) >= k * k)
    outside = 100 * math.erfc(3 / math.sqrt(2))
    left = math.ceil(10 * outside) / 10
    staggered, shifted = (certify(derive(derivative(1), p), derivative(1)).accuracy for p in (_HALF, (0, 1)))
    return Answer(
        text=_TEXT,
        facts={
            "derivatives": Table(_DERIVATIVE_HEADS, [_derivative_row(d) for d in range(1, 5)]),
            "left": left,
            "sigma": sigma,
            "sigma_size": _gaussian_size(sigma),
            "staggered": _power(staggered),
            "shifted": _power(shifted),
            "side": side,
            "largest": largest,
            "alex": alex,
            "stride": stride,
            "windows": excited.windows,
            "unknowns": excited.unknowns,
            "rank": excited.rank,
            "small": small,
            "large": large,
            "ratio": large**2 / small**2,
            "stacks": Table(_STACK_HEADS, [_stack_row(m) for m in (1, 2, 3, 5)]),
            "true": _by(truth),
            "tried": _by((tried, tried)),
            "level": shown.level,
            "figure": Figure(
                {
                    "en": "What is left unexplained of the labels, by window. Dashed: the share of the "
                    "noise; circled: the window found.",
                    "zh": "各个窗口解释不了的那部分标签所占的比例。虚线：噪声所占的比例；圆圈：检验找到的窗口。",
                },
                lambda language: _residuals(shown, noise, language),
            ),
            "found": _by(shown.chosen.size),
            "chance": smaller.p_value,
            "repeats": repeats,
            "most": most,
            "widest": widest,
        },
        checks=(
            Check(
                {
                    "en": "the rule for the error agrees with the exact error terms of all these derivatives, for "
                    "every number of weights up to {widest}",
                    "zh": "权重数不超过 {widest} 时，误差阶数的规律与这些导数的精确误差项一致",
                },
                _rule_of_order_holds(widest),
            ),
            Check(
                {
                    "en": "sampled Gaussians of many widths leave less than {left:.1f} percent outside their window",
                    "zh": "取多种宽度的高斯函数采样，落在窗口之外的部分都不到 {left:.1f}%",
                },
                _gaussians_fit(left / 100),
            ),
            Check(
                {
                    "en": "a random picture of {side} by {side} determines every weight up to {largest} by {largest}, "
                    "and not one size further",
                    "zh": "{side} × {side} 的随机图像能确定 {largest} × {largest} 的全部权重，再大一号就不能",
                },
                _determines(side, largest, random) and not _determines(side, largest + 1, random),
            ),
            Check(
                {
                    "en": "in simulated fits every weight adds the variance of the noise to the squared errors "
                    "against labels without noise, on average and within a tenth",
                    "zh": "在模拟拟合中，每个权重使对无噪声标签的误差平方和平均增加一个噪声方差，相差不到十分之一",
                },
                all(abs(_cost_of_weights(k, draws, random) / k**2 - 1) < 0.1 for k in (small, large)),
            ),
            Check(
                {
                    "en": "two layers of small kernels without activation are one kernel of the size in the table",
                    "zh": "两层小卷积核之间没有激活函数时，等于一个大小如表中所示的卷积核",
                },
                _stack_is_one(random),
            ),
            Check(
                {
                    "en": "the test found {true} in more than {most} percent of {repeats} repetitions",
                    "zh": "{repeats} 次重复中，检验找到 {true} 的比例超过 {most}%",
                },
                100 * sum(one.chosen.size == truth for one in found) > most * repeats
                and shown.chosen.size == truth,
            ),
        ),
    )


_HALF = ("-1/2", "1/2")
_DERIVATIVE_HEADS = {
    "en": (
        "order",
        "fewest weights",
        "width of a centred window, error like h²",
        "width, error like h⁴",
        "noise variance times",
    ),
    "zh": ("阶数", "最少权重数", "居中窗口的宽度，h² 阶误差", "宽度，h⁴ 阶误差", "噪声方差放大倍数"),
}
_STACK_HEADS = {
    "en": (
        "layers of three by three",
        "one output sees",
        "weights",
        "weights of one kernel that sees as much",
    ),
    "zh": ("三乘三卷积层的层数", "感受野", "权重数", "感受野相同的单个卷积核的权重数"),
}


def _derivative_row(order: int) -> list[object]:
    """Return what a derivative needs; noise is that of its fewest weights, on neighbouring samples."""
    target = derivative(order)
    fewest = minimal(target).count
    centred = [len(derive(target, accuracy=accuracy).dense()) for accuracy in (2, 4)]
    return [order, fewest, *centred, derive(target, range(fewest)).noise_gain_squared]


def _stack_row(layers: int) -> list[object]:
    seen = receptive_field([Window(3)] * layers)[-1].size
    return [layers, _by((seen, seen)), layers * 3**2, seen**2]


def _gaussian_size(sigma: float) -> int:
    return 2 * math.ceil(3 * sigma) + 1


def _power(accuracy: int | None) -> Tex:
    return Tex("h" if accuracy == 1 else f"h^{accuracy}")


def _by(size: Sequence[int]) -> str:
    return " × ".join(map(str, size))


def _discovered(
    image: NDArray[np.float64], tried: int, noise: float, random: np.random.Generator
) -> Discovery:
    """Make labels with the true kernel in the middle of a window that is surely large enough, and search."""
    import numpy as np

    kernel = np.zeros((tried, tried))
    first = [(tried - n) // 2 for n in np.shape(_FOURTH)]
    kernel[first[0] : first[0] + 1, first[1] : first[1] + 5] = _FOURTH
    labels = corr2d(image, kernel)
    return discover(image, labels + noise * random.standard_normal(labels.shape), tried)


def _rule_of_order_holds(widest: int) -> bool:
    """Compare the rule with exact error terms, for outputs on samples and halfway, inside the window and outside."""
    for order in range(1, 5):
        for n in range(order + 1, widest + 1):
            for half in range(-2 * n, 3):
                nodes = [Fraction(half, 2) + k for k in range(n)]
                symmetric = nodes[0] == -nodes[-1]
                target = derivative(order)
                accuracy = certify(derive(target, nodes), target).accuracy
                if accuracy != n - order + (symmetric and (n - order) % 2 == 1):
                    return False
    return True


def _gaussians_fit(left: float) -> bool:
    """Sum sampled Gaussians inside and outside of their windows."""
    import numpy as np

    for sigma in np.linspace(0.5, 10, 96):
        samples = np.arange(-100, 101)
        values = np.exp(-(samples**2) / (2 * sigma**2))
        outside = values[np.abs(samples) > _gaussian_size(sigma) // 2].sum()
        if outside >= left * values.sum():
            return False
    return True


def _determines(side: int, size: int, random: np.random.Generator) -> bool:
    """Ask the rank of the windows of a random picture, straight from all of them."""
    import numpy as np

    windows = np.lib.stride_tricks.sliding_window_view(random.standard_normal((side, side)), (size, size))
    return int(np.linalg.matrix_rank(windows.reshape(-1, size * size))) == size * size


def _cost_of_weights(size: int, draws: int, random: np.random.Generator) -> float:
    """Return the mean squared error that fitting pure noise adds, in units of the variance of the noise."""
    import numpy as np

    windows = np.lib.stride_tricks.sliding_window_view(random.standard_normal((20, 20)), (size, size))
    patches = windows.reshape(-1, size * size)
    noise = random.standard_normal((len(patches), draws))
    fitted = patches @ np.linalg.lstsq(patches, noise, rcond=None)[0]
    return float((fitted**2).sum() / draws)


def _stack_is_one(random: np.random.Generator) -> bool:
    import numpy as np
    from scipy.signal import convolve2d  # type: ignore[import-untyped]  # scipy ships no types

    image, first, second = (random.integers(-9, 10, shape) for shape in ((12, 12), (3, 3), (3, 3)))
    one = convolve2d(first, second)
    seen = receptive_field([Window(3)] * 2)[-1].size
    return one.shape == (seen, seen) and np.array_equal(
        corr2d(corr2d(image, first), second), corr2d(image, one)
    )


def _residuals(shown: Discovery, noise: float, language: str) -> Drawn:
    """Draw what each window leaves, from the largest to a single weight."""
    from kernelkit.plot.style import COLOURS, FAINT, dress, new_figure

    figure = new_figure(6, 3.2, layout="constrained")
    axes = figure.subplots()
    power = sum(tap**2 for tap in _FOURTH[0])  # of the labels, for a white picture of variance 1
    axes.axhline(100 * noise**2 / (noise**2 + power), color=FAINT, linestyle="dashed", linewidth=1)
    places = range(len(shown.fits))
    axes.semilogy(places, [100 * fit.residual for fit in shown.fits], "o-", color=COLOURS[1], markersize=4)
    chosen = shown.fits.index(shown.chosen)
    axes.semilogy(
        [chosen], [100 * shown.chosen.residual], "o", markersize=11, fillstyle="none", color=COLOURS[2]
    )
    dress(axes, *_AXES[language])
    axes.set_xticks(places, ["×".join(map(str, fit.size)) for fit in shown.fits], rotation=60)
    axes.set_yticks([5, 10, 20, 50, 100], ["5", "10", "20", "50", "100"])
    axes.minorticks_off()
    return figure


_AXES = {
    "en": ("window (rows × columns)", "unexplained, in percent"),
    "zh": ("窗口（行 × 列）", "未解释的比例（%）"),
}
