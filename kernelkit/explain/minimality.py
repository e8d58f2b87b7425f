"""Why no smaller kernel exists, in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kernelkit.exact.bounds import Bound, is_line_derivative, lower_bound
from kernelkit.exact.obstruct import obstruction
from kernelkit.exact.offsets import Stencil, box_text
from kernelkit.exact.rational import counted
from kernelkit.exact.symmetry import centre_of
from kernelkit.explain.formats import known_format
from kernelkit.explain.paragraphs import paragraph
from kernelkit.export.base import Sheet
from kernelkit.export.json import record
from kernelkit.export.text import conventions, drawing, facts

if TYPE_CHECKING:
    from kernelkit.exact.certify import Certificate
    from kernelkit.exact.functional import Functional
    from kernelkit.exact.minimal import Minimal

FORMATS = {"text": "for reading in a terminal", "json": "for scripts"}


def prove(certificate: Certificate, *, searched: Stencil | None = None) -> str:
    """Tell how many taps any kernel as accurate as this one needs, and why.

    Parameters
    ----------
    certificate
        A kernel with its target; the accuracy proved in it is the one that is asked of all others.
    searched
        The points among which the kernel was found to have the fewest taps, where they were searched.

    Returns
    -------
    str
        The lower bound with its proof, a worked example, and whether the kernel attains the bound.
    """
    accuracy = max(certificate.accuracy or 1, 1)
    bound = lower_bound(certificate.target, accuracy)
    parts = [proof_text(certificate.target, bound, accuracy)]
    if bound.theorem == "Vandermonde":
        parts += _example(certificate)
    count = len(certificate.kernel)
    if count == bound.count:
        parts.append(f"This kernel has {counted(count, 'tap')}, so it is minimal: the bound is attained.")
    else:
        parts.append(
            f"This kernel has {counted(count, 'tap')}. The bound alone does not say whether some kernel has fewer; "
            "kernelkit minimal searches for the fewest taps."
        )
        if searched:
            parts.append(
                f"On the {counted(len(searched), 'point')} given none has fewer, by exhaustive search."
            )
    return "\n\n".join(map(paragraph, parts))


def told(found: Minimal, form: str) -> str:
    """Write the answer to "which kernel is the smallest?".

    Raises
    ------
    UnknownNameError
        ``form`` is no key of `FORMATS`.
    """
    if known_format(form, FORMATS, of="the fewest taps") == "json":
        return json.dumps(minimal_record(found), indent=2)
    certificate = found.certificate
    where = (
        "" if found.optimal or found.within is None else f" on these {counted(len(found.within), 'point')}"
    )
    known = "" if found.optimal_within else " known"
    title = f"the fewest taps{known} for {found.target.name}{where}: {found.count}"
    example = f"An example, of accuracy {certificate.accuracy}:"
    if certificate.accuracy is None:
        example = "An example, without any error:"
    sheet = Sheet(found.kernel, certificate)
    parts = [
        title,
        f"{example}\n\n{drawing(sheet)}",
        "\n".join(line for line in facts(certificate) if not line.startswith("taps")),
        "\n".join(conventions(sheet)),
        proof_text(found.target, found.bound, found.accuracy),
        paragraph(found.scope[0].upper() + found.scope[1:] + "."),
        *map(paragraph, _windows(found)),
        *map(paragraph, _search(found)),
    ]
    return "\n\n".join(parts)


def minimal_record(found: Minimal) -> dict[str, object]:
    """Return the answer as plain values for JSON: the example's record, and what is proved."""
    return record(Sheet(found.kernel, found.certificate)) | {
        "minimal": {
            "taps": found.count,
            "accuracy_asked": found.accuracy,
            "lower_bound": found.bound.count,
            "theorem": found.bound.theorem,
            "proof": found.bound.proof,
            "optimal": found.optimal,
            "optimal_within": found.optimal_within,
            "scope": found.scope,
            "points_searched": len(found.within) if found.within else 0,
            "searched_through": found.searched,
            "sets_searched": found.sets,
            "supports": found.supports,
        }
    }


def _windows(found: Minimal) -> list[str]:
    """Say which windows hold the fewest taps of a derivative on a line."""
    order = found.target.order
    if not is_line_derivative(found.target) or found.within is not None or found.accuracy > 2:
        return []
    if any(x.denominator != 1 for x in centre_of(found.target)):
        return []
    if order % 2:
        odd = (
            f"A window centred on a sample has {order + 2} points: its middle tap is 0, which leaves {order + 1} taps. "
            f"A window centred half way between samples has {order + 1} points. Both have accuracy 2."
        )
        return [odd]
    return [f"A window centred on a sample has {order + 1} points, and accuracy 2."]


def _search(found: Minimal) -> list[str]:
    if found.within is None:
        return []
    lines = f"Searched: {found.sets:,} sets of up to {found.searched} of the {counted(len(found.within), 'point')}"
    lines += f" {box_text(found.within)}."
    if found.supports:
        verb = "has" if found.supports == 1 else "have"
        lines += f" On them {counted(found.supports, 'kernel')} {verb} {counted(found.count, 'tap')}."
    return [lines]


def proof_text(target: Functional, bound: Bound, accuracy: int) -> str:
    """Write a lower bound and its proof."""
    name = target.name
    aim = "consistent kernel" if accuracy == 1 else f"kernel of accuracy {accuracy}"
    taps = counted(bound.count, "tap")
    return paragraph(f"Every {aim} for {name} has at least {taps} ({bound.theorem}): {bound.proof}.")


def _example(certificate: Certificate) -> list[str]:
    """Show the obstruction on the kernel's own points less one, where the Vandermonde bound speaks."""
    order = certificate.target.order
    if len(certificate.kernel) <= order:
        return []
    fewer = Stencil(1, certificate.kernel.support.offsets[:order])
    witness = obstruction(certificate.target, fewer)
    assert witness is not None  # d points never suffice for order d
    noun = "offset" if order == 1 else "offsets"
    return [f"For example on the {noun} {repr(fewer)[9:-2]}: {witness.statement}."]
