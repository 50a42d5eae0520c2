"""A captured request as a curl command: what a shell makes of it, what curl sends then, and that no secret is in it."""

from __future__ import annotations

import shlex
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.captured import request
from console.curl import command
from console.masking import MASKED
from console.resending import target
from hwebcore.detail_ring import Detail
from tests.support.captured_request import FORM, detail

SAID = [("User-Agent", "u"), ("Accept", "*/*")]
MARK = "qZ7secret"


def curl(captured: Detail) -> str:
    return command(request(captured), target(captured, "S", "P").url)


def words(captured: Detail) -> list[str]:
    return shlex.split(curl(captured))


def test_the_plain_get() -> None:
    assert curl(detail("GET /a?b=c&d=e HTTP/1.1", SAID)) == (
        "curl -i -H 'User-Agent: u' -H 'Accept: */*' 'http://127.0.0.1:8080/a?b=c&d=e'"
    )  # fmt: skip
    assert words(detail("HEAD / HTTP/1.1", SAID))[2] == "--head"
    assert words(detail("DELETE /x HTTP/1.0", SAID))[2:5] == ["--http1.0", "-X", "DELETE"]
    assert words(detail("GET /[1-9]/../{a} HTTP/1.1", SAID))[2:4] == ["--globoff", "--path-as-is"]
    assert words(detail("OPTIONS * HTTP/1.1", SAID))[2:6] == ["--request-target", "*", "-X", "OPTIONS"]
    # What curl would add by itself, and an empty value.
    assert words(detail(headers=[("X-Empty", "")]))[2:-1] == ["-H", "X-Empty;", "-H", "User-Agent:", "-H", "Accept:"]


def test_a_body_is_sent_as_it_was() -> None:
    posted = detail("POST /in HTTP/1.1", [*SAID, ("Content-Type", FORM), ("Content-Length", "9")], b"@a=1&b='x")
    assert words(posted)[-3:] == ["--data-raw", "@a=1&b='x", "http://127.0.0.1:8080/in"]
    assert "Content-Length" not in curl(posted)
    assert "-X" not in words(posted)
    assert words(detail("PUT /in HTTP/1.1", SAID, b"x"))[2:4] == ["-X", "PUT"]
    assert MASKED in curl(detail("POST / HTTP/1.1", [("Content-Type", "application/zip")], MARK.encode()))
    assert MARK not in curl(detail("POST / HTTP/1.1", [("Content-Type", "text/plain"), ("Content-Encoding", "gzip")], MARK.encode()))


def test_no_secret_is_in_it() -> None:
    headers = [("Cookie", f"k={MARK}"), ("Authorization", f"Bearer {MARK}"), ("X-Api-Key", MARK), ("Content-Type", FORM)]
    text = curl(detail(f"POST /a?token={MARK} HTTP/1.1", headers, f"password={MARK}&a=1".encode()))
    assert MARK not in text
    for part in ("Cookie: k=***", "Authorization: Bearer ***", "X-Api-Key: ***", "password=***&a=1", "/a?token=***"):
        assert part in text


@settings(max_examples=60)
@given(st.text(max_size=20), st.binary(max_size=30))
def test_nothing_breaks_out_of_its_quotes(value: str, body: bytes) -> None:
    value = value.encode("latin-1", "replace").decode("latin-1").translate({10: None, 13: None, 0: None})
    captured = detail("POST /a'b`c$d HTTP/1.1", [*SAID, ("X-Note", value), ("Content-Type", "text/plain")], body)
    text = curl(captured)
    assert text.isascii()
    assert text.isprintable()
    assert shlex.split(text)[-1] == "http://127.0.0.1:8080/a'b`c$d"


@pytest.mark.parametrize(
    ("value", "body"),
    [("it's $(id) `id` !! \\ %s", b"plain 'body' $x %d \\n"), ("caf\u00e9 \x1b[2J \x7f", b"\xff\xfe\r\n\x1b]0;t\x07 100% \\ '"), ("", b"\t")],
)
def test_a_shell_gives_curl_just_that(value: str, body: bytes) -> None:
    """Read by a POSIX shell, with a function in curl's place that tells what it was given."""
    captured = detail("POST / HTTP/1.1", [*SAID, ("Content-Type", "text/plain"), ("X-Note", value)], body)
    tells = 'curl() { for word in "$@"; do printf \'%s\\0\' "$word"; done; case " $* " in *\' @- \'*) cat ;; esac; }\n'
    shell = shutil.which("dash") or "/bin/sh"
    out = subprocess.run([shell, "-c", tells + curl(captured)], capture_output=True, check=True).stdout
    *given_words, piped = out.split(b"\0")
    assert f"X-Note: {value}".encode("latin-1") in given_words or b"X-Note;" in given_words
    assert body in (piped, given_words[-2])
