"""Every row of the golden table of analysis, by its id and at its tolerance."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from golden.tables import ids, read, rows
from scipy import ndimage

from kernelkit import Kernel, certify, laplacian, named
from kernelkit.analysis.anisotropy import anisotropy
from kernelkit.analysis.canny import canny_criteria
from kernelkit.analysis.curvature import disc_edge_bias
from kernelkit.analysis.direction import direction_error, direction_error_coefficient, step_edge_error
from kernelkit.analysis.merit import figure_of_merit
from kernelkit.analysis.noise import noise_gain
from kernelkit.analysis.symbol import response_at

KINDS = (
    "gradient",
    "step-edge",
    "laplacian",
    "noise",
    "sampled-gaussian",
    "curvature",
    "fom",
    "canny-criteria",
)
ROWS = {kind: [row for row in rows("analysis") if row["id"].split("/")[0] == kind] for kind in KINDS}
SAMPLED = [row for row in ROWS["gradient"] if "/sampled-gaussian-" in row["id"]]
GRADIENTS = [row for row in ROWS["gradient"] if row not in SAMPLED]
FORMULAS = [row for row in ROWS["noise"] if row["id"].endswith("-formula")]
NOISE = [row for row in ROWS["noise"] if row not in FORMULAS]

TESTED = (GRADIENTS, SAMPLED, ROWS["step-edge"], ROWS["laplacian"], NOISE, FORMULAS)
TESTED_BY_KIND = (ROWS["sampled-gaussian"], ROWS["curvature"], ROWS["fom"], ROWS["canny-criteria"])

RADII = {"pi/4": math.pi / 4, "pi/2": math.pi / 2, "3pi/4": 3 * math.pi / 4}


def near(found: Fraction | float, text: str, tolerance: str | None = None) -> bool:
    """Whether a number is the stated one: exactly, to a tolerance, or to the digits of the print.

    A tolerance below the digits of the print cannot be meant.
    """
    stated = Fraction(text)
    if tolerance == "exact" or (tolerance is None and set(text) <= set("-/0123456789")):
        return Fraction(found) == stated
    mantissa, _, power = text.partition("e")
    printed = Fraction(10) ** (int(power or 0) - len(mantissa.partition(".")[2])) / 2
    allowed = max(Fraction(tolerance), printed) if tolerance else printed
    # floats that stand for the printed digits are off by their own last place
    return abs(Fraction(found) - stated) <= allowed + abs(stated) / 10**15


def gaussian_samples(sigma: float, order: int) -> np.ndarray:
    """Return samples of a Gaussian or a derivative of it, over the sum of the Gaussian's, in correlation order."""
    radius = int(4 * sigma + 0.5)
    x = np.arange(-radius, radius + 1)
    weights = np.exp(-(x**2) / (2 * sigma**2))
    weights /= weights.sum()
    return weights * {0: 1, 1: x / sigma**2, 2: x**2 / sigma**4 - 1 / sigma**2}[order]


def sampled_gradient(row: dict) -> Kernel:
    """Build the kernel of a row: samples of the derivative along x times samples of the Gaussian along y."""
    sigma = float(row["id"].rsplit("-", 1)[1])
    return Kernel.from_array(np.outer(gaussian_samples(sigma, 0), gaussian_samples(sigma, 1)))


def test_no_row_is_left_out():
    tested = [row["id"] for group in (*TESTED, *TESTED_BY_KIND) for row in group]
    every = [row["id"] for row in rows("analysis")]
    assert sorted(tested) == sorted(every)
    assert len(set(every)) == read("analysis")["count"] == len(every)
    assert all((*TESTED, *TESTED_BY_KIND))


def assert_gradient(row: dict, raw: Kernel) -> None:
    """Compare gain, noise gain and direction errors of an x gradient with its row."""
    tolerance = row["tolerance"]
    gain = raw.moment((0, 1))
    unit = raw / gain
    assert near(gain, row["raw_gain"], tolerance.get("raw_gain"))
    assert near(noise_gain(unit), row["noise_gain"], tolerance["noise_gain"])
    assert near(direction_error_coefficient(raw), row["direction_error_c4"], tolerance["direction_error_c4"])
    for radius, stated in row["direction_error_deg"].items():
        found = direction_error(raw, RADII[radius])
        if stated is None:
            assert found is None
        else:
            assert near(found, stated, tolerance["direction_error_deg"])


@pytest.mark.parametrize("row", GRADIENTS, ids=ids)
def test_gradient(row):
    raw = named(row["kernel"]).published
    assert_gradient(row, raw)
    assert near((raw / raw.moment((0, 1))).noise_gain_squared, row["noise_gain_squared"])
    if "direction_error_c4_inverse" in row:
        assert near(1 / direction_error_coefficient(raw), row["direction_error_c4_inverse"])


