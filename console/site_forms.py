"""Dialogs of sites: Add Website, Basic Settings, Rename, and the edits that come out of them. No Textual.

Knows no widget and applies nothing; where sites and applications stand in applicationHost.config is said here and nowhere else in the console.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from console.addresses import addresses, is_address
from console.certificate_choice import ViewOf, certificate_fields
from console.forms import SITES, Field, Form, Values, folder_of, name_problem
from console.path_credentials import AccountOf, accounts, attributes, credential_fields
from console.path_credentials import edits as credential_edits
from model.drive_map import DriveMap
from model.edits import AddEntry, Batch, Edit, SetAttribute, Step, Where
from model.hierarchy import Hierarchy
from model.presence import is_folder

FOLDER_HINT = "A folder on this system, or a path as IIS writes it: %SystemDrive%\\inetpub\\wwwroot"


_OF_WINDOWS = re.compile(r"[A-Za-z]:|%|\\\\")


def site_step(site: str) -> tuple[Step, ...]:
    return (Step("site", (("name", site),)),)


def application_steps(site: str, path: str) -> tuple[Step, ...]:
    return (*site_step(site), Step("application", (("path", path),)))


def folder_problem(text: str, drives: DriveMap) -> str:
    """Paths of Windows are not looked at: their drives may be mapped later. Any other is this system's, from the configuration's folder on."""
    given = text.strip()
    if not given:
        return "Which folder shall answer?"
    if not given.isprintable():
        return "A path cannot contain control characters."
    if _OF_WINDOWS.match(given):
        return ""
    return "" if is_folder(drives.folder / folder_of(given)) else "There is no such folder."


def written_folder(text: str) -> str:
    return str(folder_of(text)) if text.strip().startswith("~") else text.strip()


def site_form(hierarchy: Hierarchy, certificates: Sequence[str] = (), account_of: AccountOf | None = None, view: ViewOf | None = None) -> Form:
    """Add Website. `certificates`: names of the instance's, for https; `account_of`: who reads a pool's folders; `view`: of a certificate."""
    sites = hierarchy.sites()
    taken = {site.name.casefold() for site in sites}
    pools = tuple(
        (pool.name, f"{pool.name} ({pool.managed_pipeline_mode}, {pool.managed_runtime_version or 'no managed code'})") for pool in hierarchy.pools()
    )
    bound = {(route.ip, route.port, route.host): site.name for site in sites for route in addresses(site)}
    fields = (
        Field("name", "Site name:"),
        Field("pool", "Application pool:", "choice", pools[0][0] if pools else "", pools),
        Field("content", "Content Directory", "heading"),
        Field("folder", "Physical path:", hint=FOLDER_HINT),
        *credential_fields(hierarchy, account_of or accounts(hierarchy)),
        Field("binding", "Binding", "heading"),
        Field("type", "Type:", "choice", "http", (("http", "http"), ("https", "https"))),
        Field("ip", "IP address:", initial="127.0.0.1", hint="* is All Unassigned; an IPv6 address in brackets"),
        Field("port", "Port:", initial="8090"),
        Field("host", "Host name:", hint="For example www.example.org; empty answers every name"),
        Field("sni", "Require Server Name Indication", "check", "false", hint="Its certificate is found by the host name, not by the address"),
        *certificate_fields(certificates, "", "", view),
        Field("start", "Start Website immediately", "check", "true"),
    )  # fmt: skip

    def check(values: Values) -> Mapping[str, str]:
        problems = {"name": name_problem(values["name"], taken, "site")}
        problems["folder"] = folder_problem(values["folder"], hierarchy.drives)
        port = values["port"].strip()
        if not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:
            problems["port"] = "A port is a number from 1 to 65535."
        else:
            owner = bound.get((values["ip"].strip().strip("[]") or "*", int(port), values["host"].strip().casefold()))
            if owner:
                problems["port"] = f"{owner} has this binding already."
        if not is_address(values["ip"].strip()):
            problems["ip"] = "An address of this computer, or *."
        if any(character in ' /\\:"<>' or not character.isprintable() for character in values["host"].strip()):
            problems["host"] = "Only the name: no scheme, no port, no path."
        elif values["type"] == "https" and values["sni"] == "true" and not values["host"].strip():
            problems["host"] = "Server Name Indication needs a host name."
        return {name: problem for name, problem in problems.items() if problem}

    def disabled(values: Values) -> Collection[str]:
        return () if values["type"] == "https" else ("sni", "certificate", "view")

    return Form("Add Website", fields, check, "applicationHost.config", disabled=disabled)


def add_site(hierarchy: Hierarchy, values: Values) -> Edit:
    """The site, its root application and directory, its binding: one entry for undo."""
    name = values["name"].strip()
    number = max((site.id for site in hierarchy.sites()), default=0) + 1
    site = (Step("site", (("name", name),)),)
    root = (*site, Step("application", (("path", "/"),)))
    own = [("name", name), ("id", str(number))]
    if values["start"] != "true":
        own.append(("serverAutoStart", "false"))
    ip = values["ip"].strip() or "*"
    binding = f"{ip}:{int(values['port'])}:{values['host'].strip()}"
    protocol = values.get("type", "http")
    address = [("protocol", protocol), ("bindingInformation", binding)]
    if protocol == "https" and values.get("sni") == "true":
        address.append(("sslFlags", "1"))
    where = Where(SITES)
    return Batch(
        f"add site {name}",
        (
            AddEntry(where, (), "site", tuple(own)),
            AddEntry(where, site, "application", (("path", "/"), ("applicationPool", values["pool"]))),
            AddEntry(where, root, "virtualDirectory", (("path", "/"), ("physicalPath", written_folder(values["folder"])), *attributes(values))),
            AddEntry(where, (*site, Step("bindings")), "binding", tuple(address)),
        ),
    )


def site_settings_form(hierarchy: Hierarchy, name: str, account_of: AccountOf | None = None) -> Form | None:
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
        Field("folder", "Physical path:", initial=folder.physical_path if folder else "", hint=FOLDER_HINT),
        *credential_fields(hierarchy, account_of or accounts(hierarchy), user=folder.user_name if folder else ""),
    )

    def check(values: Values) -> Mapping[str, str]:
        problems = {"name": name_problem(values["name"], taken, "site"), "folder": folder_problem(values["folder"], hierarchy.drives)}
        if not values["pool"]:
            problems["pool"] = "Which pool shall run it?"
        return {field: problem for field, problem in problems.items() if problem}

    return Form(f"Edit Site — {site.name}", fields, check, "applicationHost.config")


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
        edits.append(SetAttribute(where, folder, "physicalPath", written_folder(after["folder"])))
    edits += credential_edits(folder, before, after)
    if after["name"].strip() != name:
        edits.append(SetAttribute(where, site_step(name), "name", after["name"].strip()))
    return Batch(f"edit site {after['name'].strip()}", tuple(edits)) if edits else None
