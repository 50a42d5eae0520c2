"""Writes one response: its head at the first send, then its body as declared, chunked, or until the connection closes.

Knows the transport's `write` and nothing of requests beyond their version and method. protocol.py makes one per request.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from hwebcore.pipeline.context import Context, Response
from hwebcore.wire.heads import BODILESS, AppHeaders, BadHeader, head_bytes

#: Files up to this size go out with the head in one write.
SMALL_FILE_BYTES = 32_768
FILE_PIECE_BYTES = 131_072
#: A body of this size is not copied behind its head: the transport sends two buffers in one call.
LARGE_BODY_BYTES = 32_768
#: Answers that tell of another protocol: of 101 it is what follows.
_UPGRADES = frozenset((101, 426))
_NONE, _LENGTH, _CHUNKED, _UNTIL_CLOSE = range(4)


class ResponseWriter:
    """`send` answers whether file bytes are left, for which `file_piece` is called as the connection takes them."""

    __slots__ = ("_cut", "_framing", "_left", "_write", "keep_alive", "sent")

    def __init__(self, write: Callable[[bytes], None], keep_alive: bool, sent: int = 0, left: int = 0) -> None:
        """`sent`: bytes of an answer that left already (usual_answer); what comes beyond `left` is more than it declared."""
        self._write = write
        self._framing = _LENGTH if sent else _NONE
        self._left = left
        self._cut = False
        self.sent = sent
        #: Whether the connection may serve another request after this.
        self.keep_alive = keep_alive

    def send(self, context: Context, last: bool) -> bool:
        response = context.response
        if last and not (response.sent_headers or response.filters or response.file is not None):
            self._send_whole(context, response)
            return False
        try:
            data = _taken(response, last)
        except Exception as error:  # a filter is users' code
            data = _without_filters(context, error, last)
        head = b""
        if not response.sent_headers:
            head, data = self._head(context, data, last)
        out = self._framed(data, context)
        file = response.file
        if file is not None:
            if self._framing == _NONE:
                response.file = None
            elif file[2] <= SMALL_FILE_BYTES:
                out += self._framed(_read_file(response), context)
            else:
                self._put(head + out, response)
                return True
        if last:
            out += self._ending(context)
        self._put(head + out, response)
        return False

    def _send_whole(self, context: Context, response: Response) -> None:
        """Nothing was sent and everything is here: head and body in one write."""
        head, data = self._head(context, _buffered(response), True)
        if self._framing == _LENGTH and self._left == len(data):
            self._left = 0
            if len(data) < LARGE_BODY_BYTES:
                self._put(head + data, response)
            else:
                self._put(head, response)
                self._put(data, response)
        else:
            out = self._framed(data, context)
            self._put(head + out + self._ending(context), response)

    def _put(self, data: bytes, response: Response) -> None:
        if data:
            self._write(data)
            self.sent += len(data)
            response.bytes_sent += len(data)

    def file_piece(self, context: Context) -> bool:
        """Send the next piece of a long file. False: that was all of it."""
        response = context.response
        if response.file is None:
            return False
        file, offset, count = response.file
        data = os.pread(file.descriptor, min(count, FILE_PIECE_BYTES), offset)
        self._put(self._framed(data, context), response)
        if not data or count <= len(data):
            response.file = None
            return False
        response.file = (file, offset + len(data), count - len(data))
        return True

    def takes_file(self, response: Response) -> bool:
        """Whether the file's bytes leave as they are, each of them."""
        return self._framing == _LENGTH and response.file is not None and response.file[2] <= self._left

    def file_sent(self, response: Response, count: int) -> None:
        """So many bytes of the file left by another way."""
        self._left -= count
        self.sent += count
        response.bytes_sent += count

    def finish(self, context: Context) -> None:
        """After the last piece of a long file."""
        self._put(self._ending(context), context.response)

    def _head(self, context: Context, data: bytes, last: bool) -> tuple[bytes, bytes]:
        response = context.response
        try:
            headers = AppHeaders(response.headers.items)
            return self._head_with(context, headers, data, last), data
        except BadHeader as error:
            context.application.log(f"{context.request.method} {context.request.path}: 500: {error}")
            response.clear()
            response.headers.items = []
            response.reason_phrase = ""
            context.error = context.error or error
            context.set_status(500, 0)
            return self._head_with(context, AppHeaders([]), b"", True), b""

    def _head_with(self, context: Context, headers: AppHeaders, data: bytes, last: bool) -> bytes:
        request, response = context.request, context.response
        status = response.status
        if headers.close:
            self.keep_alive = False
        framing = ""
        bodiless = status in BODILESS or status < 200
        empty = bodiless or request.method == "HEAD"
        length = self._length(response, headers, data, last, empty)
        if length is not None:
            self._framing, self._left = _LENGTH, length
            if not bodiless:
                framing = f"Content-Length: {length}\r\n"
        elif bodiless:
            pass  # no framing belongs there (RFC 9112 6.1)
        elif request.http_version == "1.1":
            self._framing = _CHUNKED
            framing = "Transfer-Encoding: chunked\r\n"
        else:
            self._framing = _UNTIL_CLOSE
            self.keep_alive = False
        if empty:
            self._framing = _NONE
        if headers.upgrade and status in _UPGRADES:
            framing += f"Upgrade: {headers.upgrade}\r\nConnection: Upgrade\r\n"
        if not self.keep_alive and status != 101:
            framing += "Connection: close\r\n"
        elif request.http_version == "1.0":
            framing += "Connection: keep-alive\r\n"
        head = head_bytes(status, response.reason_phrase, headers, framing, not context.settings.request_filtering.remove_server_header)
        response.sent_headers = True
        return head

    @staticmethod
    def _length(response: Response, headers: AppHeaders, data: bytes, last: bool, empty: bool) -> int | None:
        """The length to declare; None: it cannot be known."""
        declared = response.content_length if response.content_length is not None else headers.length
        if response.filters:
            return len(data) if last else None
        if last:
            length = len(data) + (response.file[2] if response.file is not None else 0)
            if declared is not None and (not empty or not length):
                return declared  # enforced: what is missing closes the connection, what is more is cut
            return length
        return declared

    def _framed(self, data: bytes, context: Context) -> bytes:
        if not data or self._framing == _NONE:
            return b""
        if self._framing == _CHUNKED:
            return b"%x\r\n%b\r\n" % (len(data), data)
        if self._framing == _LENGTH:
            if len(data) > self._left:
                self._say_cut(context)
                data = data[: self._left]
            self._left -= len(data)
        return data

    def _say_cut(self, context: Context) -> None:
        if not self._cut:
            self._cut = True
            context.application.log(f"{context.request.method} {context.request.path}: the body is longer than its Content-Length: cut")

    def _ending(self, context: Context) -> bytes:
        """What ends the body, or nothing where it broke off: then the connection closes and the client can tell."""
        broken = context.error is not None and self._framing != _NONE and context.response.status < 400
        if self._framing == _CHUNKED:
            if broken:
                self.keep_alive = False
                return b""
            return b"0\r\n\r\n"
        if self._framing == _LENGTH and self._left:
            self.keep_alive = False
            what = f"the body is {self._left} bytes shorter than its Content-Length"
            context.application.log(f"{context.request.method} {context.request.path}: {what}")
        return b""


