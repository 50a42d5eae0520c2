"""The wizard of Failed Request Tracing Rules, and the edits that come out of it: content, conditions, providers. No Textual.

Knows no widget and applies nothing. The configuration says which providers and areas there are (traceProviderDefinitions), else IIS's own stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console import schema_fields
from console.collection import Collection
from console.forms import Field, Form, Values
from model.edits import AddEntry, Batch, Edit, RemoveEntry, SetAttribute, Step, Where
from model.effective import EffectiveEntry

#: What may be traced, as the wizard offers it; "" is a path of one's own.
CONTENT = (("*", "All content (*)"), ("*.aspx", "ASP.NET (*.aspx)"), ("*.asp", "ASP (*.asp)"), ("", "Custom"))
VERBOSITY = (
    ("General", "General"), ("CriticalError", "Critical Errors"), ("Error", "Errors"), ("Warning", "Warnings"),
    ("Information", "Information"), ("Verbose", "Verbose"),
)  # fmt: skip
_SEVERITY = (("Ignore", "No condition"), ("Error", "Error"), ("CriticalError", "Critical Error"), ("Warning", "Warning"))
_CONDITIONS = ("statusCodes", "timeTaken", "verbosity")
_STEPS = ("Specify Content to Trace", "Define Trace Conditions", "Select Trace Providers")


@dataclass(frozen=True, slots=True)
class Provider:
    name: str
    areas: tuple[str, ...] = ()


#: What an installed IIS defines (rt 7.2): a configuration that never had tracing says nothing of it.
_OF_IIS = (
    Provider("ASP"), Provider("ASPNET", ("Infrastructure", "Module", "Page", "AppServices")), Provider("ISAPI Extension"),
    Provider("WWW Server", ("Authentication", "Security", "Filter", "StaticFile", "CGI", "Compression", "Cache", "RequestNotifications", "Module",
                            "Rewrite", "FastCGI", "WebSocket")),
)  # fmt: skip


def offered(defined: Sequence[EffectiveEntry], rule: EffectiveEntry | None = None) -> tuple[Provider, ...]:
    """What may be traced, and what the rule traces beside it."""
    found = [Provider(entry.get("name"), tuple(area.get("name") for area in entry.at("areas").entries)) for entry in defined] or list(_OF_IIS)
    for traced in rule.at("traceAreas").entries if rule is not None else ():
        at = next((number for number, known in enumerate(found) if known.name == traced.get("provider")), len(found))
        known = found[at] if at < len(found) else Provider(traced.get("provider"))
        names = {area.casefold() for area in known.areas}
        found[at : at + 1] = [Provider(known.name, (*known.areas, *(area for area in _areas(traced) if area.casefold() not in names)))]
    return tuple(found)


def _areas(traced: EffectiveEntry) -> tuple[str, ...]:
    return tuple(area.strip() for area in traced.get("areas").split(",") if area.strip())


def trace_form(collection: Collection, providers: Sequence[Provider], taken: set[str], entry: EffectiveEntry | None = None) -> Form:
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
        Field("verbosity", "Event severity:", "choice", now["verbosity"], schema_fields.with_own(_SEVERITY, now["verbosity"]), step=1),
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
        unticked = tuple(f"p{number}-" for number in range(len(providers)) if values[f"p{number}"] != "true")
        return off | {name for name in values if name.startswith(unticked)}

    title = "Add Failed Request Tracing Rule" if entry is None else f"Edit Failed Request Tracing Rule — {path}"
    return Form(title, tuple(fields), check, steps=_STEPS, disabled=disabled)


def _provider(number: int, provider: Provider, entry: EffectiveEntry | None) -> list[Field]:
    """Its switch, how much it tells, and of what. A new rule asks for all areas, as IIS Manager's wizard proposes."""
    chosen = next((area for area in entry.at("traceAreas").entries if area.get("provider") == provider.name), None) if entry is not None else None
    on = chosen is not None if entry is not None else provider.name in ("WWW Server", "ASPNET")
    traced = {area.casefold() for area in (_areas(chosen) if chosen is not None else provider.areas)}
    return [
        Field(f"p{number}", provider.name, "check", str(on).lower(), step=2),
        Field(f"p{number}-verbosity", "  Verbosity:", "choice", chosen.get("verbosity") if chosen else "Verbose", VERBOSITY, step=2),
        *(
            Field(f"p{number}-area{place}", f"    {area}", "check", str(area.casefold() in traced).lower(), step=2)
            for place, area in enumerate(provider.areas)
        ),
    ]


def path_of(values: Values) -> str:
    return values["content"] or values["path"].strip()


def add_trace(where: Where, providers: Sequence[Provider], values: Values) -> Edit:
    path = path_of(values)
    rule = (Step("add", (("path", path),)),)
    return Batch(f"add trace rule {path}", (AddEntry(where, (), "add", (("path", path),)), *_inner(where, rule, providers, values, {}, None)))


def edit_trace(where: Where, providers: Sequence[Provider], entry: EffectiveEntry, before: Values, values: Values) -> Edit | None:
    """Only what differs is written; the path last, so that the steps still lead to the rule."""
    rule = (Step("add", (("path", entry.get("path")),)),)
    edits = list(_inner(where, rule, providers, values, before, entry))
    if path_of(values) != entry.get("path"):
        edits.append(SetAttribute(where, rule, "path", path_of(values)))
    return Batch(f"edit trace rule {path_of(values)}", tuple(edits)) if edits else None


def _inner(
    where: Where, rule: tuple[Step, ...], providers: Sequence[Provider], values: Values, before: Values, entry: EffectiveEntry | None
) -> list[Edit]:
    edits: list[Edit] = []
    areas = (*rule, Step("traceAreas"))
    there = {area.get("provider") for area in entry.at("traceAreas").entries} if entry is not None else set()
    for number, provider in enumerate(providers):
        name, own = provider.name, f"p{number}"
        if all(values[part] == before.get(part) for part in values if part == own or part.startswith(f"{own}-")):
            continue
        if name in there:
            edits.append(RemoveEntry(where, areas, (("provider", name),)))
        if values[own] == "true":
            areas_on = ",".join(area for place, area in enumerate(provider.areas) if values[f"{own}-area{place}"] == "true")
            given = (("provider", name), ("areas", areas_on), ("verbosity", values[f"{own}-verbosity"]))
            edits.append(AddEntry(where, areas, "add", tuple((key, value) for key, value in given if value)))
    for name in _CONDITIONS:
        text = values[name].strip()
        if text != before.get(name, {"timeTaken": "00:00:00", "verbosity": "Ignore"}.get(name, "")):
            edits.append(SetAttribute(where, (*rule, Step("failureDefinitions")), name, text or None))
    return edits
