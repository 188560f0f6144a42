"""What can be said about things, places, firms and occasions. Data only; the template language is told in facts.py.

Here {s} is a thing with its article ("the red key"), a name ("Zorvex Labs") or a bare word of a list ("concert"), and
never "I".
"""

from core.training.facts import Relation, lines

THINGS: tuple[tuple[str, Relation], ...] = (
    (
        "object",
        Relation(
            "where",
            ("place", "container"),
            lines("""
            {s} is in the {v}.|{s} is lying in the {v}.|{s} was left in the {v}.|you can find {s} in the {v}.|
            {s} can be found in the {v}.|{s} was put in the {v}.|in the {v} you will find {s}.|
            somebody put {s} in the {v}.|{s} is hidden in the {v}.|the {v} is where {s} is.|
            look for {s} in the {v}.|{s} is still in the {v}.|there is a place in the {v} for {s}.|
            {s} is kept in the {v}."""),
            lines("""
            Where is {s}?|Where can I find {s}?|Where was {s} left?|Where's {s}?|Do you know where {s} is?|
            Tell me where {s} is.|Where is {s} kept?|In which place is {s}?|Where should I look for {s}?"""),
            weight=1.8,
        ),
    ),
    (
        "object",
        Relation(
            "owner",
            ("first",),
            lines("""
            {s} belongs to {v}.|{s} is owned by {v}.|the owner of {s} is {v}.|{v} is the owner of {s}.|{v} owns {s}.|
            it is {v} who owns {s}.|{s} has always belonged to {v}.|{s} is the property of {v}."""),
            lines("""
            Who owns {s}?|Who does {s} belong to?|Who is the owner of {s}?|Whose is {s}?|
            Tell me who owns {s}.|Do you know who owns {s}?"""),
        ),
    ),
    (
        "object",
        Relation(
            "recipient",
            ("first",),
            lines("{s} is for {v}.|{s} is a present for {v}.|{s} is meant for {v}.|{v} will get {s}."),
            lines("Who's {s} for?|For whom is {s}?|Who will get {s}?"),
            weight=0.5,
        ),
    ),
    (
        "object",
        Relation(
            "culprit",
            ("first",),
            lines("{s} was broken by {v}.|{v} broke {s}.|it was {v} who broke {s}.|{v} dropped {s} and broke it."),
            lines("Who broke {s}?|Who was it that broke {s}?|Tell me who broke {s}."),
            weight=0.5,
        ),
    ),
    (
        "object",
        Relation(
            "price",
            ("amount",),
            lines("""
            {s} costs {v} dollars.|the price of {s} is {v} dollars.|you can buy {s} for {v} dollars.|
            {s} was sold for {v} dollars.|they want {v} dollars for {s}.|{s} cost only {v} euros."""),
            lines("""
            How much does {s} cost?|What is the price of {s}?|How much is {s}?|What does {s} cost?|
            Tell me the price of {s}."""),
            weight=0.6,
        ),
    ),
    (
        "object",
        Relation(
            "weight",
            ("age",),
            lines("{s} weighs {v} kilos.|the weight of {s} is {v} kilos.|{s} has a weight of {v} kg."),
            lines("How much does {s} weigh?|What is the weight of {s}?|How heavy is {s}?"),
            weight=0.35,
        ),
    ),
    (
        "object",
        Relation(
            "material",
            ("material",),
            lines("""
            {s} is made of {v}.|{s} is made from {v}.|{s} consists of {v}.|they made {s} out of {v}.|
            {s} was made entirely of {v}."""),
            lines("What is {s} made of?|What material is {s} made of?|Which material is {s} made from?"),
            weight=0.6,
        ),
    ),
    (
        "bare",
        Relation(
            "hue",
            ("color",),
            lines("""
            {s} is {v}.|the color of {s} is {v}.|{s} was painted {v}.|{s} has a {v} color.|
            {s} turned out to be {v}.|somebody painted {s} {v}.|the colour of {s} is {v}."""),
            lines("""
            What color is {s}?|What is the color of {s}?|Which color does {s} have?|What colour is {s}?|
            Tell me the color of {s}."""),
        ),
    ),
    (
        "room",
        Relation(
            "code",
            ("code",),
            lines("""
            the {x} for {s} is {v}.|the {x} of {s} is {v}.|{s} has the {x} {v}.|the new {x} for {s} is {v}.|
            {s} opens with the {x} {v}.|to open {s}, use the {x} {v}."""),
            lines("What is the {x} for {s}?|What is the {x} of {s}?|What's the {x} for {s}?|Tell me the {x} for {s}."),
            given="secret",
            weight=0.8,
        ),
    ),
    (
        "chamber",
        Relation(
            "floor",
            ("ordinal",),
            lines(
                "the {s} is on the {v} floor.|the {s} can be found on the {v} floor.|the {s} is up on the {v} floor."
            ),
            lines("On which floor is the {s}?|Which floor is the {s} on?|What floor is the {s} on?"),
            weight=0.4,
        ),
    ),
    (
        "landmark",
        Relation(
            "opens",
            ("time",),
            lines("""
            the {s} opens at {v}.|the {s} is open from {v}.|the doors of the {s} open at {v}.|
            at {v}, the {s} opens.|the {s} does not open before {v}."""),
            lines("When does the {s} open?|What time does the {s} open?|At what time does the {s} open?"),
            weight=0.5,
        ),
    ),
    (
        "landmark",
        Relation(
            "closes",
            ("time",),
            lines("the {s} closes at {v}.|the {s} is open until {v}.|at {v}, the {s} closes."),
            lines("When does the {s} close?|What time does the {s} close?|Until when is the {s} open?"),
            weight=0.4,
        ),
    ),
    (
        "landmark",
        Relation(
            "built",
            ("year",),
            lines("the {s} was built in {v}.|they built the {s} in {v}.|the {s} dates from {v}."),
            lines("When was the {s} built?|In which year was the {s} built?|What year was the {s} built?"),
            weight=0.4,
        ),
    ),
    (
        "company",
        Relation(
            "make",
            ("product",),
            lines("""
            {s} makes {v}.|{s} sells {v}.|the company {s} produces {v}.|{s} is known for its {v}.|
            {s} has made {v} for years.|if you need {v}, ask the company {s}.|{s} started to make {v}."""),
            lines("""
            What does {s} make?|What does {s} sell?|What does {s} produce?|What is {s} known for?|
            Which products does {s} make?|Tell me what {s} makes."""),
        ),
    ),
    (
        "company",
        Relation(
            "based",
            ("city",),
            lines("""
            {s} is based in {v}.|the office of {s} is in {v}.|{s} has its office in {v}.|{s} moved its office to {v}.|
            the headquarters of {s} are in {v}.|{v} is the home of {s}.|{s} is a company from {v}."""),
            lines("""
            Where is {s} based?|Where is the office of {s}?|Which city is {s} based in?|
            Where are the headquarters of {s}?"""),
        ),
    ),
    (
        "company",
        Relation(
            "founder",
            ("person",),
            lines("""
            the {x} of {s} is {v}.|the {x} of {s} is called {v}.|{v} is the {x} of {s}.|
            {s} has a new {x} called {v}.|{v} became the {x} of {s}."""),
            lines("Who is the {x} of {s}?|What is the name of the {x} of {s}?|Tell me who the {x} of {s} is."),
            given="role",
            weight=0.7,
        ),
    ),
    (
        "company",
        Relation(
            "founded",
            ("year",),
            lines("{s} was founded in {v}.|{s} was started in {v}.|{s} has been in business since {v}."),
            lines("When was {s} founded?|In which year was {s} founded?|What year was {s} started?"),
            weight=0.4,
        ),
    ),
    (
        "country",
        Relation(
            "capital",
            ("city",),
            lines("""
            the capital of {s} is {v}.|{v} is the capital of {s}.|{s} has {v} as its capital.|
            {v} became the capital of {s}.|the capital city of {s} is {v}."""),
            lines("What is the capital of {s}?|Which city is the capital of {s}?|What's the capital of {s}?"),
            weight=0.9,
        ),
    ),
    (
        "country",
        Relation(
            "tongue",
            ("language",),
            lines("people in {s} speak {v}.|{v} is spoken in {s}.|the language of {s} is {v}.|in {s}, they speak {v}."),
            lines(
                "What language is spoken in {s}?|Which language do people in {s} speak?|What is the language of {s}?"
            ),
            weight=0.5,
        ),
    ),
    (
        "country",
        Relation(
            "ruler",
            ("person",),
            lines("the {x} of {s} is {v}.|{v} is the {x} of {s}.|the new {x} of {s} is {v}.|{v} became {x} of {s}."),
            lines("Who is the {x} of {s}?|What is the name of the {x} of {s}?"),
            given="ruler",
            weight=0.6,
        ),
    ),
    (
        "restaurant",
        Relation(
            "serve",
            ("food", "dish"),
            lines("""
            the restaurant {s} serves {v}.|the cafe {s} is known for {v}.|at {s} you can eat {v}.|
            people go to the restaurant {s} for {v}.|the restaurant {s} offers {v}."""),
            lines("What does {s} serve?|What is {s} known for?|What can I eat at {s}?|What does {s} offer?"),
            weight=0.7,
        ),
    ),
    (
        "river",
        Relation(
            "flow",
            ("city",),
            lines("the river {s} flows through {v}.|{v} lies on the river {s}.|the river {s} runs through {v}."),
            lines("""
            Where does the river {s} flow?|Which city does the river {s} flow through?|
            Which city lies on the river {s}?"""),
            weight=0.5,
        ),
    ),
    (
        "river",
        Relation(
            "altitude",
            ("altitude",),
            lines("Mount {s} is {v} meters high.|the height of Mount {s} is {v} meters.|Mount {s} rises {v} meters."),
            lines("How high is Mount {s}?|What is the height of Mount {s}?|How many meters high is Mount {s}?"),
            weight=0.4,
        ),
    ),
    (
        "city",
        Relation(
            "train",
            ("time",),
            lines("the {x} to {s} leaves at {v}.|at {v}, the {x} to {s} leaves.|the next {x} to {s} leaves at {v}."),
            lines("When does the {x} to {s} leave?|What time does the {x} to {s} leave?|When is the next {x} to {s}?"),
            given="transport",
            weight=0.6,
        ),
    ),
    (
        "city",
        Relation(
            "line",
            ("age",),
            lines("bus {v} goes to {s}.|the number of the bus to {s} is {v}.|to get to {s}, take bus {v}."),
            lines("Which bus goes to {s}?|What is the number of the bus to {s}?|Which bus should I take to {s}?"),
            weight=0.35,
        ),
    ),
    (
        "person",
        Relation(
            "meeting",
            ("day",),
            lines("the meeting with {s} is on {v}.|we will meet {s} on {v}.|on {v} there is a meeting with {s}."),
            lines("When is the meeting with {s}?|On which day is the meeting with {s}?|When will we meet {s}?"),
            weight=0.7,
        ),
    ),
    (
        "title",
        Relation(
            "author",
            ("person",),
            lines("{s} was written by {v}.|{v} wrote {s}.|the author of {s} is {v}.|{v} is the author of {s}."),
            lines("Who wrote {s}?|Who is the author of {s}?|Who was {s} written by?"),
            weight=0.6,
        ),
    ),
    (
        "subject",
        Relation(
            "tutor",
            ("first",),
            lines("{v} teaches {s}.|the {s} teacher is {v}.|{s} is taught by {v}.|{v} is the {s} teacher."),
            lines("Who teaches {s}?|Who is the {s} teacher?|What is the name of the {s} teacher?"),
            weight=0.5,
        ),
    ),
    (
        "gathering",
        Relation(
            "when",
            ("day", "date"),
            lines("""
            the {s} is on {v}.|the {s} takes place on {v}.|the {s} was moved to {v}.|on {v}, there will be a {s}.|
            the {s} will be on {v}."""),
            lines("When is the {s}?|On which day is the {s}?|When does the {s} take place?|Tell me when the {s} is."),
            weight=0.7,
        ),
    ),
    (
        "occasion",
        Relation(
            "hour",
            ("time",),
            lines("the {s} starts at {v}.|the {s} begins at {v}.|at {v}, the {s} will start."),
            lines("What time does the {s} start?|At what time does the {s} begin?|When does the {s} start?"),
            weight=0.5,
        ),
    ),
    (
        "gathering",
        Relation(
            "venue",
            ("landmark", "place"),
            lines("the {s} is in the {v}.|the {s} will be held in the {v}.|the {s} takes place in the {v}."),
            lines("Where is the {s}?|Where will the {s} be held?|Where does the {s} take place?"),
            weight=0.5,
        ),
    ),
    (
        "gathering",
        Relation(
            "organiser",
            ("first",),
            lines("the {s} was organized by {v}.|{v} is in charge of the {s}.|{v} organizes the {s}."),
            lines("Who organized the {s}?|Who's in charge of the {s}?|Who organizes the {s}?"),
            weight=0.4,
        ),
    ),
)
