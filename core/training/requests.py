"""Scenes in which somebody tells another what to do: "The doctor told Henrik to drink more water"."""

from dataclasses import replace

from core.training.cast import by_name
from core.training.drafts import REVERSE, UNKNOWN, Question
from core.training.grammar import sentence_case
from core.training.phrasing import Phraser, Told

_ASKING = (
    ("told", "tell", "should"),
    ("asked", "ask", "should"),
    ("advised", "advise", "should"),
    ("reminded", "remind", "should"),
    ("ordered", "order", "must"),
    ("begged", "beg", "should"),
    ("allowed", "allow", "can"),
    ("forced", "force", "must"),
    ("helped", "help", ""),
    ("invited", "invite", ""),
)
"""How it is told, its base, and what that means for the other one."""


def asked_to(say: Phraser) -> Told:
    """Who asked whom to do what; the other way round it is open."""
    rng, draft = say.rng, say.draft
    before = len(draft.questions)
    one = say.cast.who()
    while one.thing or not one.answer:
        del draft.questions[before:]  # of somebody who is not spoken of after all
        one = say.cast.who()
    name = say.cast.person()
    told, tell, should = rng.choice(_ASKING)
    clause = say.composer.clause(by_name(name), tense="must")
    while not clause.thing:
        clause = say.composer.clause(by_name(name), tense="must")
    base, thing = clause.verb.base, clause.thing
    done = f"{base}{clause.parts(rng)}"
    about = f"{base} {thing.answer}"
    what = "Who" if clause.of_person else "What"
    wanted = [
        Question(f"asked {base} thing|{name}", f"{what} did {one.asked} {tell} {name} to {base}?", thing.answer),
        Question(f"{tell} to {about}|{one.asked}", f"Who did {one.asked} {tell} to {base} {thing.said}?", name),
        Question(f"{REVERSE}{tell} {about}|{name}", f"Who {told} {name} to {base} {thing.said}?", one.answer),
    ]
    draft.questions += [replace(q, text=sentence_case(q.text)) for q in rng.sample(wanted, 2)]
    if should:
        draft.questions.append(
            Question(f"asked {base} thing|{name}", f"{what} {should} {name} {base}?", thing.answer),
        )
    other = rng.choice((one.asked, say.cast.person()))
    open_ = f"{what} did {name} {tell} {other} to {base}?"
    draft.absent.append(Question(f"asked {base} thing|{other}", sentence_case(open_), UNKNOWN))
    return f"{one.said} {told} {name} to {done}.", ()
