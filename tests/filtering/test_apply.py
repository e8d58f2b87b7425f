"""Kernels applied to images: published cases, other libraries, polynomials up to the rim, and plain refusals."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from scipy import ndimage

from kernelkit import Kernel, biharmonic, certify, derivative, derive, laplacian, named
from kernelkit.errors import InputError, LimitError, OffGridError, ShapeError, UnknownNameError
from kernelkit.filtering.apply import apply
from kernelkit.filtering.boundary import SCIPY
from kernelkit.filtering.derivatives import gradient
from kernelkit.filtering.derivatives import laplacian as laplacian_of

CASES = json.loads((Path(__file__).parents[1] / "golden" / "cases_filters.json").read_text(encoding="utf-8"))[
    "rows"
]
SOBEL = Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


def cases(ask):
    found = [case for case in CASES if case["ask"] == ask]
    assert found
    return pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in found])


def number(value):
    return np.nan if value is None else float(Fraction(value))


def inside(array, kernel):
    """Return what lies farther from the rim than the kernel reaches."""
    reach = max(int(abs(place)) for offset, _ in kernel.taps for place in offset)
    return array[tuple(slice(reach, side - reach) for side in array.shape)]


@cases("derivative")
def test_published_derivatives(case):
    image = np.array(case["input"]["image"])
    for alpha, value in zip(case["input"]["multi_indices"], case["expected"]["values"], strict=True):
        apply_one = derive(derivative(tuple(alpha)), accuracy=2)
        assert np.allclose(apply(apply_one, image), number(value), atol=1e-12)  # also at the rim
    for name in case["input"].get("kernels", ()):
        kernel = named(name).kernel
        [order] = [tuple(f.order for f in factors) for _, factors in certify_target(kernel).terms]
        at = [tuple(alpha) for alpha in case["input"]["multi_indices"]].index(order)
        found = inside(apply(kernel, image), kernel)
        assert np.allclose(found, number(case["expected"]["values"][at]), atol=1e-12)


def certify_target(kernel):
    from kernelkit import identify

    return identify(kernel).best.target


@cases("correlate-convolve")
def test_the_two_products(case):
    given, wanted = case["input"], case["expected"]
    for operation in ("correlate", "convolve"):
        found = apply(
            given["kernel"], given["signal"], boundary="zero", scale="raw", operation=f"{operation}"
        )
        assert found.tolist() == wanted[operation]


@cases("correlate-2d-even")
def test_even_kernels_have_the_stated_centre(case):
    given = case["input"]
    found = apply(given["kernel"], given["image"], boundary="zero", scale="raw")
    assert found.tolist() == case["expected"]["values"]


@cases("boundary-table")
def test_published_boundaries(case):
    for boundary, wanted in case["expected"].items():
        found = apply(case["input"]["kernel"], case["input"]["signal"], boundary=boundary, scale="raw")
        assert found.tolist() == wanted


@cases("derivative-rows")
def test_a_step_of_ten_has_a_slope_of_five_twice(case):
    row = case["input"]["row"]
    for name in case["input"]["kernels"]:
        found = apply(name, np.array(case["input"]["image"]))[row, 1:5]
        assert np.allclose(found, case["expected"]["row_values_columns_1_to_4"], atol=1e-12)


@cases("dtype-derivative")
def test_whole_numbers_do_not_wrap(case):
    image = np.array(case["input"]["image"], np.uint8)
    row, wanted = case["input"]["row"], case["expected"]
    for key, values in wanted.items():
        columns = [int(part) for part in key.split("_columns_")[1].split("_")]
        kernel = {"sobel_x": SOBEL, "laplacian": named("laplacian-5pt")}.get(
            key.split("_unit")[0].split("_raw")[0].split("_5pt")[0]
        )
        if kernel is None:
            continue  # Gaussian derivatives have tests of their own
        found = apply(kernel, image, scale="raw" if "raw" in key else "unit")
        assert np.allclose(found[row, columns], [number(value) for value in values], atol=1e-12)


@cases("derivative-everywhere")
def test_derivatives_are_exact_at_the_first_and_the_last_sample(case):
    found = apply([-1, 0, 1], case["input"]["signal"])
    assert np.allclose(found, case["expected"]["values"], atol=1e-12)


@cases("masked-gradient")
def test_a_hole_does_not_bend_a_ramp(case):
    image = np.array(case["input"]["image"], float)
    missing = np.zeros(image.shape, bool)
    missing[tuple(np.transpose(case["input"]["invalid_pixels"]))] = True
    for kernel, slope in (
        (SOBEL, case["expected"]["gradient"][1]),
        (transposed(SOBEL), case["expected"]["gradient"][0]),
    ):
        assert np.allclose(apply(kernel, image, mask=missing), slope, atol=1e-10)


def transposed(kernel):
    return Kernel({offset[::-1]: tap for offset, tap in kernel.taps})


@cases("nan-spread")
def test_without_a_mask_not_a_number_spreads_as_far_as_the_window(case):
    signal = [np.nan if value is None else value for value in case["input"]["signal"]]
    found = apply(case["input"]["kernel"], signal, boundary="edge", scale="raw")
    assert np.array_equal(found, [number(value) for value in case["expected"]["values"]], equal_nan=True)


@pytest.mark.parametrize("boundary", SCIPY)
@pytest.mark.parametrize("shape", [(3, 3), (4, 3), (5, 2), (1, 6)])
def test_plain_correlations_are_scipys(boundary, shape):
    random = np.random.default_rng(1)
    taps, image = random.integers(-9, 9, shape), random.integers(0, 99, (7, 8))
    even = [-(1 - side % 2) for side in shape]  # scipy's centre is n // 2, ours (n - 1) // 2
    wanted = ndimage.correlate(image.astype(float), taps, mode=SCIPY[boundary], origin=even)
    if not taps.any(axis=0).all() or not taps.any(axis=1).all():
        taps[taps == 0] = 1
        wanted = ndimage.correlate(image.astype(float), taps, mode=SCIPY[boundary], origin=even)
    assert np.array_equal(apply(taps, image, boundary=boundary, scale="raw"), wanted)


def test_opencv_gives_the_same_sobel_but_for_its_gain():
    image = np.random.default_rng(2).integers(0, 255, (20, 30)).astype(np.float32)
    wanted = cv2.Sobel(image, cv2.CV_32F, 1, 0, ksize=3, borderType=cv2.BORDER_REFLECT_101) / 8
    found = apply("sobel-x", image, boundary="reflect")
    assert found.dtype == np.float32
    assert np.allclose(found, wanted, atol=1e-4)


KERNELS = {
    "sobel": SOBEL,
    "five points": named("laplacian-5pt").kernel,
    "nine points": named("laplacian-9pt-isotropic").kernel,
    "first, accuracy 4": derive(derivative((0, 1)), accuracy=4),
    "third": derive(derivative((3, 0)), accuracy=2),
    "biharmonic": derive(biharmonic(2)),
    "uneven": Kernel({(0, -1): -1, (0, 0): 1}),
}


@pytest.mark.parametrize("name", KERNELS)
def test_the_accuracy_of_the_inside_holds_up_to_the_rim(name):
    """Whatever polynomial a kernel is exact on, it is exact on at every sample, corners included."""
    kernel = KERNELS[name]
    from kernelkit import identify

    best = identify(kernel).best
    degree = int(certify(kernel / best.scale, best.target).degree_of_exactness)
    rows, columns = (np.arange(10) - 4.0)[:, None], (np.arange(11) - 5.0)[None, :]
    for p in range(degree + 1):
        for q in range(degree + 1 - p):
            image = rows**p * columns**q
            wanted = sum(
                float(coefficient) * ramp(rows, p, f[0]) * ramp(columns, q, f[1])
                for coefficient, f in best.target.terms
            )
            found = apply(kernel, image)
            assert np.allclose(
                found, np.broadcast_to(wanted, image.shape), atol=1e-9 * max(1, np.abs(image).max())
            )


def ramp(places, power, factor):
    """Return a derivative of a power by the textbook's rule."""
    import math

    if factor.order > power:
        return 0 * places
    return math.perm(power, factor.order) * (places + float(factor.at)) ** (power - factor.order)


