"""Who gets which key, what is wrong, and https end to end through real processes: hwebcore/service/certificates.py."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import subprocess
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives import serialization

from hwebcore.certificate_making import self_signed
from hwebcore.certificate_store import CertificateStore
from hwebcore.channel import Message
from hwebcore.plan import ApplicationRoute, BindingRoute, RouteTable, SiteRoute
from hwebcore.service.certificates import Certificates, Told
from tests.support.outside import needs
from tests.support.server_driver import Running, free_port, generation, plan, release, running, site, until
from tests.support.tls import client_context, get_https, hello, https, keep, shown_to, tls_client


def _site(name: str, pools: tuple[str, ...], *bindings: BindingRoute, number: int = 1) -> SiteRoute:
    return SiteRoute(name, number, bindings, tuple(ApplicationRoute("/" if not at else f"/{at}", pool) for at, pool in enumerate(pools)))


def _by_name(host: str, port: int = 443, flags: int = 1) -> BindingRoute:
    return BindingRoute("https", "*", port, host, ssl_flags=flags)


def _pools(state: Path, *sites: SiteRoute) -> dict[str, str]:
    routes = RouteTable(sites, started=tuple(site.name for site in sites))
    return {share.certificate.name: share.pool for share in Certificates(state, print).shares(routes)}


def test_a_key_is_a_pools_only_where_nobody_else_uses_it(tmp_path: Path) -> None:
    keep(tmp_path, (["a.x"], "a.x:443"), (["b.x"], "b.x:443"), (["m.x"], "m.x:443"), (["nobody.x"], "nobody.x:443"))
    a, b, mixed = _site("A", ("A", "A"), _by_name("a.x")), _site("B", ("B",), _by_name("b.x")), _site("M", ("A", "B"), _by_name("m.x"))
    assert _pools(tmp_path, a, b, mixed) == {"a.x": "A", "b.x": "B", "m.x": ""}


def test_a_certificate_that_two_pools_use_is_the_fronts(tmp_path: Path) -> None:
    store = keep(tmp_path, (["*.x"], "a.x:443"))
    store.bind("b.x:443", "*.x")
    assert _pools(tmp_path, _site("A", ("A",), _by_name("a.x")), _site("B", ("B",), _by_name("b.x"))) == {"*.x": ""}


def test_one_key_in_two_certificates_counts_as_one(tmp_path: Path) -> None:
    store, pair = keep(tmp_path), self_signed(["a.x", "b.x"])
    for name in "ab":
        store.add(name, pair)
        store.bind(f"{name}.x:443", name)
    assert _pools(tmp_path, _site("A", ("A",), _by_name("a.x")), _site("B", ("B",), _by_name("b.x"))) == {"a": "", "b": ""}


def test_a_certificate_of_an_address_may_meet_every_site_there(tmp_path: Path) -> None:
    keep(tmp_path, (["any"], "*:443"), (["a.x"], "a.x:443"))
    alone = _site("A", ("A",), _by_name("a.x"))
    assert _pools(tmp_path, alone) == {"any": "A", "a.x": "A"}
    assert _pools(tmp_path, alone, _site("B", ("B",), _by_name("b.x"))) == {"any": "", "a.x": "A"}


# rules: tls.no-tls13
def test_a_binding_may_do_without_tls_13(tmp_path: Path) -> None:
    keep(tmp_path, (["a.x"], "a.x:443"), (["b.x"], "b.x:443"))
    sites = (_site("A", ("A",), _by_name("a.x", flags=33)), _site("B", ("B",), _by_name("b.x")))
    shares = Certificates(tmp_path, print).shares(RouteTable(sites))
    assert [share.keys for share in shares] == [(("a.x:443", True),), (("b.x:443", False),)]


def test_problems_are_those_of_started_sites(tmp_path: Path) -> None:
    keep(tmp_path, (["a.x"], "a.x:443"))
    site = _site("A", ("A",), _by_name("none.x"))
    certificates = Certificates(tmp_path, print)
    assert [problem.code for problem in certificates.problems(RouteTable((site,), started=("A",)))] == ["no-certificate"]
    assert certificates.problems(RouteTable((site,))) == []


def test_a_store_that_others_may_read_serves_nobody(tmp_path: Path) -> None:
    store = keep(tmp_path, (["a.x"], "a.x:443"))
    store.folder.chmod(0o755)
    told: list[str] = []
    certificates = Certificates(tmp_path, told.append)
    assert "0700" in certificates.missing(_by_name("a.x"))
    assert told


def test_what_is_known_is_not_told_again_and_much_is_told_in_pieces(tmp_path: Path) -> None:
    keep(tmp_path, *((([f"s{number}.x"]), f"s{number}.x:443") for number in range(20)))
    sites = [_site(f"S{number}", ("P",), _by_name(f"s{number}.x"), number=number) for number in range(20)]
    shares = Certificates(tmp_path, print).shares(RouteTable(tuple(sites)))
    sent: list[tuple[bool, bool, int, int]] = []
    told = Told()
    for _ in range(2):
        told.tell(lambda message, fds: sent.append((message["first"], message["last"], len(message["certificates"]), len(fds))), shares)
    assert sent == [(True, False, 16, 16), (False, True, 4, 4)]
    told.tell(lambda message, fds: sent.append((message["first"], message["last"], len(message["certificates"]), len(fds))), ())
    assert sent[2:] == [(True, True, 0, 0)]


# --- real processes

LONG = 9_000_000
#: Pool B's application says what it sees of the connection.
FACTS = """
import os

