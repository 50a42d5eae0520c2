"""StaticFileModule: rt 10.1, 10.2; reliability.md C 1, 2, 5, 14, 27."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import Any

import pytest

from hwebcore.handlers.static_file import StaticFile
from hwebcore.pipeline.context import Context
from hwebcore.pipeline.url_path import BadPath, normalise
from hwebcore.plan import RequestFiltering, Rule, ScopeSettings, StaticContent
from tests.support.exchange import ROW, SOURCE, body, exchange, host, status, told

MIME = ((".txt", "text/plain"), (".png", "image/png"), (".", "text/x-plain"))
MTIME = 1635229292  # Tue, 26 Oct 2021 06:21:32 GMT
LARGE = b"0123456789" * 40_000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "dir").mkdir(parents=True)
    for name, data in (("a.txt", b"0123456789"), ("large.txt", LARGE), ("plain", b"p"), ("x.unknown", b"u"), ("empty.txt", b"")):
        (root / name).write_bytes(data)
        os.utime(root / name, (MTIME, MTIME))
    return root


def run(root: Path, target: str = "/a.txt", method: str = "GET", *, static: dict[str, Any] | None = None, on: Any = None, **more: Any) -> Context:
    settings = ScopeSettings(
        static_content=StaticContent(**({"mime_map": MIME, "source": SOURCE} | (static or {}))),
        request_filtering=RequestFiltering(hidden_segments=(Rule("bin", SOURCE),), extensions=(Rule(".py", SOURCE, allowed=False),)),
    )
    context = exchange(target, method, root=root, **more)
    context.items["outcome"] = StaticFile(ROW, settings, on or host(root)).execute(context)
    return context


def headers(context: Context) -> dict[str, str]:
    return dict(context.response.headers.items)


def test_a_file_with_its_head(root: Path) -> None:
    context = run(root)
    assert (status(context), body(context)) == ("200.0", b"0123456789")
    tag = headers(context).pop("ETag")
    assert tag.startswith('"')
    assert tag.endswith(':0"')
    assert headers(context) == {
        "Content-Type": "text/plain",
        "Last-Modified": "Tue, 26 Oct 2021 06:21:32 GMT",
        "Accept-Ranges": "bytes",
        "ETag": tag,
    }


def test_the_second_answer_is_the_first(root: Path) -> None:
    handler = StaticFile(ROW, ScopeSettings(static_content=StaticContent(mime_map=MIME)), host(root))
    one, two = exchange("/a.txt", root=root), exchange("/a.txt", root=root)
    handler.execute(one)
    handler.execute(two)
    assert one.response.headers.items == two.response.headers.items
    assert body(one) == body(two)


def test_an_answer_from_memory_is_plain_only_where_the_request_is(root: Path) -> None:
    """What was remembered with a file's bytes serves GET without conditions; everything else is judged anew."""
    handler = StaticFile(ROW, ScopeSettings(static_content=StaticContent(mime_map=MIME, frequent_hits=1)), host(root))

    def ask(target: str = "/a.txt", method: str = "GET", **more: Any) -> Context:
        context = exchange(target, method, root=root, **more)
        handler.execute(context)
        return context

    for _ in range(3):
        plain = ask()
    assert (status(plain), body(plain)) == ("200.0", b"0123456789")
    tag = headers(plain)["ETag"]
    assert body(ask(headers={"Range": "bytes=2-3"})) == b"23"
    assert status(ask(headers={"If-None-Match": tag})) == "304.0"
    assert status(ask(headers={"If-Match": '"other"'})) == "412.0"
    assert status(ask(method="POST")) == "405.0"
    assert status(ask("/a.txt/")) == "500.0"
    again = ask()
    again.response.headers.set("Content-Type", "of/another")
    assert headers(ask())["Content-Type"] == "text/plain"  # what a request does to its headers stays its own


def test_a_link_is_judged_each_time(root: Path) -> None:
    (root / "bin").mkdir()
    (root / "bin" / "secret.txt").write_bytes(b"secret")
    (root / "link.txt").symlink_to("a.txt")
    settings = ScopeSettings(
        static_content=StaticContent(mime_map=MIME, frequent_hits=1), request_filtering=RequestFiltering(hidden_segments=(Rule("bin", SOURCE),))
    )
    handler = StaticFile(ROW, settings, host(root))
    for _ in range(3):
        context = exchange("/link.txt", root=root)
        handler.execute(context)
        assert body(context) == b"0123456789"
    (root / "link.txt").unlink()
    (root / "link.txt").symlink_to("bin/secret.txt")
    context = exchange("/link.txt", root=root)
    handler.execute(context)
    assert status(context) == "404.8"


