"""StaticCompressionModule: a compressed copy in the place of a file, at MAP_REQUEST_HANDLER, before all others (rt 4.1, 10.5).

Knows no handler: it leaves the copy with the request (`Context.copy`), and who sends the file sends the copy while it is of that very
file. The first requests get the file itself; a copy is made meanwhile, in a thread. Look next at compressed_copies.py.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from hwebcore.accept_encoding import preferred
from hwebcore.compressed_copies import CompressedCopies, Copy, NoCopy
from hwebcore.compression import CompressedType, CompressionScheme
from hwebcore.content import VALID_S, Entry, Identity, identity_of, look_up, root_of
from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import Need, Notification, Outcome, Priority, StepResult, Subscription
from hwebcore.plan import ScopeSettings
from hwebcore.processor_use import ProcessorUse

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost

SECTIONS = ("system.webServer/httpCompression", "system.webServer/urlCompression")
_SENDER = "StaticFileModule"
_METHODS = ("GET", "HEAD")
_MOST_KNOWN = 256
_MOST_REMEMBERED = 256
_MOST_HEADER = 1024
#: A file that changed less than this ago may change once more within the same tick of the file system's clock.
_SETTLED_S = 2.0
#: After a copy could not be written.
_PAUSE_S = 60.0


class _Known:
    """A file as it was seen last, and its copies."""

    __slots__ = ("began", "copies", "entry", "failed", "hits", "identity", "refused", "until")

    def __init__(self, entry: Entry, identity: Identity, refused: Outcome | None) -> None:
        self.entry = entry
        self.identity = identity
        #: Why it is never compressed; None where it may be.
        self.refused = refused
        self.until = 0.0
        self.copies: dict[str, Copy] = {}
        #: Scheme → until when not to try again, and why.
        self.failed: dict[str, tuple[float, Outcome]] = {}
        #: When the period began in which requests are counted, and how many came.
        self.began = 0.0
        self.hits = 0


class StaticCompression:
    def __init__(self, settings: ScopeSettings, host: ApplicationHost) -> None:
        self._host = host
        self._settings = wanted = settings.static_compression
        self._fault = settings.fault(*SECTIONS)
        self._mime = dict(settings.static_content.mime_map)
        self._types = {one.mime: one for one in wanted.types}
        self._schemes = {scheme.name: scheme for scheme in wanted.schemes}
        self._hits = 1 if wanted.ignore_hits else settings.static_content.frequent_hits
        self._period_s = settings.static_content.frequent_period_s
        self._roots = tuple(directory.physical_path for directory in host.plan.virtual_directories if directory.physical_path)
        self._known: OrderedDict[str, _Known] = OrderedDict()
        #: Until when a path that names no file, a folder mostly, is not looked at again.
        self._no_file: dict[str, float] = {}
        self._asked: dict[str, CompressionScheme | None] = {}
        self._cpu = ProcessorUse(wanted.disable_cpu, wanted.enable_cpu)
        self._given = {name: self._say(f"a compressed copy ({name})", scheme) for name, scheme in self._schemes.items()}
        self._nothing_asked = self._say("not compressed: the client asks for no coding (Accept-Encoding)")
        self._no_scheme = self._say("not compressed: none of the client's codings (Accept-Encoding) is a scheme here")
        self._old = self._say("not compressed: HTTP/1.0 (noCompressionForHttp10)")
        self._proxy = self._say("not compressed: it comes through a proxy (Via, noCompressionForProxies)")
        self._range = self._say("not compressed: a part of the file is asked for (noCompressionForRange)")
        self._handled = self._say(f"not compressed: the handler is not {_SENDER}")
        self._linked = self._say("not compressed: reached through a symbolic link")
        self._small = self._say(f"not compressed: smaller than {wanted.least_bytes:,} bytes (minFileSizeForComp)")
        self._new = self._say("not compressed: it changed a moment ago")
        self._seldom = self._say(f"not compressed yet: a copy is made with {self._hits} requests within {self._period_s:g} s (frequentHitThreshold)")
        self._no_folder = self._say("not compressed: this worker has no folder for copies")
        self._busy = self._say("not compressed yet: another copy is being made")
        self._making = self._say("not compressed yet: its copy is being made")
        self._hot = self._say(f"not compressed: the processors are busier than {wanted.disable_cpu} % (staticCompressionDisableCpuUsage)")
        self.idle_reason = "doStaticCompression is off" if not wanted.enabled else "no scheme or type is enabled for files"

    def subscriptions(self) -> tuple[Subscription, ...]:
        if self._fault is not None:
            return (Subscription(Notification.MAP_REQUEST_HANDLER, self._refuse, Priority.FIRST),)
        if not self._settings.enabled or not self._schemes or not any(one.enabled for one in self._settings.types):
            return ()
        needs, idle = (Need.ENCODING,), self._nothing_asked
        return (Subscription(Notification.MAP_REQUEST_HANDLER, self.offer, Priority.FIRST, needs=needs, idle=idle),)

    def offer(self, context: Context) -> StepResult:
        """Leave the copy with the request, or say why there is none."""
        request, row = context.request, context.handler
        header = ",".join(request.headers.get_all("Accept-Encoding"))
        if not header:
            return self._nothing_asked
        if row is None or _SENDER not in row.modules:
            return self._handled
        if request.method not in _METHODS:
            return None
        path = context.physical_path
        known, now = self._known.get(path), time.monotonic()
        if known is None or now >= known.until:
            known = self._look(path) if now >= self._no_file.get(path, 0.0) else None
        if known is None:  # nothing that could be compressed: others say what it is
            return None
        if known.refused is not None:
            return known.refused
        scheme = self._asked[header] if header in self._asked else self._remember(header)
        if scheme is None:
            return self._no_scheme
        unfit = self._unfit(context)
        if unfit is not None:
            return unfit
        copy = known.copies.get(scheme.name)
        if copy is None:
            return self._begin(context, known, scheme)
        context.copy = copy
        return self._given[scheme.name]

    def _refuse(self, context: Context) -> StepResult:
        assert self._fault is not None
        return context.fail(500, 19, self._fault.message, self._fault.source)

    def _unfit(self, context: Context) -> Outcome | None:
        settings, request = self._settings, context.request
        if settings.not_for_http10 and request.http_version == "1.0":
            return self._old
        if settings.not_for_proxies and "Via" in request.headers:
            return self._proxy
        return self._range if settings.not_for_ranges and "Range" in request.headers else None

    def _remember(self, header: str) -> CompressionScheme | None:
        if len(header) > _MOST_HEADER:
            return None
        scheme = self._schemes.get(preferred(header, tuple(self._schemes)))
        if len(self._asked) >= _MOST_REMEMBERED:
            self._asked.clear()
        self._asked[header] = scheme
        return scheme

    # --- the file

    def _look(self, path: str) -> _Known | None:
        """The file as it is now; what was known of it where it did not change."""
        root = root_of(path, self._roots)
        entry = look_up(path, root) if root else None
        before = self._known.pop(path, None)
        if entry is None or entry.kind != "file":
            self._drop(before)
            if len(self._no_file) >= _MOST_REMEMBERED:
                self._no_file.clear()
            self._no_file[path] = time.monotonic() + VALID_S
            return None
        identity = identity_of(entry)
        if before is not None and before.identity == identity:
            known = before
            for copy in known.copies.values():
                if self._host.copies is not None:
                    self._host.copies.touch(copy)
        else:
            known = _Known(entry, identity, self._refused(entry))
            self._drop(before)
        known.until = time.monotonic() + VALID_S
        self._known[path] = known
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return known

    def _drop(self, before: _Known | None) -> None:
        """Copies of a file that is another one now go at once; what nobody asks for again goes when the folder is swept."""
        if before is not None and self._host.copies is not None:
            for name in before.copies:
                self._host.copies.remove(before.identity, name, self._schemes[name].level)

    def _refused(self, entry: Entry) -> Outcome | None:
        extension = os.path.splitext(entry.real_parts[-1])[1].lower() if entry.real_parts else ""
        mime = self._mime.get(extension or ".", "")
        listed = self._listed(mime)
        if listed is None or not listed.enabled:
            return self._say(f"not compressed: {mime or 'no type'} is not enabled among staticTypes", listed)
        if entry.stat.st_size < self._settings.least_bytes:
            return self._small
        return self._linked if entry.through_link else None

    def _listed(self, mime: str) -> CompressedType | None:
        """The row of a type: as it is written, without parameters, its family's, everybody's."""
        full = mime.lower()
        bare = full.partition(";")[0].strip()
        names = (full, bare, f"{bare.partition('/')[0]}/*", "*/*")
        return next((self._types[name] for name in names if name in self._types), None)

    # --- the copy

    def _begin(self, context: Context, known: _Known, scheme: CompressionScheme) -> Outcome:
        """The copy that a worker made before, or the reason why the file itself leaves; where it is worth it, one is begun."""
        copies = self._host.copies
        if copies is None:
            return self._no_folder
        until, reason = known.failed.get(scheme.name, (0.0, self._seldom))
        now = time.monotonic()
        if now < until:
            return reason
        copy = copies.find(known.identity, scheme.name, scheme.level)
        if copy is not None:
            known.copies[scheme.name] = context.copy = copy
            copies.touch(copy)
            return self._given[scheme.name]
        if now - known.began >= self._period_s:
            known.began, known.hits = now, 0
        known.hits += 1
        if known.hits < self._hits:
            return self._seldom
        if 0 <= time.time() - known.entry.stat.st_mtime < _SETTLED_S:
            return self._new
        if copies.busy:
            return self._busy
        if self._cpu.too_busy():
            return self._hot
        self._make(copies, known, scheme)
        return self._making

    def _make(self, copies: CompressedCopies, known: _Known, scheme: CompressionScheme) -> None:
        copies.busy = True
        known.failed[scheme.name] = (float("inf"), self._making)

        def done(made: asyncio.Future[Copy | None]) -> None:
            copies.busy = False
            del known.failed[scheme.name]
            error = None if made.cancelled() else made.exception()
            if isinstance(error, NoCopy):
                known.failed[scheme.name] = (float("inf"), self._say(f"not compressed: {error}", scheme))
            elif error is not None:
                reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
                known.failed[scheme.name] = (time.monotonic() + _PAUSE_S, self._say(f"not compressed: its copy could not be made ({reason})", scheme))
            else:
                copy = None if made.cancelled() else made.result()
                if copy is not None:
                    known.copies[scheme.name] = copy

        self._host.threads.run(copies.make, known.entry, scheme.name, scheme.level, self._settings.most_bytes).add_done_callback(done)

    def _say(self, reason: str, of: CompressionScheme | CompressedType | None = None) -> Outcome:
        return Outcome("CONTINUE", reason, of.source if of is not None else self._settings.source)
