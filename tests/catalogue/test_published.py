"""The table of published kernels: what is in print, and nothing that can be computed from it."""

from __future__ import annotations

import json
import math
import pkgutil
import re
from fractions import Fraction

import cv2
import numpy as np
import pytest
import scipy.ndimage
from golden.tables import errors_of, ids, kernel_of, rows, target_of

from kernelkit.catalogue.masks import product
from kernelkit.catalogue.named import named
from kernelkit.catalogue.published import (
    folded,
    published,
    published_aliases,
    published_entries,
    published_names,
)
from kernelkit.exact.certify import certify
from kernelkit.exact.functional import derivative, laplacian, value
from kernelkit.exact.kernel import Kernel

TABLE = json.loads(pkgutil.get_data("kernelkit.catalogue", "published.json"))["kernels"]
ENTRIES = {entry.name: entry for entry in published_entries()}
KEYS = {
    "name",
    "title",
    "family",
    "source",
    "target",
    "taps",
    "factors",
    "centre",
    "decimals",
    "aliases",
    "remarks",
}
DIRECTIONS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
RING = [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0)]


def array(name: str) -> np.ndarray:
    return np.array(ENTRIES[name].published.dense())


def numbers(nested: object):
    """Yield the numbers of nested lists."""
    if isinstance(nested, list):
        for inner in nested:
            yield from numbers(inner)
    else:
        yield nested


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["name"])
def test_rows_hold_facts_in_the_stated_form(row):
    """No gain, no error term: those are proved from the taps; no float either."""
    assert row.keys() <= KEYS
    assert ("taps" in row) != ("factors" in row)
    assert all(row[key] for key in ("title", "source", "family"))
    for number in numbers(row.get("taps", row.get("factors"))):
        assert type(number) is int or re.fullmatch(r"-?[0-9]+(/[0-9]+|\.[0-9]+)?", number)


@pytest.mark.parametrize("row", [row for row in TABLE if "decimals" in row], ids=lambda row: row["name"])
def test_the_stated_places_are_those_of_the_print(row):
    """Numbers are printed to unequal places, where leading or trailing zeros are not counted."""
    texts = [str(number) for number in numbers(row.get("taps", row.get("factors")))]
    places = [len(text.partition(".")[2]) for text in texts if "." in text]
    assert min(places) <= row["decimals"] <= max(places)
    assert ENTRIES[row["name"]].precision == Fraction(1, 2) / 10 ** row["decimals"]


def test_decimals_and_stated_places_go_together():
    for row in TABLE:
        printed = any("." in str(number) for number in numbers(row.get("taps", row.get("factors"))))
        assert printed is ("decimals" in row), row["name"]


def test_names_and_aliases_are_unique_and_folded_already():
    names = published_names()
    everything = [*map(folded, names), *map(folded, published_aliases())]
    assert len(everything) == len(set(everything))
    assert list(names) == [folded(name) for name in names]
    assert list(names) == list(ENTRIES)


@pytest.mark.parametrize("name", ENTRIES)
def test_every_name_and_alias_finds_its_kernel(name):
    entry = ENTRIES[name]
    for word in (name, name.upper().replace("-", "_"), *entry.aliases):
        assert published(word) == entry


def test_other_names_find_nothing():
    assert published("scharr-4-x") is None
    assert published("") is None


@pytest.mark.parametrize("name", [name for name in ENTRIES if name.endswith(("-y", "-yy", "-yyy"))])
def test_y_kernels_are_transposes_of_x_kernels(name):
    twin = re.sub(r"y+$", lambda letters: "x" * len(letters[0]), name)
    along_x, along_y = array(twin), array(name)
    assert np.array_equal(along_y, np.swapaxes(along_x, -1, -2))
    assert ENTRIES[name].gain == ENTRIES[twin].gain
    assert ENTRIES[name].remarks[0] == f"transpose of {twin}"
    assert ENTRIES[name].title == ENTRIES[twin].title.replace("dx", "dy")
    assert ENTRIES[name].target.name == ENTRIES[twin].target.name.replace("dx", "dy")


def test_x_in_the_middle_of_a_name_is_turned_too():
    assert np.array_equal(array("ando-5-y-separable"), array("ando-5-x-separable").T)


