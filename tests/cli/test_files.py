"""Images as arguments: what they stand for, where results go, and what stops before any work."""

import numpy as np
import pytest

from kernelkit.cli.files import Task, each, is_store, shown, tasks
from kernelkit.errors import InputError, OutputError, ShapeError


@pytest.fixture
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (
        "scans/b.png",
        "scans/a.tif",
        "scans/c.jpg",
        "scans/notes.txt",
        "x.npy",
        "big.zarr/zarr.json",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    ("images", "output", "suffix", "wanted"),
    [
        (["x.npy"], "y.tif", None, [("x.npy", "y.tif")]),
        (["x.npy"], "scans", None, [("x.npy", "scans/x.npy")]),
        (["x.npy"], "new/", None, [("x.npy", "new/x.npy")]),
        (["x.npy"], None, None, [("x.npy", None)]),
        (["-"], "-", None, [("-", "-")]),
        (["big.zarr"], "new.zarr", None, [("big.zarr", "new.zarr")]),
        (
            ["scans"],
            "out",
            None,
            [("scans/a.tif", "out/a.tif"), ("scans/b.png", "out/b.png"), ("scans/c.jpg", "out/c.png")],
        ),
        (["scans/*.png"], "out", ".npy", [("scans/b.png", "out/b.npy")]),
        (["x.npy", "scans/b.png"], "out", None, [("x.npy", "out/x.npy"), ("scans/b.png", "out/b.png")]),
        (["there/is/none.png"], "y.png", None, [("there/is/none.png", "y.png")]),  # reading says so
    ],
)
def test_what_arguments_stand_for(images, output, suffix, wanted):
    found = tasks(images, output, suffix, force=False)
    assert found == [Task(*pair) for pair in wanted]


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    ("images", "output", "error", "says"),
    [
        (["x.npy"], "scans/b.png", OutputError, "is there"),
        (["x.npy"], "none/y.png", OutputError, "its folder does not exist"),
        (["scans"], "x.npy", OutputError, "is there and no folder"),
        (["scans"], "-", InputError, "3 images do not go into one pipe"),
        (["scans/b.png", "x.npy", "scans/b.png"], "out", InputError, "would both be out/b.png"),
        (["scans"], "scans", InputError, "a.tif is an image that is read"),
        (["x.npy"], "./x.npy", InputError, "no place for a result"),
        (["*.gif"], "out", InputError, "no file matches"),
        (["scans"], "new.tif", InputError, "named as a file"),
        (["x.npy"], "", OutputError, "an empty name"),
    ],
)
def test_what_is_refused_before_any_work(images, output, error, says):
    with pytest.raises(error, match=says):
        tasks(images, output, None, force=False)


@pytest.mark.usefixtures("_here")
def test_force_replaces_results_and_never_a_source(tmp_path):
    assert tasks(["x.npy"], "scans/b.png", None, force=True) == [Task("x.npy", "scans/b.png")]
    (tmp_path / "link.npy").symlink_to("x.npy")
    for images, output in (
        (["x.npy"], "link.npy"),
        (["scans"], "scans"),
        (["scans/a.tif", "x.npy"], "scans"),
    ):
        with pytest.raises(InputError, match="is an image that is read"):
            tasks(images, output, None, force=True)


@pytest.mark.usefixtures("_here")
def test_what_is_there_can_be_left(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/b.png").write_bytes(b"")
    found = tasks(["scans"], "out", None, force=False, skip=True)
    assert [task.is_done for task in found] == [False, True, False]
    with pytest.raises(OutputError, match="--skip-existing goes on"):
        tasks(["scans"], "out", None, force=False)
    done, told = [], []
    each(lambda task: done.append(task.source), found, told.append)
    assert done == ["scans/a.tif", "scans/c.jpg"]
    assert told == ["1 of 3: scans/a.tif", "3 of 3: scans/c.jpg"]


def test_a_folder_without_images(tmp_path):
    with pytest.raises(InputError, match="no image in the folder"):
        tasks([str(tmp_path)], "out", None, force=False)


@pytest.mark.usefixtures("_here")
def test_stores_are_folders_that_are_images(tmp_path):
    assert is_store(tmp_path / "big.zarr")
    assert is_store(tmp_path / "to-be.zarr")
    assert not is_store(tmp_path / "scans")


def test_one_of_several_that_fails_does_not_stop_the_others(tmp_path):
    done, told = [], []

    def work(task):
        if task.source == "b":
            raise ShapeError("b has no shape")
        done.append(task.source)

    todo = [Task(name, str(tmp_path / "out" / name)) for name in "abc"]
    with pytest.raises(InputError, match="1 of 3 images"):
        each(work, todo, told.append)
    assert done == ["a", "c"]
    assert told == ["1 of 3: a", "2 of 3: b", "error: b has no shape", "3 of 3: c"]
    with pytest.raises(ShapeError):
        each(work, todo[1:2], told.append)


def test_a_full_disk_stops_all():
    def work(_):
        raise OutputError("no space left on device")

    with pytest.raises(OutputError):
        each(work, [Task("a", None), Task("b", None)], lambda _: None)


def test_names_with_odd_characters_are_names(tmp_path):
    odd = tmp_path / "a[1]*?.npy"
    np.save(odd, np.ones(3))
    assert tasks([str(odd)], None, None, force=False) == [Task(str(odd), None)]


def test_names_cannot_write_on_the_terminal():
    assert shown("Übung 1.png") == "Übung 1.png"
    assert shown("a\nb.png") == "'a\\nb.png'"
    assert "\x1b" not in shown("\x1b[31m.png")
