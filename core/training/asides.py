"""What a sentence may say besides its fact, with names and things of its own. Data only.

A word in braces is drawn, by its kind; {m} is made up. Whoever reads has to tell these from what is asked for.
"""

from core.training.facts import lines

CLAUSES: tuple[str, ...] = lines("""
    {first} {verb}ed the {thing}|{first} {verb}ed {count} {countable}|{first} was in {city}|{first} had no {food} left|
    {first} {contact}ed {first}|{first} {contact}ed the {job}|the {place} was full of {animal_plural}|
    the {job} was in {city} that day|the {relative} of {first} is {a job}|nobody in {city} likes {food}|
    {first} loves the {instrument}|the {auto} of {first} is {color}|there was no {drink} left|the {m} was {m}|
    {first} forgot about the {m}|it was {day}|{first} is afraid of {animal_plural}|the {landmark} is closed on {day}|
    the {transport} from {city} was late|{first} always says so|the {thing} had cost {age} dollars|
    there is {a dish} in the {chamber}|everybody in {country} speaks {language}|the {animal} was asleep|
    {first} heard it from {first}|the {belonging} had to be painted {color}|{first} wanted to {verb} the {m}|
    the {gathering} was on {day}|{first} plays {game} all day|the {m} of {city} is famous|{first} hates {color}|
    {count} {countable} were waiting in the {place}|the {landmark} sells {product}|{first} works near the {landmark}|
    the new {thing} is made of {material}|the {family} of {first} likes {music}|{first} came back from {country}""")

JOINTS: tuple[str, ...] = lines("""
    , because|because|, while|while|, although|, since|, so|, and|, but|even though|when|before|after|, just as|
    , as|, and meanwhile|until|now that""")

FRONTS: tuple[str, ...] = lines("Because|When|After|Since|Although|While|Before|Even though|Now that|As")

PHRASES: tuple[str, ...] = lines("""
    for {first}|with {first}|near the {landmark}|next to the {thing}|together with {count} {countable}|
    on the way to {city}|instead of {a thing}|for {age} dollars|in front of {first}|right behind the {landmark}|
    thanks to {first}|with the help of the {job}|after the {gathering}|before the {gathering}|since {month}|
    on {day}|every {day}|after {count} years in {country}|like {first}|just above the {m} shop|without {first}|
    against the will of {first}|because of the {m}|during the {occasion}|under the {m} tree|despite the {animal}|
    in the {m} style|for the second time|as a present for {first}|by the light of the {m}""")

APPOSITIONS: tuple[str, ...] = lines("""
    my {relative}|a friend of {first}|the {relative} of {first}|{first}'s {relative}|of all people|an old friend|
    who knows {first} well|who met {first} on {day}|the one with the {thing}|as {first} told me|like {first}|
    who once {verb}ed {a thing}|who {contact}ed {first} yesterday|the {m} from next door|known for the {m}""")
