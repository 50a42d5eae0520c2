"""What differs between two states (JSON values), as JSON, and a state with that taken in: how consoles are told of 1,000 pools once a second.

Knows no state's meaning. What a change does not touch stays the same object. Users: service/subscribers.py, client.py.
"""

from __future__ import annotations

from typing import Any

#: `[value]` stands in the old one's place, `[]` takes it away, `{key: change}` goes below. A list's keys are its indexes, or "splice":
#: `[first, how many go, what comes]`.
Change = list[Any] | dict[str, Any]
_SPLICE = "splice"


def difference(before: Any, now: Any) -> Change | None:
    """None where nothing differs. What Python calls equal is the same: 1 and 1.0."""
    if before == now:
        return None
    if isinstance(before, dict) and isinstance(now, dict):
        return _of_objects(before, now)
    if isinstance(before, list) and isinstance(now, list):
        return _of_lists(before, now)
    return [now]


def _of_objects(before: dict[str, Any], now: dict[str, Any]) -> Change:
    found: dict[str, Any] = {key: [] for key in before.keys() - now.keys()}
    for key, value in now.items():
        change = difference(before[key], value) if key in before else [value]
        if change is not None:
            found[key] = change
    return found


def _of_lists(before: list[Any], now: list[Any]) -> Change:
    if len(before) == len(now):
        changes = ((str(index), difference(old, new)) for index, (old, new) in enumerate(zip(before, now, strict=True)))
        return {index: change for index, change in changes if change is not None}
    shorter = min(len(before), len(now))
    first = next((index for index in range(shorter) if before[index] != now[index]), shorter)
    last = next((index for index in range(shorter - first) if before[-1 - index] != now[-1 - index]), shorter - first)
    return {_SPLICE: [first, len(before) - first - last, now[first : len(now) - last]]}


def applied(before: Any, change: Change) -> Any:
    """The state after the change. Raises LookupError, TypeError or ValueError where it is none of `before`'s."""
    if isinstance(change, list):
        (value,) = change
        return value
    if not isinstance(change, dict):
        raise TypeError("no change")
    if isinstance(before, list):
        return _applied_to_list(before, change)
    if not isinstance(before, dict):
        raise TypeError("a change below what has no parts")
    after = dict(before)
    for key, below in change.items():
        if below == []:
            del after[key]
        else:
            after[key] = applied(after.get(key), below)
    return after


def _applied_to_list(before: list[Any], change: dict[str, Any]) -> list[Any]:
    after = before[:]
    if _SPLICE in change:
        first, gone, new = change[_SPLICE]
        after[first : first + gone] = new
        return after
    for key, below in change.items():
        after[int(key)] = applied(after[int(key)], below)
    return after
