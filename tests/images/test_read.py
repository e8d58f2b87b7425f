"""Images from files and pipes: values as they are, what they are told by content, and what is none refused."""

import io
import os
import subprocess
import sys

import numpy as np
import pytest
from images.seeds import FLOATS, GREY, RGB, RGBA, VOLUME, files, npy, npz, pillow, tiff
from PIL import Image

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.images import LARGEST, open_image, read_bytes, read_image


@pytest.mark.parametrize("kind", [np.uint8, np.int32, np.float32, np.float64, bool])
def test_arrays_keep_values_and_type(tmp_path, kind):
    array = (np.arange(24).reshape(2, 3, 4) % 2).astype(kind)
    np.save(tmp_path / "a.npy", array)
    read = read_image(tmp_path / "a.npy")
    assert read.dtype == kind
    assert np.array_equal(read, array)


@pytest.mark.parametrize("suffix", [".png", ".tif", ".bmp"])
def test_grey_pictures_are_not_scaled(tmp_path, suffix):
    array = np.random.default_rng(0).integers(0, 256, (5, 7), dtype=np.uint8)
    Image.fromarray(array).save(tmp_path / f"a{suffix}")
    assert np.array_equal(read_image(tmp_path / f"a{suffix}"), array)


def test_sixteen_bits_stay_sixteen(tmp_path):
    array = np.array([[0, 65535], [256, 1]], dtype=np.uint16)
    Image.fromarray(array).save(tmp_path / "a.png")
    assert np.array_equal(read_image(tmp_path / "a.png"), array)


def test_colour_comes_channel_first(tmp_path):
    array = np.random.default_rng(1).integers(0, 256, (4, 6, 3), dtype=np.uint8)
    Image.fromarray(array).save(tmp_path / "a.png")
    assert np.array_equal(read_image(tmp_path / "a.png"), np.moveaxis(array, -1, 0))


def save(path, content):
    path.write_bytes(content)
    return path


def header(text):
    """Return an npy file with a text for its header."""
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


def array(path, values):
    np.save(path, values, allow_pickle=True)
    return path


def picture(path, mode):
    Image.new(mode, (3, 3)).save(path)
    return path


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda p: p / "missing.npy", InputError, "there is no image"),
        (lambda p: p, InputError, "is a folder"),
        (
            lambda p: save(p / "a.npy", b"\x93NUMPY\x01\x00v\x00{'shape': (2**9,(((("),
            InputError,
            "a damaged npy file",
        ),
        (lambda p: save(p / "a.npy", b"PK\x03\x04garbage"), InputError, "damaged npz"),
        (lambda p: save(p / "a.npy", header(b"{'shape': (3,), (")), InputError, "a damaged npy file"),
        (lambda p: save(p / "a.npy", header(b"{'descr': 1}")), InputError, "a damaged npy file"),
        (lambda p: save(p / "a.npy", header(b"(" * 5000)), InputError, "a damaged npy file"),
        (lambda p: array(p / "a.npy", np.zeros((0, 3))), InputError, r"is empty: its shape is \(0, 3\)"),
        (lambda p: array(p / "a.npy", np.array([print])), InputError, "objects are refused"),
        (lambda p: save(p / "a.csv", b"x,y\n1,2\n3,4\n"), InputError, "first line is a header"),
        (lambda p: p / ("x" * 300), InputError, "there is no image"),
        (lambda p: p / "null\0.npy", InputError, "there is no image"),
        (lambda _: "", InputError, "there is no image ''"),
        (lambda p: save(p / "a.npy", b"text"), InputError, "no table of numbers"),
        (lambda p: save(p / "a.npy", b""), InputError, "is empty"),
        (lambda p: save(p / "a.npy", b"GIF89a"), InputError, "is a gif picture"),
        (lambda p: save(p / "a.npy", b"\x00\x01"), InputError, "no image of a format"),
        (lambda p: save(p / "a.csv", b"a,b\n1,2"), InputError, "no table of numbers"),
        (lambda p: save(p / "a.csv", b"1,2\n3"), ShapeError, "differ in length"),
        (lambda p: save(p / "a.csv", b"\n"), ShapeError, "is empty"),
        (lambda p: save(p / "a.csv", b"1,nan"), InputError, "NaN or infinity"),
        (lambda p: save(p / "a.png", b"no picture"), InputError, "is no picture"),
        (lambda p: save(p / "a.png", b"P5 4 4 999999\n"), InputError, "damaged pgm"),
        (
            lambda p: save(p / "a.png", b"II*\0\x08\0\0\0\0\0\0\0\0\0"),
            InputError,
            "samples of no type",
        ),
        (lambda p: picture(p / "a.png", "RGBA"), InputError, "with alpha"),
        (lambda p: picture(p / "a.png", "P"), InputError, "with a palette"),
    ],
)
def test_what_is_no_image_is_refused(tmp_path, make, error, words):
    with pytest.raises(error, match=words):
        read_image(make(tmp_path))


def test_code_structures_and_several_arrays_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.array([print], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "b.npz", np.zeros(3), np.zeros(3))
    (tmp_path / "b.npz").rename(tmp_path / "b.npy")
    np.save(tmp_path / "c.npy", np.zeros(3, dtype=complex))
    for name in ("a", "b", "c"):
        with pytest.raises(InputError):
            read_image(tmp_path / f"{name}.npy")