def test_a_volume_too():
    z, y, x = np.mgrid[:6, :5, :7].astype(float)
    kernel = derive(laplacian(3))
    assert np.allclose(apply(kernel, z**2 + 2 * y**2 - x**2 + x * y * z), 4)


def test_spacing_divides_by_the_power_of_the_order_along_each_axis():
    y, x = np.mgrid[:6, :7]
    image = 3 * (0.5 * y) + 2 * (4.0 * x)
    assert np.allclose(apply(SOBEL, image, spacing=(0.5, 4.0)), 2)
    second = derive(derivative((2, 0)))
    assert np.allclose(apply(second, (0.5 * y) ** 2, spacing=(0.5, 1)), 2)
    with pytest.raises(InputError, match="different powers"):
        apply("laplacian-5pt", image, spacing=(0.5, 4.0))
    assert np.allclose(apply("laplacian-5pt", (2.0 * x) ** 2, spacing=2), 2)


def test_a_kernel_of_fewer_axes_goes_where_it_is_told():
    stack = np.arange(24.0).reshape(2, 3, 4)
    assert np.allclose(apply([-1, 0, 1], stack, axis=1), 4)
    assert np.allclose(apply([-1, 0, 1], stack, axis=-1), 1)
    frames = np.stack([SOBEL_IMAGE, 2 * SOBEL_IMAGE])
    assert np.allclose(apply(SOBEL, frames, axis=(1, 2))[1], 2 * apply(SOBEL, SOBEL_IMAGE))
    assert np.allclose(apply(SOBEL, SOBEL_IMAGE.T, axis=(1, 0)), apply(SOBEL, SOBEL_IMAGE).T)
    with pytest.raises(ShapeError, match="does not say where it goes"):
        apply(SOBEL, frames)


