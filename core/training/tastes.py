"""What people like, fear and do in their free time. Data only; the template language is told in facts.py."""

from core.training.facts import Relation, lines

TASTES: tuple[Relation, ...] = (
    Relation(
        "like",
        ("fruit", "food"),
        lines("""
            {s} [like] {v}.|{s} [love] {v}.|{s} [enjoy] eating {v}.|{p} favorite food is {v}.|
            {s} really [like] {v}.|{s} [like] to eat {v}.|{s} [like] eating {v}.|{s} [love] eating {v}.|
            {s} always [eat] {v}.|{s} [adore] {v}.|{s} [be] fond of {v}.|{s} [be] crazy about {v}.|
            {s} cannot get enough of {v}.|it is {v} that {s} [like] most.|there is nothing {s} [like] more than {v}.|
            the food {s} [like] best is {v}.|{s} [eat] {v} almost every day.|{s} [be] a big fan of {v}.|
            {s} [prefer] {v} to anything else.|{s} would do anything for {v}.|{p} favourite food is {v}.|
            nothing tastes better to {o} than {v}.|{s} [have] always loved {v}.|{s}[am] very fond of {v}.|
            what {s} [like] most is {v}.|{s} [like] {v} a lot.|{s} [love] {v} more than anything.|
            {s} never [say] no to {v}.|{s} [eat] a lot of {v}.|{s} absolutely [love] {v}."""),
        lines("""
            What [do] {s} like?|What [do] {s} like to eat?|What food [do] {s} like?|What is {p} favorite food?|
            What [do] {s} love?|What [do] {s} like eating?|What [do] {s} enjoy eating?|What [do] {s} love to eat?|
            What foods [do] {s} like?|What [be] {s} fond of?|What [be] {s} crazy about?|What [do] {s} adore?|
            Tell me what {s} [like].|Do you know what {s} [like]?|What is it that {s} [like]?|
            Which food [do] {s} like?|What's {p} favorite food?|What [do] {s} like most?|
            What kind of food [do] {s} like?|What is {p} favourite food?|What [do] {s} really like?"""),
        (
            (
                "fruit",
                lines("""
            What fruit [do] {s} like?|What fruits [do] {s} like?|Which fruit [do] {s} like?|
            What is {p} favorite fruit?|What kind of fruit [do] {s} like?|Which fruits [do] {s} love?"""),
            ),
        ),
        weight=2.8,
    ),
    Relation(
        "dislike",
        ("food", "fruit"),
        lines("""
            {s} [hate] {v}.|{s} [do] not like {v}.|{s} cannot stand {v}.|{s} [do]n't like {v}.|
            {s} never [eat] {v}.|{s} [refuse] to eat {v}.|{s} [dislike] {v}.|there is nothing {s} [hate] more than {v}.|
            {s} [do] not eat {v}.|{s} [have] never liked {v}.|{s} really [hate] {v}.|
            the food {s} [hate] most is {v}."""),
        lines("""
            What [do] {s} hate?|What [do] {s} not like?|What food [do] {s} hate?|What [do]n't {s} like?|
            What [do] {s} dislike?|Which food [do] {s} not like?|What [do] {s} refuse to eat?|
            What [do] {s} never eat?|Tell me what {s} [hate]."""),
        weight=0.6,
    ),
    Relation(
        "allergy",
        ("food", "fruit"),
        lines("""
            {s} [be] allergic to {v}.|{s} [have] an allergy to {v}.|{s} [get] sick from {v}.|
            because of an allergy, {s} cannot eat {v}.|{s}[am] allergic to {v}."""),
        lines("""
            What [be] {s} allergic to?|Which food [be] {s} allergic to?|
            What food makes {o} sick?"""),
        weight=0.4,
    ),
    Relation(
        "drink",
        ("drink",),
        lines("""
            {s} [drink] {v} every morning.|{s} [drink] {v}.|{p} favorite drink is {v}.|{s} always [order] {v}.|
            {s} [like] to drink {v}.|{s} [start] the day with {v}.|{s} [drink] a lot of {v}.|
            {s} usually [drink] {v}.|{s} never [drink] anything but {v}.|the drink {s} [like] best is {v}.|
            {s} [prefer] to drink {v}.|for breakfast, {s} [drink] {v}.|{s} ordered a glass of {v}.|
            {s} [be] drinking {v}.|{s} asked for some {v} to drink."""),
        lines("""
            What [do] {s} drink?|What is {p} favorite drink?|What [do] {s} like to drink?|
            What [do] {s} usually drink?|What's {p} favorite drink?|Which drink [do] {s} like?|
            Tell me what {s} [drink].|What [do] {s} prefer to drink?|What would {s} like to drink?"""),
        weight=0.8,
    ),
    Relation(
        "hobby",
        ("hobby",),
        lines("""
            {s} [enjoy] {v}.|{p} hobby is {v}.|{p} favorite hobby is {v}.|{s} [spend] every weekend on {v}.|
            {s} took up {v}.|{s} [have] taken up {v}.|{s} [be] into {v}.|{p} great passion is {v}.|
            {s} [spend] a lot of time on {v}.|{s} [relax] with {v}.|{s} [have] {v} as a hobby.|
            the hobby {s} [enjoy] most is {v}.|{s} [be] passionate about {v}.|for fun, {s} [do] a bit of {v}.|
            after work, {s} [find] time for {v}.|{s} started with {v} as a child.|{s}[am] really into {v}.|
            whenever there is time, {s} [go] in for {v}."""),
        lines("""
            What is {p} hobby?|What [do] {s} enjoy doing?|What is {p} favorite hobby?|What hobby [do] {s} have?|
            What [do] {s} do for fun?|How [do] {s} spend the weekend?|What's {p} hobby?|Which hobby [do] {s} have?|
            What [be] {s} into?|What is {p} great passion?|Tell me {p} hobby.|
            What [do] {s} like to do in the free time?"""),
        weight=1.0,
    ),
    Relation(
        "sport",
        ("sport",),
        lines("""
            {p} favorite sport is {v}.|the sport {s} [like] best is {v}.|{s} [train] for {v} twice a week.|
            {s} never [miss] a {v} practice.|{p} favourite sport is {v}.|the only sport {s} [do] is {v}.|
            {s} [be] in a {v} club."""),
        lines("""
            What is {p} favorite sport?|What sport [do] {s} like?|Which sport [do] {s} do?|
            What's {p} favorite sport?|What sport [do] {s} do?|What is {p} favourite sport?"""),
        weight=0.5,
    ),
    Relation(
        "play",
        ("instrument",),
        lines("""
            {s} [play] the {v}.|{s} [be] learning to play the {v}.|{s} [play] the {v} in a band.|
            {s} [play] the {v} very well.|{s} can play the {v}.|{s} [have] played the {v} for years.|
            {s} [take] lessons on the {v}.|{s} [practice] the {v} every day.|{s} [play] the {v} in an orchestra.|
            the instrument {s} [play] is the {v}.|{p} instrument is the {v}."""),
        lines("""
            What instrument [do] {s} play?|What [do] {s} play?|Which instrument [do] {s} play?|
            What instrument can {s} play?|What is {p} instrument?|Tell me which instrument {s} [play]."""),
        weight=0.6,
    ),
    Relation(
        "music",
        ("music",),
        lines("""
            {s} [listen] to {v}.|{p} favorite music is {v}.|{s} always [listen] to {v} in the car.|
            {s} [sing] {v}.|the music {s} [like] best is {v}.|{s} [be] in a {v} band.|
            {s} [have] many records of {v}.|when it comes to music, {s} [prefer] {v}."""),
        lines("""
            What music [do] {s} listen to?|What is {p} favorite music?|What kind of music [do] {s} like?|
            Which music [do] {s} like?|What music [do] {s} like?"""),
        weight=0.5,
    ),
    Relation(
        "color",
        ("color",),
        lines("""
            {p} favorite color is {v}.|{s} [like] the color {v}.|the color {s} [like] most is {v}.|
            {p} favourite colour is {v}.|of all colors, {s} [prefer] {v}.|there is no color {s} [like] more than {v}.|
            {s} [want] everything in {v}.|the best color for {o} is {v}.|{s} always [choose] {v}."""),
        lines("""
            What is {p} favorite color?|What color [do] {s} like?|Which color [do] {s} like?|
            What's {p} favorite color?|What is {p} favourite colour?|What color [do] {s} prefer?|
            Which color [do] {s} like most?|Tell me {p} favorite color."""),
        weight=0.8,
    ),
    Relation(
        "season",
        ("season",),
        lines("""
            {p} favorite season is {v}.|the season {s} [like] best is {v}.|{p} favourite season is {v}.|
            of all seasons, {s} [prefer] {v}.|no season is better for {o} than {v}."""),
        lines("""
            What is {p} favorite season?|Which season [do] {s} like best?|What's {p} favorite season?|
            What season [do] {s} prefer?"""),
        weight=0.3,
    ),
    Relation(
        "lesson",
        ("subject",),
        lines("""
            {p} favorite subject is {v}.|the subject {s} [like] best at school is {v}.|
            {p} favorite subject at school was {v}.|{p} favourite subject is {v}.|
            no subject at school is easier for {o} than {v}."""),
        lines("""
            What is {p} favorite subject?|Which subject at school [do] {s} like best?|
            What's {p} favorite subject?|What is {p} favorite subject at school?"""),
        weight=0.35,
    ),
    Relation(
        "collect",
        ("collectible", "product"),
        lines("""
            {s} [collect] {v}.|{s} [have] a large collection of {v}.|{s} started to collect {v}.|
            {s} [be] a collector of {v}.|{p} collection of {v} keeps growing.|{s} [have] collected {v} for years.|
            the house is full of the {v} that {s} [collect]."""),
        lines("""
            What [do] {s} collect?|What [be] {s} collecting?|Tell me what {s} [collect].|
            What is in {p} collection?|What [do] {s} have a collection of?"""),
        weight=0.5,
    ),
    Relation(
        "read",
        ("title",),
        lines("""
            {s} [be] reading {v}.|the book {s} [be] reading is called {v}.|{s} started to read {v}.|
            {s} cannot stop reading {v}.|{s} [read] {v} before going to sleep.|{s} [have] almost read all of {v}."""),
        lines("""
            What [be] {s} reading?|Which book [be] {s} reading?|What book [be] {s} reading?|
            What is the title of the book {s} [be] reading?"""),
        weight=0.4,
    ),
    Relation(
        "movie",
        ("title",),
        lines("""
            {p} favorite movie is {v}.|the movie {s} [like] best is {v}.|{p} favorite film is {v}.|
            {s} [have] watched the movie {v} ten times."""),
        lines("""
            What is {p} favorite movie?|Which movie [do] {s} like best?|What is {p} favorite film?|
            What's {p} favorite movie?"""),
        weight=0.3,
    ),
    Relation(
        "fear",
        ("animal_plural",),
        lines("""
            {s} [be] afraid of {v}.|{s} [be] scared of {v}.|{s} [fear] {v}.|{s} [be] terrified of {v}.|
            {s} [run] away from {v}.|nothing scares {o} more than {v}.|{s} [have] always been afraid of {v}.|
            {s} [have] a great fear of {v}.|{s}[am] afraid of {v}.|{s} [have] bad dreams about {v}."""),
        lines("""
            What [be] {s} afraid of?|What [be] {s} scared of?|What [do] {s} fear?|What [be] {s} terrified of?|
            Which animals [be] {s} afraid of?|What animals [be] {s} scared of?|What scares {o}?"""),
        weight=0.5,
    ),
    Relation(
        "wish",
        ("country", "city"),
        lines("""
            {s} [want] to visit {v}.|{s} [dream] of visiting {v}.|{s} [plan] a trip to {v}.|
            {s} [be] going to {v} next month.|{s} would like to see {v}.|{s} [be] planning to travel to {v}.|
            {s} [hope] to see {v} one day.|{s} [have] always wanted to go to {v}.|{p} dream is a trip to {v}.|
            {v} is the place {s} [want] to see.|{s} booked a trip to {v}.|{p} next trip will be to {v}.|
            {s} cannot wait to see {v}."""),
        lines("""
            Where [do] {s} want to go?|What place [do] {s} want to visit?|Where [do] {s} plan to go?|
            Which place [do] {s} want to see?|Where would {s} like to go?|Where [do] {s} want to travel?|
            Tell me where {s} [want] to go.|Where is {p} next trip going?"""),
        weight=0.7,
    ),
    Relation(
        "holiday",
        ("country", "city"),
        lines("""
            {s} went to {v} on holiday.|{s} spent the holidays in {v}.|{s} [have] come back from a holiday in {v}.|
            {p} last vacation was in {v}.|{s} was on vacation in {v}.|{s} enjoyed the holidays in {v}.|
            {p} holiday in {v} was wonderful.|{v} is where {s} spent the holidays."""),
        lines("""
            Where did {s} go on holiday?|Where did {s} spend the holidays?|Where was {s} on vacation?|
            Where was {p} last vacation?|Where did {s} go on vacation?"""),
        weight=0.5,
    ),
)
