"""The facade that users' code gets as `context`, in both modes: one set of names, two pipelines behind it.

In Integrated it is the native context itself seen from Python's side; in Classic it has its own user, status and buffer, so
that two identities exist side by side (rt 5.3). Knows no module. Look next at adapter.py and classic.py, which make it.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from typing import IO, TYPE_CHECKING, Any

from hwebcore.managed.request import IntegratedModeRequired, ManagedRequest
from hwebcore.managed.response import ClassicRun, ManagedResponse
from hwebcore.pipeline.context import Context, Response, User
from hwebcore.pipeline.contract import Notification
from hwebcore.tasks import in_context

if TYPE_CHECKING:
    from hwebcore.managed.application import Application, ManagedApplication
    from hwebcore.managed.forms import Forms
    from hwebcore.managed.session import Session
    from hwebcore.plan import ManagedSettings

#: Notification → its name as ASP.NET's RequestNotification enumeration spells it (rt 3.1).
_NOTIFICATION_NAMES = {notification: "".join(word.capitalize() for word in (notification.name or "").split("_")) for notification in Notification}


class ManagedContext:
    """One request on its way through managed code. `touched` tells the adapter that something beyond continuing happened."""

    __slots__ = (
        "_entered", "_scope", "asked", "classic", "completed", "error", "handler", "integrated", "items", "kept_session", "native",
        "open_session", "own_user", "owner", "response", "seen_login_path", "signed_in", "touched", "user_set",
    )  # fmt: skip

    def __init__(self, native: Context, owner: ManagedApplication, integrated: bool, store: Response, classic: ClassicRun | None = None) -> None:
        self.native = native
        self.owner = owner
        self.integrated = integrated
        #: In Classic what runs ASP.NET's list, until its end.
        self.classic = classic
        self._scope = native.scope
        #: `request`, once somebody has looked at it.
        self.asked: ManagedRequest | None = None
        self.response = ManagedResponse(native, store, integrated)
        self.items: dict[Any, Any] = native.items if integrated else {}
        #: In Classic from AcquireRequestState to ReleaseRequestState; Integrated asks what its sequence offers.
        self.open_session: Callable[[ManagedContext], Session] | None = None
        self.kept_session: Session | None = None
        #: Somebody signed in during this request: a session that was known before gets a new id.
        self.signed_in = False
        #: What executes the request: a type's name, "" before it is known.
        self.handler = ""
        self.error: BaseException | None = None
        self.completed = False
        self.touched = False
        self.user_set = False
        #: In Classic, where FormsAuthentication has seen the request: see `login_path`.
        self.seen_login_path = ""
        self._entered = False
        #: In Classic ASP.NET's user; Integrated has one for both.
        self.own_user: Any = None

    @property
    def request(self) -> ManagedRequest:
        """What the client asked for, made when somebody looks."""
        if self.asked is None:
            self.asked = ManagedRequest(self.native, self.integrated)
        return self.asked

    @property
    def path(self) -> str:
        """`request.path`, without making one."""
        return self.native.request.path if self.asked is None else self.asked.path

    @property
    def query_string(self) -> str:
        """`request.query_string`, as `path`."""
        return self.native.request.query_string if self.asked is None else self.asked.query_string

    @property
    def body(self) -> IO[bytes] | None:
        """`request.body`, as `path`."""
        return None if self.asked is None else self.asked.body

    @property
    def login_path(self) -> str:
        """The login page's path in lower case, once FormsAuthentication has seen the request: without that a 401 stays one (rt 11, E)."""
        return (self.native.offered("login_path") if self.integrated else self.seen_login_path) or ""

    @property
    def skip_authorization(self) -> bool:
        """Whether it asks for the login page, which is open to everybody (ASP.NET's SkipAuthorization)."""
        return self.path.lower() == self.login_path

    @property
    def user(self) -> Any:
        """The principal: name, auth_type, is_authenticated, is_in_role(role). None until somebody set it."""
        return self.native.user if self.integrated else self.own_user

    @user.setter
    def user(self, user: Any) -> None:
        if isinstance(user, str):
            user = User(user, "Custom")
        elif isinstance(user, User) or user is None:
            pass
        elif not hasattr(user, "name"):
            raise TypeError("a user is a name, or has name, auth_type, is_authenticated and is_in_role")
        elif not all(hasattr(user, member) for member in ("auth_type", "is_authenticated", "is_in_role")):
            user = User(str(user.name), str(getattr(user, "auth_type", "Custom")), frozenset(getattr(user, "roles", ())))
        if self.integrated:
            self.native.user = user
        else:
            self.own_user = user
        self.touched = self.user_set = True

    @property
    def session(self) -> Session | None:
        """The session, from AcquireRequestState to ReleaseRequestState; made when somebody asks for it."""
        if self.kept_session is None:
            opening = self.native.offered("session") if self.integrated else self.open_session
            if opening is not None:
                self.kept_session = opening(self)
        return self.kept_session

    @property
    def application(self) -> Application:
        return self.owner.facade

    @property
    def settings(self) -> ManagedSettings:
        """What system.web says for this request's URL."""
        managed: ManagedSettings = self.native.settings.managed
        return managed

    @property
    def forms(self) -> Forms:
        return self.owner.forms_for(self)  # not kept: it refers back

    @property
    def scope(self) -> contextvars.Context:
        """Users' code runs in this copy: nothing it sets in a context variable reaches another request."""
        if self._scope is None:
            self._scope = self.owner.new_scope()
        return self._scope

    def enter_scope(self) -> contextvars.Context:
        """The context for the users' code that runs next; give it back with `leave_scope`.

        A flush inside users' code runs other users' code while the scope is entered, which Python allows once: it gets a copy.
        """
        if self._entered:
            return self.scope.copy()
        self._entered = True
        return self.scope

    def leave_scope(self, scope: contextvars.Context) -> None:
        if scope is self._scope:
            self._entered = False

    def call(self, method: Callable[..., Any], *arguments: Any) -> Any:
        """Call users' code in the request's scope."""
        if self.native.inside:
            return method(*arguments)
        if self._entered:
            return self.scope.copy().run(method, *arguments)
        self._entered = True
        scope = self._scope
        if scope is None:
            scope = self._scope = self.owner.new_scope()
        try:
            return scope.run(method, *arguments)
        finally:
            self._entered = False

    async def call_in_thread(self, method: Callable[..., Any], *arguments: Any) -> Any:
        """As `call`, on one of the pool's threads."""
        scope = self.enter_scope()
        try:
            return await self.native.application.threads.run(scope.run, method, *arguments)
        finally:
            self.leave_scope(scope)

    async def carry_on(self, answer: Awaitable[Any], name: str = "managed code") -> Any:
        """Await users' code: a coroutine becomes a task in the request's scope."""
        if not asyncio.iscoroutine(answer):
            return await answer
        scope = self.enter_scope()
        try:
            return await in_context(answer, scope, name)
        finally:
            self.leave_scope(scope)

    async def collect_body(self) -> None:
        """Have the whole body in `request.body`; it is closed with the request."""
        if self.request.body is None:
            if self.native.sequence.read_entity:
                await self.native.read_entity(0)  # takes nothing, and raises READ_ENTITY where the reading begins
            body = self.request.body = await self.native.request.body.collect()
            self.native.on_sent(lambda native: body.close())

    def clear_error(self) -> None:
        """Forget the error. In Integrated an error of an earlier stage is already reported (rt 5.5, 21)."""
        self.error = None
        self.native.error = None

    def complete_request(self) -> None:
        """Skip to the end of the pipeline; the stages that always run still do."""
        self.completed = True
        self.touched = True
        if self.integrated:
            self.native.completed = True

    def rewrite_path(self, url: str) -> None:
        """Carry on as if `url` (from the site's root, "~/" for the application's) had been asked for. raw_url stays."""
        path, mark, query = self.map_url(url).partition("?")
        self.request.path = path
        if mark:
            self.request.query_string = query
        self.request.physical_path = self.native.application.map_path(path)
        if self.integrated:
            request = self.native.own_request()
            request.path = path
            request.query_string = self.request.query_string
            self.native.physical_path = self.request.physical_path

    def map_url(self, url: str) -> str:
        return map_url(self.native.application.path, url)

    @property
    def current_notification(self) -> str:
        if not self.integrated:
            raise IntegratedModeRequired("current_notification")
        return _NOTIFICATION_NAMES.get(self.native.notification, "")

    @property
    def is_post_notification(self) -> bool:
        if not self.integrated:
            raise IntegratedModeRequired("is_post_notification")
        return self.native.is_post

    async def transfer_request(self, url: str) -> None:
        """Run `url` as a child request with a pipeline of its own; its response is this request's."""
        if not self.integrated:
            raise IntegratedModeRequired("transfer_request")
        await self.native.application.run_child(self.native, self.map_url(url))
        self.complete_request()


def map_url(application_path: str, url: str) -> str:
    """`url` from the site's root: "~/x" and "x" are the application's."""
    base = application_path.rstrip("/")
    if url.startswith("~"):
        return f"{base}/{url[1:].lstrip('/')}"
    return url if url.startswith("/") else f"{base}/{url}"
