"""The three panes: tree, page, actions, with their captions and splitters. The pane that has the focus has the lit caption.

Knows no place and no session; what stands in the panes is the frame's. Below some widths the sheet (themes/console.tcss) leaves panes out.
"""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult

from console.lines import line, run
from console.preferences import Preferences
from console.widgets.actions_pane import ActionsPane
from console.widgets.bar import Bar
from console.widgets.splitter import Splitter
from console.widgets.standing import Below, Beside, Switcher
from console.widgets.tree import Tree

#: The least width of a side pane.
LEAST_SIDE = 18


class Panes(Beside):
    def __init__(self, preferences: Preferences, *, id: str) -> None:
        super().__init__(id=id)
        self._preferences = preferences

    def compose(self) -> ComposeResult:
        with Below(id="left"):
            yield _caption("left", "Connections")
            yield Tree(id="tree")
        yield Splitter("vertical", id="split-left")
        with Below(id="centre"):
            yield _caption("centre", "Features View")
            yield Switcher(id="pages")
        yield Splitter("vertical", id="split-right")
        with Below(id="right"):
            yield _caption("right", "Alerts · Actions")
            yield ActionsPane(id="actions")

    def on_mount(self) -> None:
        for name, width in self._preferences.widths.items():
            if name in ("left", "right"):
                self._set_width(name, width)

    @on(Splitter.Dragged)
    def _split(self, event: Splitter.Dragged) -> None:
        """A splitter between a page's own parts is the page's."""
        name, width = {"split-left": ("left", event.at), "split-right": ("right", self.size.width - event.at - 1)}.get(
            event.splitter.id or "", ("", 0)
        )
        if name:
            event.stop()
            self._set_width(name, width)
            if event.done:
                self._preferences.keep_width(name, self._fitting(width))

    def _set_width(self, name: str, width: int) -> None:
        self.query_one(f"#{name}").styles.width = self._fitting(width)

    def _fitting(self, width: int) -> int:
        """The centre keeps room enough."""
        return max(LEAST_SIDE, min(width, self.app.size.width // 3))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self._light_captions()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        self._light_captions()

    def _light_captions(self) -> None:
        focused = self.screen.focused
        for name in ("left", "centre", "right"):
            side = self.query_one(f"#{name}")
            lit = focused is not None and (focused is side or side in focused.ancestors)
            self.query_one(f"#{name}-caption", Bar).set_ground("caption" if lit else "caption-dim")


def _caption(name: str, title: str) -> Bar:
    return Bar("caption-dim", line(run(title, "title-text", bold=True)), id=f"{name}-caption")
