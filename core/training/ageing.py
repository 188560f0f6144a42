"""What a memory pool looks like some injections later, without running them.

At every injection each old row survives with probability 1 - K/N, independently per layer, and moves towards the
old end. A row of age a is therefore still there with probability (1 - K/N)^a, and behind it stand about N (1 -
K/N)^a older rows. Fresh rows are put there directly, with their gradient, so that the model learns to write what
lasts and to read what is thinned out.
"""

from typing import Any, cast

import torch
from torch import Tensor

from core.training.packs import sent

YOUNG = 8  # injections after which two thirds of a context's rows have left the pool


def drawn(shape: tuple[int, ...] | torch.Size, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Indices into [pool; fresh], where the generator is: of the N - K random survivors in order and then the K fresh
    rows, [L, B, N]; and of the K rows that are dropped, in order, [L, B, K].
    """
    layers, batch, size = shape
    device = generator.device
    shuffled = torch.rand(layers, batch, size, generator=generator, device=device).argsort(-1)
    survivors, dropped = (part.sort(-1).values for part in (shuffled[..., count:], shuffled[..., :count]))
    newest = torch.arange(size, size + count, device=device).expand(layers, batch, count)
    return torch.cat((survivors, newest), dim=2), dropped


def aged_pool(pool: Tensor, fresh: list[Tensor], ages: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """The pool as if each fresh block had been written `age` injections ago.

    Args:
        pool: [L, B, N, d], oldest first.
        fresh: J blocks [L, B, K, d], oldest first.
        ages: [J, B], injections since each block was written, not increasing along J.
        generator: on the device where the draws are made.

    Returns:
        the pool [L, B, N, d], and which fresh rows it has lost, bool [J, L, B, K].
    """
    layers, batch, size, _ = pool.shape
    count = fresh[0].shape[2]
    device = generator.device
    survival = (1 - count / size) ** sent(ages, device).float()  # [J, B]
    gone = float("inf")

    def random(rows: int) -> Tensor:
        return torch.rand(layers, batch, rows, generator=generator, device=device)

    lost = [random(count) > p[None, :, None] for p in survival]
    left = torch.stack([(~block).sum(-1) for block in lost]).float()  # [J, L, B]
    survivors = left.sum(0)
    # as many old rows leave, at random, as fresh ones stay
    rank = random(size).argsort(-1).argsort(-1)
    rows = torch.arange(size, device=device).float().expand(layers, batch, size)
    old = rows.masked_fill(rank < survivors[..., None], gone)
    thinned = (1 - survivors / size).clamp(min=1e-6)  # the fresh rows may fill the pool
    places: list[Tensor] = []
    limit = torch.full((layers, batch), float(size), device=device)
    for index in reversed(range(len(fresh))):
        behind = (survival[index] * (size - count) - left[:index].sum(0)) / thinned  # in old rows, before the thinning
        limit = torch.minimum(limit, behind)  # blocks of one age keep their order, too
        order = torch.arange(count, device=device) / count * 0.01 + 0.02 * index
        places.insert(0, (limit[..., None] - 0.5 + order).masked_fill(lost[index], gone))
    chosen = torch.cat((old, *places), dim=2).argsort(-1)[..., :size]
    return take(pool, torch.cat(fresh, dim=2), chosen.to(pool.device)), torch.stack(lost)


def draw_ages(
    blocks: int, batch: int, share: float, oldest: int, generator: torch.Generator, chained: bool = False
) -> Tensor:
    """Ages [J, B] of J blocks: 0 for the newest, or anything up to `oldest` for a share of the memories; in as many,
    drawn apart, other blocks have come between, unless they are `chained`. Every other age is a young one: there a
    context lies in both memories.

    Without a share to age, all are 0: nothing is lost yet while copying is learned.
    """
    if share == 0:
        return torch.zeros(blocks, batch)
    aged, parted = torch.rand(2, batch, generator=generator) < share
    young = 1 + torch.rand(batch, generator=generator) * min(YOUNG, oldest)
    any_age = torch.rand(batch, generator=generator) ** 1.5 * (oldest + 1)
    newest = torch.where(torch.rand(batch, generator=generator) < 0.5, young, any_age).floor() * aged
    between = 1 + torch.rand(batch, generator=generator) ** 2 * oldest / 2
    apart = 1 + between.floor() * parted * (not chained)
    return torch.stack([newest + apart * (blocks - 1 - block) for block in range(blocks)])


def take(fixed: Tensor, fresh: Tensor, index: Tensor) -> Tensor:
    """Rows of [fixed; fresh] by index, each row at most once; gradients go to `fresh` alone.

    Args:
        fixed: [..., F, d]; fresh: [..., M, d]; index: [..., n], below F + M.
    """
    return cast(Tensor, _Take.apply(fixed, fresh, index))


class _Take(torch.autograd.Function):
    """No row is taken twice, so the gradient of a row is the one at its place: nothing has to be added up."""

    @staticmethod
    def forward(ctx: Any, fixed: Tensor, fresh: Tensor, index: Tensor) -> Tensor:
        old, new = fixed.shape[-2], fresh.shape[-2]
        places = torch.full((*index.shape[:-1], old + new), -1, device=index.device)
        places.scatter_(-1, index, torch.arange(index.shape[-1], device=index.device).expand_as(index))
        ctx.save_for_backward(places[..., old:])
        return gather_rows(torch.cat((fixed, fresh), dim=-2), index)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[None, Tensor, None]:
        (places,) = ctx.saved_tensors
        return None, gather_rows(gradients[0], places.clamp(min=0)) * (places >= 0)[..., None], None


def gather_rows(rows: Tensor, index: Tensor) -> Tensor:
    """Rows [..., n, d] of [..., M, d] by index [..., n]. (torch.gather would want the index of every number.)"""
    starts = torch.arange(index[..., 0].numel(), device=index.device).view(*index.shape[:-1], 1) * rows.shape[-2]
    return rows.flatten(0, -2).index_select(0, (index + starts).flatten()).view(*index.shape, rows.shape[-1])
