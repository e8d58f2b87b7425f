"""``--plot`` of images: channels, components and slices stand beside the image, and are what was computed."""

import numpy as np
import pytest
from PIL import Image as Pillow

from kernelkit.cli.app import run


@pytest.fixture
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    y, x = np.mgrid[:9, :12]
    Pillow.fromarray((4 * x + 3 * y).astype(np.uint8)).save("ramp.png")
    Pillow.fromarray(np.stack([2 * x, 3 * y, 60 - x], -1).astype(np.uint8)).save("colours.png")
    np.save("volume.npy", np.random.default_rng(0).normal(size=(6, 7, 8)))


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    ("image", "more", "shown"),
    [("colours.png", [], 3), ("few.npy", ["--channels", "last"], 2), ("many.npy", ["--channels", "last"], 7)],
)
def test_figures_of_colours_and_channels(monkeypatch, image, more, shown):
    figures = []
    monkeypatch.setattr("kernelkit.plot.save.save", lambda figure, _: figures.append(figure))
    for name, channels in (("few", 2), ("many", 30)):
        np.save(f"{name}.npy", np.random.default_rng(0).normal(size=(9, 12, channels)))
    assert run(["apply", "sobel-x", image, "-o", "out.npy", "--plot", "out.png", *more]) == 0
    titles = [axes.get_title(loc="left") for axes in figures[0].axes]
    assert sum(title.startswith("sobel-x, ") for title in titles) == shown
    drawn = [axes.images[0].get_array() for axes in figures[0].axes[1 : 1 + shown]]
    assert np.array_equal(np.stack(drawn, -1), np.load("out.npy")[..., :shown])


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize(
    ("image", "more", "panels"),
    [
        ("ramp.png", ["--result", "components"], ["image", "d/dy", "d/dx"]),
        ("volume.npy", [], ["image, z = 3", "gradient: magnitude, z = 3"]),
        (
            "volume.npy",
            ["--axis", "z,x", "--result", "components"],
            ["image, z = 3", "d/dz, z = 3", "d/dx, z = 3"],
        ),
        (
            "colours.png",
            ["--colour", "each", "--kernel", "sobel"],
            ["image", *(f"sobel: magnitude, {name}" for name in ("red", "green", "blue"))],
        ),
    ],
)
def test_figures_of_components_and_volumes(monkeypatch, image, more, panels):
    figures = []
    monkeypatch.setattr("kernelkit.plot.save.save", lambda figure, _: figures.append(figure))
    assert run(["gradient", image, "--plot", "out.png", *more]) == 0
    titles = [axes.get_title(loc="left") for axes in figures[0].axes]
    assert [title for title in titles if title] == panels


@pytest.mark.usefixtures("_here")
def test_long_names_are_cut(monkeypatch):
    figures = []
    monkeypatch.setattr("kernelkit.plot.save.save", lambda figure, _: figures.append(figure))
    assert (
        run(
            [
                "apply",
                f"[{','.join('1' * 30)}]",
                "ramp.png",
                "--axis",
                "x",
                "--boundary",
                "edge",
                "--plot",
                "o.png",
            ]
        )
        == 0
    )
    assert len(figures[0].axes[1].get_title(loc="left")) == 40
