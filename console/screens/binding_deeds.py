"""Deeds on a site's bindings: their page, add, edit, remove; an https binding's certificate is named in the instance's store.

Know no widget but the Desk; dialogs and edits are console/binding_forms.py's.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from console import binding_forms
from console.binding_forms import NO_CERTIFICATE
from console.certificates import listened
from console.forms import Form, Values
from console.places import Place, Target
from console.screens import save_deeds
from console.screens.certificate_deeds import told_of
from console.screens.desk import Desk
from hwebcore.certificate_store import CertificateStore, Contents, StoreFault
from model.sections.sites import Site, SiteBinding


async def bindings(desk: Desk) -> None:
    target = desk.targets[0] if desk.targets else None
    site = target.name.partition("/")[0] if target is not None and target.kind in ("site", "application") else desk.place.site
    desk.open(Place("bindings", site))


def _site(desk: Desk) -> Site:
    found = desk.session.workspace.hierarchy.site(desk.place.site)
    if found is None:
        raise LookupError(f"There is no site {desk.place.site} any more.")
    return found


def _store(desk: Desk) -> CertificateStore | None:
    state = desk.session.workspace.state
    return CertificateStore(state) if state is not None else None


def _contents(desk: Desk) -> Contents:
    store = _store(desk)
    if store is None:
        return Contents()
    try:
        return store.read()
    except (StoreFault, OSError) as error:
        desk.say(str(error), "warning")
        return Contents()


async def add_binding(desk: Desk) -> None:
    values = await desk.fill(_form(desk), lambda: _form(desk))
    if values is None:
        return
    site, text = desk.place.site, binding_forms.information(values)
    await save_deeds.apply(desk, binding_forms.add_binding(site, values), f"add binding {values['type']}/{text} to {site}")
    _name_certificate(desk, values, "")
    desk.redraw()
    desk.select(Target("binding", f"{values['type']}/{text}"))


def _form(desk: Desk, binding: SiteBinding | None = None, certificate: str = "") -> Form:
    contents = _contents(desk)
    site = _site(desk)
    there = next((other for other in site.bindings if binding is not None and _same(other, binding)), None)
    if binding is not None and there is None:
        raise LookupError("The binding was removed.")
    names = tuple(entry.name for entry in contents.certificates)
    return binding_forms.binding_form(desk.session.workspace.hierarchy, site, there, names, certificate, partial(told_of, desk.session))


def _same(one: SiteBinding, other: SiteBinding) -> bool:
    return (one.protocol, one.binding_information) == (other.protocol, other.binding_information)


async def edit_binding(desk: Desk) -> None:
    bound: Any = desk.targets[0].value
    binding: SiteBinding = bound.binding
    served = _served_by(desk, binding)
    form = _form(desk, binding, served)
    values = await desk.fill(form, lambda: _form(desk, binding, served))
    if values is None:
        return
    edit = binding_forms.edit_binding(desk.place.site, binding, values)
    if edit is not None:
        await save_deeds.apply(desk, edit)
    _name_certificate(desk, values, served)
    desk.redraw()


def _served_by(desk: Desk, binding: SiteBinding) -> str:
    from hwebcore.certificate_keys import key_of
    from model.sections.sites import binding_route

    route = binding_route(binding, desk.session.ports) if binding.protocol == "https" else None
    return _contents(desk).bindings.get(key_of(route), "") if route is not None else ""


def _name_certificate(desk: Desk, values: Values, before: str) -> None:
    """Binds the chosen certificate where the service looks for it."""
    place, chosen = binding_forms.certificate_key(values), values["certificate"]
    place = listened(place, desk.session.ports) if place else ""
    store = _store(desk)
    if not place or store is None:
        return
    try:
        if chosen == NO_CERTIFICATE:
            if before:
                store.unbind(place)
                desk.say(f"{before} is served at {place} no more.")
        elif store.read().bindings.get(place) != chosen:
            desk.say(f"{chosen} is served at {store.bind(place, chosen)}.")
    except (StoreFault, OSError) as error:
        desk.say(f"The binding is written, its certificate is as it was: {error}.", "error")


async def remove_binding(desk: Desk) -> None:
    bound: Any = desk.targets[0].value
    binding: SiteBinding = bound.binding
    name = f"{binding.protocol}/{binding.binding_information}"
    if await desk.ask("Remove Site Binding", f"Remove {name} of {desk.place.site}? Nothing answers there then.", "Remove"):
        await save_deeds.apply(desk, binding_forms.remove_binding(desk.place.site, binding), f"remove binding {name} of {desk.place.site}")
        desk.redraw()