@pytest.mark.parametrize("row", SAMPLED, ids=ids)
def test_sampled_gradient(row):
    """The kernel is built by the rule of the row, and it is the one that scipy filters with."""
    raw = sampled_gradient(row)
    assert_gradient(row, raw)
    sigma = float(row["id"].rsplit("-", 1)[1])
    continuous = 1 / (math.sqrt(8 * math.pi) * sigma**2)
    assert near(continuous, row["continuous_noise_gain"])
    impulse = np.zeros((25, 25))
    impulse[12, 12] = 1
    answer = ndimage.gaussian_filter(impulse, sigma, order=(0, 1))
    reach = int(4 * sigma + 0.5)
    inner = slice(12 - reach, 13 + reach)
    # the answer to an impulse is the kernel turned round
    taps = np.array([float(dict(raw.taps).get((y, x), 0)) for y in grid(reach) for x in grid(reach)])
    assert np.allclose(answer[inner, inner][::-1, ::-1].ravel(), taps, atol=1e-14)


def grid(reach: int) -> range:
    return range(-reach, reach + 1)


@pytest.mark.parametrize("row", ROWS["step-edge"], ids=ids)
def test_step_edge(row):
    error, at = step_edge_error(named(row["kernel"]).published)
    assert near(error, row["direction_error_deg"], row["tolerance"]["direction_error_deg"])
    assert near(at, row["at_deg"], row["tolerance"]["at_deg"])


@pytest.mark.parametrize("row", ROWS["laplacian"], ids=ids)
def test_laplacian(row):
    entry = named(row["kernel"])
    raw = entry.published
    gain = certify(raw, laplacian(2)).gain
    unit = raw / gain
    assert gain == entry.gain == Fraction(row["raw_gain"])
    assert anisotropy(raw) == Fraction(row["anisotropy_m22_minus_2_m40"])
    terms = {term.derivative: term.coefficient for term in certify(unit, laplacian(2)).leading_terms}
    assert terms[4, 0] == terms[0, 4] == Fraction(row["m40"])
    assert terms.get((2, 2), 0) == Fraction(row["m22"])
    assert unit.noise_gain_squared == Fraction(row["noise_gain_squared"])
    assert near(noise_gain(unit), row["noise_gain"], row["tolerance"]["noise_gain"])


@pytest.mark.parametrize("row", NOISE, ids=ids)
def test_noise(row):
    unit = named(row["kernel"]).kernel
    assert unit.noise_gain_squared == Fraction(row["noise_gain_squared"])
    assert near(noise_gain(unit), row["noise_gain"], row["tolerance"]["noise_gain"])
    assert response_at(unit, (1,)) == Fraction(row["response_at_pi"])


@pytest.mark.parametrize("row", FORMULAS, ids=ids)
def test_noise_formula(row):
    points = int(row["id"].split("-")[1])
    unit = named(f"savgol-{points}-x").kernel
    assert unit.noise_gain_squared == Fraction(row["noise_gain_squared"])
    assert unit.noise_gain_squared == Fraction(12, points * (points**2 - 1))
    assert near(noise_gain(unit), row["noise_gain"], row["tolerance"]["noise_gain"])


@pytest.mark.parametrize("row", ROWS["sampled-gaussian"], ids=ids)
def test_sampled_gaussian(row):
    """What samples of a Gaussian give for x, x^2 and 1, by moments and by scipy."""
    sigma, tolerance = float(row["sigma"]), row["tolerance"]
    first, second = (Kernel.from_array(gaussian_samples(sigma, order)) for order in (1, 2))
    on_square = sum(tap * (20 + x) ** 2 for (x,), tap in second.taps)
    line = np.arange(41.0)
    filtered = {
        "ramp_gain_order_1": (ndimage.gaussian_filter1d(line, sigma, order=1)[20], first.moment((1,))),
        "order_2_on_x_squared_at_20": (ndimage.gaussian_filter1d(line**2, sigma, order=2)[20], on_square),
        "order_2_dc": (ndimage.gaussian_filter1d(line * 0 + 1, sigma, order=2)[20], second.moment((0,))),
        "log_2d_of_constant_1": (
            ndimage.gaussian_laplace(np.ones((41, 41)), sigma)[20, 20],
            2 * second.moment((0,)),
        ),
    }
    assert filtered.keys() == row["right"].keys() == tolerance.keys()
    for quantity, both in filtered.items():
        allowed, *relative = tolerance[quantity].split()
        size = Fraction(allowed) * (abs(Fraction(row[quantity])) if relative else 1)
        for found in both:
            assert near(float(found), row[quantity], str(size))


