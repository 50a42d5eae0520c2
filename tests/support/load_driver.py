"""A load on a site while something happens to it: kept and fresh connections, and every request that was lost.

Lost: the client had sent the request whole and got no complete answer (DESIGN.md 2). A kept connection that the server closed
between two requests is no loss: nothing had been answered for, and the client opens another.
"""

from __future__ import annotations

import http.client
import threading
from collections import Counter


class Load:
    """Use as a context. `statuses` counts answers; `lost` says what happened to each request that got none."""

    def __init__(self, port: int, path: str = "/hello", kept: int = 3, fresh: int = 2) -> None:
        self._port = port
        self._path = path
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.statuses: Counter[int] = Counter()
        self.lost: list[str] = []
        self._threads = [threading.Thread(target=self._run, args=(True,)) for _ in range(kept)]
        self._threads += [threading.Thread(target=self._run, args=(False,)) for _ in range(fresh)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    @property
    def answered(self) -> int:
        return sum(self.statuses.values())

    def _run(self, kept: bool) -> None:
        connection = self._open()
        while not self._stop.is_set():
            try:
                status = self._ask(connection, kept)
            except (OSError, http.client.HTTPException) as error:
                with self._lock:
                    self.lost.append(f"{'kept' if kept else 'fresh'}: {type(error).__name__} {error}")
                connection.close()
                continue
            with self._lock:
                self.statuses[status] += 1
        connection.close()

    def _open(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=15)

    def _ask(self, connection: http.client.HTTPConnection, kept: bool) -> int:
        connection.request("GET", self._path, headers={} if kept else {"Connection": "close"})
        answer = connection.getresponse()
        answer.read()
        if not kept:
            connection.close()
        return answer.status
