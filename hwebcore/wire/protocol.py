"""One HTTP/1.1 connection on the loop: heads through the gate, requests into the pipeline one after another, responses out.

Knows no module and no worker: server.py says what it needs of the process that holds it. gate.py refuses, body.py holds what
follows a head, responses.py frames what leaves.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

from hwebcore.pipeline.context import Context, Response
from hwebcore.pipeline.contract import HttpFault
from hwebcore.pipeline.later import Later
from hwebcore.pipeline.websocket import WebSocket
from hwebcore.plan import SiteRoute, WebSocketSettings
from hwebcore.wire import flow
from hwebcore.wire.address import address_of
from hwebcore.wire.body import NO_BODY, NoBody, RequestBody
from hwebcore.wire.chunks import BadChunk
from hwebcore.wire.file_sending import drop_unsent
from hwebcore.wire.flow import NEVER, Flow
from hwebcore.wire.gate import Fields, Refusal, check_partial, invalid_url
from hwebcore.wire.kernel_page import kernel_page
from hwebcore.wire.known_request import KnownRequest, recognised
from hwebcore.wire.responses import LARGE_BODY_BYTES, ResponseWriter
from hwebcore.wire.server import Server
from hwebcore.wire.tls_session import TlsSession
from hwebcore.wire.usual_answer import usual_answer

__all__ = ["HttpConnection", "Server"]

MOST_UNREAD_BYTES = 65_536
#: Requests of one connection that are served before the others have their turn.
MOST_A_TURN = 32


class HttpConnection(Flow):
    """`endpoint` and `client` stand in for the socket's addresses (connections that came over a channel); `unread` was read before."""

    __slots__ = ("_body", "_context", "_departed", "_eof", "_idle_since", "_keep_alive", "_known", "_limits", "_must_continue", "_scheme",
                 "_site", "_unread", "_websocket", "_writer", "client", "local", "server", "session")  # fmt: skip

    def __init__(
        self, server: Server, *, endpoint: tuple[str, int] | None = None, client: tuple[str, int] | None = None, unread: bytes = b"",
        session: TlsSession | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.server = server
        self.local = endpoint
        self.client = client
        self.session = session  # the certificate's side of TLS, or all of it where the front has ended it
        self._scheme = "http"
        self._unread = unread
        self._body: RequestBody | NoBody = NO_BODY
        self._context: Context | None = None
        #: Of an answer that is not the usual one.
        self._writer: ResponseWriter | None = None
        #: Whether the connection may serve another request after this one.
        self._keep_alive = True
        self._departed: list[Callable[[], None]] = []
        self._eof = self._must_continue = False
        #: When its last request ended (perf_counter).
        self._idle_since = perf_counter()
        self._known: KnownRequest | None = None
        self._limits = server.limits
        self._site: SiteRoute | None = None
        #: What it became (wire/websocket.py).
        self._websocket: Any = None

    # --- the transport's calls -----------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        agreed = transport.get_extra_info("ssl_object")
        if agreed is not None:
            self.tls, self.session = True, (self.session or TlsSession()).agreed(agreed)
        self._scheme = "http" if self.session is None else "https"
        if self.local is None:
            self.local = address_of(transport.get_extra_info("sockname"))
        if self.client is None:
            self.client = address_of(transport.get_extra_info("peername"))
        self.server.connection_made(self)
        self._arm(self._limits.connection_timeout_s)
        if self._unread:
            self._process()

    def data_received(self, data: bytes) -> None:
        if self._closing:
            return
        if self._context is not None:
            self._more(data)
            return
        known = self._known
        if known is not None and data == known.raw and not (known.has_body or self._unread or self._write_paused or self._leaving):
            server = self.server
            if known.router is server.router and not server.draining:  # the same once more: nothing of it is asked again
                self._run(known)
                return
        self._unread = self._unread + data if self._unread else data
        self._process()

    def eof_received(self) -> bool:
        """A client that has sent all may still wait for its answer: keep our side open while one is under way."""
        if self._context is None:
            self._eof = self._write_paused and bool(self._unread)  # requests that wait until the client takes what it has
            return self._eof and not self.tls
        if not self._body.complete:  # incomplete is incomplete (RFC 9112 6.3): nobody waits for an answer to half a request
            self._abort()
            return False
        self._eof = True
        self._tell_departed()
        return not self.tls  # TLS has no half that could stay open

    def connection_lost(self, exc: Exception | None) -> None:
        self._gone = self._closing = True
        if self._timer is not None:
            self._timer.cancel()
        self._body.fail(ConnectionResetError("the client is gone"))
        self._tell_departed()
        self.resume_writing()
        self.server.connection_lost(self)

    def pause_writing(self) -> None:
        self._write_paused = True
        self._measure()

    def resume_writing(self) -> None:
        self._has_room()
        if self._context is None and not self._closing:
            self._process()

    # --- requests ------------------------------------------------------------------------------------------------

    def _more(self, data: bytes) -> None:
        """Bytes while a request runs: of its body, or of the requests behind it."""
        if not self._body.complete:
            assert isinstance(self._body, RequestBody)
            try:
                data = self._body.feed(data)
            except BadChunk as error:
                self._body.fail(HttpFault(400, 6, f"the request's body is invalid: {error}"))
                self._closing_after()
                return
        if data:
            self._unread += data
            if len(self._unread) > MOST_UNREAD_BYTES:
                self._pause_reading()

    def _process(self) -> None:
        """Serve what is complete; the loop ends when a request waits, or when the next head is not here yet."""
        served = 0
        while self._context is None and not self._closing and not self._write_paused and not self._leaving:
            if served == MOST_A_TURN:
                self._pause_reading()
                self._loop.call_soon(self._process)
                return
            served += 1
            if self.server.draining and (self.hand_over() or self._leaving):
                return
            raw, known = self._unread, self._known
            if not raw:
                self._wait_for_head(raw)
                return
            if known is not None and raw == known.raw:
                self._unread = b""
            else:
                known, raw = None, self._next_head(raw)
                if not raw:
                    return
            try:
                if known is None or known.router is not self.server.router:
                    known = self._find(raw)
                if known is None:
                    self._unread = raw + self._unread
                    self._detach()
                    return
                self._run(known)
            except Refusal as refusal:
                self._refuse(refusal, raw)

    def _next_head(self, unread: bytes) -> bytes:
        """Take the first head out of what is unread; b"" where it is not all here."""
        start = 2 if unread.startswith(b"\r\n") else 0  # one empty line before a request is forgiven (RFC 9112 2.2)
        end = unread.find(b"\r\n\r\n", start)
        if end < 0:
            self._wait_for_head(unread[start:])
            return b""
        self._unread = unread[end + 4 :]
        return unread[start : end + 4]

    def _wait_for_head(self, partial: bytes) -> None:
        if self._eof:
            self._close()
            return
        if not partial:
            self._idle_since = perf_counter()
            self._deadline = NEVER
            self._resume_reading()
            return
        if self._deadline == NEVER:
            self._deadline = self._loop.time() + self._limits.header_wait_timeout_s
            self._arm(self._limits.header_wait_timeout_s)
        try:
            check_partial(partial)
        except Refusal as refusal:
            self._refuse(refusal, partial)
            return
        self._resume_reading()

    def _find(self, raw: bytes) -> KnownRequest | None:
        """What a head says and leads to, None for another pool's application."""
        known = recognised(raw, self._known, self.server, self._scheme, self.local or ("", 0), self.client or ("", 0), tied=self.tls)
        if known is None:
            return None
        if known.site is not self._site:
            self._site, self._limits = known.site, known.site.limits
            self.server.entered(self, known.site)
        if known.request.path.count("/") > self._limits.max_url_segments:
            raise invalid_url()
        self._known = known
        return known

    def _run(self, known: KnownRequest) -> None:
        host, begun = known.host, known.begun or known.find()
        # A scope of its own: nothing that a step sets is left in what uvloop shares between connections.
        context = Context(known.request, Response(), host, begun.settings, begun.sequence, self, begun.physical_path, host.base.copy())
        self._deadline = NEVER
        self._keep_alive = known.fields.keep_alive
        if known.has_body:
            body = context.own_request().body = self._body = self._begin_body(known.fields)
            body.limit = context.settings.request_filtering.max_allowed_content_length
        self._context = context
        waiting = context.scope.run(host.pipeline.entry, context)  # type: ignore[union-attr]  # made above
        if waiting is None:
            self._done()
        else:
            context.inside = False
            if isinstance(waiting, Later):
                waiting.then(self._came)
            else:
                self._finish_in_task(waiting)

    def _came(self, later: Later[None]) -> None:
        """What the request waited for is there, and the pipeline went on with it."""
        if later.rest is not None or later.error is not None:
            self._finish_in_task(later)
        else:
            self._done()
            if self._unread or self._eof or self._read_paused or self.server.draining:
                self._process()

    def _finish_in_task(self, waiting: Awaitable[None]) -> None:
        contextvars.copy_context().run(self.server.tasks.start, self._finish(waiting), f"request {self._context.number}")  # type: ignore[union-attr]  # it runs

    async def _finish(self, waiting: Awaitable[None]) -> None:
        try:
            await waiting
        except BaseException:
            self._abort()
            raise
        finally:
            self._done()
        self._process()

    def _done(self) -> None:
        """The response was given to the transport whole. What is left of the body decides about the connection."""
        context, writer, body = self._context, self._writer, self._body
        self._context = None
        if context is None:
            return
        context.managed = None  # it refers back: without this every managed request would wait for the collector
        self._idle_since = context.end
        if self._departed:
            self._departed = []
        if writer is not None:
            self._writer = None
            self._keep_alive = writer.keep_alive
            if self.tls and writer.sent >= LARGE_BODY_BYTES and not self._gone:
                self._measure()
        if self._gone:
            return
        context.response.file = None
        if body is not NO_BODY:
            if body.complete:
                self._body = NO_BODY
            else:
                self._keep_alive = False  # its unread rest cannot be told from the next request: the response has said "close"
        if not self._keep_alive or self._closing:
            self._close()

    # --- bodies --------------------------------------------------------------------------------------------------

    def _begin_body(self, fields: Fields) -> RequestBody:
        body = RequestBody(fields.length, self)
        self._must_continue = fields.expects_continue and not self._unread
        self._progress = 0
        self._arm(flow.TICK_S)
        if self._unread:
            try:
                self._unread = body.feed(self._unread)
            except BadChunk as error:
                raise Refusal(400, "Bad Request", f"The request's body is invalid: {error}.", "BadRequest") from error
        return body

    def pause_body(self) -> None:
        self._pause_reading()

    def resume_body(self) -> None:
        if self._must_continue and self._context is not None and (self._writer is None or not self._writer.sent):
            self._must_continue = False
            self._write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._resume_reading()

    # --- responses (pipeline.context.Wire) -----------------------------------------------------------------------

    def send(self, context: Context, last: bool) -> Awaitable[None] | None:
        known, response, writer = self._known, context.response, self._writer
        if writer is None and known is not None and known.usual:
            if last and response.sent_headers and not response.body and response.file is None:
                return None  # the flush before was all of it
            if self._keep_alive and self._body.complete and not self._gone:
                whole = usual_answer(context, last)
                if whole:
                    self._transport.write(whole)
                    if response.file is not None:
                        writer = self._writer = ResponseWriter(self._transport.write, True, len(whole), response.file[2])
                        return self._file_onwards(writer, context, True)
                    return self._room() if self._write_paused and not last else None
        if self._gone or self._context is not context:  # who writes after its end writes into no other's answer
            response.sent_headers, response.body, response.buffered = True, [], 0
            response.file = None
            return None
        if writer is None:
            writer = self._writer = ResponseWriter(self._transport.write, self._keep_alive, response.bytes_sent)
        if last and not self._body.complete:
            writer.keep_alive = False
        if writer.send(context, last) and (waiting := self._file_onwards(writer, context, last)) is not None:
            return waiting
        return self._room() if self._write_paused and not last else None

    @property
    def gone(self) -> bool:
        # The transport knows before it says so: who writes without a pause would never hear of it.
        return self._gone or self._transport.is_closing()

    def when_gone(self, call: Callable[[], None]) -> None:
        """A client that closed its side still gets what is under way, but nobody may be there to read it."""
        if self._gone or self._eof:
            call()
        else:
            self._departed.append(call)

    def upgrade(self, context: Context, settings: WebSocketSettings) -> WebSocket:
        from hwebcore.wire.websocket import WebSocketConnection  # only a worker that meets a WebSocket loads the library

        assert self._writer is not None  # it has sent the 101
        self._writer.keep_alive = False
        unread, self._unread = self._unread, b""
        self._resume_reading()
        made = self._websocket = WebSocketConnection(self, self._transport, context.response, settings, unread, self._write_paused)
        if self.server.draining or self._eof:
            made.go_away()
        return made

    def _tell_departed(self) -> None:
        while self._departed:
            self._departed.pop(0)()

    # --- ends ----------------------------------------------------------------------------------------------------

    def _refuse(self, refusal: Refusal, head: bytes) -> None:
        """Answer what meets no pipeline, and close."""
        self.server.refused(self, refusal, head)
        self._write(kernel_page(refusal, head_only=head.startswith(b"HEAD ")))
        self._unread = head  # whatever is wrong with it, the client may be sending more
        self._close()

    def _closing_after(self) -> None:
        if self._websocket is not None:
            self._websocket.go_away()
        self._closing, self._keep_alive = True, False
        if self._writer is not None:
            self._writer.keep_alive = False

    def _close(self) -> None:
        """Close once all is written. What still comes is read and dropped for a moment, so that no reset takes the answer away unread."""
        self._closing = True
        if self._gone:
            return
        self._resume_reading()
        unread = bool(self._unread) or not self._body.complete
        if self.tls:
            self._part()
        elif self._eof or not unread or not self._transport.can_write_eof():
            self._transport.close()
        else:
            self._transport.write_eof()
            self._deadline = self._loop.time() + 2.0
            self._arm(2.0)

    def close(self) -> None:
        """Close now if idle, else after the answer that is under way."""
        if self._context is None:
            self._close()
        else:
            self._closing_after()

    @property
    def under_way(self) -> Context | None:
        """The request that runs."""
        return self._context

    @property
    def idle(self) -> bool:
        return self._context is None and not self._closing

    @property
    def asked(self) -> bool:  # for something that is there
        return self._site is not None

    def hand_over(self) -> bool:
        """Give an idle plain connection away with its unread bytes; False where that cannot be now (asked again in a moment)."""
        if self._websocket is not None:
            self._closing_after()
        if not self.idle or self._gone or self._transport is None:
            if self.tls:  # it closes after this answer, which says so where its head is still here
                self._keep_alive = False
                if self._writer is not None:
                    self._writer.keep_alive = False
            return False
        if self.tls:
            self._close()
        else:
            self._detach()
        return not self._leaving

    def _detach(self) -> None:
        """performance.md Q4 (b): stop reading, duplicate the descriptor, drop ours without a FIN: the duplicate keeps the connection."""
        self._pause_reading()
        if self._transport.get_write_buffer_size():
            self._leaving = True
            self._arm(0.01)
            return
        self._closing, unread, self._unread = True, self._unread, b""
        duplicate = self._duplicate()
        self._transport.abort()
        if duplicate is not None:
            self.server.give_away(self, duplicate, unread)

    # --- time and flow -------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        """One timer a connection: deadlines of idle ones and of heads, the least rate of bodies and of readers of ours."""
        self._timer = None
        if self._gone:
            return
        if self._leaving:
            (self._part if self.tls else self._detach)()
        elif (unread := self._write_paused or (self._context is None and self._owed())) or self._context is not None:
            if self._stalled(unread):
                self.server.timed_out(self, "Timer_MinBytesPerSecond" if unread else "Timer_EntityBody", b"")
                drop_unsent(self._transport.get_extra_info("socket").fileno())
                self._abort()
            else:
                self._arm(flow.TICK_S)
        elif not (self.server.draining and (self.hand_over() or self._leaving)):
            left = self._deadline - self._loop.time()
            if self._deadline == NEVER:
                left = self._idle_since + self._limits.connection_timeout_s - perf_counter()
            if left > 0:
                self._arm(left)
            elif self._closing:
                self._abort()
            else:
                self.server.timed_out(self, "Timer_HeaderWait" if self._unread else "Timer_ConnectionIdle", self._unread)
                self._close()

    def _stalled(self, unread: bool) -> bool:
        """minBytesPerSecond, over the last tick, of whoever is being waited for; `unread`: a client that does not take its answer."""
        least = self._limits.min_bytes_per_second * flow.TICK_S
        if self._moved:
            self._moved = False
            return False
        if unread:
            size = self._unsent()
            moved, self._progress = self._progress - size, size
            return bool(moved < least)
        if isinstance(self._body, RequestBody) and not self._body.complete and not self._read_paused and not self._must_continue:
            moved, self._progress = self._body.received - self._progress, self._body.received
            return 0 <= moved < least  # below: what was measured until now was how much its client takes
        return False
