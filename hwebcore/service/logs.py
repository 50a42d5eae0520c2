"""The logs that the service opens: its own, each pool's output, each site's W3C log, the front's HTTPERR log.

Knows file names and headers, no request: workers and the front write through descriptors (O_APPEND, whole lines). One record
is one line, always: control characters are written as escapes.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import time
from collections import Counter
from collections.abc import Container, Sequence
from datetime import UTC, datetime
from pathlib import Path

from hwebcore.plan import SiteLog, SitePlan
from hwebcore.w3c_log import escape, field_names, header
from hwebcore.worker.httperr import FIELDS

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_ODD_NAME = re.compile(r"[^\w. -]")
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY | getattr(os, "O_NOFOLLOW", 0)
HTTPERR_BYTES = 1 << 20
#: Of the service's log, the front's and each pool's: ten times what a console shows of one, and with the former file beside it still little
#: for a disk, however many pools there are.
OUTPUT_BYTES = 10 << 20
#: Of a former file: child processes of users' code go on into it, and a worker whose loop is held does until it hears of the new one.
FORMER_BYTES = 4 * OUTPUT_BYTES


def one_line(text: str) -> str:
    """`text` as it may stand in a log: every control, bidirectional and zero-width character as an escape."""
    return _UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def open_log(path: Path) -> int:
    """Open for appending, 0640, a regular file and never through a symbolic link: the folder may be one that a pool can write to, and who
    opens must not wait for the reader of a FIFO. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, _FLAGS, 0o640)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    os.set_blocking(descriptor, True)
    return descriptor


def former(path: Path) -> Path:
    """What was written before this file. Never NAME.1.log: a pool may be called NAME.1."""
    return path.with_name(f"{path.name}.1")


def begun_anew(path: Path) -> int | None:
    """The descriptor of a new file, where this one is full (it becomes the former one) or gone: somebody writes it. Raises OSError."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return open_log(path)
    if not stat.S_ISREG(status.st_mode) or status.st_size < OUTPUT_BYTES:
        return None
    os.rename(path, former(path))  # a name that was a link or a FIFO is replaced, not followed
    return open_log(path)


def empty_former(path: Path) -> None:
    """Of who goes on writing there, the newest is kept. Raises OSError."""
    old = former(path)
    try:
        if os.lstat(old).st_size < FORMER_BYTES:
            return
        descriptor = os.open(old, _FLAGS & ~os.O_CREAT)
    except FileNotFoundError:
        return
    try:
        status = os.fstat(descriptor)
        if stat.S_ISREG(status.st_mode) and status.st_nlink == 1:  # one with another name is not ours alone
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


class ServiceLog:
    """The service's own log, events included: `time [event] text`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd = open_log(path)

    def write(self, text: str, event: int = 0) -> None:
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        number = f" {event}" if event else ""
        line = f"{stamp}{number} {one_line(text.replace(chr(10), ' | '))}\n"
        with contextlib.suppress(OSError):  # without a new file the one that is open goes on
            self._roll()
        with contextlib.suppress(OSError):  # a full disk must not stop the service
            os.write(self._fd, line.encode("utf-8", "backslashreplace"))

    def _roll(self) -> None:
        """A new file where this one is full, or somebody deleted it; our own standard output goes along where it is the same file."""
        fresh = begun_anew(self.path)
        if fresh is None:
            return
        for output in (1, 2):
            with contextlib.suppress(OSError):  # we may have none
                if os.path.sameopenfile(output, self._fd):
                    os.dup2(fresh, output)
        os.close(self._fd)
        self._fd = fresh

    def close(self) -> None:
        os.close(self._fd)


def pool_log_path(folder: Path, pool: str) -> Path:
    return folder / "pools" / f"{_ODD_NAME.sub('_', pool)}.log"


def front_log_path(folder: Path) -> Path:
    return folder / "front.log"


