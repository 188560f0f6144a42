"""Where the attention of an answer went."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.trace import BEFORE, Asked, Trace

WITHIN = ("prompt", "answer", "bos")
"""Sources that are the sequence itself and not memory of a text."""
OWN = 6
"""Told contexts kept apart; those with less attention are put together."""


@dataclass(frozen=True)
class Mass:
    """Shares of attention by source, sources in the order in which they are drawn."""

    layers: NDArray[np.float64]  # [L, S], mean over answer tokens
    tokens: NDArray[np.float64]  # [A, S], mean over layers
    context: tuple[int | None, ...]  # [S], BEFORE for memory from before the session; None: not memory
    kind: tuple[str, ...]  # [S], "short_term", "long_term", "others", "unrelated", "prompt", "answer", "bos"


def attention(trace: Trace, asked: Asked, selected: int | None = None, answer_token: int | None = None) -> Mass:
    """The foremost told contexts and the selected one by one, all unrelated ones together, then the rest of the
    sequence. With an `answer_token` the shares by layer are of that token alone."""
    mass = np.nan_to_num(asked.mass.astype(np.float64))  # [A, L, sources]
    own = _foremost(trace, asked, mass) | ({selected} if selected is not None else set())
    keys: dict[tuple[int, str], list[int]] = {}
    for column, source in enumerate(asked.sources):
        keys.setdefault(_key(trace, own, source.kind, source.context), []).append(column)
    order = sorted(keys, key=lambda key: _place(trace, key))
    grouped = np.stack([mass[:, :, keys[key]].sum(axis=2) for key in order], axis=2) if order else mass[:, :, :0]
    part = grouped if answer_token is None else grouped[answer_token : answer_token + 1]
    layers = part.mean(axis=0) if part.shape[0] else np.zeros(grouped.shape[1:])
    context = tuple(None if kind in (*WITHIN, "unrelated", "others") else index for index, kind in order)
    return Mass(layers, grouped.mean(axis=1), context, tuple(kind for _, kind in order))


def _foremost(trace: Trace, asked: Asked, mass: NDArray[np.float64]) -> set[int]:
    """The told contexts that got the most attention."""
    total: dict[int, float] = {}
    for column, source in enumerate(asked.sources):
        if source.kind not in WITHIN and source.context != BEFORE and trace.contexts[source.context].kind == "told":
            total[source.context] = total.get(source.context, 0.0) + float(mass[:, :, column].sum())
    return set(sorted(total, key=lambda context: -total[context])[:OWN])


def _key(trace: Trace, own: set[int], kind: str, context: int) -> tuple[int, str]:
    if kind in WITHIN:
        return BEFORE, kind
    if context != BEFORE and context not in own and trace.contexts[context].kind == "unrelated":
        return BEFORE, "unrelated"
    if context != BEFORE and context not in own:
        return BEFORE, "others"
    return context, kind


def _place(trace: Trace, key: tuple[int, str]) -> tuple[int, int]:
    """Told first, in their order, short-term before long-term; then unrelated, before, prompt, answer, bos."""
    context, kind = key
    if context != BEFORE:
        return context, ("short_term", "long_term").index(kind)
    ranks = ("others", "unrelated", "short_term", "long_term", "prompt", "answer", "bos")
    return len(trace.contexts), ranks.index(kind)


def memory_mass(trace: Trace, asked: Asked, answer_token: int | None = None) -> NDArray[np.float64]:
    """[L, C + 1] share of attention that went to each context's memory, short- and long-term together, mean over the
    answer's tokens or of one. Column 0 is memory from before the session, column c + 1 context c."""
    mass = np.nan_to_num(asked.mass.astype(np.float64))
    part = mass if answer_token is None else mass[answer_token : answer_token + 1]
    found = np.zeros((mass.shape[1], len(trace.contexts) + 1))
    for column, source in enumerate(asked.sources):
        if source.kind not in WITHIN:
            found[:, source.context + 1] += part[:, :, column].mean(axis=0)
    return found
