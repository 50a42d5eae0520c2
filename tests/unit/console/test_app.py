"""The program as a whole: what it says at the end is what came of it."""

from __future__ import annotations

from pathlib import Path

from tests.support.console_driver import console
from tests.support.meaning import server, write


async def test_a_service_that_does_not_hear_is_not_said_to_go_on(tmp_path: Path) -> None:
    write(tmp_path, {"applicationHost.config": server()})
    kept: list[bool | None] = []
    async with console(tmp_path / "applicationHost.config") as driver:
        app = driver.app
        app._keep, app.remembered = kept.append, True
        app.session.client, app.session.snapshot = _Deaf(), {"service": {"running": True}}  # type: ignore[assignment]  # one that went this moment
        await app.action_leave()
        assert app.stays is None


class _Deaf:
    async def request(self, kind: str, **_: object) -> None:
        raise ConnectionError(kind)

    async def close(self) -> None:
        """Nothing is open."""
