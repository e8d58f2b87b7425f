"""Images are scaled by the formula, resized as torch does, and moved by whole pixels with black behind them."""

import dataclasses
import itertools
from collections import Counter

import numpy as np
import pytest
import torch
from training.striped import striped

from kernelkit.datasets.labelled import LabelledImages
from kernelkit.errors import InputError
from kernelkit.training.batches import Scale, batches_of, scale_of

CPU = torch.device("cpu")
SCALES = {1: Scale((0.3,), (0.4,)), 3: Scale((0.3, 0.5, 0.1), (0.4, 0.2, 0.9))}
MOVES = list(itertools.product((-1, 0, 1), repeat=2))


def drawn_images(count, channels=1, *, size=5, seed=0):
    """Return images of random pixels, no two alike however they are moved."""
    draw = np.random.default_rng(seed)
    pixels = draw.integers(0, 256, (count, channels, size, size), dtype=np.uint8)
    labels = draw.integers(0, 10, count)
    return LabelledImages(pixels, labels, tuple("abcdefghij"), "random", "tests", "drawn by the test")


def batches(data, *, augmentation="none", size=None, layout="channels first"):
    return batches_of(
        data,
        SCALES[data.images.shape[1]],
        size=size or data.images.shape[-1],
        device=CPU,
        layout=layout,
        augmentation=augmentation,
    )


def scaled(pixels):
    """Return (pixel/255 - mean)/deviation in double precision."""
    scale = SCALES[pixels.shape[1]]
    mean, deviation = (np.array(v).reshape(1, -1, 1, 1) for v in (scale.mean, scale.deviation))
    return (pixels / 255 - mean) / deviation


def moved(pixels, down, right):
    """Return images moved by whole pixels, pixel by pixel; what comes in is 0."""
    found = np.zeros_like(pixels)
    height, width = pixels.shape[-2:]
    for y, x in itertools.product(range(height), range(width)):
        if 0 <= y - down < height and 0 <= x - right < width:
            found[..., y, x] = pixels[..., y - down, x - right]
    return found


def variants(pixels, augmentation):
    """Return what can become of images, by move and mirroring."""
    mirrorings = (False, True) if augmentation == "flips and shifts" else (False,)
    return {
        (move, mirrored): scaled(moved(pixels, *move)[..., ::-1] if mirrored else moved(pixels, *move))
        for move in MOVES
        for mirrored in mirrorings
    }


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("augmentation", ["none", "shifts", "flips and shifts"])
def test_plain_images_are_scaled_by_the_formula(channels, augmentation):
    data = drawn_images(7, channels)
    images, labels = batches(data, augmentation=augmentation).plain(slice(2, 6))
    assert images.dtype == torch.float32
    assert np.allclose(images, scaled(data.images[2:6]), rtol=1e-5, atol=1e-6)
    assert labels.tolist() == data.labels[2:6].tolist()
    chosen, labels = batches(data, augmentation=augmentation).plain(torch.tensor([5, 0, 5]))
    assert np.allclose(chosen, scaled(data.images[[5, 0, 5]]), rtol=1e-5, atol=1e-6)
    assert labels.tolist() == data.labels[[5, 0, 5]].tolist()


@pytest.mark.parametrize("augmentation", ["shifts", "flips and shifts"])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_drawn_image_is_the_image_moved_by_at_most_a_pixel_with_black_behind_it(augmentation, channels):
    """Every row is exactly one of the moved and mirrored images, and all of them come about equally often."""
    data = drawn_images(900, channels)
    order = torch.from_numpy(np.random.default_rng(1).permutation(900))
    images, labels = batches(data, augmentation=augmentation).drawn(order, slice(0, 900), seed=3, step=8)
    assert labels.tolist() == data.labels[order].tolist()
    known = variants(data.images[order.numpy()], augmentation)
    seen = Counter()
    for row, image in enumerate(images.numpy()):
        fitting = [key for key, rows in known.items() if np.allclose(image, rows[row], rtol=1e-5, atol=1e-5)]
        assert len(fitting) == 1
        seen.update(fitting)
    assert seen.keys() == known.keys()
    expected = 900 / len(known)
    assert all(abs(count - expected) < 5 * expected**0.5 for count in seen.values())
    mirrored = sum(count for (_, turned), count in seen.items() if turned)
    assert abs(mirrored - (450 if augmentation == "flips and shifts" else 0)) <= 5 * 15, (
        "five deviations of half"
    )


def test_what_a_row_becomes_does_not_depend_on_who_asks():
    data = drawn_images(50, 3)
    whole = batches(data, augmentation="flips and shifts")
    indices = torch.arange(49, 9, -1)
    images, labels = whole.drawn(indices, slice(0, 40), seed=0, step=2)
    for cuts in ((0, 40), (0, 13, 40), (0, 1, 2, 20, 40)):
        parts = [whole.drawn(indices, slice(*rows), seed=0, step=2) for rows in itertools.pairwise(cuts)]
        assert torch.equal(torch.cat([part for part, _ in parts]), images)
        assert torch.equal(torch.cat([part for _, part in parts]), labels)


@pytest.mark.parametrize("augmentation", ["shifts", "flips and shifts"])
def test_equal_steps_agree_and_different_ones_differ(augmentation):
    whole = batches(drawn_images(50), augmentation=augmentation)

    def drawn(seed, step):
        return whole.drawn(torch.arange(50), slice(0, 50), seed=seed, step=step)[0]

    assert torch.equal(drawn(0, 4), drawn(0, 4))
    found = [drawn(seed, step) for seed in range(3) for step in range(5)]
    assert not any(torch.equal(one, other) for one, other in itertools.combinations(found, 2))


