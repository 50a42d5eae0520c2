"""The HTTPERR lines of requests and connections that died with their worker: nobody else is left to tell of them.

Knows the table of requests under way and the log's descriptor; no pool. Called once for each worker that has ended.
"""

from __future__ import annotations

import os

from hwebcore.records import RingReader
from hwebcore.service.logs import HttpErrLog
from hwebcore.service.worker_process import WorkerProcess
from hwebcore.worker.httperr import HttpErr

_REASON = "Connection_Abandoned_By_ReqQueue"
#: Of a connection without a request under way: it was idle, or the request on it had not been read.
_DROPPED = "Connection_Dropped"
MOST_CONNECTIONS = 1000


class AbandonedRequests:
    def __init__(self, log: HttpErrLog) -> None:
        self._log = log

    def tell(self, worker: WorkerProcess) -> None:
        """A line for each request that had begun and has no answer, and for each other connection; none where it ended in order."""
        flights = [flight for flight in RingReader(*worker.rings.descriptors).flights() if not flight.parent]
        others = worker.rings.others()
        if not flights and not others:
            return
        lines = HttpErr()
        try:
            lines.writer.open(os.dup(self._log.fd))
        except OSError:  # no descriptor is left: the worker's end must be heard all the same
            return
        for flight in flights:
            head = f"{flight.method} {flight.url} ".encode("utf-8", "replace")
            lines.write((flight.client, flight.port), ("", 0), head, None, _REASON, pool=worker.plan.name)
        for client in others[:MOST_CONNECTIONS]:
            lines.write(client, ("", 0), b"", None, _DROPPED, pool=worker.plan.name)
        lines.writer.close()
