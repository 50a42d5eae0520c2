"""Log files and their lines: hwebcore/service/logs.py."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hwebcore.plan import SiteLog, SitePlan
from hwebcore.service.logs import HTTPERR_BYTES, HttpErrLog, ServiceLog, SiteLogs, one_line, open_log, pool_log_path

MOMENT = datetime(2026, 3, 9, 14, 5, tzinfo=UTC).timestamp()


def test_a_record_is_one_line_whatever_is_in_it(tmp_path: Path) -> None:
    log = ServiceLog(tmp_path / "service.log")
    log.write("evil \x1b]0;x\x07 \r\n2026 forged\u202e \ud800", 5009)
    log.close()
    lines = log.path.read_text().splitlines()
    assert len(lines) == 1
    assert " 5009 evil \\u001b]0;x\\u0007 \\u000d | 2026 forged\\u202e \\ud800" in lines[0]
    assert one_line("plain ä") == "plain ä"


def test_a_log_is_not_opened_through_a_link_and_is_0640(tmp_path: Path) -> None:
    os.close(open_log(tmp_path / "a" / "x.log"))
    assert stat.S_IMODE((tmp_path / "a" / "x.log").stat().st_mode) & 0o137 == 0
    (tmp_path / "link.log").symlink_to(tmp_path / "a" / "x.log")
    with pytest.raises(OSError, match="symbolic"):
        open_log(tmp_path / "link.log")


def test_a_pools_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    assert pool_log_path(tmp_path, "../../x").parent == tmp_path / "pools"
    assert pool_log_path(tmp_path, "Classic .NET AppPool").name == "Classic .NET AppPool.log"


@pytest.mark.parametrize(
    ("period", "name"), [("Daily", "u_ex260309.log"), ("Hourly", "u_ex26030914.log"), ("Weekly", "u_ex260302.log"), ("Monthly", "u_ex2603.log")]
)
def test_file_names_follow_the_period(tmp_path: Path, period: str, name: str) -> None:
    assert SiteLogs(tmp_path).path_of(SitePlan("S", 7, log=SiteLog(period=period)), MOMENT) == tmp_path / "LogFiles" / "W3SVC7" / name


def test_by_size_a_full_file_is_followed_by_the_next(tmp_path: Path) -> None:
    plan = SitePlan("S", 7, log=SiteLog(directory=str(tmp_path), period="MaxSize", truncate_bytes=10))
    logs = SiteLogs(tmp_path)
    assert logs.take([plan])
    assert logs.path(7).endswith("u_extend1.log")  # its header alone is longer than 10 bytes
    assert logs.take([plan])
    assert logs.path(7).endswith("u_extend2.log")
    logs.close()


def test_descriptors_change_only_when_the_file_does(tmp_path: Path) -> None:
    logs = SiteLogs(tmp_path)
    plan = SitePlan("S", 7)
    assert logs.take([plan])
    assert not logs.take([plan])
    assert logs.take([SitePlan("S", 7, log=SiteLog(enabled=False))])
    assert logs.descriptors() == {}


def test_a_folder_that_cannot_be_written_is_told_and_harms_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    logs = SiteLogs(tmp_path)
    assert not logs.take([SitePlan("S", 7, log=SiteLog(directory=str(tmp_path / "file")))])
    assert str(tmp_path / "file") in logs.problems[7]


def test_httperr_rolls_at_a_megabyte_and_goes_on_with_the_newest(tmp_path: Path) -> None:
    log = HttpErrLog(tmp_path)
    assert not log.roll()
    os.write(log.fd, b"x" * HTTPERR_BYTES)
    assert log.roll()
    assert log.path.name == "httperr2.log"
    assert "streamid sc-status s-siteid s-reason s-queuename" in log.path.read_text()
    log.close()
    again = HttpErrLog(tmp_path)
    assert again.path.name == "httperr2.log"
    again.close()
