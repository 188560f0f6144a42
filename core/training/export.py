"""The finished checkpoint: weights, tokenizer, and a memory of its own to start from."""

import random
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from core.config import ModelConfig
from core.memory.state import LongTerm, LongTermLayer, MemoryState, ShortTerm
from core.model.checkpoint import save
from core.model.llama import MemoryLlama
from core.model.weights import in_eight_bits
from core.model.writing import inject
from core.training import tokenizer as tokenizers_
from core.training.phrases import FILLERS

TOLD_BEFORE = 60  # contexts of small talk; of the blank pool's rows one in three thousand is left by then
SENTENCES = 5  # of each; what does not fit into one chunk is left out
OWN_SEED = 5


def first_memory(network: MemoryLlama, tokenizer: Tokenizer) -> MemoryState:
    """A pool and a store of `initial_size` rows per layer, left by injections of small talk that states no fact.

    Facts about strangers would be taken for what a question about somebody else asks for. The store is filled by one
    merge; what was dropped before it is gone.
    """
    config = network.config
    assert config.memory.long_term is not None
    merge_after = config.memory.long_term.update_frequency
    rng = random.Random(OWN_SEED)
    memory = _blank(config)
    for number in range(TOLD_BEFORE):
        if number == TOLD_BEFORE - merge_after:
            memory = replace(memory, long_term=_nothing_stored(config))
        ids = tokenizer.encode(" ".join(rng.sample(FILLERS, SENTENCES))).ids[: config.memory.chunk_length]
        memory = inject(network, memory, torch.tensor(ids)).memory
    return memory


def export(network: MemoryLlama, tokenizer: Tokenizer, folder: Path, log: Path | None = None) -> None:
    """Write a folder that `core.load` reads. Matrices are stored in 8 bits, the rest in half precision: the file stays
    under 10 MB. The network is rounded to what is stored, and writes its own memory with that.
    """
    network.eval()
    network.load_state_dict(as_stored(network.state_dict()))
    save(network, first_memory(network, tokenizer), folder, dtype=torch.float16, eight_bits=True)
    (folder / "model.safetensors").chmod(0o644)  # it is written for its owner alone
    tokenizers_.save(tokenizer, folder, network.config.max_position_embeddings)
    if log is not None and log.exists():
        shutil.copyfile(log, folder / "training_log.jsonl")


def as_stored(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A network's weights, rounded as they are stored."""
    return {
        name: value.half().float() if value.dim() != 2 else torch.mul(*in_eight_bits(value))
        for name, value in weights.items()
    }


def _blank(config: ModelConfig) -> MemoryState:
    layers, size = config.num_layers, config.memory.pool_size
    pool = ShortTerm(
        tokens=torch.zeros(layers, size, config.hidden_size),
        ages=torch.zeros(layers, size, dtype=torch.int32),
        serials=torch.arange(size).repeat(layers, 1),
        forgotten=torch.zeros(layers, size, dtype=torch.bool),
    )
    return MemoryState(pool, None, next_serial=size)


def _nothing_stored(config: ModelConfig) -> LongTerm:
    assert config.memory.long_term is not None
    empty = LongTermLayer.of(
        tokens=torch.zeros(0, config.hidden_size),
        keys=torch.zeros(0, config.memory.long_term.selector_dim),
        ages=torch.zeros(0, dtype=torch.int32),
        recall_frequencies=torch.zeros(0),
        serials=torch.zeros(0, dtype=torch.int64),
    )
    return LongTerm((empty,) * config.num_layers, (empty,) * config.num_layers)
