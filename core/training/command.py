"""The command line of `python -m core.training.tiny`: from nothing, or from a finished model, to assets/tiny."""

import argparse
import math
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import torch
from tokenizers import Tokenizer

from core.errors import InputError, without_trace
from core.model.checkpoint import load
from core.model.llama import MemoryLlama
from core.training import tokenizer as tokenizers_
from core.training.export import export
from core.training.preset import CORPUS_SIZE, CORPUS_STEPS, PHASES, TINY, TOKENIZER_CONTEXTS, VOCABULARY_SIZE, Phase
from core.training.structured_init import initialise
from core.training.trainer import Settings, Trainer

TOKENIZER_SEED = 11
WORKERS = 8


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train the embedded model from nothing.")
    parser.add_argument("--folder", type=Path, default=Path(".train"), help="checkpoints and log (default: .train)")
    parser.add_argument("--out", type=Path, default=Path("assets/tiny"), help="where the finished model goes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, help="share this time among the phases instead of counting steps")
    parser.add_argument("--steps", type=int, help="share this many steps among the phases instead of their own numbers")
    names = [phase.name for phase in PHASES]
    parser.add_argument("--phases", nargs="+", choices=names, help="only these (default: all)")
    parser.add_argument("--start", type=Path, metavar="MODEL", help="begin with the weights and words of this folder")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --folder")
    parser.add_argument("--export-only", action="store_true", help="write the last checkpoint to --out as it is")
    parser.add_argument("--batch", type=int, help="memories that are trained on at a time (default: the phases' own)")
    parser.add_argument("--rate", type=float, default=1.0, help="times the phases' own learning rates (default: 1)")
    parser.add_argument("--workers", type=int, help="processes that prepare lessons (default: 8 for a GPU, else none)")
    parser.add_argument("--corpus-size", type=int, default=CORPUS_SIZE, help="contexts of a corpus")
    parser.add_argument("--corpus-steps", type=int, default=CORPUS_STEPS, help="steps that a corpus serves")
    parser.add_argument("--log-every", type=int, default=25, help="steps that a line of the log sums up")
    parser.add_argument("--probe-every", type=int, default=250, help="steps between two looks at held-out words")
    parser.add_argument("--save-seconds", type=float, default=120.0, help="between two checkpoints")
    parser.add_argument("--plain", action="store_true", help="do without torch.compile (as on a GPU)")
    parser.add_argument(
        "--precision",
        choices=("bfloat16", "float32"),
        help="of the passes (default: bfloat16 where it is faster; weights are always updated in float32)",
    )
    return parser.parse_args(arguments)


def prepare_machine(on_gpu: bool) -> None:
    """All cores, or one that keeps a GPU busy; tiny numbers count as zero, they would slow the CPU down."""
    torch.set_num_threads(1 if on_gpu else os.cpu_count() or 1)
    torch.set_flush_denormal(True)


def precision(given: str | None, device: torch.device) -> torch.dtype:
    """What was asked for; else bfloat16 if the device multiplies matrices at least twice as fast in it."""
    if given:
        return torch.bfloat16 if given == "bfloat16" else torch.float32
    seconds: dict[torch.dtype, float] = {}
    for dtype in (torch.float32, torch.bfloat16):
        rows, matrix = (
            torch.randn(4096, 256, device=device, dtype=dtype),
            torch.randn(256, 256, device=device, dtype=dtype),
        )
        for _ in range(8):
            started = time.perf_counter()
            float((rows @ matrix)[0, 0])  # waits for the device
            # the fastest: others may be busy on this machine
            seconds[dtype] = min(time.perf_counter() - started, seconds.get(dtype, math.inf))
    return torch.bfloat16 if 2 * seconds[torch.bfloat16] < seconds[torch.float32] else torch.float32


def load_tokenizer(folder: Path, start: Path | None) -> Tokenizer:
    """The tokenizer in the folder; if there is none, first trained, or copied from the model to begin with."""
    path = folder / "tokenizer.json"
    if start is not None:
        shutil.copyfile(start / path.name, path)
    elif not path.exists():
        trained = tokenizers_.train(VOCABULARY_SIZE, TOKENIZER_CONTEXTS, TOKENIZER_SEED)
        tokenizers_.save(trained, folder, TINY.max_position_embeddings)
    return Tokenizer.from_file(str(path))


def first_weights(start: Path | None, seed: int) -> MemoryLlama:
    """The weights of a finished model in the preset's network, or fresh ones.

    Raises:
        InputError: the finished model's network is another one.
    """
    model = MemoryLlama(TINY)
    if start is not None:
        network = load(start, dtype=torch.float32).network
        if network.config != TINY:
            raise InputError(
                f"The network in {start} is not the preset's. Put it into the preset's wider one first: "
                f"python -m core.training.grow {start} --out FOLDER"
            )
        model.load_state_dict(network.state_dict())
    else:
        initialise(model, seed)
    return model


def shared_out(phases: tuple[Phase, ...], steps: int | None) -> tuple[Phase, ...]:
    """The phases with about `steps` steps together, in their proportions; as they are for None."""
    if steps is None:
        return phases
    scale = steps / sum(phase.steps for phase in phases)
    return tuple(replace(phase, steps=max(1, round(phase.steps * scale))) for phase in phases)


@without_trace()
def main(arguments: list[str] | None = None) -> None:
    """The command."""
    args = parsed(arguments)
    on_gpu = torch.cuda.is_available()
    prepare_machine(on_gpu)
    model = first_weights(args.start, args.seed)  # first: a model that is refused leaves nothing behind
    args.folder.mkdir(parents=True, exist_ok=True)
    tokenizer = load_tokenizer(args.folder, args.start)
    device = torch.device("cuda" if on_gpu else "cpu")
    model.to(device)
    settings = Settings(
        seed=args.seed,
        folder=args.folder,
        minutes=args.minutes,
        compiled=not (args.plain or on_gpu),  # there few of many lengths would pay for it
        dtype=precision(args.precision, device),
        workers=(WORKERS if on_gpu else 0) if args.workers is None else args.workers,
        corpus_size=args.corpus_size,
        corpus_steps=args.corpus_steps,
        log_every=args.log_every,
        probe_every=args.probe_every,
        save_seconds=args.save_seconds,
    )
    phases = tuple(
        replace(phase, batch=args.batch or phase.batch, rate=phase.rate * args.rate)
        for phase in PHASES
        if not args.phases or phase.name in args.phases
    )
    trainer = Trainer(model, tokenizer, shared_out(phases, args.steps), settings)
    if args.resume or args.export_only:
        trainer.resume()
    if not args.export_only:
        try:
            trainer.run()
        finally:
            trainer.close()
    export(model.cpu(), tokenizer, args.out, args.folder / "log.jsonl")
