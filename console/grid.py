"""Property grids: the settings of one element as rows, by the schema or by a list of words: category, value, where it was set, what it means.

Knows no widget and writes nothing; screens/setting_deeds.py changes a setting. What differs from the default is bold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from console import ways
from console.lines import Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Place, Target
from console.schema_fields import accepts, shown
from console.ways import Way
from console.wording.names import label, titled
from console.wording.properties import Property
from model.effective import EffectiveElement, EffectiveValue
from model.schema import AttributeSchema, ElementSchema
from model.source import Source

COLUMNS = (Column("name", "Name", 24, grow=42), Column("value", "Value", 18, grow=60), Column("set", "Set", 9, drop=1, grow=16))
#: Written by IIS itself at run time, or another name for something: nothing that a person sets.
RUN_TIME = frozenset({"state", "applicationPoolSid", "workerProcesses", "appDomains"})
#: Left to the Configuration Editor where a grid has words of its own.
ELSEWHERE = frozenset({"ftpServer"})


@dataclass(frozen=True, slots=True)
class Setting:
    """The value of a row's target: one attribute of one element."""

    way: Way
    attribute: AttributeSchema
    label: str
    value: EffectiveValue
    about: str = ""
    read_only: bool = False

    @property
    def source(self) -> Source | None:
        return self.value.source

    @property
    def section(self) -> str:
        return self.way.section

    @property
    def differs(self) -> bool:
        return not self.value.is_default and self.value.value != self.attribute.default


@dataclass(frozen=True, slots=True)
class Inner:
    """The value of a row's target: a list inside the element; Enter opens its entries."""

    way: Way
    count: int

    @property
    def differs(self) -> bool:
        return self.count > 0


def rows(view: View, way: Way | None, words: Sequence[Property] = ()) -> list[Row]:
    if way is None:
        return []
    known = {(entry.path, entry.attribute) for entry in words}
    found: list[Row] = []
    for entry in words:
        row = _worded(view, way, entry)
        if row is not None:
            found.append(row)
    root, schema = ways.element(view, way), way.schema
    if root is not None and schema is not None:
        away = RUN_TIME | ELSEWHERE if words else RUN_TIME
        found += [row for key, row in _by_schema(root, schema, way, "", away) if key not in known]
    return found


def _worded(view: View, way: Way, entry: Property) -> Row | None:
    place = way.along(entry.path)
    element, schema = ways.element(view, place), place.schema
    attribute = schema.attributes.get(entry.attribute) if schema is not None else None
    if element is None or attribute is None:
        return None
    value = element.values.get(entry.attribute) or EffectiveValue(attribute.default, is_default=True)
    return setting_row(Setting(place, attribute, entry.label, value, entry.about, entry.read_only), entry.category)


def _by_schema(element: EffectiveElement, schema: ElementSchema, way: Way, path: str, away: frozenset[str]) -> Iterator[tuple[tuple[str, str], Row]]:
    category = " · ".join(titled(part) for part in path.split("/")) if path else "General"
    for name, attribute in schema.attributes.items():
        if name not in away:
            value = element.values.get(name) or EffectiveValue(attribute.default, is_default=True)
            yield (path, name), setting_row(Setting(way, attribute, label(name), value), category)
    if schema.collection is not None:
        yield (path, ""), _list_row(element, way, category)
    for name, inner in schema.elements.items():
        if name not in away:
            yield from _by_schema(element.at(name), inner, way.along(name), f"{path}/{name}".strip("/"), away)


def setting_row(setting: Setting, category: str) -> Row:
    where = "Default" if setting.value.is_default else "Local" if setting.value.local else "Inherited"
    text = "" if setting.attribute.encrypted and setting.value.is_default else shown(setting.attribute, setting.value.value)
    role = "quiet" if setting.read_only else "text"
    return Row(
        Target("setting", f"{category} {setting.label}", setting),
        {
            "name": cell(setting.label, role),
            "value": cell(text or "—", role if text else "quiet", bold=setting.differs),
            "set": cell(where + ("  locked" if setting.value.locked else ""), "text" if setting.differs else "quiet"),
        },
        groups={"category": (category, "heading"), "set": (where, "heading")},
    )


def _list_row(element: EffectiveElement, way: Way, category: str) -> Row:
    number = len(element.entries)
    name = titled(way.steps[-1].name) if category != "General" else "Entries"
    return Row(
        Target("list", f"{category} list", Inner(way, number)),
        {"name": cell(name, "link"), "value": cell(f"(Count={number})", bold=bool(number)), "set": cell("")},
        groups={"category": (category, "heading"), "set": ("Lists", "heading")},
    )


def detail(view: View, target: Target | None) -> Sequence[Line]:
    """The description: label and the schema's name, what it means, what is accepted, where it was set."""
    setting = target.value if target is not None else None
    if isinstance(setting, Inner):
        return [line(run("Entries", bold=True), run(f"   [{setting.way.name}]   Enter shows them", "quiet"))]
    if not isinstance(setting, Setting):
        return ()
    attribute = setting.attribute
    found = [line(run(setting.label, bold=True), run(f"   [{attribute.name}]  ", "quiet"), run(setting.about))]
    default = "" if attribute.encrypted else attribute.default
    words = [accepts(attribute) if attribute.type != "enum" else f"One of {', '.join(attribute.names)}", f"default {default}" if default else ""]
    if setting.read_only:
        words.append("shown only: it is changed elsewhere")
    if any(words):
        found.append(line(run(". ".join(word for word in words if word), "quiet")))
    if setting.value.source is not None:
        found.append(line(run("written in ", "quiet"), run(str(setting.value.source), "link", link="view_source")))
    if _locked_below(view, setting):
        found.append(line(run("locked here: ", "warning"), run("the levels below must not set it; Unlock opens it", "quiet")))
    return found


def _locked_below(view: View, setting: Setting) -> bool:
    element = ways.element(view, setting.way)
    level = view.session.workspace.hierarchy.level_of(ways.config_path(view))
    return element is not None and any(lock.level == level and lock.forbids_attribute(setting.attribute.name) for lock in element.locks)


def opens(view: View, target: Target) -> Place | None:
    inner = target.value
    if isinstance(inner, Inner):
        return Place("entries", view.place.site, view.place.app, str(inner.way))
    return None


def grid_page(id: str, title: str, sentence: str, way: Callable[[View], Way | None], words: Sequence[Property] = (), section: str = "") -> ListPage:
    """The page of a grid. `words` come first and in their order; the schema's other settings follow under their own names."""
    order = tuple(dict.fromkeys(("General", *(entry.category for entry in words))))
    return ListPage(
        id, title, sentence, COLUMNS, lambda view: rows(view, way(view), words),
        groups=(("category", "Category"), ("", "No Grouping"), ("set", "Set")), detail=detail, opens=opens, group_order=order,
        empty="There is nothing to set here.", section=section, grid=way,
    )  # fmt: skip
