"""Learn a kernel from images and labels: ``learn(X, Y, size)``, and what came of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, get_args

from kernelkit.errors import InputError, ShapeError
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.rational import counted
from kernelkit.learning.pairs import pairs
from kernelkit.learning.predict import predict, residual_squares
from kernelkit.learning.shapes import at_least, finite, one_of, positive
from kernelkit.learning.solve import solve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.learning.pairs import Pairs

    Floats = NDArray[np.float64]

Method = Literal["exact", "loop", "adam", "lbfgs"]
"""Least squares in one go; the loop of the post; Adam; L-BFGS."""

_OF_EXACT = ("tolerance", "refinements")
_OF_STEPS = ("start", "seed", "lr", "steps", "stop_below", "progress")

_ENDS = {
    "steps": "all were taken",
    "converged": "the gradient vanished",
    "stalled": "rounding hides what is left to gain",
    "interrupted": "interrupted",
}


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What was learned; made by `learn`.

    Attributes
    ----------
    pairs
        The images and labels it was learned from.
    method
        How.
    weights
        Taps, (C_out, C_in, size...), float64.
    biases
        Bias of each output channel, (C_out,); zeros if none was fitted.
    history
        Sum of squared residuals before each step and after the last; empty for ``"exact"``.
    stop
        ``"solved"``, ``"steps"`` (all were taken), ``"converged"``, ``"stalled"`` (rounding hides what is left to
        gain) or ``"interrupted"``.
    rank
        Unknowns that the images determine; None for methods that do not find out.
    tolerance
        Singular values of the patch matrix below this share of the largest counted as zero; None likewise.
    """

    pairs: Pairs
    method: str
    weights: Floats
    biases: Floats
    history: Floats
    stop: str
    rank: int | None = None
    tolerance: float | None = None

    @property
    def unknowns(self) -> int:
        """Taps of one output channel, and its bias if one was fitted."""
        return self.pairs.unknowns

    @property
    def taps(self) -> Floats:
        """The taps in the form of the images: ``size`` for plain ones, else (C_out, C_in, size...)."""
        return self.weights[0, 0] if self.pairs.form == "plain" else self.weights

    @property
    def bias(self) -> Any:  # noqa: ANN401 - a float, or an array
        """The bias in the form of the images: a float for plain ones, else (C_out,)."""
        return float(self.biases[0]) if self.pairs.form == "plain" else self.biases

    @property
    def prediction(self) -> Floats:
        """Output of the layer on the images, in the form and shape of the labels, float64."""
        outputs = predict(self.pairs, self.weights, self.biases)
        return outputs[0, 0] if self.pairs.form == "plain" else outputs

    @property
    def residual(self) -> Floats:
        """Labels less prediction."""
        import numpy as np

        y = self.pairs.labels
        outputs = self.prediction
        return np.subtract(y[0, 0] if self.pairs.form == "plain" else y, outputs, out=outputs)

    @property
    def loss(self) -> float:
        """Sum of squared residuals, summed over themselves and not by a difference that cancels."""
        return float(residual_squares(self.pairs, self.weights, self.biases).sum())

    @property
    def kernel(self) -> Kernel:
        """The taps, at their exact binary values, as a kernel.

        Window index a becomes the offset ``(a - (size - 1) // 2) * dilation`` on each axis: the layer's output
        is that of the kernel at the middle of its window.

        Raises
        ------
        ShapeError
            Several channels; take the one wanted from ``weights``, with `Kernel.from_array`.
        """
        if self.weights.shape[:2] != (1, 1):
            raise ShapeError(
                f"taps for {self.weights.shape[1]} input and {self.weights.shape[0]} output channels "
                "are no single kernel",
                next="Kernel.from_array(run.weights[0, 0]); -o taps.npy writes all of them",
            )
        given = self.pairs
        return Kernel(
            zip(given.offsets, map(Fraction, self.weights[0, 0].ravel().tolist()), strict=True),
            ndim=given.ndim,
        )

    @property
    def statement(self) -> str:
        """What was found, in words."""
        windows = counted(self.pairs.windows, "window")
        if self.rank is None:
            steps = counted(len(self.history) - 1, "step")
            least = f"the least loss is {min(self.history):.6g}"
            return f"{self.method}: {steps} on {windows}, {_ENDS[self.stop]}; {least}"
        return self.determined(self.rank, f" (singular values above {self.tolerance:g} of the largest)")

    def determined(self, rank: int, how: str) -> str:
        """Say how many unknowns the data determine, and what was left out of them.

        Parameters
        ----------
        rank
            How many.
        how
            How that is known, in parentheses.
        """
        windows = counted(self.pairs.windows, "window")
        unknowns = counted(self.unknowns, "unknown")
        cut = ""
        if any(self.pairs.cut):
            ends = " x ".join(
                map(str, self.pairs.cut if len(set(self.pairs.cut)) > 1 else self.pairs.cut[:1])
            )
            cut = f"; Y is as large as X, and its border, {ends} at each end, is left out"
        if rank == self.unknowns:
            return f"unique: {windows} determine{'s' * (self.pairs.windows == 1)} {_all(self.unknowns)}{cut}"
        few = ""
        if self.pairs.windows < self.unknowns:
            few = f"; {windows} {'is' if self.pairs.windows == 1 else 'are'} fewer than {unknowns}"
        return (
            f"not unique: the images determine {rank} of {unknowns}{how}{few}; of all taps that fit equally well "
            f"these have the least sum of squares{cut}"
        )


