"""What the palette offers: actions, places, themes, every setting of the schema, traces by their URL. Values; no widget.

Knows no page's content. Settings and traces are asked for only when something has been typed: there are thousands of them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from console.actions import ACTIONS, Action
from console.feed import Feed
from console.places import SERVER, Place, Target
from console.ways import Way
from console.wording.features import SERVER_FEATURES, SITE_FEATURES, Feature
from model.hierarchy import Hierarchy
from model.schema import ElementSchema, section_schema, sections
from model.schema.element import AttributeSchema
from themes import palettes

#: What is typed before settings and traces are looked at, and the newest traces among which is looked.
LEAST_TYPED, NEWEST = 2, 5000
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


PaletteWay = str | Place | ThemeWay | SettingWay | TraceWay


@dataclass(frozen=True, slots=True)
class Choice:
    """`way`: an action's id, a place, or one of the above. `blocked`: why it does not apply now."""

    label: str
    way: PaletteWay
    key: str = ""
    about: str = ""
    blocked: str = ""


def of_actions(page: str, blocked: Callable[[Action], str]) -> Iterator[Choice]:
    for action in ACTIONS:
        if action.belongs(page) and action.id != "palette":
            reason = blocked(action)
            yield Choice(action.label, action.id, action.key_shown, reason or action.help, reason)


def of_places(hierarchy: Hierarchy, here: Place = SERVER) -> Iterator[Choice]:
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
    for pool in hierarchy.pools():
        yield Choice(f"Go to pool {pool.name}", Place("pools", detail=pool.name))
    for site in hierarchy.sites():
        yield Choice(f"Go to site {site.name}", Place("site", site.name))
        yield Choice(f"Go to Modules of {site.name}", Place("modules", site.name, "/"))
        for application in site.applications:
            if application.path != "/":
                yield Choice(f"Go to application {site.name}{application.path}", Place("application", site.name, application.path))


def _of_features(features: Sequence[Feature], at: Place, of: str) -> Iterator[Choice]:
    known = {"pools", "sites", "live", "problems", "source", "modules", "handlers"} if not at.site else {"live", "problems", "source"}
    for feature in features:
        if feature.page and feature.page not in known:
            yield Choice(f"Go to {feature.name}{of}", Place(feature.page, at.site, at.app), about=feature.about)


def of_themes(current: str) -> Iterator[Choice]:
    for entry in palettes():
        yield Choice(f"Theme: {entry.title}", ThemeWay(entry.name), about="in use" if entry.name == current else "shown while the cursor is on it")


@functools.cache
def _settings() -> tuple[tuple[str, str, AttributeSchema, bool], ...]:
    """(section, path of the element below it, attribute, whether it belongs to an entry of the section's own list)."""
    found: list[tuple[str, str, AttributeSchema, bool]] = []

    def walk(section: str, element: ElementSchema, path: str, entry: bool) -> None:
        found.extend((section, path, attribute, entry) for attribute in element.attributes.values())
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
    for section, path, attribute, entry in _settings():
        name = f"{path}{attribute.name}"
        if entry:
            if pool:
                way = SettingWay(Place("pool_settings", detail=pool), name)
                yield Choice(f"Setting {spaced(name)} › {pool}", way, about=f"{section} {name}")
        else:
            where = Place("section", place.site, place.app, str(Way(section).along(path.replace(".", "/").rstrip("/"))))
            yield Choice(f"Setting {spaced(name)} › {section.rpartition('/')[2]}", SettingWay(where, attribute.name), about=f"{section} {name}")


def of_traces(feed: Feed, query: str) -> Iterator[Choice]:
    """The newest whose URL holds every word, or whose number it is."""
    words = query.casefold().split()
    left = MOST_TRACES
    for entry in reversed(feed.entries[-NEWEST:]):
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


def found(choices: Sequence[Choice], query: str) -> list[Choice]:
    """What matches every word typed: whole words before beginnings, those before parts; what does not apply comes last."""
    words = query.casefold().split()
    scored = [(sum(scores), index, choice) for index, choice in enumerate(choices) if None not in (scores := _scores(words, choice.label))]
    scored.sort(key=lambda entry: (bool(entry[2].blocked), entry[0], entry[1]))
    return [choice for _, _, choice in scored]


def _scores(words: Sequence[str], label: str) -> list[int]:
    """One number for each word, the lower the better; a None among them: it does not match."""
    whole = label.casefold()
    if not all(word in whole for word in words):
        return [None]  # type: ignore[list-item]
    parts = [part for part in re.split(r"[\W_]+", whole) if part]
    return [_score(word, parts, whole) for word in words]  # type: ignore[misc]


def _score(word: str, parts: Sequence[str], whole: str) -> int | None:
    if word in parts:
        return 0
    if any(part.startswith(word) for part in parts):
        return 1
    return 3 if word in whole else None
