"""RequestFilteringModule: what no request may ask for, judged before anything else looks at it (rt 10.6).

Knows no file and no user; rules come decided, each with the line it was written in. Answers 404.5 to 404.18, 413.1 and 431.
Look next at content.py (the spellings that no file is opened under).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import unquote

from hwebcore.content import fold_segment
from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import Need, Notification, Outcome, Priority, StepResult, Subscription
from hwebcore.plan import ScopeSettings

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost

Check = Callable[[Context], Outcome | None]
_MOST_REMEMBERED = 4096
_ESCAPE = re.compile("%[0-9a-fA-F]{2}")


class RequestFiltering:
    """Only the checks that the settings ask for are in `_checks`, in the order in which they are judged."""

    def __init__(self, settings: ScopeSettings, host: ApplicationHost) -> None:
        rules = self._rules = settings.request_filtering
        self._verbs = {rule.value: rule for rule in rules.verbs}
        self._headers = {rule.value.lower(): rule for rule in rules.header_limits}
        self._hidden = {fold_segment(rule.value): rule for rule in rules.hidden_segments}
        self._extensions = {rule.value.casefold(): rule for rule in rules.extensions}
        self._sequences = [(rule.value.casefold(), rule) for rule in rules.denied_url_sequences]
        self._allowed_urls = {rule.value.casefold() for rule in rules.always_allowed_urls}
        self._query_sequences = [(rule.value.casefold(), rule) for rule in rules.denied_query_sequences]
        asked: tuple[tuple[object, Check], ...] = (
            (self._verbs or not rules.allow_unlisted_verbs, self.verb),
            (True, self.sizes),
            (self._headers, self.header_sizes),
            (not rules.allow_double_escaping, self.double_escaping),
            (not rules.allow_high_bit_characters, self.high_bit_characters),
            (self._sequences, self.url_sequences),
            (self._hidden, self.hidden_segments),
            (self._extensions or not rules.allow_unlisted_extensions, self.extension),
            (self._query_sequences, self.query_sequences),
        )
        self._checks = tuple(check for wanted, check in asked if wanted)
        #: Method, URL and path that passed: they pass again, as long as the request has no query, and no body of a told length.
        self._passed: set[tuple[str, str, str]] = set()

    def subscriptions(self) -> tuple[Subscription, ...]:
        begin = Subscription(Notification.BEGIN_REQUEST, self.filter, Priority.HIGH, needs=(Need.UNFILTERED,))
        if not self._rules.remove_server_header:
            return (begin,)
        return (begin, Subscription(Notification.SEND_RESPONSE, self.remove_server_header))

    def filter(self, context: Context) -> StepResult:
        request = context.request
        if request.passed is self:
            return None
        asked = (request.method, request.raw_url, request.path)
        plain = not request.query_string and request.body.length is None and not self._headers
        if plain and asked in self._passed:
            if request.shared:
                request.passed = self
            return None
        for check in self._checks:
            outcome = check(context)
            if outcome is not None:
                context.response.headers.set("Connection", "close")
                return outcome
        if plain:
            if len(self._passed) >= _MOST_REMEMBERED:
                self._passed.clear()
            self._passed.add(asked)
        return None

    def remove_server_header(self, context: Context) -> StepResult:
        context.response.headers.remove("Server")
        return None

    # --- the checks, in order ---------------------------------------------------------------------------------------

    def verb(self, context: Context) -> Outcome | None:
        method = context.request.method
        rule = self._verbs.get(method)  # case counts: rt 10.6
        if rule is None:
            return (
                None
                if self._rules.allow_unlisted_verbs
                else context.fail(404, 6, f"{method} is not among the verbs listed", self._rules.limits_source)
            )
        return None if rule.allowed else context.fail(404, 6, f"{method} is a denied verb", rule.source)

    def sizes(self, context: Context) -> Outcome | None:
        rules, request = self._rules, context.request
        length = request.body.length
        if length is not None and length > rules.max_allowed_content_length:
            return self._too_big(context, (413, 1), "a body", length, "maxAllowedContentLength", rules.max_allowed_content_length)
        query_length = len(request.query_string)
        url_length = len(request.raw_url) - (query_length + 1 if query_length else 0)
        if url_length > rules.max_url:
            return self._too_big(context, (404, 14), "a URL", url_length, "maxUrl", rules.max_url)
        if query_length > rules.max_query_string:
            return self._too_big(context, (404, 15), "a query string", query_length, "maxQueryString", rules.max_query_string)
        return None

    def _too_big(self, context: Context, status: tuple[int, int], what: str, size: int, limit: str, most: int) -> Outcome:
        return context.fail(*status, f"{what} of {size:,} bytes; {limit} is {most:,}", self._rules.limits_source)

    def header_sizes(self, context: Context) -> Outcome | None:
        for name, value in context.request.headers.items:
            rule = self._headers.get(name.lower())
            if rule is not None and len(value) > rule.size:
                return context.fail(431, 0, f"{rule.value} has {len(value):,} bytes; its limit is {rule.size:,}", rule.source)
        return None

    def double_escaping(self, context: Context) -> Outcome | None:
        """A path that a second decoding would change is read differently by whoever decodes once more; "+" counts as a space."""
        raw = context.request.raw_url.partition("?")[0]
        if "%" not in raw and "+" not in raw:
            return None
        once = unquote(raw, "latin-1")
        if "+" in once or _ESCAPE.search(once):
            return context.fail(404, 11, "the path is escaped twice, or holds a +; allowDoubleEscaping is false", self._rules.limits_source)
        return None

    def high_bit_characters(self, context: Context) -> Outcome | None:
        if context.request.path.isascii():
            return None
        return context.fail(404, 12, "the path holds a character above ASCII; allowHighBitCharacters is false", self._rules.limits_source)

    def url_sequences(self, context: Context) -> Outcome | None:
        path = context.request.path.casefold()
        for sequence, rule in self._sequences:
            if sequence in path:
                return None if path in self._allowed_urls else context.fail(404, 5, f"{rule.value} is a denied URL sequence", rule.source)
        return None

    def hidden_segments(self, context: Context) -> Outcome | None:
        hidden = self._hidden
        for segment in context.request.path.split("/"):
            rule = hidden.get(fold_segment(segment)) if segment else None
            if rule is not None:
                return context.fail(404, 8, f"{rule.value} is a hidden segment", rule.source)
        return None

    def extension(self, context: Context) -> Outcome | None:
        extension = extension_of(context.request.path)
        rule = self._extensions.get(extension)
        if rule is not None:
            return None if rule.allowed else context.fail(404, 7, f"{rule.value} is a denied file extension", rule.source)
        if self._rules.allow_unlisted_extensions or (extension == "." and context.request.path.endswith("/")):
            return None
        return context.fail(404, 7, f"{extension} is not among the file extensions listed", self._rules.limits_source)

    def query_sequences(self, context: Context) -> Outcome | None:
        raw = context.request.query_string
        if not raw:
            return None
        # Escaped or not: a rule means the text, however it is written.
        written, decoded = raw.casefold(), unquote(raw.replace("+", " ")).casefold()
        for sequence, rule in self._query_sequences:
            if sequence in written or sequence in decoded:
                return context.fail(404, 18, f"{rule.value} is a denied query string sequence", rule.source)
        return None


def extension_of(path: str) -> str:
    """The extension by which rules judge a path, as Windows would open it: ".config" of /a/Web.Config. and of /web.config/; "." for none."""
    last = fold_segment(path.rstrip("/").rpartition("/")[2])
    dot = last.rfind(".")
    return last[dot:] if dot >= 0 else "."
