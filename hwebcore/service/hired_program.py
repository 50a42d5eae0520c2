"""A program that the configuration names for an event of a pool: orphanActionExe, autoShutdownExe (rt 2.1).

Knows no pool. It runs as the pool's identity, apart from everything; what it prints goes to the pool's log, its end is told.
"""

from __future__ import annotations

import asyncio
import os
import shlex

from hwebcore.service.child_process import Launch, describe_exit

_LIMIT_S = 300.0


async def run_program(path: str, parameters: str, launch: Launch, output: int) -> str:
    """Run it to its end; "" or what went wrong. `output` is closed."""
    identity: dict[str, object] = {}
    if launch.uid is not None:
        identity = {"user": launch.uid, "group": launch.gid, "extra_groups": list(launch.groups)}
    try:
        process = await asyncio.create_subprocess_exec(
            path, *shlex.split(parameters), stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output,
            start_new_session=True, cwd="/", env=launch.environment, umask=0o027, **identity,  # type: ignore[arg-type]  # of several types
        )  # fmt: skip
    except (OSError, ValueError) as error:
        return f"{path} could not be run: {error}"
    finally:
        os.close(output)
    try:
        code = await asyncio.wait_for(process.wait(), _LIMIT_S)
    except TimeoutError:
        process.kill()
        await process.wait()
        return f"{path} did not end within {_LIMIT_S:g} s and was ended"
    return "" if code == 0 else f"{path} ended with {describe_exit(code)}"
