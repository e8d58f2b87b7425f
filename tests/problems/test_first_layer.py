"""The exercise on AlexNet's first layer: the figure that the paper has, and filters that shuffling takes away."""

import subprocess
import sys


def test_the_figure_is_the_papers_and_the_posts_net_is_grey(solved):
    """96 kernels of 11 x 11 x 3, four pixels apart (Krizhevsky et al. 2012, section 3.5); the post's net is grey."""
    facts = solved("first-layer").facts
    assert (facts["published"], facts["side"], facts["stride"], facts["channels"]) == (96, 11, 4, 1)


def test_the_mosaic_shows_every_filter(solved):
    facts = solved("first-layer").facts
    figure = facts["mosaic"].draw("en")
    [page] = figure.axes[0].get_images()
    height, width, colours = page.get_array().shape
    assert colours == 3
    assert height * 12 * 12 == width * facts["count"]


def test_it_needs_nothing_but_the_base_installation():
    """Neither PyTorch nor scikit-image is imported."""
    code = """
import sys
sys.modules["torch"] = sys.modules["skimage"] = None
from kernelkit.report.load import chosen, exercises
[exercise] = chosen(exercises(), ["first-layer"])
assert all(check.holds for check in exercise.solve(quick=True).checks)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
