"""The palette's providers: the action table, and places (pages, pools, sites). The same labels as everywhere.

Know no page's content.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from console.actions import ACTIONS, Action
from console.display import show
from console.places import Place
from console.screens.main import MainScreen
from console.widgets.shown import content


class _OfTheFrame(Provider):
    @property
    def frame(self) -> MainScreen:
        return next(screen for screen in self.app.screen_stack if isinstance(screen, MainScreen))


class ActionsProvider(_OfTheFrame):
    """The page's actions first; what does not apply says why."""

    def _rows(self) -> Iterator[tuple[Action, str]]:
        page = self.frame.place.page
        for action in ACTIONS:
            if action.belongs(page) and action.id != "palette":
                yield action, self.frame.blocked(action)

    def _help(self, action: Action, reason: str) -> str:
        return show(reason or action.help).plain

    async def discover(self) -> Hits:
        for action, reason in self._rows():
            if not reason:
                text = f"{action.label.rstrip('…')}  {action.key_shown}".rstrip()
                yield DiscoveryHit(content(show(text)), partial(self.frame.action_deed, action.id), text, self._help(action, reason))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for action, reason in self._rows():
            score = matcher.match(action.label)
            if score > 0:
                yield Hit(
                    score if not reason else score / 4,
                    matcher.highlight(action.label),
                    partial(self.frame.action_deed, action.id),
                    action.label,
                    self._help(action, reason),
                )


class PlacesProvider(_OfTheFrame):
    """Pages, pools, sites, applications: "Go to …"."""

    def _places(self) -> Iterator[tuple[str, Place]]:
        yield "Go to Application Pools", Place("pools")
        yield "Go to Sites", Place("sites")
        yield "Go to Live Requests", Place("live")
        yield "Go to Problems", Place("problems")
        yield "Go to Modules of the server", Place("modules")
        yield "Go to Handler Mappings of the server", Place("handlers")
        hierarchy = self.frame.session.workspace.hierarchy
        for pool in hierarchy.pools():
            yield f"Go to pool {show(pool.name).plain}", Place("pools", detail=pool.name)
        for site in hierarchy.sites():
            name = show(site.name).plain
            yield f"Go to site {name}", Place("site", site.name)
            yield f"Go to Modules of {name}", Place("modules", site.name, "/")
            for application in site.applications:
                if application.path != "/":
                    yield f"Go to application {name}{show(application.path).plain}", Place("application", site.name, application.path)

    async def discover(self) -> Hits:
        for label, place in self._places():
            yield DiscoveryHit(content(show(label)), partial(self.frame.open, place), label)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for label, place in self._places():
            score = matcher.match(label)
            if score > 0:
                yield Hit(score, content(show(label)), partial(self.frame.open, place), label)
