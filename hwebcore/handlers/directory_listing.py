"""DirectoryListingModule: what a folder holds, as a page, or 403.14 where the folder may not be shown (rt 10.2).

Knows no other handler. Names are foreign text: escaped, percent-encoded, and the page may run nothing (reliability.md C 15).
What no request could fetch anyway is not listed: hidden segments, denied extensions, dot files, devices.
"""

from __future__ import annotations

import base64
import hashlib
import os
import stat as modes
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_from_bytes

from hwebcore.content import fold_segment, look_up, refuse_segment, root_of
from hwebcore.markup import escape
from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import FINISH, StepResult
from hwebcore.plan import HandlerMapping, ScopeSettings

if TYPE_CHECKING:
    from hwebcore.pipeline.host import ApplicationHost

MAX_ROWS = 5000
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem;color:#1c2733}h1{font-size:1.2rem;font-weight:600}"
    "table{border-collapse:collapse}td{padding:.15rem 1.5rem .15rem 0;white-space:nowrap}.n{text-align:right}"
)
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    folder: bool
    size: int
    modified: float


class DirectoryListing:
    reads = ("system.webServer/directoryBrowse",)

    def __init__(self, mapping: HandlerMapping, settings: ScopeSettings, host: ApplicationHost) -> None:
        self._host = host
        self._mapping = mapping
        self._browse = settings.directory_browse
        filtering = settings.request_filtering
        self._hidden = frozenset(fold_segment(rule.value) for rule in filtering.hidden_segments)
        self._denied = frozenset(rule.value.casefold() for rule in filtering.extensions if not rule.allowed)
        self._roots = tuple(directory.physical_path for directory in host.plan.virtual_directories if directory.physical_path)

    def execute(self, context: Context) -> StepResult:
        request = context.request
        if not request.path.endswith("/"):
            return None
        folder = context.physical_path
        entry = look_up(folder, root_of(folder, self._roots)) if folder else None
        if entry is None or entry.kind != "directory":
            return context.fail(404, 0, "no such folder below the site's root", self._mapping.source)
        if not self._browse.enabled:
            return context.fail(403, 14, "no default document, and directory browsing is off", self._browse.source)
        if request.method not in ("GET", "HEAD"):
            context.response.headers.set("Allow", "GET, HEAD, OPTIONS, TRACE")
            return context.fail(405, 0, f"a folder's list answers GET and HEAD, not {request.method}", self._mapping.source)
        try:
            rows, more = self._rows(os.path.join(entry.real_root, *entry.real_parts), entry.real_root)
        except OSError:
            return context.fail(401, 3, "the pool's identity may not read this folder", self._browse.source)
        headers = context.response.headers
        headers.set("Content-Type", "text/html; charset=UTF-8")
        headers.set("Content-Security-Policy", _POLICY)
        headers.set("X-Content-Type-Options", "nosniff")
        context.response.write(self._page(request.host, request.path, rows, more).encode())
        return FINISH

    def _rows(self, folder: str, root: str) -> tuple[list[_Row], bool]:
        """The entries that may be seen, folders first, and whether there are more than fit a page."""
        rows = []
        with os.scandir(folder) as entries:
            for entry in entries:
                if not self._shows(entry.name):
                    continue
                status = self._status(entry, root)
                if status is None:
                    continue
                if modes.S_ISDIR(status.st_mode) or modes.S_ISREG(status.st_mode):
                    rows.append(_Row(entry.name, modes.S_ISDIR(status.st_mode), status.st_size, status.st_mtime))
                if len(rows) > MAX_ROWS:
                    break
        more = len(rows) > MAX_ROWS
        return sorted(rows[:MAX_ROWS], key=lambda row: (not row.folder, row.name.casefold(), row.name)), more

    def _status(self, entry: os.DirEntry[str], root: str) -> os.stat_result | None:
        """None where nothing is to be seen: gone since, or a link to nowhere, out of the root, or to what is not listed itself."""
        try:
            if not entry.is_symlink():
                return entry.stat()
        except OSError:
            return None
        found = look_up(entry.path, root)
        return found.stat if found is not None and all(map(self._shows, found.real_parts)) else None

    def _shows(self, name: str) -> bool:
        if name.startswith(".") or refuse_segment(name) or fold_segment(name) in self._hidden:
            return False
        return os.path.splitext(name)[1].casefold() not in self._denied

    def _page(self, host: str, path: str, rows: list[_Row], more: bool) -> str:
        title = escape(f"{host} - {path}")
        lines = []
        if path.rstrip("/"):
            parent = quote(path.rstrip("/").rpartition("/")[0] + "/", safe="/~")
            lines.append(f'<tr><td colspan="3"></td><td><a href="{escape(parent)}">[one folder up]</a></td></tr>')
        lines += [self._line(path, row) for row in rows]
        note = f"<p>Only {MAX_ROWS:,} entries are shown; there are more.</p>" if more else ""
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head>'
            f"<body><h1>{title}</h1><hr><table>{''.join(lines)}</table><hr>{note}</body></html>\n"
        )

    def _line(self, path: str, row: _Row) -> str:
        flags = self._browse.show_flags
        moment = time.localtime(row.modified)
        date = time.strftime("%A, %d %B %Y" if "LongDate" in flags else "%Y-%m-%d", moment) if {"Date", "LongDate"} & set(flags) else ""
        clock = time.strftime("%H:%M", moment) if "Time" in flags else ""
        size = "folder" if row.folder else f"{row.size:,}" if "Size" in flags else ""
        shown = row.name if "Extension" in flags or row.folder else os.path.splitext(row.name)[0]
        link = quote(path, safe="/~") + quote_from_bytes(os.fsencode(row.name), safe="~") + ("/" if row.folder else "")
        return f'<tr><td>{date}</td><td>{clock}</td><td class="n">{size}</td><td><a href="{escape(link)}">{escape(shown)}</a></td></tr>'
