"""A program: saves files again and again in a child that is stopped at one system call after another, and killed or refused there.

Knows Linux's ptrace on x86-64. Prints one JSON object: what was found in the folder after each stop. The tests of saving start it.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import platform
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from model import saving
from model.saving import ChangedOnDisk, ReadOnly, Replaced
from model.unsaved import sweep, unsaved_name

_TRACEME, _PEEKUSER, _POKEUSER, _SYSCALL, _SETOPTIONS = 0, 3, 6, 24, 0x4200
_SYSGOOD, _EXITKILL = 1, 0x100000
_CALL, _RESULT = 15 * 8, 10 * 8
#: What a save asks of the file system: write, close, fstat, lseek, flock, fsync, rename, mkdir, unlink, fchmod, fchown, openat, lstat and their like.
_OF_FILES = frozenset({1, 3, 4, 5, 6, 8, 73, 74, 75, 82, 87, 91, 93, 137, 138, 190, 193, 196, 257, 262, 263, 264, 269, 316, 332, 439})
_DONE, _REFUSED, _CHANGED, _BROKEN = 0, 10, 11, 12

Deed = Callable[[], None]
works = sys.platform == "linux" and platform.machine() == "x86_64"


class _Traced:
    """One run of a deed in a child. `at`: the number of the call before which it is killed, or that fails with `fault`."""

    def __init__(self, deed: Deed, at: int, fault: int) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        self._libc.ptrace.restype = ctypes.c_long
        self.calls = 0
        self.code = -1
        self.touched = False
        self._pid = os.fork()
        if self._pid == 0:
            self._child(deed)
        os.waitpid(self._pid, 0)
        self._ask(_SETOPTIONS, 0, _SYSGOOD | _EXITKILL)
        self._follow(at, fault)

    def _child(self, deed: Deed) -> None:
        self._libc.ptrace(_TRACEME, 0, None, None)
        os.kill(os.getpid(), signal.SIGSTOP)
        code = _BROKEN
        try:
            deed()
            code = _DONE
        except ReadOnly:
            code = _REFUSED
        except ChangedOnDisk:
            code = _CHANGED
        finally:
            os._exit(code)

    def _ask(self, request: int, address: int = 0, value: int = 0) -> int:
        return int(self._libc.ptrace(request, self._pid, ctypes.c_void_p(address), ctypes.c_void_p(value)))

    def _next(self) -> bool:
        """To the next stop at a call; False at the end."""
        self._ask(_SYSCALL)
        _, status = os.waitpid(self._pid, 0)
        if os.WIFEXITED(status):
            self.code = os.WEXITSTATUS(status)
        return os.WIFSTOPPED(status)

    def _follow(self, at: int, fault: int) -> None:
        while self._next():
            counted = not fault or self._ask(_PEEKUSER, _CALL) in _OF_FILES
            if counted and self.calls == at and not self.touched:
                self.touched = True
                if not fault:
                    os.kill(self._pid, signal.SIGKILL)
                    os.waitpid(self._pid, 0)
                    return
                self._ask(_POKEUSER, _CALL, ctypes.c_ulong(-1).value)
                self._next()
                self._ask(_POKEUSER, _RESULT, ctypes.c_ulong(-fault).value)
                self.calls += 1
                continue
            self.calls += counted
            if not self._next():
                return


def _reset(folder: Path, files: list[Replaced]) -> None:
    for path in folder.iterdir():
        path.unlink()
    for file in files:
        if file.before is not None:
            file.path.write_bytes(file.before)


def _look(folder: Path, files: list[Replaced]) -> tuple[str, list[str]]:
    """Which files are new, as a text of o and n, and what should not be: a third content, a name of nobody's."""
    wrong: list[str] = []
    state = ""
    for file in files:
        now = file.path.read_bytes() if file.path.exists() else None
        state += "n" if now == file.after else "o" if now == file.before else "?"
        if now not in (file.before, file.after):
            wrong.append(f"{file.path.name} holds {now!r:.60}")
    known = {name for file in files for name in (file.path.name, unsaved_name(file.path).name)}
    wrong += [f"{path.name} is left" for path in folder.iterdir() if path.name not in known]
    return state, wrong


def _recovers(folder: Path, files: list[Replaced]) -> list[str]:
    """What stands in the way after a sweep: nothing, and the next save goes through without one."""
    again = [Replaced(file.path, file.path.read_bytes() if file.path.exists() else None, b"again") for file in files]
    saving.save(again)
    left = sorted(path.name for path in folder.iterdir())
    wrong = [] if left == sorted(file.path.name for file in files) else [f"after the next save: {left}"]
    for file in files:
        unsaved_name(file.path).write_bytes(b"left")
        sweep(file.path)
        wrong += [f"{file.path.name} is not swept"] if unsaved_name(file.path).exists() else []
    return wrong


def _all_stops(folder: Path, files: list[Replaced], fault: int) -> dict[str, object]:
    states: Counter[str] = Counter()
    wrong: list[str] = []
    recovered: set[tuple[str, ...]] = set()
    at = 0
    while True:
        _reset(folder, files)
        run = _Traced(lambda: saving.save(files), at, fault)
        state, found = _look(folder, files)
        if run.code == _BROKEN or run.code == _CHANGED:
            found.append(f"it ended with {run.code}")
        if run.code == _DONE and "o" in state:
            found.append("saved is said, and it is not")
        if run.code == _REFUSED and state.strip("o"):
            found.append(f"refused is said, and {state}")
        left = (state, *sorted(f"{path.name} {path.stat().st_size}" for path in folder.iterdir()))
        if left not in recovered:  # equal folders recover equally
            recovered.add(left)
            found += _recovers(folder, files)
        wrong += [f"call {at}: {text}" for text in found]
        states[f"{run.code}:{state}"] += 1
        if not run.touched:
            return {"stops": at, "states": dict(states), "wrong": wrong}
        at += 1


def main(folder: Path) -> None:
    text, longer = b"<configuration />\n", b"<configuration><!-- " + b"x" * 20_000 + b" --></configuration>\n"
    a, b = folder / "applicationHost.config", folder / "web.config"
    scenarios = {
        "make": [Replaced(b, None, longer)],
        "remove": [Replaced(b, text, None)],
        "two": [Replaced(a, longer, text), Replaced(b, text, longer)],
    }
    for files in scenarios.values():  # everything is loaded before the counting
        _reset(folder, files)
        saving.save(files)
    found = {f"{name} killed": _all_stops(folder, files, 0) for name, files in scenarios.items()}
    found |= {f"{name} on a full disk": _all_stops(folder, files, errno.ENOSPC) for name, files in scenarios.items()}
    found["remove on a broken disk"] = _all_stops(folder, scenarios["remove"], errno.EIO)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
