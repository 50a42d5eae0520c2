"""Python's cycle collector in a program that holds 100,000 requests and paints: the young in larger heaps, the old seldom.

Knows nothing of what is held. What reads large configurations under rest is model/collector.py; no entry of the feed lies on a cycle.
"""

from __future__ import annotations

import gc

#: Collections of the middle generation between two that look through everything; 10 is usual. Under full load one comes in some minutes
#: instead of every two seconds, each a pause that a key would wait for.
SELDOM = 100
#: Objects between two looks at the youngest; 700 is usual, and a frame makes thousands, which are gone with the next.
YOUNG = 5000


def rarely() -> None:
    """From now on, for this process."""
    gc.set_threshold(YOUNG, gc.get_threshold()[1], SELDOM)
