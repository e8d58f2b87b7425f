"""Designs among the catalogue: names, accuracies, ranks and equals."""

import pytest
from optimise.waves import X_GRADIENT

from kernelkit import Kernel, box, certify, derivative, line, named
from kernelkit.optimise.band import read_band
from kernelkit.optimise.comparison import DESIGN, Rival, ranked, rivals
from kernelkit.optimise.criteria import read_criterion

DIRECTION = read_criterion("direction", read_band("1/2"))
MINIMAX = read_criterion("minimax", read_band("1/2"))


def test_equal_kernels_have_their_best_known_name_and_misprints_none():
    found = {rival.name: rival for rival in rivals(DIRECTION, X_GRADIENT, box(2))}
    assert {"sobel-3-x", "prewitt-3-x", "sobel-5-x", "scharr-5-x"} <= found.keys()
    assert not [name for name in found if "misprint" in name or "robinson" in name]
    assert len({rival.kernel for rival in found.values()}) == len(found)
    assert found["sobel-3-x"].kernel == named("robinson-5-e").kernel


@pytest.mark.parametrize(
    ("target", "stencil"), [(X_GRADIENT, box(1)), (derivative(2), line(-3, 3)), (derivative(1), line(0, 4))]
)
def test_rivals_compute_the_target_are_no_larger_and_have_their_proved_accuracy(target, stencil):
    found = rivals(MINIMAX, target, stencil)
    reach = max(stencil.offsets)[0] - min(stencil.offsets)[0]
    assert found
    for rival in found:
        certificate = certify(rival.kernel, target)
        assert certificate.consistent
        assert certificate.accuracy == rival.accuracy
        assert max(rival.kernel.width) <= reach


def test_values_that_differ_by_rounding_share_a_rank_and_the_design_comes_first():
    kernel = Kernel({-1: "-1/2", 1: "1/2"})
    values = {
        "a": 0.5,
        "b": 0.25,
        "c": 0.25 * (1 + 1e-14),
        DESIGN: 0.25 * (1 + 2e-14),
        "d": 0.25 * (1 + 1e-9),
    }
    rows = {name: Rival(name, kernel, 2, value) for name, value in values.items()}
    design = rows.pop(DESIGN)
    found = ranked(design, list(rows.values()), MINIMAX, derivative(1))
    assert [(row.name, row.rank) for row in found] == [(DESIGN, 1), ("b", 1), ("c", 1), ("d", 4), ("a", 5)]


def test_values_that_are_all_rounding_are_equal():
    """Of bands so narrow that nothing but rounding is left."""
    kernel = Kernel({-1: "-1/2", 1: "1/2"})
    narrow = read_criterion("minimax", read_band("1e-9"))
    rows = [Rival(str(i), kernel, 2, value) for i, value in enumerate([0.0, 3e-25, 1e-24])]
    assert {row.rank for row in ranked(rows[2], rows[:2], narrow, derivative(1))} == {1}
