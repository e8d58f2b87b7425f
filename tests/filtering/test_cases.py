"""Published cases in which public tools went wrong, and waves, whose answers are known in closed form."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import dask.array
import numpy as np
import pytest

from kernelkit import Kernel, named
from kernelkit.errors import InputError
from kernelkit.filtering.apply import apply
from kernelkit.filtering.chunked import apply_in_bands
from kernelkit.filtering.derivatives import gradient
from kernelkit.filtering.fft_engine import correlate as by_fourier
from kernelkit.filtering.libraries import direction_of
from kernelkit.images import Mapping, write_image

CASES = json.loads((Path(__file__).parents[1] / "golden" / "cases_filters.json").read_text(encoding="utf-8"))[
    "rows"
]
SOBEL = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]


def cases(ask):
    found = [case for case in CASES if case["ask"] == ask]
    assert found
    return pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in found])


def numbers(values):
    return np.array([[float(Fraction(value)) for value in row] for row in values])


@cases("slope")
def test_a_height_model_has_its_slope(case):
    given = case["input"]
    for name in given["kernels"]:
        found = gradient(given["image"], kernel=name, spacing=given["cell_size"], output="magnitude")
        assert np.allclose(found, case["expected"]["slope"], atol=1e-12)


@cases("write-out")
def test_values_are_neither_wrapped_nor_clipped_in_silence(case, tmp_path):
    value = case["input"]["value"]
    with pytest.raises(InputError, match="mapping"):
        write_image(tmp_path / "out.png", np.array([[value, 0.0]]))
    said = write_image(tmp_path / "out.png", np.array([[value, 0.0]]), mapping=Mapping(0.0, 1.0))
    assert said.clipped == 1
    assert "1 sample" in said.words


@cases("accumulator-range")
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32"])
def test_the_largest_sum_is_reached_in_every_type(case, dtype):
    """Of an image that is white where the taps are positive."""
    given, largest = case["input"], case["expected"]["largest"]
    taps = np.outer(given["smoothing"], given["derivative"])
    image = np.where(taps > 0, given["sample_range"][1], given["sample_range"][0]).astype(dtype)
    assert apply(taps, image, boundary="valid", scale="raw").tolist() == [[largest]]
    assert apply(-taps, image, boundary="valid", scale="raw").tolist() == [[-largest]]


@cases("correlate-2d")
def test_a_correlation_of_16_bits(case):
    given = case["input"]
    taps = np.outer(given["derivative_axis_0"], given["smoothing_axis_1"])
    image = np.array(given["image"], given["dtype"])
    found = apply(taps, image, boundary=given["boundary"], scale="raw")
    assert found.tolist() == case["expected"]["values"]


@cases("gradient-array")
def test_differences_of_unsigned_numbers(case):
    """Central differences inside, the first and the last difference at the ends."""
    image = np.array(case["input"]["image"], case["input"]["dtype"])
    for axis in (0, 1):
        wanted = np.moveaxis(numbers(case["expected"][f"d_axis{axis}"]), axis, 0)
        central, forward, backward = (
            np.moveaxis(apply(kernel, image, axis=axis, boundary="edge"), axis, 0)
            for kernel in (Kernel({-1: -1, 1: 1}), Kernel({0: -1, 1: 1}), Kernel({-1: -1, 0: 1}))
        )
        assert np.array_equal(central[1:-1], wanted[1:-1])
        assert np.array_equal(forward[0], wanted[0])
        assert np.array_equal(backward[-1], wanted[-1])


@cases("orientation")
def test_directions_all_around(case):
    down, across = np.array(case["input"]["gradients_axis0_axis1"], float).T
    wanted = [
        np.nan if value is None else float(Fraction(value)) for value in case["expected"]["angle_over_pi"]
    ]
    assert np.allclose(direction_of(down, across) / np.pi, wanted, rtol=0, atol=1e-15, equal_nan=True)


@cases("chunked")
def test_blocks_are_the_whole(case):
    given, wanted = case["input"], case["expected"]["raw"]
    image = np.array(given["image"])
    conventions = {"boundary": given["boundary"], "scale": "raw"}
    kernel = named(given["kernel"]).published
    assert apply(kernel, image, **conventions).tolist() == wanted
    blocks = dask.array.from_array(image, chunks=tuple(given["chunks"]))
    assert apply(kernel, blocks, **conventions).compute().tolist() == wanted
    target = np.empty(image.shape)
    apply_in_bands(kernel, image, target, memory=2000, **conventions)
    assert target.tolist() == wanted


@cases("valid-only")
def test_only_where_the_window_fits(case):
    image, wanted = np.array(case["input"]["image"]), case["expected"]
    across = apply(SOBEL, image, boundary="valid", scale="raw")
    down = apply(np.transpose(SOBEL), image, boundary="valid", scale="raw")
    assert list(across.shape) == wanted["shape"]
    assert across.tolist() == wanted["raw_d_axis1"]
    assert down.tolist() == wanted["raw_d_axis0"]
    assert (across**2 + down**2).tolist() == wanted["squared_magnitude"]


@cases("separable-equals-full")
def test_one_pass_two_passes_and_fourier_agree(case):
    given, wanted = case["input"], case["expected"]["values"]
    image, (down, across) = np.array(given["image"], float), given["factors"]
    taps = np.outer(down, across)
    conventions = {"boundary": given["boundary"], "scale": "raw"}
    assert apply(taps, image, **conventions).tolist() == wanted
    first = apply([across], image, **conventions)
    assert apply([[tap] for tap in down], first, **conventions).tolist() == wanted
    out = np.empty(image.shape)
    by_fourier(image, taps.astype(float), [side // 2 for side in taps.shape], given["boundary"], out)
    assert np.allclose(out, wanted, atol=1e-11)


@pytest.mark.parametrize("boundary", ["valid", "wrap"])
@pytest.mark.parametrize(
    "name", ["sobel-x", "scharr-5-x", "laplacian-9pt-isotropic", "gaussian:dim=2", "roberts-1"]
)
def test_waves_are_multiplied_by_the_symbol(name, boundary):
    """A plane wave through a kernel is the wave times ``sum tap exp(i w . offset)``, summed here by that formula."""
    kernel = named(name).kernel
    if any(place.denominator != 1 for offset, _ in kernel.taps for place in offset):
        kernel = kernel.shifted((Fraction(1, 2), Fraction(1, 2)))
    taps = [(np.array(offset, float), float(tap)) for offset, tap in kernel.taps]
    y, x = np.mgrid[:40, :48]
    low = [-min(0, *(int(offset[axis]) for offset, _ in kernel.taps)) for axis in (0, 1)]
    for v, u in ((1, 0), (0, 5), (-7, 11), (20, 24)):
        wave = 2 * np.pi * np.array([v / 40, u / 48])
        phase = wave[0] * y + wave[1] * x
        symbol = sum(tap * np.exp(1j * (wave @ offset)) for offset, tap in taps)
        wanted = symbol * np.exp(1j * phase)
        real, imaginary = (
            apply(kernel, part(phase), boundary=boundary, scale="raw") for part in (np.cos, np.sin)
        )
        part = tuple(slice(first, first + side) for first, side in zip(low, real.shape, strict=True))
        wanted = wanted[part] if boundary == "valid" else wanted
        scale = sum(abs(tap) for _, tap in taps)
        assert np.allclose(real + 1j * imaginary, wanted, rtol=0, atol=1e-12 * scale)
