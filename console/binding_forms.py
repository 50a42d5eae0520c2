"""Dialogs of a site's bindings, and the edits that come out of them. No Textual.

Knows no widget and applies nothing. Certificates stand in the instance's store, not in the XML: the deed binds them under `certificate_key`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from console.addresses import is_address
from console.certificate_choice import ViewOf, certificate_fields
from console.forms import SITES, Field, Form, Values
from console.site_forms import site_step
from hwebcore.certificate_keys import CENTRAL_STORE, SNI, key_of
from model.edits import AddEntry, Batch, Edit, RemoveEntry, SetAttribute, Step, Where
from model.hierarchy import Hierarchy
from model.sections.sites import Site, SiteBinding, binding_route

TYPES = tuple((name, name) for name in ("http", "https", "net.tcp", "net.pipe", "net.msmq", "msmq.formatname", "ftp"))
#: Bits of sslFlags (reference cfg 5.1) that the dialog switches; the others stay as they are.
FLAGS = (("sni", SNI), ("http2", 4), ("tls13", 32), ("legacy", 64))
_LABELS = {
    "sni": "Require Server Name Indication", "http2": "Disable HTTP/2", "tls13": "Disable TLS 1.3 over TCP", "legacy": "Disable legacy TLS",
}  # fmt: skip
NO_CERTIFICATE = "None"


@dataclass(frozen=True, slots=True)
class Parts:
    """A binding's bindingInformation taken apart; `text` where its protocol has no address."""

    ip: str = "*"
    port: str = "80"
    host: str = ""
    text: str = ""


def parts(binding: SiteBinding) -> Parts:
    if not by_address(binding.protocol):
        return Parts(text=binding.binding_information)
    front, _, host = binding.binding_information.rpartition(":")
    ip, _, port = front.rpartition(":")
    return Parts(ip or "*", port, host)


def by_address(protocol: str) -> bool:
    return protocol.casefold() in ("http", "https", "ftp")


def binding_form(
    hierarchy: Hierarchy,
    site: Site,
    binding: SiteBinding | None = None,
    certificates: Sequence[str] = (),
    certificate: str = "",
    view: ViewOf | None = None,
) -> Form:
    """Add Site Binding, or Edit. `certificates`: the store's names; `view`: of one of them."""
    now = parts(binding) if binding is not None else Parts()
    flags = binding.ssl_flags if binding is not None else 0
    named = certificates if not certificate or certificate in certificates else (*certificates, certificate)
    fields = (
        Field("type", "Type:", "choice", binding.protocol if binding is not None else "http", _types(binding)),
        Field("ip", "IP address:", initial=now.ip, hint="* is All Unassigned; an IPv6 address in brackets"),
        Field("port", "Port:", initial=now.port),
        Field("host", "Host name:", initial=now.host, hint="For example www.example.org or *.example.org; empty answers every name"),
        Field("information", "Binding information:", initial=now.text, hint="For net.tcp such as 808:*, for others a host name"),
        *certificate_fields(named, certificate, NO_CERTIFICATE, view),
        *(Field(name, _LABELS[name], "check", str(bool(flags & bit)).lower()) for name, bit in FLAGS),
    )  # fmt: skip
    others = {other for other in site.bindings if other is not binding}

    def check(values: Values) -> Mapping[str, str]:
        return dict(_faults(hierarchy, site, others, values))

    def disabled(values: Values) -> set[str]:
        away = {"information"} if by_address(values["type"]) else {"ip", "port", "host"}
        return away if values["type"] == "https" else away | {"certificate", "view", *(name for name, _ in FLAGS)}

    title = "Add Site Binding" if binding is None else "Edit Site Binding"
    return Form(f"{title} — {site.name}", fields, check, "applicationHost.config", disabled=disabled, follows=usual_port)


def usual_port(name: str, values: Values) -> Values:
    """Another type's usual port, where this one's stood: as in IIS Manager."""
    usual = {"http": "80", "https": "443", "ftp": "21"}
    follows = name == "type" and values["type"] in usual and values["port"] in usual.values()
    return {"port": usual[values["type"]]} if follows else {}


def _types(binding: SiteBinding | None) -> tuple[tuple[str, str], ...]:
    known = any(value == binding.protocol for value, _ in TYPES) if binding is not None else True
    return TYPES if known or binding is None else (*TYPES, (binding.protocol, binding.protocol))


