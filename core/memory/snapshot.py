"""A memory as named tensors, and one file that holds it with anything JSON: safetensors, never pickle.

The file carries a digest of its content and the fingerprint of the model it belongs to; a damaged or foreign file
is refused before anything is made of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from core.config import ModelConfig
from core.errors import SnapshotError
from core.memory.state import LongTerm, LongTermLayer, MemoryState, ShortTerm

FORMAT = "palimpsest-session/1"
_FIELDS = ("tokens", "keys", "ages", "recall_frequencies", "serials")


class Content(NamedTuple):
    """What a snapshot file holds."""

    tensors: dict[str, Tensor]
    document: dict[str, Any]


def write_file(path: Path, tensors: Mapping[str, Tensor], document: Mapping[str, Any], fingerprint: str) -> None:
    """Write a snapshot; the file appears whole or not at all."""
    # cloned: memory and trace may hold the same buffer, which safetensors does not write twice
    flat = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    text = json.dumps(document, ensure_ascii=False)
    header = {
        "format": FORMAT,
        "model": fingerprint,
        "document": text,
        "digest": _digest(flat, text),
    }
    partial = path.with_name(path.name + ".partial")
    try:
        save_file(flat, partial, metadata=header)
        partial.replace(path)
    except OSError as error:
        raise SnapshotError(f"The session could not be saved to {path.name}: {error.strerror}.") from error
    finally:
        partial.unlink(missing_ok=True)


def read_file(path: Path, fingerprint: str) -> Content:
    """Read a snapshot made for the model with this fingerprint.

    Raises:
        SnapshotError: not a snapshot, damaged, or of another model.
    """
    try:
        with safe_open(path, framework="pt") as file:
            header = file.metadata() or {}
            if header.get("format") != FORMAT:
                raise SnapshotError(
                    f"{path.name} is not a session saved by Palimpsest ({FORMAT} wanted, "
                    f"{header.get('format', 'none')} found)."
                )
            if header.get("model") != fingerprint:
                raise SnapshotError(
                    f"{path.name} was saved with another model ({header.get('model')}; this is {fingerprint}). "
                    "Load that model first."
                )
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if header.get("digest") != _digest(tensors, header.get("document", "")):
            raise SnapshotError(f"{path.name} is damaged: its content does not match its checksum.")
        return Content(tensors, json.loads(header["document"]))
    except (OSError, SafetensorError, ValueError, KeyError) as error:
        raise SnapshotError(f"{path.name} is not a session saved by Palimpsest, or it is damaged: {error}") from error


def pack_memory(memory: MemoryState) -> Content:
    """A memory as tensors and numbers."""
    pool, long_term = memory.short_term, memory.long_term
    tensors = {
        "short_term.tokens": pool.tokens,
        "short_term.ages": pool.ages,
        "short_term.serials": pool.serials,
        "short_term.forgotten": pool.forgotten,
    }
    document: dict[str, Any] = {
        "initialized": memory.initialized,
        "step": memory.step,
        "next_serial": memory.next_serial,
        "seed": memory.seed,
        "updates_since_merge": long_term.updates_since_merge if long_term else None,
    }
    if long_term is not None:
        for place, layers in (("store", long_term.store), ("pending", long_term.pending)):
            for index, layer in enumerate(layers):
                tensors |= {f"{place}.{index}.{name}": getattr(layer, name) for name in _FIELDS}
    return Content(tensors, document)


def unpack_memory(content: Content, config: ModelConfig) -> MemoryState:
    """The memory back, on the CPU.

    Raises:
        SnapshotError: a tensor is missing or has not the shape that the model needs.
    """
    tensors, document = content
    layers, size, d = config.num_layers, config.memory.pool_size, config.hidden_size

    def tensor(name: str, *shape: int | None) -> Tensor:
        found = tensors.get(name)
        if found is None or found.dim() != len(shape):
            raise SnapshotError(f"The saved session lacks {name}.")
        if any(wanted is not None and got != wanted for got, wanted in zip(found.shape, shape, strict=True)):
            raise SnapshotError(f"The saved session has {name} of shape {list(found.shape)}; wanted {list(shape)}.")
        return found

    def rows(place: str, index: int) -> LongTermLayer:
        assert config.memory.long_term is not None
        name = f"{place}.{index}"
        tokens = tensor(f"{name}.tokens", None, d)
        count = tokens.shape[0]
        return LongTermLayer.of(
            tokens,
            tensor(f"{name}.keys", count, config.memory.long_term.selector_dim),
            *(tensor(f"{name}.{field}", count) for field in _FIELDS[2:]),
        )

    try:
        updates = document["updates_since_merge"]
        long_term = None
        if updates is not None and config.memory.long_term is not None:
            long_term = LongTerm(
                tuple(rows("store", index) for index in range(layers)),
                tuple(rows("pending", index) for index in range(layers)),
                int(updates),
            )
        pool = ShortTerm(
            tensor("short_term.tokens", layers, size, d),
            tensor("short_term.ages", layers, size),
            tensor("short_term.serials", layers, size),
            tensor("short_term.forgotten", layers, size),
        )
        return MemoryState(
            pool,
            long_term,
            bool(document["initialized"]),
            int(document["step"]),
            int(document["next_serial"]),
            int(document["seed"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SnapshotError(f"The saved session is incomplete: {error!r}.") from error


def same_memory(one: MemoryState, other: MemoryState) -> bool:
    """Whether two memories are equal bit for bit."""
    a, b = pack_memory(one), pack_memory(other)
    return (
        a.document == b.document
        and a.tensors.keys() == b.tensors.keys()
        and all(torch.equal(a.tensors[name], b.tensors[name]) for name in a.tensors)
    )


def _digest(tensors: Mapping[str, Tensor], document: str) -> str:
    digest = hashlib.sha256(document.encode())
    for name in sorted(tensors):
        digest.update(name.encode())
        digest.update(tensors[name].contiguous().view(torch.uint8).numpy().tobytes() if tensors[name].numel() else b"")
    return digest.hexdigest()
