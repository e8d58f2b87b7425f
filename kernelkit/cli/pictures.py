"""``--plot FILE``: which figure a command draws, and of what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kernelkit.errors import InputError
from kernelkit.exact.functional import derivative
from kernelkit.identification.identify import best_reading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.figure import Figure

    from kernelkit.analysis.measure import Measurement
    from kernelkit.exact.kernel import Kernel

ONE = ("stencil", "surface", "image", "response", "wavenumber", "direction")
"""Figures of one kernel; the first is drawn when none is named."""

LONGEST_NAME = 40
"""Characters of a name in a figure."""

SEVERAL = ("tradeoff", "response", "wavenumber", "direction")
"""Figures of several kernels; the first is drawn when none is named."""


def draw_one(name: str, kernel: Kernel, picture: str | None, path: str) -> None:
    """Draw one kernel and write the figure to a file whose suffix says the format."""
    name = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 3]}..."
    if picture in {None, "stencil"}:
        from kernelkit.plot.stencil import stencil

        _save(stencil(kernel, title=name), path)
    elif picture in {"surface", "image"}:
        from kernelkit.plot import surface

        _save({"surface": surface.surface, "image": surface.image}[picture](kernel), path)
    else:
        _save(_CURVES[str(picture)]({name: _at_unit_gain(name, kernel)}), path)


def draw_several(measured: Sequence[Measurement], picture: str | None, path: str) -> None:
    """Draw measured kernels side by side and write the figure to a file."""
    if picture in {None, "tradeoff"}:
        _save(_tradeoff(measured), path)
    else:
        _save(_CURVES[str(picture)]({m.name: m.kernel / m.reading.scale for m in measured}), path)


def _tradeoff(measured: Sequence[Measurement]) -> Figure:
    """Draw noise against the figure that matters most for the kind of kernel."""
    from kernelkit.plot.tradeoff import tradeoff

    figures: dict[str, Callable[[Measurement], float | None]] = {
        "largest direction error at |w| = pi/2 (degrees)": lambda m: m.direction_error[1],
        "share of the waves up to pi within 1 percent": lambda m: m.resolving_efficiency,
        "anisotropy |m22 - 2 m40|": lambda m: None if m.anisotropy is None else abs(float(m.anisotropy)),
    }
    for label, figure in figures.items():
        points = {m.name: (m.noise_gain, value) for m in measured if (value := figure(m)) is not None}
        if points and len(points) == len(measured):
            return tradeoff(points, "noise gain", label)
    raise InputError(
        "these kernels have no figure in common but their noise",
        next="compare gradients of the plane, derivatives on a line, or Laplacians of the plane",
    )


def _responses(kernels: Mapping[str, Kernel]) -> Figure:
    from kernelkit.plot.response import response

    return response(kernels)


def _wavenumbers(kernels: Mapping[str, Kernel]) -> Figure:
    from kernelkit.plot.wavenumber import wavenumber

    orders = {reading.target.order for kernel in kernels.values() if (reading := best_reading(kernel))}
    if len(orders) != 1 or min(orders) < 1:
        raise InputError(
            "a modified wavenumber is drawn of derivatives of one order",
            next="--picture response draws any kernel",
        )
    return wavenumber(kernels, orders.pop())


def _directions(kernels: Mapping[str, Kernel]) -> Figure:
    from kernelkit.plot.direction import direction

    return direction({name: _along_x(kernel) for name, kernel in kernels.items()})


def _along_x(kernel: Kernel) -> Kernel:
    """Return a gradient kernel along y turned so that it is along x; any other as it is."""
    from kernelkit.exact.kernel import Kernel as Made

    reading = best_reading(kernel)
    if kernel.ndim == len("yx") and reading is not None and reading.target == derivative((1, 0)):
        return Made.from_ordered(2, sorted(((y, x), tap) for (x, y), tap in kernel.taps))
    return kernel


_CURVES: dict[str, Callable[[Mapping[str, Kernel]], Figure]] = {
    "response": _responses,
    "wavenumber": _wavenumbers,
    "direction": _directions,
}


def _at_unit_gain(name: str, kernel: Kernel) -> Kernel:
    reading = best_reading(kernel)
    if reading is None:
        raise InputError(f"{name} has no taps other than zero", next="give at least one tap that is not zero")
    return kernel / reading.scale


def _save(figure: Figure, path: str) -> None:
    from kernelkit.plot.save import save

    save(figure, path)
