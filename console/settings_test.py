"""Test Settings of a folder: does its path lead anywhere here, as whom it is read, and whether that account may. No Textual.

Looks, and changes nothing. What cannot be found out here (the password of a Windows user) it says.
"""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from console.forms import Finding, Report
from model.drive_map import DriveMap
from model.presence import is_folder, is_there
from model.sections.application_pools import AppPool

_RUNS_AS = " (runs as "


@dataclass(frozen=True, slots=True)
class Account:
    """Who reads: `name` of this system; "" with the reason in `trouble`."""

    name: str
    trouble: str = ""


def runs_as(label: str) -> str:
    """The account of this system in a pool's identity as the service names it."""
    built_in, found, account = label.partition(_RUNS_AS)
    return account.rstrip(")") if found else built_in


def account_of(pool: AppPool | None, label: str = "") -> Account:
    """`label`: the identity as the service names it, "" where none runs; built-in accounts are then the user's own."""
    if pool is None:
        return Account("", "No pool is chosen.")
    built_in = pool.process_model.identity_type != "SpecificUser"
    if _RUNS_AS in label:
        return Account(runs_as(label))
    if label.startswith(f"{pool.process_model.identity_type}: "):
        return Account("", f"The pool {pool.name} cannot run: {label.partition(': ')[2]}.")
    return Account(_own() if built_in else pool.process_model.user_name.rpartition("\\")[2])


def report(path: str, user: str, account: Account, drives: DriveMap) -> Report:
    """IIS Manager's Test Connection: the path, authentication, authorization."""
    where, folder = _where(path, drives)
    return Report("Test Connection", (where, _authentication(user, account), _authorization(folder, account)))


def _where(path: str, drives: DriveMap) -> tuple[Finding, Path | None]:
    heading, missing = "Physical path", drives.unmapped(path)
    if not path:
        return Finding("bad", heading, "No path is given."), None
    if missing:
        return Finding("bad", heading, f"{missing} has no folder here. Map Drives… on the server's page says which one it is."), None
    folder = drives.resolve(path)
    if folder is None:
        return Finding("bad", heading, f"{path} is no path of this system."), None
    if not is_folder(folder):
        try:
            there = is_there(folder) or folder.is_symlink()
        except OSError:
            there = False
        hidden = _stops(folder.parent, _own(), enter_only=True)
        reason = f"{folder} is no folder." if there else hidden or f"There is no folder {folder}."
        return Finding("bad", heading, reason), None
    return Finding("good", heading, f"{folder}" if str(folder) == path else f"{path} is {folder}"), folder


def _authentication(user: str, account: Account) -> Finding:
    reader = account.name or "the pool's account"
    if not user:
        return Finding("good", "Authentication", f"Pass-through: no user of its own. The pool's workers read it as {reader}.")
    text = f"The password of {user} cannot be tested: this server logs nobody on to Windows. It keeps user and password for IIS"
    return Finding("warning", "Authentication", f"{text}, and reads the folder as {reader}.")


def _authorization(folder: Path | None, account: Account) -> Finding:
    heading = "Authorization"
    if account.trouble:
        return Finding("bad", heading, account.trouble)
    if folder is None:
        return Finding("warning", heading, "Not tested: there is no folder to read.")
    reason = _stops(folder, account.name)
    if reason:
        return Finding("bad", heading, reason)
    bits = "" if account.name == _own() else " That is by permission bits; access control lists were not looked at."
    return Finding("good", heading, f"{account.name} may read {folder}.{bits}")


def _stops(folder: Path, name: str, enter_only: bool = False) -> str:
    """Why the account cannot read the folder, "" where it can: the first folder on the way that does not let it in."""
    try:
        allowed = _asked_as(name)
    except KeyError:
        return f"{name} is no account of this system."
    for step in (*reversed(folder.parents), folder):
        wanted = os.X_OK if step != folder or enter_only else os.X_OK | os.R_OK
        try:
            if not allowed(step, wanted):
                return f"{name} may not {'enter' if wanted == os.X_OK else 'read'} {step} ({_described(step)})."
        except FileNotFoundError:
            return ""
        except OSError as error:
            return f"{step}: {error.strerror}."
    return ""


def _asked_as(name: str) -> Callable[[Path, int], bool]:
    """The system answers for the user's own account; of others only permission bits are known. Raises KeyError for nobody's name."""
    if name == _own():
        return os.access
    entry = pwd.getpwnam(name)
    groups = frozenset(os.getgrouplist(name, entry.pw_gid))

    def by_bits(path: Path, wanted: int) -> bool:
        found = path.stat()
        shift = 6 if found.st_uid == entry.pw_uid else 3 if found.st_gid in groups else 0
        return entry.pw_uid == 0 or (found.st_mode >> shift) & wanted == wanted

    return by_bits


def _described(path: Path) -> str:
    """ "drwx------ www", as ls says it."""
    found = path.stat()
    try:
        owner = pwd.getpwuid(found.st_uid).pw_name
    except KeyError:
        owner = str(found.st_uid)
    return f"{stat.filemode(found.st_mode)} {owner}"


def _own() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
