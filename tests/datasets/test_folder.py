"""Folders of pictures: a class is a folder, nothing is left out silently, and sizes and colours are one."""

import hashlib
import os
import shutil

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
    assert test.description.endswith("; no image of cat, emu")


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
    assert refused.value.next == "--picture-size 3, or load(..., picture_size=3)"
    data = load(animals, picture_size=3)
    assert data.shape == (1, 3, 3)
    assert data.identity.endswith("; resized to 3 x 3, 5 of 5 cut to the square in the middle first")


def test_nothing_is_said_to_be_cut_that_is_square(tmp_path):
    save(tmp_path / "cat" / "1.png", grey(0, 5, 5))
    assert load(tmp_path, picture_size=4).identity.endswith("; resized to 4 x 4")


def test_colours_must_agree_unless_they_are_made_to(animals):
    save(animals / "dog" / "b.png", colour(9))
    with pytest.raises(DatasetError, match=r"b.png' is RGB, and .* is grey") as refused:
        load(animals)
    assert refused.value.next.startswith('--colour rgb, or load(..., colour="rgb")')
    coloured = load(animals, colour="rgb")
    assert coloured.shape == (3, 4, 3)
    assert coloured.identity.endswith("; all turned into RGB")
    assert np.array_equal(coloured.images[0], np.stack([grey(0)] * 3))
    assert np.array_equal(coloured.images[4], np.moveaxis(colour(9), -1, 0))
    assert load(animals, colour="grey").identity.endswith("; all turned grey")


@pytest.fixture
def many(tmp_path):
    """Write 400 pictures of two classes, the first 100 of which are of the first class."""
    for index in range(400):
        save(tmp_path / "many" / ("cat" if index < 100 else "dog") / f"{index}.png", grey(index))
    return tmp_path / "many"


def contents(data):
    return {image.tobytes() for image in data.images}


def test_a_share_divides_the_pictures_of_each_class(many):
    """Binomial: of 100 and 300 at a fifth 20 and 60, deviations 4 and 6.9; five of them are never passed."""
    train, test = (load(many, part, test_share=0.2) for part in ("train", "test"))
    assert train.classes == test.classes == ("cat", "dog")
    assert contents(train) | contents(test) == contents(load(many))
    assert not contents(train) & contents(test)
    assert abs(test.counts[0] - 20) < 20
    assert abs(test.counts[1] - 60) < 35
    assert (
        train.identity == test.identity == "known by its folder only; a share of 0.2 is held back to test on"
    )


def test_what_is_held_back_is_what_the_hash_of_its_content_says(many):
    """SHA-256, its first eight bytes as a fraction of 2 to the 64."""
    expected = {
        grey(index).tobytes()
        for index, path in ((int(path.stem), path) for path in many.rglob("*.png"))
        if int(hashlib.sha256(path.read_bytes()).hexdigest()[:16], 16) / 2**64 < 0.3
    }
    assert contents(load(many, "test", test_share=0.3)) == expected


def test_no_picture_changes_its_part_when_others_come_go_or_are_renamed(many):
    before = contents(load(many, "test", test_share=0.2))
    for path in (many / "dog").glob("*0.png"):
        path.rename(path.with_name(f"a{path.name}"))
    assert contents(load(many, "test", test_share=0.2)) == before
    for index in range(400, 450):
        save(many / "eel" / f"{index}.png", grey(index))
    kept = contents(load(many))
    after = contents(load(many, "test", test_share=0.2))
    assert before < after
    assert after - before == {grey(index).tobytes() for index in range(400, 450)} & after
    (many / "cat" / "0.png").unlink()
    assert contents(load(many, "test", test_share=0.2)) == after & (kept - {grey(0).tobytes()})


def test_a_larger_share_holds_back_what_a_smaller_one_does_and_more(many):
    small, large = (contents(load(many, "test", test_share=share)) for share in (0.1, 0.4))
    assert small < large


def test_copies_of_a_picture_come_to_one_part(many):
    for path in list((many / "dog").iterdir()):
        shutil.copy(path, path.with_name(f"copy-{path.name}"))
    assert len(load(many)) == 700
    train, test = (load(many, part, test_share=0.5) for part in ("train", "test"))
    assert not contents(train) & contents(test)


def test_a_share_is_taken_from_the_training_folder_where_no_test_folder_is(animals, many):
    (animals / "top").mkdir()
    many.rename(animals / "top" / "train")
    (animals / "top" / "test").mkdir()
    assert sum(len(load(animals / "top", part, test_share=0.2)) for part in ("train", "test")) == 400
    with pytest.raises(DatasetError, match="has no test part") as refused:
        load(animals / "top", "test")
    assert refused.value.next.startswith("--test-share 0.2, or load(..., test_share=0.2)")


def test_shares_that_leave_nothing_are_refused(animals):
    with pytest.raises(DatasetError, match="no picture to learn from in the class"):
        load(animals, test_share=1 - 1e-12)
    for part in ("train", "test"):
        with pytest.raises(DatasetError, match="holds back none of 4 pictures"):
            load(animals, part, test_share=1e-12)


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5, float("nan"), "0.2", [0.2], True, 1j], ids=str)
def test_shares_that_mean_nothing_are_refused(animals, share):
    with pytest.raises(InputError, match="between 0 and 1") as refused:
        load(animals, test_share=share)
    assert "--test-share 0.2" in refused.value.next


