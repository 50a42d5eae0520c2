"""What the palette offers: actions, places, themes, every setting of the schema, traces by their URL. Values; no widget.

Knows no page's content. Settings and traces are asked for only when something has been typed: there are thousands of them.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from console.actions import ACTIONS, Action
from console.feed import Feed
from console.folder_search import MOST_OPENED, FolderSearch
from console.places import SERVER, Place, Target
from console.ways import Way
from console.wording.features import SERVER_FEATURES, SITE_FEATURES, Feature
from model.hierarchy import Hierarchy
from model.schema import ElementSchema, section_schema, sections
from themes import palettes

#: What is typed before settings and traces are looked at, and the newest traces among which is looked.
LEAST_TYPED, NEWEST, LOOKED_AT_ONCE = 2, 5000, 200
MOST_TRACES = 20
POOLS = "system.applicationHost/applicationPools"


@dataclass(frozen=True, slots=True)
class ThemeWay:
    name: str


@dataclass(frozen=True, slots=True)
class SettingWay:
    """`name`: the setting's row on the page."""

    place: Place
    name: str


@dataclass(frozen=True, slots=True)
class TraceWay:
    number: int


@dataclass(frozen=True, slots=True)
class ActionWay:
    """An action of another page. `action`: what is done there at once, "" where something has to be selected first; the place's detail
    names the pool that it is for."""

    place: Place
    action: str = ""


PaletteWay = str | Place | ThemeWay | SettingWay | TraceWay | ActionWay
#: Headings of actions that are about their page as a whole.
_OF_PAGES = ("Actions", "Manage Server", "Service")
_NAMES = {"server": "the server", "pools": "Application Pools", "sites": "Sites", "live": "Live Requests", "modules": "Modules",
          "handlers": "Handler Mappings"}  # fmt: skip
_OF_A_SITE = {"site": "its site", "applications": "Applications", "virtual_directories": "Virtual Directories", "bindings": "Bindings"}


@dataclass(frozen=True, slots=True)
class Choice:
    """`way`: an action's id, a place, or one of the above. `blocked`: why it does not apply now."""

    label: str
    way: PaletteWay
    key: str = ""
    about: str = ""
    blocked: str = ""


def of_actions(page: str, blocked: Callable[[Action], str], more: Sequence[Action] = ()) -> Iterator[Choice]:
    """`more`: those that no table can hold."""
    for action in (*ACTIONS, *more):
        if action.belongs(page) and action.id != "palette":
            reason = blocked(action)
            yield Choice(action.label, action.id, action.key_shown, reason or action.help, reason)


def of_elsewhere(here: Place) -> Iterator[Choice]:
    """Actions of other pages, by names that only they have: chosen, the page is opened, and what needs nothing selected is done."""
    homes = _homes(here)
    labels = Counter(action.label for action in ACTIONS)
    for action in ACTIONS:
        page = next((page for page in action.places if page in homes), "")
        if not page or not action.group or action.belongs(here.page) or labels[action.label] > 1 or _is_of_a_pool(action):
            continue
        place, name = homes[page]
        at_once = not action.kinds and (action.group in _OF_PAGES or len(action.places) == 1)
        yield Choice(action.label, ActionWay(place, action.id if at_once else ""), about=f"on {name}: {action.help}")


def of_pools(hierarchy: Hierarchy) -> Iterator[Choice]:
    """Actions that need one pool, of each: done there, from anywhere."""
    for pool in hierarchy.pools():
        place = Place("pools", detail=pool.name)
        for action in filter(_is_of_a_pool, ACTIONS):
            name = f"{action.label.rstrip('…')} of {pool.name}{'…' if action.label.endswith('…') else ''}"
            yield Choice(name, ActionWay(place, action.id), about=action.help)


def _is_of_a_pool(action: Action) -> bool:
    """Whose label says all, and which changes nothing by itself: it opens a page or a dialog."""
    return action.kinds == ("pool",) and action.places == ("pools",) and action.group == "Edit" and not action.key


def _homes(here: Place) -> dict[str, tuple[Place, str]]:
    """Of each page that can be opened from here: where it is, and its name."""
    homes = {page: (Place(page), name) for page, name in _NAMES.items()}
    homes |= {feature.page: (Place(feature.page), feature.name) for feature in SERVER_FEATURES if feature.page and feature.page not in homes}
    if here.site:
        at, of = (here.site, here.app or "/"), f" of {here.site}{here.app if here.app != '/' else ''}"
        homes |= {feature.page: (Place(feature.page, *at), f"{feature.name}{of}") for feature in SITE_FEATURES if feature.page}
        homes |= {page: (Place(page, here.site), f"{name}{of if page != 'site' else ''}") for page, name in _OF_A_SITE.items()}
    return homes


def of_places(here: Place = SERVER) -> Iterator[Choice]:
    """Features of the server, and of the site or application that one is at."""
    yield from _of_features(SERVER_FEATURES, SERVER, "")
    if here.site:
        yield from _of_features(SITE_FEATURES, Place("", here.site, here.app or "/"), f" of {here.site}{here.app if here.app != '/' else ''}")
    yield Choice("Go to Application Pools", Place("pools"))
    yield Choice("Go to Sites", Place("sites"))
    yield Choice("Go to Live Requests", Place("live"))
    yield Choice("Go to Problems", Place("problems"))
    yield Choice("Go to Modules of the server", Place("modules"))
    yield Choice("Go to Handler Mappings of the server", Place("handlers"))


