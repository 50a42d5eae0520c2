"""FileIndex: what one configuration file holds, found by name: declarations, sections, location tags.

Knows nothing of other files and of merging. hierarchy.py asks it; names that nobody declared or described are its problems.
"""

from __future__ import annotations

import bisect
import functools
import itertools
from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace
from functools import cached_property

from model.document import Document, Element
from model.schema import section_groups, sections
from model.source import INVALID_DATA, Problem, Source

DUPLICATE = "0x800700b7"
_FIRST_CHILD = "<configSections> may stand in a file once, as the first element below <configuration>"
_DEFINITIONS = ("Everywhere", "MachineToApplication", "MachineToRootWeb", "MachineOnly", "AppHostOnly")
_MODES = ("Allow", "Deny")
_SWITCH = ("true", "false")
#: The attributes of a location tag.
_OF_LOCATION = frozenset({"path", "overrideMode", "allowOverride", "inheritInChildApplications"})


@dataclass(frozen=True, slots=True)
class Declaration:
    """A `<section>` of configSections."""

    name: str
    allow_definition: str = "Everywhere"
    override_mode: str = "Allow"
    allow_location: bool = True
    source: Source | None = None

    @property
    def rules(self) -> tuple[str, str, bool]:
        """What it says, wherever it stands."""
        return self.allow_definition, self.override_mode, self.allow_location


@dataclass(frozen=True, slots=True)
class LocationTag:
    """A `<location>`; `point` is the config path it speaks for, in lower case."""

    point: str
    path: str
    override_mode: str
    inherit: bool
    element: Element
    sections: dict[str, tuple[Element, ...]]


