"""The status bar: drawn anew for what is selected, and while somebody waits for a judging as that goes on.

Knows no page; what stands in it is console/status.py's.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual import on

from console.feed import Feed
from console.places import SERVER, Place, Target
from console.session import Session
from console.status import Status
from console.widgets.bar import Bar


class StatusBar(Bar):
    def __init__(self, session: Session, feed: Feed) -> None:
        super().__init__("field", id="status")
        self._status = Status(session, feed)
        self._subject: tuple[Place, Sequence[Target]] = (SERVER, ())

    def on_mount(self) -> None:
        self._status.session.judged_on.append(self._draw)

    def on_unmount(self) -> None:
        self._status.session.judged_on.remove(self._draw)

    @on(Bar.Followed)
    def _given_up(self, event: Bar.Followed) -> None:
        event.stop()  # its one link
        self._status.session.give_up()

    def draw(self, place: Place, targets: Sequence[Target]) -> None:
        self._subject = (place, targets)
        self._draw()

    def _draw(self) -> None:
        place, targets = self._subject
        self.show_line(self._status.line(place, self.screen.size.width, targets))
