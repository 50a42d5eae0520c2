"""An open file is closed with the last who holds it."""

from __future__ import annotations

import os

import pytest

from hwebcore.open_file import OpenFile


def test_the_last_closes_it() -> None:
    descriptor = os.open(os.devnull, os.O_RDONLY)
    one = OpenFile(descriptor)
    other = one
    del one
    assert os.pread(descriptor, 1, 0) == b""
    del other
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(descriptor)
