"""A state told by what changed: hwebcore/state_change.py."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hwebcore.state_change import applied, difference

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers(-2, 2) | st.sampled_from(["", "a", "splice"]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from(["a", "b", "0", "splice"]), inner, max_size=4),
    max_leaves=20,
)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=100)
@given(VALUES, VALUES)
def test_a_change_taken_in_gives_the_new_state(before: Any, now: Any) -> None:
    kept = json.dumps(before)
    change = difference(before, now)
    assert (change is None) == (before == now)
    if change is not None:
        assert applied(before, json.loads(json.dumps(change))) == now
    assert json.dumps(before) == kept


def test_only_what_changed_is_said_and_the_rest_stays_the_same_object() -> None:
    before = {"pools": [{"name": str(number), "workers": [{"pid": number, "requests": 0}]} for number in range(1000)], "sites": [{}] * 3, "gone": 1}
    now = json.loads(json.dumps(before))
    now["pools"][7]["workers"][0]["requests"] = 5
    del now["gone"]
    change = difference(before, now)
    assert change == {"gone": [], "pools": {"7": {"workers": {"0": {"requests": [5]}}}}}
    after = applied(before, change)
    assert after == now
    assert after["sites"] is before["sites"]
    assert all((old is new) == (number != 7) for number, (old, new) in enumerate(zip(before["pools"], after["pools"], strict=True)))


def test_one_more_entry_is_one_entry() -> None:
    before = [{"name": name} for name in "abcd"]
    now = [*before[:2], {"name": "x"}, *before[2:]]
    assert difference(before, now) == {"splice": [2, 0, [{"name": "x"}]]}
    assert difference(now, before) == {"splice": [2, 1, []]}


@pytest.mark.parametrize(
    "change", [{"b": []}, {"a": {"b": [1]}}, {"list": {"9": [1]}}, {"list": {"x": [1]}}, {"list": {"splice": [1]}}, {"a": 5}, [], [1, 2], 7]
)
def test_what_is_no_change_of_this_state_is_refused(change: Any) -> None:
    with pytest.raises((LookupError, TypeError, ValueError)):
        applied({"a": 1, "list": [1]}, change)
