"""Story: under load, the pipeline mode of a pool is toggled again and again: nothing is lost, and nothing else changes."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.support.program_driver import Program
from tests.support.traffic import Traffic, traffic

POOL = '<add name="DefaultAppPool" managedPipelineMode="{}" />'
TOGGLES = ("appcmd", "edit", "appcmd", "edit")
OTHER = {"Integrated": "Classic", "Classic": "Integrated"}
LIMIT_S = 20.0


async def test_no_request_is_lost_while_the_mode_is_toggled(first_run: Program, capsys: pytest.CaptureFixture[str]) -> None:
    original = first_run.server_file.read_bytes()
    mode, times = "Integrated", []
    with first_run.serving():
        async with traffic(first_run.ports["integrated"]) as load:
            await load.more(100)
            for way in TOGGLES:
                mode = OTHER[mode]
                times.append(await _toggle(first_run, way, mode, load))
                assert first_run.server_file.read_bytes() == original.replace(POOL.format("Integrated").encode(), POOL.format(mode).encode())
                await load.more(200)
        figures = ", ".join(f"{way} {seconds:.2f} s" for way, seconds in zip(TOGGLES, times, strict=True))
        with capsys.disabled():
            print(f"\n  saved to first request in the other mode: {figures}; {load.answered} answered, slowest {load.slowest_s:.2f} s", end=" ")
    assert load.lost == []
    assert load.statuses.keys() == {200}
    assert load.bodies.keys() == {b"Hello"}
    assert first_run.server_file.read_bytes() == original


async def _toggle(program: Program, way: str, mode: str, load: Traffic) -> float:
    """Seconds from the moment that the file says `mode` to the first answer by that pipeline."""
    if way == "edit":
        program.edit(program.server_file, POOL.format(OTHER[mode]), POOL.format(mode))
        saved = time.monotonic()
    else:
        command = asyncio.ensure_future(asyncio.to_thread(program.appcmd, "set", "apppool", "DefaultAppPool", f"/managedPipelineMode:{mode}"))
        while POOL.format(mode) not in program.server_file.read_text("utf-8"):
            assert not command.done() or command.result().code == 0, command.result()
            await asyncio.sleep(0.005)
        saved = time.monotonic()
    # The stamp is on a picture in Integrated mode only.
    while (await asyncio.to_thread(_stamped, program)) != (mode == "Integrated"):
        assert time.monotonic() < saved + LIMIT_S, f"{mode} never served; {load.answered} answered, {load.lost}"
        await asyncio.sleep(0.005)
    taken = time.monotonic() - saved
    if way == "appcmd":
        done = await command
        assert done.code == 0, done.err
    return taken


def _stamped(program: Program) -> bool:
    return "x-stamp" in program.get("/poolhouse.svg").headers
