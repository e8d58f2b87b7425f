"""``kernelkit compare --libraries``: what other libraries answer to images whose derivatives are known."""

from __future__ import annotations

import shlex

import click

from kernelkit.cli.io import tell, write
from kernelkit.cli.kernels import read_any_kernel
from kernelkit.cli.options import output_options
from kernelkit.errors import InputError
from kernelkit.export.table import TABLE_FORMATS


@click.command()
@click.argument("kernels", nargs=-1, metavar="[KERNEL]")
@click.option("--libraries", is_flag=True, help="Compare libraries; kernels are compared by analyse.")
@output_options(TABLE_FORMATS)
def compare(kernels: tuple[str, ...], *, libraries: bool, form: str, output: str | None) -> None:
    """Ask NumPy, SciPy, OpenCV, scikit-image, findiff, kornia and PyTorch, as far as they are installed.

    Without a KERNEL: their calls for d/dx, for the length of the gradient and for the Laplacian, on images whose
    derivatives are known.  Divide an answer by ``scale``.  ``border`` is what then stands in the last column of
    x^2; ``flat`` is the answer to ones, farthest from 0; ``step`` the one in front of a fall by 255, and
    ``8 bits`` the same where the image is of whole numbers from 0 to 255.

    With a KERNEL: how their filters apply its taps.

    \b
    Examples:
      kernelkit compare --libraries
      kernelkit compare --libraries "[[-1,0,1]]"
    """
    from kernelkit.peers.answers import answers
    from kernelkit.peers.calls import listed
    from kernelkit.peers.conventions import conventions
    from kernelkit.peers.tables import answers_as, conventions_as

    if not libraries:
        raise InputError(
            "kernels are compared by analyse, libraries by compare --libraries",
            next=f"kernelkit analyse {shlex.join(kernels or ('sobel-x', 'scharr-x'))}",
        )
    if len(kernels) > 1:
        raise InputError(
            "libraries are asked about one kernel at a time",
            next=f"kernelkit compare --libraries {shlex.quote(kernels[0])}",
        )
    kernel = read_any_kernel(kernels[0]).kernel if kernels else None
    calls, missing = listed()
    if missing:
        names = ", ".join(library.name for library in missing)
        tell(f"not installed: {names}; pip install {' '.join(library.package for library in missing)}")
    if kernel is None:
        write(answers_as(answers(calls), form), output)
    else:
        write(conventions_as(conventions(kernel, calls), form), output)
