"""Deeds on application pools, and start, stop, recycle of pools and sites.

Know no widget but the Desk; edits are forms.py's, commands the session's.
"""

from __future__ import annotations

import asyncio

from console import forms, recycling_forms
from console.places import Place, Target
from console.screens import application_deeds, bulk_deeds, entry_deeds, save_deeds, site_deeds
from console.screens.desk import Desk
from console.ways import Way
from model.edits import Batch, Edit, RemoveEntry, Where
from model.sections.application_pools import AppPool


def pools_of(desk: Desk) -> list[str]:
    """The pools that the targets stand for: themselves, or those of a site's or an application's or a request's."""
    found: list[str] = []
    for target in desk.targets:
        name = _pool_of(desk, target)
        if name and name not in found:
            found.append(name)
    if not found and desk.request is not None:
        found.append(desk.request.pool)
    return found


def _pool_of(desk: Desk, target: Target) -> str:
    if target.kind == "pool":
        return target.name
    if target.kind == "request" and desk.request is not None:
        return desk.request.pool
    if target.kind not in ("site", "application"):
        return ""
    site_name, _, path = target.name.partition("/") if target.kind == "application" else (target.name, "", "")
    for site in desk.session.workspace.hierarchy.sites():
        if site.name == site_name:
            wanted = f"/{path}"
            return next((application.application_pool for application in site.applications if application.path.casefold() == wanted.casefold()), "")
    return ""


def _pool(desk: Desk, name: str) -> AppPool:
    return next(pool for pool in desk.session.workspace.hierarchy.pools() if pool.name == name)


async def toggle_mode(desk: Desk) -> None:
    """One pool at once; several after a preview, as one change."""
    names = pools_of(desk)
    if not names:
        return
    edits: dict[str, Edit] = {name: forms.toggle_mode(name, _pool(desk, name).managed_pipeline_mode) for name in names}
    if len(names) == 1:
        mode = _pool(desk, names[0]).managed_pipeline_mode
        await save_deeds.apply(desk, edits[names[0]], f"{names[0]} to {'Classic' if mode == 'Integrated' else 'Integrated'}")
        _say_mode(desk, _pool(desk, names[0]))
    elif await bulk_deeds.apply_to_all(desk, Batch(f"toggle the mode of {len(names)} pools", tuple(edits.values())), "Toggle Pipeline Mode"):
        desk.say(f"{len(names)} pools switched. z undoes it.")


def _say_mode(desk: Desk, pool: AppPool) -> None:
    """With what that brought, for whoever looks at the list and not at the alerts."""
    refused = desk.session.findings.refused.get(pool.name.lower(), ())
    if pool.managed_pipeline_mode == "Classic" or not refused:
        desk.say(f"{pool.name}: {pool.managed_pipeline_mode}. z undoes it.")
        return
    answer = "1 application answers" if len(refused) == 1 else f"{len(refused)} applications answer"
    desk.say(f"{pool.name}: Integrated. {answer} 500 there: Pipeline Mode Findings (ctrl+p) tells why. z undoes it.", "warning")


async def add_pool(desk: Desk) -> None:
    def made() -> forms.Form:
        return forms.pool_form(desk.session.workspace.hierarchy)

    values = await desk.fill(made(), made)
    if values is not None:
        await save_deeds.apply(desk, forms.add_pool(desk.session.workspace.hierarchy, values), f"add pool {values['name'].strip()}")
        site_deeds.say_stopped(desk, values["name"].strip(), values["start"])
        desk.redraw()
        desk.select(Target("pool", values["name"].strip()))


async def basic_settings(desk: Desk) -> None:
    """Of a pool, a site, an application or a virtual directory."""
    if any(target.kind == "virtual_directory" for target in desk.targets):
        await application_deeds.edit_directory(desk)
        return
    kind = desk.targets[0].kind
    if kind == "site":
        await site_deeds.edit_site(desk)
        return
    if kind == "application":
        await application_deeds.edit_application(desk)
        return
    name = desk.targets[0].name

    def again() -> forms.Form | None:
        return forms.pool_form(desk.session.workspace.hierarchy, name) if _is_there(desk, name) else None

    form = forms.pool_form(desk.session.workspace.hierarchy, name)
    values = await desk.fill(form, again)
    edit = forms.edit_pool(name, form.initial, values) if values is not None else None
    if edit is not None:
        await save_deeds.apply(desk, edit)


def _is_there(desk: Desk, name: str) -> bool:
    return any(pool.name == name for pool in desk.session.workspace.hierarchy.pools())


