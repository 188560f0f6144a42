"""Run recorded scenarios of the original implementation and report the errors.

    python -m core.replay FOLDER...

Each folder holds `scenario*.json` files that name their model folder and tensors. One line per operation: the
largest error per kind of tensor. Exits non-zero when a tolerance is exceeded or a discrete value differs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from core.errors import PalimpsestError
from core.memory.state import MemoryState
from core.model.attention import attention_weights
from core.model.checkpoint import LoadedModel, load
from core.model.llama import LayerOutput
from core.model.reading import Prefix, Reading, decode, read
from core.model.taps import watching
from core.model.writing import inject

TOLERANCES = {
    "logits": 5e-5,
    "hidden_states": 5e-5,
    "delta_memory": 5e-5,
    "memory": 5e-5,
    "cached_memories": 5e-5,
    "ltm.tokens": 5e-5,
    "retrieval.vectors": 5e-5,
    "cached_keys": 2e-5,
    "ltm.keys": 2e-5,
    "retrieval.scores": 1e-5,
    "attention": 2e-5,
}
"""Largest t with |ours - recorded| <= t + t |recorded|; kinds that are not listed are discrete and must be equal."""

_IGNORED = {"input_ids", "continuation_ids", "retrieval.upstream_ltm_indices"}


@dataclass
class Report:
    """Errors of one operation: kind of tensor -> smallest t that covers the difference (inf: discrete mismatch)."""

    name: str
    errors: dict[str, float] = field(default_factory=dict)

    def compare(self, kind: str, ours: Tensor, recorded: Tensor) -> None:
        if tuple(ours.shape) != tuple(recorded.shape):
            error = float("inf")
        elif kind in TOLERANCES:
            ours, recorded = ours.double(), recorded.double()
            error = ((ours - recorded).abs() / (1 + recorded.abs())).max().item() if ours.numel() else 0.0
            error = float("inf") if error != error else error
        else:
            error = 0.0 if torch.equal(ours.double(), recorded.double()) else float("inf")
        self.errors[kind] = max(self.errors.get(kind, 0.0), error)

    @property
    def passed(self) -> bool:
        return all(error <= TOLERANCES.get(kind, 0.0) for kind, error in self.errors.items())

    def __str__(self) -> str:
        parts = [
            f"{kind} {'equal' if error == 0 else 'DIFFERS' if error == float('inf') else f'{error:.1e}'}"
            for kind, error in self.errors.items()
        ]
        return f"{'ok  ' if self.passed else 'FAIL'} {self.name}: {', '.join(parts) or 'nothing to compare'}"


class _Watch:
    """Collects what a pass did, layer by layer."""

    def __init__(self) -> None:
        self.hidden: list[Tensor] = []
        self.prefixes: list[Prefix] = []
        self.attention: list[Tensor] = []

    def __call__(self, name: str, layer: int, value: Any) -> None:
        if name == "hidden":
            self.hidden.append(value)
        elif name == "prefix":
            self.prefixes.append(value)
        elif name == "attention":
            self.attention.append(_weights(value))


def replay(scenario_path: Path) -> Iterator[Report]:
    """Run one scenario, one report per operation."""
    scenario = json.loads(scenario_path.read_text(encoding="utf-8"))
    tensors = load_file(scenario_path.parent / scenario["tensors_file"])
    model = load(scenario_path.parent / scenario["model_dir"])
    # the unpatched release never lets short-term ages grow (quirk 2); such scenarios are replayed with its rule
    release = "release" in scenario.get("age_semantics", "") and "training" not in scenario.get("age_semantics", "")
    memory = model.memory
    for operation in scenario["ops"]:
        report = Report(operation["id"])
        recorded = {name: tensors[key] for name, key in operation["tensors"].items()}
        if operation["op"] == "reset":
            memory = model.memory
        elif operation["op"] == "inject":
            memory = _inject(model, memory, recorded, report, release)
        else:
            _READERS[operation["op"]](model, memory, operation, recorded, report)
        yield report


def _inject(
    model: LoadedModel, memory: MemoryState, recorded: dict[str, Tensor], report: Report, release: bool
) -> MemoryState:
    watch, before = _Watch(), memory
    with watching(watch):
        result = inject(model.network, memory, recorded["input_ids"][0], recorded.get("dropped_indices"))
    memory = _release_ages(before, result.memory) if release else result.memory
    ours: dict[str, Tensor] = {"delta_memory": result.delta, "memory": memory.short_term.tokens}
    ours["memory_ages"] = memory.short_term.ages
    if result.dropped is not None:
        old, new = before.short_term.serials, memory.short_term.serials
        stayed = torch.stack([torch.isin(o, n) for o, n in zip(old, new, strict=True)])
        ours["dropped_indices"] = (~stayed).nonzero()[:, 1].view(old.shape[0], -1)
        ours["remaining_indices"] = stayed.nonzero()[:, 1].view(old.shape[0], -1)
    if "attention" in recorded:
        # of the last layer only the queries whose rows are kept are computed
        wanted = recorded.pop("attention")
        *others, last = watch.attention
        report.compare("attention", torch.stack(others), wanted[:-1])
        report.compare("attention", last, wanted[-1, :, -last.shape[1] :])
    if memory.long_term is not None:
        pending = memory.long_term.pending
        ours["cached_memories"] = torch.stack([layer.tokens for layer in pending])
        ours["cached_keys"] = torch.stack([layer.keys for layer in pending])
        ours["cached_ages"] = torch.stack([layer.ages for layer in pending])
        for index, layer in enumerate(memory.long_term.store):
            ours[f"ltm.tokens.{index}"] = layer.tokens
            ours[f"ltm.keys.{index}"] = layer.keys
            ours[f"ltm.ages.{index}"] = layer.ages
            ours[f"ltm.recall_frequencies.{index}"] = layer.recall_frequencies
        if result.absorbed is not None and result.absorbed.merged:
            ours |= {f"merge.survivors.{i}": kept for i, kept in enumerate(result.absorbed.survivors)}
    _compare_all(ours, recorded, report)
    return memory


def _release_ages(before: MemoryState, after: MemoryState) -> MemoryState:
    """Undo the growth of short-term ages: the pool's, and of what has just been dropped from it."""
    new = after.short_term.serials >= before.next_serial
    grown = after.short_term.ages[0, new[0]].numel()
    pool = replace(after.short_term, ages=torch.where(new, after.short_term.ages, after.short_term.ages - grown))
    long_term = after.long_term
    if long_term is not None:
        fresh = [~torch.isin(now, was) for was, now in zip(pool.serials, before.short_term.serials, strict=True)]
        gone = [serials[mask] for serials, mask in zip(before.short_term.serials, fresh, strict=True)]

        def younger(layers: tuple[Any, ...]) -> tuple[Any, ...]:
            return tuple(
                replace(
                    layer, ages_then=layer.ages_then - grown * torch.isin(layer.serials, left).to(layer.ages_then.dtype)
                )
                for layer, left in zip(layers, gone, strict=True)
            )

        long_term = replace(long_term, store=younger(long_term.store), pending=younger(long_term.pending))
    return replace(after, short_term=pool, long_term=long_term)