def app(environ, start_response):
    variables = environ["poolhouse.context"].request.server_variables
    seen = [str(os.getpid()), environ["wsgi.url_scheme"], environ.get("HTTPS", "-"), environ["REMOTE_ADDR"], environ["REMOTE_PORT"]]
    seen += [variables[name] for name in ("HTTPS", "SERVER_PORT_SECURE", "CERT_KEYSIZE", "CERT_SECRETKEYSIZE", "CERT_SERVER_SUBJECT")]
    body = b"x" * 9_000_000 if environ["PATH_INFO"].endswith("/long") else " ".join(seen).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""


@dataclass
class Served:
    """a.x is pool A's, b.x is B's, m.x is both's, on one port; `own` is a port that is A's alone."""

    run: Running
    store: CertificateStore
    port: int
    own: int


@contextlib.asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Served]:
    port, own = free_port(), free_port()
    store = keep(folder / "s", *(([f"{name}.x"], f"{name}.x:{port}") for name in "abm"), (["own.x"], f"127.0.0.1:{own}"))
    (folder / "b").mkdir()
    (folder / "b" / "answers_b.py").write_text(FACTS)
    sites = (
        https(site(port, "A", 1, "A"), "a.x"), https(site(port, "B", 2, "B"), "b.x"),
        https(site(port, "M", 3, paths=(("/", "A"), ("/b", "B"))), "m.x"), https(site(own, "Own", 4, "A"), ""),
    )  # fmt: skip
    pools = (plan(folder / "a", "A", (("A", 1, "/"), ("M", 3, "/"), ("Own", 4, "/"))), plan(folder / "b", "B", (("B", 2, "/"), ("M", 3, "/b"))))
    async with running(folder, generation(pools, sites)) as run:
        yield Served(run, store, port, own)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """For tests that change nothing."""
    async with served(tmp_path_factory.mktemp("t")) as made:
        yield made


async def _pid(port: int, host: str, path: str = "/") -> str:
    status, body = await get_https(port, host, path)
    assert status == 200
    return body.split()[0]


@pytest.mark.asyncio(loop_scope="module")
async def test_each_name_has_its_certificate_its_pool_and_keys_stay_apart(one: Served) -> None:
    a, b = await _pid(one.port, "a.x"), await _pid(one.port, "b.x")
    assert a != b
    assert [await _pid(one.port, "m.x"), await _pid(one.port, "m.x", "/b/x"), await _pid(one.own, "anything")] == [a, b, a]
    for name in ("a.x", "b.x", "m.x"):
        shown = await asyncio.to_thread(shown_to, one.port, name)
        assert shown.encode().strip() in one.store.text(name)
    owners = {end["port"]: (end["owner"], end["secure"]) for end in one.run.service.snapshot()["endpoints"]}
    assert owners == {one.port: ("front", True), one.own: ("worker", True)}
    assert one.run.service.snapshot()["generation"]["problems"] == []
    shares = one.run.service.certificates.shares(one.run.service.routes)
    assert {share.certificate.name: share.pool for share in shares} == {"a.x": "A", "b.x": "B", "m.x": "", "own.x": "A"}


