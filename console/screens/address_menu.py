"""The drop-downs of the address bar: what lies below a level, as the chevron behind it opens it.

Knows no widget but the Desk. The levels are the hierarchy's; pages below a level are its features.
"""

from __future__ import annotations

from console import connections
from console.places import SERVER, Place
from console.screens.desk import Desk
from console.screens.menu import MenuChoice, MenuDialog
from console.session import Session

#: A menu is looked through by eye.
MOST_FOLDERS = 100


def children(session: Session, place: Place) -> list[MenuChoice]:
    """What the chevron behind `place` lists. A page has no children: then its own level's are listed."""
    hierarchy = session.workspace.hierarchy
    here = level_of(place)
    if here.page == "server":
        ways = [
            ("Application Pools", Place("pools")),
            ("Sites", Place("sites")),
            ("Live Requests", Place("live")),
            ("Problems", Place("problems")),
        ]
        return [MenuChoice(label, way, marked=way == place) for label, way in ways]
    if here.page == "sites":
        return [MenuChoice(site.name, Place("site", site.name), hint=_state(session, site.name)) for site in hierarchy.sites()]
    found = []
    site = next((site for site in hierarchy.sites() if site.name == here.site), None)
    for application in sorted(site.applications if site is not None else (), key=lambda entry: entry.path):
        if application.path != "/" and here.page == "site":
            found.append(
                MenuChoice(application.path.strip("/"), Place("application", here.site, application.path), hint=application.application_pool)
            )
    app = here.app or "/"
    found += _folders(session, here)
    found += [
        MenuChoice("Content View", Place("content", here.site, app)),
        MenuChoice("Modules", Place("modules", here.site, app)),
        MenuChoice("Handler Mappings", Place("handlers", here.site, app)),
    ]
    return found


def _folders(session: Session, here: Place) -> list[MenuChoice]:
    """Virtual directories and folders, as the tree has them; of very many the first, and the way to the others."""
    nodes = connections.below(session.workspace.hierarchy, here)
    found = [MenuChoice(node.label.text.plain, node.place) for node in nodes[:MOST_FOLDERS]]
    more = MenuChoice(f"… and {len(nodes) - MOST_FOLDERS} more", Place("content", here.site, here.app or "/"))
    return [*found, more] if len(nodes) > MOST_FOLDERS else found


def level_of(place: Place) -> Place:
    """The node of the tree that a place belongs to."""
    if place.page in ("server", "sites", "site", "application", "folder"):
        return place
    if not place.site:
        return SERVER
    return Place("folder", place.site, place.app) if place.app not in ("", "/") else Place("site", place.site)


def _state(session: Session, site: str) -> str:
    return str(session.site_state(site).get("state") or "")


async def open_menu(desk: Desk, place: Place, at: tuple[int, int] | None = None) -> None:
    title = place.app.strip("/") or place.site or {"sites": "Sites"}.get(place.page, connections.host_name())
    choices = children(desk.session, place)
    if not choices:
        desk.say("Nothing lies below this level.")
        return
    chosen = await desk.show_popup(MenuDialog(title, choices, at))
    if isinstance(chosen, Place):
        desk.open(chosen)
