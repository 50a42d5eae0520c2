"""make bench, the console: first paint beside Textual's hello; key to paint under load; memory then; CPU when idle.

Measures and asserts nothing. Everything runs in a pseudo-terminal; what is painted is read by an emulator. --json FILE for machines.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import large_configuration
from screen import Screen, keep_priority

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TRACES, RATE, SITES = 100_000, 10_000, 1000
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")
HELLO = """
from textual.app import App
from textual.widgets import Static

class Hello(App):
    def compose(self):
        yield Static("Hello, terminal")

Hello().run()
"""
METHOD = """Method. First paint: from fork until the emulated screen shows the frame with pools and sites of the first-run sample (Textual's
hello: until its word stands there), {rounds} rounds of both in turn; the ratio is taken round by round. Key to paint: from the write of a
key to the terminal (160x45, true colour) until the bytes are read that show what it did, while {rate} records a second are written into two
rings by the runtime's own ring writer, {sites} sites are open, {traces} traces are held, and the state of all pools and sites comes over the
control socket once a second, as the service tells it; keys come at irregular moments. Memory: resident, after that. Idle: CPU time of a
console that shows Application Pools of the first-run sample, attached to its service, left alone for {idle:g} s after 5 s to settle. The
machine's load while this ran: {load}."""


def environment(folder: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "POOLHOUSE", "NO_COLOR", "COLUMNS", "LINES"))}
    return {**own, **{f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("STATE", "CONFIG", "DATA")}, "PYTHONPATH": str(ROOT)}


def first_paint(folder: Path, rounds: int) -> dict[str, Any]:
    """Seconds of both, and their ratio."""
    config = folder / "first-run"
    (folder / "rings").mkdir(exist_ok=True)
    subprocess.run(["cp", "-r", str(ROOT / "sample_configs" / "first-run"), str(config)], check=True)
    ours_command = [sys.executable, "-m", "console", str(config), "--no-run"]
    ours: list[float] = []
    hello: list[float] = []

    def shows_frame(screen: Screen) -> bool:
        text = screen.text
        return "Application Pools" in text and "● Integrated" in text.replace("○", "●") and "Classic" in text

    def once(command: list[str], holds: Callable[[Screen], bool]) -> float:
        screen = Screen(command, environment(folder), str(folder))
        try:
            return screen.until(lambda: holds(screen)) - screen.began
        finally:
            screen.close()

    try:
        for number in range(rounds + 1):
            taken_hello = once([sys.executable, "-c", HELLO], lambda screen: "Hello, terminal" in screen.text)
            taken_ours = once(ours_command, shows_frame)
            if number:  # the first round warms what the machine caches
                hello.append(taken_hello)
                ours.append(taken_ours)
    finally:
        subprocess.run([sys.executable, "-m", "console", "stop", str(config)], env=environment(folder), cwd=folder, capture_output=True, check=False)
    ratios = [one / other for one, other in zip(ours, hello, strict=True)]
    return {"console_s": spread(ours), "hello_s": spread(hello), "ratio": spread(ratios)}


