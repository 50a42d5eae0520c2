"""A request as a curl command for a POSIX shell, with what is secret masked. Text only.

Knows no widget and no service. What a trace does not keep (heads, bodies) is not made up: the command says what is missing.
"""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterable

MASKED = "***"
#: Headers whose values are somebody's key.
SECRET = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token", "x-csrf-token"})


def quoted(text: str) -> str:
    """What is no visible ASCII is percent-encoded, so that nothing can hide in a pasted line."""
    safe = "".join(character if "!" <= character <= "~" else urllib.parse.quote(character, errors="replace") for character in text)
    return "'" + safe.replace("'", "'\\''") + "'"


def masked(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Secrets keep their name and, of Authorization, the scheme."""
    found = []
    for name, value in headers:
        if name.strip().casefold() in SECRET:
            scheme = value.split(" ", 1)[0] if "authorization" in name.casefold() and " " in value.strip() else ""
            value = f"{scheme} {MASKED}".strip()
        found.append((name, value))
    return found


def command(method: str, url: str, headers: Iterable[tuple[str, str]] = (), *, user: str = "", auth_type: str = "") -> str:
    """`user`, `auth_type`: who the server took the client for; the key to that is not in a trace, so its place is marked."""
    words = ["curl", "-i"]
    if method == "HEAD":
        words.append("--head")
    elif method != "GET":
        words += ["-X", quoted(method)]
    if user and auth_type.casefold() in ("basic", "ntlm", "negotiate", "digest"):
        flag = {"basic": "--basic", "digest": "--digest"}.get(auth_type.casefold(), "--ntlm")
        words += [flag, "-u", quoted(f"{user}:{MASKED}")]
    elif user:
        words += ["-H", f"'Cookie: {MASKED}'"]
    for name, value in masked(headers):
        words += ["-H", "'" + _header(f"{name}: {value}") + "'"]
    return " ".join([*words, quoted(url)])


def _header(text: str) -> str:
    return "".join(character if " " <= character <= "~" else "?" for character in text).replace("'", "'\\''")
