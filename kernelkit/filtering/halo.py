"""What a piece of an image needs around itself to give the answers of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, SupportsIndex

from kernelkit.exact.obstruct import required_degree
from kernelkit.filtering.apply import apply, check_mask, check_samples
from kernelkit.filtering.layout import SHORT
from kernelkit.filtering.meaning import meaning, window_of
from kernelkit.filtering.plan import as_tuple, axes_of, kernel_of, plan, steps_of
from kernelkit.filtering.rim import check_length, samples_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kernelkit.exact.kernel import Kernel
    from kernelkit.filtering.plan import AnyKernel, Plan, Spaced

    Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Halo:
    """How a kernel is applied to an image piece by piece; tuples hold one entry for each axis of the image.

    Attributes
    ----------
    kernel
        As it was given.
    axes
        Which the kernel's axes go along.
    conventions
        By which pieces are filtered.
    margins
        How many samples a piece needs on each side, where the image has them.
    least
        How many samples a piece has at least, where the image has them.
    kept
        The samples that get an answer.
    wraps
        Whether the image goes on beyond one end with its other end.
    dtype
        Of the result, unless another one is asked for.
    """

    kernel: Kernel
    axes: tuple[int, ...]
    conventions: dict[str, Any]
    margins: tuple[int, ...]
    least: tuple[int, ...]
    kept: tuple[range, ...]
    wraps: bool
    dtype: str

    def filtered(self, piece: Array, mask: Array | None = None, out: Array | None = None) -> Array:
        """Return the answers of a piece: those of the image, farther than the margins from where it was cut."""
        found: Array = apply(self.kernel, piece, axis=self.axes, mask=mask, out=out, **self.conventions)
        return found


def halo(
    kernel: AnyKernel,
    image: Any,  # noqa: ANN401 - an array of any library, of which only shape and type are read
    *,
    axis: SupportsIndex | Sequence[SupportsIndex] | None = None,
    stride: int | Sequence[int] = 1,
    mask: Any = None,  # noqa: ANN401 - as the image
    conventions: Spaced,
) -> Halo:
    """Check what is to be applied to what, without reading a sample, and say what pieces need.

    Parameters
    ----------
    kernel, image, axis, stride, mask
        As for `kernelkit.filtering.apply.apply`; the mask has a shape and a type, too.
    conventions
        The rest of what that takes by name.

    Raises
    ------
    InputError, ShapeError, UnknownNameError
        As `kernelkit.filtering.apply.apply` does.

    Examples
    --------
    >>> import numpy as np
    >>> halo("sobel-x", np.zeros((100, 80)), conventions={"boundary": "valid"}).kept
    (range(1, 99), range(1, 79))
    """
    given = kernel_of(kernel, conventions.get("scale", "unit"))
    shape = tuple(image.shape)
    check_samples(image.dtype, shape)
    if mask is not None:
        check_mask(mask, shape)
    named: Any = {name: as_tuple(value) for name, value in conventions.items()}
    planned = plan(given, masked=mask is not None, **named)
    axes = axes_of(given, shape, axis)
    planned.shape_for(shape, axes)
    margins, kept = [0] * len(shape), [range(side) for side in shape]
    reaches = _reaches(planned, masked=mask is not None)
    for place, step, reach, (low, high) in zip(
        axes, steps_of("stride", stride, len(axes)), reaches, window_of(planned.known.kernel), strict=True
    ):
        margins[place] = reach
        if planned.boundary == "valid":
            kept[place] = kept[place][-low : shape[place] - high]
        kept[place] = kept[place][::step]
    if planned.boundary == "one-sided" and mask is None:
        check_length(shape, {place: margins[place] for place in axes})
    # with zeros around it an image has the answers of "valid" where those are, and others that are left out
    boundary = "zero" if planned.boundary == "valid" else planned.boundary
    return Halo(
        given,
        axes,
        {**named, "boundary": boundary},
        tuple(margins),
        # the engine lays arrays with few samples behind the filtered axes out, and sums, in another order
        tuple(SHORT if place > max(axes) else 1 for place in range(len(shape))),
        tuple(kept),
        boundary == "wrap",
        "float32" if image.dtype == "float32" else "float64",
    )


def _reaches(planned: Plan, *, masked: bool) -> list[int]:
    """Return how far answers reach along each axis of the kernel, on either side; border kernels reach as far."""
    if planned.boundary != "one-sided":
        return [size - 1 for size in planned.sizes]
    assert planned.known.target is not None
    degree = int(required_degree(planned.known.target, planned.known.accuracy or 1))
    if masked:  # windows grow by up to one sample more than the degree
        return [size + degree + 1 for size in planned.sizes]
    if planned.lines is not None:
        return [samples_of(meaning(line))[0] for line in planned.lines]
    return [max(size, degree + 1) for size in planned.sizes]
