"""Where an appcmd command on configuration looks and writes: the identifier (path or URL), /section:, /commit:.

Knows names of sections and sites; reads no value. config.py does the rest.
"""

from __future__ import annotations

import fnmatch

from console.cli.appcmd.failure import INVALID_PARAMETER, NOT_FOUND, NOT_SUPPORTED, AppCmdError
from console.cli.appcmd.server import Server
from console.cli.output import Ended
from console.cli.target import find_target
from model.config_path import SERVER, ConfigPath
from model.edits import Where
from model.schema import sections

_PREFERRED = ("system.webServer/", "system.applicationHost/", "system.webServer/security/", "system.web/")


def path_of(server: Server, identifier: str) -> ConfigPath:
    """The place that an identifier names: "" (the server), MACHINE/WEBROOT/APPHOST/Site/app, Site/app, a URL. Raises AppCmdError."""
    if "://" in identifier:
        return _of_url(server, identifier)
    if identifier.upper().strip("/") in ("MACHINE", "MACHINE/WEBROOT"):
        raise AppCmdError(NOT_SUPPORTED, f"{identifier} is .NET's own level: its values are part of this program and cannot be changed.")
    path = ConfigPath.parse(identifier)
    if path.is_server:
        return path
    site = server.hierarchy.site(path.site)
    if site is None:
        raise AppCmdError(NOT_FOUND, f"Unrecognized configuration path '{path}'.")
    return ConfigPath(site.name, path.path)


def _of_url(server: Server, url: str) -> ConfigPath:
    from model.compiler import compile_server

    try:
        target = find_target(url, compile_server(server.hierarchy).routes)
    except Ended as ended:
        raise AppCmdError(NOT_FOUND, ended.words.replace("\n", "; ")) from ended
    return ConfigPath(target.site, target.path.partition("?")[0])


def section_names(server: Server, path: ConfigPath) -> list[str]:
    """Every section that can be spoken of at a place."""
    return sorted(sections() | server.hierarchy.chain(path).declarations.keys())


def section_of(server: Server, path: ConfigPath, typed: str) -> str:
    """A section's full name, by that or by its last word. Raises AppCmdError."""
    names = section_names(server, path)
    exact = [name for name in names if name.lower() == typed.lower()]
    ending = [name for name in names if name.lower().endswith("/" + typed.lower())]
    preferred = [name for prefix in _PREFERRED for name in ending if name.lower() == (prefix + typed).lower()]
    found = exact or preferred[:1] or ending
    if not found:
        raise AppCmdError(INVALID_PARAMETER, f'Unknown config section "{typed}". /section:? lists them.')
    if len(found) > 1:
        raise AppCmdError(INVALID_PARAMETER, f'"{typed}" may be each of {", ".join(found)}: give its whole name.')
    return found[0]


def matching_sections(server: Server, path: ConfigPath, pattern: str) -> list[str]:
    """What /section:? and /section:?system.webServer/* list."""
    names = section_names(server, path)
    return [name for name in names if fnmatch.fnmatchcase(name.lower(), pattern.lower())] if pattern else names


def where_of(server: Server, section: str, path: ConfigPath, commit: str | None) -> Where:
    """Where a change is written. Raises AppCmdError."""
    level = commit_level(server, path, commit)
    if level.key == path.key:
        return Where(section, path)
    if not path.is_within(level):
        raise AppCmdError(INVALID_PARAMETER, f'"{commit}" is not above {path}: what holds there cannot be written in it.')
    return Where(section, path, "location" if level.is_server else level)


def commit_level(server: Server, path: ConfigPath, commit: str | None) -> ConfigPath:
    word = (commit or "url").lower()
    if word == "url":
        return path
    if word in ("apphost", SERVER.lower()):
        return ConfigPath()
    if word in ("site", "app") and path.is_server:
        return path
    if word == "site":
        return ConfigPath(path.site)
    if word == "app":
        application, _, _ = server.hierarchy.map_url(path.site, path.path)
        return ConfigPath(path.site, application.path if application else "/")
    return path_of(server, commit or "")
