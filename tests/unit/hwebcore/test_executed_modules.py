"""What is shown of a module is what the pipeline does with it."""

from __future__ import annotations

import pytest

from hwebcore.executed_modules import module_gap
from hwebcore.plan import ModuleEntry, ScopeSettings
from tests.support.pipeline_driver import PipelineDriver, handler, hello, native, row

LACKING = ("HttpCacheModule", "CustomLoggingModule", "FailedRequestsTracingModule", "ServerSideIncludeModule")


def test_what_runs_has_no_gap() -> None:
    assert [module_gap(name, "") for name in ("StaticFileModule", "HttpLoggingModule", "IsapiModule")] == ["", "", ""]
    assert module_gap("Session", "System.Web.SessionState.SessionStateModule") == ""
    assert module_gap("Mine", "mine.Module") == ""


@pytest.mark.parametrize("name", LACKING)
def test_what_is_lacking_is_named_and_left_out_of_requests(name: str) -> None:
    assert module_gap(name, "") == f"{name} is not part of this server"
    driver = PipelineDriver(ScopeSettings(modules=(native(name), native("Handler")), handlers=(row(),)), handlers={"Handler": handler(hello)})
    [skipped] = [one for one in driver.host._find("GET", "/").sequence.skipped if one.module == name]
    assert (skipped.cause, skipped.reason) == ("not_executed_here", module_gap(name, ""))


def test_a_managed_module_of_dotnet_that_is_lacking_is_named_by_its_type() -> None:
    entry = ModuleEntry("Profile", "managed", "System.Web.Profile.ProfileModule, System.Web")
    assert module_gap(entry.name, entry.type) == "System.Web.Profile.ProfileModule is not part of this server"
