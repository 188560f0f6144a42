"""The memory tokens that an answer looked at most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.trace import Asked, Ints, Serials, Trace
from visualize.prepare.life import life


@dataclass(frozen=True)
class Strongest:
    """n memory tokens, the most looked at first."""

    layer: Ints  # [n]
    serial: Serials  # [n]
    mass: NDArray[np.float64]  # [n], share of the attention of its layer
    context: Ints  # [n], BEFORE for the checkpoint's own
    position: Ints  # [n], token of the context
    long_term: NDArray[np.bool_]  # [n], read from long-term memory


def strongest(
    trace: Trace, asked: Asked, answer_token: int | None = None, layer: int | None = None, most: int = 20
) -> Strongest | None:
    """Of one answer token, or on average over all; in one layer, or in all. None when the trace does not know.

    Only the strongest few per answer token and layer were recorded: an average is a lower bound.
    """
    if not asked.strongest.size:
        return None
    alive = life(trace)
    tokens = slice(None) if answer_token is None else slice(answer_token, answer_token + 1)
    serials, mass = asked.strongest[tokens].astype(np.int64), asked.strongest_mass[tokens].astype(np.float64)
    layers = np.broadcast_to(np.arange(serials.shape[1])[:, None], serials.shape)
    there = serials >= 0
    if layer is not None:
        there &= layers == layer
    size = alive.context.size
    keys, place = np.unique(layers[there] * size + serials[there], return_inverse=True)
    total = np.bincount(place, weights=mass[there], minlength=keys.size) / max(len(serials), 1)
    best = np.argsort(-total, kind="stable")[:most]
    layer_of, serial = keys[best] // size, keys[best] % size
    return Strongest(
        layer_of.astype(np.int32),
        serial,
        total[best],
        alive.context[serial],
        alive.position[serial],
        np.asarray(alive.left[layer_of, serial] <= asked.step),
    )
