"""Exact least squares against NumPy's, in rank and precision, by all of its routes."""

import numpy as np
import pytest
from golden.tables import rows
from hypothesis import given as examples
from hypothesis import strategies as st
from learning.images import DIFFERENCES, EDGES, LAYERS, camera, naive_patches, name_of, rough
from scipy import linalg
from scipy.signal import correlate

from kernelkit.errors import InputError
from kernelkit.learning import solve as module
from kernelkit.learning.gram import normal_equations
from kernelkit.learning.pairs import pairs
from kernelkit.learning.patches import patch_matrix
from kernelkit.learning.solve import solve

CASES = {row["id"]: row for row in rows("cases_learn")}


def number(value):
    """Return a number that a row writes as an integer or as p/q."""
    top, _, bottom = str(value).partition("/")
    return int(top) / int(bottom or 1)


@pytest.fixture(params=["sums", "factors"])
def route(request, monkeypatch):
    """Solve small systems by their normal equations too, or all by factors."""
    monkeypatch.setattr(module, "SMALL", 0 if request.param == "sums" else 1 << 40)
    return request.param


@pytest.mark.parametrize("bias", ["none", "fit"])
@pytest.mark.parametrize("layer", LAYERS, ids=name_of)
def test_solutions_are_those_of_numpy(layer, bias, route):
    shape, size, settings = layer
    x = rough(shape)
    y = rough((shape[0], 2, *pairs(x, None, size, **settings).out), 1)
    given = pairs(x, y, size, **settings, bias=bias)
    a, labels = patch_matrix(given), np.moveaxis(y, 1, -1).reshape(-1, 2)
    wanted, _, rank, _ = np.linalg.lstsq(a, labels, rcond=1e-12)
    found = solve(given)
    unknowns = np.concatenate([found.taps.reshape(2, -1), found.bias[:, None]], axis=1).T[: given.unknowns]
    assert found.rank == rank
    assert np.allclose(a @ unknowns, a @ wanted, rtol=1e-9, atol=1e-9)
    if bias == "none" or rank == given.unknowns:  # with a bias the least norm is that of the taps alone
        assert np.allclose(unknowns, wanted, rtol=1e-8, atol=1e-9)
    assert route


@pytest.mark.parametrize("bias", ["none", "fit"])
def test_the_least_norm_is_that_of_the_taps(bias):
    x, y = rough((1, 9)), rough((1, 3), 1)
    found = solve(pairs(x, y, (1, 7), bias=bias))
    a = naive_patches(x[None, None], (1, 7))
    if bias == "fit":
        a, y = a - a.mean(0), y - y.mean()
    assert np.allclose(found.taps.ravel(), linalg.lstsq(a, y.ravel(), cond=1e-12)[0], rtol=1e-9)
    assert found.rank == 3


@examples(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 4), st.integers(0, 2), st.integers(1, 2))
def test_taps_that_made_the_labels_are_found(seed, rows_of_taps, columns, padding, dilation):
    random = np.random.default_rng(seed)
    x, taps = random.normal(size=(14, 15)), random.normal(size=(rows_of_taps, columns))
    spread = np.zeros(((rows_of_taps - 1) * dilation + 1, (columns - 1) * dilation + 1))
    spread[::dilation, ::dilation] = taps
    y = correlate(np.pad(x, padding), spread, mode="valid") + 0.5
    found = solve(pairs(x, y, taps.shape, padding=padding, dilation=dilation, bias="fit"))
    assert np.allclose(found.taps[0, 0], taps, atol=1e-11)
    assert found.bias[0] == pytest.approx(0.5, abs=1e-11)


@pytest.mark.parametrize("size", [3, 5, 11])
@pytest.mark.parametrize("bias", ["none", "fit"])
def test_theory_7_4_a_photograph_gives_full_precision(size, bias):
    """Normal equations alone 1e-10 or better; one correction by residuals, full precision."""
    taps = np.random.default_rng(size).normal(size=(size, size))
    x = camera()
    given = pairs(
        x, correlate(x, taps, mode="valid", method="direct" if size < 6 else "fft"), size, bias=bias
    )
    scale = np.abs(taps).max()
    assert np.abs(solve(given, refinements=0).taps - taps).max() < 1e-10 * scale
    # labels made by FFT carry an error of their own
    assert np.abs(solve(given).taps - taps).max() < (2e-15 if size < 6 else 1e-12) * scale


