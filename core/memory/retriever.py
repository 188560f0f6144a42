"""M+'s retriever: score long-term tokens against a prompt, take the best R, order them oldest first.

Candidates are the rows of the store, then the pending rows ("combined index"). Original: the retrieval part of
M+'s `cat_memory_and_hiddens`; ties of age, which upstream leaves to an unstable sort, go to the larger index first.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from core.memory.state import LongTermLayer

AT_ONCE = 4096
"""Keys that are scored in one piece on a CPU."""


class Retrieval(NamedTuple):
    """What one layer took from its long-term memory for one prompt; R rows in the order they are read."""

    tokens: Tensor  # [R, d]
    order: Tensor  # [R] int64, combined indices
    ages: Tensor  # [R] int32
    serials: Tensor  # [R] int64
    scores: Tensor | None  # [S + C] float32, of every candidate; None when the store was too short to be scored


def score(queries: Tensor, keys: Tensor) -> Tensor:
    """Mean over the prompt of sigmoid(q . k): [n, h] and [M, h] -> [M] float32."""
    if len(keys) <= AT_ONCE or keys.device.type != "cpu":
        return torch.sigmoid((queries @ keys.T).float()).mean(dim=0)
    # in parts that stay in the processor's cache
    return torch.cat([(queries @ part.T).float().sigmoid_().mean(dim=0) for part in keys.split(AT_ONCE)])


def retrieve(queries: Tensor, store: LongTermLayer, pending: LongTermLayer, budget: int) -> Retrieval:
    """Choose `budget` = R rows for a prompt.

    A store with fewer than R rows is not scored: its rows are repeated and pending rows are not looked at, as
    upstream does. An empty store gives no rows.

    Args:
        queries: [n, h], retriever queries of the prompt's rows entering this layer.
    """
    if len(store) < budget:
        order = _by_age(_repeated(len(store), budget), store.ages)
        return Retrieval(
            store.tokens[order.to(store.tokens.device)], order, store.ages[order], store.serials[order], None
        )
    scores = torch.cat((score(queries, store.keys), score(queries, pending.keys)))
    ages = torch.cat((store.ages, pending.ages))
    selected = scores.topk(budget).indices.sort().values.cpu()
    order = _by_age(selected, ages)
    serials = torch.cat((store.serials, pending.serials))[order]
    return Retrieval(_tokens(store, pending, order), order, ages[order], serials, scores)


def _tokens(store: LongTermLayer, pending: LongTermLayer, order: Tensor) -> Tensor:
    """The vectors [R, d] of combined indices; the store is not copied for them."""
    late = order >= len(store)
    rows = store.tokens.new_empty(len(order), store.tokens.shape[1])
    for chosen, source, first in ((~late, store, 0), (late, pending, len(store))):
        device = rows.device
        rows[chosen.to(device)] = source.tokens[(order[chosen] - first).to(device)]
    return rows


def _repeated(size: int, budget: int) -> Tensor:
    """The last `budget` entries of 0 .. size-1 written again and again."""
    if size == 0:
        return torch.empty(0, dtype=torch.long)
    repeats = -(-budget // size)
    return torch.arange(size).repeat(repeats)[-budget:]


def _by_age(selected: Tensor, ages: Tensor) -> Tensor:
    """Oldest first; of equal ages the one that stands later in `selected` (the larger index) first."""
    return selected[ages[selected].argsort(stable=True).flip(0)]
