"""A captured request as people read it: lines, body, JSON; no secret in any of them."""

from __future__ import annotations

import json

from console.captured import request, response, to_json
from tests.support.captured_request import FORM, detail

MARK = "qZ7secret"
LOGIN = detail(
    f"POST /in?token={MARK} HTTP/1.1",
    [("Cookie", f"k={MARK}"), ("Authorization", f"Basic {MARK}"), ("Content-Type", FORM), ("X-Caf\u00e9", "\u00e9")],
    f"user=ada&password={MARK}".encode(),
    answer=f"HTTP/1.1 302 Found\r\nSet-Cookie: t={MARK}; HttpOnly\r\nContent-Type: application/json\r\n\r\n".encode(),
    said=f'{{"access_token": "{MARK}", "n": 1}}'.encode(),
)


def test_what_was_captured_is_read_whole() -> None:
    message = request(LOGIN)
    assert message.first == f"POST /in?token={MARK} HTTP/1.1"
    assert message.value("cookie") == f"k={MARK}"
    assert message.value("x-nothing") == ""
    # What is no ASCII goes back to the same bytes.
    name, value = message.headers[-1]
    assert f"{name}: {value}".encode("ascii", "surrogateescape") == "X-Caf\u00e9: \u00e9".encode("latin-1")
    assert response(LOGIN).first == "HTTP/1.1 302 Found"


# rules: capture.masked
def test_no_secret_is_in_what_is_shown_or_exported() -> None:
    exported = json.dumps(to_json(LOGIN))
    for message in (request(LOGIN), response(LOGIN)):
        assert MARK not in repr((message, message.shown_first, message.shown_headers, message.shown_body()))
    assert MARK not in exported
    assert json.loads(exported)["request"] == {
        "first_line": "POST /in?token=*** HTTP/1.1",
        "headers": [
            ["Host", "127.0.0.1:8080"], ["Cookie", "k=***"], ["Authorization", "Basic ***"], ["Content-Type", FORM], ["X-Caf\udce9", "\udce9"],
        ],
        "body": "user=ada&password=***", "body_bytes": 27, "body_cut": False,
    }  # fmt: skip
    assert json.loads(exported)["response"]["body"] == '{"access_token": "***", "n": 1}'


def test_an_answer_that_never_left() -> None:
    message = response(detail(answer=b""))
    assert (message.first, message.headers, message.body) == ("", (), b"")
