"""ConfigurationValidationModule: 500.22, 500.23 and 500.24, where an Integrated pool meets settings made for Classic.

Knows no configuration file: the plan says which sections are at fault (cfg 6.1). Every request below is answered so, static ones too.
Look next at custom_error.py (the page with the ways out) and model/migration.py (the same findings, before any request).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import Notification, StepResult, Subscription
from hwebcore.plan import ScopeSettings

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost

_REASONS = {
    22: "{section} has modules for Classic; in Integrated mode they would not run",
    23: "{section} has handlers for Classic; in Integrated mode they would not run",
    24: "{section} asks for impersonation, which Integrated mode does not do for the whole request",
}


class ConfigurationValidation:
    def __init__(self, settings: ScopeSettings, host: ApplicationHost) -> None:
        applies = host.mode == "Integrated" and settings.migration_errors
        self._error = min(settings.migration_errors, key=lambda error: error.substatus) if applies else None

    def subscriptions(self) -> tuple[Subscription, ...]:
        return (Subscription(Notification.BEGIN_REQUEST, self.validate, needs=() if self._error is None else None),)

    def validate(self, context: Context) -> StepResult:
        error = self._error
        if error is None:
            return None
        reason = _REASONS.get(error.substatus, "{section} is not for Integrated mode").format(section=error.section)
        return context.fail(500, error.substatus, reason, error.source)
