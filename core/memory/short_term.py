"""The short-term pool: which tokens an injection drops, and how it writes the new ones."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.memory.parts import on_device
from core.memory.state import ShortTerm


class Dropped(NamedTuple):
    """Tokens that one injection pushed out of the pool, oldest first; D of them per layer."""

    tokens: Tensor  # [L, D, d]
    ages: Tensor  # [L, D] int32, already grown by this injection
    serials: Tensor  # [L, D] int64
    forgotten: Tensor  # [L, D] bool


def choose_drops(layers: int, pool: int, count: int, *, seed: int, step: int, per_layer: bool) -> Tensor:
    """Ranks [L, count], ascending, of the tokens that injection number `step` drops: uniform, without repeats.

    They follow from (seed, step) alone, so undoing an injection and repeating it drops the same tokens. `count` is K
    itself; the original's int(N * (1 / num_blocks)) is one less for a few numbers of blocks, and it fails there (quirk
    15).
    """
    random = np.random.default_rng((seed, step))
    rows = [np.sort(random.permutation(pool)[:count]) for _ in range(layers if per_layer else 1)]
    return torch.from_numpy(np.stack(rows)).expand(layers, count)


class Room(NamedTuple):
    """Where vectors go that an injection moves; had beforehand, so that they can be moved while others compute."""

    pool: Tensor  # [L, N, d]
    dropped: Tensor  # [L, D, d]

    @classmethod
    def beside(cls, pool: ShortTerm, new: int) -> Room:
        """For `new` = D rows of each layer to be dropped."""
        layers, _, width = pool.tokens.shape
        return cls(torch.empty_like(pool.tokens), pool.tokens.new_empty(layers, new, width))


def write(pool: ShortTerm, delta: Tensor, drops: Tensor, first_serial: int) -> tuple[ShortTerm, Dropped]:
    """Drop tokens, let the others age and append the new ones (original: `update_memory_with_delta_memory`).

    Ages follow the training branch: every token grows by the D new ones, then the new rows get D-1 ... 0.

    Args:
        delta: [L, D, d], new memory tokens, oldest first.
        drops: [L, D], ranks to drop, ascending.
        first_serial: identity of the first new row; the others count up.

    Returns:
        The new pool and what left it. Dropped tokens take their grown age with them.
    """
    written, dropped, _ = move_up(pool, drops, first_serial, Room.beside(pool, delta.shape[1]))
    written.tokens[:, -delta.shape[1] :] = delta
    return written, dropped


def move_up(pool: ShortTerm, drops: Tensor, first_serial: int, room: Room) -> tuple[ShortTerm, Dropped, Tensor]:
    """What `write` does but for the new vectors: the last D rows of the pool that is returned are to be written.

    Returns:
        Also the ranks [L, N - D] that stay.
    """
    layers, size, _ = pool.tokens.shape
    new = drops.shape[1]
    keep = torch.ones(layers, size, dtype=torch.bool).scatter_(1, drops, False)
    places = torch.from_numpy(np.flatnonzero(keep.numpy())).view(layers, size - new)  # torch's own takes longer
    kept = places - size * torch.arange(layers)[:, None]
    device = pool.tokens.device
    torch.gather(pool.tokens, 1, _along(on_device(drops, device), pool.tokens), out=room.dropped)
    for rows, index, after in zip(pool.tokens, on_device(kept, device), room.pool, strict=True):
        torch.index_select(rows, 0, index, out=after[: size - new])
    grown = pool.ages + new
    ages = torch.arange(new - 1, -1, -1, dtype=torch.int32).expand(layers, new)
    serials = torch.arange(first_serial, first_serial + new).expand(layers, new)
    dropped = Dropped(
        tokens=room.dropped,
        ages=grown.gather(1, drops),
        serials=pool.serials.gather(1, drops),
        forgotten=pool.forgotten.gather(1, drops),
    )
    written = ShortTerm(
        tokens=room.pool,
        ages=torch.cat((grown.gather(1, kept), ages), dim=1),
        serials=torch.cat((pool.serials.gather(1, kept), serials), dim=1),
        forgotten=torch.cat((pool.forgotten.gather(1, kept), torch.zeros(layers, new, dtype=torch.bool)), dim=1),
    )
    return written, dropped, kept


def fill(delta: Tensor, size: int, first_serial: int) -> ShortTerm:
    """The first injection into an empty pool: the delta repeated, then its last rows for the rest.

    Args:
        delta: [L, D, d] with D <= size.
    """
    layers, rows, _ = delta.shape
    repeats, rest = divmod(size, rows)
    tokens = torch.cat([delta] * repeats + ([delta[:, -rest:]] if rest else []), dim=1)
    return ShortTerm(
        tokens=tokens,
        ages=torch.arange(size - 1, -1, -1, dtype=torch.int32).repeat(layers, 1),
        serials=torch.arange(first_serial, first_serial + size).repeat(layers, 1),
        forgotten=torch.zeros(layers, size, dtype=torch.bool),
    )


def mask(pool: ShortTerm, serials: Tensor) -> ShortTerm:
    """Mark the tokens with these serials as not to be looked at; ranks and ages of the others stay."""
    return replace(pool, forgotten=torch.isin(pool.serials, serials) | pool.forgotten)


def forget(pool: ShortTerm, serials: Tensor) -> ShortTerm:
    """Mask the tokens with these serials and overwrite them by zeros."""
    masked = mask(pool, serials)
    return replace(masked, tokens=pool.tokens.masked_fill(masked.forgotten[..., None].to(pool.tokens.device), 0))


def _along(ranks: Tensor, tokens: Tensor) -> Tensor:
    """Ranks [L, M] as an index that gathers whole rows of [L, N, d]."""
    return ranks[..., None].expand(-1, -1, tokens.shape[2])
