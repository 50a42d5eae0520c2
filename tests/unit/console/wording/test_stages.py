"""Every stage that a trace can name has its sentence."""

from __future__ import annotations

from console.wording.stages import about
from hwebcore.managed.classic import _ORDER
from hwebcore.pipeline.contract import MANAGED_EVENTS, Notification


def test_every_stage_says_what_it_is_for() -> None:
    names = {notification.name or "" for notification in Notification} | {event for event, _, _ in MANAGED_EVENTS.values()}
    names |= {step for step in _ORDER if step not in MANAGED_EVENTS}
    assert {name for name in names if not about(name)} == set()


def test_an_event_says_what_its_notification_does() -> None:
    assert about("AuthorizeRequest") == about("AUTHORIZE_REQUEST")
    assert about("AuthorizeRequest", post=True) != about("AuthorizeRequest")
    assert about("somebody's own") == ""
