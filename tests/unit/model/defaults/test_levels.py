"""The two .NET levels and the standard declarations read well and agree with the schema."""

from model.config_path import SERVER
from model.defaults.levels import MACHINE, WEBROOT, machine_config, root_web_config, standard_declarations
from model.file_index import index
from model.schema import sections


def test_they_are_sound_and_complete() -> None:
    machine = index(machine_config(), MACHINE, frozenset())
    assert machine.problems == ()
    webroot = index(root_web_config(), WEBROOT, machine.declarations.keys())
    assert webroot.problems == ()
    assert sorted(webroot.body) == ["system.web/authentication", "system.web/authorization", "system.web/httpHandlers", "system.web/httpModules"]
    standard = index(standard_declarations(), SERVER, machine.declarations.keys())
    assert standard.problems == ()
    declared = machine.declarations.keys() | standard.declarations.keys()
    undeclared = {name for name in sections() if name.startswith(("system.web/", "system.applicationHost/"))} - declared
    assert undeclared <= {"system.web/sessionPageState"}
    assert standard.declarations["system.webServer/modules"].override_mode == "Deny"
