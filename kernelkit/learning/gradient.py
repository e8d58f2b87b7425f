"""Taps learned step by step with PyTorch: the loop of the post, Adam, L-BFGS."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.errors import DivergenceError
from kernelkit.exact.rational import counted
from kernelkit.learning.descent import descent
from kernelkit.learning.extra import need_torch
from kernelkit.learning.gram import normal_equations

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import torch
    from numpy.typing import NDArray

    from kernelkit.learning.pairs import Pairs

    Floats = NDArray[np.float64]
    Progress = Callable[[int, int, float], None]

MEMORY = 100
"""Steps that L-BFGS remembers at most."""

PATIENCE = 3
"""Steps of L-BFGS, which lowers the loss with every step but for rounding, that may bring nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Stepped:
    """What a run of steps came to.

    Attributes
    ----------
    taps, bias
        Those with the least loss that was met, (C_out, C_in, size...) and (C_out,), float64.
    history
        The loss, a sum of squares, before each step and after the last.
    stop
        ``"steps"``, ``"converged"``, ``"interrupted"``, or ``"stalled"``: rounding hides what is left to gain.
    """

    taps: Floats
    bias: Floats
    history: Floats
    stop: str


def descend(
    given: Pairs,
    method: str,
    start: Floats,
    *,
    lr: float,
    steps: int,
    stop_below: float,
    progress: Progress | None = None,
) -> Stepped:
    """Learn taps by steps along the gradient of the sum of squares, in the precision of the images.

    Parameters
    ----------
    given
        From `kernelkit.learning.pairs.pairs`, with labels.
    method
        ``"loop"``: the post's, ``taps -= lr * gradient`` on all data at once; ``"adam"``; ``"lbfgs"``, which
        chooses its steps by line search.
    start
        Taps to begin with, (C_out, C_in, size...); a bias begins at zero.
    lr
        Step size.
    steps
        The most steps.
    stop_below
        Stop where the gradient is this share of the one at zero taps.
    progress
        Called after each step with its number, the number of all, and the loss before it.  What it raises as
        `KeyboardInterrupt` ends the run as Ctrl-C does: with the best taps so far.

    Raises
    ------
    DivergenceError
        The loss is not finite, or has doubled where a stable step cannot raise it.
    MissingExtraError
        PyTorch is not installed.
    """
    need_torch(f'method="{method}"')
    import numpy as np
    import torch

    x, y = _tensor(given.x), _tensor(given.labels)
    weight = torch.tensor(start, dtype=x.dtype, requires_grad=True)
    learned = [weight]
    if given.bias == "fit":
        learned.append(torch.zeros(len(start), dtype=x.dtype, requires_grad=True))

    def loss_of(parameters: list[torch.Tensor]) -> torch.Tensor:
        return ((_output(given, x, parameters) - y) ** 2).sum()

    spare = torch.finfo(y.dtype).eps * (y * y).sum().item()
    step = _stepper(method, learned, lr, loss_of)
    flat = _norm(torch.autograd.grad(loss_of([zero := torch.zeros_like(weight, requires_grad=True)]), zero))
    best, kept = math.inf, [p.detach().clone() for p in learned]
    history: list[float] = []
    stop = ""
    try:
        for number in range(steps + 1):
            loss = loss_of(learned)
            gradients = torch.autograd.grad(loss, learned)
            history.append(loss.item())
            # a stable step of the loop never raises the loss; rounding adds a little to a perfect fit
            if not math.isfinite(history[-1]) or (method == "loop" and history[-1] > 2 * history[0] + spare):
                raise _diverged(given, method, history, lr)
            if history[-1] < best:
                best, kept = history[-1], [p.detach().clone() for p in learned]
            if stop := _ending(method, history, _norm(gradients), stop_below * flat):
                break
            if number < steps:
                step(gradients)
                if progress is not None:
                    progress(number + 1, steps, history[-1])
    except KeyboardInterrupt:
        stop = "interrupted"
    found = [p.double().numpy() for p in kept]
    return Stepped(
        taps=found[0],
        bias=found[1] if len(found) > 1 else np.zeros(len(start)),
        history=np.array(history),
        stop=stop or "steps",
    )


def _tensor(array: NDArray[np.float64]) -> torch.Tensor:
    import numpy as np
    import torch

    whole = np.ascontiguousarray(array)
    return torch.from_numpy(whole if whole.flags.writeable else whole.copy())


def _output(given: Pairs, x: torch.Tensor, parameters: list[torch.Tensor]) -> torch.Tensor:
    from torch.nn import functional

    layer = (functional.conv1d, functional.conv2d, functional.conv3d)[given.ndim - 1]
    bias = parameters[1] if len(parameters) > 1 else None
    return layer(x, parameters[0], bias, stride=given.stride, padding=given.padding, dilation=given.dilation)


def _stepper(
    method: str,
    learned: list[torch.Tensor],
    lr: float,
    loss_of: Callable[[list[torch.Tensor]], torch.Tensor],
) -> Callable[[tuple[torch.Tensor, ...]], None]:
    """Return what takes one step, given the gradients."""
    import torch

    if method == "loop":

        def walk(gradients: tuple[torch.Tensor, ...]) -> None:
            with torch.no_grad():
                for parameter, gradient in zip(learned, gradients, strict=True):
                    parameter.sub_(lr * gradient)

        return walk

    if method == "adam":
        adam = torch.optim.Adam(learned, lr=lr)

        def adapt(gradients: tuple[torch.Tensor, ...]) -> None:
            _put(learned, gradients)
            adam.step()

        return adapt

    lbfgs = torch.optim.LBFGS(
        learned,
        max_iter=1,
        history_size=min(MEMORY, sum(p.numel() for p in learned)),
        tolerance_grad=0,
        tolerance_change=0,
        line_search_fn="strong_wolfe",
    )

    def closure() -> float:
        loss = loss_of(learned)
        _put(learned, torch.autograd.grad(loss, learned))
        return loss.item()

    def search(gradients: tuple[torch.Tensor, ...]) -> None:
        _put(learned, gradients)
        lbfgs.step(closure)  # type: ignore[no-untyped-call]  # torch gives it no types

    return search


def _put(learned: list[torch.Tensor], gradients: tuple[torch.Tensor, ...]) -> None:
    for parameter, gradient in zip(learned, gradients, strict=True):
        parameter.grad = gradient


def _ending(method: str, history: list[float], slope: float, enough: float) -> str:
    """Return why a run has come to its end; empty where it has not."""
    if slope <= enough:
        return "converged"
    if method == "lbfgs" and min(history[-PATIENCE:]) >= min(history[:-PATIENCE], default=math.inf):
        return "stalled"
    return ""


def _norm(gradients: tuple[torch.Tensor, ...]) -> float:
    return math.sqrt(sum(float((g.double() ** 2).sum()) for g in gradients))


def _diverged(given: Pairs, method: str, history: list[float], lr: float) -> DivergenceError:
    """Return the error for a run whose loss is lost."""
    largest = descent(normal_equations(given)).largest_step
    why = f"the step {lr:g} is beyond the largest stable one, 1/lambda_max = {largest:.4g}"
    if method != "loop" or lr < largest:
        why = "the numbers ran out of the range of the images' type"
    return DivergenceError(
        f"training diverged: the loss went from {history[0]:.6g} to {history[-1]:.6g} "
        f"in {counted(len(history) - 1, 'step')}",
        limit=largest,
        why=why,
        next='a smaller lr, or method="exact", which takes no steps',
    )
