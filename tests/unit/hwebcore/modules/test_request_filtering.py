"""RequestFilteringModule against rt 10.6 and reliability.md C 1, 3, 4."""

from __future__ import annotations

import pytest

from hwebcore.modules.request_filtering import RequestFiltering, extension_of
from hwebcore.pipeline.contract import Notification, Priority
from hwebcore.plan import RequestFiltering as Rules
from hwebcore.plan import Rule, ScopeSettings, Source
from tests.support.exchange import SOURCE, exchange, host, status, told

HIDDEN = tuple(
    Rule(name, SOURCE)
    for name in ("web.config", "bin", "App_code", "App_GlobalResources", "App_LocalResources", "App_WebReferences", "App_Data", "App_Browsers")
)
LIMITS = Source("applicationHost.config", 90, 5, "MACHINE/WEBROOT/APPHOST")


def filtering(**rules: object) -> RequestFiltering:
    return RequestFiltering(ScopeSettings(request_filtering=Rules(limits_source=LIMITS, **rules)), host())  # type: ignore[arg-type]  # a wrong keyword fails when it is taken


@pytest.mark.parametrize("segment", [rule.value for rule in HIDDEN])
@pytest.mark.parametrize(
    "shape", ["/{}", "/{}/x", "/a/b/c/{}", "/a/{}/b.txt", "/{}./x", "/{} /x", "/{}::$DATA", "/{}:$i30:$INDEX_ALLOCATION/x", "/{}...  "]
)
def test_hidden_segments_at_any_depth_in_any_spelling(segment: str, shape: str) -> None:
    for spelled in (segment, segment.upper(), segment.lower(), segment.swapcase()):
        context = exchange("/x", path=shape.format(spelled))
        outcome = told(filtering(hidden_segments=HIDDEN).filter(context))
        assert status(context) == "404.8"
        assert outcome.source == SOURCE
        assert outcome.reason == f"{segment} is a hidden segment"


@pytest.mark.parametrize("path", ["/binary", "/bin2/x", "/cabin/x", "/web.configs", "/x-bin", "/App_Data2"])
def test_a_segment_is_hidden_whole(path: str) -> None:
    assert filtering(hidden_segments=HIDDEN).filter(exchange(path)) is None


@pytest.mark.parametrize(
    "raw", ["/a%252e%252e/b", "/%252fetc", "/a+b", "/a%2Bb", "/x%25zz%2541", "/%25%32%65", "http://site.test/a%2541"]
)  # fmt: skip
def test_double_escaping(raw: str) -> None:
    context = exchange(raw)
    assert told(filtering().filter(context)).source == LIMITS
    assert status(context) == "404.11"


@pytest.mark.parametrize("raw", ["/a%20b", "/100%25", "/a?b=1+1&c=%2541", "/%E2%82%AC"])
def test_what_a_second_decoding_would_not_change_passes(raw: str) -> None:
    assert filtering().filter(exchange(raw)) is None


def test_double_escaping_can_be_allowed() -> None:
    assert filtering(allow_double_escaping=True).filter(exchange("/a+%2541")) is None


@pytest.mark.parametrize(
    "path", ["/web.cs", "/Page.CS", "/a/b.cs.", "/a/b.cs ", "/a/b.cs::$DATA", "/a/b.cs/", "/a/b.cs//"]
)  # fmt: skip
def test_denied_extensions(path: str) -> None:
    context = exchange("/x", path=path)
    outcome = told(filtering(extensions=(Rule(".cs", SOURCE, allowed=False),)).filter(context))
    assert (status(context), outcome.source) == ("404.7", SOURCE)


def test_a_list_of_allowed_extensions_denies_the_rest() -> None:
    only = filtering(extensions=(Rule(".htm", SOURCE),), allow_unlisted_extensions=False)
    assert only.filter(exchange("/a.HTM")) is None
    assert only.filter(exchange("/folder/")) is None
    for path in ("/a.txt", "/plain"):
        context = exchange(path)
        only.filter(context)
        assert status(context) == "404.7"


def test_hidden_beats_extension_for_web_config() -> None:
    context = exchange("/web.config")
    filtering(hidden_segments=HIDDEN, extensions=(Rule(".config", SOURCE, allowed=False),)).filter(context)
    assert status(context) == "404.8"


