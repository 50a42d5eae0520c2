"""The frame's bars alone: what stands on the screen while the configuration is read.

Knows no session. app.py puts screens/main.py in its place.
"""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from console.lines import line, run
from console.widgets.bar import Bar


class OpeningScreen(Screen[None]):
    def compose(self) -> ComposeResult:
        yield Bar("title", line(run("Poolhouse", "title-text", bold=True)))
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield Bar("caption-dim", line(run("Connections", "title-text", bold=True)))
            with Vertical(id="centre"):
                yield Bar("caption", line(run("Features View", "title-text", bold=True)))
                yield Bar("workspace", line(run("Reading the configuration…", "quiet")))
        yield Bar("field")
        yield Bar("title")

    def on_mount(self) -> None:
        self.set_class(self.size.width < 100, "-narrow")
