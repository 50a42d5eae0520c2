"""The pages of errors: our words, escaped, and little said to strangers."""

from __future__ import annotations

import pytest

from hwebcore import error_page
from hwebcore.error_page import detailed, error_code, one_line, phrase


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 406, 412, 413, 416, 418, 431, 500, 501, 502, 503, 599])
def test_the_short_page_says_nothing_of_the_server(status: int) -> None:
    page = one_line(status)
    assert page.startswith(b"<!doctype html>")
    assert len(page) < 250
    for word in (b"Poolhouse", b"Python", b"Module", b"/", b"config"):
        assert word not in page.replace(b"</", b"<").replace(b"/>", b">")


def test_the_full_page_escapes_all_that_it_is_given() -> None:
    evil = "<script>alert(1)</script>\x1b[2J\u202e"
    page = detailed(404, 8, [("Requested", evil), (evil, "x")], evil, evil).decode()
    assert "<script" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert page.count("&lt;script&gt;") == 4


def test_empty_facts_are_left_out() -> None:
    page = detailed(404, 0, [("Module", ""), ("Handler", None), ("User", "mary")]).decode()
    assert "<dt>Module" not in page
    assert "<dt>Handler" not in page
    assert "<dt>User</dt><dd>mary</dd>" in page
    assert "404.0 Not Found" in page


@pytest.mark.parametrize("substatus", [22, 23, 24])
def test_migration_errors_name_the_three_ways_out(substatus: int) -> None:
    page = detailed(500, substatus, []).decode()
    for word in ("system.webServer", "validateIntegratedModeConfiguration", "Classic"):
        assert word in page
    assert page.count("<li>") == 3


def test_every_status_has_a_page() -> None:
    for status in range(400, 600):
        for substatus in (0, 1, 99):
            assert f"{status}.{substatus}".encode() in detailed(status, substatus, [])


def test_codes_and_phrases() -> None:
    assert (error_code(404, 0), error_code(500, 22), error_code(404, 8)) == ("0x80070002", "0x80070032", "")
    assert (phrase(404), phrase(599)) == ("Not Found", "Error")
    assert "unsafe" not in error_page.POLICY
