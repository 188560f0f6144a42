"""How a clause is said as a sentence."""

from dataclasses import dataclass
from functools import cached_property
from random import Random

from core.training import chances
from core.training.asides import APPOSITIONS
from core.training.cast import Cast
from core.training.clauses import Clause, Part
from core.training.composing import Composer
from core.training.drafts import Draft
from core.training.grammar import sentence_case
from core.training.manners import APPOSED
from core.training.source import Source

Told = tuple[str, tuple[Clause, ...]]
"""A text without a capital at its beginning, and the clauses that it tells."""


@dataclass(frozen=True)
class Phraser:
    """Says what it draws. Words come from `source`; what was drawn is noted in `draft`.

    speaker: whether the first person may speak.
    """

    source: Source
    draft: Draft
    speaker: bool

    @property
    def rng(self) -> Random:
        return self.source.rng

    @cached_property
    def cast(self) -> Cast:
        return Cast(self.source, self.draft, self.speaker)

    @cached_property
    def composer(self) -> Composer:
        return Composer(self.source, self.draft, self.cast)

    def sentence(self, clause: Clause, introduced: bool = True) -> str:
        """A clause as a sentence without its full stop."""
        rng = self.source.rng
        who = clause.who
        said = who.said
        if introduced and who.form == 1 and not who.thing and rng.random() < chances.APPOSED and said == who.asked:
            said = f"{said}, {self.cast.noted(rng.choice(APPOSED + APPOSITIONS))},"
        for name in rng.sample(("moment", "place"), 2):
            part: Part | None = getattr(clause, name)
            if part and rng.random() < (0.25 if name == "moment" else 0.08):
                comma = "," if rng.random() < 0.8 else ""
                return f"{part.said}{comma} {said} {clause.predicate(rng, (name,))}"
        return f"{said} {clause.predicate(rng)}"

    @staticmethod
    def joint_case(joint: str, said: str) -> str:
        return sentence_case(said) if joint.rstrip().endswith(".") else said
