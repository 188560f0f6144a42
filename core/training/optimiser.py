"""Muon for the layers' matrices, AdamW for everything else, and the copy of a model that computes in half precision.

Muon (Jordan et al., 2024) replaces a matrix's momentum by the nearest orthogonal matrix. torch.optim.Muon does this
in bfloat16 one matrix at a time, which is slow on a CPU; here matrices of one shape are stacked and stay in
float32.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from core.model.llama import MemoryLlama

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)


class Twin:
    """The copy of a model that computes, in another precision; the model itself keeps the weights in float32.

    In float32 the copy is the model.
    """

    def __init__(self, model: MemoryLlama, dtype: torch.dtype) -> None:
        self.model, self.copy = model, model
        if dtype != torch.float32:
            device = model.embed_tokens.weight.device
            self.copy = MemoryLlama(model.config).to(device, dtype)
            self.copy.make_rotary()
            self.copy.rotary_to(device)
            self.spread()

    def train_only(self, parameters: Iterable[Tensor]) -> None:
        """Let gradients flow to these of the model's parameters, and to no others."""
        chosen = {id(parameter) for parameter in parameters}
        for mine, other in self._pairs():
            for parameter in (mine, other):
                parameter.requires_grad_(id(mine) in chosen)

    @torch.no_grad()
    def collect(self) -> None:
        """Move the copy's gradients to the model."""
        if self.copy is self.model:
            return
        pairs = [(mine, other, other.grad) for mine, other in self._pairs() if other.grad is not None]
        whole = [torch.empty_like(mine) for mine, _, _ in pairs]
        torch._foreach_copy_(whole, [half for _, _, half in pairs])
        for (mine, other, _), gradient in zip(pairs, whole, strict=True):
            mine.grad, other.grad = gradient, None

    @torch.no_grad()
    def spread(self) -> None:
        """Give the model's weights to the copy."""
        if self.copy is not self.model:
            torch._foreach_copy_(list(self.copy.parameters()), list(self.model.parameters()))

    def _pairs(self) -> Iterable[tuple[nn.Parameter, nn.Parameter]]:
        return zip(self.model.parameters(), self.copy.parameters(), strict=True)


class Muon:
    """Momentum with orthogonalised updates.

    Args:
        matrices: parameters of two dimensions.
        rate: learning rate; change the attribute to follow a schedule.
        dtype: of the orthogonalisation; the rest is in float32.
    """

    def __init__(
        self,
        matrices: Iterable[Tensor],
        rate: float,
        momentum: float = 0.95,
        decay: float = 0.01,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        self.rate, self.momentum, self.decay, self.dtype = rate, momentum, decay, dtype
        groups: dict[tuple[int, ...], list[Tensor]] = {}
        for matrix in matrices:
            groups.setdefault(tuple(matrix.shape), []).append(matrix)
        self.groups = list(groups.values())
        self.averages = [torch.zeros(len(group), *group[0].shape, device=group[0].device) for group in self.groups]

    @torch.no_grad()
    def step(self) -> None:
        """One update from the parameters' gradients, which are then forgotten."""
        for group, average in zip(self.groups, self.averages, strict=True):
            gradients = torch.stack([p.grad if p.grad is not None else torch.zeros_like(p) for p in group])
            average.lerp_(gradients, 1 - self.momentum)
            updates = orthogonalise(gradients.lerp(average, self.momentum).to(self.dtype)).float()
            rows, columns = group[0].shape
            scale = max(1.0, rows / columns) ** 0.5
            torch._foreach_mul_(group, 1 - self.rate * self.decay)
            torch._foreach_add_(group, updates.unbind(), alpha=-self.rate * scale)
            for parameter in group:
                parameter.grad = None

    def state_dict(self) -> dict[str, Any]:
        return {"averages": self.averages}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        for mine, saved in zip(self.averages, state["averages"], strict=True):
            mine.copy_(saved)


def orthogonalise(matrices: Tensor) -> Tensor:
    """Nearly the nearest orthogonal matrix of each, [G, a, b] -> [G, a, b], by five Newton-Schulz steps."""
    a, b, c = NEWTON_SCHULZ
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.mT if tall else matrices
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(5):
        gram = x @ x.mT
        x = a * x + torch.baddbmm(gram, gram, gram, beta=b, alpha=c) @ x
    return x.mT if tall else x


class Group(NamedTuple):
    """Matrices for Muon, and their rate."""

    matrices: Sequence[Tensor]
    rate: float


class Optimiser:
    """Both optimisers behind one step, with a shared schedule factor."""

    def __init__(
        self,
        groups: Sequence[Group],
        others: Sequence[Tensor],
        adam_rate: float = 1.5e-3,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        self.groups, self.adam_rate = groups, adam_rate
        self.parameters = [*(matrix for group in groups for matrix in group.matrices), *others]
        self.muons = [Muon(group.matrices, group.rate, dtype=dtype) for group in groups]
        self.adam = (
            torch.optim.AdamW(others, adam_rate, betas=(0.9, 0.98), weight_decay=0.0, fused=others[0].is_cuda)
            if others
            else None
        )

    def step(self, factor: float) -> Tensor:
        """Clip, update, clear; returns the gradient's norm before clipping, where the gradients are."""
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, 1.0)
        for muon, group in zip(self.muons, self.groups, strict=True):
            muon.rate = group.rate * factor
            muon.step()
        if self.adam:
            for settings in self.adam.param_groups:
                settings["lr"] = self.adam_rate * factor
            self.adam.step()
            self.adam.zero_grad(set_to_none=True)
        return norm

    def state_dict(self) -> dict[str, Any]:
        return {
            "muon": [muon.state_dict() for muon in self.muons],
            "adam": self.adam.state_dict() if self.adam else None,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        for muon, saved in zip(self.muons, state["muon"], strict=True):
            muon.load_state_dict(saved)
        if self.adam:
            self.adam.load_state_dict(state["adam"])
