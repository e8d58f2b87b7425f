"""Batch normalisation while a net learns, folded into its weights afterwards.

A normalised layer computes gamma (W x + b - m) / sqrt(v + eps) + beta.  With m and v fixed that is again W' x + b',
W' = gamma W / sqrt(v + eps) and b' = beta + gamma (b - m) / sqrt(v + eps): what learned with it is a plain net.
(Ioffe and Szegedy, Batch Normalization, 2015, section 3.1, for the layer.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor, nn
    from torch.autograd.function import FunctionCtx

EPS = 1e-5
MOMENTUM = 0.1
"""Share by which the running mean and variance follow those of a batch."""


def normalised(net: nn.Sequential) -> nn.Sequential:
    """Return a net of the same layers with batch normalisation behind each but the last that has weights.

    The layers themselves are shared, not copied.  Their biases no longer learn: the normalisation takes any constant
    away again, and an optimiser that scales gradients would make steps of pure rounding.
    """
    from torch import nn

    layers: list[nn.Module] = []
    weighted = [layer for layer in net if isinstance(layer, nn.Conv2d | nn.Linear)]
    for layer in net:
        layers.append(layer)
        if isinstance(layer, nn.Conv2d | nn.Linear) and layer is not weighted[-1]:
            if layer.bias is not None:
                layer.bias.requires_grad_(False)  # noqa: FBT003 - torch names it otherwise in its stubs
            layers.append(_batch_norm(layer.weight.shape[0]))
    return nn.Sequential(*layers)


def folded(net: nn.Sequential, plain: nn.Sequential) -> dict[str, Tensor]:
    """Return the weights of the plain net that computes what a normalised one does when it is evaluated.

    Parameters
    ----------
    net
        What `normalised` made, or a plain net.
    plain
        The net it was made of; only the names of its weights are read.

    Returns
    -------
    :
        A state for ``plain.load_state_dict``, on the processor: it is computed in double precision, which not
        every device has.
    """
    import torch
    from torch import nn

    names = [name for name, layer in plain.named_children() if isinstance(layer, nn.Conv2d | nn.Linear)]
    state: dict[str, Tensor] = {}
    following: list[nn.Module | None] = [*list(net)[1:], None]
    with torch.no_grad():
        pairs = [
            pair for pair in zip(net, following, strict=True) if isinstance(pair[0], nn.Conv2d | nn.Linear)
        ]
        for name, (layer, after) in zip(names, pairs, strict=True):
            assert isinstance(layer, nn.Conv2d | nn.Linear)
            assert layer.bias is not None
            weight, bias = _exact(layer.weight), _exact(layer.bias)
            if isinstance(after, nn.BatchNorm1d):
                assert after.running_var is not None
                assert after.running_mean is not None
                gain = _exact(after.weight) * torch.rsqrt(_exact(after.running_var) + EPS)
                weight = weight * gain.view(-1, *[1] * (weight.ndim - 1))
                bias = _exact(after.bias) + gain * (bias - _exact(after.running_mean))
            state[f"{name}.weight"] = weight.to(layer.weight.dtype)
            state[f"{name}.bias"] = bias.to(layer.bias.dtype)
    return state


def _exact(tensor: Tensor) -> Tensor:
    """Return a copy in double precision on the processor."""
    import torch

    return tensor.to("cpu", torch.float64)


def _batch_norm(channels: int) -> nn.Module:
    """Return batch normalisation whose statistics are those of the batches of all processes together."""
    import torch
    from torch import nn

    class BatchNorm(nn.BatchNorm1d):
        """Torch's layer for any number of axes, with sums over processes where there are several."""

        def _check_input_dim(self, input: Tensor) -> None:
            pass

        def forward(self, input: Tensor) -> Tensor:
            if not (
                self.training and torch.distributed.is_available() and torch.distributed.is_initialized()
            ):
                return super().forward(input)
            # sums in the precision of the statistics: bfloat16 could not even count the samples
            return _over_processes(self, input.to(self.weight.dtype)).to(input.dtype)

    return BatchNorm(channels, eps=EPS, momentum=MOMENTUM)


def _over_processes(layer: nn.BatchNorm1d, input: Tensor) -> Tensor:
    """Normalise by the mean and variance of all processes' samples; gradients flow through both."""
    import torch

    axes = [0, *range(2, input.ndim)]
    channels = [1, -1, *[1] * (input.ndim - 2)]
    count = torch.full((1,), input.numel() / input.shape[1], dtype=input.dtype, device=input.device)
    sums = _sum_over_processes(torch.cat([input.sum(axes), count]))
    total = sums[-1].detach()
    mean: Tensor = sums[:-1] / total
    centred = input - mean.view(channels)
    squares = _sum_over_processes(centred.square().sum(axes))
    variance: Tensor = squares / total
    with torch.no_grad():
        assert layer.running_mean is not None
        assert layer.running_var is not None
        layer.running_mean.lerp_(mean, MOMENTUM)
        layer.running_var.lerp_(variance * total / (total - 1), MOMENTUM)
        assert layer.num_batches_tracked is not None
        layer.num_batches_tracked.add_(1)
    normal = centred * torch.rsqrt(variance + layer.eps).view(channels)
    result: Tensor = normal * layer.weight.view(channels) + layer.bias.view(channels)
    return result


def _sum_over_processes(values: Tensor) -> Tensor:
    """Return the sum over all processes; gradients are summed on their way back as well."""
    import torch

    class Sum(torch.autograd.Function):
        """Torch's own sum with a gradient is deprecated, and its successor private."""

        @staticmethod
        def forward(_context: FunctionCtx, values: Tensor) -> Tensor:
            total = values.clone()
            torch.distributed.all_reduce(total)
            return total

        @staticmethod
        def backward(context: FunctionCtx, gradient: Tensor) -> Tensor:
            return Sum.forward(context, gradient)

    total: Tensor = Sum.apply(values)  # type: ignore[no-untyped-call]
    return total
