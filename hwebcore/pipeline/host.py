"""One application in a worker: its paths, its sequences, its keys and threads, and the child requests that run in it.

Knows no socket and no configuration file; the worker makes it of an ApplicationPlan. sequence.py makes the ordered lists that
it keeps, pipeline.py runs them.
"""

from __future__ import annotations

import contextvars
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hwebcore.ended_sign_ins import MOST_S, EndedSignIns
from hwebcore.pipeline.children import run_child
from hwebcore.pipeline.context import Context, Request, Response, Wire
from hwebcore.pipeline.mapping import HandlerMap
from hwebcore.pipeline.paths import PathMap
from hwebcore.pipeline.pipeline import Pipeline
from hwebcore.pipeline.registers import Registers
from hwebcore.pipeline.sequence import Sequence, SequenceBuilder
from hwebcore.plan import ApplicationPlan, HandlerMapping, LeftOutHandler, Mode, PoolPlan, ScopeSettings

if TYPE_CHECKING:
    from hwebcore.accounts import Accounts
    from hwebcore.compressed_copies import CompressedCopies
    from hwebcore.pipeline.threads import BlockingThreads

_MOST_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Begun:
    """What a method and a path lead to before BEGIN_REQUEST."""

    settings: ScopeSettings
    sequence: Sequence
    path_info: str
    physical_path: str


