"""From disk to disk: which images go that way, and files that are whole or not there."""

import numpy as np
import pytest

from kernelkit.cli import stream
from kernelkit.exact.kernel import Kernel
from kernelkit.filtering.apply import apply
from kernelkit.images import open_image

SOBEL = Kernel.from_array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


def test_only_what_is_on_disk_and_large_goes_to_npy(tmp_path, monkeypatch):
    np.save(tmp_path / "a.npy", np.ones((5, 6)))
    mapped, held = (open_image(tmp_path / "a.npy", read=read) for read in (False, True))
    assert stream.is_streamed(mapped, "out.zarr")
    assert not stream.is_streamed(mapped, "out.npy")
    assert not stream.is_streamed(held, "out.zarr")
    monkeypatch.setattr(stream, "LARGEST", 10)
    assert stream.is_streamed(mapped, "out.npy")
    assert not stream.is_streamed(mapped, "out.tif")


@pytest.mark.parametrize("suffix", [".npy", ".zarr"])
def test_results_are_those_of_the_whole(tmp_path, suffix):
    image = np.random.default_rng(0).integers(0, 99, (40, 50)).astype(np.uint8)
    np.save(tmp_path / "a.npy", image)
    target = tmp_path / f"out{suffix}"
    said = stream.streamed(
        SOBEL,
        open_image(tmp_path / "a.npy", read=False),
        str(target),
        axis=(0, 1),
        stride=2,
        progress=None,
        boundary="wrap",
    )
    assert said == "20 x 25 float64"
    assert np.array_equal(open_image(target).values, apply(SOBEL, image, stride=2, boundary="wrap"))
    assert {path.name for path in tmp_path.iterdir()} == {"a.npy", target.name}


@pytest.mark.parametrize("suffix", [".npy", ".zarr"])
def test_an_interrupt_leaves_nothing(tmp_path, suffix):
    np.save(tmp_path / "a.npy", np.ones((40, 50)))

    def interrupted(_done, _of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stream.streamed(
            SOBEL,
            open_image(tmp_path / "a.npy", read=False),
            str(tmp_path / f"out{suffix}"),
            axis=(0, 1),
            stride=1,
            progress=interrupted,
        )
    assert [path.name for path in tmp_path.iterdir()] == ["a.npy"]
