"""What paths written for Windows mean here."""

from pathlib import Path

import pytest

from model.drive_map import DriveMap, web_config_of

DRIVES = DriveMap(Path("/etc/iis"), {"C": Path("/mnt/c"), "IIS_SITES_HOME": Path("/home/sites")}, {"OWN": "D:\\own", "INNER": "%SystemDrive%\\in"})


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (r"C:\inetpub\wwwroot", "/mnt/c/inetpub/wwwroot"),
        ("c:/inetpub/wwwroot", "/mnt/c/inetpub/wwwroot"),
        (r"%SystemDrive%\inetpub\custerr", "/mnt/c/inetpub/custerr"),
        (r"%windir%\System32", "/mnt/c/Windows/System32"),
        (r"%IIS_BIN%\x.dll", "/mnt/c/Windows/System32/inetsrv/x.dll"),
        (r"%IIS_SITES_HOME%\WebSite1", "/home/sites/WebSite1"),
        (r"%POOLHOUSE_CONFIG%\sites\integrated", "/etc/iis/sites/integrated"),
        (r"..\src\App", "/etc/src/App"),
        ("sites/x", "/etc/iis/sites/x"),
        ("/srv/www", "/srv/www"),
        ("%INNER%", "/mnt/c/in"),
        ("C:", "/mnt/c"),
    ],
)
def test_resolve(text: str, path: str) -> None:
    assert DRIVES.resolve(text) == Path(path)
    assert DRIVES.unmapped(text) == ""


@pytest.mark.parametrize(
    ("text", "missing"),
    [(r"D:\sites", "D:"), (r"%NOWHERE%\x", "%NOWHERE%"), (r"\\server\share", "//server/share"), (r"%OWN%\x", "D:"), ("a\0b", "a\0b"), ("", "")],
)
def test_what_is_not_mapped(text: str, missing: str) -> None:
    assert DRIVES.resolve(text) is None
    assert DRIVES.unmapped(text) == missing


def test_a_web_config_is_found_however_it_is_spelled(tmp_path: Path) -> None:
    assert web_config_of(tmp_path) == tmp_path / "web.config"
    (tmp_path / "Web.config").touch()
    assert web_config_of(tmp_path) == tmp_path / "Web.config"
