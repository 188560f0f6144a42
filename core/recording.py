"""Recording: what an injection did and what an answer looked at, from tensors to the trace.

While an answer is written only references are kept, so that nothing waits for a GPU. What each token looked at is
computed when the answer is there, from rotated queries and keys: its keys stand behind each other by then, so that one
product serves all its tokens. It is summed up where the keys are, for all layers of a device at once, and only the sums
come to the host. Nothing of the forward pass is changed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from core.memory.retriever import Retrieval
from core.memory.state import MemoryState
from core.model.attention import attention_weights
from core.model.checkpoint import LoadedModel
from core.model.llama import LayerOutput
from core.model.reading import Prefix
from core.model.writing import Injection
from core.trace import BEFORE, SCORE_BINS, STRONGEST, Asked, Injected, ModelInfo, Serials, Source, Start

_BOS, _PROMPT, _ANSWER, _MEMORY = 0, 1, 2, 3
AT_ONCE = 2**23
"""Attention weights that are computed in one piece: all heads of a few passes, or all layers of them."""
_NO_ROWS = torch.empty(0)
_NOTHING = Retrieval(_NO_ROWS, _NO_ROWS.long(), _NO_ROWS.int(), _NO_ROWS.long(), None)


class _Found(NamedTuple):
    """What some layers took from long-term memory, and looked at in A passes. P = R + N memory rows."""

    retrieved: Tensor  # [l, R]
    scores: Tensor  # [l, R]
    ages: Tensor  # [l, R]
    histogram: Tensor  # [l, SCORE_BINS]
    mass: Tensor  # [l, A, sources]
    memory: Tensor  # [l, P], mean over passes, in the order read
    strongest: Tensor  # [l, A, T]
    strongest_mass: Tensor  # [l, A, T]


class AnswerRecorder:
    """Listens to one prompt pass and the decoding after it.

    Source indices: bos, prompt, answer, then long-term and short-term of every context in turn.
    """

    def __init__(self, model: ModelInfo, pool: Serials, context_of: NDArray[np.int32], contexts: int) -> None:
        """Record over a pool [L, N] of serials; `context_of` says which of the `contexts` wrote a serial."""
        self._model = model
        self._pool = pool
        self._context_of = context_of
        self._kinds = _MEMORY + 2 * (contexts + 1)
        self._bos: list[int] = []  # per layer, bos rows before its memory
        self._retrieved: list[Retrieval] = []
        self._ranks: list[Tensor] = []
        self._queries: list[list[Tensor]] = []  # per pass and layer, its last query [1, H, 1, hd]
        self._lengths: list[list[int]] = []  # per pass and layer, rows that it saw
        self._latest: list[LayerOutput] = []  # per layer; its past holds the keys of all passes, and keeps them lent

    def __call__(self, name: str, layer: int, value: Any) -> None:
        if name == "prefix":
            self._start_layer(value)
        elif name == "attention":
            self._attend(layer, value)

    def _start_layer(self, prefix: Prefix) -> None:
        found = prefix.retrieval if prefix.retrieval is not None else _NOTHING
        self._bos.append(prefix.bos)
        self._retrieved.append(found._replace(tokens=_NO_ROWS))  # vectors are large, and not needed
        self._ranks.append(prefix.ranks)

    def _attend(self, layer: int, output: LayerOutput) -> None:
        if layer == 0:
            self._queries.append([])
            self._lengths.append([])
        queries = output.queries
        self._queries[-1].append(queries if queries.shape[2] == 1 else queries[:, :, -1:])
        self._lengths[-1].append(output.keys.shape[2])
        if len(self._queries) == 1:
            self._latest.append(output)
        else:
            self._latest[layer] = output

    @torch.inference_mode()
    def record(self, **answer: Any) -> Asked:
        """The trace event; `answer` holds the fields that the recorder does not know."""
        count = len(answer["answer_tokens"])
        by_device: dict[torch.device, list[int]] = {}
        for layer, output in enumerate(self._latest):
            by_device.setdefault(output.keys.device, []).append(layer)
        parts = [self._found(layers, count) for layers in by_device.values()]
        places = np.argsort([layer for layers in by_device.values() for layer in layers])
        found = (np.concatenate([part.cpu().numpy() for part in field])[places] for field in zip(*parts, strict=True))
        retrieved, scores, ages, histogram, mass, memory, strongest, strongest_mass = found
        used = np.flatnonzero(mass.any(axis=(0, 1)))
        first = self._model.retrieved
        return Asked(
            **answer,
            retrieved=retrieved,
            scores=scores,
            ages=ages,
            candidates=np.array([0 if r.scores is None else len(r.scores) for r in self._retrieved], np.int32),
            score_histogram=histogram,
            sources=tuple(_source(int(index)) for index in used),
            mass=_passes_first(mass[:, :, used]),
            short_term_mass=np.ascontiguousarray(memory[:, first:]),
            retrieved_mass=np.ascontiguousarray(memory[:, :first]),
            strongest=_passes_first(strongest),
            strongest_mass=_passes_first(strongest_mass),
        )

    def _found(self, layers: list[int], count: int) -> _Found:
        """What layers of one device found, and looked at in the first `count` passes.

        Their weights stand in one table for all of them: bos, R retrieved rows, N pool rows by rank, prompt, answer.
        Where a layer did not read a row, its weight is 0.
        """
        device, size = self._latest[layers[0]].keys.device, self._model.retrieved
        took = [self._retrieved[layer] for layer in layers]
        retrieved = _stacked([found.serials for found in took], size, -1, device)
        serials = torch.cat((retrieved, self._pool_read(layers).to(device)), dim=1)
        tokens, token_of = _distinct(serials)
        first = max(self._bos)
        memory = slice(first, first + serials.shape[1])
        last = self._lengths[max(count, 1) - 1]
        rows = [self._rows(layer) for layer in layers]
        behind = max(last[layer] - before for layer, before in zip(layers, rows, strict=True))
        prompt = self._lengths[0][layers[0]] - rows[0]
        sources = torch.full((len(layers), memory.stop + behind), _ANSWER, device=device)
        sources[:, :first] = _BOS
        sources[:, memory] = self._sources_of(serials)
        sources[:, memory.stop : memory.stop + prompt] = _PROMPT

        top = min(STRONGEST, serials.shape[1])
        mass = torch.zeros(len(layers), count, self._kinds, device=device)
        looked = torch.zeros(serials.shape, dtype=torch.float64, device=device)
        strongest = serials.new_empty(len(layers), count, top)
        strongest_mass = mass.new_empty(len(layers), count, top)
        heads = self._latest[layers[0]].queries.shape[1]
        at_once = max(1, AT_ONCE // (max(heads, len(layers)) * sources.shape[1]))
        for start in range(0, count, at_once):
            part = slice(start, min(start + at_once, count))
            weights = self._weights(layers, part, sources.shape[1]).double()
            mass[:, part] = _summed(weights, sources, self._kinds).float()
            looked += weights[:, :, memory].sum(dim=1)
            by_token = _summed(weights[:, :, memory], token_of, serials.shape[1]).float()
            best = by_token.masked_fill_(tokens[:, None] < 0, -1.0).topk(top)  # -1: behind tokens without any mass
            strongest_mass[:, part] = best.values.clamp_(min=0.0)
            strongest[:, part] = tokens.gather(1, best.indices.flatten(1)).view(best.indices.shape)
        return _Found(
            retrieved,
            _stacked([_scores(found) for found in took], size, float("nan"), device),
            _stacked([found.ages for found in took], size, 0, device),
            torch.stack([_histogram(found).to(device) for found in took]).int(),
            mass,
            (looked / max(count, 1)).float(),
            strongest,
            strongest_mass,
        )

    def _weights(self, layers: list[int], passes: slice, width: int) -> Tensor:
        """Where some passes looked, mean over heads: [l, passes, width], with the columns of `_found`."""
        queries = [of[layer] for layer in layers for of in self._queries[passes]]
        lengths = self._lengths[passes]
        device = self._latest[layers[0]].keys.device
        # [l, H, passes, hd], of all layers in one piece
        together = torch.cat(queries).unflatten(0, (len(layers), -1)).squeeze(3).transpose(1, 2).contiguous()
        table = torch.zeros(len(layers), len(lengths), width, device=device)
        masks: dict[tuple[int, ...], Tensor] = {}  # by the rows that passes saw: the same in nearly all layers
        for own, asking, layer in zip(table.unbind(), together.split(1), layers, strict=True):
            seen = tuple(of[layer] for of in lengths)
            if seen not in masks:
                ends = torch.tensor(seen, device=device)[:, None]
                hidden = torch.arange(seen[-1], device=device) >= ends
                masks[seen] = torch.zeros(hidden.shape, device=device).masked_fill_(hidden, float("-inf"))
            keys = self._latest[layer].keys[:, :, : seen[-1]]
            own[:, self._columns(layer, seen[-1])] = attention_weights(asking, keys, masks[seen])[0].mean(dim=0)
        return table

    def _columns(self, layer: int, count: int) -> slice | Tensor:
        """The columns of the first `count` rows that a layer read; no index where none is missing."""
        bos, retrieved, ranks = self._bos[layer], len(self._retrieved[layer].order), self._ranks[layer]
        first, pool = max(self._bos), self._pool.shape[1]
        if (bos, retrieved, len(ranks)) == (first, self._model.retrieved, pool):
            return slice(0, count)
        before = first + self._model.retrieved
        behind = torch.arange(before + pool, before + pool + count - self._rows(layer))
        columns = torch.cat((torch.arange(bos), torch.arange(first, first + retrieved), before + ranks, behind))
        return columns.to(self._latest[layer].keys.device)

    def _rows(self, layer: int) -> int:
        """Rows that a layer read before the prompt."""
        return self._bos[layer] + len(self._retrieved[layer].order) + len(self._ranks[layer])

    def _pool_read(self, layers: list[int]) -> Tensor:
        """Serials [l, N] of layers' pool rows, -1 for those that they did not read; on the host."""
        pool = torch.from_numpy(self._pool)[layers]
        for row, layer in zip(pool, layers, strict=True):
            if len(self._ranks[layer]) < len(row):
                row[torch.ones_like(row, dtype=torch.bool).index_fill_(0, self._ranks[layer], False)] = -1
        return pool

    def _sources_of(self, serials: Tensor) -> Tensor:
        """Source indices of memory rows [l, P], R retrieved ones and the pool's; -1 is from before the session."""
        contexts = torch.from_numpy(np.append(self._context_of, np.int32(BEFORE))).to(serials.device)
        sources = _MEMORY + 2 * (contexts[serials].long() + 1)
        sources[:, self._model.retrieved :] += 1
        return sources


