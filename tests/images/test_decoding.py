"""Whatever a decoder raises or says, users meet one kind of error, and a quiet terminal."""

import logging
import warnings

import numpy as np
import pytest
from images.seeds import files

from kernelkit.errors import InputError, KernelkitError, LimitError
from kernelkit.images import Image, read_bytes
from kernelkit.images.decoding import decoding

FILES = files()
ROUNDS = 400
"""Damaged copies of every seed: 12,000 in all."""

MOST = 1_000_000


def damaged(random, data, other):
    """Return a file cut short, with bits turned, with extreme numbers in its header, or begun by another file."""
    data, kind = bytearray(data), random.integers(4)
    if kind == 0:
        return bytes(data[: random.integers(len(data))])
    if kind == 1:
        for _ in range(random.integers(1, 9)):
            data[random.integers(len(data))] ^= 1 << int(random.integers(8))
    elif kind == 2:
        place = random.integers(max(1, min(200, len(data) - 8)))
        extreme = random.choice([b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", bytes(4), random.bytes(4)])
        data[place : place + int(random.choice([1, 2, 4, 8]))] = extreme
    else:
        place = random.integers(min(len(data), len(other)))
        data[:place] = other[:place]
    return bytes(data)


def check_words(error):
    """Every refusal is of printable words, and says what to do next."""
    assert error.what.isprintable()
    assert error.why.isprintable()
    assert error.next


@pytest.mark.parametrize("name", FILES)
def test_damaged_files_are_refused_in_words_or_read_within_bounds(name, capfd):
    """Nothing but our own errors comes out, no image beyond the bound, and no word of a decoder."""
    random = np.random.default_rng(list(name.encode()))
    others = list(FILES.values())
    refused = 0
    for _ in range(ROUNDS):
        data = damaged(random, FILES[name], others[random.integers(len(others))])
        try:
            image = read_bytes(data, array="a" if name == "npz of two" else None, most=MOST)
        except KernelkitError as error:
            refused += 1
            check_words(error)
        else:
            assert isinstance(image, Image)
            assert 0 < image.values.size <= MOST
            assert image.values.dtype.kind in "iufb"
            assert len(image.axes) == image.values.ndim
            assert image.alpha is None or image.alpha.shape == image.values.shape[: image.alpha.ndim]
    assert refused > ROUNDS // 10
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_ends_anywhere_is_no_crash(name):
    """Every beginning of every file: those that miss more than a few last bytes are refused."""
    whole = FILES[name]
    for end in range(len(whole)):
        try:
            read_bytes(whole[:end], array="a" if name == "npz of two" else None)
        except KernelkitError:
            continue
        # tables have no length of their own, and some formats end in bytes that carry no samples
        assert end > len(whole) // 2 or name.startswith("csv")


def test_errors_of_ours_pass_unchanged():
    with pytest.raises(LimitError, match="as it is"), decoding("a.x", "x"):
        raise LimitError("as it is")


def test_no_memory_is_a_limit():
    with pytest.raises(LimitError, match=r"no memory for 'a\.x'"), decoding("a.x", "x"):
        raise MemoryError


def test_bytes_of_a_hostile_file_do_not_reach_the_terminal():
    with pytest.raises(InputError) as refused, decoding("a.x", "x"):
        raise KeyError("\x1b[2J\n" + 1000 * "a")
    assert "\x1b" not in refused.value.why
    assert "\n" not in refused.value.why
    assert len(refused.value.why) <= 200


def test_loggers_and_warnings_are_as_before_afterwards(caplog):
    """Those of decoders speak again to whoever listens, once the file is read or refused."""
    before = list(warnings.filters)

    def talk():
        with decoding("a.x", "x"):
            logging.getLogger("PIL.PngImagePlugin").error("during")
            warnings.warn("during", stacklevel=1)
            raise ValueError

    with pytest.raises(InputError):
        talk()
    logging.getLogger("PIL.PngImagePlugin").error("after")
    assert [record.message for record in caplog.records] == ["after"]
    assert list(warnings.filters) == before
    assert not any(isinstance(h, logging.NullHandler) for h in logging.getLogger("tifffile").handlers[1:])
