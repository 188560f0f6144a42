"""What long-term memory is searched for in training, and how what is written there learns to be found."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace

import torch

from core.training.batches import NOBODY, Corpus
from core.training.forward import PLAIN, read
from core.training.joint import OLD_ENOUGH, First, Search, old_enough
from core.training.language import Aged, tell
from core.training.lessons import prepare
from core.training.packs import Evidence, Item, Pack, pack
from tests.models import random_network
from tests.training.conftest import SMALL
from tests.training.told import JOINT, MEMORY, memories_that_were_told


def first(asked: Pack) -> First:
    old = old_enough(asked.questions, torch.zeros(1, 1), told=9)
    return First.of(asked, 1, old, torch.device("cpu"))


def test_needed_rows_and_their_relatives() -> None:
    item = Item("old", (5, 6), (7, 1), evidence=(Evidence(2, 1, 3),))
    asked = pack([[item]], width=8)
    owners = torch.tensor([2, 2, 2, 2, 3, NOBODY]).expand(1, 1, 6)
    holds, related = first(asked).needed(owners, torch.tensor([0, 1, 2, 3, 1, 1]).expand(1, 1, 6))
    assert holds[0, 0, 0].tolist() == [False, True, True, False, False, False]
    assert related[0, 0, 0].tolist() == [True, True, True, True, False, False]


def test_an_older_telling_counts_neither_for_nor_against_a_row() -> None:
    """Whoever searches cannot see which of two tellings is the newer one."""
    item = Item("old", (5, 6), (7, 1), evidence=(Evidence(4, 0, 1),), older=(2,))
    owners = torch.tensor([2, 3, 4]).expand(1, 1, 3)
    holds, related = first(pack([[item]], width=8)).needed(owners, torch.zeros(1, 1, 3, dtype=torch.long))
    assert holds[0, 0, 0].tolist() == [False, False, True]
    assert related[0, 0, 0].tolist() == [True, False, True]


def test_all_questions_at_once_are_as_one_by_one(corpus: Corpus) -> None:
    memories = memories_that_were_told(corpus, 12)
    for seed in range(8):
        phase = replace(JOINT, long=float(seed == 3), pairs=0.5)
        lesson = prepare(phase, corpus, memories, MEMORY, random.Random(seed))
        asked, count = lesson.pack, 4
        owners = torch.randint(-1, 16, (2, 6, 40), generator=torch.Generator().manual_seed(seed))
        places = torch.randint(0, 16, (2, 6, 40), generator=torch.Generator().manual_seed(seed + 100))
        old = old_enough(asked.questions, lesson.ages, memories.told)
        found = First.of(asked, count, old, torch.device("cpu"))
        holds, related = found.needed(owners, places)
        means = found.prompt_means(asked.ids.shape[1])
        seen: dict[int, int] = defaultdict(int)
        for n, span in enumerate(asked.spans):
            number, row, item = seen[span.row], span.row, span.item
            seen[span.row] += 1
            ages = {rows.owner: memories.told - rows.owner + int(lesson.ages[0, row]) for rows in item.evidence}
            ages |= {memories.told + block: int(age) for block, age in enumerate(lesson.ages[:, row])}
            assert bool(old[n]) == (bool(item.evidence) and ages[item.evidence[-1].owner] >= OLD_ENOUGH)
            if number >= count:
                continue
            mean = torch.zeros(asked.ids.shape[1])
            mean[span.start : span.first + 1] = 1 / (span.first + 1 - span.start)
            assert torch.equal(means[row, number], mean)
            for layer in range(2):
                for column in range(40):
                    owner, place = int(owners[layer, row, column]), int(places[layer, row, column])
                    own = [rows for rows in item.evidence if rows.owner == owner]
                    assert bool(holds[layer, row, number, column]) == any(r.first <= place < r.end for r in own)
                    assert bool(related[layer, row, number, column]) == (bool(own) or owner in item.older)
        for row in range(6):
            assert not holds[:, row, seen[row] :].any()
            assert not means[row, seen[row] :].any()


def test_aged_rows_stand_where_rows_of_their_age_stand(corpus: Corpus) -> None:
    memories = memories_that_were_told(corpus, 12)
    lesson = prepare(JOINT, corpus, memories, MEMORY, random.Random(5))
    model = random_network(SMALL)
    aged = tell(model, memories, lesson, torch.Generator().manual_seed(6), PLAIN)
    search = Search(model, memories, lesson, aged, lesson.pack)
    last = memories.told + len(lesson.blocks) - 1
    fresh = search.order[:, :, memories.store.owners.shape[2] :].unflatten(2, (len(lesson.blocks), -1))
    for block, ages in enumerate(lesson.ages.long()):
        for row, age in enumerate(ages.tolist()):
            written = fresh[:, row, block] // MEMORY.num_tokens  # the injection that it passes for
            assert (written == last - age).all()
    assert torch.equal(search.order[:, :, : memories.store.owners.shape[2]], memories.store.serials)


def test_the_writer_learns_to_be_found(corpus: Corpus) -> None:
    """The ranking loss reaches what was written, what asks and the selectors; the store stays as it is."""
    network = random_network(SMALL)
    network.requires_grad_(True)
    memories = memories_that_were_told(corpus, 8)
    generator = torch.Generator().manual_seed(5)
    lesson = prepare(replace(JOINT, long=0.0), corpus, memories, MEMORY, random.Random(1))
    aged: Aged = tell(network, memories, lesson, generator, PLAIN)
    for rows in aged.fresh:
        rows.retain_grad()
    search = Search(network, memories, lesson, aged, lesson.pack)
    _, entered = read(network, aged.pool, lesson.pack.ids, lesson.pack.positions, lesson.pack.mask, search.retrieve)
    loss = torch.stack([search.ranking_loss(index, rows) for index, rows in enumerate(entered)]).sum()
    loss.backward()
    assert any(rows.grad is not None and rows.grad.abs().sum() > 0 for rows in aged.fresh)
    unused = [name for name, p in network.named_parameters() if ".selector." in name and p.grad is None]
    assert not unused
    assert not memories.store.tokens.requires_grad
    assert search.possible > 0


def test_ranking_is_better_when_the_right_rows_stand_above(corpus: Corpus) -> None:
    network = random_network(SMALL)
    memories = memories_that_were_told(corpus, 8)
    lesson = prepare(replace(JOINT, long=0.0), corpus, memories, MEMORY, random.Random(6))
    aged = tell(network, memories, lesson, torch.Generator().manual_seed(5), PLAIN)
    search = Search(network, memories, lesson, aged, lesson.pack)
    search.ranked[:] = True
    losses = []
    for good in (False, True):
        scores = search.needed[0].float() * (0.9 if good else -0.9)
        search.scores = lambda *_, scores=scores: scores  # type: ignore[method-assign]
        losses.append(float(search.ranking_loss(0, torch.zeros(0))))
    assert losses[1] < 0.01 < losses[0]