def test_a_share_beside_a_test_part_is_refused(tmp_path):
    with pytest.raises(InputError, match="has a test part"):
        load(parted(tmp_path), test_share=0.2)


def test_a_test_part_alone_is_nothing_to_learn_from(tmp_path):
    save(tmp_path / "test" / "cat" / "1.png", grey())
    for part in ("train", "test"):
        with pytest.raises(DatasetError, match="no training part") as refused:
            load(tmp_path, part)
        assert str(tmp_path / "train") in refused.value.next


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


@pytest.mark.parametrize("name", ["cat/notes.txt", "cat/labels.csv", "cat/a.webp", "cat/a"])
def test_what_is_no_picture_is_not_left_out_silently(animals, name):
    (animals / name).parent.mkdir(exist_ok=True)
    (animals / name).write_text("?")
    with pytest.raises(DatasetError, match="is no picture"):
        load(animals)


def test_folders_in_classes_are_not_left_out_silently(animals):
    save(animals / "cat" / "more" / "a.png", grey())
    with pytest.raises(DatasetError, match="more' is a folder, no picture") as refused:
        load(animals)
    assert "train and test" in refused.value.next


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
    with pytest.raises((DatasetError, LimitError), match=r"3\.png") as refused:
        load(animals)
    assert refused.value.next
    assert "npy" not in refused.value.next  # it would not do among pictures


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
        except DatasetError as error:
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


def test_pictures_with_transparency_are_refused_all_at_once(animals):
    """The first five are named, and the others counted; those that fit are not."""
    for index in range(7):
        save(animals / "cat" / f"{index + 20}.png", np.zeros((4, 3, 4), np.uint8))
    with pytest.raises(DatasetError, match="mode RGBA"):
        load(animals)
    with pytest.raises(DatasetError, match=r"20\.png' is transparent in places") as refused:
        load(animals, colour="grey")
    assert "refused are 7 files" in refused.value.what
    assert all(f"{index}.png'" in refused.value.what for index in range(20, 25))
    assert refused.value.what.endswith("24.png' and 2 more")
    save(animals / "cat" / "30.png", colour(1, 9, 9))
    with pytest.raises(DatasetError, match="refused are 7 files"):
        load(animals, colour="grey")


def test_files_that_are_no_pictures_are_named_over_all_classes(animals):
    for name in ("cat/notes.txt", "dog/labels.csv"):
        (animals / name).write_text("?")
    with pytest.raises(
        DatasetError, match=r"notes\.txt' is no picture; refused are 2 files: .*labels\.csv'\n"
    ):
        load(animals)


def test_folders_beside_train_and_test_are_said_not_to_be_read(tmp_path):
    parted(tmp_path)
    assert "not read" not in load(tmp_path).description
    save(tmp_path / "val" / "cat" / "a.png", grey())
    for part in ("train", "test"):
        assert "; not read beside train and test: 'val'" in load(tmp_path, part).description


def test_a_folder_without_a_test_part_is_named_as_it_was_given(tmp_path):
    save(tmp_path / "train" / "cat" / "a.png", grey())
    with pytest.raises(DatasetError) as refused:
        load(tmp_path, "test")
    assert refused.value.what == f"{str(tmp_path)!r} has no test part"


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
    with pytest.raises(LimitError, match="4 pictures") as refused:
        load(animals)
    assert refused.value.next.startswith("--picture-size 3,")
    assert len(load(animals, picture_size=3)) == 4


@pytest.mark.parametrize("options", [{"picture_size": 0}, {"colour": "blue"}, {"part": "trian"}], ids=str)
def test_options_that_mean_nothing_are_refused(animals, options):
    with pytest.raises(InputError) as refused:
        read_folder(animals, **options)
    assert refused.value.next


@pytest.mark.parametrize("folder", [3, None, ["a"]], ids=str)
def test_what_is_no_path_is_refused(folder):
    with pytest.raises(InputError, match="is a path, not") as refused:
        read_folder(folder)
    assert refused.value.next


def test_a_folder_out_of_reach_says_so(animals, monkeypatch):
    def locked(_):
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(type(animals), "iterdir", locked)
    with pytest.raises(DatasetError, match="permission denied"):
        load(animals)


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b"])
def test_names_that_no_folder_has_are_refused(name):
    with pytest.raises(DatasetError, match="cannot be read"):
        read_folder(name)


def test_pictures_out_of_reach_are_named(animals, monkeypatch):
    def locked(_):
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(type(animals), "read_bytes", locked)
    with pytest.raises(DatasetError, match=r"1\.png' cannot be read: permission denied"):
        load(animals, test_share=0.2)


def test_links_in_circles_do_not_hang(animals):
    (animals / "cat" / "loop").symlink_to(animals)
    with pytest.raises(DatasetError, match="is a folder, no picture"):
        load(animals)
    (animals / "cat" / "loop").unlink()
    (animals / "self").symlink_to("self")
    assert len(load(animals)) == 4
    (animals / "self.png").symlink_to("self.png")
    with pytest.raises(DatasetError, match="belongs to no class"):
        load(animals)
