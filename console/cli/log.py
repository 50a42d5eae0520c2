"""`poolhouse log [CONFIG]`: what the pools' workers wrote: what applications print, tracebacks, why one could not be started.

Knows no service: a log is read where it lies, whether its pool runs or not. Look next at hwebcore/service/logs.py, which opens them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from console.cli.instance import add_config, locate
from console.cli.output import DONE, FINDINGS, USAGE, Ended, Tinted, as_json, line
from console.log_tail import Ends, newest, written_since

Tell = Callable[[Path, Sequence[str]], None]
LINES = 40
#: How often a log that is followed is looked at.
_LOOK_S = 0.2


def arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser, positional=True)
    parser.add_argument("--pool", metavar="NAME", help="of this pool alone; without it, of all")
    parser.add_argument("--lines", type=int, default=LINES, metavar="N", help=f"how many of the newest lines of each ({LINES})")
    parser.add_argument("--follow", action="store_true", help="go on with what is written, until ctrl+c")
    parser.add_argument("--service", action="store_true", help="the service's own log instead: starts, recycles, failures, changes")
    parser.add_argument("--json", action="store_true", help="an object a log; with --follow, one more for what is new")


def run(options: argparse.Namespace) -> int:
    if options.lines < 0:
        raise Ended(USAGE, "--lines: a number of lines, 0 for none")
    instance = locate(options.path or options.config, vanished=True)
    find = partial(_logs, instance.folders.logs, options.pool, options.service)
    logs = find()
    if not logs and not options.follow:
        which = f"pool {options.pool} has written nothing here" if options.pool else "no pool has written anything yet"
        raise Ended(FINDINGS, f"{which}: logs are begun when a pool's worker starts")
    tell: Tell = _tell_json if options.json else _Told(named=len(logs) != 1)
    ends = {path: _tell_last(path, options.lines, tell) for path in logs}
    if options.follow:
        for path, text in _new(ends, find):
            tell(path, text)
    return DONE


def _logs(folder: Path, pool: str | None, service: bool) -> list[Path]:
    if service:
        return [path for path in (folder / "service.log",) if path.is_file()]
    found = sorted((folder / "pools").glob("*.log"))
    return [path for path in found if pool is None or path.stem.lower() == _file_name(pool).lower()]


def _file_name(pool: str) -> str:
    """As the service names it: what is no name of a file is an underscore."""
    return "".join(letter if letter.isalnum() or letter in "_. -" else "_" for letter in pool)


def _tell_last(path: Path, count: int, tell: Tell) -> Ends:
    """The newest lines; how far the log was read."""
    data, ends = newest(path)
    lines = data.decode("utf-8", "replace").splitlines()
    tell(path, lines[-count:] if count else [])
    return ends


def _new(ends: dict[Path, Ends], find: Callable[[], list[Path]]) -> Iterator[tuple[Path, list[str]]]:
    """What is written from now on, in whole lines; a log that is begun now is followed too."""
    kept: dict[tuple[Path, tuple[int, int]], bytes] = {}
    while True:
        for path in {**ends, **dict.fromkeys(find())}:
            for file, data in written_since(path, ends.setdefault(path, {})):
                whole, _, kept[path, file] = (kept.get((path, file), b"") + data).rpartition(b"\n")
                if whole:
                    yield path, whole.decode("utf-8", "replace").split("\n")
        time.sleep(_LOOK_S)


class _Told:
    """As text: which pool's it is stands above, where there are several, or one more comes."""

    def __init__(self, named: bool) -> None:
        self._named = named
        self._last: Path | None = None

    def __call__(self, path: Path, lines: Sequence[str]) -> None:
        if lines and path != self._last:
            self._named = self._named or self._last is not None
            self._last = path
            if self._named:
                line(Tinted(f"{path.stem}  {path}", "strong"))
        for text in lines:
            line(text)
        sys.stdout.flush()  # whoever follows through a pipe waits for it


def _tell_json(path: Path, lines: Sequence[str]) -> None:
    as_json({"log": path.stem, "path": str(path), "lines": list(lines)})
