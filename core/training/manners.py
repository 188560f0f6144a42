"""How people are spoken of in scenes, and how their sentences begin, go on and end. Data only."""

TITLES = (
    *("Professor", "Captain", "Dr.", "Mr.", "Mrs.", "Aunt", "Uncle", "Grandpa", "Grandma", "Sister", "Sir", "Miss"),
    *("Dr.", "Mr.", "Mrs.", "Ms.", "Mr.", "Mrs."),  # most are addressed so
)
OURS = (
    "my friend",
    "my uncle",
    "my aunt",
    "my cousin",
    "my brother",
    "my sister",
    "my son",
    "my daughter",
    "our neighbour",
    "my neighbor",
    "my colleague",
    "my boss",
    "my grandfather",
    "my grandmother",
    "old",
    "little",
    "young",
    "our teacher",
    "the painter",
    "my old friend",
)
GROUPS = (
    *("the tourists", "the guests", "the twins", "the firefighters", "the villagers", "the hikers", "the tenants"),
    *("the children", "the neighbours", "the pupils", "the police", "the students", "the visitors", "the climbers"),
    *("{count} people", "{age} people", "{count} boys", "{count} girls", "{count} women", "{count} men", "some people"),
    *("both parents", "both brothers", "both sisters", "half of the class", "most of the guests", "some friends"),
    *("the people from {city}", "the people next door", "two friends from {country}", "the sailors", "the workers"),
    *("volunteers from {city}", "the players", "the dancers", "the prisoners", "the old ladies", "some soldiers"),
)
"""Several of whom no name is known."""
SOMEBODIES = (
    *("the {job}", "{a adjective} {job}", "the night {job}", "the {job} from {city}", "the {job} next door"),
    *(
        "the thief",
        "a stranger",
        "the tallest boy",
        "the old lady upstairs",
        "the girl next door",
        "the youngest child",
    ),
    *("the owner", "the night watchman", "the landlord", "the goalkeeper", "the captain", "the queen", "the bride"),
    *("the woman in the {color} {garment}", "the man with the {thing}", "the {job} from {country}", "a tourist"),
    *("the boy on the {vehicle}", "the new {job}", "a retired {job}", "the other {job}", "the {job} with the {thing}"),
)
"""One of whom no name is known."""
RELATIVES = ("{family}", "{family}", "{family}", "niece", "nephew", "flatmate", "grandson", "twin sister", "godmother")
FEMALE = frozenset(
    {
        *("girl", "lady", "woman", "queen", "bride", "niece", "sister", "mother", "wife", "aunt", "daughter"),
        *("grandmother", "girlfriend", "godmother"),
    }
)
MALE = frozenset(
    {
        *("boy", "man", "watchman", "landlord", "nephew", "brother", "father", "husband", "uncle", "son"),
        *("grandfather", "boyfriend", "grandson"),
    }
)
"""Words that say whether somebody is a he or a she."""
APPOSED = (
    "the oldest {job} in town",
    "the {job} from {city}",
    "our new neighbour",
    "the youngest of {count}",
    "who never gets bored",
    "a retired {job}",
    "my sister's husband",
    "the {job} next door",
    "who is {age}",
    "the new {job}",
)
JOINTS = (
    ", and",
    ", but",
    " while",
    ", while",
    " because",
    ", so",
    " although",
    " before",
    " after",
    ". Meanwhile,",
    ".",
)
REPORTS = (
    "Apparently,",
    "I heard that",
    "{first} says that",
    "{first} told me that",
    "I was told that",
    "It seems that",
    "Did you know that",
    "Everybody knows that",
    "According to {first},",
    "They say",
    "{first} thinks",
    "By the way,",
)
TAILS = (
    ", which surprised everybody",
    ", to everybody's surprise",
    ", as usual",
    " again",
    ", so the whole house is quiet now",
    ", and nobody minded",
    ", even though it was raining",
    " just for fun",
    ", of course",
    ", but it was not easy",
    ", and {first} helped a little",
    " because {first} asked for it",
    ", and we all laughed",
    ", although the doctor had said no",
    ", which is why we were late",
    ", or so {first} says",
    ", not far from here",
    " without telling anybody",
    ", and it sold for almost nothing",
    ", much to the annoyance of {first}",
    " if the weather is good",
    ", says {first}",
    ", says Uncle {first}",
    ", according to the {job}",
    ", but not on {day}",
    " all by himself",
    ", and it took {count} days",
    ", at least until {month}",
    ", to tell the truth",
)
CONDITIONS = (
    "it rains on {day}",
    "it rains",
    "the weather is bad",
    "the {transport} is late again",
    "{first} agrees",
    "{first} does not come",
    "there is enough money",
    "the {place} is closed",
    "it gets too hot",
    "nobody minds",
    "{first} is still ill on {day}",
    "the {thing} arrives in time",
)
"""Of what may happen."""
CAUSES = (
    "because the elevator was broken",
    "because the {transport} was late",
    "because the {place} is being renovated",
    "because it was so hot",
    "because {first} had lost the keys",
    "because there was no {food} left",
    "since the accident",
    "since {month}",
    "since {first} moved out",
    "since the {landmark} closed",
    "after the storm",
    "after the {gathering}",
    "after {first} had left",
    "during the {gathering}",
    "thanks to {first}",
    "instead of the {thing}",
    "with {first}'s help",
    "to everybody's surprise",
    "although {first} was against it",
    "when the lights went out",
    "while {first} was in {country}",
    "before the {gathering} began",
    "as soon as the {transport} had stopped",
    "now that {first} is {age}",
    "for the first time in years",
)
"""What stands before what somebody does."""
INSTEAD = (
    " instead of the {thing}",
    " instead of {first}",
    " instead",
    " rather than {a thing}",
    " and not the {thing}",
    ", not {first}",
    " instead of staying at home",
)
"""What stands behind what somebody does."""
