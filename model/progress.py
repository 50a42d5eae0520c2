"""How far a judging is, and the way to give it up: who walks counts the folders here, who waits looks and may say stop.

Knows no folder and no thread. A context variable carries it, since what is judged is compiled only when somebody asks for it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar


class GivenUp(Exception):
    """Nobody waits for this judging any more; whoever asks next begins it anew."""


class Progress:
    def __init__(self) -> None:
        self.folders = 0
        self.given_up = False


_followed: ContextVar[Progress | None] = ContextVar("followed", default=None)


@contextlib.contextmanager
def followed(progress: Progress) -> Iterator[None]:
    """What is judged in here counts there, and ends with GivenUp where that is wanted."""
    token = _followed.set(progress)
    try:
        yield
    finally:
        _followed.reset(token)


def next_folder() -> None:
    progress = _followed.get()
    if progress is not None:
        if progress.given_up:
            raise GivenUp
        progress.folders += 1
