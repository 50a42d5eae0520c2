from typing import Any

import pytest

from console.cli import status

SOURCE = {"file": "a.config", "line": 3, "column": 5, "config_path": ""}
PROBLEM = {"severity": "error", "code": "0x8007000d", "message": "Not well-formed", "source": SOURCE}
FAILURE = {"at": 1000.0, "text": "killed", "requests": ["GET /x"], "more_requests": 3, "connections": 8, "idle_or_unread": ["10.0.0.1:5"]}


def snapshot(**generation: Any) -> dict[str, Any]:
    return {
        "service": {"pid": 1, "config": "/srv/a.config", "started": 0.0, "running": True},
        "generation": {"number": 41, "state": "applied", "compiled_ms": 12.3, "problems": [], "refused": None, **generation},
        "pools": [
            {
                "name": "P",
                "mode": "Classic",
                "state": "Stopped",
                "reason": "five failures",
                "workers": [],
                "last_failure": FAILURE,
            },
            {"name": "Q", "mode": "Integrated", "state": "Started", "reason": "", "workers": [{"pid": 9, "state": "running"}], "last_failure": None},
        ],
        "sites": [{"name": "S", "state": "Failed", "urls": ["http://x/"], "patterns": ["https://*.x:8443/"], "problem": "port 80 is taken"}],
    }


def written(value: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> str:
    status._write(value)
    return capsys.readouterr().out


def test_what_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status.time, "time", lambda: 1007.5)
    out = written(snapshot(), capsys)
    assert "generation  41, applied, compiled in 12 ms\n" in out
    assert "● Q                        Started   Integrated pid 9 running\n" in out
    assert (
        "○ P                        Stopped   Classic    no worker\n  five failures\n  last failure, 7 s ago: killed\n    in it: GET /x\n    and 3 other requests, which HTTPERR names\n"
        in out
    )
    assert "    connected: 10.0.0.1:5, idle or unread\n" in out
    assert "    and 7 other connections, which HTTPERR names\n" in out
    assert "✖ S                        Failed    http://x/  any name below x:8443 (https)\n  port 80 is taken\n" in out


def test_what_is_under_way_and_what_it_costs(capsys: pytest.CaptureFixture[str]) -> None:
    seen = snapshot()
    seen["pools"][1]["workers"][0] |= {"cpu_percent": 12.5, "private_kb": 20480, "under_way": 3}
    seen["sites"][0]["log_lost"] = 4
    seen["totals"] = {"under_way": 3}
    seen["requests"] = [{"elapsed_ms": 2500, "verb": "GET", "url": "/x\x1b[m", "client": "::1", "pool": "Q", "pid": 9}]
    out = written(seen, capsys)
    assert "pid 9 running (12.5 % CPU, 20 MB, 3 under way)\n" in out
    assert "  4 records of its log could not be written\n" in out
    assert "     2.5 s  GET /x" in out
    assert "\x1b" not in out
    assert "and 2 younger ones\n" in out


def test_what_was_refused_and_where(capsys: pytest.CaptureFixture[str]) -> None:
    out = written(snapshot(refused={"at": 0.0, "problems": [PROBLEM], "digests": {}}), capsys)
    assert "generation  refused; 41 still serves\n  a.config:3:5: 0x8007000d: Not well-formed\n" in out


def test_information_is_left_to_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Not well" not in written(snapshot(problems=[{**PROBLEM, "severity": "information"}]), capsys)
    assert "warning a.config:3:5" in written(snapshot(problems=[{**PROBLEM, "severity": "warning"}]), capsys)


@pytest.mark.parametrize(("age", "text"), [(5, "5 s"), (61, "1 min"), (7300, "2 h"), (200000, "2 d")])
def test_ages(age: int, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status.time, "time", lambda: 1000.0 + age)
    assert status._age(1000.0) == text
