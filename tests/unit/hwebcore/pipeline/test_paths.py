"""URL paths to paths of this system."""

from __future__ import annotations

import pytest

from hwebcore.pipeline.paths import PathMap
from hwebcore.plan import VirtualDirectory

PATHS = PathMap((VirtualDirectory("/", "/srv/root"), VirtualDirectory("/App/images", "/srv/images/"), VirtualDirectory("/none", "")))


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/", "/srv/root/"),
        ("/A/b.txt", "/srv/root/A/b.txt"),
        ("/app/IMAGES/x.png", "/srv/images/x.png"),
        ("/app/images", "/srv/images"),
        ("/app/imagesx", "/srv/root/app/imagesx"),
        ("/none/x", ""),
        ("/a/../b", ""),
        ("/a:b", ""),
        ("/a.txt::$DATA", ""),
        ("/PROGRA~1/x", ""),
        ("/web.config.", ""),
        ("/web.config ", ""),
        ("/bin./x", ""),
        ("relative", ""),
    ],
)
def test_spellings(url: str, path: str) -> None:
    assert PATHS.find(url) == path
