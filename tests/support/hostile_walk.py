"""A person who looks at every page of the hostile world, whole: each row, its details, its dialogs. On each screen the panes' rules stand.

Knows how pages are reached (page_walk.py), not what they hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from console.actions import ENTRIES, FORMS, GRIDS, by_id
from console.wording.features import SITE_FEATURES
from tests.support import hostile
from tests.support.hostile_world import MARK
from tests.support.page_walk import RESET, ROW, Walk, pages
from tests.support.story_world import World
from tests.support.terminal_driver import Terminal

#: Three panes, and the page's sentence beside its name.
SIZE = (160, 30)
#: Where the rules between the panes stand.
RULES = (30, 130)
#: More rows than are ever written, and screens that they take.
MOST_ROWS, MOST_SCREENS = 60, 12
#: Where only a few pages are looked at.
FEW_ROWS, FEW_SCREENS = 4, 1
#: The key that asks for a dialog about the selected row.
EDITED = {
    **dict.fromkeys((*ENTRIES, "handlers", "modules", "applications", "virtual_directories", "bindings", "trace_failed_requests"), "e"),
    "pools": "b",
    "sites": "b",
}
#: Pages that no declaration has: the page before, its row, the key, what stands there.
OTHERS = {
    "source": ("site", "Configuration Source", "enter", "<configuration>"),
    "live": ("server", "Live Requests", "enter", "/hello"),
    "log": ("pools", "DefaultAppPool", "L", "said"),
}


class HostileWalk(Walk):
    def __init__(self, story: World, strings: Mapping[str, str]) -> None:
        #: What the row begins with that holds all strings in one.
        self.last = f"{MARK}{len(strings):02d}"
        super().__init__(story, {**ROW, "pools": self.last}, (RULES[0] + 1, RULES[1]))

    def to(self, name: str) -> None:
        """Features that a site has are looked at in the shop: all is written there. (The editor leads on to sections of the server.)"""
        feature = next((entry for entry in SITE_FEATURES if entry.page == name), None)
        if name in OTHERS:
            before, row, key, _ = OTHERS[name]
            self.to(before)
            self._row(row)
            self.terminal.press(key)
        elif name == "site":
            self._palette("Go to site Shop")
            self.terminal.until("Shop Home")
        elif name == "requests":
            self.to("worker_processes")
            self._row("DefaultAppPool")
            self.terminal.press("enter")
        elif name == "difference":
            self._takes_one_away()
            self.to("history")
            self._does("show_difference", "")
        elif feature is not None and name != "configuration_editor":
            self.to("site")
            self._row(feature.name)
            self.terminal.press("enter")
        else:
            super().to(name)

    def _takes_one_away(self) -> None:
        """So that there is a change whose name is foreign."""
        self.to("pools")
        self._removes("pools")
        self.terminal.until(lambda seen: not self.story.as_before)
        self.story.undoes()

    # --- what is looked at ---

    def looks(self, name: str, whole: bool) -> None:
        """The whole page, and what is asked about its rows."""
        if name in pages():
            self.stands(name)
        else:
            self.sees(lambda seen: seen.shows(OTHERS[name][-1]))
        if name in FORMS:
            self.terminal.press(*["tab"] * 20)
            self.fenced()
            self._palette(by_id("up").label)
            return
        self._clear()
        self._passes(FEW_SCREENS, FEW_ROWS) if not whole else self._passes(MOST_SCREENS, MOST_ROWS)
        if name in EDITED:
            self._stands_on_the_last(name)
            self.asked_by(EDITED[name])
            if by_id("remove").belongs(name):
                self.asked_by("delete")
        elif name in GRIDS:
            self._row(RESET[name])
            self.asked_by("e")
        elif name == "live":
            self._opens_a_request()
        self._clear()

    def _stands_on_the_last(self, name: str) -> None:
        """Where many rows hold what one is called, on that one."""
        if name in ("pools", "sites"):
            self._row(self.last)
        elif name in ("applications", "virtual_directories"):
            self._row(f"/{self.last}")
        else:
            self.terminal.press("/", self.last, "enter")

    def _passes(self, screens: int, rows: int) -> None:
        for _ in range(screens):
            before = self.lines
            self.terminal.press("pagedown")
            self.fenced()
            if self.lines == before:
                break
        self.terminal.press("home", *["down"] * rows)
        self.fenced()

    def _opens_a_request(self) -> None:
        self.terminal.press("/", "/files/", "enter", "end", "enter")
        self.terminal.until("BEGIN_REQUEST")
        self.fenced()
        self.terminal.press("escape")
        self.terminal.until("Verb")  # before the next key: Esc and it would be one
        self.terminal.press("/", "escape")
        self.terminal.until("Filter  / ")

    def asked_by(self, key: str) -> None:
        """A dialog comes, and is left."""
        self.terminal.press(key)
        self.terminal.until("Cancel")
        assert not hostile.unseen(self.terminal.text)
        self.terminal.press("escape")
        self.sees(lambda seen: not seen.shows("Cancel"))

    def fenced(self) -> None:
        """All keys have been taken: the palette, which is asked for last, has come."""
        self.terminal.press("ctrl+p")
        self.terminal.until("An action, a site")
        assert not hostile.unseen(self.terminal.text)
        self.terminal.press("escape")
        self.sees(lambda seen: not seen.shows("An action, a site"))

    def sees(self, stands: Callable[[Terminal], bool]) -> None:
        """The screen stands, and the rules between the panes with it: nothing was wider than it said."""
        self.terminal.until(lambda seen: stands(seen) and all(seen.column(rule)[1:-2] == ["│"] * (SIZE[1] - 3) for rule in RULES))
        assert not hostile.unseen(self.terminal.text)
