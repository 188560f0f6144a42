"""python -m core.bench [--shape tiny|mid|mplus-8b|memoryllm-8b] [--device cpu|cuda] [--json FILE] [--profile FILE]

The fast way and the plain one run in turn, on random weights, in one process. Times are medians; the machine may be
shared and noisy, so read the ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch

from core.bench.cases import PEOPLE, Case, growth, peak_bytes
from core.bench.models import SHAPES, model_of, with_store
from core.bench.profiling import profiles
from core.bench.timing import ceilings
from core.errors import without_trace
from core.model.checkpoint import LoadedModel

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
SIZES = [1_000, 5_000, 20_000, 75_000, 150_000]


def measure(given: argparse.Namespace) -> tuple[dict[str, Any], Case]:
    """Everything, as one document, and what was measured."""
    device = torch.device(given.device)
    named = given.dtype or ("bfloat16" if device.type == "cuda" else "float32")
    dtype = DTYPES[named]
    top = ceilings(device, dtype)
    model = model_of(given.shape, device, dtype, given.stored)
    case = Case(model)
    alone = case.alone()
    times = case.times(given.repeats)
    together = case.together(given.repeats)
    recorded = case.recording(given.repeats)
    stored = model.memory.long_term
    found = {
        "shape": given.shape,
        "stored": len(stored.store[0]) if stored else 0,
        "device": torch.cuda.get_device_name(device) if device.type == "cuda" else platform.machine(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "dtype": named,
        "attention": model.backend,
        "injected_tokens": case.chunk.numel(),
        "milliseconds": {n: {k: round(1000 * v, 2) for k, v in pair.items()} for n, pair in times.items()},
        "ratios": {name: round(pair["plain"] / pair["fast"], 2) for name, pair in times.items()},
        "together": {"people": PEOPLE, **{name: round(1000 * seconds, 2) for name, seconds in together.items()}},
        "recording_overhead": round(recorded["recorded"] / recorded["plain"] - 1, 3),
        "ceilings": asdict(top),
        "roofline": case.roofline(times, top),
        "peak_bytes_fast": alone,
        "peak_bytes": peak_bytes(device),
        "growth": _growth(model, given.repeats) if given.growth and stored else [],
    }
    return found, case


def _growth(model: LoadedModel, repeats: int) -> list[dict[str, Any]]:
    return growth(lambda size: replace(model, memory=with_store(model, size)), SIZES, max(3, repeats // 4))


def printed(found: dict[str, Any]) -> str:
    """The document as a table."""
    lines = [
        f"{found['shape']}, {found['stored']:,} long-term rows per layer, {found['dtype']}, {found['device']}, "
        f"{found['threads']} threads",
        f"{'':50}{'fast':>10}{'plain':>10}{'ratio':>8}",
    ]
    for name, pair in found["milliseconds"].items():
        lines.append(f"{name:50}{pair['fast']:>8.2f}ms{pair['plain']:>8.2f}ms{found['ratios'][name]:>7.2f}x")
    both = found["together"]
    times = f"{both['at_once']:>8.2f}ms{both['one_by_one']:>8.2f}ms{both['one_by_one'] / both['at_once']:>7.2f}x"
    lines.append(f"{'a token for ' + str(both['people']) + ' people, in one pass and one by one':50}{times}")
    lines.append(f"recording adds {found['recording_overhead']:.1%} to an answer")
    for name, roof in found["roofline"].items():
        lines.append(f"{roof['share']:.0%} of the roofline, which would be {roof['ratio_at_best']}x: {name}")
    lines.append(f"peak memory {found['peak_bytes_fast'] / 2**30:.2f} GiB, with the plain way beside it ")
    lines[-1] += f"{found['peak_bytes'] / 2**30:.2f} GiB"
    for row in found["growth"]:
        lines.append("  ".join(f"{name} {value:,}" for name, value in row.items()))
    return "\n".join(lines)


@without_trace()
def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m core.bench", description=__doc__)
    parser.add_argument("--shape", default="tiny", choices=["tiny", *SHAPES])
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--dtype", choices=DTYPES, help="default: bfloat16 on a GPU, float32 elsewhere")
    parser.add_argument("--stored", type=int, help="long-term rows per layer (default: the shape's own)")
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--threads", type=int, help="torch's threads (default: torch's choice)")
    parser.add_argument("--growth", action="store_true", help="also from 1,000 to 150,000 long-term rows")
    parser.add_argument("--json", type=Path, help="also write the result here")
    parser.add_argument("--profile", type=Path, help="also write here where the time of each operation goes")
    given = parser.parse_args(arguments)
    if given.threads:
        torch.set_num_threads(given.threads)
    result, case = measure(given)
    print(printed(result))
    if given.json:
        _write(given.json, result)
    if given.profile:
        _write(given.profile, profiles(case))


def _write(file: Path, document: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
