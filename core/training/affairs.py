"""Scenes of causes and of what is mine: what befell something or somebody, and why; who has, gave or owes me what.

The cause, or whoever has it, is what people want to know of such sentences, so each is asked for, and asked for where
it was not told.
"""

from core.training.cast import by_name
from core.training.clauses import Who, bare
from core.training.drafts import UNKNOWN, Question
from core.training.facts import lines
from core.training.phrasing import Phraser, Told

_PLANS = lines("""
    the {gathering}|the {gathering}|the {occasion}|{P}'s {gathering}|the {sport} match|the {game} tournament|
    our {language} lesson|the {day} {gathering}|{P}'s {occasion}|my {occasion}|the {music} festival""")
_RIDES = lines("""
    my flight to {city}|the {transport} to {city}|our {transport}|{P}'s {transport}|{P}'s flight to {city}|
    the {transport} from {city}|the {time} {transport}|my {transport}|the night {transport}|{P}'s flight""")
_SITES = lines("""
    the {landmark}|the {place}|the {landmark} in {city}|{M} Street|the {place} on {M} Street|our {place}|
    the {chamber}""")

_BEFALLEN: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        _PLANS,
        lines("""
            postponed|cancelled|called off|canceled|interrupted|cut short|moved indoors|sold out|a great success|
            a disaster|put off|ruined|forgotten|rescheduled|shorter than usual"""),
    ),
    (
        _RIDES,
        lines(
            "late|delayed|cancelled|canceled|diverted|overcrowded|stopped|early|rerouted|very expensive|almost empty"
        ),
    ),
    (
        _SITES,
        lines(
            "closed|evacuated|flooded|empty|locked|crowded|damaged|renovated|blocked|dark|searched|torn down|painted"
        ),
    ),
)
"""What may befall plans, rides and places, after "was"."""

_ALIKE = (
    {"postponed", "put off", "rescheduled", "delayed", "late", "rerouted", "diverted", "moved indoors"},
    {"cancelled", "canceled", "called off", "stopped", "interrupted", "cut short", "shorter than usual"},
    {"closed", "locked", "evacuated", "blocked", "empty"},
    {"overcrowded", "crowded", "sold out", "a great success"},
    {"ruined", "a disaster", "damaged", "flooded", "torn down"},
    {"empty", "almost empty", "dark"},
    {"fired", "thrown out", "sent home", "suspended", "disqualified", "expelled", "punished"},
    {"praised", "thanked", "rewarded", "given a medal", "applauded", "promoted"},
    {"arrested", "sent to prison", "fined", "punished", "sued"},
    {"hired", "elected", "promoted"},
    {"scolded", "warned", "laughed at", "teased", "punished"},
)
"""Of which one may tell the other, so that the other is not left open."""

_BECAUSE = ("because of", "because of", "because of", "due to", "on account of", "owing to", "thanks to")
_NOUNS = lines("""
    the snow|the rain|the storm|the fog|the ice|the heat|the wind|a flood|a strike|heavy traffic|a power cut|a fire|
    an accident|bad weather|the holidays|a broken {thing}|the {animal_plural}|a lost {belonging}|{P}|{P}'s birthday|
    the {gathering}|a fallen tree|the mud|a gas leak|a missing {thing}|the new {job}|an illness|a mistake|the noise|
    a lack of {material}|the {M} festival|a visit from {P}|a bomb scare|high water|{a animal} on the track""")
_CLAUSES = lines("""
    the {job} was ill|{P} was ill|the {thing} was missing|nobody came|it rained all day|the {job} had overslept|
    too few tickets were sold|the {transport} broke down|the {landmark} was flooded|{P} had lost the keys|
    there was no {food} left|the {place} was too small|the {thing} had been stolen|{P} forgot the {thing}|
    the {job} is on holiday|it was too hot|it was too cold|the lights went out|{P} broke a leg|a tree fell down|
    the {animal} escaped|half of us had a cold|{P} was stuck in {city}|the {instrument} was out of tune|
    the water was too high|everybody wanted to see {P}|the {job} never showed up|the roof leaked""")

