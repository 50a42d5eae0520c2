"""Writes Set-Cookie values: always HttpOnly, Secure on https.

Knows what a cookie may hold and nothing of what it means. Reading is request.py's.
"""

from __future__ import annotations

from email.utils import formatdate

#: RFC 6265 4.1.1 (cookie-octet), without what needs quoting.
_ALLOWED = frozenset("!#$%&'()*+-./0123456789:<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~")


def set_cookie(
    name: str, value: str, *, path: str = "/", domain: str = "", secure: bool = False, same_site: str = "Lax", expires: float | None = None
) -> str:
    """The value of a Set-Cookie line. `expires` is Unix time, None a cookie of the browser's session. Raises ValueError."""
    if not name or not _ALLOWED.issuperset(name + value) or "=" in name:
        raise ValueError(f"cookie {name!r} holds what no cookie may")
    if ";" in path + domain:
        raise ValueError("a cookie's path or domain holds a semicolon")
    parts = [f"{name}={value}", f"path={path}", "HttpOnly"]
    if domain:
        parts.insert(1, f"domain={domain}")
    if expires is not None:
        parts.insert(1, f"expires={formatdate(expires, usegmt=True)}")
    if secure:
        parts.append("Secure")
    if same_site in ("Lax", "Strict", "None"):
        parts.append(f"SameSite={same_site}")
    return "; ".join(parts)
