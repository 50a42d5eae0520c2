"""The console as it is, on a configuration, attached to whoever answers at a control socket: what console.py starts in a terminal.

console_child.py CONFIG CONTROL. Knows nothing of what is measured; client, feed, frame and pages are the program's own.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from console.app import ConsoleApp, run


def main() -> None:
    config, control = Path(sys.argv[1]), Path(sys.argv[2])

    def opened() -> object:
        from console.session import Session
        from model.workspace import Workspace

        return Session(Workspace.open(config))

    async def attached() -> object:
        from hwebcore.client import Client

        return await Client.connect(control)

    run(ConsoleApp(opened, attach=attached))


if __name__ == "__main__":
    main()
