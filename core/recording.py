"""Recording: what an injection did and what an answer looked at, from tensors to the trace.

Attention is computed from rotated queries and keys for the one query that chose each token, when the answer is there:
its keys stand behind each other by then, so that one product serves all its tokens. Nothing of the forward pass is
changed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.memory.retriever import Retrieval
from core.memory.state import MemoryState
from core.model.attention import attention_weights
from core.model.checkpoint import LoadedModel
from core.model.llama import LayerOutput
from core.model.reading import Prefix
from core.model.writing import Injection
from core.trace import BEFORE, SCORE_BINS, STRONGEST, Asked, Floats, Injected, ModelInfo, Serials, Source, Start

_BOS, _PROMPT, _ANSWER, _MEMORY = 0, 1, 2, 3
AT_ONCE = 2**22
"""Attention weights that are computed in one piece, all heads of a few passes."""


class _Sums(NamedTuple):
    """One layer of A passes."""

    mass: Floats  # [A, sources]
    short_term: Floats  # [A, N]
    long_term: Floats  # [A, R]
    strongest: Serials  # [A, T]
    strongest_mass: Floats  # [A, T]


class AnswerRecorder:
    """Listens to one prompt pass and the decoding after it.

    Source indices: bos, prompt, answer, then long-term and short-term of every context in turn.
    """

    def __init__(self, model: ModelInfo, pool: Serials, context_of: NDArray[np.int32], contexts: int) -> None:
        """Record over a pool [L, N] of serials; `context_of` says which of the `contexts` wrote a serial."""
        layers, retrieved = model.num_layers, model.retrieved
        self._pool = pool
        self._context_of = context_of
        self._contexts = contexts
        self._kinds = _MEMORY + 2 * (contexts + 1)
        self._retrieved = np.full((layers, retrieved), -1, np.int64)
        self._ages = np.zeros((layers, retrieved), np.int32)
        self._scores = np.full((layers, retrieved), np.nan, np.float32)
        self._candidates = np.zeros(layers, np.int32)
        self._histogram = np.zeros((layers, SCORE_BINS), np.int32)
        self._rows: list[NDArray[np.int64]] = []  # per layer, source index of every row before the answer
        self._ranks: list[NDArray[np.int64]] = []
        self._bos: list[int] = []
        self._queries: list[list[Tensor]] = []  # per pass and layer, its last query [H, hd]
        self._lengths: list[list[int]] = []  # per pass and layer, rows that it saw
        self._latest: list[LayerOutput] = []  # per layer; it holds the keys of all passes
        self._tokens: list[tuple[Serials, NDArray[np.intp]]] = []  # per layer, memory tokens read and who is which row
        self._top = min(STRONGEST, model.pool_size + retrieved)
        self._model = model

    def __call__(self, name: str, layer: int, value: Any) -> None:
        if name == "prefix":
            self._start_layer(layer, value)
        elif name == "attention":
            self._attend(layer, value)

    def record(self, **answer: Any) -> Asked:
        """The trace event; `answer` holds the fields that the recorder does not know."""
        count, model = len(answer["answer_tokens"]), self._model
        sums = [self._summed(layer, count) for layer in range(model.num_layers)]
        mass, short_term, long_term, strongest, strongest_mass = (
            np.stack(parts, 1) for parts in zip(*sums, strict=True)
        )
        used = np.flatnonzero(mass.any(axis=(0, 1)))
        return Asked(
            **answer,
            retrieved=self._retrieved,
            scores=self._scores,
            ages=self._ages,
            candidates=self._candidates,
            score_histogram=self._histogram,
            sources=tuple(self._source(int(index)) for index in used),
            mass=mass[:, :, used],
            short_term_mass=_mean(short_term),
            retrieved_mass=_mean(long_term),
            strongest=strongest,
            strongest_mass=strongest_mass,
        )

    def _start_layer(self, layer: int, prefix: Prefix) -> None:
        short_term = self._pool[layer][prefix.ranks.numpy()]
        found = prefix.retrieval
        long_term = found.serials.numpy() if found is not None else np.empty(0, np.int64)
        self._rows.append(
            np.concatenate(
                (
                    np.full(prefix.bos, _BOS, np.int64),
                    _MEMORY + 2 * (self._contexts_at(long_term) + 1),
                    _MEMORY + 2 * (self._contexts_at(short_term) + 1) + 1,
                )
            )
        )
        # a short long-term store is read more than once: rows of one token count together
        self._tokens.append(np.unique(np.concatenate((long_term, short_term)), return_inverse=True))
        self._ranks.append(prefix.ranks.numpy())
        self._bos.append(prefix.bos)
        if found is not None:
            self._note_retrieval(layer, found)

    def _note_retrieval(self, layer: int, found: Retrieval) -> None:
        count = len(found.order)
        self._retrieved[layer, :count] = found.serials.numpy()
        self._ages[layer, :count] = found.ages.numpy()
        if found.scores is not None:
            scores = found.scores.cpu().numpy()
            self._scores[layer, :count] = scores[found.order.numpy()]
            self._candidates[layer] = scores.size
            places = np.minimum((scores * SCORE_BINS).astype(np.intp), SCORE_BINS - 1)
            self._histogram[layer] = np.bincount(places, minlength=SCORE_BINS)

    def _attend(self, layer: int, output: LayerOutput) -> None:
        """Keep the pass's last query; what it looked at is computed in the end, for all passes of a layer at once."""
        if layer == 0:
            self._queries.append([])
            self._lengths.append([])
        seen = output.keys.shape[2]
        self._queries[-1].append(output.queries[0, :, -1])
        self._lengths[-1].append(seen)
        if len(self._queries) == 1:  # the prompt pass: what follows the prefix is prompt
            prompt = np.full(seen - self._rows[layer].size, _PROMPT, np.int64)
            self._rows[layer] = np.concatenate((self._rows[layer], prompt))
            self._latest.append(output)
        else:
            self._latest[layer] = output

    def _looked(self, layer: int, count: int) -> Floats:
        """Where the first `count` passes looked in a layer, mean over heads, [A, T]; T is what the last of them saw."""
        lengths = [of[layer] for of in self._lengths[:count]]
        weights = np.zeros((count, max(lengths, default=0)), np.float32)
        if not lengths:
            return weights
        keys = self._latest[layer].keys[:, :, : weights.shape[1]]
        heads = self._latest[layer].queries.shape[1]
        at_once = max(1, AT_ONCE // (heads * weights.shape[1]))
        place = torch.arange(weights.shape[1], device=keys.device)
        for start in range(0, count, at_once):
            part = slice(start, start + at_once)
            queries = torch.stack([of[layer] for of in self._queries[part][: count - start]], dim=1)[None]
            seen = place < torch.tensor(lengths[part], device=keys.device)[:, None]
            weights[part] = attention_weights(queries, keys, seen)[0].mean(dim=0).cpu().numpy()
        return weights

    def _summed(self, layer: int, count: int) -> _Sums:
        """What the first `count` passes looked at in a layer."""
        rows, model = self._rows[layer], self._model
        longest = rows.size + max(count - 1, 0)
        weights = self._looked(layer, count)
        weights = np.pad(weights, ((0, 0), (0, longest - weights.shape[1])))
        kinds = np.concatenate((rows, np.full(longest - rows.size, _ANSWER, np.int64)))
        first = self._bos[layer]
        pool = first + int(np.count_nonzero(self._retrieved[layer] >= 0))
        ranks = self._ranks[layer]
        long_term = np.zeros((count, model.retrieved), np.float32)
        long_term[:, : pool - first] = weights[:, first:pool]
        short_term = np.zeros((count, model.pool_size), np.float32)
        short_term[:, ranks] = weights[:, pool : pool + ranks.size]
        tokens, places = self._tokens[layer]
        mass = _binned(weights[:, first : pool + ranks.size], places, tokens.size)
        top = min(self._top, tokens.size)
        strongest, strongest_mass = np.full((count, self._top), -1, np.int64), np.zeros((count, self._top), np.float32)
        if top:
            best = np.argpartition(-mass, top - 1, axis=1)[:, :top]
            best = np.take_along_axis(best, np.argsort(-np.take_along_axis(mass, best, 1), axis=1, kind="stable"), 1)
            strongest[:, :top] = tokens[best]
            strongest_mass[:, :top] = np.take_along_axis(mass, best, 1)
        by_kind = _binned(weights, kinds, self._kinds).astype(np.float32)
        return _Sums(by_kind, short_term, long_term, strongest, strongest_mass)

    def _contexts_at(self, serials: Serials) -> NDArray[np.int64]:
        return self._context_of[serials].astype(np.int64)

    def _source(self, index: int) -> Source:
        if index < _MEMORY:
            kinds = {_BOS: "bos", _PROMPT: "prompt", _ANSWER: "answer"}
            return Source(kinds[index], BEFORE)  # type: ignore[arg-type]
        context, short = divmod(index - _MEMORY, 2)
        return Source("short_term" if short else "long_term", context - 1)


def _binned(weights: Floats, bins: NDArray[np.integer], count: int) -> NDArray[np.float64]:
    """Sums [A, count] of weights [A, T] by bin [T]."""
    passes = weights.shape[0]
    flat = (np.arange(passes)[:, None] * count + bins).ravel()
    sums: NDArray[Any] = np.bincount(flat, weights.ravel(), passes * count).reshape(passes, count)
    return sums


def _mean(passes: Floats) -> Floats:
    """[A, L, n] -> [L, n]; zeros for no pass."""
    return passes.mean(axis=0, dtype=np.float32) if len(passes) else np.zeros(passes.shape[1:], np.float32)


def model_info(model: LoadedModel) -> ModelInfo:
    """What the trace says of a model."""
    memory = model.config.memory
    return ModelInfo(
        name=model.name,
        num_layers=model.config.num_layers,
        num_tokens=memory.num_tokens,
        pool_size=memory.pool_size,
        retrieved=memory.retrieved if model.memory.long_term is not None else 0,
        chunk_length=memory.chunk_length,
    )


def start_of(memory: MemoryState) -> Start:
    pool = memory.short_term.serials.numpy()
    store = memory.long_term.store if memory.long_term else ()
    return Start(
        short_term=pool if memory.initialized else pool[:, :0],
        long_term=tuple(layer.serials.numpy() for layer in store),
        long_term_ages=tuple(layer.ages.numpy() for layer in store),
        next_serial=memory.next_serial,
    )


def injected(model: LoadedModel, before: MemoryState, result: Injection, context: int, chunk: range) -> Injected:
    """The trace event of one injection, of a chunk of a context's tokens."""
    layers, rows, _ = result.delta.shape
    positions = np.arange(chunk.stop - rows, chunk.stop, dtype=np.int32)
    positions[positions < chunk.start] = -1
    empty = np.zeros((layers, 0), np.int64)
    memory, absorbed = result.memory, result.absorbed
    return Injected(
        step=memory.step - model.memory.step,
        context=context,
        positions=positions,
        first_serial=before.next_serial,
        dropped=result.dropped.serials.numpy() if result.dropped else empty,
        dropped_ages=result.dropped.ages.numpy() if result.dropped else empty.astype(np.int32),
        merged=bool(absorbed and absorbed.merged),
        evicted=tuple(gone.numpy() for gone in absorbed.evicted) if absorbed else (),
        store_size=np.array([len(s) for s in memory.long_term.store] if memory.long_term else [0] * layers, np.int32),
        pending_size=np.array(
            [len(p) for p in memory.long_term.pending] if memory.long_term else [0] * layers, np.int32
        ),
    )
