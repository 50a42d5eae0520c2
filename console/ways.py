"""Ways into the configuration: a section and the steps down to one of its elements, and how such a way is written in a Place.

Knows no widget. Grids, entry lists and forms look at what a way leads to; edits take its steps.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from console.listing import View
from console.wording.names import titled
from model.config_path import ConfigPath
from model.edits import Step
from model.effective import EffectiveElement, EffectiveEntry, EffectiveSection, effective
from model.hierarchy import Hierarchy
from model.schema import ElementSchema, section_schema

_STEP = re.compile(r"([\w.-]+)(?:\[([\w-]+)=([^\]]*)\])?(?:/|$)")


@dataclass(frozen=True, slots=True)
class Way:
    section: str
    steps: tuple[Step, ...] = ()

    def below(self, *steps: Step) -> Way:
        return Way(self.section, (*self.steps, *steps))

    def along(self, path: str) -> Way:
        """Below this by a path such as `application[path=/]/virtualDirectory[path=/]` or `processModel`."""
        return self.below(*steps(path))

    @property
    def name(self) -> str:
        return self.steps[-1].name if self.steps else self.section.rpartition("/")[2]

    @property
    def schema(self) -> ElementSchema | None:
        found = section_schema(self.section)
        return found.find("/".join(step.name for step in self.steps)) if found else None

    def __str__(self) -> str:
        return json.dumps([self.section, *([step.name, dict(step.key)] for step in self.steps)])


def steps(path: str) -> tuple[Step, ...]:
    return tuple(Step(name, ((key, value),) if key else ()) for name, key, value in _STEP.findall(path))


def parse(text: str) -> Way | None:
    """The way that a Place's detail holds; None for what is none."""
    try:
        given = json.loads(text)
        if not isinstance(given, list) or not isinstance(given[0], str):
            return None
        return Way(given[0], tuple(Step(str(name), tuple((str(k), str(v)) for k, v in key.items())) for name, key in given[1:]))
    except (ValueError, TypeError, AttributeError, IndexError, RecursionError):
        return None


def in_words(text: str) -> str:
    """A Place's detail as a person reads it, a page's title: "Environment Variables — DefaultAppPool"; anything but a way as it is."""
    way = parse(text)
    if way is None or not way.steps:
        return way.section if way is not None else text
    *above, last = way.steps
    own = [value for _, value in last.key]
    subject = " ".join(own if own and last.name == "add" else (titled(last.name), *own))
    owners = " ".join(value for step in above for _, value in step.key)
    return f"{subject} — {owners or way.section}"


def config_path(view: View) -> ConfigPath:
    return ConfigPath(view.place.site, view.place.app or "/") if view.place.site else ConfigPath()


#: What was asked of a hierarchy, which is one state of the files: a grid asks for its section once a setting, and a thousand sites cost time.
_ASKED: WeakKeyDictionary[Hierarchy, dict[tuple[str, ConfigPath], EffectiveSection]] = WeakKeyDictionary()


def section(view: View, name: str) -> EffectiveSection:
    """The section in force at the place."""
    path = ConfigPath() if name.startswith("system.applicationHost/") else config_path(view)
    hierarchy = view.session.workspace.hierarchy
    asked = _ASKED.setdefault(hierarchy, {})
    found = asked.get((name, path))
    if found is None:
        found = asked[name, path] = effective(hierarchy, name, path)
    return found


def element(view: View, way: Way) -> EffectiveElement | None:
    """What the way leads to; None where an entry on it is not there."""
    found: EffectiveElement = section(view, way.section).root
    for step in way.steps:
        if step.key:
            entry = next((entry for entry in found.entries if _is(entry, step)), None)
            if entry is None:
                return None
            found = entry
        else:
            found = found.at(step.name)
    return found


def _is(entry: EffectiveEntry, step: Step) -> bool:
    return entry.name == step.name and all(entry.get(name).lower() == value.lower() for name, value in step.key)
