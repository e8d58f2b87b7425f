"""The exercises of the textbook's section on AlexNet that can be answered by counting."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kernelkit.errors import ShapeError
from kernelkit.nets.card import CONVOLUTIONAL, FULLY_CONNECTED, card
from kernelkit.report.model import Answer, Check, Problem, Table

if TYPE_CHECKING:
    from torch import Tensor, nn

    from kernelkit.nets.card import Card

PROBLEM = Problem(
    slug="textbook-alexnet",
    title={"en": "Exercises: AlexNet", "zh": "习题：AlexNet"},
    question={
        "en": "Which part of AlexNet dominates memory, and which the work? What does that mean for training, for using "
        "the net, and for a chip? What would suit small pictures better? And can AlexNet be made to overfit?",
        "zh": "AlexNet 的哪一部分占用大部分内存，哪一部分占用大部分计算？这对训练、推断和芯片设计意味着什么？"
        "什么样的网络更适合小图像？能让 AlexNet 过拟合吗？",
    },
    source={
        "en": "Dive into Deep Learning, section 8.1 (Chinese edition 7.1), exercises",
        "zh": "《动手学深度学习》7.1 节“深度卷积神经网络（AlexNet）”（英文版 8.1 节）习题",
    },
    group="textbook",
    rank=7,
)

_TEXT = {
    "en": """
        In short: {fc_share:.1f} % of the weights lie in the fully connected layers and {conv_share:.1f} % of
        the work in the convolutions, because a convolution uses each weight at every place and a fully
        connected layer uses it once. A net for small pictures needs {fewer_parameters} times fewer weights
        and {fewer_macs} times less work. Without dropout AlexNet learns even noise by heart.

        ## Memory and work

        **Exercise.** Do convolutions or fully connected layers dominate the memory? And the computation?

        {layers}

        Weights and biases are {parameters} numbers: {conv_parameters} in convolutions and {fc_parameters} in
        fully connected layers. One picture takes {macs} multiply-adds: {conv_macs} in convolutions and
        {fc_macs} in fully connected layers. “Uses” says in how many multiply-adds of one picture each weight
        takes part: once for every place of the output.

        ## Memory in training and in use

        **Exercise.** How do the size and the speed of memory matter? Is training different from using the
        net?

        **Size.** In single precision the weights take {weights:.0f} MiB. Training keeps gradients of the same
        size, and for the backward pass also the outputs of layers, for each picture of the batch: with
        {batch} pictures {activations:.0f} MiB. From {crossing} pictures on, that is more than the weights. In
        use the outputs of a layer can go as soon as the next one has read them, so the weights are nearly
        all.

        **Speed.** In use, with one picture, each weight of a fully connected layer is fetched for a single
        multiply-add, so these layers wait for memory, though they do little work. In a batch of $b$ pictures
        each fetched weight serves $b$ times; that is one reason why larger batches process more pictures a
        second.

        ## A chip for it

        **Exercise.** How would you balance arithmetic and memory on a chip?

        A layer that uses each weight $u$ times a picture does $u b$ multiply-adds for each weight it fetches.
        A chip that can do $r$ multiply-adds in the time in which it fetches one weight is busy if
        $u b \\ge r$, and waits for memory otherwise. For the convolutions here $u$ is {least_uses} or more,
        for the fully connected layers {fc_uses}. Fast arithmetic pays for the first, fast memory (or fewer
        bytes a weight) for the second; a memory on the chip that holds a layer's weights or outputs helps
        both.

        ## A better model for small pictures

        **Exercise.** AlexNet is too large for Fashion-MNIST. Simplify it, or design one for its {side}
        pixels.

        AlexNet cannot take them as they are: with fewer than {least_size} pixels nothing is left for its last
        pooling, so the textbook enlarges them and computes on pixels that hold nothing new. A smaller first
        kernel with a stride of one, two poolings and one hidden layer fit the size:

        {designs}

        Which of them is right more often, counting cannot say; that takes training.

        ## Overfitting

        **Exercise.** Can AlexNet be made to overfit? What has to be removed or changed?

        Its {parameters} parameters are about as many as the pixels of all training pictures of Fashion-MNIST,
        {pixels}. So give it few pictures and take dropout away. A narrow AlexNet for pictures of {least_size}
        pixels, trained for {steps} steps on {count} pictures of **noise** with random labels, then names more
        than {high} of them rightly, and of new ones fewer than {low}: it has learned them by heart. With
        dropout it names fewer of the old ones after as many steps.

        ## Left out

        More epochs, other batch sizes, and LeNet with dropout take long training on the data, and have no
        short answer. Why AlexNet is rarely measured today, the first table tells in part: most of its weights
        lie in layers that later nets do without.
    """,
    "zh": """
        简单地说：{fc_share:.1f}% 的权重在全连接层，{conv_share:.1f}% 的计算在卷积层，
        因为卷积在每个位置都用到每个权重，而全连接层只用一次。适合小图像的网络，权重只要 {fewer_parameters}
        分之一，计算只要 {fewer_macs} 分之一。去掉暂退法（dropout），AlexNet 连噪声也能背下来。

        ## 内存与计算

        **题目**：卷积层和全连接层，哪个占用大部分内存？哪个占用大部分计算？

        {layers}

        权重和偏置共 {parameters} 个：卷积层 {conv_parameters} 个，全连接层 {fc_parameters} 个。
        一幅图像要 {macs} 次乘加：卷积层 {conv_macs} 次，全连接层 {fc_macs} 次。
        “使用次数”指处理一幅图像时，每个权重参与多少次乘加：输出的每个位置一次。

        ## 训练与推断时的内存

        **题目**：内存的大小和速度有什么影响？训练和推断有区别吗？

        **大小**。按单精度，权重占 {weights:.0f} MiB。训练时，梯度还要占用同样多的内存；
        反向传播要用到各层的输出，批量中的每幅图像都得保留：{batch} 幅图像就是 {activations:.0f} MiB。从
        {crossing} 幅图像起，它们占的内存就超过了权重。推断时，一层的输出被下一层读过以后就可以丢掉，
        所以几乎全是权重。

        **速度**。推断时如果只有一幅图像，全连接层每取一个权重只做一次乘加，计算虽少，却总在等内存。
        批量为 $b$ 时，取来的每个权重可用 $b$ 次；这是批量大时每秒能处理更多图像的原因之一。

        ## 为它设计芯片

        **题目**（英文版）：设计芯片时，怎样权衡计算能力和内存带宽？

        处理一幅图像时每个权重用 $u$ 次的层，每取一个权重要做 $u b$ 次乘加。如果芯片在取一个权重的时间里能做
        $r$ 次乘加，那么 $u b \\ge r$ 时计算单元总在忙，否则就在等内存。这里的卷积层 $u$ 至少为 {least_uses}，
        全连接层 $u$ 为 {fc_uses}。前者靠计算快，后者靠内存快（或者每个权重占的字节少）；在芯片上放一块能装下
        一层权重或输出的存储，对两者都有好处。

        ## 更适合小图像的模型

        **题目**：AlexNet 对 Fashion-MNIST 来说太大了。简化它，或者为边长 {side}
        像素的图像设计一个更好的模型。

        AlexNet 不能直接接受这样的图像：边长小于 {least_size} 像素时，最后一个池化层就没有东西可读了。所以教材
        把图像放大，在没有新信息的像素上做计算。第一个核小一些、步幅为一，两次池化，一个隐藏层，就合适了：

        {designs}

        哪一个的正确率更高，数是数不出来的，要训练才知道。

        ## 过拟合

        **题目**（英文版）：能让 AlexNet 过拟合吗？要去掉或改变什么？

        它有 {parameters} 个参数，与 Fashion-MNIST 全部训练图像的像素个数 {pixels} 差不多。
        所以只要给它很少的图像，并去掉暂退法。把一个窄的 AlexNet 用于边长 {least_size} 像素的图像，
        在 {count} 幅标签随机的**噪声**图像上训练 {steps} 步，它对这些图像的正确率超过 {high}，
        对新图像却低于 {low}：它是背下来的。保留暂退法，同样的步数后它记住的就少一些。

        ## 没有回答的题目

        增加轮数、改变批量大小、在 LeNet 中加暂退法，都要在数据上长时间训练，没有简短的答案。至于为什么现在很
        少再用 AlexNet 做性能比较，第一个表说明了一部分原因：它的大部分权重花在后来的网络已经不用的层上。
    """,
}

_BATCH = 128
_TRAINING_PICTURES = 60_000  # of Fashion-MNIST
_SIDE = 28
_HIGH, _LOW, _CLOSE = Fraction(9, 10), Fraction(3, 10), Fraction(1, 100)


def solve(*, steps: int = 80, count: int = 64, seed: int = 0) -> Answer:
    """Answer the exercises.

    Parameters
    ----------
    steps, count
        Of learning noise by heart: steps, and pictures.
    seed
        Of the noise, its labels and the weights.
    """
    from kernelkit.nets.known import sketch

    net = sketch("alexnet")
    found = card(net, (1, 224, 224), batch=_BATCH, optimiser="sgd")
    narrow = card(sketch("alexnet", **_NARROW), (1, 224, 224))
    small = card(_small(), (1, _SIDE, _SIDE))
    learned = [row for row in found.rows if row.parameters]
    uses = {row.name: _uses(row.output) for row in learned}
    convolutions = [row for row in learned if row.kind == CONVOLUTIONAL]
    least = _least_size()
    bare = _by_heart(dropout=0, size=least, steps=steps, count=count, seed=seed)
    dropped = _by_heart(dropout=0.5, size=least, steps=steps, count=count, seed=seed)
    return Answer(
        text=_TEXT,
        facts={
            "fc_share": 100 * float(found.share_of_parameters(FULLY_CONNECTED)),
            "conv_share": 100 * float(found.share_of_multiply_adds(CONVOLUTIONAL)),
            "layers": Table(
                {
                    "en": ("layer", "parameters", "multiply-adds", "uses"),
                    "zh": ("层", "参数", "乘加", "使用次数"),
                },
                [[_WORDS[row.kind], row.parameters, row.multiply_adds, uses[row.name]] for row in learned],
            ),
            "parameters": found.parameters,
            "conv_parameters": found.parameters_of(CONVOLUTIONAL),
            "fc_parameters": found.parameters_of(FULLY_CONNECTED),
            "macs": found.multiply_adds,
            "conv_macs": found.multiply_adds_of(CONVOLUTIONAL),
            "fc_macs": found.multiply_adds_of(FULLY_CONNECTED),
            "weights": found.memory.weights / 2**20,
            "batch": _BATCH,
            "activations": found.memory.activations / 2**20,
            "crossing": _crossing(found),
            "least_uses": min(uses[row.name] for row in convolutions),
            "fc_uses": uses[learned[-1].name],
            "side": _SIDE,
            "least_size": least,
            "designs": Table(
                {
                    "en": ("net", "pixels", "parameters", "multiply-adds"),
                    "zh": ("网络", "像素", "参数", "乘加"),
                },
                [
                    [words, one.shape[1], one.parameters, one.multiply_adds]
                    for words, one in zip(_DESIGNS, (found, narrow, small), strict=True)
                ],
            ),
            "fewer_parameters": round(found.parameters / small.parameters),
            "fewer_macs": round(found.multiply_adds / small.multiply_adds),
            "pixels": _TRAINING_PICTURES * _SIDE**2,
            "steps": steps,
            "count": count,
            "high": _HIGH,
            "low": _LOW,
            "close": _CLOSE,
        },
        checks=(
            Check(
                {
                    "en": "PyTorch's own counter of operations finds two for each multiply-add",
                    "zh": "PyTorch 自带的计数器得到的运算次数恰是乘加次数的两倍",
                },
                _counted(net) == 2 * found.multiply_adds,
            ),
            Check(
                {
                    "en": "each layer's multiply-adds are its weights times their uses",
                    "zh": "每层的乘加次数等于权重个数乘以使用次数",
                },
                all(
                    row.multiply_adds == (row.parameters - row.output[0]) * uses[row.name] for row in learned
                ),
            ),
            Check(
                {
                    "en": "fully connected layers hold most weights, convolutions do most work",
                    "zh": "全连接层占大部分权重，卷积层占大部分计算",
                },
                min(found.share_of_parameters(FULLY_CONNECTED), found.share_of_multiply_adds(CONVOLUTIONAL))
                > _HIGH,
            ),
            Check(
                {
                    "en": "the small net reads every pixel of {side} by {side}",
                    "zh": "小网络读到 {side} × {side} 图像的每个像素",
                },
                not small.unread_rows and not small.unread_columns,
            ),
            Check(
                {
                    "en": "parameters and pixels of the training pictures differ by less than {close} of them",
                    "zh": "参数个数与训练图像的像素总数相差不到 {close}",
                },
                abs(found.parameters / (_TRAINING_PICTURES * _SIDE**2) - 1) < _CLOSE,
            ),
            Check(
                {
                    "en": "without dropout it names over {high} of the noise it saw, fewer than {low} of new noise",
                    "zh": "不用暂退法，对见过的噪声正确率超过 {high}，对新噪声低于 {low}",
                },
                bare[0] > _HIGH and bare[1] < _LOW,
            ),
            Check(
                {
                    "en": "with dropout it names fewer of the noise it saw",
                    "zh": "使用暂退法，对见过的噪声正确率较低",
                },
                dropped[0] < bare[0],
            ),
        ),
    )


_WORDS = {
    CONVOLUTIONAL: {"en": "convolution", "zh": "卷积"},
    FULLY_CONNECTED: {"en": "fully connected", "zh": "全连接"},
}
_DESIGNS = (
    {"en": "AlexNet", "zh": "AlexNet"},
    {"en": "AlexNet, a quarter as wide", "zh": "宽度为四分之一的 AlexNet"},
    {"en": "a small net", "zh": "小网络"},
)
_NARROW: dict[str, Any] = {"widths": (24, 64, 96, 96, 64), "hidden": (1024, 1024)}
_NARROWEST: dict[str, Any] = {"widths": (16, 32, 32, 32, 16), "hidden": (64, 64)}


def _uses(output: tuple[int, ...]) -> int:
    """Return the places of an output: every weight of a layer is used once at each."""
    return output[1] * output[2] if len(output) == 3 else 1


def _crossing(found: Card) -> int:
    """Return the smallest batch whose activations take more than the weights."""
    each = found.kept.bytes(1, found.precision)
    return next(batch for batch in range(1, 10_000) if batch * each > found.memory.weights)


def _least_size() -> int:
    """Return the smallest pictures that AlexNet takes."""
    from kernelkit.nets.known import sketch

    for size in range(_SIDE, 224):
        try:
            sketch("alexnet", size=size)
        except ShapeError:
            continue
        return size
    return 224


def _small() -> nn.Sequential:
    """Build a net for small pictures, without weights."""
    import torch
    from torch import nn

    with torch.device("meta"):
        return nn.Sequential(
            nn.Conv2d(1, 32, kernel_size=5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),  # 14 x 14
            nn.Conv2d(32, 64, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.Conv2d(64, 64, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),  # 7 x 7
            nn.Flatten(),
            nn.Linear(64 * 7 * 7, 128),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(128, 10),
        )


def _counted(net: nn.Sequential) -> int:
    """Count the operations of one picture with PyTorch's counter."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter:
        net(torch.empty(1, 1, 224, 224, device="meta"))
    return int(counter.get_total_flops())


