"""appcmd's CONFIG: list, set, search, lock, unlock, clear and migrate, for any section at any place.

Knows sections by their schema. config_place.py reads where, setting.py and change.py what; config_text.py prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from console.cli.appcmd.change import Changes, Target, refuse, save
from console.cli.appcmd.config_migration import migrate
from console.cli.appcmd.config_place import commit_level, matching_sections, path_of, section_of, where_of
from console.cli.appcmd.config_text import element_xml, section_xml
from console.cli.appcmd.failure import INVALID_PARAMETER, AppCmdError
from console.cli.appcmd.grammar import Invocation
from console.cli.appcmd.items import write_element
from console.cli.appcmd.server import Server
from console.cli.appcmd.setting import Selector, read
from console.cli.output import line
from model.config_path import ConfigPath
from model.content_walk import walk
from model.delegation import mode_here
from model.edits import LockSection, Revert
from model.effective import EffectiveElement, EffectiveSection, effective
from model.schema import section_schema
from model.secret import shown
from model.section_place import Mode

#: The number of the first level that a user's own file has: applicationHost.config.
_SERVER_LEVEL = 2


def act(server: Server, invocation: Invocation, identifiers: list[str]) -> None:
    for identifier in identifiers or [""]:
        path = path_of(server, identifier)
        given = [(name, value) for name, value in invocation.parameters if name.lower() not in ("section", "commit")]
        typed = next((value for name, value in invocation.parameters if name.lower() == "section"), "")
        commit = next((value for name, value in invocation.parameters if name.lower() == "commit"), None)
        if typed.startswith("?"):
            for name in matching_sections(server, path, typed[1:]):
                line(name)
        elif invocation.verb == "list":
            _list(server, invocation, path, typed)
        elif invocation.verb == "search":
            _search(server, path, typed, given)
        elif invocation.verb == "migrate":
            migrate(server, path, typed)
        elif not typed:
            raise AppCmdError(INVALID_PARAMETER, "Must specify the section: /section:NAME.")
        else:
            _change(server, invocation.verb, path, section_of(server, path, typed), commit, given)


# --- list -----------------------------------------------------------------------------------------------------------------


def _list(server: Server, invocation: Invocation, path: ConfigPath, typed: str) -> None:
    names = [section_of(server, path, typed)] if typed else list(_spoken_of(server, path))
    text, config = invocation.option("text"), invocation.option("config")
    as_xml = invocation.option("xml") is not None
    if as_xml:
        line('<?xml version="1.0" encoding="UTF-8"?>')
        line("<appcmd>")
    for name in names:
        found = effective(server.hierarchy, name, path)
        if found.errors and typed:
            raise refuse(found.errors[0])
        if as_xml:
            _write_xml(server, found, path, config is not None)
        elif text == "*":
            _write_tree(server, found, path)
        elif text:
            line(_value(found, text))
        else:
            for row in section_xml(name, found.root, defaults=config == "*"):
                line(row)
    if as_xml:
        line("</appcmd>")


def _spoken_of(server: Server, path: ConfigPath) -> Iterator[str]:
    """The sections that the user's own files say something of."""
    for name in sorted(server.hierarchy.chain(path).declarations):
        if any(layer.level >= _SERVER_LEVEL for layer in server.hierarchy.layers(name, path)):
            yield name


def _facts(server: Server, found: EffectiveSection, path: ConfigPath) -> dict[str, str]:
    mode = mode_here(server.hierarchy.server, found.name, path.location)
    return {"CONFIG.SECTION": found.name, "path": str(path), "overrideMode": mode, "locked": str(found.locked).lower()}


def _write_tree(server: Server, found: EffectiveSection, path: ConfigPath) -> None:
    line("CONFIG")
    for name, value in _facts(server, found, path).items():
        line(f"  {name}: {value}")
    write_element(found.root, 2, found.name)


def _write_xml(server: Server, found: EffectiveSection, path: ConfigPath, defaults: bool) -> None:
    facts = "".join(f" {name}={quoteattr(value)}" for name, value in _facts(server, found, path).items())
    line(f"  <CONFIG{facts}>")
    for row in element_xml(found.root, 2, defaults=defaults, name=found.name.replace("/", "-")):
        line(row)
    line("  </CONFIG>")


