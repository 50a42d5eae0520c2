"""Why Live Requests is empty: console/quiet.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from console.alerts import alerts
from console.quiet import MOST, why_quiet
from console.session import Session
from console.unserved import Reason
from tests.support.console_views import view

TAKEN = "port 80 of * is taken by nginx (pid 812): stop that one, or give the binding another port"


@pytest.fixture
def session(tmp_path: Path) -> Session:
    session = view(tmp_path).session
    session.client = object()  # type: ignore[assignment]  # a service is attached; nothing is asked of it here
    return session


def says(session: Session, *sites: dict[str, Any], **service: bool) -> tuple[str, ...]:
    session.take({"service": {"running": True, **service}, "sites": sites})
    return why_quiet(session)


def site(name: str, state: str, problem: str = "") -> dict[str, Any]:
    return {"name": name, "state": state, "problem": problem, "urls": [f"http://{name}/"]}


def test_a_taken_port_says_by_whom_and_what_to_do(session: Session) -> None:
    told = says(session, site("a", "Failed", TAKEN), site("b", "Failed", "port 81 needs more rights"))
    assert told[:3] == (
        "Port 80 of * is taken by nginx (pid 812).",
        "No request can come. Stop that one, or give the binding another port",
        "b: port 81 needs more rights",
    )
    assert "Map Ports…" in told[3]


def test_where_a_site_answers_its_address_stands_and_the_other_is_named(session: Session) -> None:
    told = says(session, site("a", "Started"), site("b", "Failed", TAKEN))
    assert told == ("No request yet. Open a site's address, or play the tour (ctrl+p).", "http://a/", f"b: {TAKEN}")


def test_of_many_a_few_are_named(session: Session) -> None:
    told = says(session, *(site(str(number), "Failed", TAKEN) for number in range(MOST + 3)))
    assert told[-2] == "and 3 more sites"


def test_what_was_stopped_says_how_to_start_it(session: Session) -> None:
    assert "S on a site starts it" in says(session, site("a", "Stopped"))[0]
    assert "the server is stopped" in says(session, site("a", "Stopped"), stopped=True)[0]
    assert "there is no site" in says(session)[0]


def test_a_service_that_is_being_started_is_no_missing_one(session: Session) -> None:
    """It takes a second or two, at every start."""
    assert session.coming  # it is there and has told nothing
    assert why_quiet(session) == ("The service is starting…",)
    assert alerts(session) == ()
    session.client, session.reaching = None, True
    assert why_quiet(session) == ("The service is starting…",)
    assert alerts(session) == ()
    session.cannot_serve(Reason("the port is taken"))
    assert "did not start" in why_quiet(session)[0]


def test_without_a_running_service(session: Session) -> None:
    assert says(session, running=False)[0] == "No request can come: opened, not running."
    session.client = None
    assert "no service runs" in why_quiet(session)[0]
    session.lost_service = True
    assert "has gone" in why_quiet(session)[0]
    session.cannot_serve(Reason("the disk is full"))
    assert why_quiet(session)[:2] == ("No request can come: the service did not start.", "the disk is full")
