"""Data sets known by their content: the hashes are those of the files, and names alone prove nothing."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from fashion_mnist import FILES, the_folder
from golden.tables import rows

from kernelkit.datasets.identity import FASHION_MNIST, MNIST, Known, known, one_part, published, recognised
from kernelkit.datasets.idx import Content, read_content
from kernelkit.errors import DatasetError, InputError, UnknownNameError

PATHS = (Path("train-images-idx3-ubyte"), Path("train-labels-idx1-ubyte"))

DEBIAN = {
    # the first bytes of the hashes as measured with md5sum for the project's notes on the post
    ("train", "images"): "f4a8712d",
    ("train", "labels"): "9018921c",
    ("test", "images"): "8181f547",
    ("test", "labels"): "15d48437",
}


def content(md5):
    return Content(np.zeros(1, np.uint8), md5)


def pair(images, labels):
    return content(images.md5["train", "images"]), content(labels.md5["train", "labels"])


def test_the_hashes_are_of_the_files_of_debian():
    folder = the_folder()
    places = [("train", "images"), ("train", "labels"), ("test", "images"), ("test", "labels")]
    for name, place in zip(FILES, places, strict=True):
        md5 = read_content(folder / name).md5
        assert md5 == FASHION_MNIST.md5[place]
        assert known(md5) == Known("fashion-mnist", *place)


def test_the_hashes_are_those_of_the_case():
    (row,) = rows("cases_learn", "dataset-identity", key="ask")
    assert FASHION_MNIST.md5["train", "images"] == row["expected"]["md5_train_images"]
    assert FASHION_MNIST.md5["train", "labels"] == row["expected"]["md5_train_labels"]
    folder = the_folder()
    for name, kind in ((FILES[0], "images"), (FILES[1], "labels")):
        found = read_content(folder / name)
        head = 4 + 4 * found.array.ndim
        assert found.md5 == row["expected"][f"md5_train_{kind}"]
        assert head + found.array.nbytes == row["expected"][f"bytes_train_{kind}"]


@pytest.mark.parametrize("place", DEBIAN)
def test_the_hashes_begin_as_noted(place):
    assert FASHION_MNIST.md5[place].startswith(DEBIAN[place])


def test_no_two_files_have_one_hash():
    hashes = [*FASHION_MNIST.md5.values(), *MNIST.md5.values()]
    assert len(set(hashes)) == 8
    assert all(len(md5) == 32 and int(md5, 16) for md5 in hashes)


def test_what_is_not_known_is_not_guessed():
    assert known(hashlib.md5(b"other", usedforsecurity=False).hexdigest()) is None


@pytest.mark.parametrize("data", [FASHION_MNIST, MNIST], ids=lambda data: data.name)
@pytest.mark.parametrize("asked", [True, False])
def test_known_pairs_are_recognised(data, asked):
    assert recognised(*pair(data, data), PATHS, part="train", asked=data if asked else None) is data


def test_another_data_set_of_the_same_shape_is_refused():
    """neet-cv/ml.akasaki.space#1: someone trained for days on another data set of the same shape."""
    with pytest.raises(DatasetError) as refused:
        recognised(*pair(MNIST, MNIST), PATHS, part="train", asked=FASHION_MNIST)
    assert "holds the images of MNIST, train part" in str(refused.value)
    assert "expected are the images of Fashion-MNIST" in str(refused.value)


def test_unknown_files_do_not_pass_for_a_named_data_set():
    with pytest.raises(DatasetError) as refused:
        recognised(content("00"), content("11"), PATHS, part="train", asked=FASHION_MNIST)
    assert "does not hold the images of Fashion-MNIST" in str(refused.value)
    assert FASHION_MNIST.md5["train", "images"] in str(refused.value)
    assert recognised(content("00"), content("11"), PATHS, part="train", asked=None) is None


def test_half_known_files_are_not_known():
    images, _ = pair(MNIST, MNIST)
    assert recognised(images, content("11"), PATHS, part="train", asked=None) is None


def test_files_of_two_data_sets_do_not_go_together():
    with pytest.raises(DatasetError, match="belongs to MNIST and 'train-labels-idx1-ubyte' to Fashion-MNIST"):
        recognised(*pair(MNIST, FASHION_MNIST), PATHS, part="train", asked=None)


@pytest.mark.parametrize("asked", [None, MNIST])
def test_a_part_under_the_name_of_the_other_is_refused(asked):
    with pytest.raises(DatasetError, match="holds the images of MNIST, train part"):
        recognised(*pair(MNIST, MNIST), PATHS, part="test", asked=asked)


def test_images_under_the_name_of_labels_are_refused():
    images, _ = pair(MNIST, MNIST)
    with pytest.raises(DatasetError, match="'train-labels-idx1-ubyte' holds the images"):
        recognised(images, images, PATHS, part="train", asked=None)


def test_names_and_parts_are_checked():
    assert published("mnist") is MNIST
    assert [one_part(word) for word in ("train", "test")] == ["train", "test"]
    with pytest.raises(UnknownNameError, match="fashion-mnist and mnist"):
        published("cifar")
    with pytest.raises(InputError, match="train or test"):
        one_part("validation")


def test_classes_are_those_of_the_authors():
    assert FASHION_MNIST.classes[0] == "T-shirt/top"
    assert FASHION_MNIST.classes[9] == "Ankle boot"
    assert len(set(FASHION_MNIST.classes)) == 10
    assert MNIST.classes == ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
