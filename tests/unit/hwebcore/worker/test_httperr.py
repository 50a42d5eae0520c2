"""HTTPERR's lines: hwebcore/worker/httperr.py."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hwebcore.worker.httperr import FIELDS, HttpErr


# rules: log.one-line
@pytest.mark.parametrize(
    ("head", "told"),
    [
        (b"GET /a?b HTTP/1.1\r\nHost: x\r\n", ["HTTP/1.1", "GET", "/a?b"]),
        (b"", ["-", "-", "-"]),
        (b"\x1b]0;x\x07 /\r\n", ["-", "%1B]0;x%07", "/"]),
        (b"GET /\xff\xe2\x80\xae HTTP/9.9", ["HTTP/9.9", "GET", "/\ufffd%E2%80%AE"]),
    ],
)
def test_one_line_a_request_whatever_came(tmp_path: Path, head: bytes, told: list[str]) -> None:
    path = tmp_path / "log"
    log = HttpErr()
    log.writer.open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND))
    log.write(("10.0.0.1", 1234), ("127.0.0.1", 80), head, 400, "Hostname", site=3, pool="My Pool")
    log.writer.flush()
    lines = path.read_text("utf-8").splitlines()
    fields = lines[0].split(" ")
    assert len(lines) == 1
    assert len(fields) == len(FIELDS)
    assert fields[2:6] == ["10.0.0.1", "1234", "127.0.0.1", "80"]
    assert fields[6:9] == told
    assert fields[9:] == ["-", "400", "3", "Hostname", "My+Pool"]
