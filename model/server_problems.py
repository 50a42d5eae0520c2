"""What is wrong with applicationHost.config at its own level: an error among it makes the whole unusable.

Knows no sites' files and no pools. compiler.py asks first; the problems of paths below are scopes.py's.
"""

from __future__ import annotations

from collections.abc import Iterator

from model.config_path import ConfigPath
from model.hierarchy import Hierarchy
from model.scopes import READ
from model.sections import web_limits
from model.sections.application_pools import ApplicationPools
from model.sections.isapi_cgi_restriction import IsapiCgiRestriction
from model.sections.log import Log
from model.sections.modules import GlobalModules
from model.sections.sites import Sites
from model.sections.web_limits import WebLimits
from model.source import Problem

#: Read at the server's level alone.
_SERVER_SECTIONS = frozenset({ApplicationPools.SECTION, Sites.SECTION, WebLimits.SECTION, GlobalModules.SECTION, IsapiCgiRestriction.SECTION})


def server_problems(hierarchy: Hierarchy) -> Iterator[Problem]:
    """What is wrong with applicationHost.config at its own level; an error among these makes it unusable as a whole."""
    yield from hierarchy.file_problems(ConfigPath())
    yield from _redirection(hierarchy)
    yield from _tags_for_nobody(hierarchy)
    yield from _not_executed(hierarchy)
    levels = hierarchy.chain(ConfigPath()).levels
    mentioned = set().union(*(level.index.body for level in levels if level.index is not None))
    for name in sorted(_SERVER_SECTIONS | READ | mentioned):
        section = hierarchy.merged(name, ConfigPath())
        needed = name in READ or name in _SERVER_SECTIONS or not section.declared
        for problem in section.problems:
            yield problem if needed or problem.severity != "error" else Problem("warning", problem.code, problem.message, problem.source)


def _redirection(hierarchy: Hierarchy) -> Iterator[Problem]:
    """redirection.config beside the server's file may send IIS to another one."""
    document = hierarchy.read(hierarchy.server.path.with_name("redirection.config"))
    element = document.root.find("configurationRedirection") if document is not None and document.root is not None else None
    if document is not None and element is not None and element.get("enabled", "false").lower() == "true":
        message = f"redirection.config sends IIS to the configuration in '{element.get('path', '')}': it is not followed, this folder's is read"
        yield Problem("warning", "not-executed", message, document.source(element))


def _not_executed(hierarchy: Hierarchy) -> Iterator[Problem]:
    """What the server is asked for in vain."""
    section = hierarchy.merged(WebLimits.SECTION, ConfigPath())
    for message in web_limits.not_executed(WebLimits.from_effective(section)):
        yield Problem("information", "not-executed", message, section.root.source)
    log = hierarchy.merged(Log.SECTION, ConfigPath())
    if Log.from_effective(log).central_log_file_mode == "CentralBinary":
        message = "log has centralLogFileMode CentralBinary: each site keeps a W3C log of its own here"
        yield Problem("information", "not-executed", message, log.root.source)


def _tags_for_nobody(hierarchy: Hierarchy) -> Iterator[Problem]:
    """Location tags for sites that do not exist: IIS passes over them, and so does everything here."""
    file = hierarchy.chain(ConfigPath()).files[-1]
    for tags in file.locations.values():
        for tag in tags:
            site = tag.path.partition("/")[0]
            if site and hierarchy.site(site) is None:
                yield Problem(
                    "information", "unknown-path", f'No site has the name "{site}": this location tag has no effect', file.source(tag.element)
                )
