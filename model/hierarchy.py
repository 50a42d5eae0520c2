"""The hierarchy: which files speak for a path, in which order, and what their words come to.

Knows nothing of edits, screens and processes. Chain: the two .NET levels (defaults/), applicationHost.config, then the
web.config of every folder from the site's root down; location tags of an upper file count before the lower file itself.
merge.py lays the layers; effective.py marks what comes out; sections/sites.py types the sites.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

from model.config_path import SERVER, ConfigPath
from model.config_source import sourced
from model.defaults.levels import MACHINE, WEBROOT, machine_config, root_web_config, standard_declarations
from model.document import Document
from model.drive_map import DriveMap, web_config_of
from model.effective import EffectiveElement, EffectiveEntry, EffectiveSection
from model.file_index import DUPLICATE, Declaration, FileIndex, index
from model.merge import NO_SCHEMA, Completed, Layer, default_element, lay, with_defaults
from model.schema import ElementSchema, section_schema
from model.sections.application_pools import ApplicationPools, AppPool
from model.sections.sites import Application, Site, Sites, VirtualDirectory
from model.source import INVALID_DATA, Problem

#: The number of applicationHost.config in every chain.
_SERVER = 2

_Item = TypeVar("_Item", Application, VirtualDirectory)
_Typed = TypeVar("_Typed", AppPool, Site)

__all__ = ["Chain", "DriveMap", "Hierarchy", "Level"]


@dataclass(frozen=True, slots=True)
class Level:
    """A point of a chain: a config path, and the file that stands there, if any."""

    name: str
    kind: str
    index: FileIndex | None
    number: int


@dataclass(frozen=True, slots=True)
class Chain:
    """All levels from MACHINE down to a path, and what is declared along it."""

    levels: tuple[Level, ...]
    #: section → (declaration, the number of its file's level)
    declarations: dict[str, tuple[Declaration, int]]
    #: section → every word on it along the chain, in the order in which they are laid
    words: Mapping[str, tuple[Layer, ...]]
    #: What was asked for below the server's level: path → the file, None where there is none.
    asked: tuple[tuple[Path, Document | None], ...] = ()

    @property
    def files(self) -> tuple[FileIndex, ...]:
        return tuple(level.index for level in self.levels if level.index is not None)


class Hierarchy:
    """One state of the configuration's files. Immutable in effect: after a change of a file, make a new one.

    `before`: the state before this one. What the two share is taken over from it, as the same objects.
    """

    def __init__(
        self,
        server: Document,
        read: Callable[[Path], Document | None],
        drives: DriveMap | None = None,
        before: Hierarchy | None = None,
    ) -> None:
        self.server = server
        self.read = read
        self.drives = drives or DriveMap(server.path.parent)
        self._kept = _Kept()
        self._known = before._kept if before is not None and before.drives == self.drives else _Kept()
        self._chains: dict[tuple[str, ...], Chain] = {}
        #: The same by the paths as they were asked for, in whatever case.
        self._asked: dict[ConfigPath, Chain] = {}
        #: (section, its layers, its declaration) → what they come to; the objects live as long as their chains.
        self._at: dict[tuple[str, int, int], EffectiveSection] = {}
        self._files: dict[tuple[Path, str], FileIndex] = {}
        #: What configSource names, read once.
        self._sources: dict[Path, Document | None] = {}

    # --- sites and pools --------------------------------------------------------------------------------------------

    @cached_property
    def _pools(self) -> tuple[AppPool, ...]:
        return tuple(self._entries(ApplicationPools.SECTION, lambda entry, schema: AppPool.from_element(entry, schema)))

    @cached_property
    def _sites(self) -> tuple[Site, ...]:
        def site(entry: EffectiveEntry, schema: ElementSchema) -> Site:
            found = Site.from_element(entry, schema)
            return found.model_copy(update={"applications": tuple(map(self._placed, found.applications))})

        return tuple(self._entries(Sites.SECTION, site))

    def _entries(self, section: str, typed: Callable[[EffectiveEntry, ElementSchema], _Typed]) -> Iterator[_Typed]:
        """The entries of a server-level collection as models; those that are the same as before are the same objects."""
        schema = section_schema(section)
        assert schema is not None
        assert schema.entry is not None
        for entry in self.merged(section, ConfigPath()).root.entries:
            found = self._known.typed.get(id(entry)) or (entry, typed(entry, schema.entry))
            self._kept.typed[id(entry)] = found
            yield found[1]

    def _placed(self, application: Application) -> Application:
        directories = tuple(
            directory.model_copy(update={"folder": self.drives.resolve(directory.physical_path)}) for directory in application.virtual_directories
        )
        return application.model_copy(update={"virtual_directories": directories})

    def pools(self) -> tuple[AppPool, ...]:
        return self._pools

    def sites(self) -> tuple[Site, ...]:
        return self._sites

    @cached_property
    def _sites_by_name(self) -> dict[str, Site]:
        return {site.name.lower(): site for site in self._sites}

    def site(self, name: str) -> Site | None:
        return self._sites_by_name.get(name.lower())

    def map_url(self, site: str, url_path: str) -> tuple[Application | None, VirtualDirectory | None, Path | None]:
        """The application, the virtual directory and the physical path of a URL path; the path is None where a drive is not mapped."""
        found = self.site(site)
        application = _longest(found.applications, lambda item: item.path, url_path) if found else None
        if application is None:
            return None, None, None
        directory = _longest(application.virtual_directories, application.url_of, url_path)
        if directory is None or directory.folder is None:
            return application, directory, None
        rest = url_path.strip("/")[len(application.url_of(directory).strip("/")) :].strip("/")
        return application, directory, directory.folder / rest if rest else directory.folder

    # --- chains -----------------------------------------------------------------------------------------------------

    def chain(self, path: ConfigPath) -> Chain:
        known = self._asked.get(path)
        if known is None:
            known = self._chains.get(path.key)
            if known is None:
                made = self._server_chain() if path.is_server else self._extended(self.chain(path.parent), path)
                known = self._chains.setdefault(path.key, made)  # where two threads ask, both get the first: `_at` counts on its objects
            self._asked[path] = known
        return known

    def files_for(self, path: ConfigPath) -> tuple[tuple[Document, ConfigPath], ...]:
        """The files that speak for a path, outermost first; the two .NET levels count as the server's."""
        return tuple((level.index.document, ConfigPath.parse(level.name)) for level in self.chain(path).levels if level.index is not None)

    def file_problems(self, path: ConfigPath) -> tuple[Problem, ...]:
        """What is wrong with the files along a path as files: not well-formed, unknown sections."""
        return tuple(problem for file in self.chain(path).files for problem in file.problems)

    def documents(self) -> tuple[Document, ...]:
        """applicationHost.config and every web.config, and file that one names, that was read so far."""
        read = (*(file.document for file in self._files.values()), *filter(None, self._sources.values()))
        return (self.server, *{id(document): document for document in read}.values())

    def unknown(self, path: ConfigPath) -> Problem | None:
        """Why there is no such path: its site is missing, or has no application "/" with a virtual directory "/"."""
        if path.is_server:
            return None
        site = self.site(path.site)
        if site is None:
            return Problem("error", NO_SCHEMA, f"There is no configuration path {path}: no site has that name", None)
        root = next((application.root for application in site.applications if application.path == "/"), None)
        if root is None:
            message = f'There is no configuration path {path}: the site has no application "/" with a virtual directory "/"'
            return Problem("error", NO_SCHEMA, message, site.source)
        return None

    def _source(self, file: Path) -> Document | None:
        if file not in self._sources:
            self._sources[file] = self.read(file)
        return self._sources[file]

    def level_of(self, path: ConfigPath) -> int:
        """The number that a file at this path has, or would have."""
        return self.chain(path).levels[-1].number

    def _server_chain(self) -> Chain:
        levels: list[Level] = []
        declarations: dict[str, tuple[Declaration, int]] = {}
        documents = ((machine_config(), MACHINE, "machine"), (root_web_config(), WEBROOT, "webroot"), (self.server, SERVER, "server"))
        for number, (document, name, kind) in enumerate(documents):
            file = index(document, name, declarations.keys(), SERVER)
            if document is self.server and not file.declarations:
                file = _with_standard_declarations(file, declarations.keys())
            levels.append(Level(name, kind, file, number))
            declarations |= {section: (declaration, number) for section, declaration in file.declarations.items()}
        words: Mapping[str, tuple[Layer, ...]] = {}
        for level in levels:
            words, _ = self._words(words, levels, level)
        return Chain(tuple(levels), declarations, words)

    def _extended(self, upper: Chain, path: ConfigPath) -> Chain:
        application, directory, folder = self.map_url(path.site, path.path)
        number = len(upper.levels)
        is_root = application is not None and application.path.lower() == path.path.lower()
        file = None
        asked = upper.asked
        if folder is not None and directory is not None and application is not None:
            at_top = application.url_of(directory).lower() == path.path.lower()
            if at_top or directory.allow_sub_dir_config:
                place = web_config_of(folder)
                file = self._file(place, str(path), upper)
                asked = (*asked, (place, file.document if file is not None else None))
        level = Level(str(path), "application" if is_root else "folder", file, number)
        declarations = upper.declarations
        if file is not None and file.declarations:
            declarations = {**declarations, **{name: (declaration, number) for name, declaration in file.declarations.items()}}
        words, sources = self._words(upper.words, upper.levels, level)
        return Chain((*upper.levels, level), declarations, words, (*asked, *sources))

    def _file(self, place: Path, name: str, upper: Chain) -> FileIndex | None:
        known = self._files.get((place, name))
        if known is None:
            document = self.read(place)
            if document is None:
                return None
            known = self._files.setdefault((place, name), index(document, name, upper.declarations.keys()))
        return known

    # --- sections ---------------------------------------------------------------------------------------------------

    def layers(self, section: str, path: ConfigPath) -> tuple[Layer, ...]:
        """Every word on a section from MACHINE down to a path, in the order in which they are laid."""
        return self.chain(path).words.get(section, ())

    def _words(
        self, upper: Mapping[str, tuple[Layer, ...]], levels: Sequence[Level], level: Level
    ) -> tuple[Mapping[str, tuple[Layer, ...]], list[tuple[Path, Document | None]]]:
        """The words above a level with its own: tags of the files above, outermost first, then its file; the same object where it
        adds none. And the files that configSource asked for."""
        point = level.name.lower()
        new: list[tuple[str, list[Layer]]] = []
        if level.number > _SERVER:
            for above in levels:
                if above.index is not None and above.index.locations:
                    new += _tag_layers(above, above.index, point, level).items()
        if level.index is not None:
            own = level.index
            body = {name: [Layer(item, own.document, level.name, level.number, level.kind) for item in items] for name, items in own.body.items()}
            new += body.items()
            new += (
                (name, _once([*body.get(name, ()), *tags])[len(body.get(name, ())) :]) for name, tags in _tag_layers(level, own, point, level).items()
            )
        words = upper
        if level.kind == "application" and any(layer.tag and not layer.tag.inherit for layers in upper.values() for layer in layers):
            words = {name: tuple(layer for layer in layers if layer.tag is None or layer.tag.inherit) for name, layers in upper.items()}
        asked: list[tuple[Path, Document | None]] = []

        def source(file: Path) -> Document | None:
            asked.append((file, self._source(file)))
            return asked[-1][1]

        if new:
            words = dict(words)
            for name, layers in new:
                words[name] = (*words.get(name, ()), *(sourced(layer, source) for layer in _once(layers)))
        return words, asked

    def merged(self, section: str, path: ConfigPath) -> EffectiveSection:
        """The section at a path without marks for that path; equal words give the same object, whichever path asks."""
        chain = self.chain(path)
        declared = chain.declarations.get(section)
        layers = chain.words.get(section, ())
        place = (section, id(layers), id(declared))
        found = self._at.get(place)
        if found is None:
            found = self._at.setdefault(place, self._laid(section, declared, layers))
        return found

    def _laid(self, section: str, declared: tuple[Declaration, int] | None, layers: tuple[Layer, ...]) -> EffectiveSection:
        key: tuple[object, ...] = (section, *((*declared[0].rules, declared[1]) if declared else ()))
        found = self._remembered(key, lambda: _blank(section, declared))
        if not layers:
            return found
        schema = section_schema(section)
        for layer in layers:
            key = (*key, *layer.key)
            found = self._remembered(key, partial(lay, found, layer, schema))
        if schema is None or schema.collection is None or not schema.collection.defaults:
            return found
        laid = found
        return self._remembered((*key, "completed"), lambda: self._completed(section, laid, schema))

    def _remembered(self, key: tuple[object, ...], make: Callable[[], EffectiveSection]) -> EffectiveSection:
        found = self._kept.merged.get(key)
        if found is None:
            found = self._kept.merged.setdefault(key, self._known.merged.get(key) or make())
        return found

    def _completed(self, section: str, laid: EffectiveSection, schema: ElementSchema) -> EffectiveSection:
        defaults, known = self._known.completed.get(section, ({}, {}))
        root, completed = with_defaults(laid.root, schema, known=known if defaults == laid.root.elements else None)
        self._kept.completed[section] = laid.root.elements, completed
        return replace(laid, root=root)


