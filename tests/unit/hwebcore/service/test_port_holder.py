"""Who has a port: hwebcore/service/port_holder.py, asked about real sockets of this very process."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from hwebcore.service.port_holder import PortHolders

pytestmark = pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only /proc tells")


def listening(ip: str) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET)
    if ":" in ip:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.bind((ip, 0))
    sock.listen()
    return sock


@pytest.mark.parametrize(
    ("listens", "asked", "found"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "*", True),
        ("127.0.0.1", "127.0.0.2", False),
        ("127.0.0.1", "::1", False),
        ("::1", "[::1]", True),
        ("::1", "127.0.0.1", False),
    ],
)
def test_who_listens_there_is_named(listens: str, asked: str, found: bool) -> None:
    with listening(listens) as sock:
        address = (asked, sock.getsockname()[1])
        told = PortHolders().find([address])
    if found:
        assert told[address].endswith(f" (pid {os.getpid()})")
    else:
        assert told == {}


def test_a_connection_and_a_bound_socket_listen_nowhere() -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        assert PortHolders().find([sock.getsockname()]) == {}


def made(proc: Path, pid: int, name: str, *words: str) -> None:
    """A process with the socket 77, which listens at 127.0.0.1:80."""
    (proc / str(pid) / "fd").mkdir(parents=True)
    (proc / str(pid) / "fd" / "3").symlink_to("socket:[77]")
    (proc / str(pid) / "comm").write_text(f"{name}\n")
    (proc / str(pid) / "cmdline").write_text("\0".join(words) + "\0")


@pytest.mark.parametrize(
    ("name", "words", "told"),
    [
        ("nginx", ("nginx: master",), "nginx"),
        ("python3", ("/usr/bin/python3", "-I", "/srv/shop/serve.py", "--port"), "python3 serve.py"),
        ("python3", ("python3", "-m", "http.server"), "python3 -m http.server"),
        ("python3", ("python3", "/usr/bin/poolhouse", "serve", "x"), "another Poolhouse"),
        ("python3", ("python3", "-P", "-c", "from console.__main__ import main", "serve"), "another Poolhouse"),
    ],
)
def test_a_program_is_called_by_what_it_runs(tmp_path: Path, name: str, words: tuple[str, ...], told: str) -> None:
    (tmp_path / "net").mkdir()
    row = "0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 77 1"
    (tmp_path / "net" / "tcp").write_text(f"heading\n{row}\n")
    made(tmp_path, 900, name, "a child of it")
    made(tmp_path, 812, name, *words)
    holders = PortHolders(tmp_path)
    assert holders.find([("127.0.0.1", 80)]) == {("127.0.0.1", 80): f"{told} (pid 812)"}
    (tmp_path / "812" / "comm").unlink()
    assert holders.find([("127.0.0.1", 80)]), "known: the processes are not looked through again"
    assert holders.find([("127.0.0.1", 81)]) == {}
    assert holders.find([]) == {}


@pytest.mark.parametrize("asked", ["localhost", "127.1", "fe80::1%lo"])
def test_an_address_that_only_the_system_can_read_is_nobodys(asked: str) -> None:
    with listening("127.0.0.1") as sock:
        port = sock.getsockname()[1]
        assert PortHolders().find([(asked, port), ("127.0.0.1", port)]).keys() == {("127.0.0.1", port)}
