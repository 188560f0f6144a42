"""Reading with long-term memory, and the retriever that searches it, trained together.

What a step's ageing drops from the pool becomes long-term memory at once, with its gradient, beside a store of what
earlier steps dropped. Each layer's selector ranks the rows for every question; the best ones for the first question
are read. The selector learns to rank rows of the asked-about context above all others, and the model learns with it
to write rows that can be found. (M+ trains its retriever contrastively beside the model; the loss here is listwise.)
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.model.llama import MemoryLlama
from core.training import language
from core.training.ageing import take
from core.training.batches import NOBODY
from core.training.forward import PLAIN, Runner, read, write
from core.training.language import Aged, Result
from core.training.lessons import Lesson
from core.training.memories import Memories, Rows, either, written
from core.training.optimiser import Group, Optimiser
from core.training.packs import NONE, Pack, Questions, sent
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
    asked, alone = lesson.pack.to(aged.pool.device), lesson.alone
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
    sought = sent(search.sought, answers.exact.device)
    counts["alone" if alone else "searched"] = torch.stack(((sought & answers.exact).sum(), sought.sum()))
    return Result(answers.loss.detach(), {**counts, "retrieved": torch.stack((search.found, search.possible))})


@torch.no_grad()
def fill(model: MemoryLlama, memories: Memories, ids: Tensor, runner: Runner, generator: torch.Generator) -> None:
    """One context [B, n] into every memory, without gradient."""
    ids = sent(ids, memories.pool.tokens.device)
    fresh = write(model, memories.recent(model.config.memory.num_tokens), ids, runner)
    memories.update(fresh, ids.shape[1], generator)


class Search:
    """Long-term memory of one step: M rows per layer and memory, the store's first and then the J * K fresh ones.

    order: [L, B, M], by when the rows were written, or would have been where they have been aged.
    found, possible: of the rows that the first questions need, how many were read, and how many there are.
    sought: bool [n], on the host: the question of a row that is searched for, if it is about something old.
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
        store, told = memories.store, memories.told
        layers, batch, kept, _ = aged.fresh[0].shape
        device = store.serials.device
        self.found = self.possible = torch.zeros((), dtype=torch.int64, device=device)
        blocks = len(aged.fresh)
        fresh: list[Rows] = []
        until_now, parted = memories.pool.newest(kept), sent(lesson.parted, device)
        for number, (rows, block) in enumerate(zip(aged.fresh, lesson.blocks, strict=True)):
            before = either(parted[number], until_now, fresh[-1]) if fresh else until_now
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
        aged_serials = (passing_for.T[:, :, None] * kept + torch.arange(kept)).flatten(1)  # [B, J * K]
        aged_serials = sent(aged_serials, device)
        self.order = torch.cat((store.serials, aged_serials.expand(shape)), dim=2)
        # layer by layer: the gradient of a slice of all layers would be as large as all layers
        self.stored = store.tokens.unbind()
        self.fresh = [torch.cat(blocks, dim=1) for blocks in zip(*(rows.unbind() for rows in aged.fresh), strict=True)]
        lost = aged.lost.permute(1, 2, 0, 3).reshape(layers, batch, blocks * kept)
        self.there = torch.cat((store.serials != NOBODY, lost.to(store.serials.device)), dim=2)
        old = old_enough(asked.questions, lesson.ages, told)
        self.sought = old & (asked.questions.number == 0)  # what is searched for, if that is old
        first = First.of(asked, QUESTIONS, old, device)
        self.prompts = first.prompt_means(asked.ids.shape[1]).to(store.tokens.dtype)
        self.needed, self.related = first.needed(self.owners, places)  # [L, B, G, M]
        self.ranked = first.old
        self.budget = model.config.memory.retrieved
        self._scores: dict[int, Tensor] = {}

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
        self.found = self.found + wanted.gather(1, chosen).sum()
        self.possible = self.possible + wanted.sum()
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


def old_enough(known: Questions, ages: Tensor, told: int) -> Tensor:
    """bool [n]: questions about something old enough to be looked for in long-term memory."""
    owner = known.last_owner
    block = (owner - told).clamp(0, len(ages) - 1)
    age = torch.where(owner >= told, ages[block, known.row], told - owner + ages[0, known.row])
    return (owner != NONE) & (age >= OLD_ENOUGH)


@dataclass(frozen=True)
class First:
    """The first G questions of every row, [B, G, ...]; places without a question have no length and no evidence."""

    start: Tensor  # of the prompt
    length: Tensor
    old: Tensor  # bool
    evidence: Tensor  # [B, G, E, 3]
    older: Tensor  # [B, G, O]

    @classmethod
    def of(cls, asked: Pack, count: int, old: Tensor, device: torch.device) -> "First":
        """`old`: see `old_enough`."""
        known = asked.questions
        chosen = known.number < count
        numbers = known.start, known.first + 1 - known.start, old.long()
        each = torch.cat([torch.stack(numbers, 1), known.evidence.flatten(1), known.older], dim=1)[chosen]
        places = torch.full((asked.ids.shape[0], count, each.shape[1]), NONE)
        places[..., :3] = 0
        places[known.row[chosen], known.number[chosen]] = each
        start, length, is_old = (places := sent(places, device))[..., :3].unbind(-1)
        evidence, older = places[..., 3:].split([known.evidence.shape[1:].numel(), known.older.shape[1]], dim=-1)
        return cls(start, length, is_old.bool(), evidence.unflatten(-1, (-1, 3)), older)

    def prompt_means(self, width: int) -> Tensor:
        """Weights [B, G, S] that average over the prompt of each question."""
        place = torch.arange(width, device=self.start.device) - self.start[..., None]
        length = self.length[..., None]
        return ((place >= 0) & (place < length)) / length.clamp(min=1)

    def needed(self, owners: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
        """Which rows hold the answer to each question, and which are of the same injections or of ones that told it
        otherwise before; bool [L, B, G, M].

        Args:
            owners: [L, B, M], the injection a row is of. places: [L, B, M], its number within that injection.
        """
        owners, places = owners[:, :, None], places[:, :, None]
        holds = torch.zeros(1, dtype=torch.bool, device=owners.device)
        related = holds
        for part in self.evidence.unbind(2):
            owner, first, end = part[..., None, :].unbind(-1)
            same = owners == owner
            related = related | same
            holds = holds | (same & (places >= first) & (places < end))
        for owner in self.older.unbind(2):  # whoever searches cannot tell which telling is the newer one
            related = related | (owners == owner[..., None])
        return holds, related