_DONE_TO = lines("""
    fired|fined|promoted|praised|scolded|arrested|sent home|disqualified|thanked|laughed at|punished|sued|rewarded|
    suspended|interviewed|thrown out|given a medal|applauded|expelled|sent to prison|hired|elected|teased|warned""")
_FOR = lines("""
    being late|being rude to {P}|parking in front of the {landmark}|saving the {animal}|stealing {a thing}|
    singing in the {chamber}|sleeping at work|losing the {thing}|feeding the {animal_plural}|helping {P}|
    breaking the {thing}|telling lies|working on {day}|eating the {food}|lying about the {thing}|selling {product}|
    finding {P}'s {belonging}|painting the {thing} {color}|learning {language} so fast|never giving up|being brave|
    talking too much|cheating at {game}|throwing {collectible} at the {job}|writing {title}|smoking in the {place}|
    hiding {a animal} at home|burning the {dish}|always being on time|insulting the {job}|sharing the {pastry}""")
_SAID_SO = lines("""
    {t} was late again|{t} broke the {thing}|{t} helped {P}|{t} lost the {belonging}|{t} spoke {language}|{t} found {P}|
    {t} was never at work|{t} shouted at {P}|{t} saved {P}|{t} sold the {thing}|{t} fell asleep|{t} lied to {P}|
    {t} hates {hobby}|{t} insulted the {job}|{t} is only {age}|{t} forgot the {thing}""")

_TAKEN = lines("""
    has have does|still has have does|has kept keep did|took take did|found find did|lost lose did|borrowed borrow did|
    broke break did|stole steal did|washed wash did|hid hide did|painted paint did|repaired repair did|sold sell did|
    wants want does|needs need does|ruined ruin did|forgot forget did|fixed fix did|returned return did|
    ate eat did|dropped drop did|has borrowed borrow did""")
"""What somebody does with what is mine: as it is told, its base and how it is asked for."""

_MINE = lines("""
    {thing}|{thing}|{belonging}|{garment}|{instrument}|{container}|homework|umbrella|keys|lunch|sandwich|luggage|passport|
    diary|phone|ladder|glasses|wallet|charger|{auto}|{collectible}|{color} {garment}|{color} {thing}|{food}|notes""")
_WITH = lines("""
    I lent my {o} to {s}|I left my {o} with {s}|I lent {s} my {o}|my {o} is with {s}|I gave my {o} to {s}|
    {s} is keeping my {o} for me|my {o} is still at {s}'s place""")
_GIVEN = lines("""
    lent lend|gave give|brought bring|showed show|sold sell|sent send|promised promise|bought buy|owes owe|
    offered offer""")
_TIMES = (
    "",
    "",
    "",
    " again",
    " yesterday",
    " last {day}",
    " in {month}",
    " by mistake",
    " without asking",
    " on {day}",
)


def befell(say: Phraser) -> Told:
    """ "The concert was cancelled because the singer was ill": what, why, and for how long or until when."""
    rng, draft = say.rng, say.draft
    subjects, words = rng.choice(_BEFALLEN)
    what, other = drawn(say, rng.choice(subjects)), drawn(say, rng.choice(subjects))
    word = rng.choice(words)
    untold = rng.choice(_unlike(word, words))
    asked = what.partition(" to ")[0] if rng.random() < 0.5 else what
    said = f"{what} was {_how_long(say, word, asked)}"
    why = f"Why was {{}} {word}?"
    if rng.random() < 0.8:
        because, cause = _cause(say)
        ahead = because.startswith("because of") and rng.random() < 0.15
        said = f"{because}, {said}" if ahead else f"{said} {because}"
        draft.questions.append(Question(f"why {word}|{asked}", why.format(asked), cause))
        if rng.random() < 0.3:
            draft.questions.append(Question(f"what {word} {because}|", f"What was {word} {because}?", bare(what)))
    else:
        draft.absent.append(Question(f"why {word}|{asked}", why.format(asked), UNKNOWN))
    draft.questions.append(Question(f"what {word}|", f"What was {word}?", bare(what)))
    ride, _, to = what.partition(" to ")
    if to and "flight" in ride:
        draft.questions.append(Question(f"which {word}|", f"Which flight was {word}?", bare(what)))
    draft.absent.append(Question(f"what {untold}|", f"What was {untold}?", UNKNOWN))
    if bare(other) not in what:
        draft.absent.append(Question(f"why {word}|{other}", why.format(other), UNKNOWN))
    return f"{said}.", ()


