"""system.webServer/serverRuntime: limits on requests inside a worker.

Knows no requests; nothing of it is executed yet beyond what the console shows.
"""

from __future__ import annotations

from typing import ClassVar

from model.sections.section import Section


class ServerRuntime(Section):
    SECTION: ClassVar[str] = "system.webServer/serverRuntime"

    enabled: bool = True
    app_concurrent_request_limit: int = 5000
    max_request_entity_allowed: int = 4294967295
    upload_read_ahead_size: int = 49152
