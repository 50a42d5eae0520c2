"""A request as a curl command: what a shell makes of it, and that no secret is in it."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.curl import MASKED, command, masked


def test_the_plain_get() -> None:
    assert command("GET", "http://127.0.0.1:8080/a?b=c&d=e") == "curl -i 'http://127.0.0.1:8080/a?b=c&d=e'"
    assert command("HEAD", "http://h/") == "curl -i --head 'http://h/'"
    assert shlex.split(command("DELETE", "http://h/x")) == ["curl", "-i", "-X", "DELETE", "http://h/x"]


@pytest.mark.parametrize("name", ["Cookie", "cookie", "Authorization", "Proxy-Authorization", "X-Api-Key", " Cookie"])
def test_secrets_are_masked(name: str) -> None:
    text = command("GET", "http://h/", [(name, "Basic aGVsbG86c2VjcmV0"), ("Accept", "text/html")])
    assert "aGVsbG86" not in text
    assert MASKED in text
    assert "text/html" in text


def test_the_scheme_stays() -> None:
    assert masked([("Authorization", "Bearer abc"), ("Authorization", "abc"), ("Cookie", "a=b; c=d")]) == [
        ("Authorization", "Bearer ***"), ("Authorization", "***"), ("Cookie", "***"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("auth", "words"), [("Basic", ["--basic", "-u", "ada:***"]), ("NTLM", ["--ntlm", "-u", "ada:***"]), ("Forms", ["-H", "Cookie: ***"])]
)
def test_who_asked_is_marked_without_the_key(auth: str, words: list[str]) -> None:
    assert shlex.split(command("GET", "http://h/", user="ada", auth_type=auth))[2:-1] == words


@given(st.text(max_size=40), st.text(max_size=20))
def test_nothing_breaks_out_of_its_quotes(path: str, value: str) -> None:
    words = shlex.split(command("GET", "http://h/" + path, [("X-Note", value)]))
    assert words[:3] == ["curl", "-i", "-H"]
    assert len(words) == 5
    assert "\n" not in command("GET", "http://h/" + path, [("X-Note", value)])
