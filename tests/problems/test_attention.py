"""The exercise on attention: head counts of the theorem, and heads run by an implementation of attention not ours."""

import numpy as np
import pytest


def test_layers_need_the_heads_of_the_theorem(solved):
    """Rank 1 with one sign: 1; rank 1 with both: 2; two kernels of sum 0: 3; rank 9 fills the space: 9."""
    rows = solved("attention").facts["counts"].rows
    assert [(row[1], row[2], row[3]) for row in rows] == [(9, 1, 1), (9, 1, 2), (18, 2, 3), (1728, 9, 9)]


def test_the_two_heads_of_the_table_are_averages_and_add_up_to_the_laplacian(solved):
    centre, neighbour, factor = (row[2:] for row in solved("attention").facts["split"].rows)
    assert min(*centre, *neighbour) > 0
    assert [c + 4 * n for c, n in zip(centre, neighbour, strict=True)] == pytest.approx([1, 1], abs=1e-11)
    assert np.dot(factor, centre) == pytest.approx(-4, abs=1e-9)
    assert np.dot(factor, neighbour) == pytest.approx(1, abs=1e-9)


def test_the_heads_of_the_table_give_the_laplacian_in_pytorch(solved):
    """The table's weights, as relative scores of PyTorch's attention over all pixels of a picture, inside."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    from scipy import ndimage

    centre, neighbour, factor = (row[2:] for row in solved("attention").facts["split"].rows)
    side = 9
    picture = np.random.default_rng(1).standard_normal((side, side))
    places = np.stack(np.divmod(np.arange(side**2), side), axis=1)
    distance = np.abs(places[:, None] - places[None]).sum(axis=2)
    values = torch.tensor(picture.reshape(1, 1, -1, 1))
    nothing = torch.zeros(1, 1, side**2, 4, dtype=torch.float64)
    total = np.zeros((side, side))
    for at, beside, by in zip(centre, neighbour, factor, strict=True):
        score = np.select([distance == 0, distance == 1], [np.log(at), np.log(beside)], -np.inf)
        head = torch.nn.functional.scaled_dot_product_attention(
            nothing, nothing, values, attn_mask=torch.tensor(score)
        )
        total += by * head.numpy().reshape(side, side)
    assert np.abs(total - ndimage.laplace(picture))[1:-1, 1:-1].max() < 1e-9
