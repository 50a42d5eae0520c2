"""FilePlanSource: watches the configuration's files and the applications' code, compiles, and yields a generation for each change.

Knows no pools that run and no sockets. A file is taken only once it rests and reads well; one that stays broken becomes a
generation that says so. compiler.py makes the generations; hwebcore/service takes them through hwebcore.plan_source.
"""

from __future__ import annotations

import asyncio
import dataclasses
import traceback
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from hwebcore.plan import Generation, Mode, PoolPlan, Problem, RouteTable, Source
from model.compiler import compile_pool, compile_server
from model.config_path import SERVER
from model.document import Document
from model.drive_map import DriveMap
from model.hierarchy import Hierarchy
from model.watcher import Watcher

#: A file has to rest this long before it is read.
REST_S = 0.06
#: A file that does not read well may be half written: how long it gets to become whole.
PATIENCE_S = 0.35
#: How often the known files are looked at where the system reports no changes, and where it does.
POLL_S = 0.5
CHECK_S = 5.0

Stamp = tuple[int, int, int]


class FilePlanSource:
    """`config`: applicationHost.config or its folder. `drives`, `ports`, `accepted`: the instance's answers (DESIGN.md 5)."""

    def __init__(
        self,
        config: Path,
        drives: Mapping[str, Path] | None = None,
        ports: Mapping[int, int] | None = None,
        accepted: frozenset[str] = frozenset(),
    ) -> None:
        config = config.absolute()
        self.config = config / "applicationHost.config" if config.is_dir() else config
        self.drives = dict(drives or {})
        self.ports = dict(ports or {})
        self.accepted = accepted
        self._documents: dict[Path, tuple[Stamp, Document]] = {}
        #: How often the files were read as a whole.
        self.readings = 0
        self._usable: Hierarchy | None = None
        self._changed = asyncio.Event()
        self._forced = False
        self._watchers: dict[tuple[Path, bool], Watcher] = {}
        #: Files of other names that something was read from, or would be: configSource's.
        self._named: set[str] = set()

    # --- PlanSource -------------------------------------------------------------------------------------------------

    async def generations(self) -> AsyncIterator[Generation]:
        """The first generation at once, then one after each change. Ends its watching when the iterator is closed."""
        loop = asyncio.get_running_loop()
        try:
            last = await asyncio.to_thread(self._compile)
            self._watch(loop)
            yield last
            # What changed between the first reading and the start of the watching is not lost.
            self._changed.set()
            while True:
                await self._next_change()
                made = await self._settled()
                self._watch(loop)
                forced, self._forced = self._forced, False
                if forced or dataclasses.replace(made, compiled_ms=0.0) != dataclasses.replace(last, compiled_ms=0.0):
                    last = made
                    yield made
        finally:
            for watcher in self._watchers.values():
                watcher.stop()
            self._watchers.clear()

    async def refresh(self) -> None:
        """Look now: the next generation comes even if nothing changed, so that whoever asks gets an answer."""
        self._forced = True
        self._changed.set()

    def configure(self, *, drives: Mapping[str, Path], ports: Mapping[int, int], accepted: frozenset[str]) -> None:
        """New answers of the user: the next generation is made with them."""
        self.drives, self.ports, self.accepted = dict(drives), dict(ports), accepted
        self._forced = True
        self._changed.set()

    def shadow(self, pool: str, mode: Mode) -> PoolPlan:
        if self._usable is None:
            raise KeyError(pool)
        return compile_pool(self._usable, pool, mode, accepted=self.accepted)

    # --- compiling --------------------------------------------------------------------------------------------------

    def _compile(self) -> Generation:
        """A generation, whatever stands in the files: a defect of ours refuses this one text, and the watching goes on."""
        try:
            return self._compiled()
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            message = f"The configuration could not be compiled: {type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
            return Generation(None, RouteTable(), (Problem("error", "compiler", message, Source(str(self.config), 0, 0, SERVER)),))

    def _compiled(self) -> Generation:
        self.readings += 1
        server = self._read(self.config)
        if server is None:
            message = f"There is no {self.config.name} in {self.config.parent}"
            problem = Problem("error", "0x80070002", message, Source(str(self.config), 0, 0, SERVER))
            return Generation(None, RouteTable(), (problem,))
        hierarchy = Hierarchy(server, self._read, DriveMap(self.config.parent, self.drives))
        generation = compile_server(hierarchy, ports=self.ports, accepted=self.accepted)
        used = {document.path for document in hierarchy.documents()}
        self._documents = {path: known for path, known in self._documents.copy().items() if path in used}
        if generation.pools is not None:
            self._usable = hierarchy
        return generation

    def _read(self, path: Path) -> Document | None:
        """The file as it is, read again only where it was written since. One that is there and cannot be read is no absent one:
        its rules would be off."""
        if path.name.lower() not in ("web.config", self.config.name.lower()):
            self._named.add(str(path))
        try:
            stamp = _stamp(path)
            known = self._documents.get(path)
            if known is not None and known[0] == stamp:
                return known[1]
            document = Document.read(path, SERVER if path == self.config else "")
        except (FileNotFoundError, NotADirectoryError):
            self._documents.pop(path, None)
            return None
        self._documents[path] = (stamp, document)
        return document

    # --- waiting ----------------------------------------------------------------------------------------------------

    async def _next_change(self) -> None:
        while not self._changed.is_set():
            blind = any(not watcher.works for watcher in self._watchers.values())
            try:
                async with asyncio.timeout(POLL_S if blind else CHECK_S):
                    await self._changed.wait()
            except TimeoutError:
                if blind or self._stamps() != {path: known[0] for path, known in self._documents.items()}:
                    return

    async def _settled(self) -> Generation:
        """A generation made of files that rest. Where one does not read well, or is gone, it gets a little time to be whole again:
        editors write in pieces, and some move the old file away before they write the new one."""
        loop = asyncio.get_running_loop()
        patience = loop.time() + PATIENCE_S
        limit = loop.time() + 4 * PATIENCE_S
        known = set(self._documents)
        while True:
            self._changed.clear()
            before = self._stamps()
            await asyncio.sleep(REST_S)
            if self._stamps() != before:
                patience = min(loop.time() + PATIENCE_S, limit)
                continue
            made = await asyncio.to_thread(self._compile)
            if self._changed.is_set() and loop.time() < limit:
                patience = min(loop.time() + PATIENCE_S, limit)
                continue
            whole = known <= self._documents.keys() and all(document.is_sound for _, document in self._documents.values())
            if whole or loop.time() >= patience:
                return made

    def _stamps(self) -> dict[Path, Stamp]:
        found = {}
        for path in (self.config, *self._documents):
            try:
                found[path] = _stamp(path)
            except OSError:
                continue
        return found

    # --- watching ---------------------------------------------------------------------------------------------------

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Watch what the newest usable configuration is made of: its file's folder, and all content below the sites' folders."""
        wanted = {(self.config.parent, False)}
        if self._usable is not None:
            folders = {
                directory.folder
                for site in self._usable.sites()
                for application in site.applications
                for directory in application.virtual_directories
                if directory.folder is not None and directory.folder.is_dir()
            }
            tops = {folder for folder in folders if not any(other in folder.parents for other in folders)}
            wanted |= {(folder, True) for folder in tops}
        for place in [place for place in self._watchers if place not in wanted]:
            self._watchers.pop(place).stop()
        for folder, recursive in wanted:
            if (folder, recursive) not in self._watchers and folder.is_dir():
                self._watchers[folder, recursive] = Watcher(
                    folder, recursive, self.config.name, lambda: _notify(loop, self._changed), self._named.__contains__
                )


def _notify(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    try:
        loop.call_soon_threadsafe(event.set)
    except RuntimeError:
        return  # the loop has ended; nobody waits any more


def _stamp(path: Path) -> Stamp:
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError:  # a loop of links, a folder that may not be entered
        return -1, -1, -1
    return status.st_mtime_ns, status.st_size, status.st_ino
