"""Three disjoint sets: learned from, chosen on, tested on; the scale belongs to the first alone."""

import dataclasses

import numpy as np
import pytest
import torch

from kernelkit.datasets.labelled import LabelledImages
from kernelkit.errors import InputError, ShapeError
from kernelkit.training.config import Config
from kernelkit.training.splits import held_back_of, split_off, splits_of

CPU = torch.device("cpu")
CONFIG = Config(net="lenet", size=4, validation=30, layout="channels first")


def numbered(count, *, classes=5, start=0, name="numbered"):
    """Return images that spell their own number in four pixels, so that each can be told from all others."""
    numbers = np.arange(start, start + count)
    pixels = np.zeros((count, 1, 4, 4), dtype=np.uint8)
    pixels[:, 0, 0, 0], pixels[:, 0, 0, 1] = numbers // 256, numbers % 256
    labels = np.sort(numbers % classes)
    return LabelledImages(pixels, labels, tuple("abcdefghij"[:classes]), name, "tests", "drawn by the test")


def numbers_in(batches):
    """Return the numbers that images spell."""
    images, _ = batches.plain(slice(None))
    high, low = (images[:, 0, 0, place].mul(255).round().int() for place in (0, 1))
    return (high * 256 + low).tolist()


def test_images_are_learned_from_or_held_back_and_never_both():
    found = splits_of(CONFIG, numbered(205), numbered(60, start=1000), device=CPU)
    learned, held_back = numbers_in(found.training), numbers_in(found.validation)
    assert len(held_back) == 30
    assert sorted(learned + held_back) == list(range(205))
    assert numbers_in(found.test) == list(range(1000, 1060))


def test_labels_stay_with_their_images():
    data = numbered(205)
    found = splits_of(CONFIG, data, data, device=CPU)
    for part in (found.training, found.validation, found.test):
        _, labels = part.plain(slice(None))
        assert labels.tolist() == data.labels[numbers_in(part)].tolist()


@pytest.mark.parametrize("count", [5, 30, 33, 100])
def test_every_class_is_held_back_evenly(count):
    """41 images of each of five classes: shares of the classes differ by one at most."""
    rest, chosen = split_off(numbered(205), count)
    assert (len(rest), len(chosen)) == (205 - count, count)
    assert max(chosen.counts) - min(chosen.counts) <= 1
    assert [a + b for a, b in zip(rest.counts, chosen.counts, strict=True)] == [41] * 5


def test_the_same_images_are_held_back_for_every_seed_and_recipe():
    data = numbered(205)
    changes = [{"seed": 1}, {"lr": 0.5, "epochs": 3, "recipe": "best"}, {"augmentation": "shifts"}]
    held_back = [
        numbers_in(splits_of(CONFIG.with_changes(**change), data, data, device=CPU).validation)
        for change in [{}, *changes]
    ]
    assert held_back == [held_back[0]] * 4


def test_without_validation_every_image_is_learned_from():
    found = splits_of(CONFIG.with_changes(validation=0), numbered(205), numbered(60), device=CPU)
    assert found.validation is None
    assert numbers_in(found.training) == list(range(205))


def test_the_scale_is_measured_on_the_images_learned_from_and_on_no_others():
    """Images held back, and those of the test, may be anything."""
    data, test = numbered(205), numbered(60)
    config = CONFIG.with_changes(inputs="standardised")
    held_back = numbers_in(splits_of(CONFIG, data, test, device=CPU).validation)
    pixels = data.images.copy()
    pixels[held_back] = 255
    whole = splits_of(config, dataclasses.replace(data, images=pixels), test, device=CPU)
    learned = np.delete(data.images, held_back, axis=0) / 255
    assert whole.scale.mean == pytest.approx([learned.mean()])
    assert whole.scale.deviation == pytest.approx([learned.std()])
    images, _ = whole.test.plain(slice(None))
    assert np.allclose(images, (test.images / 255 - learned.mean()) / learned.std(), rtol=1e-4, atol=1e-5)


