"""Batched writing and reading for training, through the layers that inference uses.

Inference (core/model/writing.py, reading.py) handles one memory at a time and keeps caches; here many memories are
written and read at once with gradients, and several questions share one pass. `tests/training` proves both equal.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import torch
from torch import Tensor

from core.model.attention import added
from core.model.llama import MemoryLayer, MemoryLlama

Function = TypeVar("Function", bound=Callable[..., Any])
Retrieve = Callable[[int, Tensor], Tensor | None]
"""(layer, hidden rows entering it [B, S, d]) -> long-term rows, oldest first [B, R, d], or None."""


def _read_layer(layer: MemoryLayer, hidden: Tensor, prefix: Tensor, cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
    return layer(torch.cat((prefix, hidden), dim=1), prefix.shape[1], cos, sin, mask, "read").hidden


def _write_layer(layer: MemoryLayer, hidden: Tensor, prefix: Tensor, cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
    return layer(torch.cat((prefix, hidden), dim=1), prefix.shape[1], cos, sin, mask, "write").hidden


def _keys(layer: MemoryLayer, rows: Tensor) -> Tensor:
    assert layer.selector is not None
    return layer.selector.key(layer.input_layernorm(rows))


def _scores(layer: MemoryLayer, hidden: Tensor, keys: Tensor, prompts: Tensor) -> Tensor:
    assert layer.selector is not None
    queries = layer.selector.query(layer.input_layernorm(hidden))
    return prompts @ torch.sigmoid(queries @ keys.mT)


class Runner:
    """Runs one layer or its retriever; compiled once for all layers and lengths when `compiled`.

    read, write: a layer under that adapter; see `MemoryLayer.forward`. Reading has few lengths, which are compiled for
        one by one; writing has many.
    keys: (layer, memory rows [B, M, d]) -> retriever keys [B, M, h].
    scores: (layer, hidden rows [B, S, d], keys [B, M, h], weights of prompts [B, G, S]) -> [B, G, M], the mean over a
        prompt of sigmoid(query . key).
    """

    def __init__(self, compiled: bool) -> None:
        def prepared(function: Function, dynamic: bool = False) -> Function:
            return cast(Function, torch.compile(function, dynamic=dynamic)) if compiled else function

        self.compiled = compiled
        self.read, self.write = prepared(_read_layer), prepared(_write_layer, dynamic=True)
        self.keys, self.scores = prepared(_keys), prepared(_scores)

    def mask(self, seen: Tensor, dtype: torch.dtype) -> Tensor:
        """What may be seen, bool, as the layers take it: a compiled one adds it to the scores."""
        return cast(Tensor, added(seen, dtype)) if self.compiled else seen


PLAIN = Runner(compiled=False)


def write(model: MemoryLlama, recent: Tensor, ids: Tensor, runner: Runner = PLAIN) -> Tensor:
    """What contexts of one length leave behind.

    Args:
        recent: [L, B, K, d], the newest K memory rows of every layer.
        ids: [B, n] tokens.

    Returns:
        [L, B, K, d], the rows to append to memory.
    """
    count, kept = ids.shape[1], recent.shape[2]
    batch = ids.shape[0]
    rows = 1 + kept + count
    queried = max(count, kept)
    cos, sin = model.rotary(torch.arange(rows, device=ids.device)[None])
    seen = torch.ones(queried, rows, dtype=torch.bool, device=ids.device).tril(rows - queried)[None, None]
    mask = runner.mask(seen, recent.dtype)
    context = model.embed_tokens(ids)
    mark = model.new_memory_positional_emb
    written: list[Tensor] = []
    for index, (layer, before) in enumerate(zip(model.layers, recent.unbind(), strict=True)):
        bos = _bos(model, index, batch)
        if count >= kept:
            prefix = torch.cat((bos, before), dim=1)
            hidden = torch.cat((context[:, : count - kept], context[:, count - kept :] + mark), dim=1)
        else:
            # a short context is written together with the newest rows it does not replace
            prefix = torch.cat((bos, before[:, :count]), dim=1)
            hidden = torch.cat((before[:, count:], context), dim=1) + mark
        hidden = runner.write(layer, hidden, prefix, cos, sin, mask)
        written.append(hidden[:, -kept:])
        context = hidden[:, -count:]
    return torch.stack(written)


def read(
    model: MemoryLlama,
    pool: Tensor,
    ids: Tensor,
    positions: Tensor,
    mask: Tensor,
    retrieve: Retrieve | None = None,
    runner: Runner = PLAIN,
) -> tuple[Tensor, list[Tensor]]:
    """Read packed questions in the light of memory.

    Args:
        pool: [L, B, N, d], oldest row first.
        ids: [B, S] tokens of several questions side by side.
        positions: [B, S], restarting at 0 with every question.
        mask: bool [B, 1, S, S], True where a token may see another one of the pack.
        retrieve: long-term rows per layer; they stand between the bos row and the pool.

    Returns:
        the normed last hidden rows [B, S, d], and the rows that entered each layer.
    """
    batch = ids.shape[0]
    hidden = model.embed_tokens(ids)
    entered: list[Tensor] = []
    at: dict[int, tuple[Tensor, Tensor, Tensor]] = {}  # angles and mask by length of the prefix
    for index, (layer, short_term) in enumerate(zip(model.layers, pool.unbind(), strict=True)):
        entered.append(hidden)
        found = retrieve(index, hidden) if retrieve else None
        parts = [_bos(model, index, batch), *([found] if found is not None else []), short_term]
        prefix = torch.cat(parts, dim=1)
        rows = prefix.shape[1]
        if rows not in at:
            before = torch.arange(rows, device=ids.device).expand(batch, rows)
            cos, sin = model.rotary(torch.cat((before, rows + positions), dim=1))
            seen = torch.nn.functional.pad(mask, (rows, 0), value=True)
            at[rows] = cos, sin, runner.mask(seen, pool.dtype)
        hidden = runner.read(layer, hidden, prefix, *at[rows])
    return model.norm(hidden), entered


def _bos(model: MemoryLlama, index: int, batch: int) -> Tensor:
    assert model.bos_embedding is not None, "the embedded model has a bos vector"
    return model.bos_embedding[index].expand(batch, 1, -1)
