"""Load and save checkpoints of the released layout: upstream's key names, upstream's config.json."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from core.config import ModelConfig
from core.errors import CheckpointError, InputError
from core.memory.state import LongTerm, LongTermLayer, MemoryState, ShortTerm
from core.model import placement, quantising
from core.model.attention import Backend, choose_backend
from core.model.layout import expected_shapes, initial_memory, network_tensors, upstream_key
from core.model.llama import MemoryLayer, MemoryLlama
from core.model.packed import packed
from core.model.placement import Plan
from core.model.room import require_room
from core.model.stored import with_read_rows
from core.model.weights import SCALE, Shapes, Weights, in_eight_bits

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
    device_map: str | None = None,
    quantise: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> LoadedModel:
    """Load a checkpoint, tensor by tensor.

    Args:
        name: `tiny` (the embedded model), a released name such as `mplus-8b`, a Hub id, or a folder.
        device: where weights, pool and retriever keys live. The long-term memory's vectors stay on the host.
        dtype: float32 or bfloat16; `auto` is float32 on CPU and bfloat16 on CUDA.
        attention: `auto`, `sdpa`, `eager` or `flash_attention_2`.
        device_map: `auto` spreads the layers over all GPUs and the host (needs accelerate).
        quantise: `int8` or `int4`, of the layers' projections (needs torchao).
        progress: called with the parameters placed so far and all of them.

    Raises:
        CheckpointError: not there, not one of ours, keys missing or left over, or wrong shapes.
        InputError: the device, dtype, attention backend, map or quantisation cannot be used here.
        RoomError: it will not fit; nothing has been allocated then.
    """
    if device_map not in (None, "auto"):
        raise InputError(f"Unknown device_map {device_map!r}: give 'auto' or None.")
    device = _device("cuda" if device_map and torch.cuda.is_available() else device)
    dtype, bits = _dtype(dtype, device), quantising.check(quantise)
    backend = choose_backend(attention, device, dtype)
    folder = _folder(name)
    config, weights = read_config(folder), Weights(folder)
    parts: Plan = {"": device}
    if device_map:
        parts = placement.plan(blank(config), dtype)
    else:
        require_room(str(name), config, weights.shapes, device, dtype, bits)
    total = sum(parameter.numel() for parameter in blank(config).parameters())
    placed = 0

    def move(parameter: str, value: Tensor) -> Tensor:
        nonlocal placed
        placed += value.numel()
        if progress is not None:
            progress(placed, total)
        value = value.to(placement.device_of(parameter, parts), dtype)
        stays = device.type == "cpu" and device_map is None and bits is None  # where it is, and as it is
        return packed(value) if stays and parameter.endswith(("_proj.weight", "lm_head.weight")) else value

    def complete(layer: nn.Module) -> None:
        if bits:
            quantising.quantise(layer, bits)
        elif device.type == "cuda" and device_map is None and isinstance(layer, MemoryLayer):
            layer.fuse()

    network, memory = assemble(config, weights, str(folder), shapes=weights.shapes, move=move, complete=complete)
    if device.type == "cuda":  # what was moved together has left holes
        torch.cuda.empty_cache()
    network.rotary_to(device)
    where = [layer.input_layernorm.weight.device for layer in network.layers]
    network.set_backend(backend)
    network.eval()
    placement.carry_out(network, parts)
    return LoadedModel(
        name=str(name),
        network=network,
        tokenizer=_tokenizer(folder),
        memory=with_read_rows(network, place(memory, device, dtype, where)),
        backend=backend,
        fingerprint=weights.fingerprint(config),
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


def assemble(
    config: ModelConfig,
    tensors: Mapping[str, Tensor],
    source: str,
    *,
    shapes: Shapes | None = None,
    move: Callable[[str, Tensor], Tensor] = lambda _, value: value,
    complete: Callable[[nn.Module], None] = lambda _: None,
) -> tuple[MemoryLlama, MemoryState]:
    """Build network and initial memory from upstream-named tensors; every key must fit and be used.

    Nothing is allocated but what `move` returns: the network is laid out on the meta device first.

    Args:
        shapes: of `tensors`, if they can be had without reading them.
        move: the tensor to keep for a parameter of the network, by its name there.
        complete: called with every layer as soon as its parameters are there.

    Raises:
        CheckpointError: names the first keys that are missing, left over or of a wrong shape.
    """
    found = shapes if shapes is not None else {key: tuple(value.shape) for key, value in tensors.items()}
    check_keys(config, found, source)
    network = blank(config)
    last = -1
    for name, value in network_tensors(config, tensors):
        owner, _, leaf = name.rpartition(".")
        index = int(name.split(".")[1]) if name.startswith("layers.") else -1
        if index != last and last >= 0:
            complete(network.layers[last])
        last = index
        setattr(network.get_submodule(owner), leaf, nn.Parameter(move(name, value), requires_grad=False))
    if last >= 0:
        complete(network.layers[last])
    if config.tie_word_embeddings:
        network.lm_head.weight = network.embed_tokens.weight
    return network, initial_memory(config, tensors)


def blank(config: ModelConfig) -> MemoryLlama:
    """The network without its weights: parameters on the meta device, rotary frequencies on the CPU."""
    with torch.device("meta"):
        network = MemoryLlama(config)
    network.make_rotary()
    return network


def check_keys(config: ModelConfig, found: Shapes, source: str) -> None:
    """Refuse tensors that are not those of the configuration.

    Raises:
        CheckpointError: names the first keys that are missing, left over or of a wrong shape.
    """
    expected = expected_shapes(config, found)
    wrong = [
        f"{key} is {list(found[key])}, wanted {list(shape)}"
        for key, shape in expected.items()
        if key in found and tuple(found[key]) != shape
    ]
    offences = [
        f"{label}: {', '.join(keys[:4])}{f' and {len(keys) - 4} more' if len(keys) > 4 else ''}"
        for label, keys in (
            ("missing", sorted(expected.keys() - found.keys())),
            ("unknown", sorted(found.keys() - expected.keys())),
            ("wrong shape", wrong),
        )
        if keys
    ]
    if offences:
        raise CheckpointError(
            f"{source} does not fit its config.json as a MemoryLLM or M+ model. {'; '.join(offences)}."
        )


def save(
    network: MemoryLlama,
    memory: MemoryState,
    folder: Path,
    dtype: torch.dtype = torch.float32,
    eight_bits: bool = False,
) -> None:
    """Write config.json and model.safetensors, with `memory` as the checkpoint's own.

    Ages are not stored for the pool (all start at 0 when loaded), as in the released checkpoints.

    Args:
        dtype: of what is stored as it is.
        eight_bits: store the network's matrices as int8 with a scale for each row, which only `load` of ours reads.

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
        if eight_bits and value.dim() == 2:
            tensors[upstream_key(key)], tensors[upstream_key(key) + SCALE] = in_eight_bits(value)
        else:
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


