"""The pass of a short prompt in pieces, one per layer: between two of them rows of long-term memory are chosen.

On a GPU the pieces are recorded as CUDA graphs (`recorded.py`). What is chosen from are tensors that come and go with
the memory, so choosing is not recorded; the chosen rows are put where the next piece expects them. A prompt is filled
up to one of a few lengths, recorded or not: rounding depends on how many rows a product has, and the same question must
give the same bits. Nobody sees the rows that fill it up, and the answer's overwrite theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor

from core.memory.retriever import Retrieval
from core.model.attention import unwritten
from core.model.past import Buffer, Past, is_whole
from core.model.projected import row_width, split_rows
from core.model.recorded import Key, can_be_recorded, recorded_in_turn, stays
from core.model.rows import rotate

if TYPE_CHECKING:
    from core.model.llama import MemoryLayer, MemoryLlama

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
    bos: Tensor  # [0 or 1, d]
    chosen: Tensor  # [R, d], or [R, 2 * Hkv * hd]
    made: bool  # whether these are keys before rotation and values, not vectors
    buffers: list[tuple[Tensor, Tensor]]  # per layer, keys and values [1, Hkv, capacity, hd]
    length: int  # rows there before the prompt
    front_angles: tuple[Tensor, Tensor]  # of bos row and chosen ones
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
        made: bool = False,
        record: Callable[[Sequence[Callable[[], Piece]]], list[Callable[[], Piece]]] | None = None,
    ) -> None:
        """For prompts of at most `size` tokens behind `pasts` of one length, whose first `before` rows are written by
        the pass and the others are the pool's. `made`: of chosen rows it gets keys and values instead of vectors.
        """
        weight, config = network.embed_tokens.weight, network.config
        device, length = weight.device, pasts[0].length
        bos = 0 if network.bos_embedding is None else 1
        width = row_width(config) if made else config.hidden_size
        places = Places(
            torch.zeros(size, dtype=torch.int64, device=device),
            weight.new_zeros(bos, config.hidden_size),
            weight.new_zeros(before - bos, width),
            made,
            [(past.buffer.keys, past.buffer.values) for past in pasts],
            length,
            network.angles(0, before, device),
            network.angles(length, length + size, device),
            unwritten(torch.arange(length, length + size, device=device), pasts[0].buffer.capacity, weight.dtype),
        )
        self._places = places  # lives as long as the recording, which reads it
        last: list[Piece] = []  # what is gone on from; neither the network nor the acts are kept
        acts = [lambda: _start(network, places, last)]
        acts += [lambda i=index: _through(network, i, places, last) for index in range(len(pasts))]  # type: ignore[misc]
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
                found.append(None if asks is None else search(index, asks[:count], places.chosen))
                made.append(repeat())
            entered = torch.stack([piece.hidden[:, :count] for piece in made])
            queries = torch.stack([piece.queries[:, :, :count] for piece in made if piece.queries is not None])
        return Passed(entered, queries, found)


def _start(network: MemoryLlama, places: Places, last: list[Piece]) -> Piece:
    hidden = network.embed_tokens(places.ids)[None]
    last[:] = [Piece(hidden, None, _asks(network, 0, places, hidden))]
    return last[0]


def _through(network: MemoryLlama, index: int, places: Places, last: list[Piece]) -> Piece:
    """Layer `index`: its rows before the pool, then the prompt's."""
    layer, (keys, values) = network.layers[index], places.buffers[index]
    cos, sin = places.front_angles
    if network.bos_embedding is not None:
        places.bos.copy_(network.bos_embedding[index])
    first = 0
    for front_keys, front_values in _front(layer, places):
        end = first + front_keys.shape[1]
        rotate(front_keys, cos[0, first:end], sin[0, first:end], out=keys[0, :, first:end])
        values[0, :, first:end] = front_values
        first = end
    past = Past(Buffer(keys, values, places.length), places.length)
    output = layer(last[0].hidden, 0, *places.angles, places.mask, "read", past)
    last[:] = [Piece(output.hidden, output.queries, _asks(network, index + 1, places, output.hidden))]
    return last[0]


def _front(layer: MemoryLayer, places: Places) -> Iterator[tuple[Tensor, Tensor]]:
    """Keys before rotation and values [Hkv, T, hd] of the rows before the pool, in their order."""
    if not places.made:
        rows = torch.cat((places.bos, places.chosen))
        if len(rows):
            yield layer.keys_and_values(rows)
        return
    if len(places.bos):
        yield layer.keys_and_values(places.bos)
    yield split_rows(layer, places.chosen)


def _asks(network: MemoryLlama, index: int, places: Places, hidden: Tensor) -> Tensor | None:
    """Retriever queries for layer `index`, where rows are chosen for it."""
    return network.layers[index].asks(hidden[0]) if len(places.chosen) and index < len(network.layers) else None


def pieces_over(network: MemoryLlama, pasts: Sequence[Past], before: int, count: int, made: bool) -> Pieces:
    """The pass for a prompt of `count` tokens behind these pasts (see `Pieces`); recorded, if it comes again."""
    size = next(length for length in LENGTHS if length >= count)
    found: Pieces | None = None
    if can_be_recorded(network):
        addresses = (number for past in pasts for number in past.address)
        key: Key = (size, before, made, pasts[0].length, *addresses)
        found = network.prompts.of(key, lambda: Pieces(network, pasts, before, size, made))
    return found or Pieces(network, pasts, before, size, made, record=list)


def in_pieces(network: MemoryLlama) -> bool:
    """Whether short prompts are read in pieces here: all layers stay in one place, where attention goes over whole
    buffers.
    """
    return is_whole(network.embed_tokens.weight.device, network.layers[0].backend) and stays(network)