def _all(unknowns: int) -> str:
    return "the one unknown" if unknowns == 1 else f"all {unknowns} unknowns"


def learn(  # noqa: PLR0913 - a layer's settings, and a method's
    X: ArrayLike,  # noqa: N803 - the post's name
    Y: ArrayLike,  # noqa: N803 - the post's name
    size: int | Sequence[int],
    *,
    method: Method = "exact",
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    bias: str = "none",
    tolerance: float | None = None,
    refinements: int | None = None,
    start: ArrayLike | str | None = None,
    seed: int | None = None,
    lr: float | None = None,
    steps: int | None = None,
    stop_below: float | None = None,
    progress: Callable[[int, int, float], None] | None = None,
) -> Run:
    """Learn the taps of a convolution layer from images X and labels Y.

    Parameters
    ----------
    X, Y, size, stride, padding, dilation, bias
        As in `kernelkit.learning.pairs.pairs`: plain images (H, W), (L,) or (D, H, W), or many with channels.
    method
        ``"exact"``: the taps with the least sum of squared residuals, at once.  ``"loop"``: the post's gradient
        descent on that sum.  ``"adam"``, ``"lbfgs"``: the optimisers of PyTorch on it.
    tolerance, refinements
        Only for ``"exact"``; as in `kernelkit.learning.solve.solve`.
    start
        Not for ``"exact"``: taps to begin with, ``"zeros"`` (when left out) or ``"uniform"``, from 0 to 1 as
        in the post.  Where the images do not determine all taps, the end depends on it.
    seed
        Only for ``start="uniform"``.
    lr
        Step size, for ``"loop"`` and ``"adam"``.  Left out, 0.01 for Adam; for the loop the best constant step,
        ``1 / (lambda_min + lambda_max)`` of the normal equations.
    steps
        Most steps, not for ``"exact"``; 1000 when left out.
    stop_below
        Stop where the gradient is this share of that at zero taps.  Left out, 0 for the loop, and for the others
        1e-8, or 1e-4 in float32.
    progress
        Not for ``"exact"``: called after each step with its number, the number of all, and the loss before it.
        Ctrl-C ends the run with the best taps so far.

    Raises
    ------
    ShapeError
        Labels that are not of the shape of the output, or a window that does not fit.
    InputError
        No finite numbers, an unknown word, images of zeros, or an option of another method.
    DivergenceError
        The loop's step is too large; the error names the limit.
    MissingExtraError
        PyTorch is not installed, which all methods but ``"exact"`` need.

    Examples
    --------
    >>> run = learn([[1, 1, 0, 0, 1]], [[0, 1, 0, -1]], (1, 2))
    >>> run.taps.round(12).tolist(), run.statement
    ([[1.0, -1.0]], 'unique: 4 windows determine all 2 unknowns')
    """
    one_of(method, get_args(Method), what="method")
    options = {
        "tolerance": tolerance,
        "refinements": refinements,
        "start": start,
        "seed": seed,
        "lr": lr,
        "steps": steps,
        "stop_below": stop_below,
        "progress": progress,
    }
    check_options(method, options)
    given = pairs(X, Y, size, stride=stride, padding=padding, dilation=dilation, bias=bias)
    return fitted(given, method, **options)  # type: ignore[arg-type]  # each option by its own name


