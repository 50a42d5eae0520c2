"""What a connection's TLS is: hwebcore/wire/tls_session.py."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from hwebcore.wire.tls_session import TlsSession


def test_a_session_travels_as_json() -> None:
    session = TlsSession("CN=a", "CN=b", 2048, "TLSv1.3", "X", 256)
    assert TlsSession.from_list(session.to_list()) == session
    assert TlsSession.from_list(None) is None


@pytest.mark.parametrize("value", [[], "x", {}, ["a", "b", "c", "d", "e", "f"], ["a", "b", True, "d", "e", 1], ["a", "b", 1, "d", "e", 1, 2]])
def test_what_is_no_session_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        TlsSession.from_list(value)


def test_a_worker_without_https_loads_nothing_that_ends_tls() -> None:
    code = "import sys, hwebcore.worker.worker; print(*sorted(name for name in sys.modules if 'tls' in name or 'certificate' in name))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["hwebcore.wire.tls_remainder", "hwebcore.wire.tls_session"]  # two short files, which know no library
