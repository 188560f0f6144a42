"""Reading with long-term memory, and the retriever that searches it, trained together.

What a step's ageing drops from the pool becomes long-term memory at once, with its gradient, beside a store of what
earlier steps dropped. Each layer's selector ranks the rows for every question; the best ones for the first question
are read. The selector learns to rank rows of the asked-about context above all others, and the model learns with it
to write rows that can be found. (M+ trains its retriever contrastively beside the model; the loss here is listwise.)
"""

from collections import defaultdict
from dataclasses import replace

import torch
from torch import Tensor

from core.model.llama import MemoryLlama
from core.training import language
from core.training.ageing import take
from core.training.batches import NOBODY, Pack, Span, Told, stack
from core.training.forward import PLAIN, Runner, read, write
from core.training.language import HISTORY, Aged, Result
from core.training.lessons import Lesson
from core.training.memories import Memories, Rows, either, written
from core.training.optimiser import Group, Optimiser
from core.training.preset import Phase

QUESTIONS = 8  # per row that are ranked for
SHARPNESS = 24.0  # of the listwise loss; scores lie between 0 and 1
RANKING_WEIGHT = 0.15
OLD_ENOUGH = 4  # injections; younger rows are mostly in the pool, where no retriever is needed
SELECTOR_RATE = 0.02


def optimiser(model: MemoryLlama, dtype: torch.dtype = torch.float32) -> Optimiser:
    """For everything, with a rate of their own for the selectors."""
    matrices, others = language.groups(model)
    selectors = [p for name, p in model.named_parameters() if ".selector." in name]
    return Optimiser([*matrices, Group(selectors, SELECTOR_RATE)], others, dtype=dtype)


def train_step(
    model: MemoryLlama,
    memories: Memories,
    lesson: Lesson,
    phase: Phase,
    generator: torch.Generator,
    runner: Runner,
) -> Result:
    """One step; leaves the gradients in the parameters and the fresh rows in the memories."""
    aged = language.tell(model, memories, lesson, generator, runner)
    asked = lesson.pack.to(aged.pool.device)
    alone = float(torch.rand((), generator=generator)) < phase.without
    search = Search(model, memories, lesson, aged, asked, runner)
    hidden, entered = read(
        model, aged.pool, asked.ids, asked.positions, asked.mask, None if alone else search.retrieve, runner
    )
    if alone:  # nothing has been searched for
        asked = replace(asked, weights=asked.weights.clamp(max=1.0))
    answers = language.answer(model, hidden, asked, lesson.unknown, phase.doubt)
    ranking = sum((search.ranking_loss(index, rows) for index, rows in enumerate(entered)), torch.zeros(()))
    loss = answers.loss + RANKING_WEIGHT * ranking / len(entered)
    loss.backward()
    language.remember(memories, lesson, aged, generator)
    counts = language.recall(asked, answers, lesson.ages)
    searched = [answers.exact[n] for n, span in enumerate(asked.spans) if search.is_sought(span)]
    counts["alone" if alone else "searched"] = sum(searched), len(searched)
    return Result(answers.loss.item(), {**counts, "retrieved": (search.found, search.possible)})


@torch.no_grad()
def fill(
    model: MemoryLlama, memories: Memories, contexts: list[Told], runner: Runner, generator: torch.Generator
) -> None:
    """One context into every memory, without gradient."""
    ids = stack(contexts).to(memories.pool.tokens.device)
    fresh = write(model, memories.recent(model.config.memory.num_tokens), ids, runner)
    memories.update(fresh, ids.shape[1], generator)
    memories.remember(list(contexts), HISTORY)


