"""Summaries: the published figures of a trained layer, and counts that add up."""

import numpy as np
import pytest
from golden.tables import read
from inspection.layers import face_api, lump, plane

from kernelkit.inspection.inspect import inspect
from kernelkit.inspection.layer import first_layer


def test_a_trained_layer_has_the_figures_that_an_analysis_of_others_found():
    """The figures in the golden table come from code that shares nothing with this."""
    measured = read("first_layer_face_api")["measured"]
    found = inspect(face_api()).summary
    assert found.filters == 32
    assert found.dead == measured["dead"]
    assert found.chromatic == measured["chromatic"]
    assert found.gabor_r_squared == pytest.approx(measured["gabor_r_squared_median"], abs=0.0005)
    assert found.close_fits == measured["gabor_r_squared_above_0.9"]
    assert sum(found.classes.values()) == 32


def test_counts_and_pairs_are_those_of_the_filters():
    grey = np.ones(3)[:, None, None]
    opponent = np.array([1, -1, 0])[:, None, None]
    layer = np.stack(
        [
            grey * plane(9, frequency=0.2),
            grey * plane(9, frequency=0.2, phase=90),
            opponent * lump(9),
            -grey * plane(9, frequency=0.2),
            0 * grey * lump(9),
        ]
    )
    found = inspect(first_layer(layer, stride=4)).summary
    assert found.classes == {"dead": 1, "colour-opponent": 1, "bar": 2, "edge": 1}
    assert list(found.classes) == ["dead", "colour-opponent", "bar", "edge"]
    assert (found.dead, found.chromatic, found.opponent) == (1, 1, 1)
    assert found.duplicates == ((0, 3),)
    assert len(found.phase_pairs) == 1
    assert found.colour_share == pytest.approx(1)
    assert found.frequency == pytest.approx(0.2, abs=1e-3)
    assert found.directions[0] == 3
    assert sum(found.directions) == 3
    assert found.aliased is not None


def test_directions_are_counted_in_the_bin_about_them():
    for place in range(8):
        found = inspect(np.stack([plane(11, angle=22.5 * place, frequency=0.2)])).summary
        assert found.directions[place] == 1


def test_a_dead_layer_has_counts_but_no_medians():
    found = inspect(np.zeros((2, 3, 7, 7))).summary
    assert found.classes == {"dead": 2}
    assert found.separability is found.gabor_r_squared is found.colour_share is found.frequency is None