class ApplicationHost:
    """What modules and handlers are given as `host`.

    `keys`: the instance's secrets for this application, 32 bytes each: the first seals, all of them read. `loader`:
    hwebcore.worker.loader.Loader, given here as an object because the runtime's floor below knows no users' code. `owner(path)`: the
    application of this site to which a URL path belongs, or None where it is another pool's (child requests ask).
    """

    def __init__(
        self, plan: ApplicationPlan, pool: PoolPlan, pipeline: Pipeline, *, keys: tuple[bytes, ...], threads: BlockingThreads, loader: Any = None,
        log: Callable[[str], None] = lambda text: None, shadow: bool = False, owner: Callable[[str], ApplicationHost | None] | None = None,
        registers: Registers | None = None,
    ) -> None:  # fmt: skip
        self.plan = plan
        self.pool_plan = pool
        self.pipeline = pipeline
        self.site = plan.site
        self.site_id = plan.site_id
        self.path = plan.path
        self.root = plan.root
        self.mode: Mode = pool.mode
        self.pool = pool.name
        self.shadow = shadow
        self.keys = keys
        self.threads = threads
        self.loader = loader
        self.log = log
        #: What writes the line of a finished request, set by the worker where the site has a log (request_log.RequestLog).
        self.site_log: Callable[[Context], None] | None = None
        self.owner: Callable[[str], ApplicationHost | None] = owner if owner is not None else lambda path: self
        self.registers = registers if registers is not None else Registers()
        #: Who may sign in with a password: the worker's, where its plan asks anybody.
        self.accounts: Accounts | None = None
        #: Sign-ins of forms authentication that count no longer, and who tells other workers of one: the worker's.
        self.ended = EndedSignIns()
        self.tell_ended: Callable[[str, float], None] = lambda number, until: None
        #: Where compressed copies of files are kept: the worker's, where the service gave it a folder.
        self.copies: CompressedCopies | None = None
        #: The managed session store: session id -> session.
        self.sessions: dict[str, Any] = {}
        #: ASP.NET's Application: items shared by the application's requests.
        self.state: dict[str, Any] = {}
        #: What each request's scope is a copy of.
        self.base = contextvars.Context()
        #: What managed code shares here, once there is any: hwebcore.managed.application.ManagedApplication.
        self.managed: Any = None
        self._paths = PathMap(plan.virtual_directories)
        self._builder = SequenceBuilder(self)
        self._maps: dict[int, HandlerMap] = {}
        self._left_out: dict[int, HandlerMap] = {}
        self._begun: dict[tuple[str, str], Begun] = {}
        self._stopping: list[Callable[[], Awaitable[None] | None]] = []

    def map_path(self, url_path: str) -> str:
        """The physical path of a normalised URL path within the site, "" where none may be opened."""
        return self._paths.find(url_path)

    def settings_for(self, path: str) -> int:
        """The index (in the pool's plan) of the settings of the longest matching scope."""
        lowered = path.lower()
        for scope in self.plan.scopes:
            prefix = scope.prefix
            if prefix == "/" or (lowered.startswith(prefix) and lowered[len(prefix) : len(prefix) + 1] in ("", "/")):
                return scope.settings
        return self.plan.scopes[-1].settings if self.plan.scopes else 0

    def handlers_for(self, settings: int) -> HandlerMap:
        found = self._maps.get(settings)
        if found is None:
            found = self._maps[settings] = HandlerMap(self.pool_plan.settings[settings].handlers)
        return found

    def left_out(self, settings: int, method: str, path: str) -> LeftOutHandler | None:
        """The first row that would answer, did its precondition hold here. Asked only where nobody answers."""
        rows = self.pool_plan.settings[settings].left_out
        found = self._left_out.get(settings)
        if found is None:
            found = self._left_out[settings] = HandlerMap(tuple(one.row for one in rows))
        match = found.find(method, path)
        return next((one for one in rows if one.row is match.row), None) if match is not None else None

    def begin(self, request: Request, wire: Wire, response: Response | None = None) -> Context:
        """A context for `request` with the sequence of its tentative handler (rt 3.3)."""
        begun = self.begun(request.method, request.path)
        request.path_info = begun.path_info
        return Context(
            request, Response() if response is None else response, self, begun.settings, begun.sequence, wire, begun.physical_path
        )  # fmt: skip

    def begun(self, method: str, path: str) -> Begun:
        """What they lead to, remembered."""
        begun = self._begun.get((method, path))
        if begun is None:
            begun = self._find(method, path)
            if len(self._begun) >= _MOST_REMEMBERED:
                self._begun.clear()
            self._begun[method, path] = begun
        return begun

    def _find(self, method: str, path: str) -> Begun:
        index = self.settings_for(path)
        match = self.handlers_for(index).find(method, path)
        sequence = self._builder.sequence(index, match.row if match else None)
        script_path, path_info = (match.script_path, match.path_info) if match else (path, "")
        return Begun(self.pool_plan.settings[index], sequence, path_info, self._paths.find(script_path))

    def with_handler(self, sequence: Sequence, row: HandlerMapping | None) -> Sequence:
        """The same modules with another handler: MAP_REQUEST_HANDLER changed it, the preconditions stay decided."""
        return self._builder.variant(sequence, row)

    async def run_child(self, context: Context, url: str, method: str | None = None, handler: HandlerMapping | None = None) -> Context:
        """Run `url` (site-absolute, with its query) through a sequence of its own. It writes into the parent's response.

        `handler` executes it instead of the row that the URL would meet.
        """
        return await run_child(context, url, method, handler)

    def end_sign_in(self, number: str, until: float) -> None:
        """No ticket of it is accepted any more, here and by other workers. A timeout may be longer than anything is remembered."""
        until = min(until, time.time() + MOST_S)
        if self.ended.add(number, until):
            self.tell_ended(number, until)

    def on_stop(self, call: Callable[[], Awaitable[None] | None]) -> None:
        """Have `call` called when the application ends: dispose, lifespan, stores."""
        self._stopping.append(call)

    def start(self) -> None:
        """Make the sequence of the application's own URL now instead of at its first request (preload)."""
        self._find("GET", self.path if self.path.endswith("/") else self.path + "/")

    async def stop(self) -> None:
        """Let everything that the application started end, newest first. Failures go to the pool's log."""
        while self._stopping:
            call = self._stopping.pop()
            try:
                waiting = call()
                if waiting is not None:
                    await waiting
            except Exception as error:  # users' dispose must not keep the others from ending
                self.log(f"{self.site}{self.path}: stopping failed: {type(error).__name__}: {error}")
