"""``kernelkit doctor``: what this installation has, and how it gets what it lacks."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import re
from typing import NamedTuple, get_args

import click

from kernelkit.cli.io import write
from kernelkit.cli.options import output_options
from kernelkit.errors import KernelkitError
from kernelkit.filtering import engine, native_engine

_REQUIRED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)[^;]*(?:;.*extra == ['\"](?P<extra>[a-z]+)['\"])?")
FOR = {
    "arrays": "arrays of dask, xarray and zarr",
    "data": "train --download",
    "images": "compressed tiff, colour png of 16 bits, zarr",
    "learn": "train; tensors and layers of PyTorch",
    "pdf": "report --format pdf",
}
"""What each optional part is for."""

_COLLECTIONS = {"all", "docs", "test"}
"""Extras that are made of others, or for developers."""


class Line(NamedTuple):
    """One thing looked at.

    Attributes
    ----------
    part, name, found
        ``optional``, ``torch``, ``2.13.0``.
    next
        What to type where something is missing; empty where nothing is.
    """

    part: str
    name: str
    found: str
    next: str = ""


@click.command()
@output_options(["text", "json"])
def doctor(form: str, output: str | None) -> None:
    """Say what this installation has: versions, the engine, optional parts, data sets, the device.

    \b
    Examples:
      kernelkit doctor
      kernelkit doctor --format json
    """
    lines = examined()
    if form == "json":
        text = json.dumps([line._asdict() for line in lines], indent=2)
    else:
        width = max(len(line.name) for line in lines)
        rows: list[str] = []
        part = ""
        for line in lines:
            if line.part != part:
                part = line.part
                purpose = FOR.get(part.removeprefix("optional: "))
                heading = f"{part}, for {purpose}" if purpose else part
                rows += ["", heading] if rows else [heading]
            rows.append(f"  {line.name:{width}}  {line.found}")
            if line.next:
                rows.append(f"  {'':{width}}    {line.next}")
        text = "\n".join(rows)
    write(text, output)


def examined() -> list[Line]:
    """Return everything that was looked at."""
    return [
        Line("kernelkit", "kernelkit", importlib.metadata.version("kernelkit")),
        Line("kernelkit", "Python", f"{platform.python_version()}, {platform.system()} {platform.machine()}"),
        Line("kernelkit", "processors", str(native_engine.processors())),
        *_engine(),
        *_packages(),
        *_data_sets(),
        *_device(),
    ]


def _engine() -> list[Line]:
    try:
        found = engine.name()
    except KernelkitError as refused:
        return [Line("kernelkit", "engine", refused.what, refused.next)]
    fix = (
        "" if native_engine.name() else "install a C compiler, then: pip install --force-reinstall kernelkit"
    )
    return [Line("kernelkit", "engine", found, fix)]


def _packages() -> list[Line]:
    """Return the packages that this one asks for, as its own metadata lists them."""
    lines = []
    for text in importlib.metadata.requires("kernelkit") or ():
        asked = _REQUIRED.match(text)
        assert asked is not None
        name, extra = asked["name"], asked["extra"]
        if extra in _COLLECTIONS or name == "kernelkit":
            continue
        try:
            found, fix = importlib.metadata.version(name), ""
        except importlib.metadata.PackageNotFoundError:
            found, fix = (
                "not installed",
                f'pip install "kernelkit[{extra}]"' if extra else f"pip install {name}",
            )
        lines.append(Line(f"optional: {extra}" if extra else "packages", name, found, fix))
    return sorted(lines, key=lambda line: (line.part != "packages", line.part, line.name.lower()))


def _data_sets() -> list[Line]:
    from kernelkit.datasets.identity import PUBLISHED, Part
    from kernelkit.datasets.locate import DEBIAN, locate

    lines = []
    for name in PUBLISHED:
        try:
            places = {str(locate(name, part).images.parent) for part in get_args(Part)}
            lines.append(Line("data sets", name, ", ".join(sorted(places))))
        except KernelkitError:
            package = f", or apt install {DEBIAN[name]}" if name in DEBIAN else ""
            fix = f"kernelkit train lenet --data {name} --download{package}"
            lines.append(Line("data sets", name, "not found", fix))
    return lines


def _device() -> list[Line]:
    try:
        from kernelkit.training.device import device_of, name_of

        return [Line("training", "device", name_of(device_of("auto")))]
    except ImportError:
        return [
            Line("training", "device", "none: PyTorch is not installed", 'pip install "kernelkit[learn]"')
        ]
