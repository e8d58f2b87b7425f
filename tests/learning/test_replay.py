"""Replays against the loop of the post in torch, plain recursions, and published losses."""

import time
from fractions import Fraction

import numpy as np
import pytest
import torch
from golden.tables import rows
from learning.images import DIFFERENCES, EDGES, camera, rough
from scipy.signal import correlate

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.learning.descent import descent, finishing_steps, heavy_ball, loss_at, taps_at
from kernelkit.learning.gram import normal_equations
from kernelkit.learning.pairs import pairs
from kernelkit.learning.replay import BLOCK, MOST_STEPS, replay
from kernelkit.learning.run import learn

CASES = {row["id"]: row for row in rows("cases_learn")}
POST = normal_equations(pairs(EDGES, DIFFERENCES, (1, 2)))


def recursion(normal, start, rates, momentum=0.0):
    """Return all losses and the end of the textbook's recursion."""
    w = last = np.asarray(start, dtype=float).reshape(normal.r.shape)
    losses = []
    for lr in [*rates, None]:
        losses.append((w * (normal.R @ w)).sum() - 2 * (w * normal.r).sum() + normal.yy.sum())
        if lr is not None:
            w, last = w - 2 * lr * (normal.R @ w - normal.r) + momentum * (w - last), w
    return np.array(losses), w


@pytest.mark.parametrize("case", ["1.2-E2/losses", "1.2-E2/one-output", "1.2-E4/divergence"])
def test_published_losses_step_by_step(case):
    given, expected = CASES[case]["input"], CASES[case]["expected"]
    x = np.array(given["X"], dtype=float)
    y = np.array(given["Y"]) if "Y" in given else correlate(x, given["K_true"], mode="valid")
    bias = "fit" if given["bias"] != "none" else "none"
    start = [float(Fraction(v)) for v in np.ravel(given["init"])] + [0.0] * (bias == "fit")
    normal = normal_equations(pairs(x, y, given["kernel_shape"], bias=bias))
    found = replay(normal, start, float(Fraction(given["lr"])), given["steps"])
    wanted = [float(v) for v in expected["losses_before_each_step_and_last"]]
    assert found.losses == pytest.approx(wanted, rel=1e-9, abs=1e-11)
    if "taps" in expected:
        assert found.unknowns.ravel() == pytest.approx([float(v) for v in expected["taps"][0]], abs=1e-11)


@pytest.mark.parametrize(("kind", "tolerance"), [(torch.float64, 1e-12), (torch.float32, 1e-5)])
@pytest.mark.parametrize("bias", ["none", "fit"])
def test_the_loop_in_torch_walks_through_the_same_numbers(kind, tolerance, bias):
    """200 steps on a piece of the photograph, at nine tenths of the limit."""
    x = camera()[100:160, 200:270]
    y = correlate(x, rough((3, 3), 1), mode="valid", method="direct") + 0.3
    given = pairs(x, y, 3, bias=bias)
    normal = normal_equations(given)
    lr = 0.9 * descent(normal).largest_step
    start = np.random.default_rng(5).random(9)
    # what is left at the minimum, from residuals: yy - r w would lose three digits here
    run = learn(x, y, 3, bias=bias)
    found = replay(normal, [*start, *[0.0] * (bias == "fit")], lr, 200, least=run.loss)
    weight = torch.tensor(start.reshape(1, 1, 3, 3), dtype=kind, requires_grad=True)
    learned = [weight] + [torch.zeros(1, dtype=kind, requires_grad=True)] * (bias == "fit")
    images, labels = (torch.tensor(a, dtype=kind)[None, None] for a in (x, y))
    losses = []
    for step in range(201):
        loss = ((torch.nn.functional.conv2d(images, *learned) - labels) ** 2).sum()
        losses.append(loss.item())
        if step < 200:
            for p, g in zip(learned, torch.autograd.grad(loss, learned), strict=True):
                p.data -= lr * g
    end = torch.cat([p.detach().reshape(-1) for p in learned]).double().numpy()
    assert np.abs(found.unknowns.ravel() / end - 1).max() < tolerance
    assert np.abs(found.losses / losses - 1).max() < tolerance


