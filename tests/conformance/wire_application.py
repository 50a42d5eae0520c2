"""What the raw-byte cases meet: a WSGI application that says what it understood, or answers as its path says.

Imports nothing of ours. Copied into a pool's folder by test_wire.py; cases/README.md lists its paths.
"""

EVIL = {
    "cr": ("X-Note", "a\rb"),
    "lf": ("X-Note", "a\nSet-Cookie: b=c"),
    "nul": ("X-Note", "a\0b"),
    "escape": ("X-Note", "a\x1b[2Jb"),
    "bell": ("Server", "a\x07b"),
    "delete": ("Set-Cookie", "a=\x7f"),
    "name": ("X-Note: x\r\nY", "z"),
    "redirect": ("Location", "/a\r\nSet-Cookie: b=c"),
    "crlf": ("X-Note", "a\r\n\r\n<script>"),
    "fold": ("X-Note", "a\r\n b"),
    "cookie": ("Set-Cookie", "a=b\r\nX-Evil: c"),
    "type": ("Content-Type", "text/html\r\nX-Evil: c"),
    "length": ("Content-Length", "4\r\nX-Evil: c"),
    "date": ("Date", "x\r\nX-Evil: c"),
    "server": ("Server", "x\nX-Evil: c"),
    "blank-name": ("X Note", "a"),
    "colon-name": ("X-Evil: a\r\nX-Note", "a"),
    "no-name": ("", "X-Evil: a"),
    "nul-name": ("X-Note\0", "a"),
    "wide": ("X-Note", "\u65e5\u672c"),
    "separator": ("X-Note", "a\u2028X-Evil: b"),
}


def app(environ, start_response):
    path = environ["PATH_INFO"]
    kind, _, detail = path.strip("/").partition("/")
    body = environ["wsgi.input"].read()
    if kind == "status":
        start_response(f"{detail} Said", [("Content-Type", "text/plain")])
        return [b"a body"]
    if kind == "evil":
        return answer(start_response, "200 OK", b"evil", EVIL[detail])
    if kind == "phrase":
        return answer(start_response, "200 O\r\nX-Evil: K", b"evil")
    if kind == "declared":
        start_response("200 OK", [("Content-Length", detail)])
        return [b"12345"]
    if kind == "stream":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return iter([b"one ", b"two"])
    if kind == "framing":
        return answer(start_response, "200 OK", b"framed", ("Transfer-Encoding", "chunked"))
    said = [environ["REQUEST_METHOD"], path, environ["QUERY_STRING"] or "-", environ.get("HTTP_HOST", "-"), body.decode("latin-1") or "-"]
    if kind == "headers":
        said += [f"{name}={value}" for name, value in sorted(environ.items()) if name.startswith("HTTP_")]
    return answer(start_response, "200 OK", " ".join(said).encode())


def answer(start_response, status, body, *headers):
    start_response(status, [("Content-Type", "text/plain"), ("Content-Length", str(len(body))), *headers])
    return [body]
