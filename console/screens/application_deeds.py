"""Deeds on applications and virtual directories: add, basic settings, remove; and the way to their pages.

Know no widget but the Desk; dialogs and edits are application_forms.py's.
"""

from __future__ import annotations

from typing import Any

from console import application_forms
from console.content_view import Content, at
from console.forms import Form
from console.pages.virtual_directories import Directory
from console.path_credentials import AccountOf, accounts
from console.places import Place, Target
from console.screens import entry_deeds, save_deeds
from console.screens.desk import Desk
from console.session import Session
from model.sections.sites import Application, VirtualDirectory


def accounts_of(session: Session) -> AccountOf:
    return accounts(session.workspace.hierarchy, lambda pool: str(session.pool_state(pool).get("identity") or ""))


def _form(desk: Desk, site: str, application: Application | None = None) -> Form:
    return application_forms.application_form(desk.session.workspace.hierarchy, site, application, account_of=accounts_of(desk.session))


def _directory_form(desk: Desk, application: Application, directory: VirtualDirectory | None = None) -> Form:
    return application_forms.directory_form(desk.session.workspace.hierarchy, application, directory, accounts_of(desk.session))


async def site_here(desk: Desk) -> str:
    """The place's site, or the selected row's; the only one where there is one; else the user chooses."""
    from console.forms import Field, Form

    if desk.place.site:
        return desk.place.site
    if desk.targets and desk.targets[0].kind in ("site", "application"):
        return desk.targets[0].name.partition("/")[0]
    names = [site.name for site in desk.session.workspace.hierarchy.sites()]
    if len(names) == 1:
        return names[0]
    form = Form(
        "Which site?", (Field("site", "Site:", "choice", names[0] if names else "", tuple((name, name) for name in names)),), lambda given: {}
    )
    values = await desk.fill(form) if names else None
    return values["site"] if values is not None else ""


async def add_application(desk: Desk) -> None:
    site = await site_here(desk)
    if not site:
        return
    values = await desk.fill(_form(desk, site), lambda: _form(desk, site))
    if values is not None:
        await save_deeds.apply(desk, application_forms.add_application(site, values))
        desk.redraw()
        desk.select(Target("application", f"{site}{application_forms.url_path(values['alias'])}"))


async def convert_to_application(desk: Desk) -> None:
    """A folder or a virtual directory, of a list or on its own page, gets a pool of its own choosing."""
    target = desk.targets[0]
    bound = target.value
    site = bound.site if isinstance(bound, Directory) else desk.place.site
    if isinstance(bound, Directory):
        url = bound.application.url_of(bound.directory)
    else:
        url = bound.url if isinstance(bound, Content) else target.name.removeprefix(site)
    is_file = isinstance(bound, Content) and bound.kind == "File"

    def made() -> Form | None:
        hierarchy = desk.session.workspace.hierarchy
        entry, directory = at(hierarchy, site, url), hierarchy.map_url(site, url)[1]
        if is_file or entry.kind == "Application" or entry.path is None or directory is None:
            return None
        mapped = entry.kind == "Virtual Directory"
        folder, user = (directory.physical_path, directory.user_name) if mapped else (str(entry.path), "")
        return application_forms.application_form(hierarchy, site, None, url.strip("/"), folder, accounts_of(desk.session), user)

    form = made()
    if form is None:
        desk.say("Only a folder or a virtual directory becomes an application: choose one that is not mapped elsewhere.", "warning")
        return
    values = await desk.fill(form, made)
    if values is None:
        return
    hierarchy = desk.session.workspace.hierarchy
    edit = application_forms.add_application(site, values)
    application, directory, _ = hierarchy.map_url(site, url)
    if application is not None and directory is not None and at(hierarchy, site, url).kind == "Virtual Directory":
        edit = application_forms.convert_directory(hierarchy, site, application, directory, form.initial, values)
    await save_deeds.apply(desk, edit)
    desk.redraw()
    desk.select(target)


async def edit_application(desk: Desk) -> None:
    site, _, path = desk.targets[0].name.partition("/")
    application = _application(desk, site, f"/{path}")
    if application is None:
        return

    def made() -> Form | None:
        now = _application(desk, site, f"/{path}")
        return _form(desk, site, now) if now is not None else None

    form = _form(desk, site, application)
    values = await desk.fill(form, made)
    edit = application_forms.edit_application(site, application.path, form.initial, values) if values is not None else None
    if edit is not None:
        await save_deeds.apply(desk, edit)
        desk.redraw()


def _application(desk: Desk, site: str, path: str) -> Application | None:
    found = desk.session.workspace.hierarchy.site(site)
    return next((item for item in found.applications if item.path == path), None) if found else None


async def remove_application(desk: Desk) -> None:
    site, _, path = desk.targets[0].name.partition("/")
    if not path:
        desk.say("The root application goes with its site: remove the site.", "warning")
        return
    if await desk.ask("Remove Application", f"Remove {site}/{path}? The folder and its files stay.", "Remove"):
        await save_deeds.apply(desk, application_forms.remove_application(site, f"/{path}"), f"remove application {site}/{path}")
        desk.redraw()


async def add_directory(desk: Desk) -> None:
    site = await site_here(desk)
    application = _application(desk, site, desk.place.app or "/") if site else None
    if application is None:
        return

    def made() -> Form | None:
        now = _application(desk, site, application.path)
        return _directory_form(desk, now) if now is not None else None

    values = await desk.fill(_directory_form(desk, application), made)
    if values is not None:
        await entry_deeds.add(desk, application_forms.add_directory(site, application.path, values))


async def edit_directory(desk: Desk) -> None:
    """Of the row, or of the one whose home page it is."""
    entry: Any = next(target.value for target in desk.targets if target.kind == "virtual_directory")

    def made() -> Form | None:
        application = _application(desk, entry.site, entry.application.path)
        now = next((found for found in application.virtual_directories if found.path == entry.directory.path), None) if application else None
        return _directory_form(desk, application, now) if application is not None and now is not None else None

    form = _directory_form(desk, entry.application, entry.directory)
    values = await desk.fill(form, made)
    path = entry.application.path, entry.directory.path
    edit = application_forms.edit_directory(entry.site, *path, form.initial, values) if values is not None else None
    if edit is not None:
        await save_deeds.apply(desk, edit)
        desk.redraw()


async def remove_directory(desk: Desk) -> None:
    entry: Any = desk.targets[0].value
    name = f"{entry.site}{entry.application.path.rstrip('/')}{entry.directory.path}"
    if entry.directory.path == "/":
        desk.say("It is the application's own folder: change its path instead.", "warning")
    elif await desk.ask("Remove Virtual Directory", f"Remove {name}? The folder and its files stay.", "Remove"):
        edit = application_forms.remove_directory(entry.site, entry.application.path, entry.directory.path)
        await save_deeds.apply(desk, edit, f"remove virtual directory {name}")
        desk.redraw()


async def view_applications(desk: Desk) -> None:
    target = desk.targets[0] if desk.targets else None
    if target is not None and target.kind == "pool":
        desk.open(Place("applications", detail=target.name))
    else:
        desk.open(Place("applications", _site_of(desk)))


async def view_directories(desk: Desk) -> None:
    target = desk.targets[0] if desk.targets else None
    path = f"/{target.name.partition('/')[2]}" if target is not None and target.kind == "application" else desk.place.app or "/"
    desk.open(Place("virtual_directories", _site_of(desk), path))


def _site_of(desk: Desk) -> str:
    target = desk.targets[0] if desk.targets else None
    return target.name.partition("/")[0] if target is not None and target.kind in ("site", "application") else desk.place.site
