"""Bad fits with a reason: clipped labels and wrong borders are told, noise and other shapes are not."""

import numpy as np
import pytest
from scipy import ndimage

from kernelkit.errors import InputError
from kernelkit.learning.lesson import study
from kernelkit.learning.pairs import pairs
from kernelkit.learning.run import learn
from kernelkit.learning.suspicion import border_text, clipped_labels, unclipped

SHARPEN = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])


def photograph(seed=0):
    smooth = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=(80, 90)), 1.5)
    return np.rint(127 + 300 * smooth).clip(0, 255)


def test_clipped_labels_are_counted_and_the_others_give_the_kernel():
    image = photograph()
    sharp = ndimage.correlate(image, SHARPEN)
    labels = sharp.clip(0, 255)
    seen = study(image, labels, 3)
    inner = sharp[1:-1, 1:-1]
    assert abs(seen.run.taps - SHARPEN).max() > 0.3
    assert (seen.clipped.at_low, seen.clipped.at_high) == ((inner <= 0).sum(), (inner >= 255).sum())
    assert seen.clipped.left_out < 1e-9 < seen.clipped.kept
    assert seen.statement.endswith("labels were clipped")
    cured = study(image, labels, 3, clipped="leave-out")
    assert np.allclose(cured.run.taps, SHARPEN, atol=1e-9)
    assert cured.left_out == ((inner <= 0) | (inner >= 255)).sum()


@pytest.mark.parametrize("levels", [2, 3, 9])
def test_labels_of_noise_with_many_at_the_extremes_are_not_called_clipped(levels):
    image = photograph()
    labels = np.random.default_rng(1).integers(0, levels, image.shape)
    assert study(image, labels, 3).clipped is None


def test_a_good_fit_is_not_suspected():
    image = photograph()
    labels = np.rint(ndimage.correlate(image, np.full((3, 3), 1 / 9)))
    assert max((labels == 0).sum(), (labels == 255).sum()) > 2
    assert study(image, labels, 3).clipped is None


@pytest.mark.parametrize("layer", [{}, {"stride": 2}, {"padding": 1}, {"dilation": 2}, {"bias": "fit"}])
@pytest.mark.parametrize("shape", [(2, 3, 9, 8), (2, 1, 30)])
def test_windows_side_by_side_are_the_same_windows(layer, shape):
    """Labels of a kernel, with the extremes spoilt: what is left out is them, and the kernel comes back."""
    random = np.random.default_rng(2)
    size = (3,) * (len(shape) - 2)
    images = random.normal(size=shape)
    taps = random.normal(size=(1, shape[1], *size))
    out = pairs(images, None, size, **layer).out
    run = learn(images, random.normal(size=(2, 1, *out)), size, **layer)
    labels = type(run)(**{name: getattr(run, name) for name in run.__slots__} | {"weights": taps}).prediction
    labels.flat[np.argmax(labels)] += 50
    labels.flat[np.argmin(labels)] -= 50
    rest = unclipped(pairs(images, labels, size, **layer))
    assert rest.windows == labels.size - 2
    back = learn(rest.x, rest.labels, size, stride=rest.stride, dilation=rest.dilation, bias=rest.bias)
    assert back.loss < 1e-18


def test_labels_of_two_values_leave_nothing():
    with pytest.raises(InputError, match="none is left"):
        unclipped(pairs([1, 2, 3, 5, 1], [0, 1, 0], 3))


def test_a_reflected_border_is_told_where_zeros_were_assumed():
    image = photograph()
    blurred = ndimage.correlate(image, np.full((5, 5), 1 / 25), mode="reflect")
    assert "zeros around X do not explain Y" in border_text(learn(image, blurred, 5, padding=2))
    assert study(image, blurred, 5, padding=2).border
    assert np.allclose(study(image, blurred, 5).run.taps, 1 / 25, atol=1e-9)


def test_zeros_that_were_there_are_not_told():
    image = photograph()
    noise = np.random.default_rng(3).normal(size=image.shape)
    blurred = ndimage.correlate(image, np.full((5, 5), 1 / 25), mode="constant") + noise
    assert not border_text(learn(image, blurred, 5, padding=2))
    assert not border_text(learn(image, blurred, 5))


def test_extremes_of_few_labels_are_not_looked_at():
    run = learn([1, 2, 4, 7, 11, 3, 5], [1, 5, 1, 5, 1], 3)
    assert clipped_labels(run) is None
