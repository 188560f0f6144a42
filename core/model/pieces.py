"""The pass of a short prompt in pieces, one per layer: between two of them rows of long-term memory are chosen.

On a GPU the pieces are recorded as CUDA graphs (`recorded.py`). What is chosen from are tensors that come and go with
the memory, so choosing is not recorded; the chosen rows are put where the next piece expects them. A prompt is filled
up to one of a few lengths, recorded or not: rounding depends on how many rows a product has, and the same question must
give the same bits. Nobody sees the rows that fill it up, and the answer's overwrite theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from core.memory.retriever import Retrieval
from core.model.attention import unwritten
from core.model.past import Buffer, Past, is_whole
from core.model.recorded import Key, can_be_recorded, recorded_in_turn, stays
from core.model.rows import rotate

if TYPE_CHECKING:
    from core.model.llama import MemoryLlama

LENGTHS = (32, 64)
"""Tokens that a prompt is filled up to."""

LONGEST = LENGTHS[-1]


class Piece(NamedTuple):
    """What one piece made; overwritten when it is repeated."""

    hidden: Tensor  # [1, n, d], rows that enter the next layer
    queries: Tensor | None  # [1, H, n, hd] of this layer; the first piece is that before the layers
    asks: Tensor | None  # [n, h], retriever queries for the next layer


class Passed(NamedTuple):
    """What a pass made of a prompt of m tokens."""

    entered: Tensor  # [L + 1, 1, m, d]: rows that enter each layer, and what leaves the last
    queries: Tensor  # [L, 1, H, m, hd]
    found: list[Retrieval | None]


Search = Callable[[int, Tensor, Tensor], Retrieval | None]
"""Chooses rows for layer i by queries [m, h], and writes their vectors into a tensor [R, d]."""


class Places(NamedTuple):
    """Where a pass finds what it is made of."""

    ids: Tensor  # [n] int64
    front: Tensor  # [F, d], rows before the pool: a bos vector, then those that were chosen
    buffers: list[tuple[Tensor, Tensor]]  # per layer, keys and values [1, Hkv, capacity, hd]
    length: int  # rows there before the prompt
    front_angles: tuple[Tensor, Tensor]
    angles: tuple[Tensor, Tensor]
    mask: Tensor  # [n, capacity]


class Pieces:
    """A prompt's pass over given buffers, as often as wanted.

    record: makes functions out of some that are to be repeated in their order: CUDA graphs; tests repeat them as
        they are.
    """

    @torch.inference_mode()
    def __init__(
        self,
        network: MemoryLlama,
        pasts: Sequence[Past],
        before: int,
        size: int,
        record: Callable[[Sequence[Callable[[], Piece]]], list[Callable[[], Piece]]] | None = None,
    ) -> None:
        """For prompts of at most `size` tokens behind `pasts` of one length, whose first `before` rows are written by
        the pass and the others are the pool's.
        """
        weight = network.embed_tokens.weight
        device, length = weight.device, pasts[0].length
        self._bos = 0 if network.bos_embedding is None else 1
        places = Places(
            torch.zeros(size, dtype=torch.int64, device=device),
            torch.zeros(before, weight.shape[1], dtype=weight.dtype, device=device),
            [(past.buffer.keys, past.buffer.values) for past in pasts],
            length,
            network.rotary(torch.arange(before, device=device)[None]),
            network.rotary(torch.arange(length, length + size, device=device)[None]),
            unwritten(torch.arange(length, length + size, device=device), pasts[0].buffer.capacity, weight.dtype),
        )
        self._places = places  # lives as long as the recording, which reads it
        made: list[Piece] = []  # the last one is gone on from; neither the network nor the acts are kept
        acts = [lambda: _start(network, places, made)]
        acts += [lambda i=index: _through(network, i, places, made) for index in range(len(pasts))]  # type: ignore[misc]
        record = record or (lambda acts: recorded_in_turn(acts, device))
        self._repeat = record(acts)
        self._lock = Lock()

    @torch.inference_mode()
    def __call__(self, prompt: Tensor, search: Search) -> Passed:
        """Read a prompt [m]; its keys and values are written behind the pool's."""
        count, places = prompt.shape[0], self._places
        with self._lock:
            places.ids.zero_()
            places.ids[:count].copy_(prompt)
            made, found = [self._repeat[0]()], list[Retrieval | None]()
            for index, repeat in enumerate(self._repeat[1:]):
                asks = made[-1].asks
                found.append(None if asks is None else search(index, asks[:count], places.front[self._bos :]))
                made.append(repeat())
            entered = torch.stack([piece.hidden[:, :count] for piece in made])
            queries = torch.stack([piece.queries[:, :, :count] for piece in made if piece.queries is not None])
        return Passed(entered, queries, found)


def _start(network: MemoryLlama, places: Places, made: list[Piece]) -> Piece:
    hidden = network.embed_tokens(places.ids)[None]
    made[:] = [Piece(hidden, None, _asks(network, 0, places, hidden))]
    return made[0]


def _through(network: MemoryLlama, index: int, places: Places, made: list[Piece]) -> Piece:
    """Layer `index`: its rows before the pool, then the prompt's."""
    layer, (keys, values), before = network.layers[index], places.buffers[index], len(places.front)
    if network.bos_embedding is not None:
        places.front[:1].copy_(network.bos_embedding[index])
    if before:
        front_keys, front_values = layer.keys_and_values(places.front)
        cos, sin = places.front_angles
        rotate(front_keys, cos[0], sin[0], out=keys[0, :, :before])
        values[0, :, :before] = front_values
    past = Past(Buffer(keys, values, places.length), places.length)
    output = layer(made[-1].hidden, None, *places.angles, places.mask, "read", past)
    made[:] = [Piece(output.hidden, output.queries, _asks(network, index + 1, places, output.hidden))]
    return made[0]


def _asks(network: MemoryLlama, index: int, places: Places, hidden: Tensor) -> Tensor | None:
    """Retriever queries for layer `index`, where rows are chosen for it."""
    chosen = len(places.front) - (0 if network.bos_embedding is None else 1)
    return network.layers[index].asks(hidden[0]) if chosen and index < len(network.layers) else None


def pieces_over(network: MemoryLlama, pasts: Sequence[Past], before: int, count: int) -> Pieces:
    """The pass for a prompt of `count` tokens behind these pasts; recorded, if it comes again."""
    size = next(length for length in LENGTHS if length >= count)
    found: Pieces | None = None
    if can_be_recorded(network):
        addresses = (number for past in pasts for number in past.address)
        key: Key = (size, before, pasts[0].length, *addresses)
        found = network.prompts.of(key, lambda: Pieces(network, pasts, before, size))
    return found or Pieces(network, pasts, before, size, record=list)


def in_pieces(network: MemoryLlama) -> bool:
    """Whether short prompts are read in pieces here: all layers stay in one place, where attention goes over whole
    buffers.
    """
    return is_whole(network.embed_tokens.weight.device, network.layers[0].backend) and stays(network)
