"""Reads a chunked body strictly: CR LF only, sizes in plain hexadecimal, extensions and trailers within limits.

Knows no connection. body.py feeds it; what follows the last chunk is handed back, so pipelined requests lose no byte.
"""

from __future__ import annotations

import re

MOST_EXTENSION_BYTES = 4096
MOST_TRAILER_BYTES = 4096

_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
_QUOTED = rb'"(?:[\t !#-\[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*+"'
#: chunk-size and chunk-ext (RFC 9112 7.1); extensions are passed over, but they have their grammar.
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})(?:[ \t]*+;[ \t]*+%b(?:[ \t]*+=[ \t]*+(?:%b|%b))?+)*+" % (_TOKEN, _TOKEN, _QUOTED))
_TRAILER = re.compile(rb"%b:[^\x00-\x08\x0a-\x1f\x7f]*+" % _TOKEN)
_SIZE_LINE, _DATA, _DATA_END, _TRAILERS, _DONE = range(5)


class BadChunk(ValueError):
    """The body cannot be read any further; neither can the connection."""


class ChunkedReader:
    """`feed` answers the data in the bytes; when `done`, `rest` is what belongs to the next request."""

    __slots__ = ("_extensions", "_held", "_left", "_state", "_trailers", "done", "rest")

    def __init__(self) -> None:
        self._held = b""
        self._state = _SIZE_LINE
        self._left = 0
        self._extensions = 0
        self._trailers = 0
        self.done = False
        self.rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Raises BadChunk."""
        data = self._held + data if self._held else data
        self._held = b""
        found: list[bytes] = []
        position = 0
        while not self.done and position < len(data):
            if self._state == _DATA:
                piece = data[position : position + self._left]
                found.append(piece)
                position += len(piece)
                self._left -= len(piece)
                if not self._left:
                    self._state = _DATA_END
                continue
            end = data.find(b"\n", position)
            if end < 0:
                self._hold(data[position:])
                return found
            if end == position or data[end - 1] != 13:
                raise BadChunk("a line is not ended by CR LF")
            self._line(data[position : end - 1])
            position = end + 1
        if self.done:
            self.rest = data[position:]
        return found

    def _hold(self, piece: bytes) -> None:
        if len(piece) > 1 + (1 if self._state == _DATA_END else MOST_EXTENSION_BYTES):
            raise BadChunk("a line is too long")
        self._held = piece

    def _line(self, line: bytes) -> None:
        if self._state == _SIZE_LINE:
            match = _SIZE.fullmatch(line)
            self._extensions += len(line) - (match.end(1) if match else 0)
            if match is None or self._extensions > MOST_EXTENSION_BYTES:
                raise BadChunk("a chunk's size is invalid, or extensions are too long")
            self._left = int(match[1], 16)
            self._state = _DATA if self._left else _TRAILERS
        elif self._state == _DATA_END:
            if line:
                raise BadChunk("a chunk is longer than its size")
            self._state = _SIZE_LINE
        elif not line:
            self._state = _DONE
            self.done = True
        else:
            self._trailers += len(line) + 2
            if self._trailers > MOST_TRAILER_BYTES or not _TRAILER.fullmatch(line):
                raise BadChunk("a trailer is invalid, or trailers are too long")
