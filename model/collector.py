"""Python's cycle collector, kept away from what is large and stays: a configuration of 2 MB is a million objects.

Knows nothing of what they are. While one is read, nothing can be garbage that counts; afterwards a collection that looks at all of
it again takes longer than the edit in whose middle it happens. workspace.py and plan_source.py read under it.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator

#: Smaller files (in bytes) are no burden.
LARGE = 256 * 1024


@contextlib.contextmanager
def resting(size: int) -> Iterator[None]:
    """No collection while a file of that size is read. What is alive at the end is not looked at again before the next such reading."""
    if size < LARGE or not gc.isenabled():
        yield
        return
    again = gc.get_freeze_count() > 0
    gc.unfreeze()
    gc.disable()
    try:
        yield
    finally:
        if again:  # what was read the last time is garbage by now
            gc.collect()
        gc.enable()
        gc.freeze()


def keep(size: int) -> None:
    """What is alive now stays for long: it is not looked at again before the next such reading."""
    if size >= LARGE and gc.isenabled():
        gc.freeze()
