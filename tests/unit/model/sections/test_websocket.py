"""system.webServer/webSocket as a plan has it."""

from pathlib import Path

from hwebcore.plan import WebSocketSettings
from model.sections.websocket import WebSocket, settings
from tests.unit.model.sections import section


def test_defaults(tmp_path: Path) -> None:
    assert settings(section(tmp_path, WebSocket.SECTION, "")) == WebSocketSettings(True, 4194304, 0.0)


def test_values(tmp_path: Path) -> None:
    read = settings(section(tmp_path, WebSocket.SECTION, '<webSocket enabled="false" receiveBufferLimit="4096" pingInterval="00:00:30" />'))
    assert (read.enabled, read.receive_buffer_limit, read.ping_interval_s) == (False, 4096, 30.0)
    assert read.source is not None