def place(
    memory: MemoryState, device: torch.device, dtype: torch.dtype, layers: Sequence[torch.device] | None = None
) -> MemoryState:
    """The same memory with its vectors on a device and in a dtype.

    Long-term vectors are kept on the host, pinned when the device is a GPU, and only those that are read travel; the
    keys they are searched by are where their layer is. Ages and serials stay integers on the CPU.

    Args:
        layers: where each layer is; default: all on `device`.
    """
    host = torch.device("cpu")

    def moved(parts: tuple[LongTermLayer, ...]) -> tuple[LongTermLayer, ...]:
        return tuple(
            LongTermLayer.of(
                _pinned(part.tokens.to(host, dtype), device),
                part.keys.to(layers[index] if layers else device, dtype),
                part.ages,
                part.recall_frequencies,
                part.serials,
            )
            for index, part in enumerate(parts)
        )

    pool, stored = memory.short_term, memory.long_term
    short_term = ShortTerm(pool.tokens.to(device, dtype), pool.ages, pool.serials, pool.forgotten)
    long_term = LongTerm(moved(stored.store), moved(stored.pending), stored.updates_since_merge) if stored else None
    return MemoryState(short_term, long_term, memory.initialized, memory.step, memory.next_serial, memory.seed)


def _pinned(rows: Tensor, device: torch.device) -> Tensor:
    return rows.pin_memory() if device.type == "cuda" and rows.numel() else rows


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


def _tokenizer(folder: Path) -> PreTrainedTokenizerBase | None:
    if not any((folder / name).is_file() for name in ("tokenizer.json", "tokenizer.model")):
        return None
    try:
        return AutoTokenizer.from_pretrained(folder, local_files_only=True)
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
