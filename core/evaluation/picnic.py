"""The picnic of the MemoryLLM README over drop seeds: python -m core.evaluation.picnic [--distances 0 10 30 60]

Counts how many of the seeds still give the right answer after so many unrelated contexts, with and without long-term
memory.
"""

import argparse

import torch

import core
from core.answering import Draft, write_answer
from core.evaluation.retention import tell
from core.model.checkpoint import LoadedModel
from core.model.decoding import Decoding
from core.model.prompts import encode_question
from core.training.world import unrelated

TEXT = (
    "Last week, John had a wonderful picnic with David. During their conversation, David mentioned multiple times that "
    "he likes eating apples."
)
QUESTION, ANSWER = "What fruits does David like?", "apples"


def right_after(model: LoadedModel, seed: int, long_term: bool, distances: list[int]) -> list[bool]:
    """Whether the answer holds the fruit at each distance, ascending."""
    memory = model.memory.seeded(seed)
    if not long_term:
        memory = memory.without_long_term()
    texts = [TEXT, *unrelated(max(distances), seed, TEXT)]
    right = []
    for told, text in enumerate(texts):
        memory, _ = tell(model, memory, text)
        if told in distances:
            draft = Draft(model)
            prompt = encode_question(model.tokenizer, QUESTION)
            for _ in write_answer(draft, memory, prompt, Decoding(max_new_tokens=24), lambda *_: None):
                pass
            right.append(ANSWER in draft.text)
    return right


def main() -> None:
    parser = argparse.ArgumentParser(description="How long the picnic lasts.")
    parser.add_argument("--model", default="tiny")
    parser.add_argument("--distances", type=int, nargs="+", default=[0, 10, 30, 60])
    parser.add_argument("--seeds", type=int, default=20)
    args = parser.parse_args()
    model, distances = core.load(args.model), sorted(set(args.distances))
    for name, long_term in (("M+", True), ("short-term only", False)):
        found = torch.tensor([right_after(model, seed, long_term, distances) for seed in range(args.seeds)])
        counts = ", ".join(f"{int(n)} after {d}" for d, n in zip(distances, found.sum(0), strict=True))
        print(f"{name}: {counts} (of {args.seeds} seeds)")


if __name__ == "__main__":
    main()
