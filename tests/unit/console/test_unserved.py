"""What a service said before it ended, and the place in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.unserved import MOST_LINES, crash_in, reason_of, said_since

CRASH = ["Traceback (most recent call last):", '  File "/x/service.py", line 7, in run', "    at()", "OSError: [Errno 28] No space left on device"]


def test_of_a_crash_the_error_is_told_and_not_the_way_there() -> None:
    found = reason_of(["2026-01-01T00:00:00Z service started", *CRASH])
    assert (found.text, found.crashed) == (CRASH[-1], True)


def test_otherwise_its_last_lines() -> None:
    found = reason_of([f"line {number}" for number in range(20)])
    assert found.text.splitlines() == [f"line {number}" for number in range(20 - MOST_LINES, 20)]
    assert not found.crashed
    assert reason_of([]).text == "It said nothing."


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("/srv/a/applicationHost.config:93:13: not well-formed", ("/srv/a/applicationHost.config", 93)),
        ("refused: bad — /srv/a b/web.config:7:1; and more", ("/srv/a b/web.config", 7)),
        ("/srv/applicationHost.config: everybody may write it", ("/srv/applicationHost.config", 0)),
        ("/srv/lock: Is a directory", None),
    ],
)
def test_the_place_that_it_names(text: str, at: tuple[str, int] | None) -> None:
    assert reason_of([text]).at == at


def test_what_another_service_wrote_is_not_its_words(tmp_path: Path) -> None:
    log = tmp_path / "service.log"
    log.write_text("\n".join(CRASH) + "\n")
    begin = log.stat().st_size
    assert crash_in(log, begin) is None
    with log.open("a") as file:
        file.write("service stops\n")
    assert said_since(log, begin) == ["service stops"]
    assert crash_in(log, begin) is None
    found = crash_in(log, 0)
    assert found is not None
    assert "No space left" in found.text
    assert said_since(tmp_path / "none", 0) == []
