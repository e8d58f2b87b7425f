"""Excitation: ranks of published images, words for what they determine, and steps before any training."""

import math
from fractions import Fraction

import numpy as np
import pytest
from golden.tables import ids, rows

from kernelkit.errors import InputError, KernelkitError, LimitError
from kernelkit.learning.excite import excite
from kernelkit.learning.pairs import pairs
from kernelkit.learning.patches import patch_matrix

EDGES = np.array([[1, 1, 0, 0, 0, 0, 1, 1]] * 6)


def image_of(given: dict) -> np.ndarray:
    """Return the image of a row, bordered where the layer itself does not do it."""
    if "X" in given:
        image = np.array(given["X"])
    else:
        assert given["X_formula"] == "(3 i^2 + 5 j^2 + i j + 7 i) mod 23"
        i, j = np.indices(given["X_shape"])
        image = (3 * i**2 + 5 * j**2 + i * j + 7 * i) % 23
    return (
        np.pad(image, given["padding_per_side"][0], mode="reflect")
        if given["boundary"] == "reflect"
        else image
    )


@pytest.mark.parametrize("row", rows("cases_learn", "rank", key="ask"), ids=ids)
def test_ranks_of_published_images(row):
    given, padding = (
        row["input"],
        row["input"]["padding_per_side"] if row["input"]["boundary"] == "zero" else 0,
    )
    found = [
        excite(image_of(given), size, padding=padding, stride=given["stride"])
        for size in given["kernel_shapes"]
    ]
    assert [f.rank for f in found] == row["expected"]["ranks"]
    assert [f.unknowns for f in found] == row["expected"]["unknowns"]
    assert [f.windows for f in found] == row["expected"]["windows"]
    assert {f.certainty for f in found} == {"exact"}


@pytest.mark.parametrize("row", rows("cases_learn", "rank-sinusoids", key="ask"), ids=ids)
def test_a_real_sinusoid_excites_two_taps_and_a_constant_one_more(row):
    given = row["input"]
    n = np.arange(given["length"])
    parts = zip(given["amplitudes"], given["frequencies_in_cycles_per_sample"], strict=True)
    x = sum(a * np.cos(2 * np.pi * float(Fraction(f)) * n) for a, f in parts)
    assert excite(x, given["taps"]).rank == row["expected"]["rank"]
    assert excite(x + 1, given["taps"]).rank == row["expected"]["rank_with_constant_added"]


@pytest.mark.parametrize(("waves", "rank"), [(1, 2), (2, 4), (4, 8), (5, 9)])
def test_plane_waves_excite_two_taps_each(waves, rank):
    i, j = np.indices((40, 40))
    turns = np.random.default_rng(0).uniform(0.3, 2.5, (waves, 3))
    assert excite(sum(np.cos(a * i + b * j + c) for a, b, c in turns), 3).rank == rank


def test_duplicate_channels_share_one_kernel():
    (row,) = rows("cases_learn", "rank-channels", key="ask")
    found = excite(np.array(row["input"]["channels"])[None], row["input"]["kernel_shape"])
    assert (found.rank, found.unknowns) == (row["expected"]["rank"], row["expected"]["unknowns"])
    assert found.determined == "only the sum of the two channel kernels is determined"
    assert excite(np.random.default_rng(0).normal(size=(1, 2, 9, 9)), 3).rank == 18
    twice = np.repeat(np.random.default_rng(0).normal(size=(1, 1, 9, 9)), 2, axis=1)
    assert excite(twice, 3).rank == 9


@pytest.mark.parametrize("row", rows("cases_learn", "stability", key="ask"), ids=ids)
def test_the_stable_step_of_the_post_s_image(row):
    """1/30 without and 0.01609 with a trained bias."""
    found = excite(row["input"]["X"], row["input"]["kernel_shape"])
    descent = found.with_bias if row["input"]["bias"] == "trained" else found.without_bias
    expected = row["expected"]
    assert descent.eigenvalues == pytest.approx([float(v) for v in expected["eigenvalues"]], rel=1e-13)
    assert descent.largest_step == pytest.approx(float(Fraction(expected["lr_limit"])), rel=1e-13)
    if "best_constant_lr" in expected:
        assert descent.best_step == pytest.approx(float(Fraction(expected["best_constant_lr"])), rel=1e-14)
        # one step at the best constant lr shrinks the worst error by the rate
        shrink = max(abs(1 - 2 * descent.best_step * v) for v in descent.eigenvalues)
        assert shrink == pytest.approx(float(Fraction(expected["rate_per_step_at_best"])), rel=1e-13)


def test_the_mean_loss_bears_steps_larger_by_the_number_of_windows():
    (row,) = rows("cases_learn", "stability-mean", key="ask")
    found = excite(row["input"]["X"], row["input"]["kernel_shape"], loss="mean")
    assert found.without_bias.largest_step == pytest.approx(
        float(Fraction(row["expected"]["lr_limit"])), rel=1e-13
    )


