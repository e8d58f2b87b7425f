"""Whole-number data solved in fractions: published answers, proofs of uniqueness, and NumPy as an oracle."""

import math
from fractions import Fraction

import numpy as np
import pytest
from golden.tables import rows
from hypothesis import given as drawn
from hypothesis import strategies as st
from scipy.signal import correlate2d

from kernelkit.errors import InputError, UnderdeterminedError
from kernelkit.exact.kernel import Kernel
from kernelkit.learning.pairs import pairs
from kernelkit.learning.patches import patch_matrix
from kernelkit.learning.rational import prove


def case(ident: str) -> tuple[dict, dict]:
    """Return input and expected answer of a row."""
    (row,) = [row for row in rows("cases_learn") if row["id"] == ident]
    return row["input"], row["expected"]


def fractions(nested) -> tuple[Fraction, ...]:
    """Return the numbers of nested lists, flat."""
    return tuple(Fraction(v) for v in np.array(nested, dtype=object).ravel())


def test_a_sentence_never_holds_a_fraction_that_nobody_can_read():
    """Labels rounded to whole grey values leave a sum of squares with hundreds of digits."""
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (20, 20))
    labels = np.rint(correlate2d(image, np.ones((3, 3)) / 7, mode="valid"))
    proof = prove(pairs(image, labels, (3, 3)))
    assert len(str(proof.loss[0])) > 60
    assert f"about {float(proof.loss[0]):.6g}" in proof.statement


def test_an_untrained_bias_bends_the_taps_to_13_10_and_minus_7_10():
    given, expected = case("1.2-E3/bias-not-updated")
    labels = [[float(Fraction(v)) for v in line] for line in given["Y"]]
    fixed = prove(pairs(given["X"], labels, given["kernel_shape"]))
    assert fixed.taps == (fractions(expected["taps"]),)
    assert fixed.loss == (Fraction(expected["loss"]),)
    assert (fixed.unique, fixed.consistent) == ("yes", "no")
    assert "the sum of squares left is 51/10" in fixed.statement
    trained, answer = (
        prove(pairs(given["X"], labels, given["kernel_shape"], bias="fit")),
        expected["with_trained_bias"],
    )
    assert trained.taps == (fractions(answer["taps"]),)
    assert trained.bias == (Fraction(answer["bias"]),)
    assert trained.loss == (answer["loss"],)
    assert trained.consistent == "yes"


def test_loss_0_does_not_mean_the_right_kernel():
    given, expected = case("7.1/sobel-from-stripes")
    found = prove(pairs(given["X"], correlate2d(given["X"], given["K_true"], "valid"), given["kernel_shape"]))
    assert (found.rank, found.unknowns) == (expected["rank"], expected["unknowns"])
    assert found.taps == (fractions(expected["min_norm"]),)
    assert found.loss == (expected["loss_of_min_norm"],)
    assert found.unique == "no"
    assert found.statement == "rank 3 of 9 unknowns: only the three column sums are determined"
    with pytest.raises(UnderdeterminedError) as caught:
        found.kernel()
    assert caught.value.freedom == 6


def test_a_system_is_recovered_with_its_rank():
    given, expected = case("matousc89/padasip#8")
    found = prove(pairs(given["x"], given["y"], given["taps"]))
    assert found.taps == (fractions(expected["kernel"]),)
    assert found.rank == expected["rank"]
    assert found.loss == (expected["residual"],)
    assert found.kernel() == Kernel({-2: 1, -1: -2, 0: 3, 2: 1})


def test_collinear_columns_give_a_family_and_its_least_member():
    given, expected = case("statsmodels/statsmodels#3824")
    x = np.array(given["A"], dtype=float)[:, None]
    found = prove(pairs(x, np.array(given["y"], dtype=float)[:, None, None], (4,)))
    assert (found.rank, found.unknowns) == (expected["rank"], expected["unknowns"])
    assert found.taps == (fractions(expected["min_norm_solution"]),)
    (direction,) = found.free
    null = fractions(expected["null_direction"])
    assert [d * null[0] for d in direction] == [n * direction[0] for n in null]


