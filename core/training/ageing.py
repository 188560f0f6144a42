"""What a memory pool looks like some injections later, without running them.

At every injection each old row survives with probability 1 - K/N, independently per layer, and moves towards the
old end. A row of age a is therefore still there with probability (1 - K/N)^a, and behind it stand about N (1 -
K/N)^a older rows. Fresh rows are put there directly, with their gradient, so that the model learns to write what
lasts and to read what is thinned out.
"""

import torch
from torch import Tensor


def drop_and_append(pool: Tensor, fresh: Tensor, generator: torch.Generator) -> Tensor:
    """One injection's update: K random rows of every layer and memory leave, the new ones are appended.

    Args:
        pool: [L, B, N, d]; fresh: [L, B, K, d].
    """
    return _gather(torch.cat((pool, fresh), dim=2), kept_after_drop(pool.shape[:3], fresh.shape[2], generator))


def kept_after_drop(shape: tuple[int, ...] | torch.Size, count: int, generator: torch.Generator) -> Tensor:
    """Indices [L, B, N] into [pool; fresh], on the CPU: the N - K random survivors in order, then the K fresh rows."""
    layers, batch, size = shape
    survivors = torch.rand(layers, batch, size, generator=generator).argsort(-1)[..., count:].sort(-1).values
    newest = torch.arange(size, size + count).expand(layers, batch, count)
    return torch.cat((survivors, newest), dim=2)


def aged_pool(pool: Tensor, fresh: list[Tensor], ages: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """The pool as if each fresh block had been written `age` injections ago.

    Args:
        pool: [L, B, N, d], oldest first.
        fresh: J blocks [L, B, K, d], oldest first.
        ages: [J, B], injections since each block was written, not increasing along J.

    Returns:
        the pool [L, B, N, d], and which fresh rows it has lost, bool [J, L, B, K].
    """
    layers, batch, size, _ = pool.shape
    count = fresh[0].shape[2]
    survival = (1 - count / size) ** ages.float()  # [J, B]
    gone = float("inf")
    lost = [torch.rand(layers, batch, count, generator=generator) > p[None, :, None] for p in survival]
    left = torch.stack([(~block).sum(-1) for block in lost]).float()  # [J, L, B]
    survivors = left.sum(0)
    # as many old rows leave, at random, as fresh ones stay
    rank = torch.rand(layers, batch, size, generator=generator).argsort(-1).argsort(-1)
    old = torch.arange(size).float().expand(layers, batch, size).masked_fill(rank < survivors[..., None], gone)
    thinned = (1 - survivors / size).clamp(min=1e-6)  # the fresh rows may fill the pool
    places: list[Tensor] = []
    limit = torch.full((layers, batch), float(size))
    for index in reversed(range(len(fresh))):
        behind = (survival[index] * (size - count) - left[:index].sum(0)) / thinned  # in old rows, before the thinning
        limit = torch.minimum(limit, behind)  # blocks of one age keep their order, too
        order = torch.arange(count) / count * 0.01 + 0.02 * index
        places.insert(0, (limit[..., None] - 0.5 + order).masked_fill(lost[index], gone))
    chosen = torch.cat((old, *places), dim=2).argsort(-1)[..., :size]
    return _gather(torch.cat((pool, *fresh), dim=2), chosen), torch.stack(lost)


def draw_ages(blocks: int, batch: int, share: float, oldest: int, generator: torch.Generator) -> Tensor:
    """Ages [J, B] of J blocks: 0 for the newest, or anything up to `oldest` for a share of the memories, in which
    other blocks may also have come between.

    Without a share to age, all are 0: nothing is lost yet while copying is learned.
    """
    if share == 0:
        return torch.zeros(blocks, batch)
    aged = torch.rand(batch, generator=generator) < share
    newest = (torch.rand(batch, generator=generator) * (oldest + 1)).floor() * aged
    apart = 1 + (torch.rand(batch, generator=generator) ** 3 * oldest / 2).floor() * aged
    return torch.stack([newest + apart * (blocks - 1 - block) for block in range(blocks)])


def _gather(rows: Tensor, index: Tensor) -> Tensor:
    index = index.to(rows.device)
    return torch.gather(rows, 2, index[..., None].expand(*index.shape, rows.shape[-1]))
