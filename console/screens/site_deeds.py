"""Deeds on sites: add, basic settings, remove; failed request tracing, limits and HSTS, each in its dialog.

Know no widget but the Desk; edits are forms.py's, site_forms.py's and site_part_forms.py's.
"""

from __future__ import annotations

from functools import partial

from console import binding_forms, forms, site_forms, site_part_forms
from console.certificates import listened
from console.forms import Field, Form
from console.places import Place, Target
from console.screens import certificate_deeds, save_deeds
from console.screens.application_deeds import accounts_of
from console.screens.desk import Desk
from console.site_part_forms import Part
from hwebcore.certificate_store import StoreFault
from model.edits import Batch, RemoveEntry, SetAttribute, Where


async def add_site(desk: Desk) -> None:
    shelf = desk.session.certificates
    names = tuple(one.name for one in shelf.contents.certificates)
    view = partial(certificate_deeds.told_of, desk.session)

    def made() -> Form:
        return site_forms.site_form(desk.session.workspace.hierarchy, names, accounts_of(desk.session), view)

    values = await desk.fill(made(), made)
    if values is None:
        return
    name = values["name"].strip()
    await save_deeds.apply(desk, site_forms.add_site(desk.session.workspace.hierarchy, values), f"add site {name}")
    say_stopped(desk, name, values["start"])
    desk.redraw()
    desk.select(Target("site", name))
    if values["type"] == "https" and values["certificate"]:
        try:
            shelf.kept.bind(listened(binding_forms.certificate_key(values), desk.session.ports), values["certificate"])
        except (StoreFault, LookupError, OSError) as error:
            desk.say(f"{name} is added, {values['certificate']} is not bound to it: {error}. Its bindings name one.", "error")
            return
        await certificate_deeds.share_out(desk)


def say_stopped(desk: Desk, name: str, start: str) -> None:
    """What is to start at once and does not, says why."""
    if start == "true" and desk.session.stopped:
        desk.say(f"{name} is stopped, as the server is: Start in Manage Server starts it with the rest.", "warning")


async def remove_sites(desk: Desk) -> None:
    names = [target.name for target in desk.targets if target.kind == "site"]
    if await desk.ask("Remove Website", f"Remove {', '.join(names)}? The folder and its files stay.", "Remove"):
        edits = tuple(RemoveEntry(Where(forms.SITES), (), (("name", name),), "remove") for name in names)
        await save_deeds.apply(desk, Batch(f"remove site {', '.join(names)}", edits))


async def edit_site(desk: Desk) -> None:
    """Basic Settings."""
    name = desk.targets[0].name

    def made() -> Form | None:
        return site_forms.site_settings_form(desk.session.workspace.hierarchy, name, accounts_of(desk.session))

    form = made()
    values = await desk.fill(form, made) if form is not None else None
    edit = site_forms.edit_site(name, form.initial, values) if form is not None and values is not None else None
    if edit is None or values is None:
        return
    await save_deeds.apply(desk, edit)
    new = values["name"].strip()
    if new != name and desk.place.site == name:
        desk.open(Place(desk.place.page, new, desk.place.app, desk.place.detail))
    desk.redraw()
    desk.select(Target("site", new))


async def rename_site(desk: Desk, name: str) -> None:
    def made() -> Form | None:
        hierarchy = desk.session.workspace.hierarchy
        return site_forms.rename_site_form(hierarchy, name) if hierarchy.site(name) is not None else None

    form = made()
    values = await desk.fill(form, made) if form is not None else None
    new = values["name"].strip() if values is not None else name
    if new != name:
        await save_deeds.apply(desk, SetAttribute(Where(forms.SITES), site_forms.site_step(name), "name", new), f"rename {name} to {new}")
        desk.redraw()
        desk.select(Target("site", new))


async def site_tracing(desk: Desk) -> None:
    await _edit_part(desk, site_part_forms.TRACING)


async def site_limits(desk: Desk) -> None:
    await _edit_part(desk, site_part_forms.LIMITS)


async def site_hsts(desk: Desk) -> None:
    await _edit_part(desk, site_part_forms.HSTS)


async def _edit_part(desk: Desk, part: Part) -> None:
    site = await _site_here(desk, part.title)
    form = site_part_forms.part_form(desk.session.workspace.hierarchy, site, part) if site else None
    values = await desk.fill(form, lambda: site_part_forms.part_form(desk.session.workspace.hierarchy, site, part)) if form is not None else None
    edit = site_part_forms.part_edit(site, part, form.initial, values) if form is not None and values is not None else None
    if edit is not None:
        await save_deeds.apply(desk, edit)
        desk.redraw()


async def _site_here(desk: Desk, title: str) -> str:
    """The selected site, or the place's; at the server's level the user says which. "" where none was chosen."""
    target = desk.targets[0] if desk.targets else None
    if target is not None and target.kind in ("site", "application"):
        return target.name.partition("/")[0]
    if desk.place.site:
        return desk.place.site
    sites = [site.name for site in desk.session.workspace.hierarchy.sites()]
    if len(sites) < 2:
        return "".join(sites)
    form = Form(title, (Field("site", "Site:", "choice", sites[0], tuple((name, name) for name in sites)),), lambda values: {}, ok="Continue")
    values = await desk.fill(form)
    return values["site"] if values is not None else ""
