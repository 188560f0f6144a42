"""The pass of one token, recorded once as a CUDA graph and repeated for every token after it.

A decoding pass of an 8B model is about a thousand small kernels; started one by one from Python they take longer than
reading the weights does. What a recording depends on are the addresses of the buffers with keys and values and their
capacity; token, position and row are numbers on the device. The lender gives the same buffers to one question after the
other, so a recording lasts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from core.model.attention import unwritten
from core.model.past import Buffer, Past, Place, is_whole
from core.model.recorded import can_be_recorded, recorded

if TYPE_CHECKING:
    from core.model.llama import MemoryLlama


class Passed(NamedTuple):
    """What a pass made; overwritten by the next one."""

    entered: Tensor  # [L + 1, 1, d]: rows entering each layer, and the last one after the final norm
    left: Tensor  # [L, 1, d]
    queries: Tensor  # [L, 1, H, 1, hd]
    logits: Tensor  # [1, V]


class Step:
    """One token's pass over given buffers, as often as wanted.

    record: makes a function out of one that is to be repeated: a CUDA graph; tests repeat it as it is.
    """

    @torch.inference_mode()
    def __init__(
        self,
        network: MemoryLlama,
        pasts: Sequence[Past],
        record: Callable[[Callable[[], Passed]], Callable[[], Passed]] | None = None,
    ) -> None:
        # others than the pasts': whoever has those still reads on
        buffers = [Buffer(past.buffer.keys, past.buffer.values, 0) for past in pasts]
        device = network.embed_tokens.weight.device
        self._numbers = torch.zeros(2 + len(pasts), dtype=torch.int64, device=device)  # token, position, rows
        self._set(torch.zeros(1, dtype=torch.int64), 0, pasts)
        numbers = self._numbers
        alike = _alike(pasts)
        record = record or (lambda act: recorded(act, device))
        self._repeat = record(lambda: _passed(network, numbers, buffers, alike))  # keeps neither network nor buffers
        self.lock = Lock()

    @torch.inference_mode()
    def __call__(self, token: Tensor, position: int, pasts: Sequence[Past]) -> Passed:
        """Decode a token [1] behind these pasts, and write its keys and values there."""
        self._set(token, position, pasts)
        return self._repeat()

    def _set(self, token: Tensor, position: int, pasts: Sequence[Past]) -> None:
        rest = torch.tensor([position, *(past.length for past in pasts)])
        self._numbers[1:].copy_(rest.pin_memory() if self._numbers.is_cuda else rest, non_blocking=True)
        self._numbers[:1].copy_(token, non_blocking=True)


def _passed(network: MemoryLlama, numbers: Tensor, buffers: Sequence[Buffer], alike: bool) -> Passed:
    """`alike`: all layers write the same row of buffers of one capacity, and can share a mask."""
    weight = network.embed_tokens.weight
    mask = unwritten(numbers[2:3], buffers[0].capacity, weight.dtype) if alike else None
    hidden = network.embed_tokens(numbers[:1])[None]
    cos, sin = network.rotary(numbers[None, 1:2])
    entered, left, queries = [], [], []
    for index, (layer, buffer) in enumerate(zip(network.layers, buffers, strict=True)):
        place = Place(buffer, numbers[2 + index : 3 + index])
        output = layer(hidden, 0, cos, sin, mask, "read", place)
        entered.append(hidden[0])
        queries.append(output.queries)
        hidden = output.hidden
        left.append(hidden[0])
    normed = network.norm(hidden[0])
    return Passed(torch.stack([*entered, normed]), torch.stack(left), torch.stack(queries), network.lm_head(normed))


def step_after(network: MemoryLlama, pasts: Sequence[Past]) -> Step | None:
    """The recording that goes on from these pasts; None where a pass has to be made anew."""
    device = network.embed_tokens.weight.device
    alone = all(past.buffer.keys.device == device and past.has_room(1) for past in pasts)
    if not alone or not can_be_recorded(network) or not is_whole(device, network.layers[0].backend):
        return None
    key = (_alike(pasts), *(number for past in pasts for number in past.address))
    found: Step | None = network.steps.of(key, lambda: Step(network, pasts))
    return found


def _alike(pasts: Sequence[Past]) -> bool:
    return len({(past.length, past.buffer.capacity) for past in pasts}) == 1
