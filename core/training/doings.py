"""What people own, do, lose and plan. Data only; the template language is told in facts.py."""

from core.training.facts import Relation, lines

DOINGS: tuple[Relation, ...] = (
    Relation(
        "pet",
        ("animal",),
        lines("""
            {s} [have] {av}.|{s} [own] {av}.|{s} [have] {av} as a pet.|{p} pet is {av}.|{s} [keep] {av} at home.|
            {s} adopted {av}.|{s} [live] with {av}.|{s} [have] {av} at home.|{s}[ve] got {av} as a pet.|
            {s} always wanted a pet and now [have] {av}.|the pet {s} [have] is {av}.|
            {s} [take] care of {av}.|{s} [share] the house with {av}.|{s} adopted {av} from the animal shelter."""),
        lines("""
            What pet [do] {s} have?|What animal [do] {s} have?|What pet [do] {s} own?|What is {p} pet?|
            Which animal [do] {s} have?|What kind of pet [do] {s} have?|Which pet [do] {s} keep?|
            What kind of animal is {p} pet?|What animal [do] {s} live with?|Tell me what pet {s} [have]."""),
        weight=0.9,
    ),
    Relation(
        "drive",
        ("auto",),
        lines("""
            {s} [drive] {av}.|{s} [be] driving {av}.|{s} [have] driven {av} for years.|
            the vehicle {s} [drive] is {av}.|{s} [be] often seen driving {av}."""),
        lines("""
            What [do] {s} drive?|What vehicle [do] {s} drive?|What [be] {s} driving?|Which vehicle [do] {s} drive?|
            What kind of vehicle [do] {s} drive?"""),
        weight=0.4,
    ),
    Relation(
        "commute",
        ("vehicle",),
        lines("""
            {s} [go] to work by {v}.|{s} [travel] to work by {v}.|{s} [get] to work by {v}.|
            {s} usually [come] to work by {v}.|to get to work, {s} [take] the {v}.|
            {s} [take] the {v} to work."""),
        lines("""
            How [do] {s} go to work?|How [do] {s} get to work?|How [do] {s} travel to work?|
            What [do] {s} take to get to work?|How [do] {s} come to work?"""),
        weight=0.4,
    ),
    Relation(
        "paint",
        ("color",),
        lines("""
            {p} {x} is {v}.|the color of {p} {x} is {v}.|{s} [have] a {v} {x}.|{p} new {x} is {v}.|
            {s} [want] the {x} to be {v}.|the {x} that {s} [have] is {v}."""),
        lines("""
            What color is {p} {x}?|What is the color of {p} {x}?|Which color does {p} {x} have?|
            Tell me the color of {p} {x}."""),
        given="belonging",
        weight=0.6,
    ),
    Relation(
        "departure",
        ("time",),
        lines("""
            {p} {x} leaves at {v}.|{s} [take] the {x} at {v}.|{s} [have] {ax} to catch at {v}.|
            {p} {x} will leave at {v}.|{s} [take] the {v} {x}.|{s} [be] leaving on the {v} {x}."""),
        lines("""
            When does {p} {x} leave?|What time does {p} {x} leave?|At what time does {p} {x} leave?|
            Tell me when {p} {x} leaves."""),
        given="transport",
        weight=0.5,
    ),
    Relation(
        "appointment",
        ("day", "date"),
        lines("""
            {s} [have] an appointment with the {x} on {v}.|{s} [see] the {x} on {v}.|
            {p} appointment with the {x} is on {v}.|on {v}, {s} [have] to see the {x}.|
            {s} [be] going to the {x} on {v}.|the {x} will see {o} on {v}.|{s} [have] to go to the {x} on {v}."""),
        lines("""
            When is {p} appointment with the {x}?|When [do] {s} see the {x}?|When [be] {s} going to the {x}?|
            When [do] {s} have an appointment with the {x}?|When [do] {s} have to go to the {x}?"""),
        given="expert",
        weight=0.5,
    ),
    Relation(
        "wake",
        ("time",),
        lines("""
            {s} [get] up at {v}.|{s} [wake] up at {v} every day.|{p} alarm rings at {v}.|
            {s} always [get] up at {v}.|{p} day starts at {v}."""),
        lines("""
            When [do] {s} get up?|What time [do] {s} get up?|When [do] {s} wake up?|At what time [do] {s} wake up?|
            When does {p} day start?"""),
        weight=0.35,
    ),
    Relation(
        "room",
        ("age",),
        lines("""
            {s} [be] staying in room {v}.|{p} room number is {v}.|{s} [have] room {v}.|
            {s} [sleep] in room {v}.|the number of {p} room is {v}.|{s} got the key to room {v}."""),
        lines("""
            What is {p} room number?|Which room [be] {s} staying in?|What is the number of {p} room?|
            Which room [do] {s} have?|In which room [do] {s} sleep?"""),
        weight=0.3,
    ),
    Relation(
        "seat",
        ("seat",),
        lines("""
            {p} seat is {v}.|{s} [sit] in seat {v}.|{s} [have] seat {v}.|{s} booked seat {v}.|
            {p} seat number is {v}."""),
        lines("What is {p} seat?|Which seat [do] {s} have?|What is {p} seat number?|Where [do] {s} sit?"),
        weight=0.3,
    ),
    Relation(
        "hid",
        ("place", "container"),
        lines("""
            {s} hid the {x} in the {v}.|the {x} was hidden in the {v} by {o}.|{s} [have] hidden the {x} in the {v}.|
            in the {v}, {s} hid the {x}."""),
        lines("Where did {s} hide the {x}?|Where is the {x} that {s} hid?|Where [have] {s} hidden the {x}?"),
        given="thing",
        weight=0.5,
    ),
    Relation(
        "put",
        ("place", "container"),
        lines("""
            {s} put the {x} in the {v}.|the {x} was put in the {v} by {o}.|{s} [have] put the {x} in the {v}.|
            {s} took the {x} and put it in the {v}."""),
        lines("Where did {s} put the {x}?|Where is the {x} that {s} put away?|Where [have] {s} put the {x}?"),
        given="thing",
        weight=0.5,
    ),
    Relation(
        "keep",
        ("place", "container"),
        lines("""
            {s} [keep] the {x} in the {v}.|{s} always [keep] the {x} in the {v}.|
            the {v} is where {s} [keep] the {x}.|{s} [store] the {x} in the {v}."""),
        lines("Where [do] {s} keep the {x}?|Where [do] {s} store the {x}?|Tell me where {s} [keep] the {x}."),
        given="thing",
        weight=0.4,
    ),
    Relation(
        "left",
        ("place", "landmark"),
        lines("""
            {s} left the {x} in the {v}.|{s} forgot the {x} in the {v}.|the {x} was left behind in the {v} by {o}.|
            {s} [have] left the {x} in the {v}."""),
        lines("Where did {s} leave the {x}?|Where did {s} forget the {x}?|Where [have] {s} left the {x}?"),
        given="thing",
        weight=0.4,
    ),
    Relation(
        "parked",
        ("landmark",),
        lines("""
            {s} parked the {x} near the {v}.|{s} parked the {x} behind the {v}.|{p} {x} is parked near the {v}.|
            {s} left the {x} in front of the {v}.|{p} {x} stands next to the {v}."""),
        lines("""
            Where did {s} park the {x}?|Where did {s} leave the {x}?|Where is {p} {x}?|Where is {p} {x} parked?"""),
        given="auto",
        weight=0.5,
    ),
    Relation(
        "lost",
        ("thing",),
        lines("""
            {s} lost {av}.|{s} [have] lost {av}.|{s} [be] looking for {av} that got lost.|
            {s} lost {av} on the way to work.|{s} [be] sad about losing {av}.|what {s} lost was {av}.|
            {s} lost {av} somewhere in the snow."""),
        lines("What did {s} lose?|What [have] {s} lost?|Tell me what {s} lost.|What was it that {s} lost?"),
        weight=0.6,
    ),
    Relation(
        "found",
        ("thing",),
        lines("""
            {s} found {av}.|{s} [have] found {av}.|{s} found {av} on the street.|
            {s} found {av} under the bed.|what {s} found was {av}."""),
        lines("What did {s} find?|What [have] {s} found?|Tell me what {s} found."),
        weight=0.4,
    ),
    Relation(
        "forgot",
        ("thing",),
        lines("""
            {s} forgot {av} at home.|{s} forgot to bring {av}.|{s} [have] forgotten {av} on the bus.|
            {s} forgot to pack {av}."""),
        lines("What did {s} forget?|What [have] {s} forgotten?|Tell me what {s} forgot."),
        weight=0.35,
    ),
    Relation(
        "bought",
        ("thing",),
        lines("""
            {s} bought {av}.|{s} [have] bought {av}.|{s} spent a lot of money on {av}.|{s} bought {av} last month.|
            {s} went to town and bought {av}.|{s} [have] just bought {av}.|{s} paid for {av} in cash.|
            what {s} bought was {av}.|{s} bought {av} for very little money."""),
        lines("""
            What did {s} buy?|What [have] {s} bought?|What did {s} spend money on?|Tell me what {s} bought.|
            What did {s} pay for?|What was it that {s} bought?"""),
        weight=0.6,
    ),
    Relation(
        "present",
        ("thing",),
        lines("""
            {s} got {av} as a present.|{s} got {av} for Christmas.|{s} was given {av} on the last birthday.|
            {s} received {av} as a gift.|the present {s} got was {av}."""),
        lines("What did {s} get?|What present did {s} get?|What did {s} receive?|What was {p} present?"),
        weight=0.4,
    ),
    Relation(
        "need",
        ("thing",),
        lines("""
            {s} [need] {av}.|{s} really [need] {av}.|what {s} [need] is {av}.|{s} [be] in need of {av}.|
            {s} cannot do without {av}."""),
        lines("What [do] {s} need?|Tell me what {s} [need].|What [be] {s} in need of?"),
        weight=0.4,
    ),
    Relation(
        "won",
        ("prize", "thing"),
        lines("""
            {s} won {av}.|{s} [have] won {av}.|{s} won {av} in the lottery.|{s} was lucky and won {av}.|
            {p} prize was {av}.|{s} won {av} in a contest.|{s} came first and won {av}."""),
        lines("What did {s} win?|What [have] {s} won?|What was {p} prize?|Tell me what {s} won."),
        weight=0.4,
    ),
    Relation(
        "broke",
        ("thing",),
        lines("""
            {s} broke {av}.|{s} dropped {av} and broke it.|{s} [have] broken {av}.|
            {s} broke {av} by accident.|what {s} broke was {av}."""),
        lines("What did {s} break?|What [have] {s} broken?|Tell me what {s} broke."),
        weight=0.35,
    ),
    Relation(
        "fixed",
        ("thing",),
        lines("""
            {s} repaired {av}.|{s} [be] repairing {av}.|{s} fixed {av}.|{s} spent the day repairing {av}.|
            {s} [have] repaired {av}."""),
        lines("What did {s} repair?|What did {s} fix?|What [have] {s} repaired?"),
        weight=0.35,
    ),
    Relation(
        "wear",
        ("garment",),
        lines("""
            {s} [be] wearing {av}.|{s} [wear] {av}.|{s} [wear] {av} to work.|{s} put on {av}.|
            {s} came in {av}.|{s} [be] dressed in {av}.|{s} always [wear] {av}."""),
        lines("""
            What [be] {s} wearing?|What [do] {s} wear?|What did {s} put on?|What [be] {s} dressed in?"""),
        weight=0.4,
    ),
    Relation(
        "cook",
        ("dish",),
        lines("""
            {s} [cook] {v}.|{s} [be] cooking {v}.|{s} cooked {v} for dinner.|{s} [make] {v} for the guests.|
            {s} [cook] {v} for the family.|{s} [have] cooked {v}.|the guests ate {v}, cooked by {o}."""),
        lines("What [do] {s} cook?|What [be] {s} cooking?|What did {s} cook?|Tell me what {s} [cook]."),
        weight=0.4,
    ),
    Relation(
        "bake",
        ("pastry",),
        lines("""
            {s} [bake] {v}.|{s} [be] baking {v}.|{s} baked {v} for the party.|{s} [love] to bake {v}.|
            {s} [have] baked {v}.|{s} baked {v} for the children."""),
        lines("What [do] {s} bake?|What [be] {s} baking?|What did {s} bake?|Tell me what {s} [bake]."),
        weight=0.4,
    ),
    Relation(
        "grow",
        ("plant",),
        lines("""
            {s} [grow] {v} in the garden.|{s} planted {v}.|{s} [have] {v} in the garden.|
            {s} [be] growing {v}.|{p} garden is full of {v}."""),
        lines("""
            What [do] {s} grow?|What did {s} plant?|What grows in {p} garden?|What [do] {s} grow in the garden?"""),
        weight=0.4,
    ),
)
