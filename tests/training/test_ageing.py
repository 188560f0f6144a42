"""Simulated ageing has the statistics of real injections."""

from __future__ import annotations

import torch

from core.training.ageing import aged_pool, draw_ages, drawn, gather_rows, take

LAYERS, BATCH, SIZE, COUNT = 4, 64, 64, 8


def marked(value: float, rows: int) -> torch.Tensor:
    return torch.full((LAYERS, BATCH, rows, 1), float(value))


def drop_and_append(pool: torch.Tensor, fresh: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """One injection's update: K random rows of every layer and memory leave, the new ones are appended.

    Args:
        pool: [L, B, N, d]; fresh: [L, B, K, d].
    """
    kept, _ = drawn(pool.shape[:3], fresh.shape[2], generator)
    return take(pool, fresh, kept.to(pool.device))


def test_a_drop_keeps_order_and_size() -> None:
    generator = torch.Generator().manual_seed(0)
    kept, dropped = drawn((LAYERS, BATCH, SIZE), COUNT, generator)
    assert kept.shape == (LAYERS, BATCH, SIZE)
    assert (kept.diff(dim=-1) > 0).all()
    assert torch.equal(torch.cat((kept, dropped), dim=2).sort(-1).values[0, 0], torch.arange(SIZE + COUNT))
    assert (kept[..., -COUNT:] == torch.arange(SIZE, SIZE + COUNT)).all()
    assert (kept[0, 0] != kept[1, 0]).any(), "layers drop independently"


def test_survival_and_depth_are_those_of_real_injections() -> None:
    generator = torch.Generator().manual_seed(1)
    age = 6
    real = drop_and_append(marked(0, SIZE), marked(1, COUNT), generator)
    for _ in range(age):
        real = drop_and_append(real, marked(0, COUNT), generator)
    simulated, lost = aged_pool(marked(0, SIZE), [marked(1, COUNT)], torch.full((1, BATCH), age), generator)
    assert int((~lost).sum()) == int(simulated.sum()), "what is not lost is still there"
    places = torch.arange(SIZE)[:, None].expand_as(real)
    for pool in (real, simulated):
        assert pool.shape == real.shape
        share = pool.sum() / (LAYERS * BATCH * COUNT)
        assert abs(share - (1 - COUNT / SIZE) ** age) < 0.04
    assert abs(places[real == 1].float().mean() - places[simulated == 1].float().mean()) < 1.0


def test_fresh_blocks_stand_at_the_end_in_order() -> None:
    generator = torch.Generator().manual_seed(2)
    pool, _ = aged_pool(marked(0, SIZE), [marked(1, COUNT), marked(2, COUNT)], torch.zeros(2, BATCH), generator)
    wanted = torch.cat((torch.zeros(SIZE - 2 * COUNT), torch.ones(COUNT), torch.full((COUNT,), 2.0)))
    assert (pool[..., 0] == wanted).all()


def test_gradients_reach_what_is_still_there() -> None:
    fresh = marked(1, COUNT).requires_grad_()
    pool, _ = aged_pool(marked(0, SIZE), [fresh], torch.full((1, BATCH), 4), torch.Generator().manual_seed(3))
    pool.sum().backward()
    assert fresh.grad is not None
    assert float(fresh.grad.sum()) == float(pool.detach().sum())


def test_ages_fall_from_block_to_block() -> None:
    ages = draw_ages(3, 500, share=0.5, oldest=9, generator=torch.Generator().manual_seed(4))
    assert (ages.diff(dim=0) <= -1).all()
    young = ages[-1] == 0
    assert int(ages[-1].max()) == 9
    assert 0.4 < float(young.float().mean()) < 0.7
    apart = (ages.diff(dim=0) < -1).any(0)
    for newest in (young, ~young):
        assert 0.4 < float(apart[newest].float().mean()) < 0.6, "others come between, whatever its age"
    chained = draw_ages(3, 500, share=0.5, oldest=9, generator=torch.Generator().manual_seed(4), chained=True)
    assert (chained.diff(dim=0) == -1).all()


def test_rows_are_gathered_as_by_torch() -> None:
    rows, index = torch.randn(2, 3, 7, 4), torch.randint(7, (2, 3, 5))
    assert torch.equal(gather_rows(rows, index), rows.gather(2, index[..., None].expand(2, 3, 5, 4)))


def test_taken_rows_give_their_gradient_back() -> None:
    """As a plain gather of both would, with nothing for rows that were not taken."""
    fixed, fresh = torch.randn(2, 5, 3), torch.randn(2, 4, 3, requires_grad=True)
    index = torch.stack([torch.randperm(9)[:6] for _ in range(2)])
    weights = torch.randn(2, 6, 3)
    (taken,) = torch.autograd.grad((take(fixed, fresh, index) * weights).sum(), fresh)
    plain = torch.cat((fixed, fresh), dim=1).gather(1, index[..., None].expand(2, 6, 3))
    assert torch.equal(take(fixed, fresh, index), plain)
    assert torch.equal(taken, torch.autograd.grad((plain * weights).sum(), fresh)[0])
