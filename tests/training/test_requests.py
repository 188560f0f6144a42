"""Who told whom to do what."""

from __future__ import annotations

import re

from core.training.drafts import REVERSE, UNKNOWN, Draft, Question
from core.training.phrasing import Phraser
from core.training.requests import asked_to
from core.training.world import World

EARLIER = Question("color|ball", "What color is the ball?", "red")


def test_who_told_whom_to_do_what() -> None:
    world, topics = World(5), set[bool | str]()
    for _ in range(300):
        draft = Draft(questions=[EARLIER])
        said, clauses = asked_to(Phraser(world, draft, True))
        assert not clauses, "whether it was done is not told"
        assert draft.questions[0] == EARLIER
        assert re.search(r" to \w+", said)
        for question in draft.questions[1:]:
            assert question.answer in said, (said, question)
            assert question.text[0].isupper()
            assert question.text.endswith("?")
        (left,) = draft.absent
        assert left.answer == UNKNOWN
        assert left.text not in {question.text for question in draft.questions}
        topics |= {question.topic.startswith(REVERSE) for question in draft.questions}
        topics |= {word for question in draft.questions for word in ("should", "must", "can") if word in question.text}
    assert topics == {True, False, "should", "must", "can"}
