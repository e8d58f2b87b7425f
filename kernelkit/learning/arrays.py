"""NumPy arrays and PyTorch tensors under one set of operations; torch is used where it is loaded, never loaded."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any, TypeAlias

from kernelkit.errors import InputError, LimitError

if TYPE_CHECKING:
    from collections.abc import Sequence

Array: TypeAlias = Any
"""A NumPy array or a PyTorch tensor.

The two share the operators, slices and functions used in this room but no type; public functions say by
overloads which kind goes in and comes out.
"""

MOST_ENTRIES = 2**29
"""Entries of one padded array; more is refused before memory is taken."""

WHOLE_IN_FLOAT64 = 2**53
LARGEST_INT64 = 2**63 - 1


def is_tensor(value: object) -> bool:
    """Whether a value is a PyTorch tensor: it can only be one where torch is loaded already."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def namespace(array: Array) -> Any:  # noqa: ANN401 - the module itself, numpy or torch
    """Return the module whose functions work on an array: numpy or torch."""
    import numpy as np

    return sys.modules["torch"] if is_tensor(array) else np


def read(value: object, *, what: str) -> Array:
    """Return a tensor as it is and anything else as a NumPy array of numbers.

    Raises
    ------
    InputError
        Not numbers, masked, or empty.
    """
    import numpy as np

    if is_tensor(value):
        array: Array = value
    elif isinstance(value, np.ma.MaskedArray):
        raise InputError(
            f"{what} is a masked array",
            why="the mask would be lost",
            next="fill it: X.filled(0), or with NaN",
        )
    else:
        try:
            array = np.asarray(value)
        except ValueError as refused:
            raise InputError(f"{what} is no array: {refused}") from refused
        if array.dtype.kind not in "biufc":
            raise InputError(
                f"{what} holds {array.dtype}, which is not a type of numbers",
                next="convert it: numpy.array(values, dtype=float)",
            )
    if 0 in array.shape:
        raise InputError(f"{what} is empty: its shape is {tuple(array.shape)}")
    return array


def of_one_kind(x: Array, k: Array) -> None:
    """Refuse an array beside a tensor, and tensors on two devices.

    Raises
    ------
    InputError
        They are not of one kind.
    """
    if is_tensor(x) != is_tensor(k):
        kinds = ("a tensor", "an array") if is_tensor(x) else ("an array", "a tensor")
        raise InputError(
            f"X is {kinds[0]} and K {kinds[1]}",
            next="give both of one kind: torch.from_numpy(array), or tensor.numpy()",
        )
    if is_tensor(x) and x.device != k.device:
        raise InputError(f"X is on {x.device} and K on {k.device}", next="move one: K.to(X.device)")


def is_complex(array: Array) -> bool:
    """Whether the entries are complex."""
    return bool(array.is_complex() if is_tensor(array) else array.dtype.kind == "c")


def is_whole(array: Array) -> bool:
    """Whether the entries are integers or truth values."""
    if is_tensor(array):
        return not (array.is_floating_point() or array.is_complex())
    return bool(array.dtype.kind in "biu")


def cast(array: Array, dtype: Any) -> Array:  # noqa: ANN401 - a NumPy or torch dtype
    """Return an array in another type."""
    return array.to(dtype) if is_tensor(array) else array.astype(dtype, copy=False)


def common_type(x: Array, k: Array) -> Any:  # noqa: ANN401 - a NumPy or torch dtype
    """Return the type of a product; int64 for whole numbers, whatever their types."""
    module = namespace(x)
    if is_whole(x) and is_whole(k):
        return module.int64
    return module.promote_types(x.dtype, k.dtype)


def working_type(array: Array, final: Any) -> Any:  # noqa: ANN401 - a NumPy or torch dtype
    """Return the type in which sums for a final type are formed: 32 bits for types of 16."""
    module = namespace(array)
    short = {"float16", "bfloat16"}
    return module.float32 if str(final).removeprefix("torch.") in short else final


def type_of_whole_sums(x: Array, k: Array) -> Any:  # noqa: ANN401 - a NumPy or torch dtype
    """Return the type in which all sums of products of whole numbers are exact.

    float64 where they stay below 2^53, because its matrix products are fast everywhere; int64 above.

    Raises
    ------
    LimitError
        A sum might not fit into int64.
    """
    module = namespace(x)
    largest = max(int(x.max()), -int(x.min()))
    taps = k.reshape(k.shape[0], -1)
    total = float(abs(cast(taps, module.float64)).sum(1).max())
    # the sum of taps is rounded; the slack covers that many times over
    bound = largest * total * (1 + 1e-6)
    if bound < WHOLE_IN_FLOAT64:
        return module.float64
    if bound < LARGEST_INT64:
        return module.int64
    raise LimitError(
        f"sums of these whole numbers may reach {bound:.3g}",
        why="int64 ends at 9.22e+18, and a sum beyond it would wrap",
        next="convert to floating point: X.astype(float)",
    )


def lowest(array: Array) -> float | int:
    """Return the least value of an array's type: minus infinity for floats."""
    if not is_whole(array):
        return -math.inf
    module = namespace(array)
    return False if _is_truth(array) else int(module.iinfo(array.dtype).min)


def highest(array: Array) -> float | int:
    """Return the largest value of an array's type: infinity for floats."""
    if not is_whole(array):
        return math.inf
    module = namespace(array)
    return True if _is_truth(array) else int(module.iinfo(array.dtype).max)


def _is_truth(array: Array) -> bool:
    return str(array.dtype).removeprefix("torch.") == "bool"


def filled_like(array: Array, shape: Sequence[int], fill: float) -> Array:
    """Return one number at all places of a shape, of the kind, type and device of another array."""
    if is_tensor(array):
        return array.new_full(tuple(shape), fill)
    return namespace(array).full(tuple(shape), fill, dtype=array.dtype)


def numbers_like(array: Array, values: Sequence[int]) -> Array:
    """Return numbers as a vector, of the kind, type and device of another array."""
    return (
        array.new_tensor(values) if is_tensor(array) else namespace(array).asarray(values, dtype=array.dtype)
    )


def copied(array: Array) -> Array:
    """Return a copy that shares no memory."""
    return array.clone() if is_tensor(array) else array.copy()


def detached(array: Array) -> Array:
    """Return the values, without their gradient."""
    return array.detach() if is_tensor(array) else array


def padded(array: Array, sides: Sequence[tuple[int, int]], fill: float) -> Array:
    """Return an array with samples put before and after along its last axes.

    Raises
    ------
    LimitError
        More than `MOST_ENTRIES` entries.
    """
    import numpy as np

    widths = [(0, 0)] * (array.ndim - len(sides)) + list(sides)
    shape = [before + n + after for n, (before, after) in zip(array.shape, widths, strict=True)]
    if math.prod(shape) > MOST_ENTRIES:
        raise LimitError(
            f"the padded data would have {math.prod(shape):,} entries",
            why=f"the limit is {MOST_ENTRIES:,}",
            next="take fewer images at a time, or less padding",
        )
    if tuple(shape) == tuple(array.shape):
        return array
    if not is_tensor(array):
        return np.pad(array, widths, constant_values=fill)
    # a copy into a new tensor keeps the gradient and takes every type; torch's own padding does not
    result = filled_like(array, shape, fill)
    result[tuple(slice(before, before + n) for n, (before, _) in zip(array.shape, widths, strict=True))] = (
        array
    )
    return result
