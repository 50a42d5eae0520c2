"""Server runtime limits."""

from pathlib import Path

from model.sections.server_runtime import ServerRuntime
from tests.unit.model.sections import section


def test_read(tmp_path: Path) -> None:
    found = ServerRuntime.from_effective(
        section(tmp_path, ServerRuntime.SECTION, '<serverRuntime appConcurrentRequestLimit="7" frequentHitTimePeriod="00:00:30" />')
    )
    assert (found.app_concurrent_request_limit, found.upload_read_ahead_size) == (7, 49152)
    assert (found.frequent_hit_threshold, found.frequent_hit_time_period_s) == (2, 30.0)