def _value(found: EffectiveSection, typed: str) -> str:
    """One value, by its name or its way: enabled, requestLimits.maxUrl, files.[value='x'].value. Raises AppCmdError."""
    element: EffectiveElement = found.root
    *above, last = read(typed, "").path
    for part in above:
        if isinstance(part, Selector):
            matching = [e for e in element.entries if all(e.get(name).lower() == value.lower() for name, value in part.pairs)]
            element = matching[0] if matching else EffectiveElement("")
        else:
            element = next((inner for name, inner in element.elements.items() if name.lower() == part.lower()), EffectiveElement(""))
    name = next((name for name in element.values if isinstance(last, str) and name.lower() == last.lower()), None)
    if name is None:
        raise AppCmdError(INVALID_PARAMETER, f'Unknown attribute "{typed}".')
    return shown(name, element.get(name))


# --- search ---------------------------------------------------------------------------------------------------------------


def _search(server: Server, path: ConfigPath, typed: str, given: list[tuple[str, str]]) -> None:
    """The places whose own configuration speaks of the section (or of any), where the settings are as asked."""
    if given and not typed:
        raise AppCmdError(INVALID_PARAMETER, "Settings can be searched for in one section: /section:NAME.")
    section = section_of(server, path, typed) if typed else ""
    for place in _places(server):
        names = [section] if section else sorted(server.hierarchy.chain(place).declarations)
        if place.is_within(path) and any(_speaks(server, name, place) for name in names) and _holds(server, section, place, given):
            line(f'CONFIGSEARCH "{place}"')


def _speaks(server: Server, section: str, place: ConfigPath) -> bool:
    point = str(place).lower()
    return any(layer.point.lower() == point and layer.level >= _SERVER_LEVEL for layer in server.hierarchy.layers(section, place))


def _holds(server: Server, section: str, place: ConfigPath, given: list[tuple[str, str]]) -> bool:
    return all(_value(effective(server.hierarchy, section, place), name).lower() == value.lower() for name, value in given)


def _places(server: Server) -> Iterator[ConfigPath]:
    """Every place that may have configuration of its own, in the hierarchy's order."""
    hierarchy = server.hierarchy
    known: dict[tuple[str, ...], ConfigPath] = {(): ConfigPath()}
    for site in hierarchy.sites():
        for application in site.applications:
            for directory in application.virtual_directories:
                place = ConfigPath(site.name, application.url_of(directory))
                known.setdefault(place.key, place)
                if directory.folder is not None and directory.folder.is_dir():
                    for below in walk(directory.folder).configured:
                        inner = place.child(below)
                        known.setdefault(inner.key, inner)
    root = hierarchy.server.root
    for tag in root.find_all("location") if root else ():
        place = ConfigPath.parse(tag.get("path", ""))
        if place.is_server or hierarchy.site(place.site) is not None:
            known.setdefault(place.key, place)
    yield from (known[key] for key in sorted(known))


# --- set, lock, unlock, clear ---------------------------------------------------------------------------------------------


def _change(server: Server, verb: str, path: ConfigPath, section: str, commit: str | None, given: list[tuple[str, str]]) -> None:
    where = where_of(server, section, path, commit)
    level = commit_level(server, path, commit)
    if verb == "set":
        if not given:
            raise AppCmdError(INVALID_PARAMETER, "Nothing to set; the form is: appcmd set config PATH /section:NAME /attribute:value")
        schema = section_schema(section)
        if schema is None:
            raise AppCmdError(INVALID_PARAMETER, f'The section "{section}" has no schema here: its attributes are not known.')
        changes = Changes(Target(where, (), schema, effective(server.hierarchy, section, path).root))
        for name, value in given:
            changes.take(read(name, value))
        save(server, f"appcmd set config {path.location} {section}".replace("  ", " "), changes.edits, where)
        line(f'Applied configuration changes to section "{section}" for "{path}" at configuration commit path "{level}"')
        return
    if given:
        raise AppCmdError(INVALID_PARAMETER, f'The command "{verb} config" takes no attributes: "{given[0][0]}".')
    if verb == "clear":
        save(server, f"appcmd clear config {section}", (Revert(where),), where)
        line(f'Cleared configuration section "{section}" at configuration path "{path}".')
        return
    # Locking is done even where a file below speaks of the section: IIS then answers 500.19 there, and the words on stderr name the file.
    mode: Mode = "Deny" if verb == "lock" else "Allow"
    save(server, f"appcmd {verb} config {section}", (LockSection(where, mode),), where, insist=verb == "lock")
    line(f'{"Locked" if verb == "lock" else "Unlocked"} section "{section}" at configuration path "{path}".')
