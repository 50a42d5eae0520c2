"""The instance's certificates: a folder of 0700 in its state, NAME.pem each (0600: chain and key), and `bindings` by key.

Knows no connection and no configuration: of the bindings only sslFlags stand in the XML (cfg 5.1). Read by the service, written by
the command line and the console; a lock keeps two writers apart, and every file is replaced whole.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from hwebcore.certificate import Certificate, read_certificate
from hwebcore.certificate_keys import BadKey, parsed_key
from hwebcore.platform import private_folder

if TYPE_CHECKING:
    from hwebcore.certificate_making import Pair

FOLDER = "certificates"
_BINDINGS = "bindings"
_LOCK = ".lock"
_NAME = re.compile(r"[A-Za-z0-9_*][A-Za-z0-9_.* -]{0,99}")


class StoreFault(Exception):
    """What was asked for cannot be done, or the store is not to be trusted."""


@dataclass(frozen=True, slots=True)
class Contents:
    """`unreadable`: certificate's name → why it cannot be used."""

    certificates: tuple[Certificate, ...] = ()
    #: key → certificate's name.
    bindings: Mapping[str, str] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)

    def named(self, name: str) -> Certificate | None:
        return next((certificate for certificate in self.certificates if certificate.name.casefold() == name.casefold()), None)

    def keys_of(self, name: str) -> tuple[str, ...]:
        return tuple(key for key, bound in self.bindings.items() if bound == name)


class CertificateStore:
    """`state`: the instance's state folder. Nothing is made before something is kept."""

    def __init__(self, state: Path) -> None:
        self.folder = state / FOLDER

    def read(self) -> Contents:
        """Everything but the keys. Raises StoreFault for a folder or file that is not ours alone."""
        if not self.folder.is_dir():
            return Contents()
        _trusted(self.folder, folder=True)
        certificates, unreadable = [], {}
        for path in sorted(self.folder.glob("*.pem")):
            try:
                _trusted(path)
                certificates.append(read_certificate(path.stem, path.read_bytes()))
            except (StoreFault, OSError, ValueError) as error:
                unreadable[path.stem] = str(error)
        return Contents(tuple(certificates), self._bindings(), unreadable)

    def signature(self) -> tuple[object, ...]:
        """Differs when anything in the store was changed."""
        try:
            entries = sorted((entry.name, (status := entry.stat()).st_mtime_ns, status.st_size, status.st_ino) for entry in os.scandir(self.folder))
        except FileNotFoundError:
            return ()
        return tuple(entry for entry in entries if not entry[0].startswith("."))

    def text(self, name: str) -> bytes:
        """The chain with its key, as PEM, for whoever serves it. Raises StoreFault or OSError."""
        path = self.folder / f"{name}.pem"
        _trusted(path)
        return path.read_bytes()

    def add(self, name: str, pair: Pair, *, replace: bool = False) -> Certificate:
        """Keep a certificate; one of that name only where `replace`: its bindings then serve the new one. Raises StoreFault."""
        if not _NAME.fullmatch(name) or name.endswith("."):
            raise StoreFault(f"{name!r} cannot be a certificate's name: letters, digits, dots, dashes and blanks, at most 100")
        try:
            made = read_certificate(name, pair.chain)
        except ValueError as error:
            raise StoreFault(f"the certificate cannot be read: {error}") from error
        with self._locked():
            there = self.read().named(name)
            if there is not None and not replace:
                raise StoreFault(f"there is a certificate {there.name!r} already")
            if there is not None:
                name = there.name
            self._write(f"{name}.pem", pair.chain + pair.key)
        return made

    def remove(self, name: str, *, bound: bool = False) -> None:
        """Forget a certificate and its key; one that serves a binding only where `bound`. Raises StoreFault."""
        with self._locked():
            contents = self.read()
            there = contents.named(name)
            known = there.name if there is not None else name
            if there is None and known not in contents.unreadable:
                raise StoreFault(f"there is no certificate {name!r}")
            keys = contents.keys_of(known)
            if keys and not bound:
                raise StoreFault(f"{known!r} serves {', '.join(keys)}")
            if keys:
                self._write_bindings({key: other for key, other in contents.bindings.items() if other != known})
            (self.folder / f"{known}.pem").unlink(missing_ok=True)

    def bind(self, place: str, name: str) -> str:
        """Serve `name` at a key; answers the key. Raises StoreFault."""
        try:
            key = parsed_key(place)
        except BadKey as error:
            raise StoreFault(str(error)) from error
        with self._locked():
            contents = self.read()
            there = contents.named(name)
            if there is None:
                raise StoreFault(f"there is no certificate {name!r}")
            self._write_bindings({**contents.bindings, key: there.name})
        return key

    def unbind(self, place: str) -> str:
        """Serve none there any more; answers which it was. Raises StoreFault."""
        try:
            key = parsed_key(place)
        except BadKey as error:
            raise StoreFault(str(error)) from error
        with self._locked():
            bindings = dict(self.read().bindings)
            if key not in bindings:
                raise StoreFault(f"no certificate is bound to {key}")
            name = bindings.pop(key)
            self._write_bindings(bindings)
        return name

    # --- files

    def _bindings(self) -> dict[str, str]:
        path = self.folder / _BINDINGS
        try:
            _trusted(path)
            kept = json.loads(path.read_bytes())["bindings"]
            return {str(key): str(name) for key, name in sorted(kept.items())}
        except FileNotFoundError:
            return {}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreFault(f"{path} cannot be read: {error}") from error

    def _write_bindings(self, bindings: Mapping[str, str]) -> None:
        self._write(_BINDINGS, json.dumps({"schema": 1, "bindings": dict(sorted(bindings.items()))}, indent=1).encode())

    def _write(self, name: str, data: bytes) -> None:
        unfinished = self.folder / f".{name}.{os.getpid()}"
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.folder / name)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        private_folder(self.folder)
        descriptor = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            for left in self.folder.glob(".*"):  # of a writer that was killed, or had no room: a key may be in it
                if left.name != _LOCK:
                    left.unlink(missing_ok=True)
            yield
        finally:
            os.close(descriptor)


def _trusted(path: Path, *, folder: bool = False) -> None:
    """Raises StoreFault for what is not this user's alone, FileNotFoundError for what is not there."""
    status = path.lstat()
    right_kind = stat.S_ISDIR(status.st_mode) if folder else stat.S_ISREG(status.st_mode)
    if not right_kind or stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid != os.getuid():
        raise StoreFault(f"{path} must be a {'folder' if folder else 'file'} of this user alone ({'0700' if folder else '0600'})")