SOBEL_IMAGE = np.random.default_rng(3).random((6, 7))


def test_smoothing_keeps_constants_and_reflects_by_default():
    image = np.full((5, 6), 7.0)
    assert np.allclose(apply([[1, 2, 1], [2, 4, 2], [1, 2, 1]], image), 7)
    signal = np.random.default_rng(4).random(9)
    assert np.allclose(
        apply([1, 2, 1], signal), ndimage.correlate1d(signal, [0.25, 0.5, 0.25], mode="mirror")
    )


def test_the_result_goes_where_it_is_asked_for():
    out = np.empty(SOBEL_IMAGE.shape, np.float32)
    assert apply(SOBEL, SOBEL_IMAGE, out=out) is out
    assert np.allclose(out, apply(SOBEL, SOBEL_IMAGE), atol=1e-6)
    image = SOBEL_IMAGE.copy()
    with pytest.raises(InputError, match="share memory"):
        apply(SOBEL, image, out=image)
    with pytest.raises(ShapeError, match="out has shape"):
        apply(SOBEL, SOBEL_IMAGE, out=np.empty((2, 2)))


def test_where_a_hole_leaves_too_little_the_answer_is_not_a_number_and_never_zero():
    image = 2 * np.mgrid[:9, :9][1].astype(float)
    missing = np.ones(image.shape, bool)
    missing[4, 4] = False
    found = apply(SOBEL, image, mask=missing)
    assert np.isnan(found).all()
    missing[:] = False
    missing[:, 4] = True
    assert np.allclose(apply(SOBEL, image, mask=missing), 2)


@pytest.mark.parametrize(
    ("kind", "words", "arguments"),
    [
        (InputError, "complex", ([-1, 0, 1], [1j, 2, 3])),
        (InputError, "object", ([-1, 0, 1], np.array([1, None, 2]))),
        (InputError, "without taps", ([0, 0, 0], [1, 2, 3])),
        (ShapeError, "no samples", ([1, 2, 1], [])),
        (ShapeError, "too small for one-sided", ([-1, 0, 1], [1, 2])),
        (UnknownNameError, "sobel", ("sobbel-x", [[1.0]])),
        (OffGridError, "between the samples", (Kernel({"1/2": 1, "-1/2": -1}), [1, 2, 3])),
    ],
)
def test_what_cannot_be_applied_is_said(kind, words, arguments):
    with pytest.raises(kind, match=words):
        apply(*arguments)


