"""M+'s retriever: score long-term tokens against a prompt, take the best R, order them oldest first.

Candidates are the rows of the store, then the pending rows ("combined index"). Original: the retrieval part of
M+'s `cat_memory_and_hiddens`; ties of age, which upstream leaves to an unstable sort, go to the larger index first.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from core.memory.state import LongTermLayer


class Retrieval(NamedTuple):
    """What one layer took from its long-term memory for one prompt; R rows in the order they are read."""

    tokens: Tensor  # [R, d]
    order: Tensor  # [R] int64, combined indices
    ages: Tensor  # [R] int32
    serials: Tensor  # [R] int64
    scores: Tensor | None  # [S + C] float32, of every candidate; None when the store was too short to be scored


def score(queries: Tensor, keys: Tensor) -> Tensor:
    """Mean over the prompt of sigmoid(q . k): [n, h] and [M, h] -> [M] float32, where the keys are."""
    return (keys @ queries.to(keys.device).T).float().sigmoid_().mean(dim=1)


def retrieve(queries: Tensor, store: LongTermLayer, pending: LongTermLayer, budget: int) -> Retrieval:
    """Choose `budget` = R rows for a prompt.

    A store with fewer than R rows is not scored: its rows are repeated and pending rows are not looked at, as
    upstream does. An empty store gives no rows.

    Args:
        queries: [n, h], retriever queries of the prompt's rows entering this layer.
    """
    if len(store) < budget:
        selected = _repeated(len(store), budget)
        order = selected[by_age(store.ages[selected])]
        return Retrieval(
            store.tokens[order.to(store.tokens.device)], order, store.ages[order], store.serials[order], None
        )
    scores = torch.cat((score(queries, store.keys), score(queries, pending.keys)))
    selected = scores.topk(budget).indices.sort().values.cpu()
    order = selected[by_age(picked(store.ages, pending.ages, selected))]
    return Retrieval(
        picked(store.tokens, pending.tokens, order),
        order,
        picked(store.ages, pending.ages, order),
        picked(store.serials, pending.serials, order),
        scores,
    )


def picked(store: Tensor, pending: Tensor, order: Tensor) -> Tensor:
    """Rows of combined indices; a large store is not copied for them."""
    early = order.clamp(max=len(store) - 1).to(store.device)
    rows = store.index_select(0, early)
    late = (order >= len(store)).nonzero()[:, 0]
    if len(late):
        rows[late.to(rows.device)] = pending[(order[late] - len(store)).to(pending.device)].to(rows.device)
    return rows


def _repeated(size: int, budget: int) -> Tensor:
    """The last `budget` entries of 0 .. size-1 written again and again."""
    if size == 0:
        return torch.empty(0, dtype=torch.long)
    repeats = -(-budget // size)
    return torch.arange(size).repeat(repeats)[-budget:]


def by_age(ages: Tensor) -> Tensor:
    """Places of ages, oldest first; of equal ages the one that stands later first."""
    return ages.argsort(stable=True).flip(0)
