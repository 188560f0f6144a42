"""What a step asks: where the answers stand, what nobody told, and what is expected of somebody who cannot know."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from core.training import lessons
from core.training.batches import NOBODY, Asked, Corpus, Told, encode
from core.training.drafts import UNKNOWN, Context, Question
from core.training.forward import PLAIN, read, write
from core.training.joint import OLD_ENOUGH, First, Search, old_enough
from core.training.language import BEST_GUESS, Aged, answer, remember, tell
from core.training.lessons import (
    CHANGED_WEIGHT,
    OLD_WEIGHT,
    OPEN,
    REVERSE_WEIGHT,
    UNSOUGHT_WEIGHT,
    VAIN_WEIGHT,
    evidence,
    prepare,
)
from core.training.memories import Memories
from core.training.packs import Evidence, Item, Pack, pack
from core.training.preset import PHASES, Phase
from core.training.splitting import Splitter
from tests.models import random_network
from tests.training.conftest import SMALL

MEMORY = SMALL.memory  # chunks of 32, 16 rows each
JOINT = replace(PHASES[-1], batch=6, store=96, reach=4, aged=1.0, oldest=30)


@pytest.fixture(scope="module")
def corpus(tokenizer: Tokenizer) -> Corpus:
    return Corpus(tokenizer, 4, 400, MEMORY.chunk_length)


def memories_that_were_told(corpus: Corpus, contexts: int, batch: int = 6) -> Memories:
    """Random rows, real histories."""
    torch.manual_seed(1)
    memories = Memories(SMALL.num_layers, batch, 64, SMALL.hidden_size, torch.device("cpu"), store=96)
    rng, generator = random.Random(2), torch.Generator().manual_seed(3)
    for _ in range(contexts):
        told = corpus.draw(rng, batch)
        fresh = torch.randn(SMALL.num_layers, batch, 16, SMALL.hidden_size)
        memories.update(fresh, len(told[0].tokens), generator)
        memories.remember(list(told), 64)
    return memories


def test_the_part_of_a_context_that_holds_the_answer(tokenizer: Tokenizer) -> None:
    text = "Mia likes figs. Tom lives in Lisbon, as everybody knows. It was late."
    asked = [Question("a", "Where does Tom live?", "Lisbon"), Question("b", "What is it?", "nowhere")]
    (told,) = encode([Context(text, tuple(asked), ())], Splitter(tokenizer), 64)
    first, second = told.asked
    assert tokenizer.decode(list(told.tokens[first.start : first.end])).strip() == "Lisbon, as everybody knows."
    assert (second.start, second.end) == (0, len(told.tokens))


def test_evidence_counts_places_among_the_rows_written() -> None:
    asked = Asked(1, (5,), (6,), start=3, end=5)
    short = Told(tuple(range(10)), (asked,))  # ten tokens leave the last ten of sixteen rows
    assert evidence([Told(), short], 1, asked, begun=7, config=MEMORY) == (Evidence(8, 9, 11),)
    chunk = Told(tuple(range(32)), (asked,))  # of 32 tokens only the last sixteen leave rows
    assert evidence([chunk], 0, asked, begun=0, config=MEMORY) == ()
    late = replace_span(asked, 30, 40)
    chunks = range(32), range(32, 50)
    long = Told(tuple(range(50)), (late,), chunks=chunks)  # told in two injections, noted at the second
    parts = evidence([Told(), long], 1, late, begun=20, config=MEMORY)
    assert parts == (Evidence(20, 14, 16), Evidence(21, -2, 6))


def replace_span(asked: Asked, start: int, end: int) -> Asked:
    return asked._replace(start=start, end=end)


def test_two_hops_need_the_context_before_as_well() -> None:
    asked = Asked(1, (5,), (6,), hops=2)
    told = [Told(tuple(range(12))), Told(tuple(range(20)), (asked,))]
    assert evidence(told, 1, asked, begun=3, config=MEMORY) == (Evidence(3, 4, 16), Evidence(4, 0, 16))


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


def test_a_question_knows_who_told_it_before(corpus: Corpus) -> None:
    memories = memories_that_were_told(corpus, 4)
    phase = replace(JOINT, pairs=1.0, long=0.0)
    changed = 0
    for seed in range(60):
        lesson = prepare(phase, corpus, memories, MEMORY, random.Random(seed))
        for span in lesson.pack.spans:
            for owner in span.item.older:
                changed += 1
                assert all(owner < rows.owner for rows in span.item.evidence)
    assert changed > 5


def test_what_is_left_open_is_often_what_was_told_of_somebody_else(corpus: Corpus) -> None:
    memories = memories_that_were_told(corpus, 8)
    topics = {q.prompt: q.topic for contexts in corpus.short.values() for t in contexts for q in (*t.asked, *t.absent)}
    alike = total = 0
    for seed in range(20):
        lesson = prepare(
            replace(JOINT, unknown=2.0, pairs=0.0, long=0.0), corpus, memories, MEMORY, random.Random(seed)
        )
        for span in lesson.pack.spans:
            if span.tag == "unknown":
                told = [*memories.history[span.row], *(contexts[span.row] or Told() for contexts in lesson.contexts)]
                total += 1
                alike += topics[tuple(span.item.prompt)] in {q.topic for context in told for q in context.asked}
    assert alike > 0.2 * total  # scenes have topics of their own: what, of which thing


def test_what_is_left_open_is_asked_in_shares_by_kind(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = Corpus(tokenizer, 4, 400, 3 * MEMORY.chunk_length)  # most contexts are long in so few tokens
    memories = memories_that_were_told(corpus, 12, batch=16)
    polar = {q.prompt for contexts in corpus.short.values() for t in contexts for q in t.absent if q.polar}

    def counted() -> int:
        drawn = (
            prepare(replace(JOINT, pairs=0.0, long=0.0), corpus, memories, MEMORY, random.Random(seed))
            for seed in range(40)
        )
        asked = [span for lesson in drawn for span in lesson.pack.spans if span.tag == "unknown"]
        return sum(tuple(span.item.prompt) in polar for span in asked)

    often = counted()
    monkeypatch.setattr(lessons, "OPEN", {**lessons.OPEN, "polar": 0.03})
    assert often > 2 * counted() > 0


def test_how_many_are_left_open_of_a_kind_does_not_change_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lessons, "LEFT_OPEN", 1.0)
    decoy, plain = Asked(1, (0,), (9,), topic=7), [Asked(2 + n, (1 + n,), (9,), topic=20 + n) for n in range(9)]
    told = Told(asked=(Asked(90, (80,), (9,), topic=7),), absent=(decoy, *plain))
    memories = Memories(1, 1, 16, 1, torch.device("cpu"))
    rng = random.Random(3)
    items = [item for _ in range(2000) for item in lessons._unanswerable(0, [[told]], memories, (5,), rng, 1)]
    share = sum(item.prompt == decoy.prompt for item in items) / len(items)
    assert share == pytest.approx(OPEN["decoy"] / (OPEN["decoy"] + OPEN["plain"]), abs=0.04)


def test_whom_a_fact_of_another_context_is_told_of_is_not_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """ "Who plays the violin?", left open by one context, where an older one tells of a violinist."""
    monkeypatch.setattr(lessons, "LEFT_OPEN", 1.0)
    violin, lute = Asked(8, (1,), (9,), reverse=True), Asked(9, (2,), (9,), reverse=True)
    memories = Memories(1, 1, 16, 1, torch.device("cpu"))
    memories.history[0] = [Told(asked=(Asked(3, (4,), (6,), whom_key=8),))]
    told, rng = Told(absent=(violin, lute)), random.Random(4)
    items = [item for _ in range(50) for item in lessons._unanswerable(0, [[told]], memories, (5,), rng, 1)]
    assert {item.prompt for item in items} == {lute.prompt}


def test_nobody_was_told_what_counts_as_unknown(corpus: Corpus) -> None:
    memories = memories_that_were_told(corpus, 8)
    phase = replace(JOINT, unknown=1.0, pairs=0.0, long=0.0)
    asked = 0
    for seed in range(20):
        lesson = prepare(phase, corpus, memories, MEMORY, random.Random(seed))
        for span in lesson.pack.spans:
            if span.tag != "unknown":
                continue
            asked += 1
            assert span.item.answer == corpus.unknown
            told = [*memories.history[span.row], *(contexts[span.row] or Told() for contexts in lesson.contexts)]
            assert tuple(span.item.prompt) not in {q.prompt for context in told for q in context.asked}
    assert asked > 20


def test_unknown_is_what_the_world_says(corpus: Corpus, tokenizer: Tokenizer) -> None:
    assert tokenizer.decode(list(corpus.unknown)).strip() == UNKNOWN


def test_long_term_memory_is_searched_for_what_most_questions_are_about(corpus: Corpus) -> None:
    memories = memories_that_were_told(corpus, 8)
    for seed in range(10):
        lesson = prepare(replace(JOINT, long=0.0, pairs=0.0), corpus, memories, MEMORY, random.Random(seed))
        for row in range(6):
            items = [span.item for span in lesson.pack.spans if span.row == row and span.item.evidence]
            owners = [item.evidence[-1].owner for item in items]
            others = [owner for owner in owners if owner != max(set(owners), key=owners.count)]
            if lesson.ages[-1, row] > 0:
                assert len(others) <= 1


def test_what_is_searched_for_weighs_more_and_what_changed_more_again(corpus: Corpus) -> None:
    """Weights multiply, and only what long-term memory is really searched for has that of something searched for."""
    memories = memories_that_were_told(corpus, 8)
    searched: set[float] = set()
    in_vain: set[float] = set()
    for seed in range(30):
        lesson = prepare(replace(JOINT, long=0.0), corpus, memories, MEMORY, random.Random(seed))
        for row in range(6):
            items = [span.item for span in lesson.pack.spans if span.row == row]
            told = [item.weight / (OLD_WEIGHT if item.tag == "old" else 1.0) for item in items if item.evidence]
            vain = any(item.tag == "unknown" and item.weight == VAIN_WEIGHT for item in items)
            (in_vain if vain else searched).update(np.round(told, 4))
    factors = {1.0, REVERSE_WEIGHT, CHANGED_WEIGHT, REVERSE_WEIGHT * CHANGED_WEIGHT}
    assert in_vain <= factors
    assert searched <= {round(a * b, 4) for a in (1.0, JOINT.sought, UNSOUGHT_WEIGHT) for b in factors}
    assert JOINT.sought * CHANGED_WEIGHT in searched


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


def test_a_context_is_written_after_what_came_before_it(corpus: Corpus) -> None:
    """After the one before it or, if others came between, after what the memory held; its copied rows say so."""
    memories = memories_that_were_told(corpus, 12)
    lesson = prepare(replace(JOINT, long=0.0, aged=0.5), corpus, memories, MEMORY, random.Random(5))
    lesson.blocks[1] = lesson.blocks[1][:, :5]  # shorter than K: rows of the context before are written again
    network, held = random_network(SMALL), memories.recent(MEMORY.num_tokens)
    last = memories.pool.newest(MEMORY.num_tokens).owners[:, :, -1]
    aged = tell(network, memories, lesson, torch.Generator().manual_seed(6), PLAIN)
    after = {True: held, False: aged.fresh[0]}
    expected = {parted: write(network, rows, lesson.blocks[1]) for parted, rows in after.items()}
    assert lesson.parted[1].any()
    assert not lesson.parted[1].all()
    search = Search(network, memories, lesson, aged, lesson.pack)
    remember(memories, lesson, aged, torch.Generator().manual_seed(7))
    first = memories.pool.newest(MEMORY.num_tokens).owners[:, :, 0]
    for row, parted in enumerate(lesson.parted[1].tolist()):
        assert torch.equal(aged.fresh[1][:, row], expected[parted][:, row])
        owner = int(last[0, row]) if parted else memories.told - 2
        assert (first[:, row] == owner).all()
        assert (search.owners[:, row, -MEMORY.num_tokens] == owner).all()


@pytest.mark.parametrize("kind", ["long", "pairs"])
def test_contexts_of_several_chunks_and_pairs(corpus: Corpus, kind: str) -> None:
    memories = memories_that_were_told(corpus, 5)
    phase: Phase = replace(JOINT, long=float(kind == "long"), pairs=float(kind == "pairs"))
    lesson = prepare(phase, corpus, memories, MEMORY, random.Random(3))
    for row in range(6):
        told = [contexts[row] for contexts in lesson.contexts]
        if kind == "long":
            assert told[:-1] == [None] * (len(told) - 1)
            tokens = [int(token) for block in lesson.blocks for token in block[row]]
            assert told[-1] is not None
            assert tuple(tokens) == told[-1].tokens
        else:
            first, second = told
            assert first is not None
            assert second is not None
            topics = {q.topic for q in first.asked} & {q.topic for q in second.asked}
            assert topics or any(q.hops == 2 for q in second.asked)


def test_who_a_fact_is_told_of_and_what_was_otherwise_before_weigh_more(tokenizer: Tokenizer) -> None:
    corpus = Corpus(tokenizer, 5, 3000, MEMORY.chunk_length)
    memories = memories_that_were_told(corpus, 5)
    weights: dict[tuple[bool, bool], set[float]] = defaultdict(set)
    for seed in range(60):
        lesson = prepare(replace(JOINT, store=0, aged=0.0), corpus, memories, MEMORY, random.Random(seed))
        reverse = {q.prompt: q.reverse for row in lesson.contexts for told in row if told for q in told.asked}
        for span in lesson.pack.spans:
            if span.tag.startswith("fresh") and tuple(span.item.prompt) in reverse:
                weights[reverse[tuple(span.item.prompt)], bool(span.item.older)].add(span.item.weight)
    expected = {
        (False, False): {1.0},
        (True, False): {REVERSE_WEIGHT},
        (False, True): {CHANGED_WEIGHT},
        (True, True): {REVERSE_WEIGHT * CHANGED_WEIGHT},  # rare: may not come up
    }
    assert expected | weights == expected
    assert weights.keys() >= {(False, False), (True, False), (False, True)}


def test_a_wrong_answer_is_pulled_towards_admitting_it() -> None:
    """By hand: two answers of two tokens each, the first wrong, the second right."""
    torch.manual_seed(0)
    network = random_network(SMALL)
    unknown = (9, 1)
    asked = pack([[Item("old", (5, 6), (20, 1)), Item("fresh0", (7, 8), (30, 1))]], width=16)
    hidden = torch.randn(1, asked.ids.shape[1], SMALL.hidden_size)
    embedding = network.embed_tokens.weight
    for span, firsts in zip(asked.spans, (21, 30), strict=True):
        hidden[0, span.first] = 40 * embedding[firsts]
        hidden[0, span.end - 1] = 40 * embedding[1]
    logits = network.lm_head(hidden)[0].log_softmax(-1)
    (one, other) = asked.spans
    plain = [-logits[one.first, 20], -logits[one.end - 1, 1], -logits[other.first, 30], -logits[other.end - 1, 1]]
    result = answer(network, hidden, asked, unknown, doubt=0.0)
    torch.testing.assert_close(result.loss, sum(plain) / 4)
    assert result.exact.tolist() == [False, True]
    doubted = answer(network, hidden, asked, unknown, doubt=0.8)
    wanted = [-0.8 * logits[one.first, 9] + BEST_GUESS * plain[0], *plain[1:]]
    torch.testing.assert_close(doubted.loss, sum(wanted) / 4)


def test_admitting_is_not_a_wrong_guess() -> None:
    """Who says "I do not know" but would guess right is pulled towards the answer alone."""
    torch.manual_seed(0)
    network = random_network(SMALL)
    asked = pack([[Item("old", (5, 6), (20, 1))]], width=16)
    embedding = network.embed_tokens.weight
    hidden = torch.zeros(1, asked.ids.shape[1], SMALL.hidden_size)
    (span,) = asked.spans
    hidden[0, span.first] = 40 * embedding[20] + 60 * embedding[9]
    hidden[0, span.end - 1] = 40 * embedding[1]
    results = [answer(network, hidden, asked, (9, 1), doubt) for doubt in (0.0, 1.0)]
    torch.testing.assert_close(results[0].loss, results[1].loss)
    assert results[1].exact.tolist() == [False]
    assert results[1].admitted.tolist() == [True]


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
