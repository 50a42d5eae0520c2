"""The request's facade: cookies, forms, headers and server variables in both modes."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest

from hwebcore.managed.request import IntegratedModeRequired, ManagedRequest, parse_cookies
from hwebcore.pipeline.context import User
from hwebcore.wire.tls_session import TlsSession
from tests.support.exchange import exchange


def test_cookies() -> None:
    assert parse_cookies(["a=1; b=2;c", "a=3; d=x=y; =z"]) == {"a": "1", "b": "2", "d": "x=y"}


def test_query_and_form() -> None:
    native = exchange("/x?a=1&a=2&b=", "POST", headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"})
    request = ManagedRequest(native, True)
    assert (dict(request.query), dict(request.form)) == ({"a": "1", "b": ""}, {})
    request.body = io.BytesIO("n=ü%20&n=2".encode())
    assert dict(request.form) == {"n": "ü "}
    assert request.body.tell() == 0


# rules: managed.fields
def test_very_many_fields_are_an_error() -> None:
    native = exchange("/?" + "&".join("a" * 1000), "POST", headers={"Content-Type": "application/x-www-form-urlencoded"})
    request = ManagedRequest(native, True)
    assert dict(request.query) == {"a": ""}
    for fields in (1000, 1001, 1_000_000):
        request.body = io.BytesIO(b"a&" * (fields - 1) + b"a")
        if fields == 1000:
            assert dict(request.form) == {"a": ""}
            continue
        with pytest.raises(ValueError, match="more than 1,000 fields"):
            _ = request.form


def test_a_body_that_is_no_form_has_no_fields() -> None:
    request = ManagedRequest(exchange("/", "POST", headers={"Content-Type": "text/plain"}), True)
    request.body = io.BytesIO(b"a=1")
    assert dict(request.form) == {}


def test_headers_are_joined_and_written_in_integrated_only() -> None:
    native = exchange(headers={"X-A": "1"})
    native.request.headers.append("x-a", "2")
    request = ManagedRequest(native, True)
    assert request.headers["X-a"] == "1, 2"
    request.headers["X-A"] = "3"
    assert native.request.headers.get_all("x-a") == ["3"]
    classic = ManagedRequest(native, False)
    assert classic.headers["X-A"] == "3"
    with pytest.raises(IntegratedModeRequired, match="requires IIS integrated pipeline mode"):
        classic.headers["X-A"] = "4"


def test_server_variables() -> None:
    native = exchange("/a?b=c", headers={"X-A": "1"}, user=User("ann", "Basic"))
    variables = ManagedRequest(native, True).server_variables
    names = ("REQUEST_METHOD", "QUERY_STRING", "LOGON_USER", "AUTH_TYPE", "HTTP_X_A", "HTTPS", "REMOTE_ADDR")
    assert [variables[name] for name in names] == ["GET", "b=c", "ann", "Basic", "1", "off", "127.0.0.1"]
    assert variables.get("NOTHING") is None
    assert "HTTP_X_A" in list(variables)
    variables["http_x_a"] = "2"
    assert variables["HTTP_X_A"] == "2"
    with pytest.raises(IntegratedModeRequired):
        ManagedRequest(native, False).server_variables["X"] = "1"


def test_server_variables_of_https_come_from_the_connection() -> None:
    native = exchange(headers={"HTTPS": "on", "X-Forwarded-Proto": "https"})
    native.wire = SimpleNamespace(session=None)  # type: ignore[assignment]  # as much of it as is asked
    names = ("HTTPS", "SERVER_PORT_SECURE", "CERT_KEYSIZE", "CERT_SECRETKEYSIZE", "CERT_SERVER_SUBJECT", "HTTPS_SERVER_ISSUER", "CERT_SUBJECT")
    variables = ManagedRequest(native, True).server_variables
    assert [variables[name] for name in names] == ["off", "0", "", "", "", "", ""]
    native.request.scheme = "https"
    native.wire = SimpleNamespace(session=TlsSession("CN=a.example", "CN=ours", 2048, "TLSv1.3", "TLS_AES_256_GCM_SHA384", 256))  # type: ignore[assignment]  # as much of it as is asked
    variables = ManagedRequest(native, True).server_variables
    assert [variables[name] for name in names] == ["on", "1", "256", "2048", "CN=a.example", "CN=ours", ""]
