"""Set Common HTTP Response Headers: keep-alive, and when clients have to ask again for static content; and the edits that come of it. No Textual.

Knows no widget and applies nothing. Two sections stand behind it: httpProtocol (allowKeepAlive) and staticContent (clientCache).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from console import schema_fields
from console.forms import Field, Form, Values
from model.config_path import ConfigPath
from model.edits import Batch, Edit, SetAttribute, Step, Where
from model.effective import effective
from model.hierarchy import Hierarchy
from model.schema import section_schema
from model.schema.value import seconds

PROTOCOL, STATIC = "system.webServer/httpProtocol", "system.webServer/staticContent"
TITLE = "Set Common HTTP Response Headers"
_CACHE = (Step("clientCache"),)
#: What the dialog calls a value of cacheControlMode; NoControl is the switch itself.
_MODES = (("DisableCache", "Immediately"), ("UseMaxAge", "After"), ("UseExpires", "On"))
_UNITS = (("86400", "Day(s)"), ("3600", "Hour(s)"), ("60", "Minute(s)"), ("1", "Second(s)"))
#: RFC 9111 1.2.2: what a client has to be able to count to.
_MOST_S = 2**31 - 1
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?")


def headers_form(hierarchy: Hierarchy, path: ConfigPath) -> Form:
    cache = effective(hierarchy, STATIC, path).root.at("clientCache")
    mode = _mode_of(cache.get("cacheControlMode"))
    number, unit = _age_of(cache.get("cacheControlMaxAge"))
    expires = cache.get("httpExpires")
    fields = (
        Field("keep", "Enable HTTP keep-alive", "check", effective(hierarchy, PROTOCOL, path).root.get("allowKeepAlive").lower(),
              hint="A connection serves one request after the other"),
        Field("expire", "Expire Web content", "check", str(mode != "NoControl").lower(), hint="Of static files: clients then ask again"),
        Field("mode", "  When:", "choice", mode if mode != "NoControl" else "UseMaxAge", _MODES),
        Field("age", "  After:", initial=number),
        Field("unit", "  Unit:", "choice", unit, _UNITS),
        Field("on", "  On (UTC):", initial=_date_of(expires), hint="Such as 2030-01-31 or 2030-01-31 08:00"),
    )  # fmt: skip

    def check(values: Values) -> Mapping[str, str]:
        if values["expire"] != "true":
            return {}
        if values["mode"] == "UseMaxAge" and (problem := _age_problem(values)):
            return {"age": problem}
        if values["mode"] == "UseExpires" and values["on"].strip() != _date_of(expires) and _http_date(values["on"]) is None:
            return {"on": "A day as 2030-01-31, with the time where it matters: 2030-01-31 08:00."}
        return {"on": "On which day?"} if values["mode"] == "UseExpires" and not values["on"].strip() else {}

    def disabled(values: Values) -> set[str]:
        if values["expire"] != "true":
            return {"mode", "age", "unit", "on"}
        return {"DisableCache": {"age", "unit", "on"}, "UseMaxAge": {"on"}}.get(values["mode"], {"age", "unit"})

    return Form(TITLE, fields, check, disabled=disabled)


def headers_edit(before: Values, after: Values, wheres: Mapping[str, Where]) -> Edit | None:
    """Only what differs, and of the three ways to expire only the one that was chosen. `wheres`: of the sections that are spoken of."""
    edits: list[Edit] = []
    if PROTOCOL in wheres:
        edits.append(SetAttribute(wheres[PROTOCOL], (), "allowKeepAlive", after["keep"]))
    if STATIC in wheres:
        edits += _expiry(before, after, wheres[STATIC])
    return Batch("set common headers", tuple(edits)) if edits else None


def spoken_of(before: Values, after: Values) -> tuple[str, ...]:
    """The sections that have to be written."""
    asked = ("expire", "mode", "age", "unit", "on") if after["expire"] == "true" else ("expire",)
    expiry = any(after[name].strip() != before[name] for name in asked)
    return (*((PROTOCOL,) if after["keep"] != before["keep"] else ()), *((STATIC,) if expiry else ()))


def _expiry(before: Values, after: Values, where: Where) -> list[Edit]:
    def put(name: str, value: str) -> Edit:
        return SetAttribute(where, _CACHE, name, value)

    if after["expire"] != "true":
        return [put("cacheControlMode", "NoControl")]
    edits: list[Edit] = []
    if (after["expire"], after["mode"]) != (before["expire"], before["mode"]):
        edits.append(put("cacheControlMode", after["mode"]))
    if after["mode"] == "UseMaxAge" and (after["age"].strip(), after["unit"]) != (before["age"], before["unit"]):
        edits.append(put("cacheControlMaxAge", _span(int(after["age"]) * int(after["unit"]))))
    date = _http_date(after["on"]) if after["mode"] == "UseExpires" and after["on"].strip() != before["on"] else None
    return [*edits, put("httpExpires", date)] if date else edits


def _mode_of(text: str) -> str:
    schema = section_schema(STATIC)
    inner = schema.find("clientCache") if schema is not None else None
    assert inner is not None
    same: Callable[[str], bool] = lambda name: schema_fields.same(inner.attributes["cacheControlMode"], text, name)  # noqa: E731  # one use
    return next((name for name, _ in _MODES if same(name)), "NoControl")


def _age_of(text: str) -> tuple[str, str]:
    """A time span as the number and unit that say it shortest."""
    try:
        whole = int(seconds(text))
    except ValueError:
        return text, "1"
    unit = next(unit for unit, _ in _UNITS if whole % int(unit) == 0)
    return str(whole // int(unit)), unit


def _age_problem(values: Values) -> str:
    text = values["age"].strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        return "A whole number."
    if int(text) * int(values["unit"]) > _MOST_S:
        return "Clients count to 68 years (2,147,483,647 seconds)."
    return "" if int(text) else "At least 1; Immediately is a choice of its own."


def _span(whole: int) -> str:
    days, rest = divmod(whole, 86400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{days}.{clock}" if days else clock


def _date_of(text: str) -> str:
    """An HTTP date as the dialog has it; anything else as it is."""
    try:
        found = parsedate_to_datetime(text).astimezone(UTC)
    except ValueError:
        return text
    return f"{found:%Y-%m-%d %H:%M:%S}".removesuffix(":00").removesuffix(" 00:00")


def _http_date(text: str) -> str | None:
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return format_datetime(datetime(*(int(part or 0) for part in match.groups()), tzinfo=UTC), usegmt=True)  # type: ignore[arg-type,misc]  # six numbers
    except ValueError:
        return None
