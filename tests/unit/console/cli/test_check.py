import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.cli import command_line

Sample = Callable[[str], Path]


def test_nothing_to_report(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["check", str(sample("first-run"))]) == 0
    assert capsys.readouterr() == ("", "nothing to report\n")


def test_every_broken_folder_is_named_with_its_place(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    folder = sample("config-error")
    assert command_line.run(["check", str(folder)]) == 1
    out = capsys.readouterr().out
    for place, code in {
        "locked/web.config:4:9": "0x80070021",
        "malformed/web.config:5:5": "0x8007000d",
        "unknown/web.config:5:31": "0x8007000d",
        "duplicate/web.config:6:17": "0x800700b7",
    }.items():
        assert f"{folder}/site/{place}: error {code}: " in out


def test_migration_findings_as_json(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line.run(["check", "--json", str(sample("migration-errors"))]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["schema"] == 1
    assert said["problems"] == []
    codes = {(finding["code"], finding["application"]) for finding in said["findings"]}
    assert {("500.22", "/modules"), ("500.23", "/handlers"), ("500.24", "/identity")} <= codes
    assert all(finding["source"]["line"] for finding in said["findings"])


def test_what_only_the_other_mode_would_bring_is_no_fault(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    """httpModules alone: 500.22 in an Integrated pool, and as it was meant in a Classic one."""
    folder = sample("migration-errors")
    config, told = folder / "applicationHost.config", ["check", str(folder), "--site", "Migration/modules"]
    assert command_line.run(told) == 1
    said = capsys.readouterr()
    assert "only if" not in said.err
    assert "migration 500.22: Migration/modules: system.web/httpModules" in said.out
    text = config.read_text("utf-8")
    config.write_text(
        text.replace('path="/modules" applicationPool="DefaultAppPool"', 'path="/modules" applicationPool="Classic .NET AppPool"'), "utf-8"
    )
    assert command_line.run(told) == 0
    assert "only if the pool's mode changes" in capsys.readouterr().err
    assert command_line.run([*told, "--json"]) == 0
    assert {finding["code"]: finding["met"] for finding in json.loads(capsys.readouterr().out)["findings"]} == {
        "500.22": False,
        "classic-only": False,
    }


def test_a_broken_server_file_is_read_and_told(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    config = sample("first-run") / "applicationHost.config"
    config.write_text(config.read_text().replace("</sites>", "</site>"))
    assert command_line.run(["check", str(config)]) == 1
    assert f"{config}:" in capsys.readouterr().out


def test_a_crash_loop_is_no_finding(sample: Sample) -> None:
    assert command_line.run(["check", str(sample("crash-loop"))]) == 0


def test_a_site_or_an_application_alone(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(sample("migration-errors"))
    site = json_of(capsys, ["check", "--json", folder])["findings"][0]["site"]
    alone = json_of(capsys, ["check", "--json", folder, "--site", f"{site}/modules"])
    assert {finding["application"] for finding in alone["findings"]} == {"/modules"}
    assert all(finding["fix"] for finding in alone["findings"] if finding["code"] == "500.22")
    assert command_line.run(["check", folder, "--site", "Nowhere"]) == 2
    assert "there is no site 'Nowhere'" in capsys.readouterr().err


def test_one_file_by_itself_or_where_it_belongs(sample: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a & b" / "web.config"
    file.parent.mkdir()
    file.write_text('<configuration>\n<system.web><httpModules><add name="A" type="a.A" /></httpModules></system.web>\n<nothing />\n</configuration>')
    said = json_of(capsys, ["check", "--json", str(file)])
    assert [(problem["code"], problem["source"]["line"]) for problem in said["problems"]] == [("0x8007000d", 3)]
    assert [finding["code"] for finding in said["findings"]] == ["500.22", "classic-only"]
    assert json_of(capsys, ["check", "--json", str(file.parent)]) == said
    folder = sample("config-error")
    below = json_of(capsys, ["check", "--json", "--config", str(folder), str(folder / "site/locked/web.config")])
    assert [problem["code"] for problem in below["problems"]] == ["0x80070021"]


def json_of(capsys: pytest.CaptureFixture[str], words: list[str]) -> dict[str, Any]:
    assert command_line.run(words) == 1
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return said


def test_modules_that_this_server_lacks_are_named(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    folder = sample("first-run")
    file = folder / "applicationHost.config"
    logging = '<add name="HttpLoggingModule" lockItem="true" />'
    text = file.read_text("utf-8")
    assert logging in text
    profile = '<add name="Profile" type="System.Web.Profile.ProfileModule" preCondition="managedHandler" />'
    file.write_text(text.replace(logging, f'{logging}<add name="HttpCacheModule" /><add name="CustomLoggingModule" />{profile}'), "utf-8")
    assert command_line.run(["check", str(folder)]) == 0
    lacking = "not executed by this server (3 modules of <modules>): HttpCacheModule, CustomLoggingModule, Profile\n"
    assert capsys.readouterr().out == lacking
    assert command_line.run(["check", "--json", "--site", "Classic", str(folder)]) == 0
    assert json.loads(capsys.readouterr().out)["not_executed"] == ["HttpCacheModule", "CustomLoggingModule", "Profile"]


def test_an_https_binding_needs_a_certificate(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    folder = sample("first-run")
    file = folder / "applicationHost.config"
    plain = '<binding protocol="http" bindingInformation="127.0.0.1:17080:" />'
    file.write_text(
        file.read_text("utf-8").replace(plain, '<binding protocol="https" bindingInformation="*:17443:a.example" sslFlags="1" />'), "utf-8"
    )
    assert command_line.run(["check", str(folder)]) == 1
    assert "error no-certificate: " in capsys.readouterr().out
    assert command_line.run(["certificate", "new", "--bind", "a.example:17443", "--config", str(folder)]) == 0
    assert command_line.run(["check", str(folder)]) == 0
