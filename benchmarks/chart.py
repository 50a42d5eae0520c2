"""The bench's result as one SVG: a bar for each server of each scene, ours in another colour, readable on light and on dark.

Knows the result's form. Colours follow the reader's scheme; bars carry their figures, so nothing rests on colour alone.
"""

from __future__ import annotations

from html import escape
from typing import Any

WIDTH, LABELS, FIGURES = 760, 200, 190
BAR, GAP, HEAD, MARGIN = 16, 6, 34, 20
STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1c2733; }
.title { font-weight: 600; font-size: 14px; }
.quiet { fill: #5a6875; }
.ours { fill: #0b7285; }
.peer { fill: #b8c2cc; }
.ground { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .quiet { fill: #9aa7b4; } .ours { fill: #3bc9db; } .peer { fill: #4a5662; } .ground { fill: #0d1117; }
}
"""


def svg(result: dict[str, Any]) -> str:
    y = MARGIN
    body: list[str] = []
    for scene in result["scenes"]:
        body += _scene(scene, y)
        y += HEAD + len(scene["rows"]) * (BAR + GAP) + GAP
    height = y + MARGIN
    words = f"{escape(result['when'])}; medians of {result['rounds']} rounds; more in servers.md"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">\n'
        f"<title>Requests a second of Poolhouse and its peers</title>\n<style>{STYLE}</style>\n"
        f'<rect class="ground" width="{WIDTH}" height="{height}"/>\n' + "\n".join(body) + "\n"
        f'<text class="quiet" x="{MARGIN}" y="{height - 8}">{words}</text>\n</svg>\n'
    )


def _scene(scene: dict[str, Any], y: int) -> list[str]:
    rows = sorted(scene["rows"].items(), key=lambda item: -item[1]["requests_per_s"]["median"])
    most = max((row["requests_per_s"]["median"] for _, row in rows), default=1) or 1
    found = [f'<text class="title" x="{MARGIN}" y="{y + 16}">{escape(scene["title"])}</text>']
    found.append(f'<text class="quiet" x="{WIDTH - MARGIN}" y="{y + 16}" text-anchor="end">requests/s · CPU µs each</text>')
    room = WIDTH - 2 * MARGIN - LABELS - FIGURES
    for number, (name, row) in enumerate(rows):
        top = y + HEAD - 6 + number * (BAR + GAP)
        rate, cpu = row["requests_per_s"]["median"], row["cpu_us"]["median"]
        length = max(2.0, room * rate / most)
        kind = "ours" if name.startswith("Poolhouse") else "peer"
        found.append(f'<text x="{MARGIN}" y="{top + 12}">{escape(name)}</text>')
        found.append(f'<rect class="{kind}" x="{MARGIN + LABELS}" y="{top}" width="{length:.1f}" height="{BAR}" rx="2"/>')
        figures = f"{rate:,.0f} · {cpu:,.0f}"
        found.append(f'<text x="{MARGIN + LABELS + length + 8:.1f}" y="{top + 12}">{figures}</text>')
    return found
