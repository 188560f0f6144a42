"""M+'s long-term memory: dropped tokens wait, are merged into a store, decay and are evicted.

Original: `update_memory_with_delta_memory` and `merge_cached_memory` of M+ (mode `immediate`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from core.config import LongTermConfig
from core.memory.parts import Parts, on_host
from core.memory.short_term import Dropped
from core.memory.state import LongTerm, LongTermLayer

EVICTION_THRESHOLD = 0.01


class Absorbed(NamedTuple):
    """The long-term memory after one injection, and what its merge did, if there was one."""

    memory: LongTerm
    merged: bool
    survivors: tuple[Tensor, ...]  # per layer, indices into (old store, then pending) that a merge kept; else ()
    evicted: tuple[Tensor, ...]  # per layer, serials that a merge removed; else ()


def absorb(
    memory: LongTerm,
    dropped: Dropped,
    keys: Sequence[Tensor],
    new_tokens: int,
    config: LongTermConfig,
    budget: int,
    read: Tensor | None = None,
) -> Absorbed:
    """Take in the tokens that an injection dropped; every `update_frequency` injections, merge.

    Args:
        keys: L of [D, h], retriever keys of the dropped tokens, each where its layer computes.
        new_tokens: K, by which everything that was here already ages.
        budget: R, tokens retrieved per layer; a merge never leaves fewer than R + 1 by evicting.
        read: [L, D, 2 * Hkv * hd] on the host, what reading makes of the dropped tokens, if it is kept.
    """
    tokens = on_host(dropped.tokens)  # the long-term memory is kept there
    pending = tuple(
        layer.older(new_tokens).append(
            _arrivals(
                dropped,
                tokens[index],
                keys[index].to(layer.key_parts.device),
                index,
                config,
                read[index] if read is not None else None,
            )
        )
        for index, layer in enumerate(memory.pending)
    )
    store = tuple(layer.older(new_tokens) for layer in memory.store)
    updates = memory.updates_since_merge + 1
    if updates < config.update_frequency:
        return Absorbed(LongTerm(store, pending, updates), False, (), ())
    merged = [_merge(kept, waiting, config.decay, budget) for kept, waiting in zip(store, pending, strict=True)]
    return Absorbed(
        LongTerm(tuple(store for store, _, _ in merged), tuple(layer.nothing for layer in pending)),
        True,
        tuple(survivors for _, survivors, _ in merged),
        tuple(evicted for _, _, evicted in merged),
    )


def forget(memory: LongTerm, serials: Tensor) -> LongTerm:
    """Remove the tokens with these serials from store and pending rows."""

    def without(layers: tuple[LongTermLayer, ...]) -> tuple[LongTermLayer, ...]:
        return tuple(layer.take(~torch.isin(layer.serials, serials)) for layer in layers)

    return replace(memory, store=without(memory.store), pending=without(memory.pending))


def _arrivals(
    dropped: Dropped, tokens: Tensor, keys: Tensor, layer: int, config: LongTermConfig, read: Tensor | None
) -> LongTermLayer:
    rows = LongTermLayer.of(
        tokens=tokens,
        keys=keys,
        ages=dropped.ages[layer],
        recall_frequencies=torch.full((len(keys),), float(config.initial_recall_frequency)),
        serials=dropped.serials[layer],
    )
    rows = replace(rows, read_parts=Parts.of(read) if read is not None else None)
    return rows.take(~dropped.forgotten[layer])


def _merge(
    store: LongTermLayer, pending: LongTermLayer, decay: float, budget: int
) -> tuple[LongTermLayer, Tensor, Tensor]:
    """The store with the pending rows, decayed; survivors' combined indices; evicted serials."""
    everything = store.append(pending)
    frequencies = everything.recall_frequencies - decay
    alive = frequencies > EVICTION_THRESHOLD
    if int(alive.sum()) <= budget:  # upstream then undoes the decay of all rows
        return everything, torch.arange(len(everything)), everything.serials[:0]
    decayed = replace(everything, recall_frequencies=frequencies)
    return decayed.take(alive), alive.nonzero()[:, 0], everything.serials[~alive]
