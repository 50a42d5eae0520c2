"""What one user prefers for one instance's console: theme, place, columns, sorting, widths, tips that were seen. Kept in its settings folder.

Knows no widget and no configuration. One JSON file, 0600, written whole; what cannot be read is told and ignored.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.places import Place

FILE = "console.json"
COPIED = "copied.txt"
_MOST_BYTES = 1 << 20


@dataclass(slots=True)
class Preferences:
    """Attributes may be read by anyone; each `keep_…` writes the file. Without a folder everything lasts as long as the console."""

    folder: Path | None = None
    theme: str = ""
    ascii: bool = False
    review: bool = False
    #: Whether heads and bodies are kept while requests are watched.
    capture: bool = True
    place: Place | None = None
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sorts: dict[str, tuple[str, bool]] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    widths: dict[str, int] = field(default_factory=dict)
    tips: set[str] = field(default_factory=set)
    #: What was wrong with the file; "" where nothing was.
    problem: str = ""

    def columns_of(self, page: str, usual: Sequence[str]) -> tuple[str, ...]:
        kept = self.columns.get(page, ())
        return kept or tuple(usual)

    def sort_of(self, page: str) -> tuple[str, bool] | None:
        return self.sorts.get(page)

    def keep_columns(self, page: str, columns: Sequence[str]) -> None:
        self.columns[page] = tuple(columns)
        self.save()

    def keep_sort(self, page: str, sort: tuple[str, bool] | None) -> None:
        if self.sorts.get(page) != sort:
            self.sorts.pop(page, None) if sort is None else self.sorts.update({page: sort})
            self.save()

    def keep_group(self, page: str, group: str) -> None:
        self.groups[page] = group
        self.save()

    def keep_width(self, pane: str, width: int) -> None:
        self.widths[pane] = width
        self.save()

    def keep_place(self, place: Place) -> None:
        if place.lasting != self.place:
            self.place = place.lasting
            self.save()

    def keep_theme(self, theme: str) -> None:
        if theme != self.theme:
            self.theme = theme
            self.save()

    def keep_capture(self, capture: bool) -> None:
        self.capture = capture
        self.save()

    def told(self, tip: str) -> bool:
        """Whether a tip is told for the first time; it counts as told from now on."""
        if tip in self.tips:
            return False
        self.tips.add(tip)
        self.save()
        return True

    def copied(self, text: str) -> Path | None:
        """Write what was copied to a file beside; its path, None without a folder or where it cannot be written."""
        return self._write(COPIED, text if text.endswith("\n") else f"{text}\n")

    def save(self) -> None:
        value = {
            "schema": 1, "theme": self.theme, "ascii": self.ascii, "review": self.review, "capture": self.capture,
            "place": [self.place.page, self.place.site, self.place.app, self.place.detail] if self.place else None,
            "columns": {page: list(columns) for page, columns in self.columns.items()},
            "sorts": {page: list(sort) for page, sort in self.sorts.items()},
            "groups": self.groups, "widths": self.widths, "tips": sorted(self.tips),
        }  # fmt: skip
        self._write(FILE, json.dumps(value, indent=1) + "\n")

    def _write(self, name: str, text: str) -> Path | None:
        if self.folder is None:
            return None
        unfinished = self.folder / f".{name}.{os.getpid()}"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
            unfinished.replace(self.folder / name)
        except OSError as error:
            self.problem = f"{self.folder / name} cannot be written: {error.strerror or error}"
            return None
        return self.folder / name


def read(folder: Path) -> Preferences:
    """Never raises: `problem` says what was ignored."""
    found = Preferences(folder)
    path = folder / FILE
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES)
    except FileNotFoundError:
        return found
    except OSError as error:
        found.problem = f"{path} cannot be read: {error.strerror or error}. It is ignored."
        return found
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        found.problem = f"{path} is no JSON ({error}). It is ignored, and written anew with the next choice."
        return found
    if not isinstance(value, dict):
        found.problem = f"{path} holds no settings. It is ignored, and written anew with the next choice."
        return found
    wrong = [name for name, take in _TAKERS.items() if name in value and not take(found, value[name])]
    if wrong:
        found.problem = f"{path}: {', '.join(wrong)} cannot be understood and {'is' if len(wrong) == 1 else 'are'} ignored."
    return found


def _text(found: Preferences, value: Any) -> bool:
    if isinstance(value, str):
        found.theme = value
    return isinstance(value, str)


def _flag(name: str) -> Callable[[Preferences, Any], bool]:
    def take(found: Preferences, value: Any) -> bool:
        if isinstance(value, bool):
            setattr(found, name, value)
        return isinstance(value, bool)

    return take


def _place(found: Preferences, value: Any) -> bool:
    if value is None:
        return True
    if not (isinstance(value, list) and len(value) == 4 and all(isinstance(part, str) for part in value) and value[0]):
        return False
    found.place = Place(*value).lasting
    return True


def _columns(found: Preferences, value: Any) -> bool:
    if not isinstance(value, dict) or not all(isinstance(entry, list) and all(isinstance(name, str) for name in entry) for entry in value.values()):
        return False
    found.columns = {str(page): tuple(names) for page, names in value.items() if names}
    return True


def _sorts(found: Preferences, value: Any) -> bool:
    def fits(entry: Any) -> bool:
        return isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], str) and isinstance(entry[1], bool)

    if not isinstance(value, dict) or not all(map(fits, value.values())):
        return False
    found.sorts = {str(page): (entry[0], entry[1]) for page, entry in value.items()}
    return True


def _groups(found: Preferences, value: Any) -> bool:
    if not isinstance(value, dict) or not all(isinstance(entry, str) for entry in value.values()):
        return False
    found.groups = dict(value)
    return True


def _widths(found: Preferences, value: Any) -> bool:
    if not isinstance(value, dict) or not all(
        isinstance(entry, int) and not isinstance(entry, bool) and 0 < entry < 1000 for entry in value.values()
    ):
        return False
    found.widths = dict(value)
    return True


def _tips(found: Preferences, value: Any) -> bool:
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        return False
    found.tips = set(value)
    return True


_TAKERS: dict[str, Callable[[Preferences, Any], bool]] = {
    "theme": _text, "ascii": _flag("ascii"), "review": _flag("review"), "capture": _flag("capture"), "place": _place, "columns": _columns,
    "sorts": _sorts, "groups": _groups, "widths": _widths, "tips": _tips,
}  # fmt: skip