def test_steps_to_a_tolerance_are_known_before_training():
    (row,) = rows("cases_learn", "steps-needed", key="ask")
    given, found = row["input"], excite(EDGES, (1, 2))
    reduction = float(given["reduction_of_worst_mode"])
    assert [found.steps(reduction, float(Fraction(lr))) for lr in given["lrs"]] == row["expected"]["steps"]
    assert found.steps(reduction) == row["expected"]["steps"][1]
    # and the steps taken one by one say the same, from a start in the worst direction
    gram = np.array([[18, 12], [12, 18]])
    error, steps = np.array([1.0, -1.0]), 0
    while np.abs(error).max() > reduction:
        error, steps = error - 2 / 36 * gram @ error, steps + 1
    assert steps == found.steps(reduction)
    with pytest.raises(InputError, match="do not shrink"):
        found.steps(1e-6, 0.034)
    assert found.steps(1e-6, 0.016, bias="fit") > found.steps(1e-6, 0.016)


@pytest.mark.parametrize("tolerance", [0, 1])
def test_near_singular_is_a_verdict_at_a_stated_tolerance(tolerance):
    (row,) = rows("cases_learn", "near-singular", key="ask")
    windows = np.array([[float(v) for v in line] for line in row["input"]["A"]])
    found = excite(windows[:, None], (2,), tolerance=float(row["input"]["relative_tolerances"][tolerance]))
    assert found.rank == row["expected"]["numerical_rank"][tolerance]
    assert found.certainty == "numerical"


def test_columns_constant_along_the_height_leave_column_sums_only():
    """Whatever the height of the window, the rank is that of one row: theory of persistent excitation."""
    for height in range(1, 5):
        found = excite(EDGES, (height, 3))
        assert found.rank == 3
        assert height == 1 or found.determined == "only the three column sums are determined"
    assert excite(EDGES.T, (3, 3)).determined == "only the three row sums are determined"
    assert excite(np.ones((5, 6)), 3).determined == "only the sum of all taps is determined"


@pytest.mark.parametrize(
    ("image", "size", "words"),
    [
        (np.zeros((1, 4)), (1, 2), "nothing is determined"),
        (EDGES, (1, 5), "only four taps are determined; the tap at (0, 2) is only ever met by zeros"),
        (np.add.outer(np.arange(6), 2 * np.arange(6)), 3,
         "only two combinations of the three moments through degree 1 are determined"),
        (np.add.outer(np.arange(9) ** 2, np.arange(9)) * np.arange(9), 3,
         "only six combinations of the eight moments through degree 3 are determined"),
        (EDGES, (1, 6), "only 3 of 6 combinations of the taps are determined"),
        (np.arange(9) ** 2, 4, "only the three moments through degree 2 are determined"),
        (np.arange(9) ** 3, 5, "only the four moments through degree 3 are determined"),
        ([1], 1, "the tap is determined"),
        ([1, 2, 4, 8, 9], 2, "all 2 taps are determined"),
    ],
)  # fmt: skip
def test_what_is_determined_is_said_in_words(image, size, words):
    assert excite(image, size).determined == words


def test_polynomials_excite_as_many_taps_as_there_are_of_them():
    i, j = np.indices((12, 12))
    assert excite(1 + i + 2 * j, 3).rank == 2  # the shifts of one plane: itself and a constant
    images = np.stack([i**a * j**b for a in range(3) for b in range(3) if a + b <= 2])[:, None]
    assert excite(images, 3).rank == 6
    assert excite(images, 3).determined == "only the six moments through degree 2 are determined"
    tensor = np.stack([i**a * j**b for a in range(3) for b in range(3)])[:, None]
    assert excite(tensor, 3).rank == 9


@pytest.mark.parametrize(("image", "condition"), [(EDGES, 550), (np.ones((8, 8)), 5.1e3)])
def test_zero_padding_adds_excitation(image, condition):
    found = excite(image, 3, padding=1)
    assert found.rank == 9
    assert found.condition == pytest.approx(condition, rel=0.003)
    assert excite(np.ones((8, 8)), 5, padding=2).rank == 25
    assert excite(image, 3).condition == math.inf


@pytest.mark.parametrize("mode", ["reflect", "edge", "wrap"])
def test_other_borders_add_none(mode):
    assert excite(np.pad(EDGES, 1, mode=mode), 3).rank == 3


def test_an_impulse_makes_the_identity():
    found = excite([[0] * 5, [0] * 5, [0, 0, 1, 0, 0], [0] * 5, [0] * 5], 3)
    assert found.without_bias.eigenvalues.tolist() == [1] * 9
    assert found.without_bias.best_step == 0.5


@pytest.mark.parametrize("scale", [1, 1 / 255])
def test_free_directions_change_no_output(scale):
    image = np.random.default_rng(1).integers(0, 3, (5, 1)) * np.ones((1, 8), dtype=int) * scale
    found = excite(image, (2, 3))
    patches = patch_matrix(pairs(image, None, (2, 3)))
    free = np.array(found.free, dtype=float)
    assert free.shape == (6 - found.rank, 6)
    assert np.linalg.matrix_rank(free) == len(free) == 4
    assert np.abs(patches @ free.T).max() < 1e-14
    assert found.certainty == ("exact" if scale == 1 else "numerical")


