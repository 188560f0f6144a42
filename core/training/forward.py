"""Batched writing and reading for training, through the layers that inference uses.

Inference (core/model/writing.py, reading.py) handles one memory at a time and keeps caches; here many memories are
written and read at once with gradients, and several questions share one pass. `tests/training` proves both equal.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from core.model.llama import MemoryLayer, MemoryLlama

Retrieve = Callable[[int, Tensor], Tensor | None]
"""(layer, hidden rows entering it [B, S, d]) -> long-term rows, oldest first [B, R, d], or None."""


def _run_layer(
    layer: MemoryLayer, hidden: Tensor, prefix: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, writing: bool
) -> Tensor:
    return layer(hidden, prefix, cos, sin, mask, "write" if writing else "read").hidden


class Runner:
    """Runs one layer; compiled once for all layers and lengths when `compiled`."""

    def __init__(self, compiled: bool) -> None:
        self.run = torch.compile(_run_layer, dynamic=True) if compiled else _run_layer


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
    mask = torch.ones(queried, rows, dtype=torch.bool, device=ids.device).tril(rows - queried)[None, None]
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
        hidden = runner.run(layer, hidden, prefix, cos, sin, mask, True)
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
    for index, (layer, short_term) in enumerate(zip(model.layers, pool.unbind(), strict=True)):
        entered.append(hidden)
        found = retrieve(index, hidden) if retrieve else None
        parts = [_bos(model, index, batch), *([found] if found is not None else []), short_term]
        prefix = torch.cat(parts, dim=1)
        rows = prefix.shape[1]
        before = torch.arange(rows, device=ids.device).expand(batch, rows)
        cos, sin = model.rotary(torch.cat((before, rows + positions), dim=1))
        seen = torch.nn.functional.pad(mask, (rows, 0), value=True)
        hidden = runner.run(layer, hidden, prefix, cos, sin, seen, False)
    return model.norm(hidden), entered


def _bos(model: MemoryLlama, index: int, batch: int) -> Tensor:
    assert model.bos_embedding is not None, "the embedded model has a bos vector"
    return model.bos_embedding[index].expand(batch, 1, -1)
