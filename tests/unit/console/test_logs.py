"""Where logs are, by the snapshot; rolled ones beside them; the URL that a line is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.listing import View
from console.logs import logs, path_in
from console.pages.logs import opens, rows
from console.places import Place, Target
from tests.support.console_views import view

HEAD = ["#Software: x", "#Fields: date time cs-method cs-uri-stem cs-uri-query sc-status"]
ERR = ["#Fields: date time c-ip cs-method cs-uri s-reason"]


@pytest.fixture
def seen(tmp_path: Path) -> View:
    found = view(tmp_path)
    folder = tmp_path / "logs"
    for name, text in (("pools/P.log", "one\n"), ("W3SVC1/a.log", "x"), ("W3SVC1/b.log", "yy"), ("HTTPERR/httperr1.log", "z")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    found.session.take(
        {
            "service": {"running": True, "log": str(folder / "service.log")},
            "pools": [{"name": "P", "log": str(folder / "pools" / "P.log")}],
            "sites": [{"name": "S", "log": str(folder / "W3SVC1" / "b.log")}, {"name": "T", "log": None}],
        }
    )
    return found


def test_every_log_with_its_kind(seen: View) -> None:
    found = logs(seen.session)
    assert [(entry.kind, entry.of, entry.size) for entry in found if entry.kind in ("Pool output", "HTTPERR")] == [
        ("Pool output", "P", 4), ("HTTPERR", "what met no site", 1),
    ]  # fmt: skip
    assert {entry.path.name for entry in found if entry.kind == "W3C"} == {"a.log", "b.log"}
    assert [entry.size for entry in found if entry.kind == "Service"] == [0, 0]


def test_what_was_written_before_a_full_log_is_the_same_pools(seen: View) -> None:
    path = Path(seen.session.snapshot["pools"][0]["log"])
    path.with_name("P.log.1").write_text("before\n")
    assert [(entry.of, entry.path.name) for entry in logs(seen.session) if entry.kind == "Pool output"] == [("P", "P.log"), ("P", "P.log.1")]


def test_rows_open_the_file(seen: View) -> None:
    row = rows(seen)[0]
    assert isinstance(row.key, Target)
    place = opens(seen, row.key)
    assert place == Place("log", detail=row.key.name)
    assert place.above == Place("logs")
    assert Place("log", detail="P").above == Place("pools")


@pytest.mark.parametrize(
    ("line", "above", "url"),
    [
        ("2026-11-22 10:00:00 GET /a/b - 200", HEAD, "/a/b"),
        ("2026-11-22 10:00:00 127.0.0.1 GET /x?y=1 Hostname", ERR, "/x"),
        ("#Fields: date", HEAD, ""),
        ("free text", HEAD, ""),
        ("2026-11-22 10:00:00 GET /a/b - 200", [], ""),
    ],
)
def test_the_url_of_a_line(line: str, above: list[str], url: str) -> None:
    assert path_in(line, above) == url
