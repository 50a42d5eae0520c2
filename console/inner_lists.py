"""Lists within an entry that its dialog asks as one line each, such as a filtering rule's deny strings: fields and edits. No Textual.

Knows no list by name. Values are parted by commas; one that holds a comma or a quote is written in quotes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from console.forms import Field, Values
from model.edits import AddEntry, Edit, RemoveEntry, Step, Where
from model.effective import EffectiveEntry


@dataclass(frozen=True, slots=True)
class InnerList:
    """`path`: of the list in the entry; `key`: the attribute that its entries consist of."""

    path: str
    key: str
    label: str
    hint: str = ""

    @property
    def id(self) -> str:
        return f"in--{self.path}"

    def values(self, entry: EffectiveEntry | None) -> tuple[str, ...]:
        return tuple(inner.get(self.key) for inner in entry.at(self.path).entries) if entry is not None else ()


def joined(values: Sequence[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(values)
    return written.getvalue() if values else ""


def parted(text: str) -> tuple[str, ...]:
    """Each value once, in its order."""
    row = next(csv.reader([text], skipinitialspace=True), [])
    return tuple(dict.fromkeys(value.strip() for value in row if value.strip()))


def fields(lists: Sequence[InnerList], entry: EffectiveEntry | None) -> tuple[Field, ...]:
    return tuple(Field(inner.id, f"{inner.label}:", initial=joined(inner.values(entry)), hint=inner.hint) for inner in lists)


def edits(lists: Sequence[InnerList], where: Where, steps: tuple[Step, ...], entry: EffectiveEntry | None, values: Values) -> list[Edit]:
    """What makes the lists of the entry at `steps` say what the dialog says."""
    found: list[Edit] = []
    for inner in lists:
        there, wanted = inner.values(entry), parted(values.get(inner.id, joined(inner.values(entry))))
        way = (*steps, *(Step(part) for part in inner.path.split("/")))
        found += [RemoveEntry(where, way, ((inner.key, value),)) for value in there if value not in wanted]
        found += [AddEntry(where, way, "add", ((inner.key, value),)) for value in wanted if value not in there]
    return found