def _taken(response: Response, last: bool) -> bytes:
    """What is buffered, through the filters."""
    data = _buffered(response)
    if response.filters:
        if response.file is not None:
            data += _read_file(response)
        for one in response.filters:
            data = one.feed(data) if data else data
            if last:
                data += one.finish()
    return data


def _without_filters(context: Context, error: Exception, last: bool) -> bytes:
    """A filter failed: 500 where nothing left yet, else the response breaks off. Raises the error while the handler still runs."""
    response = context.response
    response.filters.clear()
    response.body, response.buffered = [], 0
    context.error = context.error or error
    context.application.log(f"{context.request.method} {context.request.path}: a response filter failed: {type(error).__name__}: {error}")
    if not last:
        raise error
    if not response.sent_headers:
        response.clear()
        response.headers.items = []
        response.reason_phrase = ""
        context.set_status(500, 0)
    return b""


def _buffered(response: Response) -> bytes:
    body = response.body
    if not body:
        return b""
    response.body = []
    response.buffered = 0
    return body[0] if len(body) == 1 else b"".join(body)


def _read_file(response: Response) -> bytes:
    if response.file is None:
        return b""
    file, offset, count = response.file
    pieces = []
    while count > 0:
        data = os.pread(file.descriptor, count, offset)
        if not data:
            break
        pieces.append(data)
        offset += len(data)
        count -= len(data)
    response.file = None
    return b"".join(pieces)
