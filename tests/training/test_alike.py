"""Scenes of two that are alike; `test_contrasts` reads every way of telling, these too."""

from __future__ import annotations

import re
from collections.abc import Callable

from core.training import alike, sights
from core.training.cast import Cast
from core.training.drafts import UNKNOWN, Draft, Question
from core.training.phrasing import Phraser, Told
from core.training.scenes import Asker
from core.training.world import World

COUNT = 200


def told(way: Callable[[Phraser], Told], seed: int = 12) -> list[tuple[str, list[Question], list[Question]]]:
    """Texts with what is asked about them, and what they leave open."""
    world, texts, drawn_again = World(seed), [], 0
    for _ in range(COUNT):
        draft = Draft()
        say = Phraser(world, draft, True)
        said, clauses = way(say)
        asker = Asker(say)
        for clause in clauses:
            asker.ask(clause)
        if len(clauses) == 2:
            asker.ask_crosswise(*clauses)
        if draft.contradicts_itself:  # seldom, of two who did it together: then a world draws another context
            drawn_again += 1
            continue
        texts.append((said, draft.questions, list(draft.finished().absent)))
    assert drawn_again <= COUNT // 100
    return texts


def test_of_two_who_did_the_same_each_is_asked_for_by_what_it_was() -> None:
    seen = 0
    for _, asked, _ in told(alike.each):
        who = {q.key: q.answer for q in asked if q.topic.startswith("who ") and "|" in q.key and q.answer[0].isupper()}
        things = {q.key.partition("|")[2]: q.answer for q in asked if q.topic.endswith(" thing")}
        if len(things) == 2 and len(who) >= 2:
            seen += 1
            assert len(set(things.values())) == 2
            assert set(who.values()) & set(things)
    assert seen > COUNT // 4


def test_of_two_names_each_is_of_its_own() -> None:
    two = 0
    for said, asked, absent in told(alike.names):
        names = {q.key: q.answer for q in asked if q.key.startswith("name|")}
        if names:
            two += 1
            assert len(names) == len(set(names.values())) == 2
            for q in asked:
                if q.key.startswith("who is|"):
                    assert names[f"name|{q.answer}"] == q.key.partition("|")[2]
        assert absent, said
    assert COUNT // 2 < two < COUNT


def test_whoever_is_ahead_is_told_first() -> None:
    for said, asked, absent in told(alike.compared):
        who = [q for q in asked if q.text.startswith("Who ") and not q.text.startswith("Who is it that")]
        assert all(said.startswith(q.answer) for q in who)
        for q in asked:
            if q.answer in ("Yes", "No"):
                first = q.text.removeprefix("Is ").removesuffix("?").partition(" ")[0]
                assert said.startswith(first) == (q.answer == "Yes"), (said, q)
        for one, other in (("is younger", "older"), ("is older", "younger"), ("is taller", "shorter")):
            assert one not in said or f"Who is {other}?" not in {q.text for q in absent}


def test_what_somebody_became_stands_behind_what_they_were() -> None:
    both = 0
    for said, asked, absent in told(alike.changed):
        now = {q.answer for q in asked if q.key.startswith("job now|")}
        before = {q.answer for q in asked if q.key.startswith("job before|")}
        assert len(now) == 1
        assert len(before) <= 1
        both += len(before)
        assert all(said.index(old) < said.index(new) for old in before for new in now if old not in new)
        assert [q.answer for q in absent] == [UNKNOWN]
    assert COUNT // 2 < both < COUNT


def test_where_somebody_came_from_is_not_where_they_went() -> None:
    seen = 0
    for said, asked, _ in told(alike.moved):
        places = {q.topic.rpartition(" ")[2]: q.answer for q in asked if q.topic.endswith((" from", " to"))}
        if places:
            seen += 1
            assert f"from {places['from']}" in said
            assert f"to {places['to']}" in said
            lives = [q.answer for q in asked if q.topic == "lives"]
            assert lives in ([], [places["to"]])
    assert seen > COUNT // 2


def test_other_days_have_other_hours() -> None:
    for said, asked, absent in told(alike.at_times):
        assert len({q.answer for q in asked}) == len({q.key for q in asked}) == 2
        days = [q.topic.partition(" ")[2] for q in asked]
        assert all(day in said for day in days)
        assert absent[0].topic.partition(" ")[2] not in said


def test_how_long_it_took_is_asked_for() -> None:
    texts = [text for text in told(alike.it_took) if re.match(r"it took |[^,]* needed .* to ", text[0])]
    assert len(texts) > COUNT // 2
    for said, asked, _ in texts:
        took = [q for q in asked if q.text.startswith("How long did it take")]
        assert re.search(rf"\b{re.escape(took[0].answer)} to ", said), said


def test_a_thing_is_asked_for_by_what_is_said_of_it() -> None:
    world, asked = World(13), list[tuple[str, Question]]()
    for _ in range(COUNT):
        draft = Draft()
        said, _ = sights.of_a_thing(Cast(world, draft, True))
        asked += [(said, q) for q in draft.questions if q.key.startswith(("which ", "whose "))]
    assert {q.key.partition(" ")[0] for _, q in asked} == {"which", "whose"}
    for said, q in asked:
        assert q.answer in said
        assert q.answer not in q.text


def test_a_verb_may_leave_its_object_unsaid_and_then_it_is_open() -> None:
    world, unsaid = World(14), 0
    for _ in range(4 * COUNT):
        say = Phraser(world, Draft(), True)
        clause = say.composer.clause(say.cast.who())
        if clause.verb.objects and not clause.thing:
            unsaid += 1
            assert clause.place
            assert not clause.receiver
            assert any(q.topic.endswith(" thing") for q in clause.left_open(world.rng))
    assert unsaid


def test_numbers_of_clocks_and_telephones() -> None:
    world = World(15)
    times = [world.value("time") for _ in range(COUNT)]
    assert all(re.fullmatch(r"([1-9]|1\d|2[0-3]):[0-5]\d", time) for time in times)
    assert any(int(time.partition(":")[0]) > 12 for time in times)
    phones = {world.value("phone") for _ in range(COUNT)}
    assert all(re.fullmatch(r"[2-9]\d\d[- ]\d{4}", phone) for phone in phones)
    assert len(phones) > COUNT - 5
    assert {phone[3] for phone in phones} == {"-", " "}
