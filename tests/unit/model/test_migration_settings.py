"""Settings that mean another thing in the other mode (rt 5.5, rows 3 to 6, 12, 13, 19, 23, 25), and the edits that settle them."""

from pathlib import Path

import pytest

from model.migration import Finding, findings
from model.workspace import Workspace
from tests.support.meaning import hierarchy, server, web

AUTHENTICATION = "<system.webServer><security><authentication>{}</authentication></security></system.webServer>"
FORMS = '<system.web><authentication mode="Forms" /></system.web>'
WINDOWS = AUTHENTICATION.format('<windowsAuthentication enabled="true" useKernelMode="false" />')
KERNEL = AUTHENTICATION.format('<windowsAuthentication enabled="true" />')
NOBODY = AUTHENTICATION.format('<anonymousAuthentication enabled="false" />')
ENCRYPTED = '<system.web><identity configProtectionProvider="R"><EncryptedData>AQID</EncryptedData></identity></system.web>'
OFF = '<system.webServer><validation validateIntegratedModeConfiguration="false" /></system.webServer>'


def runtime(attributes: str) -> str:
    return f"<system.web><httpRuntime {attributes} /></system.web>"


def found(folder: Path, above: str, inner: str) -> tuple[Finding, ...]:
    return findings(hierarchy(folder, server(above), {"s/web.config": web(inner)}))


@pytest.mark.parametrize(
    ("above", "inner", "code", "settled"),
    [
        ("", ENCRYPTED, "500.19", True),
        (WINDOWS, FORMS, "two-logons", True),
        (NOBODY, FORMS, "two-logons", True),
        (KERNEL, "", "kernel-mode", True),
        ("", '<system.web><authentication mode="Passport" /></system.web>', "passport", False),
        ("", runtime('maxQueryStringLength="8192"'), "404.15", True),
        ("", runtime('enableHeaderChecking="false"'), "header-checking", True),
        ("", '<system.web><httpHandlers><add path="*.x" verb="*" type="System.Web.DefaultHttpHandler" /></httpHandlers></system.web>' + OFF, "default-handler", False),
        ("", runtime('minFreeThreads="100"'), "thread-limits", False),
        ("", runtime('waitChangeNotification="5"'), "change-notification", False),
    ],
)  # fmt: skip
def test_each_setting_is_found_and_settled(tmp_path: Path, above: str, inner: str, code: str, settled: bool) -> None:
    finding = next(finding for finding in found(tmp_path, above, inner) if finding.code == code)
    assert finding.source is not None
    assert (finding.fix is not None) is settled
    if finding.fix is not None:
        workspace = Workspace.open(tmp_path)
        proposal = workspace.propose(finding.fix)
        assert [problem for problem in proposal.new_problems if problem.severity == "error"] == []
        workspace.save(proposal)
        assert code not in [finding.code for finding in findings(workspace.hierarchy)]


@pytest.mark.parametrize(
    ("above", "inner"),
    [
        ("", ENCRYPTED + OFF),
        ("", FORMS),
        (WINDOWS, ""),
        ("", runtime('maxQueryStringLength="1024" enableHeaderChecking="true"')),
    ],
)
def test_what_is_no_finding(tmp_path: Path, above: str, inner: str) -> None:
    assert found(tmp_path, above, inner) == ()


def test_what_holds_in_both_modes_says_so(tmp_path: Path) -> None:
    both = {finding.code: finding.both_modes for finding in found(tmp_path, KERNEL, FORMS)}
    assert both == {"two-logons": False, "kernel-mode": True}
