"""Models of a shape with random weights and a full memory, made where they are measured."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from core.config import ModelConfig
from core.errors import InputError
from core.memory.parts import on_host
from core.memory.state import LongTerm, LongTermLayer, MemoryState, ShortTerm
from core.model.attention import choose_backend
from core.model.checkpoint import LoadedModel, blank, load, place
from core.model.packed import packed
from core.model.stored import with_read_rows
from core.shapes import MEMORYLLM_8B, MID, MPLUS_8B

SHAPES = {"mid": MID, "mplus-8b": MPLUS_8B, "memoryllm-8b": MEMORYLLM_8B}
NEVER = 1e6
"""A recall frequency that does not decay while something is measured."""


def model_of(shape: str, device: torch.device, dtype: torch.dtype, stored: int | None = None) -> LoadedModel:
    """The embedded model for `tiny`, else random weights.

    Args:
        stored: rows of the long-term memory per layer; default: the shape's own.

    Raises:
        InputError: no such shape.
    """
    if shape == "tiny":
        model = load("tiny", device=device, dtype=dtype)
        return model if stored is None else replace(model, memory=with_store(model, stored))
    if shape not in SHAPES:
        raise InputError(f"There is no shape {shape!r}: give tiny, {', '.join(SHAPES)}.")
    config = SHAPES[shape]
    network = blank(config)
    torch.manual_seed(0)
    for name, parameter in list(network.named_parameters()):
        owner, _, leaf = name.rpartition(".")
        filled = torch.empty(parameter.shape, device=device, dtype=dtype)
        if "norm" in name:
            filled.fill_(1.0)
        else:
            filled.normal_(0.0, parameter.shape[-1] ** -0.5 if parameter.dim() == 2 else 0.02)
        if leaf == "weight" and owner.endswith(("_proj", "lm_head")) and device.type == "cpu":
            filled = packed(filled)
        setattr(network.get_submodule(owner), leaf, torch.nn.Parameter(filled, requires_grad=False))
    if device.type == "cuda":
        for layer in network.layers:
            layer.fuse()
        torch.cuda.empty_cache()
    network.rotary_to(device)
    network.eval()
    backend = choose_backend("auto", device, dtype)
    network.set_backend(backend)
    model = LoadedModel(shape, network, None, _pool(config, device, dtype), backend, f"random-{shape}")
    rows = (config.memory.long_term.initial_size or 0) if config.memory.long_term else 0
    return replace(model, memory=with_store(model, rows if stored is None else stored))


LARGE = 2**32
"""Bytes of vectors above which layers share them."""


def with_store(model: LoadedModel, rows: int) -> MemoryState:
    """The model's memory with a long-term memory of random rows that stays as large as it is.

    On a GPU all layers share their vectors, and what reading makes of them, where these would take much of the host's
    memory (at 150,000 rows of an 8B 39 and 20 GB): times are the same, what is read is not what the layers would make.
    """
    config, memory = model.config, model.memory
    if config.memory.long_term is None:
        return memory
    device, dtype, width = model.device, model.dtype, config.memory.long_term.selector_dim
    host = torch.device("cpu")

    def vectors() -> Tensor:
        return on_host(torch.empty(rows, config.hidden_size, device=device, dtype=dtype).normal_())

    size = rows * config.hidden_size * config.num_layers * dtype.itemsize
    shared = vectors() if device.type == "cuda" and size > LARGE else None
    layers = tuple(
        LongTermLayer.of(
            vectors() if shared is None else shared,
            torch.empty(rows, width, device=device, dtype=dtype).normal_(0, width**-0.5),
            torch.randint(1, 10_000, (rows,), dtype=torch.int32),
            torch.full((rows,), NEVER),
            torch.arange(rows),
        )
        for _ in range(config.num_layers)
    )
    pool = replace(
        memory.short_term, serials=memory.short_term.serials + max(0, rows - int(memory.short_term.serials.min()))
    )
    memory = replace(
        memory,
        short_term=pool,
        long_term=LongTerm(layers, tuple(layer.nothing for layer in layers)),
        next_serial=int(pool.serials.max()) + 1,
    )
    memory = place(memory, device if device.type != "cpu" else host, dtype)
    return with_read_rows(model.network, memory) if shared is None else _with_shared_rows(model, memory)


def _with_shared_rows(model: LoadedModel, memory: MemoryState) -> MemoryState:
    """Keys and values of the first layer's vectors for all of them."""
    stored = memory.long_term
    assert stored is not None
    first = replace(memory, long_term=LongTerm(stored.store[:1], stored.pending[:1]))
    read = with_read_rows(model.network, first).long_term
    assert read is not None

    def shared(layers: tuple[LongTermLayer, ...], rows: LongTermLayer) -> tuple[LongTermLayer, ...]:
        return tuple(replace(layer, read_parts=rows.read_parts) for layer in layers)

    both = shared(stored.store, read.store[0]), shared(stored.pending, read.pending[0])
    return replace(memory, long_term=LongTerm(*both))


def tokens(model: LoadedModel, count: int, seed: int) -> Tensor:
    """Random token ids [count]."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(3, model.config.vocab_size, (count,), generator=generator).to(model.device)


def _pool(config: ModelConfig, device: torch.device, dtype: torch.dtype) -> MemoryState:
    layers, size = config.num_layers, config.memory.pool_size
    pool = ShortTerm(
        torch.empty(layers, size, config.hidden_size, device=device, dtype=dtype).normal_(),
        torch.zeros(layers, size, dtype=torch.int32),
        torch.arange(size).repeat(layers, 1),
        torch.zeros(layers, size, dtype=torch.bool),
    )
    return MemoryState(pool, None, next_serial=size)