def test_large_files_are_refused_by_their_headers(tmp_path):
    np.lib.format.open_memmap(tmp_path / "a.npy", "w+", np.uint8, (LARGEST + 1,)).flush()
    with pytest.raises(LimitError, match="more than"):
        read_image(tmp_path / "a.npy")


def test_several_pictures_in_one_file_are_refused(tmp_path):
    pages = [Image.new("L", (2, 2), value) for value in (0, 9)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    with pytest.raises(InputError, match="holds several pictures"):
        read_image(tmp_path / "a.tif")


@pytest.mark.parametrize(
    ("orientation", "upright"),
    [
        (1, lambda a: a),
        (2, lambda a: a[:, ::-1]),
        (3, lambda a: a[::-1, ::-1]),
        (4, lambda a: a[::-1]),
        (5, lambda a: a.swapaxes(0, 1)),
        (6, lambda a: np.rot90(a, -1)),
        (7, lambda a: a[::-1, ::-1].swapaxes(0, 1)),
        (8, np.rot90),
    ],
)
@pytest.mark.parametrize("shape", [(2, 3), (2, 3, 3)], ids=["grey", "colour"])
def test_pictures_stand_as_the_camera_notes(tmp_path, orientation, upright, shape):
    """EXIF 2.3, tag 0x0112: where the first row and the first column of the file are seen, as top and left for 1."""
    array = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    noted = Image.Exif()
    noted[0x0112] = orientation
    Image.fromarray(array).save(tmp_path / "a.png", exif=noted)
    read = read_image(tmp_path / "a.png")
    assert np.array_equal(read if len(shape) == 2 else np.moveaxis(read, 0, -1), upright(array))
    Image.fromarray(array).save(tmp_path / "a.jpg", exif=noted)
    assert read_image(tmp_path / "a.jpg").shape == read.shape


@pytest.mark.parametrize("name", files())
def test_content_tells_the_format_and_names_do_not(tmp_path, name):
    """By any name, in a file, in memory or through a pipe, the same file is the same image."""
    data = files()[name]
    (tmp_path / "a.jpg").write_bytes(data)
    array = "a" if name == "npz of two" else None
    found = [
        open_image(tmp_path / "a.jpg", array=array),
        open_image(io.BytesIO(data), array=array),
        read_bytes(data, array=array),
    ]
    assert {image.format for image in found} == {found[0].format}
    assert found[0].format[:3] in {name[:3], "net", "tif"}
    for image in found[1:]:
        assert np.array_equal(image.values, found[0].values, equal_nan=True)
        assert (image.axes, image.what) == (found[0].axes, found[0].what)


@pytest.mark.parametrize(
    ("data", "channels", "values", "axes"),
    [
        (npy(RGB), "last", RGB, "yxc"),
        (npy(RGB), None, RGB, "zyx"),
        (npy(VOLUME), "first", np.moveaxis(VOLUME, 0, -1), "yxc"),
        (npz(a=FLOATS), "first", FLOATS.T, "xc"),
        (tiff(VOLUME, photometric="minisblack"), "first", np.moveaxis(VOLUME, 0, -1), "yxc"),
    ],
)
def test_arrays_have_colours_where_the_caller_says(data, channels, values, axes):
    image = read_bytes(data, channels=channels)
    assert np.array_equal(image.values, values)
    assert image.axes == axes


@pytest.mark.parametrize(
    ("data", "options"),
    [
        (pillow(RGB, "png"), {"channels": "last"}),
        (npy(np.zeros(3)), {"channels": "first"}),
        (npy(RGB), {"channels": "middle"}),
        (pillow(GREY, "png"), {"page": 1}),
        (npy(RGB), {"array": "a"}),
    ],
)
def test_questions_that_a_file_does_not_ask_are_refused(data, options):
    with pytest.raises(InputError, match=str(next(iter(options.values())))):
        open_image(io.BytesIO(data), **options)


def test_pipes_are_read_to_their_end_but_not_for_ever(tmp_path):
    class Endless(io.RawIOBase):
        def read(self, size=-1):
            return bytes(size)

    with pytest.raises(LimitError, match="more than 16,000 bytes"):
        open_image(Endless(), most=1000)
    (tmp_path / "a.png").write_bytes(pillow(RGBA, "png"))
    program = "import sys; from kernelkit.images import open_image; print(open_image(sys.stdin.buffer).what)"
    with (tmp_path / "a.png").open("rb") as file:
        done = subprocess.run(
            [sys.executable, "-c", program], stdin=file, capture_output=True, text=True, check=True
        )
    assert done.stdout == "5 x 7 (y, x) RGB with alpha, 8 bit, png\n"


def test_the_package_waits_with_what_is_heavy():
    program = (
        "import sys, kernelkit.images; print(sorted({'numpy','PIL','tifffile','zarr'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_that_may_not_be_read_are_said_to_be(tmp_path):
    (tmp_path / "a.npy").write_bytes(npy(GREY))
    (tmp_path / "a.npy").chmod(0)
    with pytest.raises(InputError, match="permission denied"):
        open_image(tmp_path / "a.npy")


@pytest.mark.parametrize("source", [io.StringIO("1,2"), b"1,2", None, 3])
def test_what_is_no_path_and_no_stream(source):
    with pytest.raises(InputError, match="by its path or from a binary stream"):
        open_image(source)
