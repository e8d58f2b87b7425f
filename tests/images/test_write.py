"""Images written here, read by NumPy, Pillow, OpenCV and tifffile; and nothing half-written."""

import io
import os

import cv2
import numpy as np
import pytest
import tifffile
from images.seeds import FLOATS, GREY, GREY16, RGB, RGB16, VOLUME
from PIL import Image

from kernelkit.errors import InputError, KernelkitError, OutputError, ShapeError
from kernelkit.images import Mapping, open_image, write_image

SIGNED = np.array([[-2.0, 0.0, 1.0], [0.5, 2.0, -1.0]])


@pytest.mark.parametrize(
    "array", [GREY, GREY16, FLOATS, VOLUME, SIGNED, GREY > 9], ids=lambda a: str(a.dtype)
)
@pytest.mark.parametrize("suffix", ["npy", "npz", "tif", "tiff"])
def test_numbers_stay_as_they_are(tmp_path, array, suffix):
    path = tmp_path / f"a.{suffix}"
    written = write_image(path, array)
    loaded = {
        "npy": lambda: np.load(path),
        "npz": lambda: np.load(path)["image"],
    }.get(suffix, lambda: tifffile.imread(path))()
    assert np.array_equal(loaded, array)
    assert loaded.dtype == array.dtype
    assert (written.mapping, written.clipped, written.words) == (None, 0, "")
    assert np.array_equal(open_image(path).values, array)


@pytest.mark.parametrize("suffix", ["png", "tiff"])
@pytest.mark.parametrize("array", [GREY, GREY16, RGB, RGB16], ids=lambda a: f"{a.dtype}-{a.ndim}")
@pytest.mark.parametrize("alpha", [False, True], ids=["plain", "alpha"])
def test_pictures_are_read_by_opencv_and_here(tmp_path, array, suffix, alpha):
    path = tmp_path / f"a.{suffix}"
    axes = "yxc" if array.ndim > 2 else "yx"
    opaque = (array if array.ndim < 3 else array[..., 0]) // 2 if alpha else None
    write_image(path, array, axes=axes, alpha=opaque)
    image = open_image(path)
    assert np.array_equal(image.values, array)
    assert image.axes == axes
    assert (image.alpha is None) == (opaque is None)
    assert opaque is None or np.array_equal(image.alpha, opaque)
    if suffix == "tiff":  # OpenCV multiplies its colours by alpha
        seen = tifffile.imread(path)
        assert np.array_equal(seen, array if opaque is None else np.dstack([array, opaque]))
    elif array.ndim > 2 or not alpha:  # nor does it keep grey with alpha
        seen = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        expected = array if array.ndim < 3 else array[..., ::-1]
        assert np.array_equal(seen if opaque is None else seen[..., :3], expected)


@pytest.mark.parametrize("shape", [(5, 7, 2), (5, 7, 5), (3, 5, 7, 3), (3, 5, 7, 4)])
@pytest.mark.parametrize("alpha", [False, True], ids=["plain", "alpha"])
def test_tiff_holds_bands_and_volumes_in_colour(tmp_path, shape, alpha):
    bands = np.random.default_rng(5).normal(size=shape).astype(np.float32)
    opaque = bands[..., 0] if alpha else None
    axes = "zyxc"[-len(shape) :]
    write_image(tmp_path / "a.tif", bands, axes=axes, alpha=opaque)
    expected = bands if opaque is None else np.concatenate([bands, opaque[..., None]], axis=-1)
    assert np.array_equal(tifffile.imread(tmp_path / "a.tif"), expected)
    image = open_image(tmp_path / "a.tif")
    assert np.array_equal(image.values, bands)
    assert image.axes == axes
    assert (image.alpha is None) == (opaque is None)
    assert opaque is None or np.array_equal(image.alpha, opaque)


def test_csv_is_read_by_numpy_to_the_last_digit(tmp_path):
    write_image(tmp_path / "a.csv", VOLUME[0])
    assert np.array_equal(np.loadtxt(tmp_path / "a.csv", delimiter=","), VOLUME[0])
    write_image(tmp_path / "b.csv", np.array([2**62, -1]))
    assert (tmp_path / "b.csv").read_text() == f"{2**62}\n-1\n"


def test_jpeg_is_near_and_says_so(tmp_path):
    smooth = np.tile(np.arange(64, dtype=np.uint8)[:, None, None], (1, 64, 3))
    written = write_image(tmp_path / "a.jpg", smooth, axes="yxc")
    assert "lossy" in written.words
    seen = cv2.imread(str(tmp_path / "a.jpg"))[..., ::-1].astype(int)
    assert np.abs(seen - smooth).max() <= 3


@pytest.mark.parametrize(("bits", "greys"), [(8, [[1, 128, 192], [160, 255, 64]]), (16, None)])
@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_signed_results_have_zero_at_mid_grey_and_come_back(tmp_path, bits, greys, suffix):
    """128 + 63.5 v, by hand, ties to even: -2, 0, 1 are 1, 128, 191.5; 1/2, 2, -1 are 159.75, 255, 64.5."""
    path = tmp_path / f"a.{suffix}"
    written = write_image(path, SIGNED, mapping="auto", bits=bits)
    image = open_image(path)
    assert image.mapping == written.mapping
    assert written.mapping.words in image.what
    assert np.abs(image.mapping.values(image.values) - SIGNED).max() <= 0.5 / written.mapping.scale + 1e-12
    if greys:
        assert written.words == "0 is 128, 1 unit is 63.5 grey values, 0 samples clipped"
        assert image.values.tolist() == greys
    assert image.values[0, 1] == (128 if bits == 8 else 32768)


