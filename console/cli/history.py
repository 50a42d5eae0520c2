"""`poolhouse history`: every change of every file, by Poolhouse or by others; what differs between any two; a file as it once was.

Knows the archive (model/archive.py) and restores through the workspace, so that a restored version can be undone like any edit.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from console import versions
from console.cli.instance import Instance, add_config, locate
from console.cli.output import DONE, FINDINGS, USAGE, Ended, Tinted, as_json, line, words
from model.archive import Archive, Record
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


def _list(instance: Instance, records: tuple[Record, ...], only: Path | None, wants_json: bool) -> None:
    chosen = [record for record in records if versions.files_of(record, only)]
    if wants_json:
        as_json({"changes": [_value(record, only) for record in chosen]})
        return
    for record in chosen:
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.time))
        line(f"{record.number:>5}  ", Tinted(when, "quiet"), f"  {record.label}", Tinted("  by another program" if record.foreign else "", "warning"))
        for file in versions.files_of(record, only):
            line(f"       {file.path}  ", Tinted(f"{_short(file.before)} → {_short(file.after)}", "quiet"))
    if not chosen:
        words(f"no change of {only or instance.config} was seen yet")


def _short(digest: str) -> str:
    return digest[:_SHOWN] or "none"


def _value(record: Record, only: Path | None) -> dict[str, object]:
    files = [{"file": str(file.path), "before": file.before or None, "after": file.after or None} for file in versions.files_of(record, only)]
    return {"number": record.number, "time": record.time, "label": record.label, "foreign": record.foreign, "files": files}


def _diff(archive: Archive, records: list[Record], only: Path | None, wants_json: bool) -> None:
    try:
        texts = versions.differences(archive, versions.pairs(archive, records, only))
    except ValueError as error:
        raise Ended(FINDINGS, str(error)) from error
    if wants_json:
        as_json({"files": [{"file": str(path), "diff": text} for path, text in texts.items()]})
        return
    for text in texts.values():
        for row in text.splitlines():
            line(Tinted(row, "good" if row.startswith("+") else "bad" if row.startswith("-") else ""))


def _restore(workspace: Workspace, record: Record, only: Path | None, options: argparse.Namespace) -> None:
    assert workspace.archive is not None
    try:
        kept = versions.contents(workspace.archive, record, before=options.before, only=only)
        saved = workspace.save(workspace.propose_contents(kept, f"restore {', '.join(path.name for path in kept)} of change {record.number}"))
    except (ValueError, ReadOnly, ChangedOnDisk) as error:
        helps = f"; this would help: {error.command}" if isinstance(error, ReadOnly) and error.command else ""
        raise Ended(FINDINGS, f"{error}{helps}") from error
    restored = [str(path) for path in saved.paths]
    if options.json:
        as_json({"event": "restored", "files": restored})
    else:
        words("\n".join(f"restored: {path}" for path in restored) or "everything is as it was then")
