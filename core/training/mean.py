"""The mean of two finished models: python -m core.training.mean ONE OTHER --share 0.4 --out FOLDER

Weights that one run made of another's lie close enough for what lies between to be better than both: what one learned
anew and what the other has not unlearned (Wortsman et al., "Robust fine-tuning of zero-shot models", 2022). The mean
writes an own memory for itself.
"""

import argparse
from pathlib import Path

from tokenizers import Tokenizer

from core.errors import without_trace
from core.model.llama import MemoryLlama
from core.training.command import first_weights
from core.training.export import export


def mean(one: MemoryLlama, other: MemoryLlama, share: float) -> MemoryLlama:
    """`one` with its weights moved to the other's by a share of the way."""
    theirs = other.state_dict()
    mine = one.state_dict()
    one.load_state_dict({name: (1 - share) * mine[name] + share * theirs[name] for name in mine})
    return one


@without_trace()
def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Write the mean of two finished models.")
    parser.add_argument("one", type=Path, help="folder of a finished model")
    parser.add_argument("other", type=Path, help="another, trained on from the same weights, with the same tokenizer")
    parser.add_argument("--share", type=float, default=0.5, help="of the other (default: 0.5)")
    parser.add_argument("--out", type=Path, required=True, help="where the mean goes")
    given = parser.parse_args(arguments)
    if not 0 <= given.share <= 1:
        parser.error(f"--share is {given.share}: give a number from 0 to 1.")
    one, other = (first_weights(folder, 0) for folder in (given.one, given.other))
    words = [(folder / "tokenizer.json").read_bytes() for folder in (given.one, given.other)]
    if words[0] != words[1]:
        parser.error("The two models have different tokenizers, so that their weights mean different words.")
    export(mean(one, other, given.share), Tokenizer.from_file(str(given.one / "tokenizer.json")), given.out)


if __name__ == "__main__":
    main()