def _prompt(
    model: LoadedModel, memory: MemoryState, operation: dict[str, Any], recorded: dict[str, Tensor], report: Report
) -> None:
    watch = _Watch()
    with watching(watch):
        reading = read(model.network, memory, recorded["input_ids"][0])
    ours = {"logits": reading.logits, "hidden_states": torch.stack(watch.hidden)}
    if "attention" in recorded:
        ours["attention"] = torch.stack(watch.attention)
    retrievals = [prefix.retrieval for prefix in watch.prefixes if prefix.retrieval is not None]
    stored = memory.long_term
    if retrievals and stored is not None:
        ours["retrieval.order"] = torch.stack([found.order for found in retrievals])
        ours["retrieval.selected"] = ours["retrieval.order"].sort().values
        ours["retrieval.ages"] = torch.stack([found.ages for found in retrievals])
        searched = (torch.cat((one.tokens, two.tokens)) for one, two in zip(stored.store, stored.pending, strict=True))
        ours["retrieval.vectors"] = torch.stack([v[r.order] for v, r in zip(searched, retrievals, strict=True)])
        ours |= {f"retrieval.scores.{i}": r.scores for i, r in enumerate(retrievals) if r.scores is not None}
        if "retrieval.selected" in recorded:  # a short store is listed repeated, not ascending
            recorded = recorded | {"retrieval.selected": recorded["retrieval.selected"].sort().values}
    _compare_all(ours, recorded, report)


