"""The core's own steps ("IIS Web Core" in a trace): refused scopes, 401.2, handler mapping, 403.x access, 404.0 existence.

Knows no module. sequence.py places these among the modules' steps; their order within MAP_REQUEST_HANDLER follows rt 3.3.
"""

from __future__ import annotations

import os
import stat
from time import monotonic

from hwebcore.content import VALID_S
from hwebcore.pipeline.context import Context
from hwebcore.pipeline.contract import Outcome, Step, StepResult
from hwebcore.plan import HandlerMapping, ScopeSettings, Source

#: requireAccess → the substatus of 403 where accessPolicy lacks it.
_ACCESS = {"Script": 1, "Execute": 1, "Read": 2, "Write": 3}


def always_fails(status: int, substatus: int, reason: str, source: Source | None) -> Step:
    """A step that ends every request the same way."""

    def fail(context: Context) -> StepResult:
        return context.fail(status, substatus, reason, source)

    return fail


class BrokenHandler:
    """Stands in for a handler that could not be made, or whose section cannot be read (500.19)."""

    def __init__(self, reason: str, source: Source | None, substatus: int = 0) -> None:
        self.execute = always_fails(500, substatus, reason, source)


def refusal(settings: ScopeSettings) -> Step | None:
    """The step that ends every request of a scope whose configuration cannot be used, or None."""
    if settings.error is not None:
        return always_fails(500, 19, settings.error.message, settings.error.source)
    if settings.bad_precondition is not None:
        return always_fails(500, 0, settings.bad_precondition.message, settings.bad_precondition.source)
    if settings.closed is not None:
        return always_fails(403, 0, settings.closed.reason, settings.closed.source)
    return None


def ssl_check(settings: ScopeSettings) -> Step | None:
    """The step that lets only https through where access@sslFlags says so (403.4), of 128 bits or more (403.5); or None."""
    flags, source = settings.ssl_flags, settings.ssl_source
    if not flags:
        return None

    def check(context: Context) -> StepResult:
        session = context.wire.session
        if context.request.scheme != "https":
            return context.fail(403, 4 if "Ssl" in flags else 5, f"sslFlags asks for {', '.join(flags)}, and this request came over http", source)
        if "Ssl128" in flags and session is not None and session.bits < 128:
            return context.fail(403, 5, f"sslFlags asks for 128 bits, and this connection's cipher has {session.bits}", source)
        return None

    return check


def require_user(context: Context) -> StepResult:
    """After AUTHENTICATE_REQUEST somebody must be there, if only the anonymous user (rt 4.1, last line)."""
    if context.user is not None:
        return None
    return context.fail(401, 2, "no module authenticated the request")


def map_handler(context: Context) -> StepResult:
    """Map the current URL: where it was rewritten, its handler may be another; the preconditions stay decided (rt 3.3)."""
    if context.request.path is context.mapped:
        if context.sequence.map_path:
            context.physical_path = context.map_path(context.request.path)
        return None
    return _remap(context)


def _remap(context: Context) -> StepResult:
    host, request = context.application, context.request
    settings = host.pool_plan.settings[host.settings_for(request.path)]
    for gate in (refusal(settings), ssl_check(settings)):  # a rewritten URL leads into no closed folder
        refused = gate(context) if gate is not None else None
        if refused is not None:
            return refused
    match = host.handlers_for(context.sequence.settings).find(request.method, request.path)
    row, script_path, request.path_info = (match.row, match.script_path, match.path_info) if match else (None, request.path, "")
    context.mapped = request.path
    context.physical_path = context.map_path(script_path)
    if row is context.handler:
        return None
    context.handler = row
    return _switch(context, row)


def _switch(context: Context, row: HandlerMapping | None) -> Outcome:
    before = context.sequence.handler
    context.sequence = context.application.with_handler(context.sequence, row)
    names = [one.name if one else "none" for one in (before, row)]
    return Outcome("CONTINUE", f'handler "{names[0]}" became "{names[1]}"', row.source if row else None)


def check_handler(context: Context) -> StepResult:
    """After all MAP_REQUEST_HANDLER modules: is there a handler, may it be used, does what it needs exist."""
    changed = None
    if context.request.path is not context.mapped:
        changed = _remap(context)
        if isinstance(changed, Outcome) and changed.result != "CONTINUE":
            return changed
    row = context.handler
    if row is not context.sequence.handler:
        changed = _switch(context, row)
    if row is None:
        return _unmapped(context)
    access = row.require_access
    if access != "None" and access not in context.settings.access_policy:
        reason = f'handler "{row.name}" requires {access}, which accessPolicy does not grant'
        return context.fail(403, _ACCESS[access], reason, context.settings.handlers_source)
    if row.resource_type != "Unspecified" and not _exists(context.physical_path, row.resource_type):
        return context.fail(404, 0, f'handler "{row.name}" needs an existing {_WANTED[row.resource_type]}', row.source)
    return changed


def _unmapped(context: Context) -> Outcome:
    """404.4; a row of the path that a precondition keeps out says more than that there is none."""
    reason, request = "no handler is mapped to this path and verb", context.request
    out = context.application.left_out(context.sequence.settings, request.method, request.path)
    if out is None:
        return context.fail(404, 4, reason, context.settings.handlers_source)
    return context.fail(404, 4, f'{reason} here; "{out.row.name}" is left out: {out.reason}', out.row.source)


def is_checked(settings: ScopeSettings, row: HandlerMapping | None) -> bool:
    """Whether `check_handler` finds nothing wrong with this row, whatever the request, as long as nobody changes either."""
    if row is None or row.resource_type != "Unspecified":
        return False
    return row.require_access == "None" or row.require_access in settings.access_policy


_MOST_FOUND = 4096
#: (physical path, what was wanted) -> monotonic second until which it counts as there. Opening it is another matter: content.py.
_found: dict[tuple[str, str], float] = {}
_WANTED = {"File": "file", "Directory": "folder", "Either": "file or folder"}


def _exists(physical_path: str, wanted: str) -> bool:
    """What was found is believed for a moment; what was not is looked for again."""
    key = (physical_path, wanted)
    if monotonic() < _found.get(key, 0.0):
        return True
    found = _is_there(physical_path, wanted)
    if found:
        if len(_found) >= _MOST_FOUND:
            _found.clear()
        _found[key] = monotonic() + VALID_S
    return found


def _is_there(physical_path: str, wanted: str) -> bool:
    if not physical_path:
        return False
    try:
        mode = os.stat(physical_path).st_mode
    except (OSError, ValueError):
        return False
    return {"File": stat.S_ISREG(mode), "Directory": stat.S_ISDIR(mode)}.get(wanted, stat.S_ISREG(mode) or stat.S_ISDIR(mode))
