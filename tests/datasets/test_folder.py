"""Folders of pictures: a class is a folder, nothing is left out silently, and sizes and colours are one."""

import os

import numpy as np
import pytest
from PIL import Image

from kernelkit.datasets import folder as folder_module
from kernelkit.datasets.folder import natural, read_folder
from kernelkit.datasets.load import load
from kernelkit.errors import DatasetError, InputError, LimitError


def grey(seed=0, height=4, width=3):
    return np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)


def colour(seed=0, height=4, width=3):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def save(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path)


@pytest.fixture
def animals(tmp_path):
    for index, name in enumerate(["cat/1.png", "cat/2.png", "cat/10.png", "dog/a.bmp"]):
        save(tmp_path / name, grey(index))
    return tmp_path


def test_subfolders_are_classes_and_files_come_in_natural_order(animals):
    data = load(animals)
    assert data.classes == ("cat", "dog")
    assert data.labels.tolist() == [0, 0, 0, 1]
    assert np.array_equal(data.images, np.stack([grey(index) for index in range(4)])[:, None])
    assert data.name == f"train images of {animals}"
    assert data.identity == "known by its folder only"


def test_colour_pictures_have_three_channels(tmp_path):
    save(tmp_path / "cat" / "a.png", colour(5))
    data = load(tmp_path)
    assert data.shape == (3, 4, 3)
    assert np.array_equal(data.images[0], np.moveaxis(colour(5), -1, 0))


def test_black_and_white_is_grey(tmp_path):
    save(tmp_path / "cat" / "a.png", np.array([[True, False]]))
    assert load(tmp_path).images.tolist() == [[[[255, 0]]]]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["10", "9", "1"], ["1", "9", "10"]),
        (["b", "A", "c"], ["A", "b", "c"]),
        (["x2y10", "x2y9", "x10y1", "x"], ["x", "x2y9", "x2y10", "x10y1"]),
        (["a1", "a01", "a"], ["a", "a01", "a1"]),
        (["1a", "a1", "_"], ["1a", "_", "a1"]),
        (["\u00b2", "2", "\u0663"], ["2", "\u00b2", "\u0663"]),
    ],
)
def test_names_sort_as_people_sort_them(names, expected):
    assert sorted(names, key=natural) == expected


def parted(root):
    for name in ("train/cat/a.png", "train/dog/a.png", "train/emu/a.png", "test/dog/a.png"):
        save(root / name, grey(len(name)))
    return root


def test_parts_have_their_own_folders_and_the_classes_of_training(tmp_path):
    parted(tmp_path)
    assert load(tmp_path).labels.tolist() == [0, 1, 2]
    test = load(tmp_path, "test")
    assert test.classes == ("cat", "dog", "emu")
    assert test.labels.tolist() == [1]
    assert test.name == f"test images of {tmp_path}"


def test_a_class_that_training_does_not_have_is_refused(tmp_path):
    parted(tmp_path)
    save(tmp_path / "test" / "fox" / "a.png", grey())
    with pytest.raises(DatasetError, match="fox' is a class that"):
        load(tmp_path, "test")


def test_without_parts_there_is_no_test(animals):
    with pytest.raises(DatasetError, match="has no test part"):
        load(animals, "test")


def test_a_class_may_be_called_train(tmp_path):
    """Only folders of folders are parts."""
    for name in ("train/1.png", "plane/1.png"):
        save(tmp_path / name, grey())
    assert load(tmp_path).classes == ("plane", "train")


def test_sizes_must_agree_unless_they_are_made_to(animals):
    save(animals / "dog" / "b.png", grey(9, 6, 8))
    with pytest.raises(DatasetError) as refused:
        load(animals)
    assert "b.png' has 6 x 8 pixels, and " in str(refused.value)
    assert "size=(4, 3)" in refused.value.next
    data = load(animals, size=(2, 5))
    assert data.shape == (1, 2, 5)
    assert load(animals, size=7).shape == (1, 7, 7)


def test_resizing_keeps_pictures_of_one_value_and_the_size_they_have(animals):
    save(animals / "cat" / "1.png", np.full((40, 30), 77, np.uint8))
    data = load(animals, size=(4, 3))
    assert (data.images[0] == 77).all()
    assert np.array_equal(data.images[1, 0], grey(1))


def test_resizing_to_half_averages(tmp_path):
    """Checkerboards of single pixels become grey all over: nothing is skipped."""
    board = np.indices((16, 16)).sum(axis=0) % 2 * np.uint8(255)
    save(tmp_path / "a" / "a.png", board.astype(np.uint8))
    assert abs(load(tmp_path, size=8).images.astype(int) - 127.5).max() < 32


def test_colours_must_agree_unless_they_are_made_to(animals):
    save(animals / "dog" / "b.png", colour(9))
    with pytest.raises(DatasetError, match=r"b.png' is RGB, and .* is grey") as refused:
        load(animals)
    assert 'colour="RGB"' in refused.value.next
    coloured = load(animals, colour="RGB")
    assert coloured.shape == (3, 4, 3)
    assert np.array_equal(coloured.images[0], np.stack([grey(0)] * 3))
    assert np.array_equal(coloured.images[4], np.moveaxis(colour(9), -1, 0))
    turned = load(animals, colour="grey")
    assert turned.shape == (1, 4, 3)
    assert np.array_equal(turned.images[0, 0], grey(0))
    weighed = colour(9).astype(float) @ [0.299, 0.587, 0.114]
    assert abs(turned.images[4, 0] - weighed).max() <= 1


