"""Images with labels: what they must be, and what they tell of themselves."""

import dataclasses
import hashlib

import numpy as np
import pytest

from kernelkit.datasets.labelled import LabelledImages
from kernelkit.errors import DatasetError, InputError

IMAGES = np.arange(3 * 2 * 4 * 5, dtype=np.uint8).reshape(3, 2, 4, 5)
LABELS = np.array([1, 0, 1])


def made(**changes):
    fields = {
        "images": IMAGES,
        "labels": LABELS,
        "classes": ("a", "b", "c"),
        "name": "toys",
        "source": "here",
        "identity": "made here",
    }
    return LabelledImages(**fields | changes)


def test_they_count_themselves():
    data = made()
    assert len(data) == 3
    assert data.shape == (2, 4, 5)
    assert data.counts == (1, 2, 0)
    assert repr(data) == "LabelledImages(toys: 3 images, 2 x 4 x 5, 3 classes)"


def test_they_describe_themselves_and_name_the_classes_without_an_image():
    assert made().description == "toys: 3 images of 2 x 4 x 5 in 3 classes; made here; no image of c"
    one = made(images=IMAGES[:1], labels=LABELS[1:2], classes=("a",))
    assert one.description == "toys: 1 image of 2 x 4 x 5 in 1 class; made here"
    assert repr(one) == "LabelledImages(toys: 1 image, 2 x 4 x 5, 1 class)"


def test_of_very_many_classes_without_an_image_some_are_named():
    many = made(classes=tuple(map(str, range(1002))))
    assert many.description.endswith("; no image of 2, 3, 4, 5, 6 and 995 more")


def test_their_fields_stay():
    with pytest.raises(dataclasses.FrozenInstanceError):
        made().name = "others"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"images": IMAGES.astype(np.float32)}, "float32"),
        ({"images": IMAGES[:, 0]}, "shape (3, 4, 5)"),
        ({"images": IMAGES[:, :, ::2]}, "contiguous"),
        ({"images": IMAGES[:0], "labels": LABELS[:0]}, "at least one entry"),
        ({"images": IMAGES[:, :, :, :0]}, "at least one entry"),
        ({"labels": LABELS.astype(np.uint8)}, "uint8"),
        ({"labels": LABELS[:, None]}, "shape (3, 1)"),
        ({"labels": LABELS[:2]}, "3 images and 2 labels"),
        ({"classes": ("a",)}, "label 1"),
        ({"classes": ()}, "label 1"),
        ({"labels": LABELS - 1}, "label -1"),
        ({"classes": ("a", "a")}, "the same"),
        ({"classes": ("a", "")}, "no names"),
        ({"classes": (0, 1)}, "no names"),
        ({"classes": ("a", ["b"])}, "no names"),
        ({"classes": 5}, "no names"),
        ({"images": [[[[1]]]]}, "no NumPy array"),
        ({"labels": [1, 0, 1]}, "no NumPy array"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(changes, said):
    with pytest.raises(DatasetError) as refused:
        made(**changes)
    assert said in str(refused.value)
    assert refused.value.next


def test_the_hash_is_of_shape_images_and_labels():
    expected = hashlib.sha256(
        b"(3, 2, 4, 5)" + bytes(range(120)) + b"".join(n.to_bytes(8, "little") for n in (1, 0, 1))
    )
    assert made().sha256 == expected.hexdigest()
    changed = [
        made(images=IMAGES.reshape(3, 1, 8, 5)),
        made(images=IMAGES ^ np.uint8(1)),
        made(labels=LABELS[::-1] * 0),
    ]
    assert len({made().sha256, *(data.sha256 for data in changed)}) == 4
    assert made(name="other", source="there").sha256 == made().sha256


def test_a_part_is_a_copy_that_says_what_it_is_of():
    part = made().take(np.array([2, 0]), name="two toys")
    assert np.array_equal(part.images, IMAGES[[2, 0]])
    assert part.labels.tolist() == [1, 1]
    assert part.classes == ("a", "b", "c")
    assert part.name == "two toys"
    assert part.identity == "2 of 3 images of toys, made here"
    part.images[:] = 0
    assert IMAGES.any()


@pytest.mark.parametrize("indices", [[], [3], [-1], [0.5], [[0]], [True, False, True]], ids=str)
def test_parts_that_do_not_exist_are_refused(indices):
    with pytest.raises(InputError, match="indices"):
        made().take(np.array(indices), name="part")


def test_names_in_a_list_are_as_good():
    """Or two parts would differ that have the same classes."""
    assert made(classes=["a", "b", "c"]).classes == made().classes
