"""system.webServer/staticContent: MIME types and the client's cache.

Knows no files. compiler.py puts `settings` into a plan; the console shows `StaticContent`.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from hwebcore import plan
from model.effective import EffectiveSection
from model.sections.section import OWN, Section
from model.sections.server_runtime import ServerRuntime


class MimeMap(Section):
    file_extension: str = ""
    mime_type: str = ""


class ClientCache(Section):
    cache_control_mode: Literal["NoControl", "DisableCache", "UseMaxAge", "UseExpires"] = "NoControl"
    cache_control_max_age_s: float = Field(86400.0, alias="cacheControlMaxAge")
    http_expires: str = ""
    cache_control_custom: str = ""
    set_etag: bool = Field(True, alias="setEtag")


class StaticContent(Section):
    SECTION: ClassVar[str] = "system.webServer/staticContent"

    mime_maps: tuple[MimeMap, ...] = Field((), alias=OWN)
    client_cache: ClientCache = ClientCache()


def settings(section: EffectiveSection, server_runtime: EffectiveSection) -> plan.StaticContent:
    cache = StaticContent.from_effective(section).client_cache
    runtime = ServerRuntime.from_effective(server_runtime)
    maps = tuple((_extension(entry.get("fileExtension")), entry.get("mimeType")) for entry in section.root.entries)
    return plan.StaticContent(
        maps, _cache_control(cache), _expires(cache), cache.set_etag, section.root.source,
        runtime.frequent_hit_threshold, runtime.frequent_hit_time_period_s,
    )  # fmt: skip


def _extension(text: str) -> str:
    lowered = text.lower()
    return lowered if lowered.startswith((".", "*")) else f".{lowered}"


def _cache_control(cache: ClientCache) -> str:
    """The header as measured: the custom word first, no space after the comma."""
    if cache.cache_control_mode == "DisableCache":
        return "no-cache"
    if cache.cache_control_mode == "UseMaxAge":
        own = f"{cache.cache_control_custom}," if cache.cache_control_custom else ""
        return f"{own}max-age={int(cache.cache_control_max_age_s)}"
    return cache.cache_control_custom


def _expires(cache: ClientCache) -> str:
    return cache.http_expires if cache.cache_control_mode == "UseExpires" else ""
