"""The doors of all analyses: what is no kernel is refused by one sentence and a way out that works."""

import math

import numpy as np
import pytest

from kernelkit import Kernel
from kernelkit.analysis.canny import kernel_criteria
from kernelkit.analysis.given import check_kernel
from kernelkit.analysis.merit import figure_of_merit
from kernelkit.analysis.rounding import rounding
from kernelkit.analysis.separable import low_rank, separate
from kernelkit.analysis.spectrum import spectrum_range
from kernelkit.analysis.stability import stability_limits
from kernelkit.analysis.symbol import cosine_form, response_at, sine_power_form, symbol
from kernelkit.analysis.wavenumber import dispersion, modified_wavenumber, resolving_efficiency
from kernelkit.errors import InputError

DOORS = {
    "symbol": lambda kernel: symbol(kernel, [0.0, math.pi]),
    "response_at": lambda kernel: response_at(kernel, (1,)),
    "cosine_form": cosine_form,
    "sine_power_form": sine_power_form,
    "modified_wavenumber": lambda kernel: modified_wavenumber(kernel, 1, [0.5]),
    "the kernel on the derivative": lambda kernel: modified_wavenumber(
        Kernel({-1: "-1/2", 1: "1/2"}), 1, [0.5], left=5 if kernel is None else kernel
    ),
    "dispersion": lambda kernel: dispersion(kernel, 1, [0.5]),
    "resolving_efficiency": lambda kernel: resolving_efficiency(kernel, 1, "1/10"),
    "spectrum_range": spectrum_range,
    "stability_limits": stability_limits,
    "separate": separate,
    "low_rank": lambda kernel: low_rank(kernel, 1),
    "kernel_criteria": kernel_criteria,
    "rounding": rounding,
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("given", [None, [-1, 0, 1], np.array([-1.0, 0.0, 1.0]), "sobel-x", 5], ids=type)
def test_what_is_no_kernel_is_refused_with_a_way_out(door, given):
    with pytest.raises(InputError) as refused:
        DOORS[door](
            given if not isinstance(given, np.ndarray) or door != "the kernel on the derivative" else 7
        )
    assert " not " in refused.value.what
    assert refused.value.next


def test_the_way_out_works():
    with pytest.raises(InputError) as refused:
        check_kernel([1, -2, 1], verb="has a symbol")
    assert refused.value.what == "a Kernel has a symbol, not list"
    assert refused.value.next.startswith("Kernel.from_array()")
    given = Kernel.from_array([1, -2, 1])
    check_kernel(given, verb="has a symbol")
    assert symbol(given, [math.pi]).real.tolist() == [-4.0]


def test_corners_that_are_no_sequence_are_refused():
    with pytest.raises(InputError, match="a corner is a sequence"):
        response_at(Kernel({0: 1}), None)


def test_nothing_is_taken_apart_of_a_kernel_without_taps():
    with pytest.raises(InputError, match="without taps"):
        low_rank(Kernel({}, ndim=2), 1)


@pytest.mark.parametrize("table", [np.zeros((2, 2)), np.array(1.0), [np.array([1, 2])]])
def test_distances_are_numbers_in_a_row(table):
    with pytest.raises(InputError, match="number"):
        figure_of_merit(table, 3)