@pytest.mark.asyncio(loop_scope="module")
async def test_a_connection_of_one_pool_is_misdirected_for_another_and_a_shared_one_turns(one: Served) -> None:
    a, b = await _pid(one.port, "a.x"), await _pid(one.port, "b.x")
    client, _ = await tls_client(one.port, "a.x")
    assert (await client.get("/", "a.x"))[0] == 200
    assert (await client.get("/", "b.x"))[0] == 421
    await client.close()
    client, _ = await tls_client(one.port, "m.x")
    pids = [(await client.get(path, "m.x"))[1].split()[0] for path in ("/", "/b/1", "/b/2", "/", "/b/3")]
    assert pids == [a, b, b, a, b]
    await client.close()


async def test_a_new_certificate_reaches_the_endpoints_and_recycles_nobody(tmp_path: Path) -> None:
    async with served(tmp_path) as one:
        ends = {"own.x": one.own, "m.x": one.port}  # a worker's, the front's
        before = {name: await _pid(port, name) for name, port in ends.items()}
        kept = {name: (await tls_client(port, name))[0] for name, port in ends.items()}
        for name in ends:
            assert (await kept[name].get("/", name))[0] == 200
            one.store.add(name, self_signed([name]), replace=True)
        for name, port in ends.items():  # the service looks at the store by itself
            await until(lambda name=name, port=port: _shows(one.store, port, name), "the new certificate is shown")
            assert (await kept[name].get("/", name))[0] == 200
            assert await _pid(port, name) == before[name]
            await kept[name].close()
        one.store.unbind(f"127.0.0.1:{one.own}")
        one.store.unbind(f"m.x:{one.port}")
        await one.run.service.look_at_certificates()
        for name, port in ends.items():
            await until(lambda name=name, port=port: _refused(port, name), "nobody is served without a certificate")
        assert {problem["code"] for problem in one.run.service.snapshot()["generation"]["problems"]} == {"no-certificate"}


async def _shows(store: CertificateStore, port: int, name: str) -> bool:
    return (await asyncio.to_thread(shown_to, port, name)).encode().strip() in store.text(name)


async def _refused(port: int, name: str) -> bool:
    try:
        await get_https(port, name)
    except (OSError, EOFError):
        return True
    return False


@pytest.mark.asyncio(loop_scope="module")
async def test_hostile_first_flights_on_both_kinds_of_endpoint(one: Served) -> None:
    await _pid(one.own, "x")
    for port in (one.port, one.own):
        plain, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: a.x\r\n\r\n")
        answer = await asyncio.wait_for(plain.read(), 10)
        assert answer.startswith(b"HTTP/1.1 400 ")
        writer.close()
        first = hello("a.x")
        for sent in (b"\x16\3\1\xff\xff", b"\0" * 100, first[:5] + b"\2" + first[6:], b"\x16\3\1\x40\0\1\0\xff\xff"):
            assert await _closed_after(port, sent)
        assert await _pid(port, "a.x")


async def _closed_after(port: int, sent: bytes) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        return await asyncio.wait_for(reader.read(), 10) == b""
    except ConnectionResetError:
        return True
    finally:
        writer.close()


# rules: wire.connection.closure-alert
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", ["a.x", "m.x", "own.x"])
async def test_an_ending_over_tls_is_told_by_an_alert(one: Served, name: str) -> None:
    answer = await asyncio.to_thread(_to_the_alert, one.own if name == "own.x" else one.port, name)
    assert answer.startswith(b"HTTP/1.1 200 ")


def _to_the_alert(port: int, name: str) -> bytes:
    """Raises ssl.SSLEOFError where the connection ends without a closure alert."""
    with (
        socket.create_connection(("127.0.0.1", port), 10) as sock,
        client_context().wrap_socket(sock, server_hostname=name, suppress_ragged_eofs=False) as wrapped,
    ):
        wrapped.sendall(f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: wrapped.recv(65536), b""))


