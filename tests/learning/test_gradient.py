"""Steps with PyTorch: the loop's own numbers, the optimisers' answers, and how runs end."""

import numpy as np
import pytest
import torch
from golden.tables import rows
from learning.images import DIFFERENCES, EDGES, LAYERS, name_of, rough

from kernelkit.errors import DivergenceError
from kernelkit.learning.descent import descent
from kernelkit.learning.gradient import descend
from kernelkit.learning.gram import normal_equations
from kernelkit.learning.pairs import pairs
from kernelkit.learning.replay import replay
from kernelkit.learning.solve import solve

CASES = {row["id"]: row for row in rows("cases_learn")}
ZEROS = np.zeros((1, 1, 1, 2))


def loop(given, start, lr, steps, **options):
    return descend(given, "loop", start, lr=lr, steps=steps, stop_below=0, **options)


@pytest.mark.parametrize("bias", ["none", "fit"])
@pytest.mark.parametrize("layer", LAYERS, ids=name_of)
def test_the_loop_is_the_replay(layer, bias):
    shape, size, settings = layer
    x = rough(shape)
    y = rough((shape[0], 2, *pairs(x, None, size, **settings).out), 1)
    given = pairs(x, y, size, **settings, bias=bias)
    normal = normal_equations(given)
    start = rough((2, shape[1], *size), 2)
    lr = descent(normal).best_step
    begun = np.concatenate([start.reshape(2, -1).T, np.zeros((int(bias == "fit"), 2))])
    foretold, found = replay(normal, begun, lr, 8), loop(given, start, lr, 8)
    # a loss far below the labels' squares is known to their rounding
    assert np.allclose(found.history, foretold.losses, rtol=1e-9, atol=1e-12 * normal.yy.sum())
    assert np.allclose(found.taps.reshape(2, -1).T, foretold.unknowns[: given.taps], rtol=1e-7, atol=1e-8)
    assert found.stop == "steps"


def test_the_post_and_a_layer_with_channels_walk_through_the_same_numbers():
    """The row 1.2-E5/four-dimensional."""
    row = CASES["1.2-E5/four-dimensional"]
    x, start = np.array(row["input"]["X"], float), np.array([[[[0.5, 0.25]]]])
    y = x[:, :-1] - x[:, 1:]
    wanted = [float(v) for v in row["expected"]["taps_of_both"][0]]
    for kind, tolerance in ((np.float64, 1e-12), (np.float32, 1e-6)):
        for images, labels in ((x, y), (x[None, None], y[None, None])):
            found = loop(pairs(images.astype(kind), labels.astype(kind), (1, 2)), start, 0.03, 10)
            assert found.taps.ravel() == pytest.approx(wanted, abs=tolerance)


@pytest.mark.parametrize("method", ["adam", "lbfgs"])
@pytest.mark.parametrize("bias", ["none", "fit"])
@pytest.mark.parametrize(("kind", "tolerance"), [(np.float32, 1e-3), (np.float64, 1e-7)])
def test_optimisers_reach_least_squares(method, bias, kind, tolerance):
    x, y = rough((20, 21)) - 3, rough((18, 19), 1)
    given = pairs(x.astype(kind), y.astype(kind), 3, bias=bias)
    below = 1e-8 if kind is np.float64 else 1e-4
    found = descend(given, method, np.zeros((1, 1, 3, 3)), lr=0.05, steps=3000, stop_below=below)
    wanted = solve(given)
    # L-BFGS compares losses, and those cannot tell taps that differ by the root of rounding
    assert found.stop in ({"converged"} if method == "adam" else {"converged", "stalled"})
    assert np.allclose(found.taps, wanted.taps, atol=tolerance)
    assert np.allclose(found.bias, wanted.bias, atol=tolerance)
    assert len(found.history) < 3000


def test_conjugate_directions_need_no_more_steps_than_there_are_unknowns_or_so():
    """L-BFGS with exact line searches is conjugate gradients: two eigenvalues, two steps (theory 7.2)."""
    found = descend(pairs(EDGES, DIFFERENCES, (1, 2)), "lbfgs", ZEROS, lr=1, steps=50, stop_below=1e-9)
    assert found.taps.ravel() == pytest.approx([1, -1], abs=1e-8)
    assert len(found.history) <= 6


