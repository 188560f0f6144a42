"""A finished model with the words of the world as it is now: python -m core.training.transfer MODEL --out FOLDER

The world has grown since the first tokenizer was trained, so that words as common as "half" came in pieces. A token
that both tokenizers have keeps its embedding; another one begins with the mean of the pieces that the old tokenizer
cuts it into (Gee et al., "Fast Vocabulary Transfer for Language Model Compression", 2022), made as long as embeddings
are on average. Training has to go on from there; until then the model reads worse than before.
"""

import argparse
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from core.errors import without_trace
from core.model.checkpoint import load
from core.model.llama import MemoryLlama
from core.training.command import TOKENIZER_SEED
from core.training.export import export
from core.training.preset import TINY, TOKENIZER_CONTEXTS, VOCABULARY_SIZE
from core.training.tokenizer import train


def transferred(embeddings: Tensor, old: Tokenizer, new: Tokenizer) -> Tensor:
    """The new tokenizer's embeddings [V', d], made of the old one's, [V, d]."""
    known = old.get_vocab()
    middle = embeddings.mean(dim=0)
    usual = (embeddings - middle).norm(dim=1).mean()
    rows = embeddings.new_empty(new.get_vocab_size(), embeddings.shape[1])
    for token, number in new.get_vocab().items():
        if token in known:
            rows[number] = embeddings[known[token]]
            continue
        pieces = [piece.id for piece in old.model.tokenize(token)]
        apart = embeddings[pieces].mean(dim=0) - middle
        rows[number] = middle + apart * (usual / apart.norm())
    return rows


@without_trace()
def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Give a finished model the tokenizer of the world as it is now.")
    parser.add_argument("model", type=Path, help="folder of a finished model")
    parser.add_argument("--out", type=Path, required=True, help="where the model with the new tokenizer goes")
    given = parser.parse_args(arguments)
    weights = load(given.model, dtype=torch.float32).network.state_dict()
    old = Tokenizer.from_file(str(given.model / "tokenizer.json"))
    new = train(VOCABULARY_SIZE, TOKENIZER_CONTEXTS, TOKENIZER_SEED)
    rows = transferred(weights["embed_tokens.weight"], old, new)
    weights |= {"embed_tokens.weight": rows, "lm_head.weight": rows}  # tied
    model = MemoryLlama(TINY)
    model.load_state_dict(weights)
    export(model, new, given.out)


if __name__ == "__main__":
    main()
