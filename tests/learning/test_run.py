"""Learning in one call: what a run holds, in which form, in words, and which options belong to which method."""

import dataclasses
import subprocess
import sys
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from golden.tables import rows
from learning.images import DIFFERENCES, EDGES, LAYERS, name_of, rough
from scipy.signal import correlate

from kernelkit.errors import DivergenceError, InputError, LimitError, ShapeError
from kernelkit.exact.kernel import Kernel
from kernelkit.learning.run import learn

CASES = {row["id"]: row for row in rows("cases_learn")}


def test_the_kernel_of_the_post_is_learned():
    run = learn(EDGES, DIFFERENCES, (1, 2))
    assert (run.method, run.stop, run.rank, run.unknowns) == ("exact", "solved", 2, 2)
    assert run.history.size == 0
    assert run.taps.round(12).tolist() == [[1, -1]]
    assert run.bias == 0
    assert np.allclose(run.prediction, DIFFERENCES, atol=1e-14)
    assert run.residual.shape == (6, 7)
    assert run.loss < 1e-28
    assert run.statement == "unique: 42 windows determine all 2 unknowns"


@pytest.mark.parametrize("layer", LAYERS, ids=name_of)
def test_prediction_residual_and_loss_belong_together(layer):
    shape, size, settings = layer
    x = rough(shape)
    y = rough((shape[0], 2, *learn_shape(layer)), 1)
    run = learn(x, y, size, **settings, bias="fit")
    assert run.taps.shape == (2, shape[1], *size)
    assert run.bias.shape == (2,)
    assert np.allclose(run.prediction + run.residual, y)
    assert run.loss == pytest.approx((run.residual**2).sum(), rel=1e-12, abs=1e-20)
    # what is left of a fit with a bias has mean zero in every channel
    assert np.abs(run.residual.mean((0, *range(2, y.ndim)))).max() < 1e-10


def learn_shape(layer):
    from kernelkit.learning.pairs import pairs

    shape, size, settings = layer
    return pairs(np.zeros(shape), None, size, **settings).out


@pytest.mark.parametrize("shape", [(12,), (9, 10), (6, 7, 8)])
def test_plain_images_give_plain_taps(shape):
    taps = rough((2,) * len(shape), 1)
    x = rough(shape)
    run = learn(x, correlate(x, taps, mode="valid") + 2, 2, bias="fit")
    assert np.allclose(run.taps, taps, atol=1e-12)
    assert run.bias == pytest.approx(2)
    assert isinstance(run.bias, float)
    assert run.prediction.shape == tuple(n - 1 for n in shape)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_results_are_float64_whatever_the_images(kind):
    run = learn(np.array(EDGES, dtype=kind), np.array(DIFFERENCES, dtype=kind), (1, 2))
    assert run.taps.dtype == run.prediction.dtype == run.residual.dtype == np.float64
    assert run.tolerance == (1e-6 if kind is np.float32 else 1e-12)


def test_the_kernel_has_the_exact_taps_about_the_middle_of_the_window():
    x = rough((9, 12))
    run = learn(x, correlate(x, [[1, 2, 3, 4]], mode="valid"), (1, 4))
    assert run.kernel == Kernel.from_array(run.taps)
    assert [offset for offset, _ in run.kernel.taps] == [(0, -1), (0, 0), (0, 1), (0, 2)]
    assert all(Fraction(float(t)) == tap for t, (_, tap) in zip(run.taps[0], run.kernel.taps, strict=True))


def test_the_kernel_of_a_dilated_window_is_spread():
    x = rough((20,))
    run = learn(x, x[4:] - x[:-4], 3, dilation=2)
    assert [offset for offset, _ in run.kernel.taps if abs(dict(run.kernel.taps)[offset]) > 0.5] == [
        (-2,),
        (2,),
    ]


def test_taps_of_several_channels_are_no_single_kernel():
    run = learn(rough((1, 2, 6, 6)), rough((1, 1, 5, 5)), 2)
    with pytest.raises(ShapeError, match="taps for 2 input and 1 output channels are no single kernel"):
        _ = run.kernel


@pytest.mark.parametrize("method", ["loop", "adam", "lbfgs"])
def test_methods_that_step_end_where_the_exact_one_begins(method):
    x, y = rough((12, 13)) - 3, rough((10, 11), 1)
    exact, run = learn(x, y, 3), learn(x, y, 3, method=method, steps=2000)
    assert np.allclose(run.taps, exact.taps, atol=1e-6)
    assert run.history[-1] == pytest.approx(exact.loss, rel=1e-9)
    assert run.rank is None
    assert run.statement.startswith(f"{method}: ")


def test_the_loop_has_the_published_losses():
    case = CASES["1.2-E2/losses"]
    run = learn(EDGES, DIFFERENCES, (1, 2), method="loop", start=[[0.5, 0.25]], lr=0.03, steps=10)
    wanted = [float(v) for v in case["expected"]["losses_before_each_step_and_last"]]
    assert run.history == pytest.approx(wanted, abs=1e-11)
    assert run.taps[0] == pytest.approx([float(v) for v in case["expected"]["taps"][0]], abs=1e-11)
    assert run.statement == "loop: 10 steps on 42 windows, all were taken; the least loss is 0.098499"


