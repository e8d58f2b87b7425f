"""Inputs on which public tools went wrong, answered by the kernels of the catalogue: exactly, in rationals."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from golden.tables import ids, rows

from kernelkit.catalogue.inverse_distance import extended_sobel
from kernelkit.catalogue.masks import transposed
from kernelkit.catalogue.named import entries, named
from kernelkit.exact.kernel import Kernel
from kernelkit.exact.moments import factorial, through_degree

if TYPE_CHECKING:
    from kernelkit.catalogue.entry import Entry


def cases(ask: str, *topics: str) -> list[dict]:
    """Return the cases of an ask about kernels: those that name some of the catalogue."""
    return [
        row
        for row in rows("cases_filters", ask, key="ask")
        if row["topic"] in topics
        and isinstance(row["input"].get("kernels"), list)
        and "image" in row["input"]
    ]


def interior(kernel: Kernel, image: list) -> np.ndarray:
    """Correlate by the definition, where the whole kernel lies inside the image."""
    samples = np.array(image, dtype=object)
    reach = [max(abs(int(offset[axis])) for offset, _ in kernel.taps) for axis in range(kernel.ndim)]
    places = itertools.product(*(range(r, n - r) for r, n in zip(reach, samples.shape, strict=True)))
    values = [
        sum(
            tap * samples[tuple(p + int(x) for p, x in zip(place, offset, strict=True))]
            for offset, tap in kernel.taps
        )
        for place in places
    ]
    shape = [n - 2 * r for r, n in zip(reach, samples.shape, strict=True)]
    return np.array(values, dtype=object).reshape(shape)


def along(entry: Entry, axis: int, ndim: int) -> Kernel:
    """Return the kernel of an x derivative for another axis of an array, padded to its number of axes."""
    kernel = entry.kernel
    while kernel.ndim < ndim:
        kernel = Kernel({0: 1}).outer(kernel)
    if axis == ndim - 1:
        return kernel
    if entry.kernel.ndim < ndim and axis == ndim - 2:
        return Kernel({0: 1}).outer(transposed(entry.kernel, 0))
    return transposed(kernel, axis)


def test_there_are_cases():
    assert len(cases("gradient", "scale")) > 5
    assert len(cases("derivative", "scale", "sign")) == 3
    assert len(cases("laplacian", "sign")) == 2


@pytest.mark.parametrize("row", cases("gradient", "scale"), ids=ids)
def test_every_gradient_kernel_gives_the_slope(row):
    image = row["input"]["image"]
    ndim = np.ndim(image)
    axes = row["input"].get("axes", range(ndim))
    for name in row["input"]["kernels"]:
        for axis, slope in zip(axes, row["expected"]["gradient"], strict=True):
            answers = interior(along(named(name), axis, ndim), image)
            assert answers.size
            assert set(answers.ravel()) == {slope}, (name, axis)


def test_raw_sums_are_offered_by_name_only():
    """The raw taps answer their gain to a unit slope, and the kernel answers 1."""
    stated = {}
    for row in cases("gradient", "scale"):
        stated |= row["expected"].get("raw", {})
        if "raw_sobel_x" in row["expected"]:
            stated["sobel-3-x"] = row["expected"]["raw_sobel_x"]
    assert stated == {"sobel-3-x": 8, "sobel-3d-x": 32, "itk-sobel-3d-legacy-x": 44}
    for name, raw in stated.items():
        entry = named(name)
        ramp = np.broadcast_to(np.arange(3), (3,) * entry.published.ndim).tolist()
        assert set(interior(entry.published, ramp).ravel()) == {raw}
        assert set(interior(entry.kernel, ramp).ravel()) == {1}


@pytest.mark.parametrize("row", cases("derivative", "scale", "sign"), ids=ids)
def test_every_second_derivative_has_one_unit_and_one_sign(row):
    """A kernel for d2/dx2, turned for y, and one for d2/dxdy answer the multi-index that is theirs."""
    image = row["input"]["image"]
    values = dict(zip(map(tuple, row["input"]["multi_indices"]), row["expected"]["values"], strict=True))
    for name in row["input"]["kernels"]:
        entry = named(name)
        alpha = tuple(factor.order for factor in entry.target.terms[0][1])
        for kernel, index in ((entry.kernel, alpha), (transposed(entry.kernel, 0), alpha[::-1])):
            assert set(interior(kernel, image).ravel()) == {values[index]}, (name, index)


@pytest.mark.parametrize("row", cases("laplacian", "sign"), ids=ids)
def test_every_laplacian_is_positive_in_a_bowl(row):
    for name in row["input"]["kernels"]:
        assert set(interior(named(name).kernel, row["input"]["image"]).ravel()) == {row["expected"]["value"]}


@pytest.mark.parametrize("row", cases("derivative-rows", "sign"), ids=ids)
def test_brighter_to_the_right_is_positive(row):
    for name in row["input"]["kernels"]:
        answers = interior(named(name).kernel, row["input"]["image"])
        assert answers[row["input"]["row"] - 1].tolist() == row["expected"]["row_values_columns_1_to_4"]


@pytest.mark.parametrize("row", rows("cases_filters", "slope", key="ask"), ids=ids)
def test_slopes_of_height_models(row):
    for name in row["input"]["kernels"]:
        for axis in (0, 1):
            answers = interior(along(named(name), axis, 2), row["input"]["image"])
            slope = row["expected"]["slope"] * row["input"]["cell_size"]
            assert set(answers.ravel()) <= {0, slope}
            assert (slope in answers.ravel()) is (axis == 1)


@pytest.mark.parametrize("row", rows("cases_filters", "identify", key="ask"), ids=ids)
def test_a_copied_x_kernel_is_found_to_be_one(row):
    """Both kernels hold 8 d/dx and answer nothing to a vertical ramp; the y kernel of the catalogue does."""
    for name, taps in row["input"]["kernels"].items():
        kernel = Kernel.from_array(taps)
        assert kernel == named("sobel-x").published
        assert set(interior(kernel, row["input"]["image"]).ravel()) == {
            row["expected"]["answer_to_image_interior"][name]
        }
    right = [interior(named(f"sobel-{axis}").kernel, row["input"]["image"]) for axis in "yx"]
    assert [set(answers.ravel()) for answers in right] == [
        {value} for value in row["expected"]["right_gradient"]
    ]


@pytest.mark.parametrize("row", rows("cases_filters", "taylor-terms", key="ask"), ids=ids)
def test_folklore_masks_hold_what_is_stated_and_are_in_no_catalogue(row):
    kernel = Kernel.from_array(row["input"]["kernel"])
    found = {
        alpha: kernel.moment(alpha) / factorial(alpha)
        for alpha in through_degree(2, row["input"]["up_to_degree"])
        if kernel.moment(alpha)
    }
    assert found == {tuple(t["multi_index"]): Fraction(t["coefficient"]) for t in row["expected"]["terms"]}
    assert all(entry.published != kernel for entry in entries())


@pytest.mark.parametrize("row", rows("cases_filters", "transpose-check", key="ask"), ids=ids)
def test_the_misprinted_y_mask_is_no_transpose(row):
    right, wrong = extended_sobel("y", size=7).published, Kernel.from_array(row["input"]["y"])
    assert Kernel.from_array(row["input"]["x"]) == extended_sobel("x", size=7).published
    assert wrong == named("extended-sobel-7-misprint").published
    differences = [
        [int(y) + 3, int(x) + 3, int(dict(wrong.taps)[y, x]), int(dict(right.taps)[y, x])]
        for (y, x), _ in (wrong - right).taps
    ]
    assert differences == row["expected"]["differences_row_column_found_expected"]


@pytest.mark.parametrize("row", rows("cases_filters", "sum-check", key="ask"), ids=ids)
def test_the_misprinted_prefilter_is_in_the_catalogue(row):
    wrong = named("farid-3-misprint")
    assert wrong.published == Kernel.from_array(row["input"]["prefilter"])
    assert wrong.gain == Fraction(row["expected"]["sum"])
    assert named("farid-3-p").gain == Fraction(row["expected"]["sum_of_right_taps"])


@pytest.mark.parametrize("row", rows("cases_filters", "compose", key="ask"), ids=ids)
def test_compositions(row):
    first, second = (Kernel.from_array(row["input"][key]) for key in ("kernel_a", "kernel_b"))
    assert first == named("sobel-3-x").published
    assert second == named("binomial-3:dim=2").published
    assert first @ second == Kernel.from_array(row["expected"]["composition"]) == named("sobel-5-x").published
    assert named("sobel-5-x").gain == row["expected"]["gain"]
