"""Connect as… and Test Settings… of a virtual directory: the two buttons below a physical path, and what they write. No Textual.

Knows no widget and applies nothing. The dialogs are site_forms.py's and application_forms.py's; what a test finds is settings_test.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from console import settings_test
from console.forms import SITES, Field, Form, Press, Report, Values
from console.settings_test import Account
from model.edits import Edit, SetAttribute, Step, Where
from model.hierarchy import Hierarchy

#: Pool → who reads its applications' folders.
AccountOf = Callable[[str], Account]
PASS_THROUGH = "Application user (pass-through)"


def accounts(hierarchy: Hierarchy, label_of: Callable[[str], str] = lambda pool: "") -> AccountOf:
    """`label_of`: a pool's identity as the service names it, "" where none runs."""
    pools = {pool.name: pool for pool in hierarchy.pools()}
    return lambda name: settings_test.account_of(pools.get(name), label_of(name))


def credential_fields(hierarchy: Hierarchy, account_of: AccountOf, pool: str = "", user: str = "") -> tuple[Field, ...]:
    """They stand below the field "folder"; the pool is the field "pool", or `pool` where the dialog has none."""

    def test(values: Values) -> Report:
        return settings_test.report(values["folder"].strip(), values["user"].strip(), account_of(values.get("pool", pool)), hierarchy.drives)

    presses = (Press("Connect as…", connect_form, _taken), Press("Test Settings…", test))
    return (
        Field("user", "Connect as:", "hidden", user),
        Field("password", "Password:", "hidden"),
        Field("connect", "", "buttons", told=_told, presses=presses),
    )


def _told(values: Values) -> str:
    return f"As {values['user']}" if values["user"] else "Pass-through authentication"


def connect_form(values: Values) -> Form:
    """Connect As: whose name and password IIS takes to reach the folder."""
    kept = values["user"]
    fields = (
        Field("who", "Path credentials:", "choice", "user" if kept else "", (("", PASS_THROUGH), ("user", "Specific user"))),
        Field("user", "User name:", initial=kept, hint="IIS reads the folder as this user; this server, as the pool's account"),
        Field("password", "Password:", "secret", values["password"], hint="Kept encrypted" + ("; empty leaves it as it is" if kept else "")),
        Field("confirm", "Confirm password:", "secret", values["password"]),
    )

    def check(given: Values) -> Mapping[str, str]:
        if not given["who"]:
            return {}
        problems = {}
        if not given["user"].strip():
            problems["user"] = "Which user?"
        elif not given["user"].isprintable():
            problems["user"] = "A name cannot contain control characters."
        if given["password"] != given["confirm"]:
            problems["confirm"] = "The two are not the same."
        return problems

    def disabled(given: Values) -> Collection[str]:
        return () if given["who"] else ("user", "password", "confirm")

    return Form("Connect As", fields, check, disabled=disabled)


def _taken(answered: Values) -> Values:
    specific = bool(answered["who"])
    return {"user": answered["user"].strip() if specific else "", "password": answered["password"] if specific else ""}


def attributes(values: Values) -> tuple[tuple[str, str], ...]:
    """Of a directory that is added; a dialog without these fields names nobody."""
    user = values.get("user", "").strip()
    named = (("userName", user), ("password", values.get("password", "")))
    return tuple((name, value) for name, value in named if user and value)


def edits(steps: tuple[Step, ...], before: Values, after: Values) -> list[Edit]:
    """Of a directory that is there: only what differs; an empty password leaves it as it is, no user takes it away."""
    where, found, user = Where(SITES), list[Edit](), after["user"].strip()
    if user != before["user"]:
        found.append(SetAttribute(where, steps, "userName", user or None))
    if user and after["password"]:
        found.append(SetAttribute(where, steps, "password", after["password"]))
    elif not user and before["user"]:
        found.append(SetAttribute(where, steps, "password", None))
    return found
