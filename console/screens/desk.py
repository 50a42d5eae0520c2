"""What a deed is given: the session, the feed, what is selected, and the ways to speak with the user. A protocol, no widget.

Knows no layout. screens/main.py is the one implementation; tests/unit/console use another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from console.actions import Action
from console.copying import Drawn
from console.feed import Entry, Feed
from console.forms import Form
from console.listing import View
from console.places import Place, Target
from console.session import Session

if TYPE_CHECKING:
    from textual.app import App
    from textual.widget import Widget


class Desk(Protocol):
    session: Session
    feed: Feed

    @property
    def place(self) -> Place: ...

    @property
    def targets(self) -> tuple[Target, ...]:
        """What is marked, else what is selected, else the page's own subject."""
        ...

    @property
    def request(self) -> Entry | None:
        """The selected request of Live Requests and Compare."""
        ...

    @property
    def drawn(self) -> Drawn:
        """What the focused pane shows, as text."""
        ...

    @property
    def page(self) -> Widget:
        """The page that is shown: view verbs are methods of it."""
        ...

    @property
    def console(self) -> App[None]: ...

    @property
    def view(self) -> View: ...

    def open(self, place: Place) -> None: ...

    def follow_way(self, way: object) -> None:
        """A place is opened, an action's id is done."""
        ...

    def blocked(self, action: Action) -> str:
        """Why an action does not apply now; "" where it does."""
        ...

    def go(self, direction: str) -> None: ...

    def go_round(self) -> None: ...

    def drawer(self, name: str) -> None: ...

    async def leave(self) -> None: ...

    def lend_mouse(self) -> None:
        """The terminal has the mouse until the next key."""
        ...

    def say(self, text: str, severity: str = "information") -> None: ...

    async def choose(self, title: str, text: str, answers: tuple[str, ...]) -> str: ...

    async def ask(self, title: str, text: str, yes: str) -> bool: ...

    async def fill(self, form: Form, again: Callable[[], Form | None] | None = None) -> Mapping[str, str] | None:
        """What was filled in, None for Cancel. `again` makes the form anew when files change meanwhile; it answers None where its subject is gone."""
        ...

    def copy(self, text: str) -> None: ...

    async def arrived(self, place: Place) -> None:
        """Until the page of a place that was opened is shown."""
        ...

    def redraw(self) -> None: ...

    def select(self, target: Target) -> None: ...

    async def show_popup(self, screen: Any) -> Any: ...