def _faults(hierarchy: Hierarchy, site: Site, others: set[SiteBinding], values: Values) -> Iterator[tuple[str, str]]:
    if not by_address(values["type"]):
        if not values["information"].strip() or not values["information"].isprintable():
            yield "information", "This must be filled in."
        return
    port, host = values["port"].strip(), values["host"].strip()
    if not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
        yield "port", "A port is a number from 1 to 65535."
        return
    if not is_address(values["ip"].strip()):
        yield "ip", "An address of this computer, or *."
    if any(character in ' /\\:"<>' or not character.isprintable() for character in host):
        yield "host", "Only the name: no scheme, no port, no path."
    elif "*" in host.removeprefix("*."):
        yield "host", "A wildcard stands for the first part alone: *.example.org."
    elif values["sni"] == "true" and values["type"] == "https" and not host:
        yield "host", "Server Name Indication needs a host name."
    owner = _owner(hierarchy, site, others, values["type"], information(values))
    if owner:
        yield "port", owner


def _owner(hierarchy: Hierarchy, site: Site, others: set[SiteBinding], protocol: str, text: str) -> str:
    """Who has this binding already (reference cfg 5.2: the second site would not start)."""
    wanted = (protocol.casefold(), text.casefold())
    if any((other.protocol.casefold(), other.binding_information.casefold()) == wanted for other in others):
        return "The site has this binding already."
    for other in hierarchy.sites():
        if other.name != site.name:
            for binding in other.bindings:
                if (binding.protocol.casefold(), binding.binding_information.casefold()) == wanted:
                    return f"{other.name} has this binding: only one of the two sites could run."
    return ""


def information(values: Values) -> str:
    """bindingInformation as it is written."""
    if not by_address(values["type"]):
        return values["information"].strip()
    return f"{values['ip'].strip() or '*'}:{int(values['port'])}:{values['host'].strip()}"


def ssl_flags(values: Values, before: int = 0) -> int:
    if values["type"] != "https":
        return 0
    own = sum(bit for _, bit in FLAGS)
    return (before & ~own) | sum(bit for name, bit in FLAGS if values.get(name) == "true")


def certificate_key(values: Values) -> str:
    """Where the store keeps the binding's certificate; "" for what needs none."""
    if values["type"] != "https":
        return ""
    flags = ssl_flags(values)
    route = binding_route(SiteBinding(protocol="https", binding_information=information(values), ssl_flags=flags), {})
    return key_of(route) if route is not None and not flags & CENTRAL_STORE else ""


def _key(protocol: str, text: str) -> tuple[tuple[str, str], ...]:
    return (("protocol", protocol), ("bindingInformation", text))


def _bindings(site: str) -> tuple[Step, ...]:
    return (*site_step(site), Step("bindings"))


def add_binding(site: str, values: Values) -> Edit:
    flags = ssl_flags(values)
    attributes = _key(values["type"], information(values)) + ((("sslFlags", str(flags)),) if flags else ())
    return AddEntry(Where(SITES), _bindings(site), "binding", attributes)


def edit_binding(site: str, binding: SiteBinding, values: Values) -> Edit | None:
    """Only what differs is written; the key last, so that the steps still lead to the binding."""
    protocol, text, flags = values["type"], information(values), ssl_flags(values, binding.ssl_flags)
    steps = (*_bindings(site), Step("binding", _key(binding.protocol, binding.binding_information)))
    edits: list[Edit] = []
    if flags != binding.ssl_flags:
        edits.append(SetAttribute(Where(SITES), steps, "sslFlags", str(flags) if flags else None))
    if text != binding.binding_information:
        edits.append(SetAttribute(Where(SITES), steps, "bindingInformation", text))
        steps = (*_bindings(site), Step("binding", _key(binding.protocol, text)))
    if protocol != binding.protocol:
        edits.append(SetAttribute(Where(SITES), steps, "protocol", protocol))
    return Batch(f"edit binding {protocol}/{text} of {site}", tuple(edits)) if edits else None


def remove_binding(site: str, binding: SiteBinding) -> Edit:
    return RemoveEntry(Where(SITES), _bindings(site), _key(binding.protocol, binding.binding_information), entry="binding")
