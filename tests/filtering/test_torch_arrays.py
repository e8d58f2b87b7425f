"""Tensors in, tensors out: the same numbers as arrays give, gradients that are right, and plain refusals."""

import numpy as np
import pytest

from kernelkit import Kernel
from kernelkit.errors import InputError, ShapeError
from kernelkit.filtering.apply import apply
from kernelkit.filtering.derivatives import gradient
from kernelkit.filtering.plan import BOUNDARIES

torch = pytest.importorskip("torch", reason="PyTorch is optional, and not installed")

KERNELS = {
    "line": ([-1, 0, 1], 1),
    "product": ([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], (1, 2)),
    "window": ([[1, 4, 1], [4, -20, 4], [1, 4, 1]], (2, 1)),
    "even": ([[1, 2], [3, 4]], (0, 2)),
}


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("name", KERNELS)
def test_tensors_with_gradients_give_the_numbers_of_arrays(name, boundary, stride):
    taps, axis = KERNELS[name]
    image = np.random.default_rng(0).normal(size=(6, 8, 9))
    wanted = apply(taps, image, axis=axis, boundary=boundary, stride=stride, spacing=0.3)
    given = torch.tensor(image, requires_grad=True)
    found = apply(taps, given, axis=axis, boundary=boundary, stride=stride, spacing=0.3)
    assert found.requires_grad
    assert np.allclose(found.detach().numpy(), wanted, rtol=1e-12, atol=1e-12)
    plain = apply(taps, torch.tensor(image), axis=axis, boundary=boundary, stride=stride, spacing=0.3)
    assert np.array_equal(plain.numpy(), wanted)


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("name", KERNELS)
def test_gradients_of_both_orders_are_those_of_finite_differences(name, boundary):
    taps, axis = KERNELS[name]
    shape = [1, 1, 1]
    for one in axis if isinstance(axis, tuple) else (axis,):
        shape[one] = 5
    image = torch.randn(
        shape, dtype=torch.float64, requires_grad=True, generator=torch.Generator().manual_seed(0)
    )

    def call(tensor):
        return apply(taps, tensor, axis=axis, boundary=boundary) ** 2

    assert torch.autograd.gradcheck(call, image)
    assert torch.autograd.gradgradcheck(call, image)


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        ("float16", "float32"),
        ("bfloat16", "float32"),
        ("float32", "float32"),
        ("float64", "float64"),
        ("uint8", "float64"),
        ("int64", "float64"),
        ("bool", "float64"),
    ],
)
def test_types_as_of_arrays(given, becomes):
    image = torch.tensor([0, 1, 1, 0, 1]).to(getattr(torch, given))
    found = apply([-1, 0, 1], image, boundary="edge")
    assert found.dtype == getattr(torch, becomes)
    assert found.tolist() == [0.5, 0.5, -0.5, 0, 0.5]


def test_tensors_without_memory_go_by_operations():
    """What vmap and func.grad pass in has no memory that NumPy could see."""
    image = torch.arange(24.0).reshape(2, 3, 4) ** 2
    together = apply([-1, 0, 1], image, axis=2)
    assert torch.equal(torch.vmap(lambda one: apply([-1, 0, 1], one, axis=1))(image), together)
    slope = torch.func.grad(lambda tensor: apply([-1, 0, 1], tensor, axis=0, boundary="zero")[2])(image[0, 0])
    assert slope.tolist() == [0, -0.5, 0, 0.5]
    meta = apply([-1, 0, 1], image.to("meta"), axis=2)
    assert (meta.device.type, meta.shape) == ("meta", image.shape)


def test_memory_is_read_and_written_in_place():
    image = torch.arange(12.0).reshape(3, 4)
    out = torch.empty(3, 4)
    assert apply([-1, 0, 1], image, axis=1, out=out) is out
    assert torch.equal(out, torch.ones(3, 4))
    mask = torch.zeros(3, 4, dtype=torch.bool)
    mask[1, 1] = True
    image[1, 1] = float("nan")
    assert torch.allclose(apply([-1, 0, 1], image, axis=1, mask=mask), torch.ones(3, 4))


@pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")
def test_forward_derivatives_are_those_of_a_linear_map():
    image, tangent = torch.randn(5, 6), torch.randn(5, 6)
    wanted = apply(KERNELS["product"][0], tangent)
    with torch.autograd.forward_ad.dual_level():
        found = apply(KERNELS["product"][0], torch.autograd.forward_ad.make_dual(image, tangent))
        assert torch.allclose(torch.autograd.forward_ad.unpack_dual(found).tangent, wanted, atol=1e-6)


@pytest.mark.parametrize("output", ["magnitude", "orientation"])
def test_flat_places_have_a_slope_of_0(output):
    """And not 0 / 0, one of which would spoil all weights of a net that is trained with it."""
    image = torch.zeros(5, 6, requires_grad=True)
    with torch.no_grad():
        image[3:] = 7
    gradient(image, output=output).nansum().backward()
    assert image.grad.isfinite().all()
    assert image.grad.abs().max() > 0


@pytest.mark.parametrize("given", [{"mask": np.zeros(5, bool)}, {"out": torch.empty(5)}])
def test_masks_and_outputs_have_no_gradient(given):
    with pytest.raises(InputError, match="need no gradient"):
        apply([-1, 0, 1], torch.ones(5, requires_grad=True), **given)


def test_what_cannot_be_filtered():
    with pytest.raises(InputError, match="layout"):
        apply([1], torch.ones(3).to_sparse())
    with pytest.raises(InputError, match="out is a tensor"):
        apply([1], torch.ones(3), out=np.empty(3))
    with pytest.raises(InputError, match="complex"):
        apply([1], torch.ones(3, dtype=torch.complex64))
    with pytest.raises(ShapeError, match="no samples"):
        apply([1], torch.ones(0, requires_grad=True))
    with pytest.raises(ShapeError, match="fits nowhere"):
        apply([1, 2, 1], torch.ones(2, requires_grad=True), boundary="valid")
    with pytest.raises(ShapeError, match="too small for one-sided"):
        apply(Kernel.from_array([1, -2, 1]), torch.ones(3, requires_grad=True))
