"""`poolhouse history`: every change of every file, by Poolhouse or by others; what differs between any two; a file as it once was.

Knows the archive (model/archive.py) and restores through the workspace, so that a restored version can be undone like any edit.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from console.cli.instance import Instance, add_config, locate
from console.cli.output import DONE, FINDINGS, USAGE, Ended, Tinted, as_json, line, words
from model.archive import Archive, FileRecord, Record
from model.workspace import ChangedOnDisk, ReadOnly, Workspace

_SHOWN = 12


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", choices=("list", "diff", "restore"), default="list")
    parser.add_argument("numbers", nargs="*", type=int, metavar="N", help="diff N [M]: what N did, or from N to M; restore N: as N left the files")
    parser.add_argument("--file", metavar="FILE", help="only this file")
    parser.add_argument("--before", action="store_true", help="restore: the files as they were before N")
    add_config(parser)
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    counts = {"list": (0,), "diff": (1, 2), "restore": (1,)}[options.action]
    if len(options.numbers) not in counts:
        raise Ended(USAGE, "poolhouse history [list] | diff N [M] | restore N [--before]")
    instance = locate(options.config)
    workspace = Workspace.open(instance.config, instance.drives, state=instance.folders.state)
    assert workspace.archive is not None
    records = workspace.archive.records()
    only = Path(options.file).absolute() if options.file else None
    if options.action == "list":
        _list(instance, records, only, options.json)
    elif options.action == "diff":
        _diff(workspace.archive, [_record(records, number) for number in options.numbers], only, options.json)
    else:
        _restore(workspace, _record(records, options.numbers[0]), only, options)
    return DONE


def _record(records: tuple[Record, ...], number: int) -> Record:
    found = next((record for record in records if record.number == number), None)
    if found is None:
        raise Ended(FINDINGS, f"there is no change {number}; poolhouse history lists them")
    return found


def _files(record: Record, only: Path | None) -> tuple[FileRecord, ...]:
    return tuple(file for file in record.files if only is None or file.path == only)


def _list(instance: Instance, records: tuple[Record, ...], only: Path | None, wants_json: bool) -> None:
    chosen = [record for record in records if _files(record, only)]
    if wants_json:
        as_json({"changes": [_value(record, only) for record in chosen]})
        return
    for record in chosen:
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.time))
        line(f"{record.number:>5}  ", Tinted(when, "quiet"), f"  {record.label}", Tinted("  by another program" if record.foreign else "", "warning"))
        for file in _files(record, only):
            line(f"       {file.path}  ", Tinted(f"{_short(file.before)} → {_short(file.after)}", "quiet"))
    if not chosen:
        words(f"no change of {only or instance.config} was seen yet")


def _short(digest: str) -> str:
    return digest[:_SHOWN] or "none"


def _value(record: Record, only: Path | None) -> dict[str, object]:
    files = [{"file": str(file.path), "before": file.before or None, "after": file.after or None} for file in _files(record, only)]
    return {"number": record.number, "time": record.time, "label": record.label, "foreign": record.foreign, "files": files}


def _diff(archive: Archive, records: list[Record], only: Path | None, wants_json: bool) -> None:
    """Of one change what it did; of two, each file that either touched, as the first left it and as the second did."""
    pairs = {file.path: (file.before, file.after) for file in _files(records[0], only)}
    if len(records) == 2:
        older, newer = sorted(records, key=lambda record: record.number)
        touched = {file.path for record in archive.records() if older.number < record.number <= newer.number for file in _files(record, only)}
        pairs = {path: (_left_by(archive, path, older.number), _left_by(archive, path, newer.number)) for path in sorted(touched)}
    try:
        texts = {path: archive.diff(path, *pair) for path, pair in pairs.items() if pair[0] != pair[1]}
    except ValueError as error:
        raise Ended(FINDINGS, str(error)) from error
    if wants_json:
        as_json({"files": [{"file": str(path), "diff": text} for path, text in texts.items()]})
        return
    for text in texts.values():
        for row in text.splitlines():
            line(Tinted(row, "good" if row.startswith("+") else "bad" if row.startswith("-") else ""))


def _left_by(archive: Archive, path: Path, number: int) -> str:
    """The file's digest after a change: as the newest one up to it left it, else as the first one after it found it."""
    seen = [(record.number, file) for record in archive.records() for file in record.files if file.path == path]
    earlier = [file.after for at, file in seen if at <= number]
    return earlier[-1] if earlier else seen[0][1].before if seen else ""


def _restore(workspace: Workspace, record: Record, only: Path | None, options: argparse.Namespace) -> None:
    assert workspace.archive is not None
    restored = []
    for file in _files(record, only):
        digest = file.before if options.before else file.after
        try:
            data = workspace.archive.content(digest) if digest else None
            if digest and data is None:
                raise ValueError(f"the version {_short(digest)} of {file.path} is not kept")
            saved = workspace.save(workspace.propose_content(file.path, data, f"restore {file.path.name} of change {record.number}"))
        except (ValueError, ReadOnly, ChangedOnDisk) as error:
            raise Ended(FINDINGS, str(error)) from error
        restored += [str(path) for path in saved.paths]
    if options.json:
        as_json({"event": "restored", "files": restored})
    else:
        words("\n".join(f"restored: {path}" for path in restored) or "everything is as it was then")
