"""Gradient descent foretold: limits, steps, rates and losses against published numbers and plain loops."""

import math
from fractions import Fraction

import numpy as np
import pytest
from golden.tables import rows
from learning.images import DIFFERENCES, EDGES, camera, rough
from scipy.signal import correlate

from kernelkit.errors import InputError, ShapeError
from kernelkit.learning.descent import (
    descent,
    finishing_steps,
    heavy_ball,
    limit,
    loss_at,
    rate,
    steps_needed,
    taps_at,
)
from kernelkit.learning.gram import normal_equations
from kernelkit.learning.pairs import pairs

CASES = {row["id"]: row for row in rows("cases_learn")}
POST = descent(normal_equations(pairs(EDGES, DIFFERENCES, (1, 2))))


def walk(normal, start, lr, steps):
    """Return the unknowns after the steps, by the recursion itself."""
    w = np.asarray(start, dtype=float)
    for _ in range(steps):
        w = w - 2 * lr * (normal.R @ w - normal.r)
    return w


@pytest.mark.parametrize("case", ["1.2-E4/limit", "1.2-E4/limit-with-bias"])
def test_theory_7_2_the_largest_step_is_one_over_the_largest_eigenvalue(case):
    row = CASES[case]
    bias = "fit" if row["input"]["bias"] == "trained" else "none"
    found = descent(normal_equations(pairs(EDGES, DIFFERENCES, (1, 2), bias=bias)))
    assert found.eigenvalues == pytest.approx([float(v) for v in row["expected"]["eigenvalues"]], abs=1e-12)
    assert found.largest_step == pytest.approx(float(Fraction(row["expected"]["lr_limit"])), abs=1e-14)
    if bias == "none":
        assert found.best_step == pytest.approx(1 / 36, abs=1e-15)
        assert rate(found, found.best_step) == pytest.approx(2 / 3, abs=1e-14)
        assert found.condition == pytest.approx(5)
    else:
        assert found.largest_step == pytest.approx(1 / (36 + math.sqrt(684)), abs=1e-15)


def test_theory_7_2_the_mean_loss_allows_steps_larger_by_the_number_of_outputs():
    found = descent(normal_equations(pairs(EDGES, DIFFERENCES, (1, 2))), loss="mean")
    assert found.largest_step == pytest.approx(
        float(Fraction(CASES["7.2/mean-loss"]["expected"]["lr_limit"]))
    )
    many = pairs(np.ones((1, 1, 6, 8)) * EDGES, np.zeros((1, 3, 6, 7)), (1, 2))
    assert descent(normal_equations(many), loss="mean").largest_step == pytest.approx(3 * 7 / 5)


def test_theory_7_2_steps_are_known_before_any_is_taken():
    row = CASES["7.2/steps-needed"]
    rates = [rate(POST, float(Fraction(lr))) for lr in row["input"]["lrs"]]
    assert rates == pytest.approx([float(Fraction(r)) for r in row["expected"]["rates"]])
    assert [steps_needed(r, 1e-12) for r in rates] == row["expected"]["steps"]


@pytest.mark.parametrize("shrinking", [0.1, 0.5, 0.9, 0.99, 0.99968])
@pytest.mark.parametrize("reduction", [1, 0.5, 0.25, 0.01, 1e-6])
def test_steps_needed_are_the_least(shrinking, reduction):
    steps = steps_needed(shrinking, reduction)
    assert shrinking**steps <= reduction
    assert steps == 0 or shrinking ** (steps - 1) > reduction


@pytest.mark.parametrize(("shrinking", "steps"), [(0, 1), (0.5, 10), (0.25, 5)])
def test_steps_needed_where_powers_meet_the_reduction(shrinking, steps):
    assert steps_needed(shrinking, 2**-10) == steps


def test_theory_7_2_momentum():
    found = CASES["7.2/heavy-ball"]["expected"]
    lr, momentum = heavy_ball(POST)
    assert lr == pytest.approx(float(found["lr"]), abs=1e-12)
    assert momentum == pytest.approx(float(found["momentum"]), abs=1e-11)


