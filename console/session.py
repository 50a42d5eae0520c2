"""One Workspace, one client of the service, the last snapshot: the state that every view is drawn from. No Textual.

Knows no widget, no page and no selection; says what changed through callbacks (`Changed`). Traces are feed.py's.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.captures import Captures
from console.judging import TOLD_AFTER_S, Judging
from console.preferences import Preferences
from console.unserved import Reason, crash_in
from hwebcore.client import Client
from model.collector import LARGE
from model.conflict import Conflict, conflict
from model.edits import Commit, Edit
from model.history import Entry
from model.progress import GivenUp
from model.workspace import Proposal, Saved, Workspace

if TYPE_CHECKING:
    from console.certificates import Shelf
    from console.findings import Findings

JsonObject = Mapping[str, Any]
#: How long a service may take to come up before that is said.
START_S = 22.0
#: Files between two looks at the keys.
LOOKED_AT_ONCE = 200
#: What was changed is drawn before it is judged, and so is the key that follows: a thread that begins takes the interpreter from both.
JUDGED_AFTER_S = 0.15


@dataclass(frozen=True, slots=True)
class Changed:
    """`paths`: files whose text is new. `parts`: of the snapshot, where the service said something new (pools, sites …). `generation`: the one
    in force, 0 without a service."""

    paths: frozenset[Path] = frozenset()
    generation: int = 0
    parts: frozenset[str] = frozenset()


class NewErrors(Exception):
    """An edit would bring errors that were not there; saved only where the user insists."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__("; ".join(problem.message for problem in proposal.new_problems))
        self.proposal = proposal


class NotWritten(Exception):
    """The user looked at what would be written, and did not want it; or gave it up before it was judged."""


class NoService(Exception):
    """A command for the service while none runs."""


