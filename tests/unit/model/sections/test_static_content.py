"""MIME types and the client's cache (rt 10.1)."""

from pathlib import Path

import pytest

from model.sections.static_content import StaticContent, settings
from tests.unit.model.sections import section


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
    found = settings(section(tmp_path, StaticContent.SECTION, f"<staticContent><clientCache {cache} /></staticContent>"))
    assert (found.cache_control, found.expires, found.set_etag) == (control, expires, True)


def test_mime_types(tmp_path: Path) -> None:
    rows = '<staticContent><mimeMap fileExtension=".TXT" mimeType="text/plain" /><mimeMap fileExtension="x" mimeType="a/b" /></staticContent>'
    assert settings(section(tmp_path, StaticContent.SECTION, rows)).mime_map == ((".txt", "text/plain"), (".x", "a/b"))
