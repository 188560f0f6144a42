"""What reading makes of memory rows: keys before rotation and values, side by side, [2 * Hkv * hd] for a row.

Rounding depends on how many rows a product has, so it always has as many: rows are the same bits whether they are
projected alone, when they are dropped, or with others, when they come from a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

from core.config import ModelConfig

if TYPE_CHECKING:
    from core.model.llama import MemoryLayer

BLOCKS = {"cpu": 64}
BLOCK = 256
"""Rows projected at a time, by kind of device: an injection drops few, and a CPU would compute what fills them up."""


def row_width(config: ModelConfig) -> int:
    """2 * Hkv * hd."""
    return 2 * config.num_kv_heads * config.head_dim


def read_rows(layer: MemoryLayer, rows: Tensor) -> Tensor:
    """Keys before rotation and values of rows [S, d] on any device: [S, 2 * Hkv * hd], where the layer computes."""
    found = [torch.cat(pair).transpose(0, 1).flatten(1) for pair in _blocks(layer, rows)]
    return torch.cat(found) if found else rows.new_empty(0)


def projected(layer: MemoryLayer, rows: Tensor) -> tuple[Tensor, Tensor]:
    """The same bits apart, each [Hkv, S, hd]."""
    keys, values = zip(*_blocks(layer, rows), strict=True)
    return (keys[0], values[0]) if len(keys) == 1 else (torch.cat(keys, dim=1), torch.cat(values, dim=1))


def _blocks(layer: MemoryLayer, rows: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
    weight = layer.input_layernorm.weight
    device = rows.device if weight.is_meta else weight.device  # a layer that waits elsewhere fetches rows itself
    size = BLOCKS.get(device.type, BLOCK)
    for block in rows.split(size):
        count = block.shape[0]
        filled = F.pad(block.to(device), (0, 0, 0, size - count)) if count < size else block.to(device)
        keys, values = layer.keys_and_values(filled)
        yield keys[:, :count], values[:, :count]


def split_rows(layer: MemoryLayer, made: Tensor) -> tuple[Tensor, Tensor]:
    """Keys before rotation and values, each [Hkv, T, hd], of rows that lie as they are kept, [T, 2 * Hkv * hd]."""
    keys, values = made.unflatten(1, (2, -1, layer.head_dim)).unbind(1)
    return keys.transpose(0, 1), values.transpose(0, 1)
