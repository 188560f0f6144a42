"""How often what happens in the synthetic world."""

MADE_UP_SHARE = {
    **dict.fromkeys(("first", "last", "city", "country"), 0.35),
    **dict.fromkeys(("food", "language"), 0.3),
    **dict.fromkeys(("fruit", "drink", "thing", "product"), 0.25),
    **dict.fromkeys(("animal", "animal_plural", "place", "hobby", "subject"), 0.2),
    **dict.fromkeys(("job", "material", "instrument", "vehicle"), 0.15),
    **dict.fromkeys(("auto", "container", "landmark", "dish", "pastry", "plant", "collectible"), 0.15),
    **dict.fromkeys(("sport", "music", "garment", "prize"), 0.15),
    "nickname": 0.4,
    "color": 0.15,
}
"""How often a word is made up, by kind. Kinds that are not named here are never made up."""

LENGTHS = (((1, 16), (17, 29), (33, 60), (60, 100)), (10, 80, 7, 3))
"""How many words a context may have, and how often: mostly more than the 16 tokens that leave older memory alone, and
seldom more than one chunk."""

WORDINGS = 2
"""How often a fact is asked about, each time in other words."""

TAILED = 0.3
"""Share of sentences that go on after their fact; half of them with other names and things."""

FRONTED = 0.08
"""Share of sentences that something else comes before ("Because the train was late, ...")."""

APPOSED = 0.1
"""Share of names that something is put in after ("Ruth, an old friend, lives in Lisbon.")."""

ANECDOTES = 0.14
"""Share of what is told that is an anecdote."""

TURNS = 0.35
"""Share of anecdotes that are plain sentences in turns of phrase, of which there are few and many words to go into."""

SCENES = 0.26
"""Share of what is told that is put together from clauses."""

EVENTS = 0.06
"""Share of what is told that happens between two people, besides what stories tell."""

ALONE = 0.5
"""How often an anecdote is all that a context tells, however short it is: so people type."""

WHO = 0.3
"""How often it is also asked whom a fact is told of ("Who lives in Lisbon?")."""

DECOYS = 0.5
"""How often it is left open what somebody else likes when a context tells it of one."""

WHETHER = 0.45
"""Share of facts that are asked about for yes or no."""
