"""A file that is open for all who hold it, and closed with the last of them: its descriptor is never another file's meanwhile.

Knows no path and no content.
"""

from __future__ import annotations

import os


class OpenFile:
    __slots__ = ("descriptor",)

    def __init__(self, descriptor: int) -> None:
        """The descriptor is its own from now on."""
        self.descriptor = descriptor

    def __del__(self) -> None:
        os.close(self.descriptor)
