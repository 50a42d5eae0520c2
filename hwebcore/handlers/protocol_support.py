"""ProtocolSupportModule as a handler: OPTIONS is answered, TRACE is refused (rt 10.3).

Knows no content: both answers are the same for every URL. The headers it adds are modules/protocol_support.py.
Look next at static_file.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import FINISH, StepResult
from hwebcore.plan import HandlerMapping, ScopeSettings

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost

_VERBS = "OPTIONS, TRACE, GET, HEAD, POST"


class ProtocolSupport:
    def __init__(self, mapping: HandlerMapping, settings: ScopeSettings, host: ApplicationHost) -> None:
        self._source = mapping.source

    def execute(self, context: Context) -> StepResult:
        method = context.request.method
        if method == "OPTIONS":
            headers = context.response.headers
            headers.set("Allow", _VERBS)
            headers.set("Public", _VERBS)
            context.response.content_length = 0
            return FINISH
        if method == "TRACE":
            return context.fail(501, 0, "TRACE is off: it would show a script what the browser sends", self._source)
        return None
