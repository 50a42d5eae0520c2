from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli.appcmd.change import Changes, Target, accepted, refuse, save
from console.cli.appcmd.failure import AppCmdError
from console.cli.appcmd.server import Server
from console.cli.appcmd.setting import read
from console.cli.instance import locate
from model.config_path import ConfigPath
from model.edits import AddEntry, ClearEntries, RemoveEntry, Revert, SetAttribute, Step, Where
from model.effective import effective
from model.schema import AttributeSchema, section_schema
from model.source import Problem, Source
from model.unsaved import unsaved_name

WHERE = Where("system.webServer/defaultDocument")
FILES = (Step("files"),)


@pytest.fixture
def server(sample: Callable[[str], Path]) -> Server:
    return Server(locate(str(sample("first-run"))))


def changes(server: Server, *typed: str) -> Changes:
    schema = section_schema(WHERE.section)
    assert schema is not None
    made = Changes(Target(WHERE, (), schema, effective(server.hierarchy, WHERE.section, ConfigPath()).root))
    for setting in typed:
        made.take(read(*setting.split(":", 1)) if ":" in setting else read(setting, ""))
    return made


def test_each_form_is_an_edit(server: Server) -> None:
    default = (("value", "Default.htm"),)
    made = changes(
        server, "ENABLED:False", "-enabled", "-files", "~files", "+files.[value='n']", "-files.[value='default.htm']", "files.[@0].value:x"
    )
    assert made.edits == [
        SetAttribute(WHERE, (), "enabled", "false"),
        SetAttribute(WHERE, (), "enabled", None),
        Revert(WHERE, FILES),
        ClearEntries(WHERE, FILES),
        AddEntry(WHERE, FILES, "add", (("value", "n"),)),
        RemoveEntry(WHERE, FILES, default),
        SetAttribute(WHERE, (*FILES, Step("add", default)), "value", "x"),
    ]


@pytest.mark.parametrize("typed", ["files.[value='none'].value:x", "files.[@99].value:x"])
def test_an_entry_that_is_not_there(server: Server, typed: str) -> None:
    with pytest.raises(AppCmdError, match="Cannot find"):
        changes(server, typed)


def test_an_entry_of_the_same_command_is_found(server: Server) -> None:
    made = changes(server, "+files.[value='n']", "files.[value='n'].value:m")
    save(server, "test", made.edits, WHERE)
    assert '<add value="m" />' in server.hierarchy.server.text


def test_a_secret_is_not_repeated() -> None:
    attribute = AttributeSchema("password", "int", encrypted=True)
    with pytest.raises(AppCmdError) as caught:
        accepted(attribute, "open sesame")
    assert "sesame" not in str(caught.value)


def test_what_iis_would_refuse_is_told_as_it_does() -> None:
    error = refuse(Problem("error", "0x80070021", "locked", Source("f", 3, 1, "")))
    assert (error.code, str(error).splitlines()[1:3]) == (33, ["Filename: f", "Line Number: 3"])


def test_a_file_that_cannot_be_written_is_told_with_the_command_that_helps(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    blocked = unsaved_name(server.workspace.root)
    blocked.mkdir()
    with pytest.raises(AppCmdError, match="cannot be written") as caught:
        save(server, "x", changes(server, "enabled:false").edits)
    assert caught.value.exit_status == 5
    assert capsys.readouterr().err == f"this would help: rm -rf {blocked}\n"
