"""docs/keys.md is the action table (console/actions.py) as a page; with --write, written anew.

Knows nothing but the table. One row an action, under the heading of its group.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from console.actions import ACTIONS, WIDGET_KEYS, Action, shown_key  # noqa: E402  # after the path is set

PAGE = ROOT / "docs" / "keys.md"
INTRODUCTION = """# Keys

One key, one verb, everywhere. This page is made from the action table, `console/actions.py`, by `.ci/check_keys.py --write`.
In the console `?` shows what holds where you are, `ctrl+p` or `:` finds an action by its name.
"""


def row(action: Action) -> str:
    keys = " ".join(f"`{shown_key(key)}`" for key in action.keys).replace("|", "\\|") or "-"
    places = ", ".join(action.places) or "everywhere"
    about = action.help or action.label.rstrip("…")
    return f"| {keys} | {action.label} | {places} | {about} |"


def page() -> str:
    groups: dict[str, list[Action]] = {}
    for action in ACTIONS:
        groups.setdefault(action.group or "Everywhere", []).append(action)
    pieces = [INTRODUCTION]
    for group, actions in groups.items():
        pieces.append(f"## {group}\n\n| key | action | where | |\n|---|---|---|---|\n" + "\n".join(map(row, actions)) + "\n")
    pieces.append("## In every pane\n\n| key | what it does |\n|---|---|\n" + "".join(f"| {key} | {about} |\n" for key, about in WIDGET_KEYS))
    return "\n".join(pieces)


def main() -> int:
    text = page()
    if "--write" in sys.argv:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(text, "utf-8")
    current = PAGE.exists() and PAGE.read_text("utf-8") == text
    print("docs/keys.md: current" if current else "docs/keys.md is not the action table as it is now: .ci/check_keys.py --write")
    return 0 if current else 1


if __name__ == "__main__":
    sys.exit(main())
