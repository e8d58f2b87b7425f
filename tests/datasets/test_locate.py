"""Where data are found: the names files have, the places they are in, and what is said when they are not."""

from pathlib import Path

import pytest

from kernelkit.datasets.locate import VARIABLE, cache, check_pair, files_in, locate
from kernelkit.errors import DatasetError, InputError, UnknownNameError


def touch(folder, *names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()
    return folder


PAIR = ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz")


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """Make this a machine without data, as far as it can be told where to look."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize("mark", ["-", "."])
@pytest.mark.parametrize(("part", "start"), [("train", "train"), ("test", "t10k"), ("test", "test")])
def test_files_are_found_under_their_common_names(tmp_path, part, start, mark, ending):
    names = [f"{start}-images{mark}idx3-ubyte{ending}", f"{start}-labels{mark}idx1-ubyte{ending}"]
    touch(tmp_path, *names)
    found = files_in(tmp_path, part)
    assert [path.name for path in found] == names
    assert files_in(tmp_path, "test" if part == "train" else "train") is None


def test_names_may_be_mixed_and_unpacked_files_come_first(tmp_path):
    touch(tmp_path, *PAIR, "train-images.idx3-ubyte")
    assert [path.name for path in files_in(tmp_path, "train")] == ["train-images.idx3-ubyte", PAIR[1]]


@pytest.mark.parametrize("place", [".", "mnist", "MNIST/raw"])
def test_a_folder_given_is_looked_at_with_its_usual_places(tmp_path, place):
    touch(tmp_path / place, *PAIR)
    assert locate("mnist", "train", folder=tmp_path).images == tmp_path / place / PAIR[0]


def test_places_come_in_order(nowhere, monkeypatch):
    touch(nowhere / "cache" / "kernelkit" / "mnist", *PAIR)
    assert locate("mnist", "train").images.parent == nowhere / "cache" / "kernelkit" / "mnist"
    touch(nowhere / "mine", *PAIR)
    monkeypatch.setenv(VARIABLE, str(nowhere / "mine"))
    assert locate("mnist", "train").images.parent == nowhere / "mine"


def test_a_folder_given_is_the_only_place(nowhere):
    touch(nowhere / "cache" / "kernelkit" / "mnist", *PAIR)
    with pytest.raises(DatasetError):
        locate("mnist", "train", folder=nowhere / "empty")


def test_what_is_not_there_says_where_it_was_looked_for_and_how_to_get_it(nowhere, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(nowhere / "mine"))
    with pytest.raises(DatasetError) as refused:
        locate("mnist", "test")
    message = str(refused.value)
    for word in (
        "t10k-images-idx3-ubyte.gz",
        str(nowhere / "mine"),
        str(nowhere / "cache"),
        "/usr/share/datasets/mnist",
        'download="if missing"',
        "train-labels-idx1-ubyte.gz",
        "--data DIR",
    ):
        assert word in message
    assert refused.value.next.startswith("--download, or load(")
    assert "apt" not in message


def test_what_debian_has_is_said(nowhere):
    with pytest.raises(DatasetError, match="apt install dataset-fashion-mnist"):
        locate("fashion-mnist", "train", folder=nowhere)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_folders_that_cannot_be_are_like_those_that_are_not(name):
    with pytest.raises(DatasetError, match="is not there"):
        locate("mnist", "train", folder=name)


@pytest.mark.parametrize(
    "arguments", [("cifar", "train"), ("mnist", "trian"), ("mnist", "train", 3)], ids=str
)
def test_what_is_no_name_no_part_or_no_path_is_refused(arguments):
    name, part, *folder = arguments
    with pytest.raises((InputError, UnknownNameError)) as refused:
        locate(name, part, folder=folder[0] if folder else None)
    assert refused.value.next


@pytest.mark.parametrize("there", [0, 1])
def test_one_file_of_two_is_refused(tmp_path, there):
    touch(tmp_path, PAIR[there])
    with pytest.raises(DatasetError, match="stands alone") as refused:
        check_pair(tmp_path, "train")
    assert PAIR[1 - there].removesuffix(".gz") in str(refused.value)
    assert files_in(tmp_path, "train") is None


def test_two_and_none_are_let_pass(tmp_path):
    assert check_pair(tmp_path, "train") is None
    assert check_pair(touch(tmp_path, *PAIR), "train") is None


def test_the_cache_is_where_the_user_keeps_it(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache("mnist") == tmp_path / "kernelkit" / "mnist"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert cache("mnist") == tmp_path / "home" / ".cache" / "kernelkit" / "mnist"


def test_a_user_without_a_home_has_no_cache(monkeypatch):
    def homeless():
        raise RuntimeError("no home")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(DatasetError, match="XDG_CACHE_HOME"):
        cache("mnist")
    with pytest.raises(DatasetError, match="/usr/share/datasets/mnist"):
        locate("mnist", "train")