def fitted(  # noqa: PLR0913 - the options of `learn`
    given: Pairs,
    method: Method,
    *,
    tolerance: float | None = None,
    refinements: int | None = None,
    start: ArrayLike | str | None = None,
    seed: int | None = None,
    lr: float | None = None,
    steps: int | None = None,
    stop_below: float | None = None,
    progress: Callable[[int, int, float], None] | None = None,
) -> Run:
    """Learn from images and labels that are read already; everything else as in `learn`, options unchecked."""
    import numpy as np

    if method == "exact":
        solution = solve(given, tolerance=tolerance, refinements=1 if refinements is None else refinements)
        return Run(
            pairs=given,
            method=method,
            weights=solution.taps,
            biases=solution.bias,
            history=np.empty(0),
            stop="solved",
            rank=solution.rank,
            tolerance=solution.tolerance,
        )
    from kernelkit.learning.gradient import descend

    below = {"float32": 1e-4, "float64": 1e-8}[str(given.x.dtype)] if method != "loop" else 0.0
    stepped = descend(
        given,
        method,
        starting_taps(given, start, seed),
        lr=_step_size(given, method, lr),
        steps=at_least(1000 if steps is None else steps, 0, what="a number of steps"),
        stop_below=below if stop_below is None else stop_below,
        progress=progress,
    )
    if not stepped.history.size:
        raise KeyboardInterrupt  # before anything was learned
    return Run(
        pairs=given,
        method=method,
        weights=stepped.taps,
        biases=stepped.bias,
        history=stepped.history,
        stop=stepped.stop,
    )


def check_options(method: str, options: Mapping[str, Any]) -> None:
    """Refuse options that the method would not look at."""
    others = _OF_STEPS if method == "exact" else _OF_EXACT + (("lr",) if method == "lbfgs" else ())
    for name in others:
        if options.get(name) is not None:
            raise InputError(
                f'method="{method}" takes no {name}',
                next='learn(X, Y, size, method="loop", lr=0.01, steps=100)'
                if method == "exact"
                else f"leave out {name}",
            )
    if options.get("seed") is not None and options.get("start") != "uniform":
        raise InputError("a seed is for a random start", next='start="uniform", seed=7')
    if options.get("seed") is not None:
        at_least(options["seed"], 0, what="a seed")
    below = options.get("stop_below")
    if below is not None and finite(below, what="a share of the gradient") < 0:
        raise InputError(
            f"a share of the gradient is a number from 0 on, not {below!r}", next="stop_below=1e-8"
        )


def starting_taps(given: Pairs, start: ArrayLike | str | None, seed: int | None) -> Floats:
    """Return the taps to begin with, (C_out, C_in, size...)."""
    import numpy as np

    shape = (given.labels.shape[1], given.x.shape[1], *given.size)
    if start is None or isinstance(start, str):
        word = one_of(start or "zeros", ("zeros", "uniform"), what="start")
        return np.zeros(shape) if word == "zeros" else np.random.default_rng(seed or 0).random(shape)
    try:
        taps = np.asarray(start, dtype=float)
    except (TypeError, ValueError) as refused:
        raise InputError(
            "a start must be numbers in the shape of the taps", next='start="zeros"'
        ) from refused
    wanted = given.size if given.form == "plain" else shape
    if taps.shape != wanted:
        raise ShapeError(f"a start must have the shape of the taps, {wanted}, not {taps.shape}")
    if not np.isfinite(taps).all():
        raise InputError("a start must be finite numbers")
    return taps.reshape(shape)


def _step_size(given: Pairs, method: str, lr: float | None) -> float:
    from kernelkit.learning.descent import descent
    from kernelkit.learning.gram import normal_equations

    if lr is not None:
        return positive(lr, what="a step size")
    if method != "loop":
        return 0.01
    best = descent(normal_equations(given)).best_step
    if math.isinf(best):
        raise InputError(
            "rank 0: X is zero in every window, and no step moves a tap", next="images that vary"
        )
    return best