@pytest.mark.parametrize("steps", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
@pytest.mark.parametrize("momentum", [0, 0.5, 0.9])
def test_replays_are_the_recursion(steps, momentum):
    x, y = rough((2, 2, 9, 8)), rough((2, 3, 7, 7), 1)
    normal = normal_equations(pairs(x, y, (3, 2), bias="fit"))
    start, lr = rough((13, 3), 2), descent(normal).best_step
    losses, end = recursion(normal, start, [lr] * steps, momentum)
    found = replay(normal, start, lr, steps, momentum=momentum)
    assert np.allclose(found.losses, losses, rtol=1e-9)
    assert np.allclose(found.unknowns, end, rtol=1e-8, atol=1e-9)


def test_steps_of_different_size():
    normal = normal_equations(pairs(rough((9, 9)), rough((7, 7), 1), 3))
    rates = descent(normal).largest_step * np.random.default_rng(0).random(BLOCK + 20)
    losses, end = recursion(normal, np.ones(9), rates, 0.3)
    found = replay(normal, np.ones(9), list(rates), momentum=0.3)
    assert np.allclose(found.losses, losses, rtol=1e-9)
    assert np.allclose(found.unknowns, end, rtol=1e-8)


def test_theory_7_2_two_steps_finish():
    found = replay(POST, CASES["7.2/two-steps"]["input"]["init"][0], finishing_steps(descent(POST)))
    assert found.unknowns.ravel() == pytest.approx([1, -1], abs=1e-13)
    assert found.losses[-1] == pytest.approx(0, abs=1e-12)


def test_theory_7_2_momentum_reaches_1e_12_in_33_steps():
    """Against 124 steps at 0.03 and 69 at 1/36; the worst start of the two modes is taken."""
    lr, momentum = heavy_ball(descent(POST))
    start = np.array([1.0, -1.0]) + descent(POST).vectors.sum(1)
    found = replay(POST, start, lr, 40, momentum=momentum, least=0)
    reached = int(np.argmax(np.sqrt(found.losses / found.losses[0]) < 1e-12))
    assert 30 <= reached <= 38


def test_the_mean_loss_and_its_step():
    mean = replay(POST, [0.5, 0.25], 42 * 0.03, 10, loss="mean")
    assert mean.losses * 42 == pytest.approx(replay(POST, [0.5, 0.25], 0.03, 10).losses)


def test_a_replay_agrees_with_the_closed_form_at_any_step():
    found, start = descent(POST, least=0), [3.0, 5.0]
    run = replay(POST, start, 0.01, 1000, least=0)
    assert run.losses[777] == pytest.approx(loss_at(found, start, 0.01, 777), rel=1e-10)
    assert run.unknowns == pytest.approx(taps_at(found, start, 0.01, 1000), abs=1e-13)


def test_a_run_that_diverges_leaves_the_numbers_without_a_word():
    losses = replay(POST, [3, 5], 0.1, 2000).losses
    assert np.all(np.diff(losses[:100]) > 0)
    assert losses[-1] == np.inf


def test_a_million_steps_on_a_photograph_take_seconds_at_most():
    x = camera()
    normal = normal_equations(pairs(x, correlate(x, rough((5, 5)), mode="valid"), 5))
    before = time.process_time()
    found = replay(normal, np.zeros(25), descent(normal).best_step, 1_000_000, least=0)
    assert time.process_time() - before < 5
    assert found.unknowns.ravel() == pytest.approx(rough((5, 5)).ravel(), abs=1e-8)


@pytest.mark.parametrize(
    ("ask", "kind", "said"),
    [
        (lambda: replay(POST, [1, 2], 0.1), InputError, "a constant step size needs a number of steps"),
        (lambda: replay(POST, [1, 2], [0.1], 1), InputError, "a list of them has its own"),
        (lambda: replay(POST, [1, 2], 0.1, -1), InputError, "-1 steps cannot be taken"),
        (lambda: replay(POST, [1, 2], 0.1, MOST_STEPS + 1), LimitError, "are more than 10000000"),
        (lambda: replay(POST, [1, 2], float("nan"), 1), InputError, "must be finite numbers"),
        (lambda: replay(POST, [1], 0.1, 1), ShapeError, r"must have shape \(2, 1\)"),
    ],
)
def test_what_cannot_be_replayed_is_refused(ask, kind, said):
    with pytest.raises(kind, match=said):
        ask()
