"""One door to all data: by name or folder; facts of the real data, and errors that say what does not fit."""

import os
import shutil
import time

import numpy as np
import pytest
from datasets.idx_files import garment, header, put, small
from fashion_mnist import the_folder
from golden.tables import rows
from hypothesis import given
from hypothesis import strategies as st

from kernelkit.datasets.labelled import LabelledImages
from kernelkit.datasets.load import duplicates, load, statistics
from kernelkit.datasets.sampling import split
from kernelkit.errors import DatasetError, InputError, ShapeError


def labelled(images):
    images = np.asarray(images, dtype=np.uint8)
    return LabelledImages(images, np.zeros(len(images), np.int64), ("a",), "test", "", "made")


def test_facts_of_the_training_part():
    (row,) = rows("cases_learn", "dataset-facts", key="ask")
    expected = row["expected"]
    data = load("fashion-mnist", "train", folder=the_folder())
    assert len(data) == expected["images"]
    assert data.shape == (1, *expected["shape"])
    assert list(data.counts) == expected["per_class"]
    assert int(data.images.sum(dtype=np.int64)) == expected["pixel_sum"]
    assert data.labels[:10].tolist() == expected["first_labels"]
    found = statistics(data)
    assert abs(found.mean[0] - float(expected["mean_over_255"])) < float(row["tolerance"])
    assert abs(found.deviation[0] - float(expected["std_over_255"])) < float(row["tolerance"])
    assert (data.name, data.identity) == ("Fashion-MNIST train", "known by its content")
    assert data.images.dtype == np.uint8
    assert data.images.flags.c_contiguous
    assert data.images.flags.writeable


def test_no_image_of_the_real_data_is_there_twice():
    (row,) = rows("cases_learn", "dataset-duplicates", key="ask")
    expected = row["expected"]
    train, test = (load("fashion-mnist", part, folder=the_folder()) for part in ("train", "test"))
    assert test.counts == (1000,) * 10
    assert len(duplicates(train)) == expected["duplicates_in_training"]
    assert len(duplicates(test)) == expected["duplicates_in_test"]
    assert len(duplicates(test, train)) == expected["test_images_in_training"]


def test_reading_the_real_data_takes_no_longer_than_unpacking_them():
    """A quarter of a second on a quiet machine; ten times that is a loop over images."""
    folder = the_folder()
    start = time.perf_counter()
    load("fashion-mnist", folder=folder)
    assert time.perf_counter() - start < 2.5


def test_the_real_data_are_known_in_any_folder(tmp_path):
    for path in the_folder().glob("t10k*"):
        shutil.copy(path, tmp_path)
    data = load(tmp_path, "test")
    assert (data.name, data.identity) == ("Fashion-MNIST test", "known by its content")
    assert data.classes[9] == "Ankle boot"
    assert data.source == str(tmp_path)


def test_the_real_data_under_another_name_are_refused(tmp_path):
    for path in the_folder().glob("t10k*"):
        shutil.copy(path, tmp_path)
        shutil.copy(path, tmp_path / path.name.replace("t10k", "train"))
    with pytest.raises(DatasetError, match="holds the images of Fashion-MNIST, test part"):
        load("mnist", "test", folder=tmp_path)
    with pytest.raises(DatasetError, match="holds the images of Fashion-MNIST, test part"):
        load(tmp_path, "train")


def test_files_of_an_unknown_data_set_are_read_and_said_to_be_unknown(tmp_path):
    data = load(small(tmp_path))
    assert np.array_equal(data.images[:, 0], garment(12))
    assert data.labels.tolist() == [0, 1, 2] * 4
    assert data.labels.dtype == np.int64
    assert data.classes == ("0", "1", "2")
    assert data.name == f"train images of {tmp_path}"
    assert data.identity.startswith("not known by its content, MD5 ")


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.int16, np.int32])
def test_labels_may_be_whole_numbers_of_any_kind(tmp_path, kind):
    assert load(put(tmp_path, garment(3), np.array([0, 2, 1], kind))).labels.tolist() == [0, 2, 1]


@pytest.mark.parametrize(
    ("images", "labels", "said"),
    [
        (garment(3), np.zeros(4, np.uint8), "holds 3 images and 'train-labels-idx1-ubyte.gz' 4 labels"),
        (garment(3), np.zeros(3, np.float32), "whole numbers"),
        (garment(3), np.zeros((3, 1), np.uint8), "whole numbers"),
        (garment(3).astype(np.int16), np.zeros(3, np.uint8), "int16"),
        (garment(3).reshape(3, 12), np.zeros(3, np.uint8), "(3, 12)"),
        (garment(3), np.array([0, -1, 1], np.int8), "label -1"),
        (garment(3), np.array([0, 100_000, 1], np.int32), "label 100000"),
        (np.zeros(3, np.uint8), garment(3), "train-images-idx3-ubyte' holds labels"),
        (garment(1), np.zeros(2, np.uint8), "holds 1 image and 'train-labels-idx1-ubyte.gz' 2 labels"),
    ],
    ids=[
        "counts",
        "float-labels",
        "label-table",
        "int16-images",
        "flat",
        "below",
        "above",
        "exchanged",
        "one-image",
    ],
)
def test_files_that_do_not_fit_are_refused(tmp_path, images, labels, said):
    with pytest.raises(DatasetError) as refused:
        load(put(tmp_path, images, labels))
    assert said in str(refused.value)
    assert str(tmp_path) in str(refused.value)
    assert refused.value.next


def test_classes_of_a_test_part_are_those_to_learn_from(tmp_path):
    put(tmp_path, garment(3), np.array([0, 3, 1], np.uint8))
    put(tmp_path, garment(2, 1), np.array([0, 1], np.uint8), start="t10k")
    assert load(tmp_path).description.endswith("; no image of 2")
    test = load(tmp_path, "test")
    assert test.classes == ("0", "1", "2", "3")
    assert test.description.endswith("; no image of 2, 3")