def test_theory_7_2_two_steps_finish():
    row = CASES["7.2/two-steps"]
    steps = finishing_steps(POST)
    assert steps == pytest.approx([float(Fraction(lr)) for lr in row["input"]["lrs"]])
    normal = normal_equations(pairs(EDGES, DIFFERENCES, (1, 2)))
    w = np.array(row["input"]["init"], dtype=float).T
    for lr in steps:
        w = walk(normal, w, lr, 1)
    assert w.ravel() == pytest.approx(row["expected"]["taps"][0], abs=1e-13)


def test_equal_eigenvalues_need_one_step():
    """An impulse makes R the identity: one step of 1/2 learns any kernel (theory 7.5 v)."""
    x = np.pad([[1.0]], 2)
    normal = normal_equations(pairs(x, correlate(x, rough((3, 3)), mode="valid"), 3))
    assert finishing_steps(descent(normal)) == pytest.approx((0.5,))
    assert walk(normal, np.zeros((9, 1)), 0.5, 1).ravel() == pytest.approx(rough((3, 3)).ravel())


def test_theory_7_2_a_photograph_needs_tens_of_thousands_of_steps():
    found = descent(normal_equations(pairs(camera(), None, 3)))
    best = rate(found, found.best_step)
    assert best == pytest.approx(0.99968, abs=5e-6)
    # log(1e-6) / log(rate) is 43,442.06
    assert steps_needed(best, 1e-6) == 43443


def test_theory_7_2_a_small_loss_is_no_right_kernel():
    """The Laplacian on a photograph, at nine tenths of the limit, after 10,000 steps.

    Theory has taps 0.11 off and a loss of 1.7e-5 a pixel, from a start it does not name; from zero it is a little more.
    """
    taps = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], dtype=float)
    x = camera()
    y = correlate(x, taps, mode="valid", method="direct")
    found = descent(normal_equations(pairs(x, y, 3)), least=0)
    lr = 0.9 * found.largest_step
    assert 0.1 < np.abs(taps_at(found, np.zeros(9), lr, 10_000).ravel() - taps.ravel()).max() < 0.14
    assert 1e-5 < loss_at(found, np.zeros(9), lr, 10_000) / y.size < 2.5e-5


@pytest.mark.parametrize("step", [0, 1, 7, 300])
@pytest.mark.parametrize("bias", ["none", "fit"])
def test_theory_7_1_any_step_is_known(step, bias):
    x, y = rough((2, 2, 9, 8)), rough((2, 3, 7, 7), 1)
    normal = normal_equations(pairs(x, y, (3, 2), bias=bias))
    found = descent(normal)
    start = rough((normal.R.shape[0], 3), 2)
    lr = found.best_step
    wanted = walk(normal, start, lr, step)
    assert np.allclose(taps_at(found, start, lr, step), wanted, rtol=1e-10, atol=1e-11)
    loss = (wanted * (normal.R @ wanted)).sum() - 2 * (wanted * normal.r).sum() + normal.yy.sum()
    assert loss_at(found, start, lr, step) == pytest.approx(loss, rel=1e-9)


def test_theory_7_1_the_limit_depends_on_the_start_where_images_do_not():
    row = CASES["7.1/limit-depends-on-start"]
    x, taps = np.array(row["input"]["X"], float), np.array(row["input"]["K_true"], float)
    normal = normal_equations(pairs(x, correlate(x, taps, mode="valid"), 3))
    found = descent(normal)
    assert found.rank == 3
    start = np.ravel(row["input"]["init"]).astype(float)
    wanted = [float(Fraction(v)) for line in row["expected"]["limit"] for v in line]
    assert limit(found, start).ravel() == pytest.approx(wanted, abs=1e-12)
    assert walk(normal, start[:, None], found.best_step, 200).ravel() == pytest.approx(wanted, abs=1e-12)


def test_theory_7_1_what_images_do_not_see_never_moves():
    x = np.tile(rough((1, 9)), (7, 1))
    normal = normal_equations(pairs(x, rough((5, 7), 1), 3))
    found = descent(normal)
    start = rough((9, 1), 2)
    unseen = np.eye(9) - found.vectors @ found.vectors.T
    moved = walk(normal, start, found.best_step, 50)
    assert np.abs(unseen @ (moved - start)).max() < 1e-13
    assert np.abs(unseen @ (limit(found, start) - start)).max() < 1e-13