def test_verbs_compare_with_case() -> None:
    rules = filtering(verbs=(Rule("DELETE", SOURCE, allowed=False),))
    context = exchange("/", "DELETE")
    assert told(rules.filter(context)).reason == "DELETE is a denied verb"
    assert status(context) == "404.6"
    assert rules.filter(exchange("/", "delete")) is None
    listed = filtering(verbs=(Rule("GET", SOURCE),), allow_unlisted_verbs=False)
    assert listed.filter(exchange("/", "GET")) is None
    context = exchange("/", "get")
    assert told(listed.filter(context)).source == LIMITS
    assert status(context) == "404.6"


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        (exchange("/" + "a" * 4095), "200.0"),
        (exchange("/" + "a" * 4096), "404.14"),
        (exchange("/?" + "q" * 2048), "200.0"),
        (exchange("/?" + "q" * 2049), "404.15"),
        (exchange("/" + "a" * 4095 + "?" + "q" * 2048), "200.0"),
        (exchange("/", "POST", length=30_000_000), "200.0"),
        (exchange("/", "POST", length=30_000_001), "413.1"),
    ],
)
def test_sizes(context: object, expected: str) -> None:
    outcome = filtering().filter(context)  # type: ignore[arg-type]  # as much of a context as is asked
    assert status(context) == expected  # type: ignore[arg-type]  # as much of a context as is asked
    assert (outcome is None) == (expected == "200.0")


def test_a_refused_request_says_why_and_closes() -> None:
    context = exchange("/", "POST", length=31_000_000)
    outcome = told(filtering().filter(context))
    assert outcome.reason == "a body of 31,000,000 bytes; maxAllowedContentLength is 30,000,000"
    assert (outcome.source, outcome.status, outcome.substatus) == (LIMITS, 413, 1)
    assert context.response.headers.get("Connection") == "close"


def test_header_limits() -> None:
    rules = filtering(header_limits=(Rule("X-Note", SOURCE, size=4),))
    assert rules.filter(exchange("/", headers={"x-note": "1234"})) is None
    context = exchange("/", headers={"x-note": "12345"})
    assert told(rules.filter(context)).source == SOURCE
    assert status(context) == "431.0"


def test_high_bit_characters() -> None:
    assert filtering().filter(exchange("/%C3%A9", path="/é")) is None
    context = exchange("/%C3%A9", path="/é")
    filtering(allow_high_bit_characters=False).filter(context)
    assert status(context) == "404.12"


def test_url_sequences_and_always_allowed_urls() -> None:
    rules = filtering(denied_url_sequences=(Rule("/_private", SOURCE),), always_allowed_urls=(Rule("/x/_private/logo.png"),))
    context = exchange("/x/_PRIVATE/a")
    assert told(rules.filter(context)).reason == "/_private is a denied URL sequence"
    assert status(context) == "404.5"
    assert rules.filter(exchange("/X/_private/logo.png")) is None


@pytest.mark.parametrize("query", ["q=drop+table", "q=DROP%20TABLE", "q=%64rop table"])
def test_query_sequences_however_written(query: str) -> None:
    context = exchange("/?" + query)
    filtering(denied_query_sequences=(Rule("drop table", SOURCE),)).filter(context)
    assert status(context) == "404.18"


def test_it_runs_early_and_removes_the_server_header_only_if_asked() -> None:
    plain = filtering().subscriptions()
    assert [(one.notification, one.priority) for one in plain] == [(Notification.BEGIN_REQUEST, Priority.HIGH)]
    removing = filtering(remove_server_header=True)
    context = exchange()
    context.response.headers.append("Server", "x")
    [send] = [one for one in removing.subscriptions() if one.notification == Notification.SEND_RESPONSE]
    send.step(context)
    assert "Server" not in context.response.headers


@pytest.mark.parametrize(("path", "extension"), [("/", "."), ("/a", "."), ("/a.b/c", "."), ("/a/.env", ".env"), ("/x.tar.GZ", ".gz")])
def test_extension_of(path: str, extension: str) -> None:
    assert extension_of(path) == extension
