"""What people did, and what things are called: relations with many verbs and nouns. Data only; see facts.py."""

from core.training.facts import Relation, lines

DEEDS: tuple[Relation, ...] = (
    Relation(
        "did",
        ("thing",),
        lines("""
            {s} {x}ed {av}.|{s} {x}ed the {v}.|{s} [have] {x}ed {av}.|{s} just {x}ed the {v}.|
            the {v} was {x}ed by {o}.|what {s} {x}ed was the {v}.|{s} {x}ed {av} with great care.|
            it was the {v} that {s} {x}ed.|{s} had to {x} the {v}.|
            {s} {x}ed the old {v} again.|{s} finally {x}ed the {v}."""),
        lines("""
            What did {s} {x}?|What [have] {s} {x}ed?|Tell me what {s} {x}ed.|Which thing did {s} {x}?|
            What was it that {s} {x}ed?|What exactly did {s} {x}?"""),
        given="verb",
        weight=1.4,
    ),
    Relation(
        "spouse",
        ("first",),
        lines("""
            {s} [be] married to {v}.|{s} married {v}.|{s} and {v} are married.|{s} [be] the happy spouse of {v}.|
            {s} got married to {v}.|{v} and {s} got married.|{s} [be] married to somebody called {v}."""),
        lines("Who [be] {s} married to?|Who did {s} marry?|Tell me who {s} [be] married to."),
        weight=0.5,
    ),
    Relation(
        "called",
        ("first", "nickname"),
        lines("""
            {p} {x} is called {v}.|{s} [have] a {x} called {v}.|{s} named the {x} {v}.|{s} [call] the {x} {v}.|
            the name of {p} {x} is {v}.|{s} [have] a {x} with the name {v}.|{s} named {p} {x} after {v}.|
            {v} is the name of {p} {x}.|{v} is what {s} named the {x}."""),
        lines("""
            What is {p} {x} called?|What is the name of {p} {x}?|What's the name of {p} {x}?|What did {s} name the {x}?|
            What is {p} {x}'s name?|What [do] {s} call the {x}?|How is {p} {x} called?"""),
        given="nameable",
        weight=0.8,
    ),
    Relation(
        "favorite",
        ("thing", "food", "animal", "plant", "city", "gathering", "garment"),
        lines("""
            {p} favorite {x} is the {v}.|{p} favourite {x} is the {v}.|the {x} {s} [like] best is the {v}.|
            of every {x}, {s} [prefer] the {v}.|{s} [say] that the best {x} is the {v}.|
            the {v} is the {x} that {s} [love] most."""),
        lines("""
            What is {p} favorite {x}?|What is {p} favourite {x}?|What's {p} favorite {x}?|Which {x} [do] {s} like best?|
            Which {x} [do] {s} prefer?|Tell me {p} favourite {x}."""),
        given="nameable",
        weight=0.5,
    ),
    Relation(
        "journey",
        ("transport", "auto"),
        lines("""
            {s} went to {x} by {v}.|{s} got to {x} by {v}.|{s} traveled to {x} by {v}.|
            {s} took the {v} to {x}.|the {v} took {o} to {x}.|{s} came to {x} by {v}.|by {v}, {s} went to {x}."""),
        lines("""
            How did {s} get to {x}?|How did {s} travel to {x}?|How did {s} go to {x}?|
            What did {s} take to get to {x}?"""),
        given="city",
        weight=0.4,
    ),
    Relation(
        "former job",
        ("job",),
        lines("""
            {s} used to be {av}.|{s} was {av} before.|{s} was once {av}.|before the move, {s} was {av}.|
            years ago, {s} worked as {av}.|{s} was {av} for a long time.|{s} retired as {av}."""),
        lines("""
            What did {s} use to be?|What was {p} job before?|What was {s} before?|What did {s} do before?|
            What was {p} former job?"""),
        weight=0.4,
    ),
    Relation(
        "training",
        ("job",),
        lines("""
            {s} [be] training to be {av}.|{s} [be] learning how to be {av}.|{s} [be] going to be {av}.|
            {s} will soon be {av}.|{s} began to train as {av}."""),
        lines("""
            What [be] {s} training to be?|What will {s} be?|What [be] {s} going to be?|What [be] {s} training for?"""),
        weight=0.4,
    ),
    Relation(
        "gift wanted",
        ("thing",),
        lines("""
            {s} would like {av} for the birthday.|for the birthday, {s} [want] {av}.|{s} [hope] for {av}.|
            {s} [want] {av} as a present.|{av} is all that {s} [want] for the birthday.|{s} [wish] for {av}."""),
        lines("""
            What [do] {s} want for the birthday?|What [do] {s} wish for?|What would {s} like for the birthday?|
            What [do] {s} hope for?|What present [do] {s} want?"""),
        weight=0.4,
    ),
    Relation(
        "sells",
        ("product", "food", "collectible"),
        lines("""
            {s} [sell] {v}.|{p} shop sells {v}.|{p} business is {v}.|at {p} shop you can buy {v}.|{s} [trade] in {v}.|
            {s} [have] {v} for sale."""),
        lines("What [do] {s} sell?|What does {p} shop sell?|What can I buy at {p} shop?|What [do] {s} have for sale?"),
        weight=0.4,
    ),
)

DONE_TO_THINGS: tuple[tuple[str, Relation], ...] = (
    (
        "bare",
        Relation(
            "doer",
            ("first", "person"),
            lines("""
            {v} {x}ed {s}.|{s} was {x}ed by {v}.|it was {v} who {x}ed {s}.|{v} has {x}ed {s}.|
            {v} is the one who {x}ed {s}.|{s} had to be {x}ed by {v}."""),
            lines("Who {x}ed {s}?|Who has {x}ed {s}?|Who was it that {x}ed {s}?|Tell me who {x}ed {s}."),
            given="verb",
            weight=0.9,
        ),
    ),
    (
        "object",
        Relation(
            "where",
            ("landmark", "place", "container", "thing"),
            lines("""
            {s} is behind the {v}.|{s} is under the {v}.|{s} is next to the {v}.|{s} is on top of the {v}.|
            {s} lies under the {v}.|{s} stands behind the {v}.|{s} is right beside the {v}.|{s} is above the {v}.|
            look under the {v} and you will find {s}.|there is the {v}, and {s} is behind it."""),
            lines("""
            Where is {s}?|Where can I find {s}?|Where's {s}?|Do you know where {s} is?|Tell me where {s} is."""),
            weight=0.8,
        ),
    ),
    (
        "city",
        Relation(
            "tallest",
            ("landmark", "thing"),
            lines("""
            the {x} building in {s} is the {v}.|the {v} is the {x} building in {s}.|
            in {s}, the {x} building is the {v}.|the {v} is said to be the {x} building in {s}."""),
            lines("""
            What is the {x} building in {s}?|Which building is the {x} in {s}?|What's the {x} building of {s}?"""),
            given="superlative",
            weight=0.25,
        ),
    ),
)