@pytest.mark.parametrize(
    "row", [r for r in CASES.values() if r["ask"] == "predict-losses"], ids=lambda r: r["id"]
)
def test_two_printed_losses_of_a_published_run_predict_the_rest(row):
    """Solve for the start's energies in both modes, then ask for the losses of a start that has them."""
    lr = float(Fraction(row["input"]["lr"]))
    early = [float(v) for v in row["input"]["loss_at_epochs_2_and_4"]]
    factors = np.array([[(1 - 2 * lr * v) ** (2 * (epoch - 1)) for v in (6, 30)] for epoch in (2, 4)])
    energy = np.linalg.solve(factors, early)
    start = POST.minimum[:, 0] + POST.vectors @ np.sqrt(energy / POST.eigenvalues)
    losses = [loss_at(POST, start, lr, epoch - 1) for epoch in (6, 8, 10)]
    tolerance = float(row["tolerance"])
    assert losses == pytest.approx(
        [float(v) for v in row["expected"]["loss_at_epochs_6_8_10"]], abs=tolerance
    )
    assert losses == pytest.approx([float(v) for v in row["expected"]["printed"]], abs=tolerance)


def test_factors_of_the_modes_after_ten_steps():
    """The difference of the taps is right to 1.2 per cent of its first error, their sum only to 10.7."""
    row = CASES["3.1/mode-factors"]
    lr, steps = float(Fraction(row["input"]["lr"])), row["input"]["steps"]
    first, second = taps_at(POST, [3, -1], lr, steps).ravel()  # the taps 1, -1 less an error of 2 in both
    assert (first + second) / 2 == pytest.approx(float(row["expected"]["factor_of_tap_sum"]), abs=1e-11)
    assert (first - second - 2) / 2 == pytest.approx(
        float(row["expected"]["factor_of_tap_difference_error"]), abs=1e-11
    )


def test_the_loss_that_remains_is_never_negative():
    x = rough((40, 40))
    found = descent(normal_equations(pairs(x, correlate(x, rough((3, 3)), mode="valid"), 3)))
    assert 0 <= found.least < 1e-10 * (40 * 40 * 27) ** 2
    assert descent(normal_equations(pairs(EDGES, DIFFERENCES, (1, 2))), least=0).least == 0


def test_images_of_zeros_move_nothing():
    found = descent(normal_equations(pairs(np.zeros((3, 3)), np.ones((2, 2)), 2)))
    assert (found.rank, found.largest_step, found.best_step, found.condition) == (0, math.inf, math.inf, 1)
    assert limit(found, [1, 2, 3, 4]).ravel().tolist() == [1, 2, 3, 4]
    assert rate(found, 1) == 0
    for ask in (heavy_ball, finishing_steps):
        with pytest.raises(InputError, match="images that are zero move no tap"):
            ask(found)


@pytest.mark.parametrize(
    ("ask", "kind", "said"),
    [
        (lambda: limit(POST, [1, 2, 3]), ShapeError, r"a start must have shape \(2, 1\)"),
        (lambda: limit(POST, [1, math.nan]), InputError, "a start must be finite numbers"),
        (lambda: steps_needed(1, 0.5), InputError, "multiplied with 1 a step do not shrink"),
        (lambda: steps_needed(0.5, 0), InputError, "must lie between 0 and 1, not 0"),
        (lambda: descent(normal_equations(pairs(EDGES, None, 2)), loss="max"), InputError, "loss is one of"),
    ],
)
def test_what_has_no_answer_is_refused(ask, kind, said):
    with pytest.raises(kind, match=said):
        ask()


@pytest.mark.parametrize("tiny", [1e-140, 1e-150, 1e-160, 1e-200, 5e-324])
def test_steps_exist_where_windows_see_tiny_samples_only(tiny):
    """A stride can leave out all samples but those whose squares underflow: they count as zero."""
    given = pairs([tiny, 1.0, tiny, 1.0, tiny], [1.0, 2.0, 1.0], 1, stride=2)
    found = descent(normal_equations(given), loss="mean")
    assert min(found.largest_step, found.best_step) > 0