def test_a_given_range_counts_what_it_clips(tmp_path):
    written = write_image(tmp_path / "a.png", SIGNED, mapping=Mapping.between(-1, 1))
    assert written.clipped == 2
    assert "2 samples clipped" in written.words
    assert np.asarray(Image.open(tmp_path / "a.png")).tolist() == [[0, 128, 255], [191, 255, 0]]


def test_pixels_without_a_value_are_transparent(tmp_path):
    holed = np.where(SIGNED == 0, np.nan, SIGNED)
    written = write_image(tmp_path / "a.png", holed, mapping="auto")
    assert "1 pixels without a value are transparent" in written.words
    assert open_image(tmp_path / "a.png").alpha.tolist() == [[255, 0, 255], [255, 255, 255]]
    with pytest.raises(InputError, match="without a value"):
        write_image(tmp_path / "a.jpg", holed, mapping="auto")


@pytest.mark.parametrize(
    ("name", "array", "options", "error", "words"),
    [
        ("a.png", SIGNED, {}, InputError, "signs and fractions need a mapping"),
        ("a.png", SIGNED.astype(int), {}, InputError, "need a mapping"),
        ("a.jpg", GREY16, {}, InputError, "need a mapping"),
        ("a.jpg", SIGNED, {"mapping": "auto", "bits": 16}, InputError, "8 bits a sample"),
        ("a.png", VOLUME, {"mapping": "auto"}, ShapeError, "axes z, y, x"),
        ("a.png", RGB[..., :2], {"axes": "yxc"}, ShapeError, "grey and RGB"),
        ("a.png", GREY, {"alpha": GREY[:2]}, ShapeError, "alpha has shape"),
        ("a.png", GREY, {"alpha": GREY16}, InputError, "alpha is uint16"),
        ("a.npy", GREY, {"alpha": GREY}, InputError, "holds no alpha"),
        ("a.npy", SIGNED, {"mapping": "auto"}, InputError, "notes no mapping"),
        ("a.png", SIGNED, {"mapping": "log"}, InputError, "'log' is no mapping"),
        ("a.png", SIGNED, {"mapping": "auto", "bits": 12}, InputError, "8 or 16 bits"),
        ("no/a.zarr", GREY, {}, OutputError, "folder does not exist"),
        ("a.csv", VOLUME, {}, ShapeError, "csv holds no image"),
        ("a.tif", SIGNED[0], {}, ShapeError, "no signals"),
        ("a.npy", SIGNED, {"axes": "yxc"}, ShapeError, "do not name"),
        ("a.npy", RGB, {"axes": "cyx"}, ShapeError, "c for colours last"),
        ("a.npy", np.zeros(3, complex), {}, InputError, "not real numbers"),
        ("a.xyz", GREY, {}, InputError, "names no format"),
        ("a.npy", GREY, {"form": "gif"}, InputError, "names no format"),
        ("no/a.npy", GREY, {}, OutputError, "folder does not exist"),
    ],
)
def test_what_a_format_does_not_hold_is_refused_and_nothing_written(
    tmp_path, name, array, options, error, words
):
    with pytest.raises(error, match=words):
        write_image(tmp_path / name, array, **options)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_replaced_only_by_force(tmp_path):
    path = tmp_path / "a.npy"
    path.write_bytes(b"before")
    with pytest.raises(OutputError, match="there already\n  next: --force"):
        write_image(path, GREY)
    assert path.read_bytes() == b"before"
    write_image(path, GREY, force=True)
    assert np.array_equal(np.load(path), GREY)


def test_a_full_disk_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    path = tmp_path / "a.npy"
    path.write_bytes(b"before")

    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(OutputError, match="no space left on device"):
        write_image(path, GREY, force=True)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_streams_are_written_in_the_format_that_is_named():
    stream = io.BytesIO()
    write_image(stream, RGB, axes="yxc", form="png")
    assert np.array_equal(np.asarray(Image.open(stream)), RGB)
    with pytest.raises(InputError, match="a stream needs a format"):
        write_image(io.BytesIO(), GREY)
    with pytest.raises(KernelkitError, match="folder, no stream"):
        write_image(io.BytesIO(), GREY, form="zarr")


def test_a_broken_pipe_is_said_in_words():
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb", buffering=0) as stream, pytest.raises(OutputError, match="broken pipe"):
        write_image(stream, GREY, form="npy")


@pytest.mark.parametrize("form", ["tiff", "png"])
def test_truth_values_in_colours_and_pictures_of_one_colour(tmp_path, form):
    bits = np.random.default_rng(0).random((6, 7, 3)) > 0.5
    place = tmp_path / f"a.{form}"
    write_image(place, bits, axes="yxc")
    assert np.array_equal(open_image(place).values, bits)
    write_image(place, bits[..., :1].astype(np.uint8), axes="yxc", force=True)
    assert np.array_equal(open_image(place).values, bits[..., 0])


def test_numbers_too_small_for_any_grey(tmp_path):
    done = write_image(tmp_path / "a.png", np.full((3, 3), 1e-310), mapping="auto")
    assert done.clipped == 0
    assert not open_image(tmp_path / "a.png").values.any()
