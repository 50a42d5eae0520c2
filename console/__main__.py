"""The programs: `poolhouse` (also `python -m console`) and `appcmd`.

Knows nothing but where they begin. Look next at cli/command_line.py.
"""

from __future__ import annotations

import sys


def main() -> int:
    from console.cli import command_line

    return command_line.run(sys.argv[1:])


def appcmd() -> int:
    from console.cli.appcmd import program

    return program.run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
