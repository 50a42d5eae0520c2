"""What a configuration's documents say together: the hierarchy, and every problem that compiling finds in it.

Knows no edits and writes nothing. Problems are found when somebody asks, on whatever thread: that looks at all content the first time,
and afterwards at what changed. workspace.py has one for what is saved, and one for each proposal.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Set
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from model.collector import resting
from model.document import Document

if TYPE_CHECKING:
    from model.compiler import Compiled
    from model.hierarchy import Hierarchy
    from model.source import Problem

Read = Callable[[Path], Document | None]


class Meaning:
    """`problems` may be asked for on any thread."""

    def __init__(
        self, hierarchy: Hierarchy, compile_it: Callable[[], Compiled], known: Compiled | None = None, changed: Set[str] | None = None
    ) -> None:
        """`known`, `changed`: what the compiling takes over, and the folders in which something may differ from that."""
        self.hierarchy = hierarchy
        self._basis = (known, changed)
        self._compile: Callable[[], Compiled] | None = compile_it
        self._compiled: Compiled | None = None
        self._lock = threading.Lock()

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.compiled.generation.problems

    @property
    def compiled(self) -> Compiled:
        with self._lock:
            if self._compiled is None:
                assert self._compile is not None
                self._compiled, self._compile = self._compile(), None
                self._basis = (None, None)
            return self._compiled

    @property
    def is_judged(self) -> bool:
        return self._compiled is not None

    @property
    def basis(self) -> tuple[Compiled | None, Set[str] | None]:
        """What the next meaning may take over, and the folders that changed since it was made (None: any). Nobody waits for a judging."""
        before, found = self._basis, self._compiled
        if found is None:
            return before
        return (found, frozenset()) if found.generation.pools is not None else (None, None)


class Interpret(Protocol):
    """Reads the hierarchy below a server-level document; is given how to read the other files.

    `before`: what was said before this; `changed`: the folders in which something differs from that, None for any.
    """

    def __call__(self, server: Document, read: Read, before: Meaning | None = None, changed: Set[str] | None = None) -> Meaning: ...


def interpreter(drives: Mapping[str, Path], ports: Mapping[int, int] | None = None, accepted: frozenset[str] = frozenset()) -> Interpret:
    """The compiler's reading of a configuration."""
    from model.compiler import compile_next
    from model.drive_map import DriveMap
    from model.hierarchy import Hierarchy

    def interpret(server: Document, read: Read, before: Meaning | None = None, changed: Set[str] | None = None) -> Meaning:
        hierarchy = Hierarchy(server, read, DriveMap(server.path.parent, drives), before.hierarchy if before is not None else None)
        known, since = before.basis if before is not None else (None, None)
        differs = since | changed if since is not None and changed is not None else None
        drafts = [path for path in map(Path, changed or ()) if path.name.lower() == "web.config"]

        def compile_it() -> Compiled:
            with resting(len(server.text) if known is None else 0):
                return compile_next(hierarchy, known, differs, ports=ports or {}, accepted=accepted, drafts=drafts)

        return Meaning(hierarchy, compile_it, known, differs)

    return interpret


def folders_of(path: Path) -> set[str]:
    """The path and all folders above it."""
    return {str(path), *map(str, path.parents)}
