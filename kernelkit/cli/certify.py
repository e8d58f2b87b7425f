"""``kernelkit certify``: the twin of `kernelkit.certify`."""

from __future__ import annotations

import click

from kernelkit.cli.io import write
from kernelkit.cli.kernels import Given, read_any_kernel, read_taps
from kernelkit.cli.options import Wanted, Whole, output_options, wanted_options
from kernelkit.errors import InputError
from kernelkit.exact.certify import certify as certified
from kernelkit.exact.notation import read_numbers
from kernelkit.export.base import render

CLAIM_FAILED = 1


@click.command()
@click.argument("kernel", required=False)
@wanted_options
@click.option("--taps", metavar="TAPS", help='Taps, such as "1,-2,1"; in ascending order of the offsets.')
@click.option(
    "--offsets",
    metavar="POINTS",
    help="Offsets of --taps: -1:1 or 0,1,3 or (0,0),(1,0); centred when left out.",
)
@click.option(
    "--spacing",
    metavar="H[,H...]",
    help="Distance between samples, one number or one an axis; a json file brings its own.",
)
@click.option("--accuracy", type=Whole(min=1), metavar="P", help="Claim to check: error O(h^P).")
@output_options(["text", "json"])
@click.pass_context
def certify(
    context: click.Context,
    kernel: str | None,
    wanted: Wanted,
    taps: str | None,
    offsets: str | None,
    spacing: str | None,
    accuracy: int | None,
    form: str,
    output: str | None,
) -> None:
    """Prove what KERNEL computes: its accuracy and error, or where the claim fails.

    KERNEL is a literal such as "[1,-2,1]" or "[[0,1,0],[1,-4,1],[0,1,0]]/1", a derivation such as derive:2:4
    (order 2, accuracy 4), a name such as sobel-x (divided by its gain), a json, csv or npy file, or - for standard
    input; or give --taps and --offsets.
    The exit code is 1 when the claim fails.

    \b
    Examples:
      kernelkit certify "[1,-2,1]" --order 2
      kernelkit certify --taps "1,-2,1" --offsets=-1:1 --operator dxx
      kernelkit certify "[[-1,0,1],[-2,0,2],[-1,0,1]]/8" --order 0,1
      kernelkit certify "[1,4,1]/3" --integral=-1,1
    """
    if (kernel is None) == (taps is None):
        raise InputError(
            "no kernel is given" if kernel is None else "KERNEL and --taps are two kernels",
            next='kernelkit certify "[1,-2,1]" --order 2',
        )
    if kernel is not None and offsets is not None:
        raise InputError("--offsets belongs to --taps; KERNEL carries its own", next="leave --offsets out")
    given = Given(read_taps(taps or "", offsets)) if kernel is None else read_any_kernel(kernel)
    if given.entry is not None:
        given = Given(given.entry.kernel)
    target = wanted.functional(ndim=given.kernel.ndim)
    if spacing is not None:
        target = target.on_grid(read_numbers(spacing, "spacing"))
    elif given.spacing is not None and target.ndim == given.kernel.ndim:
        target = target.on_grid(given.spacing)
    certificate = certified(given.kernel, target)
    write(render(certificate, form), output)
    reached = certificate.accuracy is None or certificate.accuracy >= (accuracy or 1)
    if not certificate.consistent or not reached:
        if certificate.consistent:
            click.echo(f"the claim fails: the accuracy is {certificate.accuracy}, not {accuracy}", err=True)
        context.exit(CLAIM_FAILED)