def test_kernels_in_space_are_given_along_all_axes():
    for stem in ("sobel-3d", "itk-sobel-3d-legacy"):
        along_x = array(f"{stem}-x")
        assert np.array_equal(array(f"{stem}-y"), np.swapaxes(along_x, 1, 2))
        assert np.array_equal(array(f"{stem}-z"), np.swapaxes(along_x, 0, 2))


def test_every_kernel_along_x_in_the_plane_has_its_twin():
    twins = {name for name in ENTRIES if re.search(r"-x+$", name) and ENTRIES[name].published.ndim > 1}
    assert len(twins) > 15
    assert all(re.sub(r"x+$", lambda m: "y" * len(m[0]), name) in ENTRIES for name in twins)


@pytest.mark.parametrize(
    ("prefix", "north"),
    [
        ("kirsch", [[5, 5, 5], [-3, 0, -3], [-3, -3, -3]]),
        ("prewitt-compass", [[1, 1, 1], [1, -2, 1], [-1, -1, -1]]),
        ("robinson-3", [[1, 1, 1], [0, 0, 0], [-1, -1, -1]]),
        ("robinson-5", [[1, 2, 1], [0, 0, 0], [-1, -2, -1]]),
    ],
)
def test_compass_masks_are_turned_one_place_at_a_time(prefix, north):
    """Published as eight turns of one mask; the bright side names the direction."""
    around = [north[i][j] for i, j in RING]
    for turn, direction in enumerate(DIRECTIONS):
        mask = np.full((3, 3), north[1][1])
        for place, (i, j) in enumerate(RING):
            mask[i, j] = around[(place - turn) % 8]
        entry = ENTRIES[f"{prefix}-{direction}"]
        assert entry.published == Kernel.from_array(mask)
        down = direction.count("s") - direction.count("n")
        right = direction.count("e") - direction.count("w")
        assert [entry.published.moment(a) for a in ((1, 0), (0, 1))] == [
            down * entry.gain,
            right * entry.gain,
        ]


def test_frei_chen_masks_are_an_orthonormal_basis():
    masks = np.array([array(f"frei-chen-{k}").astype(float).ravel() for k in range(1, 10)])
    assert np.allclose(masks @ masks.T, np.eye(9), atol=1e-15)


def test_nevatia_babu_masks_come_in_mirror_pairs():
    """Mirrored left to right, 30 becomes 150 degrees and 60 becomes 120."""
    assert np.array_equal(array("nevatia-babu-30")[:, ::-1], array("nevatia-babu-150"))
    assert np.array_equal(array("nevatia-babu-60")[:, ::-1], array("nevatia-babu-120"))
    # turned about the diagonal from lower left to upper right, 30 degrees becomes 60
    assert np.array_equal(array("nevatia-babu-30")[::-1, ::-1].T, array("nevatia-babu-60"))
    assert np.array_equal(array("nevatia-babu-0")[:, ::-1], -array("nevatia-babu-0"))
    assert np.array_equal(array("nevatia-babu-90"), -array("nevatia-babu-0").T)


@pytest.mark.parametrize("ksize", [1, 3, 5])
def test_opencv_laplacians(ksize):
    impulse = np.zeros((9, 9))
    impulse[4, 4] = 1
    seen = cv2.Laplacian(impulse, cv2.CV_64F, ksize=ksize)
    taps = {(int(j) - 4, int(i) - 4): Fraction(int(seen[j, i])) for j, i in np.argwhere(seen)}
    assert published(f"cv2.Laplacian(ksize={ksize})").published == Kernel(taps)


def test_scharr_is_what_opencv_applies():
    impulse = np.zeros((5, 5))
    impulse[2, 2] = 1
    seen = cv2.Scharr(impulse, cv2.CV_64F, 1, 0)[::-1, ::-1]
    assert published("cv2.Scharr(dx=1, dy=0)").published == Kernel.from_array(seen[1:4, 1:4])


def test_sobel_in_space_is_what_scipy_applies():
    impulse = np.zeros((3, 3, 3))
    impulse[1, 1, 1] = 1
    seen = scipy.ndimage.sobel(impulse, axis=2, mode="constant")[::-1, ::-1, ::-1]
    assert ENTRIES["sobel-3d-x"].published == Kernel.from_array(seen)


