"""What a step asks: where the answers stand, what nobody told, and what is expected of somebody who cannot know."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from core.training import batches, lessons, pairs
from core.training.batches import Asked, Corpus, Told, encode
from core.training.drafts import UNKNOWN, Context, Question
from core.training.forward import PLAIN, write
from core.training.joint import Search
from core.training.language import BEST_GUESS, answer, remember, tell
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
from core.training.packs import Evidence, Item, pack
from core.training.preset import Phase
from core.training.splitting import Splitter
from core.training.world import World
from tests.models import random_network
from tests.training.conftest import SMALL
from tests.training.told import JOINT, MEMORY, memories_that_were_told


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


def test_a_question_knows_who_told_it_before(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PAIRS", (1, 0, 0))  # contradictions
    corpus = Corpus(tokenizer, 4, 400, MEMORY.chunk_length)
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


def test_lessons_contradict_mostly_without_words_that_say_so(
    tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = []

    def drawn(world: World, corrected: float) -> pairs.Pair:
        wanted.append(corrected)
        return pairs.contradiction(world, corrected)

    monkeypatch.setattr(batches, "contradiction", drawn)
    Corpus(tokenizer, 4, 100, MEMORY.chunk_length)
    assert set(wanted) == {batches.CORRECTED_IN_LESSONS}
    assert batches.CORRECTED_IN_LESSONS < pairs.CORRECTED


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


def test_what_nothing_answers_weighs_as_much_as_the_phase_says(corpus: Corpus) -> None:
    memories = memories_that_were_told(corpus, 8)
    phase = replace(JOINT, long=0.0, vain=0.5)
    weights: dict[float, list[float]] = {}
    for open_ in (1.0, 3.0):
        lesson = prepare(replace(phase, open=open_), corpus, memories, MEMORY, random.Random(2))
        weights[open_] = [span.item.weight for span in lesson.pack.spans if span.tag == "unknown"]
    assert set(weights[1.0]) == {1.0, VAIN_WEIGHT}
    assert weights[3.0] == [3 * weight for weight in weights[1.0]]


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


def test_what_belongs_together_is_mostly_asked_about_later(tokenizer: Tokenizer) -> None:
    corpus = Corpus(tokenizer, 5, 3000, MEMORY.chunk_length)
    memories = memories_that_were_told(corpus, 3)
    for pairs_share, waiting in ((1.0, True), (0.0, False)):  # of steps; the others have no age to have
        phase = replace(JOINT, long=0.0, aged=0.0, pairs=pairs_share, pairs_aged=1.0)
        ages = prepare(phase, corpus, memories, MEMORY, random.Random(2)).ages
        assert (ages[-1] > 0).all() if waiting else (ages == 0).all()
        assert not waiting or (ages[0] > ages[1]).all()  # the newer telling is the younger


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
