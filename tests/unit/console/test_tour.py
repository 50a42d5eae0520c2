"""The tour's requests, sent to real sockets, and the one that it ends on."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from console.tour import ask, begun_since, paths, play, site_urls, telling
from hwebcore.certificate_making import self_signed
from hwebcore.wire.tls import context_of


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    status = b"404 Not Found" if b"/missing" in head else b"200 OK"
    writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def test_ask_and_play() -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        assert await ask(f"{base}/a?b") == 200
        assert await ask(f"{base}/missing") == 404
        snapshot = {"sites": [{"state": "Started", "urls": [f"{base}/"]}, {"state": "Started", "urls": ["http://127.0.0.1:1/"]}]}
        assert await play(snapshot, ("/", "/missing")) == 2


async def test_https_is_asked_whatever_its_certificate_says_and_by_a_name_nobody_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = socket.getaddrinfo

    def resolved(host: str, *more: Any, **named: Any) -> Any:
        if host == "b.example":
            raise socket.gaierror("nobody knows it")
        return known(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    pair = self_signed(["a.example"])
    (tmp_path / "a.pem").write_bytes(pair.chain + pair.key)
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context_of(str(tmp_path / "a.pem")))
    async with server:
        assert await ask(f"https://b.example:{server.sockets[0].getsockname()[1]}/a") == 200


async def test_what_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="cannot be asked"):
        await ask("ftp://127.0.0.1/")


def test_only_started_sites_are_asked() -> None:
    assert site_urls({"sites": [{"state": "Stopped", "urls": ["http://a/"]}, {"state": "Started", "urls": ["https://b/", "http://c/"]}]}) == [
        "http://c"
    ]


def test_a_tour_ends_on_a_request_whose_modes_differ() -> None:
    def entry(number: int, url: str, mode: str, status: int) -> SimpleNamespace:
        return SimpleNamespace(number=number, method="GET", url=url, mode=mode, status=status, substatus=0)

    entries = [entry(1, "/", "Integrated", 200), entry(2, "/", "Classic", 200), entry(3, "/p", "Integrated", 302), entry(4, "/p", "Classic", 200)]
    found = telling(entries)  # type: ignore[arg-type]  # as much of an entry as is asked
    assert found is not None
    assert found.number == 3
    assert telling(entries[:2]) is None  # type: ignore[arg-type]  # as above


def test_a_second_tour_ends_on_a_request_of_its_own() -> None:
    """What rings held before is read beside what the tour sends, in either order."""
    entries = [SimpleNamespace(number=number, record=SimpleNamespace(wall=wall)) for number, wall in enumerate((5.0, 11.0, 6.0, 12.0))]
    assert [entry.number for entry in begun_since(10.0, entries, 3)] == [1, 3]  # type: ignore[arg-type]  # as below
    assert [entry.number for entry in begun_since(10.0, entries, 1)] == [3]  # type: ignore[arg-type]  # as below
    assert begun_since(10.0, entries, 0) == []  # type: ignore[arg-type]  # as below
    assert len(begun_since(0.0, entries, 9)) == 4  # type: ignore[arg-type]  # the store had no room for more


def test_where_the_modes_differ_in_nothing_it_ends_on_the_first_that_failed() -> None:
    statuses = {"/": 200, "/modules/": 500, "/identity/": 500, "/none": 404}
    entries = [
        SimpleNamespace(number=number, method="GET", url=url, mode="Integrated", status=status, substatus=0)
        for number, (url, status) in enumerate(statuses.items())
    ]
    found = telling(entries)  # type: ignore[arg-type]  # as much of an entry as is asked
    assert found is not None
    assert found.url == "/modules/"


def test_the_paths_stand_beside_the_configuration(tmp_path: Path) -> None:
    config = tmp_path / "applicationHost.config"
    assert paths(config) == ("/",)
    (tmp_path / "tour.txt").write_text("/a\n\n # a note\n/b?c=d  \n")
    assert paths(config) == ("/a", "/b?c=d")
