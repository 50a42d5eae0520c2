"""Finds the class behind an IIS name: native modules, handlers, and the adapter of managed modules.

Knows no order (that comes from the configuration) and imports a file only when a plan names it. The three mappings stand in
hwebcore/modules, hwebcore/handlers and hwebcore/managed.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hwebcore.pipeline.contract import PipelineModule, RequestHandler

#: Namespaces of .NET itself: what it ships and this server lacks is left out and named, not an error.
_DOTNET = ("system.", "microsoft.", "mscorlib")


class Registers:
    """The registers of this program. Tests give their own mappings of name -> class."""

    def __init__(
        self, native: Mapping[str, Any] | None = None, handlers: Mapping[str, Any] | None = None, managed: Callable[..., Any] | None = None
    ) -> None:
        self._native = native
        self._handlers = handlers
        self._managed = managed
        self._managed_names: Mapping[str, Any] | None = {} if managed is not None else None

    def native(self, name: str) -> Callable[..., PipelineModule] | None:
        """The class of a native module that subscribes, or None."""
        if self._native is None:
            self._native = importlib.import_module("hwebcore.modules").NATIVE
        return _load("hwebcore.modules", self._native.get(name))

    def handler(self, name: str) -> Callable[..., RequestHandler] | None:
        """The class of what executes, by the module name of a handler row, or None."""
        if self._handlers is None:
            self._handlers = importlib.import_module("hwebcore.handlers").HANDLERS
        return _load("hwebcore.handlers", self._handlers.get(name))

    def managed(self) -> Callable[..., PipelineModule]:
        """The adapter of managed modules: `(entry, settings, host)` -> one module."""
        if self._managed is None:
            self._managed = importlib.import_module("hwebcore.managed.adapter").ManagedModule
        return self._managed

    def managed_gap(self, type_name: str) -> str:
        """Why a managed type of .NET itself does not run here, "" where it does (or where it is the user's own)."""
        name = type_name.partition(",")[0].strip()
        if not name.lower().startswith(_DOTNET):
            return ""
        if self._managed_names is None:
            self._managed_names = importlib.import_module("hwebcore.managed").MANAGED
        return "" if name in self._managed_names else f"{name} is not part of this server"


def _load(package: str, entry: Any) -> Any | None:
    if not isinstance(entry, str):
        return entry
    file, _, name = entry.partition(":")
    return getattr(importlib.import_module(f"{package}.{file}"), name)