LAPLACIANS = {"laplacian-2d", "laplacian-3d", "biharmonic-2d", "second-derivative-2d"}


@pytest.mark.parametrize("row", rows("nd_kernels", *LAPLACIANS), ids=ids)
def test_golden_kernels_in_more_dimensions(row):
    """Found by the name in the table; divided by its gain each is the golden kernel divided by its own."""
    entry = published(row["id"])
    golden, target = kernel_of(row), target_of(row["target"])
    if row["id"] == "dxx-2d-isotropic":  # the golden row is along the first axis
        entry = published("isotropic-3-yy")
    scale = (
        golden.moment((2, *[0] * (row["ndim"] - 1))) / entry.kernel.moment((2, *[0] * (row["ndim"] - 1)))
        if (row["kind"] != "biharmonic-2d")
        else Fraction(1)
    )
    assert entry.kernel * scale == golden
    assert set(certify(golden, target).leading_terms) == errors_of(row["leading_error"], row["accuracy"])
    assert entry.certificate.isotropic is row["isotropic"]


def test_the_mehrstellen_pair_gains_two_orders():
    """Left on u equals right on the Laplacian of u: the moments agree through degree 5."""
    (row,) = rows("nd_kernels", "mehrstellen-pair")
    left, right = ENTRIES["mehrstellen-2d"].published, ENTRIES["mehrstellen-2d-rhs"].published
    assert left == kernel_of(row["lhs"])
    assert right == kernel_of(row["rhs"])
    for degree in range(7):
        defects = {}
        for k in range(degree + 1):
            j = degree - k
            of_right = (j * (j - 1) * right.moment((j - 2, k)) if j > 1 else 0) + (
                k * (k - 1) * right.moment((j, k - 2)) if k > 1 else 0
            )
            defects[j, k] = left.moment((j, k)) - of_right
        assert any(defects.values()) is (degree == 6)
    assert laplacian(2) == ENTRIES["mehrstellen-2d"].target


def test_the_misprinted_prefilter_differs_by_two_digits_exchanged():
    wrong, right = ENTRIES["farid-3-misprint"], ENTRIES["farid-3-p"]
    assert sum(tap for _, tap in wrong.published.taps) == Fraction("0.99982")
    assert sum(tap for _, tap in right.published.taps) == 1
    assert {abs(tap) for _, tap in (wrong.published - right.published).taps} == {Fraction("0.00009")}
    derivative = ENTRIES["farid-3-x"].published.taps
    factor = Kernel({x: tap / Fraction("0.540242") for (y, x), tap in derivative if y == 0})
    assert ENTRIES["farid-3-misprint-x"].published == product([wrong.published, factor])


def test_folding_takes_away_case_blanks_and_underscores():
    assert folded(" CV2.Scharr( dx = 1,\tdy=0 ) ") == "cv2.scharr(dx=1,dy=0)"
    assert folded("Frei_Chen-1") == "frei-chen-1"


def test_emboss_is_the_image_and_six_times_its_slope():
    """As its remark says: with the slope added to the target nothing is off through degree 2."""
    entry = named("emboss")
    slope = derivative((0, 1)) + derivative((1, 0))
    certificate = certify(entry.published, value(ndim=2) + slope * 6)
    assert certificate.failing_degree == 3
    assert certify(entry.published, value(ndim=2) + slope * 5).failing_degree == 1


@pytest.mark.parametrize(("name", "total"), [("gaussian-5-over-159", 159), ("gaussian-5-over-273", 273)])
def test_gaussians_in_whole_numbers_add_up_to_what_they_are_divided_by(name, total):
    entry = named(name)
    assert sum(tap for _, tap in entry.published.taps) == total
    assert entry.gain == total


def test_the_gaussian_over_159_is_that_of_sigma_1_4_rounded():
    taps = dict(named("gaussian-5-over-159").published.taps)
    for y in range(-2, 3):
        for x in range(-2, 3):
            assert taps[(Fraction(y), Fraction(x))] == round(15 * math.exp(-(x * x + y * y) / (2 * 1.4**2)))
