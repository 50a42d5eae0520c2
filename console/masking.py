"""What is secret in a request or an answer becomes ***, before it is shown, copied or exported. Text only; fails closed.

Knows no widget and no file. A value is masked by its name (header, form field, JSON key, element); a body that cannot be looked
through is not shown at all. captured.py says what a head holds.
"""

from __future__ import annotations

import json
import re
import urllib.parse
import zlib
from collections.abc import Iterable

MASKED = "***"
#: Of a body, so much is looked through at most, unpacked where it is compressed.
MOST_UNPACKED = 256 << 10
#: Headers whose values are somebody's key, whole or but for their first word.
_CREDENTIALS = frozenset({"authorization", "proxy-authorization"})
_CHALLENGES = frozenset({"www-authenticate", "proxy-authenticate", "authentication-info"})
#: Schemes that put a key into a challenge.
_KEYED = frozenset({"ntlm", "negotiate", "kerberos"})
_ADDRESSES = frozenset({"location", "content-location", "referer", "refresh", "link"})
#: Parts of names that speak of secrets; short words count only where they stand alone. (Patterns are compiled at their first use: the
#: console's first key does not wait for them.)
_SECRET = (
    r"(?i)pass(?:w|phrase|code|key)|pwd|secret|token|credential|api[-_ ]?key|access[-_ ]?key|private[-_ ]?key|session|signature|viewstate"
    r"|[cx]srf|authorization|cookie|card[-_ ]?n|(?<![a-z])(?:pass|pin|otp|cvv|cvc|ssn|sid|auth|jwt|sig)(?![a-z])"
)
_CAMEL = r"(?<=[a-z0-9])(?=[A-Z])"
#: No pattern here costs more than a pass or so over the body, however that was made: what may repeat is bounded, or never tried again.
_JSON = r"""("(?:[^"\\]|\\.){0,200}+")(\s*+:\s*+)("(?:[^"\\]|\\.)*+"|"[\s\S]*+|[^\s,}\]"\[{]++|[\[{])"""
_WORD_VALUE = r"""(?<![\w.\-\[\]$:])([\w.\-\[\]$:]{1,120})(["']?\s*[:=]\s*)("[^"]*"?|'[^']*'?|[^\s"'&<>;,]+)"""
_ELEMENT = r"<([^\s<>/!?][^\s<>/]*)((?:\s[^<>]*)?>)([^<]+)"
_TAG = r"<[a-zA-Z][^<>]*>?"
_VALUE = r"""(?i)(\svalue\s*=\s*)("[^"]*"?|'[^']*'?|[^\s>]+)"""
_TEXT = r"(?i)(?:text/.*|application/(?:.*\+)?(?:json|xml|javascript|graphql|x-javascript|problem)|image/svg\+xml)"


def is_secret(name: str) -> bool:
    """Whether what stands under this name is nobody else's business."""
    return re.search(_SECRET, re.sub(_CAMEL, "-", name)) is not None


