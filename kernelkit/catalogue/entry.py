"""Entries: a named kernel with its published taps, what it computes, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kernelkit.errors import InputError
from kernelkit.exact.certify import Certificate, certify
from kernelkit.exact.nearest import nearest
from kernelkit.notebook import Told

if TYPE_CHECKING:
    from fractions import Fraction

    from kernelkit.exact.functional import Functional
    from kernelkit.exact.kernel import Kernel


@dataclass(frozen=True, slots=True)
class Entry(Told):
    """A kernel of the catalogue.

    Published taps compute ``gain * target`` and higher terms.  What of that is true is not stated but proved:
    `gain` and `certificate` are computed from the taps.

    Attributes
    ----------
    name
        The name it is asked for by, such as ``sobel-3-x``.
    title
        A line of prose.
    published
        The taps as printed in the source, in the correlation convention.
    target
        What the kernel is meant to compute, per sample spacing.
    source
        Where it was published.
    family
        The kind of kernel: ``gradient``, ``laplacian``, ``smoothing``, ...
    aliases
        Other names.
    remarks
        What to know before using it.
    precision
        Half a unit of the last printed place, where the source rounded; None where the taps are exact.
    """

    name: str
    title: str
    published: Kernel
    target: Functional
    source: str
    family: str
    aliases: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    precision: Fraction | None = None

    @property
    def gain(self) -> Fraction:
        """The factor of the target in the published taps: 8 for the Sobel mask.

        Read from the first monomial that the target does not annul.

        Raises
        ------
        InputError
            The taps annul that monomial: they hold nothing of the target.
        """
        terms = sorted(self.target.terms, key=lambda term: tuple(factor.order for factor in term[1]))
        alpha = tuple(max(factor.order, 0) for factor in terms[0][1])
        ratio = self.published.moment(alpha) / self.target.moment(alpha)
        if not ratio:
            raise InputError(f"the taps of {self.name} hold nothing of {self.target.name}")
        return ratio

    @property
    def consistent(self) -> bool:
        """Whether the published taps, divided by the gain, are a consistent kernel for the target."""
        return certify(self.published / self.gain, self.target).consistent

    @property
    def kernel(self) -> Kernel:
        """The consistent kernel of unit gain: the published taps divided by the gain.

        Where the published taps are not consistent, it is the nearest kernel that is.
        """
        scaled = self.published / self.gain
        return scaled if certify(scaled, self.target).consistent else nearest(scaled, self.target)

    @property
    def certificate(self) -> Certificate:
        """What `kernel` computes, proved."""
        return certify(self.kernel, self.target)
