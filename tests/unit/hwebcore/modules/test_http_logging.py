"""HttpLoggingModule: which requests get a line."""

from __future__ import annotations

import pytest

from hwebcore.modules.http_logging import HttpLogging
from hwebcore.pipeline.context import Context, User
from hwebcore.pipeline.contract import FINISH, Notification, Outcome, Subscription
from hwebcore.plan import HttpLogging as Settings
from hwebcore.plan import ScopeSettings
from tests.support.pipeline_driver import PipelineDriver, handler, module, native, row


def driver(settings: Settings, status: int = 200) -> tuple[PipelineDriver, list[Context]]:
    def execute(context: Context) -> Outcome:
        context.response.status = status
        return FINISH

    def sign_in(context: Context) -> None:
        context.user = User("")

    plan = ScopeSettings(
        modules=(native("HttpLoggingModule"), native("M"), native("Handler")), handlers=(row(require_access="None"),), http_logging=settings
    )
    made = PipelineDriver(
        plan,
        modules={"HttpLoggingModule": HttpLogging, "M": module(Subscription(Notification.BEGIN_REQUEST, sign_in))},
        handlers={"Handler": handler(execute)},
    )
    lines: list[Context] = []
    made.host.site_log = lines.append
    return made, lines


@pytest.mark.parametrize(
    ("selective", "code", "logged"),
    [
        ("LogAll", 200, True),
        ("LogAll", 500, True),
        ("LogSuccessful", 399, True),
        ("LogSuccessful", 400, False),
        ("LogError", 399, False),
        ("LogError", 404, True),
    ],
)
async def test_selective_logging(selective: str, code: int, logged: bool) -> None:
    made, lines = driver(Settings(False, selective), code)  # type: ignore[arg-type]  # one of the values, as a str
    for _ in range(60):  # in both forms of the sequence
        lines.clear()
        context = (await made.get("/")).context
        assert context.response.status == code
        assert lines == ([context] if logged else [])
    made.close()


async def test_nothing_is_logged_where_it_is_off_or_there_is_no_log_or_for_a_shadow() -> None:
    made, lines = driver(Settings(dont_log=True))
    await made.get("/")
    made.close()
    made, more = driver(Settings())
    made.host.shadow = True
    await made.get("/")
    made.close()
    made, _ = driver(Settings())
    made.host.site_log = None
    await made.get("/")
    made.close()
    assert lines == more == []
