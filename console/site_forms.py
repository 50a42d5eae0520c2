"""Dialogs of applications and virtual directories, and the edits that come out of them. No Textual.

Knows no widget and applies nothing; where they stand in applicationHost.config is said here and nowhere else in the console.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.forms import SITES, Field, Form, Values, folder_of, name_problem
from model.edits import AddEntry, Batch, Edit, RemoveEntry, SetAttribute, Step, Where
from model.hierarchy import Hierarchy
from model.presence import is_folder
from model.schema import section_schema
from model.schema.value import fault
from model.sections.sites import Application, VirtualDirectory

_FOLDER_HINT = "A folder on this system, or a path as IIS writes it: %SystemDrive%\\inetpub\\wwwroot"


def site_step(site: str) -> tuple[Step, ...]:
    return (Step("site", (("name", site),)),)


def application_steps(site: str, path: str) -> tuple[Step, ...]:
    return (*site_step(site), Step("application", (("path", path),)))


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


def _folder_problem(text: str) -> str:
    """Paths of Windows are not looked at: their drives may be mapped later."""
    given = text.strip()
    if not given:
        return "Which folder shall answer?"
    if not given.isprintable():
        return "A path cannot contain control characters."
    if given.startswith(("/", "~")) and not is_folder(folder_of(given)):
        return "There is no such folder."
    return ""


def _folder(text: str) -> str:
    return str(folder_of(text)) if text.strip().startswith("~") else text.strip()


def application_form(hierarchy: Hierarchy, site: str, application: Application | None = None, alias: str = "", folder: str = "") -> Form:
    """Add Application, or Basic Settings of one; with `alias` and `folder`, a folder becomes one."""
    found = hierarchy.site(site)
    taken = {item.path.casefold() for item in found.applications} if found else set()
    pools = tuple((pool.name, f"{pool.name}  ({pool.managed_pipeline_mode})") for pool in hierarchy.pools())
    first = next((item.application_pool for item in found.applications if item.path == "/"), "") if found else ""
    root = application.root if application is not None else None
    fields = (
        Field("alias", "Alias:", initial=alias, hint="Its path below the site, such as api"),
        Field("pool", "Application pool:", "choice", application.application_pool if application else first, pools),
        Field("folder", "Physical path:", initial=root.physical_path if root else folder, hint=_FOLDER_HINT),
    )

    def check(values: Values) -> Mapping[str, str]:
        problems = {}
        if "alias" in values and (problem := _path_problem("application", url_path(values["alias"]), taken)):
            problems["alias"] = problem
        if problem := _folder_problem(values["folder"]):
            problems["folder"] = problem
        if not values["pool"]:
            problems["pool"] = "Which pool shall run it?"
        return problems

    title = f"{'Convert to' if folder else 'Add'} Application — {site}" if application is None else f"Edit Application — {site}{application.path}"
    return Form(title, fields if application is None else fields[1:], check, "applicationHost.config")


def add_application(site: str, values: Values) -> Edit:
    path, where = url_path(values["alias"]), Where(SITES)
    return Batch(
        f"add application {site}{path}",
        (
            AddEntry(where, site_step(site), "application", (("path", path), ("applicationPool", values["pool"]))),
            AddEntry(
                where, application_steps(site, path), "virtualDirectory", (("path", "/"), ("physicalPath", _folder(values["folder"])))
            ),
        ),
    )  # fmt: skip


def edit_application(site: str, path: str, before: Values, after: Values) -> Edit | None:
    edits: list[Edit] = []
    steps = application_steps(site, path)
    if after["pool"] != before["pool"]:
        edits.append(SetAttribute(Where(SITES), steps, "applicationPool", after["pool"]))
    if after["folder"].strip() != before["folder"]:
        root = (*steps, Step("virtualDirectory", (("path", "/"),)))
        edits.append(SetAttribute(Where(SITES), root, "physicalPath", _folder(after["folder"])))
    return Batch(f"edit application {site}{path}", tuple(edits)) if edits else None


def remove_application(site: str, path: str) -> Edit:
    return RemoveEntry(Where(SITES), site_step(site), (("path", path),), entry="application")


def directory_form(application: Application, directory: VirtualDirectory | None = None) -> Form:
    """Add Virtual Directory, or its Basic Settings."""
    taken = {item.path.casefold() for item in application.virtual_directories}
    fields = (
        Field("alias", "Alias:", hint="Its path below the application, such as images"),
        Field("folder", "Physical path:", initial=directory.physical_path if directory else "", hint=_FOLDER_HINT),
    )

    def check(values: Values) -> Mapping[str, str]:
        problems = {}
        if "alias" in values and (problem := _path_problem("directory", url_path(values["alias"]), taken)):
            problems["alias"] = problem
        if problem := _folder_problem(values["folder"]):
            problems["folder"] = problem
        return problems

    title = "Add Virtual Directory" if directory is None else f"Edit Virtual Directory — {directory.path}"
    return Form(title, fields if directory is None else fields[1:], check, "applicationHost.config")


def add_directory(site: str, application: str, values: Values) -> Edit:
    attributes = (("path", url_path(values["alias"])), ("physicalPath", _folder(values["folder"])))
    return AddEntry(Where(SITES), application_steps(site, application), "virtualDirectory", attributes)


def edit_directory(site: str, application: str, path: str, folder: str) -> Edit:
    steps = (*application_steps(site, application), Step("virtualDirectory", (("path", path),)))
    return SetAttribute(Where(SITES), steps, "physicalPath", _folder(folder))


def remove_directory(site: str, application: str, path: str) -> Edit:
    return RemoveEntry(Where(SITES), application_steps(site, application), (("path", path),), entry="virtualDirectory")


def site_settings_form(hierarchy: Hierarchy, name: str) -> Form | None:
    """Basic Settings of a site: name, pool, folder, and who reads the folder. None where there is no such site."""
    site = hierarchy.site(name)
    root = next((item for item in site.applications if item.path == "/"), None) if site is not None else None
    if site is None or root is None:
        return None
    taken = {other.name.casefold() for other in hierarchy.sites() if other.name != site.name}
    pools = tuple((pool.name, f"{pool.name}  ({pool.managed_pipeline_mode}, {_clr(pool.managed_runtime_version)})") for pool in hierarchy.pools())
    folder = root.root
    fields = (
        Field("name", "Site name:", initial=site.name, hint=_kept_tags(hierarchy, site.name)),
        Field("pool", "Application pool:", "choice", root.application_pool, pools),
        Field("folder", "Physical path:", initial=folder.physical_path if folder else "", hint=_FOLDER_HINT),
        Field("user", "Connect as:", initial=folder.user_name if folder else "", hint="Empty: pass-through authentication"),
        Field("password", "Password:", "secret", hint="Kept encrypted; empty leaves it as it is"),
    )

    def check(values: Values) -> Mapping[str, str]:
        problems = {"name": name_problem(values["name"], taken, "site"), "folder": _folder_problem(values["folder"])}
        if not values["pool"]:
            problems["pool"] = "Which pool shall run it?"
        return {field: problem for field, problem in problems.items() if problem}

    def disabled(values: Values) -> set[str]:
        return set() if values["user"].strip() else {"password"}

    return Form(f"Edit Site — {site.name}", fields, check, "applicationHost.config", disabled=disabled)


def rename_site_form(hierarchy: Hierarchy, name: str) -> Form:
    taken = {site.name.casefold() for site in hierarchy.sites()} - {name.casefold()}

    def check(values: Values) -> Mapping[str, str]:
        problem = name_problem(values["name"], taken, "site")
        return {"name": problem} if problem else {}

    return Form(f"Rename {name}", (Field("name", "New name:", initial=name, hint=_kept_tags(hierarchy, name)),), check, "applicationHost.config")


def _kept_tags(hierarchy: Hierarchy, name: str) -> str:
    """A location tag names its site by the name: after another one it would speak of nothing."""
    root = hierarchy.server.root
    tags = [tag.get("path") or "" for tag in root.find_all("location")] if root is not None else []
    number = sum(path.replace("\\", "/").partition("/")[0].casefold() == name.casefold() for path in tags)
    return f"{number} location {'tag names' if number == 1 else 'tags name'} the site by this name and would not follow" if number else ""


def _clr(version: str) -> str:
    return version or "no managed code"


def edit_site(name: str, before: Values, after: Values) -> Edit | None:
    """Only what differs is written; the name last, so that the steps still lead to the site."""
    where, root = Where(SITES), application_steps(name, "/")
    folder = (*root, Step("virtualDirectory", (("path", "/"),)))
    edits: list[Edit] = []
    if after["pool"] != before["pool"]:
        edits.append(SetAttribute(where, root, "applicationPool", after["pool"]))
    if after["folder"].strip() != before["folder"]:
        edits.append(SetAttribute(where, folder, "physicalPath", _folder(after["folder"])))
    user = after["user"].strip()
    if user != before["user"]:
        edits.append(SetAttribute(where, folder, "userName", user or None))
    if user and after["password"]:
        edits.append(SetAttribute(where, folder, "password", after["password"]))
    elif not user and before["user"]:
        edits.append(SetAttribute(where, folder, "password", None))
    if after["name"].strip() != name:
        edits.append(SetAttribute(where, site_step(name), "name", after["name"].strip()))
    return Batch(f"edit site {after['name'].strip()}", tuple(edits)) if edits else None
