"""Story: "The shop shall speak https." A certificate is made on its page, bound to the site, and is all that a client has to trust."""

from __future__ import annotations

import http.client
import ssl
from pathlib import Path

import pytest

from tests.support.program_driver import Program, free_ports
from tests.support.story_world import Shared

NAME = "shopkey"


def made(program: Program) -> Path:
    return next((program.folder / "state").rglob(f"certificates/{NAME}.pem"))


def fetched(port: int, trusted: Path | None) -> tuple[int, bytes]:
    """By a client that trusts this certificate and no other."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if trusted is not None:
        context.load_verify_locations(trusted)
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
    try:
        connection.request("GET", "/goods/one.txt")
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_a_certificate_is_made_bound_and_trusted(stories: Shared) -> None:
    [port] = free_ports(1)
    with stories.told() as story:
        story.goes_to("Server Certificates", "No certificate is kept here.")
        story.press("+")
        story.sees("Host names:")
        story.press(NAME, "ctrl+s")
        story.sees_no("Host names:")
        story.sees("localhost, 127.0.0.1")

        story.goes_to("Sites", "A site is a set of addresses")
        story.finds("Shop")
        story.sees("1 of 3 shown")
        story.chooses("Bindings…")
        story.sees("Bindings ▸")
        story.press("+")
        story.sees("Add Site Binding — Shop")
        story.press("enter", "down", "enter", "tab", "127.0.0.1", "tab", str(port), "tab", "tab", "enter", "down", "enter")
        story.sees(NAME)
        story.press("ctrl+s")
        story.file_says(story.program.server_file, f'bindingInformation="127.0.0.1:{port}:"')
        assert story.eventually(lambda: fetched(port, made(story.program)), "the shop answers over https") == (200, b"one\n")
        with pytest.raises(ssl.SSLCertVerificationError):
            fetched(port, None)
        story.sees(NAME)

        story.undoes()
        story.goes_to("Server Certificates", "localhost, 127.0.0.1")
        story.press("delete")
        story.sees("with its private key?")
        story.press("tab", "enter")
        story.sees("No certificate is kept here.")
        story.eventually(lambda: not list((story.program.folder / "state").rglob(f"certificates/{NAME}*")), "its key is gone from the store")
