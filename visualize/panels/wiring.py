"""From an event to what it changes: handlers that compute in turn, show errors as messages and draw the views again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import gradio as gr

from visualize.panels.desk import ENGINE, Desk, message_of
from visualize.panels.parts import Part, Tone, say
from visualize.panels.views import Choice, Views

if TYPE_CHECKING:
    from core.session import Session

QUIET = {"show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True)
class Done:
    """What an operation did: a message, and values for the panel's own components."""

    message: str
    tone: Tone = "good"
    values: dict[Any, Any] = field(default_factory=dict)
    choice: dict[str, Any] = field(default_factory=dict)  # fields of Choice that it changes


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
    ) -> Any:
        """Run `operation(session, *inputs)` on an event, in turn with everyone else, and draw the views again."""

        def handle(session: Session, *own: Any) -> Iterator[Done]:
            yield operation(session, *own)

        return self.streams(triggers, handle, inputs, outputs, takes_event=takes_event)

    def streams(
        self,
        triggers: Any,
        operation: Callable[..., Iterator[dict[Any, Any] | Done]],
        inputs: Sequence[Any] = (),
        outputs: Sequence[Any] = (),
        on_error: dict[Any, Any] | None = None,
        takes_event: bool = False,
    ) -> Any:
        """The same for an operation that shows steps in between: it yields values of components, at last `Done`.

        `on_error` sets the panel's own components back when it fails; with `takes_event` the event's data comes first.
        """
        count = len(inputs)

        def run(key: str, own: Sequence[Any], choice: Choice) -> Iterator[dict[Any, Any]]:
            try:
                with self.desk.working():
                    session = self.desk.session(key)
                    with closing(operation(session, *own)) as steps:  # type: ignore[type-var]
                        for step in steps:
                            yield self._shown(session, step, choice) if isinstance(step, Done) else step
            except Exception as error:
                yield {self.notice: say(message_of(error), "bad"), **(on_error or {})}

        def handle(request: gr.Request, *args: Any) -> Iterator[dict[Any, Any]]:
            yield from run(key_of(request), args[:count], Choice(*args[count:]))

        def handle_event(request: gr.Request, event: gr.EventData, *args: Any) -> Iterator[dict[Any, Any]]:
            yield from run(key_of(request), (event, *args[:count]), Choice(*args[count:]))

        return self._bind(
            triggers,
            handle_event if takes_event else handle,
            [*inputs, *self.views.choice],
            [*outputs, self.notice, *self.views.outputs],
            concurrency_id=ENGINE,
            concurrency_limit=1,
        )

    def replaces(self, trigger: Any, session_from: Callable[..., Session], message: str, inputs: Sequence[Any]) -> Any:
        """Put another session, made from the inputs, in place of this one; when that fails this one stays."""

        def handle(request: gr.Request, *args: Any) -> dict[Any, Any]:
            try:
                with self.desk.working():
                    session = session_from(*args[: len(inputs)])
                    self.desk.store.put(key_of(request), session)
                    shown = self.views.render(session, Choice(*args[len(inputs) :]))
                    return {**shown, self.notice: say(message, "good")}
            except Exception as error:
                return {self.notice: say(message_of(error), "bad")}

        return self._bind(
            trigger,
            handle,
            [*inputs, *self.views.choice],
            [self.notice, *self.views.outputs],
            concurrency_id=ENGINE,
            concurrency_limit=1,
        )

    def looks(self, triggers: Any, change: Callable[[Choice, Any], Choice], tab_only: bool = False) -> Any:
        """Change what is looked at, without computing: `change(choice, event data)` returns the new choice."""

        def handle(request: gr.Request, event: gr.EventData, *args: Any) -> dict[Any, Any]:
            try:
                choice = change(Choice(*args), event)
                return self.views.render(self.desk.session(key_of(request)), choice, tab_only)
            except Exception as error:
                return {self.notice: say(message_of(error), "bad")}

        return self._bind(
            triggers,
            handle,
            list(self.views.choice),
            [self.notice, *self.views.outputs],
            concurrency_limit=None,
            trigger_mode="always_last",
        )

    def _shown(self, session: Session, done: Done, choice: Choice) -> dict[Any, Any]:
        return {
            **self.views.render(session, choice._replace(**done.choice)),
            **done.values,
            self.notice: say(done.message, done.tone),
        }

    @staticmethod
    def _bind(triggers: Any, handle: Callable[..., Any], inputs: list[Any], outputs: list[Any], **options: Any) -> Any:
        events = triggers if isinstance(triggers, (list, tuple)) else [triggers]
        unique = list(dict.fromkeys(outputs))
        if len(events) == 1:
            return events[0](handle, inputs, unique, **QUIET, **options)
        return gr.on(events, handle, inputs, unique, **QUIET, **options)
