"""The real words of the synthetic world, by kind. Data only."""

from core.training.phrases import CONVERSATIONS, FILLERS, OPENERS, TAILS_ABOUT_ANYTHING, TAILS_ABOUT_PEOPLE

__all__ = [
    "CLOSED",
    "CONVERSATIONS",
    "FILLERS",
    "LISTS",
    "OPENERS",
    "TAILS_ABOUT_ANYTHING",
    "TAILS_ABOUT_PEOPLE",
]


def _words(text: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in text.split(",") if word.strip())


LISTS: dict[str, tuple[str, ...]] = {
    "first": _words("""
        John, David, Mary, James, Linda, Robert, Susan, Michael, Karen, Lisa, William, Nancy, Richard, Helen,
        Thomas, Sandra, Charles, Daniel, Carol, Matthew, Ruth, Anthony, Sharon, Mark, Laura, Paul, Sarah,
        Steven, Andrew, Jessica, George, Kevin, Angela, Brian, Melissa, Edward, Amy, Timothy, Anna, Jason,
        Rebecca, Ryan, Jacob, Martha, Nicholas, Eric, Amanda, Jonathan, Stephanie, Justin, Marie, Scott, Janet,
        Frank, Benjamin, Gregory, Joyce, Samuel, Diane, Raymond, Alice, Patrick, Julie, Alexander, Jack,
        Teresa, Dennis, Jerry, Gloria, Tyler, Evelyn, Aaron, Henry, Jose, Douglas, Katherine, Peter, Joan,
        Adam, Ashley, Nathan, Judith, Zachary, Rose, Walter, Kyle, Kelly, Harold, Nicole, Carl, Jeremy,
        Christina, Keith, Roger, Gerald, Ethan, Denise, Arthur, Terry, Irene, Christian, Jane, Sean, Lawrence,
        Rachel, Marilyn, Joe, Andrea, Noah, Jesse, Louise, Albert, Sara, Anne, Billy, Bruce, Jordan, Julia,
        Dylan, Ruby, Alan, Gabriel, Roy, Juan, Paula, Wayne, Diana, Logan, Emily, Louis, Robin, Vincent,
        Crystal, Philip, Rita, Marta, Ivan, Olga, Pedro, Lucia, Hans, Greta, Yuki, Kenji, Priya, Arjun, Fatima,
        Omar, Chen, Mei, Lars, Ingrid, Nadia, Boris, Elena, Hugo, Clara, Felix, Zoe, Leo, Mia, Oscar, Nina,
        Max, Ella, Tom, Sam, Ben, Kate, Jim, Bob, Dan, Meg, Tim, Jill, Nick, Emma, Liam, Olivia, Sophia, Lucas,
        Chloe, Grace, Owen, Isaac, Maya, Aisha, Bill, Steve, Mike, Chris, Alex, Eva, Lily, Ian, Victor, Simon,
        Mateo, Camila, Diego, Valentina, Javier, Carmen, Sofia, Luca, Giulia, Matteo, Chiara, Pierre, Camille,
        Antoine, Jonas, Anke, Jurgen, Heidi, Sven, Astrid, Bjorn, Freya, Piotr, Agnieszka, Marek, Zofia,
        Dmitri, Svetlana, Anton, Irina, Nikos, Eleni, Mehmet, Ayse, Emre, Leila, Hassan, Yusuf, Amina, Karim,
        Samira, Ali, Noor, Ravi, Anjali, Sanjay, Lakshmi, Vikram, Deepa, Wei, Ling, Jun, Hana, Haruto, Sakura,
        Takeshi, Akira, Minho, Jiwoo, Linh, Thanh, Kofi, Ama, Kwame, Zola, Chidi, Ngozi, Thabo, Imani, Tariq,
        Moana, Kai, Sione, Eoin, Siobhan, Rhys, Cerys, Hamish, Fiona, Ezra, Naomi, Levi, Miriam, Abigail,
        Harper, Mason, Ava, Luna, Theo, Finn, Isla, Poppy, Archie, Freddie, Hazel, Iris, Violet, Stella, Caleb,
        Eli"""),
    "last": _words("""
        Smith, Johnson, Brown, Jones, Miller, Davis, Wilson, Anderson, Taylor, Moore, Jackson, Martin, Lee,
        Thompson, White, Harris, Clark, Lewis, Walker, Young, Allen, King, Wright, Hill, Green, Adams, Baker,
        Carter, Turner, Parker, Evans, Collins, Morris, Murphy, Cook, Cooper, Reed, Ward, Gray, Brooks, Wood,
        Price, Foster, Ross, Fisher, Garcia, Lopez, Silva, Costa, Santos, Rossi, Weber, Schmidt, Novak, Tanaka,
        Sato, Patel, Singh, Khan, Larsen, Hart, Stone, Frost, Kim, Nguyen, Park, Suzuki, Yamamoto, Chang, Wong,
        Gupta, Sharma, Haddad, Okafor, Mensah, Ivanov, Petrov, Kowalski, Nowak, Muller, Fischer, Becker,
        Dubois, Laurent, Moreau, Romano, Ferrari, Ricci, Fernandez, Torres, Ramirez, Pereira, Almeida,
        Andersen, Nilsson, Lindberg, Virtanen, Jansen, Visser, Campbell, Stewart, Hughes, Bennett, Powell,
        Hayes, Bishop"""),
    "city": _words("""
        Lisbon, Paris, London, Berlin, Madrid, Rome, Vienna, Prague, Oslo, Dublin, Athens, Warsaw, Helsinki,
        Stockholm, Copenhagen, Budapest, Zurich, Geneva, Milan, Naples, Venice, Barcelona, Porto, Lyon, Munich,
        Hamburg, Brussels, Amsterdam, Edinburgh, Manchester, Liverpool, Bristol, Oxford, Cambridge, Boston,
        Chicago, Seattle, Denver, Austin, Dallas, Houston, Miami, Atlanta, Detroit, Portland, Phoenix, Toronto,
        Montreal, Vancouver, Sydney, Melbourne, Perth, Tokyo, Osaka, Kyoto, Seoul, Beijing, Shanghai,
        Singapore, Bangkok, Hanoi, Delhi, Mumbai, Istanbul, Cairo, Nairobi, Lagos, Lima, Bogota, Santiago,
        Havana, San Diego, New York, New Orleans, Las Vegas, San Francisco, Buenos Aires, Krakow, Gdansk,
        Leipzig, Dresden, Cologne, Frankfurt, Stuttgart, Basel, Salzburg, Turin, Florence, Bologna, Palermo,
        Seville, Valencia, Malaga, Nice, Marseille, Toulouse, Rotterdam, Antwerp, Bergen, Gothenburg, Tallinn,
        Riga, Vilnius, Sofia, Bucharest, Belgrade, Zagreb, Glasgow, Leeds, Cardiff, Belfast, Cork,
        Philadelphia, Baltimore, Nashville, Memphis, Cleveland, Los Angeles, Salt Lake City, Calgary, Ottawa,
        Auckland, Brisbane, Jakarta, Manila, Taipei, Casablanca, Tunis, Accra, Cape Town, Mexico City, Quito,
        Tel Aviv, Dubai, Kyiv"""),
    "country": _words("""
        France, Germany, Spain, Italy, Portugal, Greece, Turkey, Egypt, Kenya, Nigeria, Morocco, India, China,
        Japan, Korea, Thailand, Vietnam, Brazil, Peru, Chile, Argentina, Mexico, Canada, Cuba, Iceland, Norway,
        Sweden, Finland, Denmark, Poland, Austria, Hungary, Ireland, Scotland, Wales, Russia, Israel, Nepal,
        Australia, New Zealand, Ecuador, Bolivia, Colombia, Uruguay, Panama, Jamaica, Ghana, Senegal, Ethiopia,
        Tanzania, Tunisia, Jordan, Lebanon, Iran, Pakistan, Malaysia, Indonesia, Mongolia, Croatia, Serbia,
        Romania, Bulgaria, Estonia, Latvia, Belgium, Switzerland, Malta, Cyprus, Ukraine, Madagascar, South
        Africa, Sri Lanka, Costa Rica"""),
    "job": _words("""
        baker, teacher, doctor, nurse, lawyer, engineer, carpenter, plumber, farmer, pilot, chef, waiter,
        dentist, painter, writer, singer, actor, dancer, judge, tailor, butcher, barber, miner, sailor,
        soldier, guard, driver, mechanic, electrician, architect, librarian, journalist, photographer,
        gardener, banker, accountant, clerk, secretary, translator, chemist, biologist, historian, poet,
        musician, pianist, coach, firefighter, police officer, postman, bus driver, software engineer,
        scientist, student, manager, professor, surgeon, detective, astronaut, fisherman, tour guide, cook,
        cashier, bartender, hairdresser, receptionist, security guard, taxi driver, truck driver, flight
        attendant, babysitter, cleaner, gym teacher, veterinarian, pharmacist, psychologist, physicist,
        economist, editor, reporter, designer, web designer, programmer, data analyst, sculptor, comedian,
        magician, clown, guitarist, conductor, composer, beekeeper, shepherd, florist, jeweler, shoemaker,
        watchmaker, blacksmith, bricklayer, roofer, welder, mayor, diplomat, spy, priest, model, stuntman,
        lifeguard, train driver, interpreter, social worker, real estate agent, paramedic, midwife,
        physiotherapist, optician, salesman"""),
    "fruit": _words("""
        apples, bananas, cherries, grapes, oranges, lemons, pears, peaches, plums, mangoes, strawberries,
        blueberries, melons, figs, dates, pineapples, raspberries, apricots, kiwis, limes, coconuts, papayas,
        watermelons, cranberries, blackberries, nectarines, avocados, pomegranates, mandarins, tangerines,
        grapefruits, gooseberries, guavas, lychees"""),
    "food": _words("""
        carrots, potatoes, tomatoes, onions, mushrooms, pizza, pasta, sushi, rice, noodles, soup, salad, bread,
        cheese, butter, chocolate, ice cream, cake, cookies, pancakes, waffles, honey, jam, yogurt, eggs,
        bacon, ham, chicken, beef, lamb, fish, shrimp, crab, tofu, beans, lentils, peas, corn, pumpkin,
        spinach, cabbage, garlic, walnuts, almonds, peanuts, popcorn, tacos, curry, dumplings, burgers, fried
        rice, apple pie, lasagna, olives, sandwiches, sausages, steak, candy, nuts, broccoli, cauliflower,
        cucumbers, celery, radishes, zucchini, asparagus, eggplant, chili, ginger, meatballs, ravioli,
        spaghetti, gnocchi, risotto, omelettes, toast, muesli, porridge, donuts, muffins, brownies, croissants,
        pretzels, cheesecake, pudding, marshmallows, chips, french fries, fish fingers, fried eggs, mashed
        potatoes, hot dogs, kebab, falafel, hummus, oysters, lobster, salmon, tuna, duck, turkey, roast beef,
        goat cheese, dark chocolate, maple syrup, peanut butter, sweet potatoes, seaweed, raisins"""),
    "drink": _words("""
        coffee, tea, green tea, milk, water, apple juice, orange juice, lemonade, hot chocolate, beer, red
        wine, white wine, cider, cola, espresso, mint tea, juice, whiskey, black tea, iced tea, cappuccino,
        tomato juice, mineral water, ginger ale, coconut water, milkshakes, champagne, gin, rum, cocoa, iced
        coffee, root beer, oat milk, herbal tea, grape juice, cherry juice, almond milk, pear juice"""),
    "hobby": _words("""
        chess, painting, fishing, hiking, swimming, running, cycling, dancing, singing, reading, cooking,
        baking, gardening, knitting, sewing, pottery, photography, skiing, surfing, sailing, climbing, camping,
        yoga, boxing, tennis, golf, football, soccer, basketball, baseball, hockey, rugby, archery, karate,
        poker, video games, drawing, writing, poetry, rowing, horse riding, skating, skateboarding,
        snowboarding, diving, fencing, judo, bowling, badminton, volleyball, table tennis, bird watching,
        stargazing, calligraphy, origami, woodworking, juggling, magic tricks, model trains, crossword puzzles,
        board games, embroidery, ballet, salsa dancing, meditation, beekeeping, wine tasting, theater,
        geocaching, weightlifting"""),
    "instrument": _words("""
        piano, guitar, violin, drums, flute, trumpet, cello, harp, saxophone, banjo, clarinet, organ, ukulele,
        viola, oboe, trombone, accordion, harmonica, tuba, double bass, bagpipes, xylophone, mandolin, recorder"""),
    "animal": _words("""
        dog, cat, horse, rabbit, hamster, parrot, turtle, snake, lizard, goldfish, pony, goat, pig, duck,
        chicken, donkey, mouse, canary, frog, spider, monkey, sheep, cow, llama, hedgehog, fox, owl, puppy,
        kitten, bird, guinea pig, ferret, chinchilla, gecko, iguana, tortoise, budgie, cockatoo, pigeon, goose,
        swan, turkey, bull, calf, camel, bear, wolf, deer, squirrel, rat, beaver, otter, penguin, seal, tiger,
        lion, elephant, bat, crow, eagle, bee, scorpion, crab"""),
    "color": _words("""
        red, blue, green, yellow, orange, purple, pink, black, white, brown, gray, gold, silver, turquoise,
        violet, beige, crimson, navy, maroon, teal, magenta, lilac, cream, olive, ivory, light blue, dark
        green, bright red"""),
    "thing": _words("""
        key, book, lamp, phone, wallet, umbrella, hat, coat, scarf, bag, suitcase, laptop, camera, watch, ring,
        necklace, mirror, clock, vase, chair, table, sofa, carpet, pillow, blanket, knife, spoon, plate, bowl,
        cup, bottle, kettle, pan, hammer, drill, ladder, rope, bucket, broom, guitar, violin, drum, ball, kite,
        puzzle, map, letter, notebook, pencil, pen, ticket, passport, bicycle, helmet, tent, lantern, candle,
        compass, telescope, radio, battery, toolbox, statue, trophy, medal, crown, sword, diary, printer, box,
        car, painting, jacket, basket, treasure, report, charger, headset, keyboard, tablet, remote control,
        microphone, television, fan, heater, vacuum cleaner, broomstick, toothbrush, towel, comb, razor, soap
        dish, bathrobe, backpack, purse, glove, sock, shoe, boot, belt, tie, sweater, bracelet, earring,
        brooch, screwdriver, saw, axe, shovel, rake, wheelbarrow, hose, paintbrush, tape measure, flashlight,
        match, lighter, teapot, mug, glass, fork, corkscrew, cutting board, toaster, blender, jar, lunch box,
        cookbook, dictionary, newspaper, magazine, envelope, stamp, postcard, photo, calendar, folder, stapler,
        ruler, globe, skateboard, sled, surfboard, tennis racket, doll, teddy bear, board game, deck of cards,
        trumpet, flute, bell, whistle, mask, wig, fishing rod, sleeping bag, bookcase, armchair, stool,
        mattress, curtain, contract, certificate, invoice, spare key, credit card, driving license, library
        card, wedding ring"""),
    "place": _words("""
        kitchen, garden, garage, attic, basement, bathroom, bedroom, living room, office, library, school,
        hospital, museum, theater, station, airport, harbor, market, bakery, church, castle, tower, park,
        forest, barn, warehouse, factory, shed, cellar, hallway, gym, hotel, restaurant, cafe, bank, post
        office, police station, town hall, meeting room, dining room, guest room, laundry room, pantry, study,
        nursery, lobby, waiting room, classroom, laboratory, workshop, studio, greenhouse, stable, chapel,
        cinema, supermarket, pharmacy, town square, stadium, swimming pool, courtyard, tunnel, cave, cabin,
        cottage, palace, prison, lighthouse"""),
    "vehicle": _words("""
        car, truck, van, bicycle, motorbike, boat, bus, taxi, scooter, train, tractor, plane, tram, ferry,
        helicopter, moped, subway"""),
    "material": _words("""
        wood, glass, steel, gold, silver, stone, paper, leather, cotton, silk, wool, plastic, copper, clay,
        iron, marble, bronze, rubber, cardboard, bamboo, velvet, concrete, wax, ivory, porcelain, aluminum"""),
    "product": _words("""
        shoes, toys, cars, bicycles, chairs, lamps, clocks, phones, robots, tractors, candles, pianos, cameras,
        boats, tents, pencils, glasses, batteries, carpets, drones, soap, bricks, windows, umbrellas,
        computers, sofas, mattresses, tables, doors, keys, knives, spoons, plates, mugs, cups, hats, shirts,
        jackets, socks, gloves, backpacks, suitcases, watches, rings, necklaces, guitars, violins, books,
        magazines, posters, paintings, telescopes, engines, tires, helicopters, airplanes, ships, trains,
        scooters, toothbrushes, perfumes, medicines, tools, pumps, elevators, refrigerators, ovens"""),
    "subject": _words("""
        math, history, biology, chemistry, physics, geography, music, art, law, medicine, economics,
        philosophy, computer science, engineering, psychology, literature, statistics, astronomy, geology,
        sociology, archaeology, anthropology, linguistics, architecture, politics, theology, botany, zoology,
        drama, design, business, finance, journalism, dentistry, nursing, robotics, ecology"""),
    "language": _words("""
        English, French, German, Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Finnish, Polish,
        Russian, Greek, Turkish, Arabic, Hindi, Thai, Chinese, Japanese, Korean, Latin, Norwegian, Icelandic,
        Czech, Hungarian, Romanian, Ukrainian, Hebrew, Persian, Urdu, Bengali, Tamil, Vietnamese, Swahili,
        Welsh, Irish, Catalan"""),
    "activity": _words("""
        a picnic, dinner, lunch, breakfast, a meeting, an argument, a long walk, a phone call, a game of chess,
        coffee, a party, a race, a dance, an interview, a chat, a tennis match, a bike ride, a barbecue, a
        talk, a drink, a date, a fight, a snowball fight, a glass of wine, a cup of tea, an ice cream, a boat
        trip, a swim, a conversation, a discussion, a quarrel, a job interview, a video call, a guitar lesson,
        a road trip, a sleepover, brunch, supper, a card game, a lesson"""),
    "adjective": _words("""
        wonderful, lovely, long, short, nice, great, quiet, pleasant, small, big, delicious, strange, fun,
        funny, cozy, terrible, boring, memorable, quick, romantic, peaceful, noisy, unusual"""),
    "relative": _words("""
        sister, brother, mother, father, wife, husband, boss, neighbor, cousin, uncle, aunt, teacher, doctor,
        roommate, son, daughter, dog, cat, horse, grandmother, grandfather, nephew, niece, stepfather,
        girlfriend, boyfriend, twin brother, little sister, colleague, dentist, lawyer, landlord, coach, parrot"""),
    "secret": _words("""
        password, code, secret code, number, secret word, PIN, door code, locker code, access code, email
        password, username"""),
    "role": _words("boss, founder, owner, director, manager, chairman, head, president"),
    "ruler": _words("king, queen, president, prime minister, emperor, chancellor"),
    "transport": _words("train, bus, plane, boat, ferry, tram, flight, shuttle"),
    "day": _words("Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday"),
    "month": _words("January, February, March, April, May, June, July, August, September, October, November, December"),
    "container": _words("""
        drawer, cupboard, fridge, safe, trunk, locker, desk, closet, wardrobe, freezer, suitcase, cardboard
        box, glove compartment, mailbox, bathtub, sink, oven, washing machine, dishwasher, laundry basket,
        toolbox, jewelry box, piano, flower pot, treasure chest, filing cabinet, bookcase, handbag, backpack,
        coat pocket, cookie jar, trash can, vase, chest of drawers"""),
    "landmark": _words("""
        station, airport, museum, library, church, school, hospital, hotel, supermarket, bakery, bank, post
        office, town hall, theater, cinema, stadium, zoo, park, market, harbor, castle, cathedral, swimming
        pool, gym, pharmacy, bookshop, bus stop, police station, university, gallery, restaurant, cafe,
        shopping mall, train station, mosque, synagogue, temple, fire station, opera, sports center"""),
    "chamber": _words("""
        kitchen, bathroom, bedroom, living room, dining room, guest room, office, library, meeting room,
        laundry room, classroom, waiting room, cafeteria, laboratory, gym, nursery, studio, reception, shoe
        department, toy department"""),
    "ordinal": _words("first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth, eleventh, twelfth"),
    "count": _words("two, three, four, five, six, seven, eight, nine, ten, eleven, twelve"),
    "countable": _words("""
        children, sons, daughters, brothers, sisters, cats, dogs, horses, grandchildren, cousins, bicycles,
        cars, jobs, houses, chickens, nephews, guitars, suitcases, tickets"""),
    "family": _words("""
        sister, brother, mother, father, wife, husband, cousin, uncle, aunt, son, daughter, neighbor,
        grandmother, grandfather, girlfriend, boyfriend, best friend, roommate"""),
    "expert": _words("""
        doctor, dentist, lawyer, hairdresser, eye doctor, vet, accountant, therapist, optician, mechanic,
        barber, plumber, architect, surgeon"""),
    "belonging": _words("""
        car, house, coat, bicycle, hat, front door, backpack, umbrella, scarf, boat, jacket, suitcase, bedroom,
        motorbike, sofa, fence, phone, tent, mailbox"""),
    "auto": _words("""
        car, truck, van, motorbike, bus, taxi, scooter, tractor, jeep, pickup truck, sports car, minivan,
        camper, limousine, delivery van, ambulance, fire engine, moped"""),
    "season": _words("spring, summer, autumn, winter"),
    "sport": _words("""
        soccer, football, tennis, basketball, baseball, volleyball, handball, hockey, ice hockey, rugby,
        cricket, golf, badminton, table tennis, boxing, judo, karate, fencing, rowing, swimming, gymnastics,
        water polo, cycling, archery, squash, wrestling, sumo, surfing, polo, darts"""),
    "game": _words("""
        chess, checkers, poker, cards, tennis, badminton, table tennis, soccer, basketball, volleyball, golf,
        darts, pool, dominoes, backgammon, bingo, hide and seek, video games, mini golf, cricket, rugby,
        squash, snooker, solitaire, dice"""),
    "music": _words("""
        jazz, rock, opera, classical music, folk music, hip hop, techno, blues, reggae, country music, heavy
        metal, soul, pop music, punk, salsa, gospel, disco, swing, funk, tango, chamber music, bluegrass"""),
    "collectible": _words("""
        stamps, coins, postcards, shells, dolls, teapots, old maps, comic books, butterflies, stones, feathers,
        beer mats, records, vinyl records, teddy bears, marbles, masks, keychains, thimbles, model cars,
        fossils, crystals, autographs, old radios, snow globes, bottle caps, buttons, spoons, swords, movie
        posters"""),
    "dish": _words("""
        lasagna, onion soup, chicken soup, vegetable soup, curry, chili, risotto, paella, beef stew, goulash,
        fried rice, roast chicken, spaghetti, meatballs, ramen, fish soup, mushroom risotto, pumpkin soup,
        tomato soup, stuffed peppers, macaroni and cheese, pot roast, grilled fish, couscous, lamb curry,
        noodle soup, dumplings, shepherd's pie, tacos, enchiladas, ratatouille, potato salad, pea soup, fish
        curry, carbonara, bean soup, pad thai"""),
    "pastry": _words("""
        bread, cookies, apple pie, pancakes, muffins, brownies, cupcakes, cheesecake, chocolate cake, carrot
        cake, lemon cake, cherry pie, croissants, pretzels, banana bread, gingerbread, scones, bagels, rolls,
        biscuits, waffles, pizza, plum cake, rye bread, cinnamon rolls, honey cake, buns, pecan pie, tarts,
        fruit tarts"""),
    "plant": _words("""
        roses, tulips, sunflowers, tomatoes, potatoes, pumpkins, carrots, beans, peas, lettuce, strawberries,
        raspberries, cucumbers, onions, garlic, herbs, basil, mint, lavender, daisies, lilies, orchids,
        cabbage, peppers, corn, apple trees, cherry trees, zucchini, spinach, radishes"""),
    "prize": _words("""
        gold medal, silver medal, trophy, scholarship, cruise, free meal, new car, trip to the sea, cash prize,
        free ticket, gift card, bottle of wine, basket of fruit, weekend in a hotel"""),
    "garment": _words("""
        red hat, blue coat, white shirt, black suit, green dress, yellow raincoat, leather jacket, gray
        sweater, wool scarf, straw hat, silk tie, long skirt, red dress, brown jacket, denim jacket, white
        dress, uniform, helmet, kimono, wedding dress, striped shirt, blue sweater, winter coat, baseball cap,
        tuxedo, purple scarf, bow tie, bathrobe, gray suit, rain jacket, yellow dress, purple coat, black hat"""),
    "title": _words("""
        The Silver Fox, The Long Winter Road, A Night in June, The Last Lighthouse, Seven Doors, The Glass
        Garden, Under the Old Bridge, The Paper Ship, Songs of the Valley, The Clockmaker, A House by the Lake,
        The Forgotten Island, Red Snow, The Singing Stones, Letters from the North, The Blue Lantern, Before
        the Rain, The Secret Staircase, Nine Black Horses, The Moon Thief, The Empty Chair, Wild Honey, The
        Baker of Dreams, A Thousand Miles, The Wooden King, Summer of Foxes, The Stranger at the Gate, Golden
        Hours, The River Below, Midnight Orchard, The Last Dragon, An Honest Thief, City of Bells, The Iron
        Rose, Beyond the Hills"""),
    "verb": _words("""
        paint, clean, repair, borrow, order, collect, sketch, print, pack, kick, push, pull, load, mail, test,
        watch, wash, count, finish, inspect, return, lock, polish, dust, mend, sort, film, open, touch, lift, toss,
        present, auction, import, rent, unpack, install, mark, discover, cover, select, demand, request, accept,
        reject, guard, protect, hammer, scratch, destroy, burn, smash, melt, iron, stitch, photograph, sand, fix"""),
    "contact": _words("""
        call, help, thank, visit, follow, greet, insult, interview, contact, warn, trust, annoy, question, consult,
        impress, defeat, recommend, reward, photograph, remember, kiss, correct, train, coach, attack, miss, trick"""),
    "nameable": _words("""
        boat, band, shop, farm, ship, team, choir, magazine, podcast, pony, kitten, puppy, goat, hamster, donkey,
        robot, doll, dragon, garden, song, game, flower, bird, dance, place, holiday, word, painter, village"""),
    "superlative": _words("tallest, oldest, highest, largest, smallest, newest, ugliest, finest, first, strangest"),
    "nickname": _words("""
        Sunny, Bear, Ace, Sparky, Shorty, Champ, Rocky, Peanut, Ziggy, Duke, Skipper, Tiger, Buddy, Cookie,
        Lucky, Foxy, Boomer, Slim, Rusty, Captain, Smiley, Blondie, Goldie, Turbo, Doc, Pepper, Bunny, Spike,
        Flash, Moose"""),
    "gathering": _words("""
        concert, wedding, exam, party, funeral, conference, picnic, match, meeting, workshop, graduation,
        festival, auction, play, lecture, race, reunion, tournament, barbecue, rehearsal, book club, dinner
        party, school trip, birthday party, chess tournament, job interview, parade, science fair, yoga class,
        dance class, math exam, flea market"""),
    "occasion": _words("""
        wedding, party, concert, dinner party, birthday party, barbecue, picnic, football match, tea party,
        housewarming, movie night, game night, premiere, ballet, costume party, wine tasting, garden party,
        talent show"""),
    "height": tuple(str(cm) for cm in range(148, 206)),
    "size": tuple(str(size) for size in range(34, 49)),
    "altitude": tuple(str(meters) for meters in range(840, 8800, 37)),
    "seat": tuple(f"{row}{letter}" for row in range(1, 41) for letter in "ABCDEF"),
}

CLOSED = frozenset(
    {
        "activity",
        "adjective",
        "color",
        "day",
        "instrument",
        "material",
        "month",
        "relative",
        "role",
        "ruler",
        "secret",
        "transport",
        "vehicle",
        "container",
        "chamber",
        "ordinal",
        "count",
        "countable",
        "family",
        "expert",
        "belonging",
        "auto",
        "season",
        "gathering",
        "occasion",
        "height",
        "size",
        "verb",
        "contact",
        "nameable",
        "superlative",
    }
)
