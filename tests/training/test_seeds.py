"""Mean and spread of several runs are NumPy's, with n - 1 in the denominator."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from training.made import outcome

from kernelkit.errors import InputError
from kernelkit.training.seeds import accuracies, spread


@given(st.lists(st.floats(0, 1), min_size=2, max_size=12))
def test_mean_and_deviation_are_numpys(values):
    found = spread(values)
    assert found.values == tuple(values)
    assert found.mean == pytest.approx(np.mean(values), rel=1e-12, abs=1e-300)
    assert found.deviation == pytest.approx(np.std(values, ddof=1), rel=1e-6, abs=1e-12)


def test_no_runs_have_no_mean():
    with pytest.raises(InputError, match="no mean"):
        spread([])


def test_a_single_run_has_no_spread():
    """Not one of 0, which would say that runs agree."""
    assert spread([0.8]).mean == 0.8
    assert spread([0.8]).deviation is None


def test_the_published_spread_of_three_seeds():
    """0.823, 0.832, 0.819 have the mean 0.82467 and the deviation sqrt((1.667^2 + 7.333^2 + 5.667^2)/2) / 1000."""
    found = spread([0.823, 0.832, 0.819])
    assert found.mean == pytest.approx(2.474 / 3)
    assert found.deviation == pytest.approx(0.0066583, abs=1e-7)


def test_accuracies_are_those_of_tested_runs():
    runs = [outcome(shift=0.01), outcome(reason="interrupted"), outcome(shift=0.03)]
    assert accuracies(runs).values == (runs[0].test.accuracy, runs[2].test.accuracy)
    assert accuracies([runs[1]]) is None
    assert accuracies([]) is None
