"""The pages of what meets no pipeline."""

from __future__ import annotations

from hwebcore.wire.gate import Refusal, invalid_hostname
from hwebcore.wire.kernel_page import kernel_page


def test_a_page_says_its_status_and_closes() -> None:
    head, _, body = kernel_page(invalid_hostname()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"Connection: close" in head
    assert b"Content-Length: %d" % len(body) in head
    assert b"<h2>Bad Request - Invalid Hostname</h2>" in body


def test_head_gets_no_body_and_texts_are_escaped() -> None:
    assert kernel_page(invalid_hostname(), head_only=True).endswith(b"\r\n\r\n")
    assert b"<script>" not in kernel_page(Refusal(400, "<script>", "<script>", "X"))
