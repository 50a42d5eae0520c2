"""What managed code shares in one application: the `application` object, instances once, ours by settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from hwebcore.managed.application import managed_application, reason_of
from hwebcore.managed.forms_authentication import FormsAuthenticationModule
from hwebcore.plan import ScopeSettings
from hwebcore.worker.loader import LoadFailed
from tests.support.managed_driver import ManagedDriver

FILES = {"shared_module.py": "class Module:\n    def init(self, application):\n        application['made'] = application.get('made', 0) + 1\n"}


async def test_instances_and_items(tmp_path: Path) -> None:
    driver = ManagedDriver(tmp_path, FILES)
    owner = managed_application(driver.host)
    assert managed_application(driver.host) is owner
    first, second = ScopeSettings(), ScopeSettings(access_policy=("Read", "Script"))
    assert owner.module("shared_module.Module", first) is owner.module("shared_module.Module", second)
    assert (owner.facade["made"], dict(owner.facade), driver.host.state) == (1, {"made": 1}, {"made": 1})
    forms = "System.Web.Security.FormsAuthenticationModule, System.Web"
    assert isinstance(owner.module(forms, first), FormsAuthenticationModule)
    assert owner.module(forms, first) is not owner.module(forms, second)
    with pytest.raises(LoadFailed, match=r"is a \.NET type"):
        owner.module("Elmah.ErrorLogModule, Elmah", first)
    assert owner.facade.map_path("~/x") == str(tmp_path / "x")
    await driver.finish()


async def test_a_type_that_cannot_be_loaded_is_logged(tmp_path: Path) -> None:
    driver = ManagedDriver(tmp_path, {"torn_module.py": "1 / 0\n"})
    with pytest.raises(LoadFailed):
        managed_application(driver.host).load("torn_module.Name")
    assert "ZeroDivisionError" in driver.log[0]
    assert 'torn_module.py", line 1' in driver.log[0]
    await driver.finish()


def test_reasons_name_the_users_place() -> None:
    with pytest.raises(ValueError, match="x") as caught:
        raise ValueError("x")
    assert reason_of(caught.value).startswith("ValueError: x (")
    assert "test_application.py:" in reason_of(caught.value)
    assert reason_of(KeyError()) == "KeyError"
