"""The tensors of a checkpoint folder, read one at a time: sizes are known before anything is allocated."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from core.config import ModelConfig
from core.errors import CheckpointError

Shapes = Mapping[str, tuple[int, ...]]
SCALE = ".scale"
"""What the name of an 8-bit matrix's scales ends in."""
SAMPLES = 256
"""Values of every tensor that a fingerprint looks at."""


class Weights(Mapping[str, Tensor]):
    """Upstream-named tensors of a folder: safetensors or `.bin`, whole or sharded. Reading one leaves no copy here.

    A matrix may be stored in 8 bits (`in_eight_bits`); it is read in float32.

    shapes: of every tensor, without reading any.
    """

    def __init__(self, folder: Path) -> None:
        """Open a folder's files.

        Raises:
            CheckpointError: none there, one is missing, or one is damaged.
        """
        self._files: dict[str, _Tensors] = {}
        for path in weight_files(folder):
            file = _opened(path)
            self._files |= dict.fromkeys(file.shapes, file)
        scaled = [key for key in self._files if key + SCALE in self._files]
        self._scales = {key: self._files.pop(key + SCALE) for key in scaled}
        self.shapes: Shapes = {key: file.shapes[key] for key, file in self._files.items()}
        self._samples: dict[str, bytes] = {}

    def __getitem__(self, key: str) -> Tensor:
        tensor = self._files[key].read(key)
        if key in self._scales:
            tensor = tensor.float() * self._scales[key].read(key + SCALE)
        elif tensor.dtype == torch.int8:
            raise CheckpointError(
                f"{key} is stored in 8 bits, and {key + SCALE} is missing. Fetch the checkpoint again."
            )
        if key not in self._samples:
            self._samples[key] = _sample(tensor)
        return tensor

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def fingerprint(self, config: ModelConfig) -> str:
        """Tells models apart: a digest of the configuration and a sample of every tensor."""
        digest = hashlib.sha256(json.dumps(config.to_dict(), sort_keys=True).encode())
        for key in sorted(self):
            if key not in self._samples:
                self[key]
            digest.update(key.encode() + self._samples[key])
        return digest.hexdigest()[:16]


def in_eight_bits(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """A matrix [rows, columns] as int8 and a float32 scale for each row, [rows, 1]; their product is what is read."""
    scales = (matrix.float().abs().amax(dim=1, keepdim=True) / 127).clamp(min=torch.finfo(torch.float32).tiny)
    return (matrix.float() / scales).round().to(torch.int8), scales


def weight_files(folder: Path) -> list[Path]:
    """The files that hold a folder's tensors.

    Raises:
        CheckpointError: there are none, or the index cannot be read.
    """
    for stem, suffix in (("model", "safetensors"), ("pytorch_model", "bin")):
        index = folder / f"{stem}.{suffix}.index.json"
        single = folder / f"{stem}.{suffix}"
        if index.is_file():
            try:
                names = set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
            except (ValueError, KeyError, AttributeError, TypeError) as error:
                raise CheckpointError(f"{index} is damaged: {error!r}. Fetch the checkpoint again.") from error
            return [folder / Path(name).name for name in sorted(names)]
        if single.is_file():
            return [single]
    raise CheckpointError(f"{folder} holds no model.safetensors and no pytorch_model.bin, whole or sharded.")


class _Tensors:
    """The tensors of one file."""

    shapes: Shapes

    def read(self, key: str) -> Tensor:
        raise NotImplementedError


class _Safetensors(_Tensors):
    def __init__(self, path: Path) -> None:
        self._file: Any = safe_open(path, framework="pt")
        names = self._file.keys()
        self.shapes = {name: tuple(self._file.get_slice(name).get_shape()) for name in names}

    def read(self, key: str) -> Tensor:
        tensor: Tensor = self._file.get_tensor(key)
        return tensor


class _Pickled(_Tensors):
    """A `.bin`, mapped into memory where its format allows, and never unpickled beyond tensors."""

    def __init__(self, path: Path) -> None:
        try:
            self._tensors: dict[str, Tensor] = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
        except RuntimeError:  # written before the zip format: cannot be mapped
            self._tensors = torch.load(path, map_location="cpu", weights_only=True)
        self.shapes = {key: tuple(tensor.shape) for key, tensor in self._tensors.items()}

    def read(self, key: str) -> Tensor:
        return self._tensors[key]


def _opened(path: Path) -> _Tensors:
    try:
        return _Pickled(path) if path.suffix == ".bin" else _Safetensors(path)
    except (OSError, SafetensorError, RuntimeError, ValueError, EOFError, AttributeError, UnpicklingError) as error:
        raise CheckpointError(f"{path} is missing or damaged: {error}. Fetch the checkpoint again.") from error


def _sample(tensor: Tensor) -> bytes:
    if tensor.is_meta:
        return b""
    return tensor.detach().flatten()[:: max(tensor.numel() // SAMPLES, 1)].float().cpu().numpy().tobytes()
