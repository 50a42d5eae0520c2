"""Sign-ins that were ended: whole numbers, for a time, bounded."""

from __future__ import annotations

import time

import pytest

from hwebcore import ended_sign_ins
from hwebcore.ended_sign_ins import EndedSignIns

NUMBER = "0f" * 16


@pytest.mark.parametrize("number", ["", NUMBER[:-1], NUMBER + "0", NUMBER[:-1] + "\n", NUMBER[:-1] + "\u0665", "../" + NUMBER[3:]])
def test_what_is_no_number_is_not_kept(number: str) -> None:
    ended = EndedSignIns()
    assert not ended.add(number, time.time() + 60)
    assert len(ended) == 0


@pytest.mark.parametrize("seconds", [-1.0, 0.0, 400 * 86400.0, float("inf"), float("nan")])
def test_nor_what_is_over_or_never(seconds: float) -> None:
    assert not EndedSignIns().add(NUMBER, time.time() + seconds)


def test_it_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ended_sign_ins, "MOST", 3)
    now = time.time()
    ended = EndedSignIns([(f"{number:032d}", now + 60 + number) for number in range(5)])
    assert [number for number, _ in ended.all] == [f"{number:032d}" for number in (2, 3, 4)]
    assert f"{4:032d}" in ended
    assert not ended.add(f"{4:032d}", now + 90)
    monkeypatch.setattr(ended_sign_ins.time, "time", lambda: now + 64.5)  # the first of them are over
    assert ended.add(NUMBER, now + 90)
    assert [number for number, _ in ended.all] == [NUMBER]
