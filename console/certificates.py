"""The instance's certificates as the console uses them: what is kept, the dialogs that make and import, where a binding's is found. No Textual.

Knows the store through hwebcore/certificate_store.py and no widget; what a deed does with a dialog's answers stands here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from console.forms import Field, Form, Values, folder_of
from hwebcore.certificate import Certificate
from hwebcore.certificate_keys import BadKey, key, key_of, keys_for, parsed_key
from hwebcore.certificate_store import CertificateStore, Contents, StoreFault
from model.hierarchy import Hierarchy
from model.presence import is_file
from model.sections.sites import binding_route

if TYPE_CHECKING:
    from hwebcore.certificate_making import Pair

NO_CERTIFICATE = "None"


class Shelf:
    """The store, read again when something in it changed. `fault`: why it cannot be read."""

    def __init__(self, state: Path | None) -> None:
        self.store = CertificateStore(state) if state is not None else None
        self.fault = ""
        self._signature: tuple[object, ...] | None = None
        self._contents = Contents()

    @property
    def contents(self) -> Contents:
        if self.store is None:
            return self._contents
        signature = self.store.signature()
        if signature != self._signature:
            self._signature = signature
            try:
                self._contents, self.fault = self.store.read(), ""
            except (StoreFault, OSError) as error:
                self._contents, self.fault = Contents(), str(error)
        return self._contents

    @property
    def kept(self) -> CertificateStore:
        """Raises LookupError where the console has no instance's folder."""
        if self.store is None:
            raise LookupError("This console keeps no state: there is nowhere to keep a certificate.")
        return self.store


def listened(place: str, ports: Mapping[int, int]) -> str:
    """A key of the configuration's port as the service looks for it: by the port listened on."""
    host, _, port = place.rpartition(":")
    return key(host.strip("[]"), ports.get(int(port), int(port)))


def wanted(hierarchy: Hierarchy, contents: Contents, ports: Mapping[int, int]) -> Iterator[tuple[str, str]]:
    """The https bindings that have no certificate: its place in the store, and the name that clients ask for ("" for any)."""
    for site in hierarchy.sites():
        for binding in site.bindings:
            route = binding_route(binding, ports) if binding.protocol.casefold() == "https" else None
            if route is not None and not any(place in contents.bindings for place in keys_for(route.ip, route.port, route.host)):
                yield key_of(route), route.host


def create_form(contents: Contents, missing: Iterable[tuple[str, str]] = ()) -> Form:
    """Create Self-Signed Certificate. `missing`: as `wanted` tells; it begins with what the first of them needs."""
    first, host = next(iter(missing), ("", ""))
    name = host.replace("*", "any") or "localhost" if first else ""
    fields = (
        Field("name", "Name:", initial="" if name and _name_problem(contents, name) else name, hint="What it is called here"),
        Field("hosts", "Host names:", initial=host or "localhost, 127.0.0.1", hint="Such as www.example.org, *.example.org or an address"),
        Field("days", "Days:", initial="365", hint="Until it expires"),
        Field("bind", "Serve it at:", initial=first, hint="Optional: host:port, ip:port or *:port, with the port listened on"),
    )

    def check(values: Values) -> Mapping[str, str]:
        problems = {"name": _name_problem(contents, values["name"])}
        if not _words(values["hosts"]):
            problems["hosts"] = "It needs a host name or an address."
        days = values["days"].strip()
        if not days.isascii() or not days.isdigit() or not 0 < int(days) <= 3650:
            problems["days"] = "A number from 1 to 3650."
        problems["bind"] = _places_problem(values["bind"])
        return {name: problem for name, problem in problems.items() if problem}

    return Form("Create Self-Signed Certificate", fields, check, ok="Create")


def create(shelf: Shelf, values: Values) -> Certificate:
    """Raises StoreFault or BadCertificate."""
    from hwebcore.certificate_making import self_signed  # who asks where a binding is found waits for no library

    made = shelf.kept.add(values["name"].strip(), self_signed(_words(values["hosts"]), int(values["days"])))
    for text in _words(values["bind"]):
        shelf.kept.bind(text, made.name)
    return made


def import_form(contents: Contents, missing: Iterable[tuple[str, str]] = ()) -> Form:
    """Import Certificate. `missing`: as `wanted` tells; the hint names the first, which may be another's."""
    first = next((place for place, _ in missing), "")
    hint = f"Optional; {first} has none" if first else "Optional: host:port, ip:port or *:port, with the port listened on"
    fields = (
        Field("file", "Certificate file:", hint="PEM, or PKCS#12 (.pfx, .p12)"),
        Field("key", "Key file:", hint="Only for PEM whose private key stands in a file of its own"),
        Field("password", "Password:", "secret", hint="Of the key, where it has one"),
        Field("name", "Name:", hint="What it is called here; empty: the file's name"),
        Field("replace", "Replace one of that name: its bindings follow", "check", "false"),
        Field("bind", "Serve it at:", hint=hint),
    )

    def check(values: Values) -> Mapping[str, str]:
        problems = {}
        for field in ("file", "key"):
            text = values[field].strip()
            if (text or field == "file") and not is_file(folder_of(text)):
                problems[field] = "There is no such file." if text else "Which file?"
        if values["name"].strip() and values["replace"] != "true":
            problems["name"] = _name_problem(contents, values["name"])
        problems["bind"] = _places_problem(values["bind"])
        return {name: problem for name, problem in problems.items() if problem}

    return Form("Import Certificate", fields, check, ok="Import")


def take_in(shelf: Shelf, values: Values) -> Certificate:
    """Raises StoreFault, BadCertificate or OSError."""
    path = folder_of(values["file"])
    key_file = values["key"].strip()
    made = shelf.kept.add(
        values["name"].strip() or path.stem,
        _read(path.read_bytes(), folder_of(key_file).read_bytes() if key_file else b"", values["password"]),
        replace=values.get("replace") == "true",
    )
    for text in _words(values["bind"]):
        shelf.kept.bind(text, made.name)
    return made


def _read(data: bytes, key_text: bytes, password: str) -> Pair:
    from hwebcore.certificate_making import from_pem, from_pkcs12  # as above

    return from_pem(data, key_text, password) if b"-----BEGIN " in data else from_pkcs12(data, password)


def _places_problem(text: str) -> str:
    for word in _words(text):
        try:
            parsed_key(word)
        except BadKey as error:
            return str(error)
    return ""


def _name_problem(contents: Contents, name: str) -> str:
    if not name.strip():
        return "It needs a name."
    return "There is a certificate of that name." if contents.named(name.strip()) is not None else ""


def _words(text: str) -> list[str]:
    return [word for word in text.replace(",", " ").split() if word]


__all__ = ["NO_CERTIFICATE", "Shelf", "StoreFault", "create", "create_form", "import_form", "listened", "take_in", "wanted"]
