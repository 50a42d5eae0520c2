"""Places and targets: where the console is (page and configuration path) and what is selected there. Values only.

Knows no widget and no page's content. The address bar, the history and the tree speak in places; deeds act on targets.
"""

from __future__ import annotations

from dataclasses import dataclass, field

#: Pages that are opened from another one: where Backspace leads, at the same level.
ABOVE = {
    "section": "configuration_editor", "entries": "configuration_editor", "requests": "worker_processes", "difference": "history",
    "dynamic_ip_security": "ip_security",
    "pool_defaults": "pools", "site_defaults": "sites", "application_defaults": "applications", "directory_defaults": "virtual_directories",
    "directory_settings": "virtual_directories",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """`page` is an id of pages.PAGES. `site` and `app` ("/", "/app", a folder's path) choose the configuration path; `detail` is the page's own.

    Whether "application" or "folder" is the home page of a path, the hierarchy knows (departed.settled)."""

    page: str
    site: str = ""
    app: str = ""
    detail: str = ""

    @property
    def above(self) -> Place | None:
        """Where Backspace leads."""
        if self.page == "server":
            return None
        if self.page == "content" and len(self.detail) > len(self.app.rstrip("/")) + 1:
            return Place("content", self.site, self.app, self.detail.rpartition("/")[0] if self.detail.count("/") > 1 else "")
        if self.page in ("applications", "migration") and self.detail:
            return Place("pools")
        if self.page in ABOVE:
            return Place(ABOVE[self.page], self.site, self.app)
        if self.page in ("application", "folder"):
            parent = self.app.rpartition("/")[0]
            return Place("folder", self.site, parent) if parent else Place("site", self.site)
        if self.page == "site":
            return Place("sites")
        if self.site:
            return Place("application", self.site, self.app) if self.app not in ("", "/") else Place("site", self.site)
        if self.page == "log" and self.detail.startswith("/"):
            return Place("logs")
        if self.page in ("log", "pool_settings"):
            return Place("pools")
        return Place("server")

    @property
    def at_line(self) -> tuple[str, int]:
        """The file and the line that the place of a text leads to; 0 where it names none."""
        name, separator, number = self.detail.rpartition(":")
        return (name, int(number)) if separator and number.isdigit() else (self.detail, 0)

    @property
    def lasting(self) -> Place:
        """Where the next console begins that was left here: what was compared is gone with the requests."""
        return Place("live") if self.page == "compare" else self


SERVER = Place("server")


def live_of(site: str, app: str = "/") -> Place:
    """The requests of a site, or of what lies below a path of it. A blank is written in a URL in more than one way."""
    below = app.rstrip("/").replace(" ", "*")
    return Place("live", detail=f'site="{site}"' + (f' url:"{below}*"' if below else ""))


@dataclass(frozen=True, slots=True)
class Target:
    """What a row stands for. `kind`: pool, site, application, module, handler, feature, problem, request, step, captured, source."""

    kind: str
    name: str
    #: A row's own value (a model, a Source, a trace's number); no part of its identity.
    value: object = field(default=None, compare=False)


class History:
    """Back and forward, as a browser has them."""

    def __init__(self, first: Place) -> None:
        self._places = [first]
        self._at = 0

    @property
    def here(self) -> Place:
        return self._places[self._at]

    @property
    def can_back(self) -> bool:
        return self._at > 0

    @property
    def can_forward(self) -> bool:
        return self._at + 1 < len(self._places)

    def go(self, place: Place) -> None:
        if place != self.here:
            self._places[self._at + 1 :] = [place]
            self._places = self._places[-100:]
            self._at = len(self._places) - 1

    def back(self) -> Place:
        self._at = max(0, self._at - 1)
        return self.here

    def forward(self) -> Place:
        self._at = min(len(self._places) - 1, self._at + 1)
        return self.here
