"""system.webServer/handlers: which handler answers a request, in matching order.

Knows no requests. compiler.py asks `handler_mappings`; the console lists `Handlers`.
"""

from __future__ import annotations

import typing
from typing import ClassVar, Literal

from pydantic import Field

from hwebcore.plan import ConfigurationError, HandlerMapping, LeftOutHandler
from model.effective import EffectiveEntry, EffectiveSection
from model.schema import section_schema
from model.schema.value import parse
from model.sections.precondition import PoolFacts, judge
from model.sections.section import OWN, Section
from model.source import INVALID_DATA, Source

ResourceType = Literal["File", "Directory", "Either", "Unspecified"]
RequireAccess = Literal["None", "Read", "Write", "Script", "Execute"]


class HandlerRow(Section):
    name: str = ""
    path: str = ""
    verb: str = ""
    type: str = ""
    modules: str = "ManagedPipelineHandler"
    script_processor: str = ""
    resource_type: ResourceType = "Unspecified"
    require_access: RequireAccess = "Script"
    allow_path_info: bool = False
    pre_condition: str = ""
    response_buffer_limit: int = 4194304


class Handlers(Section):
    SECTION: ClassVar[str] = "system.webServer/handlers"

    access_policy: tuple[str, ...] = ("Read",)
    rows: tuple[HandlerRow, ...] = Field((), alias=OWN)


def words(text: str) -> tuple[str, ...]:
    """A comma list; "*" stands for everything and gives nothing."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    return () if "*" in found else found


def handler_mappings(section: EffectiveSection, pool: PoolFacts) -> tuple[tuple[HandlerMapping, ...], ConfigurationError | None]:
    """The rows whose static preconditions hold, and the first row whose precondition nobody knows."""
    rows = []
    bad: ConfigurationError | None = None
    for entry in section.root.entries:
        text = entry.get("preCondition")
        verdict = judge(text, pool)
        if verdict.unknown:
            message = f'Handler "{entry.get("name")}" has a bad precondition "{text}": "{verdict.unknown}" is no token'
            bad = bad or ConfigurationError(INVALID_DATA, message, entry.source_of("preCondition"))
        elif not verdict.reason:
            rows.append(_mapping(entry))
    return tuple(rows), bad


def left_out(section: EffectiveSection, pool: PoolFacts) -> tuple[LeftOutHandler, ...]:
    """The rows that the pool's facts keep out, each with its reason."""
    judged = ((entry, judge(entry.get("preCondition"), pool).reason) for entry in section.root.entries)
    return tuple(LeftOutHandler(_mapping(entry), reason) for entry, reason in judged if reason)


def access_policy(section: EffectiveSection) -> tuple[tuple[str, ...], Source | None]:
    schema = section_schema(Handlers.SECTION)
    assert schema is not None
    flags = parse(schema.attributes["accessPolicy"], section.root.get("accessPolicy"))
    assert isinstance(flags, tuple)
    return flags, section.root.source_of("accessPolicy") or section.root.source


def _mapping(entry: EffectiveEntry) -> HandlerMapping:
    return HandlerMapping(
        name=entry.get("name"),
        path=entry.get("path"),
        verbs=words(entry.get("verb")),
        modules=tuple(part.strip() for part in entry.get("modules").split(",") if part.strip()),
        type=entry.get("type"),
        script_processor=entry.get("scriptProcessor"),
        resource_type=typing.cast(ResourceType, _canonical(entry.get("resourceType"), typing.get_args(ResourceType))),
        require_access=typing.cast(RequireAccess, _canonical(entry.get("requireAccess"), typing.get_args(RequireAccess))),
        allow_path_info=entry.get("allowPathInfo").lower() == "true",
        response_buffer_limit=int(entry.get("responseBufferLimit") or 0),
        source=entry.source,
    )


def _canonical(text: str, names: tuple[str, ...]) -> str:
    """The name as the plan spells it: the configuration may use another case, or the number."""
    lowered = text.lower()
    numbered = {"0": 0, "1": 1, "2": 2, "3": 3, "4": 4}
    if text in numbered and numbered[text] < len(names):
        return names[numbered[text]]
    return next((name for name in names if name.lower() == lowered), names[-1])
