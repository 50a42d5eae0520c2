"""The Recycling wizard and the Identity dialog of a pool, and the edits that come out of them. No Textual.

Knows no widget and applies nothing. Conditions and events are the schema's (recycling, periodicRestart, schedule).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from console.forms import POOLS, Field, Form, Values, pool_step
from model.config_path import ConfigPath
from model.edits import AddEntry, Batch, Edit, RemoveEntry, SetAttribute, Step, Where
from model.effective import EffectiveElement, effective
from model.hierarchy import Hierarchy
from model.schema.value import seconds

ACCOUNTS = (
    ("ApplicationPoolIdentity", "ApplicationPoolIdentity"), ("LocalService", "LocalService"), ("LocalSystem", "LocalSystem"),
    ("NetworkService", "NetworkService"), ("SpecificUser", "Custom account"),
)  # fmt: skip
#: (check, field, attribute, the event of logEventOnRecycle, label, hint).
_LIMITS = (
    ("by-time", "time", "time", "Time", "Regular time intervals (in minutes)", "Such as 1740: every 29 hours"),
    ("by-requests", "requests", "requests", "Requests", "Fixed number of requests", ""),
    ("by-schedule", "schedule", "", "Schedule", "Specific time(s)", "For example 20:00, 00:30"),
    ("by-memory", "memory", "memory", "Memory", "Virtual memory usage (in KB)", ""),
    ("by-private", "private", "privateMemory", "PrivateMemory", "Private memory usage (in KB)", ""),
)
_EVENTS = {
    "Time": "Regular time intervals", "Requests": "Number of requests", "Schedule": "Scheduled time", "Memory": "Virtual memory usage",
    "PrivateMemory": "Private memory usage", "OnDemand": "On-demand recycles", "ConfigChange": "Configuration changes",
    "IsapiUnhealthy": "Unhealthy ISAPI",
}  # fmt: skip
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_STEPS = ("Recycling Conditions", "Recycling Events to Log")
_MOST = 2**32 - 1


def _pool(hierarchy: Hierarchy, name: str) -> EffectiveElement | None:
    root = effective(hierarchy, POOLS, ConfigPath()).root
    return next((entry for entry in root.entries if entry.get("name") == name), None)


def _times(text: str) -> tuple[str, ...]:
    """ "20:00, 0:30" as hh:mm:ss. Raises ValueError."""
    found = []
    for part in text.replace(";", ",").split(","):
        if part.strip():
            match = _CLOCK.fullmatch(part.strip())
            if match is None:
                raise ValueError(part)
            found.append(f"{int(match[1]):02}:{match[2]}:00")
    return tuple(dict.fromkeys(found))


def _now(pool: EffectiveElement) -> dict[str, str]:
    """What the wizard shows: numbers, empty where a condition is not armed."""
    restart = pool.at("recycling/periodicRestart")
    found = {field: restart.get(attribute) for _, field, attribute, *_ in _LIMITS if attribute}
    try:
        found["time"] = str(round(seconds(found["time"]) / 60))
    except ValueError:
        pass
    found = {name: "" if value == "0" else value for name, value in found.items()}
    found["schedule"] = ", ".join(entry.get("value")[:5] for entry in restart.at("schedule").entries)
    return found


def recycling_form(hierarchy: Hierarchy, name: str) -> Form | None:
    """None where there is no such pool."""
    pool = _pool(hierarchy, name)
    if pool is None:
        return None
    now = _now(pool)
    logged = {part.strip().casefold() for part in pool.at("recycling").get("logEventOnRecycle").split(",")}
    fields: list[Field] = []
    for check, field, _, event, label, hint in _LIMITS:
        heading = {"Time": "Fixed Intervals", "Memory": "Memory Based Maximums"}.get(event)
        if heading:
            fields.append(Field(f"heading-{field}", heading, "heading"))
        fields += [Field(check, label, "check", str(bool(now[field])).lower()), Field(field, "", initial=now[field], hint=hint)]
    for event, label in _EVENTS.items():
        heading = {"Time": "Configurable recycling events", "OnDemand": "Runtime recycling events"}.get(event)
        if heading:
            fields.append(Field(f"heading-{event}", heading, "heading", step=1))
        fields.append(Field(f"log-{event}", label, "check", str(event.casefold() in logged).lower(), step=1))
    title = f"Edit Application Pool Recycling Settings — {name}"
    return Form(title, tuple(fields), lambda values: dict(_faults(values)), "applicationHost.config", steps=_STEPS, disabled=_unarmed)


def _faults(values: Values) -> Iterator[tuple[str, str]]:
    for check, field, *_ in _LIMITS:
        text = values[field].strip()
        if values[check] != "true":
            continue
        if field == "schedule":
            try:
                if not _times(text):
                    yield field, "At which times? For example 20:00."
            except ValueError as error:
                yield field, f"{error} is no time of day: hh:mm, parted by commas."
        elif not text.isascii() or not text.isdigit() or not 1 <= int(text) <= (432000 if field == "time" else _MOST):
            yield field, f"A whole number from 1 to {432000 if field == 'time' else _MOST}."


def _unarmed(values: Values) -> set[str]:
    off = {field for check, field, *_ in _LIMITS if values[check] != "true"}
    return off | {f"log-{event}" for check, _, _, event, *_ in _LIMITS if values[check] != "true"}


def edit_recycling(hierarchy: Hierarchy, name: str, values: Values) -> Edit | None:
    """Only what differs from what is in force is written."""
    pool = _pool(hierarchy, name)
    if pool is None:
        return None
    now, where = _now(pool), Where(POOLS)
    recycling = (*pool_step(name), Step("recycling"))
    restart = (*recycling, Step("periodicRestart"))
    edits: list[Edit] = []
    for check, field, attribute, *_ in _LIMITS:
        wanted = values[field].strip() if values[check] == "true" else ""
        if not attribute:
            edits += _schedule(pool, (*restart, Step("schedule")), wanted)
        elif wanted != now[field]:
            text = f"{_span(int(wanted or 0))}" if field == "time" else wanted or "0"
            edits.append(SetAttribute(where, restart, attribute, text))
    logged = [event for event in _EVENTS if values[f"log-{event}"] == "true"]
    before = {part.strip().casefold() for part in pool.at("recycling").get("logEventOnRecycle").split(",")} - {""}
    if {event.casefold() for event in logged} != before:
        edits.append(SetAttribute(where, recycling, "logEventOnRecycle", ", ".join(logged)))
    return Batch(f"recycling of {name}", tuple(edits)) if edits else None


def _schedule(pool: EffectiveElement, steps: tuple[Step, ...], wanted: str) -> list[Edit]:
    there = [entry.get("value") for entry in pool.at("recycling/periodicRestart/schedule").entries]
    times = _times(wanted)
    gone: list[Edit] = [RemoveEntry(Where(POOLS), steps, (("value", value),)) for value in there if value not in times]
    return gone + [AddEntry(Where(POOLS), steps, "add", (("value", value),)) for value in times if value not in there]


def _span(minutes: int) -> str:
    days, rest = divmod(minutes, 1440)
    clock = f"{rest // 60:02}:{rest % 60:02}:00"
    return f"{days}.{clock}" if days else clock


def identity_form(hierarchy: Hierarchy, name: str) -> Form | None:
    """Application Pool Identity. The password is never shown; left empty it stays as it is."""
    pool = _pool(hierarchy, name)
    if pool is None:
        return None
    process = pool.at("processModel")
    fields = (
        Field("identity", "Account:", "choice", process.get("identityType"), ACCOUNTS),
        Field("user", "User name:", initial=process.get("userName"), hint="An account of this system; root is refused"),
        Field("password", "Password:", "secret", hint="Kept encrypted; empty leaves it as it is. Unix needs none."),
    )

    def check(values: Values) -> Mapping[str, str]:
        if values["identity"] == "SpecificUser" and not values["user"].strip():
            return {"user": "A custom account needs its name."}
        return {}

    def disabled(values: Values) -> set[str]:
        return set() if values["identity"] == "SpecificUser" else {"user", "password"}

    return Form(f"Application Pool Identity — {name}", fields, check, "applicationHost.config", disabled=disabled)


def edit_identity(name: str, before: Values, after: Values) -> Edit | None:
    """A built-in account takes name and password of a custom one away."""
    steps, where = (*pool_step(name), Step("processModel")), Where(POOLS)
    edits: list[Edit] = []
    custom = after["identity"] == "SpecificUser"
    if after["identity"] != before["identity"]:
        edits.append(SetAttribute(where, steps, "identityType", after["identity"]))
    user = after["user"].strip() if custom else ""
    if user != before["user"]:
        edits.append(SetAttribute(where, steps, "userName", user or None))
    if custom and after["password"]:
        edits.append(SetAttribute(where, steps, "password", after["password"]))
    elif not custom and before["identity"] == "SpecificUser":
        edits.append(SetAttribute(where, steps, "password", None))
    return Batch(f"identity of {name}: {user or after['identity']}", tuple(edits)) if edits else None