def masked_headers(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Secrets keep their name: of a credential the scheme, of cookies each name, of Set-Cookie its attributes."""
    return [(name, _header(name.strip().casefold(), value)) for name, value in headers]


def _header(name: str, value: str) -> str:
    if name in _CREDENTIALS or (name in _CHALLENGES and value.split(" ", 1)[0].casefold() in _KEYED):
        scheme, blank, rest = value.strip().partition(" ")
        return f"{scheme} {MASKED}" if blank and rest else value if name in _CHALLENGES else MASKED
    if name == "cookie":
        return "; ".join(_pair(pair) for pair in value.split(";"))
    if name == "set-cookie":
        first, semicolon, attributes = value.partition(";")
        return _pair(first) + semicolon + attributes
    if name in _ADDRESSES:
        return masked_url(value)
    open_to_all = name in _CHALLENGES or name.startswith("access-control-")
    return MASKED if value and is_secret(name) and not open_to_all else value


def _pair(pair: str) -> str:
    name, equals, _ = pair.strip().partition("=")
    return f"{name}={MASKED}" if equals else MASKED


def masked_url(url: str) -> str:
    """The same address without the secrets of its query, nor a user's password before its host."""
    before, mark, query = url.partition("?")
    scheme, slashes, rest = before.partition("://")
    authority, slash, path = rest.partition("/")
    if slashes and "@" in authority:
        before = f"{scheme}://{MASKED}@{authority.rpartition('@')[2]}{slash}{path}"
    query, hash_mark, fragment = query.partition("#")
    return before + mark + masked_form(query) + hash_mark + fragment


def masked_form(text: str) -> str:
    """Of name=value&name=value."""
    return "".join(piece if piece in ("&", ";") else _field(piece) for piece in re.split("([&;])", text))


def _field(piece: str) -> str:
    name, equals, value = piece.partition("=")
    return f"{name}={MASKED}" if equals and value and is_secret(urllib.parse.unquote_plus(name)) else piece


def masked_body(content_type: str, encoding: str, body: bytes, most: int = MOST_UNPACKED) -> str | None:
    """The body as text without its secrets, of `most` bytes of it; None where nobody could say what is in it."""
    kind, _, parameters = content_type.partition(";")
    kind = kind.strip().casefold()
    unpacked = _unpacked(encoding.strip().casefold(), body, most)
    if unpacked is None or b"\0" in unpacked:
        return None
    text = unpacked.decode("utf-8", "surrogateescape")
    if kind == "application/x-www-form-urlencoded":
        return masked_form(text)
    if kind == "multipart/form-data":
        return _masked_parts(text, parameters)
    if "json" in kind:
        return _masked_json(text)
    return _masked_text(text) if re.fullmatch(_TEXT, kind) else None


def _unpacked(encoding: str, body: bytes, most: int) -> bytes | None:
    if encoding in ("", "identity"):
        return body[:most]
    if encoding not in ("gzip", "x-gzip", "deflate"):
        return None
    for bits in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):  # with a header of either kind, or without any
        try:
            return zlib.decompressobj(bits).decompress(body, most)
        except zlib.error:
            continue
    return None


def _masked_json(text: str) -> str:
    """Key by key, without a parser: what is cut in its middle is masked as well."""
    pieces, last = [], 0
    for match in re.finditer(_JSON, text):
        if not (is_secret(_key(match[1])) or ('\\"' in match[3] and is_secret(match[3]))):  # JSON inside a string of JSON
            continue
        pieces += [text[last : match.start(3)], f'"{MASKED}"']
        last = match.end(3)
        if match[3] in ("[", "{"):  # a secret with parts: all that follows goes with it
            return "".join(pieces) + " …"
    return "".join(pieces) + text[last:]


def _key(quoted: str) -> str:
    try:
        return str(json.loads(quoted, strict=False))
    except ValueError:
        return quoted


def _masked_text(text: str) -> str:
    """Words with a value, elements, and fields of a page's forms."""
    text = re.sub(_TAG, lambda match: re.sub(_VALUE, rf'\1"{MASKED}"', match[0]) if is_secret(match[0]) else match[0], text)
    text = re.sub(_ELEMENT, lambda match: f"<{match[1]}{match[2]}{MASKED}" if is_secret(match[1]) else match[0], text)
    return re.sub(_WORD_VALUE, lambda match: f"{match[1]}{match[2]}{MASKED}" if is_secret(match[1]) and MASKED not in match[3] else match[0], text)


def _masked_parts(text: str, parameters: str) -> str | None:
    """Of multipart/form-data: secret fields and whole files are masked, the other fields stay."""
    found = re.search(r'boundary=(?:"([^"]+)"|([^\s;]+))', parameters, re.IGNORECASE)
    if found is None:
        return None
    boundary = f"--{found[1] or found[2]}"
    pieces = text.split(boundary)
    return boundary.join(_masked_part(piece) for piece in pieces) if len(pieces) > 1 else None


def _masked_part(part: str) -> str:
    head, ended, value = part.partition("\r\n\r\n")
    if not ended:
        return part if not part.strip("-\r\n") else MASKED
    name = re.search(r'[;\s]name="([^"]*)"', head)
    if name is None or "filename" in head.casefold() or is_secret(name[1]):
        value = MASKED + ("\r\n" if value.endswith("\r\n") else "")
    return head + ended + value
