"""FilePlanSource: watches the configuration's files and the applications' code, compiles, and yields a generation for each change.

Knows no pools that run and no sockets. A file is taken only once it rests and reads well; one that stays broken becomes a
generation that says so. compiler.py makes the generations; hwebcore/service takes them through hwebcore.plan_source.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import traceback
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path

from hwebcore.plan import Generation, Mode, PoolPlan, Problem, RouteTable, Source
from model.collector import keep, resting
from model.compiler import Compiled, compile_next, compile_pool
from model.config_path import SERVER
from model.document import Document
from model.drive_map import DriveMap
from model.hierarchy import Hierarchy
from model.presence import is_folder
from model.watcher import Watcher

#: A file has to rest this long before it is read.
REST_S = 0.06
#: A file that does not read well may be half written: how long it gets to become whole.
PATIENCE_S = 0.35
#: How often the known files are looked at where the system reports no changes, and where it does.
POLL_S = 0.5
CHECK_S = 5.0
#: Where the system reports nothing, looking takes at most this share of the time.
POLL_SHARE = 10
#: New folders get a watcher of their own; after so many, one watches all.
_MOST_WATCHERS = 8

#: Time of writing, size, inode, and the time of the last change of anything: permissions and owners too.
Stamp = tuple[int, int, int, int]


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
        self._hierarchy: Hierarchy | None = None
        self._usable: Hierarchy | None = None
        self._compiled = Compiled(Generation(None, RouteTable()))
        self._changed = asyncio.Event()
        #: Paths that were told to have changed since the last look, and all folders above them; None: anything may have.
        self._touched: set[str] = set()
        self._stale: set[str] | None = None
        self._forced = False
        self._watchers: list[Watcher] = []
        self._wanted: set[str] = set()
        #: Files of other names that something was read from, or would be: configSource's.
        self._named: set[str] = set()

    # --- PlanSource -------------------------------------------------------------------------------------------------

    async def generations(self) -> AsyncIterator[Generation]:
        """The first generation at once, then one after each change. Ends its watching when the iterator is closed."""
        loop = asyncio.get_running_loop()
        try:
            last = await asyncio.to_thread(self._compile, None)
            self._watch(loop)
            yield last
            # What changed between the first reading and the start of the watching is not lost.
            self._anything()
            while True:
                await self._next_change()
                made = await self._settled()
                self._watch(loop)
                forced, self._forced = self._forced, False
                if forced or dataclasses.replace(made, compiled_ms=0.0) != dataclasses.replace(last, compiled_ms=0.0):
                    last = made
                    yield made
        finally:
            for watcher in self._watchers:
                watcher.stop()
            self._watchers.clear()

    async def refresh(self) -> None:
        """Look now: the next generation comes even if nothing changed, so that whoever asks gets an answer."""
        self._forced = True
        self._anything()

    def configure(self, *, drives: Mapping[str, Path], ports: Mapping[int, int], accepted: frozenset[str]) -> None:
        """New answers of the user: the next generation is made with them."""
        self.drives, self.ports, self.accepted = dict(drives), dict(ports), accepted
        self._forced = True
        self._anything()

    def shadow(self, pool: str, mode: Mode) -> PoolPlan:
        if self._usable is None:
            raise KeyError(pool)
        return compile_pool(self._usable, pool, mode, accepted=self.accepted)

    # --- compiling --------------------------------------------------------------------------------------------------

    def _compile(self, stale: set[str] | None) -> Generation:
        """A generation, whatever stands in the files: a defect of ours refuses this one text, and the watching goes on."""
        try:
            return self._made(stale)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            message = f"The configuration could not be compiled: {type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
            return Generation(None, RouteTable(), (Problem("error", "compiler", message, Source(str(self.config), 0, 0, SERVER)),))

    def _made(self, stale: set[str] | None) -> Generation:
        self.readings += 1
        first = self._hierarchy is None
        with resting(_size(self.config) if first else 0):
            server = self._read(self.config)
            if server is None:
                return Generation(None, RouteTable(), Document.absent(self.config, SERVER).problems)
            hierarchy = Hierarchy(server, self._read, DriveMap(self.config.parent, self.drives), self._hierarchy)
            compiled = compile_next(hierarchy, None if first else self._compiled, stale, ports=self.ports, accepted=self.accepted)
        self._hierarchy = hierarchy
        used = {document.path for document in compiled.documents or hierarchy.documents()}
        self._documents = {path: known for path, known in self._documents.copy().items() if path in used}
        if stale is None:  # everything was looked at, and much of it made anew
            keep(_size(self.config))
        if compiled.generation.pools is not None:
            self._usable, self._compiled = hierarchy, compiled
        return compiled.generation

    def _read(self, path: Path) -> Document | None:
        """The file as it is, read again only where it was changed since. One that is there and cannot be read is no absent one:
        its rules would be off."""
        if path.name.lower() not in ("web.config", self.config.name.lower()):
            self._named.add(str(path))
        try:
            stamp = _stamp(path)
            known = self._documents.get(path)
            if known is not None and known[0] == stamp:
                return known[1]
            if known is not None and known[1].is_sound:
                document = known[1].reread().settle()
            else:
                document = Document.read(path, SERVER if path == self.config else "")
        except (FileNotFoundError, NotADirectoryError):
            self._documents.pop(path, None)
            return None
        self._documents[path] = (stamp, document)
        return document

    # --- waiting ----------------------------------------------------------------------------------------------------

    def _anything(self) -> None:
        """Nobody knows what changed: look at everything."""
        self._stale = None
        self._changed.set()

    def _told(self, paths: frozenset[str]) -> None:
        """A watcher saw these change; none: it sees no more."""
        if not paths:
            self._anything()
            return
        self._touched |= paths
        if self._stale is not None:
            self._stale.update(folder for path in paths for folder in (path, *map(str, Path(path).parents)))
        self._changed.set()

    async def _next_change(self) -> None:
        while not self._changed.is_set():
            blind = any(not watcher.works for watcher in self._watchers)
            poll = max(POLL_S, POLL_SHARE * self._compiled.generation.compiled_ms / 1000)
            try:
                async with asyncio.timeout(poll if blind else CHECK_S):
                    await self._changed.wait()
            except TimeoutError:
                if blind or self._stamps(self._documents) != {path: known[0] for path, known in self._documents.items()} or self._came():
                    self._anything()

    def _came(self) -> bool:
        """Whether a folder is there now that was not: nobody could watch it."""
        return any(is_folder(folder) for site in self._compiled.sites.values() for folder in site.missing)

    async def _settled(self) -> Generation:
        """A generation made of files that rest. Where one does not read well, or is gone, it gets a little time to be whole again:
        editors write in pieces, and some move the old file away before they write the new one."""
        loop = asyncio.get_running_loop()
        patience = loop.time() + PATIENCE_S
        limit = loop.time() + 4 * PATIENCE_S
        known = set(self._documents)
        while True:
            self._changed.clear()
            if not self._were_replaced():
                before = self._stamps(self._looked_at())
                await asyncio.sleep(REST_S)
                if self._stamps(self._looked_at()) != before:
                    patience = min(loop.time() + PATIENCE_S, limit)
                    continue
            stale, self._stale, self._touched = self._stale, set(), set()
            made = await asyncio.to_thread(self._compile, stale)
            if made.pools is None:  # what was not taken in is still to be looked at
                self._stale = None if stale is None or self._stale is None else self._stale | stale
            if self._changed.is_set() and loop.time() < limit:
                patience = min(loop.time() + PATIENCE_S, limit)
                continue
            whole = known <= self._documents.keys() and all(document.is_sound for _, document in self._documents.values())
            if whole or loop.time() >= patience:
                return made

    def _looked_at(self) -> set[Path]:
        return {self.config, *(self._documents if self._stale is None else map(Path, self._touched))}

    def _were_replaced(self) -> bool:
        """Whether all that changed are configuration files that another file took the place of: such a one is whole, or does not
        read well (the end of its root element comes last). What is written in place, and code, has to rest first."""
        if self._stale is None or not self._touched:
            return False
        for path in map(Path, self._touched):
            known = self._documents.get(path)
            try:
                replaced = known is not None and _stamp(path)[2] != known[0][2]
            except OSError:
                replaced = False
            if not replaced:
                return False
        return True

    def _stamps(self, paths: Iterable[Path]) -> dict[Path, Stamp]:
        found = {}
        for path in paths:
            try:
                found[path] = _stamp(path)
            except OSError:
                continue
        return found

    # --- watching ---------------------------------------------------------------------------------------------------

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Watch what the newest usable configuration is made of: its file's folder, and all content below the sites' folders."""
        if not self._watchers:
            self._watchers.append(self._watcher(loop, {str(self.config.parent)}, False))
        content = self._watchers[1:]
        wanted: set[str] = set()
        for site in self._compiled.sites.values():
            wanted |= site.folders
        if wanted == self._wanted and all(watcher.works for watcher in content):
            return
        self._wanted = wanted
        tops = {folder for folder in wanted if is_folder(folder) and wanted.isdisjoint(map(str, Path(folder).parents))}
        covered = frozenset().union(*(watcher.folders for watcher in content))
        if len(content) < _MOST_WATCHERS and len(covered - tops) <= len(tops) and all(watcher.works for watcher in content):
            tops -= covered
        else:
            for watcher in content:
                watcher.stop()
            del self._watchers[1:]
        if tops:
            self._watchers.append(self._watcher(loop, tops, True))

    def _watcher(self, loop: asyncio.AbstractEventLoop, folders: set[str], recursive: bool) -> Watcher:
        def tell(paths: frozenset[str]) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended; nobody waits any more
                loop.call_soon_threadsafe(self._told, paths)

        return Watcher(folders, recursive, self.config.name, tell, self._named.__contains__)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _stamp(path: Path) -> Stamp:
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError:  # a loop of links, a folder that may not be entered
        return -1, -1, -1, -1
    return status.st_mtime_ns, status.st_size, status.st_ino, status.st_ctime_ns
