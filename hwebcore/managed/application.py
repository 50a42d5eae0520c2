"""What managed code shares within one application of a worker: loaded types, instances, keys, the `application` object.

Knows the host and the loader; no request. One ManagedApplication hangs on each ApplicationHost from the first managed need on.
Look next at adapter.py (modules) and execution.py (handlers), which keep their instances here.
"""

from __future__ import annotations

import contextvars
import importlib
from collections.abc import Callable, Iterator, MutableMapping
from typing import TYPE_CHECKING, Any

from hwebcore.managed import MANAGED, dotnet_name
from hwebcore.worker.loader import CURRENT_ROOT, Loaded, LoadFailed, cut_traceback, place_of

if TYPE_CHECKING:
    from hwebcore.managed.context import ManagedContext
    from hwebcore.managed.forms import Forms
    from hwebcore.pipeline.host import ApplicationHost
    from hwebcore.plan import ScopeSettings


class Application(MutableMapping[str, Any]):
    """The users' `application`: items shared by its requests, and where it stands."""

    def __init__(self, host: ApplicationHost) -> None:
        self._host = host
        self.path = host.path
        self.site = host.site
        self.mode = host.mode
        self.pool = host.pool
        self.physical_path = host.root

    def map_path(self, url_path: str) -> str:
        """The file or folder of a URL path of the site ("~/x": of the application), "" where there is none."""
        if url_path.startswith("~"):
            url_path = f"{self.path.rstrip('/')}/{url_path[1:].lstrip('/')}"
        return self._host.map_path(url_path)

    def log(self, text: str) -> None:
        """One line or more in the pool's log."""
        self._host.log(text)

    def __getitem__(self, name: str) -> Any:
        return self._host.state[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._host.state[name] = value

    def __delitem__(self, name: str) -> None:
        del self._host.state[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._host.state)

    def __len__(self) -> int:
        return len(self._host.state)


class ManagedApplication:
    """Loads each type once, makes each users' module once, disposes of them when the application stops."""

    def __init__(self, host: ApplicationHost) -> None:
        self.host = host
        self.facade = Application(host)
        self._base = host.base
        self._base.run(CURRENT_ROOT.set, host.loader.root)
        self._modules: dict[str, Any] = {}
        self._ours: dict[tuple[str, int], Any] = {}
        #: What handlers keep per type: see execution.py.
        self.executors: dict[str, Any] = {}
        #: Ticket sealers by keys and cookie: see forms.py.
        self.sealers: dict[tuple[Any, ...], Any] = {}
        self._forms: Callable[[ManagedContext], Forms] | None = None
        host.on_stop(self._dispose)

    def new_scope(self) -> contextvars.Context:
        """A context of its own for one request's users' code."""
        return self._base.copy()

    def load(self, type_name: str) -> Loaded:
        """Raises LoadFailed, whose report has been logged."""
        try:
            return self._base.copy().run(self.host.loader.load, type_name)  # type: ignore[no-any-return]  # the host is any
        except LoadFailed as failure:
            self.host.log(f"{self.host.site}{self.host.path}: {failure.message}" + (f"\n{failure.report}" if failure.report else ""))
            raise

    def module(self, type_name: str, settings: ScopeSettings) -> Any:
        """The instance that carries out a module's type: ours per settings, a user's once per application. Raises LoadFailed."""
        name = dotnet_name(type_name)
        if name is not None:
            return self._our_module(name, type_name, settings)
        known = self._modules.get(type_name)
        if known is None:
            known = self._modules[type_name] = self._make(type_name)
        return known

    def _our_module(self, name: str, type_name: str, settings: ScopeSettings) -> Any:
        if name not in MANAGED:
            raise LoadFailed("dotnet", f"{type_name} is a .NET type: this server runs Python")
        key = (name, id(settings))
        known = self._ours.get(key)
        if known is None:
            file, _, class_name = MANAGED[name].partition(":")
            made = getattr(importlib.import_module(f"hwebcore.managed.{file}"), class_name)
            # The settings are kept with the instance, so that their id stays theirs.
            known = self._ours[key] = (made(settings, self), settings)
        return known[0]

    def _make(self, type_name: str) -> Any:
        loaded = self.load(type_name)
        if loaded.kind != "class":
            raise LoadFailed("bad_type", f"{type_name} is no class: a managed module is a class")
        scope = self.new_scope()
        try:
            made = scope.run(loaded.value)
            start = getattr(made, "init", None)
            if start is not None:
                scope.run(start, self.facade)
        except BaseException as error:  # the user's constructor or init, be it sys.exit()
            text = f"{type_name} could not be started: {type(error).__name__}: {error}"
            self.log_failure(text, error)
            raise LoadFailed("import_failed", text, cut_traceback(error)) from error
        return made

    def log_failure(self, text: str, error: BaseException) -> None:
        """The users' traceback, cut at our frame, in the pool's log."""
        self.host.log(f"{self.host.site}{self.host.path}: {text}\n{cut_traceback(error)}")

    def forms_for(self, context: ManagedContext) -> Forms:
        if self._forms is None:
            self._forms = importlib.import_module("hwebcore.managed.forms").Forms
        assert self._forms is not None
        return self._forms(context)

    def _dispose(self) -> None:
        for type_name, module in self._modules.items():
            end = getattr(module, "dispose", None)
            if end is None:
                continue
            try:
                self.new_scope().run(end)
            except BaseException as error:  # the user's dispose: the others end all the same
                self.log_failure(f"{type_name}.dispose failed: {type(error).__name__}: {error}", error)


def managed_application(host: ApplicationHost) -> ManagedApplication:
    """The one of this host, made at the first call."""
    known = host.managed
    if known is None:
        known = host.managed = ManagedApplication(host)
    return known  # type: ignore[no-any-return]  # the host names no managed class


def reason_of(error: BaseException) -> str:
    """A sentence for the trace: what was raised and where in the users' code."""
    place = place_of(error)
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return f"{text} ({place})" if place else text
