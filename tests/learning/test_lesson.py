"""Lessons: what is said of data is what their kernel is, and nothing that they do not determine."""

import math
from fractions import Fraction

import numpy as np
import pytest

from kernelkit import Kernel, derivative, laplacian
from kernelkit.errors import DivergenceError, InputError
from kernelkit.learning.lesson import study

POST = np.array([[1, 1, 0, 0, 0, 0, 1, 1]] * 6)
EDGES = np.array([[0, 1, 0, 0, 0, -1, 0]] * 6)


def test_the_post_is_proved_to_learn_a_difference():
    lesson = study(POST, EDGES, (1, 2))
    assert lesson.certificate.kernel == Kernel({(0, 0): 1, (0, 1): -1})
    assert lesson.proof.unique == "yes"
    assert lesson.statement == (
        "proved: one kernel of this size gives these labels, and no other; it computes -d/dx at (y, x) = (0, 1/2), "
        "accuracy 2"
    )
    assert (lesson.largest_step, lesson.best_step) == (pytest.approx(1 / 30), pytest.approx(1 / 36))


def test_three_column_sums_are_no_sobel():
    """The labels are those of Sobel, and the image lets only its column sums be seen."""
    labels = 4 * (POST[:4, 2:] - POST[:4, :-2])
    lesson = study(POST, labels, 3)
    assert lesson.statement == "not unique: only the three column sums are determined"
    assert (lesson.certificate, lesson.estimate, lesson.recovery) == (None, None, None)
    assert np.allclose(lesson.run.taps, np.array([[-4, 0, 4]] * 3) / 3)


def test_the_loop_is_predicted_before_its_first_step():
    lesson = study(POST, EDGES, (1, 2), method="loop", lr=0.03, steps=10)
    assert np.allclose(lesson.run.history, lesson.predicted, rtol=1e-12, atol=1e-15)
    # from zero both taps move along the mode of eigenvalue 6: losses shrink by (1 - 0.06 * 6)^2
    assert np.allclose(lesson.predicted, 12 * 0.64 ** (2 * np.arange(11)), rtol=1e-12)
    assert lesson.exact is not lesson.run


def test_a_step_beyond_the_limit_is_refused_with_the_limit_and_tried_when_forced():
    with pytest.raises(InputError) as refused:
        study(POST, EDGES, (1, 2), method="loop", lr=0.04, steps=4)
    assert "0.0333333" in str(refused.value)
    assert "0.0277778" in str(refused.value)
    tried = {"method": "loop", "lr": 0.04, "start": [[0.5, 0.25]], "beyond": "tried"}
    lesson = study(POST, EDGES, (1, 2), steps=1, **tried)
    assert lesson.run.history[-1] > lesson.run.history[0]
    assert np.allclose(lesson.run.history, lesson.predicted, rtol=1e-9)
    with pytest.raises(DivergenceError, match=r"0\.03333"):
        study(POST, EDGES, (1, 2), steps=40, **tried)


@pytest.mark.parametrize("option", [{"lr": 0.1}, {"steps": 3}, {"start": "uniform"}, {"seed": 3}])
def test_options_of_steps_are_refused_where_none_are_taken(option):
    with pytest.raises(InputError, match=f"takes no {next(iter(option))}"):
        study(POST, EDGES, (1, 2), **option)


def test_noisy_labels_are_recovered_with_intervals():
    random = np.random.default_rng(3)
    image = random.normal(size=(40, 40))
    clean = image[:-2, 1:-1] + image[2:, 1:-1] + image[1:-1, :-2] + image[1:-1, 2:] - 4 * image[1:-1, 1:-1]
    lesson = study(image, clean + random.normal(scale=0.2, size=clean.shape), 3)
    assert lesson.proof is None
    assert lesson.certificate.target == laplacian(2)
    assert lesson.estimate.noise[0] == pytest.approx(0.2, rel=0.1)
    assert "five-point Laplacian" in lesson.statement


def test_several_channels_have_taps_and_no_single_kernel():
    random = np.random.default_rng(4)
    images = random.normal(size=(2, 3, 9, 9))
    labels = random.normal(size=(2, 4, 7, 7))
    lesson = study(images, labels, 3)
    assert lesson.run.taps.shape == (4, 3, 3, 3)
    assert (lesson.recovery, lesson.certificate) == (None, None)
    assert lesson.estimate is not None


