"""Local values: whose words stand on which line, seen from a place."""

from __future__ import annotations

from pathlib import Path

from console.local_values import LocalValues, local_values
from model.config_path import ConfigPath
from tests.support.meaning import hierarchy, server

SITE_PATH = ConfigPath("S")
INNER = """<system.webServer><staticContent enableDocFooter="true" /></system.webServer>
<location path="s">
<system.webServer><defaultDocument enabled="false"><files>
<clear />
<add
  value="x.htm" />
</files></defaultDocument></system.webServer>
</location>
<location path="S/deep"><system.webServer><directoryBrowse enabled="true" /></system.webServer></location>
<location path=""><system.webServer><directoryBrowse enabled="false" /></system.webServer></location>"""


def said(folder: Path, path: ConfigPath, file: str = "applicationHost.config", inner: str = INNER, web: str = "") -> tuple[list[str], LocalValues]:
    """The lines that are marked, as they stand in the file."""
    found = hierarchy(folder, server(inner), {"s/web.config": web} if web else None)
    document = next(document for document, _ in found.files_for(SITE_PATH) if document.path == folder / file)
    local = local_values(found, document, path)
    texts = document.text.splitlines()
    return [texts[line - 1].strip() for line in sorted(local.lines)], local


def test_the_server_says_what_no_tag_gives_to_another(tmp_path: Path) -> None:
    lines, local = said(tmp_path, ConfigPath())
    assert '<system.webServer><staticContent enableDocFooter="true" /></system.webServer>' in lines
    assert any('enabled="false" /></system.webServer></location>' in line for line in lines), "<location path=''> is the server's own"
    assert "<clear />" not in lines
    assert set(local.others.values()) == {"s", "S/deep"}


def test_a_site_s_own_words_in_the_servers_file(tmp_path: Path) -> None:
    lines, local = said(tmp_path, SITE_PATH)
    assert [line for line in lines if "site name" not in line and "binding " not in line] == [
        '<system.webServer><defaultDocument enabled="false"><files>', "<clear />", 'value="x.htm" />',
    ]  # fmt: skip
    assert any('site name="S"' in line for line in lines), "its own entry among the sites"
    assert "S/deep" in local.others.values()
    assert "" in local.others.values(), "the server's own tag is inherited here"


def test_a_web_config_speaks_for_its_folder(tmp_path: Path) -> None:
    web = '<configuration>\n<appSettings>\n<add key="a" value="1" />\n</appSettings>\n<location path="deep">\n<appSettings>\n<clear />\n' \
          "</appSettings>\n</location>\n</configuration>"  # fmt: skip
    assert said(tmp_path, SITE_PATH, "s/web.config", web=web)[0] == ['<add key="a" value="1" />']
    assert said(tmp_path, SITE_PATH.child("deep"), "s/web.config", web=web)[0] == ["<clear />"]
    assert said(tmp_path, ConfigPath(), "s/web.config", web=web)[0] == ['<add key="a" value="1" />'], "seen from its own place"


def test_what_is_no_configuration_says_nothing(tmp_path: Path) -> None:
    assert said(tmp_path, SITE_PATH, "s/web.config", web="<configuration>")[0] == []
