"""Entries: a named kernel with its published taps, what it computes, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

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
    _proofs: list[_Proof] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def gain(self) -> Fraction:
        """The factor of the target in the published taps: 8 for the Sobel mask.

        Read from the first monomial that the target does not annul.

        Raises
        ------
        InputError
            The taps annul that monomial: they hold nothing of the target.
        """
        return self._proof.gain

    @property
    def consistent(self) -> bool:
        """Whether the published taps, divided by the gain, are a consistent kernel for the target."""
        return self._proof.scaled.consistent

    @property
    def kernel(self) -> Kernel:
        """The consistent kernel of unit gain: the published taps divided by the gain.

        Where the published taps are not consistent, it is the nearest kernel that is.
        """
        return self._proof.unit.kernel

    @property
    def certificate(self) -> Certificate:
        """What `kernel` computes, proved."""
        return self._proof.unit

    @property
    def _proof(self) -> _Proof:
        # a proof of a hundred thousand taps takes a second, and every property needs it
        if not self._proofs:
            self._proofs.append(_proof_of(self))
        return self._proofs[0]


class _Proof(NamedTuple):
    """What is proved of an entry: its gain, and what the taps over it and the unit kernel compute."""

    gain: Fraction
    scaled: Certificate
    unit: Certificate


def _proof_of(entry: Entry) -> _Proof:
    terms = sorted(entry.target.terms, key=lambda term: tuple(factor.order for factor in term[1]))
    alpha = tuple(max(factor.order, 0) for factor in terms[0][1])
    gain = entry.published.moment(alpha) / entry.target.moment(alpha)
    if not gain:
        raise InputError(f"the taps of {entry.name} hold nothing of {entry.target.name}")
    scaled = certify(entry.published / gain, entry.target)
    unit = scaled if scaled.consistent else certify(nearest(scaled.kernel, entry.target), entry.target)
    return _Proof(gain, scaled, unit)
