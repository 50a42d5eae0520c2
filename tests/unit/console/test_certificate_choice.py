"""The certificate of an https binding: what may be chosen, and what View… tells of none."""

from __future__ import annotations

from console.certificate_choice import certificate_fields
from console.forms import Report


def test_view_tells_of_the_chosen_one_and_of_none() -> None:
    seen = Report("web", ())
    field, buttons = certificate_fields(("web",), "web", "-", lambda name: seen)
    assert (field.initial, field.choices) == ("web", (("-", "None"), ("web", "web")))
    opens = buttons.presses[0].opens
    assert opens({"certificate": "web"}) is seen
    none = opens({"certificate": "-"})
    assert isinstance(none, Report)
    assert "nobody could connect" in none.findings[0].text


def test_without_a_store_there_is_nothing_to_view() -> None:
    assert [field.initial for field in certificate_fields((), "", "", None)] == [""]
