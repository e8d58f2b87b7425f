"""Moments degree by degree against their definition."""

import itertools
import math

from hypothesis import given
from hypothesis import strategies as st
from strategies import kernels

from kernelkit import Kernel
from kernelkit.exact.kernel_moments import moments_of


@given(kernel=st.one_of(kernels(), kernels(2), kernels(3)))
def test_every_moment_is_the_sum_of_tap_times_power(kernel):
    for degree, moments in enumerate(itertools.islice(moments_of(kernel), 4)):
        assert {alpha for alpha, _ in moments} == {
            alpha
            for alpha in itertools.product(range(degree + 1), repeat=kernel.ndim)
            if sum(alpha) == degree
        }
        for alpha, moment in moments:
            assert moment == sum(
                tap * math.prod(x**k for x, k in zip(offset, alpha, strict=True))
                for offset, tap in kernel.taps
            )


def test_a_kernel_without_taps_has_moments_of_zero():
    assert list(itertools.islice(moments_of(Kernel({}, ndim=1)), 2)) == [[((0,), 0)], [((1,), 0)]]
    assert list(itertools.islice(moments_of(Kernel({}, ndim=2)), 1)) == [[((0, 0), 0)]]
