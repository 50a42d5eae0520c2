"""Authentication: the ways in which a user can say who they are, and whether each is on here.

Knows no widget, file or process; each way is a section with a switch, named in one table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console import ways
from console.collection import executed
from console.lines import Column, Line, Row, cell, line, run
from console.listing import ListPage, View
from console.places import Target
from console.ways import Way
from model.edits import Edit, SetAttribute, Where
from model.source import Source

_NATIVE = "system.webServer/security/authentication/"
CHALLENGE, REDIRECT = "HTTP 401 Challenge", "HTTP 302 Login/Redirect"


@dataclass(frozen=True, slots=True)
class Scheme:
    """A way to authenticate. `switch`: (attribute, its value when on, when off)."""

    name: str
    section: str
    response: str = ""
    switch: tuple[str, str, str] = ("enabled", "true", "false")
    #: What Edit… asks.
    settings: tuple[str, ...] = ()


SCHEMES = (
    Scheme("Anonymous Authentication", f"{_NATIVE}anonymousAuthentication", settings=("userName", "logonMethod")),
    Scheme("ASP.NET Impersonation", "system.web/identity", switch=("impersonate", "true", "false"), settings=("userName",)),
    Scheme("Basic Authentication", f"{_NATIVE}basicAuthentication", CHALLENGE, settings=("realm", "defaultLogonDomain")),
    Scheme("Digest Authentication", f"{_NATIVE}digestAuthentication", CHALLENGE, settings=("realm",)),
    Scheme("Forms Authentication", "system.web/authentication", REDIRECT, ("mode", "Forms", "Windows"),
         ("forms/loginUrl", "forms/timeout", "forms/slidingExpiration", "forms/name", "forms/cookieless", "forms/protection", "forms/requireSSL",
          "forms/defaultUrl", "forms/cookieSameSite")),
    Scheme("Windows Authentication", f"{_NATIVE}windowsAuthentication", CHALLENGE, settings=("useKernelMode", "authPersistNonNTLM")),
    Scheme("AD Client Certificate Authentication", f"{_NATIVE}clientCertificateMappingAuthentication"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Switch:
    section: str
    attribute: str
    on: str
    off: str
    name: str

    def edit(self, where: Where, on: bool) -> Edit:
        return SetAttribute(where, (), self.attribute, self.on if on else self.off)


@dataclass(frozen=True, slots=True)
class Method:
    """The value of a row's target: what Enable, Disable and Edit… act on."""

    scheme: Scheme
    enabled: bool
    locked: bool
    source: Source | None

    @property
    def section(self) -> str:
        return self.scheme.section

    @property
    def switch(self) -> Switch:
        return Switch(self.scheme.section, *self.scheme.switch, self.scheme.name)

    @property
    def settings(self) -> tuple[str, tuple[str, ...]]:
        return self.scheme.section, self.scheme.settings


def rows(view: View) -> Sequence[Row]:
    return [_row(view, scheme) for scheme in SCHEMES]


def _row(view: View, scheme: Scheme) -> Row:
    section = ways.section(view, scheme.section)
    attribute, on, _ = scheme.switch
    value = section.root.values.get(attribute)
    enabled = value is not None and value.value.lower() == on.lower()
    local = value is not None and value.local
    where = ("Local" if local else "Inherited") + ("  locked" if section.locked else "")
    status = "Enabled" if enabled else "Disabled"
    unheard = enabled and not executed(scheme.section)
    method = Method(scheme, enabled, section.locked, value.source if value is not None else None)
    return Row(
        Target("authentication", scheme.name, method),
        {
            "name": cell(scheme.name, bold=enabled),
            "status": cell(f"{status}, not executed" if unheard else status, "warning" if unheard else "text" if enabled else "quiet"),
            "response": cell(scheme.response, "quiet"),
            "entry": cell(where, "text" if local else "quiet"),
        },
        groups={"status": (status, "heading"), "response": (scheme.response or "None", "heading"), "entry": (where.split()[0], "heading")},
    )


def detail(view: View, target: Target | None) -> Sequence[Line]:
    method = target.value if target is not None else None
    if not isinstance(method, Method):
        return ()
    runs = [run(method.scheme.name, bold=True)]
    for path in method.scheme.settings:
        owner, _, name = path.rpartition("/")
        element = ways.element(view, Way(method.scheme.section).along(owner))
        if element is not None and element.get(name):
            runs += [run(f"   {name} ", "quiet"), run(element.get(name))]
    found = [line(*runs)]
    if method.source is not None:
        found.append(line(run("switched in ", "quiet"), run(str(method.source), "link", link="view_source")))
    if not executed(method.scheme.section):
        found.append(
            line(run("Kept and editable, not executed: this server does not ask users in this way yet.", "warning" if method.enabled else "quiet"))
        )
    return found


PAGE = ListPage(
    "authentication", "Authentication", "How a user says who they are. With several ways on, the first that gives a user decides.",
    (Column("name", "Name", 26, grow=36), Column("status", "Status", 8, grow=24), Column("response", "Response Type", 18, drop=2, grow=24),
     Column("entry", "Entry Type", 17, drop=1)),
    rows, groups=(("", "No Grouping"), ("status", "Status"), ("response", "Response Type"), ("entry", "Entry Type")), detail=detail,
    group_order=("Enabled", "Disabled"), section=f"{_NATIVE}anonymousAuthentication",
)  # fmt: skip
