"""`poolhouse stop`: ends the service of a configuration, when what runs is finished.

Knows nothing of pools. What the service does then: hwebcore/service/control.py.
"""

from __future__ import annotations

import argparse
import asyncio

from console.cli.instance import Instance, add_config, locate
from console.cli.output import DONE, TIMED_OUT, Ended, as_json, words


def arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser, positional=True)
    parser.add_argument("--timeout", type=float, default=100.0, metavar="SECONDS", help="how long to wait for what runs (100)")
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    instance = locate(options.path or options.config, vanished=True)
    asyncio.run(_stop(instance, options.timeout))
    if options.json:
        as_json({"event": "stopped"})
    else:
        words(f"stopped: {instance.config}")
    return DONE


async def _stop(instance: Instance, timeout_s: float) -> None:
    client = await instance.needs_service("there is nothing to stop")
    try:
        async with asyncio.timeout(timeout_s):
            await client.request("stop")
            async for _ in client.snapshots():
                pass  # until it closes the socket, the last thing but one that it does
    except TimeoutError as error:
        raise Ended(TIMED_OUT, f"the service has been told to stop and has not ended within {timeout_s:g} s") from error
    except (ConnectionError, EOFError):
        pass  # it has gone: that is what was asked
    finally:
        await client.close()
