"""A model over several devices, planned and carried out by accelerate."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from importlib.util import find_spec

import torch
from torch import nn

from core.errors import InputError

Plan = Mapping[str, str | int | torch.device]
"""Device by name of a part; "" stands for everything."""


def plan(network: nn.Module, dtype: torch.dtype, room: Mapping[int | str, int] | None = None) -> Plan:
    """Which device each layer goes to: GPUs first, then the host.

    Args:
        network: on the meta device.
        room: bytes to use by device; default: what is free.

    Raises:
        InputError: accelerate is not installed.
    """
    if find_spec("accelerate") is None:
        raise InputError("device_map='auto' needs the accelerate package: pip install accelerate.")
    from accelerate import infer_auto_device_map
    from accelerate.utils import get_max_memory

    budgets = dict(room) if room is not None else get_max_memory()
    found: Plan = infer_auto_device_map(
        network, max_memory=budgets, no_split_module_classes=["MemoryLayer"], dtype=dtype
    )
    return found


def device_of(name: str, parts: Plan) -> torch.device:
    """Where a parameter lives while the model is loaded; what is meant for the disk waits on the host."""
    while name not in parts and name:
        name = name.rpartition(".")[0]
    device = parts.get(name, "cpu")
    if isinstance(device, int):  # torch.device(0) asks which accelerator there is
        return torch.device("cuda", device)
    return torch.device("cpu" if device == "disk" else device)


def carry_out(network: nn.Module, parts: Plan) -> None:
    """Have rows travel to where each layer is; layers on the host travel to the GPU whenever they are needed."""
    if len(set(map(str, parts.values()))) < 2:
        return
    from accelerate import dispatch_model

    folder = tempfile.mkdtemp(prefix="palimpsest-") if "disk" in parts.values() else None
    dispatch_model(network, device_map=dict(parts), offload_dir=folder, force_hooks=True)
