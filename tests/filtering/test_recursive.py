"""Recursive Gaussians: near the sampled Gaussian on every image, exact gains, every border, both engines alike."""

import numpy as np
import pytest
from scipy import ndimage

from kernelkit.errors import InputError, LimitError, ShapeError, UnknownNameError
from kernelkit.filtering import native_engine
from kernelkit.filtering.apply import apply
from kernelkit.filtering.recursive import WIDEST, gaussian

SCIPY = {"zero": "constant", "edge": "nearest", "reflect": "mirror", "symmetric": "reflect", "wrap": "wrap"}
ERROR = 1e-3
"""What no error reaches, relative to the largest value that an image within [0, 1] can give."""

STATED = (2 * 3e-4, 1e-4, 1e-3)
"""By order, relative to the sum of all taps in magnitude; errors of smoothing sum to zero, so half of it counts."""

NATIVE = native_engine._native


@pytest.fixture(params=["compiled", "SciPy"])
def _engine(request, monkeypatch):
    if request.param == "SciPy":
        monkeypatch.setattr(native_engine, "_native", None)
    elif NATIVE is None:
        pytest.skip("installed without a compiler")


def sampled(sigma, order):
    """Return samples of a Gaussian's derivative on ten sigmas, as a function."""
    n = np.arange(-int(10 * sigma), int(10 * sigma) + 1)
    bell = np.exp(-0.5 * (n / sigma) ** 2)
    return bell / bell.sum() * (1 + 0 * n, n / sigma**2, n**2 / sigma**4 - 1 / sigma**2)[order]


