"""preCondition (cfg 4)."""

import pytest

from hwebcore.plan import Mode
from model.sections.precondition import PoolFacts, judge


@pytest.mark.parametrize(
    ("text", "mode", "runtime", "bitness", "holds"),
    [
        ("", "Classic", "", 64, True),
        ("integratedMode", "Integrated", "v4.0", 64, True),
        ("integratedMode", "Classic", "v4.0", 64, False),
        ("classicMode", "Classic", "v4.0", 64, True),
        ("ISAPIMode", "Classic", "v4.0", 64, True),
        ("ISAPIMode", "Integrated", "v4.0", 64, False),
        ("runtimeVersionv4.0", "Integrated", "v4.0", 64, True),
        ("runtimeVersionv2.0", "Integrated", "v4.0", 64, False),
        ("runtimeVersionv4.0", "Integrated", "", 64, False),
        ("bitness64", "Integrated", "v4.0", 64, True),
        ("bitness64", "Integrated", "v4.0", 32, False),
        ("bitness32,bitness64", "Integrated", "v4.0", 32, False),
        ("classicMode,runtimeVersionv4.0,bitness64", "Classic", "v4.0", 64, True),
    ],
)
def test_static_tokens(text: str, mode: Mode, runtime: str, bitness: int, holds: bool) -> None:
    assert (judge(text, PoolFacts(mode, runtime, bitness)).reason == "") is holds


def test_managed_handler_is_left_to_the_request() -> None:
    verdict = judge("managedHandler,runtimeVersionv4.0", PoolFacts("Integrated"))
    assert (verdict.reason, verdict.managed_handler, verdict.unknown) == ("", True, "")


def test_an_unknown_token_is_named() -> None:
    assert judge("integratedMode, sunday", PoolFacts("Integrated")).unknown == "sunday"
