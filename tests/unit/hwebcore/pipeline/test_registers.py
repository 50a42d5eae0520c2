"""The registers of the program name what can be loaded."""

from __future__ import annotations

import pytest

from hwebcore.handlers import HANDLERS
from hwebcore.modules import NATIVE
from hwebcore.pipeline.registers import Registers


@pytest.mark.parametrize("name", NATIVE)
def test_every_native_module_loads(name: str) -> None:
    assert callable(getattr(Registers().native(name), "subscriptions", None))


@pytest.mark.parametrize("name", HANDLERS)
def test_every_handler_loads(name: str) -> None:
    assert callable(getattr(Registers().handler(name), "execute", None))


def test_unknown_names_are_none_and_gaps_of_dotnet_are_named() -> None:
    registers = Registers()
    assert registers.native("RewriteModule") is None
    assert "ProfileModule" in registers.managed_gap("System.Web.Profile.ProfileModule, System.Web")
    assert registers.managed_gap("System.Web.SessionState.SessionStateModule") == ""
    assert registers.managed_gap("mine.Module") == ""
