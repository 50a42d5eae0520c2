"""A migration finding, and the edits that settle one: what system.web says is said again in system.webServer, or the other way round.

Knows no file: edits are made, never carried out; model/workspace.py previews and saves them. The old sections stay, so that an
application runs in either mode (reference cfg 6.2). migration.py and migration_settings.py find.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from model.config_path import ConfigPath
from model.edits import AddEntry, Batch, Edit, MoveEntry, RemoveEntry, SetAttribute, Where
from model.effective import EffectiveElement, EffectiveEntry, effective
from model.hierarchy import Hierarchy
from model.section_place import Step
from model.sections.handlers import Handlers
from model.sections.http_handlers import HttpHandlers
from model.sections.http_modules import HttpModules
from model.sections.modules import Modules
from model.sections.validation import Validation
from model.source import Source

_SCRIPT_PROCESSOR = r"%windir%\Microsoft.NET\Framework64\v4.0.30319\aspnet_isapi.dll"
ASPNET = "aspnet_isapi.dll"


#: Code → the mode in which it fails, or has no effect. Of the others nothing does: it is different.
_MET_IN = {
    "500.19": "Integrated", "500.21": "Classic", "500.22": "Integrated", "500.23": "Integrated", "500.24": "Integrated",
    "classic-only": "Integrated", "integrated-only": "Classic", "default-handler": "Integrated", "thread-limits": "Integrated",
    "change-notification": "Integrated",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is the status where a request gets one ("500.22"), else a short word of ours ("integrated-only", "classic-only")."""

    code: str
    message: str
    source: Source | None
    site: str
    application: str
    #: What settles it, to be previewed; None where no edit does.
    fix: Edit | None = None
    #: Whether it holds in either mode (the list of breaking changes has such rows).
    both_modes: bool = False

    def met_in(self, mode: str) -> bool:
        """Whether something fails, or does not run, in a pool of this mode; otherwise it is for who changes the mode."""
        return self.both_modes or _MET_IN.get(self.code) == mode


def place(hierarchy: Hierarchy, section: str, path: ConfigPath) -> Where:
    """Where the section is edited for a path: its own file, or applicationHost.config where the section is locked."""
    return Where(section, path, "location" if effective(hierarchy, section, path).locked else "local")


def no_validation(hierarchy: Hierarchy, path: ConfigPath) -> Edit:
    where = place(hierarchy, Validation.SECTION, path)
    return SetAttribute(where, (), "validateIntegratedModeConfiguration", "false")


def set_attributes(hierarchy: Hierarchy, path: ConfigPath, label: str, values: Iterable[tuple[str, str, str, str | None]]) -> Edit:
    """`values`: section, element in it, attribute, value."""
    edits = (
        SetAttribute(place(hierarchy, section, path), tuple(Step(name) for name in element.split("/") if name), name, value)
        for section, element, name, value in values
    )
    return Batch(label, tuple(edits))


def modules_from_classic(hierarchy: Hierarchy, path: ConfigPath) -> Edit:
    """The application's own httpModules as modules, with the precondition that keeps them on managed requests."""
    where = place(hierarchy, Modules.SECTION, path)
    present = {entry.get("name") for entry in hierarchy.merged(Modules.SECTION, path).root.entries}
    gone = [name for name in _removed(hierarchy, HttpModules.SECTION, path) if name in present]
    edits: list[Edit] = [RemoveEntry(where, (), (("name", name),)) for name in gone]
    own = [entry for entry in hierarchy.merged(HttpModules.SECTION, path).root.entries if is_own(entry)]
    edits += [_module(where, entry) for entry in own if entry.get("name") not in present or entry.get("name") in gone]
    return Batch("use httpModules in Integrated mode", (*edits, no_validation(hierarchy, path)))


def handlers_from_classic(hierarchy: Hierarchy, path: ConfigPath) -> Edit:
    """The application's own httpHandlers as handlers of Integrated mode."""
    rows = hierarchy.merged(Handlers.SECTION, path).root.entries
    known = {(row.get("path"), row.get("verb"), type_name(row)) for row in rows}
    own = [entry for entry in hierarchy.merged(HttpHandlers.SECTION, path).root.entries if is_own(entry) and not is_default_handler(entry)]
    fresh = [entry for entry in own if (entry.get("path"), entry.get("verb"), type_name(entry)) not in known]
    where = place(hierarchy, Handlers.SECTION, path)
    edits = [_handler(where, entry) for entry in fresh]
    return Batch("use httpHandlers in Integrated mode", (*edits, no_validation(hierarchy, path)))


def module_for_integrated(hierarchy: Hierarchy, path: ConfigPath, entry: EffectiveEntry) -> Edit:
    where = place(hierarchy, Modules.SECTION, path)
    return Batch(f"run {entry.get('name')} in Integrated mode", (_module(where, entry), no_validation(hierarchy, path)))


