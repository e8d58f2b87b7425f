"""Edge points between pixels: steps, half-planes and discs whose edges are known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from edges.images import cases, disc, whole

from kernelkit.edges.points import points
from kernelkit.errors import InputError, UnknownNameError

METHODS = ("canny", "log", "plus")
GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "analysis.json").read_text(encoding="utf-8"))[
    "rows"
]
CURVED = [
    pytest.param(row, method, id=f"{row['id']}-{method}")
    for row in GOLDEN
    if row["id"].startswith("curvature/")
    for method in METHODS
]


@cases("edge-position")
@pytest.mark.parametrize("method", METHODS)
def test_a_step_lies_between_its_columns(method, case):
    image = np.tile(np.array(case["input"]["row"], float), (case["input"]["rows"], 1))
    wanted, tolerance = float(case["expected"]["subpixel_column"]), float(case["tolerance"])
    for turned in (image, -image, 10 * image[::-1] + 3):
        found = points(turned, method=method, sigma=float(case["input"]["sigma"]), low=0.05, high=0.1)
        assert found[:, 0].tolist() == list(range(len(image)))
        assert np.allclose(found[:, 1], wanted, rtol=0, atol=tolerance)


@pytest.mark.parametrize("method", METHODS)
def test_strength_and_direction_of_a_blurred_step(method):
    """The gradient of a step of height h under a Gaussian is h / (sigma sqrt(2 pi)), from dark to bright."""
    step = np.tile(100.0 * (np.arange(40) >= 20), (40, 1))
    for turned, direction in ((step, 0), (step.T, np.pi / 2), (-step, np.pi), (-step.T, -np.pi / 2)):
        found = points(turned, method=method, sigma=3, low=1, high=2)
        inner = found[(found[:, :2] > 12).all(axis=1) & (found[:, :2] < 28).all(axis=1)]
        assert np.allclose(inner[:, 2], 100 / (3 * np.sqrt(2 * np.pi)), rtol=0.02)
        assert np.allclose(np.exp(1j * inner[:, 3]), np.exp(1j * direction), atol=1e-9)


@pytest.mark.parametrize(("row", "method"), CURVED)
def test_curvature_shifts_edges_as_it_does_in_theory(row, method):
    """Of a disc blurred by a Gaussian, sampled; part of the blur is in the image, so that sampling changes nothing."""
    radius, sigma = row["radius"], row["sigma"]
    blur = 0.6 * sigma if sigma == 1 else 1.0
    image, centre = disc(radius, sigma=blur)
    found = points(image, method=method, sigma=np.sqrt(sigma**2 - blur**2), low=0.02, high=0.05)
    shift = np.hypot(found[:, 0] - centre, found[:, 1] - centre) - radius
    key = {"canny": "gradient_maximum", "log": "log_zero_crossing", "plus": "plus_zero_crossing"}[method]
    assert len(found) > 5 * radius
    coarse = {
        1: 0.015,
        2: 0.01 if method == "canny" else 0.003,
    }  # samples and parabolas of Gaussians so narrow
    assert shift.mean() == pytest.approx(float(row[key]), abs=coarse[sigma])
    if method == "plus" and (radius, sigma) == (10, 2):
        assert abs(shift.mean()) <= 0.01


@pytest.mark.parametrize("method", METHODS)
def test_points_turn_with_the_image(method):
    image = whole((40, 51))
    options = {"method": method, "sigma": 1.5, "low": 4, "high": 8}
    found = points(image, **options)
    assert len(found) > 50
    flipped = points(image[:, ::-1], **options)
    flipped[:, 1] = 50 - flipped[:, 1]
    turned = points(image.T, **options)[:, [1, 0, 2]]
    for other in (flipped[:, :3], turned, points(1000 - image, **options)[:, :3]):
        ordered = [np.array(sorted(map(tuple, part[:, :3].round(7) + 0.0))) for part in (found, other)]
        assert np.allclose(*ordered, atol=1e-6)


def test_a_kernel_is_for_canny():
    image = whole()
    assert len(points(image, method="canny", kernel="scharr", sigma=1, low=5, high=10))
    with pytest.raises(InputError, match="takes no kernel"):
        points(image, kernel="scharr")
    with pytest.raises(UnknownNameError, match="method"):
        points(image, method="best")


def test_constants_have_no_points():
    for method in METHODS:
        assert points(np.full((9, 12), 37.3), method=method, low=0, high=0).shape == (0, 4)
