"""Every error kernelkit raises on purpose: what failed, why, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from kernelkit.exact.obstruct import Obstruction


class KernelkitError(Exception):
    """Root of all errors raised on purpose.

    Parameters
    ----------
    what
        The failure, in one sentence.
    why
        The cause, where one can be named.
    next
        A way out: a call or command that works.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, what: str, *, why: str = "", next: str = "") -> None:
        self.what = what
        self.why = why
        self.next = next
        lines = [what]
        if why:
            lines.append(f"  why:  {why}")
        if next:
            lines.append(f"  next: {next}")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (type(self), self.args, self.__dict__)


def _restored(
    kind: type[KernelkitError], arguments: tuple[object, ...], state: dict[str, object]
) -> KernelkitError:
    """Rebuild a pickled error: its constructor takes other arguments than an exception keeps."""
    error = kind.__new__(kind, *arguments)
    error.args = arguments
    error.__dict__.update(state)
    return error


class InputError(KernelkitError, ValueError):
    """An argument that means nothing here: repeated nodes, NaN, a zero spacing, a negative order."""


class LimitError(KernelkitError):
    """A request beyond a stated limit on work or size, refused before it can hang."""


class ShapeError(KernelkitError, ValueError):
    """Dimensions or shapes that do not fit; both are written out."""


class OffGridError(KernelkitError):
    """A kernel whose offsets lie on no common unit lattice cannot become an array."""


class UnknownNameError(KernelkitError, LookupError):
    """A name nobody knows; the nearest known ones are offered."""


class ExpressionError(KernelkitError, ValueError):
    """Text that is no operator, kernel or list of points; a caret stands under the place."""


class DatasetError(KernelkitError, ValueError):
    """Data missing, damaged, or not what they are said to be: which file, what was expected, what was found."""


class CheckpointError(KernelkitError, ValueError):
    """Wrong, damaged or foreign weights, or such a checkpoint."""


class OutputError(KernelkitError, OSError):
    """A result that could not be written; nothing was left half-written."""


class ReportError(KernelkitError, ValueError):
    """An answer that must not be shown: a check that failed, a number nobody computed, a report that differs."""

    exit_code = 1


class MissingExtraError(KernelkitError, ImportError):
    """An optional package is not installed; the next line is the command that installs it."""

    exit_code = 4


class DivergenceError(KernelkitError):
    """Training whose loss grows instead of falling; ``limit`` is the largest stable step."""

    def __init__(self, what: str, *, limit: float, why: str = "", next: str = "") -> None:
        self.limit = limit
        super().__init__(what, why=why, next=next)


class UnsolvableError(KernelkitError):
    """Mathematics forbids the kernel; ``obstruction`` is the polynomial that proves it."""

    exit_code = 3

    def __init__(self, what: str, *, obstruction: Obstruction, also: str = "", next: str = "") -> None:
        self.obstruction = obstruction
        super().__init__(what, why=obstruction.statement + also, next=next)


class UnderdeterminedError(KernelkitError):
    """Several kernels fit; ``freedom`` says how many taps stay free."""

    def __init__(self, what: str, *, freedom: int, why: str = "", next: str = "") -> None:
        self.freedom = freedom
        super().__init__(what, why=why, next=next)