@pytest.mark.asyncio(loop_scope="module")
async def test_a_greeting_in_pieces_is_served(one: Served) -> None:
    assert await asyncio.to_thread(_in_pieces, one.port, "b.x") == await _pid(one.port, "b.x")


def _in_pieces(port: int, name: str) -> str:
    """A request whose ClientHello comes byte by byte, by a client of blocking sockets."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    connection = client_context().wrap_bio(incoming, outgoing, server_hostname=name)
    with socket.create_connection(("127.0.0.1", port), 10) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while True:
            try:
                connection.do_handshake()
                break
            except ssl.SSLWantReadError:
                for byte in outgoing.read():
                    sock.send(bytes([byte]))
                incoming.write(sock.recv(65536))
        connection.write(f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
        sock.sendall(outgoing.read())
        received = b""
        while True:
            try:
                data = connection.read(65536)
            except ssl.SSLWantReadError:
                arrived = sock.recv(65536)
                incoming.write(arrived) if arrived else incoming.write_eof()
                continue
            except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
                break
            if not data:
                break
            received += data
    return received.partition(b"\r\n\r\n")[2].split()[0].decode()


async def test_draining_finishes_what_runs_and_closes_what_is_idle(tmp_path: Path) -> None:
    async with served(tmp_path) as one:
        before = await _pid(one.own, "x")
        busy, _ = await tls_client(one.own, "x")
        idle, _ = await tls_client(one.own, "x")
        shared, _ = await tls_client(one.port, "m.x")
        assert (await idle.get("/", "x"))[0] == 200
        assert (await shared.get("/", "m.x"))[0] == 200
        asking = asyncio.ensure_future(busy.get("/slow", "x"))
        await until(lambda: len(one.run.in_flight("A")) == 1, "it runs")
        recycling = asyncio.ensure_future(one.run.service.pools["A"].recycle("on_demand"))
        await until(lambda: "draining" in [worker["state"] for worker in one.run.pool("A")["workers"]], "the old worker drains")
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await idle.get("/", "x")
        release(tmp_path / "a")
        assert (await asking)[1].split()[0] == before
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await busy.get("/", "x")
        assert (await shared.get("/", "m.x"))[1].split()[0] != before  # behind the front's TLS it went on to the next worker
        await recycling
        assert await _pid(one.own, "x") != before
        for client in (busy, idle, shared):
            await client.close()


@pytest.mark.parametrize("name", ["b.x", "m.x"], ids=["ended by a worker", "ended by the front"])
@pytest.mark.asyncio(loop_scope="module")
async def test_what_an_application_sees_is_the_connections_and_no_headers(one: Served, name: str) -> None:
    client, spoken = await tls_client(one.port, name)
    forged = "X-Forwarded-For: 10.9.9.9\r\nX-Forwarded-Proto: http\r\nHTTPS: off\r\nX-Client-Cert: CN=root\r\n"
    _, body = await client.get("/b/facts" if name == "m.x" else "/", name, forged)
    cipher = spoken.cipher()
    assert cipher is not None
    assert body.split()[1:] == [
        "https", "on", "127.0.0.1", str(client.local_port), "on", "1", str(cipher[2]), "256", f"CN={name}",
    ]  # fmt: skip
    await client.close()


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="memory is not to be read here")
@pytest.mark.asyncio(loop_scope="module")
async def test_a_key_is_in_no_process_with_another_pools_code(one: Served) -> None:
    await _pid(one.port, "a.x"), await _pid(one.port, "b.x")
    pools = one.run.service.pools
    workers = {name: pools[name].worker for name in "AB"}
    pids = {name: worker.pid for name, worker in workers.items() if worker is not None} | {"front": one.run.service.front.pid}
    held = {who: {name for name in ("a.x", "b.x", "m.x", "own.x") if _holds(pid, one.store.text(name))} for who, pid in pids.items()}
    assert held == {"A": {"a.x", "own.x"}, "B": {"b.x"}, "front": {"a.x", "b.x", "m.x", "own.x"}}


def _holds(pid: int, pem: bytes) -> bool:
    """Whether the private number of a key stands in a process's memory, in either order of its bytes."""
    key = serialization.load_pem_private_key(pem[pem.index(b"-----BEGIN PRIVATE") :], None)
    secret = key.private_numbers().private_value.to_bytes(32, "big")  # type: ignore[union-attr]  # it is there, else the test fails
    areas = [line.split()[0] for line in Path(f"/proc/{pid}/maps").read_text().splitlines() if " rw" in line]
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for area in areas:
            start, end = (int(word, 16) for word in area.split("-"))
            try:
                memory.seek(start)
                held = memory.read(end - start)
            except (OSError, ValueError, OverflowError):
                continue
            if secret in held or secret[::-1] in held:
                return True
    return False


