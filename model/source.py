"""Where a value was written, and what is wrong: the two values that travel from a file's text to a live trace.

Knows nothing of documents. They are defined in hwebcore/plan.py because plans carry them; the model speaks of them by
these names. Made by document.py and everything above it; shown by the console.
"""

from __future__ import annotations

from hwebcore.plan import Problem, Severity, Source

__all__ = ["INVALID_DATA", "Problem", "Severity", "Source"]

#: ERROR_INVALID_DATA as an HRESULT: what IIS answers for text that is no usable XML and for values that a schema refuses.
INVALID_DATA = "0x8007000d"
