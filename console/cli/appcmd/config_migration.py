"""appcmd migrate config: what an Integrated pool ignores in system.web, said again in system.webServer.

Knows the sections of both modes (reference cfg 6.2); the old sections stay, so that the application runs in either mode.
"""

from __future__ import annotations

from console.cli.appcmd.change import save
from console.cli.appcmd.failure import INVALID_PARAMETER, AppCmdError
from console.cli.appcmd.server import Server
from console.cli.output import line
from model.config_path import ConfigPath
from model.edits import AddEntry, Edit, RemoveEntry, SetAttribute, Where
from model.effective import EffectiveEntry, effective
from model.hierarchy import Hierarchy

_SECTIONS = ("system.web/httpModules", "system.web/httpHandlers", "system.web/identity")
_MODULES, _HANDLERS, _VALIDATION = "system.webServer/modules", "system.webServer/handlers", "system.webServer/validation"


def migrate(server: Server, path: ConfigPath, typed: str) -> None:
    """Raises AppCmdError."""
    wanted = [name for name in _SECTIONS if not typed or typed.lower() in (name.lower(), name.rpartition("/")[2].lower())]
    if not wanted:
        raise AppCmdError(INVALID_PARAMETER, f'"{typed}" is no section that can be migrated: {", ".join(_SECTIONS)}.')
    if path.is_server:
        raise AppCmdError(INVALID_PARAMETER, 'Must specify the application, as in: appcmd migrate config "Site/app"')
    for section in wanted:
        edits = _edits(server.hierarchy, section, path)
        if edits is None:
            continue
        save(server, f"appcmd migrate config {section}", (*edits, _no_validation(path)), Where(_MODULES, path))
        line(f'Successfully migrated section "{section}".')


def _edits(hierarchy: Hierarchy, section: str, path: ConfigPath) -> list[Edit] | None:
    """None where the application's own files say nothing of the section."""
    words = [layer.element for layer in hierarchy.layers(section, path) if layer.level > 2]
    if section.endswith("identity"):
        return [] if any(word.get("impersonate", "").lower() == "true" for word in words) else None
    if not any(word.children for word in words):
        return None
    own = [entry for entry in effective(hierarchy, section, path).root.entries if _is_own(entry)]
    removed = [child for word in words for child in word.find_all("remove")]
    if section.endswith("httpModules"):
        present = {entry.get("name") for entry in effective(hierarchy, _MODULES, path).root.entries}
        where = Where(_MODULES, path)
        gone = [child.get("name", "") for child in removed if child.get("name", "") in present]
        kept: list[Edit] = [RemoveEntry(where, (), (("name", name),)) for name in gone]
        return kept + [_module(where, entry) for entry in own if entry.get("name") not in present or entry.get("name") in gone]
    rows = {(row.get("path"), row.get("verb"), row.get("type")) for row in effective(hierarchy, _HANDLERS, path).root.entries}
    fresh = [entry for entry in own if (entry.get("path"), entry.get("verb"), entry.get("type")) not in rows]
    return [_handler(Where(_HANDLERS, path), entry) for entry in fresh]


def _is_own(entry: EffectiveEntry) -> bool:
    return entry.source is not None and entry.source.config_path.count("/") > 2


def _module(where: Where, entry: EffectiveEntry) -> Edit:
    return AddEntry(where, (), "add", (("name", entry.get("name")), ("type", entry.get("type")), ("preCondition", "managedHandler")))


def _handler(where: Where, entry: EffectiveEntry) -> Edit:
    kind, verb, path = entry.get("type"), entry.get("verb"), entry.get("path")
    name = f"{kind.partition(',')[0].rpartition('.')[2] or kind}_{verb}_{path}".replace("*", "any").replace("/", "_")
    attributes = (("name", name), ("path", path), ("verb", verb), ("type", kind), ("preCondition", "integratedMode"))
    return AddEntry(where, (), "add", attributes)


def _no_validation(path: ConfigPath) -> Edit:
    return SetAttribute(Where(_VALIDATION, path), (), "validateIntegratedModeConfiguration", "false")
