"""What a property grid says of a setting: category, label, a sentence. A value only; the words stand in the files of the nouns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Property:
    """`path` leads from the grid's element to the attribute's element ("processModel", "application[path=/]")."""

    category: str
    label: str
    path: str
    attribute: str
    about: str = ""
    read_only: bool = False
