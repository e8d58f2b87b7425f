"""``kernelkit derive``: the twin of `kernelkit.derive`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kernelkit.cli.io import tell, write
from kernelkit.cli.options import Wanted, Whole, output_options, wanted_options
from kernelkit.cli.spacing import fewest_nodes, read_spacing, uneven_points
from kernelkit.errors import InputError
from kernelkit.exact.certify import certify
from kernelkit.exact.derive import derive as exact_kernel
from kernelkit.exact.notation import read_points
from kernelkit.exact.preferences import RULES
from kernelkit.exact.sides import Side
from kernelkit.export.base import FORMATS, render

if TYPE_CHECKING:
    from kernelkit.exact.functional import Functional
    from kernelkit.exact.offsets import Stencil


@click.command()
@wanted_options
@click.option(
    "--accuracy",
    type=Whole(min=1),
    metavar="P",
    help="Error O(h^P); without it 2, or the highest the offsets allow.",
)
@click.option(
    "--side",
    type=click.Choice([side.value for side in Side]),
    help="Where samples lie, when no offsets are given. [default: central]",
)
@click.option(
    "--offsets",
    metavar="POINTS",
    help="Samples: -2,-1,0,1 or 0:4 or 1/2,3/2 or box:1 or cross:2 or (0,0),(1,0).",
)
@click.option(
    "--spacing",
    metavar="H[,H...]",
    help="Numbers or names: one an axis; in 1-D several are the widths of uneven cells.",
)
@click.option("--prefer", type=click.Choice(list(RULES)), help="Which kernel, where taps stay free.")
@click.option("--name", metavar="NAME", help="What code in c, fortran, julia and python calls the kernel.")
@click.option("--explain", is_flag=True, help="Add the derivation step by step.")
@click.option("--prove", is_flag=True, help="Add the proof that no smaller kernel exists.")
@output_options(FORMATS)
def derive(
    wanted: Wanted,
    accuracy: int | None,
    side: str | None,
    offsets: str | None,
    spacing: str | None,
    prefer: str | None,
    name: str | None,
    form: str,
    output: str | None,
    *,
    explain: bool,
    prove: bool,
) -> None:
    """Derive the kernel that computes a target, exactly, and prove its error.

    Exactly one of --order, --operator and --integral names the target.  The kernel is a correlation:
    (K f)(x) = sum tap * f(x + offset), offsets in samples, in array order (the last axis is x).

    \b
    Examples:
      kernelkit derive --order 2
      kernelkit derive --order 1 --side forward --accuracy 3
      kernelkit derive --operator "dxx + dyy" --offsets box:1 --prefer isotropic
      kernelkit derive --integral 0,1 --offsets=-1:2 --format json
      kernelkit derive --order 2 --spacing h1,h2
    """
    if (explain or prove) and form != "text":
        raise InputError(f"--explain and --prove write text, not {form}", next="leave --format out")
    target = wanted.functional()
    stencil = None if offsets is None else read_points(offsets, ndim=target.ndim)
    widths = [] if spacing is None else read_spacing(spacing)
    if any(isinstance(width, str) for width in widths):
        from kernelkit.cli.symbols import symbolic_text

        if stencil is not None or prefer is not None or explain or prove:
            raise InputError(
                "--offsets, --prefer, --explain and --prove need spacings as numbers",
                next="give names without them, or numbers with them",
            )
        write(symbolic_text(target, widths, accuracy=accuracy, side=side, form=form, name=name), output)
        return
    nodes = None
    numbers = [width for width in widths if not isinstance(width, str)]
    if target.ndim == 1 and len(numbers) > 1:
        if stencil is not None:
            raise InputError(
                "uneven cells are the samples, and --offsets names others", next="leave one of them out"
            )
        nodes = uneven_points(target, numbers, side)
        stencil = nodes if prefer else _needed(target, nodes, accuracy)
        side, accuracy = None, None if prefer is None else accuracy
    elif numbers:
        target = target.on_grid(numbers)
    kernel = exact_kernel(target, stencil, accuracy=accuracy, side=side, prefer=prefer)
    certificate = certify(kernel, target)
    parts = [render(certificate, form, nodes=nodes, name=name or "")]
    if explain:
        from kernelkit.explain import derivation

        parts.append(derivation.explain(certificate, stencil, prefer=prefer))
    if prove:
        from kernelkit.explain import minimality

        parts.append(minimality.prove(certificate, searched=stencil if prefer == "fewest" else None))
    write("\n\n".join(parts), output)


def _needed(target: Functional, nodes: Stencil, accuracy: int | None) -> Stencil:
    """Return of the nodes the fewest that reach an accuracy, all where none is asked for; the others get taps of 0."""
    if accuracy is None:
        return nodes
    kept = fewest_nodes(target, nodes, accuracy)
    if len(kept) < len(nodes):
        tell(
            f"{len(kept)} of {len(nodes)} nodes are needed for accuracy {accuracy}; the others get taps of 0"
        )
    return kept
