"""A configuration that is being edited: its documents, what they mean, proposals, saving, undo.

Knows no screen and no service. Files are read when something asks for them. An edit is proposed first (nothing is written), then
saved; difference.py and history.py hold what can be undone, saving.py writes, destination.py says where.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from model import administration, saving
from model.archive import Archive, shown_difference
from model.backups import Backups
from model.collector import resting
from model.config_history import ConfigHistory
from model.config_path import SERVER
from model.destination import Destination, destination
from model.difference import Replacement, difference, replaced, reverse
from model.document import Document, Splice, data_of
from model.edits import CannotEdit, Edit, NotInFile, Single, Where, empty_configuration, singles, splices
from model.history import Change, Entry, History, UndoConflict, recorded
from model.inherited import CrossesInherited, resolved, restated
from model.meaning import Interpret, Meaning, folders_of, interpreter
from model.saving import ChangedOnDisk, ReadOnly
from model.sealing import sealed
from model.secret import Vault
from model.source import Problem
from model.unsaved import sweep

if TYPE_CHECKING:
    from model.hierarchy import Hierarchy

__all__ = [
    "CannotEdit", "ChangedOnDisk", "CrossesInherited", "FileChange", "Meaning", "Proposal", "ReadOnly", "Saved", "UndoConflict", "Workspace",
]  # fmt: skip

#: An editor that writes in place leaves an empty or half-written file for a moment: what became worse has to stand this long to count.
_SETTLED_S = 0.3


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file of a proposal. `before` None: it is made; `after` None: it goes. `diff` is for reading."""

    path: Path
    before: bytes | None
    after: bytes | None
    diff: str
    #: What comes into the place of the file's document.
    document: Document | None
    #: Empty where they cannot tell the change: the file comes, goes, or gets another encoding.
    replacements: tuple[Replacement, ...] = ()


@dataclass(frozen=True)
class Proposal:
    label: str
    changes: tuple[FileChange, ...]
    #: What the documents say with the changes, and what they said when it was made.
    meaning: Meaning | None = None
    made_from: Meaning | None = None
    #: What it was made of, where it was an edit.
    edit: Edit | None = None

    @cached_property
    def new_problems(self) -> tuple[Problem, ...]:
        """Problems that the configuration does not have now. Who asks first waits until all was looked at, on whatever thread."""
        if self.meaning is None or self.made_from is None:
            return ()
        return _new(self.meaning.problems, self.made_from.problems)

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.new_problems if problem.severity == "error")


@dataclass(frozen=True, slots=True)
class Saved:
    label: str
    paths: tuple[Path, ...]
    #: (file, SHA-256 of its bytes); a file that went has "".
    digests: tuple[tuple[Path, str], ...]


@dataclass(slots=True)
class _Known:
    """A file as it was last seen; `stamp` tells cheaply whether to look again."""

    document: Document | None
    stamp: tuple[int, ...] | None


