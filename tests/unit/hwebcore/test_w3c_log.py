"""The W3C log: one record a line always (reliability.md C 20, rt 8)."""

from __future__ import annotations

import os
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hwebcore import w3c_log
from hwebcore.w3c_log import MAX_FIELD_BYTES, LogWriter, escape, field_names, header, line


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ("", "-"),
        (200, "200"),
        ("a b", "a+b"),
        ("/x\r\n2026-01-01 GET /forged", "/x%0D%0A2026-01-01+GET+/forged"),
        ("\x1b[31m\x00\x7f", "%1B[31m%00%7F"),
        ("\x85\x9b", "%C2%85%C2%9B"),
        ("\u202egpj\u2066\u200f", "%E2%80%AEgpj%E2%81%A6%E2%80%8F"),
        ("\u2028\u2029\u200b\ufeff\xa0", "%E2%80%A8%E2%80%A9%E2%80%8B%EF%BB%BF%C2%A0"),
        ("\udc80", "%ED%B2%80"),
        ("ünï 日本", "ünï+日本"),
        ("-", "-"),
    ],
)
def test_escape(value: object, field: str) -> None:
    assert escape(value) == field


@given(st.text(st.characters(codec=None), max_size=200))
def test_whatever_comes_is_one_visible_field(text: str) -> None:
    field = escape(text)
    field.encode()
    assert field
    assert not any(letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") for letter in field)


@pytest.mark.parametrize("text", ["a" * 10_000, "日" * 3_000, "\x1b" * 3_000, "\u202e" * 2_000])
def test_long_fields_are_cut(text: str) -> None:
    field = escape(text)
    assert len(field.encode()) <= MAX_FIELD_BYTES
    assert field.endswith("...")


def test_a_field_of_the_greatest_length_is_whole() -> None:
    assert escape("a" * MAX_FIELD_BYTES) == "a" * MAX_FIELD_BYTES


def test_default_fields_are_iis_s() -> None:
    names = "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer)"
    assert " ".join(field_names(())) == names + " sc-status sc-substatus sc-win32-status time-taken"


def test_fields_from_flags_keep_the_logs_order() -> None:
    assert field_names(("TimeTaken", "HttpStatus", "Date")) == ("date", "sc-status", "time-taken")
    assert field_names(("time-taken", "sc-status")) == ("sc-status", "time-taken")


def test_header_and_line() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    assert header(("date", "time"), moment) == "#Software: Poolhouse\n#Version: 1.0\n#Date: 2026-01-02 01:04:05\n#Fields: date time\n"
    assert header((), moment.astimezone(UTC)).count("\n") == 4
    assert line(("date", "cs-username", "sc-status"), {"date": "d", "sc-status": 200}) == "d - 200\n"


def opened(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)


def test_lines_are_written_in_one_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[bytes] = []
    real = os.write

    def write(descriptor: int, data: bytes) -> int:
        writes.append(data)
        return real(descriptor, data)

    writer = LogWriter()
    writer.open(opened(tmp_path / "log"))
    monkeypatch.setattr(w3c_log.os, "write", write)
    for number in range(3):
        writer.write(f"{number}\n")
    assert (tmp_path / "log").read_bytes() == b""
    assert writer.flush()
    writer.close()
    assert writes == [b"0\n1\n2\n"]
    assert (tmp_path / "log").read_bytes() == b"0\n1\n2\n"


def test_a_full_batch_is_written_at_once(tmp_path: Path) -> None:
    writer = LogWriter()
    writer.open(opened(tmp_path / "log"))
    writer.write("x" * w3c_log.BATCH_LENGTH + "\n")
    assert (tmp_path / "log").stat().st_size == w3c_log.BATCH_LENGTH + 1
    writer.close()


def test_what_waits_at_a_roll_goes_to_the_old_file(tmp_path: Path) -> None:
    writer = LogWriter()
    writer.open(opened(tmp_path / "one"))
    writer.write("1\n")
    writer.open(opened(tmp_path / "two"))
    writer.write("2\n")
    writer.close()
    assert (tmp_path / "one").read_text() == "1\n"
    assert (tmp_path / "two").read_text() == "2\n"


def test_a_full_disk_costs_records_and_says_so_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = LogWriter()
    writer.open(opened(tmp_path / "log"))

    def full(descriptor: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(w3c_log.os, "write", full)
        writer.write("1\n")
        writer.write("2\n")
        assert not writer.flush()
    assert writer.lost == 2
    writer.write("3\n")
    writer.close()
    assert (tmp_path / "log").read_text() == "#Remark: 2 records before this were lost\n3\n"


def test_a_torn_write_never_joins_two_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = LogWriter()
    writer.open(opened(tmp_path / "log"))
    real = os.write
    with monkeypatch.context() as patched:
        patched.setattr(w3c_log.os, "write", lambda descriptor, data: real(descriptor, data[:7]))
        writer.write("first\n")
        writer.write("second\n")
        assert not writer.flush()
    assert writer.lost == 1
    writer.write("third\n")
    writer.close()
    assert (tmp_path / "log").read_text() == "first\ns\n#Remark: 1 records before this were lost\nthird\n"


def test_without_a_descriptor_nothing_is_raised(tmp_path: Path) -> None:
    writer = LogWriter()
    for _ in range(3):
        writer.write("x" * (w3c_log.BATCH_LENGTH // 2) + "\n")
    assert writer.lost == 2
    assert writer.waiting == 1