@dataclass
class _Kept:
    """What the next state takes over as far as it is the same there. Keys hold nodes and entries: none is another's by a reused identity."""

    merged: dict[tuple[object, ...], EffectiveSection] = field(default_factory=dict)
    #: section → the elements that held defaults, and the entries completed from them
    completed: dict[str, tuple[dict[str, EffectiveElement], Completed]] = field(default_factory=dict)
    #: identity of an entry → itself, and the pool or site that it is
    typed: dict[int, tuple[EffectiveEntry, Any]] = field(default_factory=dict)


def _with_standard_declarations(file: FileIndex, known: Set[str]) -> FileIndex:
    """The server's file as if it began with the declarations that IIS ships; IIS itself refuses a file without any."""
    root = file.document.root
    if root is None:
        return file
    standard = index(standard_declarations(), SERVER, known)
    read = index(file.document, SERVER, known | standard.declarations.keys(), SERVER)
    message = "There is no <configSections>: the declarations that IIS ships are assumed. IIS refuses such a file"
    problem = Problem("warning", INVALID_DATA, message, file.source(root))
    return replace(read, declarations=standard.declarations, problems=(*read.problems, problem))


def _tag_layers(upper: Level, file: FileIndex, point: str, level: Level) -> dict[str, list[Layer]]:
    """What the location tags of a file say for a level, by section."""
    found: dict[str, list[Layer]] = {}
    for tag in file.locations.get(point, ()):
        for section, elements in tag.sections.items():
            found.setdefault(section, []).extend(Layer(item, file.document, level.name, upper.number, upper.kind, tag) for item in elements)
    return found


