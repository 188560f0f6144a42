"""Write and read LoRA without switching: one resident copy of the weights serves both.

Upstream toggles two adapters in place (`default` writes, `decoder_adapter` reads), which races when two people
use one model. Here the read adapter is folded into the weights, so reading and decoding run at plain-Llama
speed, and writing adds the low-rank difference of the two adapters: with W' = W + s B_r A_r,

    W x + s B_w A_w x = W' x + [s B_w, -s B_r] [A_w; A_r] x.
"""

from __future__ import annotations

from typing import Any, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.model.packed import multiplied, unpacked

Adapter = Literal["read", "write"]
ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
MLP = ("gate_proj", "up_proj", "down_proj")
PROJECTIONS = (*ATTENTION, *MLP)
"""Names of a layer's linear maps, here and upstream."""


class Projection(nn.Linear):
    """A linear map without bias and, with `write_rank` > 0, a low-rank correction used only for writing."""

    def __init__(self, rows_in: int, rows_out: int, write_rank: int = 0) -> None:
        super().__init__(rows_in, rows_out, bias=False)
        self.down = nn.Parameter(torch.zeros(write_rank, rows_in)) if write_rank else None
        self.up = nn.Parameter(torch.zeros(rows_out, write_rank)) if write_rank else None

    def forward(self, rows: Tensor, adapter: Adapter = "read") -> Tensor:  # type: ignore[override]
        """[..., in] -> [..., out]."""
        out = multiplied(rows, self.weight)
        if adapter == "write" and self.down is not None and self.up is not None:
            low = F.linear(rows, self.down).flatten(0, -2)
            flat = out.flatten(0, -2)
            flat = torch.addmm(flat, low, self.up.T) if flat.requires_grad else flat.addmm_(low, self.up.T)
            out = flat.view_as(out)
        return out

    def _save_to_state_dict(self, destination: dict[str, Any], prefix: str, keep_vars: bool) -> None:
        super()._save_to_state_dict(destination, prefix, keep_vars)  # type: ignore[no-untyped-call]
        destination[f"{prefix}weight"] = unpacked(destination[f"{prefix}weight"])


def fold(base: Tensor, lora_a: Tensor, lora_b: Tensor, scale: float) -> Tensor:
    """W + s B A, computed in float32, in W's dtype. Shapes [out, in], [r, in], [out, r]."""
    return torch.addmm(base.float(), lora_b.float(), lora_a.float(), alpha=scale).to(base.dtype)


def write_correction(write: tuple[Tensor, Tensor], read: tuple[Tensor, Tensor], scale: float) -> tuple[Tensor, Tensor]:
    """`down` [2r, in] and `up` [out, 2r] that lead from the folded read weights to the write weights.

    Args:
        write, read: (lora_A [r, in], lora_B [out, r]) of each adapter.
    """
    down = torch.cat((write[0], read[0]), dim=0)
    up = torch.cat((write[1] * scale, read[1] * -scale), dim=1)
    return down, up
