"""The fault behind a 500.19, and its number in the log."""

from __future__ import annotations

import pytest

from hwebcore.configuration_failure import told, win32_status
from hwebcore.pipeline.contract import Outcome
from hwebcore.plan import ConfigurationError, ScopeSettings, SectionFault
from tests.support.exchange import SOURCE

PATH = ConfigurationError("0x80070021", "locked", None)
PAGES = ConfigurationError("0x8007000d", "no value", SOURCE)
SETTINGS = ScopeSettings(error=PATH, faults=(SectionFault("system.webServer/httpErrors", PAGES),))


def failed(reason: str) -> Outcome:
    return Outcome("FINISH_REQUEST", reason, SOURCE, None, 500, 19)


@pytest.mark.parametrize(("failure", "expected"), [(None, PATH), (failed("no value"), PAGES), (failed("another"), PATH)])
def test_the_fault_that_the_failure_names(failure: Outcome | None, expected: ConfigurationError) -> None:
    assert told(SETTINGS, failure) is expected


def test_the_low_word_of_its_code() -> None:
    assert win32_status(SETTINGS, None) == 33
    assert win32_status(SETTINGS, failed("no value")) == 13
    assert win32_status(ScopeSettings(), None) == 0
    assert win32_status(ScopeSettings(error=ConfigurationError("odd", "", None)), None) == 0
