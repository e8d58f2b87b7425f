"""Kernels applied to tensors: tensors out, on the device they came from, with gradients of any order."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Unpack

from kernelkit.errors import InputError, ShapeError
from kernelkit.filtering.boundary import OUTSIDE, sources
from kernelkit.filtering.plan import axes_of, plan, steps_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch
    from numpy.typing import ArrayLike, NDArray

    from kernelkit.exact.kernel import Kernel
    from kernelkit.filtering.plan import Axis, Plan, Spaced
    from kernelkit.filtering.rim import Line


def apply_torch(
    kernel: Kernel,
    image: torch.Tensor,
    *,
    axis: Axis,
    stride: int | Sequence[int],
    mask: ArrayLike | None,
    out: torch.Tensor | None,
    **conventions: Unpack[Spaced],
) -> torch.Tensor:
    """Apply a kernel to a tensor; see `kernelkit.filtering.apply.apply`.

    Where no gradient is asked for, tensors in the memory of the processor are filtered by the engine, in place; all
    others by operations of PyTorch.  Half precision is widened to single.

    Raises
    ------
    InputError
        Complex tensors; masks or outputs where gradients or another device are asked for.
    """
    import torch

    _check(image)
    if out is not None and not isinstance(out, torch.Tensor):
        raise InputError(
            f"out is a tensor, as the image is, not {type(out).__name__}", next="torch.empty(...)"
        )
    if image.is_floating_point() and image.dtype not in (torch.float32, torch.float64):
        image = image.float()
    memory = None if _is_differentiated(image) else _memory(image)
    if memory is not None:
        from kernelkit.filtering.apply import apply

        found = apply(
            kernel,
            memory,
            axis=axis,
            stride=stride,
            mask=None if mask is None else _memory(torch.as_tensor(mask)),
            out=None if out is None else _memory(out),
            **conventions,
        )
        return torch.from_numpy(found) if out is None else out
    if mask is not None or out is not None:
        raise InputError(
            f"{'a mask' if out is None else 'out'} is for tensors on the processor that need no gradient",
            next="image.detach().cpu()",
        )
    if not image.numel() or not image.ndim:
        raise ShapeError(f"an image of shape {tuple(image.shape)} has no samples")
    if not image.is_floating_point():
        # the devices of Apple know no double precision
        image = image.to(torch.float32 if image.device.type == "mps" else torch.float64)
    planned = plan(kernel, **conventions)
    axes = axes_of(kernel, image.shape, axis)
    planned.shape_for(image.shape, axes)
    found = _product(planned, image, axes) if planned.lines else _window(planned, image, axes)
    for place, step in zip(axes, steps_of("stride", stride, len(axes)), strict=True):
        if step > 1:
            found = found.index_select(place, _indices(range(0, found.shape[place], step), image))
    return found if planned.divisor == 1.0 else found / planned.divisor


def _check(image: torch.Tensor) -> None:
    import torch

    if image.is_complex():
        raise InputError(
            f"a tensor of {image.dtype} cannot be filtered", why="samples are real numbers", next="image.real"
        )
    if image.layout != torch.strided:
        raise InputError(f"a tensor of layout {image.layout} cannot be filtered", next="image.to_dense()")


def _is_differentiated(image: torch.Tensor) -> bool:
    """Whether derivatives are asked for, backward or forward."""
    import torch

    if image.requires_grad and torch.is_grad_enabled():
        return True
    # torch has no types for this
    return torch.autograd.forward_ad.unpack_dual(image).tangent is not None  # type: ignore[no-untyped-call]


def _memory(tensor: torch.Tensor) -> NDArray[Any] | None:
    """Return a tensor's own memory, if NumPy can see it: not that of other devices, nor what is only traced."""
    try:
        return tensor.detach().numpy()
    except (RuntimeError, TypeError):
        return None


def _product(planned: Plan, image: torch.Tensor, axes: tuple[int, ...]) -> torch.Tensor:
    """Apply one kernel after the other, one an axis."""
    from kernelkit.filtering.rim import lines_along

    assert planned.lines is not None
    if planned.boundary == "one-sided":
        for axis, line in lines_along(image.shape, dict(zip(axes, planned.lines, strict=True))).items():
            image = _one_sided(image, line, axis)
        return image
    for axis, (taps, anchor) in zip(axes, planned.tables, strict=True):
        image = _summed(_extended(image, [len(taps)], anchor, planned.boundary, [axis]), taps, [axis])
    return image


def _one_sided(image: torch.Tensor, line: Line, axis: int) -> torch.Tensor:
    """Apply a kernel along one axis, with border rows of their own."""
    import torch

    parts = [_summed(image, line.taps, [axis])]
    for rows, at_start in ((line.low, True), (line.high, False)):
        if len(rows):
            samples = image.shape[axis]
            read = image.narrow(axis, 0 if at_start else samples - rows.shape[1], rows.shape[1])
            weights = torch.as_tensor(rows, dtype=image.dtype, device=image.device)
            strip = torch.tensordot(weights, read, dims=([1], [axis])).movedim(0, axis)
            parts.insert(0 if at_start else len(parts), strip)
    return torch.cat(parts, axis)


def _window(planned: Plan, image: torch.Tensor, axes: tuple[int, ...]) -> torch.Tensor:
    """Apply a kernel that is no product."""
    import torch

    from kernelkit.filtering.rim import moved, places_of

    if planned.boundary != "one-sided":
        [(weights, anchor)] = planned.tables
        return _summed(_extended(image, weights.shape, anchor, planned.boundary, axes), weights, axes)
    first = tuple(range(len(axes)))
    source = image.movedim(axes, first)
    found = torch.empty_like(source)
    for places, kernel in places_of([image.shape[axis] for axis in axes], planned.known):
        terms = [float(tap) * source[moved(places, offset)] for offset, tap in kernel.taps]
        found[moved(places)] = functools.reduce(torch.add, terms)
    return found.movedim(first, axes)


def _extended(
    image: torch.Tensor, sizes: Sequence[int], anchor: Sequence[int], boundary: str, axes: Sequence[int]
) -> torch.Tensor:
    """Return an image with what lies beyond its border, as far as a window reaches."""
    if boundary == "valid":
        return image
    for axis, size, place in zip(axes, sizes, anchor, strict=True):
        samples = image.shape[axis]
        indices = sources(boundary, samples, -place, samples + size - 1 - place)
        wide = image.index_select(axis, _indices(indices.clip(0), image))
        if (indices == OUTSIDE).any():
            shape = [-1 if one == axis else 1 for one in range(image.ndim)]
            wide = wide.masked_fill(_indices(indices == OUTSIDE, image).reshape(shape), 0)
        image = wide
    return image


def _summed(image: torch.Tensor, weights: NDArray[Any], axes: Sequence[int]) -> torch.Tensor:
    """Return the correlation wherever the window fits: sums of shifted images.

    Convolution layers would do the same, but on some devices with fewer digits than their type has.
    """
    import numpy as np
    import torch

    terms = []
    for step in zip(*np.nonzero(weights), strict=True):
        part = image
        for axis, start, size in zip(axes, step, weights.shape, strict=True):
            part = part.narrow(axis, int(start), part.shape[axis] - size + 1)
        terms.append(float(weights[step]) * part)
    return functools.reduce(torch.add, terms)


def _indices(values: range | NDArray[Any], image: torch.Tensor) -> torch.Tensor:
    import torch

    return torch.as_tensor(values, device=image.device)
