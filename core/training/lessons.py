"""What a training step tells and asks."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import torch
from torch import Tensor

from core.config import MemoryConfig
from core.training.ageing import draw_ages
from core.training.batches import Asked, Corpus, Told, current, drill, stack
from core.training.memories import Memories
from core.training.packs import Evidence, Item, Pack, pack
from core.training.preset import Phase

OLD_WEIGHT = 0.7
REVERSE_WEIGHT = 2.0  # times that of others, of questions whom a fact is told of: they are few and hard
CHANGED_WEIGHT = 3.0  # times that of others, of questions that were answered otherwise before
CHANGING = 6  # times as often as others, older contexts are asked about that change what was told before
LEFT_OPEN = 0.85  # share of the questions nothing answers that a context leaves open; others are of other memories
OPEN = {"decoy": 0.5, "polar": 0.1, "plain": 0.4}
"""Of what contexts leave open, how much was told of somebody else, is for yes or no (or "yes" would be the better
guess), or is neither.
"""
STRANGERS = 3  # contexts of other memories that a question for them is chosen from
LONG_AGO = 0.15  # how often a question that is left open may be about any context, not just a late one: that is easy
LATE = 1  # contexts before the fresh ones that count as late
ANY_FIRST = 0.2  # how often long-term memory is searched for just any of the questions
VAIN_WEIGHT = 2.0  # times that of others, of questions that it is searched for in vain
UNSOUGHT_WEIGHT = 0.3  # of those about other facts of that context: their rows are mostly not read
BLOCKS = 2  # contexts told per step, with gradient from the second to the first


@dataclass(frozen=True)
class Lesson:
    """Blocks to tell and questions to ask.

    blocks: J of [B, n]. contexts: what each memory will remember per block, None for drills and beginnings.
    ages: [J, B], injections that pass before the questions. blanked: bool [B], memories that begin anew after it.
    unknown: tokens of the answer to what was not told. alone: whether the questions are answered without long-term
    memory. begin: contexts [B, n] that are told before, as a phase begins. pickled: the contexts of all that is told,
    in place of `contexts`, from another process.
    """

    blocks: list[Tensor]
    contexts: list[list[Told | None]]
    ages: Tensor
    blanked: Tensor
    pack: Pack
    unknown: tuple[int, ...]
    alone: bool = False
    begin: tuple[Tensor, ...] = ()
    pickled: bytes = b""

    @property
    def parted(self) -> Tensor:
        """bool [J, B]: other contexts came between a block and the one before it, so that it was not written after it
        but after something else.
        """
        return torch.cat((torch.ones_like(self.ages[:1]), self.ages[:-1] - self.ages[1:])) > 1


def prepare(
    phase: Phase,
    corpus: Corpus,
    memories: Memories,
    config: MemoryConfig,
    rng: random.Random,
    rows: Sequence[int] | None = None,
) -> Lesson:
    """Choose contexts and questions for one step.

    Two contexts, sometimes two that belong together, or one in several chunks. Every question about them is asked, as
    long as nothing newer contradicts it; one about an older context; and one that nothing answers. Where long-term
    memory is searched, it is searched for a row's first question: there most questions are about one context.

    Args:
        rows: the memories whose questions are packed; default all. What these are asked does not depend on it.
    """
    batch = len(memories.history)
    draw = rng.random()
    long, aged = draw < phase.long, phase.aged
    if long:
        contexts = corpus.draw(rng, batch, long=True)
        blocks = [stack(contexts, part.start, part.stop) for part in contexts[0].chunks]
        told: list[list[Told | None]] = [[None] * batch for _ in blocks]
        told[-1] = list(contexts)
    else:
        drawn: tuple[list[Told], ...]
        if draw < phase.long + phase.pairs:
            drawn, aged = corpus.draw_pairs(rng, batch), max(aged, phase.pairs_aged)
        else:
            drawn = tuple(corpus.draw(rng, batch) for _ in range(BLOCKS))
        blocks = [stack(contexts) for contexts in drawn]
        told = [list(contexts) for contexts in drawn]
    generator = torch.Generator().manual_seed(rng.getrandbits(62))
    ages = draw_ages(len(blocks), batch, aged, phase.oldest, generator, chained=long)
    blanked = torch.rand(batch, generator=generator) < phase.blanked
    alone, seed = rng.random() < phase.without, rng.getrandbits(62)
    drills = 0 if long else int(batch * phase.drills)
    drilled = [  # of all rows, as it changes what is told
        _drill(row, blocks, told, corpus.vocabulary_size, random.Random(seed + row)) for row in range(drills)
    ]
    packed: list[list[Item]] = []
    for row in range(batch) if rows is None else rows:
        rng = random.Random(seed + row)
        if row < len(drilled):
            packed.append(drilled[row])
            continue
        by_context = _questions(row, told, memories, phase.reach, config, rng)
        about: list[Item] = []
        others = _all_contexts(by_context)
        if phase.store:
            about, others = _one_context(by_context, bool(ages[-1, row] > 0), rng)
        count = int(phase.unknown) + (rng.random() < phase.unknown % 1)
        open_ = [_weighing(item, phase.open) for item in _unanswerable(row, told, memories, corpus.unknown, rng, count)]
        if not phase.store or rng.random() < ANY_FIRST:
            first, rest = [], about + others + open_
        elif open_ and rng.random() < phase.vain:
            first, rest = [_weighing(open_[0], VAIN_WEIGHT)], about + others + open_[1:]
        else:
            asked = _searched(about, phase.sought) + others
            first, rest = asked[:1], asked[1:] + open_
        rng.shuffle(rest)
        packed.append(first + rest)
    return Lesson(blocks, told, ages, blanked, pack(packed, phase.width), corpus.unknown, alone)


def _all_contexts(by_context: list[list[Item]]) -> list[Item]:
    """One question about the old context, and all about the fresh ones."""
    old, *fresh = by_context
    return old[:1] + list(chain(*fresh))


def _one_context(by_context: list[list[Item]], aged: bool, rng: random.Random) -> tuple[list[Item], list[Item]]:
    """All questions about one old context, if one is to be searched for, and others.

    aged: whether the fresh contexts are old by now, too; if not, they are in the pool, and are asked about as well.
    """
    old, *fresh = by_context
    if not aged and (not old or rng.random() < 0.5):
        return [], list(chain(*fresh)) + old[:1]
    contexts = [items for items in (fresh if aged else [old]) if items]
    if not contexts:
        return [], _all_contexts(by_context)
    chosen = rng.choice(contexts)
    others = [item for items in by_context if items is not chosen for item in items]
    return chosen, rng.sample(others, min(len(others), 1 if aged else 4))


def _searched(about: list[Item], weight: float) -> list[Item]:
    """Questions about a context that is searched for, with their weights: it is searched for the fact of the first one,
    the other questions for that fact follow.
    """
    sought = [item for item in about if item.evidence == about[0].evidence]
    unsought = [item for item in about if item.evidence != about[0].evidence]
    return [_weighing(item, weight) for item in sought] + [_weighing(item, UNSOUGHT_WEIGHT) for item in unsought]


def _weighing(item: Item, times: float) -> Item:
    return item._replace(weight=item.weight * times)


def _drill(
    row: int, blocks: list[Tensor], told: list[list[Told | None]], vocabulary_size: int, rng: random.Random
) -> list[Item]:
    """Replace what a memory is told by random tokens."""
    items = []
    for block, contexts in zip(blocks, told, strict=True):
        contexts[row] = None
        if block.shape[1] > 4:
            tokens, item = drill(rng, block.shape[1], vocabulary_size)
            block[row] = torch.tensor(tokens)
            items.append(item)
    return items


def _questions(
    row: int, told: list[list[Told | None]], memories: Memories, reach: int, config: MemoryConfig, rng: random.Random
) -> list[list[Item]]:
    """Questions about an old context, and about each fresh one."""
    fresh = [contexts[row] or Told() for contexts in told]
    reachable = memories.history[row][-reach:]
    told_in_all = [*reachable, *fresh]
    valid = current(told_in_all)
    begun = memories.told - len(reachable)
    old = [number for number, asked in enumerate(valid[: len(reachable)]) if asked]
    changing = _changing(told_in_all, valid)
    chosen = rng.choices(old, [CHANGING if changing[number] else 1 for number in old]) if old else []
    keys = [context.keys for context in told_in_all]
    by_context: list[list[Item]] = [] if old else [[]]
    for number in [*chosen, *range(len(reachable), len(told_in_all))]:
        fresh_number = number - len(reachable)
        tag, weight = (f"fresh{fresh_number}", 1.0) if fresh_number >= 0 else ("old", OLD_WEIGHT)
        asked = rng.sample(valid[number], len(valid[number]))
        asked.sort(key=lambda question: question.key not in changing[number])
        items = []
        for q in asked:
            older = tuple(begun + before for before in range(number) if q.key in keys[before])
            worth = weight * (REVERSE_WEIGHT if q.reverse else 1.0) * (CHANGED_WEIGHT if older else 1.0)
            where = evidence(told_in_all, number, q, begun, config)
            items.append(Item(tag, q.prompt, q.answer, worth, q.hops, where, older))
        by_context.append(items)
    return by_context


def _changing(told: Sequence[Told], valid: Sequence[Sequence[Asked]]) -> list[set[int]]:
    """For every context, the questions that take more than it alone: they were answered otherwise before, or need the
    context before it as well.
    """
    before: set[int] = set()
    changing = []
    for context, asked in zip(told, valid, strict=True):
        changing.append({question.key for question in asked if question.key in before or question.hops == 2})
        before |= context.keys
    return changing


def evidence(
    told: Sequence[Told], number: int, question: Asked, begun: int, config: MemoryConfig
) -> tuple[Evidence, ...]:
    """The memory rows that hold the answer to a question about told[number].

    told: what one memory was told, an entry per injection; a context of several chunks stands in its last one's.
    begun: number of the injection that told[0] stands for.
    """
    kept = config.num_tokens
    if question.hops == 2:
        lengths = [len(context.tokens) for context in told[max(number - 1, 0) : number + 1]]
        first = begun + number - len(lengths) + 1
        return tuple(Evidence(first + i, max(kept - n, 0), kept) for i, n in enumerate(lengths))
    chunks = told[number].chunks or (range(len(told[number].tokens)),)
    rows = []
    for injection, chunk in enumerate(chunks, begun + number - len(chunks) + 1):
        shift = kept - chunk.stop  # from place in the context to place among the K rows
        found = Evidence(injection, max(question.start, chunk.start) + shift, min(question.end, chunk.stop) + shift)
        if found.first < found.end and found.end > 0:
            rows.append(found)
    return tuple(rows)


def _unanswerable(
    row: int,
    told: list[list[Told | None]],
    memories: Memories,
    unknown: tuple[int, ...],
    rng: random.Random,
    count: int,
) -> list[Item]:
    """Up to `count` questions, each another, that nothing this memory was told answers: left open by a context, or
    meant for another memory.
    """
    mine: Sequence[Told] = [*memories.history[row], *(contexts[row] or Told() for contexts in told)]
    asked = [question for context in mine for question in context.asked]
    known = {key for question in asked for key in (question.key, question.whom_key)}
    topics = {question.topic for question in asked}
    chosen: dict[tuple[int, ...], Item] = {}
    for _ in range(count):
        if rng.random() < LEFT_OPEN:
            reach = len(mine) if rng.random() < LONG_AGO else len(told) + LATE
            candidates: list[Asked] = [question for context in mine[-reach:] for question in context.absent]
        else:
            others = [rng.choice(told)[rng.randrange(len(memories.history))] or Told() for _ in range(STRANGERS)]
            candidates = [question for context in others for question in context.asked]
        candidates = [q for q in candidates if q.key not in known and q.prompt not in chosen]
        if not candidates:
            continue
        kinds = ["polar" if asked.polar else "decoy" if asked.topic in topics else "plain" for asked in candidates]
        (drawn,) = rng.choices(candidates, [OPEN[kind] / kinds.count(kind) for kind in kinds])
        chosen[drawn.prompt] = Item("unknown", drawn.prompt, unknown)
    return list(chosen.values())