def module_for_classic(hierarchy: Hierarchy, path: ConfigPath, entry: EffectiveEntry) -> Edit:
    where = place(hierarchy, HttpModules.SECTION, path)
    row = AddEntry(where, (), "add", (("name", entry.get("name")), ("type", entry.get("type"))))
    return Batch(f"run {entry.get('name')} in Classic mode", (row, no_validation(hierarchy, path)))


def handler_for_integrated(hierarchy: Hierarchy, path: ConfigPath, entry: EffectiveEntry) -> Edit:
    where = place(hierarchy, Handlers.SECTION, path)
    return Batch(f"answer {entry.get('path')} in Integrated mode", (_handler(where, entry), no_validation(hierarchy, path)))


def handler_for_classic(hierarchy: Hierarchy, path: ConfigPath, entry: EffectiveEntry, *, row: bool, script_map: bool) -> Edit:
    """Both halves of Classic: the row of httpHandlers, and the script map that hands the request to ASP.NET."""
    edits: list[Edit] = []
    verb = entry.get("verb") or "*"
    if row:
        where = place(hierarchy, HttpHandlers.SECTION, path)
        edits.append(AddEntry(where, (), "add", (("path", entry.get("path")), ("verb", verb), ("type", entry.get("type")))))
    if script_map:
        attributes = (
            ("name", f"{entry.get('name')}-ISAPI"),
            ("path", entry.get("path")),
            ("verb", verb),
            ("modules", "IsapiModule"),
            ("scriptProcessor", _script_processor(hierarchy, path)),
            ("preCondition", "classicMode"),
        )
        edits.append(AddEntry(place(hierarchy, Handlers.SECTION, path), (), "add", attributes))
    return Batch(f"answer {entry.get('path')} in Classic mode", (*edits, no_validation(hierarchy, path)))


def for_integrated_alone(hierarchy: Hierarchy, path: ConfigPath, entry: EffectiveEntry) -> Edit:
    """The handler's row with the token that keeps it out of Classic pools."""
    text = ",".join(filter(None, (entry.get("preCondition"), "integratedMode")))
    where = place(hierarchy, Handlers.SECTION, path)
    return SetAttribute(where, (Step("add", (("name", entry.get("name")),)),), "preCondition", text)


def in_order(where: Where, names: Sequence[str], wanted: Sequence[str]) -> Edit:
    """Moves that bring the local entries `names` into the order `wanted`."""
    order, moves = list(names), []
    for target, name in enumerate(wanted):
        now = order.index(name)
        if now != target:
            moves.append(MoveEntry(where, (Step("add", (("name", name),)),), target - now))
            order.insert(target, order.pop(now))
    return Batch("give modules the order of Classic", tuple(moves))


def is_own(element: EffectiveElement) -> bool:
    """Whether a site's own files say it: what the server ships for both modes is no finding."""
    return element.source is not None and element.source.config_path.upper().startswith("MACHINE/WEBROOT/APPHOST/")


def is_default_handler(entry: EffectiveEntry) -> bool:
    """Whether the row only hands the request back to IIS: no row of Integrated mode can."""
    return type_name(entry) == "system.web.defaulthttphandler"


def type_name(entry: EffectiveEntry) -> str:
    """The type without its assembly."""
    return entry.get("type").split(",")[0].strip().lower()


def _removed(hierarchy: Hierarchy, section: str, path: ConfigPath) -> list[str]:
    layers = (layer for layer in hierarchy.layers(section, path) if layer.level > 2)
    return [child.get("name", "") for layer in layers for child in layer.element.find_all("remove")]


def _module(where: Where, entry: EffectiveEntry) -> AddEntry:
    return AddEntry(where, (), "add", (("name", entry.get("name")), ("type", entry.get("type")), ("preCondition", "managedHandler")))


def _handler(where: Where, entry: EffectiveEntry) -> AddEntry:
    kind, verb, path = entry.get("type"), entry.get("verb"), entry.get("path")
    name = f"{kind.partition(',')[0].rpartition('.')[2] or kind}_{verb}_{path}".replace("*", "any").replace("/", "_")
    attributes = (("name", name), ("path", path), ("verb", verb), ("type", kind), ("preCondition", "integratedMode"))
    return AddEntry(where, (), "add", attributes)


def _script_processor(hierarchy: Hierarchy, path: ConfigPath) -> str:
    """The one that the server's own script maps name."""
    rows = hierarchy.merged(Handlers.SECTION, path).root.entries
    known = (row.get("scriptProcessor").partition("|")[0] for row in rows)
    return next((processor for processor in known if processor.lower().endswith(ASPNET)), _SCRIPT_PROCESSOR)