def _generate(
    model: LoadedModel, memory: MemoryState, operation: dict[str, Any], recorded: dict[str, Tensor], report: Report
) -> None:
    """Greedy text twice: through the cache, and rebuilding everything (retrieval included) for every token."""
    prompt = recorded["input_ids"][0]
    for kind in ("cached", "nocache"):
        wanted = recorded[f"{kind}.tokens"]
        tokens: list[Tensor] = []
        logits: list[Tensor] = []
        orders: list[Tensor] = []
        reading: Reading | None = None
        for _ in range(wanted.shape[0]):
            watch = _Watch()
            with watching(watch):
                if kind == "nocache" or reading is None:
                    reading = read(model.network, memory, torch.cat((prompt, *tokens)))
                else:
                    reading = decode(model.network, reading.cache, tokens[-1])
            found = [prefix.retrieval for prefix in watch.prefixes if prefix.retrieval is not None]
            if found:
                orders.append(torch.stack([retrieval.order for retrieval in found]))
            logits.append(reading.logits[-1])
            tokens.append(logits[-1].argmax(keepdim=True))
        ours = {f"{kind}.tokens": torch.cat(tokens), f"{kind}.logits": torch.stack(logits)}
        if orders:
            ours[f"{kind}.retrieval.order"] = torch.stack(orders)
        _compare_all(ours, {k: v for k, v in recorded.items() if k.startswith(kind)}, report)


def _decode_forced(
    model: LoadedModel, memory: MemoryState, operation: dict[str, Any], recorded: dict[str, Tensor], report: Report
) -> None:
    reading = read(model.network, memory, recorded["input_ids"][0])
    prefill, decoded = reading.logits, []
    for chunk in recorded["continuation_ids"][0].split(operation["chunks"]):
        reading = decode(model.network, reading.cache, chunk)
        decoded.append(reading.logits)
    _compare_all({"prefill.logits": prefill, "decode.logits": torch.cat(decoded)}, recorded, report)
    length = torch.tensor(reading.cache.layers[0].keys.shape[2])
    report.compare("kv_length", length, torch.tensor(operation["kv_length_after"]))


_READERS = {"prompt": _prompt, "generate": _generate, "decode_forced": _decode_forced}


def _compare_all(ours: dict[str, Tensor], recorded: dict[str, Tensor], report: Report) -> None:
    for name, wanted in recorded.items():
        kind = name.rsplit(".", 1)[0] if name.rsplit(".", 1)[-1].isdigit() else name
        if kind in _IGNORED:
            continue
        kind = kind if kind in TOLERANCES else kind.split(".", 1)[1] if kind.endswith(".logits") else kind
        missing = torch.full((1,), float("nan"))
        report.compare(kind, ours.get(name, missing), wanted)


def _weights(output: LayerOutput) -> Tensor:
    n, rows = output.queries.shape[2], output.keys.shape[2]
    mask = torch.ones(n, rows, dtype=torch.bool).tril(rows - n)
    return attention_weights(output.queries, output.keys, mask)[0]


def main(arguments: list[str] | None = None) -> int:
    """Command line; 0 when every scenario of every folder passes."""
    parser = argparse.ArgumentParser(prog="python -m core.replay", description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    failed = total = 0
    for folder in parser.parse_args(arguments).folders:
        scenarios = sorted(folder.glob("scenario*.json"))
        if not scenarios:
            print(f"FAIL {folder}: no scenario*.json there")
            failed += 1
        for path in scenarios:
            print(f"{folder.name}/{path.name}")
            try:
                for report in replay(path):
                    print(f"  {report}")
                    total += 1
                    failed += not report.passed
            except (PalimpsestError, OSError, KeyError, ValueError) as error:
                print(f"  FAIL {error!r}")
                failed += 1
    print(f"{total} operations, {failed} failed")
    return 1 if failed or not total else 0


if __name__ == "__main__":
    sys.exit(main())
