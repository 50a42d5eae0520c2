"""Log files and their lines: hwebcore/service/logs.py."""

from __future__ import annotations

import dataclasses
import os
import resource
import stat
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hwebcore.plan import CustomField, ModuleEntry, PoolPlan, SiteLog, SitePlan
from hwebcore.service import logs, service
from hwebcore.service.logs import HTTPERR_BYTES, HttpErrLog, Moment, ServiceLog, SiteLogs, one_line, open_log, pool_log_path
from hwebcore.w3c_log import LogWriter
from tests.support.server_driver import free_port, generation, get, plan, running, site, until

MOMENT = datetime(2026, 3, 9, 14, 5, tzinfo=UTC).timestamp()


def test_a_record_is_one_line_whatever_is_in_it(tmp_path: Path) -> None:
    log = ServiceLog(tmp_path / "service.log")
    log.write("evil \x1b]0;x\x07 \r\n2026 forged\u202e \ud800", 5009)
    log.close()
    lines = log.path.read_text().splitlines()
    assert len(lines) == 1
    assert " 5009 evil \\u001b]0;x\\u0007 \\u000d | 2026 forged\\u202e \\ud800" in lines[0]
    assert one_line("plain ä") == "plain ä"


# rules: log.files
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
    assert SiteLogs(tmp_path).path_of(SitePlan("S", 7, log=SiteLog(period=period)), Moment(MOMENT)) == tmp_path / "LogFiles" / "W3SVC7" / name


# rules: log.rollover
def test_by_size_a_full_file_is_followed_by_the_next(tmp_path: Path) -> None:
    plan = SitePlan("S", 7, log=SiteLog(directory=str(tmp_path), period="MaxSize", truncate_bytes=10))
    opened = SiteLogs(tmp_path)
    assert opened.take([plan])
    assert opened.path(7).endswith("u_extend1.log")  # its header alone is longer than 10 bytes
    assert opened.take([plan])
    assert opened.path(7).endswith("u_extend2.log")
    opened.close()


def test_descriptors_change_only_when_the_file_does(tmp_path: Path) -> None:
    opened = SiteLogs(tmp_path)
    plan = SitePlan("S", 7)
    assert opened.take([plan])
    assert not opened.take([plan])
    assert opened.take([SitePlan("S", 7, log=SiteLog(enabled=False))])
    assert opened.descriptors() == {}


def test_a_folder_that_cannot_be_written_is_told_and_harms_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    opened = SiteLogs(tmp_path)
    assert not opened.take([SitePlan("S", 7, log=SiteLog(directory=str(tmp_path / "file")))])
    assert str(tmp_path / "file") in opened.problems[7]


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


def _logged(root: Path, name: str, sites: tuple[tuple[str, int, str], ...], log: SiteLog) -> PoolPlan:
    pool = plan(root, name, sites)
    settings = dataclasses.replace(pool.settings[0], modules=(*pool.settings[0].modules, ModuleEntry("HttpLoggingModule", "native", "loghttp.dll")))
    return dataclasses.replace(pool, sites=tuple(SitePlan(site, number, log=log) for site, number, _ in sites), settings=(settings,))


def test_a_log_of_the_service_that_somebody_deleted_is_begun_anew(tmp_path: Path) -> None:
    own, errors = ServiceLog(tmp_path / "service.log"), HttpErrLog(tmp_path)
    for path in (own.path, errors.path):
        path.unlink()
    own.write("again")
    assert errors.roll()
    assert not errors.roll()
    assert " again" in own.path.read_text()
    assert (errors.path.name, "#Fields: " in errors.path.read_text()) == ("httperr1.log", True)
    own.close()
    errors.close()