def test_only_images_learned_from_are_moved():
    config = CONFIG.with_changes(augmentation="flips and shifts")
    found = splits_of(config, numbered(205), numbered(60), device=CPU)
    assert found.training.augmentation == "flips and shifts"
    assert found.validation.augmentation == found.test.augmentation == "none"


@pytest.mark.parametrize(("subset", "tested"), [(50, 50), (60, 60), (100, 60), (205, 60)])
def test_a_subset_of_training_images_and_at_most_as_many_of_the_test(subset, tested):
    config = CONFIG.with_changes(subset=subset, validation=10)
    found = splits_of(config, numbered(205), numbered(60), device=CPU)
    used = numbers_in(found.training) + numbers_in(found.validation)
    assert len(used) == len(set(used)) == subset
    assert len(numbers_in(found.test)) == len(set(numbers_in(found.test))) == tested
    assert used == [*numbers_in(found.training), *numbers_in(found.validation)]
    assert set(used) <= set(range(205))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"validation": 205}, "leave none of 205"),
        ({"validation": 5000}, "leave none of 205"),
        ({"subset": 206}, "a subset of 206 cannot be taken from 205"),
        ({"subset": 30}, "30 validation images leave none of 30"),
    ],
)
def test_more_images_than_there_are_are_refused(changes, message):
    with pytest.raises(InputError, match=message):
        splits_of(CONFIG.with_changes(**changes), numbered(205), numbered(60), device=CPU)


def test_training_and_test_of_two_kinds_are_refused():
    training, test = numbered(205), numbered(60)
    coloured = dataclasses.replace(test, images=np.repeat(test.images, 3, axis=1))
    renamed = dataclasses.replace(test, classes=("a", "b", "c", "e", "d"))
    for other in (coloured, renamed, numbered(60, classes=6)):
        with pytest.raises(ShapeError, match="not of one kind"):
            splits_of(CONFIG, training, other, device=CPU)


def test_the_first_class_that_differs_is_named():
    training, test = numbered(205), numbered(60)
    renamed = dataclasses.replace(test, classes=("a", "b", "c", "e", "d"))
    with pytest.raises(ShapeError, match="class 3 is 'd' and 'e'"):
        splits_of(CONFIG, training, renamed, device=CPU)
    with pytest.raises(ShapeError, match="class 5 is 'none' and 'f'"):
        splits_of(CONFIG, training, numbered(60, classes=6), device=CPU)
    listed = dataclasses.replace(test, classes=list(test.classes))
    assert len(splits_of(CONFIG, training, listed, device=CPU).test) == 60


@pytest.mark.parametrize("subset", [0, 1, 11, 12, 100, 2000, 59_999, 60_000])
def test_of_the_published_images_recipes_hold_back_what_they_always_did(subset):
    """5,000 of 60,000, and of a subset its share, rounded down."""
    config = CONFIG.with_changes(validation=5000, subset=subset)
    assert held_back_of(config, 60_000) == (5000 * subset // 60_000 if subset else 5000)


@pytest.mark.parametrize("images", [1, 2, 13, 30, 205, 5000, 20_000, 25_000, 1_000_000])
@pytest.mark.parametrize("part", [0, 1, 0.5])
def test_however_few_images_there_are_most_are_learned_from(images, part):
    config = CONFIG.with_changes(validation=5000, subset=int(images * part))
    used = config.subset or images
    assert 0 <= held_back_of(config, images) <= min(5000, used / 5)
    assert held_back_of(config.with_changes(validation=0), images) == 0


def test_only_where_a_fifth_would_be_held_back_a_twelfth_is():
    config = CONFIG.with_changes(validation=5000)
    assert [held_back_of(config, images) for images in (25_000, 24_999, 1200)] == [5000, 2083, 100]
