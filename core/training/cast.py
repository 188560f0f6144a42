"""Who scenes are about: people, called as people call them."""

from dataclasses import dataclass

from core.training.clauses import Who, bare
from core.training.drafts import Draft, Question
from core.training.facets import KINDS, POINTED
from core.training.grammar import with_article
from core.training.manners import FEMALE, GROUPS, MALE, OURS, RELATIVES, SOMEBODIES, TITLES
from core.training.source import Source

THINGS = 0.12
"""How often it is a thing that does something."""

OURS_SHARE = 0.1
"""How often it is somebody called by what they are to the speaker."""

WE = 0.05
"""How often it is the speaker and others."""

UNNAMED = 0.13
"""How often it is a group, or somebody who is only said to be something: the tourists, my niece, the night watchman."""


@dataclass(frozen=True)
class Cast:
    """Draws people for one text. Words come from `source`; names are noted in `draft`.

    speaker: whether the first person may be among them.
    """

    source: Source
    draft: Draft
    speaker: bool

    def who(self, but: Who | None = None) -> Who:
        """Somebody to speak of, or the speaker."""
        rng = self.source.rng
        draw = rng.random()
        if draw < 0.12 and self.speaker and (but is None or but.form != 0):
            return Who("I", "I", "I", "my", form=0)
        if draw > 1 - THINGS:
            return self.thing()
        if draw > 1 - THINGS - OURS_SHARE:
            return self.ours()
        if draw > 1 - THINGS - OURS_SHARE - WE and self.speaker and (but is None or but.pronoun != "we"):
            return Who("we", "we", "we", "our", form=2)
        if rng.random() < UNNAMED:
            return self.unnamed()
        name = self.person()
        pronoun, possessive = rng.choice((("he", "his"), ("she", "her")))
        if draw < 0.2:
            title = rng.choice(TITLES)
            called = f"{title} {name}"
            said = rng.choice((called, called, f"old {called}"))
            return Who(said, called, pronoun, possessive, answer=called)
        if draw < 0.32:
            return Who(f"{rng.choice(OURS)} {name}", name, pronoun, possessive, answer=name)
        if draw < 0.34 and self.speaker:
            both = f"{name} and I"
            return Who(both, rng.choice((both, both, f"I and {name}", "we")), "we", "our", form=2)
        if draw < 0.4:
            other = rng.choice((f"{possessive} {self.source.value('family')}", self.person()))
            return Who(
                f"{name} and {other}", f"{name} and {other}", "they", "their", form=2, answer=f"{name} and {other}"
            )
        if draw < 0.45:
            relative = f"{name}'s {self.source.value('family')}"
            return Who(relative, relative, pronoun, possessive, answer=relative)
        if draw < 0.48:
            role = f"the {self.noted('{job}')}'s {self.source.value('family')}"
            return Who(role, role, pronoun, possessive, answer=bare(role))
        if draw < 0.53:
            role = f"the {self.source.value('job')}"
            return Who(role, role, pronoun, possessive, answer=bare(role))
        return Who(name, name, pronoun, possessive, answer=name)

    def thing(self) -> Who:
        """Something that does something: the ferry, the cafe on Marn Street."""
        rng = self.source.rng
        if rng.random() < 0.2:
            noun = self.noted("{animal}")
            return Who(with_article(noun), f"the {noun}", "it", "its", answer=noun, thing=True)
        noun = self.noted(f"{{{rng.choice(KINDS)}}}")
        if rng.random() < 0.15:
            called = f"{rng.choice(('our', 'my'))} {noun}"
            return Who(called, called, "it", "its", answer=noun, thing=True)
        if rng.random() < 0.15:
            called = f"{self.person()}'s {noun}"
            return Who(called, called, "it", "its", answer=noun, thing=True)
        pointed = self.noted(rng.choice(POINTED)) if rng.random() < 0.3 else ""
        said = f"the {noun} {pointed}".rstrip()
        return Who(said, rng.choice((said, f"the {noun}")), "it", "its", answer=noun, thing=True)

    def ours(self) -> Who:
        """Somebody called by what they are to us: our dog, my landlady Mrs. Ferreira."""
        rng = self.source.rng
        our = rng.choice(("our", "our", "my"))
        if rng.random() < 0.15:
            called = rng.choice(("Dad", "Mum", "Mom", "Grandma", "Grandpa", "Auntie"))
            return Who(
                called, called, *(("he", "his") if called in ("Dad", "Grandpa") else ("she", "her")), answer=called
            )
        if rng.random() < 0.25:
            called = f"{our} {self.noted('{animal}')}"
            return Who(called, called, "it", "its", answer=bare(called).removeprefix(f"{our} "))
        role = f"{our} {rng.choice(('', '', 'new ', 'old '))}{self.noted('{job}')}"
        pronoun, possessive = rng.choice((("he", "his"), ("she", "her")))
        if rng.random() < 0.6:
            return Who(role, role, pronoun, possessive, answer=role.removeprefix(f"{our} "))
        name = rng.choice((self.person(), f"{rng.choice(TITLES)} {self.person()}"))
        said = rng.choice((f"{role}, {name},", f"{role} {name}", f"{name}, {role},"))
        self.draft.questions.append(Question(f"who is|{role}", f"Who is {role}?", name))
        return Who(said, rng.choice((name, role)), pronoun, possessive, answer=name)

    def unnamed(self) -> Who:
        """Several, or one, of whom only a common noun is known: thirty people, both parents, the thief, my niece."""
        rng = self.source.rng
        draw = rng.random()
        if draw < 0.4:
            group = self.noted(rng.choice(GROUPS))
            called = bare(group)
            asked = group if group.startswith("the ") or group == called else f"the {called}"
            return Who(group, asked, "they", "their", form=2, answer=called)
        if draw < 0.65 and self.speaker:
            relative = self.noted(rng.choice(RELATIVES))
            called = f"{rng.choice(('my', 'my', 'our'))} {relative}"
            return Who(called, called, *self._pronouns(relative), answer=relative)
        somebody = self.noted(rng.choice(SOMEBODIES))
        return Who(somebody, f"the {bare(somebody)}", *self._pronouns(somebody), answer=bare(somebody))

    def _pronouns(self, called: str) -> tuple[str, str]:
        """He or she, as the words for somebody say, or either."""
        words = set(called.split())
        if words & FEMALE:
            return "she", "her"
        return ("he", "his") if words & MALE else self.source.rng.choice((("he", "his"), ("she", "her")))

    def somebody(self, who: Who) -> tuple[str, str]:
        """Somebody who is given something or comes along, and the answer to who that is."""
        rng = self.source.rng
        draw = rng.random()
        if draw < 0.6:
            name = self.person()
            return name, name
        if draw < 0.7:
            role = self.noted("{job}")
            if rng.random() < 0.6:
                return f"{rng.choice(('the', 'the', 'a'))} {role}", role
            role = self.noted(rng.choice((f"{role} from {{city}}", f"{role} from {{country}}")))
            return with_article(role), role
        relative = self.source.value("family")
        if draw < 0.85:
            name = self.person()
            return f"{who.possessive} {relative} {name}", name
        return f"{who.possessive} {relative}", relative

    def person(self) -> str:
        """A name that is not in this text yet."""
        while True:
            name = self.source.value("person")
            if not set(name.split()) & set(" ".join(self.draft.drawn).split()):
                self.draft.drawn.append(name)
                return name

    def noted(self, template: str) -> str:
        """The template with a word drawn for every kind in braces."""
        return self.source.filled(template, self.draft.drawn)


def by_name(name: str) -> Who:
    """Somebody of whom only the name is known."""
    return Who(name, name, "he", "his", answer=name)