@pytest.mark.parametrize("method", ["loop", "adam", "lbfgs"])
def test_ctrl_c_leaves_the_best_taps_so_far(method):
    seen = []

    def progress(step, steps, loss):
        seen.append((step, steps, loss))
        if step == 3:
            raise KeyboardInterrupt

    given = pairs(EDGES, DIFFERENCES, (1, 2))
    start = np.array([[[[0.5, 0.25]]]])
    found = descend(given, method, start, lr=0.01, steps=50, stop_below=0, progress=progress)
    assert found.stop == "interrupted"
    assert [s[:2] for s in seen] == [(1, 50), (2, 50), (3, 50)]
    assert [s[2] for s in seen] == found.history.tolist()
    error = found.taps.ravel() - [1, -1]
    assert error @ [[18, 12], [12, 18]] @ error == pytest.approx(min(found.history))


def test_the_best_taps_are_kept_where_the_last_are_worse():
    given = pairs(EDGES, DIFFERENCES, (1, 2))
    found = descend(given, "adam", np.array([[[[1.0, -0.9]]]]), lr=0.5, steps=3, stop_below=0)
    assert found.history[-1] > min(found.history)
    error = found.taps.ravel() - [1, -1]
    assert error @ [[18, 12], [12, 18]] @ error == pytest.approx(min(found.history))


def test_no_step_leaves_the_start():
    found = loop(pairs(EDGES, DIFFERENCES, (1, 2)), ZEROS, 0.03, 0)
    assert (found.taps.tolist(), found.history.tolist()) == (ZEROS.tolist(), [12])


def test_a_start_at_the_minimum_has_converged():
    given = pairs(EDGES, DIFFERENCES, (1, 2))
    found = descend(given, "lbfgs", np.array([[[[1.0, -1.0]]]]), lr=1, steps=9, stop_below=1e-9)
    assert (found.stop, found.history.tolist()) == ("converged", [0])


@pytest.mark.parametrize(("bias", "limit"), [("none", 1 / 30), ("fit", 0.0160892260437)])
def test_a_step_beyond_the_limit_is_an_error_that_names_it(bias, limit):
    """The row 1.2-E4/divergence, and the same without the bias."""
    given = pairs(EDGES, DIFFERENCES, (1, 2), bias=bias)
    with pytest.raises(
        DivergenceError, match=f"beyond the largest stable one, 1/lambda_max = {limit:.4g}"
    ) as lost:
        loop(given, np.array([[[[0.5, 0.25]]]]), 1.05 * max(limit, 0.03), 500)
    assert lost.value.limit == pytest.approx(limit, rel=1e-10)


def test_a_step_just_below_the_limit_does_not_diverge():
    found = loop(pairs(EDGES, DIFFERENCES, (1, 2)), rough((1, 1, 1, 2)), 0.0333, 100)
    assert np.all(np.diff(found.history) <= 0)


def test_numbers_out_of_range_are_named():
    given = pairs(np.float32([1e19, 3e19, 2e19]), np.float32([1e19, 1e19]), 2)
    with pytest.raises(DivergenceError, match="out of the range of the images' type"):
        descend(given, "adam", np.zeros((1, 1, 2)), lr=1.0, steps=3, stop_below=0)


def test_a_perfect_fit_may_jitter():
    """Rounding moves the loss about zero; that is no divergence."""
    found = loop(pairs(EDGES, DIFFERENCES, (1, 2)), np.array([[[[1.0, -1.0]]]]), 0.03, 200)
    assert found.history.max() < 1e-25


def test_images_that_cannot_be_written_are_read():
    x = np.broadcast_to(np.float64(EDGES), (6, 8))
    assert not x.flags.writeable
    found = loop(pairs(x, DIFFERENCES, (1, 2)), ZEROS, 0.03, 1)
    assert np.isfinite(found.taps).all()
    assert torch.is_grad_enabled()