def test_as_many_windows_as_taps_are_proved_and_have_no_intervals():
    lesson = study([1, 2, 4, 7, 11], [1, 1, 1], 3)
    assert lesson.estimate is None
    assert lesson.certificate.target == derivative(2)
    assert lesson.certificate.kernel == Kernel({-1: 1, 0: -2, 1: 1})


def test_labels_with_rounded_numbers_are_not_proved():
    lesson = study(POST, EDGES + 0.1, (1, 2), bias="fit")
    assert lesson.proof is None
    assert lesson.run.biases[0] == pytest.approx(0.1)
    halves = study(POST, EDGES + 0.5, (1, 2), bias="fit")
    assert halves.proof.bias == (Fraction(1, 2),)


def test_labels_that_no_kernel_meets_are_no_proof_of_one():
    labels = EDGES.copy()
    labels[2, 3] += 1
    lesson = study(POST, labels, (1, 2))
    assert lesson.proof.consistent == "no"
    assert lesson.statement == lesson.recovery.statement
    assert math.isfinite(lesson.run.loss)


def test_another_word_for_steps_beyond_is_refused():
    with pytest.raises(InputError, match="refused or tried"):
        study(POST, EDGES, (1, 2), beyond="maybe")


def test_taps_of_dilated_layers_stand_where_they_are_read():
    image = np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5])
    lesson = study(image, image[4:] - image[:-4], 3, dilation=2)
    assert lesson.certificate.target == 4 * derivative(1)
    wanted = Kernel({-2: -1, 2: 1})
    assert (lesson.proof.kernel(), lesson.certificate.kernel) == (wanted, wanted)
    assert [offset for offset, tap in lesson.run.kernel.taps if abs(tap) > 1e-9] == [(-2,), (2,)]


def test_a_proved_bias_is_told():
    image = np.array([1, 2, 4, 8, 5, 7])
    lesson = study(image, image + 5, 1, bias="fit")
    assert lesson.statement.endswith("it computes the value, without any error, and 5 is added")


def test_as_many_windows_as_unknowns_prove_little_and_say_so():
    lesson = study([1, 2, 4, 7, 11], [1, 5, -2], 3)
    assert lesson.statement.endswith("3 windows for as many unknowns: any labels would have been met")


def test_images_too_large_to_be_proved_are_learned_all_the_same():
    random = np.random.default_rng(0)
    image = random.integers(0, 2**16, size=(78, 78))
    taps = random.integers(-50, 50, size=(9, 9))
    windows = np.lib.stride_tricks.sliding_window_view(image, (9, 9))
    lesson = study(image, np.einsum("ijkl,kl->ij", windows, taps), 9)
    assert lesson.proof is None
    assert np.allclose(lesson.run.taps, taps)


def test_taps_seen_too_weakly_for_intervals_are_learned_without():
    time = np.arange(400)
    smooth = np.exp(-(((time - 200) / 40) ** 2))
    lesson = study(smooth, np.correlate(smooth, [0, 0, 1, -2, 1, 0, 0], "valid"), 7)
    assert (lesson.estimate, lesson.recovery) == (None, None)
    assert lesson.run.loss < 1e-20


def test_rounding_is_no_noise():
    random = np.random.default_rng(0)
    image = random.normal(size=200)
    labels = np.correlate(image, [1 / 7, 2 / 7, -5 / 7], "valid")
    assert study(image, labels, 3).is_rounding
    assert not study(image, labels + random.normal(scale=1e-6, size=labels.shape), 3).is_rounding


def test_ctrl_c_before_the_first_loss_is_no_lesson(monkeypatch):
    def interrupted(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("torch.autograd.grad", interrupted)
    with pytest.raises(KeyboardInterrupt):
        study(POST, EDGES, (1, 2), method="loop", steps=3)


def test_labels_of_zero_are_those_of_the_zero_kernel():
    assert study([1, 2, 4, 7, 11, 3], [0] * 4, 3).statement == "proved: only taps of zero give these labels"


@pytest.mark.parametrize("lr", ["a", math.nan, -1, 0])
def test_steps_that_are_none_are_refused(lr):
    with pytest.raises(InputError, match="a step size must be"):
        study(POST, EDGES, (1, 2), method="loop", lr=lr)


def test_steps_may_be_numbers_of_any_kind():
    found = [study(POST, EDGES, (1, 2), method="loop", lr=lr, steps=3) for lr in (1 / 32, np.float32(1 / 32))]
    assert found[0].run.history.tolist() == found[1].run.history.tolist()
