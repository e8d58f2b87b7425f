"""Matches with the catalogue: the same up to factor, motion and shift, or near with the taps that differ."""

from fractions import Fraction

import numpy as np
import pytest
from golden.tables import read

from kernelkit import Kernel, named
from kernelkit.exact.symmetry import Motion, motions
from kernelkit.identification.matches import MOST, matches, motion_text
from kernelkit.identification.tolerance import tolerance_for

SOBEL = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
CASES = {row["id"]: row for row in read("cases_filters")["rows"]}
PLAIN = [
    "kroon-3-x",
    "kirsch-nw",
    "farid-5-x",
    "roberts-1",
    "extended-sobel-5-x",
    "log-5-mexican-hat",
    "sobel-3d-x",
]


def matches_of(kernel):
    given = kernel if isinstance(kernel, Kernel) else Kernel.from_array(kernel)
    return matches(given, tolerance_for(given))


@pytest.mark.parametrize("name", PLAIN)
def test_a_published_kernel_is_found_under_its_name(name):
    (first, *_) = matches_of(named(name).published)
    assert (first.name, first.scale, first.motion, first.differences) == (name, 1, "", ())
    assert not any(first.shift)


@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("factor", ["1/8", -3])
def test_it_is_found_scaled_shifted_and_moved(name, factor):
    published = named(name).published
    for motion in list(motions(published.ndim))[:8]:
        moved = Kernel([(motion.moved(offset), tap) for offset, tap in published.taps])
        by = (2, -5, 1)[: published.ndim]
        found = matches_of((moved * Fraction(factor)).shifted(by))
        same = [match for match in found if not match.differences]
        assert same, motion
        assert all(_undone(match, moved.shifted(by), Fraction(factor)) for match in same)


def _undone(match, kernel, factor):
    """Whether the catalogue's kernel, moved, shifted and scaled as a match says, is the given one."""
    entry = named(match.name)
    taps = entry.published if match.version == "published" else entry.kernel
    for motion in motions(taps.ndim):
        if motion_text(motion) == match.motion:
            image = Kernel([(motion.moved(offset), tap) for offset, tap in taps.taps])
            if image.shifted(match.shift) * match.scale == kernel * factor:
                return True
    return False


def test_the_plainest_name_comes_first_and_masks_of_a_set_after_it():
    names = [match.name for match in matches_of(SOBEL)]
    assert names[0] == "sobel-3-x"
    assert "robinson-5-e" in names


def test_the_mean_is_a_box_before_it_is_one_of_a_basis():
    for factor in (1, Fraction(1, 9), 3):
        names = [match.name for match in matches_of([[factor] * 3] * 3)]
        assert names == ["box-3", "frei-chen-9"]


def test_perturbed_taps_are_the_same_within_the_tolerance():
    noise = np.random.default_rng(5).uniform(-1, 1, (3, 3)) * 1e-12
    (first, *_) = matches_of(np.array(SOBEL) / 8 + noise)
    assert (first.name, first.scale, first.differences) == ("sobel-3-x", Fraction(1, 8), ())


def test_zeros_around_a_kernel_change_nothing_even_perturbed_ones():
    padded = np.pad(np.array(SOBEL, dtype=float), 2)
    noise = np.random.default_rng(5).uniform(-1, 1, padded.shape) * 1e-12
    assert matches_of(padded)[0].name == "sobel-3-x"
    assert matches_of(padded + noise)[0].name == "sobel-3-x"


def test_the_mistyped_taps_of_a_public_mask_are_pointed_out():
    case = CASES["CipiOrhei/eecvf/sobel-7x7"]
    found = {match.name: match for match in matches_of(case["input"]["y"])}
    assert not found["extended-sobel-7-misprint"].differences
    meant = found["extended-sobel-7-y"]
    assert meant.scale == 1
    pointed = {(tuple(map(int, d.offset)), int(d.given), int(d.expected)) for d in meant.differences}
    assert pointed == {
        ((row - 3, column - 3), found, expected)
        for row, column, found, expected in case["expected"]["differences_row_column_found_expected"]
    }


def test_swapped_digits_are_pointed_out():
    """The public copy itself is in the catalogue, as a misprint; half of it is near the published filter."""
    case = CASES["MRtrix3/mrtrix3/farid-3"]
    taps = [Fraction(tap) for tap in case["input"]["prefilter"]]
    known, meant, *_ = matches_of(Kernel(zip((-1, 0, 1), taps, strict=True)))
    assert known.name == "farid-3-misprint"
    assert (meant.name, len(meant.differences)) == ("farid-3-p", 2)
    (half, *_) = matches_of(Kernel({-1: taps[0], 0: taps[1], 1: case["expected"]["should_be"]}))
    assert half.scale == 1
    assert half.name == "farid-3-p"
    (difference,) = half.differences
    assert (difference.given, difference.expected) == (taps[0], Fraction(case["expected"]["should_be"]))


def test_the_nearest_are_listed_with_the_closest_first():
    found = matches_of([[0, 1, 0], [1, -3, 1], [0, 1, 0]])
    assert found[0].name == "laplacian-5pt"
    assert found[0].scale == 1
    (centre,) = found[0].differences
    assert (centre.offset, centre.given, centre.expected) == ((0, 0), -3, -4)
    assert len(found) <= MOST


def test_what_is_like_nothing_known_has_no_match():
    assert matches_of([[7, -3, 2], [1, 0, -9], [4, 4, -5]]) == ()
    assert matches_of(Kernel({0: 1, "1/3": -1})) == ()
    assert matches(Kernel({}, ndim=2), tolerance_for(Kernel({0: 1}))) == ()


def test_one_tap_that_towers_above_the_others_is_no_likeness():
    """Ones around -24 are a Laplacian and no unsharp mask, though nearly all of both lies in the middle."""
    assert matches_of([[-24 if (x, y) == (2, 2) else 1 for x in range(5)] for y in range(5)]) == ()


@pytest.mark.parametrize(
    ("motion", "text"),
    [
        (Motion((0, 1), (1, 1)), ""),
        (Motion((1, 0), (1, 1)), "axes x and y exchanged"),
        (Motion((0, 1), (-1, -1)), "x and y reversed"),
        (Motion((1, 0), (1, -1)), "axes x and y exchanged, x reversed"),
        (Motion((1, 2, 0), (1, 1, 1)), "axes turned: y to z, x to y, z to x"),
    ],
)
def test_motions_in_words(motion, text):
    assert motion_text(motion) == text
