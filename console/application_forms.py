"""Dialogs of applications and virtual directories, and the edits that come out of them. No Textual.

Knows no widget and applies nothing; sites have site_forms.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.forms import SITES, Field, Form, Values, only_shown
from console.path_credentials import AccountOf, accounts, attributes, credential_fields
from console.path_credentials import edits as credential_edits
from console.site_forms import FOLDER_HINT, application_steps, folder_problem, site_step, written_folder
from model.config_path import ConfigPath
from model.edits import AddEntry, Batch, Edit, RemoveEntry, SetAttribute, Step, Where
from model.effective import EffectiveElement, effective
from model.hierarchy import Hierarchy
from model.schema import section_schema
from model.schema.value import fault
from model.sections.sites import Application, VirtualDirectory


def url_path(text: str) -> str:
    """An alias as a person types it ("api", "/api/") as a URL path."""
    return "/" + "/".join(part for part in text.strip().replace("\\", "/").split("/") if part)


def _path_problem(kind: str, path: str, taken: set[str]) -> str:
    schema = section_schema(SITES)
    found = schema.find("<site>/<application>" if kind == "application" else "<site>/<application>/<virtualDirectory>") if schema else None
    if path == "/":
        return "It needs a name of its own below the site."
    if not path.isprintable():
        return "A path cannot contain control characters."
    if path.casefold() in taken:
        return "There is one of that path already."
    problem = fault(found.attributes["path"], path) if found is not None else ""
    return f"{problem}." if problem and not problem.endswith(".") else problem


def application_form(
    hierarchy: Hierarchy, site: str, application: Application | None = None, alias: str = "", folder: str = "",
    account_of: AccountOf | None = None, user: str = "",
) -> Form:  # fmt: skip
    """Add Application, or Basic Settings of one; with `alias` and `folder` (and `user`, of a virtual directory), what answers there becomes one."""
    found = hierarchy.site(site)
    taken = {item.path.casefold() for item in found.applications} if found else set()
    pools = tuple((pool.name, f"{pool.name}  ({pool.managed_pipeline_mode})") for pool in hierarchy.pools())
    first = next((item.application_pool for item in found.applications if item.path == "/"), "") if found else ""
    root = application.root if application is not None else None
    fields = (
        Field(
            "alias", "Alias:", initial=application.path if application else alias, hint="" if application else "Its path below the site, such as api"
        ),
        Field("pool", "Application pool:", "choice", application.application_pool if application else first, pools),
        Field("folder", "Physical path:", initial=root.physical_path if root else folder, hint=FOLDER_HINT),
        *credential_fields(hierarchy, account_of or accounts(hierarchy), user=root.user_name if root else user),
    )

    def check(values: Values) -> Mapping[str, str]:
        problems = {}
        if application is None and (problem := _path_problem("application", url_path(values["alias"]), taken)):
            problems["alias"] = problem
        if problem := folder_problem(values["folder"], hierarchy.drives):
            problems["folder"] = problem
        if not values["pool"]:
            problems["pool"] = "Which pool shall run it?"
        return problems

    title = f"{'Convert to' if folder else 'Add'} Application — {site}" if application is None else f"Edit Application — {site}{application.path}"
    return Form(title, fields, check, "applicationHost.config", disabled=only_shown("alias" if application or folder else ""))


def add_application(site: str, values: Values) -> Edit:
    path, where = url_path(values["alias"]), Where(SITES)
    root = (("path", "/"), ("physicalPath", written_folder(values["folder"])), *attributes(values))
    return Batch(
        f"add application {site}{path}",
        (
            AddEntry(where, site_step(site), "application", (("path", path), ("applicationPool", values["pool"]))),
            AddEntry(where, application_steps(site, path), "virtualDirectory", root),
        ),
    )


def convert_directory(hierarchy: Hierarchy, site: str, application: Application, directory: VirtualDirectory, before: Values, after: Values) -> Edit:
    """A virtual directory becomes an application of the same path: what it says stays, said of the new one's root. Those below it go along,
    because the new application answers for all of its URLs."""
    path, where, old = application.url_of(directory), Where(SITES), application_steps(site, application.path)
    edits: list[Edit] = [AddEntry(where, site_step(site), "application", (("path", path), ("applicationPool", after["pool"])))]
    below = f"{directory.path}/".casefold()
    for found in (directory, *(other for other in application.virtual_directories if other.path.casefold().startswith(below))):
        own = _written(hierarchy, site, application, found) | {"path": found.path[len(directory.path) :] or "/"}
        if found is directory:
            own = _answered(own, before, after)
        edits.append(RemoveEntry(where, old, (("path", found.path),), entry="virtualDirectory"))
        edits.append(AddEntry(where, application_steps(site, path), "virtualDirectory", tuple(own.items())))
    return Batch(f"convert virtual directory {site}{path} to an application", tuple(edits))


def _written(hierarchy: Hierarchy, site: str, application: Application, directory: VirtualDirectory) -> dict[str, str]:
    """All that is said of it and not of every directory of the site; a sealed password as it is."""
    element: EffectiveElement = effective(hierarchy, SITES, ConfigPath()).root
    of_all = _said(element.at("virtualDirectoryDefaults"))
    for key, wanted in (("name", site), ("path", application.path), ("path", directory.path)):
        element = next(entry for entry in element.entries if entry.get(key) == wanted)
        if key == "name":
            of_all |= _said(element.at("virtualDirectoryDefaults"))
    return {name: value for name, value in _said(element).items() if of_all.get(name) != value}


def _said(element: EffectiveElement) -> dict[str, str]:
    return {name: value.value for name, value in element.values.items() if not value.is_default}


def _answered(own: Mapping[str, str], before: Values, after: Values) -> dict[str, str]:
    """With what the dialog changed: no user takes the password away, an empty password leaves it as it is."""
    user = after["user"].strip()
    given = {name: value for name, value in own.items() if user or name not in ("userName", "password")}
    if after["folder"].strip() != before["folder"]:
        given["physicalPath"] = written_folder(after["folder"])
    if user and user != before["user"]:
        given["userName"] = user
    if user and after["password"]:
        given["password"] = after["password"]
    return given


def edit_application(site: str, path: str, before: Values, after: Values) -> Edit | None:
    edits: list[Edit] = []
    steps = application_steps(site, path)
    root = (*steps, Step("virtualDirectory", (("path", "/"),)))
    if after["pool"] != before["pool"]:
        edits.append(SetAttribute(Where(SITES), steps, "applicationPool", after["pool"]))
    if after["folder"].strip() != before["folder"]:
        edits.append(SetAttribute(Where(SITES), root, "physicalPath", written_folder(after["folder"])))
    edits += credential_edits(root, before, after)
    return Batch(f"edit application {site}{path}", tuple(edits)) if edits else None


def remove_application(site: str, path: str) -> Edit:
    return RemoveEntry(Where(SITES), site_step(site), (("path", path),), entry="application")


def directory_form(
    hierarchy: Hierarchy, application: Application, directory: VirtualDirectory | None = None, account_of: AccountOf | None = None
) -> Form:
    """Add Virtual Directory, or its Basic Settings."""
    taken = {item.path.casefold() for item in application.virtual_directories}
    fields = (
        Field("alias", "Alias:", initial=directory.path if directory else "",
              hint="" if directory else "Its path below the application, such as images"),
        Field("folder", "Physical path:", initial=directory.physical_path if directory else "", hint=FOLDER_HINT),
        *credential_fields(hierarchy, account_of or accounts(hierarchy), application.application_pool, directory.user_name if directory else ""),
    )  # fmt: skip

    def check(values: Values) -> Mapping[str, str]:
        problems = {}
        if directory is None and (problem := _path_problem("directory", url_path(values["alias"]), taken)):
            problems["alias"] = problem
        if problem := folder_problem(values["folder"], hierarchy.drives):
            problems["folder"] = problem
        return problems

    title = "Add Virtual Directory" if directory is None else f"Edit Virtual Directory — {directory.path}"
    return Form(title, fields, check, "applicationHost.config", disabled=only_shown("alias" if directory else ""))


def add_directory(site: str, application: str, values: Values) -> Edit:
    own = (("path", url_path(values["alias"])), ("physicalPath", written_folder(values["folder"])))
    return AddEntry(Where(SITES), application_steps(site, application), "virtualDirectory", (*own, *attributes(values)))


def edit_directory(site: str, application: str, path: str, before: Values, after: Values) -> Edit | None:
    steps = (*application_steps(site, application), Step("virtualDirectory", (("path", path),)))
    edits: list[Edit] = []
    if after["folder"].strip() != before["folder"]:
        edits.append(SetAttribute(Where(SITES), steps, "physicalPath", written_folder(after["folder"])))
    edits += credential_edits(steps, before, after)
    return Batch(f"edit virtual directory {site}{application.rstrip('/')}{path}", tuple(edits)) if edits else None


def remove_directory(site: str, application: str, path: str) -> Edit:
    return RemoveEntry(Where(SITES), application_steps(site, application), (("path", path),), entry="virtualDirectory")
