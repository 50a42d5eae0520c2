"""Connect as…: what the dialog asks, what comes back into the form it was opened from, and what is written."""

from __future__ import annotations

from pathlib import Path

from console import path_credentials
from console.forms import Report
from console.path_credentials import connect_form
from model.edits import SetAttribute, Step
from tests.support.console_views import view

KEPT = {"user": "D\\www", "password": "", "folder": "/", "pool": "P"}


def test_a_specific_user_needs_a_name_and_the_same_password_twice() -> None:
    form = connect_form({"user": "", "password": ""})
    assert form.initial == {"who": "", "user": "", "password": "", "confirm": ""}
    assert form.check(form.initial) == {}
    assert form.disabled(form.initial) == ("user", "password", "confirm")
    specific = {**form.initial, "who": "user"}
    assert form.disabled(specific) == ()
    assert form.check(specific) == {"user": "Which user?"}
    assert form.check({**specific, "user": "a\x1b"}).keys() == {"user"}
    assert form.check({**specific, "user": "a", "password": "x"}) == {"confirm": "The two are not the same."}
    assert form.check({**specific, "user": "a", "password": "x", "confirm": "x"}) == {}


def test_pass_through_takes_the_user_away(tmp_path: Path) -> None:
    fields = path_credentials.credential_fields(
        view(tmp_path).session.workspace.hierarchy, lambda pool: path_credentials.Account("nobody"), user="D\\www"
    )
    assert [(field.id, field.initial) for field in fields[:2]] == [("user", "D\\www"), ("password", "")]
    connect, test = fields[2].presses
    assert fields[2].told(KEPT) == "As D\\www"
    assert fields[2].told({"user": ""}) == "Pass-through authentication"
    assert connect.takes({"who": "", "user": "D\\www", "password": "x", "confirm": "x"}) == {"user": "", "password": ""}
    assert connect.takes({"who": "user", "user": " u ", "password": "x", "confirm": "x"}) == {"user": "u", "password": "x"}
    assert isinstance(test.opens(KEPT), Report)


def test_only_what_differs_is_written() -> None:
    steps = (Step("virtualDirectory"),)

    def written(**after: str) -> dict[str, str | None]:
        edits = path_credentials.edits(steps, KEPT, {**KEPT, **after})
        return {edit.name: edit.value for edit in edits if isinstance(edit, SetAttribute)}

    assert written() == {}
    assert written(user="") == {"userName": None, "password": None}
    assert written(password="new") == {"password": "new"}
    assert written(user="other", password="p") == {"userName": "other", "password": "p"}
    assert path_credentials.attributes({"folder": "/"}) == ()
    assert path_credentials.attributes({"user": "u", "password": ""}) == (("userName", "u"),)
