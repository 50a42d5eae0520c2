"""What users' code prints is text in the pool's log: hwebcore/worker/visible_output.py."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hwebcore.worker.visible_output import VisibleFile, visible

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ünïcode [bold]\n", "plain ünïcode [bold]\n"),
        ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("a\r\nb\rc\td", "a\nb\\rc\td"),
        ("\u202eevil\u2028line\u200b", "\\u202eevil\\u2028line\\u200b"),
    ],
)
def test_what_is_not_seen_is_made_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


#: Time and process before what users' code printed.
STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \[\d+\] > ")


def test_bytes_go_the_same_way() -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as read, VisibleFile(writer, "wb") as file:
        assert file.write(b"\xff\x1b[2J\n") == 6
        file.close()
        assert STAMP.sub(b"", read.read()) == b"\\xff\\x1b[2J\n"


def test_each_line_that_is_printed_has_its_time_once() -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as read, VisibleFile(writer, "wb") as file:
        for piece in (b"one\n2026-01-01T00:00:00Z [1] two\n", b"begun, ", b"", b"ended\n\n", b"open"):
            file.write(piece)
        file.close()
        written = read.read()
    lines = written.split(b"\n")
    assert all(STAMP.match(line) for line in lines)
    assert [STAMP.sub(b"", line) for line in lines] == [b"one", b"2026-01-01T00:00:00Z [1] two", b"begun, ended", b"", b"open"]


def test_both_streams_of_a_process() -> None:
    code = "import sys; sys.path.insert(0, sys.argv[1]); from hwebcore.worker.visible_output import settle_output; settle_output(); "
    code += "print('\\x1bout'); print('\\udcffbad'); sys.stderr.write('\\x1berr\\n'); sys.stdout.buffer.write(b'\\x1bbytes')"
    done = subprocess.run([sys.executable, "-c", code, str(ROOT)], capture_output=True, check=True)
    assert (STAMP.sub(b"", done.stdout), STAMP.sub(b"", done.stderr)) == (b"\\x1bout\n\\udcffbad\n\\x1bbytes", b"\\x1berr\n")