def _unlike(word: str, words: tuple[str, ...]) -> list[str]:
    """The words that neither are it nor follow from it."""
    near = {word}.union(*(group for group in _ALIKE if word in group))
    return [other for other in words if other not in near]


def _how_long(say: Phraser, word: str, asked: str) -> str:
    """What befell it, with how long or until when it did if that goes with the word."""
    rng, draft = say.rng, say.draft
    unit = rng.choice(("hours", "hours", "days", "minutes", "weeks"))
    if word in ("late", "early") and rng.random() < 0.5:
        long = f"{say.cast.noted('{count}')} {unit}"
        draft.questions.append(Question(f"how {word}|{asked}", f"How {word} was {asked}?", long))
        return f"{long} {word}"
    if word in ("delayed", "interrupted", "closed", "blocked", "stopped"):
        long = f"{say.cast.noted('{count}')} {unit}"
        question = f"How long was {asked} {word}?"
        if rng.random() < 0.5:
            draft.questions.append(Question(f"how long {word}|{asked}", question, long))
            return f"{word} {'by' if word == 'delayed' and rng.random() < 0.6 else 'for'} {long}"
        draft.absent.append(Question(f"how long {word}|{asked}", question, UNKNOWN))
    if word in ("postponed", "put off", "rescheduled"):
        when = rng.choice((f"When is {asked}?", f"When is {asked} now?", f"Until when was {asked} {word}?"))
        if rng.random() < 0.7:
            until = say.cast.noted(rng.choice(("{day}", "{month}", "{season}", "{date}")))
            draft.questions.append(Question(f"when|{asked}", when, until))
            return f"{word} {rng.choice(('to', 'until') if word != 'rescheduled' else ('to', 'for'))} {until}"
        draft.absent.append(Question(f"when|{asked}", when, UNKNOWN))
    return word


def _cause(say: Phraser) -> tuple[str, str]:
    """A cause as it is told, and as an answer."""
    rng = say.rng
    if rng.random() < 0.5:
        cause = drawn(say, rng.choice(_NOUNS))
        return f"{rng.choice(_BECAUSE)} {cause}", bare(cause)
    cause = drawn(say, rng.choice(_CLAUSES))
    return f"because {cause}", bare(cause)


def rewarded(say: Phraser) -> Told:
    """ "Louis was fired for being late": who, and for what."""
    rng, draft = say.rng, say.draft
    who, stranger = somebody(say), say.cast.person()
    word = rng.choice(_DONE_TO)
    untold = rng.choice(_unlike(word, _DONE_TO))
    draw = rng.random()
    if draw < 0.55:
        cause = because = f"for {drawn(say, rng.choice(_FOR))}"
    elif draw < 0.85:
        cause = drawn(say, rng.choice(_SAID_SO).replace("{t}", who.pronoun))
        because = f"because {cause}"
    else:
        because = cause = ""
    why = f"Why was {{}} {word}?"
    if cause:
        draft.questions.append(Question(f"why {word}|{who.asked}", why.format(who.asked), cause))
        draft.questions.append(Question(f"who {word}|", f"Who was {word} {because}?", who.answer or who.asked))
    else:
        draft.absent.append(Question(f"why {word}|{who.asked}", why.format(who.asked), UNKNOWN))
    draft.questions.append(Question(f"who {word}|", f"Who was {word}?", who.answer or who.asked))
    draft.absent.append(Question(f"who {untold}|", f"Who was {untold}?", UNKNOWN))
    draft.absent.append(Question(f"why {word}|{stranger}", why.format(stranger), UNKNOWN))
    when = "" if draw < 0.3 else say.cast.noted(rng.choice(("", "", " last {day}", " in {month}", " twice")))
    return f"{who.said} was {word}{when} {because}".rstrip() + ".", ()


