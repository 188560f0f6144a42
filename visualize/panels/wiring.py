"""From an event to what it changes: handlers that compute in turn, show errors as messages and draw the views again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import gradio as gr

from core.errors import BusyError
from visualize.panels.choice import NOTHING, Choice
from visualize.panels.desk import ENGINE, PATIENCE, Desk, message_of
from visualize.panels.parts import Part, Tone, say
from visualize.panels.views import Views

if TYPE_CHECKING:
    from core.session import Session

QUIET = {"show_progress": "hidden", "api_visibility": "private"}
GLANCE = 0.5
"""Seconds after which a request that waits says so, and looks again."""

Values = dict[Any, Any]
"""New values of components."""


def waiting(ahead: int) -> str:
    """What a request says while it waits."""
    return f"Waiting for its turn: {ahead} request{'' if ahead == 1 else 's'} before this one …"


@dataclass(frozen=True)
class Done:
    """What an operation did: a message, and values for the panel's own components."""

    message: str
    tone: Tone = "good"
    values: Values = field(default_factory=dict)
    choice: dict[str, Any] = field(default_factory=dict)  # fields of Choice that it changes
    stays: bool = False  # in the time that is looked at; else the page jumps to the present


def key_of(request: gr.Request) -> str:
    """Whose session it is: one page or one client."""
    return request.session_hash or "nobody"


class Wiring:
    """Binds events to operations on the session of whoever caused them."""

    def __init__(self, desk: Desk, views: Views, notice: Part) -> None:
        self.desk, self.views, self.notice = desk, views, notice

    def computes(
        self,
        triggers: Any,
        operation: Callable[..., Done],
        inputs: Sequence[Any] = (),
        outputs: Sequence[Any] = (),
        takes_event: bool = False,
        takes_key: bool = False,
    ) -> Any:
        """Run `operation(session, *inputs)` on an event, in turn with everyone else, and draw the views again."""

        def handle(session: Session, *own: Any) -> Iterator[Done]:
            yield operation(session, *own)

        return self.streams(triggers, handle, inputs, outputs, takes_event=takes_event, takes_key=takes_key)

    def streams(
        self,
        triggers: Any,
        operation: Callable[..., Iterator[Values | Done]],
        inputs: Sequence[Any] = (),
        outputs: Sequence[Any] = (),
        on_error: Values | None = None,
        takes_event: bool = False,
        takes_key: bool = False,
        in_turn: bool = True,
    ) -> Any:
        """The same for an operation that shows steps in between: it yields values of components, at last `Done`.

        `on_error` sets the panel's own components back when it fails; with `takes_key` the page's key comes first,
        with `takes_event` the event's data then. What does not need the model's turn says so with `in_turn=False`.
        """

        def run(key: str, own: Sequence[Any]) -> Iterator[Values]:
            def work() -> Iterator[Values]:
                session = self.desk.session(key)
                with closing(operation(session, *own)) as steps:  # type: ignore[type-var]
                    for step in steps:  # the page's session may have become another one
                        yield self._shown(key, self.desk.session(key), step) if isinstance(step, Done) else step

            yield from (self.in_turn if in_turn else self.explained)(work, on_error)

        def handle(request: gr.Request, *own: Any) -> Iterator[Values]:
            key = key_of(request)
            yield from run(key, (key, *own) if takes_key else own)

        def handle_event(request: gr.Request, event: gr.EventData, *own: Any) -> Iterator[Values]:
            key = key_of(request)
            yield from run(key, (key, event, *own) if takes_key else (event, *own))

        seen = [*outputs, self.notice, *self.views.outputs]
        limits: dict[str, Any] = ENGINE if in_turn else {"concurrency_limit": 2}
        return bind(triggers, handle_event if takes_event else handle, inputs, seen, **limits)

    def replaces(self, trigger: Any, session_from: Callable[..., Session], message: str, inputs: Sequence[Any]) -> Any:
        """Put another session, made from this one and the inputs, in its place; when that fails this one stays."""

        def handle(request: gr.Request, *own: Any) -> Iterator[Values]:
            key = key_of(request)

            def work() -> Iterator[Values]:
                session = session_from(self.desk.session(key), *own)
                self.desk.store.put(key, session)
                choice = self.views.looking.get(key)._replace(**NOTHING, step=None)
                yield {**self.views.render(key, session, choice), self.notice: say(message, "good")}

            yield from self.in_turn(work)

        return bind(trigger, handle, inputs, [self.notice, *self.views.outputs], **ENGINE)

    def looks(
        self,
        triggers: Any,
        change: Callable[..., Choice],
        inputs: Sequence[Any] = (),
        tab_only: bool = False,
    ) -> Any:
        """Change what is looked at, without computing: `change(choice, event data, *inputs)` returns the new choice."""

        def handle(request: gr.Request, event: gr.EventData, *own: Any) -> Values:
            try:
                key = key_of(request)
                with self.views.looking.alone(key):
                    choice = change(self.views.looking.get(key), event, *own)
                    return self.views.render(key, self.desk.session(key), choice, tab_only)
            except Exception as error:
                return {self.notice: say(message_of(error), "bad")}

        seen = [self.notice, *self.views.outputs]
        # Not "always_last": gradio then sends the last event with the data of the first one.
        return bind(triggers, handle, inputs, seen, concurrency_limit=None, trigger_mode="multiple")

    def switches(self, radio: Any, part: str, options: Sequence[tuple[str, Any]]) -> Any:
        """A radio sets one part of the choice, on its own tab."""
        known = [value for _, value in options]

        def change(choice: Choice, _: Any, value: Any) -> Choice:
            return choice._replace(**{part: value if value in known else known[0]})

        return self.looks(radio.input, change, [radio], tab_only=True)

    def in_turn(self, work: Callable[[], Iterator[Values]], on_error: Values | None = None) -> Iterator[Values]:
        """Values of components, computed when the turn has come; a message while others are before, and on errors."""

        def waits() -> Iterator[Values]:
            with self.desk.turns.place() as place:
                waited = 0
                while not place.wait(GLANCE):
                    waited += 1
                    if waited * GLANCE > PATIENCE:
                        raise BusyError("The model was busy with other requests for too long: try again in a moment.")
                    yield {self.notice: say(waiting(place.ahead), "waiting")}
                if waited:
                    yield {self.notice: say("")}
                yield from work()

        yield from self.explained(waits, on_error)

    def explained(self, work: Callable[[], Iterator[Values]], on_error: Values | None = None) -> Iterator[Values]:
        """Values of components; an error becomes a message."""
        try:
            yield from work()
        except Exception as error:
            yield {self.notice: say(message_of(error), "bad"), **(on_error or {})}

    def _shown(self, key: str, session: Session, done: Done) -> Values:
        present = {} if done.stays else {"step": None}
        with self.views.looking.alone(key):
            choice = self.views.looking.get(key)._replace(**{**present, **done.choice})
            shown = self.views.render(key, session, choice)
        return {**shown, **done.values, self.notice: say(done.message, done.tone)}


def bind(triggers: Any, handle: Callable[..., Any], inputs: Sequence[Any], outputs: Sequence[Any], **more: Any) -> Any:
    """Bind a handler to one event or to several; a component may be named more than once."""
    events = triggers if isinstance(triggers, (list, tuple)) else [triggers]
    unique = list(dict.fromkeys(outputs))
    if len(events) == 1:
        return events[0](handle, list(inputs), unique, **QUIET, **more)
    return gr.on(events, handle, list(inputs), unique, **QUIET, **more)
