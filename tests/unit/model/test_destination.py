"""Which file an edit goes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.config_path import ConfigPath
from model.destination import Destination, destination
from model.document import Document
from model.drive_map import DriveMap
from model.edits import CannotEdit, Where
from model.hierarchy import Hierarchy

SERVER = """<configuration>
  <configSections>
    <sectionGroup name="system.applicationHost">
      <section name="applicationPools" allowDefinition="AppHostOnly" overrideModeDefault="Deny" />
      <section name="sites" allowDefinition="AppHostOnly" overrideModeDefault="Deny" />
    </sectionGroup>
    <sectionGroup name="system.webServer">
      <section name="modules" allowDefinition="MachineToApplication" />
      <section name="globalModules" allowDefinition="AppHostOnly" />
      <section name="directoryBrowse" />
    </sectionGroup>
  </configSections>
  <system.applicationHost>
    <applicationPools><add name="P" /></applicationPools>
    <sites>
      <site name="Site" id="1">
        <application path="/" applicationPool="P"><virtualDirectory path="/" physicalPath="site" /></application>
        <application path="/app" applicationPool="P"><virtualDirectory path="/" physicalPath="C:\\app" /></application>
        <application path="/far" applicationPool="P"><virtualDirectory path="/" physicalPath="Q:\\far" /></application>
      </site>
    </sites>
  </system.applicationHost>
</configuration>
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for folder in ("site/images", "site/Upper", "drive/app/sub"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "site" / "page.txt").write_bytes(b"")
    (tmp_path / "site" / "Upper" / "Web.config").write_bytes(b"<configuration/>")
    (tmp_path / "applicationHost.config").write_text(SERVER)
    return tmp_path


def ask(place: Path, section: str, path: str, *, location: bool = False) -> tuple[str, str, str]:
    root = place / "applicationHost.config"

    def read(path: Path) -> Document | None:
        return Document.read(path) if path.exists() else None

    hierarchy = Hierarchy(Document.read(root), read, DriveMap(place, {"C": place / "drive"}))
    found: Destination = destination(hierarchy, root, Where(section, ConfigPath.parse(path), "location" if location else "local"))
    return str(found.file.relative_to(place)), found.location, found.level.location


BROWSE = "system.webServer/directoryBrowse"
MODULES = "system.webServer/modules"


@pytest.mark.parametrize(
    ("section", "path", "expected"),
    [
        (BROWSE, "", ("applicationHost.config", "", "")),
        ("system.applicationHost/sites", "Site", ("applicationHost.config", "", "")),
        (BROWSE, "Site", ("site/web.config", "", "Site")),
        (BROWSE, "site/images", ("site/images/web.config", "", "site/images")),
        (BROWSE, "Site/Upper", ("site/Upper/Web.config", "", "Site/Upper")),
        (BROWSE, "Site/page.txt", ("site/web.config", "page.txt", "Site")),
        (BROWSE, "Site/app/sub", ("drive/app/sub/web.config", "", "Site/app/sub")),
        (MODULES, "Site/images", ("site/web.config", "", "Site")),
        (MODULES, "Site/app/sub", ("drive/app/web.config", "", "Site/app")),
    ],
)
def test_local(place: Path, section: str, path: str, expected: tuple[str, str, str]) -> None:
    assert ask(place, section, path) == expected


def test_a_location_tag_stands_in_the_servers_file(place: Path) -> None:
    assert ask(place, BROWSE, "Site/far/x", location=True) == ("applicationHost.config", "Site/far/x", "")


@pytest.mark.parametrize(
    ("section", "path", "reason"),
    [
        (BROWSE, "Nowhere", "no site 'Nowhere'"),
        (BROWSE, "Site/far", "not mapped"),
        (BROWSE, "Site/none", "is not there"),
        ("system.webServer/globalModules", "Site", "for the server alone"),
    ],
)
def test_places_without_a_file(place: Path, section: str, path: str, reason: str) -> None:
    with pytest.raises(CannotEdit, match=reason):
        ask(place, section, path)