def test_theory_7_4_float32_images_lose_nothing_but_what_rounding_took():
    """Sums in float32 are 1e-3 off (theory: 9e-4), those in float64 of the same images 1e-7."""
    taps = np.random.default_rng(0).normal(size=(5, 5))
    x = camera().astype(np.float32)
    y = correlate(x.astype(float), taps, mode="valid").astype(np.float32)
    found = solve(pairs(x, y, 5)).taps[0, 0]
    assert np.abs(found - taps).max() < 1e-6
    a = patch_matrix(pairs(x[:128, :128], None, 5)).astype(np.float32)
    labels = y[:124, :124].ravel()
    single = np.linalg.solve(a.T @ a, a.T @ labels).reshape(5, 5)
    assert np.abs(single - taps).max() > 100 * np.abs(found - taps).max()


@pytest.mark.parametrize("offset", [0, 1e6])
def test_large_means_do_no_harm(offset, route):
    """Sixteen-bit images sit on a pedestal: with a bias it comes off, without one it is part of the problem."""
    x = rough((60, 60)) + offset
    taps = rough((3, 3), 1)
    y = correlate(x - offset, taps, mode="valid")
    found = solve(pairs(x, y, 3, bias="fit"))
    assert np.allclose(found.taps[0, 0], taps, rtol=1e-9)
    assert found.rank == 10
    assert route


def test_a_singular_photograph_is_found_out():
    """Rows that are equal determine column sums only, however many there are."""
    x = np.tile(rough((1, 300)), (300, 1))
    taps = rough((3, 3), 1)
    found = solve(pairs(x, correlate(x, taps, mode="valid"), 3))
    assert found.rank == 3
    assert np.allclose(found.taps[0, 0], taps.mean(0), rtol=1e-10)


def test_nearly_singular_images_are_solved_by_factors():
    """A wave with a little noise: the normal equations would lose what the matrix still holds."""
    wave = np.sin(np.arange(90_000) / 5).reshape(300, 300)
    x = wave + 1e-6 * rough((300, 300))
    taps = rough((3, 3), 1)
    found = solve(pairs(x, correlate(x, taps, mode="valid", method="direct"), 3))
    assert found.rank == 9
    assert np.allclose(found.taps[0, 0], taps, atol=1e-8)


def windows_of(case):
    """Return images of one window each, whose patch matrix is the one of a row."""
    a = np.array(case["input"]["A"], dtype=float)
    return a, a[:, None, None, :], (1, a.shape[1])


def test_statsmodels_2628_a_tolerance_decides_the_rank():
    case = CASES["statsmodels/statsmodels#2628"]
    a, x, size = windows_of(case)
    given = pairs(x, np.ones((3, 1, 1, 1)), size)
    assert np.array_equal(patch_matrix(given), a)
    tolerances = map(float, case["input"]["relative_tolerances"])
    assert [solve(given, tolerance=t).rank for t in tolerances] == case["expected"]["numerical_rank"]


def test_statsmodels_3824_where_a_family_fits_the_rank_is_said():
    case = CASES["statsmodels/statsmodels#3824"]
    _, x, size = windows_of(case)
    given = pairs(x, np.reshape(case["input"]["y"], (10, 1, 1, 1)), size)
    found = solve(given)
    assert (found.rank, given.unknowns) == (case["expected"]["rank"], case["expected"]["unknowns"])
    wanted = list(map(number, case["expected"]["min_norm_solution"]))
    assert np.allclose(found.taps.ravel(), wanted, atol=1e-12)
    assert abs(found.taps.ravel() @ case["expected"]["null_direction"]) < 1e-13


def test_matousc89_padasip_8_least_squares_is_exact_where_one_pass_is_not():
    case = CASES["matousc89/padasip#8"]
    found = solve(pairs(case["input"]["x"], case["input"]["y"], case["input"]["taps"]))
    assert np.allclose(found.taps.ravel(), case["expected"]["kernel"], atol=1e-12)
    assert found.rank == case["expected"]["rank"]