@pytest.mark.parametrize("row", ROWS["sampled-gaussian"], ids=ids)
def test_the_discrete_analogue_is_right_where_samples_are_not(row):
    """The same questions to the discrete Gaussian of the same sigma: exactly the right values of the row."""
    first, second = (named(f"gaussian-{axes}:sigma={row['sigma']}").kernel for axes in ("x", "xx"))
    log = named(f"gaussian-xx:sigma={row['sigma']},dim=2").kernel
    log += named(f"gaussian-yy:sigma={row['sigma']},dim=2").kernel
    right = {quantity: Fraction(text) for quantity, text in row["right"].items()}
    assert first.moment((1,)) == right["ramp_gain_order_1"]
    assert sum(tap * (20 + x) ** 2 for (x,), tap in second.taps) == right["order_2_on_x_squared_at_20"]
    assert second.moment((0,)) == right["order_2_dc"]
    assert log.moment((0, 0)) == right["log_2d_of_constant_1"]


@pytest.mark.parametrize("row", ROWS["curvature"], ids=ids)
def test_curvature(row):
    stated = {"gradient": "gradient_maximum", "log": "log_zero_crossing", "plus": "plus_zero_crossing"}
    for detector, quantity in stated.items():
        found = disc_edge_bias(row["radius"], row["sigma"], detector)
        assert near(found, row[quantity], row["tolerance"]["all"])


@pytest.mark.parametrize("row", ROWS["fom"], ids=ids)
def test_figure_of_merit(row):
    distances = row["distances_of_found_pixels"]
    assert figure_of_merit(distances, row["n_ideal"]) == Fraction(row["fom"])
    rounded = figure_of_merit([float(d) for d in distances], row["n_ideal"])
    assert near(rounded, row["decimal"], row["tolerance"]["decimal"])


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("row", ROWS["canny-criteria"], ids=ids)
def test_canny_criteria(row, scale):
    """In units of the scale, of sigma or 1 / alpha, the criteria are the same at every scale."""
    found = CURVES[row["id"]](scale)
    allowed = row["tolerance"].get("all") or row["tolerance"]["others"]
    keys = {key.partition("_")[0]: key for key in row if not key.endswith("closed_form")}
    assert near(found.detection / math.sqrt(scale), row[keys["detection"]], allowed)
    assert near(found.localisation * math.sqrt(scale), row[keys["localisation"]], allowed)
    # an exact product is an integral here, good to 1e-11
    assert near(found.product, row["product"], "1e-11")
    assert near(found.distance_of_maxima / scale, row[keys["mean"]], allowed)


def gaussian_criteria(sigma: float):
    def bell(x: float) -> float:
        return math.exp(-x * x / (2 * sigma**2))

    return canny_criteria(
        lambda x: -x * bell(x),
        lambda x: (x * x / sigma**2 - 1) * bell(x),
        lambda x: (3 - x * x / sigma**2) * x / sigma**2 * bell(x),
        reach=math.inf,
    )


def deriche_criteria(scale: float):
    alpha = 1 / scale
    return canny_criteria(
        lambda x: -x * math.exp(-alpha * abs(x)),
        lambda x: (alpha * abs(x) - 1) * math.exp(-alpha * abs(x)),
        lambda x: alpha * (2 - alpha * x) * math.exp(-alpha * x),
        reach=math.inf,
    )


CURVES = {
    "canny-criteria/derivative-of-gaussian": gaussian_criteria,
    "canny-criteria/deriche-limit": deriche_criteria,
}


@pytest.mark.parametrize("row", ROWS["canny-criteria"], ids=ids)
def test_closed_forms_of_the_criteria(row):
    """The formulas of the table, in their own digits."""
    closed = {
        "sqrt(2/sqrt(pi))": math.sqrt(2 / math.sqrt(math.pi)),
        "sqrt(4/(3 sqrt(pi)))": math.sqrt(4 / (3 * math.sqrt(math.pi))),
        "sqrt(8/(3 pi))": math.sqrt(8 / (3 * math.pi)),
        "2 pi sqrt(2/5)": math.tau * math.sqrt(2 / 5),
        "2 pi/sqrt(5)": math.tau / math.sqrt(5),
    }
    found = CURVES[row["id"]](1.0)
    figures = {
        "detection": found.detection,
        "localisation": found.localisation,
        "product": found.product,
        "distance": found.distance_of_maxima,
    }
    formulas = {key: text for key, text in row.items() if key.endswith("_closed_form")}
    assert formulas
    for key, text in formulas.items():
        assert figures[key.removesuffix("_closed_form")] == pytest.approx(closed[text], rel=1e-11)
