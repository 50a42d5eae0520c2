"""Which fault of the configuration a 500.19 is about: for the page that tells it and for the log.

Knows plans and outcomes, no request. Look next at modules/custom_error.py and request_log.py.
"""

from __future__ import annotations

from hwebcore.pipeline.contract import Outcome
from hwebcore.plan import ConfigurationError, ScopeSettings


def told(settings: ScopeSettings, failure: Outcome | None) -> ConfigurationError | None:
    """The section's fault that the failure names, otherwise what closes the whole path."""
    if failure is not None:
        for fault in settings.faults:
            if (fault.error.message, fault.error.source) == (failure.reason, failure.source):
                return fault.error
    return settings.error


def win32_status(settings: ScopeSettings, failure: Outcome | None) -> int:
    """The low word of its HRESULT, 0 where it has none: what IIS logs."""
    error = told(settings, failure)
    return int(error.code, 16) & 0xFFFF if error is not None and error.code.startswith("0x") else 0