@pytest.mark.asyncio(loop_scope="module")
async def test_a_slow_client_gets_all_of_an_answer_that_closes(one: Served) -> None:
    await _pid(one.port, "b.x")
    got = await asyncio.gather(*(asyncio.to_thread(_slowly, one.port, name, path) for name, path in (("b.x", "/long"), ("m.x", "/b/long"))))
    assert got == [LONG, LONG]


def _slowly(port: int, name: str, path: str) -> int:
    """Bytes of the body, at 2.5 MB/s: longer than TLS waits for a goodbye."""
    with socket.create_connection(("127.0.0.1", port), 20) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        with client_context().wrap_socket(sock, server_hostname=name) as wrapped:
            wrapped.sendall(f"GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n".encode())
            received, began = b"", time.monotonic()
            while data := wrapped.recv(65536):
                received += data
                time.sleep(max(0.0, len(received) / 2_500_000 - (time.monotonic() - began)))  # the rate is what is tested
    return len(received.partition(b"\r\n\r\n")[2])


@needs("openssl")
@pytest.mark.asyncio(loop_scope="module")
async def test_openssl_as_a_client(one: Served) -> None:
    for port, name in ((one.port, "b.x"), (one.own, "own.x")):
        answer = await asyncio.to_thread(_openssl, port, name, one.store, "-tls1_2")
        assert "Verification: OK" in answer
        assert "HTTP/1.1 200 OK" in answer
        assert "TLSv1.2" in answer
        assert "HTTP/1.1" not in await asyncio.to_thread(_openssl, port, name, one.store, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0")


def _openssl(port: int, name: str, store: CertificateStore, *more: str) -> str:
    command = [
        "openssl",
        "s_client",
        "-connect",
        f"127.0.0.1:{port}",
        "-servername",
        name,
        "-CAfile",
        str(store.folder / f"{name}.pem"),
        "-ign_eof",
        *more,
    ]
    request = f"GET / HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n"
    return subprocess.run(command, input=request, capture_output=True, text=True, timeout=20, check=False).stdout


def test_a_store_that_cannot_be_looked_at_is_a_fault_and_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Housekeeping looks at other things, too."""
    keep(tmp_path, (["a.x"], "a.x:443"))
    said: list[str] = []
    certificates = Certificates(tmp_path, said.append)

    def refused(self: CertificateStore) -> tuple[object, ...]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(CertificateStore, "signature", refused)
    monkeypatch.setattr(CertificateStore, "read", refused)
    assert certificates.refresh()
    assert not certificates.refresh()
    assert "Permission denied" in certificates.fault
    assert len(said) == 1


def test_what_could_not_be_sent_is_sent_again(tmp_path: Path) -> None:
    keep(tmp_path, (["a.x"], "a.x:443"))
    shares = Certificates(tmp_path, print).shares(RouteTable((_site("A", ("A",), _by_name("a.x")),), started=("A",)))
    sent: list[str] = []

    def send(message: Message, fds: list[int]) -> None:
        sent.append(message["type"])
        if len(sent) == 1:
            raise OSError(24, "Too many open files")

    told = Told()
    with pytest.raises(OSError, match="Too many"):
        told.tell(send, shares)
    told.tell(send, shares)
    told.tell(send, shares)
    assert sent == ["certificates"] * 2
