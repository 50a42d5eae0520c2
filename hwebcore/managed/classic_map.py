"""Classic's MapHandler step: which row of system.web/httpHandlers a request meets, and what executes it.

Knows ASP.NET's own handler types of the root level by what they do here; the rest is Python's. Look next at classic.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from hwebcore.managed import dotnet_name
from hwebcore.managed.application import ManagedApplication
from hwebcore.managed.context import ManagedContext
from hwebcore.managed.execution import executor
from hwebcore.pipeline.contract import HttpFault, Outcome
from hwebcore.pipeline.mapping import HandlerMap
from hwebcore.plan import HandlerMapping, ManagedHandlerMapping, ScopeSettings
from hwebcore.worker.loader import LoadFailed

Call = Callable[[ManagedContext], Awaitable[None] | None]

#: What the root level's own handlers answer (cfg 2.4): status and sentence.
_REFUSING: Mapping[str, tuple[int, str]] = {
    "System.Web.HttpForbiddenHandler": (403, "this type of page is not served"),
    "System.Web.HttpNotFoundHandler": (404, "not found"),
    "System.Web.HttpMethodNotAllowedHandler": (405, "the verb is not allowed for this path"),
    "System.Web.HttpNotImplementedHandler": (501, "the verb is not implemented"),
}
_MOST_REMEMBERED = 4096
_HANDED_BACK = frozenset({"System.Web.DefaultHttpHandler", "System.Web.StaticFileHandler"})


class MappedRow:
    """A row, what the trace is told of it, and once it was had: its place among the nested steps and what executes it (None: IIS)."""

    __slots__ = ("call", "index", "row", "told")

    def __init__(self, row: ManagedHandlerMapping) -> None:
        self.row = row
        self.told = Outcome("CONTINUE", f"{row.path} → {row.type}", row.source)
        self.index = -1
        self.call: Call | None = None


class ClassicMap:
    """First match in the rows' order; verbs compare case-sensitively, paths without case."""

    def __init__(self, settings: ScopeSettings, owner: ManagedApplication) -> None:
        self._owner = owner
        self._rows = settings.managed.http_handlers
        as_rows = tuple(HandlerMapping(str(index), row.path, row.verbs, ()) for index, row in enumerate(self._rows))
        self._map = HandlerMap(as_rows)
        self._mapped = tuple(map(MappedRow, self._rows))
        #: (method, path) → its row.
        self.known: dict[tuple[str, str], MappedRow] = {}

    def types(self) -> tuple[ManagedHandlerMapping, ...]:
        """The first row of each type: each may execute a request."""
        found: dict[str, ManagedHandlerMapping] = {}
        for row in self._rows:
            found.setdefault(row.type, row)
        return tuple(found.values())

    def find(self, method: str, path: str) -> MappedRow:
        """Raises HttpFault 404 where no row matches."""
        asked = (method, path)
        found = self.known.get(asked)
        if found is None:
            match = self._map.find(method, path)
            if match is None:
                raise HttpFault(404, 0, "no row of httpHandlers matches this path and verb")
            if len(self.known) >= _MOST_REMEMBERED:
                self.known.clear()
            found = self.known[asked] = self._mapped[int(match.row.name)]
        return found

    def call(self, row: ManagedHandlerMapping) -> Call:
        """What CallHandler runs for `row`. Raises HttpFault for what this server does not have."""
        name = dotnet_name(row.type)
        if name is not None and name in _REFUSING:
            status, sentence = _REFUSING[name]
            return partial(_refuse, HttpFault(status, 0, sentence, row.source))
        try:
            return executor(self._owner, row.type).execute
        except LoadFailed as failure:
            raise HttpFault(500, 0, f"httpHandlers {row.path}: {failure.message}", row.source) from failure


def is_handed_back(row: ManagedHandlerMapping) -> bool:
    """Whether the row's type gives the request back to IIS."""
    return dotnet_name(row.type) in _HANDED_BACK


def _refuse(fault: HttpFault, managed: ManagedContext) -> None:
    raise HttpFault(fault.status, fault.substatus, fault.reason, fault.source)
