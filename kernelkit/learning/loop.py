"""The post's training loop, ``train_conv2d``, repaired where it crashes or goes wrong in silence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, get_args

from kernelkit.errors import DivergenceError, InputError, ShapeError
from kernelkit.exact.rational import counted
from kernelkit.learning.arrays import is_tensor
from kernelkit.learning.extra import need_torch
from kernelkit.learning.pairs import check_range
from kernelkit.learning.shapes import at_least, one_of, positive

if TYPE_CHECKING:
    from typing import TypeVar

    import torch
    from numpy.typing import NDArray

    Layer = TypeVar("Layer", bound=torch.nn.Module)

Bias = Literal["kept", "updated"]
"""Whether training leaves the bias where it is, as the post does, or moves it too."""


def train_conv2d(
    conv2d: Layer,
    X: torch.Tensor,  # noqa: N803 - the post's name
    Y: torch.Tensor,  # noqa: N803 - the post's name
    lr: float,
    num_epochs: int,
    *,
    bias: Bias = "kept",
) -> Layer:
    """Fit a layer to a pair of images by gradient descent on the sum of squares, printing every second loss.

    Each epoch is one step ``taps -= lr * gradient`` on all of the data.  As in the post the bias has a
    gradient and is not moved unless ``bias="updated"``: an offset in Y that no bias takes up bends the taps.
    Every step stays stable while ``lr < 1 / lambda_max`` of the windows' Gram matrix, a limit that moving the
    bias lowers: 1/30 becomes 0.01609 on the image of the textbooks, whose usual 0.03 then diverges.

    Repaired: the loss printed is the sum, one number; Y must have the shape of the layer's output and is not
    broadcast; a training that diverges is an error.

    Parameters
    ----------
    conv2d
        `kernelkit.learning.layer.Conv2D`, or any layer that is linear in ``weight`` and ``bias``, such as
        ``torch.nn.Conv2d``; changed in place.
    X, Y
        Input, and what the layer should make of it.
    lr
        The step size, which multiplies the gradient of the sum (not of the mean).
    num_epochs
        Number of steps.
    bias
        "updated" moves the bias too.

    Returns
    -------
    layer
        The same layer.

    Raises
    ------
    ShapeError
        Y has another shape than the output.
    DivergenceError
        The loss is not finite, or ends at more than twice the first; ``limit`` is the largest stable step.
    InputError
        Not tensors of finite floats, a step that is not positive, or a layer without the parameters.
    MissingExtraError
        PyTorch is not installed.

    Examples
    --------
    >>> import torch
    >>> from kernelkit.learning.layer import Conv2D
    >>> layer = Conv2D((1, 2))
    >>> _ = torch.nn.init.zeros_(layer.weight)
    >>> X = torch.tensor([[0.0, 1.0, 0.0]])
    >>> train_conv2d(layer, X, X[:, :-1] - X[:, 1:], 0.25, 4).weight.data
    epoch 2, loss 0.5
    epoch 4, loss 0.03125
    tensor([[ 0.9375, -0.9375]])
    """
    need_torch("train_conv2d")
    import torch

    learned = _checked(conv2d, X, Y, lr, bias)
    epochs = at_least(num_epochs, 0, what="a number of epochs")
    first = math.inf
    for epoch in range(epochs):
        loss = ((conv2d(X) - Y) ** 2).sum()
        gradients = torch.autograd.grad(loss, list(learned.values()))
        with torch.no_grad():
            for parameter, gradient in zip(learned.values(), gradients, strict=True):
                parameter.sub_(lr * gradient)
        last = loss.item()
        first = last if epoch == 0 else first
        if not math.isfinite(last):
            raise _diverged(
                conv2d, X, lr, list(learned), f"the loss is {last} after {counted(epoch, 'step')}"
            )
        if (epoch + 1) % 2 == 0:
            print(f"epoch {epoch + 1}, loss {last}")  # noqa: T201 - the post's loop prints
    # the last step has no loss after it yet
    with torch.no_grad():
        last = ((conv2d(X) - Y) ** 2).sum().item()
    if not math.isfinite(last):
        raise _diverged(conv2d, X, lr, list(learned), f"the loss is {last} after {counted(epochs, 'step')}")
    # a stable step never raises the loss of a linear layer; what rounding adds to a perfect fit is no divergence
    if last > 2 * first + torch.finfo(Y.dtype).eps * (Y * Y).sum().item():
        raise _diverged(conv2d, X, lr, list(learned), f"the loss rose from {first:.6g} to {last:.6g}")
    return conv2d


def _checked(
    conv2d: torch.nn.Module, x: torch.Tensor, y: torch.Tensor, lr: float, bias: str
) -> dict[str, torch.nn.Parameter]:
    """Check what goes into the loop and return the parameters to be moved, by name."""
    import torch

    one_of(bias, get_args(Bias), what="bias")
    if not isinstance(conv2d, torch.nn.Module):
        raise InputError(f"the layer is {type(conv2d).__name__}, no torch.nn.Module", next="Conv2D((1, 2))")
    names = ["weight", "bias"] if bias == "updated" else ["weight"]
    parameters = dict(conv2d.named_parameters())
    for name in names:
        if name not in parameters or not parameters[name].requires_grad:
            raise InputError(f"the layer has no {name} that can be trained", next="Conv2D((1, 2)) has both")
    for data, what in ((x, "X"), (y, "Y")):
        if not is_tensor(data):
            raise InputError(f"{what} is {type(data).__name__}, no tensor", next=f"torch.as_tensor({what})")
        if not data.is_floating_point():
            raise InputError(f"{what} holds {data.dtype}, no floating point", next=f"{what}.float()")
        if not bool(torch.isfinite(data).all()):
            raise InputError(f"{what} holds NaN or infinity", next=f"{what}.nan_to_num() makes them numbers")
        check_range(float(data.abs().max()) if data.numel() else 0.0, what)
    positive(lr, what="a step")
    made = _made(conv2d, x, parameters["weight"])
    if made != y.shape:
        raise ShapeError(
            f"the layer makes {tuple(made)} of X, and Y has the shape {tuple(y.shape)}",
            why="PyTorch would repeat Y along the axes that differ, and train on that without a word",
            next=f"give Y in the shape {tuple(made)}",
        )
    return {name: parameters[name] for name in names}


def _made(conv2d: torch.nn.Module, x: torch.Tensor, weight: torch.Tensor) -> torch.Size:
    """Return the shape that a layer makes of X, or say why it makes none."""
    import torch

    try:
        with torch.no_grad():
            made: torch.Size = conv2d(x).shape
    except RuntimeError as refused:
        if x.dtype != weight.dtype:
            raise InputError(
                f"X holds {x.dtype}, and the layer {weight.dtype}",
                why="PyTorch multiplies numbers of one type only",
                next="layer.double(), or X.float() and Y.float()"
                if x.dtype == torch.float64
                else f"X.to({weight.dtype}), or layer.to({x.dtype})",
            ) from refused
        raise ShapeError(
            f"the layer cannot be applied to X of shape {tuple(x.shape)}",
            why=str(refused).splitlines()[0],
            next="X as (N, C, H, W) with the layer's channels, and no smaller than its window",
        ) from refused
    return made


def _diverged(
    conv2d: torch.nn.Module, x: torch.Tensor, lr: float, learned: list[str], seen: str
) -> DivergenceError:
    limit = _largest_stable_step(conv2d, x, learned)
    if lr < limit:
        return DivergenceError(
            f"training diverged: {seen}",
            limit=limit,
            why=f"the step {lr:g} is stable, below 1/lambda_max = {limit:.4g}: the numbers ran out of range",
            next="scale X and Y down, or train in float64",
        )
    return DivergenceError(
        f"training diverged: {seen}",
        limit=limit,
        why=f"the step {lr:g} is beyond the largest stable one, 1/lambda_max = {limit:.4g}, "
        f"for the loss as a sum over all outputs with {' and '.join(learned)} trained",
        next=f"lr={limit / 2:.2g}",
    )


def _largest_stable_step(conv2d: torch.nn.Module, x: torch.Tensor, learned: list[str]) -> float:
    """Return 1/lambda_max of the Gram matrix A^T A, where the layer's output is A times its parameters.

    The layer is asked for A and A^T applied to vectors, so that any linear layer will do, in float64.
    """
    import numpy as np
    import torch
    from scipy.sparse.linalg import LinearOperator, eigsh  # type: ignore[import-untyped]  # scipy ships no types

    zeros = {name: torch.zeros_like(p, dtype=torch.float64) for name, p in conv2d.named_parameters()}
    data = x.detach().double()
    count = sum(zeros[name].numel() for name in learned)

    def gram(vector: NDArray[np.float64]) -> NDArray[np.float64]:
        flat = torch.as_tensor(vector.reshape(-1), device=data.device).requires_grad_()
        pieces = torch.split(flat, [zeros[name].numel() for name in learned])
        moved = {name: piece.view_as(zeros[name]) for name, piece in zip(learned, pieces, strict=True)}
        # half the gradient of |A v|^2 is A^T A v; parameters that are not trained are 0
        output = torch.func.functional_call(conv2d, zeros | moved, (data,))
        (gradient,) = torch.autograd.grad((output * output).sum() / 2, flat)
        return gradient.cpu().numpy()

    if count <= 2:  # the iteration needs more unknowns than it is asked for
        columns = np.array([gram(column) for column in np.eye(count)])
        largest = float(np.linalg.eigvalsh(columns)[-1])
    else:
        start = np.random.default_rng(0).random(count)
        operator = LinearOperator((count, count), matvec=gram, dtype=np.float64)
        largest = float(eigsh(operator, k=1, which="LA", v0=start, return_eigenvectors=False)[0])
    return 1 / largest if largest > 0 else math.inf