@pytest.mark.usefixtures("_engine")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("sigma", [2, 2.3, 3, 5.7, 10, 31, 100, WIDEST])
def test_no_image_at_all_gives_more_than_the_stated_error(sigma, order, dtype):
    """The sum of what all taps are wrong by bounds the error for every image."""
    taps = sampled(sigma, order)
    impulse = np.zeros(len(taps), dtype)
    impulse[len(taps) // 2] = 1
    found = gaussian(impulse, sigma, order=order, boundary="zero")
    assert found.dtype == dtype
    assert abs(found - taps[::-1]).sum() < STATED[order] * abs(taps).sum()
    assert abs(found - taps[::-1]).max() < ERROR * abs(taps).max()


@pytest.mark.usefixtures("_engine")
@pytest.mark.parametrize("boundary", SCIPY)
@pytest.mark.parametrize("shape", [(67, 90), (9, 3, 40), (200,), (3, 70, 5), (1, 1)])
@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("sigma", [2, 6.5, 50])
def test_borders_are_those_of_scipy(boundary, shape, order, sigma):
    image = np.random.default_rng(0).random(shape)
    orders = [order, *[0] * (len(shape) - 1)]
    wanted = ndimage.gaussian_filter(image, sigma, orders, mode=SCIPY[boundary], truncate=10)
    most = abs(sampled(sigma, order)).sum()
    found = gaussian(image, sigma, order=orders, boundary=boundary)
    assert abs(found - wanted).max() < ERROR * most


@pytest.mark.usefixtures("_engine")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("boundary", ["edge", "reflect", "symmetric", "wrap"])
def test_constants_stay_what_they_are_to_the_last_digit(boundary, dtype):
    image = np.full((40, 33), 0.1, dtype)
    for sigma in (2, 17.3, 400):
        assert np.array_equal(gaussian(image, sigma, boundary=boundary), image)
        for order in (1, 2):
            assert not gaussian(image, sigma, order=(order, 0), boundary=boundary).any()


@pytest.mark.usefixtures("_engine")
@pytest.mark.parametrize("sigma", [2, 7, 40])
def test_gains_are_exact(sigma):
    """A ramp has its slope, x^2 its second derivative, and smoothing leaves the ramp as it is, far from the border."""
    x = np.arange(40 * sigma + 1) - 20.0 * sigma
    middle = len(x) // 2
    assert gaussian(3 * x, sigma)[middle] == pytest.approx(0, abs=1e-6 * sigma)
    assert gaussian(3 * x, sigma, order=1)[middle] == pytest.approx(3, rel=1e-9)
    assert gaussian(x**2, sigma, order=1)[middle] == pytest.approx(0, abs=1e-6 * sigma)
    assert gaussian(x**2, sigma, order=2)[middle] == pytest.approx(2, rel=1e-9)
    assert gaussian(x**2, sigma)[middle] == pytest.approx(sigma**2, rel=0.01)


def test_variances_add_up():
    image = np.random.default_rng(1).random((90, 110))
    twice = gaussian(gaussian(image, 3, boundary="wrap"), 4, boundary="wrap")
    assert abs(twice - gaussian(image, 5, boundary="wrap")).max() < ERROR


@pytest.mark.usefixtures("_engine")
@pytest.mark.parametrize("order", [0, 1, 2])
def test_a_mirrored_image_gives_a_mirrored_answer(order):
    image = np.random.default_rng(2).random((50, 37))
    sign = -1 if order == 1 else 1
    for axis in (0, 1):
        found = gaussian(np.flip(image, axis), 4, order=order, axis=axis)
        assert np.allclose(
            np.flip(found, axis), sign * gaussian(image, 4, order=order, axis=axis), atol=1e-14
        )
    assert np.allclose(gaussian(image.T, (3, 8)).T, gaussian(image, (8, 3)), atol=1e-14)


def test_lines_are_filtered_alone_whatever_lies_beside_them():
    volume = np.random.default_rng(3).random((5, 40, 19, 3)).astype(np.float32)
    for axis in range(4):
        whole = gaussian(volume, 3, order=1, axis=axis)
        for place in ((0, 0, 0, 0), (4, 39, 18, 2), (2, 17, 9, 1)):
            line = [slice(None) if own == axis else at for own, at in enumerate(place)]
            assert np.array_equal(whole[tuple(line)], gaussian(volume[tuple(line)], 3, order=1))


@pytest.mark.skipif(NATIVE is None, reason="installed without a compiler")
@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint32", "bool", "float32", "float64"])
def test_engines_and_sets_of_instructions_agree_to_rounding(dtype, monkeypatch):
    random = np.random.default_rng(4)
    image = random.integers(0, 2 if dtype == "bool" else 120, (61, 130)).astype(dtype)
    found = []
    for name in NATIVE.instruction_sets():
        NATIVE.use(name)
        found += [gaussian(image, (3, 20), order=order) for order in ((0, 0), (1, 0), (0, 2))]
    NATIVE.use(NATIVE.instruction_sets()[0])
    monkeypatch.setattr(native_engine, "_native", None)
    wanted = [gaussian(image, (3, 20), order=order) for order in ((0, 0), (1, 0), (0, 2))]
    assert wanted[0].dtype == (np.float32 if dtype == "float32" else np.float64)
    for one, other in zip(found, wanted * (len(found) // 3), strict=True):
        assert np.allclose(
            one, other, rtol=0, atol=100 * np.finfo(one.dtype).eps * abs(image.astype(float)).max()
        )


def test_long_lines_are_filtered_like_others():
    line = np.random.default_rng(9).random(native_engine.LONGEST + 7).astype(np.float32)
    found = gaussian(line, 12)
    assert (
        abs(found - ndimage.gaussian_filter(line.astype(float), 12, mode="mirror", truncate=10)).max() < ERROR
    )


def test_threads_do_not_change_an_answer(monkeypatch):
    image = np.random.default_rng(5).normal(size=(700, 610)).astype(np.float32)
    found = []
    for threads in ("1", "3"):
        monkeypatch.setenv(native_engine.THREADS, threads)
        found.append(gaussian(image, 5, order=(1, 0)).tobytes())
    assert found[0] == found[1]


@pytest.mark.usefixtures("_engine")
def test_large_answers_are_written_where_they_belong():
    """Past the cache where rows begin at its lines, and through it where they do not."""
    image = np.random.default_rng(6).random((1100, 2100)).astype(np.float32)
    for side in (2048, 2100):
        part = image[:, :side]
        memory = np.empty(part.size + 1, np.float32)
        out = memory[1:].reshape(part.shape)
        assert gaussian(part, 20, out=out) is out
        for corner in (slice(0, 300), slice(-300, None)):
            wanted = ndimage.gaussian_filter(
                part[corner, corner].astype(float), 20, mode="mirror", truncate=10
            )
            inside = slice(0, 100) if corner.start == 0 else slice(-100, None)
            assert abs(out[corner, corner][inside, inside] - wanted[inside, inside]).max() < ERROR


@pytest.mark.usefixtures("_engine")
def test_results_go_into_any_array_that_fits():
    image = np.random.default_rng(7).random((30, 41))
    wanted = gaussian(image, 4)
    wide = np.zeros((60, 41))
    assert gaussian(image, 4, out=wide[::2]) is not None
    assert np.array_equal(wide[::2], wanted)
    assert not wide[1::2].any()
    assert np.array_equal(
        gaussian(np.asfortranarray(image)[::-1, ::-1], 4), gaussian(image[::-1, ::-1].copy(), 4)
    )


def test_lengths_are_in_units_of_the_spacing():
    y, x = np.mgrid[:300, :400]
    ramp = 2.0 * y + 3.0 * x
    found = gaussian(ramp, 5, order=(0, 1), spacing=(0.5, 0.25))
    assert found[150, 200] == pytest.approx(12)
    assert np.array_equal(gaussian(ramp, (5, 2), spacing=(0.5, 0.25)), gaussian(ramp, (10, 8)))


@pytest.mark.parametrize("order", [0, 1, 2])
def test_narrow_gaussians_are_the_sampled_ones_of_the_catalogue(order):
    image = np.random.default_rng(8).random((20, 90))
    kernel = f"gaussian-{'x' * order}:sigma=3/2,form=sampled" if order else "gaussian:sigma=3/2,form=sampled"
    wanted = apply(kernel, image, axis=1, boundary="wrap")
    assert np.array_equal(gaussian(image, 1.5, order=order, axis=1, boundary="wrap"), wanted)
    both = gaussian(image, (9, 1.5), order=(0, order), boundary="wrap")
    assert np.array_equal(both, gaussian(wanted, 9, axis=0, boundary="wrap"))


@pytest.mark.usefixtures("_engine")
def test_a_sample_that_is_no_number_spoils_its_line():
    image = np.ones((30, 40))
    image[7, 9] = np.nan
    found = gaussian(image, 3, axis=1)
    assert np.isnan(found[7]).all()
    assert (np.delete(found, 7, 0) == 1).all()


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"sigma": 0}, InputError),
        ({"sigma": float("nan")}, InputError),
        ({"sigma": "wide"}, InputError),
        ({"sigma": 3, "spacing": -1}, InputError),
        ({"sigma": 3, "order": 3}, InputError),
        ({"sigma": 3, "order": 1.5}, InputError),
        ({"sigma": (3, 4, 5)}, ShapeError),
        ({"sigma": 3, "axis": 2}, ShapeError),
        ({"sigma": 3, "axis": ()}, ShapeError),
        ({"sigma": 3, "boundary": "valid"}, UnknownNameError),
        ({"sigma": 3, "boundary": "one-sided"}, UnknownNameError),
        ({"sigma": 3, "spacing": 1e-3}, LimitError),
        ({"sigma": 1e201, "spacing": 1e200, "order": 2}, LimitError),
        ({"sigma": 3, "out": np.empty((3, 4))}, ShapeError),
    ],
)
def test_what_means_nothing_is_refused(arguments, error):
    with pytest.raises(error):
        gaussian(np.ones((5, 6)), **arguments)


def test_missing_samples_are_not_taken_for_numbers():
    image = np.ma.masked_less(np.arange(12.0), 3)
    with pytest.raises(InputError, match="missing"):
        gaussian(image, 4)
    assert np.array_equal(gaussian(np.ma.array(image.data), 4), gaussian(image.data, 4))


@pytest.mark.skipif(NATIVE is None, reason="installed without a compiler")
def test_the_extension_refuses_recursions_that_do_not_fit():
    image, out, none = np.ones((1, 5, 3)), np.empty((1, 5, 3)), np.empty(0, np.int64)
    outside = np.array([5])
    for given in (
        (image, (np.empty((1, 5, 2)),), np.zeros(11), (none,) * 6),
        (image, (out,), np.zeros(12), (none,) * 6),
        (image, (out,), np.zeros(11, np.float32), (none,) * 6),
        (image, (out,), np.zeros(11), (none, none, outside, none, none, none)),
        (image, (out, out), np.zeros(11), (none,) * 6),
    ):
        with pytest.raises(ValueError, match=r"\w"):
            NATIVE.recursive(*given, 1)
