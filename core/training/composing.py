"""Clauses drawn at random: verb, object, people, place and time, one by one."""

from dataclasses import dataclass, replace

from core.training import circumstances
from core.training.cast import Cast
from core.training.clauses import RECEIVERS, Clause, Part, Who, bare, bare_place, several
from core.training.drafts import Draft
from core.training.grammar import with_article
from core.training.moments import moment
from core.training.source import Source
from core.training.verbs import Verb, verbs_of

STATES = frozenset(
    {
        "like",
        "love",
        "know",
        "own",
        "want",
        "need",
        "hate",
        "prefer",
        "fear",
        "have",
        "believe",
        "owe",
        "hear",
        "see",
        "remember",
        "admire",
    }
)
"""Verbs that nobody is doing just now."""

COLOURED = 0.12
"""How often a colour is put to an object, and asked for."""

INTENTIONS = ("can", "must", "should", "would", "plans", "tried", "promised", "forgot")
"""Tenses of what need not happen."""

NUMBERED = (
    *("on platform {count}", "from platform {count}", "at gate {count}", "in room {age}", "at table {count}"),
    *("in row {age}", "at counter {count}", "on floor {count}", "at stall {age}", "from gate {age}"),
    *("on the {ordinal} floor", "on the {ordinal} floor", "in the {ordinal} row"),
)
"""Places that go by number."""

UNSAID = frozenset(
    {
        *("sing", "teach", "paint", "read", "cook", "bake", "write", "dance", "study", "train", "practise", "drive"),
        *("knit", "sew", "draw", "eat", "drink", "hunt", "clean", "iron", "climb", "ride", "sail", "perform"),
        *("rehearse", "carve", "weave"),
    }
)
"""Verbs that need not say what they are done to: "Simone teaches in Marseille"."""

EPITHETS = ("old", "new", "heavy", "little", "broken", "expensive", "huge", "antique", "wooden", "second", "rusty")
EPITHET = 0.1
"""How often one of those is."""


