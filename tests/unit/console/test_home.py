"""Rows of features: links where there is a page, dimmed with the reason where there is none."""

from __future__ import annotations

import pytest

from console.home import feature_row, page_of, reason
from console.lines import cell
from console.pages import PAGES
from console.places import Target
from console.wording.features import _CATEGORIES, FEATURES, Feature

#: Pages that are no lists: drawn by screens/ themselves.
DRAWN_OTHERWISE = ("live", "source")
OPEN = Feature("modules", "Modules", "IIS", "What runs")
CLOSED = Feature("", "ASP", "IIS", "Classic pages", missing="no engine")


def test_a_feature_with_a_page_is_a_link() -> None:
    row = feature_row(OPEN, state=cell("on"))
    assert (row.cells["name"].run.role, row.cells["name"].run.bold) == ("link", True)
    assert row.cells["about"].run.text.plain == "What runs"
    assert row.cells["state"].run.text.plain == "on"
    assert row.groups == {"area": ("IIS", "heading"), "category": ("Server Components", "heading")}


def test_a_feature_without_one_is_quiet_and_says_why() -> None:
    row = feature_row(CLOSED)
    assert (row.cells["name"].run.role, row.cells["name"].run.bold) == ("quiet", False)
    assert row.cells["about"].run.text.plain == "Classic pages — no engine"
    assert [run.text.plain.strip() for run in reason(row.key)[0].left] == ["ASP", "no engine"]


@pytest.mark.parametrize("target", [None, feature_row(OPEN).key, Target("pool", "P")])
def test_no_reason_where_nothing_is_closed(target: Target | None) -> None:
    assert reason(target) == []


def test_what_a_row_opens() -> None:
    assert [page_of(target) for target in (feature_row(OPEN).key, feature_row(CLOSED).key, Target("pool", "P"))] == ["modules", "", "P"]


@pytest.mark.parametrize("scope", ["server", "site"])
def test_each_feature_has_a_page_or_a_reason_and_its_own_row(scope: str) -> None:
    features = [feature for feature in FEATURES if scope in feature.scopes]
    assert all(feature.page in (*PAGES, *DRAWN_OTHERWISE) if feature.page else feature.missing for feature in features)
    assert len({feature_row(feature).key for feature in features}) == len(features)


def test_categories_name_features_that_exist() -> None:
    names = {feature.name for feature in FEATURES}
    assert {name for listed in _CATEGORIES.values() for name in listed} - names <= {"Applications"}
    assert next(feature for feature in FEATURES if feature.name == "Shared Configuration").category == "Management"
