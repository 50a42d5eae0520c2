"""The settings of requestFiltering as frozen values, and the rule with a source that other lists are made of too.

Knows no request; plan.py exports them. modules/request_filtering.py judges by them.
"""

from __future__ import annotations

from hwebcore.frozen import frozen
from hwebcore.source import Source


@frozen
class Rule:
    """A named thing of a list with its source: a hidden segment, a denied sequence, a default document."""

    value: str
    source: Source | None = None
    allowed: bool = True
    #: requestLimits/headerLimits: the size in bytes.
    size: int = 0


@frozen
class RequestFiltering:
    allow_double_escaping: bool = False
    allow_high_bit_characters: bool = True
    allow_unlisted_extensions: bool = True
    allow_unlisted_verbs: bool = True
    remove_server_header: bool = False
    extensions: tuple[Rule, ...] = ()
    verbs: tuple[Rule, ...] = ()
    hidden_segments: tuple[Rule, ...] = ()
    denied_url_sequences: tuple[Rule, ...] = ()
    always_allowed_urls: tuple[Rule, ...] = ()
    denied_query_sequences: tuple[Rule, ...] = ()
    header_limits: tuple[Rule, ...] = ()
    max_allowed_content_length: int = 30_000_000
    max_url: int = 4096
    max_query_string: int = 2048
    limits_source: Source | None = None
