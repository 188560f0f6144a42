"""Everything on the page that shows the trace, and how it is drawn again after something happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr
from plotly.graph_objects import Figure

from core.trace import Trace
from visualize.panels.parts import Part
from visualize.panels.plot import drawn

if TYPE_CHECKING:
    from core.session import Session


class Choice(NamedTuple):
    """What a person looks at. Kept per page, not in the session."""

    tab: Any = "map"
    selected: Any = None  # number of a context
    colour_by: Any = "source"
    question: Any = -1  # the last one


@dataclass(frozen=True)
class View:
    """A component whose value follows from session and choice; on a tab, it is drawn only while that is open."""

    component: Any
    value: Callable[[Session, Choice], Any]
    tab: str | None = None


@dataclass
class Views:
    """All views, with the components that hold the choice."""

    choice: Choice  # the components that hold each of its parts
    views: list[View] = field(default_factory=list)
    plots: list[Part] = field(default_factory=list)

    def add(self, component: Any, value: Callable[[Session, Choice], Any], tab: str | None = None) -> None:
        self.views.append(View(component, value, tab))

    def plot(self, component: Part, tab: str, figure: Callable[[Trace, Choice], Figure]) -> None:
        """Show a figure on a tab."""
        self.plots.append(component)
        self.add(component, lambda session, choice: drawn(figure(session.trace, choice)), tab)

    @property
    def outputs(self) -> list[Any]:
        return [self.choice.tab, self.choice.selected, self.choice.question, *(view.component for view in self.views)]

    def render(self, session: Session, choice: Choice, tab_only: bool = False) -> dict[Any, Any]:
        """New values of all that is visible. A choice that the session does not have any more falls back to none."""
        choice = valid(session.trace, choice)
        shown: dict[Any, Any] = {
            self.choice.tab: choice.tab,
            self.choice.selected: choice.selected,
            self.choice.question: choice.question,
        }
        for view in self.views:
            if view.tab == choice.tab or (view.tab is None and not tab_only):
                shown[view.component] = view.value(session, choice)
        return shown


def valid(trace: Trace, choice: Choice) -> Choice:
    """The choice as far as it exists in this trace."""
    selected = choice.selected
    if selected is not None and not 0 <= selected < len(trace.contexts):
        choice = choice._replace(selected=None)
    if not 0 <= choice.question < len(trace.questions):
        choice = choice._replace(question=-1)
    return choice


def usable(active: bool) -> Any:
    """A button that can or cannot be pressed."""
    return gr.update(interactive=active)
