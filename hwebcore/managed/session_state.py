"""SessionStateModule: the session of a request, kept in the worker's memory.

Knows no other module. Sessions of the modes StateServer, SQLServer and Custom are not kept here: the trace says so.
Look next at session.py.
"""

from __future__ import annotations

from hwebcore.managed.application import ManagedApplication
from hwebcore.managed.context import ManagedContext
from hwebcore.managed.cookies import set_cookie
from hwebcore.managed.session import Session, SessionStore, Stored
from hwebcore.pipeline.contract import Need, Outcome
from hwebcore.plan import ScopeSettings


class SessionStateModule:
    """AcquireRequestState gives the request its session, ReleaseRequestState takes it back, EndRequest makes sure."""

    def __init__(self, settings: ScopeSettings, owner: ManagedApplication) -> None:
        self._settings = settings.managed.session
        self._cookie_name = self._settings.cookie_name
        self._store = SessionStore(owner.host.sessions)
        mode = self._settings.mode
        self.idle_reason = ""
        if mode == "Off":
            self.idle_reason = "sessionState mode is Off"
        elif mode != "InProc":
            self.idle_reason = f"sessionState mode {mode} is not executed here: only InProc is"
        # Without a cookie the session is made when somebody asks for it.
        self.needs = {"acquire_request_state": (Need.COOKIE,), "release_request_state": (Need.SESSION,), "end_request": (Need.SESSION,)}
        self.offers = {"acquire_request_state": ("session", self._open_new)}
        self._found = Outcome("CONTINUE", "the client's session", self._settings.source)
        self._gone = Outcome("CONTINUE", "the client's session is over: it timed out, or the worker was recycled", self._settings.source)

    def acquire_request_state(self, context: ManagedContext) -> Outcome | None:
        if not context.integrated:
            context.open_session = self._open_new
        session_id = context.request.cookies.get(self._cookie_name, "")
        if not session_id:
            return None
        stored = self._store.find(session_id, self._settings.timeout_s)
        session = context.kept_session = self._open(context, session_id, stored)
        if context.signed_in:
            session.renew()
        return self._found if stored is not None else self._gone

    def release_request_state(self, context: ManagedContext) -> None:
        context.open_session = context.kept_session = None

    end_request = release_request_state

    def _open_new(self, context: ManagedContext) -> Session:
        return self._open(context, "", None)

    def _open(self, context: ManagedContext, session_id: str, stored: Stored | None) -> Session:
        settings = self._settings

        def tell(new_id: str) -> None:
            cookie = set_cookie(settings.cookie_name, new_id, secure=context.request.scheme == "https", same_site=settings.same_site)
            context.response.replace_cookie(settings.cookie_name, cookie)

        return Session(self._store, session_id, stored, settings.timeout_s, tell)