def of_mine(say: Phraser) -> Told:
    """ "Farid has my umbrella": who does, and what it is."""
    rng, draft = say.rng, say.draft
    if not say.speaker:
        return rewarded(say)
    who, stranger = somebody(say), say.cast.person()
    mine, other = (bare(drawn(say, kind)) for kind in rng.sample(_MINE, 2))
    said_who = who.said.rstrip(",")
    draw = rng.random()
    if draw < 0.3:
        said = rng.choice(_WITH).format(o=mine, s=said_who)
        draft.questions.append(Question(f"who has|{mine}", f"Who has my {mine}?", who.answer or who.asked))
        if "I l" in said:
            verb = "lend" if "lent" in said else "leave"
            end = "to" if verb == "lend" else "with"
            draft.questions.append(
                Question(f"to whom|{mine}", f"Who did I {verb} my {mine} {end}?", who.answer or who.asked)
            )
            draft.questions.append(Question(f"what to|{who.asked}", f"What did I {verb} {end} {who.asked}?", mine))
        draft.absent.append(Question(f"who has|{other}", f"Who has my {other}?", UNKNOWN))
        return f"{said}.", ()
    if draw < 0.6:
        return _to_me(say, said_who, who.asked, who.answer or who.asked)
    told, base, aux = rng.choice(_TAKEN).rsplit(" ", 2)
    what = f"What of mine {aux} {{}} {base}?" if rng.random() < 0.3 else f"What {aux} {{}} {base}?"
    draft.questions += [
        Question(f"who {told} mine|{mine}", f"Who {told} my {mine}?", who.answer or who.asked),
        Question(f"what {base} mine|{who.asked}", what.format(who.asked), mine),
    ]
    draft.absent += [
        Question(f"who {told} mine|{other}", f"Who {told} my {other}?", UNKNOWN),
        Question(f"what {base} mine|{stranger}", what.format(stranger), UNKNOWN),
    ]
    when = say.cast.noted(rng.choice(_TIMES)) if aux == "did" and not told.startswith("has ") else ""
    return f"{said_who} {told} my {mine}{when}.", ()


def _to_me(say: Phraser, said: str, asked: str, answer: str) -> Told:
    """ "Umberto owes me fifty dollars": what somebody gave me, or is to give."""
    rng, draft = say.rng, say.draft
    told, base = rng.choice(_GIVEN).split()
    aux = "does" if told == "owes" else "did"
    stranger = say.cast.person()
    if told == "owes" or rng.random() < 0.2:
        money = say.cast.noted(rng.choice(("{amount} euros", "{amount} dollars", "{count} dollars", "{count} pounds")))
        draft.questions += [
            Question(f"how much {base} me|{asked}", f"How much {aux} {asked} {base} me?", money),
            Question(f"who {told} me|", f"Who {told} me {rng.choice((money, 'money'))}?", answer),
        ]
        draft.absent.append(
            Question(f"how much {base} me|{stranger}", f"How much {aux} {stranger} {base} me?", UNKNOWN)
        )
        return f"{said} {told} me {money}.", ()
    thing, other = (
        say.cast.noted(rng.choice(("{a thing}", "{a garment}", "{a m}", "{a instrument}"))) for _ in range(2)
    )
    draft.questions += [
        Question(f"who {told} me {bare(thing)}|", f"Who {told} me the {bare(thing)}?", answer),
        Question(f"what {base} me|{asked}", f"What {aux} {asked} {base} me?", bare(thing)),
    ]
    if bare(other) != bare(thing):
        draft.absent.append(Question(f"who {told} me {bare(other)}|", f"Who {told} me the {bare(other)}?", UNKNOWN))
    draft.absent.append(Question(f"what {base} me|{stranger}", f"What {aux} {stranger} {base} me?", UNKNOWN))
    return f"{said} {told} me {thing}{say.cast.noted(rng.choice(_TIMES[:7]))}.", ()


def somebody(say: Phraser) -> Who:
    """One person who is not the speaker."""
    who = say.cast.who()
    return by_name(say.cast.person()) if who.form != 1 or who.thing else who


def drawn(say: Phraser, template: str) -> str:
    """The template with its words; {P} is a name that is not in the text yet."""
    while "{P}" in template:
        template = template.replace("{P}", say.cast.person(), 1)
    return say.cast.noted(template)
