"""What a step is given: the request, the response, the user and the application, native side.

Knows no module and no socket: bytes leave through `Wire`. Users' code never sees these classes but managed/context.py's
facade, which is made of them. Look next at sequence.py (which steps) and pipeline.py (how they run).
"""

from __future__ import annotations

import contextvars
import re
from collections.abc import Awaitable, Callable
from copy import copy
from typing import TYPE_CHECKING, Any, Protocol

from hwebcore.pipeline.contract import FINISH, Notification, Outcome
from hwebcore.pipeline.described import Described
from hwebcore.plan import HandlerMapping, ScopeSettings, Source, WebSocketSettings
from hwebcore.records import STEP_MASK, codes_of, mark_code

if TYPE_CHECKING:
    from hwebcore.compressed_copies import Copy
    from hwebcore.open_file import OpenFile
    from hwebcore.pipeline.host import ApplicationHost
    from hwebcore.pipeline.sequence import Sequence
    from hwebcore.pipeline.websocket import WebSocket
    from hwebcore.wire.tls_session import TlsSession


class User:
    """A principal. `name` "" is anonymous (authenticated as the anonymous user, `is_authenticated` False)."""

    __slots__ = ("auth_type", "name", "roles")

    def __init__(self, name: str, auth_type: str = "", roles: frozenset[str] = frozenset()) -> None:
        self.name = name
        self.auth_type = auth_type
        self.roles = roles

    @property
    def is_authenticated(self) -> bool:
        return bool(self.name)

    def is_in_role(self, role: str) -> bool:
        return role in self.roles


class Body(Protocol):
    """The request's body. Limits act on the declared length at once, on a chunked body while it is read (413)."""

    #: Content-Length, or None for a chunked body or none at all.
    length: int | None
    #: Whether any body follows the head.
    expected: bool

    async def read(self, most: int = 65536) -> bytes:
        """Some bytes, b"" at the end. Raises ConnectionError when the client is gone."""
        ...

    async def collect(self) -> Any:
        """The whole body as a binary file object at position 0 (spooled to a 0600 file above 64 KiB)."""
        ...


class _Anonymous(User):
    """One for all requests: whoever wants another user sets one."""

    __slots__ = ()

    def __init__(self) -> None:
        for name, value in (("name", ""), ("auth_type", ""), ("roles", frozenset())):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("the anonymous user stays as it is: set context.user")


ANONYMOUS = _Anonymous()


class Headers:
    """Names compare case-insensitively; order and spelling are kept. Values are str (latin-1 on the wire)."""

    __slots__ = ("items",)

    def __init__(self, items: list[tuple[str, str]] | None = None) -> None:
        self.items: list[tuple[str, str]] = items if items is not None else []

    def get(self, name: str, default: str = "") -> str:
        """The first value of `name`."""
        wanted = name.lower()
        for key, value in self.items:
            if key.lower() == wanted:
                return value
        return default

    def get_all(self, name: str) -> list[str]:
        wanted = name.lower()
        return [value for key, value in self.items if key.lower() == wanted]

    def __contains__(self, name: str) -> bool:
        wanted = name.lower()
        for key, _ in self.items:  # no generator: this is asked several times a request  # noqa: SIM110
            if key.lower() == wanted:
                return True
        return False

    def has_any(self, names: frozenset[str]) -> bool:
        """Whether one of `names` (in lower case) is among them."""
        return any(key.lower() in names for key, _ in self.items)

    def append(self, name: str, value: str) -> None:
        """Add a line. Raises ValueError for CR, LF, NUL or a name that is no token: such a header never leaves (500)."""
        check_header(name, value)
        self.items.append((name, value))

    def set(self, name: str, value: str) -> None:
        """Replace every line of `name` by one."""
        check_header(name, value)
        if self.items and name in self:
            self.remove(name)
        self.items.append((name, value))

    def remove(self, name: str) -> None:
        wanted = name.lower()
        self.items = [item for item in self.items if item[0].lower() != wanted]


