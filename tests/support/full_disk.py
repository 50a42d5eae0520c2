"""A program: an edit of a configuration that lies on a disk of its own, 96 KB, which is full; and again when it has room.

Knows `unshare`: it is started in a mount namespace of its own, so the small disk goes with it. Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from model.edits import SetAttribute, Step, Where
from model.workspace import ReadOnly, Workspace
from tests.support.meaning import server, write


def main(folder: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96k", "none", str(folder)], check=True)
    (folder / "s").mkdir()
    write(folder, {"applicationHost.config": server(f"<!-- {'x' * 20_000} -->")})
    path, before = folder / "applicationHost.config", (folder / "applicationHost.config").read_bytes()
    workspace = Workspace.open(folder)
    site = (Step("site", (("name", "S"),)),)
    edit = SetAttribute(Where("system.applicationHost/sites"), site, "serverAutoStart", "false")
    filled = folder / "filled"
    with filled.open("wb") as stream:
        try:
            while True:
                os.write(stream.fileno(), b"x" * 4096)
        except OSError as error:
            full = error.strerror
    told = command = ""
    try:
        workspace.save(workspace.propose(edit))
    except ReadOnly as refusal:
        told, command = str(refusal), refusal.command
    found = {"full": full, "told": told, "command": command, "same": path.read_bytes() == before, "left": sorted(os.listdir(folder))}
    filled.unlink()
    workspace.save(workspace.propose(edit))
    sys.stdout.write(json.dumps(found | {"later": b'serverAutoStart="false"' in path.read_bytes()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
