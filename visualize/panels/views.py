"""Everything on the page that shows the session, and how it is drawn again after something happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import gradio as gr
from plotly.graph_objects import Figure

from visualize.panels.choice import Choice, seen, valid
from visualize.panels.parts import Part
from visualize.panels.plot import drawn

if TYPE_CHECKING:
    from core.session import Session
    from visualize.panels.desk import Desk


@dataclass(frozen=True)
class View:
    """A component whose value follows from session and choice; on a tab, it is drawn only while that is open."""

    component: Any
    value: Callable[[str, Session, Choice], Any]
    tab: str | None = None


@dataclass(frozen=True)
class Plot:
    """A figure on the page."""

    component: Part
    figure: Callable[[Session, Choice], Figure]


MOST = 4096
"""Pages whose choice is remembered; the longest unused one goes first."""


class _Turn:
    """A lock that goes when nobody holds it."""

    def __init__(self) -> None:
        self.lock = RLock()


class Looking:
    """The choice of every page. Held here and not in the page, so that a long request ends in what is seen then."""

    def __init__(self) -> None:
        self._choices: dict[str, Choice] = {}
        self._turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()
        self._lock = Lock()

    @contextmanager
    def alone(self, key: str) -> Iterator[None]:
        """Changes of one page's choice come one after the other."""
        with self._lock:
            turn = self._turns.setdefault(key, _Turn())
        with turn.lock:
            yield

    def get(self, key: str) -> Choice:
        with self._lock:
            return self._choices.get(key, Choice())

    def put(self, key: str, choice: Choice) -> None:
        with self._lock:
            self._choices.pop(key, None)
            self._choices[key] = choice
            while len(self._choices) > MOST:
                del self._choices[next(iter(self._choices))]


@dataclass
class Views:
    """All views."""

    desk: Desk
    views: list[View] = field(default_factory=list)
    plots: list[Plot] = field(default_factory=list)
    looking: Looking = field(default_factory=Looking)

    def add(self, component: Any, value: Callable[[Session, Choice], Any], tab: str | None = None) -> None:
        self.views.append(View(component, lambda _, session, choice: value(session, choice), tab))

    def add_own(self, component: Any, value: Callable[[str, Choice], Any]) -> None:
        """A component whose value follows from the page's key and choice."""
        self.views.append(View(component, lambda key, _, choice: value(key, choice)))

    def plot(self, component: Part, tab: str, figure: Callable[[Session, Choice], Figure]) -> None:
        """Show a figure on a tab."""
        self.plots.append(Plot(component, figure))
        self.add(component, lambda session, choice: drawn(figure(session, choice)), tab)

    def figure(self, component: Part, tab: str, figure: Callable[..., Figure], **more: Any) -> None:
        """Show a figure of the trace; it gets the parts of the choice that it knows by name."""
        self.plot(component, tab, lambda session, choice: seen(figure, session.trace, choice, **more))

    @property
    def outputs(self) -> list[Any]:
        return [view.component for view in self.views]

    def render(self, key: str, session: Session, choice: Choice, tab_only: bool = False) -> dict[Any, Any]:
        """New values of all that is visible on a page; what of its choice the session does not have is let go."""
        choice = valid(session.trace, choice)
        self.looking.put(key, choice)
        shown: dict[Any, Any] = {}
        for view in self.views:
            if view.tab == choice.tab or (view.tab is None and not tab_only):
                shown[view.component] = view.value(key, session, choice)
        return shown


def usable(active: bool) -> Any:
    """A button that can or cannot be pressed."""
    return gr.update(interactive=active)


__all__ = ["Choice", "Plot", "View", "Views", "usable", "valid"]