def test_a_large_file_leaves_from_its_descriptor(root: Path) -> None:
    context = run(root, "/large.txt")
    assert context.response.body == []
    assert context.response.file is not None
    assert body(context) == LARGE


def test_an_empty_file(root: Path) -> None:
    context = run(root, "/empty.txt")
    assert (status(context), body(context)) == ("200.0", b"")


def test_head_of_a_large_file_opens_nothing(root: Path) -> None:
    context = run(root, "/large.txt", "HEAD")
    assert context.response.file is None
    assert context.response.content_length == len(LARGE)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "get", "PROPFIND"])
def test_other_methods(root: Path, method: str) -> None:
    context = run(root, "/a.txt", method)
    assert status(context) == "405.0"
    assert headers(context) == {"Allow": "GET, HEAD, OPTIONS, TRACE"}
    assert told(context.items["outcome"]).source == SOURCE


def test_mime_types(root: Path) -> None:
    context = run(root, "/x.unknown")
    assert status(context) == "404.3"
    assert told(context.items["outcome"]).reason == "no MIME type is mapped to .unknown"
    assert headers(run(root, "/plain"))["Content-Type"] == "text/x-plain"


def test_what_is_not_there(root: Path) -> None:
    for path in ("/none.txt", "/A.TXT", "/a.txt/extra", "/a.txt.", "/a.txt::$DATA", "/../root/a.txt", "/dir/../../x"):
        assert status(run(root, path)) == "404.0"
    assert status(run(root, "/a.txt/")) == "500.0"


def test_special_files(root: Path) -> None:
    os.mkfifo(root / "pipe.txt")
    assert status(run(root, "/pipe.txt")) == "404.0"


def test_a_folder_without_its_slash_is_redirected(root: Path) -> None:
    context = run(root, "/dir?a=1&b=%20")
    assert status(context) == "301.0"
    assert headers(context)["Location"] == "http://site.test:8080/dir/?a=1&b=%20"
    assert b"http://site.test:8080/dir/?a=1&amp;b=%20" in body(context)


def test_the_redirect_splits_no_header_and_leads_to_no_other_host(root: Path) -> None:
    name = 'e"vil<b>ü'
    (root / name).mkdir()
    context = run(root, "/x", path=f"/{name}", headers={"Host": "site.test"})
    assert headers(context)["Location"] == "http://site.test:8080/e%22vil%3Cb%3E%C3%BC/"
    no_host = exchange("/dir", root=root)
    no_host.request.headers.items.clear()
    StaticFile(ROW, ScopeSettings(), host(root)).execute(no_host)
    assert headers(no_host)["Location"] == "/dir/"


def test_a_folder_with_its_slash_is_left_to_the_next_module(root: Path) -> None:
    for method in ("GET", "POST"):
        context = run(root, "/dir/", method)
        assert context.items["outcome"] is None
        assert status(context) == "200.0"
    assert status(run(root, "/dir", "POST")) == "405.0"


def test_not_modified_has_no_last_modified_and_no_body(root: Path) -> None:
    tag = headers(run(root))["ETag"]
    context = run(root, headers={"If-None-Match": tag}, static={"cache_control": "max-age=60"})
    assert (status(context), body(context)) == ("304.0", b"")
    assert headers(context) == {"Cache-Control": "max-age=60", "ETag": tag}


def test_a_failed_precondition(root: Path) -> None:
    context = run(root, headers={"If-Match": '"x"'})
    assert (status(context), body(context), headers(context)) == ("412.0", b"", {})


def test_client_cache(root: Path) -> None:
    sent = headers(run(root, static={"cache_control": "public,max-age=9", "expires": "Tue, 01 Jan 2030 00:00:00 GMT", "set_etag": False}))
    assert sent["Cache-Control"] == "public,max-age=9"
    assert sent["Expires"] == "Tue, 01 Jan 2030 00:00:00 GMT"
    assert "ETag" not in sent


@pytest.mark.parametrize("name", ["a.txt", "large.txt"])
def test_one_range(root: Path, name: str) -> None:
    size = (root / name).stat().st_size
    context = run(root, "/" + name, headers={"Range": "bytes=2-4"})
    assert (status(context), body(context)) == ("206.0", b"234")
    assert headers(context)["Content-Range"] == f"bytes 2-4/{size}"


