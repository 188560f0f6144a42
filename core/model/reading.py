"""Reading memory: a prompt pass over bos, long-term, short-term and prompt rows, and decoding after it.

Semantics A, F and G of the original: the prefix is built once per prompt and stays in the cache while decoding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import torch
from torch import Tensor

from core.memory.retriever import Retrieval, retrieve
from core.memory.state import MemoryState
from core.model.llama import LayerOutput, MemoryLlama, retriever_rows
from core.model.past import Past, Pasts, Place, Rows, is_whole
from core.model.pieces import LONGEST, in_pieces, pieces_over
from core.model.prepared import Made, Question, turned
from core.model.projected import row_width, split_rows
from core.model.steps import Passed, Step, step_after
from core.model.stored import are_kept
from core.model.taps import Listener, tap, watcher

ROOM = 64
"""Rows that an answer can have before its keys and values move to a larger buffer."""

REMEMBERED = LONGEST
"""Tokens of a prompt of which the whole pass is kept, so that asked again (with another seed) it is not made again."""


class Prefix(NamedTuple):
    """The memory rows of one layer, in the order they are read."""

    bos: int  # 1 if the first row is the bos vector
    retrieval: Retrieval | None  # the R rows after it
    ranks: Tensor  # [P - bos - R] int64, ranks in the pool of the rows after those
    end: int  # position of the first prompt row


class Cache(NamedTuple):
    """Keys and values of everything read so far; `position` is that of the next row."""

    layers: tuple[Past, ...]
    position: int


class Reading(NamedTuple):
    """What the model made of some tokens."""

    logits: Tensor  # [n, V], or [1, V] of the last one
    cache: Cache


class Decoded(NamedTuple):
    """A token [1] to be decoded after what is in a cache, and who watches."""

    cache: Cache
    token: Tensor
    listener: Listener | None


@torch.inference_mode()
def read(network: MemoryLlama, memory: MemoryState, input_ids: Tensor, *, last_only: bool = False) -> Reading:
    """Read a prompt with the memory before it.

    Args:
        input_ids: [n] int64, on the model's device.
        last_only: logits of the last token only.
    """
    memory_rows = MemoryRows(network, memory, input_ids)
    if (again := memory_rows.again(last_only)) is not None:
        return _read_before(network, *again, last_only)
    if (found := memory_rows.in_pieces()) is not None:
        return _read_before(network, *found, last_only)
    hidden = network.embed_tokens(input_ids)[None]
    count = input_ids.shape[0]
    pasts: list[Past] = []
    made: list[Made] = []
    masks = Masks(network, count, hidden)
    position = 0
    for index, layer in enumerate(network.layers):
        tap("hidden", index, hidden[0])
        prefix, past = memory_rows.before(index, hidden[0], count + ROOM)
        tap("prefix", index, prefix)
        position = prefix.end + count
        cos, sin = network.angles(prefix.end, position, hidden.device)
        if last_only and index == len(network.layers) - 1:  # nobody reads what becomes of the other rows
            output = layer(hidden, count - 1, cos, sin, None, "read", past)
        else:
            output = layer(hidden, 0, cos, sin, masks.after(past), "read", past)
        tap("attention", index, output)
        past = _one(output.past)
        made.append(Made(hidden, prefix, output.hidden, output.queries, past.holder, past.length))
        hidden = output.hidden
        pasts.append(past)
    memory_rows.remember(made, last_only)
    return Reading(_logits(network, hidden, last_only), Cache(tuple(pasts), position))


def _read_before(network: MemoryLlama, made: list[Made], pasts: list[Past], last_only: bool) -> Reading:
    """A prompt pass that was made already, shown to whoever watches as if it were made layer by layer now."""
    for index, (layer, past) in enumerate(zip(made, pasts, strict=True)):
        tap("hidden", index, layer.entered[0])
        tap("prefix", index, layer.prefix)
        tap("attention", index, LayerOutput(layer.left, layer.queries, past.keys, past.values, past))
    position = made[-1].prefix.end + made[-1].entered.shape[1]
    return Reading(_logits(network, made[-1].left, last_only), Cache(tuple(pasts), position))


@torch.inference_mode()
def decode(network: MemoryLlama, cache: Cache, input_ids: Tensor) -> Reading:
    """Read m more tokens after what is in the cache; the memory is not searched again.

    Args:
        input_ids: [m] int64.
    """
    count = input_ids.shape[0]
    step = step_after(network, cache.layers) if count == 1 else None
    if step is not None:
        return _repeated(step, Decoded(cache, input_ids, watcher()))
    hidden = network.embed_tokens(input_ids)[None]
    masks = Masks(network, count, hidden)
    cos, sin = network.angles(cache.position, cache.position + count, hidden.device)
    pasts: list[Past] = []
    for index, (layer, past) in enumerate(zip(network.layers, cache.layers, strict=True)):
        tap("hidden", index, hidden[0])
        output = layer(hidden, 0, cos, sin, masks.after(past), "read", past)
        tap("attention", index, output)
        hidden = output.hidden
        pasts.append(_one(output.past))
    return Reading(_logits(network, hidden, last_only=False), Cache(tuple(pasts), cache.position + count))


@torch.inference_mode()
def decode_together(network: MemoryLlama, jobs: Sequence[Decoded]) -> list[Reading]:
    """One more token for each of several readings, in one pass: equal to `decode` of each but for rounding."""
    if len(jobs) == 1 and (step := step_after(network, jobs[0].cache.layers)) is not None:
        return [_repeated(step, jobs[0])]
    hidden = network.embed_tokens(torch.cat([job.token for job in jobs]))[:, None]
    positions = torch.tensor([[job.cache.position] for job in jobs], device=hidden.device)
    cos, sin = network.rotary(positions)
    grown: list[list[Past]] = [[] for _ in jobs]
    shown: list[tuple[Listener, str, int, Any]] = []  # at the end: a pass that fails is made again for each alone
    for index, layer in enumerate(network.layers):
        output = layer(hidden, 0, cos, sin, None, "read", Pasts([job.cache.layers[index] for job in jobs]))
        assert isinstance(output.past, Pasts)
        for row, (job, past) in enumerate(zip(jobs, output.past.each, strict=True)):
            grown[row].append(past)
            if job.listener is not None:
                part = slice(row, row + 1)
                shown.append((job.listener, "hidden", index, hidden[row]))
                mine = LayerOutput(output.hidden[part], output.queries[part], past.keys, past.values, past)
                shown.append((job.listener, "attention", index, mine))
        hidden = output.hidden
    normed = network.norm(hidden[:, 0])
    for row, job in enumerate(jobs):
        if job.listener is not None:
            shown.append((job.listener, "hidden", len(network.layers), normed[row : row + 1]))
    caches = [Cache(tuple(pasts), job.cache.position + 1) for job, pasts in zip(jobs, grown, strict=True)]
    readings = [Reading(*one) for one in zip(network.lm_head(normed).split(1), caches, strict=True)]
    for listener, name, index, value in shown:
        listener(name, index, value)
    return readings


def _repeated(step: Step, job: Decoded) -> Reading:
    """One more token by a recorded pass, shown to whoever watches when it is over."""
    cache, listener = job.cache, job.listener
    with step.lock:
        made = step(job.token, cache.position, cache.layers)
        shown = Passed(*(part.clone() for part in made)) if listener is not None else None
        logits = shown.logits if shown is not None else made.logits.clone()
    pasts = tuple(past.grown(1) for past in cache.layers)
    if listener is not None and shown is not None:
        for index, past in enumerate(pasts):
            listener("hidden", index, shown.entered[index])
            layer = LayerOutput(shown.left[index][None], shown.queries[index], past.keys, past.values, past)
            listener("attention", index, layer)
        listener("hidden", len(pasts), shown.entered[-1])
    return Reading(logits, Cache(pasts, cache.position + 1))


def decode_in_turn(network: MemoryLlama, cache: Cache, token: Tensor) -> Reading:
    """One more token [1], in one pass with those of others who want theirs at the same time."""
    job = Decoded(cache, token, watcher())
    return network.turns.take(job, lambda jobs: decode_together(network, jobs))


class Masks:
    """What is added to the scores of `count` rows behind a past, made once for all layers that are alike."""

    def __init__(self, network: MemoryLlama, count: int, like: Tensor) -> None:
        self._network, self._count, self._like = network, count, like
        self._whole = is_whole(like.device, network.layers[0].backend)
        self._made: dict[tuple[int, int], Tensor | None] = {}

    def after(self, past: Past) -> Tensor | None:
        """The mask of the rows that come next; None where it is made when they are there."""
        if self._whole and not past.has_room(self._count):
            return None
        key = past.length, past.buffer.capacity if self._whole else 0
        if key not in self._made:
            end = past.length + self._count
            if self._whole:
                self._made[key] = Past(past.buffer, end).seen(self._count)
            else:
                self._made[key] = self._network.mask(self._count, end, self._like)
        return self._made[key]


class MemoryRows:
    """The memory that a prompt reads, as rotated keys and values per layer."""

    def __init__(self, network: MemoryLlama, memory: MemoryState, prompt: Tensor) -> None:
        self._network, self._memory, self._prompt = network, memory, prompt
        self._rows = network.prepared.rows(network, memory.short_term.tokens) if memory.initialized else None
        before = self._rows.question if self._rows else None
        self._asked_before = before is not None and before.fits(prompt, memory.long_term)
        pool = memory.short_term.forgotten
        self._every_rank = None if pool.any() else torch.arange(pool.shape[1])
        self._question = before if before and self._asked_before else Question.about(prompt, memory.long_term)

    def again(self, last_only: bool) -> tuple[list[Made], list[Past]] | None:
        """What was made of this prompt, if it was the last one read from this memory and nobody still reads on."""
        if self._rows is None or not self._asked_before or self._every_rank is None:
            return None
        if self._question.last_only not in (None, last_only):
            return None
        if not torch.equal(self._question.prompt, self._prompt):  # it only finds the same in long-term memory
            return None
        return self._rows.again(self._question)

    def remember(self, made: list[Made], last_only: bool | None) -> None:
        """Keep what was made of this prompt, if it is short and all of the pool was read."""
        if self._rows is None or self._every_rank is None or made[0].entered.shape[1] > REMEMBERED:
            return
        # another one, as without a long-term memory all prompts share what they found there
        self._rows.question = replace(self._question, prompt=self._prompt, made=made, last_only=last_only)

    def in_pieces(self) -> tuple[list[Made], list[Past]] | None:
        """What is made of this prompt by a pass that can be recorded; None if it is long, or rows are not as usual.

        Which pass a prompt gets follows from it and the memory alone: asked again, it gets the same bits.
        """
        network, stored, pool = self._network, self._memory.long_term, self._memory.short_term
        count, budget = self._prompt.shape[0], network.config.memory.retrieved
        if self._rows is None or self._every_rank is None or count > LONGEST or not in_pieces(network):
            return None
        if stored is not None and any(len(layer) < budget for layer in stored.store):
            return None
        bos = 0 if network.bos_embedding is None else 1
        before, size = bos + (budget if stored is not None else 0), pool.forgotten.shape[1]
        rows, room = self._rows, LONGEST + ROOM
        pasts = [
            rows.lender.reserve(index, values, before, size, rows.into(network, index, before), room)
            for index, values in enumerate(rows.values)
        ]

        def search(index: int, queries: Tensor, into: Tensor) -> Retrieval | None:
            if stored is None:
                return None
            return retrieve(queries, stored.store[index], stored.pending[index], budget, into)

        made_before = stored is not None and are_kept((*stored.store, *stored.pending))
        passed = pieces_over(network, pasts, before, count, made_before)(self._prompt, search)
        pasts = [past.grown(count) for past in pasts]
        made = [
            Made(entered, Prefix(bos, found, self._every_rank, before + size), left, queries, past.holder, past.length)
            for entered, left, found, queries, past in zip(
                passed.entered[:-1], passed.entered[1:], passed.found, passed.queries, pasts, strict=True
            )
        ]
        self.remember(made, None)
        return made, pasts

    def before(self, index: int, hidden: Tensor, room: int) -> tuple[Prefix, Past]:
        """What layer `index` reads before the prompt whose rows [n, d] enter it, with room for `room` rows more."""
        config, pool = self._network.config, self._memory.short_term
        rows = self._rows
        if rows is None:
            nothing = hidden.new_empty(config.num_kv_heads, 0, config.head_dim)
            return Prefix(0, None, torch.empty(0, dtype=torch.long), 0), Past.of([nothing], [nothing], room)
        retrieval, front = self._front(index, hidden)
        end, size = front.keys.shape[1], pool.forgotten.shape[1]
        bos = end - (len(retrieval.order) if retrieval else 0)
        ranks = (~pool.forgotten[index]).nonzero()[:, 0] if self._every_rank is None else self._every_rank
        prefix = Prefix(bos, retrieval, ranks, end + size)
        front_rows, pool_rows = turned(self._network, front, 0), rows.into(self._network, index, end)
        if len(ranks) == size:
            return prefix, rows.lender.lend(index, front, front_rows, size, pool_rows, room)
        pools = rows.keys[index], rows.values[index]
        whole = Rows(*(part.new_empty(part.shape[0], end + size, part.shape[2]) for part in pools))
        front_rows(Rows(*(part[:, :end] for part in whole)))
        pool_rows(Rows(*(part[:, end:] for part in whole)))
        seen = torch.cat((torch.arange(end), end + ranks)).to(whole.keys.device)
        keys, values = (part.index_select(1, seen) for part in whole)
        return prefix, Past.of([keys], [values], room)

    def _front(self, index: int, hidden: Tensor) -> tuple[Retrieval | None, Rows]:
        """The bos row and the long-term rows for this prompt; one that was the last one asked takes the same again."""
        assert self._rows is not None
        if self._asked_before and index < len(self._question.layers):
            return self._question.layers[index]
        network = self._network
        retrieval, keys, values = self._searched(index, hidden)
        found = retrieval, Rows(keys, values)
        self._question.layers.append(found)
        if index == len(network.layers) - 1:  # only a prompt that was read to the end is remembered
            self._rows.question = self._question
        return found

    def _searched(self, index: int, hidden: Tensor) -> tuple[Retrieval | None, Tensor, Tensor]:
        """What a prompt finds, and keys before rotation and values [Hkv, T, hd] of the bos row and what was found."""
        network, stored = self._network, self._memory.long_term
        layer, bos = network.layers[index], network.bos_embedding
        parts = [] if bos is None else [bos[index].to(hidden.device)]
        if stored is None:
            return None, *layer.keys_and_values(torch.cat((hidden[:0], *parts)))
        queries, budget = retriever_rows(layer, hidden, "query"), network.config.memory.retrieved
        both = stored.store[index], stored.pending[index]
        if len(both[0]) < budget or not are_kept(both):
            retrieval = retrieve(queries, *both, budget)
            parts.append(retrieval.tokens.to(hidden.device))
            return retrieval, *layer.keys_and_values(torch.cat(parts))
        rows = hidden.new_empty(len(parts) + budget, row_width(network.config))
        if parts:
            rows[:1] = network.prepared.bos(network)[index]
        return retrieve(queries, *both, budget, rows[len(parts) :]), *split_rows(layer, rows)


def _one(past: Past | Pasts | Place | None) -> Past:
    assert isinstance(past, Past)
    return past


def _logits(network: MemoryLlama, hidden: Tensor, last_only: bool) -> Tensor:
    normed = network.norm(hidden[0])
    tap("hidden", len(network.layers), normed)
    return network.lm_head(normed[-1:] if last_only else normed)
