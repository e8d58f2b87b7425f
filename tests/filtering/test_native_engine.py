"""The compiled extension: whole numbers exactly, all sets of instructions alike, within its bound, from any thread."""

import math
import multiprocessing
import os
import threading
from fractions import Fraction

import numpy as np
import pytest

from kernelkit.errors import InputError
from kernelkit.filtering import native_engine, scipy_engine
from kernelkit.filtering.boundary import EXTENSIONS
from kernelkit.filtering.engine import correlate_pair

pytestmark = pytest.mark.skipif(
    native_engine._native is None, reason="installed without a compiler, so there is no extension to test"
)
SETS = native_engine._native.instruction_sets() if native_engine._native else []
DTYPES = [
    "bool",
    "uint8",
    "int8",
    "uint16",
    "int16",
    "uint32",
    "int32",
    "uint64",
    "int64",
    "float32",
    "float64",
]
SHAPES = [
    # image and window: all that rows, vectors, blocks and pieces of columns end in
    ((40, 70), (3, 3)),
    ((9, 5), (5, 4)),
    ((1, 1), (3, 3)),
    ((2, 3), (7, 9)),
    ((13, 1300), (1, 5)),
    ((1, 17000), (1, 6)),
    ((2, 9000), (3, 2)),
    ((5, 700), (1, 40)),
    ((11, 140), (5, 9)),
    ((33, 17), (20, 2)),
    ((33, 70), (37, 5)),
    ((40,), (7,)),
    ((20, 30, 3), (3, 3, 1)),
    ((9, 12, 40), (3, 3, 3)),
    ((6, 7, 9), (9, 1, 2)),
    ((3, 20, 70), (1, 5, 1)),
    ((2, 3, 11, 12), (1, 1, 3, 3)),
    ((3, 5, 6, 7), (1, 3, 3, 3)),
]


@pytest.fixture(params=SETS)
def _instructions(request):
    native_engine._native.use(request.param)
    yield
    native_engine._native.use(SETS[0])


def shape_of(shape, size, extension):
    return tuple(n - k + 1 for n, k in zip(shape, size, strict=True)) if extension == "valid" else shape


def random_case(shape, size, extension, dtype, seed=0):
    """Return an image, weights with zeros among them, an anchor and two outputs, all of whole numbers."""
    random = np.random.default_rng(seed)
    image = random.integers(0, 50, shape).astype(dtype)
    weights = random.integers(-3, 4, size).astype(float)
    anchor = [int(random.integers(0, side)) for side in size]
    fits = extension != "valid" or all(n >= k for n, k in zip(shape, size, strict=True))
    outs = [np.full(shape_of(shape, size, extension) if fits else (), np.nan, t) for t in ("f4", "f8")]
    return image, weights, anchor, outs if fits else []


@pytest.mark.usefixtures("_instructions")
@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize(("shape", "size"), SHAPES)
def test_whole_numbers_are_the_same_as_by_scipy(shape, size, extension):
    """Sums of small whole numbers have no rounding, so that every digit is compared."""
    for dtype in DTYPES:
        image, weights, anchor, outs = random_case(shape, size, extension, dtype)
        for out in outs:
            if native_engine.correlate(image, [[weights]], anchor, extension, [out]):
                wanted = np.empty_like(out)
                scipy_engine.correlate(image, weights, anchor, extension, wanted)
                assert np.array_equal(out, wanted)
            else:  # float32 holds not all numbers of 32 bits
                assert out.dtype == np.float32
                assert image.dtype.itemsize >= 4


@pytest.mark.usefixtures("_instructions")
@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize(("shape", "size"), SHAPES)
def test_factors_give_what_their_product_gives(shape, size, extension):
    image, _, anchor, outs = random_case(shape, size, extension, "int16")
    random = np.random.default_rng(1)
    factors = [random.integers(1, 4, side).astype(float) for side in size]
    product = math.prod(np.ix_(*factors), start=np.ones(()))
    for out in outs:
        assert native_engine.correlate_separable(image, factors, anchor, extension, out)
        wanted = np.empty_like(out)
        scipy_engine.correlate(image, product, anchor, extension, wanted)
        assert np.array_equal(out, wanted)