class RequestHeaders(Headers):
    """A request's headers, found by name without a search. They are the connection's own list until somebody changes them."""

    __slots__ = ("_values",)

    def __init__(self, items: list[tuple[str, str]], values: dict[str, list[str]]) -> None:
        self.items = items
        #: Lower-case name -> values; None once something was changed.
        self._values: dict[str, list[str]] | None = values

    def twin(self) -> RequestHeaders:
        """The same headers, to be changed by another."""
        twin = RequestHeaders(self.items if self._values is not None else self.items.copy(), {})
        twin._values = self._values
        return twin

    @property
    def changed(self) -> bool:
        """Whether they are no longer what the client sent."""
        return self._values is None

    def get(self, name: str, default: str = "") -> str:
        if self._values is None:
            return super().get(name, default)
        found = self._values.get(name.lower())
        return found[0] if found else default

    def get_all(self, name: str) -> list[str]:
        if self._values is None:
            return super().get_all(name)
        found = self._values.get(name.lower())
        return found.copy() if found else []

    def __contains__(self, name: str) -> bool:
        return super().__contains__(name) if self._values is None else name.lower() in self._values

    def has_any(self, names: frozenset[str]) -> bool:
        return super().has_any(names) if self._values is None else not names.isdisjoint(self._values)

    def append(self, name: str, value: str) -> None:
        self._own()
        super().append(name, value)

    def set(self, name: str, value: str) -> None:
        self._own()
        super().set(name, value)

    def remove(self, name: str) -> None:
        self._own()
        super().remove(name)

    def _own(self) -> None:
        if self._values is not None:
            self.items = self.items.copy()
            self._values = None


_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: What stands in no field's value and in no reason phrase; HTAB may (RFC 9110 5.5, RFC 9112 4).
CONTROL = re.compile(r"[\0-\x08\n-\x1f\x7f]")
_MOST_NAMES = 1024
#: Names that were found to be tokens.
_names: set[str] = set()
#: Values of headers that were found printable, of the first that left: constants of modules and applications, mostly.
PRINTABLE: set[str] = set()


def check_header(name: str, value: str) -> None:
    """RFC 9110 5.1, 5.5. Raises ValueError."""
    if name not in _names:
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"{name!r} is no header name")
        if len(_names) < _MOST_NAMES:
            _names.add(name)
    if not value.isprintable() and CONTROL.search(value):
        raise ValueError(f"the value of {name} holds a control character")


class Request:
    """A request that passed the strict gate. `path` is decoded once and normalised; `raw_url` is the target as it came."""

    method: str
    raw_url: str
    path: str
    #: Without "?"; "" where there is none.
    query_string: str
    #: What follows a handler's path where the row allows it; set by MAP_REQUEST_HANDLER.
    path_info: str
    headers: Headers
    #: Host without port, lower case.
    host: str
    scheme: str
    http_version: str
    client_ip: str
    client_port: int
    local_ip: str
    local_port: int
    body: Body
    #: How records and logs describe it, where its connection knows.
    described: Described | None = None
    #: The module that let it pass, whatever else of it may change (request_filtering.py).
    passed: Any = None
    #: How the protocol of its application describes it, and who made that (handlers/asgi.py).
    described_for: tuple[Any, Any] | None = None
    #: Whether it has a Cookie header, as far as is known.
    has_cookies = True
    #: It serves every request that repeats a head: `Context.own_request` before anything of it is changed.
    shared = False


class Filter(Protocol):
    """Sees the response's body on its way out (compression, managed filters). Removes Content-Length and sendfile."""

    def feed(self, data: bytes) -> bytes: ...

    def finish(self) -> bytes: ...


