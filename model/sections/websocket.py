"""system.webServer/webSocket: whether requests may become WebSockets, how long a message may be, how often to ask who is there.

Knows no connection. compiler.py puts `settings` into a plan.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from hwebcore import plan
from model.effective import EffectiveSection
from model.sections.section import Section


class WebSocket(Section):
    SECTION: ClassVar[str] = "system.webServer/webSocket"

    enabled: bool = True
    receive_buffer_limit: int = 4194304
    ping_interval_s: float = Field(0.0, alias="pingInterval")


def settings(section: EffectiveSection) -> plan.WebSocketSettings:
    read = WebSocket.from_effective(section)
    return plan.WebSocketSettings(read.enabled, read.receive_buffer_limit, read.ping_interval_s, read.source)