@pytest.mark.parametrize(
    ("kind", "words", "options"),
    [
        (UnknownNameError, "no boundary is called 'mirror'", {"boundary": "mirror"}),
        (UnknownNameError, "no scale is called 'auto'", {"scale": "auto"}),
        (UnknownNameError, "no operation is called 'filter'", {"operation": "filter"}),
        (InputError, "positive", {"spacing": 0}),
        (InputError, "positive", {"spacing": float("nan")}),
        (ShapeError, "3 spacings for 2 axes", {"spacing": (1, 2, 3)}),
        (InputError, "true where a sample is missing", {"mask": np.zeros((6, 7))}),
        (ShapeError, "a mask of shape", {"mask": np.zeros((2, 2), bool)}),
        (InputError, "contradict", {"mask": np.zeros((6, 7), bool), "boundary": "wrap"}),
        (ShapeError, "has no axis 5", {"axis": (0, 5)}),
        (ShapeError, "cannot serve", {"axis": 0}),
    ],
)
def test_words_and_shapes_that_do_not_fit_are_refused(kind, words, options):
    with pytest.raises(kind, match=words):
        apply(SOBEL, SOBEL_IMAGE, **options)


def test_a_kernel_that_fits_nowhere():
    with pytest.raises(ShapeError, match="fits nowhere"):
        apply(SOBEL, np.ones((2, 9)), boundary="valid")


@pytest.mark.parametrize("boundary", ["one-sided", "reflect", "valid"])
@pytest.mark.parametrize("stride", [2, 3, (1, 4), (7, 2)])
def test_a_stride_keeps_every_so_many_th_answer(boundary, stride):
    image = np.random.default_rng(0).integers(-99, 99, (11, 13))
    steps = stride if isinstance(stride, tuple) else (stride,) * 2
    wanted = apply(SOBEL, image, boundary=boundary)[:: steps[0], :: steps[1]]
    assert np.array_equal(apply(SOBEL, image, boundary=boundary, stride=stride), wanted)
    out = np.empty(wanted.shape, np.float32)
    assert apply(SOBEL, image, boundary=boundary, stride=stride, out=out) is out
    assert np.allclose(out, wanted, rtol=1e-6, atol=1e-5)  # sums are formed in the type of out


@pytest.mark.parametrize("dilation", [1, 2, 5, (1, 3)])
def test_dilated_kernels_are_those_of_torch(dilation):
    """Taps that far apart; the derivative stays one."""
    torch = pytest.importorskip("torch", reason="PyTorch is optional, and not installed")
    image = np.random.default_rng(0).normal(size=(20, 21))
    taps = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    wanted = torch.nn.functional.conv2d(
        torch.tensor(image)[None, None], torch.tensor(taps)[None, None], dilation=dilation
    )[0, 0].numpy()
    found = apply(SOBEL, image, boundary="valid", scale="raw", dilation=dilation)
    assert np.allclose(found, wanted, rtol=0, atol=1e-13)
    across = dilation if isinstance(dilation, int) else dilation[1]
    assert np.allclose(apply(SOBEL, 3 * np.arange(21.0) * np.ones((20, 1)), dilation=dilation), 3), across


@pytest.mark.parametrize("axis", [(0, 1), (1, 0), (2, 0), (-1, -2)])
@pytest.mark.parametrize("boundary", ["one-sided", "wrap", "valid"])
@pytest.mark.parametrize("kernel", ["separable", "not"])
def test_axes_that_are_not_filtered_are_images_side_by_side(axis, boundary, kernel):
    taps = (
        [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]] if kernel == "separable" else [[0, -1, 1], [0, 0, 0], [0, -3, 3]]
    )
    image = np.random.default_rng(0).integers(0, 99, (7, 8, 9))
    found = np.moveaxis(apply(taps, image, axis=axis, boundary=boundary), axis, (0, 1))
    for place in range(found.shape[2]):
        wanted = apply(taps, np.moveaxis(image, axis, (0, 1))[:, :, place], boundary=boundary)
        assert np.array_equal(found[:, :, place], wanted)


def test_kernels_of_thousands_of_taps():
    """More than a stencil of the exact core may have."""
    taps = np.random.default_rng(0).integers(1, 9, (49, 51))
    image = np.random.default_rng(1).integers(0, 99, (60, 70))
    found = apply(taps, image, boundary="symmetric", scale="raw")
    assert np.array_equal(found, ndimage.correlate(image.astype(float), taps, mode="reflect"))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", ["f2", "f4", "f8", "i2", "u2"])
def test_the_order_of_bytes_changes_nothing(kind, order):
    image = np.random.default_rng(0).integers(0, 99, (9, 10)).astype(order + kind)
    found = apply(SOBEL, image)
    assert found.dtype == (np.float32 if kind == "f4" else np.float64)
    assert np.array_equal(found, apply(SOBEL, image.astype(kind)))