def test_the_limit_depends_on_the_start_where_images_do_not_decide():
    case = CASES["7.1/limit-depends-on-start"]
    x, taps = np.array(case["input"]["X"], float), np.array(case["input"]["K_true"], float)
    y = correlate(x, taps, mode="valid")
    run = learn(x, y, 3, method="loop", start=case["input"]["init"], steps=300)
    wanted = [[float(Fraction(v)) for v in line] for line in case["expected"]["limit"]]
    assert np.allclose(run.taps, wanted, atol=1e-12)
    assert np.allclose(learn(x, y, 3, method="loop", steps=300).taps, learn(x, y, 3).taps, atol=1e-12)


def test_random_starts_are_those_of_the_post_and_come_again():
    runs = [
        learn(EDGES, DIFFERENCES, (1, 2), method="loop", start="uniform", seed=s, steps=0).taps
        for s in (1, 1, 2)
    ]
    assert runs[0].tolist() == runs[1].tolist() != runs[2].tolist()
    assert all(0 <= t < 1 for run in runs for t in run.ravel())


def test_what_is_not_determined_is_said():
    x = np.array(EDGES, float)
    run = learn(x, correlate(x, np.ones((3, 3)), mode="valid"), 3)
    assert run.statement == (
        "not unique: the images determine 3 of 9 unknowns (singular values above 1e-12 of the largest); "
        "of all taps that fit equally well these have the least sum of squares"
    )
    few = learn(rough((28, 28)), rough((5, 5)), 11, stride=4)
    assert "determine 25 of 121 unknowns" in few.statement
    assert "25 windows are fewer than 121 unknowns" in few.statement


@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        ({"method": "magic"}, InputError, "method is one of exact, loop, adam, lbfgs, not 'magic'"),
        ({"lr": 0.1}, InputError, 'method="exact" takes no lr'),
        ({"steps": 3}, InputError, 'method="exact" takes no steps'),
        ({"method": "loop", "refinements": 1}, InputError, 'method="loop" takes no refinements'),
        ({"method": "lbfgs", "lr": 1}, InputError, 'method="lbfgs" takes no lr'),
        ({"method": "loop", "seed": 1}, InputError, "a seed is for a random start"),
        ({"method": "loop", "lr": 0}, InputError, "a step size must be positive and finite, not 0"),
        ({"method": "loop", "steps": -1}, InputError, "a number of steps must be 0 or more"),
        ({"method": "loop", "start": "ones"}, InputError, "start is one of zeros, uniform"),
        ({"method": "loop", "start": [1, 2]}, ShapeError, r"the shape of the taps, \(1, 2\), not \(2,\)"),
        ({"method": "loop", "start": [[1, np.nan]]}, InputError, "a start must be finite numbers"),
        ({"method": "loop", "lr": 1}, DivergenceError, "beyond the largest stable one"),
        ({"size": (7, 2)}, ShapeError, "does not fit"),
        ({"Y": np.zeros((1, 7))}, ShapeError, r"shape \(6, 7\).* but has shape \(1, 7\)"),
        ({"X": np.full((6, 8), np.nan)}, InputError, r"X is nan at index \(0, 0\)"),
        ({"X": np.zeros((6, 8))}, InputError, "rank 0"),
        ({"X": np.zeros((6, 8)), "method": "loop"}, InputError, "rank 0"),
        (
            {"X": np.zeros((99, 99)), "size": 70},
            LimitError,
            "4,900 unknowns for each output channel are more than 4,096",
        ),
    ],
)
def test_what_cannot_be_learned_is_refused(options, kind, said):
    arguments = {"X": EDGES, "Y": DIFFERENCES, "size": (1, 2)} | options
    with pytest.raises(kind, match=said):
        learn(arguments.pop("X"), arguments.pop("Y"), arguments.pop("size"), **arguments)


def test_a_run_is_frozen():
    run = learn(EDGES, DIFFERENCES, (1, 2))
    with pytest.raises(dataclasses.FrozenInstanceError):
        run.stop = "never"


def test_learning_exactly_needs_no_torch():
    code = (
        "import sys\nsys.modules['torch'] = None\n"
        "from kernelkit.learning.run import learn\n"
        "print(learn([0, 0, 1, 4], [0, 1, 3], 2).statement)\n"
        "learn([0, 0, 1, 4], [0, 1, 3], 2, method='adam')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "unique: 3 windows determine all 2 unknowns\n"
    assert 'MissingExtraError: method="adam" needs PyTorch' in done.stderr


def test_large_images_are_learned_in_little_memory():
    """2048 x 2048 within four times the image, and far less than its patch matrix, 81 times."""
    x = rough((2048, 2048))
    taps = rough((9, 9), 1)
    y = correlate(x, taps, mode="valid", method="fft")
    tracemalloc.start()
    run = learn(x, y, 9)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < x.nbytes
    assert np.allclose(run.taps, taps, atol=1e-10)
