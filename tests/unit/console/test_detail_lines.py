"""What was captured, as lines: every control character visible, no secret, no more than one can read."""

from __future__ import annotations

from console.detail_lines import MOST_LINES, detail_lines
from console.lines import Line
from tests.support.captured_request import FORM, detail


def texts(lines: list[Line]) -> list[str]:
    return ["".join(run.text.plain for run in line.left) for line in lines]


def test_both_halves_stand_there_without_secrets() -> None:
    captured = detail(
        "POST /in HTTP/1.1", [("Content-Type", FORM), ("Cookie", "k=qZ7")], b"a=1&password=qZ7",
        answer=b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", said=b"one\r\ntwo\x1b]0;x\x07",
    )  # fmt: skip
    assert texts(detail_lines(captured, "", 80)) == [
        "request", "  POST /in HTTP/1.1", "  Host: 127.0.0.1:8080", f"  Content-Type: {FORM}", "  Cookie: k=***", f"  body: 16 B of {FORM}",
        "  a=1&password=***", "answer", "  HTTP/1.1 200 OK", "  Content-Type: text/plain", "  body: 14 B of text/plain", "  one", "  two␛]0;x␇",
    ]  # fmt: skip
    keys = [line.key for line in detail_lines(captured, "", 80) if line.key is not None]
    assert len(keys) == len(set(keys)) == 11


def test_what_was_not_captured_says_so() -> None:
    assert texts(detail_lines(None, "It was not captured: why.", 80)) == ["heads and bodies", "  It was not captured: why."]
    assert "  Nothing left: the client was gone." in texts(detail_lines(detail(answer=b""), "", 80))


def test_what_is_long_is_wrapped_and_cut() -> None:
    long = detail(headers=[("X-Long", "x" * 2000)], answer=b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", said=b"line\n" * 9000)
    lines = texts(detail_lines(long, "", 50))
    assert max(map(len, lines)) <= 50
    assert sum(line == "  line" for line in lines) == MOST_LINES
    assert sum("xxx" in line for line in lines) == 6
    assert any("its beginning" in line for line in lines)


def test_letters_of_either_habit_are_letters() -> None:
    assert "  X-Name: caf\u00e9" in texts(detail_lines(detail(headers=[("X-Name", "caf\u00e9")]), "", 80))
    assert "  X-Name: caf\u00e9" in texts(detail_lines(detail(headers=[("X-Name", "caf\u00e9".encode().decode("latin-1"))]), "", 80))


def test_what_cannot_be_looked_through_is_told_by_its_length() -> None:
    picture = detail(answer=b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n", said=b"\x89PNG secret")
    lines = texts(detail_lines(picture, "", 80))
    assert "  body: 11 B of image/png; not shown, since nobody could tell what in it is secret" in lines
    assert not any("PNG secret" in line for line in lines)
