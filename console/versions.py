"""What can be looked at and brought back of the configuration's past: changes, IIS's own copies, backups. No Textual.

Knows the archive, configHistory and backups; nothing of screens. The history page and `poolhouse history` both ask here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from model.archive import Archive, FileRecord, Record, shown_difference
from model.backups import Backups
from model.config_history import ConfigHistory
from model.encoding import decode
from model.workspace import Workspace

#: Digests before and after, by file.
Pairs = Mapping[Path, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of applicationHost.config: of configHistory, or a backup that somebody named."""

    kind: Literal["history", "backup"]
    name: str
    #: When it was made, seconds since the epoch.
    time: float
    folder: Path


def files_of(record: Record, only: Path | None = None) -> tuple[FileRecord, ...]:
    return tuple(file for file in record.files if only is None or file.path == only)


def pairs(archive: Archive, records: Sequence[Record], only: Path | None = None) -> Pairs:
    """Of one change what it did; of two, each file that either touched, as the first left it and as the second did."""
    if len(records) == 1:
        return {file.path: (file.before, file.after) for file in files_of(records[0], only)}
    older, newer = sorted(records, key=lambda record: record.number)[:: len(records) - 1]
    touched = {file.path for record in archive.records() if older.number < record.number <= newer.number for file in files_of(record, only)}
    return {path: (_left_by(archive, path, older.number), _left_by(archive, path, newer.number)) for path in sorted(touched)}


def _left_by(archive: Archive, path: Path, number: int) -> str:
    """The file's digest after a change: as the newest one up to it left it, else as the first one after it found it."""
    seen = [(record.number, file) for record in archive.records() for file in record.files if file.path == path]
    earlier = [file.after for at, file in seen if at <= number]
    return earlier[-1] if earlier else seen[0][1].before if seen else ""


def differences(archive: Archive, found: Pairs) -> dict[Path, str]:
    """The diffs for reading. Raises ValueError where a kept version is damaged."""
    return {path: archive.diff(path, *pair) for path, pair in found.items() if pair[0] != pair[1]}


def contents(archive: Archive, record: Record, *, before: bool, only: Path | None = None) -> dict[Path, bytes | None]:
    """The files as the change left them, or as they were before it; None is a file that was not there. Raises ValueError."""
    found: dict[Path, bytes | None] = {}
    for file in files_of(record, only):
        digest = file.before if before else file.after
        data = archive.content(digest) if digest else None
        if digest and data is None:
            raise ValueError(f"the version {digest[:12]} of {file.path} is not kept")
        found[file.path] = data
    return found


def copies(workspace: Workspace) -> tuple[Copy, ...]:
    """Newest first: IIS's own copies of the server's file, and backups."""
    found: list[Copy] = []
    history, backups = ConfigHistory.of(workspace.hierarchy), workspace.backups
    stores: tuple[tuple[Literal["history", "backup"], ConfigHistory | Backups | None], ...] = (("history", history), ("backup", backups))
    for kind, store in stores:
        for name in store.names() if store is not None else ():
            folder = store.folder / name if store is not None else Path(name)
            found.append(Copy(kind, name, (folder / "applicationHost.config").stat().st_mtime, folder))
    return tuple(sorted(found, key=lambda copy: copy.time, reverse=True))


def content_of(copy: Copy) -> bytes:
    return (copy.folder / "applicationHost.config").read_bytes()


def copy_difference(workspace: Workspace, copy: Copy) -> str:
    """From the copy to what the server's file says now."""
    now = workspace.document(workspace.root)
    return shown_difference(decode(content_of(copy)).text, now.text if now is not None else "", str(workspace.root))
