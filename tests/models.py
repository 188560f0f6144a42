"""Random models of any configuration, with a byte-level tokenizer."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from core.config import ModelConfig
from core.memory.state import LongTerm, LongTermLayer, MemoryState, ShortTerm
from core.model.checkpoint import LoadedModel
from core.model.layout import expected_shapes
from core.model.llama import MemoryLlama


def random_network(config: ModelConfig, seed: int = 0) -> MemoryLlama:
    """Random weights in which nothing is degenerate: norms vary, adapters and embeddings are not zero."""
    generator = torch.Generator().manual_seed(seed)
    network = MemoryLlama(config)
    for name, parameter in network.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if "norm" in name:
            parameter.data = 1 + 0.2 * noise
        elif parameter.dim() == 2 and "embed" not in name:
            parameter.data = noise * parameter.shape[1] ** -0.5
        else:
            parameter.data = noise * 0.5
    return network.eval().requires_grad_(False)


def random_memory(config: ModelConfig, store: int = 40, seed: int = 1) -> MemoryState:
    """A random pool and, for M+, a random store of `store` rows per layer with mixed ages and frequencies."""
    generator = torch.Generator().manual_seed(seed)
    layers, size, d = config.num_layers, config.memory.pool_size, config.hidden_size

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator)

    long_term, first = None, 0
    if config.memory.long_term is not None:
        first = store
        rows = [
            LongTermLayer.of(
                normal(store, d),
                normal(store, config.memory.long_term.selector_dim),
                torch.randint(0, 900, (store,), generator=generator, dtype=torch.int32),
                torch.randint(0, 13, (store,), generator=generator).float(),
                torch.arange(store),
            )
            for _ in range(layers)
        ]
        long_term = LongTerm(tuple(rows), tuple(row.nothing for row in rows))
    pool = ShortTerm(
        normal(layers, size, d),
        torch.zeros(layers, size, dtype=torch.int32),
        torch.arange(first, first + size).repeat(layers, 1),
        torch.zeros(layers, size, dtype=torch.bool),
    )
    return MemoryState(pool, long_term, next_serial=first + size)


def byte_tokenizer() -> PreTrainedTokenizerFast:
    """Every byte a token: 0 <s>, 1 </s>, 2 <pad>, then the 256 bytes."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {"<s>": 0, "</s>": 1, "<pad>": 2} | {symbol: i + 3 for i, symbol in enumerate(alphabet)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="<pad>")


def random_model(config: ModelConfig, seed: int = 0) -> LoadedModel:
    """A loaded model as `core.load` gives it, made of random numbers."""
    return LoadedModel(
        name="random",
        network=random_network(config, seed),
        tokenizer=byte_tokenizer(),
        memory=random_memory(config),
        backend="sdpa",
        fingerprint=f"random-{seed}",
    )


def random_tensors(config: ModelConfig, seed: int = 0, initialized: bool = True) -> dict[str, torch.Tensor]:
    """A checkpoint of the released layout: upstream's keys, random values."""
    generator = torch.Generator().manual_seed(seed)
    tensors: dict[str, torch.Tensor] = {}
    for key, shape in expected_shapes(config, {} if config.tie_word_embeddings else {"lm_head.weight": ()}).items():
        value = torch.randn(shape, generator=generator)
        if "norm" in key:
            value = 1 + 0.2 * value
        elif value.dim() == 2 and "embed" not in key and "ltm" not in key:
            value *= shape[1] ** -0.5
        if "ages" in key:
            value = torch.randint(0, 50, shape, generator=generator).float()
        if "frequencies" in key:
            value = torch.randint(0, 4, shape, generator=generator).float()
        tensors[key] = value
    if config.memory.long_term is None:
        tensors["initialized"] = torch.tensor(int(initialized), dtype=torch.uint8)
    return tensors


def write_checkpoint(
    folder: Path,
    config: ModelConfig,
    *,
    dtype: torch.dtype = torch.float32,
    shards: int = 1,
    suffix: str = "safetensors",
    template: str | None = None,
) -> Path:
    """A folder as the released ones are: config, weights whole or sharded, tokenizer, perhaps a chat template."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config.to_dict()))
    tensors = {
        key: value.to(dtype) if value.dtype == torch.float32 and "ages" not in key else value
        for key, value in random_tensors(config).items()
    }
    keys = sorted(tensors)
    stem = "model" if suffix == "safetensors" else "pytorch_model"
    names = [
        f"{stem}-{i + 1:05d}-of-{shards:05d}.{suffix}" if shards > 1 else f"{stem}.{suffix}" for i in range(shards)
    ]
    for place, name in enumerate(names):
        part = {key: tensors[key].contiguous() for key in keys[place::shards]}
        torch.save(part, folder / name) if suffix == "bin" else save_file(part, folder / name)
    if shards > 1:
        index = {"weight_map": {key: names[i % shards] for i, key in enumerate(keys)}}
        (folder / f"{stem}.{suffix}.index.json").write_text(json.dumps(index))
    tokenizer = byte_tokenizer()
    if template:
        tokenizer.chat_template = template
    tokenizer.save_pretrained(folder)
    return folder
