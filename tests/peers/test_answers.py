"""Answers of libraries: worked out by hand from what their documentation says, and calls with known faults."""

import math

import numpy as np
import pytest

from kernelkit.peers.answers import answers, measured
from kernelkit.peers.calls import Call, Library, listed

CALLS, _ = listed()
FOUND = {answer.call: answer for answer in answers(CALLS)}

# On 11 samples x^2 ends with 81, 100.  What follows is 100 where the border is repeated or mirrored at its edge
# (scipy's reflect, kornia's replicate), and 81 where it is mirrored at the last sample (OpenCV's default).
REPEATED, MIRRORED = (100 - 81) / 2, (81 - 81) / 2
PUBLISHED = [
    # scipy.ndimage.sobel: [-1, 0, 1] times [1, 2, 1], whose sum is 4; of uint8 the answer is uint8, modulo 256
    ("scipy.ndimage.sobel(image, axis=1)", 16, 8, REPEATED, -1020, -1020 % 256),
    ("scipy.ndimage.prewitt(image, axis=1)", 12, 6, REPEATED, -765, -765 % 256),
    ("cv2.Sobel(image, cv2.CV_64F, 1, 0)", 16, 8, MIRRORED, -1020, -1020),
    # ddepth=-1 keeps 8 bits, and saturates
    ("cv2.Sobel(image, -1, 1, 0)", 16, 8, MIRRORED, -1020, 0),
    # getDerivKernels of size 5: [-1, -2, 0, 2, 1], first moment 8, times [1, 4, 6, 4, 1], sum 16
    ("cv2.Sobel(image, cv2.CV_64F, 1, 0, ksize=5)", 256, 128, MIRRORED, -3 * 255 * 16, -3 * 255 * 16),
    # [-1, 0, 1] times [3, 10, 3]
    ("cv2.Scharr(image, cv2.CV_64F, 1, 0)", 64, 32, MIRRORED, -4080, -4080),
    # [1, 0, -1] times [1, 2, 1] / 4, so that a step of 1 answers 1; 8 bits become 0 to 1
    ("skimage.filters.sobel_v(image)", 4, 2, REPEATED, -255, -1),
    ("skimage.filters.prewitt_v(image)", 4, 2, REPEATED, -255, -1),
    ("skimage.filters.scharr_v(image)", 4, 2, REPEATED, -255, -1),
    # np.gradient: one-sided differences of first or second order in the last column
    ("numpy.gradient(image, axis=1)", 2, 1, 100 - 81, -127.5, -127.5),
    ("numpy.gradient(image, axis=1, edge_order=2)", 2, 1, 20, -127.5, -127.5),
    ("findiff.Diff(1, 1)(image)", 2, 1, 20, -127.5, -127.5),
    ("kornia.filters.spatial_gradient(image)[0, 0, 0]", 2, 1, REPEATED, -127.5, -127.5),
    ("kornia.filters.spatial_gradient(image, normalized=False)[0, 0, 0]", 16, 8, REPEATED, -1020, -1020),
    ("kernelkit.filtering.apply.apply('sobel-x', image)", 2, 1, 20, -127.5, -127.5),
    # [1, -2, 1] along each axis
    ("scipy.ndimage.laplace(image)", 2, 1, 81 - 200 + 100, -255, -255 % 256),
    ("cv2.Laplacian(image, cv2.CV_64F)", 2, 1, 81 - 200 + 81, -255, -255),
    # [[2, 0, 2], [0, -8, 0], [2, 0, 2]]
    ("cv2.Laplacian(image, cv2.CV_64F, ksize=3)", 8, 4, 81 - 200 + 81, -1020, -1020),
    # [[0, -1, 0], [-1, 4, -1], [0, -1, 0]]
    ("skimage.filters.laplace(image)", -2, -1, 81 - 200 + 100, 255, 1),
    # ones around -8, divided by the sum of their sizes, 16; its border is reflected
    ("kornia.filters.laplacian(image, 3)", 6 / 16, 3 / 16, 81 - 200 + 81, -255 * 3 / 16, -255 * 3 / 16),
    ("kernelkit.filtering.derivatives.laplacian(image)", 2, 1, 2, -255, -255),
    # the length of gradients of 2 and 3 per pixel
    ("numpy.hypot(*numpy.gradient(image))", math.sqrt(13), 1, 19, 127.5, 127.5),
    # scikit-image divides by the root of the number of axes
    (
        "skimage.filters.sobel(image)",
        math.hypot(4, 6) / math.sqrt(2),
        math.sqrt(2),
        REPEATED,
        255 / 2**0.5,
        0.5**0.5,
    ),
    ("kornia.filters.sobel(image)", math.sqrt(13), 1, REPEATED, 127.5, 127.5),
]


@pytest.mark.parametrize(
    ("call", "inside", "scale", "border", "step", "step_8bit"), PUBLISHED, ids=[row[0] for row in PUBLISHED]
)
def test_answers_are_those_that_documentation_gives(call, inside, scale, border, step, step_8bit):
    if call not in FOUND:
        pytest.skip(f"{call.partition('.')[0]} is not installed")
    found = FOUND[call]
    measures = (found.inside, found.scale, found.border, found.step, found.step_8bit)
    assert measures == pytest.approx((inside, scale, border, step, step_8bit), rel=1e-6)


def test_kernelkit_is_right_everywhere():
    own = [answer for answer in FOUND.values() if answer.library == "kernelkit"]
    assert len(own) == 4
    assert all(answer.wrong is None for answer in own)


def test_a_gaussian_of_half_a_pixel_leaks():
    """scipy.ndimage.gaussian_laplace gives -1.12 for an image of ones: its taps do not sum to 0."""
    leaky = FOUND["scipy.ndimage.gaussian_laplace(image, 0.5)"]
    assert leaky.flat == pytest.approx(-1.12, abs=0.005)
    assert leaky.scale is None
    assert "flat" in leaky.wrong


def slope(image, axis=1):
    return np.gradient(image.astype(float), axis=axis, edge_order=2)


FAULTS = [
    (slope, None),
    (lambda image: slope(image, axis=0), "axis"),
    (lambda image: slope(image) + slope(image, axis=0), "axis"),
    (lambda image: -slope(image), "sign"),
    (lambda image: -3 * slope(image), "sign, scale"),
    (lambda image: np.gradient(image.astype(float), axis=1), "border"),
    (lambda image: slope(np.pad(image, 1))[1:-1, 1:-1], "border, flat"),
    (lambda image: slope(image) + 1e-3 * image, "axis, flat"),
    (lambda image: slope(image).astype(image.dtype), "8 bits"),
    (lambda _: None, "refused"),
]


@pytest.mark.parametrize(("run", "wrong"), FAULTS, ids=[str(wrong) for _, wrong in FAULTS])
def test_faults_are_named(run, wrong):
    assert measured(Library("numpy", "numpy", list), Call("d/dx", "run(image)", run)).wrong == wrong


def test_questions_come_one_after_the_other_and_filters_are_passed_over():
    asked = [answer.asked for answer in answers(CALLS)]
    assert asked == sorted(asked, key=["d/dx", "gradient", "Laplacian"].index)
    assert len(asked) == sum(call.asked != "filter" for _, call in CALLS)
