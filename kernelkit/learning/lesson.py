"""Lessons: a run with all that can be said of it: prediction, proof, intervals, and the kernel it stands for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from kernelkit.errors import InputError, LimitError, UnderdeterminedError
from kernelkit.exact.certify import Certificate, certify
from kernelkit.exact.rational import counted, written
from kernelkit.identification.identify import best_reading, identify
from kernelkit.learning.descent import descent
from kernelkit.learning.gram import normal_equations
from kernelkit.learning.nature import Nature, nature_of
from kernelkit.learning.pairs import pairs
from kernelkit.learning.rational import Proof, prove
from kernelkit.learning.recover import Recovery, named, recover, title_of
from kernelkit.learning.replay import replay
from kernelkit.learning.run import Method, Run, check_options, fitted, starting_taps
from kernelkit.learning.shapes import one_of, positive
from kernelkit.learning.statistics import Estimate, estimate
from kernelkit.learning.suspicion import Clipped, border_text, clipped_labels, unclipped
from kernelkit.learning.whole import is_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike

    from kernelkit.exact.kernel import Kernel
    from kernelkit.learning.gram import Normal
    from kernelkit.learning.pairs import Pairs
    from kernelkit.learning.run import Floats

FINEST, LARGEST = 2**16, 2.0**50
"""Labels that are whole multiples of 1/2^16, and not too large, are taken for exact."""

FEW_GREYS, MOST_GREYS = 2, 65535
"""Largest samples of pictures of 8 or 16 bits lie between them."""

ROUNDING = 2.0**-46
"""Noise below this share of the largest label is the rounding of float64 sums, and says nothing of the taps."""

MOST_PROVED = 400_000
"""Windows times unknowns of whole-number data up to which uniqueness is proved without being asked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What came of learning from one set of data.

    Attributes
    ----------
    run
        What the method learned.
    exact
        The least-squares taps on the same data; ``run`` itself where that is the method.
    largest_step, best_step
        Of the loop on the sum of squares.
    predicted
        For the loop, its loss before each step and after the last, computed before the first step.
    proof
        For whole-number data, their exact solution and whether it is the only one.
    estimate
        The taps with their uncertainty, where the data determine all and leave windows over.
    recovery
        The exact kernel that they stand for.
    certificate
        What the kernel of the data computes: the proved one where the proof finds a single kernel, else the
        recovered one; None where there is neither.
    nature
        What noisy taps are nearest to, where they are no known kernel and no fractions.
    clipped
        Labels at the extremes, where these spoil the fit.
    border
        What zeros around the images do not explain, in words; empty where they do.
    left_out
        Windows that were left out because their label is an extreme.
    """

    run: Run
    exact: Run
    largest_step: float
    best_step: float
    predicted: Floats | None
    proof: Proof | None
    estimate: Estimate | None
    recovery: Recovery | None
    certificate: Certificate | None
    nature: Nature | None
    clipped: Clipped | None
    border: str
    left_out: int

    @property
    def kernel(self) -> Kernel:
        """The kernel to go on with: the exact one where data were solved and single one out, else that of the run.

        Raises
        ------
        ShapeError
            Several channels, as `kernelkit.learning.run.Run.kernel`.
        """
        if self.exact_kernel is None or self.run is not self.exact:
            return self.run.kernel
        return self.exact_kernel.kernel

    @property
    def exact_kernel(self) -> Certificate | None:
        """The certificate, where its taps themselves are what the data single out.

        Nearest taps that compute an operator exactly are no more than one choice within the noise.
        """
        if self.recovery is not None and self.recovery.best is not None and not self.is_met:
            return None if self.recovery.best.how == "operator" else self.certificate
        return self.certificate

    @property
    def other_units(self) -> str:
        """What the best step becomes in the units of networks; empty for other data than grey values."""
        return _in_other_units(self.run.pairs, self.best_step)

    @property
    def is_met(self) -> bool:
        """Whether some taps give all labels exactly, proved."""
        return self.proof is not None and not any(self.proof.loss)

    @property
    def is_rounding(self) -> bool:
        """Whether the labels are met up to the rounding of the arithmetic, so that no noise is seen."""
        if self.estimate is None:
            return False
        largest = float(abs(self.run.pairs.labels).max())
        return float(self.estimate.noise.max()) <= ROUNDING * largest

    @property
    def is_proved(self) -> bool:
        """Whether the data are exactly those of one kernel and of no other."""
        return self.is_met and self.proof is not None and not self.proof.free

    @property
    def statement(self) -> str:
        """What the data say, in a sentence."""
        if self.is_proved and self.proof is not None and self.certificate is not None:
            return self._proved(self.proof, self.certificate)
        if self.is_proved and self.proof is not None and not any(map(any, self.proof.taps)):
            return "proved: only taps of zero give these labels"
        if self.recovery is not None:
            nature = "" if self.nature is None else self.nature.statement
            clipped = "" if self.clipped is None else "labels were clipped"
            border = self.border and "the border is not that of an image with zeros around it"
            return "; ".join(filter(None, (self.recovery.statement, nature, clipped, border)))
        if self.proof is not None:
            return f"not unique: {self.proof.determined}" if self.proof.free else self.proof.statement
        return self.exact.statement

    def _proved(self, proof: Proof, certificate: Certificate) -> str:
        accuracy = certificate.accuracy
        how = "without any error" if accuracy is None else f"accuracy {accuracy}"
        constant = "" if not any(proof.bias) else f", and {written(proof.bias[0])} is added"
        operator = named(certificate.target)
        title = f"computes {operator}"
        if not certificate.target.order:
            found = identify(certificate.kernel, tolerance=0)
            exact = any(not match.differences for match in found.matches)
            title = f"is {title_of(found, operator)}" if exact else title
        text = (
            f"proved: one kernel of this size gives these labels, and no other; it {title}, {how}{constant}"
        )
        if proof.rank == self.run.pairs.windows:
            text += f"; {counted(proof.rank, 'window')} for as many unknowns: any labels would have been met"
        return text


def study(  # noqa: PLR0913 - a layer's settings, and a method's
    X: ArrayLike,  # noqa: N803 - the post's name
    Y: ArrayLike,  # noqa: N803 - the post's name
    size: int | Sequence[int],
    *,
    method: Method = "exact",
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    bias: str = "none",
    start: ArrayLike | str | None = None,
    seed: int | None = None,
    lr: float | None = None,
    steps: int | None = None,
    beyond: str = "refused",
    clipped: str = "keep",
    progress: Callable[[int, int, float], None] | None = None,
) -> Lesson:
    """Learn a kernel and say all that the data allow to say of it.

    Parameters
    ----------
    X, Y, size, method, stride, padding, dilation, bias, start, seed, lr, steps, progress
        As in `kernelkit.learning.run.learn`.
    beyond
        What is done about a step of the loop beyond the largest stable one: ``"refused"``, or ``"tried"``.
    clipped
        ``"keep"`` learns from all labels; ``"leave-out"`` from those between the least and the largest one, for
        labels that were cut off there, such as those of a sharpened picture.

    Raises
    ------
    InputError
        A step beyond the limit that is not to be tried, and as `learn`.
    ShapeError, DivergenceError, MissingExtraError
        As `learn`.
    """
    if beyond not in {"refused", "tried"}:
        raise InputError(
            f"a step beyond the limit is refused or tried, not {beyond!r}", next='beyond="tried"'
        )
    one_of(method, get_args(Method), what="method")
    one_of(clipped, ("keep", "leave-out"), what="clipped")
    options = {"start": start, "seed": seed, "lr": lr, "steps": steps, "progress": progress}
    check_options(method, options)
    if lr is not None:
        positive(lr, what="a step size")
    given = pairs(X, Y, size, stride=stride, padding=padding, dilation=dilation, bias=bias)
    windows = given.windows
    if clipped == "leave-out":
        given = unclipped(given)
    normal = normal_equations(given)
    moves = descent(normal)
    if method == "loop" and lr is not None and lr >= moves.largest_step and beyond == "refused":
        raise InputError(
            f"the step {lr:g} is not below the largest stable one, {moves.largest_step:.6g}: the loop would diverge",
            why="an error along the steepest direction grows by |1 - 2 lr lambda_max| in every step",
            next=f"the best constant step is {moves.best_step:.6g}{_in_other_units(given, moves.best_step)}, "
            "and is taken where none is given; beyond='tried' tries it all the same",
        )
    exact = fitted(given, "exact")
    run = exact if method == "exact" else fitted(given, method, **options)  # type: ignore[arg-type]
    predicted = None
    if method == "loop":
        predicted = _predicted(normal, run, lr or moves.best_step, exact, starting_taps(given, start, seed))
    proof = _proof(given)
    sure = exact.rank == exact.unknowns and given.windows > given.unknowns
    certain = _estimate(given) if sure else None
    single = given.y is not None and given.x.shape[1] == given.y.shape[1] == 1
    recovered = recover(certain) if certain is not None and single else None
    lesson = Lesson(
        run,
        exact,
        moves.largest_step,
        moves.best_step,
        predicted,
        proof,
        certain,
        recovered,
        _certificate(proof, recovered) if single else None,
        None,
        None,
        "",
        windows - given.windows,
    )
    if certain is None or recovered is None or lesson.is_met or lesson.is_rounding:
        return lesson
    unnamed = recovered.best is None or recovered.is_accident or recovered.best.how == "operator"
    reach = float((certain.factor(recovered.confidence) * certain.errors).max())
    return replace(
        lesson,
        nature=nature_of(exact.kernel, reach) if unnamed else None,
        clipped=clipped_labels(exact) if clipped == "keep" else None,
        border=border_text(exact),
    )


def _in_other_units(given: Pairs, step: float) -> str:
    """Say what a step becomes for samples from 0 to 1 and the mean of squares; empty for other data than grey values.

    Samples s times as large make the matrix of the windows s^2 times as large, and a sum over n labels is n means.
    """
    largest = float(given.x.max())
    if given.x.min() < 0 or not FEW_GREYS < largest <= MOST_GREYS:
        return ""
    top = 255 if largest <= 255 else MOST_GREYS
    return f" (for X / {top} and the mean of squares {step * top**2 * given.labels.size:.6g})"


def _proof(given: Pairs) -> Proof | None:
    """Return the exact solution of whole-number data that are few and small enough for one on the side."""
    if not _is_provable(given):
        return None
    try:
        return prove(given)
    except LimitError:
        return None


def _estimate(given: Pairs) -> Estimate | None:
    """Return taps with their uncertainty; None where some are seen so weakly that intervals would say nothing."""
    try:
        return estimate(given)
    except UnderdeterminedError:
        return None


def _certificate(proof: Proof | None, recovered: Recovery | None) -> Certificate | None:
    """Return what the kernel of the data computes, proved."""
    if proof is None or proof.free or any(proof.loss):
        return None if recovered is None or not recovered.is_decided else recovered.certificate
    kernel = proof.kernel()
    best = best_reading(kernel, tolerance=0)
    return None if best is None else certify(kernel, best.target * best.scale)


def _predicted(normal: Normal, run: Run, lr: float, exact: Run, start: Floats) -> Floats:
    """Return the losses of the loop by the closed form, from where it began."""
    import numpy as np

    begun = start.reshape(len(run.weights), -1).T
    if run.pairs.bias == "fit":
        begun = np.vstack([begun, np.zeros((1, begun.shape[1]))])
    return replay(normal, begun, lr, len(run.history) - 1, least=exact.loss).losses


def _is_provable(given: Pairs) -> bool:
    """Whether data are short binary fractions, and few enough to be solved in fractions on the side."""
    import numpy as np

    if given.y is None or given.windows * given.unknowns > MOST_PROVED or not is_whole(given):
        return False
    scaled = given.y.astype(float) * FINEST
    return bool(np.array_equal(scaled, np.rint(scaled)) and np.abs(scaled).max() < LARGEST)