@pytest.mark.usefixtures("_instructions")
@pytest.mark.parametrize(("shape", "size"), SHAPES)
def test_pairs_are_two_correlations_in_one_pass(shape, size):
    image, first, anchor, outs = random_case(shape, size, "reflect", "uint8")
    second = random_case(shape, size, "reflect", "uint8", seed=2)[1]
    for out in outs:
        wanted = np.empty((2, *shape), out.dtype)
        for weights, component in zip((first, second), wanted, strict=True):
            scipy_engine.correlate(image, weights, anchor, "reflect", component)
        both = np.empty_like(wanted)
        assert native_engine.correlate(image, [[first], [second]], anchor, "reflect", list(both))
        assert np.array_equal(both, wanted)
        assert native_engine.correlate(image, [[first], [second]], anchor, "reflect", [out])
        assert np.allclose(out, np.hypot(*wanted), rtol=4 * np.finfo(out.dtype).eps, atol=0)


PAIRS = {
    "Sobel": ([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]),
    "central differences": ([[0, 0, 0], [-1, 0, 1], [0, 0, 0]], [[0, -1, 0], [0, 0, 0], [0, 1, 0]]),
    "one column": ([[1], [2], [1]], [[0], [3], [0]]),
    "nothing": ([[0, 0], [0, 0], [0, 0]], [[1, 0], [0, 0], [2, 0]]),
}


