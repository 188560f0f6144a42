"""The tokenizer of the embedded model: byte-level BPE, so that any text has tokens and comes back unchanged.

A space is put before every text: a word then has the same pieces in a context, in a question and at the start of an
answer, and copying it is copying tokens. Merges make up a part of the vocabulary, for words that nobody foresaw: first
come those of the syllables that made-up words are built from, so that such a word is two or three tokens; the rest are
whole words of the world, the most frequent ones, which need no merges and so no half-words that lead to them.
Real words of both sides of the split are among them (what training never sees is facts and sentences about the held-out
ones); numbers are cut into pairs of digits.
"""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from core.training.lexicon import LISTS
from core.training.words import SYLLABLES
from core.training.world import World

SPECIAL = ("<s>", "</s>", "<pad>")
END_TOKEN_ID = SPECIAL.index("</s>")
PROMPT = "Question: {} Answer:"
DIGITS = r"\u0120?\d{1,2}"
"""Two digits at most, with the space before them."""

MERGED = 0.48
"""Part of the vocabulary that is bytes and merges; the rest are whole words."""

SYLLABLES_A_CONTEXT = 0.16
"""How often each syllable stands in what merges are learned from: more often than most words do."""


def train(vocabulary_size: int, contexts: int, seed: int) -> Tokenizer:
    """Learn merges and words from contexts of real words, their questions and answers.

    Args:
        vocabulary_size: bytes, specials, merges and words together.
        contexts: how many contexts to draw from the world.
        seed: of the world.
    """
    texts = list(_corpus(contexts, seed))
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.ByteLevel(add_prefix_space=True), pre_tokenizers.Split(Regex(DIGITS), "isolated")]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=round(MERGED * vocabulary_size),
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    syllables = [f"{syllable} {syllable.capitalize()}-{syllable}" for syllable in SYLLABLES]
    tokenizer.train_from_iterator(texts + syllables * round(SYLLABLES_A_CONTEXT * contexts), trainer)
    merges = [tuple(pair) for pair in json.loads(tokenizer.to_str())["model"]["merges"]]
    vocabulary = tokenizer.get_vocab()
    split = tokenizer.pre_tokenizer.pre_tokenize_str
    counts = Counter(word for text in texts for word, _ in split(text))
    for word, _ in sorted(counts.items(), key=lambda counted: (-counted[1], counted[0])):
        if len(vocabulary) == vocabulary_size:
            break
        vocabulary.setdefault(word, len(vocabulary))
    tokenizer.model = models.BPE(vocabulary, merges, ignore_merges=True)
    return tokenizer


def _corpus(contexts: int, seed: int) -> Iterable[str]:
    """Texts of the world without made-up words, all its words, then pairs of digits: each pair becomes a token at the
    start and inside of a word.
    """
    for world in (World(seed, made_up=0.0), World(seed, held_out=True, made_up=0.0)):
        for _ in range(contexts // 2):
            context = world.context()
            yield context.text
            for question in context.questions:
                yield f"{PROMPT.format(question.text)} {question.answer}"
    often = max(contexts // 1000, 2)
    for words in LISTS.values():
        yield from [" ".join(words)] * often
    yield from [" ".join(f"{number} {number:02d}1{number:02d} 10{number:02d}" for number in range(100))] * often


def save(tokenizer: Tokenizer, folder: Path, max_length: int) -> None:
    """Write `tokenizer.json` and the `tokenizer_config.json` that transformers reads."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": SPECIAL[0],
        "eos_token": SPECIAL[1],
        "pad_token": SPECIAL[2],
        "add_bos_token": False,
        "add_eos_token": False,
        "clean_up_tokenization_spaces": False,
        "model_max_length": max_length,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
