"""Who people are: home, work, family, names and numbers. Data only; the template language is told in facts.py."""

from core.training.facts import Relation, lines

PEOPLE: tuple[Relation, ...] = (
    Relation(
        "live",
        ("city",),
        lines("""
            {s} [live] in {v}.|{s} [have] a house in {v}.|{s} [be] living in {v} now.|{s} moved to {v}.|
            {s} [live] in the city of {v}.|{s} [have] lived in {v} for years.|{p} home is in {v}.|
            {s} [live] in a small flat in {v}.|{v} is where {s} [live].|it was {s} who moved to {v}.|
            home for {o} is {v}.|{s} [reside] in {v}.|{s} settled in {v}.|{s} settled down in {v} last year.|
            {s} relocated to {v}.|{s} [have] an apartment in {v}.|{s} [be] at home in {v}.|
            {s} [have] moved to {v}.|{s}[ve] been living in {v} since the spring.|{p} house is in {v}.|
            {s} found a flat in {v}.|{s} [live] in {v} these days.|{v} has been {p} home for a long time.|
            {s} [rent] a room in {v}.|{v} is the city {s} moved to.|{s} now [live] somewhere in {v}."""),
        lines("""
            Where [do] {s} live?|What city [do] {s} live in?|In which city [do] {s} live?|Where is {p} home?|
            Which city [do] {s} live in?|Tell me where {s} [live].|Which city is {p} home?|
            Do you know where {s} [live]?|Where [do] {s} live now?|Where [be] {s} living?|
            Where did {s} move to?|Where is {p} house?|What is the city where {s} [live]?"""),
        weight=1.6,
    ),
    Relation(
        "from",
        ("city", "country"),
        lines("""
            {s} was born in {v}.|{s} [come] from {v}.|{s} [be] from {v}.|{s} grew up in {v}.|
            {s} originally [come] from {v}.|{v} is where {s} grew up.|{s} was born and raised in {v}.|
            {s}[am] from {v}.|{s} spent the first years of life in {v}.|{p} family comes from {v}.|
            {p} birthplace is {v}.|{s} [be] originally from {v}.|
            {p} roots are in {v}.|{s} first saw the light of day in {v}."""),
        lines("""
            Where [be] {s} from?|Where was {s} born?|Where did {s} grow up?|Where [do] {s} come from?|
            Where [do] {s} originally come from?|What is {p} birthplace?|Tell me where {s} [come] from.|
            Do you know where {s} [be] from?|Where does {p} family come from?"""),
    ),
    Relation(
        "job",
        ("job",),
        lines("""
            {s} [work] as {av}.|{s} [be] {av}.|{s} [have] a job as {av}.|{s} became {av}.|
            {s} [be] working as {av}.|{s} [be] employed as {av}.|{s} [earn] a living as {av}.|
            {s}[am] {av}.|by profession, {s} [be] {av}.|{s} found work as {av}.|{s} was hired as {av}.|
            {s} [have] been {av} for years.|{s} [make] a living as {av}.|being {av} keeps {o} busy.|
            as {av}, {s} [work] long hours.|{p} work as {av} is never boring.|{s} [be] {av} by trade.|
            {s} started to work as {av}.|{s} recently became {av}.|{p} profession is that of {av}."""),
        lines("""
            What is {p} job?|What [do] {s} do for a living?|What [do] {s} work as?|What is the job of {o}?|
            What [do] {s} do?|What kind of work [do] {s} do?|What's {p} job?|What is {p} profession?|
            What is {p} occupation?|What job [do] {s} have?|Tell me what {s} [do] for a living.|
            Do you know what {s} [work] as?|How [do] {s} earn a living?|What [be] {s} by profession?"""),
        weight=1.3,
    ),
    Relation(
        "employer",
        ("company",),
        lines("""
            {s} [work] for {v}.|{s} got a job at {v}.|{s} [work] at {v}.|{s} [be] employed by {v}.|{v} hired {o}.|
            {s} joined {v}.|{p} employer is {v}.|{s} started at {v} last year.|{s} [have] worked for {v} for years.|
            {s} [have] an office at {v}.|{v} is the company {s} [work] for.|it is {v} that pays {o}."""),
        lines("""
            Who [do] {s} work for?|Where [do] {s} work?|Which company [do] {s} work for?|Who is {p} employer?|
            What company [do] {s} work at?|Tell me which company {s} [work] for.|Where [be] {s} employed?|
            Do you know where {s} [work]?|Who hired {o}?"""),
        weight=0.8,
    ),
    Relation(
        "career",
        ("job",),
        lines("""
            {s} [want] to become {av}.|{s} [dream] of becoming {av}.|{p} dream is to be {av} one day.|
            {s} would like to be {av}.|{s} always wanted to be {av}.|{s} [hope] to become {av}.|
            one day {s} will be {av}."""),
        lines("""
            What [do] {s} want to become?|What [do] {s} want to be?|What is {p} dream job?|
            What would {s} like to be?|What [do] {s} hope to become?"""),
        weight=0.4,
    ),
    Relation(
        "speak",
        ("language",),
        lines("""
            {s} [speak] {v}.|{s} [speak] {v} at home.|{s} [speak] fluent {v}.|{p} mother tongue is {v}.|
            {s} [be] fluent in {v}.|{s} [know] {v} very well.|{p} native language is {v}.|{s} can speak {v}.|
            {s} [speak] very good {v}.|at home, {s} [speak] {v}.|{v} is the language {s} [speak]."""),
        lines("""
            What language [do] {s} speak?|Which language [do] {s} know?|What language [do] {s} speak at home?|
            Which language [do] {s} speak?|What is {p} native language?|What is {p} mother tongue?|
            Tell me which language {s} [speak].|What language can {s} speak?"""),
        weight=0.7,
    ),
    Relation(
        "learn",
        ("language",),
        lines("""
            {s} [be] learning {v}.|{s} [be] taking lessons in {v}.|{s} started to learn {v}.|
            {s} [be] trying to learn {v}.|{s} [be] taking a course in {v}.|{s} [want] to learn {v}.|
            {v} is the language {s} [be] learning."""),
        lines("""
            What language [be] {s} learning?|Which language [be] {s} learning?|What [be] {s} trying to learn?|
            Which language [do] {s} want to learn?"""),
        weight=0.4,
    ),
    Relation(
        "study",
        ("subject",),
        lines("""
            {s} [study] {v}.|{s} [be] studying {v}.|{s} [study] {v} at the university.|{s} [be] a student of {v}.|
            {s} [have] a degree in {v}.|{s} studied {v}.|{s} graduated in {v}.|{s} [major] in {v}.|
            {s} began to study {v}.|{p} studies in {v} are going well.|{s} went to college to study {v}.|
            {s} chose to study {v}."""),
        lines("""
            What [do] {s} study?|What [be] {s} studying?|Which subject [do] {s} study?|What did {s} study?|
            What subject [be] {s} studying?|Tell me what {s} [study].|What [be] {s} a student of?"""),
        weight=0.7,
    ),
    Relation(
        "teach",
        ("subject",),
        lines("""
            {s} [teach] {v}.|{s} [be] teaching {v} at a school.|{s} [give] lessons in {v}.|{s} [teach] {v} to children.|
            {s} [have] taught {v} for years.|{p} students learn {v}.|{s} [give] classes in {v}."""),
        lines("""
            What [do] {s} teach?|Which subject [do] {s} teach?|What subject [do] {s} teach?|What [be] {s} teaching?|
            What do {p} students learn?"""),
        weight=0.4,
    ),
    Relation(
        "age",
        ("age",),
        lines("""
            {s} [be] {v} years old.|{s} just turned {v}.|{p} age is {v}.|{s}[am] {v} years old.|{s} [be] {v}.|
            {s} will soon be {v} years old.|{s} turned {v} this year.|{s} [be] already {v} years old.|
            {s} [turn] {v} this week.|{s} [be] {v} years of age.|at {v}, {s} still [feel] young."""),
        lines("""
            How old [be] {s}?|What is {p} age?|Tell me how old {s} [be].|Do you know how old {s} [be]?|
            What's {p} age?|How many years old [be] {s}?"""),
        weight=0.7,
    ),
    Relation(
        "birthday",
        ("date",),
        lines("""
            {p} birthday is on {v}.|{s} was born on {v}.|{s} [celebrate] a birthday on {v}.|{p} birthday is {v}.|
            {p} date of birth is {v}.|on {v}, {s} will have a birthday party.|we celebrate {p} birthday on {v}."""),
        lines("""
            When is {p} birthday?|When was {s} born?|When's {p} birthday?|On which day is {p} birthday?|
            What is {p} date of birth?|Do you know when {p} birthday is?"""),
        weight=0.5,
    ),
    Relation(
        "birth year",
        ("year",),
        lines("""
            {s} was born in the year {v}.|{p} year of birth is {v}.|{s} was born back in {v}.|
            the year of {p} birth is {v}."""),
        lines("""
            In which year was {s} born?|What is {p} year of birth?|What year was {s} born in?"""),
        weight=0.3,
    ),
    Relation(
        "married",
        ("year",),
        lines("""
            {s} got married in {v}.|{s} [have] been married since {v}.|{p} wedding was in {v}.|
            the year of {p} wedding was {v}."""),
        lines("""
            When did {s} get married?|In which year did {s} get married?|When was {p} wedding?|
            What year did {s} get married?"""),
        weight=0.3,
    ),
    Relation(
        "graduated",
        ("year",),
        lines("""
            {s} finished school in {v}.|{s} left school in {v}.|{v} was the year {s} finished school.|
            {p} last year at school was {v}."""),
        lines("""
            When did {s} finish school?|In which year did {s} finish school?|When did {s} leave school?"""),
        weight=0.3,
    ),
    Relation(
        "friend",
        ("first",),
        lines("""
            {p} best friend is {v}.|{p} best friend is called {v}.|{p} closest friend is {v}.|
            {v} is {p} best friend.|the best friend {s} ever had is {v}.|{p} best friend is named {v}.|
            {v} has always been {p} best friend.|{p} best friend from school is {v}.|
            the name of {p} best friend is {v}."""),
        lines("""
            Who is {p} best friend?|What is the name of {p} best friend?|Who is {p} closest friend?|
            Who's {p} best friend?|What is {p} best friend called?|Tell me the name of {p} best friend.|
            Who is the best friend of {o}?"""),
        weight=0.7,
    ),
    Relation(
        "kin",
        ("first",),
        lines("""
            {p} {x} is called {v}.|the name of {p} {x} is {v}.|{s} [have] {ax} called {v}.|{p} {x} is {v}.|
            {s} [have] {ax} named {v}.|{v} is {p} {x}.|{p} {x} has the name {v}.|{v} is the name of {p} {x}.|
            {s} [have] {ax} whose name is {v}.|{p} {x}, {v}, is very kind."""),
        lines("""
            What is the name of {p} {x}?|Who is {p} {x}?|What is {p} {x} called?|What is {p} {x}'s name?|
            What's the name of {p} {x}?|Tell me the name of {p} {x}.|How is {p} {x} called?|
            Do you know the name of {p} {x}?|What's {p} {x}'s name?"""),
        given="relative",
        weight=1.3,
    ),
    Relation(
        "kin job",
        ("job",),
        lines("""
            {p} {x} is {av}.|{p} {x} works as {av}.|{p} {x} has a job as {av}.|{p} {x} became {av}.|
            {p} {x} earns a living as {av}."""),
        lines("""
            What is the job of {p} {x}?|What does {p} {x} do for a living?|What does {p} {x} work as?|
            What is {p} {x}'s job?"""),
        given="family",
        weight=0.5,
    ),
    Relation(
        "kin city",
        ("city",),
        lines("""
            {p} {x} lives in {v}.|{p} {x} moved to {v}.|{p} {x} has a house in {v}.|{s} [have] {ax} in {v}.|
            {v} is where {p} {x} lives."""),
        lines("""
            Where does {p} {x} live?|Which city does {p} {x} live in?|In which city does {p} {x} live?|
            Tell me where {p} {x} lives."""),
        given="family",
        weight=0.5,
    ),
    Relation(
        "count",
        ("count",),
        lines("""
            {s} [have] {v} {x}.|{s} [have] got {v} {x}.|{s} already [have] {v} {x}.|the number of {p} {x} is {v}.|
            {s} [be] proud to have {v} {x}."""),
        lines("""
            How many {x} [do] {s} have?|Tell me how many {x} {s} [have].|How many {x} [have] {s} got?|
            What is the number of {p} {x}?"""),
        given="countable",
        weight=0.7,
    ),
    Relation(
        "nickname",
        ("nickname",),
        lines("""
            {p} nickname is {v}.|friends call {o} {v}.|everybody calls {o} {v}.|{s} [be] known as {v}.|
            {v} is {p} nickname.|at school, they called {o} {v}."""),
        lines("""
            What is {p} nickname?|What do friends call {o}?|What's {p} nickname?|What does everybody call {o}?"""),
        weight=0.4,
    ),
    Relation(
        "middle name",
        ("first", "last"),
        lines("""
            {p} middle name is {v}.|{s} [have] the middle name {v}.|{v} is {p} middle name.|
            {s} got the middle name {v}."""),
        lines("What is {p} middle name?|What's {p} middle name?|Tell me {p} middle name."),
        weight=0.3,
    ),
    Relation(
        "height",
        ("height",),
        lines("""
            {s} [be] {v} cm tall.|{p} height is {v} cm.|{s} [be] exactly {v} centimeters tall.|
            {s} [have] grown to {v} cm."""),
        lines("How tall [be] {s}?|What is {p} height?|Tell me how tall {s} [be].|What's {p} height?"),
        weight=0.3,
    ),
    Relation(
        "weight",
        ("age",),
        lines("{s} [weigh] {v} kilos.|{p} weight is {v} kilos.|{s} now [weigh] {v} kg."),
        lines("How much [do] {s} weigh?|What is {p} weight?|What's {p} weight?"),
        weight=0.25,
    ),
    Relation(
        "shoes",
        ("size",),
        lines("""
            {p} shoe size is {v}.|{s} [wear] shoes in size {v}.|{s} [take] size {v} in shoes.|
            {s} [need] shoes in size {v}."""),
        lines("What is {p} shoe size?|What size are {p} shoes?|What size of shoes [do] {s} wear?"),
        weight=0.3,
    ),
    Relation(
        "phone",
        ("phone",),
        lines("""
            {p} phone number is {v}.|{s} can be reached at {v}.|you can call {o} at {v}.|
            {p} new phone number is {v}.|{s} [have] the phone number {v}.|the phone number of {o} is {v}."""),
        lines("""
            What is {p} phone number?|What's {p} phone number?|Tell me {p} phone number.|
            Do you know {p} phone number?|What is the phone number of {o}?"""),
        weight=0.4,
    ),
    Relation(
        "password",
        ("code",),
        lines("""
            {p} {x} is {v}.|{s} [have] the {x} {v}.|{p} new {x} is {v}.|{s} [use] the {x} {v}.|
            {s} changed the {x} to {v}.|the {x} {s} [use] is {v}.|{s} chose {v} as the new {x}.|
            please remember that {p} {x} is {v}."""),
        lines("""
            What is {p} {x}?|What's {p} {x}?|Tell me {p} {x}.|Do you know {p} {x}?|What {x} [do] {s} use?|
            What {x} [do] {s} have?"""),
        given="secret",
        weight=0.7,
    ),
)

ABOUT_SPEAKER: tuple[Relation, ...] = (
    Relation(
        "name",
        ("person",),
        lines("""
            my name is {v}.|I am {v}.|I'm {v}.|my name's {v}.|I am called {v}.|please call me {v}.|
            my parents named me {v}.|you can call me {v}."""),
        lines("What is my name?|What's my name?|Who am I?|Tell me my name.|Do you know my name?|What am I called?"),
        weight=3.0,
    ),
)
"""What only a speaker says: for sentences in the first person, beside ABOUT_PEOPLE."""
