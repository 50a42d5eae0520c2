"""The HTTPERR log's lines: what the wire answered itself, in the worker or in the front (rt 1.3).

Knows no file name and no schedule: the service passes descriptors.
"""

from __future__ import annotations

from collections.abc import Callable
from time import gmtime, strftime

from hwebcore.w3c_log import LogWriter, line

#: The "site" whose log it is.
HTTPERR = 0
#: IIS 10's (rt 1.3).
FIELDS = (
    "date", "time", "c-ip", "c-port", "s-ip", "s-port", "cs-version", "cs-method", "cs-uri", "streamid", "sc-status", "s-siteid", "s-reason",
    "s-queuename",
)  # fmt: skip
_MOST_URL = 4096
_MOST_METHOD = 255


class HttpErr:
    """Writes one line for each request that met no pipeline. `writing` is told of each."""

    def __init__(self, writing: Callable[[], None] = lambda: None) -> None:
        self._writing = writing
        self.writer = LogWriter()

    def write(
        self, client: tuple[str, int], local: tuple[str, int], head: bytes, status: int | None, reason: str, site: int | None = None, pool: str = ""
    ) -> None:
        """`head`: what came of the request; only its first line is told. `status` None: no answer was sent."""
        words = head.partition(b"\r\n")[0][: _MOST_URL + 512].decode("utf-8", "replace").split(" ")
        method, uri, version = [*words, "", "", ""][:3]
        now = gmtime()
        values: dict[str, object] = {"date": strftime("%Y-%m-%d", now), "time": strftime("%H:%M:%S", now), "s-reason": reason, "s-queuename": pool}
        values.update({"c-ip": client[0], "c-port": client[1], "s-ip": local[0], "s-port": local[1]})
        values.update({"cs-version": version[:16], "cs-method": method[:_MOST_METHOD], "cs-uri": uri[:_MOST_URL]})
        if status is not None:
            values["sc-status"] = status
        if site is not None:
            values["s-siteid"] = site
        self.writer.write(line(FIELDS, values))
        self._writing()
