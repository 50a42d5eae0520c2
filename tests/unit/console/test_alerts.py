"""Alerts: sentences with a way out."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from console.alerts import Alert, alerts, lines
from console.places import Place
from console.session import Session
from console.unserved import reason_of
from model.workspace import Workspace

SAMPLE = Path(__file__).parents[3] / "sample_configs" / "first-run"


@pytest.fixture
def session(tmp_path: Path) -> Session:
    shutil.copytree(SAMPLE, tmp_path / "c")
    session = Session(Workspace.open(tmp_path / "c"))
    session.client = object()  # type: ignore[assignment]  # a service is attached; nothing is asked of it here
    return session


class Gone:
    """A client whose service ends at once."""

    async def snapshots(self) -> AsyncIterator[dict[str, Any]]:
        for nothing in ():
            yield nothing


def snapshot(**more: Any) -> dict[str, Any]:
    return {"service": {"running": True}, "generation": {"number": 41}, "pools": [], "sites": [], "rings": [], **more}


def drawn(found: Sequence[Alert], width: int) -> list[str]:
    return ["".join(run.text.plain for run in line.left) for line in lines(found, width)]


def test_quiet_when_all_is_well(session: Session) -> None:
    session.take(snapshot())
    assert alerts(session) == ()
    assert lines((), 26) == []


def test_opening_is_not_running(session: Session) -> None:
    session.take(snapshot(service={"running": False}))
    alert = alerts(session)[0]
    assert "127.0.0.1:17080" in alert.text
    assert [way for _, way in alert.ways] == ["start_service", "map_ports"]


def test_without_a_service(session: Session) -> None:
    session.client = None
    assert "edits the files only" in alerts(session)[0].text
    session.lost_service = True
    assert "has gone" in alerts(session)[0].text
    session.reach()
    assert [alert.text for alert in alerts(session)] == ["The service is being reached: in a moment."]


def test_a_service_that_did_not_start_says_why_and_where(session: Session, tmp_path: Path) -> None:
    session.client, config = None, session.workspace.root
    session.cannot_serve(reason_of([f"{config}:12:3: no such section", "Or serve it all the same: --anyway"], tmp_path / "service.log"))
    alert = alerts(session)[0]
    assert alert.text == "The service did not start: applicationHost.config:12:3: no such section\nOr serve it all the same: --anyway"
    assert alert.ways == (
        ("Start it again", "start_service"),
        ("applicationHost.config:12", Place("source", detail=f"{config}:12")),
        ("Show its log", Place("log", detail=str(tmp_path / "service.log"))),
    )
    told = drawn((alert,), 40)
    assert any(line.strip().startswith("Or serve") for line in told), "lines of its own stay lines"


async def test_a_service_that_crashed_says_what_ended_it(session: Session, tmp_path: Path) -> None:
    log = tmp_path / "service.log"
    log.write_text("before\n")
    session.take(snapshot(service={"running": True, "log": str(log)}))
    log.write_text("before\nTraceback (most recent call last):\n  File\nOSError: disk full\n")
    session.client = Gone()  # type: ignore[assignment]  # it has what is asked of it here
    await session.follow()
    assert alerts(session)[0].text == "The service has gone: OSError: disk full"


def test_a_long_text_is_cut_in_sight() -> None:
    told = drawn((Alert("✖", "bad", "word " * 200),), 26)
    assert told[-2].rstrip().endswith("…")


def test_a_failed_pool_leads_to_its_log(session: Session) -> None:
    session.take(snapshot(pools=[{"name": "Legacy", "state": "Stopped", "reason": "five failures in five minutes"}]))
    assert alerts(session)[0].ways == (("View log", Place("log", detail="Legacy")),)


def test_a_file_that_cannot_be_read_leads_to_its_line(session: Session) -> None:
    config = session.workspace.root
    config.write_bytes(config.read_bytes().replace(b"</applicationPools>", b"</applicationPool>"))
    session = Session(Workspace.open(config))
    session.client = object()  # type: ignore[assignment]  # as above
    session.take(snapshot())
    (alert,) = alerts(session)
    assert alert.text.startswith("applicationHost.config cannot be read: The file is not well-formed XML: mismatched tag")
    assert alert.ways[0][0].startswith("applicationHost.config:")
    session.take(snapshot(generation={"number": 0, "refused": {"problems": [{"message": "mismatched tag"}]}}))
    assert [alert.text for alert in alerts(session)] == ["Refused; nothing serves: mismatched tag"]


def test_a_file_that_went_is_named_and_leads_to_what_it_was(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "c")
    session = Session(Workspace.open(tmp_path / "c", state=tmp_path / "state"))
    session.client = object()  # type: ignore[assignment]  # as above
    config = session.workspace.root
    config.unlink()
    os.utime(config.parent, (time.time() - 1, time.time() - 1))  # what is written this moment is not looked at
    assert session.workspace.refresh()
    refused = {"problems": [{"message": "gone", "source": {"file": str(config), "line": 0, "column": 0}}]}
    for generation in ({"number": 41}, {"number": 41, "refused": refused}):
        session.take(snapshot(generation=generation))
        (alert,) = alerts(session)
        assert alert.ways == (("Restore…", Place("history")),), "there is no line to go to"
    assert alert.text == "Refused; generation 41 still serves: gone"


def test_a_stopped_server_is_one_sentence_with_a_way_out(session: Session) -> None:
    stopped = {"name": "DefaultAppPool", "state": "Stopped", "reason": "the server was stopped by an administrator"}
    told = snapshot(pools=[stopped, {**stopped, "name": "Other"}])
    session.take({**told, "service": {**told["service"], "stopped": True}})
    assert [(alert.text, alert.ways) for alert in alerts(session)] == [
        ("The server is stopped; what is added stays stopped with it.", (("Start", "start_service"),))
    ]


def test_a_pool_that_the_configuration_does_not_start_is_no_alert(session: Session) -> None:
    config = session.workspace.root
    config.write_bytes(config.read_bytes().replace(b'<add name="DefaultAppPool"', b'<add name="DefaultAppPool" autoStart="false"'))
    session.look_at_files()
    stopped = {"name": "DefaultAppPool", "state": "Stopped", "reason": "autoStart is false"}
    session.take(snapshot(pools=[stopped]))
    assert alerts(session) == ()
    session.take(snapshot(pools=[{**stopped, "reason": "five failures in five minutes", "last_failure": {"at": 1.0}}]))
    assert [alert.text for alert in alerts(session)] == ["DefaultAppPool: five failures in five minutes"]


@pytest.mark.parametrize(("count", "shown"), [(3, 3), (4, 4), (5, 4), (500, 4)])
def test_many_of_a_kind_are_counted(session: Session, count: int, shown: int) -> None:
    session.take(snapshot(sites=[{"name": f"S{number}", "problem": "port 80 is taken"} for number in range(count)]))
    found = alerts(session)
    assert len(found) == shown
    if count > shown:
        assert (found[-1].text, found[-1].ways) == (f"And {count - 3} more sites.", (("Show sites", Place("sites")),))


def test_a_taken_port_has_a_way_out(session: Session) -> None:
    session.take(snapshot(sites=[{"name": "S", "problem": "port 80 is taken"}]))
    assert ("Map ports…", "map_ports") in alerts(session)[0].ways


def test_a_missing_certificate_is_made_here(session: Session) -> None:
    told = "no certificate is bound to *:443: poolhouse certificate new --bind *:443 makes one for development"
    session.take(snapshot(sites=[{"name": "S", "problem": told}]))
    assert alerts(session)[0].text == "S: no certificate is bound to *:443", "a console is no shell"
    assert alerts(session)[0].ways[0] == ("Create a certificate…", "create_certificate")


def test_a_refused_generation_names_its_line(session: Session) -> None:
    problem = {"message": "mismatched tag", "source": {"file": "/x/applicationHost.config", "line": 7, "column": 3}}
    session.take(snapshot(generation={"number": 41, "refused": {"problems": [problem]}}))
    alert = alerts(session)[0]
    assert alert.text == "Refused; generation 41 still serves: mismatched tag"
    assert ("applicationHost.config:7:3", Place("source", detail="/x/applicationHost.config:7")) in alert.ways
    told = drawn(alerts(session), 26)
    assert any("applicationHost.config:7:3" in text for text in told)


def test_a_death_names_the_requests_that_were_in_the_worker(session: Session) -> None:
    last = {"at": 1000.0, "pid": 4121, "kind": "exit", "text": "killed by signal 9", "requests": ["GET /report", "GET /x", "GET /y", "GET /z"]}
    session.take(snapshot(pools=[{"name": "Shop", "state": "Started", "last_failure": last}]))
    (alert,) = alerts(session, now=1010.0)
    assert alert.text == "Shop: worker 4121 killed by signal 9. It took with it GET /report, GET /x, GET /y and 1 more."
    assert alerts(session, now=5000.0) == ()
    last["more_requests"] = 100
    (alert,) = alerts(session, now=1010.0)
    assert alert.text.endswith("GET /y and 101 more.")


def test_a_service_that_has_gone_can_be_started_again(session: Session) -> None:
    session.client, session.lost_service = None, True
    assert alerts(session)[0].ways == (("Start it again", "start_service"),)


def test_a_drive_that_is_not_mapped_is_named(session: Session) -> None:
    config = session.workspace.root
    config.write_bytes(config.read_bytes().replace(b"%POOLHOUSE_CONFIG%\\sites\\integrated", b"D:\\www"))
    session.look_at_files()
    session.take(snapshot(service={"running": False}))
    alert = alerts(session)[0]
    assert "Not mapped: D:." in alert.text
    assert ("Map drives…", "map_drives") in alert.ways


def test_a_file_that_cannot_be_written_is_told_beforehand_with_what_helps(session: Session) -> None:
    session.take(snapshot())
    folder = session.workspace.root.parent
    folder.rename(folder.with_name("moved"))
    (alert,) = alerts(session)
    assert alert.text == f"applicationHost.config is read-only: the folder {folder} is not there. mkdir -p {folder} would help."


def test_a_history_that_cannot_be_written_is_told(session: Session) -> None:
    session.take(snapshot())
    session.workspace.history_fault = "The history cannot be written: the disk is full"
    assert [alert.text for alert in alerts(session)] == [session.workspace.history_fault]
