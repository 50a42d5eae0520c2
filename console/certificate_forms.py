"""View…, Export… and Renew… of a certificate: what they tell and ask, and what is done with the answers. No Textual.

Knows no widget. Making and importing are certificates.py's; the store is hwebcore/certificate_store.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Literal

from console.addresses import address_text
from console.certificates import Shelf
from console.forms import Field, Finding, Form, Report, Values, folder_of
from hwebcore.certificate import Certificate, now
from hwebcore.certificate_keys import key_of, keys_for
from hwebcore.certificate_store import Contents
from model.hierarchy import Hierarchy
from model.presence import is_folder
from model.sections.sites import binding_route

FORMATS = (("pfx", "PKCS#12, with the key (.pfx)"), ("pem-key", "PEM, with the key"), ("pem", "PEM, without the key"))


def view(shelf: Shelf, name: str, hierarchy: Hierarchy, ports: Mapping[int, int]) -> Report:
    """Raises LookupError, StoreFault or OSError."""
    from hwebcore import certificate_export  # a binding's dialog, which knows of certificates, waits for no library

    one = _named(shelf, name)
    more = certificate_export.details(shelf.kept.text(one.name))
    trouble = one.trouble(now())
    state: Literal["bad", "warning", "good"] = "bad" if one.expired(now()) else "warning" if trouble else "good"
    ways = " → ".join(subject for subject, _ in more.chain) + ("" if more.is_whole else f" → {more.chain[-1][1]} (not in the file)")
    return Report(
        f"Certificate — {one.name}",
        (
            Finding("", "Issued to", one.subject),
            Finding("", "Issued by", "itself" if one.self_signed else one.issuer),
            Finding("", "Names", ", ".join(one.names) or "none: clients accept it for no host"),
            Finding(state, "Valid", f"{one.begins:%Y-%m-%d %H:%M} to {one.ends:%Y-%m-%d %H:%M} UTC" + (f"; it {trouble}" if trouble else "")),
            Finding("", "Serves", "; ".join(served(hierarchy, shelf.contents, one.name, ports)) or "nothing"),
            Finding("", "Key", f"{more.key}, kept here; signed with {more.signature}"),
            Finding("", "Serial number", one.serial),
            Finding("", "SHA-1", one.thumbprint),
            Finding("", "SHA-256", more.sha256),
            Finding("", "Chain", ways),
        ),
    )


def served(hierarchy: Hierarchy, contents: Contents, name: str, ports: Mapping[int, int]) -> Iterator[str]:
    """The bindings that show it, then places of the store that no binding asks for."""
    asked = set()
    for site in hierarchy.sites():
        for binding in site.bindings:
            route = binding_route(binding, ports) if binding.protocol.casefold() == "https" else None
            if route is None:
                continue
            host = route.host if key_of(route).startswith(f"{route.host}:") else ""
            place = next((place for place in keys_for(route.ip, route.port, host) if place in contents.bindings), "")
            if place and contents.bindings[place] == name:
                asked.add(place)
                yield f"{site.name} {address_text(route)}"
    for place in contents.keys_of(name):
        if place not in asked:
            yield f"{place} (no binding of a site)"


def export_form(name: str) -> Form:
    fields = (
        Field("format", "Format:", "choice", "pfx", FORMATS, hint="The chain is always in it"),
        Field("file", "Export to:", initial=f"~/{name}.pfx", hint="A file on this computer"),
        Field("password", "Password:", "secret", hint="Locks the key: PKCS#12 needs one; of PEM it is in clear without"),
        Field("confirm", "Confirm password:", "secret"),
    )

    def check(values: Values) -> Mapping[str, str]:
        problems = {"file": _file_problem(values["file"])}
        if values["format"] == "pfx" and not values["password"]:
            problems["password"] = "PKCS#12 needs a password."
        if values["format"] != "pem" and values["password"] != values["confirm"]:
            problems["confirm"] = "The two are not the same."
        return {field: problem for field, problem in problems.items() if problem}

    def disabled(values: Values) -> Collection[str]:
        return ("password", "confirm") if values["format"] == "pem" else ()

    return Form(f"Export Certificate — {name}", fields, check, ok="Export", disabled=disabled)


def _file_problem(text: str) -> str:
    path = folder_of(text)
    if not text.strip() or not text.isprintable():
        return "Which file?"
    if is_folder(path):
        return "It is a folder: name a file in it."
    return "" if is_folder(path.parent) else "There is no such folder."


def export(shelf: Shelf, name: str, values: Values) -> Path:
    """Writes over what is there: who calls has asked. Raises LookupError, StoreFault, BadCertificate or OSError."""
    from hwebcore import certificate_export  # as above

    one, path = _named(shelf, name), folder_of(values["file"])
    text, password = shelf.kept.text(one.name), values["password"]
    if values["format"] == "pfx":
        data = certificate_export.as_pkcs12(text, one.name, password)
    else:
        data = certificate_export.as_pem(text, with_key=values["format"] == "pem-key", password=password)
    certificate_export.write(path, data, secret=values["format"] != "pem")
    return path


def why_not_renewed(one: Certificate) -> str:
    """ "" for a self-signed one: nobody else has to be asked."""
    if one.self_signed:
        return ""
    return f"{one.name} was issued by {one.issued_by}: only they renew it. Import… what they give; with its name it takes the place and the bindings."


def renew_form(shelf: Shelf, name: str) -> Form:
    from hwebcore import certificate_export  # as above

    one = _named(shelf, name)
    kind = certificate_export.details(shelf.kept.text(one.name)).key
    places = ", ".join(shelf.contents.keys_of(one.name))
    about = f"A new key ({kind}) for {', '.join(one.names)}." + (f" It serves {places} from then on." if places else "")
    days = str(min(3650, certificate_export.lasts_days(one.begins, one.ends)))
    hint = f"Until it expires. {about} Who was told to trust the old one has to be told again"

    def check(values: Values) -> Mapping[str, str]:
        typed = values["days"].strip()
        good = typed.isascii() and typed.isdigit() and 0 < int(typed) <= 3650
        return {} if good else {"days": "A number from 1 to 3650."}

    return Form(f"Renew Certificate — {one.name}", (Field("days", "Days:", initial=days, hint=hint),), check, ok="Renew")


def renew(shelf: Shelf, name: str, days: int) -> Certificate:
    """The bindings follow: they name it, and it keeps its name. Raises LookupError, StoreFault, BadCertificate or OSError."""
    from hwebcore import certificate_export  # as above

    one = _named(shelf, name)
    return shelf.kept.add(one.name, certificate_export.renewed(shelf.kept.text(one.name), one.names, days), replace=True)


def _named(shelf: Shelf, name: str) -> Certificate:
    found = shelf.contents.named(name)
    if found is None:
        raise LookupError(f"The certificate {name} cannot be read: {shelf.contents.unreadable.get(name, 'it is gone')}.")
    return found
