"""The request as managed code sees it, in both modes.

Knows the native request and nothing of who asks. What only the Integrated pipeline can do raises in Classic (rt 5.2).
Look next at response.py and context.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from typing import IO, Any
from urllib.parse import parse_qsl

from hwebcore.pipeline.context import Context, Headers

#: Of a form, or of a query string: the default of ASP.NET's aspnet:MaxHttpCollectionKeys.
MOST_FIELDS = 1000
INTEGRATED_ONLY = "requires IIS integrated pipeline mode"


class IntegratedModeRequired(RuntimeError):
    """What ASP.NET answers with PlatformNotSupportedException: the operation exists in the Integrated pipeline only."""

    def __init__(self, operation: str) -> None:
        super().__init__(f"{operation} {INTEGRATED_ONLY}")


_NO_COOKIES: dict[str, str] = {}


class HeaderView(MutableMapping[str, str]):
    """Headers by name, any case; several lines of a name are joined by ", ". Written only in Integrated mode."""

    __slots__ = ("_headers", "_operation", "_own", "_writable")

    def __init__(self, headers: Headers, writable: bool, operation: str, own: Callable[[], Headers] | None = None) -> None:
        """`own`: answers the headers that may be changed, where `headers` may be others' too."""
        self._headers = headers
        self._writable = writable
        self._operation = operation
        self._own = own

    def __getitem__(self, name: str) -> str:
        values = self._headers.get_all(name)
        if not values:
            raise KeyError(name)
        return ", ".join(values)

    def __setitem__(self, name: str, value: str) -> None:
        self._check()
        self._headers.set(name, value)

    def __delitem__(self, name: str) -> None:
        self._check()
        self._headers.remove(name)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for name, _ in self._headers.items))

    def __len__(self) -> int:
        return len({name.lower() for name, _ in self._headers.items})

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._headers

    def _check(self) -> None:
        if not self._writable:
            raise IntegratedModeRequired(self._operation)
        if self._own is not None:
            self._headers = self._own()


class ServerVariables(MutableMapping[str, str]):
    """Server variables by IIS's names. Written only in Integrated mode; what was written wins."""

    __slots__ = ("_native", "_set", "_writable")

    def __init__(self, native: Context, writable: bool) -> None:
        self._native = native
        self._writable = writable
        self._set: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        wanted = name.upper()
        if wanted in self._set:
            return self._set[wanted]
        value = self._value(wanted)
        if value is None:
            raise KeyError(name)
        return value

    def __setitem__(self, name: str, value: str) -> None:
        if not self._writable:
            raise IntegratedModeRequired("changing server_variables")
        self._set[name.upper()] = value

    def __delitem__(self, name: str) -> None:
        self[name] = ""

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self._set, *_VARIABLES, *(_http_name(name) for name, _ in self._native.request.headers.items)]))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _value(self, name: str) -> str | None:
        if name.startswith("HTTP_"):
            found = [value for key, value in self._native.request.headers.items if _http_name(key) == name]
            return ", ".join(found) if found else None
        reader = _VARIABLES.get(name)
        return reader(self._native) if reader is not None else None


def _http_name(header: str) -> str:
    return "HTTP_" + header.upper().replace("-", "_")


def _logon_user(native: Context) -> str:
    return native.user.name if native.user is not None else ""


def _of_session(native: Context, name: str) -> str:
    """What the connection's TLS says: given by whoever ended it, never by a header. "" on http."""
    session = native.wire.session
    return str(getattr(session, name) or "") if session is not None else ""


