"""Load and save checkpoints of the released layout: upstream's key names, upstream's config.json."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from core.config import ModelConfig
from core.errors import CheckpointError, InputError
from core.memory.state import LongTerm, LongTermLayer, MemoryState, ShortTerm
from core.model.attention import Backend, choose_backend
from core.model.layout import expected_shapes, initial_memory, network_tensors, upstream_key
from core.model.llama import MemoryLlama

EMBEDDED = Path(__file__).resolve().parents[2] / "assets" / "tiny"
HUB = {name: f"YuWangX/{name}" for name in ("memoryllm-7b", "memoryllm-8b", "memoryllm-8b-chat", "mplus-8b")}
"""Short names of the released checkpoints."""


@dataclass(frozen=True)
class LoadedModel:
    """A checkpoint ready for use: shared weights, tokenizer, and its own memory as the initial state."""

    name: str
    network: MemoryLlama
    tokenizer: PreTrainedTokenizerBase | None
    memory: MemoryState
    backend: Backend
    fingerprint: str  # of configuration and weights; a snapshot of one model is refused by another

    @property
    def config(self) -> ModelConfig:
        return self.network.config

    @property
    def device(self) -> torch.device:
        return self.network.embed_tokens.weight.device

    @property
    def dtype(self) -> torch.dtype:
        return self.network.embed_tokens.weight.dtype


def load(
    name: str | os.PathLike[str] = "tiny",
    *,
    device: str | torch.device = "cpu",
    dtype: torch.dtype | str = "auto",
    attention: str = "auto",
) -> LoadedModel:
    """Load a checkpoint.

    Args:
        name: `tiny` (the embedded model), a released name such as `mplus-8b`, a Hub id, or a folder.
        device: where weights, pool and retriever keys live.
        dtype: float32 or bfloat16; `auto` is float32 on CPU and bfloat16 on CUDA.
        attention: `auto`, `sdpa`, `eager` or `flash_attention_2`.

    Raises:
        CheckpointError: not there, not one of ours, keys missing or left over, or wrong shapes.
        InputError: the device, dtype or attention backend cannot be used here.
    """
    device = _device(device)
    dtype = _dtype(dtype, device)
    backend = choose_backend(attention, device, dtype)
    folder = _folder(name)
    config = read_config(folder)
    tensors = read_tensors(folder)
    network, memory = assemble(config, tensors, str(folder))
    for parameter in network.parameters():  # buffers stay: rotary frequencies are float32 in every dtype
        parameter.data = parameter.data.to(device=device, dtype=dtype)
    network.to(device=device)
    network.set_backend(backend)
    network.eval().requires_grad_(False)
    return LoadedModel(
        name=str(name),
        network=network,
        tokenizer=_tokenizer(folder),
        memory=place(memory, device, dtype),
        backend=backend,
        fingerprint=fingerprint(config, tensors),
    )


def read_config(folder: Path) -> ModelConfig:
    """The configuration of a checkpoint folder."""
    path = folder / "config.json"
    if not path.is_file():
        raise CheckpointError(f"{folder} has no config.json. Give the folder of a MemoryLLM or M+ checkpoint.")
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return ModelConfig.from_dict(raw)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{path} cannot be used as a model configuration: {error!r}.") from error


def read_tensors(folder: Path) -> dict[str, Tensor]:
    """All tensors of a folder: safetensors or `.bin`, whole or sharded."""
    for stem, suffix in (("model", "safetensors"), ("pytorch_model", "bin")):
        index = folder / f"{stem}.{suffix}.index.json"
        single = folder / f"{stem}.{suffix}"
        if index.is_file():
            names = sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))
            files = [folder / Path(name).name for name in names]
        elif single.is_file():
            files = [single]
        else:
            continue
        tensors: dict[str, Tensor] = {}
        for file in files:
            tensors |= _read_file(file)
        return tensors
    raise CheckpointError(f"{folder} holds no model.safetensors and no pytorch_model.bin, whole or sharded.")


def assemble(config: ModelConfig, tensors: Mapping[str, Tensor], source: str) -> tuple[MemoryLlama, MemoryState]:
    """Build network and initial memory from upstream-named tensors; every key must fit and be used.

    Raises:
        CheckpointError: names the first keys that are missing, left over or of a wrong shape.
    """
    expected = expected_shapes(config, tensors)
    missing = sorted(expected.keys() - tensors.keys())
    left_over = sorted(tensors.keys() - expected.keys())
    wrong = [
        f"{key} is {list(tensors[key].shape)}, wanted {list(shape)}"
        for key, shape in expected.items()
        if key in tensors and tuple(tensors[key].shape) != shape
    ]
    offences = [
        f"{label}: {', '.join(found[:4])}{f' and {len(found) - 4} more' if len(found) > 4 else ''}"
        for label, found in (("missing", missing), ("unknown", left_over), ("wrong shape", wrong))
        if found
    ]
    if offences:
        raise CheckpointError(
            f"{source} does not fit its config.json as a MemoryLLM or M+ model. {'; '.join(offences)}."
        )
    network = MemoryLlama(config)
    network.load_state_dict(dict(network_tensors(config, tensors)))
    return network, initial_memory(config, tensors)


def save(network: MemoryLlama, memory: MemoryState, folder: Path, dtype: torch.dtype = torch.float32) -> None:
    """Write config.json and model.safetensors, with `memory` as the checkpoint's own.

    Ages are not stored for the pool (all start at 0 when loaded), as in the released checkpoints.

    Raises:
        CheckpointError: the model has adapters, which are folded here and cannot be told apart again.
    """
    config = network.config
    if config.lora is not None:
        raise CheckpointError("A model with folded LoRA adapters cannot be saved; keep the checkpoint it came from.")
    tensors: dict[str, Tensor] = {"memory": memory.short_term.tokens.to(dtype)}
    for key, value in network.state_dict().items():
        if key == "lm_head.weight" and config.tie_word_embeddings:
            continue
        tensors[upstream_key(key)] = value.to(dtype)
    if config.memory.long_term is None:
        tensors["initialized"] = torch.tensor(int(memory.initialized), dtype=torch.uint8)
    if memory.long_term is not None:
        for index, layer in enumerate(memory.long_term.store):
            tensors[f"ltm.{index}"] = layer.tokens.to(dtype)
            tensors[f"ltm_keys.{index}"] = layer.keys.to(dtype)
            tensors[f"ltm_ages.{index}"] = layer.ages.float()
            tensors[f"ltm_recall_frequencies.{index}"] = layer.recall_frequencies.float()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config.to_dict(), indent=2) + "\n", encoding="utf-8")
    save_file({k: v.detach().cpu().contiguous() for k, v in tensors.items()}, folder / "model.safetensors")


def fingerprint(config: ModelConfig, tensors: Mapping[str, Tensor]) -> str:
    """Tells models apart: a digest of the configuration and a sample of every tensor."""
    digest = hashlib.sha256(json.dumps(config.to_dict(), sort_keys=True).encode())
    for key in sorted(tensors):
        sample = tensors[key].detach().flatten()[:: max(tensors[key].numel() // 256, 1)].float().cpu()
        digest.update(key.encode() + sample.numpy().tobytes())
    return digest.hexdigest()[:16]


def place(memory: MemoryState, device: torch.device, dtype: torch.dtype) -> MemoryState:
    """The same memory with its vectors on a device and in a dtype; ages and serials stay integers on the CPU."""

    def moved(layers: tuple[LongTermLayer, ...]) -> tuple[LongTermLayer, ...]:
        return tuple(
            LongTermLayer(
                layer.tokens.to(device, dtype),
                layer.keys.to(device, dtype),
                layer.ages,
                layer.recall_frequencies,
                layer.serials,
            )
            for layer in layers
        )

    pool, stored = memory.short_term, memory.long_term
    short_term = ShortTerm(pool.tokens.to(device, dtype), pool.ages, pool.serials, pool.forgotten)
    long_term = LongTerm(moved(stored.store), moved(stored.pending), stored.updates_since_merge) if stored else None
    return MemoryState(short_term, long_term, memory.initialized, memory.step, memory.next_serial, memory.seed)


def _folder(name: str | os.PathLike[str]) -> Path:
    if str(name) == "tiny":
        if not (EMBEDDED / "config.json").is_file():
            raise CheckpointError(
                "The embedded model is missing: assets/tiny has no config.json. Restore the folder from the "
                "repository, or train it with `python -m core.training.tiny`."
            )
        return EMBEDDED
    folder = Path(name)
    if folder.is_dir():
        return folder
    hub_id = HUB.get(str(name), str(name))
    if hub_id.count("/") != 1:
        raise CheckpointError(
            f"No checkpoint {str(name)!r}: give 'tiny', {', '.join(HUB)}, a Hub id (owner/name) or a folder."
        )
    from huggingface_hub import snapshot_download

    try:
        return Path(
            snapshot_download(hub_id, allow_patterns=["*.json", "*.safetensors", "*.bin", "*.model", "*.jinja"])
        )
    except Exception as error:  # the Hub's errors are many and change; the user needs one answer
        raise CheckpointError(f"{hub_id} could not be had from the Hub: {error}") from error


def _read_file(path: Path) -> dict[str, Tensor]:
    try:
        if path.suffix == ".bin":
            return torch.load(path, map_location="cpu", weights_only=True)
        return load_file(path)
    except (OSError, SafetensorError, RuntimeError, ValueError, EOFError) as error:
        raise CheckpointError(f"{path} is missing or damaged: {error}. Fetch the checkpoint again.") from error


def _tokenizer(folder: Path) -> PreTrainedTokenizerBase | None:
    if not any((folder / name).is_file() for name in ("tokenizer.json", "tokenizer.model")):
        return None
    try:
        return AutoTokenizer.from_pretrained(folder)
    except (OSError, ValueError) as error:
        raise CheckpointError(f"The tokenizer of {folder} cannot be read: {error}") from error


def _device(device: str | torch.device) -> torch.device:
    try:
        chosen = torch.device(device)
    except RuntimeError as error:
        raise InputError(f"Unknown device {device!r}: give 'cpu', 'cuda' or 'cuda:1'.") from error
    if chosen.type == "cuda" and not torch.cuda.is_available():
        raise InputError("No CUDA device is available here: use device='cpu'.")
    return chosen


def _dtype(dtype: torch.dtype | str, device: torch.device) -> torch.dtype:
    names: dict[Any, torch.dtype] = {"float32": torch.float32, "bfloat16": torch.bfloat16}
    if dtype == "auto":
        return torch.bfloat16 if device.type == "cuda" else torch.float32
    chosen = names.get(dtype, dtype)
    if chosen not in names.values():
        raise InputError(f"Unsupported dtype {dtype!r}: give 'float32' or 'bfloat16'.")
    return chosen  # type: ignore[return-value]