class Response:
    """Buffered up to the handler's responseBufferLimit; SEND_RESPONSE happens at the first flush, then headers are frozen."""

    __slots__ = (
        "body", "buffered", "bytes_sent", "content_length", "failure", "file", "filters", "headers", "reason_phrase", "sent_headers", "set_by",
        "status", "substatus", "suppress_custom_errors",
    )  # fmt: skip

    def __init__(self) -> None:
        self.status = 200
        self.substatus = 0
        #: "" for the standard one.
        self.reason_phrase = ""
        self.headers = Headers()
        #: Chunks not yet sent; `write` counts them in `buffered`.
        self.body: list[bytes] = []
        self.buffered = 0
        #: (file, offset, count): sent after `body`, and let go of by the wire or by `clear`.
        self.file: tuple[OpenFile, int, int] | None = None
        #: Length declared beforehand by a streaming handler; enforced on the wire.
        self.content_length: int | None = None
        self.filters: list[Filter] = []
        self.sent_headers = False
        #: Bytes of head and body given to the connection.
        self.bytes_sent = 0
        #: Step index in the sequence that set the status last.
        self.set_by = 0xFFFF
        #: Why the request failed, for the error page; it speaks of `status` only while their numbers agree.
        self.failure: Outcome | None = None
        #: try_skip_iis_custom_errors.
        self.suppress_custom_errors = False

    def write(self, data: bytes) -> None:
        """Buffer a chunk. Handlers that may produce much use `Context.write`, which flushes."""
        self.body.append(data)
        self.buffered += len(data)

    def clear(self) -> None:
        """Drop what is buffered. Raises RuntimeError once headers were sent."""
        if self.sent_headers:
            raise RuntimeError("the response's headers are already sent")
        self.body = []
        self.buffered = 0
        self.content_length = None
        self.file = None


class Wire(Protocol):
    """The connection's side of a response."""

    def send(self, context: Context, last: bool) -> Awaitable[None] | None:
        """Send head (once) and what is buffered. None when all was taken at once, else wait: back-pressure."""
        ...

    @property
    def session(self) -> TlsSession | None:
        """The connection's TLS; None without."""
        ...

    @property
    def gone(self) -> bool:
        """Whether the client is gone: what is sent now is dropped."""
        ...

    def turn_away(self) -> None:
        """Break the connection off: nothing is answered any more."""
        ...

    def when_gone(self, call: Callable[[], None]) -> None:
        """Call `call` once when the client closes or breaks the connection while this request runs; at once where it already has."""
        ...

    def upgrade(self, context: Context, settings: WebSocketSettings) -> WebSocket:
        """Carry on as a WebSocket: the response's head was a 101 and has left. No request follows this one."""
        ...


class StepMarks(Protocol):
    """How a step that runs others inside itself (IsapiModule) records them: indexes are of `Sequence.nested_start` onwards."""

    def begin(self, index: int) -> None:
        """Step `index` starts now."""
        ...

    def mark(self, index: int, outcome: Outcome | None = None) -> None:
        """Step `index` ended now; without `begin` it started where the step before it ended."""
        ...


