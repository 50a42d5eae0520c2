"""Places whose subject is gone: a site, an application, a pool or a directory that somebody removed. Where to go instead, and what to say.

Knows no widget. screens/main.py asks after every change of the files.
"""

from __future__ import annotations

from console.places import Place
from model.hierarchy import Hierarchy


def departed(hierarchy: Hierarchy, place: Place) -> tuple[Place, str] | None:
    """The parent to go to and a note; None while the subject is there."""
    if place.page == "pool_settings" and all(pool.name != place.detail for pool in hierarchy.pools()):
        return Place("pools"), f"The application pool {place.detail} is not there any more."
    if not place.site:
        return None
    site = hierarchy.site(place.site)
    if site is None:
        return Place("sites"), f"The site {place.site} is not there any more."
    within = [item for item in site.applications if _is_within(place.app or "/", item.path)]
    application = max(within, key=lambda item: len(item.path), default=None)
    own = application is not None and application.path.casefold() == (place.app or "/").casefold()
    below = application is not None and application.path != "/" and place.page not in ("application", "application_settings")
    if not own and not below and place.app not in ("", "/"):
        return Place("site", site.name), f"The application {place.site}{place.app} is not there any more."
    if place.page == "directory_settings" and (application is None or all(item.path != place.detail for item in application.virtual_directories)):
        return Place("virtual_directories", site.name, place.app), f"The virtual directory {place.detail} is not there any more."
    return None


def _is_within(path: str, application: str) -> bool:
    return f"{path.casefold().rstrip('/')}/".startswith(f"{application.casefold().rstrip('/')}/")
