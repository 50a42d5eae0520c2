"""system.webServer/security/requestFiltering: what is refused before anything looks at it.

Knows no requests. compiler.py puts `settings` into a plan; the console shows `RequestFiltering`.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from hwebcore import plan
from hwebcore.plan import Rule
from model.effective import EffectiveSection
from model.sections.section import OWN, Section


class FileExtension(Section):
    file_extension: str = ""
    allowed: bool = True


class FileExtensions(Section):
    allow_unlisted: bool = True
    rows: tuple[FileExtension, ...] = Field((), alias=OWN)


class Verb(Section):
    verb: str = ""
    allowed: bool = True


class Verbs(Section):
    allow_unlisted: bool = True
    rows: tuple[Verb, ...] = Field((), alias=OWN)


class HeaderLimit(Section):
    header: str = ""
    size_limit: int = 0


class RequestLimits(Section):
    max_allowed_content_length: int = 30_000_000
    max_url: int = 4096
    max_query_string: int = 2048
    header_limits: tuple[HeaderLimit, ...] = ()


class HiddenSegment(Section):
    segment: str = ""


class AllowedUrl(Section):
    url: str = ""


class Sequence(Section):
    sequence: str = ""


class RequestFiltering(Section):
    SECTION: ClassVar[str] = "system.webServer/security/requestFiltering"

    allow_double_escaping: bool = False
    allow_high_bit_characters: bool = True
    remove_server_header: bool = False
    file_extensions: FileExtensions = FileExtensions()
    verbs: Verbs = Verbs()
    request_limits: RequestLimits = RequestLimits()
    hidden_segments: tuple[HiddenSegment, ...] = ()
    always_allowed_urls: tuple[AllowedUrl, ...] = ()
    deny_url_sequences: tuple[Sequence, ...] = ()
    deny_query_string_sequences: tuple[Sequence, ...] = ()


def settings(section: EffectiveSection) -> plan.RequestFiltering:
    read = RequestFiltering.from_effective(section)
    limits = read.request_limits
    return plan.RequestFiltering(
        allow_double_escaping=read.allow_double_escaping,
        allow_high_bit_characters=read.allow_high_bit_characters,
        allow_unlisted_extensions=read.file_extensions.allow_unlisted,
        allow_unlisted_verbs=read.verbs.allow_unlisted,
        remove_server_header=read.remove_server_header,
        extensions=tuple(Rule(row.file_extension.lower(), row.source, row.allowed) for row in read.file_extensions.rows),
        verbs=tuple(Rule(row.verb, row.source, row.allowed) for row in read.verbs.rows),
        hidden_segments=tuple(Rule(row.segment.lower(), row.source) for row in read.hidden_segments),
        denied_url_sequences=tuple(Rule(row.sequence, row.source) for row in read.deny_url_sequences),
        always_allowed_urls=tuple(Rule(row.url, row.source) for row in read.always_allowed_urls),
        denied_query_sequences=tuple(Rule(row.sequence, row.source) for row in read.deny_query_string_sequences),
        header_limits=tuple(Rule(row.header, row.source, size=row.size_limit) for row in limits.header_limits),
        max_allowed_content_length=limits.max_allowed_content_length,
        max_url=limits.max_url,
        max_query_string=limits.max_query_string,
        limits_source=limits.source,
    )