def under_load(folder: Path, keys: int) -> dict[str, Any]:
    """Milliseconds from key to paint, and the memory then."""
    rings = folder / "load"
    config = folder / "large" / "applicationHost.config"
    config.parent.mkdir()
    config.write_text(large_configuration.text(8080, SITES), "utf-8")
    control = folder / "control"
    command = [sys.executable, str(HERE / "console_writer.py"), str(rings), str(TRACES), str(RATE), str(config), str(control)]
    writer = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert writer.stdin is not None
    assert writer.stdout is not None
    screen: Screen | None = None
    try:
        writer.stdout.readline()
        screen = Screen([sys.executable, str(HERE / "console_child.py"), str(config), str(control)], environment(folder), str(folder))
        screen.until(lambda: "Application Pools" in screen.text, 120)
        open_page(screen, "live requests", lambda: "seen ·" in screen.text)
        screen.until(lambda: seen(screen) >= TRACES, 60)
        writer.stdin.write("go\n")
        writer.stdin.flush()
        screen.settle(3.0)
        began, before = time.perf_counter(), seen(screen)
        taken = {"pause": toggles(screen, keys), "filter": typed(screen, keys)}
        rate = (seen(screen) - before) / (time.perf_counter() - began)
        open_page(screen, "go to sites", lambda: "www.customer0001" in screen.text and "Binding" in screen.text)
        screen.settle(1.0)
        taken["move in 1,000 sites"] = moves(screen, keys)
        taken["palette"] = looked_up(screen, keys)
        memory = resident_mb(screen.pid)
        every = sorted(value for values in taken.values() for value in values)
        return {
            "keys": {name: percentiles(values) for name, values in taken.items()}, "all": percentiles(every), "resident_mb": round(memory, 1),
            "taken_in_per_s": round(rate),
        }  # fmt: skip
    finally:
        if screen is not None:
            screen.close()
        writer.kill()
        writer.wait()


def seen(screen: Screen) -> int:
    line = next((line for line in screen.emulated.display if " seen ·" in line), "")
    digits = line.partition(" seen ·")[0].split("   ")[-1].partition("shown of")[2] or line.partition(" seen ·")[0].split("   ")[-1]
    number = "".join(character for character in digits if character.isdigit())
    return int(number) if number else 0


def open_page(screen: Screen, words: str, holds: Callable[[], bool]) -> None:
    screen.press("\x10")
    screen.until(lambda: "An action" in screen.text)
    screen.press(words)
    screen.settle(0.5)
    screen.press("\r")
    screen.until(holds, 60)


def painted(screen: Screen, key: str, holds: Callable[[], bool]) -> float:
    """Milliseconds from the key until what it did stands there; then a moment for the next one."""
    pressed = screen.press(key)
    taken = (screen.until(holds) - pressed) * 1000
    screen.settle(random.uniform(0.03, 0.12))
    return taken


def stands(screen: Screen, text: str, lines: slice, beside: str = "") -> Callable[[], bool]:
    """Whether it does, in one of those lines, with the other text."""
    return lambda: any(text in line and beside in line for line in screen.emulated.display[lines])


def gone(screen: Screen, *texts: str) -> Callable[[], bool]:
    return lambda: not any(text in screen.text for text in texts)


def moved(screen: Screen) -> Callable[[], bool]:
    """Whether the marker stands in another row than now."""
    before = markers(screen)
    return lambda: markers(screen) != before


def toggles(screen: Screen, keys: int) -> list[float]:
    """p: the heading says paused, and following."""
    return [painted(screen, "p", stands(screen, "following" if number % 2 else "paused ·", slice(2, 3))) for number in range(keys)]


def typed(screen: Screen, keys: int) -> list[float]:
    """Letters of a filter: each stands in the field. The filter holds for 100,000 traces."""
    screen.press("/")
    screen.until(lambda: "address below the site" in screen.text)
    taken = []
    text = "zebra-crossings-of-1"  # no field begins so: nothing is completed behind the cursor
    for number in range(keys):
        shown = text[: number % len(text) + 1]
        taken.append(painted(screen, shown[-1], stands(screen, f" {shown}", slice(None), "Filter")))
        if len(shown) == len(text) or number == keys - 1:
            screen.press("\x15")  # from the cursor back to the beginning
            screen.until(lambda: "/ word" in screen.text)
    screen.press("\x1b")
    screen.settle(0.5)
    return taken


def looked_up(screen: Screen, keys: int) -> list[float]:
    """Letters of the palette's field: actions, 7,000 places, settings and traces are looked through."""
    taken: list[float] = []
    while len(taken) < keys:
        for words in ("queue-length", "customer0500", "article", "modules-of-www"):
            screen.press("\x10")
            screen.until(lambda: "An action" in screen.text)
            screen.settle(random.uniform(0.1, 0.2))
            taken += [painted(screen, letter, stands(screen, f" {words[:number]} ", slice(1, 5))) for number, letter in enumerate(words, 1)]
            screen.press("\x1b")
            screen.until(gone(screen, "An action", f" {words} "))
            screen.settle(0.1)
    return taken


