from collections.abc import Callable
from pathlib import Path

import pytest

from console.cli.appcmd.failure import AppCmdError
from console.cli.appcmd.server import Server
from console.cli.instance import locate
from model.section_place import Step


@pytest.fixture
def server(sample: Callable[[str], Path]) -> Server:
    return Server(locate(str(sample("crash-loop"))))


def test_without_a_service_states_are_unknown(server: Server) -> None:
    assert server.snapshot is None
    assert server.state("pools", "Fragile") == "Unknown"


def test_without_a_service_nothing_can_be_told(server: Server) -> None:
    with pytest.raises(AppCmdError) as error:
        server.command("stop_pool", pool="Fragile")
    assert error.value.code == 1062


def test_an_element_as_it_is_written(server: Server) -> None:
    assert server.written("system.applicationHost/applicationPools", (Step("add", (("name", "fragile"),)),)).splitlines()[1] == (
        '    <failure rapidFailProtection="true" rapidFailProtectionInterval="00:05:00" rapidFailProtectionMaxCrashes="5" />'
    )
    assert server.written("system.applicationHost/sites", (Step("site", (("name", "nope"),)),)) == ""