def of_hierarchy(hierarchy: Hierarchy) -> Iterator[Choice]:
    for pool in hierarchy.pools():
        yield Choice(f"Go to pool {pool.name}", Place("pools", detail=pool.name))
    for site in hierarchy.sites():
        yield Choice(f"Go to site {site.name}", Place("site", site.name))
        yield Choice(f"Go to Modules of {site.name}", Place("modules", site.name, "/"))
        yield Choice(f"Go to Handler Mappings of {site.name}", Place("handlers", site.name, "/"))
        for application in site.applications:
            if application.path != "/":
                yield Choice(f"Go to application {site.name}{application.path}", Place("application", site.name, application.path))
            for url in (application.url_of(directory) for directory in application.virtual_directories if directory.path != "/"):
                yield Choice(f"Go to virtual directory {site.name}{url}", Place("folder", site.name, url))


def of_folders(search: FolderSearch, query: str) -> Iterator[Choice | None]:
    """None: one folder looked at. The last choice says where not everything was."""
    words = [word for word in query.casefold().split() if word not in ("go", "to", "folder")]
    last = None
    for place in search.found(words):
        last = place or last
        yield Choice(f"Go to folder {place.site}{place.app}", place) if place is not None else None
    if search.is_cut and words:
        about = f"the {MOST_OPENED:,} nearest the sites' tops; Content View leads to the others".replace(",", " ")
        yield Choice("Not all folders were looked through", Place("content", last.site, "/") if last else Place("sites"), about=about)


def _of_features(features: Sequence[Feature], at: Place, of: str) -> Iterator[Choice]:
    known = {"pools", "sites", "live", "problems", "source", "modules", "handlers"} if not at.site else {"live", "problems", "source"}
    for feature in features:
        if feature.page and feature.page not in known:
            yield Choice(f"Go to {feature.name}{of}", Place(feature.page, at.site, at.app), about=feature.about)


def of_themes(current: str) -> Iterator[Choice]:
    for entry in palettes():
        yield Choice(f"Theme: {entry.title}", ThemeWay(entry.name), about="in use" if entry.name == current else "shown while the cursor is on it")


@dataclass(frozen=True, slots=True)
class _Setting:
    """`way`: to its element; `path`: below the section; `of_entry`: whether it belongs to an entry of the section's own list."""

    section: str
    way: str
    path: str
    name: str
    label: str
    of_entry: bool


@functools.cache
def _settings() -> tuple[_Setting, ...]:
    found: list[_Setting] = []

    def walk(section: str, element: ElementSchema, path: str, entry: bool) -> None:
        way = "" if entry else str(Way(section).along(path.replace(".", "/").rstrip("/")))
        for attribute in element.attributes.values():
            name = f"{path}{attribute.name}"
            found.append(_Setting(section, way, name, attribute.name, f"Setting {spaced(name)} › ", entry))
        for name, inner in element.elements.items():
            walk(section, inner, f"{path}{name}.", entry)
        if element.entry is not None and not path and section == POOLS:
            walk(section, element.entry, "", True)

    for section in sorted(sections(), key=_wanted):
        schema = section_schema(section)
        if schema is not None:
            walk(section, schema, "", False)
    return tuple(found)


def _wanted(section: str) -> tuple[int, str]:
    """What this server is about comes first."""
    group = section.partition("/")[0]
    return ({"system.webServer": 0, "system.applicationHost": 1, "system.web": 2}.get(group, 3), section)


def of_settings(place: Place, pool: str) -> Iterator[Choice]:
    """At the level where the console is; of an application pool: of the one that is selected, else the first."""
    for entry in _settings():
        about = f"{entry.section} {entry.path}"
        if not entry.of_entry:
            where = Place("section", place.site, place.app, entry.way)
            yield Choice(f"{entry.label}{entry.section.rpartition('/')[2]}", SettingWay(where, entry.name), about=about)
        elif pool:
            yield Choice(f"{entry.label}{pool}", SettingWay(Place("pool_settings", detail=pool), entry.path), about=about)


def of_traces(feed: Feed, query: str) -> Iterator[Choice | None]:
    """The newest whose URL holds every word. None: one of many looked at, none found; a key may come first."""
    words = query.casefold().split()
    left = MOST_TRACES
    for number, entry in enumerate(reversed(feed.entries[-NEWEST:])):
        if number % LOOKED_AT_ONCE == 0:
            yield None
        text = f"{entry.method} {entry.url}".casefold()
        if words and all(word in text for word in words):
            about = f"{entry.status_shown}  {entry.pool}  {entry.mode}"
            yield Choice(f"Trace {entry.method} {entry.url}", TraceWay(entry.number), about=about)
            left -= 1
            if not left:
                return


def spaced(name: str) -> str:
    """queueLength as "queue length": a person types words."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.replace(".", " ")).lower()


def pool_of(targets: Sequence[Target], hierarchy: Hierarchy) -> str:
    named = next((target.name for target in targets if target.kind == "pool"), "")
    return named or next((pool.name for pool in hierarchy.pools()), "")