def _once(layers: list[Layer]) -> list[Layer]:
    """The layers of one file for one path: whatever stands there after the first is a fault."""
    return layers if len(layers) < 2 else [layers[0], *(replace(layer, fault=_repeated(layer)) for layer in layers[1:])]


def _repeated(layer: Layer) -> Problem:
    message = f"This file speaks of <{layer.element.name}> for the same path already: a section stands once"
    return Problem("error", DUPLICATE, message, layer.source(layer.element))


def _blank(section: str, declared: tuple[Declaration, int] | None) -> EffectiveSection:
    schema = section_schema(section)
    root = default_element(schema) if schema is not None else EffectiveElement(section.rpartition("/")[2])
    if declared is None:
        return EffectiveSection(section, root, declared=False)
    declaration, level = declared
    return EffectiveSection(
        section,
        root,
        allow_definition=declaration.allow_definition,
        locked_level=level if declaration.override_mode == "Deny" else None,
        allow_location=declaration.allow_location,
        needs_schema=schema is None and level > 1,
    )


def _longest(items: tuple[_Item, ...], path_of: Callable[[_Item], str], url_path: str) -> _Item | None:
    """The item whose URL path is the longest that holds `url_path`, by whole segments."""
    wanted = url_path.lower().rstrip("/") + "/"
    held = [item for item in items if wanted.startswith(path_of(item).lower().rstrip("/") + "/")]
    return max(held, key=lambda item: len(path_of(item)), default=None)
