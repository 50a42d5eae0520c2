"""Places whose subject is gone: a site, an application, a folder, a pool or a directory that somebody removed. Where to go instead, and what to say.

Knows no widget. screens/main.py asks after every change of the files.
"""

from __future__ import annotations

from console.places import Place
from model.hierarchy import Hierarchy
from model.presence import is_there
from model.sections.sites import Application, Site

#: The pages that only an application has.
OF_APPLICATIONS = frozenset({"application", "application_settings", "directory_settings", "virtual_directories"})


def departed(hierarchy: Hierarchy, place: Place) -> tuple[Place, str] | None:
    """The parent to go to and a note; None while the subject is there."""
    if place.page == "pool_settings" and all(pool.name != place.detail for pool in hierarchy.pools()):
        return Place("pools"), f"The application pool {place.detail} is not there any more."
    if not place.site:
        return None
    site = hierarchy.site(place.site)
    if site is None:
        return Place("sites"), f"The site {place.site} is not there any more."
    path = place.app or "/"
    application = _application(site, path)
    if application is None and place.page in OF_APPLICATIONS:
        return home(hierarchy, site, path), f"The application {site.name}{path} is not there any more."
    if application is not None and place.page == "folder":
        return home(hierarchy, site, path), f"The folder {site.name}{path} is an application now."
    if application is None and not stands(hierarchy, site.name, path):
        return home(hierarchy, site, path.rpartition("/")[0]), f"The folder {site.name}{path} is not there any more."
    if place.page == "directory_settings" and (application is None or all(item.path != place.detail for item in application.virtual_directories)):
        return Place("virtual_directories", site.name, place.app), f"The virtual directory {place.detail} is not there any more."
    return None


def stands(hierarchy: Hierarchy, site: str, path: str) -> bool:
    """Whether an application, a virtual directory, a folder or a file stands behind a URL path; what lies on an unknown drive may."""
    application, directory, found = hierarchy.map_url(site, path)
    if application is None or directory is None:
        return False
    return found is None or _same(application.url_of(directory), path) or is_there(found)


def settled(hierarchy: Hierarchy, place: Place) -> Place:
    """The same, but for a home page that is asked for by the path alone: an application's, a folder's, or the nearest above that is there."""
    site = hierarchy.site(place.site) if place.page in ("application", "folder") and place.app not in ("", "/") else None
    return place if site is None else home(hierarchy, site, place.app)


def home(hierarchy: Hierarchy, site: Site, path: str) -> Place:
    """The home page of a path, or of the nearest above it that is there."""
    if path in ("", "/"):
        return Place("site", site.name)
    application = _application(site, path)
    if application is not None:
        return Place("application", site.name, application.path)
    if stands(hierarchy, site.name, path):
        return Place("folder", site.name, path)
    return home(hierarchy, site, path.rpartition("/")[0])


def _application(site: Site, path: str) -> Application | None:
    return next((item for item in site.applications if _same(item.path, path)), None)


def _same(one: str, other: str) -> bool:
    return one.rstrip("/").casefold() == other.rstrip("/").casefold()
