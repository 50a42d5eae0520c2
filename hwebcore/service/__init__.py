"""The service: watches plans, binds endpoints, starts and watches processes. `await run(source, options)` until it is stopped.

Imports no pipeline, no module, no handler and no user's code. Start with service.py.
"""

from __future__ import annotations

import asyncio
import signal

from hwebcore.plan_source import PlanSource
from hwebcore.platform import allow_descriptors
from hwebcore.service.lifetime import AlreadyRuns
from hwebcore.service.options import ServiceOptions
from hwebcore.service.service import Service

__all__ = ["AlreadyRuns", "Service", "ServiceOptions", "run"]


async def run(source: PlanSource, options: ServiceOptions) -> None:
    """Serve until a signal or a console stops it. Needs asyncio's own loop: uvloop cannot set a child's user or umask."""
    allow_descriptors()
    service = Service(source, options)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, service.stop)
    try:
        await service.serve()
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.remove_signal_handler(number)
