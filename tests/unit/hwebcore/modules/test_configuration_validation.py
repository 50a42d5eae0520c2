"""ConfigurationValidationModule: cfg 6.1."""

from __future__ import annotations

from hwebcore.modules.configuration_validation import ConfigurationValidation
from hwebcore.plan import MigrationError, Mode, ScopeSettings
from tests.support.exchange import SOURCE, exchange, host, status, told

ERRORS = (MigrationError(24, "system.web/identity", None), MigrationError(22, "system.web/httpModules", SOURCE))


def module(mode: Mode, errors: tuple[MigrationError, ...] = ERRORS) -> ConfigurationValidation:
    return ConfigurationValidation(ScopeSettings(migration_errors=errors), host(mode=mode))


def test_the_lowest_code_is_answered_with_its_line() -> None:
    context = exchange("/logo.png")
    outcome = told(module("Integrated").validate(context))
    assert status(context) == "500.22"
    assert outcome.source == SOURCE
    assert outcome.reason is not None
    assert "system.web/httpModules" in outcome.reason


def test_classic_pools_and_clean_configurations_pass() -> None:
    assert module("Classic").validate(exchange()) is None
    assert module("Integrated", ()).validate(exchange()) is None
