"""Attention: scores are correlations, softmax heads rebuild layers, and what the border does."""

import itertools

import numpy as np
import pytest
from golden.tables import rows
from scipy.signal import correlate2d

from kernelkit.errors import InputError, LimitError, ShapeError
from kernelkit.learning import attention as module
from kernelkit.learning.attention import Heads, attend, quadratic, rebuilt, scores
from kernelkit.learning.heads import count_heads
from kernelkit.learning.pairs import pairs
from kernelkit.learning.patches import patch_matrix

FIVE_POINT = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])


def layer(image, weights):
    """Return the zero-padded correlation of a layer, by SciPy."""
    return np.array(
        [
            sum(correlate2d(x, w, "same") for x, w in zip(image, row, strict=True))
            for row in np.asarray(weights, float)
        ]
    )


def full_softmax(image, heads):
    """Return what heads compute by the textbook: every pixel a token, one N x N softmax a head."""
    channels, height, width = image.shape
    tokens = image.reshape(channels, -1).T
    places = list(itertools.product(range(height), range(width)))
    table = [dict(zip(heads.offsets, row, strict=True)) for row in heads.scores]
    result = np.zeros((len(tokens), heads.values.shape[1]))
    for relative, matrix in zip(table, heads.values, strict=True):
        scored = np.array(
            [[relative.get((b[0] - a[0], b[1] - a[1]), -np.inf) for b in places] for a in places]
        )
        weights = np.exp(scored - scored.max(axis=1, keepdims=True))
        result += weights / weights.sum(axis=1, keepdims=True) @ tokens @ matrix.T
    return result.T.reshape(-1, height, width)


def test_scores_of_one_query_are_the_correlation():
    (row,) = [row for row in rows("cases_learn") if row["id"] == "7.9/scores"]
    given, expected = row["input"], row["expected"]
    assert np.array_equal(
        patch_matrix(pairs(given["X"], None, given["kernel_shape"])), expected["patch_matrix"]
    )
    assert scores(given["X"], expected["K"]).ravel().tolist() == expected["times_vec_K"]
    rng = np.random.default_rng(0)
    x, k = rng.integers(-9, 10, (9, 8)), rng.integers(-9, 10, (3, 2))
    assert np.abs(scores(x, k) - correlate2d(x, k, "valid")).max() == 0


def test_scores_among_patches_have_the_spectrum_of_the_gram_matrix():
    patches = patch_matrix(pairs(np.random.default_rng(0).normal(size=(6, 7)), None, 3))
    among = np.linalg.eigvalsh(patches @ patches.T)
    of_gram = np.linalg.eigvalsh(patches.T @ patches)
    assert among[-9:] == pytest.approx(of_gram, rel=1e-11)
    assert np.abs(among[:-9]).max() < 1e-12


@pytest.mark.parametrize("channels", [(1, 1), (1, 2), (2, 3), (64, 3)])
@pytest.mark.parametrize("seed", range(3))
def test_a_layer_is_rebuilt_from_as_few_heads_as_it_needs(channels, seed):
    rng = np.random.default_rng(seed)
    weights, image = rng.normal(size=(*channels, 3, 3)), rng.normal(size=(channels[1], 14, 13))
    heads = rebuilt(weights)
    assert len(heads) == count_heads(weights).heads
    assert np.abs(attend(image, heads) - layer(image, weights)).max() < 2e-12
    averages = np.exp(heads.scores)
    assert np.allclose(averages.sum(axis=1), 1, atol=1e-14)


@pytest.mark.parametrize(
    "taps",
    [FIVE_POINT, [[1, 2, 1]], [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], [[1, -1]], [[3]], [[-2, -1], [0, 0]]],
)
def test_known_kernels_are_rebuilt_to_the_last_digits(taps):
    image = np.random.default_rng(1).normal(size=(1, 16, 16))
    assert np.abs(attend(image, rebuilt(taps))[:, 2:-2, 2:-2] - layer_at_offsets(image, taps)).max() < 1e-13


def layer_at_offsets(image, taps):
    """Return the correlation two pixels inside the image, with window centre (size - 1) // 2."""
    taps = np.asarray(taps, dtype=float)
    result = np.zeros((12, 12))
    for (i, j), tap in np.ndenumerate(taps):
        a, b = i - (taps.shape[0] - 1) // 2, j - (taps.shape[1] - 1) // 2
        result += tap * image[0, 2 + a : 14 + a, 2 + b : 14 + b]
    return result