def _source(index: int) -> Source:
    if index < _MEMORY:
        kinds = {_BOS: "bos", _PROMPT: "prompt", _ANSWER: "answer"}
        return Source(kinds[index], BEFORE)  # type: ignore[arg-type]
    context, short = divmod(index - _MEMORY, 2)
    return Source("short_term" if short else "long_term", context - 1)


def _scores(found: Retrieval) -> Tensor:
    """Retriever scores [R] of what was taken; none of what was not scored."""
    return _NO_ROWS if found.scores is None else found.scores[found.order]


def _histogram(found: Retrieval) -> Tensor:
    """Retriever scores of all candidates by bin, [SCORE_BINS]."""
    if found.scores is None:
        return torch.zeros(SCORE_BINS, device=found.order.device)
    return torch.histc(found.scores, SCORE_BINS, 0, 1)


def _stacked(values: list[Tensor], size: int, missing: float, device: torch.device) -> Tensor:
    """[l, size], of one dtype."""
    full = [some if len(some) == size else F.pad(some, (0, size - len(some)), value=missing) for some in values]
    return torch.stack([some.to(device) for some in full])


def _distinct(serials: Tensor) -> tuple[Tensor, Tensor]:
    """What `torch.unique` gives for each row of [l, P], without waiting to know how many they are.

    A short long-term store is read more than once: rows of one token count together.

    Returns:
        The serials that there are [l, P], ascending and then -1 as often as needed; which of them each one is [l, P].
    """
    ordered, places = serials.sort(dim=1)
    number = F.pad((ordered[:, 1:] != ordered[:, :-1]).cumsum(dim=1), (1, 0))
    distinct = torch.full_like(serials, -1).scatter_(1, number, ordered)
    return distinct, torch.empty_like(serials).scatter_(1, places, number)


def _summed(weights: Tensor, bins: Tensor, count: int) -> Tensor:
    """Sums [l, A, count] of weights [l, A, T] by bin [l, T]."""
    sums = weights.new_zeros(*weights.shape[:2], count)
    return sums.scatter_add_(2, bins[:, None].expand_as(weights), weights)


def _passes_first(values: NDArray[Any]) -> NDArray[Any]:
    """[L, A, n] -> [A, L, n]."""
    return np.ascontiguousarray(values.swapaxes(0, 1))


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