def test_resizing_and_colouring_go_together(animals):
    save(animals / "dog" / "b.png", colour(9, 9, 9))
    assert load(animals, colour="RGB", size=5).shape == (3, 5, 5)


def test_what_systems_leave_behind_is_passed_over(animals):
    for name in (
        ".DS_Store",
        "cat/.hidden.png",
        "cat/Thumbs.db",
        "dog/desktop.ini",
        "README.txt",
        ".git/config",
    ):
        (animals / name).parent.mkdir(exist_ok=True)
        (animals / name).write_text("?")
    assert len(load(animals)) == 4


@pytest.mark.parametrize("name", ["cat/notes.txt", "cat/labels.csv", "cat/a.webp", "cat/a", "cat/more/a.png"])
def test_what_is_no_picture_is_not_left_out_silently(animals, name):
    (animals / name).parent.mkdir(exist_ok=True)
    (animals / name).write_text("?")
    with pytest.raises(DatasetError, match="is no picture"):
        load(animals)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"BM" + bytes(60),
        b"P5 99999 99999 255\n",
        b"P5 3 x 255\n",
        b"P5 3",
    ],
    ids=["empty", "page", "png", "jpeg", "bmp", "absurd", "pgm", "cut"],
)
def test_damaged_pictures_are_named(animals, content):
    (animals / "cat" / "3.png").write_bytes(content)
    with pytest.raises((DatasetError, InputError, LimitError), match=r"3\.png"):
        load(animals)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF|Truncated File|Tag data:UserWarning")
@pytest.mark.parametrize("suffix", ["png", "bmp", "pgm", "tif"])
def test_pictures_cut_anywhere_are_named_or_have_all_their_pixels(tmp_path, suffix):
    """What is cut may be a checksum at the end; never are missing pixels made up."""
    path = tmp_path / "cat" / f"1.{suffix}"
    save(path, grey(0, 9, 11))
    whole = path.read_bytes()
    refused = 0
    for length in range(0, len(whole), 5):
        path.write_bytes(whole[:length])
        try:
            images = load(tmp_path).images
        except (DatasetError, InputError) as error:
            assert repr(str(path)) in error.what  # noqa: PT017 - the other way out is asserted too
            refused += 1
        else:
            assert np.array_equal(images[0, 0], grey(0, 9, 11))
    assert refused >= 99 // 5  # there are as many pixels


@pytest.mark.parametrize("kind", [np.uint16, np.int32, np.float32])
def test_pictures_of_more_than_eight_bits_are_refused(animals, kind):
    save(animals / "cat" / "0.tif", grey().astype(kind))
    with pytest.raises(DatasetError, match="8 bits"):
        load(animals)


def test_pictures_with_transparency_are_refused(animals):
    save(animals / "cat" / "0.png", np.zeros((4, 3, 4), np.uint8))
    with pytest.raises(InputError, match="mode RGBA"):
        load(animals)


def test_pictures_outside_of_classes_are_refused(animals):
    save(animals / "stray.png", grey())
    with pytest.raises(DatasetError, match="belongs to no class"):
        load(animals)


def test_empty_classes_and_folders_are_refused(animals, tmp_path):
    (animals / "eel").mkdir()
    with pytest.raises(DatasetError, match="eel' is empty"):
        load(animals)
    (tmp_path / "none").mkdir()
    with pytest.raises(DatasetError, match="holds no data"):
        load(tmp_path / "none")


def test_more_than_memory_should_hold_is_refused_before_it_is_held(animals, monkeypatch):
    monkeypatch.setattr(folder_module, "MOST_BYTES", 47)
    with pytest.raises(LimitError, match="4 pictures"):
        load(animals)
    assert len(load(animals, size=(3, 3))) == 4


@pytest.mark.parametrize(
    "size", [0, -1, 10_001, 1.5, "28", (3,), (1, 2, 3), (4, 0), (4.0, 3), [True, "a"]], ids=str
)
def test_sizes_that_mean_nothing_are_refused(animals, size):
    with pytest.raises(InputError):
        load(animals, size=size)


def test_colours_that_mean_nothing_are_refused(animals):
    with pytest.raises(InputError, match="as they are, grey, RGB"):
        read_folder(animals, colour="blue")


def test_a_folder_out_of_reach_says_so(animals, monkeypatch):
    def locked(_):
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(type(animals), "iterdir", locked)
    with pytest.raises(DatasetError, match="permission denied"):
        load(animals)


def test_names_too_long_for_a_folder_are_refused():
    with pytest.raises(DatasetError, match="cannot be read"):
        read_folder("x" * 5000)


def test_links_in_circles_do_not_hang(animals):
    (animals / "cat" / "loop").symlink_to(animals)
    with pytest.raises(DatasetError, match="is no picture"):
        load(animals)
    (animals / "cat" / "loop").unlink()
    (animals / "self").symlink_to("self")
    assert len(load(animals)) == 4
    (animals / "self.png").symlink_to("self.png")
    with pytest.raises(DatasetError, match="belongs to no class"):
        load(animals)
