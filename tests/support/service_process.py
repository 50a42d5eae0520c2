"""A service in a process of its own, for tests that kill it: `python service_process.py CONFIG STATE PORT APP_FOLDER`.

Prints one line of JSON when it serves. Its plan is server_driver's smallest one.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from hwebcore.service import ServiceOptions, run
from tests.support.server_driver import ListSource, generation, plan, site


def main() -> None:
    config, state, port, folder = sys.argv[1:5]
    first = generation((plan(Path(folder)),), (site(int(port)),))
    options = ServiceOptions(Path(config), Path(state), stay="--leave" not in sys.argv, linger_s=1.0, on_ready=_say)
    asyncio.run(_serve(first, options))


async def _serve(first: object, options: ServiceOptions) -> None:
    await run(ListSource(first), options)  # type: ignore[arg-type]  # as much of a PlanSource as is asked


def _say(state: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(state) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