class Workspace:
    def __init__(self, root: Path, interpret: Interpret, state: Path | None = None) -> None:
        self.root = root
        self._state = state
        #: Every change that was ever seen; None where the instance keeps no state here.
        self.archive = Archive(state / "history", vault=lambda: Vault.of(state)) if state is not None else None
        self._interpret = interpret
        #: Why a history could not be written last time; "" where all is well.
        self.history_fault = ""
        self._known: dict[Path, _Known] = {}
        #: A file is read by one thread at a time: two would make two documents of it.
        self._reading = threading.RLock()
        self._history = History()
        server = self.document(root)
        if server is None:
            raise FileNotFoundError(f"{root} is not there")
        with resting(len(server.text)):
            self._meaning = interpret(server, self.document)
            self.hierarchy.sites()
        #: What was wrong when that was last known.
        self._told: tuple[Problem, ...] = ()
        #: Folders in which files came or went by our saving: what is known of their content is old.
        self._stale: set[str] = set()
        self.keep_history()

    @classmethod
    def open(
        cls, path: Path, drives: Mapping[str, Path] | None = None, interpret: Interpret | None = None, *, state: Path | None = None
    ) -> Workspace:
        """`path`: an applicationHost.config or its folder. Raises FileNotFoundError; a broken file opens, with its problems.

        `state` is the instance's own folder: with it, history is kept and secrets can be encrypted.
        """
        root = path.absolute()
        if root.is_dir():
            root /= "applicationHost.config"
        return cls(root, interpret or interpreter(drives or {}), state)

    def map_drives(self, drives: Mapping[str, Path]) -> None:
        """Read everything again with these drives and variables mapped; files, history and what can be undone stay."""
        self._interpret = interpreter(drives)
        self._reread()

    @property
    def hierarchy(self) -> Hierarchy:
        return self._meaning.hierarchy

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong. Who asks first waits until all was looked at."""
        return self._meaning.problems

    @property
    def known_problems(self) -> tuple[Problem, ...]:
        """What is known to be wrong, until the newest state is judged that of the one before: nobody waits."""
        return self._meaning.problems if self.is_judged else self._told

    @property
    def unreadable(self) -> Problem | None:
        """Why nothing of applicationHost.config is known; None where it could be read."""
        return next(iter(self._server().problems), None)

    def _server(self) -> Document:
        return self.document(self.root) or Document.absent(self.root, SERVER)

    @property
    def is_judged(self) -> bool:
        return self._meaning.is_judged

    def judge(self) -> None:
        """Look for what is wrong, where nobody has yet: the one work on a workspace that may be done on another thread."""
        _ = self._meaning.problems

    @property
    def history(self) -> tuple[Entry, ...]:
        """What is in force, oldest first, foreign changes among it."""
        return self._history.entries

    @property
    def state(self) -> Path | None:
        """The instance's own folder; None where it keeps none."""
        return self._state

    @property
    def backups(self) -> Backups | None:
        """The named copies of the server's file; None where the instance keeps no state here."""
        return Backups(self._state / "backup") if self._state is not None else None

    @property
    def can_undo(self) -> bool:
        return self._history.newest_own is not None

    @property
    def can_redo(self) -> bool:
        return bool(self._history.undone)

    def document(self, path: Path) -> Document | None:
        """The file as it was last read, None where there is none."""
        known = self._known.get(path)
        if known is None:
            with self._reading:
                known = self._known.get(path)
                if known is None:
                    sweep(path)
                    known = self._known[path] = _look(path)
                    self._notice(path, known.document)
        return known.document

    def destination(self, where: Where) -> Destination:
        """Where an edit goes. Raises CannotEdit."""
        return destination(self.hierarchy, self.root, where)

    def file_for(self, where: Where) -> Path:
        return self.destination(where).file

    def propose(self, edit: Edit, label: str | None = None) -> Proposal:
        """What the edit would do; nothing is written, and judged only when somebody asks for its problems. Raises CannotEdit."""
        drafts: dict[Path, Document] = {}
        for single in singles(edit):
            self._draft(single, drafts)
        changes = [self._change(path, draft) for path, draft in drafts.items() if not self._is_as_it_was(path, draft)]
        return replace(self._proposal(label or edit.label, changes), edit=edit)

    def propose_content(self, path: Path, data: bytes | None, label: str) -> Proposal:
        """What it would be to have a file as it once was (None: not at all): a version of the archive, a backup."""
        return self.propose_contents({path: data}, label)

    def propose_contents(self, contents: Mapping[Path, bytes | None], label: str) -> Proposal:
        """The same for several files, as one change."""
        changes = [self._change(path, data) for path, data in contents.items() if data_of(self.document(path)) != data]
        return self._proposal(label, changes)

    def save(self, proposal: Proposal) -> Saved:
        """Writes the proposal. Raises ChangedOnDisk, where another program was quicker, or ReadOnly; then nothing has changed."""
        saved = self._write(proposal)
        if proposal.changes:
            changes = tuple(recorded(c.path, c.replacements, c.before, c.after, c.diff) for c in proposal.changes)
            self._history = self._history.record(Entry(proposal.label, time.time(), False, changes))
        return saved

    def undo(self, entry: Entry | None = None) -> Saved | None:
        """Takes back the newest own entry, or the one given; None where there is none. Raises UndoConflict, ChangedOnDisk, ReadOnly."""
        self.refresh()
        entry = entry or self._history.newest_own
        if entry is None:
            return None
        history, last = self._history.without(entry)
        saved = self._write(self._proposal(f"undo: {entry.label}", [self._undone(last, change) for change in last.changes]))
        self._history = history
        return saved

    def redo(self) -> Saved | None:
        """Does again what was undone last; None where there is nothing. Raises ChangedOnDisk, ReadOnly."""
        self.refresh()
        if not self._history.undone:
            return None
        history, entry = self._history.redone()
        saved = self._write(self._proposal(f"redo: {entry.label}", [self._redone(entry, change) for change in entry.changes]))
        self._history = history
        return saved

    @property
    def known_files(self) -> list[Path]:
        """All that `refresh` looks at."""
        return list(self._known)

    def is_changed(self, paths: Sequence[Path]) -> bool:
        """Whether any of these may have been changed by another program: `refresh` would read it."""
        return any((known := self._known.get(path)) is not None and _stamp(path) != known.stamp for path in paths)

    def refresh(self) -> frozenset[Path]:
        """Rereads what other programs changed, and records it as a foreign entry. Gives the files that changed."""
        changes: list[Change] = []
        seen: list[tuple[Path, bytes | None, bytes | None]] = []
        for path, known in list(self._known.items()):
            if known.stamp is not None and _stamp(path) == known.stamp:
                continue
            now = _look(path, known.document)
            if _is_half_written(path, known.document, now.document):
                continue
            self._known[path] = now
            if now.document is not None:
                now.document.settle()
            if _digest(known.document) != _digest(now.document):
                changes.append(_foreign(path, known.document, now.document))
                if now.document is None or now.document.is_held:
                    seen.append((path, self._last_of(path, known.document), data_of(now.document)))
        if changes:
            label = _what_others_did(changes)
            self._history = self._history.record(Entry(label, time.time(), True, tuple(changes)))
            self._archive(label, seen, foreign=True)
            self._reread()
        self.keep_history()
        return frozenset(change.path for change in changes)

    def _reread(self) -> None:
        self._told = self.known_problems
        self._meaning = self._interpret(self._server(), self.document, self._meaning)
        self._stale = set()

    def _draft(self, edit: Single, drafts: dict[Path, Document]) -> None:
        hierarchy = self._drafted(drafts)
        for plain in resolved(hierarchy, edit):
            single = sealed(plain, self._vault if self._state else None)
            place = destination(hierarchy, self.root, single.where)
            document = drafts.get(place.file) or self.document(place.file) or self._new_file(place)
            try:
                drafts[place.file] = document.apply(splices(single, document, place.location))
            except NotInFile:
                pair = restated(hierarchy, single)
                if pair is None:
                    raise
                for instead in pair:
                    self._draft(instead, drafts)

    def _drafted(self, drafts: Mapping[Path, Document]) -> Hierarchy:
        """What the documents say with the drafts in their places: each edit of a batch sees what the ones before it did."""
        now = self.hierarchy
        if not drafts:
            return now
        return type(now)(drafts.get(self.root, now.server), lambda path: drafts.get(path) or now.read(path), now.drives, now)

    def _new_file(self, place: Destination) -> Document:
        server = self.document(self.root)
        newline = server.newline if server else "\n"
        if place.file == self.root.with_name(administration.FILE):
            return administration.new_file(place.file, newline)
        return empty_configuration(place.file, str(place.level), newline)

    def _is_as_it_was(self, path: Path, draft: Document) -> bool:
        before = self.document(path)
        return draft.text == before.text if before else draft.root is not None and not draft.root.children

    def _change(self, path: Path, wanted: Document | bytes | None) -> FileChange:
        before = self.document(path)
        draft, data = (Document.parse(path, wanted), wanted) if isinstance(wanted, bytes) else (wanted, data_of(wanted))
        old, new = before.text if before else "", draft.text if draft else ""
        replacements = _replacements(before, draft)
        return FileChange(path, data_of(before), data, shown_difference(old, new, str(path)), draft, replacements)

    def _proposal(self, label: str, changes: Iterable[FileChange]) -> Proposal:
        changes = tuple(changes)
        if not changes:
            return Proposal(label, ())
        drafts = {change.path: change.document for change in changes}

        def read(path: Path) -> Document | None:
            return drafts[path] if path in drafts else self.document(path)

        changed = self._stale.union(*(folders_of(change.path) for change in changes))
        candidate = self._interpret(read(self.root) or Document.absent(self.root, SERVER), read, self._meaning, changed)
        return Proposal(label, changes, candidate, self._meaning)

    def _write(self, proposal: Proposal) -> Saved:
        saving.save(saving.Replaced(change.path, change.before, change.after) for change in proposal.changes)
        for change in proposal.changes:
            # No stamp: somebody may write between our saving and our looking; the next refresh compares the bytes.
            self._known[change.path] = _Known(change.document.settle() if change.document is not None else None, None)
        if proposal.meaning is not None and proposal.made_from is self._meaning:
            self._told, self._meaning = self.known_problems, proposal.meaning
            self._stale = {folder for change in proposal.changes if None in (change.before, change.after) for folder in folders_of(change.path)}
        elif proposal.changes:
            self._reread()
        self._archive(proposal.label, ((change.path, change.before, change.after) for change in proposal.changes))
        self.keep_history()
        digests = tuple((change.path, _digest(change.document)) for change in proposal.changes)
        return Saved(proposal.label, tuple(change.path for change in proposal.changes), digests)

    @cached_property
    def _vault(self) -> Vault:
        assert self._state is not None
        return Vault.of(self._state)

    def _notice(self, path: Path, document: Document | None) -> None:
        """A file that is not as it was last recorded was changed while nobody looked."""
        last = self.archive.last_digest(path) if self.archive is not None else None
        if last is not None and last != _digest(document) and (document is None or document.is_held):
            self._archive(f"changed while nobody looked: {path.name}", [(path, self._kept(last), data_of(document))], foreign=True)

    def _last_of(self, path: Path, document: Document | None) -> bytes | None:
        """What a file was; of one that could not be read, what it was before that."""
        if document is None or document.is_held:
            return data_of(document)
        return self._kept(self.archive.last_digest(path) or "") if self.archive is not None else None

    def _kept(self, digest: str) -> bytes | None:
        try:
            return self.archive.content(digest) if self.archive is not None and digest else None
        except ValueError:
            return None

    def _archive(self, label: str, changes: Iterable[tuple[Path, bytes | None, bytes | None]], *, foreign: bool = False) -> None:
        """The files are saved already: a history that cannot be written is told, and stops nothing."""
        if self.archive is not None:
            try:
                self.archive.record(label, changes, foreign=foreign)
            except OSError as error:
                self.history_fault = f"The history cannot be written: {error}"

    def keep_history(self) -> None:
        """IIS's own history of the server's file, where the configuration has one."""
        server = self._known[self.root].document
        if self._state is not None and server is not None and server.is_sound:
            try:
                history = ConfigHistory.of(self.hierarchy)
                if history is not None:
                    history.keep(server.to_bytes(), time.time())
            except (OSError, ValueError) as error:
                self.history_fault = f"configHistory cannot be written: {error}"

    def _undone(self, entry: Entry, change: Change) -> FileChange:
        if change.is_whole:
            return self._change(change.path, change.old)
        return self._respliced(entry, change, reverse(change.replacements))

    def _redone(self, entry: Entry, change: Change) -> FileChange:
        if change.is_whole:
            return self._change(change.path, change.new)
        return self._respliced(entry, change, change.replacements)

    def _respliced(self, entry: Entry, change: Change, replacements: tuple[Replacement, ...]) -> FileChange:
        document = self.document(change.path)
        if document is None or replaced(document.text, replacements) is None:
            raise UndoConflict(entry, entry)
        return self._change(change.path, document.apply(Splice(r.start, r.start + len(r.before), r.after) for r in replacements))