async def recycling(desk: Desk) -> None:
    """The wizard: conditions, events to log."""
    name = desk.targets[0].name
    form = recycling_forms.recycling_form(desk.session.workspace.hierarchy, name)
    values = await desk.fill(form, lambda: recycling_forms.recycling_form(desk.session.workspace.hierarchy, name)) if form is not None else None
    edit = recycling_forms.edit_recycling(desk.session.workspace.hierarchy, name, values) if values is not None else None
    if edit is not None:
        await save_deeds.apply(desk, edit)


async def identity(desk: Desk) -> None:
    name = desk.targets[0].name
    form = recycling_forms.identity_form(desk.session.workspace.hierarchy, name)
    values = await desk.fill(form, lambda: recycling_forms.identity_form(desk.session.workspace.hierarchy, name)) if form is not None else None
    edit = recycling_forms.edit_identity(name, form.initial, values) if form is not None and values is not None else None
    if edit is not None:
        await save_deeds.apply(desk, edit)


async def environment(desk: Desk) -> None:
    way = Way(forms.POOLS, forms.pool_step(desk.targets[0].name)).along("environmentVariables")
    desk.open(Place("entries", detail=str(way)))


async def rename(desk: Desk) -> None:
    """Of a pool, a site, or an entry of a list."""
    name = desk.targets[0].name
    if desk.targets[0].kind == "entry":
        await entry_deeds.rename_entry(desk)
        return
    if desk.targets[0].kind == "site":
        await site_deeds.rename_site(desk, name)
        return

    def made() -> forms.Form | None:
        return forms.rename_form(desk.session.workspace.hierarchy, name) if _is_there(desk, name) else None

    form = made()
    values = await desk.fill(form, made) if form is not None else None
    if values is not None and values["name"].strip() != name:
        await save_deeds.apply(desk, forms.rename_pool(desk.session.workspace.hierarchy, name, values["name"].strip()))
        desk.redraw()
        desk.select(Target("pool", values["name"].strip()))


async def remove_pools(desk: Desk) -> None:
    names = [target.name for target in desk.targets if target.kind == "pool"]
    users = [
        f"{site.name}{application.path}"
        for site in desk.session.workspace.hierarchy.sites()
        for application in site.applications
        if application.application_pool in names
    ]
    text = f"Remove {', '.join(names)}?"
    if users:
        text += f"\nStill used by {', '.join(users[:5])}: they would answer 503."
    if await desk.ask("Remove Application Pool", text, "Remove"):
        edits = tuple(RemoveEntry(Where(forms.POOLS), (), (("name", name),)) for name in names)
        await save_deeds.apply(desk, Batch(f"remove pool {', '.join(names)}", edits), insist=bool(users))


# --- running ---


async def start(desk: Desk) -> None:
    await _each(desk, "start")


async def stop(desk: Desk) -> None:
    busy, meant = await _busy(desk), _that_run(desk)
    if len(meant) > 1 or busy:
        names = ", ".join(target.name for target in meant)
        text = f"Stop {names}?" + (f"\n{busy} requests are under way: they are finished first, new ones get 503." if busy else "")
        if not await desk.ask("Stop", text, "Stop"):
            return
    await _each(desk, "stop")


async def restart(desk: Desk) -> None:
    """Sites: their pools go on."""
    meant = _that_run(desk)
    busy, names = await _busy(desk), ", ".join(target.name for target in meant)
    if (busy or len(meant) > 1) and not await desk.ask(
        "Restart", f"Restart {names}?" + (f"\n{busy} requests are under way: they are finished first." if busy else ""), "Restart"
    ):
        return
    for target in meant:
        await desk.session.command("stop_site", site=target.name)
        await desk.session.command("start_site", site=target.name)
    bulk_deeds.done(desk)
    desk.say(f"{names}: stopped and started again.")


async def _busy(desk: Desk) -> int:
    names = {target.name for target in _that_run(desk)}
    return sum(desk.feed.in_flight(name) for name in names)


def _that_run(desk: Desk) -> list[Target]:
    """The pools and sites among the targets: on a site's home a row of something else is selected too."""
    return [target for target in desk.targets if target.kind in ("pool", "site")]


async def _each(desk: Desk, verb: str) -> None:
    for target in _that_run(desk):
        noun = "site" if target.kind == "site" else "pool"
        await desk.session.command(f"{verb}_{noun}", **{noun: target.name})
    bulk_deeds.done(desk)


async def recycle(desk: Desk) -> None:
    """With overlap: nothing is lost, so one pool is recycled at once."""
    names = pools_of(desk)
    if len(names) > 1 and not await desk.ask("Recycle", f"Recycle {', '.join(names)}?", "Recycle"):
        return
    await asyncio.gather(*(desk.session.command("recycle_pool", pool=name) for name in names))
    bulk_deeds.done(desk)
    if names:
        desk.say(f"Recycling {', '.join(names)}: new workers first, then the old ones finish.")
