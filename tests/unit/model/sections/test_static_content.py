"""MIME types and the client's cache (rt 10.1)."""

from pathlib import Path

import pytest

from hwebcore import plan
from model.config_path import ConfigPath
from model.sections.server_runtime import ServerRuntime
from model.sections.static_content import StaticContent, settings
from tests.support.meaning import hierarchy, server


def made(folder: Path, words: str) -> plan.StaticContent:
    found = hierarchy(folder, server(f"<system.webServer>{words}</system.webServer>"))
    return settings(found.merged(StaticContent.SECTION, ConfigPath()), found.merged(ServerRuntime.SECTION, ConfigPath()))


@pytest.mark.parametrize(
    ("cache", "control", "expires"),
    [
        ("", "", ""),
        ('cacheControlMode="DisableCache"', "no-cache", ""),
        ('cacheControlMode="UseMaxAge"', "max-age=86400", ""),
        ('cacheControlMode="UseMaxAge" cacheControlMaxAge="00:01:00" cacheControlCustom="public"', "public,max-age=60", ""),
        ('cacheControlMode="UseExpires" httpExpires="Tue, 01 Jan 2030 00:00:00 GMT"', "", "Tue, 01 Jan 2030 00:00:00 GMT"),
        ('httpExpires="Tue, 01 Jan 2030 00:00:00 GMT"', "", ""),
    ],
)
def test_cache(tmp_path: Path, cache: str, control: str, expires: str) -> None:
    found = made(tmp_path, f"<staticContent><clientCache {cache} /></staticContent>")
    assert (found.cache_control, found.expires, found.set_etag) == (control, expires, True)


def test_mime_types(tmp_path: Path) -> None:
    rows = '<staticContent><mimeMap fileExtension=".TXT" mimeType="text/plain" /><mimeMap fileExtension="x" mimeType="a/b" /></staticContent>'
    assert made(tmp_path, rows).mime_map == ((".txt", "text/plain"), (".x", "a/b"))


def test_when_a_file_is_frequent(tmp_path: Path) -> None:
    found = made(tmp_path, '<serverRuntime frequentHitThreshold="7" frequentHitTimePeriod="00:01:00" />')
    assert (found.frequent_hits, found.frequent_period_s) == (7, 60.0)
    plain = made(tmp_path, "")
    assert (plain.frequent_hits, plain.frequent_period_s) == (2, 10.0)
