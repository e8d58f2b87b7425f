"""What is given to an analysis: refused at the door where it is no kernel."""

from __future__ import annotations

from kernelkit.errors import InputError
from kernelkit.exact.kernel import Kernel


def check_kernel(given: object, *, verb: str) -> None:
    """Refuse what is not a `Kernel`; ``verb`` says what a kernel would be here.

    Raises
    ------
    InputError
        A list, an array or anything else that is no kernel.

    Examples
    --------
    >>> check_kernel(Kernel({0: 1}), verb="has a symbol")
    >>> check_kernel([1, -2, 1], verb="has a symbol")
    Traceback (most recent call last):
        ...
    kernelkit.errors.InputError: a Kernel has a symbol, not list
      next: Kernel.from_array() reads lists and arrays of any library
    """
    if not isinstance(given, Kernel):
        raise InputError(
            f"a Kernel {verb}, not {type(given).__name__}",
            next="Kernel.from_array() reads lists and arrays of any library",
        )