@drawn(st.integers(0, 2**32 - 1))
def test_solutions_are_numpy_s_and_proofs_hold(seed):
    """Least norm where several fit, labels with noise, halves, channels, stride, padding and a bias."""
    rng = np.random.default_rng(seed)
    x = rng.integers(-2, 3, (2, rng.integers(1, 3), 4, 5)) * rng.choice([1, 0.5])
    layer = {
        "stride": int(rng.integers(1, 3)),
        "padding": int(rng.integers(0, 2)),
        "bias": str(rng.choice(["none", "fit"])),
    }
    bare = pairs(x, None, (2, 2), **layer)
    data = pairs(x, rng.integers(-3, 4, (2, 2, *bare.out)) / 4, (2, 2), **layer)
    found, matrix = prove(data), patch_matrix(data)
    labels = np.moveaxis(data.y, 1, -1).reshape(-1, 2)
    best = np.linalg.lstsq(matrix, labels, rcond=None)[0].T
    ours = np.array(
        [[*map(float, t), *([float(found.bias[i])] if found.bias else [])] for i, t in enumerate(found.taps)]
    )
    assert np.allclose(ours, best, atol=1e-12)
    assert np.allclose(
        [float(loss) for loss in found.loss], np.sum((matrix @ best.T - labels) ** 2, axis=0), atol=1e-11
    )
    assert found.rank == np.linalg.matrix_rank(matrix) == len(found.witnesses)
    assert np.linalg.matrix_rank(matrix[list(found.witnesses)]) == found.rank
    assert all(np.abs(matrix @ np.array(direction, dtype=float)).max() < 1e-12 for direction in found.free)
    assert len(found.free) == found.unknowns - found.rank


def test_witnesses_prove_uniqueness_by_a_determinant():
    """The windows named form a square matrix whose determinant, over the whole numbers, is not zero."""
    from sympy import Matrix

    x = np.random.default_rng(2).integers(0, 256, (40, 40))
    data = pairs(x, correlate2d(x, [[1, 2], [0, -3]], "valid"), 2)
    found = prove(data)
    square = Matrix(patch_matrix(data)[list(found.witnesses)].astype(int).tolist())
    assert square.shape == (4, 4)
    assert square.det() != 0
    assert found.kernel() == Kernel({(0, 0): 1, (0, 1): 2, (1, 1): -3})
    assert found.statement == "4 independent windows for 4 unknowns: no other kernel gives these labels"


def test_many_flat_windows_before_the_first_that_differs():
    x = np.zeros((60, 60), dtype=int)
    x[50:, 50:] = np.random.default_rng(0).integers(0, 9, (10, 10))
    found = prove(pairs(x, correlate2d(x, np.arange(9).reshape(3, 3), "valid"), 3))
    assert found.unique == "yes"
    assert min(found.witnesses) > 256


def test_channels_give_kernels_of_their_own():
    rng = np.random.default_rng(0)
    x, taps = rng.integers(-5, 6, (1, 2, 6, 6)), rng.integers(-4, 5, (3, 2, 2, 2))
    y = np.array([[sum(correlate2d(x[0, c], taps[o, c], "valid") for c in range(2)) for o in range(3)]])
    found = prove(pairs(x, y, 2))
    for o in range(3):
        for c in range(2):
            assert found.kernel(o, c) == Kernel.from_array(taps[o, c].tolist())


def test_what_is_no_whole_number_is_refused():
    with pytest.raises(InputError, match="rounded"):
        prove(pairs([0.1, 0.2, 0.3], [0.1, 0.2], 2))
    with pytest.raises(InputError, match="labels"):
        prove(pairs([1, 2, 3], None, 2))
    assert math.isfinite(prove(pairs([1, 2, 5], [0.5, 0.25], 2)).loss[0])