class Context:
    """One request on its way through a sequence."""

    __slots__ = (
        "after", "application", "codes", "completed", "copy", "end", "error", "flight", "handler", "inside", "items", "managed", "mapped",
        "number", "parent", "physical_path", "request", "response", "scope", "sending", "sequence", "settings", "start", "step", "times", "user",
        "wall", "wire",
    )  # fmt: skip

    def __init__(
        self, request: Request, response: Response, application: ApplicationHost, settings: ScopeSettings, sequence: Sequence, wire: Wire,
        physical_path: str = "", scope: contextvars.Context | None = None,
    ) -> None:  # fmt: skip
        self.request = request
        self.response = response
        #: The application it runs in: paths, loader, sessions, threads, child requests.
        self.application = application
        #: Of the longest matching scope.
        self.settings = settings
        self.sequence = sequence
        self.wire = wire
        #: None until AUTHENTICATE_REQUEST (or somebody's code) set one.
        self.user: User | None = None
        self.items: dict[Any, Any] = {}
        #: The row in force: tentative before MAP_REQUEST_HANDLER.
        self.handler: HandlerMapping | None = sequence.handler
        #: Set by MAP_PATH; "" where the URL maps to no folder.
        self.physical_path = physical_path
        #: The compressed copy to send instead of the file, where it still is of that file.
        self.copy: Copy | None = None
        self.error: BaseException | None = None
        #: The request that this one is a child of.
        self.parent: Context | None = None
        #: The managed facade, once managed code was reached (hwebcore.managed.context.ManagedContext).
        self.managed: Any = None
        #: The path that MAP_REQUEST_HANDLER (or before it the tentative mapping) mapped last.
        self.mapped = request.path
        #: Where users' code runs: a copy, so that nothing it sets reaches another request. None: made when it is needed.
        self.scope = scope
        #: The pipeline itself runs in `scope` now.
        self.inside = scope is not None
        #: Set by complete_request: a handler that returns FINISH then skips to LOG_REQUEST too.
        self.completed = False
        #: SEND_RESPONSE is under way: a flush only buffers.
        self.sending = False
        #: Index of the step that runs now.
        self.step = 0
        #: The marks: their codes one behind the other, and the times of those that have their own (records.py).
        self.codes = b""
        self.times: list[float] = []
        self.flight = -1
        #: Its number, and when it began (perf_counter, Unix time): given by tracing.py when it runs.
        self.number: int
        self.start: float
        self.wall: float
        #: When its response had left; 0 before.
        self.end = 0.0
        self.after: list[Callable[[Context], None]] | None = None

    def mark(self, code: int, time: float) -> None:
        """A step ended, or with BEGIN began, at `time`."""
        self.codes += mark_code(code)
        self.times.append(time)

    def own_request(self) -> Request:
        """`request`, to be changed: until somebody does, it may be one for all requests of a connection that repeat a head."""
        request = self.request
        if request.shared:
            request = self.request = copy(request)
            request.shared, request.has_cookies, request.passed, request.described_for = False, True, None, None
            if isinstance(request.headers, RequestHeaders):
                request.headers = request.headers.twin()
        return request

    @property
    def notification(self) -> Notification:
        """The notification of the step that runs now."""
        return self.sequence.steps[self.step].notification

    @property
    def is_post(self) -> bool:
        return self.sequence.steps[self.step].post

    @property
    def pipeline(self) -> StepMarks:
        """For a step with others inside it: `context.pipeline.begin(index)`, `context.pipeline.mark(index, outcome)`."""
        return self.application.pipeline.marks(self)

    def offered(self, name: str) -> Any:
        """What a module of the sequence offers under `name` now (Subscription.offers), None where none does."""
        passed = {code & STEP_MASK for code in codes_of(self.codes)}
        for offer, value, begin, end in self.sequence.offers:
            if offer == name and begin in passed and end not in passed:
                return value
        return None

    def fail(self, status: int, substatus: int = 0, reason: str | None = None, source: Source | None = None) -> Outcome:
        """Set an error status and finish: `return context.fail(404, 8, "bin is a hidden segment", source)`."""
        response = self.response
        response.status = status
        response.substatus = substatus
        response.set_by = self.step
        response.failure = Outcome("FINISH_REQUEST", reason, source, None, status, substatus)
        return response.failure

    def set_status(self, status: int, substatus: int = 0) -> None:
        """Set the status and go on."""
        response = self.response
        response.status = status
        response.substatus = substatus
        response.set_by = self.step

    def finish(self, reason: str | None = None, source: Source | None = None) -> Outcome:
        """Complete the request with the status that it has."""
        return FINISH if reason is None and source is None else Outcome("FINISH_REQUEST", reason, source)

    def set_user(self, user: User, reason: str | None = None, source: Source | None = None) -> Outcome:
        """Set the principal and continue."""
        self.user = user
        return Outcome("CONTINUE", reason, source, user.name)

    def write(self, data: bytes) -> Awaitable[None] | None:
        """Buffer a chunk; beyond the handler's responseBufferLimit it is flushed. Await the answer where there is one: back-pressure."""
        response = self.response
        response.body.append(data)
        response.buffered += len(data)
        if response.buffered <= (self.handler.response_buffer_limit if self.handler else 0):
            return None
        return self.flush()

    def flush(self) -> Awaitable[None] | None:
        """Send what is buffered now. The first flush raises SEND_RESPONSE and freezes the headers."""
        return self.application.pipeline.flush(self)

    def map_path(self, url_path: str) -> str:
        """The physical path of a URL path of this site; MAP_PATH is raised."""
        return self.application.pipeline.map_path(self, url_path)

    async def read_entity(self, most: int = 65536) -> bytes:
        """Some bytes of the body, b"" at the end; READ_ENTITY is raised."""
        return await self.application.pipeline.read_entity(self, most)

    def on_sent(self, callback: Callable[[Context], None]) -> None:
        """Call `callback` when the response was given to the connection whole: bytes and duration are final (the log's moment)."""
        if self.after is None:
            self.after = []
        self.after.append(callback)