def _by_heart(*, dropout: float, size: int, steps: int, count: int, seed: int) -> tuple[float, float]:
    """Train on noise with random labels; return the shares of it and of new noise that are named as labelled."""
    import torch
    from torch.nn.functional import cross_entropy

    from kernelkit.nets.alexnet import alexnet
    from kernelkit.nets.initialise import initialise

    generator = torch.Generator().manual_seed(seed)
    seen, new = (
        (
            torch.randn(number, 1, size, size, generator=generator),
            torch.randint(0, 10, (number,), generator=generator),
        )
        for number in (count, 500)
    )
    net = alexnet(**_NARROWEST, size=size, dropout=dropout)
    initialise(net, "xavier", seed=seed)
    optimiser = torch.optim.Adam(net.parameters())
    with torch.random.fork_rng(devices=[]):  # dropout draws from the global generator
        torch.manual_seed(seed)
        for _ in range(steps):
            optimiser.zero_grad()
            cross_entropy(net(seen[0]), seen[1]).backward()  # type: ignore[no-untyped-call]  # torch gives none
            optimiser.step()
    net.eval()
    return _right(net, *seen), _right(net, *new)


def _right(net: nn.Sequential, pictures: Tensor, labels: Tensor) -> float:
    import torch

    with torch.no_grad():
        return float((net(pictures).argmax(dim=1) == labels).double().mean())
