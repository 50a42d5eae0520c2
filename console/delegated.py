"""The features of Feature Delegation, each with its section: who may say what, at the server and for one site.

Knows no widget and writes nothing. model/delegation.py writes the location tags; pages/delegation.py lists, screens/delegation_deeds.py asks.
"""

from __future__ import annotations

from dataclasses import dataclass

from model.config_path import ConfigPath
from model.delegation import Mode, mode_here
from model.document import Element
from model.edits import LockSection, Where
from model.effective import effective
from model.hierarchy import Hierarchy
from model.source import Source

SERVER_ONLY = frozenset({"AppHostOnly", "MachineOnly", "MachineToRootWeb"})
WRITE, READ, KEPT = "Read/Write", "Read Only", "Not Delegated"
_S, _W = "system.webServer", "system.web"
#: IIS Manager's name of a feature → its section.
FEATURES = (
    ("ASP", f"{_S}/asp"), ("Authentication - Anonymous", f"{_S}/security/authentication/anonymousAuthentication"),
    ("Authentication - Basic", f"{_S}/security/authentication/basicAuthentication"),
    ("Authentication - Digest", f"{_S}/security/authentication/digestAuthentication"),
    ("Authentication - Forms", f"{_W}/authentication"), ("Authentication - Windows", f"{_S}/security/authentication/windowsAuthentication"),
    ("Authorization Rules", f"{_S}/security/authorization"), ("CGI", f"{_S}/cgi"), ("Compression", f"{_S}/urlCompression"),
    ("Default Document", f"{_S}/defaultDocument"), ("Directory Browsing", f"{_S}/directoryBrowse"), ("Error Pages", f"{_S}/httpErrors"),
    ("Failed Request Tracing Rules", f"{_S}/tracing/traceFailedRequests"), ("FastCGI Settings", f"{_S}/fastCgi"),
    ("Handler Mappings", f"{_S}/handlers"), ("HTTP Redirect", f"{_S}/httpRedirect"), ("HTTP Response Headers", f"{_S}/httpProtocol"),
    ("IP Address and Domain Restrictions", f"{_S}/security/ipSecurity"),
    ("IP Address and Domain Restrictions - Dynamic", f"{_S}/security/dynamicIpSecurity"),
    ("ISAPI and CGI Restrictions", f"{_S}/security/isapiCgiRestriction"), ("ISAPI Filters", f"{_S}/isapiFilters"), ("Logging", f"{_S}/httpLogging"),
    ("MIME Types", f"{_S}/staticContent"), ("Modules", f"{_S}/modules"), ("Output Caching", f"{_S}/caching"),
    ("Request Filtering", f"{_S}/security/requestFiltering"), ("SSL Settings", f"{_S}/security/access"), ("URL Rewrite", f"{_S}/rewrite/rules"),
    ("WebSocket Protocol", f"{_S}/webSocket"), (".NET Authorization Rules", f"{_W}/authorization"), (".NET Compilation", f"{_W}/compilation"),
    (".NET Error Pages", f"{_W}/customErrors"), (".NET Globalization", f"{_W}/globalization"), (".NET Profile", f"{_W}/profile"),
    (".NET Roles", f"{_W}/roleManager"), (".NET Trust Levels", f"{_W}/trust"), (".NET Users", f"{_W}/membership"),
    ("Application Settings", "appSettings"), ("Connection Strings", "connectionStrings"), ("Machine Key", f"{_W}/machineKey"),
    ("Pages and Controls", f"{_W}/pages"), ("Session State", f"{_W}/sessionState"), ("SMTP E-mail", "system.net/mailSettings/smtp"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Delegated:
    """A feature at a place. `own`: what this level's location tag says; `custom`: sites that have a word of their own on it."""

    name: str
    section: str
    state: str
    own: Mode
    source: Source | None
    custom: tuple[str, ...] = ()


def delegated(hierarchy: Hierarchy, path: ConfigPath) -> tuple[Delegated, ...]:
    """Every feature whose section is declared."""
    found = []
    words = _words_of_sites(hierarchy) if path.is_server else {}
    for name, section in FEATURES:
        here = effective(hierarchy, section, path)
        if not here.declared:
            continue
        kept = here.allow_definition in SERVER_ONLY
        state = KEPT if kept else READ if here.locked_level is not None else WRITE
        own = mode_here(hierarchy.server, section, "" if path.is_server else path.location)
        found.append(Delegated(name, section, state, own, here.root.source, tuple(words.get(section, ())) if not kept else ()))
    return tuple(found)


def _words_of_sites(hierarchy: Hierarchy) -> dict[str, list[str]]:
    """Section → the sites that have a word of their own on it: each location tag is looked at once, as there may be thousands."""
    found: dict[str, list[str]] = {}
    root = hierarchy.server.root
    for tag in root.find_all("location") if root is not None else ():
        site = hierarchy.site((tag.get("path") or "").strip("/"))
        if site is None or (tag.get("overrideMode") in (None, "Inherit") and tag.get("allowOverride") is None):
            continue
        for _, section in FEATURES:
            inner: Element | None = tag
            for step in section.split("/"):
                inner = inner.find(step) if inner is not None else None
            if inner is not None and site.name not in found.setdefault(section, []):
                found[section].append(site.name)
    return found


def lock(section: str, path: ConfigPath, mode: Mode) -> LockSection:
    """Always in applicationHost.config: a level cannot unlock itself."""
    return LockSection(Where(section) if path.is_server else Where(section, path, "location"), mode)
