"""The wizard of Failed Request Tracing Rules, and the edits that come out of it: content, conditions, providers. No Textual.

Knows no widget and applies nothing. Which providers and areas there are is the configuration's own word (traceProviderDefinitions).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console import schema_fields
from console.collection import Collection
from console.forms import Field, Form, Values
from model.edits import AddEntry, Batch, Edit, RemoveEntry, SetAttribute, Step, Where
from model.effective import EffectiveEntry

#: What may be traced, as the wizard offers it; "" is a path of one's own.
CONTENT = (("*", "All content (*)"), ("*.aspx", "ASP.NET (*.aspx)"), ("*.asp", "ASP (*.asp)"), ("", "Custom"))
VERBOSITY = tuple((name, name) for name in ("General", "CriticalError", "Error", "Warning", "Information", "Verbose"))
_CONDITIONS = ("statusCodes", "timeTaken", "verbosity")
_STEPS = ("Specify Content to Trace", "Define Trace Conditions", "Select Trace Providers")


def trace_form(collection: Collection, providers: Sequence[EffectiveEntry], taken: set[str], entry: EffectiveEntry | None = None) -> Form:
    """Add Failed Request Tracing Rule, or Edit. `taken`: paths of the other rules."""
    path = entry.get("path") if entry is not None else "*"
    known = any(path == value for value, _ in CONTENT)
    conditions = {name: collection.attribute(f"failureDefinitions/{name}") for name in _CONDITIONS}
    now = {name: collection.value(entry, f"failureDefinitions/{name}") if entry is not None else "" for name in _CONDITIONS}
    if entry is None:
        now = {"statusCodes": "400-999", "timeTaken": "00:00:00", "verbosity": "Ignore"}
    fields = [
        Field("content", "What to trace:", "choice", path if known else "", CONTENT),
        Field("path", "Custom:", initial="" if known else path, hint="Such as *.php or report.aspx", step=0),
        Field("statusCodes", "Status code(s):", initial=now["statusCodes"], hint="For example 401.3-999,405", step=1),
        Field("timeTaken", "Time taken:", initial=now["timeTaken"], hint="hh:mm:ss; 00:00:00 is no condition", step=1),
        Field("verbosity", "Event severity:", "choice", now["verbosity"], tuple((name, name) for name in conditions["verbosity"].names), step=1),
    ]
    fields += [field for number, provider in enumerate(providers) for field in _provider(number, provider, entry)]

    def check(values: Values) -> Mapping[str, str]:
        problems = {
            name: problem
            for name, attribute in conditions.items()
            if (problem := schema_fields.wrong(attribute, values[name].strip() or attribute.default))
        }
        wanted = path_of(values)
        if not wanted:
            problems["path"] = "Which requests?"
        elif wanted.casefold() in taken:
            problems["path" if not values["content"] else "content"] = "There is a rule of that path already."
        unset = not values["statusCodes"].strip() and values["timeTaken"].strip() in ("", "00:00:00") and values["verbosity"] == "Ignore"
        if unset:
            problems.setdefault("statusCodes", "At least one condition: status codes, time or severity.")
        if providers and not any(values[f"p{number}"] == "true" for number in range(len(providers))):
            problems["p0"] = "At least one provider."
        return problems

    def disabled(values: Values) -> set[str]:
        off = {"path"} if values["content"] else set()
        return off | {f"p{number}-{part}" for number in range(len(providers)) for part in ("areas", "verbosity") if values[f"p{number}"] != "true"}

    title = "Add Failed Request Tracing Rule" if entry is None else f"Edit Failed Request Tracing Rule — {path}"
    return Form(title, tuple(fields), check, steps=_STEPS, disabled=disabled)


def _provider(number: int, provider: EffectiveEntry, entry: EffectiveEntry | None) -> list[Field]:
    name = provider.get("name")
    areas = ",".join(area.get("name") for area in provider.at("areas").entries)
    chosen = next((area for area in entry.at("traceAreas").entries if area.get("provider") == name), None) if entry is not None else None
    on = chosen is not None if entry is not None else name in ("WWW Server", "ASPNET")
    return [
        Field(f"p{number}", name, "check", str(on).lower(), step=2),
        Field(f"p{number}-areas", "  Areas:", initial=chosen.get("areas") if chosen else areas, hint=f"  Of {areas}" if areas else "", step=2),
        Field(f"p{number}-verbosity", "  Verbosity:", "choice", chosen.get("verbosity") if chosen else "Verbose", VERBOSITY, step=2),
    ]


def path_of(values: Values) -> str:
    return values["content"] or values["path"].strip()


def add_trace(where: Where, providers: Sequence[EffectiveEntry], values: Values) -> Edit:
    path = path_of(values)
    rule = (Step("add", (("path", path),)),)
    return Batch(f"add trace rule {path}", (AddEntry(where, (), "add", (("path", path),)), *_inner(where, rule, providers, values, {}, None)))


def edit_trace(where: Where, providers: Sequence[EffectiveEntry], entry: EffectiveEntry, before: Values, values: Values) -> Edit | None:
    """Only what differs is written; the path last, so that the steps still lead to the rule."""
    rule = (Step("add", (("path", entry.get("path")),)),)
    edits = list(_inner(where, rule, providers, values, before, entry))
    if path_of(values) != entry.get("path"):
        edits.append(SetAttribute(where, rule, "path", path_of(values)))
    return Batch(f"edit trace rule {path_of(values)}", tuple(edits)) if edits else None


def _inner(
    where: Where, rule: tuple[Step, ...], providers: Sequence[EffectiveEntry], values: Values, before: Values, entry: EffectiveEntry | None
) -> list[Edit]:
    edits: list[Edit] = []
    areas = (*rule, Step("traceAreas"))
    there = {area.get("provider") for area in entry.at("traceAreas").entries} if entry is not None else set()
    for number, provider in enumerate(providers):
        name, ids = provider.get("name"), (f"p{number}", f"p{number}-areas", f"p{number}-verbosity")
        if all(values[part] == before.get(part) for part in ids):
            continue
        if name in there:
            edits.append(RemoveEntry(where, areas, (("provider", name),)))
        if values[ids[0]] == "true":
            given = (("provider", name), ("areas", values[ids[1]].strip()), ("verbosity", values[ids[2]]))
            edits.append(AddEntry(where, areas, "add", tuple((key, value) for key, value in given if value)))
    for name in _CONDITIONS:
        text = values[name].strip()
        if text != before.get(name, {"timeTaken": "00:00:00", "verbosity": "Ignore"}.get(name, "")):
            edits.append(SetAttribute(where, (*rule, Step("failureDefinitions")), name, text or None))
    return edits
