"""Writing memory: injecting a context (semantics B-E and I of the original)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Lock
from typing import NamedTuple

import torch
from torch import Tensor

from core.errors import InputError
from core.memory import long_term, short_term
from core.memory.long_term import Absorbed
from core.memory.parts import on_host
from core.memory.short_term import Dropped
from core.memory.state import LongTerm, MemoryState, ShortTerm
from core.model.attention import causal_mask
from core.model.beside import Beside
from core.model.llama import MemoryLlama, retriever_rows
from core.model.projected import read_rows
from core.model.recorded import can_be_recorded, recorded
from core.model.stored import are_kept
from core.model.taps import tap, watcher


class Injection(NamedTuple):
    """The memory after an injection, and what the injection did."""

    memory: MemoryState
    delta: Tensor  # [L, D, d], the new memory tokens
    dropped: Dropped | None  # None when an empty pool was filled
    absorbed: Absorbed | None  # None without a long-term memory


@torch.inference_mode()
def inject(network: MemoryLlama, memory: MemoryState, input_ids: Tensor, drops: Tensor | None = None) -> Injection:
    """Write a context into memory.

    Args:
        input_ids: [n] int64, at least one token.
        drops: [L, K] ranks to drop, ascending; by default chosen from the memory's seed and step.
    """
    if input_ids.numel() == 0:
        raise InputError("There is no token to inject: give a text.")
    config = network.config.memory
    if not memory.initialized:
        return _filled(memory, new_tokens(network, memory, input_ids), config.pool_size)
    before, stored = memory.short_term, memory.long_term
    layers, count, step = len(network.layers), config.num_tokens, memory.step + 1
    # what leaves the pool does not depend on what comes: it is moved, and noted on the host, while the GPU computes
    room = short_term.Room.beside(before, count)
    beside = Beside(before.tokens.device)
    delta = new_tokens(network, memory, input_ids)
    if drops is None:
        drops = short_term.choose_drops(
            layers, config.pool_size, count, seed=memory.seed, step=step, per_layer=config.drop_per_layer
        )
    with beside.working():
        pool, dropped, stay = short_term.move_up(before, drops, memory.next_serial, room)
        read = _read(network, before, drops, dropped) if stored is not None and are_kept(stored.pending) else None
        vectors = on_host(dropped.tokens) if stored is not None else None  # the long-term memory is kept there
        read = on_host(read) if read is not None else None
    pool.tokens[:, -count:] = delta
    network.prepared.written(network, before.tokens, pool.tokens, stay)
    absorbed = None
    if stored is not None and vectors is not None and config.long_term is not None:
        keys = [retriever_rows(layer, rows, "key") for layer, rows in zip(network.layers, dropped.tokens, strict=True)]
        left = dropped._replace(tokens=vectors)
        absorbed = long_term.absorb(stored, left, keys, count, config.long_term, config.retrieved, read)
    return Injection(written(memory, pool, absorbed.memory if absorbed else None, count), delta, dropped, absorbed)


def _read(network: MemoryLlama, pool: ShortTerm, drops: Tensor, dropped: Dropped) -> Tensor:
    """What reading makes of the tokens that leave a pool, [L, D, 2 * Hkv * hd]."""
    known = network.prepared.leaving(pool.tokens, drops)
    if known is not None:
        return known
    return torch.stack([read_rows(*each) for each in zip(network.layers, dropped.tokens, strict=True)])


def _filled(memory: MemoryState, delta: Tensor, size: int) -> Injection:
    """An empty pool after its first injection."""
    pool = short_term.fill(delta, size, memory.next_serial)
    after = memory.next_serial + size
    filled = replace(memory, short_term=pool, initialized=True, step=memory.step + 1, next_serial=after)
    return Injection(filled, delta, None, None)


def written(memory: MemoryState, pool: ShortTerm, stored: LongTerm | None, count: int) -> MemoryState:
    """The memory one injection of `count` rows later."""
    return replace(
        memory,
        short_term=pool,
        long_term=stored,
        step=memory.step + 1,
        next_serial=memory.next_serial + count,
    )


@torch.inference_mode()
def new_tokens(network: MemoryLlama, memory: MemoryState, input_ids: Tensor) -> Tensor:
    """The K memory tokens per layer that a context [n] gives, [L, K, d]; memory stays as it is.

    Each layer reads [bos][last K pool tokens][context]; `new_memory_positional_emb` is added to the last K rows
    at every layer. A context with n < K tokens therefore rewrites K - n old memory tokens too, and of one with
    n > K only the last K rows are kept. A forgotten token among those that are rewritten goes in as zeros.
    """
    if not memory.initialized:
        return _first_tokens(network, input_ids)
    kept = network.config.memory.num_tokens
    pool = memory.short_term
    recent, forgotten = pool.tokens[:, -kept:], pool.forgotten[:, -kept:]
    if watcher() is None and not forgotten.any():
        key = (input_ids.shape[0],)
        writing = (
            network.writings.of(key, lambda: Writing(network, recent, input_ids)) if can_be_recorded(network) else None
        )
        if writing is not None:
            return writing(recent, input_ids)
    return _through(network, recent, forgotten, input_ids, Known({}, {}))


class Known(NamedTuple):
    """What is the same in nearly all layers."""

    angles: dict[tuple[int, ...], tuple[Tensor, Tensor]]  # by the ranks that are seen
    masks: dict[tuple[int, int], Tensor | None]  # by queries and rows


def _through(network: MemoryLlama, pool: Tensor, forgotten: Tensor, input_ids: Tensor, known: Known) -> Tensor:
    """The new tokens [L, K, d].

    Args:
        pool: [L, K, d], its newest rows. forgotten: [L, K], on the host.
    """
    angles, masks = known
    kept = pool.shape[1]
    count = input_ids.shape[0]
    head = min(kept, count)  # pool tokens that are only looked at; the other K - n are rewritten with the context
    bos = 0 if network.bos_embedding is None else 1
    context = network.embed_tokens(input_ids)
    delta = []
    last = len(network.layers) - 1
    for index, layer in enumerate(network.layers):
        recent = pool[index].to(context.device)
        seen = (~forgotten[index, :head]).nonzero()[:, 0]
        looked_at = recent[:head] if len(seen) == head else recent[seen.to(recent.device)]
        starts = [] if network.bos_embedding is None else [network.bos_embedding[index].to(recent.device)]
        rows = torch.cat((*starts, looked_at, recent[head:], context))
        rows[-kept:] += network.new_memory_positional_emb[0].to(rows.device)
        ranks = tuple(seen.tolist())
        if ranks not in angles:
            positions = torch.cat((torch.arange(bos), bos + seen, torch.arange(bos + head, bos + kept + count)))
            angles[ranks] = network.rotary(positions[None].to(rows.device))
        onward = kept if index == last else kept - head + count  # nobody reads what becomes of the last layer's others
        shape = onward, len(rows)
        if shape not in masks:
            masks[shape] = network.mask(*shape, rows)
        output = layer(rows[None], len(rows) - onward, *angles[ranks], masks[shape], "write")
        tap("attention", index, output)
        delta.append(output.hidden[0, -kept:].to(pool.device))
        context = output.hidden[0, -count:]
    return torch.stack(delta)


class Writing:
    """The new tokens of contexts of one length, behind rows of which none is forgotten."""

    @torch.inference_mode()
    def __init__(
        self,
        network: MemoryLlama,
        pool: Tensor,
        input_ids: Tensor,
        record: Callable[[Callable[[], Tensor]], Callable[[], Tensor]] | None = None,
    ) -> None:
        """See `_through`. `record` makes a function out of one that is to be repeated (default: a CUDA graph)."""
        self._pool, self._ids = pool.clone(), input_ids.clone()
        self._known = Known({}, {})  # lives as long as the recording, which reads it
        nothing = torch.zeros(pool.shape[:2], dtype=torch.bool)
        held = self._pool, nothing, self._ids, self._known
        record = record or (lambda act: recorded(act, input_ids.device))
        self._repeat = record(lambda: _through(network, *held))  # does not keep the network
        self._lock = Lock()

    @torch.inference_mode()
    def __call__(self, pool: Tensor, input_ids: Tensor) -> Tensor:
        """[L, K, d]."""
        with self._lock:
            self._pool.copy_(pool)
            self._ids.copy_(input_ids)
            return self._repeat().clone()


def _first_tokens(network: MemoryLlama, input_ids: Tensor) -> Tensor:
    """What the first injection into an empty pool gives, [L, min(n, K), d].

    The original adds `new_memory_positional_emb` to the kept rows of all but the last layer once more (quirk 13
    of its aliasing); kept, because checkpoints were trained with it.
    """
    count = input_ids.shape[0]
    kept = min(network.config.memory.num_tokens, count)
    embedding = network.new_memory_positional_emb[0]
    rows = network.embed_tokens(input_ids)
    cos, sin = network.angles(0, count, rows.device)
    mask = causal_mask(count, count, rows.device)
    delta = []
    for index, layer in enumerate(network.layers):
        rows = torch.cat((rows[:-kept], rows[-kept:] + embedding))
        output = layer(rows[None], 0, cos, sin, mask, "write")
        tap("attention", index, output)
        rows = output.hidden[0]
        last = index == len(network.layers) - 1
        delta.append(rows[-kept:] + (0 if last else embedding))
    return torch.stack(delta)
