"""Runs a WSGI application (PEP 3333) on the pool's threads: its body is collected first, its chunks go out as they come.

Knows neither pipeline: it reads and writes through the managed context. Look next at managed/execution.py, which makes it, and
pipeline/threads.py.
"""

from __future__ import annotations

import contextvars
import io
import queue
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import IO, Any

from hwebcore.managed.application import ManagedApplication
from hwebcore.managed.context import ManagedContext
from hwebcore.managed.response import head_lines, reason_phrase
from hwebcore.pipeline.context import ANONYMOUS, Request
from hwebcore.pipeline.later import Later
from hwebcore.pipeline.threads import ThreadCall
from hwebcore.tasks import in_context
from hwebcore.worker.loader import Loaded

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]
ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]
_BLOCK_BYTES = 65536


class WsgiExecutor:
    def __init__(self, owner: ManagedApplication, loaded: Loaded) -> None:
        self._application: WsgiApp = loaded.value
        host = owner.host
        self._base: dict[str, Any] = {
            "SCRIPT_NAME": _wire_text(host.path.rstrip("/")),
            "SERVER_SOFTWARE": "Poolhouse",
            "wsgi.version": (1, 0),
            "wsgi.errors": _ErrorLog(host.log),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "wsgi.file_wrapper": FileWrapper,
            "wsgi.input_terminated": True,
        }

    def execute(self, managed: ManagedContext) -> Awaitable[None]:
        return self._run(managed) if managed.native.request.body.expected else self._begin(managed)

    async def _run(self, managed: ManagedContext) -> None:
        await managed.collect_body()
        await self._begin(managed)

    def _begin(self, managed: ManagedContext) -> Later[None]:
        exchange = _Exchange(managed, self._application, self.environ(managed))
        managed.native.application.threads.begin(exchange)
        return exchange.then(_Exchange.over)

    def environ(self, managed: ManagedContext) -> dict[str, Any]:
        request, asked = managed.native.request, managed.asked
        if asked is not None and (asked.path is not request.path or asked.query_string is not request.query_string):
            environ = self._described(request, asked.path, asked.query_string)
        else:
            known = request.described_for
            if known is None or known[0] is not self:
                known = request.described_for = (self, self._described(request, request.path, request.query_string))
            environ = known[1].copy()
        source = None if asked is None else asked.body
        environ["wsgi.input"] = source if source is not None else io.BytesIO()
        if source is not None and "CONTENT_LENGTH" not in environ:
            environ["CONTENT_LENGTH"] = str(source.seek(0, io.SEEK_END))  # a chunked body has a length once it is collected
            source.seek(0)
        user = managed.user
        if user is not None and user is not ANONYMOUS and user.is_authenticated:
            environ["REMOTE_USER"] = _wire_text(user.name)
            environ["AUTH_TYPE"] = user.auth_type
        environ["poolhouse.context"] = managed
        return environ

    def _described(self, request: Request, path: str, query_string: str) -> dict[str, Any]:
        """What an environ says of the request alone."""
        environ = self._base.copy()
        path = _wire_text(path)
        script = environ["SCRIPT_NAME"]
        environ["PATH_INFO"] = path[len(script) :] if path.lower().startswith(script.lower()) else path
        environ["REQUEST_METHOD"] = request.method
        environ["QUERY_STRING"] = query_string
        environ["REQUEST_URI"] = request.raw_url
        environ["SERVER_NAME"] = request.host
        environ["SERVER_PORT"] = str(request.local_port)
        environ["SERVER_PROTOCOL"] = "HTTP/" + request.http_version
        environ["REMOTE_ADDR"] = request.client_ip
        environ["REMOTE_PORT"] = str(request.client_port)
        environ["wsgi.url_scheme"] = request.scheme
        if request.scheme == "https":
            environ["HTTPS"] = "on"
        for name, value in request.headers.items:
            if "_" in name:
                continue  # X_User would pass for X-User
            key = name.upper().replace("-", "_")
            if key == "CONTENT_TYPE" or key == "CONTENT_LENGTH":
                environ[key] = value
            elif key != "PROXY":  # HTTP_PROXY would become the process's proxy setting
                key = "HTTP_" + key
                environ[key] = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}" if key in environ else value
        return environ


