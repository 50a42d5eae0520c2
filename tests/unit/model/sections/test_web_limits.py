"""Limits of HTTP.sys."""

from pathlib import Path

from model.sections.web_limits import WebLimits
from tests.unit.model.sections import section


def test_read(tmp_path: Path) -> None:
    found = section(tmp_path, WebLimits.SECTION, '<webLimits headerWaitTimeout="00:00:30" minBytesPerSecond="500" />')
    assert (WebLimits.from_effective(found).header_wait_timeout_s, WebLimits.from_effective(found).min_bytes_per_second) == (30.0, 500)
