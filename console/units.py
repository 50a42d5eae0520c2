"""Numbers as people read them: durations, sizes, counts and clock times in units that fit their column.

Knows nothing of what is measured. Every number on a screen goes through here, so that no raw float is ever drawn.
"""

from __future__ import annotations

import time


def duration(us: float) -> str:
    """Microseconds as "812 µs", "1.4 ms", "2.03 s", "3.2 min"."""
    if us < 0.95:
        return f"{us:.1f} µs" if us > 0 else "0 µs"
    if us < 999.5:
        return f"{us:.0f} µs"
    if us < 9_995:
        return f"{us / 1000:.1f} ms"
    if us < 999_500:
        return f"{us / 1000:.0f} ms"
    if us < 60_000_000:
        return f"{us / 1_000_000:.2f} s"
    return f"{us / 60_000_000:.1f} min"


def size(count: int) -> str:
    """Bytes as "812 B", "4.2 kB", "17 MB"."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 999.5:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 9.95 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def count(number: int) -> str:
    """11482 as "11 482" (a thin grouping that a number column can align)."""
    return f"{number:,}".replace(",", " ")


def rate(per_second: float) -> str:
    return f"{per_second:.1f}" if 0 < per_second < 9.95 else count(round(per_second))


def clock(wall: float, *, milliseconds: bool = True) -> str:
    """Unix time as local "09:44:12.117"."""
    moment = time.localtime(wall)
    text = time.strftime("%H:%M:%S", moment)
    return f"{text}.{int(wall * 1000) % 1000:03d}" if milliseconds else text


SPARK = "▁▂▃▄▅▆▇█"


def sparkline(values: list[float]) -> str:
    """One block a value, scaled to the highest; a zero is the lowest block."""
    top = max(values, default=0.0)
    if top <= 0:
        return SPARK[0] * len(values)
    return "".join(SPARK[min(7, int(value / top * 7.999))] for value in values)
