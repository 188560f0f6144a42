"""How long things take: python -m core.bench [--model tiny] [--repeats 30] [--threads N] [--json FILE]

Times are medians on this machine; ratios are taken side by side in one run, because machines are shared and noisy.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from core.errors import PalimpsestError
from core.memory.state import MemoryState
from core.model.checkpoint import LoadedModel, load
from core.model.reading import Reading, decode, read
from core.model.taps import watching
from core.model.writing import inject
from core.recording import AnswerRecorder, model_info, start_of
from core.trace import Trace, origin

QUESTION_TOKENS = 24
DECODED = 16


def measure(model: LoadedModel, repeats: int) -> dict[str, Any]:
    """Milliseconds of the operations a person waits for, and what recording adds to an answer."""
    generator = torch.Generator().manual_seed(0)

    def tokens(count: int) -> torch.Tensor:
        return torch.randint(3, model.config.vocab_size, (count,), generator=generator).to(model.device)

    chunk, question = tokens(model.config.memory.chunk_length), tokens(QUESTION_TOKENS)
    memory = model.memory
    for _ in range(8):
        memory = inject(model.network, memory, chunk).memory
    trace = Trace(model_info(model), start_of(memory))

    def recorder() -> AnswerRecorder:
        return AnswerRecorder(trace.model, memory.short_term.serials.numpy(), origin(trace).context, 0)

    def answer(recorded: bool) -> None:
        watch = recorder() if recorded else None
        reading = _read(model, memory, question, watch)
        for _ in range(DECODED):
            reading = _decode(model, reading, watch)

    acts: dict[str, Callable[[], object]] = {
        "injection": lambda: inject(model.network, memory, chunk),
        "first_token": lambda: read(model.network, memory, question),
        "answer": lambda: answer(False),
        "answer_recorded": lambda: answer(True),
    }
    times: dict[str, list[float]] = {name: [] for name in acts}
    for turn in range(repeats + 3):
        for name, act in acts.items():  # in turn, so that a slow moment hits all alike
            start = time.perf_counter()
            act()
            if model.device.type == "cuda":
                torch.cuda.synchronize()
            if turn >= 3:
                times[name].append(1000 * (time.perf_counter() - start))
    median = {name: statistics.median(values) for name, values in times.items()}
    return {
        "model": model.name,
        "device": str(model.device),
        "dtype": str(model.dtype).removeprefix("torch."),
        "attention": model.backend,
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "machine": platform.machine(),
        "injected_tokens": int(chunk.numel()),
        "question_tokens": QUESTION_TOKENS,
        "decoded_tokens": DECODED,
        "milliseconds": {name: round(value, 2) for name, value in median.items()},
        "recording_overhead": round(median["answer_recorded"] / median["answer"] - 1, 3),
    }


def _read(model: LoadedModel, memory: MemoryState, question: torch.Tensor, watch: AnswerRecorder | None) -> Reading:
    if watch is None:
        return read(model.network, memory, question)
    with watching(watch):
        return read(model.network, memory, question)


def _decode(model: LoadedModel, reading: Reading, watch: AnswerRecorder | None) -> Reading:
    token = reading.logits[-1].argmax(keepdim=True)
    if watch is None:
        return decode(model.network, reading.cache, token)
    with watching(watch):
        return decode(model.network, reading.cache, token)


def main(arguments: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m core.bench", description=__doc__)
    parser.add_argument("--model", default="tiny")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--attention", default="auto")
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--threads", type=int, help="torch's threads (default: torch's choice)")
    parser.add_argument("--json", type=Path, help="also write the result here")
    given = parser.parse_args(arguments)
    if given.threads:
        torch.set_num_threads(given.threads)
    try:
        result = measure(load(given.model, device=given.device, attention=given.attention), given.repeats)
    except PalimpsestError as error:
        print(error, file=sys.stderr)
        return 1
    text = json.dumps(result, indent=2)
    print(text)
    if given.json:
        given.json.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
