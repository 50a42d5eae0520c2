"""Migration findings and the errors of ConfigurationValidationModule (cfg 6.1, rt 4.1)."""

from pathlib import Path

import pytest

from model.config_path import ConfigPath
from model.migration import errors, findings
from tests.support.meaning import SITE as SITE_TEXT
from tests.support.meaning import hierarchy, server, web

SITE = ConfigPath("S")
UNLOCK = '<location path="" overrideMode="Allow"><system.webServer><modules /><handlers /></system.webServer></location>'
OFF = '<system.webServer><validation validateIntegratedModeConfiguration="false" /></system.webServer>'


def substatuses(folder: Path, inner: str) -> list[int]:
    return [substatus for substatus, _, _ in errors(hierarchy(folder, server(UNLOCK), {"s/web.config": web(inner)}), SITE)]


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ('<system.web><httpModules><add name="M" type="m.M" /></httpModules></system.web>', [22]),
        ('<system.web><httpModules><remove name="Session" /></httpModules></system.web>', [22]),
        ("<system.web><httpHandlers><clear /></httpHandlers></system.web>", [23]),
        ('<system.web><identity impersonate="true" /></system.web>', [24]),
        (
            '<system.web><httpHandlers><clear /></httpHandlers><identity impersonate="true" /><httpModules><clear /></httpModules></system.web>',
            [22, 23, 24],
        ),
        ("<system.web><httpModules /></system.web>", []),
        ('<system.web><identity impersonate="false" /></system.web>', []),
        ('<location path="."><system.web><httpModules><clear /></httpModules></system.web></location>', []),
        (f"<system.web><httpModules><clear /></httpModules></system.web>{OFF}", []),
        ("", []),
    ],
)
def test_errors(tmp_path: Path, inner: str, expected: list[int]) -> None:
    assert substatuses(tmp_path, inner) == expected


def test_an_error_names_its_line(tmp_path: Path) -> None:
    found = hierarchy(
        tmp_path, server(), {"s/web.config": "<configuration>\n<system.web>\n<identity\n impersonate='true' />\n</system.web>\n</configuration>"}
    )
    ((_, section, source),) = errors(found, SITE)
    assert source is not None
    assert (section, source.line) == ("system.web/identity", 4)


def codes(folder: Path, inner: str) -> list[tuple[str, str]]:
    found = findings(hierarchy(folder, server(UNLOCK), {"s/web.config": web(inner)}))
    return [(finding.code, finding.message.split('"')[1] if '"' in finding.message else finding.message.split(" ")[0]) for finding in found]


def test_types_with_a_row_for_one_mode_only(tmp_path: Path) -> None:
    inner = f"""{OFF}<system.web><httpModules><add name="OnlyClassic" type="a.A" /><add name="Both" type="b.B, Assembly" /></httpModules>
<httpHandlers><add path="c" verb="*" type="c.C" /><add path="d" verb="*" type="d.D" /></httpHandlers></system.web>
<system.webServer><modules><add name="Both" type="b.B" /><add name="OnlyIntegrated" type="e.E" /></modules>
<handlers><add name="NoCondition" path="n" verb="*" type="d.D" /><add name="NoScriptMap" path="d" verb="*" type="d.D" preCondition="integratedMode" />
<add name="NoHandler" path="f" verb="*" type="f.F" preCondition="integratedMode" /></handlers></system.webServer>"""
    assert codes(tmp_path, inner) == [
        ("integrated-only", "OnlyIntegrated"),
        ("classic-only", "OnlyClassic"),
        ("500.21", "NoCondition"),
        ("integrated-only", "NoScriptMap"),
        ("integrated-only", "NoHandler"),
        ("classic-only", "c"),
    ]


def test_an_inherited_row_that_nothing_leads_to_is_no_finding(tmp_path: Path) -> None:
    """An application below one that answers everything in both modes, with handlers of its own."""
    rows = '<add name="I" path="*" verb="*" type="a:app" preCondition="integratedMode" />'
    mapped = r'<add name="C" path="*" verb="*" modules="IsapiModule" scriptProcessor="C:\aspnet_isapi.dll" preCondition="classicMode" />'
    above = f"<system.web><httpHandlers><add path='*' verb='*' type='a:app' /></httpHandlers></system.web>{OFF}"
    own = '<add name="Own" path="*" verb="*" type="b:app" preCondition="integratedMode" />'
    files = {
        "s/web.config": web(f"{above}<system.webServer><handlers>{rows}{mapped}</handlers></system.webServer>"),
        "s/app/web.config": web(f"<system.webServer><handlers><clear />{own}</handlers></system.webServer>"),
    }
    application = '<application path="/app" applicationPool="p"><virtualDirectory path="/" physicalPath="%POOLHOUSE_CONFIG%/s/app" /></application>'
    found = findings(hierarchy(tmp_path, server(UNLOCK, SITE_TEXT.replace("<bindings", f"{application}<bindings", 1)), files))
    assert [(finding.application, finding.code) for finding in found] == [("/app", "integrated-only")]


def test_the_first_run_sample_works_in_both_modes() -> None:
    from tests.unit.model.test_compiler import first_run

    assert findings(first_run()) == ()


def test_findings_of_one_pool(tmp_path: Path) -> None:
    found = hierarchy(tmp_path, server(), {"s/web.config": web("<system.web><httpModules><clear /></httpModules></system.web>")})
    (finding,) = findings(found, "p")
    assert (finding.code, finding.site, finding.application) == ("500.22", "S", "/")
    assert findings(found, "other") == ()