# rules: log.files
def test_nobody_waits_for_the_reader_of_what_is_no_regular_file(tmp_path: Path) -> None:
    """The folder may be one that a pool writes to, and the whole service would stand still."""
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(OSError, match="fifo"):
        open_log(tmp_path / "fifo")
    reader = os.open(tmp_path / "fifo", os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(OSError, match="no regular file"):
        open_log(tmp_path / "fifo")
    os.close(reader)
    descriptor = open_log(tmp_path / "log")
    assert os.get_blocking(descriptor)
    os.close(descriptor)


def test_a_log_that_cannot_be_looked_at_is_told_and_harms_nobody(tmp_path: Path) -> None:
    opened = SiteLogs(tmp_path)
    long = SiteLog(directory=str(tmp_path / ("x" * 300)), period="MaxSize")
    assert opened.take([SitePlan("S", 7, log=long), SitePlan("T", 8)])
    assert "File name too long" in opened.problems[7]
    assert list(opened.descriptors()) == [8]
    opened.close()


def test_logs_of_sites_that_are_gone_are_let_go(tmp_path: Path) -> None:
    opened = SiteLogs(tmp_path)
    opened.take([SitePlan("S", 7), SitePlan("T", 8)])
    descriptor = opened.descriptors()[7]
    opened.keep({8})
    assert list(opened.descriptors()) == [8]
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
    opened.close()


def test_an_httperr_log_that_cannot_roll_goes_on_in_its_file(tmp_path: Path) -> None:
    """A number that is no descriptor of a log any more may be anybody's soon."""
    log = HttpErrLog(tmp_path)
    os.write(log.fd, b"x" * HTTPERR_BYTES)
    (tmp_path / "HTTPERR" / "httperr2.log").symlink_to(tmp_path / "elsewhere")
    assert not log.roll()
    assert (os.fstat(log.fd).st_ino, log.path.name) == (log.path.stat().st_ino, "httperr1.log")
    (tmp_path / "HTTPERR" / "httperr2.log").unlink()
    assert log.roll()
    log.close()


# rules: log.rollover
async def test_a_log_rolls_under_a_running_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port, clock = free_port(), [MOMENT]
    monkeypatch.setattr(logs, "_now", lambda: clock[0])
    monkeypatch.setattr(service, "_HOUSEKEEPING_S", 0.05)
    log = SiteLog(directory=str(tmp_path / "logs"), fields=("UriStem", "HttpStatus"), period="Hourly")
    async with running(tmp_path, generation((_logged(tmp_path / "app", "Pool", (("Site", 1, "/"),), log),), (site(port),))) as run:
        await get(port, "/before")
        clock[0] += 3600
        folder = tmp_path / "logs" / "W3SVC1"
        await until(lambda: (folder / "u_ex26030915.log").exists(), "the next hour's file")
        assert run.service.snapshot()["sites"][0]["log"].endswith("u_ex26030915.log")

        async def written() -> bool:
            await get(port, "/after")
            return "/after 200\n" in (folder / "u_ex26030915.log").read_text()

        await until(written, "a line in the new file")
        old = (folder / "u_ex26030914.log").read_text()
        assert old.count("/before 200\n") == 1
        assert "#Fields: cs-uri-stem sc-status\n" in old


# rules: log.gap
async def test_a_full_disk_costs_records_and_no_request(tmp_path: Path) -> None:
    """The worker may write no further byte into its log: what it could not write is counted, and told when it can again."""
    port = free_port()
    log = SiteLog(directory=str(tmp_path / "logs"), fields=("UriStem", "HttpStatus"))
    async with running(tmp_path, generation((_logged(tmp_path / "app", "Pool", (("Site", 1, "/"),), log),), (site(port),))) as run:
        pid = int((await get(port, "/first"))[1].split()[0])
        path = Path(run.service.snapshot()["sites"][0]["log"])
        await until(lambda: "/first 200\n" in path.read_text(), "the first record")
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (path.stat().st_size + 4, resource.RLIM_INFINITY))
        assert [(await get(port, f"/lost{number}"))[0] for number in range(5)] == [200] * 5

        async def lost() -> bool:
            await run.service.figures.look()
            return bool(run.service.snapshot()["sites"][0]["log_lost"] == 5)

        await until(lost, "five lost records")
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert (await get(port, "/last"))[0] == 200
        await until(lambda: "/last 200\n" in path.read_text(), "a record again")
        lines = path.read_text().splitlines()
        assert lines[-2:] == ["#Remark: 5 records before this were lost", "/last 200"]
        assert [line for line in lines if line.startswith("/lost")] == []


# rules: log.gap
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_device_is_counted(tmp_path: Path) -> None:
    writer = LogWriter()
    writer.open(os.open("/dev/full", os.O_WRONLY))
    for number in range(3):
        writer.write(f"/{number}\n")
    assert not writer.flush()
    assert writer.lost == 3
    writer.open(os.open(tmp_path / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640))
    writer.write("/again\n")
    writer.close()
    assert (tmp_path / "log").read_text() == "#Remark: 3 records before this were lost\n/again\n"


def test_a_log_that_somebody_moved_is_begun_anew(tmp_path: Path) -> None:
    site_logs, sites = SiteLogs(tmp_path), [SitePlan("a", 1)]
    assert site_logs.take(sites)
    path = Path(site_logs.path(1))
    path.unlink()
    assert site_logs.take(sites)
    assert path.read_text().startswith("#Software")
    assert not site_logs.take(sites)
    site_logs.close()


# rules: log.custom-fields
@pytest.mark.parametrize(("period", "name"), [("Daily", "u_ex260309_x.log"), ("MaxSize", "u_extend1_x.log")])
def test_columns_of_its_own_are_in_name_and_head(period: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_now", lambda: MOMENT)
    site_logs = SiteLogs(tmp_path)
    column = CustomField("x y\n#z", "RequestHeader", "X")
    site_logs.take([SitePlan("a", 1, log=SiteLog(fields=("Method",), period=period, custom=(column,)))])
    assert Path(site_logs.path(1)).name == name
    assert "#Fields: cs-method x+y%0A#z\n" in Path(site_logs.path(1)).read_text()
    site_logs.close()


# rules: log.rollover
async def test_a_central_log_is_one_file_with_one_head_for_all_sites(tmp_path: Path) -> None:
    ports = free_port(), free_port()
    log = SiteLog(directory=str(tmp_path / "logs"), fields=("SiteName", "UriStem"), central=True)
    pools = (_logged(tmp_path / "a", "Pool", (("Site", 1, "/"),), log), _logged(tmp_path / "b", "Other", (("Second", 2, "/"),), log))
    async with running(tmp_path, generation(pools, (site(ports[0]), site(ports[1], "Second", 2, "Other")))):
        await get(ports[0], "/x")
        await get(ports[1], "/y")
        folder = tmp_path / "logs" / "W3SVC"
        await until(lambda: {"W3SVC1 /x", "W3SVC2 /y"} <= set(next(folder.iterdir()).read_text().splitlines()), "a line of each site")
        assert next(folder.iterdir()).read_text().count("#Fields:") == 1
        assert [path.name for path in (tmp_path / "logs").iterdir()] == ["W3SVC"]


# rules: log.rollover
def test_the_hour_of_a_roll_is_local_where_local_time_is_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC-5")
    time.tzset()
    try:
        for local, name in ((True, "u_ex26030919.log"), (False, "u_ex26030914.log")):
            log = SiteLog(period="Hourly", local_time=local)
            assert SiteLogs(tmp_path).path_of(SitePlan("S", 7, log=log), Moment(MOMENT)).name == name
    finally:
        monkeypatch.undo()
        time.tzset()
