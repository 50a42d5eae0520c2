"""The console as it is, on a configuration, with rings that another process writes: what console.py starts in a terminal.

console_child.py CONFIG RINGS_FOLDER. Knows nothing of what is measured; the feed, the frame and the pages are the program's own.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from console.app import ConsoleApp, run


def main() -> None:
    config, rings = Path(sys.argv[1]), Path(sys.argv[2])

    def opened() -> object:
        from console.session import Session
        from model.workspace import Workspace

        return Session(Workspace.open(config))

    class WithRings(ConsoleApp):
        async def _begin(self) -> None:
            await super()._begin()
            from hwebcore.records import RingReader

            async def ring(name: str) -> RingReader:
                return RingReader(*[os.open(rings / name / part, os.O_RDONLY) for part in ("ring", "flights", "names")])

            names = sorted(folder.name for folder in rings.iterdir())
            told = [{"ring": name, "pool": name.partition("-")[0], "pid": 4000, "mode": name.partition("-")[2], "shadow": False} for name in names]
            self.feed.open_ring = ring
            self.session.take({"service": {"pid": 1, "running": True}, "generation": {"number": 1}, "pools": [], "sites": [], "rings": told})

    run(WithRings(opened))


if __name__ == "__main__":
    main()
