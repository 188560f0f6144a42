"""A finished model in a wider network that computes the same: python -m core.training.grow MODEL --out FOLDER

The network is that of the preset. What the model knows stays as it is; what is new reads random things and writes
nothing yet, so that training can go on from there and put it to use (Chen et al., "Net2Net", 2016).
"""

import argparse
import math
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from core.config import ModelConfig
from core.errors import InputError, without_trace
from core.model.checkpoint import load
from core.model.llama import MemoryLlama
from core.training.export import export
from core.training.preset import TINY

SEED = 17
READING = ("q_proj", "k_proj", "v_proj", "gate_proj", "up_proj")
"""Matrices whose new rows and columns are random. Of those that write into the residual stream they are zero."""

FIXED = ("vocab_size", "num_layers", "head_dim", "tie_word_embeddings", "lora")
WIDER = ("hidden_size", "intermediate_size", "num_heads", "num_kv_heads")


@torch.no_grad()
def grown(model: MemoryLlama, config: ModelConfig, seed: int = SEED) -> MemoryLlama:
    """The same function in a network of `config`, but for rounding and the norms' epsilon.

    Raises:
        InputError: the network is not a wider one: narrower somewhere, or different in what cannot be grown.
    """
    before = model.config
    _check(before, config)
    generator = torch.Generator().manual_seed(seed)
    wide = MemoryLlama(config)
    # a norm divides by the root of a mean, and the mean now counts zeros, too
    shrunk = math.sqrt(before.hidden_size / config.hidden_size)
    old = model.state_dict()
    new = {
        name: _norm(old[name], value.shape[0], shrunk) if "norm" in name else _matrix(name, old[name], value, generator)
        for name, value in wide.state_dict().items()
    }
    wide.load_state_dict(new)
    return wide


def _check(before: ModelConfig, after: ModelConfig) -> None:
    if before.memory != after.memory:
        raise InputError("The model's memory is not the preset's: only a network around the same memory can grow.")
    for name in FIXED:
        if getattr(before, name) != getattr(after, name):
            raise InputError(f"{name} is {getattr(before, name)} here and {getattr(after, name)} in the preset.")
    for name in WIDER:
        if getattr(before, name) > getattr(after, name):
            raise InputError(f"{name} is {getattr(before, name)}, more than the preset's {getattr(after, name)}.")
    if after.num_heads // after.num_kv_heads != before.num_heads // before.num_kv_heads:
        raise InputError("As many query heads as before must share a key head.")


def _norm(old: Tensor, size: int, shrunk: float) -> Tensor:
    """New entries are as large as old ones are on average."""
    wide = old.mean().expand(size).clone()
    wide[: len(old)] = old
    return wide * shrunk


def _matrix(name: str, old: Tensor, like: Tensor, generator: torch.Generator) -> Tensor:
    """The old one in the corner of a larger one."""
    wide = torch.zeros_like(like)
    if any(part in READING for part in name.split(".")):
        wide = torch.randn(like.shape, generator=generator) * old.std()
    wide[tuple(slice(size) for size in old.shape)] = old
    return wide


@without_trace()
def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Put a finished model into the wider network of the preset.")
    parser.add_argument("model", type=Path, help="folder of a finished model")
    parser.add_argument("--out", type=Path, required=True, help="where the wider model goes")
    given = parser.parse_args(arguments)
    wide = grown(load(given.model, dtype=torch.float32).network, TINY)
    export(wide, Tokenizer.from_file(str(given.model / "tokenizer.json")), given.out)


if __name__ == "__main__":
    main()
