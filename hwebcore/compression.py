"""Plan part: which files leave in a compressed copy, and with what.

Knows no file and no request. Made by model/sections/http_compression.py; read by modules/static_compression.py.
"""

from __future__ import annotations

from hwebcore.frozen import frozen
from hwebcore.source import Source

#: What there is a library for here → zlib's window: 16 more for gzip's head and end. deflate is zlib's own form (RFC 9110 8.4.1.2).
CODINGS = {"gzip": 31, "deflate": 15}


@frozen
class CompressionScheme:
    """`name`: a content coding, "gzip" or "deflate"; `level`: zlib's, 1 to 9."""

    name: str
    level: int
    source: Source | None = None


@frozen
class CompressedType:
    """A MIME type in lower case, "text/*" or "*/*", and whether files of it are compressed."""

    mime: str
    enabled: bool
    source: Source | None = None


@frozen
class StaticCompression:
    enabled: bool = False
    schemes: tuple[CompressionScheme, ...] = ()
    types: tuple[CompressedType, ...] = ()
    least_bytes: int = 2700
    #: What the copies of a pool may occupy; 0: whatever there is.
    most_bytes: int = 100 << 20
    not_for_http10: bool = True
    not_for_proxies: bool = True
    not_for_ranges: bool = True
    ignore_hits: bool = False
    #: Percent of all processors' time above which nothing more is compressed, and below which it is again.
    disable_cpu: int = 100
    enable_cpu: int = 50
    #: Header lines of compressed answers in the place of the file's own (sendCacheHeaders).
    cache_headers: tuple[tuple[str, str], ...] = ()
    source: Source | None = None