@dataclass(frozen=True)
class FileIndex:
    document: Document
    #: The config path of the file's level as written: "MACHINE/WEBROOT/APPHOST/Site".
    name: str
    declarations: dict[str, Declaration] = field(default_factory=dict)
    body: dict[str, tuple[Element, ...]] = field(default_factory=dict)
    locations: dict[str, tuple[LocationTag, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @cached_property
    def _points(self) -> list[str]:
        return sorted(self.locations)

    def points_below(self, point: str) -> Iterator[str]:
        """The config paths below one (in lower case) for which location tags speak."""
        start = point + "/"
        for found in itertools.islice(self._points, bisect.bisect_left(self._points, start), None):
            if not found.startswith(start):
                return
            yield found

    def source(self, element: Element) -> Source:
        return Source(str(self.document.path), element.line, element.column, self.name)

    def sections(self) -> frozenset[str]:
        """Every section that the file mentions, wherever."""
        tags = (tag.sections for group in self.locations.values() for tag in group)
        return frozenset(self.body).union(*tags)


def index(document: Document, name: str, known: Set[str], base: str = "") -> FileIndex:
    """Index a file of level `name`. `known`: sections declared above; `base`: what its location paths are relative to (default `name`)."""
    errors = [problem for problem in document.problems if problem.severity == "error"]
    if document.root is None or errors:
        return FileIndex(document, name, problems=tuple(_placed(problem, name) for problem in document.problems))
    if document.root.name != "configuration":
        source = Source(str(document.path), document.root.line, document.root.column, name)
        return FileIndex(
            document, name, problems=(Problem("error", INVALID_DATA, f"The root element is <{document.root.name}>, not <configuration>", source),)
        )
    return _Reader(document, name, base or name, known).read()


def _placed(problem: Problem, name: str) -> Problem:
    """The problem with the file's place in the hierarchy: one document may stand at several."""
    return replace(problem, source=replace(problem.source, config_path=name)) if problem.source else problem


@functools.cache
def _groups_of(names: frozenset[str]) -> frozenset[str]:
    """The groups on the way to these sections."""
    split = (name.split("/") for name in names)
    return frozenset("/".join(parts[:length]) for parts in split for length in range(1, len(parts)))


class _Reader:
    def __init__(self, document: Document, name: str, base: str, known: Set[str]) -> None:
        self.document = document
        self.name = name
        self.base = base
        self.known = known
        self.declarations: dict[str, Declaration] = {}
        self.groups: set[str] = set()
        self.problems: list[Problem] = list(document.problems)

    def read(self) -> FileIndex:
        root = self.document.root
        assert root is not None
        self._declarations(root)
        self.groups |= section_groups() | _groups_of(frozenset(self.known)) | _groups_of(frozenset(self.declarations))
        body = self._sections(child for child in root.children if child.name not in ("configSections", "location"))
        locations: dict[str, list[LocationTag]] = {}
        for element in root.find_all("location"):
            tag = self._location(element)
            locations.setdefault(tag.point, []).append(tag)
        return FileIndex(
            self.document, self.name, self.declarations, body, {point: tuple(tags) for point, tags in locations.items()}, tuple(self.problems)
        )

    def _problem(self, element: Element, message: str, code: str = INVALID_DATA) -> None:
        self.problems.append(Problem("error", code, message, Source(str(self.document.path), element.line, element.column, self.name)))

    def _word(self, element: Element, name: str, default: str, words: tuple[str, ...]) -> str:
        """The attribute's value as `words` spell it; `default` where it is missing or, a problem, none of them."""
        written = element.get(name)
        found = next((word for word in words if written is not None and word.lower() == written.lower()), None)
        if written is not None and found is None:
            self._problem(element, f"'{written}' is no value of '{name}'. It must be one of {', '.join(words)}")
        return found or default

    def _declarations(self, root: Element) -> None:
        for position, child in enumerate(root.children):
            if child.name == "configSections":
                if position:
                    self._problem(child, _FIRST_CHILD)
                self._group(child, "")

    def _group(self, element: Element, prefix: str) -> None:
        for child in element.children:
            full = prefix + child.get("name", "") if child.name in ("section", "sectionGroup") else ""
            if child.name == "sectionGroup":
                self.groups.add(full)
                self._group(child, full + "/")
            elif child.name == "section":
                self._declare(child, full)

    def _declare(self, element: Element, full: str) -> None:
        if full in self.known or full in self.declarations:
            self._problem(element, f"The section '{full}' is declared already, here or in a file above", DUPLICATE)
            return
        if not element.get("name"):
            self._problem(element, "<section> needs the attribute 'name'")
            return
        self.declarations[full] = Declaration(
            full,
            self._word(element, "allowDefinition", "Everywhere", _DEFINITIONS),
            self._word(element, "overrideModeDefault", "Allow", _MODES),
            self._word(element, "allowLocation", "true", _SWITCH) == "true",
            Source(str(self.document.path), element.line, element.column, self.name),
        )

    def _location(self, element: Element) -> LocationTag:
        path = (element.get("path") or "").replace("\\", "/").strip("/")
        path = "" if path == "." else path
        for attribute in element.attributes:
            if attribute.name not in _OF_LOCATION:
                self._problem(element, f"<location> has no attribute '{attribute.name}'")
        if element.get("overrideMode") is not None and element.get("allowOverride") is not None:
            self._problem(element, "A location tag may have overrideMode or allowOverride, not both")
        old = {"true": "Allow", "false": "Deny", "": "Inherit"}[self._word(element, "allowOverride", "", _SWITCH)]
        mode = self._word(element, "overrideMode", old, (*_MODES, "Inherit"))
        inherit = self._word(element, "inheritInChildApplications", "true", _SWITCH) == "true"
        point = (f"{self.base}/{path}" if path else self.name).lower()
        return LocationTag(point, path, mode, inherit, element, self._sections(iter(element.children)))

    def _sections(self, elements: Iterator[Element], prefix: str = "") -> dict[str, tuple[Element, ...]]:
        found: dict[str, tuple[Element, ...]] = {}
        for element in elements:
            full = prefix + element.name
            if full in self.declarations or full in self.known or full in sections():
                found[full] = (*found.get(full, ()), element)
            elif full in self.groups:
                self._settings_of_group(element)
                for name, inner in self._sections(iter(element.children), full + "/").items():
                    found[name] = (*found.get(name, ()), *inner)
            else:
                self._problem(element, f"<{element.name}> is unknown here: there is no section '{full}'")
        return found

    def _settings_of_group(self, element: Element) -> None:
        for attribute in element.attributes:
            if not attribute.name.startswith("xmlns"):
                message = f"<{element.name}> is a group of sections and holds no settings: '{attribute.name}' has no effect"
                source = Source(str(self.document.path), attribute.line, attribute.column, self.name)
                self.problems.append(Problem("warning", INVALID_DATA, message, source))
