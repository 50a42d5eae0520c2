"""The frame while the configuration is read: its bars, and the tree as a first look at the file shows it. Keys and pastes are kept for the frame.

Knows no session. app.py puts screens/main.py in its place.
"""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import Screen

from console.first_look import UNFOLDED, FirstLook
from console.lines import Line, line, run
from console.typed_keys import Typed
from console.widgets.bar import Bar
from console.widgets.painted import Painted

MOST_KEPT = 40


class OpeningScreen(Screen[None]):
    def __init__(self, look: FirstLook | None = None, host: str = "") -> None:
        super().__init__()
        self._look, self._host = look, host
        #: Typed before there was anything to type it on.
        self.kept: list[Typed] = []

    def compose(self) -> ComposeResult:
        yield Bar("title", line(run("Poolhouse", "title-text", bold=True)))
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield Bar("caption-dim", line(run("Connections", "title-text", bold=True)))
                yield OpeningTree(id="opening-tree")
            yield Bar("workspace", id="split-left", classes="splitter -vertical")
            with Vertical(id="centre"):
                yield Bar("caption", line(run("Features View", "title-text", bold=True)))
                yield Bar("workspace", line(run("Reading the configuration…", "quiet")))
        yield Bar("field")
        yield Bar("title")

    def on_mount(self) -> None:
        self.set_class(self.size.width < 100, "-narrow")
        tree = self.query_one(OpeningTree)
        tree.can_focus = False
        if self._look is not None:
            tree.set_lines(tree_lines(self._look, self._host))

    def on_key(self, event: events.Key) -> None:
        self._keep(events.Key(event.key, event.character))

    def on_paste(self, event: events.Paste) -> None:
        self._keep(events.Paste(event.text))

    def _keep(self, typed: Typed) -> None:
        if len(self.kept) < MOST_KEPT:
            self.kept.append(typed)


class OpeningTree(Painted):
    SELECTS = False
    GROUND = "side"


def tree_lines(look: FirstLook, host: str) -> list[Line]:
    """As widgets/tree.py will draw them: nothing may jump when the frame comes."""
    lines = [
        line(run("▾ ", "quiet"), run(host, bold=True)),
        line(run("    "), run("Application Pools"), right=(run(len(look.pools), "quiet"),)),
        line(run("  "), run("▾ " if look.sites else "  ", "quiet"), run("Sites"), right=(run(len(look.sites), "quiet"),)),
    ]
    folded = len(look.sites) + sum(len(paths) for _, paths in look.sites.values()) > UNFOLDED
    for name, (_, paths) in look.sites.items():
        mode = look.mode_of(name)
        role = "classic" if mode == "Classic" else "integrated"
        arrow = run("▸ ", "quiet")
        lines.append(line(run("    "), arrow, run("○ ", "quiet"), run(name), right=(run(mode[:1] or " ", role, bold=True),)))
        lines += [line(run("      "), arrow, run("◆ ", "quiet"), run(path.strip("/"))) for path in sorted(() if folded else paths)]
    return lines
