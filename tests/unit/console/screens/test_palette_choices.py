"""The palette's finding: names by any of their words, what applies before what does not."""

from __future__ import annotations

from pathlib import Path

from console import ways
from console.actions import ACTIONS
from console.places import Place
from console.screens.catalogue import Catalogue, named
from console.screens.palette_choices import (
    ActionWay,
    Choice,
    SettingWay,
    of_actions,
    of_elsewhere,
    of_hierarchy,
    of_places,
    of_pools,
    of_settings,
    of_themes,
)
from tests.support.console_views import view


def found(choices: list[Choice], query: str) -> list[Choice]:
    return Catalogue(named(choices)).found(query)


def labels(query: str, page: str = "live", blocked: frozenset[str] = frozenset()) -> list[str]:
    return [choice.label for choice in found(list(of_actions(page, lambda action: "no" if action.id in blocked else "")), query)]


def test_a_word_of_a_name_comes_before_letters_within_one() -> None:
    choices = [Choice("Configuration Source", "a"), Choice("Contour", "b"), Choice("Tourist", "c"), Choice("Play the Tour", "d")]
    assert [choice.label for choice in found(choices, "tour")] == ["Play the Tour", "Tourist", "Contour"]


def test_a_word_that_names_a_page_opens_it_and_changes_nothing() -> None:
    choices = [*of_actions("live", lambda action: ""), *of_places()]
    assert [choice.label for choice in found(choices, "pipeline")][:2] == ["Go to Pipeline Mode Findings", "Toggle Pipeline Mode"]
    assert found(choices, "re")[0].label == "Recycle"


def test_what_is_named_so_comes_before_what_goes_on_after_it() -> None:
    choices = [Choice(label, label) for label in ("Go to Modules of Shop/goods", "Go to Handlers and Modules of Shop", "Go to Modules of Shop")]
    for query in ("Go to Modules of Shop", "modules of shop "):
        assert [choice.way for choice in found(choices, query)] == [
            "Go to Modules of Shop",
            "Go to Modules of Shop/goods",
            "Go to Handlers and Modules of Shop",
        ]


def test_every_word_must_match_in_any_order() -> None:
    assert labels("mode toggle") == ["Toggle Pipeline Mode"]
    assert labels("toggle nothing") == []


def test_what_does_not_apply_comes_last() -> None:
    assert labels("")[0] != "Toggle Pipeline Mode"
    assert labels("", blocked=frozenset({"recycle"}))[-1] == "Recycle"


def test_the_page_offers_its_own_actions_and_not_the_palette() -> None:
    ids = {choice.way for choice in of_actions("pools", lambda action: "")}
    assert ids == {action.id for action in ACTIONS if action.belongs("pools")} - {"palette"}


def test_an_action_of_another_page_is_found_by_its_name_and_done_there() -> None:
    def ways(query: str, here: Place) -> list[object]:
        return [choice.way for choice in found(list(of_elsewhere(here)), query)]

    live = Place("live")
    assert ways("add web", live) == [ActionWay(Place("sites"), "add_site")]
    assert ways("self-signed", live) == [ActionWay(Place("server_certificates"), "create_certificate")]
    assert ways("add application…", live) == []  # of no site
    assert ActionWay(Place("applications", "S"), "add_application") in ways("add application", Place("modules", "S", "/"))
    assert ways("environment", live) == []  # of which pool? each is offered
    assert ways("add web", Place("sites")) == []  # it is the page's own
    assert not {choice.label for choice in of_elsewhere(live)} & {"Edit…", "Add…", "Filter…"}  # names of nothing in particular


def test_what_needs_one_pool_is_offered_of_each(tmp_path: Path) -> None:
    pools = view(tmp_path).session.workspace.hierarchy
    name = next(pool.name for pool in pools.pools())
    choices = list(of_pools(pools))
    first = found(choices, f"environment {name}")[0]
    assert (first.label, first.way) == (f"Environment Variables of {name}", ActionWay(Place("pools", detail=name), "environment"))
    assert found(choices, "recycling of")[0].label == f"Recycling of {name}…"
    assert {choice.way.action for choice in choices if isinstance(choice.way, ActionWay)} == {"environment", "recycling", "identity"}


def test_every_setting_of_the_schema_is_found_by_its_words() -> None:
    settings = list(of_settings(Place("modules", "S", "/"), "DefaultAppPool"))
    assert len(settings) > 700
    (queue,) = (choice for choice in found(settings, "queue length defaultapppool"))
    assert queue.way == SettingWay(Place("pool_settings", detail="DefaultAppPool"), "queueLength")
    first = found(settings, "max url request")[0]
    assert isinstance(first.way, SettingWay)
    assert (first.way.name, first.way.place.page, first.way.place.site) == ("maxUrl", "section", "S")
    assert ways.parse(first.way.place.detail) == ways.Way("system.webServer/security/requestFiltering").along("requestLimits")


def test_letter_by_letter_finds_what_the_word_finds() -> None:
    choices = named([Choice(f"Go to {word}", word) for word in ("pool alpha", "pool beta", "site alphabet", "Al Pha", "site gamma")])
    catalogue = Catalogue(choices)
    for query in ("a", "al", "alp", "alpha", "alpha p", "alpha", "beta", "be", "", "go pool"):
        assert catalogue.found(query) == Catalogue(choices).found(query), query
    assert [choice.way for choice in catalogue.found("alpha")] == ["pool alpha", "site alphabet"]
    assert len(catalogue.found("")) == 5


def test_pools_sites_and_applications_are_places(tmp_path: Path) -> None:
    hierarchy = view(tmp_path).session.workspace.hierarchy
    assert Place("modules", "S", "/") in [choice.way for choice in found(list(of_hierarchy(hierarchy)), "modules s")]
    assert found(list(of_hierarchy(hierarchy)), "handler mappings s")[0].way == Place("handlers", "S", "/")


def test_themes_are_offered() -> None:
    assert [choice.label for choice in found(list(of_themes("iis-dark")), "theme contrast")] == ["Theme: High contrast"]


def test_features_of_the_server_and_of_this_site_are_places(tmp_path: Path) -> None:
    assert [choice.way for choice in found(list(of_places()), "feature delegation")] == [Place("delegation")]
    at_site = found(list(of_places(Place("modules", "S", "/"))), "url rewrite")
    assert [choice.way for choice in at_site] == [Place("rewrite"), Place("rewrite", "S", "/")]