#: LOGON_USER and its like come from the native side in both modes: in Classic a forms user is not seen there (rt 5.3).
_VARIABLES: Mapping[str, Any] = {
    "APPL_PHYSICAL_PATH": lambda native: native.application.root,
    "AUTH_TYPE": lambda native: native.user.auth_type if native.user is not None else "",
    "AUTH_USER": _logon_user,
    # Of the client's certificate, which this server never asks for (fail closed: model/sections/restrictions.py).
    **dict.fromkeys(("CERT_COOKIE", "CERT_FLAGS", "CERT_ISSUER", "CERT_SERIALNUMBER", "CERT_SUBJECT"), lambda native: ""),
    "CERT_KEYSIZE": lambda native: _of_session(native, "bits"),
    "CERT_SECRETKEYSIZE": lambda native: _of_session(native, "key_bits"),
    "CERT_SERVER_ISSUER": lambda native: _of_session(native, "issuer"),
    "CERT_SERVER_SUBJECT": lambda native: _of_session(native, "subject"),
    "CONTENT_LENGTH": lambda native: str(native.request.body.length or 0),
    "CONTENT_TYPE": lambda native: native.request.headers.get("Content-Type"),
    "HTTPS": lambda native: "on" if native.request.scheme == "https" else "off",
    "HTTPS_KEYSIZE": lambda native: _of_session(native, "bits"),
    "HTTPS_SECRETKEYSIZE": lambda native: _of_session(native, "key_bits"),
    "HTTPS_SERVER_ISSUER": lambda native: _of_session(native, "issuer"),
    "HTTPS_SERVER_SUBJECT": lambda native: _of_session(native, "subject"),
    "INSTANCE_ID": lambda native: str(native.application.site_id),
    "LOCAL_ADDR": lambda native: native.request.local_ip,
    "LOGON_USER": _logon_user,
    "PATH_INFO": lambda native: native.request.path_info,
    "PATH_TRANSLATED": lambda native: native.physical_path,
    "QUERY_STRING": lambda native: native.request.query_string,
    "REMOTE_ADDR": lambda native: native.request.client_ip,
    "REMOTE_HOST": lambda native: native.request.client_ip,
    "REMOTE_PORT": lambda native: str(native.request.client_port),
    "REMOTE_USER": _logon_user,
    "REQUEST_METHOD": lambda native: native.request.method,
    "SCRIPT_NAME": lambda native: native.request.path,
    "SERVER_NAME": lambda native: native.request.host,
    "SERVER_PORT": lambda native: str(native.request.local_port),
    "SERVER_PORT_SECURE": lambda native: "1" if native.request.scheme == "https" else "0",
    "SERVER_PROTOCOL": lambda native: "HTTP/" + native.request.http_version,
    "SERVER_SOFTWARE": lambda native: "Poolhouse",
    "UNENCODED_URL": lambda native: native.request.raw_url,
    "URL": lambda native: native.request.path,
    "WEBSOCKET_VERSION": lambda native: "13" if any(step.module == "WebSocketModule" for step in native.sequence.steps) else "",
}


class ManagedRequest:
    """What the client asked for. `path` is decoded and follows rewrite_path(); `raw_url` is the target as it came."""

    __slots__ = ("_cookies", "_integrated", "_native", "_variables", "body", "path", "physical_path", "query_string")

    def __init__(self, native: Context, integrated: bool) -> None:
        request = native.request
        self._native = native
        self._integrated = integrated
        self._cookies: dict[str, str] | None = None
        self._variables: ServerVariables | None = None
        #: The collected body, for handlers and for modules that declare `needs_body`; None before.
        self.body: IO[bytes] | None = None
        self.path = request.path
        self.query_string = request.query_string
        self.physical_path = native.physical_path

    @property
    def method(self) -> str:
        return self._native.request.method

    @property
    def raw_url(self) -> str:
        return self._native.request.raw_url

    @property
    def scheme(self) -> str:
        return self._native.request.scheme

    @property
    def host(self) -> str:
        return self._native.request.host

    @property
    def client(self) -> str:
        return self._native.request.client_ip

    @property
    def application_path(self) -> str:
        return self._native.application.path

    @property
    def headers(self) -> HeaderView:
        native = self._native
        return HeaderView(native.request.headers, self._integrated, "changing request.headers", lambda: native.own_request().headers)

    @property
    def server_variables(self) -> ServerVariables:
        if self._variables is None:
            self._variables = ServerVariables(self._native, self._integrated)
        return self._variables

    @property
    def cookies(self) -> Mapping[str, str]:
        """The first cookie of each name, as it came."""
        if not self._native.request.has_cookies:
            return _NO_COOKIES
        if self._cookies is None:
            lines = self._native.request.headers.get_all("Cookie")
            self._cookies = parse_cookies(lines) if lines else _NO_COOKIES
        return self._cookies

    @property
    def query(self) -> Mapping[str, str]:
        """The first value of each name of the query string."""
        return _first(self.query_string)

    @property
    def form(self) -> Mapping[str, str]:
        """The first value of each field of a urlencoded form; the body must be there (see `body`)."""
        kind = self._native.request.headers.get("Content-Type").partition(";")[0].strip().lower()
        if self.body is None or kind != "application/x-www-form-urlencoded":
            return {}
        self.body.seek(0)
        text = self.body.read().decode("utf-8", "replace")
        self.body.seek(0)
        return _first(text)

    def read(self, most: int = 65536) -> Awaitable[bytes]:
        """Some bytes of a body that nobody collected, b"" at its end. READ_ENTITY is raised."""
        return self._native.read_entity(most)


def _first(text: str) -> dict[str, str]:
    """Raises ValueError for more fields than ASP.NET takes: whoever sends a form of 30 MB must not hold the loop with it."""
    if text.count("&") >= MOST_FIELDS:
        raise ValueError(f"more than {MOST_FIELDS:,} fields")
    found: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        found.setdefault(name, value)
    return found


def parse_cookies(lines: list[str]) -> dict[str, str]:
    """RFC 6265 5.4's `name=value; name=value`; the first of a name wins, quotes stay."""
    found: dict[str, str] = {}
    for line in lines:
        for part in line.split(";"):
            name, equals, value = part.strip().partition("=")
            if equals and name:
                found.setdefault(name, value)
    return found