class Search:
    """Long-term memory of one step: M rows per layer and memory, the store's first and then the J * K fresh ones.

    order: [L, B, M], by when the rows were written, or would have been where they have been aged.
    found, possible: of the rows that the first questions need, how many were read, and how many there are.
    """

    def __init__(
        self,
        model: MemoryLlama,
        memories: Memories,
        lesson: Lesson,
        aged: Aged,
        asked: Pack,
        runner: Runner = PLAIN,
    ) -> None:
        self.model, self.runner = model, runner
        self.found = self.possible = 0
        store, told = memories.store, memories.told
        layers, batch, kept, _ = aged.fresh[0].shape
        blocks = len(aged.fresh)
        fresh: list[Rows] = []
        until_now = memories.pool.newest(kept)
        for number, (rows, block) in enumerate(zip(aged.fresh, lesson.blocks, strict=True)):
            before = either(lesson.parted[number], until_now, fresh[-1]) if fresh else until_now
            owners, places = written(before, told + number, block.shape[1])
            serials = (told + number) * kept + torch.arange(kept, device=owners.device)
            fresh.append(Rows(rows, owners, places, serials.expand_as(owners)))
        shape = layers, batch, blocks * kept
        self.owners, places, self.serials = (
            torch.cat([getattr(rows, name) for rows in (store, *fresh)], dim=2)
            for name in ("owners", "places", "serials")
        )
        # aged rows are read where rows of their age stand: as the newest ones their place would give them away
        passing_for = told + blocks - 1 - lesson.ages.long()
        aged_serials = (
            (passing_for.T[:, :, None] * kept + torch.arange(kept)).flatten(1).to(store.serials)
        )  # [B, J * K]
        self.order = torch.cat((store.serials, aged_serials.expand(shape)), dim=2)
        # layer by layer: the gradient of a slice of all layers would be as large as all layers
        self.stored = store.tokens.unbind()
        self.fresh = [torch.cat(blocks, dim=1) for blocks in zip(*(rows.unbind() for rows in aged.fresh), strict=True)]
        lost = aged.lost.permute(1, 2, 0, 3).reshape(layers, batch, blocks * kept)
        self.there = torch.cat((store.serials != NOBODY, lost.to(store.serials.device)), dim=2)
        self.prompts = prompt_means(asked, QUESTIONS).to(store.tokens.dtype)
        self.needed, self.related = needed(asked, QUESTIONS, self.owners, places)  # [L, B, G, M]
        self.ranked = ranked(asked, QUESTIONS, lesson.ages, told)
        self.budget = model.config.memory.retrieved
        self._scores: dict[int, Tensor] = {}

    def is_sought(self, span: Span) -> bool:
        """Whether a question is the one that is searched for, and about something old."""
        return bool(self.prompts[span.row, 0, span.start] > 0 and self.ranked[span.row, 0])

    def scores(self, index: int, hidden: Tensor) -> Tensor:
        """Every row's score for every question, float32 [B, G, M]; computed once for a layer, with gradient.

        Args:
            hidden: [B, S, d], rows entering the layer.
        """
        if index not in self._scores:
            layer, run = self.model.layers[index], self.runner
            # apart: what is stored takes no gradient
            keys = torch.cat((run.keys(layer, self.stored[index]), run.keys(layer, self.fresh[index])), dim=1)
            self._scores[index] = run.scores(layer, hidden, keys, self.prompts).float()
        return self._scores[index]

    def retrieve(self, index: int, hidden: Tensor) -> Tensor:
        """The best rows for every memory's first question, oldest first, [B, R, d]."""
        there = self.there[index]
        scores = self.scores(index, hidden)[:, 0].detach()
        chosen = scores.masked_fill(~there, -1.0).topk(self.budget, dim=-1).indices
        chosen = chosen.gather(1, self.order[index].gather(1, chosen).argsort(-1))
        wanted = self.needed[index, :, 0] & there
        self.found += int(wanted.gather(1, chosen).sum())
        self.possible += int(wanted.sum())
        return take(self.stored[index], self.fresh[index], chosen)

    def ranking_loss(self, index: int, hidden: Tensor) -> Tensor:
        """How far the rows that hold an answer are from standing above all others: cross-entropy of each of them
        against everything that is not of their context.
        """
        scores = SHARPNESS * self.scores(index, hidden)
        wanted = self.needed[index] & self.ranked[..., None]
        real = (self.serials[index] != NOBODY)[:, None]
        others = scores.masked_fill(self.related[index] | ~real, float("-inf")).logsumexp(-1, keepdim=True)
        losses = torch.nn.functional.softplus(others - scores)
        return (losses * wanted).sum() / wanted.sum().clamp(min=1)


def prompt_means(asked: Pack, count: int) -> Tensor:
    """Weights [B, G, S] that average over the prompt of each of a row's first G questions; zero where there is none."""
    means = torch.zeros(asked.ids.shape[0], count, asked.ids.shape[1], device=asked.ids.device)
    for place, span in numbered(asked, count):
        means[span.row, place, span.start : span.first + 1] = 1 / (span.first + 1 - span.start)
    return means


def needed(asked: Pack, count: int, owners: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
    """Which rows hold the answer to each question, and which are of the same injections or of ones that told it
    otherwise before; bool [L, B, G, M].

    Args:
        owners: [L, B, M], the injection a row is of. places: [L, B, M], its number within that injection.
    """
    holds = torch.zeros(*owners.shape[:2], count, owners.shape[2], dtype=torch.bool, device=owners.device)
    related = holds.clone()
    for number, span in numbered(asked, count):
        for owner in span.item.older:  # whoever searches cannot tell which telling is the newer one
            related[:, span.row, number] |= owners[:, span.row] == owner
        for owner, first, end in span.item.evidence:
            same = owners[:, span.row] == owner
            inside = (places[:, span.row] >= first) & (places[:, span.row] < end)
            related[:, span.row, number] |= same
            holds[:, span.row, number] |= same & inside
    return holds, related


def ranked(asked: Pack, count: int, ages: Tensor, told: int) -> Tensor:
    """bool [B, G]: questions about something old enough to be looked for in long-term memory."""
    chosen = torch.zeros(asked.ids.shape[0], count, dtype=torch.bool)
    for place, span in numbered(asked, count):
        if not span.item.evidence:
            continue
        owner = span.item.evidence[-1].owner
        if owner >= told:
            chosen[span.row, place] = ages[owner - told, span.row] >= OLD_ENOUGH
        else:
            chosen[span.row, place] = told - owner + int(ages[0, span.row]) >= OLD_ENOUGH
    return chosen.to(asked.ids.device)


def numbered(asked: Pack, count: int) -> list[tuple[int, Span]]:
    """The first `count` spans of every row, each with its number within the row."""
    seen: dict[int, int] = defaultdict(int)
    spans = []
    for span in asked.spans:
        if seen[span.row] < count:
            spans.append((seen[span.row], span))
        seen[span.row] += 1
    return spans
