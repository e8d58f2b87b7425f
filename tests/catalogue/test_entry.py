"""Entries: what the published taps compute is read from the taps."""

from __future__ import annotations

import pickle
from fractions import Fraction

import pytest
from hypothesis import given
from strategies import nonzero

from kernelkit.catalogue.entry import Entry
from kernelkit.errors import InputError
from kernelkit.exact.certify import certify
from kernelkit.exact.derive import derive
from kernelkit.exact.functional import Functional, derivative, laplacian, value
from kernelkit.exact.kernel import Kernel


def entry(published: Kernel, target: Functional) -> Entry:
    return Entry("name", "title", published, target, "source", "gradient")


@pytest.mark.parametrize(
    "target", [derivative(1), derivative(3), derivative((1, 1)), laplacian(3), value(), laplacian(2) * -1]
)
@given(factor=nonzero())
def test_the_gain_is_the_factor_between_taps_and_the_unit_kernel(target, factor):
    unit = derive(target) if target.order else Kernel({-1: "1/4", 0: "1/2", 1: "1/4"})
    found = entry(unit * factor, target)
    assert found.gain == factor
    assert found.kernel == unit
    assert found.consistent


def test_taps_that_miss_their_moments_are_changed_as_little_as_possible():
    """The taps (1, 0, -1/2) of d/dx have sum 1/2, which is taken from all alike, and slope 3/2."""
    found = entry(Kernel({-1: -1, 0: 0, 1: "1/2"}), derivative(1))
    assert not found.consistent
    assert found.gain == Fraction(3, 2)
    assert found.certificate.consistent
    assert found.certificate == certify(found.kernel, derivative(1))
    assert found.kernel == Kernel({-1: "-1/2", 1: "1/2"})


def test_taps_that_hold_nothing_of_the_target_have_no_gain():
    with pytest.raises(InputError, match="the taps of name hold nothing of d/dx"):
        _ = entry(Kernel({-1: 1, 0: -2, 1: 1}), derivative(1)).gain


def test_an_entry_is_proved_once(monkeypatch):
    """Its properties are read many times when it is shown, and a proof of many taps takes a second."""
    calls = []
    monkeypatch.setattr(
        "kernelkit.catalogue.entry.certify", lambda *given: calls.append(1) or certify(*given)
    )
    found = entry(Kernel({-1: "-0.49", 0: "0.01", 1: "0.5"}), derivative(1))
    for _ in range(3):
        assert not found.consistent
        assert found.certificate.kernel == found.kernel
        assert found.gain
    assert len(calls) == 2


def test_equal_entries_are_equal_whether_proved_or_not():
    one, other = (entry(Kernel({-1: -1, 1: 1}), derivative(1)) for _ in range(2))
    assert one.certificate.consistent
    assert one == other
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == one
