"""The embedded model: its sizes, and how it is trained by default."""

from dataclasses import dataclass, replace
from typing import Literal

from core.config import LongTermConfig, MemoryConfig, ModelConfig
from core.training.tokenizer import END_TOKEN_ID, SPECIAL

VOCABULARY_SIZE = 7040
TOKENIZER_CONTEXTS = 40_000
CORPUS_SIZE = 20_000  # contexts drawn at a time
CORPUS_STEPS = 400  # steps after which fresh ones are drawn
PART = 2_500  # contexts of a corpus that one process makes
PACK_WIDTH = 127  # with the bos row and both memories 480 rows, a multiple of 32

TINY = ModelConfig(
    vocab_size=VOCABULARY_SIZE,
    hidden_size=256,
    intermediate_size=640,
    num_layers=6,
    num_heads=8,
    num_kv_heads=8,
    head_dim=48,
    rms_norm_eps=1e-6,
    rope_theta=500_000.0,  # slow frequencies carry matches that do not depend on distance
    max_position_embeddings=4096,
    tie_word_embeddings=True,
    bos_token_id=SPECIAL.index("<s>"),
    eos_token_ids=(END_TOKEN_ID,),
    memory=MemoryConfig(
        num_tokens=32,
        num_blocks=8,
        # a longer chunk would lose its beginning: only the last K tokens leave rows of their own
        chunk_length=32,
        long_term=LongTermConfig(
            num_blocks=3,
            initial_size=128,
            update_frequency=4,
            initial_recall_frequency=50.0,  # 50 merges of 4 injections: a row stays for 200 injections
            decay=1.0,
            selector_dim=96,
            selector_layers=2,
        ),
    ),
)


@dataclass(frozen=True)
class Phase:
    """One part of the curriculum.

    blocks: short-term blocks of the pool. aged: share of memories whose fresh rows get a random age up to `oldest`.
    drills: share of memories that are told random tokens. blanked: share of them that begin anew after a step.
    long: share of steps that tell one context in several chunks. pairs: share of steps that tell two contexts which
    belong together. pairs_aged: share of those memories whose fresh rows get an age, where it is more than `aged`.
    unknown: how many questions each memory is asked that nothing answers, on average.
    vain: how often long-term memory is searched for one of those.
    doubt: weight of admitting that an answer is lost.
    decay_from: part of the phase after which the rates fall linearly to `final`.
    store: long-term rows kept per layer. without: share of steps that read no long-term memory.
    reach: how many contexts back a question about an old one may go.
    sought: weight of questions for what long-term memory is searched for. width: tokens of a row of questions.
    open: weight of questions that nothing answers.
    """

    name: str
    kind: Literal["language", "joint"]
    steps: int
    blocks: int = 8
    aged: float = 0.0
    oldest: int = 12
    drills: float = 0.0
    blanked: float = 0.0
    long: float = 0.0
    pairs: float = 0.0
    pairs_aged: float = 0.0
    unknown: float = 0.0
    vain: float = 0.0
    doubt: float = 0.0
    decay_from: float = 1.0
    final: float = 0.03
    rate: float = 1.0
    store: int = 0
    reach: int = 12
    without: float = 0.0
    sought: float = 4.0
    width: int = PACK_WIDTH
    open: float = 1.0
    batch: int = 32


JOINT = Phase(
    "joint",
    "joint",
    steps=5400,
    aged=0.5,
    oldest=60,
    long=0.2,
    pairs=0.45,
    unknown=2.0,
    vain=0.2,
    rate=0.35,
    decay_from=0.0,
    final=0.2,
    store=1024,
    without=0.15,
    reach=40,
)
PHASES: tuple[Phase, ...] = (
    Phase("copy", "language", steps=600, blocks=2, drills=0.15, blanked=0.01, reach=1),
    Phase(
        "pool",
        "language",
        steps=1500,
        aged=0.35,
        blanked=0.01,
        long=0.06,
        pairs=0.2,
        unknown=0.15,
        decay_from=0.7,
        final=0.7,
    ),
    JOINT,
    # to admit what is lost is learned last: it is easier than to look for it, and would be learned instead
    replace(
        JOINT,
        name="honest",
        steps=1600,
        aged=0.3,
        pairs=0.2,  # single contexts leave more open, and what is harder to tell from what they say
        unknown=6.0,
        doubt=0.7,
        vain=0.4,
        sought=2.0,
        width=159,  # with the bos row and both memories 512 rows
        rate=0.15,
        final=0.04,
    ),
    # last, what was told just now and what it leaves open: in the phase before, most of what fails is old or lost, and
    # has to fail; it takes the gradient from what does not
    replace(
        JOINT,
        name="settle",
        steps=800,
        aged=0.2,
        long=0.1,
        pairs=0.4,  # or the older of two tellings comes back
        pairs_aged=0.6,  # at once nearly all are right; it is when both are half lost that the newer is missed
        unknown=6.0,
        doubt=0.5,
        sought=1.5,
        without=0.05,
        width=159,
        open=2.0,
        rate=0.1,
        final=0.04,
    ),
)