def test_exact_and_numerical_verdicts_agree_on_random_images():
    """Also with stride, padding, dilation, channels and several images; NumPy's rank is the oracle."""
    rng = np.random.default_rng(7)
    for _ in range(30):
        image = rng.integers(-1, 2, (rng.integers(1, 3), rng.integers(1, 3), 5, 6))
        layer = {
            "stride": int(rng.integers(1, 3)),
            "padding": int(rng.integers(0, 2)),
            "dilation": int(rng.integers(1, 3)),
        }
        exact, numeric = excite(image, (2, 3), **layer), excite(image, (2, 3), **layer, tolerance=1e-9)
        assert (
            exact.rank
            == numeric.rank
            == np.linalg.matrix_rank(patch_matrix(pairs(image, None, (2, 3), **layer)))
        )
        # numbers that are not known exactly are never called zeros
        cautious = exact.determined.replace(
            "only ever met by zeros", "met by values too small beside the others to be seen"
        )
        assert cautious == numeric.determined
        assert exact.bias == numeric.bias
        assert exact.without_bias.eigenvalues == pytest.approx(numeric.without_bias.eigenvalues, rel=1e-9)


def test_a_bias_is_mixed_with_the_taps_where_their_sum_is_a_constant():
    assert excite(np.ones((4, 4)), 2).bias == "mixed with the taps"
    assert excite(EDGES, (1, 2)).bias == "determined"


def test_white_noise_and_its_mean():
    """Condition numbers 1.46 of white and 28 of uniform noise in one small picture are of this size."""
    rng = np.random.default_rng(0)
    assert excite(rng.normal(size=(200, 200)), 3).condition < 1.2
    assert excite(rng.uniform(size=(512, 512)), 3).condition == pytest.approx(28, rel=0.02)


@pytest.mark.parametrize("size", [3, 5, 7, 11])
def test_a_photograph_is_badly_conditioned(size):
    skimage = pytest.importorskip("skimage", reason="the photograph is in scikit-image's data")
    image = skimage.data.camera()
    expected = {3: (6288.88, 1516.588), 5: (2.2e4, 5.3e3), 7: (4.8e4, 1.1e4), 11: (1.3e5, 2.9e4)}[size]
    raw, centred = excite(image, size), excite(image - image.mean(), size)
    digits = 1e-5 if size == 3 else 0.03
    assert raw.condition == pytest.approx(expected[0], rel=digits)
    assert centred.condition == pytest.approx(expected[1], rel=digits)
    if size == 3:
        assert raw.without_bias.largest_step * 255**2 == pytest.approx(1.26848991e-6, rel=1e-8)


def test_stride_4_gives_25_windows_for_121_taps():
    (row,) = [row for row in rows("cases_learn") if row["id"] == "1.4/size-from-windows"]
    found = excite(
        np.random.default_rng(0).normal(size=row["input"]["image"]), row["input"]["kernel"], stride=4
    )
    assert (found.windows, found.unknowns) == (row["expected"]["windows"], row["expected"]["taps"])
    assert (found.rank < found.unknowns) is not row["expected"]["identifiable"]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: excite(EDGES, 9), KernelkitError),
        (lambda: excite([[math.nan]], 1), InputError),
        (lambda: excite(EDGES, 2, tolerance=1), InputError),
        (lambda: excite(EDGES, 2, tolerance=-1e-9), InputError),
        (lambda: excite(EDGES, 2, loss="median"), InputError),
        (lambda: excite(np.ones((99, 99)), 70), LimitError),
        (lambda: excite(EDGES, (1, 2)).steps(2), InputError),
        (lambda: excite(EDGES, (1, 2)).steps(1e-3, bias="both"), InputError),
    ],
)  # fmt: skip
def test_what_means_nothing_is_refused(call, error):
    with pytest.raises(error) as caught:
        call()
    assert caught.value.what


@pytest.mark.parametrize("tolerance", ["a", math.nan, 1, -1])
def test_tolerances_that_mean_nothing_are_refused(tolerance):
    with pytest.raises(InputError, match="tolerance"):
        excite([1, 2, 4], 2, tolerance=tolerance)


@pytest.mark.parametrize("tiny", [1e-140, 1e-150, 1e-160, 1e-200, 1e-250])
@pytest.mark.parametrize("loss", ["sum", "mean"])
def test_windows_that_see_tiny_samples_only_have_steps_all_the_same(tiny, loss):
    """A stride can leave out all samples but those whose squares underflow: they count as zero."""
    found = excite([tiny, 1.0, tiny, 1.0, tiny], 1, stride=2, loss=loss)
    assert found.without_bias.largest_step > 0
    assert found.rank == (tiny > 1e-145)
