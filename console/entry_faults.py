"""What an entry of a list, or a page, must say beyond its schema, so that it can be about anything: checks that they declare. No Textual.

Knows no list and no configuration. Each takes an entry's attributes, or a page's fields, and answers name → what is wrong with it, in words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from hwebcore.address_rules import span

Given = Mapping[str, str]
#: RFC 9110 5.6.2: what a header's or a method's name is made of.
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def nothing(given: Given) -> Given:
    return {}


def somebody(given: Given) -> Given:
    """An authorization rule is about users or roles."""
    return {} if given.get("users") or given.get("roles") else {"users": "Who? Users, or roles: * is everybody."}


def client(given: Given) -> Given:
    """An entry of ipSecurity is about addresses or about a name; the runtime's own reading says whether an address is one."""
    address, mask, name = (given.get(part, "") for part in ("ipAddress", "subnetMask", "domainName"))
    if bool(address) == bool(name):
        return {"ipAddress": "Either an address or a domain name." if address else "An address, or a domain name below."}
    if not address:
        return {}
    try:
        span(address, "255.255.255.255")
    except ValueError:
        return {"ipAddress": "No IPv4 or IPv6 address."}
    try:
        span(address, mask)
    except ValueError as error:
        return {"subnetMask": f"{str(error)[:1].upper()}{str(error)[1:]}."}
    return {}


def extension(given: Given) -> Given:
    """A name is compared from its dot on: without one the entry would fit nothing."""
    text = given.get("fileExtension", "")
    return {"fileExtension": "It begins with its dot, such as .html."} if text and not text.startswith(".") else {}


def header(given: Given) -> Given:
    name, value = given.get("name", ""), given.get("value", "")
    if not name:
        return {"name": "The header needs a name."}
    if not _TOKEN.fullmatch(name):
        return {"name": "A header's name has no blanks, colons or other such signs."}
    return {} if not value or value.isprintable() else {"value": "A value cannot contain control characters."}


def header_name(given: Given) -> Given:
    name = given.get("header", "")
    return {"header": "A header's name has no blanks, colons or other such signs."} if name and not _TOKEN.fullmatch(name) else {}


def verb(given: Given) -> Given:
    name = given.get("verb", "")
    return {"verb": "One verb, such as PUT."} if name and not _TOKEN.fullmatch(name) else {}


def document(given: Given) -> Given:
    return {} if given.get("value") else {"value": "Which file?"}


def error_page(given: Given) -> Given:
    problem = _error_path(given.get("responseMode", ""), given.get("path", ""))
    return {"path": problem} if problem else {}


def default_error_page(given: Given) -> Given:
    problem = _error_path(given["defaultResponseMode"], given["defaultPath"])
    return {"defaultPath": problem} if problem else {}


def _error_path(mode: str, path: str) -> str:
    """By its type, IIS takes the path for a URL of the site or for an absolute one (httpErrors/error, responseMode)."""
    if path and mode == "ExecuteURL" and not path.startswith("/"):
        return "A URL of this site begins with /, such as /errors/404.aspx."
    if path and mode == "Redirect" and not re.match(r"https?://.", path, re.I):
        return "An absolute URL, such as https://www.example.org/gone."
    return ""


def client_cache(given: Given) -> Given:
    """Set Common Headers asks the day, too (header_forms.py)."""
    needed = given["clientCache/cacheControlMode"] == "UseExpires" and not given["clientCache/httpExpires"]
    return {"clientCache/httpExpires": "On which day? Such as Fri, 31 Jan 2030 00:00:00 GMT."} if needed else {}


def cache_rule(given: Given) -> Given:
    """A rule keeps answers, or forbids it."""
    idle = given.get("policy") == given.get("kernelCachePolicy") == "DontCache"
    return {"policy": "What shall the rule do? Here, or in kernel mode below."} if idle else {}