@pytest.mark.parametrize("case", ["1.2-E3/bias-not-updated"])
def test_an_offset_bends_the_taps_unless_a_bias_takes_it(case):
    row = CASES[case]
    x, y = (np.array([[number(v) for v in line] for line in row["input"][name]]) for name in "XY")
    bent = solve(pairs(x, y, (1, 2)))
    assert np.allclose(bent.taps[0, 0], [[1.3, -0.7]], atol=1e-13)
    assert [[number(v) for v in line] for line in row["expected"]["taps"]] == [[1.3, -0.7]]
    straight = solve(pairs(x, y, (1, 2), bias="fit"))
    wanted = row["expected"]["with_trained_bias"]
    assert np.allclose(straight.taps[0, 0], wanted["taps"], atol=1e-13)
    assert straight.bias[0] == pytest.approx(number(wanted["bias"]), abs=1e-13)


def test_theory_7_8_an_offset_shifts_the_taps_as_predicted():
    x, taps, offset = rough((30, 30)) - 2, rough((3, 3), 1), 0.7
    y = correlate(x, taps, mode="valid")
    found = solve(pairs(x, y + offset, 3)).taps.ravel()
    normal = normal_equations(pairs(x, y, 3))
    predicted = np.linalg.solve(normal.R, offset * normal.count * normal.means)
    assert np.allclose(found - taps.ravel(), predicted, atol=1e-11)


@pytest.mark.parametrize("row", [r for r in CASES.values() if r["ask"] == "min-norm"], ids=lambda r: r["id"])
def test_published_solutions_of_least_norm(row):
    x, taps = np.array(row["input"]["X"], float), np.array(row["input"]["K_true"], float)
    found = solve(pairs(x, correlate(x, taps, mode="valid"), taps.shape))
    assert found.rank == row["expected"]["rank"]
    wanted = [[number(v) for v in line] for line in row["expected"]["min_norm"]]
    assert np.allclose(found.taps[0, 0], wanted, atol=1e-13)


@pytest.mark.parametrize(
    ("x", "settings", "rank"),
    [
        (EDGES, {}, 3),
        (EDGES, {"padding": 1}, 9),
        (np.ones((6, 6)), {}, 1),
        (np.ones((5, 6)), {"padding": 1}, 9),
        (np.pad([[1]], 2), {}, 9),
        ([[2 * j + i for j in range(6)] for i in range(6)], {}, 2),
    ],
)
def test_theory_7_5_ranks_of_known_images(x, settings, rank):
    given = pairs(x, None, 3, **settings)
    assert solve(pairs(x, np.zeros(given.out), 3, **settings)).rank == rank


def test_fewer_windows_than_unknowns_leave_the_rest_open():
    """Theory 7.5 (viii): 28 x 28, 11 x 11, stride 4 has 25 windows for 121 taps."""
    x = [[(3 * i * i + 5 * j * j + i * j + 7 * i) % 23 for j in range(28)] for i in range(28)]
    found = solve(pairs(x, rough((5, 5)), 11, stride=4))
    assert found.rank == CASES["7.5/rank-stride-4"]["expected"]["ranks"][0] == 25


def test_images_of_zeros_are_refused():
    case = CASES["xmos/lib_dsp#134"]
    with pytest.raises(InputError) as refused:
        solve(pairs(case["input"]["X"], case["input"]["Y"], case["input"]["kernel_shape"]))
    assert all(word in str(refused.value) for word in case["expected"]["message_names"])


@pytest.mark.parametrize("side", [5, 300])
def test_a_constant_image_still_has_a_bias(side):
    found = solve(pairs(np.full((side, side), 0.1), np.full((side - 1, side - 1), 3.0), 2, bias="fit"))
    assert (found.rank, found.bias.tolist()) == (1, pytest.approx([3]))
    assert np.allclose(found.taps, 0)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"tolerance": -1}, "a tolerance must be at least 0"),
        ({"tolerance": 1}, "less than 1, not 1"),
        ({"refinements": -1}, "a number of refinements must be 0 or more"),
        ({"refinements": 1.5}, "must be a whole number"),
        ({"tolerance": "a"}, "a tolerance must be a finite number"),
    ],
)
def test_options_that_mean_nothing_are_refused(options, said):
    with pytest.raises(InputError, match=said):
        solve(pairs(EDGES, DIFFERENCES, (1, 2)), **options)
