"""system.webServer/httpCompression and urlCompression: which files leave in a compressed copy.

Knows no file. scopes.py puts `settings` into a plan; the console shows `HttpCompression`. What is for dynamic content is only kept.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from hwebcore import compression, plan
from model.effective import EffectiveSection
from model.sections.section import OWN, Section
from model.source import Problem


class Scheme(Section):
    name: str = ""
    do_static_compression: bool = True
    static_compression_level: int = 7


class CompressedType(Section):
    mime_type: str = ""
    enabled: bool = True


class StaticTypes(Section):
    rows: tuple[CompressedType, ...] = Field((), alias=OWN)


class HttpCompression(Section):
    SECTION: ClassVar[str] = "system.webServer/httpCompression"

    send_cache_headers: bool = False
    expires_header: str = "Wed, 01 Jan 1997 12:00:00 GMT"
    cache_control_header: str = "max-age=86400"
    do_disk_space_limiting: bool = True
    max_disk_space_usage: int = 100
    min_file_size_for_comp: int = 2700
    no_compression_for_http10: bool = Field(True, alias="noCompressionForHttp10")
    no_compression_for_proxies: bool = True
    no_compression_for_range: bool = True
    static_compression_ignore_hit_frequency: bool = False
    static_compression_disable_cpu_usage: int = 100
    static_compression_enable_cpu_usage: int = 50
    static_types: StaticTypes = StaticTypes()
    schemes: tuple[Scheme, ...] = Field((), alias=OWN)


class UrlCompression(Section):
    SECTION: ClassVar[str] = "system.webServer/urlCompression"

    do_static_compression: bool = True


def settings(http: EffectiveSection, url: EffectiveSection) -> plan.StaticCompression:
    read, enabled = HttpCompression.from_effective(http), UrlCompression.from_effective(url).do_static_compression
    said = (("Cache-Control", read.cache_control_header), ("Expires", read.expires_header)) if read.send_cache_headers else ()
    return plan.StaticCompression(
        enabled=enabled,
        schemes=tuple(
            compression.CompressionScheme(scheme.name.lower(), min(max(scheme.static_compression_level, 1), 9), scheme.source)
            for scheme in read.schemes
            if scheme.do_static_compression and scheme.name.lower() in compression.CODINGS
        ),
        types=tuple(compression.CompressedType(row.mime_type.lower(), row.enabled, row.source) for row in read.static_types.rows),
        least_bytes=read.min_file_size_for_comp,
        most_bytes=max(read.max_disk_space_usage << 20, 1) if read.do_disk_space_limiting else 0,
        not_for_http10=read.no_compression_for_http10,
        not_for_proxies=read.no_compression_for_proxies,
        not_for_ranges=read.no_compression_for_range,
        ignore_hits=read.static_compression_ignore_hit_frequency,
        disable_cpu=read.static_compression_disable_cpu_usage,
        enable_cpu=read.static_compression_enable_cpu_usage,
        cache_headers=tuple((name, value) for name, value in said if value),
        source=http.root.source,
    )


def not_executed(http: EffectiveSection) -> tuple[Problem, ...]:
    """Schemes that files would be compressed with, if there was a library for them here."""
    return tuple(
        Problem("information", "not-executed", f"httpCompression: this server has no library for the scheme {scheme.name}", scheme.source)
        for scheme in HttpCompression.from_effective(http).schemes
        if scheme.do_static_compression and scheme.name.lower() not in compression.CODINGS
    )
