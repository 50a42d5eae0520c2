"""The features of Feature Delegation, each with its section: who may say what, at the server and for one site.

Knows no widget and writes nothing. model/delegation.py writes the location tags; pages/delegation.py lists, screens/delegation_deeds.py asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model import administration
from model.config_path import ConfigPath
from model.delegation import mode_here
from model.document import Document, Element
from model.edits import Edit, LockSection, Where
from model.effective import effective
from model.hierarchy import Hierarchy
from model.section_place import Mode
from model.source import Source

SERVER_ONLY = frozenset({"AppHostOnly", "MachineOnly", "MachineToRootWeb"})
WRITE, READ, KEPT = "Read/Write", "Read Only", "Not Delegated"
_S, _W = "system.webServer", "system.web"
BESIDE_DATA = (".NET Roles", ".NET Users")
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
#: A feature's name in administration.config. What stands in IIS Manager only as a part of another page has none.
MODULES = {
    "ASP": "ClassicAsp", "Authentication - Anonymous": "AnonymousAuthentication", "Authentication - Basic": "BasicAuthentication",
    "Authentication - Digest": "DigestAuthentication", "Authentication - Forms": "FormsAuthentication",
    "Authentication - Windows": "WindowsAuthentication", "Authorization Rules": "Authorization", "CGI": "Cgi", "Compression": "Compression",
    "Default Document": "DefaultDocument", "Directory Browsing": "DirectoryBrowse", "Error Pages": "CustomErrors",
    "Failed Request Tracing Rules": "FailureTracing", "FastCGI Settings": "FastCgi", "Handler Mappings": "Handlers",
    "HTTP Redirect": "HttpRedirect", "HTTP Response Headers": "HttpHeaders", "IP Address and Domain Restrictions": "IPRestrictions",
    "ISAPI and CGI Restrictions": "ExtensionRestrictions", "ISAPI Filters": "IsapiFilters", "Logging": "Logging", "MIME Types": "MimeTypes",
    "Modules": "Modules", "Output Caching": "NativeCaching", "Request Filtering": "RequestFiltering", "SSL Settings": "Ssl",
    "URL Rewrite": "Rewrite", ".NET Authorization Rules": "ASPNETAuthorization", ".NET Compilation": "Compilation",
    ".NET Error Pages": "ASPNETErrorPages", ".NET Globalization": "Globalization", ".NET Profile": "Profile", ".NET Roles": "Roles",
    ".NET Trust Levels": "TrustLevels", ".NET Users": "Users", "Application Settings": "AppSettings",
    "Connection Strings": "ConnectionStrings", "Machine Key": "MachineKey", "Pages and Controls": "WebForms", "Session State": "SessionState",
    "SMTP E-mail": "SmtpMail",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Delegated:
    """A feature at a place. `own`: what this level's location tag says; `custom`: sites that have a word of their own on it.

    `declared`: its declaration keeps it in applicationHost.config. `hidden`: administration.config does not show it to a site's managers;
    `hides`: by this level's own word.
    """

    name: str
    section: str
    state: str
    own: Mode
    source: Source | None
    custom: tuple[str, ...] = ()
    declared: bool = False
    hidden: bool = False
    hides: bool = False
    locked: bool = False

    @property
    def module(self) -> str:
        """Its name in administration.config; "" where IIS Manager cannot hide it."""
        return MODULES.get(self.name, "")

    @property
    def said(self) -> str:
        """The state as IIS Manager writes it: of what has data beside its configuration, only the configuration is delegated."""
        return f"Configuration {self.state}" if self.name in BESIDE_DATA and self.state != KEPT else self.state

    @property
    def speaks(self) -> bool:
        """Whether this level says anything of it."""
        return self.own != "Inherit" or self.hides


def delegated(hierarchy: Hierarchy, path: ConfigPath, shown: Document | None = None) -> tuple[Delegated, ...]:
    """Every feature whose section is declared. `shown`: administration.config."""
    found = []
    words = _words_of_sites(hierarchy) if path.is_server else {}
    for name, section in FEATURES:
        here = effective(hierarchy, section, path)
        if not here.declared:
            continue
        kept = here.allow_definition in SERVER_ONLY
        hidden = name in MODULES and not administration.is_shown(shown, path, MODULES[name])
        hides = hidden if path.is_server else name in MODULES and bool(administration.own_word(shown, path, MODULES[name]))
        state = KEPT if kept or hidden else READ if here.locked_level is not None else WRITE
        own = mode_here(hierarchy.server, section, "" if path.is_server else path.location)
        custom = tuple(words.get(section, ())) if not kept else ()
        found.append(Delegated(name, section, state, own, here.root.source, custom, kept, hidden, hides, here.locked_level is not None))
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


def give(entries: Sequence[Delegated], path: ConfigPath, state: str, shown: Document | None) -> tuple[Edit, ...]:
    """The edits that give the features a state here; "" takes this level's words back."""
    mode: Mode = {WRITE: "Allow", "": "Inherit"}.get(state, "Deny")  # type: ignore[assignment]  # the three words are the modes
    found: list[Edit] = []
    for entry in entries:
        found.append(lock(entry.section, path, mode))
        if entry.module:
            turn = {KEPT: administration.hidden, "": administration.inherited}.get(state, administration.shown)
            found += turn(shown, path, entry.module)
    return tuple(found)


def lock(section: str, path: ConfigPath, mode: Mode) -> LockSection:
    """Always in applicationHost.config: a level cannot unlock itself."""
    return LockSection(Where(section) if path.is_server else Where(section, path, "location"), mode)
