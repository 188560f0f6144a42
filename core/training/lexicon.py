"""The real words of the synthetic world, by kind. Data only."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in text.split(",") if word.strip())


LISTS: dict[str, tuple[str, ...]] = {
    "first": _words("""
        John, David, Mary, James, Linda, Robert, Susan, Michael, Karen, Lisa, William, Nancy, Richard, Helen,
        Thomas, Sandra, Charles, Daniel, Carol, Matthew, Ruth, Anthony, Sharon, Mark, Laura, Paul, Sarah,
        Steven, Andrew, Jessica, George, Kevin, Angela, Brian, Melissa, Edward, Amy, Timothy, Anna, Jason,
        Rebecca, Ryan, Jacob, Martha, Nicholas, Eric, Amanda, Jonathan, Stephanie, Justin, Marie, Scott, Janet,
        Frank, Benjamin, Gregory, Joyce, Samuel, Diane, Raymond, Alice, Patrick, Julie, Alexander, Jack, Teresa,
        Dennis, Jerry, Gloria, Tyler, Evelyn, Aaron, Henry, Jose, Douglas, Katherine, Peter, Joan, Adam, Ashley,
        Nathan, Judith, Zachary, Rose, Walter, Kyle, Kelly, Harold, Nicole, Carl, Jeremy, Christina, Keith,
        Roger, Gerald, Ethan, Denise, Arthur, Terry, Irene, Christian, Jane, Sean, Lawrence, Rachel, Marilyn,
        Joe, Andrea, Noah, Jesse, Louise, Albert, Sara, Anne, Billy, Bruce, Jordan, Julia, Dylan, Ruby, Alan,
        Gabriel, Roy, Juan, Paula, Wayne, Diana, Logan, Emily, Louis, Robin, Vincent, Crystal, Philip, Rita,
        Marta, Ivan, Olga, Pedro, Lucia, Hans, Greta, Yuki, Kenji, Priya, Arjun, Fatima, Omar, Chen, Mei, Lars,
        Ingrid, Nadia, Boris, Elena, Hugo, Clara, Felix, Zoe, Leo, Mia, Oscar, Nina, Max, Ella, Tom, Sam, Ben,
        Kate, Jim, Bob, Dan, Meg, Tim, Jill, Nick, Emma, Liam, Olivia, Sophia, Lucas, Chloe, Grace, Owen, Isaac,
        Maya, Aisha, Bill, Steve, Mike, Chris, Alex, Eva, Lily, Ian, Victor, Simon"""),
    "last": _words("""
        Smith, Johnson, Brown, Jones, Miller, Davis, Wilson, Anderson, Taylor, Moore, Jackson, Martin, Lee,
        Thompson, White, Harris, Clark, Lewis, Walker, Young, Allen, King, Wright, Hill, Green, Adams, Baker,
        Carter, Turner, Parker, Evans, Collins, Morris, Murphy, Cook, Cooper, Reed, Ward, Gray, Brooks, Wood,
        Price, Foster, Ross, Fisher, Garcia, Lopez, Silva, Costa, Santos, Rossi, Weber, Schmidt, Novak, Tanaka,
        Sato, Patel, Singh, Khan, Larsen, Hart, Stone, Frost"""),
    "city": _words("""
        Lisbon, Paris, London, Berlin, Madrid, Rome, Vienna, Prague, Oslo, Dublin, Athens, Warsaw, Helsinki,
        Stockholm, Copenhagen, Budapest, Zurich, Geneva, Milan, Naples, Venice, Barcelona, Porto, Lyon, Munich,
        Hamburg, Brussels, Amsterdam, Edinburgh, Manchester, Liverpool, Bristol, Oxford, Cambridge, Boston,
        Chicago, Seattle, Denver, Austin, Dallas, Houston, Miami, Atlanta, Detroit, Portland, Phoenix, Toronto,
        Montreal, Vancouver, Sydney, Melbourne, Perth, Tokyo, Osaka, Kyoto, Seoul, Beijing, Shanghai, Singapore,
        Bangkok, Hanoi, Delhi, Mumbai, Istanbul, Cairo, Nairobi, Lagos, Lima, Bogota, Santiago, Havana, San
        Diego, New York, New Orleans, Las Vegas, San Francisco, Buenos Aires"""),
    "country": _words("""
        France, Germany, Spain, Italy, Portugal, Greece, Turkey, Egypt, Kenya, Nigeria, Morocco, India, China,
        Japan, Korea, Thailand, Vietnam, Brazil, Peru, Chile, Argentina, Mexico, Canada, Cuba, Iceland, Norway,
        Sweden, Finland, Denmark, Poland, Austria, Hungary, Ireland, Scotland, Wales, Russia, Israel, Nepal,
        Australia, New Zealand"""),
    "job": _words("""
        baker, teacher, doctor, nurse, lawyer, engineer, carpenter, plumber, farmer, pilot, chef, waiter,
        dentist, painter, writer, singer, actor, dancer, judge, tailor, butcher, barber, miner, sailor, soldier,
        guard, driver, mechanic, electrician, architect, librarian, journalist, photographer, gardener, banker,
        accountant, clerk, secretary, translator, chemist, biologist, historian, poet, musician, pianist, coach,
        firefighter, police officer, postman, bus driver, software engineer, scientist, student, manager,
        professor, surgeon, detective, astronaut, fisherman, tour guide"""),
    "fruit": _words("""
        apples, bananas, cherries, grapes, oranges, lemons, pears, peaches, plums, mangoes, strawberries,
        blueberries, melons, figs, dates, pineapples, raspberries, apricots, kiwis, limes, coconuts, berries,
        papayas, watermelons"""),
    "food": _words("""
        carrots, potatoes, tomatoes, onions, mushrooms, pizza, pasta, sushi, rice, noodles, soup, salad, bread,
        cheese, butter, chocolate, ice cream, cake, cookies, pancakes, waffles, honey, jam, yogurt, eggs, bacon,
        ham, chicken, beef, lamb, fish, shrimp, crab, tofu, beans, lentils, peas, corn, pumpkin, spinach,
        cabbage, garlic, walnuts, almonds, peanuts, popcorn, tacos, curry, dumplings, burgers, fried rice, apple
        pie, lasagna, olives, sandwiches, sausages, steak, candy, nuts"""),
    "drink": _words("""
        coffee, tea, green tea, milk, water, apple juice, orange juice, lemonade, hot chocolate, beer, red wine,
        white wine, cider, cola, espresso, mint tea, juice, whiskey"""),
    "hobby": _words("""
        chess, painting, fishing, hiking, swimming, running, cycling, dancing, singing, reading, cooking,
        baking, gardening, knitting, sewing, pottery, photography, skiing, surfing, sailing, climbing, camping,
        yoga, boxing, tennis, golf, football, soccer, basketball, baseball, hockey, rugby, archery, karate,
        poker, video games, drawing, writing, poetry"""),
    "instrument": _words(
        "piano, guitar, violin, drums, flute, trumpet, cello, harp, saxophone, banjo, clarinet, organ"
    ),
    "animal": _words("""
        dog, cat, horse, rabbit, hamster, parrot, turtle, snake, lizard, goldfish, pony, goat, pig, duck,
        chicken, donkey, mouse, canary, frog, spider, monkey, sheep, cow, llama, hedgehog, fox, owl, puppy,
        kitten, bird"""),
    "color": _words("""
        red, blue, green, yellow, orange, purple, pink, black, white, brown, gray, gold, silver, turquoise,
        violet, beige, crimson, navy"""),
    "thing": _words("""
        key, book, lamp, phone, wallet, umbrella, hat, coat, scarf, bag, suitcase, laptop, camera, watch, ring,
        necklace, mirror, clock, vase, chair, table, sofa, carpet, pillow, blanket, knife, spoon, plate, bowl,
        cup, bottle, kettle, pan, hammer, drill, ladder, rope, bucket, broom, guitar, violin, drum, ball, kite,
        puzzle, map, letter, notebook, pencil, pen, ticket, passport, bicycle, helmet, tent, lantern, candle,
        compass, telescope, radio, battery, toolbox, statue, trophy, medal, crown, sword, diary, printer, box,
        car, boat, painting, jacket, basket, treasure, report"""),
    "place": _words("""
        kitchen, garden, garage, attic, basement, bathroom, bedroom, living room, office, library, school,
        hospital, museum, theater, station, airport, harbor, market, bakery, church, castle, tower, park,
        forest, barn, warehouse, factory, shed, cellar, closet, drawer, cupboard, fridge, safe, trunk, locker,
        desk, shelf, hallway, gym, hotel, restaurant, cafe, bank, post office, police station, town hall,
        meeting room"""),
    "vehicle": _words("car, truck, van, bicycle, motorbike, boat, bus, taxi, scooter, train, tractor, plane"),
    "material": _words(
        "wood, glass, steel, gold, silver, stone, paper, leather, cotton, silk, wool, plastic, copper, clay, iron"
    ),
    "product": _words("""
        shoes, toys, cars, bicycles, chairs, lamps, clocks, phones, robots, tractors, candles, pianos, cameras,
        boats, tents, pencils, glasses, batteries, carpets, drones, soap, bricks, windows, umbrellas, computers"""),
    "subject": _words("""
        math, history, biology, chemistry, physics, geography, music, art, law, medicine, economics, philosophy,
        computer science, engineering, psychology, literature, statistics"""),
    "language": _words("""
        English, French, German, Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Finnish, Polish, Russian,
        Greek, Turkish, Arabic, Hindi, Thai, Chinese, Japanese, Korean, Latin"""),
    "activity": _words("""
        a picnic, dinner, lunch, breakfast, a meeting, an argument, a long walk, a phone call, a game of chess,
        coffee, a party, a race, a dance, an interview, a chat, a tennis match, a bike ride, a barbecue, a talk,
        a drink, a date, a fight"""),
    "adjective": _words(
        "wonderful, lovely, long, short, nice, great, quiet, pleasant, small, big, delicious, strange, fun"
    ),
    "relative": _words("""
        sister, brother, mother, father, wife, husband, boss, neighbor, cousin, uncle, aunt, best friend,
        teacher, doctor, roommate, son, daughter, dog, cat, horse"""),
    "secret": _words("password, code, secret code, number, secret word"),
    "role": _words("boss, founder, owner, director"),
    "ruler": _words("king, queen, president"),
    "transport": _words("train, bus, plane, boat"),
    "day": _words("Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday"),
    "month": _words("January, February, March, April, May, June, July, August, September, October, November, December"),
}

CLOSED = frozenset(
    {
        "day",
        "secret",
        "role",
        "ruler",
        "transport",
        "month",
        "relative",
        "adjective",
        "activity",
        "instrument",
        "color",
        "vehicle",
        "material",
    }
)

OPENERS: tuple[str, ...] = _words("""
        Last week, Yesterday, Last month, This morning, Two days ago, In the summer, Recently, Last night, On
        the weekend, Last year, A few years ago, As far as I know, Apparently, By the way, In fact, Today, One
        day""")

CONVERSATIONS: tuple[str, ...] = _words("""
        During their conversation, During the conversation, While they talked, At the end, After that, On the
        way home, During the meal, Later that day, In the evening""")

FILLERS: tuple[str, ...] = (
    "It was a sunny day.",
    "The weather was cold.",
    "They had a great time.",
    "Everyone was happy.",
    "It rained all afternoon.",
    "That is all for now.",
    "Nobody was surprised.",
    "The food was excellent.",
    "It was very late.",
    "This happened a while ago.",
    "They talked about many things.",
    "It took several hours.",
    "The children were playing outside.",
    "The streets were empty.",
    "There was a lot of noise.",
    "We had to wait for a long time.",
    "It is a long story.",
    "The train was late again.",
    "The sun was shining.",
    "It was a beautiful evening.",
)