def _look(path: Path, before: Document | None = None) -> _Known:
    stamp = _stamp(path)  # before the bytes: what is written in between is seen by the next refresh
    try:
        return _Known(before.reread() if before is not None else Document.read(path), stamp)
    except FileNotFoundError:
        return _Known(None, stamp)


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        status = path.stat()
    except (OSError, ValueError):  # a path with a zero byte names nothing
        return ()
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _is_half_written(path: Path, before: Document | None, now: Document | None) -> bool:
    if before is None or not before.is_sound or (now is not None and now.is_sound):
        return False
    with contextlib.suppress(OSError):
        return 0 <= time.time() - (path if now else path.parent).stat().st_mtime < _SETTLED_S
    return False


def _digest(document: Document | None) -> str:
    return document.digest if document else ""


def _replacements(before: Document | None, after: Document | None) -> tuple[Replacement, ...]:
    if before is None or after is None or not (before.is_held and after.is_held) or (before.encoding, before.bom) != (after.encoding, after.bom):
        return ()
    return difference(before.text, after.text)


def _foreign(path: Path, before: Document | None, after: Document | None) -> Change:
    diff = shown_difference(before.text if before else "", after.text if after else "", str(path))
    return recorded(path, _replacements(before, after), data_of(before), data_of(after), diff)


def _what_others_did(changes: Iterable[Change]) -> str:
    """Who it was, the entry says by itself: "create web.config; edit applicationHost.config"."""
    names: dict[str, list[str]] = {}
    for change in changes:
        verb = "edit" if not change.is_whole else "create" if change.old is None else "delete" if change.new is None else "edit"
        names.setdefault(verb, []).append(change.path.name)
    return "; ".join(f"{verb} {', '.join(sorted(names[verb]))}" for verb in sorted(names))


def _new(problems: Iterable[Problem], known: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those that were not there, wherever in its file an old one stands now."""
    counts = Counter(map(_kind, known))
    fresh = []
    for problem in problems:
        kind = _kind(problem)
        if counts[kind]:
            counts[kind] -= 1
        else:
            fresh.append(problem)
    return tuple(fresh)


def _kind(problem: Problem) -> Problem:
    return replace(problem, source=replace(problem.source, line=0, column=0) if problem.source else None)