@pytest.mark.usefixtures("_instructions")
@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("pair", PAIRS)
def test_pairs_of_three_rows_are_two_correlations(pair, extension):
    first, second = (np.array(weights, float) for weights in PAIRS[pair])
    anchor = [side // 2 for side in first.shape]
    for dtype, out_type in [("uint8", "f4"), ("int16", "f8"), ("float32", "f4"), ("float64", "f8")]:
        image = np.random.default_rng(6).integers(0, 99, (27, 150)).astype(dtype)
        image[:, 40:80] = 7  # a flat part, where both are zero
        wanted = np.empty((2, *shape_of(image.shape, first.shape, extension)), out_type)
        for weights, component in zip((first, second), wanted, strict=True):
            scipy_engine.correlate(image, weights, anchor, extension, component)
        both = np.empty_like(wanted)
        assert native_engine.correlate(image, [[first], [second]], anchor, extension, list(both))
        assert np.array_equal(both, wanted)
        length = np.empty(both.shape[1:], out_type)
        assert native_engine.correlate(image, [[first], [second]], anchor, extension, [length])
        assert np.allclose(length, np.hypot(*wanted), rtol=4 * np.finfo(out_type).eps, atol=0)


@pytest.mark.usefixtures("_instructions")
@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("size", [(1, 30), (13, 13)])
def test_what_is_no_number_spoils_only_sums_whose_taps_meet_it(size, bad):
    """Also in rows of taps that are summed backwards, with zeros beyond both ends; and a zero tap reads nothing."""
    random = np.random.default_rng(7)
    factors = [random.integers(1, 5, side).astype(float) for side in size]
    factors[1][4] = 0
    image = random.integers(0, 9, (40, 200)).astype(np.float32)
    wanted, found = np.empty_like(image), np.empty_like(image)
    assert native_engine.correlate_separable(image, factors, (0, 0), "zero", wanted)
    image[20, 90] = bad
    assert native_engine.correlate_separable(image, factors, (0, 0), "zero", found)
    meets = np.zeros(image.shape, bool)
    meets[20 - size[0] + 1 : 21, 90 - size[1] + 1 : 91] = np.flip(factors[1] != 0)
    assert np.array_equal(~np.isfinite(found), meets)
    assert np.array_equal(found[~meets], wanted[~meets])


@pytest.mark.usefixtures("_instructions")
@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("scale", [1e-30, 1e-25, 1.0, 1e25, 1e36])
def test_magnitudes_neither_overflow_nor_vanish(scale, rows):
    """The square of 1e25 is beyond single precision, the square of 1e-25 below it."""
    image = np.float32(scale) * np.arange(60, dtype=np.float32).reshape(3, 20)
    first, second = np.zeros((2, rows, 3))
    first[rows // 2, 2], second[rows // 2, 2] = 3, 4
    found = correlate_pair(image, first, second, anchor=(rows // 2, 2), extension="zero", end="magnitude")
    assert np.allclose(found.astype(float), 5 * image.astype(float), rtol=1e-6, atol=0)


@pytest.mark.usefixtures("_instructions")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", [(3, 3), (1, 40), (40, 1), (11, 12)])
def test_results_are_within_the_bound_of_rounding(size, dtype):
    random = np.random.default_rng(3)
    image, weights = random.normal(size=(40, 40)).astype(dtype), random.normal(size=size)
    out = np.empty(shape_of(image.shape, size, "valid"), dtype)
    assert native_engine.correlate(image, [[weights]], (0, 0), "valid", [out])
    for place in [(0, 0), (out.shape[0] - 1, out.shape[1] - 1), (out.shape[0] // 2, out.shape[1] // 3)]:
        terms = [
            Fraction(float(weights[step])) * Fraction(float(image[place[0] + step[0], place[1] + step[1]]))
            for step in np.ndindex(*size)
        ]
        bound = (len(terms) + 8) * Fraction(float(np.finfo(dtype).eps)) / 2 * sum(map(abs, terms))
        assert abs(Fraction(float(out[place])) - sum(terms)) <= bound


def many_results(_=None):
    """Return every digit of correlations that are large enough for threads, and for storing past the cache."""
    random = np.random.default_rng(4)
    image, found = random.normal(size=(1100, 2048)).astype(np.float32), []
    for size in [(3, 3), (1, 7), (9, 1)]:
        weights = random.normal(size=size)
        out = np.empty(image.shape, np.float32)
        assert native_engine.correlate(image, [[weights]], (0, 0), "reflect", [out])
        found.append(out.tobytes())
    return found


def test_results_do_not_depend_on_the_number_of_threads(monkeypatch):
    found = []
    for threads in ("1", "2", "7"):
        monkeypatch.setenv(native_engine.THREADS, threads)
        found.append(many_results())
    assert found[0] == found[1] == found[2]


def test_threads_of_python_may_call_at_once():
    wanted, found = many_results(), [None] * 4

    def call(i):
        found[i] = many_results()

    callers = [threading.Thread(target=call, args=(i,)) for i in range(4)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert found == [wanted] * 4


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system starts processes without fork")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_forked_child_starts_threads_of_its_own(monkeypatch):
    monkeypatch.setenv(native_engine.THREADS, "3")
    wanted = many_results()
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply_async(many_results).get(timeout=60) == wanted


@pytest.mark.parametrize(
    "order", ["strided", "transposed", "reversed", "big-endian", "unaligned", "read-only"]
)
def test_any_layout_in_memory_is_read(order):
    image = np.random.default_rng(5).integers(0, 99, (12, 40)).astype(np.float32)
    given = {
        "strided": np.repeat(image, 3, axis=1)[:, ::3],
        "transposed": np.ascontiguousarray(image.T).T,
        "reversed": np.ascontiguousarray(image[::-1, ::-1])[::-1, ::-1],
        "big-endian": image.astype(">f4"),
        "unaligned": np.frombuffer(b" " + image.tobytes(), np.uint8)[1:]
        .view(np.float32)
        .reshape(image.shape),
        "read-only": np.frombuffer(image.tobytes(), np.float32).reshape(image.shape),
    }[order]
    weights, found, wanted = np.arange(9.0).reshape(3, 3), np.empty_like(image), np.empty_like(image)
    assert native_engine.correlate(given, [[weights]], (1, 1), "edge", [found])
    scipy_engine.correlate(image, weights, (1, 1), "edge", wanted)
    assert np.array_equal(found, wanted)


@pytest.mark.parametrize("place", ["itself", "rows below", "every second column"])
def test_outputs_may_lie_anywhere(place):
    memory = np.random.default_rng(6).integers(0, 99, (14, 80)).astype(np.float32)
    image = memory[:12, :40]
    out = {"itself": image, "rows below": memory[2:, :40], "every second column": memory[:12, ::2]}[place]
    weights, wanted = np.arange(9.0).reshape(3, 3), np.empty((12, 40), np.float32)
    scipy_engine.correlate(image, weights, (1, 1), "edge", wanted)
    assert native_engine.correlate(image, [[weights]], (1, 1), "edge", [out])
    assert np.array_equal(out, wanted)


def test_nothing_beside_an_output_is_written():
    memory = np.full((30, 64), 7.0, np.float32)
    for rows, columns in [(1, 1), (9, 15), (10, 17), (20, 33)]:
        before = np.full(rows * columns + 64, 7.0, np.float32)
        out = before[32:-32].reshape(rows, columns)
        assert native_engine.correlate(memory[:rows, :columns], [[np.zeros((2, 2))]], (0, 0), "edge", [out])
        assert np.count_nonzero(before == 7) == 64
        assert not out.any()


def test_what_is_not_summed_exactly_is_left_to_others():
    """Weights that single precision cannot hold, half precision, complex numbers, and four axes at once."""
    image, out = np.ones((4, 4), np.float32), np.empty((4, 4), np.float32)
    for weights in (np.full((2, 2), 1e-40), np.full((2, 2), 1e39)):
        assert not native_engine.correlate(image, [[weights]], (0, 0), "edge", [out])
    for given in (image.astype(np.float16), image.astype(complex)):
        assert not native_engine.correlate(given, [[np.ones((2, 2))]], (0, 0), "edge", [out])
    four = np.ones((3, 3, 3, 3))
    assert not native_engine.correlate(four, [[np.ones((2, 2, 2, 2))]], (0,) * 4, "edge", [four.copy()])


@pytest.mark.parametrize("wanted", ["0", "-1", "two", "1.5", "9999999"])
def test_a_number_of_threads_that_is_none_is_refused(monkeypatch, wanted):
    monkeypatch.setenv(native_engine.THREADS, wanted)
    with pytest.raises(InputError, match="KERNELKIT_THREADS"):
        native_engine.threads()


def test_the_engine_names_instructions_and_threads(monkeypatch):
    monkeypatch.setenv(native_engine.THREADS, "3")
    assert native_engine.name() == f"compiled, {SETS[0]}, 3 threads"


def good_call():
    """Return arguments that the extension itself takes: a copy of a 2 x 3 image."""
    none, image = np.empty(0, np.int64), np.ones((1, 2, 3))
    return [image, (np.empty_like(image),), ((np.ones((1, 1, 1)),),), (none,) * 6, (1, 1, 1), 1, False, 1]


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        (0, np.ones((2, 3))),
        (0, np.ones((1, 2, 4))),
        (0, np.ones((1, 2, 3), complex)),
        (1, ()),
        (1, (np.ones((1, 2, 3), int),)),
        (1, (np.ones((1, 2, 4)),)),
        (2, ()),
        (2, ((np.ones((1, 1, 2)),),)),
        (2, ((np.ones((1, 1, 1), np.float32),),)),
        (3, (np.empty(0, np.int64),) * 5),
        (3, (np.array([5]), *(np.empty(0, np.int64),) * 5)),
        (3, (np.empty(0, np.int64),) * 5 + (np.array([-2]),)),
        (4, (1, 1, 2)),
        (4, (1, 1, 0)),
        (5, 0),
        (6, True),
    ],
)
def test_the_extension_refuses_what_does_not_fit(argument, value):
    """Nothing that Python passes makes it read or write outside of arrays."""
    arguments = good_call()
    native_engine._native.correlate(*arguments)
    assert np.array_equal(arguments[0], arguments[1][0])
    arguments[argument] = value
    with pytest.raises(ValueError, match=r"\w"):
        native_engine._native.correlate(*arguments)


@pytest.mark.skipif(not SETS, reason="there is no compiled extension")
def test_the_door_refuses_gradients_that_do_not_fit():
    """The extension itself checks: no caller can make it read or write beyond an array."""
    native, part, marks = native_engine._native, np.ones((4, 5)), np.ones((4, 5), np.uint8)
    fits = [part, part, part.copy()]
    for place in range(3):
        for wrong in (np.ones((5, 4)), np.ones((4, 5), np.float32), np.ones(20), np.ones((5, 4)).T):
            arrays = [*fits[:place], wrong, *fits[place + 1 :]]
            with pytest.raises((ValueError, BufferError)):
                native.lengths(*arrays, 0.0, 1)
            with pytest.raises((ValueError, BufferError)):
                native.crests(*arrays, marks, 0.0, 1)
    for wrong in (np.ones((4, 4), np.uint8), part, marks[:, ::2]):
        with pytest.raises((ValueError, BufferError)):
            native.crests(*fits, wrong, 0.0, 1)
    for wrong in (marks, part[None], np.asfortranarray(np.ones((2, 4, 5), np.uint8))):
        with pytest.raises((ValueError, BufferError)):
            native.hold(wrong, 1)
    read_only = np.ones((1, 2, 3), np.uint8)
    read_only.flags.writeable = False
    with pytest.raises((ValueError, BufferError)):
        native.hold(read_only, 1)
