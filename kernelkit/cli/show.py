"""``kernelkit show``: the catalogue, and one kernel of it."""

from __future__ import annotations

import click

from kernelkit.catalogue.named import entries, families
from kernelkit.cli.io import write
from kernelkit.cli.kernels import find_entry
from kernelkit.cli.options import output_options, plot_options
from kernelkit.cli.pictures import ONE, draw_one
from kernelkit.errors import InputError
from kernelkit.explain.entry import (
    entry_json,
    entry_list,
    entry_table,
    entry_text,
    family_cards,
    family_table,
)
from kernelkit.export.base import FORMATS, render
from kernelkit.export.table import TABLE_FORMATS, render_table


@click.command()
@click.argument("name", required=False)
@click.option(
    "--family", metavar="WORD", help="List only kernels of a kind: gradient, laplacian, smoothing, ..."
)
@click.option("--families", "list_families", is_flag=True, help="List the families with their parameters.")
@click.option("--published", is_flag=True, help="Export the taps as published instead of those of unit gain.")
@plot_options(ONE)
@output_options(FORMATS)
def show(
    name: str | None,
    family: str | None,
    plot: str | None,
    picture: str | None,
    form: str,
    output: str | None,
    *,
    list_families: bool,
    published: bool,
) -> None:
    """Show a kernel of the catalogue, or list all of them.

    NAME is a fixed name such as scharr-3-x, or a member of a family: FAMILY[-SIZE][-AXES][:KEY=VALUE,...], as in
    sobel-5-xy, savgol-x:size=7,degree=4 or gaussian-x:sigma=3/2.  Every figure is proved when it is shown.

    \b
    Examples:
      kernelkit show sobel-x
      kernelkit show --family laplacian
      kernelkit show --families
      kernelkit show savgol-x:size=7,degree=4 --format python
    """
    if name is None:
        if plot is not None:
            raise InputError("a list has no figure", next="kernelkit show sobel-x --plot sobel.png")
        if form not in TABLE_FORMATS:
            raise InputError(
                f"a list is not written as {form}", next=f"formats are {', '.join(TABLE_FORMATS)}"
            )
        write(_families(form) if list_families else _list(family, form), output)
        return
    if family is not None or list_families:
        raise InputError(
            "a name is given, and lists are not asked for by name", next=f"kernelkit show {name}"
        )
    entry = find_entry(name)
    if plot is not None:
        draw_one(entry.name, entry.published, picture, plot)
    if form == "json" and not published:
        write(entry_json(entry), output)
    elif form == "text" and not published:
        write(entry_text(entry), output)
    else:
        write(render(entry.published if published else entry.certificate, form), output)


def _families(form: str) -> str:
    known = families().values()
    return family_cards(known) if form == "text" else render_table(family_table(known), form)


def _list(family: str | None, form: str) -> str:
    listed = [entry for entry in entries() if family is None or entry.family == family]
    if not listed:
        known = sorted({entry.family for entry in entries()})
        raise InputError(f"no kernel is of the kind {family!r}", next=f"kinds are {', '.join(known)}")
    if form != "text":
        return render_table(entry_table(listed), form)
    more = "sources stand in the other formats, --format csv; kernelkit show NAME proves one kernel"
    return f"{render_table(entry_list(listed), form)}\n\n{more}"
