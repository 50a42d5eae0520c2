"""Before its first test, a process of tests tells Python's cycle collector what stays: code, and the thousands of tests themselves.

Each collection would look through all of that again; it was a third of what the tests of screens took.
"""

from __future__ import annotations

import gc

#: As in the program (console/collector.py), but what a console leaves behind goes after a few of them.
YOUNG, MIDDLE, OLD = 5000, 10, 30


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
