"""Sessions in the process: the users' `session` and the store of one application.

Knows no cookie and no pipeline. As in IIS a recycle ends them: sessions live in the worker. Look next at session_state.py.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

_SWEEP_EVERY_S = 60.0


class Stored:
    """One session's items. `expires` is monotonic time."""

    __slots__ = ("expires", "items")

    def __init__(self) -> None:
        self.items: dict[str, Any] = {}
        self.expires = 0.0


class SessionStore:
    """Session id → items, over the application's own dictionary. Expired ones are dropped when met and once a minute."""

    def __init__(self, sessions: dict[str, Any], clock: Callable[[], float] = time.monotonic) -> None:
        self._sessions: dict[str, Stored] = sessions
        self._clock = clock
        self._swept = clock()

    def find(self, session_id: str, timeout_s: float) -> Stored | None:
        now = self._clock()
        if now - self._swept > _SWEEP_EVERY_S:
            self._sweep(now)
        stored = self._sessions.get(session_id)
        if stored is None:
            return None
        if stored.expires <= now:
            del self._sessions[session_id]
            return None
        stored.expires = now + timeout_s
        return stored

    def add(self, stored: Stored, timeout_s: float) -> str:
        session_id = secrets.token_urlsafe(24)
        stored.expires = self._clock() + timeout_s
        self._sessions[session_id] = stored
        return session_id

    def remove(self, session_id: str) -> None:
        self._sessions.pop(session_id, None)

    def _sweep(self, now: float) -> None:
        self._swept = now
        for session_id in [key for key, stored in self._sessions.items() if stored.expires <= now]:
            del self._sessions[session_id]


class Session(MutableMapping[str, Any]):
    """The users' session. It exists for the client from its first item on: then its cookie is set."""

    def __init__(self, store: SessionStore, session_id: str, stored: Stored | None, timeout_s: float, tell: Callable[[str], None]) -> None:
        self._store = store
        self._stored = stored if stored is not None else Stored()
        self._timeout_s = timeout_s
        self._tell = tell
        #: "" until the first item is stored.
        self.id = session_id if stored is not None else ""

    @property
    def is_new(self) -> bool:
        """Whether no earlier request stored anything."""
        return not self._stored.items

    def renew(self) -> None:
        """The same items under a new id: what somebody knew before a login is worth nothing after it."""
        if self.id:
            self._store.remove(self.id)
            self._begin()

    def abandon(self) -> None:
        """End the session; the next request starts another."""
        if self.id:
            self._store.remove(self.id)
        self.id = ""
        self._stored = Stored()

    def _begin(self) -> None:
        self.id = self._store.add(self._stored, self._timeout_s)
        self._tell(self.id)

    def __getitem__(self, name: str) -> Any:
        return self._stored.items[name]

    def __setitem__(self, name: str, value: Any) -> None:
        if not self.id:
            self._begin()
        self._stored.items[name] = value

    def __delitem__(self, name: str) -> None:
        del self._stored.items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._stored.items)

    def __len__(self) -> int:
        return len(self._stored.items)
