"""M+'s retriever: score long-term tokens against a prompt, take the best R, order them oldest first.

Candidates are the rows of the store, then the pending rows ("combined index"). Original: the retrieval part of
M+'s `cat_memory_and_hiddens`; ties of age, which upstream leaves to an unstable sort, go to the larger index first.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.utils.weak import WeakTensorKeyDictionary

from core.memory.parts import Parts, joined, on_device
from core.memory.state import LongTermLayer


class Retrieval(NamedTuple):
    """What one layer took from its long-term memory for one prompt; R rows in the order they are read.

    All are where the queries were: on a GPU nothing waits for the host.
    """

    tokens: Tensor  # [R, d]; none where they were read straight into a place for them
    order: Tensor  # [R] int64, combined indices
    ages: Tensor  # [R] int32
    serials: Tensor  # [R] int64
    scores: Tensor | None  # [S + C] float32, of every candidate; None when the store was too short to be scored


def score(queries: Tensor, keys: Parts) -> Tensor:
    """Mean over the prompt of sigmoid(q . k): [n, h] and [M, h] -> [M] float32, where the keys are."""
    queries = queries.to(keys.device)
    products = queries.new_empty(len(keys), len(queries))
    for part, place in zip(keys.tensors, products.split([part.shape[0] for part in keys.tensors]), strict=True):
        torch.mm(part, queries.T, out=place)
    return products.float().sigmoid_().mean(dim=1)


def retrieve(
    queries: Tensor, store: LongTermLayer, pending: LongTermLayer, budget: int, into: Tensor | None = None
) -> Retrieval:
    """Choose `budget` = R rows for a prompt.

    A store with fewer than R rows is not scored: its rows are repeated and pending rows are not looked at, as
    upstream does. An empty store gives no rows.

    Args:
        queries: [n, h], retriever queries of the prompt's rows entering this layer.
        into: [R, d], where the vectors are wanted, or [R, 2 * Hkv * hd] for what reading makes of them; the retrieval
            then has none. Only of a store that is scored.
    """
    where = queries.device
    if len(store) < budget:
        selected = _repeated(len(store), budget)
        order = selected[by_age(store.ages[selected])]
        tokens = store.token_parts.pick(order, where)
        return Retrieval(tokens, order.to(where), store.ages[order].to(where), store.serials[order].to(where), None)
    scores = score(queries, joined((store.key_parts, pending.key_parts))).to(where)
    both = (store, pending) if len(pending) else (store,)
    selected = scores.topk(budget, sorted=False).indices
    ages = _whole([_copied(layer.ages_then, where) for layer in both])[selected] + store.grown
    if len(pending) and pending.grown != store.grown:
        ages += (selected >= len(store)) * (pending.grown - store.grown)
    order, ages = oldest_first(selected, ages)
    serials = _whole([_copied(layer.serials, where) for layer in both])[order]
    vectors = joined((store.token_parts, pending.token_parts))
    if into is None:
        return Retrieval(vectors.pick(order, where), order, ages, serials, scores)
    read = [layer.read_parts for layer in both if layer.read_parts is not None]
    (joined(read) if len(read) == len(both) else vectors).pick(order, where, into)
    return Retrieval(into[:0], order, ages, serials, scores)


def _whole(parts: Sequence[Tensor]) -> Tensor:
    return parts[0] if len(parts) == 1 else torch.cat(list(parts))


_copies: MutableMapping[Tensor, Tensor] = WeakTensorKeyDictionary()


def _copied(values: Tensor, device: torch.device) -> Tensor:
    """Numbers of the host on a device; copied once in their life."""
    if values.device == device:
        return values
    found = _copies.get(values)
    if found is None or found.device != device:
        found = on_device(values, device)
        _copies[values] = found
    return found


def _repeated(size: int, budget: int) -> Tensor:
    """The last `budget` entries of 0 .. size-1 written again and again."""
    if size == 0:
        return torch.empty(0, dtype=torch.long)
    repeats = -(-budget // size)
    return torch.arange(size).repeat(repeats)[-budget:]


def oldest_first(selected: Tensor, ages: Tensor) -> tuple[Tensor, Tensor]:
    """Indices [R] int64, each once, and their ages [R] int32 in the order of `by_age` if they were ascending.

    One sort of numbers that hold both: of an age and, behind it, an index.
    """
    both = (ages.long() << 32 | selected).sort(descending=True).values
    return both & 0xFFFFFFFF, (both >> 32).int()


def by_age(ages: Tensor) -> Tensor:
    """Places of ages, oldest first; of equal ages the one that stands later first."""
    return ages.argsort(stable=True).flip(0)
