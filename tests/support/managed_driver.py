"""Applications of Python files for tests of managed code: writes them into a folder and makes a PipelineDriver for them.

`ManagedDriver(folder, files={"app.py": "…"}, …)`; settings are given as parts. Look next at pipeline_driver.py.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from hwebcore.pipeline.context import Context, User
from hwebcore.pipeline.contract import Notification, StepResult, Subscription
from hwebcore.plan import (
    HandlerMapping,
    IsapiRestriction,
    ManagedHandlerMapping,
    ManagedModuleEntry,
    ManagedSettings,
    ModuleEntry,
    Rule,
    ScopeSettings,
    Source,
)
from hwebcore.worker.loader import Interpreter
from tests.support.pipeline_driver import PipelineDriver, module

ASPNET = r"%windir%\Microsoft.NET\Framework64\v4.0.30319\aspnet_isapi.dll"
SOURCE = Source("web.config", 5, 9, "MACHINE/WEBROOT/APPHOST/Site")


def _anonymous(context: Context) -> StepResult:
    return None if context.user is not None else context.set_user(User(""))


#: Stands for the native AnonymousAuthenticationModule.
ANONYMOUS = module(Subscription(Notification.AUTHENTICATE_REQUEST, _anonymous))


class ManagedDriver(PipelineDriver):
    """`modules`: name → type, in order; in Classic they are httpModules. `handlers`: path → type, in order."""

    def __init__(
        self, folder: Path, files: Mapping[str, str], *, modules: Mapping[str, str] | None = None, handlers: Mapping[str, str] | None = None,
        mode: str = "Integrated", settings: ManagedSettings | None = None, path: str = "/", interpreter: Interpreter | None = None,
        allowed: bool = True, more_rows: tuple[HandlerMapping, ...] = (), native: Mapping[str, Any] | None = None,
        native_handlers: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(textwrap.dedent(text))
        self._before = set(sys.modules)
        self.interpreter = interpreter if interpreter is not None else Interpreter()
        managed = settings if settings is not None else ManagedSettings()
        entries: tuple[ModuleEntry, ...] = (ModuleEntry("Anonymous", "native", "authanon.dll"), ModuleEntry("IsapiModule", "native", "isapi.dll"))
        entries += tuple(ModuleEntry(name, "native", name.lower() + ".dll") for name in native_handlers or {})
        rows: tuple[HandlerMapping, ...] = ()
        if mode == "Classic":
            managed = replace(
                managed,
                http_modules=tuple(ManagedModuleEntry(name, kind, SOURCE) for name, kind in (modules or {}).items()),
                http_handlers=tuple(ManagedHandlerMapping(where, (), kind, True, SOURCE) for where, kind in (handlers or {}).items()),
            )
            rows = (HandlerMapping("Wildcard", "*", (), ("IsapiModule",), script_processor=ASPNET, response_buffer_limit=0, source=SOURCE),)
        else:
            entries = (*(ModuleEntry(name, "managed", kind, SOURCE) for name, kind in (modules or {}).items()), *entries)
            rows = tuple(
                HandlerMapping(kind, where, (), ("ManagedPipelineHandler",), kind, source=SOURCE) for where, kind in (handlers or {}).items()
            )
        made = ScopeSettings(
            modules=entries, handlers=(*rows, *more_rows), access_policy=("Read", "Script"), managed=managed,
            isapi=IsapiRestriction(entries=(Rule("aspnet_isapi.dll", SOURCE, allowed=allowed),)),
        )  # fmt: skip
        register = {"ManagedPipelineHandler": "managed:ManagedHandler", "IsapiModule": "isapi:IsapiHandler", **(native_handlers or {})}
        loader = self.interpreter.loader(str(folder))
        super().__init__(
            made, modules={"Anonymous": ANONYMOUS, **(native or {})}, handlers=register, mode=mode, root=str(folder), loader=loader, path=path
        )

    async def finish(self) -> None:
        """End the application and forget its modules."""
        await self.host.stop()
        self.interpreter.close()
        for name in set(sys.modules) - self._before:
            if self.interpreter.owner(sys.modules[name]):
                del sys.modules[name]
        self.close()
