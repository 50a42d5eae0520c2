"""Runs a WSGI application (PEP 3333) on the pool's threads: its body is collected first, its chunks go out as they come.

Knows neither pipeline: it reads and writes through the managed context. Look next at managed/execution.py, which makes it, and
pipeline/threads.py.
"""

from __future__ import annotations

import asyncio
import contextvars
import io
import queue
from collections.abc import Awaitable, Callable, Iterable, Iterator
from types import TracebackType
from typing import IO, Any

from hwebcore.managed.application import ManagedApplication
from hwebcore.managed.context import ManagedContext
from hwebcore.tasks import in_context
from hwebcore.worker.loader import Loaded

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]
_BLOCK_BYTES = 65536


class WsgiExecutor:
    def __init__(self, owner: ManagedApplication, loaded: Loaded) -> None:
        self._application: Callable[[dict[str, Any], Any], Iterable[bytes]] = loaded.value
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
        return self._run(managed)

    async def _run(self, managed: ManagedContext) -> None:
        if managed.native.request.body.expected:
            await managed.collect_body()
        exchange = _Exchange(managed, asyncio.get_running_loop())
        environ = self.environ(managed)
        try:
            await managed.call_in_thread(self._call, environ, exchange)
        except ConnectionError as error:
            if not exchange.gone:
                raise
            managed.native.error = error  # nobody hears of it; the log has it (sc-win32-status 64)
            return
        exchange.complete()

    def environ(self, managed: ManagedContext) -> dict[str, Any]:
        request = managed.native.request
        environ = self._base.copy()
        path = _wire_text(managed.request.path)
        script = environ["SCRIPT_NAME"]
        environ["PATH_INFO"] = path[len(script) :] if path.lower().startswith(script.lower()) else path
        environ["REQUEST_METHOD"] = request.method
        environ["QUERY_STRING"] = managed.request.query_string
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
        source = managed.request.body
        environ["wsgi.input"] = source if source is not None else io.BytesIO()
        if source is not None and "CONTENT_LENGTH" not in environ:
            environ["CONTENT_LENGTH"] = str(source.seek(0, io.SEEK_END))  # a chunked body has a length once it is collected
            source.seek(0)
        user = managed.user
        if user is not None and user.is_authenticated:
            environ["REMOTE_USER"] = _wire_text(user.name)
            environ["AUTH_TYPE"] = user.auth_type
        environ["poolhouse.context"] = managed
        return environ

    def _call(self, environ: dict[str, Any], exchange: _Exchange) -> None:
        """Runs in a thread."""
        result = self._application(environ, exchange.start_response)
        try:
            if isinstance(result, (list, tuple)):
                exchange.keep(b"".join(result))
            else:
                for chunk in result:
                    if chunk:
                        exchange.send(chunk)
            exchange.check_started()
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()


class _Exchange:
    """One call's head and chunks on their way from the thread to the loop. Only `complete` and `_send` run on the loop."""

    def __init__(self, managed: ManagedContext, loop: asyncio.AbstractEventLoop) -> None:
        self._managed = managed
        self._loop = loop
        self._head: tuple[int, str, list[tuple[str, str]]] | None = None
        self._begun = False
        self._kept = b""
        #: The client went away while the application was sending.
        self.gone = False

    def start_response(self, status: str, headers: list[tuple[str, str]], exc_info: ExceptionInfo | None = None) -> Callable[[bytes], None]:
        if exc_info is not None:
            try:
                if self._begun:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None
        elif self._head is not None:
            raise AssertionError("start_response was called twice")
        code, _, reason = status.partition(" ")
        if not (len(code) == 3 and code.isascii() and code.isdigit()):
            raise ValueError(f"{status!r} is no HTTP status")
        self._head = (int(code), reason, list(headers))
        return self.send

    def keep(self, data: bytes) -> None:
        """A body that is there as a whole: it need not go out before the pipeline's own end."""
        if data:
            self.check_started()
        if self._begun:
            self.send(data)
        else:
            self._kept = data

    def send(self, data: bytes) -> None:
        """Give a chunk to the connection and wait until it was taken: back-pressure. Raises ConnectionError when the client is gone."""
        self.check_started()
        if not isinstance(data, bytes):
            raise TypeError(f"a WSGI application gives bytes, not {type(data).__name__}")
        self._begun = True
        taken: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()
        self._loop.call_soon_threadsafe(self._send, data, taken)
        error = taken.get()
        if error is not None:
            self.gone = isinstance(error, ConnectionError)
            raise error

    def check_started(self) -> None:
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

    def complete(self) -> None:
        """The application is done and nothing failed."""
        self._apply()
        if self._kept:
            self._managed.response.write(self._kept)

    def _apply(self) -> None:
        head, self._head = self._head, (0, "", [])
        if head is not None and head[0]:
            self._managed.response.begin(*head)


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
