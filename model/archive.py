"""Poolhouse's own history: every change of every configuration file, by anybody, kept in the instance's state; what a file was, ever.

Knows bytes and paths, no XML. One line of JSON a change, contents by digest, all 0600; two consoles may write at once, and a change
that both see is recorded once. The oldest go (Bounds). workspace.py records and restores; history.py is what can be undone now.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.difference import excerpt, unified
from model.encoding import decode
from model.secret import Unreadable, Vault, is_clear, masked

#: No packed content begins so.
_SEALED = b"Poolhouse sealed 1\n"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file's digests before and after; "" where it was not there."""

    path: Path
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Record:
    number: int
    #: Seconds since the epoch.
    time: float
    label: str
    #: Made by another program.
    foreign: bool
    files: tuple[FileRecord, ...]


FileChange = tuple[Path, bytes | None, bytes | None]


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is kept: the newest changes within all of these, but never fewer than `least`. `bytes`: as they lie on the disk."""

    age_s: float = 366 * 86_400.0
    changes: int = 10_000
    bytes: int = 256 * 1024 * 1024
    least: int = 100
    #: So many changes are recorded between two looks.
    every: int = 50


class Archive:
    def __init__(self, folder: Path, bounds: Bounds | None = None, vault: Callable[[], Vault] | None = None) -> None:
        """With a vault, what holds a secret in clear text (another program wrote it) is encrypted here."""
        self.folder = folder
        self._vault = vault
        self.bounds = bounds or Bounds()
        self._contents = folder / "contents"
        self._read: tuple[tuple[int, int], tuple[Record, ...]] | None = None
        self._newest: tuple[tuple[Record, ...], dict[Path, str]] | None = None
        for made in (folder, self._contents):
            made.mkdir(mode=0o700, parents=True, exist_ok=True)

    def records(self) -> tuple[Record, ...]:
        """Oldest first. A line that cannot be read (a crash tore it) is left out."""
        try:
            status = self._index.stat()
        except FileNotFoundError:
            return ()
        stamp = (status.st_size, status.st_mtime_ns)
        if self._read is None or self._read[0] != stamp:
            self._read = stamp, tuple(self._records())
        return self._read[1]

    def record(self, label: str, changes: Iterable[FileChange], *, foreign: bool = False) -> Record | None:
        """Keeps what changed; of foreign changes only what nobody recorded yet, None where nothing is left."""
        with self._locked():
            last = self._last()
            kept = [(path, before, after) for path, before, after in changes if not foreign or last.get(path) != _digest(after)]
            if not kept:
                return None
            files = tuple(FileRecord(path, self._keep(before), self._keep(after)) for path, before, after in kept)
            number = max((record.number for record in self.records()), default=0) + 1
            made = Record(number, time.time(), label, foreign, files)
            self._append(made)
            if number % self.bounds.every == 0:
                self._prune(made.time)
            return made

    def last_digest(self, path: Path) -> str | None:
        """Of the newest version known; "" where the file had gone, None where it was never recorded."""
        return self._last().get(path)

    def content(self, digest: str) -> bytes | None:
        """A version's bytes, None where it is not kept. Raises ValueError where they are not what was kept."""
        try:
            kept = (self._contents / digest).read_bytes()
            if kept.startswith(_SEALED) and self._vault is not None:
                kept = self._vault().unseal(kept.removeprefix(_SEALED))
            data = zlib.decompress(kept)
        except FileNotFoundError:
            return None
        except (zlib.error, Unreadable) as error:
            raise ValueError(f"the kept version {digest[:12]} is damaged") from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise ValueError(f"the kept version {digest[:12]} is damaged")
        return data

    def diff(self, path: Path, older: str, newer: str) -> str:
        """For reading, between any two versions; secrets are asterisks."""
        return shown_difference(self._text(older), self._text(newer), str(path))

    def _text(self, digest: str) -> str:
        data = self.content(digest) if digest else None
        return decode(data).text if data is not None else ""

    def _records(self) -> Iterator[Record]:
        for line in self._index.read_bytes().splitlines():
            with contextlib.suppress(ValueError, KeyError, TypeError):
                yield _record(json.loads(line))

    def _last(self) -> dict[Path, str]:
        records = self.records()
        if self._newest is None or self._newest[0] is not records:
            self._newest = records, {file.path: file.after for record in records for file in record.files}
        return self._newest[1]

    @property
    def _index(self) -> Path:
        return self.folder / "changes.jsonl"

    def _append(self, record: Record) -> None:
        descriptor = os.open(self._index, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as stream:
            size = stream.seek(0, os.SEEK_END)
            torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            stream.write(b"\n" * torn + _line(record))
            stream.flush()
            os.fsync(stream.fileno())

    def _prune(self, now: float) -> None:
        """Lets the oldest go. The index first: a content that nobody names any more is harmless, the other way round is not."""
        records = self.records()
        kept = _within(records, self.bounds, now, self._sizes())
        if len(kept) < len(records):
            unfinished = self.folder / ".changes.jsonl"
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.writelines(_line(record) for record in kept)
                stream.flush()
                os.fsync(stream.fileno())
            unfinished.replace(self._index)
        named = {digest for record in kept for file in record.files for digest in (file.before, file.after)}
        for name in self._sizes().keys() - named:  # what a crash left unfinished, too: nobody else writes while the lock is held
            with contextlib.suppress(FileNotFoundError):
                (self._contents / name).unlink()

    def _sizes(self) -> dict[str, int]:
        with os.scandir(self._contents) as found:
            return {entry.name: entry.stat().st_size for entry in found}

    def _keep(self, data: bytes | None) -> str:
        digest = _digest(data)
        target = self._contents / digest
        if data is None or target.exists():
            return digest
        unfinished = target.with_name(f".{digest}.{os.getpid()}")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(self._packed(data))
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(target)
        return digest

    def _packed(self, data: bytes) -> bytes:
        packed = zlib.compress(data, 1)
        if self._vault is None or not is_clear(decode(data).text):
            return packed
        return _SEALED + self._vault().seal(packed)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def shown_difference(before: str, after: str, name: str) -> str:
    """A diff for reading, with secrets as asterisks; that nothing else changed is said, without telling what."""
    before, after, above = excerpt(before, after)
    hidden = masked(before), masked(after)
    if hidden[0] == hidden[1] and before != after:
        return f"--- {name}\n+++ {name}\nA secret value changed"
    return unified(*hidden, name, above=above)


def _within(records: tuple[Record, ...], bounds: Bounds, now: float, sizes: dict[str, int]) -> tuple[Record, ...]:
    """The newest ones: each of them young enough, and all together not too many and not too large."""
    seen: set[str] = set()
    total = 0
    for count, record in enumerate(reversed(records)):
        fresh = {digest for file in record.files for digest in (file.before, file.after)} - seen
        seen |= fresh
        total += sum(sizes.get(digest, 0) for digest in fresh)
        if count >= bounds.least and (count >= bounds.changes or now - record.time > bounds.age_s or total > bounds.bytes):
            return records[len(records) - count :]
    return records


def _line(record: Record) -> bytes:
    files = [{"path": str(file.path), "before": file.before, "after": file.after} for file in record.files]
    value = {"number": record.number, "time": record.time, "label": record.label, "foreign": record.foreign, "files": files}
    return json.dumps(value).encode() + b"\n"


def _digest(data: bytes | None) -> str:
    return "" if data is None else hashlib.sha256(data).hexdigest()


def _record(value: dict[str, Any]) -> Record:
    files = tuple(FileRecord(Path(file["path"]), str(file["before"]), str(file["after"])) for file in value["files"])
    return Record(int(value["number"]), float(value["time"]), str(value["label"]), bool(value["foreign"]), files)
