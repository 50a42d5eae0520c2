"""Python's cycle collector in a program that holds 100,000 requests and paints: the young in larger heaps, the old seldom.

Knows nothing of what is held. What reads large configurations under rest is model/collector.py; no entry of the feed lies on a cycle.
"""

from __future__ import annotations

import gc

#: Objects between two looks at the youngest (700 is usual: a frame makes thousands, which are gone with the next), looks at the youngest
#: between two at the middle (each a pause of some 5 ms while 10,000 requests a second come in), and those between two that look through
#: everything: under full load one comes in ten minutes instead of every two seconds, each a pause that a key would wait for.
YOUNG, MIDDLE, SELDOM = 2000, 5, 500


def rarely() -> None:
    """From now on, for this process."""
    gc.set_threshold(YOUNG, MIDDLE, SELDOM)