@pytest.mark.parametrize("name", ["a.txt", "large.txt"])
def test_several_ranges(root: Path, name: str) -> None:
    size = (root / name).stat().st_size
    context = run(root, "/" + name, headers={"Range": "bytes=0-1,-2"})
    kind, _, boundary = headers(context)["Content-Type"].partition("; boundary=")
    parts = body(context).split(f"--{boundary}".encode())
    assert (status(context), kind) == ("206.0", "multipart/byteranges")
    assert parts[1] == f"\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/{size}\r\n\r\n01\r\n".encode()
    assert parts[2] == f"\r\nContent-Type: text/plain\r\nContent-Range: bytes {size - 2}-{size - 1}/{size}\r\n\r\n89\r\n".encode()
    assert parts[3] == b"--\r\n"


@pytest.mark.parametrize("value", ["bytes=10-", "bytes=0-5,5-6"])
def test_ranges_that_cannot_be_answered(root: Path, value: str) -> None:
    context = run(root, headers={"Range": value})
    assert (status(context), body(context)) == ("416.0", b"")
    assert headers(context)["Content-Range"] == "bytes */10"
    assert "ETag" not in headers(context)


def test_ranges_that_are_ignored(root: Path) -> None:
    for given in ({"Range": "junk"}, {"Range": "bytes=0-1", "If-Range": '"old"'}, {"Range": ",".join(f"{n}-{n}" for n in range(1000))}):
        assert (status(run(root, headers=given)), len(body(run(root, headers=given)))) == ("200.0", 10)


def test_many_large_ranges_are_sent_as_the_whole_file(root: Path) -> None:
    with open(root / "huge.txt", "wb") as file:
        file.truncate(20_000_000)
    context = run(root, "/huge.txt", headers={"Range": "bytes=0-9999999,10000001-19999999"})
    assert status(context) == "200.0"
    assert context.response.file is not None
    assert context.response.file[1:] == (0, 20_000_000)
    context.response.clear()


def test_links_are_judged_by_where_they_lead(root: Path) -> None:
    (root / "bin").mkdir()
    (root / "bin" / "a.txt").write_text("hidden")
    (root / "code.py").write_text("source")
    (root / "to_bin").symlink_to("bin")
    (root / "code.txt").symlink_to("code.py")
    (root / "same.txt").symlink_to("a.txt")
    (root / "passwd.txt").symlink_to("/etc/passwd")
    assert status(run(root, "/to_bin/a.txt")) == "404.8"
    assert status(run(root, "/code.txt")) == "404.7"
    assert status(run(root, "/passwd.txt")) == "404.0"
    assert body(run(root, "/same.txt")) == b"0123456789"
    other = host(root, settings_for=lambda path: 1 if path.startswith("/dir") else 0)
    (root / "dir" / "m.txt").write_text("members")
    (root / "open.txt").symlink_to("dir/m.txt")
    assert status(run(root, "/open.txt", on=other)) == "404.0"


def test_a_file_that_may_not_be_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(entry: object) -> int:
        raise PermissionError

    monkeypatch.setattr("hwebcore.content_cache.open_file", refuse)
    context = run(root, "/large.txt")
    assert status(context) == "401.3"
    assert headers(context) == {}


def test_a_file_that_is_replaced_meanwhile_is_not_mixed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hwebcore.content import Entry, open_file

    def replace_then_open(entry: Entry) -> int:
        (root / "large.txt").write_bytes(b"short")
        return open_file(entry)

    monkeypatch.setattr("hwebcore.content_cache.open_file", replace_then_open)
    context = run(root, "/large.txt")
    assert status(context) == "503.0"
    assert context.response.file is None


def test_no_spelling_of_a_climb_reads_what_lies_beside_the_root(root: Path) -> None:
    """Hundreds of ways to write "up and over", decoded as the gate decodes: never the neighbour's secret (reliability.md C 1)."""
    neighbour = root.parent / "rootEvil"
    neighbour.mkdir()
    (neighbour / "secret.txt").write_text("secret")
    dots = ("..", "%2e%2e", ".%2e", "%2E.", "%252e%252e", "..;", ". .", "...", "..%20", "%c0%ae%c0%ae", "%u002e%u002e", "..%00", "..::$DATA")
    slashes = ("/", "%2f", "%5c", "\\", "//", "/./", "%252f", "%c0%af", "/%20/")
    starts = ("/", "/dir/", "/dir/..", "/.", "//", "/x/..")
    handler = StaticFile(ROW, ScopeSettings(static_content=StaticContent(mime_map=MIME)), host(root))
    tried = 0
    for start, dot, slash in itertools.product(starts, dots, slashes):
        for place in ("rootEvil", "root/../rootEvil"):
            raw = f"{start}{slash}{dot}{slash}{place}{slash}secret.txt"
            try:
                path = normalise(raw)
            except BadPath:
                continue
            context = exchange(raw, path=path, root=root)
            handler.execute(context)
            assert status(context) == "404.0", raw
            assert body(context) == b""
            tried += 1
    assert tried > 300
