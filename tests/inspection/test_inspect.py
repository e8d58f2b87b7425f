"""Inspections: arrays, models and layers alike, and the same answers in the same order."""

import numpy as np
import pytest
from inspection.layers import plane

from kernelkit.errors import CheckpointError
from kernelkit.inspection.inspect import inspect
from kernelkit.inspection.layer import first_layer

LAYER = np.stack([plane(9), plane(9, phase=90)])[:, None]


def test_arrays_mappings_and_layers_are_inspected_alike():
    for given in (LAYER, {"conv.weight": LAYER}, first_layer(LAYER), LAYER[:, 0]):
        found = inspect(given)
        assert [verdict.name for verdict in found.verdicts] == ["bar", "edge"]
        assert [one.number for one in found.filters] == [0, 1]
        assert found.summary.filters == 2


def test_order_of_filters_does_not_change_their_measures():
    one, other = inspect(LAYER), inspect(LAYER[::-1])
    for a, b in zip(one.filters, other.filters[::-1], strict=True):
        assert a.gabor == b.gabor
        assert a.relative_norm == b.relative_norm


def test_what_holds_no_layer_is_refused():
    with pytest.raises(CheckpointError, match="no array of it has four axes"):
        inspect({"bias": np.ones(3), "scale": np.ones(2)})
