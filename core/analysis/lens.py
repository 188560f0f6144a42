"""A look through the logit lens at one memory token, and at what lies near it.

The lens reads a hidden state with the model's own final norm and output matrix, as if the model ended there
(nostalgebraist 2020, "interpreting GPT: the logit lens"). A memory token of layer l is what layer l made of the
context (MemoryLLM, arXiv 2402.04624), so it can be read like any hidden state; early layers say little that way.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from core.analysis.rows import rows_of
from core.errors import CheckpointError, InputError
from core.findings import Lens
from core.session import Session

_AT_ONCE = 16_384  # rows compared at once: a long-term memory in float32 would not fit beside a large model


@torch.inference_mode()
def lens(session: Session, layer: int, serial: int, step: int | None = None, words: int = 8, near: int = 8) -> Lens:
    """What a memory token would predict, and its nearest neighbours among its layer's tokens in both memories.

    Args:
        step: look at the memory after so many injections; None: now.
        words, near: how many of each, at most.

    Returns:
        A lens without words and neighbours when the token is in neither memory (dropped, evicted or forgotten).

    Raises:
        InputError: no such layer, token or step, or the step is too long ago.
    """
    model, memory = session.model, session.memory if step is None else session.memory_at(step)
    if words < 1 or near < 0:
        raise InputError(f"{words} words and {near} neighbours: give at least 1 and 0.")
    if not 0 <= serial < memory.next_serial:
        raise InputError(f"There is no memory token {serial}: {memory.next_serial} were written, counted from 0.")
    rows = rows_of(memory, layer)
    found = np.flatnonzero(rows.serials == serial)
    if not found.size:
        nothing = np.empty(0, np.float32)
        return Lens(layer, serial, None, (), nothing, np.empty(0, np.int64), nothing)
    if model.tokenizer is None:
        raise CheckpointError("This checkpoint has no tokenizer: put its tokenizer files beside its config.json.")
    row = int(found[0])
    vector = rows.vectors[row]
    read = model.network.norm(vector.to(model.network.norm.weight.device))
    best = model.network.lm_head(read).float().softmax(dim=-1).topk(words)
    cosines = _cosines(rows.vectors, vector)
    cosines[row] = -np.inf
    nearest = np.argsort(-cosines, kind="stable")[: min(near, cosines.size - 1)]
    return Lens(
        layer=layer,
        serial=serial,
        place="long_term" if rows.places[row] else "short_term",
        words=tuple(str(model.tokenizer.decode([token])) for token in best.indices.tolist()),
        probabilities=best.values.cpu().numpy(),
        neighbours=rows.serials[nearest],
        cosines=cosines[nearest],
    )


def _cosines(rows: Tensor, vector: Tensor) -> np.ndarray:
    """[M, d] and [d] -> [M]; 0 for rows of zeros."""
    parts = [torch.cosine_similarity(part.float(), vector.float()[None], dim=1) for part in rows.split(_AT_ONCE)]
    return torch.cat(parts).cpu().numpy()