@pytest.mark.parametrize("given", [(0.5, 2.0), [0.5, 2.0], np.array([0.5, 2.0]), (np.float32(0.5), 2)])
def test_spacings_may_be_numbers_of_any_library(given):
    y, x = np.mgrid[:5, :6]
    assert np.allclose(apply(SOBEL, x + y, spacing=given), 0.5)
    assert np.allclose(apply(SOBEL, x + y, spacing=np.float64(0.5)), 2)
    assert np.allclose(apply(SOBEL, x + y, spacing=np.array(0.5)), 2)


def test_words_are_for_labelled_arrays():
    xarray = pytest.importorskip("xarray", reason="xarray is optional, and not installed")
    image = xarray.DataArray([0.0, 1, 4, 9], {"x": [0.0, 0.5, 1, 1.5]}, ["x"])
    assert apply([-1, 0, 1], image, spacing="coords", axis="x").to_numpy().tolist() == [0, 4, 8, 12]
    with pytest.raises(InputError, match="spacings are positive numbers, not 'coords'"):
        apply([-1, 0, 1], np.ones(4), spacing="coords")
    with pytest.raises(InputError, match="an axis is a whole number, not 'x'"):
        apply([-1, 0, 1], np.ones(4), axis="x")


def test_masked_arrays_bring_their_mask():
    y, x = np.mgrid[:9, :9]
    image = 2.0 * x + 3 * y
    image[4, 4] = 1e9
    for given in (np.ma.masked_array(image, image > 1e6), np.ma.masked_greater(image, 1e6)):
        assert np.allclose(apply(SOBEL, given), 2)
    more = np.zeros(image.shape, bool)
    more[0, 0] = True
    assert np.allclose(apply(SOBEL, np.ma.masked_array(image, image > 1e6), mask=more), 2)
    assert np.array_equal(apply(SOBEL, np.ma.masked_array(x)), apply(SOBEL, x))


def test_whole_numbers_that_floats_cannot_tell_apart_are_refused():
    near = 2**53 - np.arange(6)
    assert np.array_equal(apply([0, -1, 1], near, boundary="edge"), [-1, -1, -1, -1, -1, 0])
    for given in (2**60 + np.arange(6), -(2**60) - np.arange(6), np.array([2**64 - 1, 0], np.uint64)):
        with pytest.raises(InputError, match="beyond 2\\^53"):
            apply([-1, 1], given)


@pytest.mark.parametrize("spacing", [1e200, 1e-200])
def test_spacings_beyond_the_range_of_numbers(spacing):
    with pytest.raises(LimitError, match="leave the range of numbers"):
        apply([1, -2, 1], np.ones(5), spacing=spacing)


def test_dilations_beyond_the_image_or_beyond_memory():
    with pytest.raises(ShapeError, match="samples are needed along axis"):
        apply(SOBEL, np.ones((9, 10)), dilation=1000)
    with pytest.raises(LimitError, match="a window of"):
        apply(SOBEL, np.ones((9, 10)), dilation=10**6, boundary="edge")


@pytest.mark.parametrize(
    "out", [[0.0] * 5, "out", np.zeros(5, int), np.zeros(5, ">f4"), np.broadcast_to(0.0, 5)]
)
def test_outputs_that_cannot_be_filled(out):
    with pytest.raises(InputError, match="out "):
        apply([-1, 0, 1], np.ones(5), out=out)


@pytest.mark.parametrize("boundary", ["one-sided", "reflect"])
@pytest.mark.parametrize("call", [gradient, laplacian_of])
def test_an_image_is_not_written_over(call, boundary):
    image = np.random.default_rng(0).normal(size=(9, 9))
    more = {"output": "magnitude"} if call is gradient else {}
    with pytest.raises(InputError, match="share memory"):
        call(image, out=image, boundary=boundary, **more)
    with pytest.raises(ShapeError, match="one axis at least"):
        call(image, axis=())


def test_raw_by_name_are_the_taps_as_they_were_published():
    ramp = 2 * np.arange(9.0) * np.ones((9, 1))
    assert np.allclose(apply("sobel-x", ramp, scale="raw"), 16)
    assert np.allclose(apply(named("sobel-x"), ramp, scale="raw"), 16)
    assert np.allclose(apply("sobel-x", ramp), 2)
