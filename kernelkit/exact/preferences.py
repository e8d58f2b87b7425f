"""Choosing among kernels where taps stay free: stated, exact, deterministic rules.

``fewest``
    The fewest taps, by exhaustive search; among those the most accurate, then the one nearest to the place of
    the target (least sum of squared distances), then the smallest offsets.
``symmetric``
    Taps that follow every reflection and exchange of axes under which points and target stay the same (up to
    sign); among those the fewest taps, with the same tie-break.
``isotropic``
    Symmetric taps whose leading error is a constant times target times a power of the Laplacian; among those
    the fewest taps, with the same tie-break.  Its accuracy is even: an odd request is raised by one.
``least-norm``
    The least sum of squared taps, which is the least noise gain.  With the monomials through degree m as
    conditions this is the Savitzky-Golay kernel of degree m.
"""

from __future__ import annotations

from typing import NamedTuple

from kernelkit.errors import UnknownNameError


class Rule(NamedTuple):
    """What a preference asks of the kernel, and what it makes least."""

    symmetric: bool
    isotropic: bool
    least: str
    words: str


RULES = {
    "fewest": Rule(symmetric=False, isotropic=False, least="taps", words="the fewest taps"),
    "symmetric": Rule(symmetric=True, isotropic=False, least="taps", words="symmetric taps, then the fewest"),
    "isotropic": Rule(
        symmetric=True,
        isotropic=True,
        least="taps",
        words="an isotropic leading error, symmetric taps, then the fewest",
    ),
    "least-norm": Rule(symmetric=False, isotropic=False, least="norm", words="the least sum of squared taps"),
}


def check_preference(prefer: str) -> None:
    """Refuse a preference that is no key of `RULES`."""
    if prefer not in RULES:
        raise UnknownNameError(
            f"no preference is called {prefer!r}", next=f"preferences are {', '.join(RULES)}"
        )
