"""What an entry must say beyond its schema, as the dialogs of the lists say it while one types."""

from __future__ import annotations

import pytest

from console import entry_edits
from console.collection import Collection
from console.listing import ListPage
from console.pages import page


def lists(name: str) -> dict[str, Collection]:
    found = page(name)
    return {entry.noun: entry for entry in getattr(found, "collections", ())}


@pytest.mark.parametrize(
    ("name", "noun", "given", "field", "words"),
    [
        ("authorization", "Authorization Rule", {}, "users", "Who?"),
        ("authorization", "Authorization Rule", {"roles": "admins"}, "", ""),
        ("web_authorization", ".NET Authorization Rule", {"users": " "}, "users", "Who?"),
        ("web_authorization", ".NET Authorization Rule", {"users": "?"}, "", ""),
        ("ip_security", "Restriction", {}, "ipAddress", "An address, or a domain name"),
        ("ip_security", "Restriction", {"ipAddress": "10.0.0.300"}, "ipAddress", "No IPv4 or IPv6"),
        ("ip_security", "Restriction", {"ipAddress": "10.0.0.0", "subnetMask": "255.0.0"}, "subnetMask", "255.0.0"),
        ("ip_security", "Restriction", {"ipAddress": "10.0.0.0", "subnetMask": "8"}, "", ""),
        ("ip_security", "Restriction", {"ipAddress": "::1"}, "", ""),
        ("ip_security", "Restriction", {"ipAddress": "10.0.0.1", "domainName": "a.example"}, "ipAddress", "Either"),
        ("ip_security", "Restriction", {"domainName": "a.example"}, "", ""),
        ("static_content", "MIME Type", {"fileExtension": "zip", "mimeType": "a/b"}, "fileExtension", "its dot"),
        ("static_content", "MIME Type", {"fileExtension": ".new", "mimeType": "a/b"}, "", ""),
        ("default_document", "Default Document", {}, "value", "Which file?"),
        ("http_protocol", "Response Header", {"value": "x"}, "name", "needs a name"),
        ("http_protocol", "Response Header", {"name": "X Y", "value": "x"}, "name", "no blanks"),
        ("http_protocol", "Response Header", {"name": "X-Y", "value": "a\tb"}, "value", "control characters"),
        ("http_protocol", "Response Header", {"name": "X-Y", "value": ""}, "", ""),
        ("http_errors", "Error Page", {"statusCode": "418", "path": "gone", "responseMode": "ExecuteURL"}, "path", "begins with /"),
        ("http_errors", "Error Page", {"statusCode": "418", "path": "/gone", "responseMode": "Redirect"}, "path", "absolute URL"),
        ("http_errors", "Error Page", {"statusCode": "418", "path": "HTTPS://a/", "responseMode": "Redirect"}, "", ""),
        ("request_filtering", "File Name Extension", {"fileExtension": "bak"}, "fileExtension", "its dot"),
        ("request_filtering", "HTTP Verb", {"verb": "PUT,DELETE"}, "verb", "One verb"),
        ("request_filtering", "Header Limit", {"header": "X:", "sizeLimit": "1"}, "header", "no blanks"),
        ("output_caching", "Cache Rule", {"extension": ".jpg"}, "policy", "What shall the rule do?"),
        ("output_caching", "Cache Rule", {"extension": ".jpg", "kernelCachePolicy": "CacheUntilChange"}, "", ""),
    ],
)
def test_it_is_said_under_its_field(name: str, noun: str, given: dict[str, str], field: str, words: str) -> None:
    collection = lists(name)[noun]
    form = entry_edits.entry_form(collection, (), None, next(iter(collection.additions), ("", ()))[1])
    problems = form.check({**form.initial, **given})
    assert list(problems) == ([field] if field else [])
    assert words in problems.get(field, "")


@pytest.mark.parametrize(
    ("name", "given", "field", "words"),
    [
        ("http_errors", {"defaultResponseMode": "ExecuteURL", "defaultPath": "gone"}, "defaultPath", "begins with /"),
        ("http_errors", {"defaultResponseMode": "Redirect", "defaultPath": "https://a/"}, "", ""),
        ("static_content", {"clientCache--cacheControlMode": "UseExpires"}, "clientCache--httpExpires", "On which day?"),
    ],
)
def test_feature_settings_are_looked_at_together(name: str, given: dict[str, str], field: str, words: str) -> None:
    found = page(name)
    assert isinstance(found, ListPage)
    form = entry_edits.settings_form(found.section, "Edit", {}, found.settings, found.settings_faults)
    there = {"errorMode": "Custom", "existingResponse": "Auto", "clientCache--cacheControlMaxAge": "1.00:00:00"}
    problems = form.check({**form.initial, **{name: text for name, text in there.items() if name in form.initial}, **given})
    assert list(problems) == ([field] if field else [])
    assert words in problems.get(field, "")


def test_feature_settings_speak_in_words() -> None:
    form = entry_edits.settings_form("system.webServer/httpErrors", "Edit Error Pages Settings", {"errorMode": "Custom"}, ("errorMode",))
    assert form.fields[0].label == "Error responses:"
    assert ("Custom", "Custom error pages") in form.fields[0].choices
