"""Whether a model fits before anything of it is allocated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psutil
import torch

from core.config import ModelConfig
from core.errors import RoomError
from core.model.adapters import PROJECTIONS
from core.model.attention import AT_ONCE
from core.model.layout import expected_shapes
from core.model.prepared import KEPT
from core.model.weights import Shapes

Quantisation = Literal["int8", "int4"]
GIB = 2**30
LONGEST_PROMPT = 1024
"""Prompt and answer tokens that room is kept for."""
BITS: dict[Quantisation, float] = {"int8": 8.1, "int4": 4.6}
"""Per weight, scales included."""
_CGROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Needs:
    """Bytes that a model takes where it computes, and on the host beside it."""

    weights: int
    memory: int  # the pool and the retriever's keys
    working: int  # another pool while one is written, keys and values made of pools, one layer's intermediate results
    store: int  # vectors of the long-term memory; on the host

    @property
    def device(self) -> int:
        return self.weights + self.memory + self.working


def needs(config: ModelConfig, found: Shapes, dtype: torch.dtype, quantise: Quantisation | None) -> Needs:
    """What a checkpoint needs.

    Args:
        found: shapes in its files; may be empty, the configuration then decides.
    """
    width, memory = dtype.itemsize, config.memory
    weights = kept = keys = store = 0.0
    for key, shape in expected_shapes(config, found).items():
        count = torch.Size(shape).numel()
        if key.startswith("ltm."):
            store += count * width
        elif key.startswith("ltm_keys."):
            keys += count * width
        elif key == "memory":
            kept += count * width
        elif quantise and ".layers." in key and any(f".{name}." in key for name in PROJECTIONS) and "lora" not in key:
            weights += count * BITS[quantise] / 8
        elif not key.startswith(("ltm_", "initialized")):
            weights += count * width
    read = 1 + memory.pool_size + memory.retrieved + LONGEST_PROMPT
    row = 2 * config.num_layers * config.num_kv_heads * config.head_dim * width  # keys and values of a row
    cached = row * (read + KEPT * memory.pool_size)
    rows = memory.chunk_length + memory.num_tokens
    layer = rows * (3 * config.intermediate_size + 6 * config.hidden_size) * width
    scores = 3 * min(config.num_heads * LONGEST_PROMPT * read, AT_ONCE) * width
    # the checkpoint's own pool stays beside that of a session, and the one before while the next is written
    return Needs(int(weights), int(2 * kept + keys), int(kept + cached + layer + scores), int(store))


def free_bytes(device: torch.device) -> int:
    """Bytes that can still be had on a device; on the host, within the limit set for this process."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    free = int(psutil.virtual_memory().available)
    limit, used = _number(_CGROUP / "memory.max"), _number(_CGROUP / "memory.current")
    return min(free, limit - used) if limit is not None and used is not None else free


def require_room(
    name: str,
    config: ModelConfig,
    found: Shapes,
    device: torch.device,
    dtype: torch.dtype,
    quantise: Quantisation | None,
) -> None:
    """Refuse what will not fit.

    Raises:
        RoomError: says what is needed, what is free, and which settings need less.
    """
    wanted = needs(config, found, dtype, quantise)
    host = torch.device("cpu")
    if device.type == "cpu":
        lacking = wanted.device + wanted.store > free_bytes(host)
        where = f"{gib(wanted.device + wanted.store)} of memory; {gib(free_bytes(host))} are free"
    else:
        lacking = wanted.device > free_bytes(device) or wanted.store > free_bytes(host)
        where = (
            f"{gib(wanted.device)} on {device} and {gib(wanted.store)} on the host; "
            f"{gib(free_bytes(device))} and {gib(free_bytes(host))} are free"
        )
    if lacking:
        less = helps(config, found, device, dtype, quantise)
        raise RoomError(
            f"{name} in {_named(dtype, quantise)} does not fit here. It needs {where} (weights {gib(wanted.weights)}, "
            f"memory pool and keys {gib(wanted.memory)}, work {gib(wanted.working)}). {less}"
        )


def helps(
    config: ModelConfig,
    found: Shapes,
    device: torch.device,
    dtype: torch.dtype,
    quantise: Quantisation | None,
) -> str:
    """The settings that need less, with what each needs where the model computes."""
    options: list[tuple[str, torch.dtype, Quantisation | None]] = [
        ("dtype bfloat16", torch.bfloat16, None),
        ("quantise int8", torch.bfloat16, "int8"),
        ("quantise int4", torch.bfloat16, "int4"),
    ]
    now = needs(config, found, dtype, quantise).device
    smaller = [(label, needs(config, found, kind, bits).device) for label, kind, bits in options]
    listed = [f"{label} ({gib(size)})" for label, size in smaller if size < 0.98 * now]
    if device.type == "cuda" or torch.cuda.is_available():
        listed.append("device_map auto (spreads it over all GPUs and the host)")
    return f"These need less: {', '.join(listed)}." if listed else "Free some memory, or take a larger machine."


def gib(size: float) -> str:
    """Bytes as text."""
    return f"{size / GIB:.1f} GiB" if size >= 0.1 * GIB else f"{size / 2**20:.0f} MiB"


def _named(dtype: torch.dtype, quantise: Quantisation | None) -> str:
    return quantise or str(dtype).removeprefix("torch.")


def _number(path: Path) -> int | None:
    try:
        text = path.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None
