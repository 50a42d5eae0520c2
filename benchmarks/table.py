"""The bench's result as Markdown, for people. Knows the result's form, and nothing that ran."""

from __future__ import annotations

from typing import Any

METHOD = """All servers of this run were started at once, asked for a second so that nothing is cold, and then in turn: {rounds} rounds of
{seconds:g} s a scene (half of them for peers that no goal is about). Who begins alternates. Two servers that a goal compares are asked one
right after the other, and their ratio is taken round by round: the median of the ratios (lowest to highest), so that a slow moment of
the machine is slow for both. {priority}*CPU* is user and system time of the server's whole process
tree for each request: it says more than requests a second where the load generator is the limit. {pinned} Load: {generator}. Poolhouse runs the
first-run sample with one worker process a pool: every module of the sample (managed ones for all requests), the W3C log, and a full
trace of every request. The peers run one process, access logs off (nginx: on, buffered), and do nothing else.
Machine: {system}, {cpus} CPUs, Python {python}; its load average before the run was {load_average:.1f} (above a half,
others used it too: that spreads the figures, and makes dearer whatever is not at work all the time)."""


def markdown(result: dict[str, Any]) -> str:
    machine = result["machine"]
    pinned = "Servers on one core, the load on another." if machine["server_core"] is not None else "One core for everything."
    priority = "Servers and load run before everything else on the machine (nice -20). " if machine["priority"] < 0 else ""
    told = {key: result[key] for key in ("rounds", "seconds", "generator")} | machine
    method = METHOD.format(**told | {"pinned": pinned, "priority": priority})
    parts = [
        f"# Poolhouse beside its peers\n\nMeasured {result['when']} by `make bench`; the chart is servers.svg, the figures servers.json.",
        method,
    ]
    parts.append("Versions: " + ", ".join(f"{name} {version}" for name, version in result["versions"].items()) + ".")
    if result["absent"]:
        parts.append("Absent: " + "; ".join(f"{name} ({why})" for name, why in result["absent"].items()) + ".")
    parts += ["## Goals", _goals(result["goals"])]
    for one in result["scenes"]:
        parts += [f"## {one['title']}", scene(one)]
    if result["worker_start"]:
        parts += ["## A worker's start and memory", _start(result["worker_start"])]
    if result["idle"]:
        parts += ["## Idle kept connections", _idle(result["idle"])]
    if result["recycling"]:
        parts += ["## Recycling and saving under load", _recycling(result["recycling"])]
    return "\n\n".join(parts) + "\n"


def scene(played: dict[str, Any]) -> str:
    ordered = sorted(played["rows"].items(), key=lambda item: -item[1]["requests_per_s"]["median"])
    rows = [
        (
            name, f"{row['requests_per_s']['median']:,.0f}", _spread(row["ratio"]), f"{row['cpu_us']['median']:,.1f}", _spread(row["cpu_ratio"]),
            f"{row['p50_ms']['median']:.2f}", f"{row['p99_ms']['median']:.2f}", str(row["errors"]),
        )
        for name, row in ordered
    ]  # fmt: skip
    base = played["base"]
    return _table(("server", "requests/s", f"times {base}", "CPU µs", f"{base}'s CPU, times this", "p50 ms", "p99 ms", "errors"), rows)


def _goals(goals: list[dict[str, Any]]) -> str:
    rows = [
        (
            one["what"], _spread(one["spread"]) if one["spread"] else f"{one['measured']:g}",
            f"{'at most' if one['most'] else 'at least'} {one['least']:g}",
            f"{one['goal']:g}" if one["goal"] != one["least"] else "", "yes" if one["met"] else "**no**",
        )
        for one in goals
    ]  # fmt: skip
    return _table(("what", "measured", "wanted", "goal", "met"), rows)


def _start(start: dict[str, Any]) -> str:
    rows = [("interpreter with asyncio, ssl, uvloop, httptools", f"{start['bare_ms']['median']:.0f}", "1", "", "")]
    for name, row in start["pools"].items():
        figures = (
            f"{row['ready_ms']['median']:.0f}",
            _spread(row["ratio"]),
            f"{row['private_mb']['median']:.1f}",
            f"{row['resident_mb']['median']:.1f}",
        )
        rows.append((f"worker of {name}, spawn to ready", *figures))
    return _table(("what", "ms", "times the first", "private MB", "resident MB"), rows)


def _idle(idle: dict[str, Any]) -> str:
    rows = [
        (name, f"{row['connections']:,}", f"{row['open']:,}", f"{row['kb_each']:.1f}", f"{row['private_mb']:.0f}", row["failed"])
        for name, row in idle.items()
    ]
    return _table(("server", "connections", "still open", "KB each", "private MB in all", "failed"), rows)


def _recycling(rows: list[dict[str, Any]]) -> str:
    names = {"nothing": "undisturbed", "recycle": "recycles", "reload": "saved configurations"}
    told = [
        (
            row["connections"], f"{row['times']} {names[row['deed']]}" if row["times"] else names[row["deed"]], f"{row['requests']:,}",
            f"{row['requests_per_s']:,}", f"{row['p99_ms']:.1f}", str(row["errors"]), str(row["slowest_deed_ms"] or ""),
        )
        for row in rows
    ]  # fmt: skip
    return _table(("connections", "meanwhile", "requests", "requests/s", "p99 ms", "errors", "slowest, ms"), told)


def _spread(values: dict[str, float]) -> str:
    return f"{values['median']:.2f} ({values['lowest']:.2f} to {values['highest']:.2f})" if values else ""


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---", *("---:" for _ in head[1:])), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