@dataclass(frozen=True)
class Composer:
    """Draws what people do. Words come from `source`, people from `cast`; what was drawn is noted in `draft`."""

    source: Source
    draft: Draft
    cast: Cast

    def clause(self, who: Who, tense: str | None = None, but: Clause | None = None) -> Clause:
        """Draw what somebody does, and what is told of it.

        tense: in which it is to be told, if the verb can be. but: another clause that must not be about the same.
        """
        rng = self.source.rng
        among = verbs_of(who.thing)
        verb = rng.choice(among)
        while (but and verb.base == but.verb.base) or not self._fits(verb, tense):
            verb = rng.choice(among)
        tense = tense or self._tense(verb)
        thing, color, epithet = self._thing(verb, who)
        if verb.places and verb.base in UNSAID and "p" not in verb.flags and rng.random() < 0.15:
            thing, color, epithet = None, "", ""
        silent = bool(verb.objects) and not thing  # "teaches to Ines" would lack something
        receiver = self._receiver(verb, who) if rng.random() < 0.4 and not silent else None
        company = self._company(verb, who) if rng.random() < 0.3 else None
        place = self._place(verb) if rng.random() < 0.5 or not thing else None
        when = moment(self.source, tense) if rng.random() < 0.4 else None
        if when and but and but.moment and {when.answer, when.said} & {but.moment.answer, but.moment.said}:
            when = None  # whose time it is would not be clear
        self.draft.drawn += [part.answer for part in (thing, receiver, company, place, when) if part]
        first = receiver is not None and "d" in verb.flags and receiver.ends != "from" and rng.random() < 0.6
        clause = Clause(
            who, verb, tense, thing, receiver, company, place, when, receiver_first=first, color=color, epithet=epithet
        )
        if rng.random() < circumstances.TOLD and (besides := circumstances.circumstance(self.source, clause)):
            self.draft.drawn += besides.drawn
            clause = replace(clause, besides=besides)
        return clause

    def another_thing(self, clause: Clause) -> Part | None:
        """Something else that the same might be done to."""
        return self._thing(clause.verb, clause.who)[0]

    def another_place(self, clause: Clause) -> Part | None:
        """Some other place that the same might be done at."""
        return self._place(clause.verb)

    def _fits(self, verb: Verb, tense: str | None) -> bool:
        if not (verb.objects or verb.places or "p" in verb.flags):
            return False
        if tense in ("habit", "been", "used"):
            return "h" in verb.flags and not (tense == "been" and verb.base in STATES)
        if tense == "progressive":
            return verb.base not in STATES
        return tense is None or "e" in verb.flags or tense not in ("past", "perfect")

    def _tense(self, verb: Verb) -> str:
        weights: dict[str, float] = {"going": 0.5, "will": 0.5}
        if "o" not in verb.flags:
            weights |= {"wants": 0.5, "hopes": 0.2}
            if verb.base not in STATES:
                weights |= dict.fromkeys(INTENTIONS, 0.15)
        if "e" in verb.flags:
            weights |= {"past": 6, "perfect": 1.5, "had": 0.3}
        if "h" in verb.flags:
            weights |= {"habit": 5, "used": 1.0}
            if "o" not in verb.flags and verb.base not in STATES:
                weights |= dict.fromkeys(("stopped", "started", "enjoys"), 0.35)
        if verb.base not in STATES:
            weights |= {"progressive": 1.0} | ({"been": 1.2} if "h" in verb.flags else {})
        return self.source.rng.choices(list(weights), list(weights.values()))[0]

    def _thing(self, verb: Verb, who: Who) -> tuple[Part | None, str, str]:
        """What it is done to, and its color and epithet if they are told."""
        if "p" in verb.flags:
            said, answer = self.cast.somebody(who)
            return Part(said, answer, "Who"), "", ""
        if not verb.objects:
            return None, "", ""
        color = epithet = ""
        rng = self.source.rng
        phrase = self.source.words.phrase_of(verb.objects, bare) or with_article(self.source.words.made_up())
        head = bare(phrase)
        words = self.source.words
        if phrase.startswith(("a ", "an ")) and " " not in head and rng.random() < COLOURED:
            drawn = self.source.value("color")
            if words.has(f"{drawn} {head}"):  # a phrase of the lists may be of the other side
                color, phrase = drawn, with_article(f"{drawn} {head}")
        elif phrase.startswith(("a ", "an ", "$ ")) and " " not in head and rng.random() < EPITHET:
            drawn = rng.choice(EPITHETS)
            if words.has(f"{drawn} {head}"):
                epithet = drawn
                phrase = f"$ {drawn} {head}" if phrase.startswith("$") else with_article(f"{drawn} {head}")
        elif phrase == head and several(head) and " " not in head and rng.random() < 0.25:
            counted = f"{self.source.value('count')} {head}"
            phrase = counted if words.has(counted) else phrase
        elif phrase.startswith(("a ", "an ")) and rng.random() < 0.08:
            phrase = with_article(self.source.words.made_up())
        return Part(phrase.replace("$", who.possessive), bare(phrase), "What"), color, epithet

    def _receiver(self, verb: Verb, who: Who) -> Part | None:
        """Whom it is done for or to, or whom something comes from."""
        ends = [end for flag, end in RECEIVERS if flag in verb.flags]
        if not ends:
            return None
        end = self.source.rng.choice(ends)
        said, answer = self.cast.somebody(who)
        return Part(f"{end} {said}", answer, "Who", end)

    def _company(self, verb: Verb, who: Who) -> Part | None:
        if "w" not in verb.flags:
            return None
        said, answer = self.cast.somebody(who)
        return Part(f"{self.source.rng.choice(('with', 'with', 'together with'))} {said}", answer, "Who", "with")

    def _place(self, verb: Verb) -> Part | None:
        if not verb.places:
            return None
        rng = self.source.rng
        draw = rng.random()
        if draw < 0.12:
            said = f"in {self.source.value('city')}"
        elif draw < 0.2:
            said = f"{rng.choice(('in', 'near', 'on the island of', 'in the village of'))} {self.source.value('M')}"
        elif draw < 0.23:
            said = self.cast.noted(rng.choice(NUMBERED))
        elif draw < 0.28:
            said = f"{rng.choice(('behind', 'next to', 'near', 'in front of'))} the {self.source.value('landmark')}"
        else:
            said = self.source.words.phrase_of(verb.places, bare_place) or f"in {self.source.value('M')}"
        return Part(said.replace("$", "the"), bare_place(said), "Where")
