"""A transport that is overheard: each piece is heard before it is written, everything else is the transport's own."""

from __future__ import annotations

from hwebcore.wire.flow import Flow
from hwebcore.wire.overheard import OverheardTransport


class Written:
    def __init__(self, log: list[tuple[str, bytes]]) -> None:
        self._log = log

    def write(self, data: bytes) -> None:
        self._log.append(("written", data))

    def get_write_buffer_size(self) -> int:
        return 42


def test_what_is_written_is_heard_first() -> None:
    log: list[tuple[str, bytes]] = []
    transport = OverheardTransport(Written(log), lambda data: log.append(("heard", data)))
    transport.write(b"a")
    assert log == [("heard", b"a"), ("written", b"a")]
    assert transport.get_write_buffer_size() == 42


def test_a_connection_is_overheard_by_one_at_a_time() -> None:
    log: list[tuple[str, bytes]] = []
    flow, own = Flow(), Written(log)
    flow._transport = own
    flow.overhear(lambda data: log.append(("first", data)))
    flow.overhear(lambda data: log.append(("second", data)))
    flow._transport.write(b"a")
    assert log == [("second", b"a"), ("written", b"a")]
    flow.overhear(None)
    assert flow._transport is own