def test_heads_on_lines_and_in_space():
    rng = np.random.default_rng(0)
    line = rng.normal(size=20)
    assert np.allclose(
        attend(line, rebuilt([1, -2, 1]))[0], np.convolve(line, [1, -2, 1], "same"), atol=1e-13
    )
    cube, taps = rng.normal(size=(5, 5, 5)), rng.normal(size=(2, 2, 2))
    inner = sum(taps[i, j, k] * cube[i : 4 + i, j : 4 + j, k : 4 + k] for i, j, k in np.ndindex(2, 2, 2))
    assert np.allclose(attend(cube, rebuilt(taps))[0, :4, :4, :4], inner, atol=1e-13)


@pytest.mark.parametrize("heads", [rebuilt(FIVE_POINT), quadratic(FIVE_POINT, 3.0, around=1)])
def test_attend_is_the_full_softmax_over_all_pixels(heads):
    image = np.random.default_rng(2).normal(size=(1, 6, 5))
    assert np.allclose(attend(image, heads, border="renormalised"), full_softmax(image, heads), atol=1e-13)


def test_the_border_is_where_renormalising_differs():
    """Softmax over the pixels that exist errs by as much as the taps at the border, by nothing inside."""
    image = np.random.default_rng(0).normal(size=(1, 20, 20))
    heads, wanted = rebuilt(FIVE_POINT), layer(image, FIVE_POINT[None, None])
    error = np.abs(attend(image, heads, border="renormalised") - wanted)[0]
    assert error[1:-1, 1:-1].max() < 1e-13
    assert error.max() > 1
    assert np.abs(attend(image, heads, border="zero-tokens") - wanted).max() < 1e-13


def test_one_head_answers_a_constant_with_a_constant():
    """So that no single head is a derivative: a value that sums to zero over heads is needed."""
    constant = np.full((1, 7, 7), 2.5)
    one = Heads(((0, 0), (0, 1), (1, 0)), np.random.default_rng(0).normal(size=(1, 3)), np.array([[[3.0]]]))
    assert np.allclose(attend(constant, one, border="renormalised"), 7.5, atol=1e-14)
    two = rebuilt([[1, -2, 1]])
    assert len(two) == 2
    assert np.abs(two.values.sum(axis=0)).max() < 1e-13
    assert np.abs(attend(constant, two, border="renormalised")).max() < 1e-13


def test_quadratic_heads_err_as_exp_of_minus_their_sharpness():
    image = np.random.default_rng(0).normal(size=(1, 24, 24))
    inner = (slice(None), slice(4, -4), slice(4, -4))
    wanted = layer(image, FIVE_POINT[None, None])[inner]
    errors = {
        a: np.abs(attend(image, quadratic(FIVE_POINT, a))[inner] - wanted).max() for a in (4, 8, 16, 46)
    }
    assert len(quadratic(FIVE_POINT, 4)) == 9
    assert errors[4] / errors[16] == pytest.approx(np.exp(12), rel=0.1)
    assert errors[8] / errors[16] == pytest.approx(np.exp(8), rel=0.01)
    assert 0.1 < errors[4] < 3
    assert errors[46] < 1e-15


def test_both_kinds_are_equivariant_to_shifts_of_a_ring():
    """A shifted image gives the shifted answer wherever all neighbours exist."""
    image = np.random.default_rng(3).normal(size=(1, 12, 12))
    heads = rebuilt(np.random.default_rng(4).normal(size=(2, 1, 3, 3)))
    moved = attend(np.roll(image, (2, 1), (1, 2)), heads)
    assert np.allclose(moved[:, 3:-1, 2:-1], attend(image, heads)[:, 1:-3, 1:-2], atol=1e-13)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: attend(np.ones((2, 5, 5)), rebuilt(FIVE_POINT)), ShapeError),
        (lambda: attend(np.ones(5), rebuilt(FIVE_POINT)), ShapeError),
        (lambda: attend(np.ones((5, 5)), rebuilt(FIVE_POINT), border="reflect"), InputError),
        (lambda: quadratic(FIVE_POINT, 0.0), InputError),
        (lambda: quadratic(FIVE_POINT, float("nan")), InputError),
        (lambda: quadratic(FIVE_POINT, 4.0, around=-1), InputError),
        (lambda: rebuilt(np.zeros((3, 3))), InputError),
        (lambda: scores([1, 2], [1, 2, 3]), ShapeError),
    ],
)
def test_what_does_not_fit_is_refused(call, error):
    with pytest.raises(error) as caught:
        call()
    assert caught.value.what


def test_too_many_weights_are_refused(monkeypatch):
    monkeypatch.setattr(module, "MOST_WEIGHTS", 100)
    with pytest.raises(LimitError, match="5 positions at 100 pixels"):
        attend(np.ones((10, 10)), rebuilt(FIVE_POINT))