@pytest.mark.parametrize("label", [2, 4])
def test_classes_of_a_test_part_alone_are_refused(tmp_path, label):
    put(tmp_path, garment(3), np.array([0, 3, 1], np.uint8))
    put(tmp_path, garment(2, 1), np.array([0, label], np.uint8), start="t10k")
    with pytest.raises(DatasetError, match=f"holds the label {label}, which 'train-labels") as refused:
        load(tmp_path, "test")
    assert refused.value.next


def test_a_test_part_without_a_training_part_has_its_own_classes(tmp_path):
    put(tmp_path, garment(2), np.array([0, 2], np.uint8), start="t10k")
    assert load(tmp_path, "test").classes == ("0", "1", "2")


def test_damage_of_a_file_comes_through_with_its_name(tmp_path):
    small(tmp_path)
    (tmp_path / "train-images-idx3-ubyte").write_bytes(header(8, 12, 4, 3) + bytes(100))
    with pytest.raises(DatasetError, match="train-images-idx3-ubyte' is cut off"):
        load(tmp_path)


def test_unknown_files_do_not_pass_for_a_name(tmp_path):
    with pytest.raises(DatasetError, match="does not hold the images of MNIST"):
        load("mnist", folder=small(tmp_path))


def test_a_part_that_is_not_there_is_named(tmp_path):
    small(tmp_path)
    with pytest.raises(DatasetError, match="holds the train part of a data set, and no test part"):
        load(tmp_path, "test")
    (tmp_path / "t10k-labels-idx1-ubyte.gz").touch()
    with pytest.raises(DatasetError, match="stands alone"):
        load(tmp_path, "test")


def test_a_path_is_a_folder_whatever_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    small(tmp_path / "mnist")
    for folder in ("./mnist", tmp_path / "mnist", os.fspath(tmp_path / "mnist")):
        assert load(folder).identity.startswith("not known")


@pytest.mark.parametrize("name", ["fasion-mnist", "", "a\0b", "x" * 5000])
def test_names_that_nobody_has_are_refused(name):
    with pytest.raises(DatasetError, match="fashion-mnist and mnist") as refused:
        load(name)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize(
    "options",
    [
        {"part": "trian"},
        {"part": 1},
        {"download": "always"},
        {"download": "if missing"},
        {"folder": "elsewhere"},
        {"picture_size": 4},
        {"colour": "grey"},
        {"test_share": 0.2},
    ],
    ids=str,
)
def test_options_that_mean_nothing_for_a_folder_of_idx_files_are_refused(tmp_path, options):
    with pytest.raises(InputError) as refused:
        load(small(tmp_path), **options)
    assert refused.value.next


def test_options_for_pictures_are_refused_for_named_data_before_these_are_looked_for(tmp_path):
    with pytest.raises(InputError, match="--picture-size, --test-share: for folders of pictures only"):
        load("mnist", folder=tmp_path, picture_size=28, test_share=0.2)


@pytest.mark.parametrize("name", [3, None, ["mnist"]], ids=str)
def test_what_is_no_path_is_refused(name):
    with pytest.raises(InputError, match="is a path, not") as refused:
        load(name, "train")
    assert refused.value.next


def test_paths_may_be_bytes(tmp_path):
    assert len(load(os.fsencode(small(tmp_path)))) == 12


@given(st.integers(1, 6), st.sampled_from([1, 3]), st.integers(1, 5), st.integers(0, 99))
def test_statistics_are_those_of_the_definition(count, channels, side, seed):
    images = np.random.default_rng(seed).integers(0, 256, (count, channels, side, side + 1), np.uint8)
    found = statistics(labelled(images))
    pixels = images / 255
    assert abs(found.mean - pixels.mean(axis=(0, 2, 3))).max() < 1e-14
    assert abs(found.deviation - pixels.std(axis=(0, 2, 3))).max() < 1e-14


def test_equal_pixels_have_no_deviation_at_all():
    found = statistics(labelled(np.full((7, 1, 3, 3), 77)))
    assert found == ((77 / 255,), (0.0,))


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=20), st.lists(st.integers(0, 7), min_size=1, max_size=20)
)
def test_duplicates_are_those_found_by_looking_at_every_pair(here, there):
    pictures = np.random.default_rng(0).integers(0, 256, (8, 2, 3, 3), np.uint8)
    own = [[i, here.index(p)] for i, p in enumerate(here) if here.index(p) < i]
    shared = [[i, there.index(p)] for i, p in enumerate(here) if p in there]
    data, other = labelled(pictures[here]), labelled(pictures[there])
    assert duplicates(data).tolist() == own
    assert duplicates(data, other).tolist() == shared


def test_images_that_differ_in_one_pixel_are_no_duplicates():
    images = np.zeros((785, 1, 28, 28), np.uint8)
    images.reshape(785, -1)[np.arange(784), np.arange(784)] = 1
    assert duplicates(labelled(images)).shape == (0, 2)


def test_images_of_two_sizes_are_not_compared():
    with pytest.raises(ShapeError, match="two sizes"):
        duplicates(labelled(np.zeros((2, 1, 2, 3))), labelled(np.zeros((2, 1, 3, 2))))


def test_what_are_no_images_is_refused_by_name():
    data = labelled(np.zeros((2, 1, 2, 3)))
    for act in (
        statistics,
        duplicates,
        lambda value: duplicates(data, value),
        lambda value: split(value, 1, seed=0),
    ):
        for value in (5, data.images):
            with pytest.raises(InputError, match="must be of the kind LabelledImages") as refused:
                act(value)
            assert refused.value.next
