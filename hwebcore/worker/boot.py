"""The first file that a worker or the front runs: `python -I boot.py ROLE --channel FD --dependencies FOLDER:FOLDER`.

Loads hwebcore and its few dependencies by file location and leaves none of their folders on sys.path, so that a user's own
`model`, `console` or `themes` is theirs. Imports nothing of ours before that is set up. Next: worker.py, front/front.py.
"""

from __future__ import annotations

import gc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from types import ModuleType

OURS = "hwebcore"
DEPENDENCIES = ("uvloop", "httptools", "cryptography", "cffi", "_cffi_backend", "wsproto", "h11")
#: Top-level packages of this distribution that a worker must never find by chance.
HIDDEN = ("model", "console", "themes", "sample_configs")


class RuntimeFinder:
    """Finds hwebcore and what it needs in their own folders, whatever sys.path says."""

    def __init__(self, root: str, dependencies: list[str]) -> None:
        self._root = [root]
        self._dependencies = dependencies

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> importlib.machinery.ModuleSpec | None:
        if path is not None:
            return None
        if name == OURS:
            return importlib.machinery.PathFinder.find_spec(name, self._root)
        if name in DEPENDENCIES:
            return importlib.machinery.PathFinder.find_spec(name, self._dependencies)
        return None


class HidingFinder:
    """The last but one word on names of ours: a user's `model` is found, the distribution's own beside hwebcore is not."""

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root)

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> importlib.machinery.ModuleSpec | None:
        if path is not None or name not in HIDDEN:
            return None
        folders = [folder for folder in sys.path if os.path.realpath(folder or ".") != self._root]
        spec = importlib.machinery.PathFinder.find_spec(name, folders)
        if spec is None:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return spec


def settle_path(root: str, dependencies: list[str]) -> None:
    """Leave on sys.path the standard library and the environment's packages, nothing that only we put there."""
    real = os.path.realpath(root)
    if not real.endswith(("site-packages", "dist-packages")):
        sys.path[:] = [folder for folder in sys.path if os.path.realpath(folder) != real]
    # An editable install finds its packages through a finder of its own: it would show users' code ours.
    sys.meta_path[:] = [finder for finder in sys.meta_path if "__editable__" not in (getattr(finder, "__module__", "") or "")]
    sys.meta_path[:0] = [RuntimeFinder(root, dependencies), HidingFinder(root)]


def main(arguments: list[str]) -> int:
    role, channel, dependencies = arguments[0], int(arguments[2]), arguments[4].split(os.pathsep)
    os.set_inheritable(channel, False)
    os.umask(0o027)
    settle_path(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), dependencies)
    gc.disable()  # what is imported stays: no collection has to look through it, now or later
    if role == "front":
        from hwebcore.front.front import run
    else:
        from hwebcore.worker.worker import run
    gc.freeze()
    gc.enable()
    return run(channel)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