class Session:
    """What the console knows. All methods run on one loop, and it alone changes the Workspace; threads only judge."""

    def __init__(
        self,
        workspace: Workspace,
        client: Client | None = None,
        *,
        drives: Mapping[str, Path] | None = None,
        ports: Mapping[int, int] | None = None,
        keep: Callable[[Mapping[str, Path], Mapping[int, int]], None] | None = None,
        preferences: Preferences | None = None,
    ) -> None:
        """`drives`, `ports`: the answers given for this configuration; `keep` writes new ones down."""
        self.workspace = workspace
        self.client = client
        self.preferences = preferences or Preferences()
        self.captures = Captures()
        self.captures.allow(self.preferences.capture)
        #: Shows a proposal and answers whether it shall be written; asked where the user prefers to review.
        self.reviewer: Callable[[Proposal], Awaitable[bool]] | None = None
        self.snapshot: JsonObject = {}
        #: Part of the snapshot → what it says, and its entries by their names.
        self._by_name: dict[str, tuple[object, dict[str, JsonObject]]] = {}
        self.changed: list[Callable[[Changed], None]] = []
        #: What is being judged before it is written, where somebody waits for that; and who wants to hear how far it is.
        self.judging: Judging | None = None
        self.judged_on: list[Callable[[], None]] = []
        #: One edit after the other: the next is made from what the one before it left.
        self._turn = asyncio.Lock()
        self._unjudged, self._judged_once = asyncio.Event(), asyncio.Event()
        #: file → digest of what this console saved last, and when: matched with the generations that the service names.
        self._saved: dict[str, tuple[str, float]] = {}
        #: The history's number → the edit behind it.
        self._edits: dict[int, Edit] = {}
        #: A place's key → the file above it that the Configuration Editor writes to from there, as long as the console lasts.
        self.commits: dict[tuple[str, ...], Commit] = {}
        self.lost_service = False
        #: Whether somebody is starting one, or connecting to it.
        self.reaching = False
        #: Why none could be had, or what the one that has gone said last.
        self.unserved: Reason | None = None
        #: How long the service's log was when it first told where that is.
        self._log_begin: int | None = None
        self.drives, self.ports = dict(drives or {}), dict(ports or {})
        self._keep = keep
        #: What could not be saved last: kept until it is, or is given up.
        self.unsaved: Proposal | None = None
        #: Set when somebody asks for a service after the first has gone: app.py attaches another.
        self.wanted = asyncio.Event()
        self._answered = asyncio.Event()

    @functools.cached_property
    def certificates(self) -> Shelf:
        """The instance's certificates; nobody who does not ask loads the library."""
        from console.certificates import Shelf

        return Shelf(self.workspace.state)

    @functools.cached_property
    def findings(self) -> Findings:
        """What changes between the modes; nobody who does not ask loads the model of it."""
        from console.findings import Findings

        return Findings(self)

    # --- what the service says ---

    @property
    def generation(self) -> int:
        return int(self._part("generation").get("number") or 0)

    @property
    def running(self) -> bool:
        return bool(self._part("service").get("running"))

    @property
    def stopped(self) -> bool:
        """The service runs, and somebody stopped the server as a whole: what is added stays stopped with it."""
        return self.running and bool(self._part("service").get("stopped"))

    def _part(self, name: str) -> JsonObject:
        value = self.snapshot.get(name)
        return value if isinstance(value, Mapping) else {}

    def pool_state(self, name: str) -> JsonObject:
        """The snapshot's entry of a pool; empty while no service runs."""
        return self._named("pools", name)

    def site_state(self, name: str) -> JsonObject:
        return self._named("sites", name)

    def _named(self, part: str, name: str) -> JsonObject:
        """A page of 1,000 sites asks for each of them: they are looked through once for all that the service says of them."""
        entries = self.snapshot.get(part)
        found = self._by_name.get(part)
        if found is None or found[0] is not entries:
            found = self._by_name[part] = (entries, {str(entry.get("name")): entry for entry in reversed(entries or ())})
        return found[1].get(name, {})

    async def follow(self) -> None:
        """Take in the service's snapshots until it goes away. Runs as long as the console."""
        if self.client is None:
            return
        try:
            async for snapshot in self.client.snapshots():
                self.take(snapshot)
        except (ConnectionError, OSError, EOFError):
            pass
        self.lost_service = True
        self.unserved = crash_in(self._log, self._log_begin or 0) if self._log is not None else None
        self.client = None
        self.take({})

    def take(self, snapshot: JsonObject) -> None:
        """A new snapshot, in which the same objects say what is as it was (the client sees to that); files are read again where the service
        compiled something that this console did not write."""
        last, before = self.snapshot, self._part("generation")
        self.snapshot = snapshot
        parts = frozenset(part for part in last.keys() | snapshot.keys() if last.get(part) is not snapshot.get(part))
        now = self._part("generation")
        compiled = bool(now) and any(before.get(name) != now.get(name) for name in ("number", "digests", "refused"))
        if self._log_begin is None and self._log is not None:
            with contextlib.suppress(OSError):
                self._log_begin = self._log.stat().st_size
        self._tell(Changed(self._refresh() if compiled else frozenset(), self.generation, parts))

    @property
    def _log(self) -> Path | None:
        """The service's own."""
        told = self._part("service").get("log")
        return Path(str(told)) if told else None

    async def watch_files(self, interval_s: float = 0.7) -> None:
        """See other programs' edits also where no service watches the files; find what is wrong with what nobody judged yet."""
        while True:
            self._unjudged.clear()
            if not self.workspace.is_judged:
                if self._judged_once.is_set():
                    await asyncio.sleep(JUDGED_AFTER_S)
                await Judging("", self.workspace.judge).finished(lambda: None)
                self._judged_once.set()
                self._tell(Changed(generation=self.generation))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._unjudged.wait(), interval_s)
            if await self._seen_changed():
                self.look_at_files()
            else:
                self.workspace.keep_history()

    async def judged_at_first(self) -> None:
        """What is wrong with a small configuration is there with the first picture, of a large one or large content it follows: who
        waits here has started `watch_files`."""
        document = self.workspace.document(self.workspace.root)
        if document is not None and len(document.text) < LARGE:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._judged_once.wait(), TOLD_AFTER_S)

    async def _seen_changed(self) -> bool:
        """Whether it is worth while to read again: thousands of files are asked after with keys between them."""
        paths = self.workspace.known_files
        for first in range(0, len(paths), LOOKED_AT_ONCE):
            if self.workspace.is_changed(paths[first : first + LOOKED_AT_ONCE]):
                return True
            await asyncio.sleep(0)
        return False

    def look_at_files(self) -> frozenset[Path]:
        paths = self._refresh()
        if paths:
            self._tell(Changed(paths, self.generation))
        return paths

    def _refresh(self) -> frozenset[Path]:
        try:
            return self.workspace.refresh()
        except OSError:
            return frozenset()  # unreadable for a moment (being replaced, permissions): looked at again with the next round
        finally:
            self._judge_soon()

    def _judge_soon(self) -> None:
        """Other programs' edits and what was undone are judged afterwards, by `watch_files`."""
        if not self.workspace.is_judged:
            self._unjudged.set()

    @property
    def coming(self) -> bool:
        """Whether the service is being started, or has not told its state yet."""
        return self.reaching or (self.client is not None and not self.snapshot)

    def reach(self) -> None:
        """Somebody looks for a service, or starts one: `attach` or `cannot_serve` follows."""
        self.reaching = True
        self._tell(Changed(generation=self.generation))

    def attach(self, client: Client) -> None:
        self.client, self.reaching = client, False
        self.lost_service, self.unserved, self._log_begin = False, None, None
        self._answered.set()

    def cannot_serve(self, reason: Reason) -> None:
        """Nobody could be attached; the files can be edited all the same."""
        self.lost_service, self.unserved, self.reaching = False, reason, False
        self._answered.set()
        self._tell(Changed(generation=self.generation))

    # --- editing ---

    async def apply(self, edit: Any, label: str | None = None, *, insist: bool = False) -> Saved:
        """Propose and save at once, as IIS Manager does. Raises NewErrors unless `insist`, NotWritten where the user does not want it;
        ChangedOnDisk and ReadOnly are the workspace's."""
        async with self._turn:
            proposal = await self._judged(self.workspace.propose(edit, label))
            if not insist and proposal.errors:
                raise NewErrors(proposal)
            if self.preferences.review and self.reviewer is not None and not await self.reviewer(proposal):
                raise NotWritten(f"{proposal.label}: not written.")
            return self._save(proposal)

    async def propose(self, edit: Edit, label: str | None = None) -> Proposal:
        """What the edit would do, judged, for who shows it first. Raises CannotEdit, NotWritten."""
        async with self._turn:
            return await self._judged(self.workspace.propose(edit, label))

    async def propose_contents(self, contents: Mapping[Path, bytes | None], label: str) -> Proposal:
        """The same for files as they once were."""
        async with self._turn:
            return await self._judged(self.workspace.propose_contents(contents, label))

    async def _judged(self, proposal: Proposal) -> Proposal:
        """With its problems found, on a thread: content may be large, and the user may give it up."""
        if not proposal.changes:
            return proposal
        judging = self.judging = Judging(proposal.label, lambda: proposal.new_problems)
        try:
            await judging.finished(self._tell_judging)
        except GivenUp:
            raise NotWritten(f"{proposal.label}: given up, nothing was written.") from None
        finally:
            self.judging = None
            self._tell_judging()
        return proposal

    def give_up(self) -> bool:
        """What is being judged is not written. False where nothing is, or not long enough to be told."""
        if self.judging is None or not self.tells_judging:
            return False
        self.judging.give_up()
        return True

    @property
    def tells_judging(self) -> bool:
        """Whether somebody waits so long already that it is told."""
        return self.judging is not None and bool(self.judging.in_words)

    def _tell_judging(self) -> None:
        for callback in self.judged_on:
            callback()

    def edits_in_force(self) -> tuple[Edit, ...]:
        """What this console changed and did not undo, oldest first."""
        return tuple(self._edits[entry.number] for entry in self.workspace.history if entry.number in self._edits)

    async def save(self, proposal: Proposal) -> Saved:
        """Raises ChangedOnDisk or ReadOnly; the proposal then stays in `unsaved`."""
        async with self._turn:
            return self._save(proposal)

    def _save(self, proposal: Proposal) -> Saved:
        self.unsaved = proposal
        saved = self.workspace.save(proposal)
        self.unsaved = None
        if proposal.edit is not None and proposal.changes:
            self._edits[self.workspace.history[-1].number] = proposal.edit
        self._after(saved)
        return saved

    async def conflict(self, proposal: Proposal) -> Conflict | None:
        """What another program did to the proposal's files, both ways out of it judged; None where they are as they were."""
        async with self._turn:
            before = self.workspace.history
            found = conflict(self.workspace, proposal)
            if self.workspace.history != before:
                self._tell(Changed(frozenset(found.paths) if found else frozenset(), self.generation))
            if found is not None and found.merged is not None:
                await self._judged(found.merged)
            return found

    async def undo(self, entry: Entry | None = None) -> Saved | None:
        """My newest entry, or the one given. Raises UndoConflict where a later one touched the same place."""
        async with self._turn:
            saved = self.workspace.undo(entry)
            if saved is not None:
                self._after(saved)
            return saved

    async def redo(self) -> Saved | None:
        async with self._turn:
            saved = self.workspace.redo()
            if saved is not None:
                self._after(saved)
            return saved

    def _after(self, saved: Saved) -> None:
        now = time.monotonic()
        for path, digest in dict(saved.digests).items():
            self._saved[str(path)] = (str(digest), now)
        self._judge_soon()
        self._tell(Changed(frozenset(Path(path) for path in saved.paths), self.generation))

    @property
    def save_state(self) -> str:
        """ "saved" while the service has not yet compiled what this console wrote; "applied", "refused" or "" otherwise."""
        generation = self._part("generation")
        refused = generation.get("refused")
        digests = dict(generation.get("digests") or {})
        refused_digests = dict(refused.get("digests") or {}) if isinstance(refused, Mapping) else {}
        for path, (digest, at) in self._saved.items():
            if refused_digests.get(path) == digest:
                return "refused"
            if self.running and path in digests and digests[path] != digest and time.monotonic() - at < 30:
                return "saved"
        if refused:
            return "refused"
        return "applied" if self.generation else ""

    # --- running ---

    async def answer(self, *, drives: Mapping[str, Path] | None = None, ports: Mapping[int, int] | None = None) -> None:
        """Keep what was answered; in force at once where the configuration runs, otherwise with Start."""
        self.drives |= drives or {}
        self.ports |= ports or {}
        if self._keep is not None:
            self._keep(drives or {}, ports or {})
        if drives:
            self.workspace.map_drives(self.drives)
            self._judge_soon()
        if self.running:
            await self.start()
        self._tell(Changed(generation=self.generation))

    async def start(self) -> None:
        """Run what was opened, with the answers. Where the service has gone, another is started first."""
        if self.client is None:
            self._answered.clear()
            self.wanted.set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._answered.wait(), START_S)
            if self.client is None:
                raise NoService(f"The service does not start. {self.unserved.text if self.unserved else 'Its log says why.'}")
        answers = {"drives": {name: str(folder) for name, folder in self.drives.items()}, "ports": {str(port): to for port, to in self.ports.items()}}
        await self.command("run", **{name: value for name, value in answers.items() if value})

    # --- commands ---

    @property
    def served(self) -> Client:
        """Raises NoService where none runs, or none is reached yet."""
        if self.client is None:
            raise NoService("The service is being reached: in a moment." if self.reaching else "No service runs. Start it first.")
        return self.client

    async def command(self, kind: str, **fields: Any) -> JsonObject:
        """A request to the service. Raises NoService where none runs, and what the client raises for a refusal."""
        answer = await self.served.request(kind, **fields)
        return answer if isinstance(answer, Mapping) else {}

    def _tell(self, change: Changed) -> None:
        for callback in list(self.changed):
            callback(change)
