"""ETag, dates and conditions: rt 10.1, RFC 9110 13."""

from __future__ import annotations

import pytest

from hwebcore.pipeline.context import Headers
from hwebcore.validators import etag, evaluate, http_date, range_applies, read_date

TAG = '"0fe0b831cad71:0"'
#: Tue, 26 Oct 2021 06:21:32 GMT
MODIFIED = 1635229292
LATER, EARLIER = "Tue, 26 Oct 2021 06:21:33 GMT", "Tue, 26 Oct 2021 06:21:31 GMT"
SAME = "Tue, 26 Oct 2021 06:21:32 GMT"


def test_the_tag_of_the_reference() -> None:
    filetime = int.from_bytes(bytes.fromhex("00fe00b831cad701"), "little")
    assert etag((filetime - 116444736000000000) * 100) == TAG


def test_dates() -> None:
    assert http_date(MODIFIED) == SAME
    assert read_date(SAME) == MODIFIED
    assert read_date("Tuesday, 26-Oct-21 06:21:32 GMT") == MODIFIED
    for junk in ("", "yesterday", "Tue, 99 Oct 2021 06:21:32 GMT", "Tue, 26 Oct 99999999 06:21:32 GMT"):
        assert read_date(junk) is None


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ({}, 200),
        ({"If-None-Match": TAG}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": f'"x", W/{TAG}'}, 304),
        ({"If-None-Match": '"x"'}, 200),
        ({"If-None-Match": '"x"', "If-Modified-Since": LATER}, 200),
        ({"If-Modified-Since": SAME}, 304),
        ({"If-Modified-Since": LATER}, 304),
        ({"If-Modified-Since": EARLIER}, 200),
        ({"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}, 200),
        ({"If-Modified-Since": "junk"}, 200),
        ({"If-Match": TAG}, 200),
        ({"If-Match": "*"}, 200),
        ({"If-Match": f"W/{TAG}"}, 412),
        ({"If-Match": '"x"'}, 412),
        ({"If-Match": TAG, "If-Unmodified-Since": EARLIER}, 200),
        ({"If-Unmodified-Since": SAME}, 200),
        ({"If-Unmodified-Since": EARLIER}, 412),
        ({"If-Match": TAG, "If-None-Match": TAG}, 304),
    ],
)
def test_evaluate(headers: dict[str, str], verdict: int) -> None:
    assert evaluate(Headers(list(headers.items())), TAG, MODIFIED) == verdict


@pytest.mark.parametrize(
    ("condition", "applies"),
    [(None, True), (TAG, True), ('"x"', False), (f"W/{TAG}", False), (SAME, True), (LATER, False), (EARLIER, False), ("junk", False)],
)
def test_if_range(condition: str | None, applies: bool) -> None:
    headers = Headers([("Range", "bytes=0-1"), *([("If-Range", condition)] if condition else [])])
    assert range_applies(headers, TAG, MODIFIED) is applies


def test_without_a_range_header_none_applies() -> None:
    assert not range_applies(Headers(), TAG, MODIFIED)
