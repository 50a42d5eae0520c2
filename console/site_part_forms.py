"""What a site says beside its bindings, each in a dialog of its own: failed request tracing, limits, HSTS. No Textual.

Knows no widget and applies nothing. Labels and sentences are those of Advanced Settings (wording/sites.py), types and ranges the schema's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console import schema_fields
from console.forms import SITES, Field, Form, Values
from console.wording.properties import Property
from console.wording.sites import SITE
from model.config_path import ConfigPath
from model.edits import Batch, Edit, SetAttribute, Step, Where
from model.effective import effective
from model.hierarchy import Hierarchy
from model.schema import AttributeSchema, section_schema


@dataclass(frozen=True, slots=True)
class Part:
    """`category`: of Advanced Settings; `note`: what this server makes of it."""

    title: str
    category: str
    note: str = ""

    @property
    def properties(self) -> tuple[Property, ...]:
        return tuple(entry for entry in SITE if entry.category == self.category)


TRACING = Part(
    "Edit Website Failed Request Tracing Settings", "Behavior · Failed Request Tracing",
    "Kept for IIS. Here every request is traced without it: see Live Requests.",
)  # fmt: skip
LIMITS = Part("Edit Website Limits", "Behavior · Limits")
HSTS = Part("Edit Website HSTS", "Behavior · HSTS", "Kept and editable, not executed: this server sends no such header by itself.")


def _attribute(entry: Property) -> AttributeSchema:
    schema = section_schema(SITES)
    site = schema.entry if schema is not None else None
    owner = site.find(entry.path) if site is not None else None
    assert owner is not None, entry
    return owner.attributes[entry.attribute]


def part_form(hierarchy: Hierarchy, site: str, part: Part) -> Form | None:
    """None where there is no such site."""
    entry = next((entry for entry in effective(hierarchy, SITES, ConfigPath()).root.entries if entry.get("name").lower() == site.lower()), None)
    if entry is None:
        return None
    attributes = {known.attribute: _attribute(known) for known in part.properties}
    fields = [Field("note", part.note, "note")] if part.note else []
    for known in part.properties:
        value = entry.at(known.path).get(known.attribute)
        fields.append(schema_fields.field_of(attributes[known.attribute], value, label=known.label, hint=known.about))

    def check(values: Values) -> Mapping[str, str]:
        off = disabled(values)
        return {
            name: problem
            for name, attribute in attributes.items()
            if name not in off and (problem := schema_fields.wrong(attribute, values[name].strip()))
        }

    def disabled(values: Values) -> set[str]:
        return set() if values.get("enabled", "true") == "true" else attributes.keys() - {"enabled"}

    return Form(f"{part.title} — {site}", tuple(fields), check, "applicationHost.config", disabled=disabled)


def part_edit(site: str, part: Part, before: Values, after: Values) -> Edit | None:
    """Only what differs is written; of what is switched off, the switch alone."""
    off = after.get("enabled", "true") != "true"
    edits = tuple(
        SetAttribute(Where(SITES), (Step("site", (("name", site),)), Step(known.path)), known.attribute, after[known.attribute].strip())
        for known in part.properties
        if after[known.attribute].strip() != before[known.attribute] and (known.attribute == "enabled" or not off)
    )
    return Batch(f"{part.category.rpartition(' · ')[2]} of {site}", edits) if edits else None
