"""Test Settings: what is found out about a path and the account that reads it, and what is said plainly not to be."""

from __future__ import annotations

import os
import pwd
import tempfile
from pathlib import Path

import pytest

from console.settings_test import Account, account_of, report
from model.drive_map import DriveMap
from model.sections.application_pools import AppPool, ProcessModel

OWN = pwd.getpwuid(os.geteuid()).pw_name


def found(path: str, folder: Path, user: str = "", account: Account | None = None) -> dict[str, tuple[str, str]]:
    told = report(path, user, account or Account(OWN), DriveMap(folder, {"C": folder}))
    return {finding.heading: (finding.state, finding.text) for finding in told.findings}


def test_a_folder_that_is_there_is_read_by_the_pools_account(tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    told = found("C:\\www", tmp_path)
    assert told["Physical path"] == ("good", f"C:\\www is {tmp_path / 'www'}")
    assert told["Authentication"] == ("good", f"Pass-through: no user of its own. The pool's workers read it as {OWN}.")
    assert told["Authorization"] == ("good", f"{OWN} may read {tmp_path / 'www'}.")


@pytest.mark.parametrize(
    ("path", "words"),
    [("", "No path is given"), ("D:\\www", "D: has no folder here. Map Drives"), ("C:\\none", "There is no folder"), ("C:\\file", "is no folder"),
     ("\\\\server\\share", "has no folder here"), ("C:\\" + "x" * 300, "There is no folder"), ("/a\0b", "has no folder here")],
)  # fmt: skip
def test_a_path_that_leads_nowhere(tmp_path: Path, path: str, words: str) -> None:
    (tmp_path / "file").write_text("")
    told = found(path, tmp_path)
    assert told["Physical path"][0] == "bad"
    assert words in told["Physical path"][1]
    assert told["Authorization"] == ("warning", "Not tested: there is no folder to read.")


def test_a_password_of_windows_is_said_not_to_be_tested(tmp_path: Path) -> None:
    state, text = found(str(tmp_path), tmp_path, "DOMAIN\\www")["Authentication"]
    assert state == "warning"
    assert "The password of DOMAIN\\www cannot be tested" in text


def test_the_folder_that_stops_another_account_is_named() -> None:
    """In a folder of its own: the test run's is closed to others as a whole."""
    with tempfile.TemporaryDirectory(dir="/tmp") as made:
        Path(made).chmod(0o755)
        closed, inner = Path(made) / "closed", Path(made) / "closed" / "www"
        inner.mkdir(parents=True)

        def told() -> tuple[str, str]:
            return found(str(inner), Path(made), account=Account("nobody"))["Authorization"]

        closed.chmod(0o700)
        assert told() == ("bad", f"nobody may not enter {closed} (drwx------ {OWN}).")
        closed.chmod(0o711)
        inner.chmod(0o711)
        assert told() == ("bad", f"nobody may not read {inner} (drwx--x--x {OWN}).")
        inner.chmod(0o755)
        state, text = told()
        assert state == "good"
        assert "access control lists were not looked at" in text


def test_an_account_that_is_none(tmp_path: Path) -> None:
    assert found(str(tmp_path), tmp_path, account=Account("no such user"))["Authorization"] == ("bad", "no such user is no account of this system.")


@pytest.mark.parametrize(
    ("model", "label", "account"),
    [
        (ProcessModel(), "", Account(OWN)),
        (ProcessModel(), "ApplicationPoolIdentity (runs as www)", Account("www")),
        (ProcessModel(identityType="SpecificUser", userName="D\\www"), "", Account("www")),
        (ProcessModel(identityType="SpecificUser", userName="D\\www"), "www", Account("www")),
        (ProcessModel(identityType="SpecificUser", userName="w"), "SpecificUser: its identity 'w' is no account of this system",
         Account("", "The pool P cannot run: its identity 'w' is no account of this system.")),
    ],
)  # fmt: skip
def test_whose_account_a_pool_has(model: ProcessModel, label: str, account: Account) -> None:
    assert account_of(AppPool(name="P", processModel=model), label) == account
    assert account_of(None).trouble
