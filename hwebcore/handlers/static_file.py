"""StaticFileModule: a file of the content, whole, in part, or "not modified" (rt 10.1); the redirect to a folder's slash.

Knows no other handler: a folder with its slash is left to the row's next module. Who may see the file was decided before; whether a
compressed copy of it leaves, too. Look next at byte_ranges.py and validators.py (partial and conditional requests), ../content.py.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import quote

from hwebcore.byte_ranges import RangeRefused, make_boundary, multipart, read_range
from hwebcore.content import OUT_OF_ROOM, Entry, fold_segment, identity_of, open_file, root_of
from hwebcore.content_cache import CachedFile, ContentCache, Replaced
from hwebcore.markup import escape
from hwebcore.pipeline.context import Context, Request
from hwebcore.pipeline.contract import FINISH, Outcome, StepResult
from hwebcore.plan import HandlerMapping, ScopeSettings
from hwebcore.validators import etag, evaluate, http_date, range_applies

if TYPE_CHECKING:
    from hwebcore.compressed_copies import Copy
    from hwebcore.pipeline.host import ApplicationHost

_METHODS = ("GET", "HEAD")
_ALLOW = "GET, HEAD, OPTIONS, TRACE"
#: Several ranges are put together in memory; beyond this the whole file is sent instead, from its descriptor.
_MAX_MULTIPART_BYTES = 4 * 1024 * 1024
_PATH_SAFE = "/:@!$&'()*+,;=~"
_SPECIAL = frozenset(("range", "if-range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since"))


class StaticFile:
    reads = ("system.webServer/staticContent",)

    def __init__(self, mapping: HandlerMapping, settings: ScopeSettings, host: ApplicationHost) -> None:
        self._host = host
        self._mapping = mapping
        self._static = settings.static_content
        said = (("Cache-Control", self._static.cache_control), ("Expires", self._static.expires))
        self._caching = tuple((name, value) for name, value in said if value)
        self._copies_caching = settings.static_compression.cache_headers or self._caching
        self._mime = dict(settings.static_content.mime_map)
        self._hidden = {fold_segment(rule.value): rule for rule in settings.request_filtering.hidden_segments}
        self._denied = {rule.value.casefold(): rule for rule in settings.request_filtering.extensions if not rule.allowed}
        self._roots = tuple(directory.physical_path for directory in host.plan.virtual_directories if directory.physical_path)
        self._cache = ContentCache(hits=self._static.frequent_hits, period_s=self._static.frequent_period_s)

    def execute(self, context: Context) -> StepResult:
        path = context.physical_path
        cached = self._cache.get(path)
        if cached is not None and not cached.entry.through_link:  # where a link leads is judged each time
            data = cached.data
            copy = context.copy
            if copy is not None:
                return self._held_copy(context, cached, copy)
            if cached.head is not None and self._is_plain(context):
                response = context.response
                response.headers.items = cached.head.copy()
                if data is None:
                    return self._from_descriptor(context, cached.entry, 0, cached.entry.stat.st_size)
                response.body = [data]
                response.buffered = len(data)
                return FINISH
            return self._held(context, cached)
        root = root_of(path, self._roots)
        entry, data = self._cache.load(path, root) if root else (None, None)
        if entry is None:
            return context.fail(404, 0, "no such file or folder below the site's root, under this exact spelling", self._mapping.source)
        refused = self._refuse_place(context, entry, root) if entry.through_link else None
        if refused is not None:
            return refused
        if entry.kind == "directory":
            return self._folder(context)
        if entry.kind == "special":
            return context.fail(404, 0, "a device, pipe or socket is no content", self._mapping.source)
        return self._answer(context, entry, data)

    def _is_plain(self, context: Context) -> bool:
        """Whether nothing in the request or before this step asks for more than the file as it is."""
        request, response = context.request, context.response
        untouched = not response.headers.items and not response.body and response.status == 200
        return untouched and request.method == "GET" and request.path[-1] != "/" and not request.headers.has_any(_SPECIAL)

    def _held(self, context: Context, cached: CachedFile) -> StepResult:
        """A held file's answer; a plain one's header lines are kept with it for the requests to come."""
        plain = self._is_plain(context)
        result = self._answer(context, cached.entry, cached.data)
        if plain and result is FINISH:
            cached.head = context.response.headers.items.copy()
        return result

    def _held_copy(self, context: Context, cached: CachedFile, copy: Copy) -> StepResult:
        """The same where a compressed copy is to leave."""
        plain, kept = self._is_plain(context) and not context.response.filters, cached.copied
        if plain and kept is not None and kept[0] is copy:
            context.response.headers.items = kept[1].copy()
            return self._whole(context, cached.entry, cached.data, copy)
        result = self._answer(context, cached.entry, cached.data)
        if plain and result is FINISH and context.copy is copy:
            cached.copied = (copy, context.response.headers.items.copy())
        return result

    # --- what it names ----------------------------------------------------------------------------------------------

    def _folder(self, context: Context) -> StepResult:
        request = context.request
        if request.path.endswith("/"):
            return None
        if request.method not in _METHODS:
            return self._not_allowed(context)
        query = f"?{request.query_string}" if request.query_string else ""
        location = f"{_authority(request)}{quote(request.path, safe=_PATH_SAFE)}/{query}"
        context.set_status(301)
        response = context.response
        response.headers.set("Content-Type", "text/html; charset=UTF-8")
        response.headers.set("Location", location)
        link = f'<a href="{escape(location)}">with a slash at its end</a>'
        response.write(f"<!doctype html><title>Moved</title><p>This folder's address is the one {link}.</p>".encode())
        return Outcome("FINISH_REQUEST", "a folder, asked for without its slash", self._mapping.source, None, 301, 0)

    def _refuse_place(self, context: Context, entry: Entry, root: str) -> Outcome | None:
        """Rules hold for the place that a symbolic link leads to as well as for the URL."""
        for part in entry.real_parts:
            rule = self._hidden.get(fold_segment(part))
            if rule is not None:
                return context.fail(404, 8, f"a link leads into {rule.value}, a hidden segment", rule.source)
        if _dotted(entry):
            return context.fail(404, 9, "a link leads to a name that begins with a dot, which is hidden", self._mapping.source)
        name = entry.real_parts[-1] if entry.real_parts else ""
        denied = self._denied.get(os.path.splitext(name)[1].casefold()) or self._denied.get(name.casefold())
        if denied is not None:
            return context.fail(404, 7, f"a link leads to a denied file extension, {denied.value}", denied.source)
        prefix = next((d.path.rstrip("/") for d in self._host.plan.virtual_directories if d.physical_path.rstrip(os.sep) == root), "")
        if self._host.settings_for(f"{prefix}/{'/'.join(entry.real_parts)}") != self._host.settings_for(context.request.path):
            return context.fail(404, 0, "a link leads into a folder with other settings", self._mapping.source)
        return None

    # --- the answer -------------------------------------------------------------------------------------------------

    def _answer(self, context: Context, entry: Entry, data: bytes | None) -> StepResult:
        request, response = context.request, context.response
        if request.method not in _METHODS:
            return self._not_allowed(context)
        if request.path.endswith("/"):
            return context.fail(500, 0, "the URL ends in a slash but names a file", self._mapping.source)
        if "/." in context.physical_path and _dotted(entry):
            return context.fail(404, 9, "a name that begins with a dot is hidden", self._mapping.source)
        name = entry.real_parts[-1] if entry.real_parts else ""
        mime = self._mime.get(os.path.splitext(name)[1].lower() or ".")
        if mime is None:
            return context.fail(404, 3, f"no MIME type is mapped to {os.path.splitext(name)[1] or 'a name without extension'}", self._static.source)
        status = entry.stat
        tag = etag(status.st_mtime_ns)
        modified = int(status.st_mtime)
        headers = response.headers
        special = request.headers.has_any(_SPECIAL)
        copy = context.copy
        if copy is not None and (context.response.filters or copy.identity != identity_of(entry)):
            copy = context.copy = None  # somebody wants to read it, or it is of the file as it was a moment ago
        if special:
            verdict = evaluate(request.headers, tag if self._static.set_etag else "", modified)
            if verdict == 412:
                return context.fail(412, 0, "the file is not in the state that the request asks for")
            if verdict == 304:
                return self._not_modified(context, tag, copy)
        head = self._head(mime, modified, tag, copy)
        if headers.items:
            for key, value in head:
                (headers.append if key == "Vary" else headers.set)(key, value)
        else:
            headers.items = head
        # If-Range speaks of the file itself: a part of its copy would not go together with what the client has.
        if special and not (copy is not None and "If-Range" in request.headers):
            part = None
            if range_applies(request.headers, tag if self._static.set_etag else "", modified):
                part = self._part(context, entry, data, mime, copy)
            if part is not None:
                return part
        return self._whole(context, entry, data, copy)

    def _head(self, mime: str, modified: int, tag: str, copy: Copy | None) -> list[tuple[str, str]]:
        """A copy's ETag is weak: IIS sends the file's own, with which a client may put parts of one and of the other together."""
        head = [*(self._caching if copy is None else self._copies_caching), ("Content-Type", mime)]
        if copy is not None:
            head.append(("Content-Encoding", copy.scheme))
        head += (("Last-Modified", http_date(modified)), ("Accept-Ranges", "bytes"))
        if self._static.set_etag:
            head.append(("ETag", tag if copy is None else f"W/{tag}"))
        if copy is not None:
            head.append(("Vary", "Accept-Encoding"))
        return head

    def _whole(self, context: Context, entry: Entry, data: bytes | None, copy: Copy | None) -> StepResult:
        if copy is not None:
            data = copy.data
        if data is not None:
            context.response.write(data)
            return FINISH
        return self._from_descriptor(context, entry, 0, entry.stat.st_size if copy is None else copy.size, copy)

    def _part(self, context: Context, entry: Entry, data: bytes | None, mime: str, copy: Copy | None) -> StepResult:
        """206 or 416; None where the Range header is to be ignored, and the file sent whole."""
        size = entry.stat.st_size
        if copy is not None:
            size, data = copy.size, copy.data
        headers = context.response.headers
        try:
            ranges = read_range(context.request.headers.get("Range"), size)
        except RangeRefused as refused:
            for name in ("Content-Type", "Content-Encoding", "Last-Modified", "ETag", "Cache-Control", "Expires"):
                headers.remove(name)
            headers.set("Content-Range", f"bytes */{size}")
            return context.fail(416, 0, str(refused))
        if not ranges:
            return None
        if len(ranges) == 1:
            first, last = ranges[0]
            context.set_status(206)
            headers.set("Content-Range", f"bytes {first}-{last}/{size}")
            if data is not None:
                context.response.write(data[first : last + 1])
                return FINISH
            return self._from_descriptor(context, entry, first, last - first + 1, copy)
        if sum(last - first + 1 for first, last in ranges) > _MAX_MULTIPART_BYTES:
            return None
        try:
            chunks = _read_chunks(entry, data, ranges, copy)
        except OSError as error:
            return _gone(context, error)
        boundary = make_boundary()
        context.set_status(206)
        headers.set("Content-Type", f"multipart/byteranges; boundary={boundary}")
        context.response.write(multipart(ranges, chunks, mime, size, boundary))
        return FINISH

    def _from_descriptor(self, context: Context, entry: Entry, start: int, count: int, copy: Copy | None = None) -> StepResult:
        if context.request.method == "HEAD":
            context.response.content_length = count
            return FINISH
        if copy is not None:
            context.response.file = (copy.file, copy.start + start, count)
            return FINISH
        try:
            file = self._cache.open(context.physical_path, entry)
        except OSError as error:
            return _gone(context, error)
        except Replaced:
            return context.fail(503, 0, "the file is being replaced")
        context.response.file = (file, start, count)
        return FINISH

    def _not_modified(self, context: Context, tag: str, copy: Copy | None) -> Outcome:
        headers = context.response.headers
        for name, value in self._caching if copy is None else self._copies_caching:
            headers.set(name, value)
        if self._static.set_etag:
            headers.set("ETag", tag if copy is None else f"W/{tag}")
        if copy is not None:
            headers.append("Vary", "Accept-Encoding")
        context.set_status(304)
        return Outcome("FINISH_REQUEST", "not modified", None, None, 304, 0)

    def _not_allowed(self, context: Context) -> Outcome:
        context.response.headers.set("Allow", _ALLOW)
        return context.fail(405, 0, f"a static file answers GET and HEAD, not {context.request.method}", self._mapping.source)


def _read_chunks(entry: Entry, data: bytes | None, ranges: list[tuple[int, int]], copy: Copy | None) -> list[bytes]:
    if data is not None:
        return [data[first : last + 1] for first, last in ranges]
    if copy is not None:
        return [os.pread(copy.file.descriptor, last - first + 1, copy.start + first) for first, last in ranges]
    descriptor = open_file(entry)
    try:
        return [os.pread(descriptor, last - first + 1, first) for first, last in ranges]
    finally:
        os.close(descriptor)


def _dotted(entry: Entry) -> bool:
    """A dot before a name is this system's way to write Windows's hidden attribute (404.9). RFC 8615 has names for everybody to see."""
    return any(part[0] == "." and part != ".well-known" for part in entry.real_parts)


def _gone(context: Context, error: OSError) -> Outcome:
    """A file that was there at the look-up and cannot be opened: no rights, or gone meanwhile. Raises the error where it is neither."""
    if error.errno in OUT_OF_ROOM:
        raise error
    context.response.headers.items.clear()
    if isinstance(error, PermissionError):
        return context.fail(401, 3, "the pool's identity may not read this file")
    return context.fail(404, 0, "the file went away while it was asked for")


def _authority(request: Request) -> str:
    """ "http://host:port" as the client named it; "" where it named none (HTTP/1.0): the Location is relative then."""
    host = request.headers.get("Host")
    if not host or any(letter in host for letter in '/\\"<> @'):
        return ""
    return f"{request.scheme}://{host}"
