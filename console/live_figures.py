"""The strip of Live Requests: requests and errors a second, percentiles and a sparkline; of all, a mode, a pool. Lines, no Textual.

Knows no widget. The figures are feed.py's; what is too narrow falls away from the right.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.feed import Feed
from console.figures import Figures
from console.lines import Line, Run, line, run
from console.units import duration, rate, sparkline
from console.waterfall import mode_role

MOST_POOLS = 8
_NAME = 22


def strip(feed: Feed, width: int, expanded: bool) -> list[Line]:
    """One line of all; with `expanded` a heading, each mode and the busiest pools below it."""
    total = feed.figures_of("")
    if total is None:
        return [line(run("No request yet.", "quiet"))] if expanded else []
    if not expanded:
        return [_row("all", "quiet", total, feed.second, width)]
    seconds = feed.second
    lines = [_heading(width), _row("all requests", "text", total, seconds, width)]
    lines += [_row(f"{name[:1]}  {name}", mode_role(name), figures, seconds, width) for name, figures in sorted(feed.modes.items(), reverse=True)]
    lines += [_row(name, "text", figures, seconds, width) for name, figures in _busiest(feed, seconds)]
    return lines


def _busiest(feed: Feed, second: int) -> Iterator[tuple[str, Figures]]:
    pools = [(name, figures) for name, figures in feed.figures.items() if name]
    pools.sort(key=lambda entry: (-entry[1].rate(second), -entry[1].total, entry[0]))
    yield from pools[:MOST_POOLS]


def _spark(width: int) -> int:
    return 40 if width >= 130 else 20 if width >= 90 else 8


def _heading(width: int) -> Line:
    words = f"{'':{_NAME}} {'r/s':>7}  {'last seconds':{_spark(width)}}  {'5xx/s':>6} {'p50':>8} {'p95':>8} {'p99':>8} {'seen':>10}"
    return line(run(words, "quiet"))


def _row(name: str, role: str, figures: Figures, second: int, width: int) -> Line:
    errors = figures.error_rate(second)
    p50, p95, p99 = figures.percentiles(0.5, 0.95, 0.99)
    shown = name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"
    runs: list[Run] = [
        run(f"{shown:{_NAME}} ", role),
        run(f"{rate(figures.rate(second)):>7}  ", "text", bold=True),
        run(f"{sparkline(figures.last_seconds(_spark(width)))}  ", role if role in ("integrated", "classic") else "link"),
        run(f"{rate(errors):>6} ", "bad" if errors else "quiet", bold=bool(errors)),
        run(f"{duration(p50):>8} {duration(p95):>8} {duration(p99):>8} ", "text"),
        run(f"{figures.total:>10}", "quiet"),
    ]
    return line(*runs)


def summary(feed: Feed, width: int) -> Line:
    """For the end of the filter's line: what there is room for."""
    figures = feed.figures_of("")
    if figures is None:
        return line()
    second = feed.second
    errors = figures.error_rate(second)
    p50, p95, p99 = figures.percentiles(0.5, 0.95, 0.99)
    requests = run(f"{rate(figures.rate(second))} r/s ", "text", bold=True)
    failed = run(f"  {rate(errors)} 5xx/s", "bad" if errors else "quiet", bold=bool(errors))
    slowest, usual = run(f"  p99 {duration(p99)}", "quiet"), run(f"  p50 {duration(p50)}  p95 {duration(p95)}", "quiet")
    room = width - 8 - len(requests.text.plain) - len(failed.text.plain)
    told = [failed] if room >= 0 or errors else []
    for more in (slowest, usual):
        if room >= len(more.text.plain):
            room -= len(more.text.plain)
            told.insert(1, more)
    return Line((), (requests, run(sparkline(figures.last_seconds(20 if room >= 12 else 8)), "link"), *told))