class _Exchange(ThreadCall):
    """One call, and its head and chunks on their way from the thread to the loop. Only `over` and `_send` run on the loop."""

    __slots__ = ("_application", "_begun", "_environ", "_head", "_kept", "_managed", "_scope", "gone")

    def __init__(self, managed: ManagedContext, application: WsgiApp, environ: dict[str, Any]) -> None:
        Later.__init__(self)  # what runs is its own
        #: The client went away while the application was sending.
        self.gone = False
        self._head: _Head | None = None
        self._begun = False
        self._kept = b""
        self._managed = managed
        self._application = application
        self._environ = environ
        self._scope = managed.enter_scope()

    def perform(self) -> None:
        """In a thread."""
        try:
            self._scope.run(self._answer)
        except BaseException as raised:  # as in ThreadCall.perform
            self.error = raised

    def _answer(self) -> None:
        environ = self._environ
        del self._environ  # it may refer back
        result = self._application(environ, self.start_response)
        try:
            if isinstance(result, (list, tuple)):
                self._keep(result[0] if len(result) == 1 and type(result[0]) is bytes else b"".join(result))
            else:
                for chunk in result:
                    if chunk:
                        self.send(chunk)
            if self._head is None:
                self._check_started()
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()

    def start_response(self, status: str, headers: list[tuple[str, str]], exc_info: ExceptionInfo | None = None) -> Callable[[bytes], None]:
        if exc_info is not None:
            try:
                if self._begun:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None
        elif self._head is not None:
            raise AssertionError("start_response was called twice")
        given = tuple(headers)
        try:
            self._head = _heads[status, given]
        except (KeyError, TypeError):  # new, or of lists
            self._head = _read(status, given)
        return self.send

    def _keep(self, data: bytes) -> None:
        """A body that is there as a whole: it need not go out before the pipeline's own end."""
        if data and self._head is None:
            self._check_started()
        if self._begun:
            self.send(data)
        else:
            self._kept = data

    def send(self, data: bytes) -> None:
        """Give a chunk to the connection and wait until it was taken: back-pressure. Raises ConnectionError when the client is gone."""
        self._check_started()
        if not isinstance(data, bytes):
            raise TypeError(f"a WSGI application gives bytes, not {type(data).__name__}")
        self._begun = True
        taken: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
        self._managed.native.application.threads.tell_loop(self._send, data, taken)
        error = taken.get()
        if error is not None:
            self.gone = isinstance(error, ConnectionError)
            raise error

    def _check_started(self) -> None:
        if self._head is None:
            raise AssertionError("the application gave a body before it called start_response")

    def _send(self, data: bytes, taken: queue.SimpleQueue[BaseException | None]) -> None:
        try:
            self._apply()
            self._managed.response.write(data)
            if self._managed.native.wire.gone:
                raise ConnectionResetError("the client is gone")
            waiting = self._managed.response.flush()
        except Exception as error:  # goes to the thread that sends, which may be the users' code's to handle
            taken.put(error)
            return
        if waiting is None:
            taken.put(None)
        else:
            in_context(_wait(waiting, taken), contextvars.copy_context(), "WSGI chunk")

    def over(self) -> None:
        """The call has ended."""
        managed, error = self._managed, self.error
        managed.leave_scope(self._scope)
        if error is None:
            self._apply()
            kept = self._kept
            if kept:
                store = managed.response.store
                store.body.append(kept)
                store.buffered += len(kept)
        elif self.gone and isinstance(error, ConnectionError):
            self.error = None
            managed.native.error = error  # nobody hears of it; the log has it (sc-win32-status 64)

    def _apply(self) -> None:
        head = self._head
        if head is not None and head is not _APPLIED:
            self._head = _APPLIED
            self._managed.response.begin(*head)


#: Status, reason, the lines, and the length that they declare.
_Head = tuple[int, str, Sequence[tuple[str, str]], int | None]
_APPLIED: _Head = (0, "", (), None)
_MOST_HEADS, _MOST_LINES, _LONGEST_VALUE = 256, 8, 64
#: What heads that applications gave before say.
_heads: dict[tuple[str, tuple[tuple[str, str], ...]], _Head] = {}


def _read(status: str, headers: tuple[tuple[str, str], ...]) -> _Head:
    """Raises ValueError for what must never leave, while the application can still say something else (PEP 3333)."""
    code, _, reason = status.partition(" ")
    if not (len(code) == 3 and code.isascii() and code.isdigit()):
        raise ValueError(f"{status!r} is no HTTP status")
    head = (int(code), reason_phrase(int(code), reason), *head_lines(headers))
    if len(headers) <= _MOST_LINES and all(map(_may_repeat, headers)):
        if len(_heads) >= _MOST_HEADS:
            _heads.clear()
        _heads[status, headers] = head
    return head


def _may_repeat(header: tuple[str, str]) -> bool:
    return type(header) is tuple and len(header[1]) <= _LONGEST_VALUE and header[0].lower() != "set-cookie"


async def _wait(waiting: Awaitable[None], taken: queue.SimpleQueue[BaseException | None]) -> None:
    try:
        await waiting
    except BaseException as error:  # the thread must never be left waiting, whatever happened here
        taken.put(error)
    else:
        taken.put(None)


class FileWrapper:
    """`wsgi.file_wrapper`: a file in blocks; closes it."""

    def __init__(self, file: IO[bytes], block_bytes: int = _BLOCK_BYTES) -> None:
        self._file = file
        self._block_bytes = block_bytes

    def __iter__(self) -> Iterator[bytes]:
        while block := self._file.read(self._block_bytes):
            yield block

    def close(self) -> None:
        close = getattr(self._file, "close", None)
        if close is not None:
            close()


class _ErrorLog:
    """`wsgi.errors`: whole lines go to the pool's log."""

    def __init__(self, log: Callable[[str], None]) -> None:
        self._log = log
        self._rest = ""

    def write(self, text: str) -> int:
        lines = (self._rest + text).split("\n")
        self._rest = lines.pop()
        for line in lines:
            self._log(line)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        if self._rest:
            self._log(self._rest)
            self._rest = ""


def _wire_text(text: str) -> str:
    """PEP 3333's strings: each character is a byte of the UTF-8 form."""
    return text if text.isascii() else text.encode().decode("latin-1")
