"""Anisotropy: by how much the leading error of a Laplacian depends on direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.errors import InputError
from kernelkit.exact.certify import certify
from kernelkit.exact.functional import laplacian

if TYPE_CHECKING:
    from fractions import Fraction

    from kernelkit.exact.kernel import Kernel


def anisotropy(kernel: Kernel) -> Fraction:
    """Return how far the leading error of a Laplacian in the plane is from a multiple of the squared Laplacian.

    With m_ab the Taylor coefficient of d^(a+b)/dx^a dy^b at unit gain, the answer is ``m22 - 2 m40``.  It is 0
    exactly when the error of degree four is the same in all directions: on a plane wave of wave number w in
    direction phi that error is ``w^4 (m40 + anisotropy * sin(2 phi)^2 / 4)``.

    Parameters
    ----------
    kernel
        A kernel for the Laplacian, up to a gain, with the symmetry of the square through degree four.

    Raises
    ------
    ShapeError
        The kernel does not have two axes.
    InputError
        It computes no multiple of the Laplacian, or its error has terms without the symmetry of the square:
        one number cannot describe those.

    Examples
    --------
    >>> from kernelkit import Kernel
    >>> anisotropy(Kernel.from_array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]))
    Fraction(-1, 6)
    >>> anisotropy(Kernel.from_array([[1, 4, 1], [4, -20, 4], [1, 4, 1]]))
    Fraction(0, 1)
    """
    gain = certify(kernel, laplacian(2)).gain
    if gain is None:
        raise InputError(
            "the kernel computes no multiple of the Laplacian",
            next="certify(kernel, laplacian(2)) says what it does instead",
        )
    lopsided = [alpha for alpha in ((3, 0), (2, 1), (1, 2), (0, 3), (3, 1), (1, 3)) if kernel.moment(alpha)]
    if lopsided or kernel.moment((4, 0)) != kernel.moment((0, 4)):
        raise InputError(
            "the error of the kernel does not have the symmetry of the square",
            why=f"its moment {lopsided[0]} is not zero"
            if lopsided
            else "its fourth moments along y and x differ",
            next="certify(kernel, laplacian(2)).terms(2) lists the error terms",
        )
    return (kernel.moment((2, 2)) / 4 - kernel.moment((4, 0)) / 12) / gain
