"""DefaultDocumentModule: the first document of the list that a folder holds, served by a child request (rt 3.6, 10.2).

Knows no other handler: what runs the document is the child's own mapping. Without one the row's next module is asked.
Look next at directory_listing.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from hwebcore.content import look_up, root_of
from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import Outcome, StepResult
from hwebcore.plan import HandlerMapping, Rule, ScopeSettings

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost


class DefaultDocument:
    reads = ("system.webServer/defaultDocument",)

    def __init__(self, mapping: HandlerMapping, settings: ScopeSettings, host: ApplicationHost) -> None:
        self._host = host
        self._files = settings.default_document.files if settings.default_document.enabled else ()
        self._roots = tuple(directory.physical_path for directory in host.plan.virtual_directories if directory.physical_path)

    def execute(self, context: Context) -> StepResult:
        if not self._files or not context.request.path.endswith("/") or not context.physical_path:
            return None
        rule = self._first(context.physical_path)
        return None if rule is None else self._serve(context, rule)

    def _first(self, folder: str) -> Rule | None:
        """The first listed name that is a file of the folder, under exactly this spelling."""
        root = root_of(folder, self._roots)
        if not root:
            return None
        for rule in self._files:
            # A name of the list may hold folders, but leads nowhere else.
            entry = look_up(folder.rstrip("/") + "/" + rule.value.lstrip("/"), root)
            if entry is not None and entry.kind == "file":
                return rule
        return None

    async def _serve(self, context: Context, rule: Rule) -> Outcome:
        request = context.request
        query = f"?{request.query_string}" if request.query_string else ""
        name = rule.value.lstrip("/")
        await self._host.run_child(context, quote(request.path + name, safe="/:@!$&'()*+,;=~") + query)
        return Outcome("FINISH_REQUEST", f"default document {name}", rule.source)
