"""The table of preferences: what each asks for is what the command line and the messages offer."""

from __future__ import annotations

import pytest

from kernelkit.errors import UnknownNameError
from kernelkit.exact import preferences
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import laplacian
from kernelkit.exact.offsets import box
from kernelkit.exact.preferences import RULES


@pytest.mark.parametrize("name", RULES)
def test_every_preference_is_described_and_gives_a_kernel_of_its_own_kind(name):
    assert f"``{name}``\n" in preferences.__doc__
    assert len(derive(laplacian(2), box(1), accuracy=2, prefer=name)) >= 5


def test_rules_ask_for_least_taps_or_least_norm_and_isotropy_implies_symmetry():
    assert {rule.least for rule in RULES.values()} == {"taps", "norm"}
    assert all(rule.symmetric for rule in RULES.values() if rule.isotropic)


def test_preferences_choose_different_kernels_where_several_fit():
    chosen = {
        derive(laplacian(2), box(1), accuracy=2, prefer=name)
        for name in ("fewest", "isotropic", "least-norm")
    }
    assert len(chosen) == 3


@pytest.mark.parametrize("points", [None, box(1)])
def test_a_preference_that_does_not_exist_is_refused_with_or_without_points(points):
    with pytest.raises(UnknownNameError) as refused:
        derive(laplacian(2), points, prefer="smallest")
    assert str(refused.value) == (
        "no preference is called 'smallest'\n  next: preferences are fewest, symmetric, isotropic, least-norm"
    )