class HttpErrLog:
    """The log of what met no pipeline: httperr<N>.log, a new number when the size is reached."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "HTTPERR"
        numbers = [int(name.stem[7:]) for name in self._folder.glob("httperr*.log") if name.stem[7:].isdecimal()]
        self._number = max(numbers, default=1)
        self.fd = self._open(self.path)

    @property
    def path(self) -> Path:
        return self._path_of(self._number)

    def roll(self) -> bool:
        """Whether a new file was begun (`fd` is another then). One that cannot be had is no reason to stop writing this one."""
        status = os.fstat(self.fd)
        number = self._number + (status.st_size >= HTTPERR_BYTES)
        if number == self._number and status.st_nlink:  # one that somebody deleted is begun anew
            return False
        try:
            fresh = self._open(self._path_of(number))
        except OSError:
            return False
        os.close(self.fd)
        self.fd, self._number = fresh, number
        return True

    def _path_of(self, number: int) -> Path:
        return self._folder / f"httperr{number}.log"

    @staticmethod
    def _open(path: Path) -> int:
        fd = open_log(path)
        _write_header(fd, FIELDS)
        return fd

    def close(self) -> None:
        os.close(self.fd)


class Moment:
    """What the logs of a moment are called: each kind of name is made once, however many sites there are."""

    def __init__(self, now: float) -> None:
        self._now = now
        self._names: dict[tuple[str, bool, str], str] = {}

    def name(self, log: SiteLog) -> str:
        kind = log.period, log.local_time, _end(log)
        found = self._names.get(kind)
        if found is None:
            found = self._names[kind] = self._made(*kind)
        return found

    def _made(self, period: str, local: bool, end: str) -> str:
        moment = datetime.fromtimestamp(self._now) if local else datetime.fromtimestamp(self._now, UTC)
        names = {"Hourly": moment.strftime("%y%m%d%H"), "Weekly": f"{moment:%y%m}{(moment.day - 1) // 7 + 1:02}", "Monthly": moment.strftime("%y%m")}
        return f"u_ex{names.get(period, moment.strftime('%y%m%d'))}{end}"


class SiteLogs:
    """The current W3C log of each site."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[int, tuple[Path, int, SiteLog]] = {}
        self.problems: dict[int, str] = {}

    def take(self, sites: list[SitePlan]) -> bool:
        """Open what is new or due; whether any descriptor changed."""
        changed = False
        moment = Moment(_now())
        begun = Counter(path for path, _, _ in self._open.values())
        for site in sites:
            known = self._open.get(site.id)
            if not site.log.enabled:
                changed |= self._forget(site.id)
                continue
            try:
                if known is not None and self._stands(site, known, moment):
                    continue
                path = self.path_of(site, moment)
                if known is not None:
                    begun[known[0]] -= 1
                self._forget(site.id)
                fd = open_log(path)
            except OSError as error:
                self.problems[site.id] = f"{error.filename or self._folder_of(site)}: {error.strerror}"
                continue
            self.problems.pop(site.id, None)
            if not begun[path]:  # a central log has one head for all sites
                _write_header(fd, (*field_names(site.log.fields), *(escape(field.name) for field in site.log.custom)))
            begun[path] += 1
            self._open[site.id] = (path, fd, site.log)
            changed = True
        return changed

    def descriptors(self) -> dict[int, int]:
        return {site: fd for site, (_, fd, _) in self._open.items()}

    def path(self, site: int) -> str:
        return str(self._open[site][0]) if site in self._open else ""

    def _stands(self, site: SitePlan, known: tuple[Path, int, SiteLog], moment: Moment) -> bool:
        """Whether a file goes on. Asked of each site every second: paths are made only where something is new."""
        path, fd, log = known
        if log is not site.log and log != site.log:
            return False
        due = path != self.path_of(site, moment) if log.period == "MaxSize" else path.name != moment.name(log)
        return not due and bool(os.fstat(fd).st_nlink)  # one that somebody moved or deleted is begun anew

    def keep(self, sites: Container[int]) -> None:
        """Let go of the logs of all others: their sites are no longer configured."""
        for site in [site for site in (*self._open, *self.problems) if site not in sites]:
            self._forget(site)
            self.problems.pop(site, None)

    def _folder_of(self, site: SitePlan) -> Path:
        name = "W3SVC" if site.log.central else f"W3SVC{site.id}"
        return (Path(site.log.directory) if site.log.directory else self._folder / "LogFiles") / name

    def path_of(self, site: SitePlan, moment: Moment) -> Path:
        folder = self._folder_of(site)
        if site.log.period == "MaxSize":
            return _newest(folder, site.log.truncate_bytes, _end(site.log))
        return folder / moment.name(site.log)

    def _forget(self, site: int) -> bool:
        known = self._open.pop(site, None)
        if known is None:
            return False
        os.close(known[1])
        return True

    def close(self) -> None:
        for site in list(self._open):
            self._forget(site)


def _end(log: SiteLog) -> str:
    return "_x.log" if log.custom else ".log"


def _now() -> float:
    return time.time()


def _write_header(fd: int, fields: Sequence[str]) -> None:
    try:
        os.write(fd, header(fields, datetime.now(UTC)).encode())
    except OSError:  # a full disk: the records' own gaps tell of it
        return


def _newest(folder: Path, most: int, end: str) -> Path:
    number = 1
    while (path := folder / f"u_extend{number}{end}").exists() and path.stat().st_size >= most:
        number += 1
    return path
