"""What is secret in heads and bodies is masked by its name, in every form that a body has; what cannot be looked through is not shown."""

from __future__ import annotations

import gzip
import random
import time
import zlib

import pytest

from console.masking import MASKED, is_secret, masked_body, masked_form, masked_headers, masked_url

MARK = "qZ7secret"
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "name",
    ["Password", "password1", "newPassword", "user[pwd]", "X-Api-Key", "api_key", "accessToken", "refresh-token", "client_secret", "PIN", "session_id",
     "ASP.NET_SessionId", "__VIEWSTATE", "csrfmiddlewaretoken", "X-XSRF", "cardNumber", "auth", "sid"],
)  # fmt: skip
def test_names_of_secrets(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", ["name", "author", "spin", "passenger", "keyboard", "side", "Accept", "Content-Type", "opinion", "key", "code"])
def test_names_of_nothing_secret(name: str) -> None:
    assert not is_secret(name)


@pytest.mark.parametrize(
    ("header", "value", "shown"),
    [
        ("Authorization", "Basic aGVsbG86", "Basic ***"),
        ("authorization", "abc", "***"),
        ("Proxy-Authorization", "Digest username=a, response=b", "Digest ***"),
        ("Cookie", "a=1; .ASPXAUTH=FF0; bare", "a=***; .ASPXAUTH=***; ***"),
        ("Set-Cookie", "k=v; Path=/; HttpOnly", "k=***; Path=/; HttpOnly"),
        ("WWW-Authenticate", "NTLM TlRMTVNTUAAC", "NTLM ***"),
        ("WWW-Authenticate", "Negotiate", "Negotiate"),
        ("WWW-Authenticate", 'Basic realm="x"', 'Basic realm="x"'),
        ("X-Auth-Token", "abc", "***"),
        ("Location", "/in?token=abc&to=/x", "/in?token=***&to=/x"),
        ("Referer", "https://ada:word@h/p?a=b", "https://***@h/p?a=b"),
        ("Access-Control-Allow-Credentials", "true", "true"),
        ("Accept", "text/html", "text/html"),
    ],
)
def test_headers(header: str, value: str, shown: str) -> None:
    assert masked_headers([(header, value)]) == [(header, shown)]


def test_forms_and_addresses() -> None:
    assert masked_form("user=ada&Pass%77ord=a+b&c=&d;pin=1") == "user=ada&Pass%77ord=***&c=&d;pin=***"
    assert masked_url("/a?b=c&token=d#e") == "/a?b=c&token=***#e"
    assert masked_url("http://h/a") == "http://h/a"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, f"a=1&password={MARK}"),
        (f"{FORM}; charset=utf-8", f"password={MARK}&a=1"),
        ("application/json", f'{{"user": "ada", "password": "{MARK}"}}'),
        ("application/json", f'{{"user": "ada", "pass\\u0077ord": "{MARK}'),
        ("application/json", f'{{"token":{MARK}}}'),
        ("application/json", f'{{"secrets": ["a", "{MARK}"], "b": {{}}}}'),
        ("application/json", f'{{"login": {{"Password" : "a\\"{MARK}"}}}}'),
        ("application/json", f'{{"text": "{{\\"password\\": \\"{MARK}\\"}}"}}'),
        ("application/problem+json", f'{{"access_token": "{MARK}"}}'),
        ("text/xml", f"<a><Password>{MARK}</Password></a>"),
        ("application/soap+xml", f'<s:Token x="1">{MARK}</s:Token>'),
        ("text/html", f'<input type="hidden" name="__RequestVerificationToken" value="{MARK}">'),
        ("text/html", f"<input value='{MARK}' type=password"),
        ("text/plain", f"user: ada\npassword: {MARK}\n"),
        ("text/plain", f"the api-key = '{MARK} and more'"),
        ("multipart/form-data; boundary=B", f'--B\r\nContent-Disposition: form-data; name="password"\r\n\r\n{MARK}\r\n--B--\r\n'),
        ("multipart/form-data; boundary=B", f'--B\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\n{MARK}\r\n--B--'),
        ("multipart/form-data; boundary=B", f"--B\r\nContent-Disposition: form-data; name=password\r\n\r\n{MARK}\r\n--B--"),
        ("multipart/form-data; boundary=B", f"--B\r\n{MARK}--B--"),
        ("multipart/form-data; boundary=B", f"password={MARK}"),
        ("multipart/form-data", MARK),
        ("application/octet-stream", MARK),
        ("image/png", MARK),
        ("", MARK),
        ("text/plain", f"\0{MARK}"),
    ],
)
def test_no_secret_is_in_what_is_shown(kind: str, body: str) -> None:
    shown = masked_body(kind, "", body.encode())
    assert shown is None or (MARK not in shown and MASKED in shown)
    packed = masked_body(kind, "gzip", gzip.compress(body.encode()))
    assert packed == shown


def test_what_is_no_secret_is_shown_as_it_was() -> None:
    same = [
        (FORM, "a=1&b=%20"), ("application/json", '{"a": [1, {"b": null}], "c": "d"}'), ("text/html", "<p class='x'>a = b</p>"),
        ("text/plain", "caf\u00e9\r\n\x1b[2J"), ("multipart/form-data; boundary=B", '--B\r\nX: name="a"\r\n\r\n1\r\n--B--\r\n'),
    ]  # fmt: skip
    for kind, body in same:
        assert masked_body(kind, "", body.encode()) == body


def test_compressed_bodies() -> None:
    body = b"a=1&password=x"
    raw = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    for encoding, packed in (("deflate", zlib.compress(body)), ("deflate", raw.compress(body) + raw.flush()), ("GZIP", gzip.compress(body))):
        assert masked_body(FORM, encoding, packed) == "a=1&password=***"
    assert masked_body(FORM, "gzip", gzip.compress(random.Random(1).randbytes(9000).hex().encode())[:4000]) is not None  # cut
    assert masked_body(FORM, "br", b"x") is None
    assert masked_body(FORM, "gzip", b"no such thing") is None
    bomb = masked_body("text/plain", "gzip", gzip.compress(bytes([97]) * (8 << 20)))
    assert bomb is not None
    assert len(bomb) <= 256 << 10


@pytest.mark.parametrize(
    "piece", ['"', '\\"', '"\\"', '{"a":', '"a" ', "<a ", "<input value=", "a=", "password", "a:" * 40 + " ", "--B", "[", " ", '":"', "&", "=;"]
)
def test_no_body_takes_long(piece: str) -> None:
    body = (piece * (65536 // len(piece))).encode()
    for kind in ("application/json", "text/html", FORM, "multipart/form-data; boundary=B"):
        began = time.process_time()
        masked_body(kind, "", body)
        assert time.process_time() - began < 2.0