def test_without_augmentation_drawn_is_plain():
    whole = batches(drawn_images(9))
    indices = torch.tensor([3, 1, 4, 1, 5])
    drawn, plain = whole.drawn(indices, slice(1, 4), seed=0, step=0), whole.plain(indices[1:4])
    assert all(torch.equal(one, other) for one, other in zip(drawn, plain, strict=True))


@pytest.mark.parametrize("size", [3, 5, 8, 28])
def test_images_are_resized_as_torch_does(size):
    data = drawn_images(6, 3)
    whole = batches(data, size=size)
    wanted = torch.nn.functional.interpolate(
        torch.from_numpy(scaled(data.images)), size=(size, size), mode="bilinear", align_corners=False
    )
    assert torch.allclose(whole.plain(slice(0, 6))[0].double(), wanted, rtol=1e-5, atol=1e-5)


def test_images_are_moved_before_they_are_resized():
    """By pixels of their own, not by those of the net's input."""
    data = drawn_images(30)
    images, _ = batches(data, augmentation="shifts", size=9).drawn(
        torch.arange(30), slice(0, 30), seed=0, step=0
    )
    known = [
        torch.nn.functional.interpolate(
            torch.from_numpy(rows), size=(9, 9), mode="bilinear", align_corners=False
        )
        for rows in variants(data.images, "shifts").values()
    ]
    for row, image in enumerate(images.double()):
        assert any(torch.allclose(image, rows[row], rtol=1e-5, atol=1e-5) for rows in known)


@pytest.mark.parametrize("augmentation", ["none", "flips and shifts"])
@pytest.mark.parametrize("size", [5, 7])
@pytest.mark.parametrize(
    ("layout", "form"),
    [("channels last", torch.channels_last), ("channels first", torch.contiguous_format)],
)
def test_the_layout_is_what_torch_calls_it(augmentation, size, layout, form):
    whole = batches(drawn_images(6, 3), augmentation=augmentation, size=size, layout=layout)
    other = batches(drawn_images(6, 3), augmentation=augmentation, size=size)
    for found, same in (
        (whole.plain(slice(0, 4)), other.plain(slice(0, 4))),
        (
            whole.drawn(torch.arange(6), slice(1, 5), seed=0, step=0),
            other.drawn(torch.arange(6), slice(1, 5), seed=0, step=0),
        ),
    ):
        assert found[0].is_contiguous(memory_format=form)
        assert torch.equal(found[0], same[0])


def test_drawing_leaves_the_images_and_the_user_s_generator_as_they_were():
    data = drawn_images(9, 3)
    whole = batches(data, augmentation="flips and shifts")
    before, state = whole.images.clone(), torch.get_rng_state()
    drawn, labels = whole.drawn(torch.arange(9), slice(0, 9), seed=0, step=0)
    drawn.zero_()
    labels.zero_()
    assert torch.equal(whole.images, before)
    assert torch.equal(torch.get_rng_state(), state)
    assert np.array_equal(data.labels, drawn_images(9, 3).labels)


def test_arrays_that_cannot_be_written_are_read_without_a_warning():
    """As those mapped from a file; the suite turns warnings into errors."""
    data = drawn_images(4)
    for array in (data.images, data.labels):
        array.flags.writeable = False
    assert np.allclose(batches(data).plain(slice(0, 4))[0], scaled(data.images), rtol=1e-5, atol=1e-6)


def test_the_scale_of_standardised_inputs_is_that_of_the_training_images():
    """NumPy's mean and deviation of all pixels of a channel; then the inputs have mean 0 and deviation 1."""
    data = drawn_images(40, 3)
    scale = scale_of("standardised", data)
    pixels = data.images / 255
    assert scale.mean == pytest.approx(pixels.mean(axis=(0, 2, 3)), rel=1e-12)
    assert scale.deviation == pytest.approx(pixels.std(axis=(0, 2, 3)), rel=1e-12)
    inputs, _ = batches_of(data, scale, size=5, device=CPU, layout="channels first").plain(slice(0, 40))
    assert inputs.mean((0, 2, 3)).tolist() == pytest.approx([0, 0, 0], abs=1e-5)
    assert inputs.std((0, 2, 3), correction=0).tolist() == pytest.approx([1, 1, 1], abs=1e-5)


@pytest.mark.parametrize(
    ("mean", "deviation"),
    [((0.1,), (0.2, 0.3)), ((), (0.2,)), ((0.1,), (0.0,)), ((0.1,), (-1.0,)), ((float("inf"),), (1.0,))],
)
def test_what_is_no_scale_is_refused(mean, deviation):
    with pytest.raises(InputError):
        Scale(mean, deviation)


def test_unit_inputs_are_pixels_over_255():
    data = striped(12, seed=0)
    scale = scale_of("unit", data)
    inputs, _ = batches_of(data, scale, size=28, device=CPU, layout="channels first").plain(slice(0, 12))
    assert torch.equal(inputs, torch.from_numpy(data.images).float() / 255)


def test_a_channel_of_one_value_is_not_divided_by_its_deviation():
    data = drawn_images(6, 3)
    pixels = data.images.copy()
    pixels[:, 1] = 51
    scale = scale_of("standardised", dataclasses.replace(data, images=pixels))
    assert scale.mean[1] == pytest.approx(0.2)
    assert scale.deviation[1] == 1
