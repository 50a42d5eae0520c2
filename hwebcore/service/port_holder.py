"""Who listens where a binding wants to: found in /proc, "" where that does not tell (another system, another user's process).

Knows no binding. endpoints.py asks when an address is taken.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import struct
from collections.abc import Collection, Iterator
from pathlib import Path

_LISTENS = "0A"
#: What any program may be asked as: an interpreter says nothing by its own name.
_INTERPRETERS = ("python", "node", "java", "ruby", "perl", "php", "dotnet")
_MOST_NAME = 60


class PortHolders:
    """Looks every process through only where a socket is new: a port that stays taken is asked for once a second."""

    def __init__(self, proc: Path = Path("/proc")) -> None:
        self._proc = proc
        #: A listening socket's inode → the program in words, "" where it is not to be seen.
        self._known: dict[int, str] = {}

    def find(self, addresses: Collection[tuple[str, int]]) -> dict[tuple[str, int], str]:
        """(ip or "*", port) → "nginx (pid 812)", for those that are found. Of several (a server and its children) the first that was started."""
        held = self._inodes(addresses)
        unknown = set(held.values()) - self._known.keys()
        self._known = {inode: self._known.get(inode, "") for inode in held.values()}
        if unknown:
            self._known |= self._programs(unknown)
        return {address: self._known[inode] for address, inode in held.items() if self._known[inode]}

    def _inodes(self, addresses: Collection[tuple[str, int]]) -> dict[tuple[str, int], int]:
        """Of the socket that has this address, or one that covers it."""
        wanted: dict[tuple[str, int], str] = {}
        for ip, port in addresses:
            with contextlib.suppress(OSError):  # a name, or a short form: the system reads more addresses than we do
                wanted[(ip, port)] = "" if ip == "*" else _in_hex(ip)
        found: dict[tuple[str, int], int] = {}
        for name, everywhere in (("tcp", "0" * 8), ("tcp6", "0" * 32)):
            for address, port, inode in _listening(self._proc / "net" / name):
                for key, word in wanted.items():
                    covers = address == everywhere and len(word) <= len(address)
                    if key[1] == port and (not word or address == word or covers):
                        found.setdefault(key, inode)
        return found

    def _programs(self, inodes: set[int]) -> dict[int, str]:
        found: dict[int, str] = {}
        wanted = {f"socket:[{inode}]": inode for inode in inodes}
        for pid in sorted(int(entry) for entry in os.listdir(self._proc) if entry.isdigit()):
            with contextlib.suppress(OSError):
                for descriptor in os.scandir(self._proc / str(pid) / "fd"):
                    with contextlib.suppress(OSError):
                        inode = wanted.pop(os.readlink(descriptor.path), 0)
                        if inode:
                            found[inode] = f"{_name(self._proc / str(pid))} (pid {pid})"
            if not wanted:
                break
        return found


def _listening(table: Path) -> Iterator[tuple[str, int, int]]:
    """(address, port, inode). Listening sockets stand first: what follows are connections, and there may be 100,000."""
    with contextlib.suppress(OSError), table.open("r", encoding="ascii") as rows:
        next(rows, None)
        for row in rows:
            fields = row.split()
            if len(fields) < 10 or fields[3] != _LISTENS:
                return
            address, _, number = fields[1].rpartition(":")
            yield address, int(number, 16), int(fields[9])


def _in_hex(ip: str) -> str:
    """As the kernel writes it: words of four bytes, each in the machine's own order."""
    bare = ip.strip("[]")
    packed = socket.inet_pton(socket.AF_INET6 if ":" in bare else socket.AF_INET, bare)
    return "".join(f"{word:08X}" for word in struct.unpack(f"={len(packed) // 4}I", packed))


def _name(process: Path) -> str:
    """Its own name; of an interpreter what it runs."""
    name = (process / "comm").read_text("utf-8", "replace").strip()
    words = (process / "cmdline").read_bytes().decode("utf-8", "replace").rstrip("\0").split("\0")
    if any(Path(word).name in ("poolhouse", "console.__main__") or "console.__main__ import main" in word for word in words):
        return "another Poolhouse"
    if not name.startswith(_INTERPRETERS):
        return name
    told = ""
    for before, word in itertools.pairwise(words):
        if before == "-m" or not word.startswith("-"):
            told = f"-m {word}" if before == "-m" else Path(word).name
            break
    return f"{name} {told}".strip()[:_MOST_NAME]
