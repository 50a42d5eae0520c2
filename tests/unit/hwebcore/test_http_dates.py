"""HTTP's dates, held against the standard library's."""

from email.utils import formatdate

from hypothesis import given
from hypothesis import strategies as st

from hwebcore.http_dates import format_date


@given(st.integers(0, 253402300799))
def test_dates(seconds: int) -> None:
    assert format_date(seconds) == formatdate(seconds, usegmt=True)
