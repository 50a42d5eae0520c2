"""Watcher: a thread that tells when a file of interest below a folder changed.

Knows no meaning: names decide (web.config, the configuration's own name, *.py, folders, and what the owner names). plan_source.py owns these.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import watchfiles

from model.light_sleep import LightSleep
from model.presence import is_folder, is_there

#: What follows within a step belongs to the same change; a change is told after so long at the latest.
_DEBOUNCE_MS = 40
_STEP_MS = 10


class Watcher:
    """Watches folders from the moment it is made, in one thread. `works` turns False where the system cannot watch one: then poll.

    `changed` is called on that thread with the paths that changed, with none where the watching ended.
    """

    def __init__(
        self,
        folders: Iterable[str],
        recursive: bool,
        config_name: str,
        changed: Callable[[frozenset[str]], None],
        named: Callable[[str], bool] = lambda path: False,
    ) -> None:
        """`named`: whether a path of any other name matters; asked on the watching thread."""
        self.folders = frozenset(folders)
        self._named = named
        self.works = True
        self._recursive = recursive
        self._config_name = config_name.lower()
        self._changed = changed
        self._sleep = LightSleep()
        self._thread = threading.Thread(target=self._run, name=f"watch {len(self.folders)} folders", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:  # the system has no room for one more
            self._sleep.begun()
            raise

    def stop(self) -> None:
        self._sleep.set()

    def _run(self) -> None:
        try:
            for changes in watchfiles.watch(
                *sorted(self.folders),
                watch_filter=self._matters,
                debounce=_DEBOUNCE_MS,
                step=_STEP_MS,
                stop_event=self._sleep,
                rust_timeout=0,
                recursive=self._recursive,
                raise_interrupt=False,
                ignore_permission_denied=True,
            ):
                self._changed(frozenset(path for _, path in changes))
        except (OSError, RuntimeError, ValueError):  # the last for a folder whose name is no UTF-8
            self.works = False
        self._sleep.begun()
        if not self._sleep.ended:
            # The folder itself is gone, or cannot be watched: whoever listens looks for itself.
            self.works = False
            self._changed(frozenset())

    def _matters(self, change: watchfiles.Change, path: str) -> bool:
        folder, name = os.path.split(path)
        lowered = name.lower()
        if path in self.folders:
            return True
        if "__pycache__" in folder or lowered == "__pycache__" or "/." in folder[len(self._top(folder)) :]:
            return False
        if lowered in ("web.config", self._config_name) or lowered.endswith(".py") or self._named(path):
            return True
        # A folder that comes or goes brings or takes a web.config with it, and reports nothing of its content.
        if not self._recursive or change is watchfiles.Change.modified or "." in name:
            return False
        place = Path(path)
        return is_folder(place) or not is_there(place)

    def _top(self, folder: str) -> str:
        """The watched folder that it is below."""
        while folder not in self.folders and len(folder) > 1:
            folder = os.path.dirname(folder)
        return folder