def moves(screen: Screen, keys: int) -> list[float]:
    """↓: the marker stands in another row."""
    return [painted(screen, "\x1b[B" if number % 60 < 30 else "\x1b[A", moved(screen)) for number in range(keys)]


def markers(screen: Screen) -> list[tuple[int, str]]:
    return [(number, line[line.index("▌") : line.index("▌") + 30]) for number, line in enumerate(screen.emulated.display) if "▌" in line]


def idle(folder: Path, seconds: float) -> float:
    """Percent of one core; of the console alone, with its service beside it."""
    config = folder / "first-run"
    subprocess.run(["cp", "-r", str(ROOT / "sample_configs" / "first-run"), str(config)], check=True)
    screen = Screen([sys.executable, "-m", "console", str(config), "--no-run"], environment(folder), str(folder))
    try:
        screen.until(lambda: "Application Pools" in screen.text, 120)
        screen.settle(5.0)
        before, began = cpu_s(screen.pid), time.perf_counter()
        screen.settle(seconds)
        return (cpu_s(screen.pid) - before) / (time.perf_counter() - began) * 100
    finally:
        screen.close()
        subprocess.run([sys.executable, "-m", "console", "stop", str(config)], env=environment(folder), cwd=folder, capture_output=True, check=False)


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES / 1e6


def spread(values: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(values), 3), "least": round(min(values), 3), "most": round(max(values), 3)}


def load_average() -> str:
    load = f"{os.getloadavg()[1]:.1f} on {os.cpu_count()} processors" if hasattr(os, "getloadavg") else "unknown"
    return load + (f"; what was measured was preferred to the rest of it (nice {os.nice(0)})" if os.nice(0) < 0 else "")


def percentiles(values: list[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {name: round(ordered[min(len(ordered) - 1, int(len(ordered) * part))], 1) for name, part in (("p50", 0.5), ("p95", 0.95), ("most", 1.0))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="fewer rounds and keys")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", choices=("paint", "keys", "idle"))
    options = parser.parse_args()
    keep_priority()
    rounds, keys, idle_s = (5, 40, 15.0) if options.short else (11, 100, 60.0)
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="poolhouse-bench-") as name:
        folder = Path(name)
        if options.only in (None, "paint"):
            found["first_paint"] = paint = first_paint(folder, rounds)
            print(f"first paint   console {paint['console_s']['median']:.3f} s   Textual's hello {paint['hello_s']['median']:.3f} s", flush=True)
            ratio = paint["ratio"]
            print(f"              ratio {ratio['median']:.2f} ({ratio['least']:.2f} to {ratio['most']:.2f}; goal 2.0)", flush=True)
        if options.only in (None, "keys"):
            found["load"] = load = under_load(folder, keys)
            for kind, values in {**load["keys"], "all keys": load["all"]}.items():
                print(
                    f"key to paint  {kind:22} p50 {values['p50']:6.1f} ms   p95 {values['p95']:6.1f} ms   most {values['most']:6.1f} ms", flush=True
                )
            print(f"              p95 goal 50 ms; {load['taken_in_per_s']} records a second taken in; {load['resident_mb']} MB resident", flush=True)
        if options.only in (None, "idle"):
            (folder / "idle").mkdir()
            found["idle_percent"] = round(idle(folder / "idle", idle_s), 2)
            print(f"idle          {found['idle_percent']:.2f} % of a core (goal: under 1)", flush=True)
    method = METHOD.format(rounds=rounds, rate=RATE, sites=SITES, traces=TRACES, idle=idle_s, load=load_average())
    print(f"\n{method}")
    if options.json:
        options.json.write_text(json.dumps({"schema": 1, **found, "method": method}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
