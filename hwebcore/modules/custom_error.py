"""CustomErrorModule: which body an error response leaves with (rt 10.4). Runs nearly last, when the status is final.

Knows no handler. The detailed page goes to clients of this very machine only, judged by the socket, never by a header.
Look next at error_page.py (the pages) and pipeline/context.py (Response.failure: why a request failed).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import quote

from hwebcore import configuration_failure, error_page
from hwebcore.content import look_up, open_file
from hwebcore.local_client import is_local_client
from hwebcore.pipeline.context import Context, Request, Response
from hwebcore.pipeline.contract import Need, Notification, Outcome, Priority, StepResult, Subscription
from hwebcore.plan import ConfigurationError, ErrorPage, ScopeSettings, Source

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost

_MAX_PAGE_BYTES = 1024 * 1024
#: In the items of a request whose error page is being made by a child: that one makes none of its own.
_MAKING_PAGE = "hwebcore.custom_error"
#: Speak of the body that is replaced.
_OF_BODY = ("Content-Type", "Content-Encoding", "Content-Length", "Content-Disposition", "ETag", "Last-Modified", "Accept-Ranges", "Expires")


class CustomError:
    def __init__(self, settings: ScopeSettings, host: ApplicationHost) -> None:
        self._host = host
        self._settings = settings
        self._fault = settings.fault("system.webServer/httpErrors")
        self._errors = settings.http_errors
        self._pages = {(page.status, page.substatus): page for page in reversed(settings.http_errors.pages)}
        self._mime = dict(settings.static_content.mime_map)

    def subscriptions(self) -> tuple[Subscription, ...]:
        return (Subscription(Notification.SEND_RESPONSE, self.replace_body, Priority.HIGH, needs=(Need.FAILED,)),)

    def replace_body(self, context: Context) -> StepResult:
        response = context.response
        if response.status < 400 or response.sent_headers or _is_making_page(context):
            return None
        if self._fault is not None:
            return self._unreadable(context, self._fault)
        kept = self._keeps(context, response)
        if kept:
            return Outcome("CONTINUE", kept, self._errors.source)
        mode = self._errors.error_mode
        if mode == "Detailed" or (mode == "DetailedLocalOnly" and is_local(context.request)):
            self._put_detailed(context)
            return Outcome("CONTINUE", "detailed page", self._errors.source)
        page = self._pages.get((response.status, response.substatus)) or self._pages.get((response.status, -1))
        if page is None:
            return self._without_page(response)
        if page.mode == "ExecuteURL":
            return self._execute(context, page)
        if page.mode == "Redirect":
            return _redirect(context, page)
        return self._file(response, page)

    def _unreadable(self, context: Context, fault: ConfigurationError) -> Outcome:
        """What it reads cannot be read: the error that it came for becomes that one."""
        context.fail(500, 19, fault.message, fault.source)
        if is_local(context.request):
            self._put_detailed(context)
        else:
            _put(context.response, error_page.one_line(500), "text/html; charset=utf-8")
        return Outcome("CONTINUE", fault.message, fault.source, None, 500, 19)

    def _keeps(self, context: Context, response: Response) -> str:
        """Why the body stays what it is, "" where it is replaced."""
        if self._errors.existing_response == "Replace":
            return ""
        if self._errors.existing_response == "PassThrough":
            return "existingResponse is PassThrough"
        if response.suppress_custom_errors:
            return "the application's answer is final"
        local = self._errors.error_mode == "Detailed" or (self._errors.error_mode == "DetailedLocalOnly" and is_local(context.request))
        return "the application wrote a body" if local and _has_body(response) else ""

    def _without_page(self, response: Response) -> Outcome | None:
        if _has_body(response):
            return None
        _put(response, error_page.one_line(response.status), "text/html; charset=utf-8")
        return Outcome("CONTINUE", "short page", self._errors.source)

    def _file(self, response: Response, page: ErrorPage) -> Outcome:
        body = _read(page.path)
        if body is None:
            _put(response, error_page.one_line(response.status), "text/html; charset=utf-8")
            return Outcome("CONTINUE", f"short page: {page.path} cannot be read", page.source)
        _put(response, body, self._mime.get(os.path.splitext(page.path)[1].lower(), "text/html"))
        return Outcome("CONTINUE", f"error page {page.path}", page.source)

    async def _execute(self, context: Context, page: ErrorPage) -> Outcome:
        """The child owns the final status: 200 unless it sets one (rt 3.6)."""
        request, response = context.request, context.response
        failed = response.status
        address = f"{request.scheme}://{request.headers.get('Host')}{quote(request.path, safe='/')}"
        _put(response, b"", "")
        context.set_status(200)
        context.items[_MAKING_PAGE] = True
        await self._host.run_child(context, f"{page.path}?{failed};{address}", "GET")
        if response.status >= 400 and not _has_body(response):
            _put(response, error_page.one_line(response.status), "text/html; charset=utf-8")
        return Outcome("CONTINUE", f"error page {page.path}", page.source, None, response.status, response.substatus)

    # --- the detailed page ------------------------------------------------------------------------------------------

    def _put_detailed(self, context: Context) -> None:
        response = context.response
        _put(response, self._detailed(context), "text/html; charset=utf-8")
        response.headers.set("Content-Security-Policy", error_page.POLICY)
        response.headers.set("Cache-Control", "private, no-store")

    def _detailed(self, context: Context) -> bytes:
        request, response = context.request, context.response
        status, substatus = response.status, response.substatus
        failure = response.failure
        if failure is not None and (failure.status, failure.substatus) != (status, substatus):
            failure = None  # somebody set another status since
        source, reason = (failure.source, failure.reason) if failure is not None else (None, None)
        code = error_page.error_code(status, substatus)
        configuration = configuration_failure.told(self._settings, failure) if (status, substatus) == (500, 19) else None
        if configuration is not None:
            source, reason, code = configuration.source, configuration.message, configuration.code
        user = context.user
        handler = context.handler
        query = f"?{request.query_string}" if request.query_string else ""
        facts: list[tuple[str, object]] = [
            ("Reason", reason),
            *_set_by(context),
            ("Handler", handler.name if handler is not None else "none"),
            ("Error code", code),
            ("Requested", f"{request.method} {request.scheme}://{request.headers.get('Host')}{request.path}{query}"),
            ("Folder or file", context.physical_path),
            ("User", "" if user is None else user.name or "anonymous"),
            ("Signed in by", user.auth_type if user is not None else ""),
            ("Site", context.application.site),
            ("Application pool", f"{context.application.pool} ({context.application.mode})"),
        ]
        return error_page.detailed(status, substatus, facts, str(source) if source is not None else "", _excerpt(source) if configuration else "")


def _set_by(context: Context) -> list[tuple[str, object]]:
    """Who set the status, and when."""
    steps, index = context.sequence.steps, context.response.set_by
    if index >= len(steps):
        return []
    step = steps[index]
    return [("Module", step.module), ("Notification", f"{step.name}, post" if step.post else step.name)]


def is_local(request: Request) -> bool:
    return is_local_client(request.client_ip, request.local_ip)


def _is_making_page(context: Context) -> bool:
    """Whether this request, or one above it, is busy with an error page: an error in it makes no further page."""
    asking: Context | None = context.parent
    while asking is not None:
        if _MAKING_PAGE in asking.items:
            return True
        asking = asking.parent
    return False


def _has_body(response: Response) -> bool:
    return bool(response.body) or response.file is not None or bool(response.content_length)


def _put(response: Response, body: bytes, mime: str) -> None:
    """Replace the body, and the headers that spoke of the former one."""
    response.clear()
    response.filters.clear()
    for name in _OF_BODY:
        response.headers.remove(name)
    if body:
        response.headers.set("Content-Type", mime)
        response.write(body)


def _redirect(context: Context, page: ErrorPage) -> Outcome:
    _put(context.response, b"", "")
    context.set_status(302)
    context.response.headers.set("Location", page.path)
    return Outcome("CONTINUE", f"redirected to {page.path}", page.source, None, 302, 0)


def _read(path: str) -> bytes | None:
    """A page's file: a regular one of bounded size, None for anything else."""
    folder, _, name = path.rpartition(os.sep)
    entry = look_up(path, folder or os.sep) if name else None
    if entry is None or entry.kind != "file" or entry.stat.st_size > _MAX_PAGE_BYTES:
        return None
    try:
        with open(open_file(entry), "rb") as file:
            return file.read(_MAX_PAGE_BYTES)
    except OSError:
        return None


def _excerpt(source: Source | None) -> str:
    """The lines around a configuration error, the one at fault marked, as IIS shows them to an administrator."""
    if source is None or source.line <= 0:
        return ""
    data = _read(source.file)
    if data is None:
        return ""
    lines = data.decode("utf-8", "replace").splitlines()
    first = max(source.line - 3, 0)
    shown = enumerate(lines[first : source.line + 2], first + 1)
    return "\n".join(f"{'>' if number == source.line else ' '} {number:>5}  {text}" for number, text in shown)
