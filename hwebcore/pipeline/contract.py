"""The protocol of the pipelines on one page: notifications, what a step answers, what a module and a handler are.

Knows no module, no handler and no HTTP; everything in modules/, managed/ and handlers/ is written against these names.
Look next at context.py (what a step is given) and sequence.py (how an ordered list is made of them).
"""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from hwebcore.frozen import frozen
from hwebcore.plan import Source

if TYPE_CHECKING:
    from hwebcore.pipeline.context import Context


class Notification(enum.IntFlag):
    """The RQ_ notifications of the native pipeline with IIS's bits (rt 3.1), in the order in which they happen."""

    BEGIN_REQUEST = 0x1
    AUTHENTICATE_REQUEST = 0x2
    AUTHORIZE_REQUEST = 0x4
    RESOLVE_REQUEST_CACHE = 0x8
    MAP_REQUEST_HANDLER = 0x10
    ACQUIRE_REQUEST_STATE = 0x20
    PRE_EXECUTE_REQUEST_HANDLER = 0x40
    EXECUTE_REQUEST_HANDLER = 0x80
    RELEASE_REQUEST_STATE = 0x100
    UPDATE_REQUEST_CACHE = 0x200
    LOG_REQUEST = 0x400
    END_REQUEST = 0x800
    #: Not part of the order: raised at the first flush, modules in reversed order.
    SEND_RESPONSE = 0x20000000
    #: Not part of the order: raised where a module or handler reads the body, or maps a path.
    READ_ENTITY = 0x40000000
    MAP_PATH = 0x80000000


class Priority(enum.IntEnum):
    """Within a notification modules run by priority, then by configured order; both reversed for SEND_RESPONSE (rt 3.4)."""

    FIRST = 0
    HIGH = 1
    MEDIUM = 2
    LOW = 3
    LAST = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step did beyond continuing, for the trace. Build constant ones once, when the module is made.

    `user`: name of the principal that this step set ("" for anonymous, None where it set none).
    """

    result: Literal["CONTINUE", "FINISH_REQUEST", "ERROR"] = "CONTINUE"
    reason: str | None = None
    source: Source | None = None
    user: str | None = None
    status: int | None = None
    substatus: int | None = None


#: The request is done: skip to LOG_REQUEST. For EXECUTE_REQUEST_HANDLER it means: handled, ask no further module of the row.
FINISH = Outcome("FINISH_REQUEST")

#: None: continue, nothing to tell (the fast path).
StepResult = Outcome | Awaitable["Outcome | None"] | None
Step = Callable[["Context"], StepResult]


class HttpFault(Exception):
    """Ends the request with this status instead of 500: the only exception that steps raise on purpose."""

    def __init__(self, status: int, substatus: int = 0, reason: str = "", source: Source | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.substatus = substatus
        self.reason = reason
        self.source = source


#: What users' code may raise and harm its own request alone: `sys.exit()` in a page ends no worker. Cancelling is not among these.
USERS_FAILURE = (Exception, SystemExit, KeyboardInterrupt, GeneratorExit)


class Need(enum.Enum):
    """When a step that says so has anything to do."""

    #: The request has a Cookie header.
    COOKIE = enum.auto()
    #: The request has no user yet.
    USER = enum.auto()
    #: The request has a user already.
    HAS_USER = enum.auto()
    #: Request filtering has not let this very request pass before.
    UNFILTERED = enum.auto()
    #: The path is another than the one that was mapped last.
    REWRITTEN = enum.auto()
    #: The handler is another than the one that the sequence was made for.
    OTHER_HANDLER = enum.auto()
    #: The status is 400 or above.
    FAILED = enum.auto()
    #: The request has a session, and it was not taken back.
    SESSION = enum.auto()
    #: The status is 401.
    UNAUTHORIZED = enum.auto()
    #: The request has an Accept-Encoding header.
    ENCODING = enum.auto()
    #: The request has an Upgrade header.
    UPGRADE = enum.auto()


@frozen
class Subscription:
    """`post`: the notification's post-notification.

    `needs`: the step has something to do only where one of these holds; elsewhere it would answer `idle` and change nothing but what it
    `leaves` (an attribute of the context, and its value), and may be left out. None: it is always called.
    `logged`: every request that it stands in gets a line in its site's log.
    `offers`: a name and what others find under it (Context.offered) once a request has passed the step, called or left out, until it
    has passed the module's step in RELEASE_REQUEST_STATE.
    """

    notification: Notification
    step: Step
    priority: Priority = Priority.MEDIUM
    post: bool = False
    needs: tuple[Need, ...] | None = None
    idle: Outcome | None = None
    leaves: tuple[str, Any] | None = None
    logged: bool = False
    offers: tuple[str, Any] | None = None


class PipelineModule(Protocol):
    """A native module, made once per ScopeSettings: `Module(settings: ScopeSettings, host: Host)`.

    Each step is a plain function of one argument; it must not block. An exception in it is 500.0 and ends the request.
    """

    def subscriptions(self) -> tuple[Subscription, ...]: ...


class RequestHandler(Protocol):
    """What executes a request: `Handler(mapping: HandlerMapping, settings: ScopeSettings, host: Host)`, made once per row.

    `execute` answers None where it does not handle the request (the row's next module is asked), FINISH or an Outcome with
    result FINISH_REQUEST where it did. A class may name the sections that it `reads`: a fault in one is 500.19 where it would execute.
    """

    def execute(self, context: Context) -> StepResult: ...


@frozen
class NestedStep:
    """A step that runs inside a handler's EXECUTE_REQUEST_HANDLER (Classic's managed pipeline): names as in DESIGN.md 8.

    A handler with such steps has `nested_steps() -> tuple[NestedStep, ...]` and, for what does not run there,
    `nested_skipped() -> tuple[Skipped, ...]`. Their indexes start at `context.sequence.nested_start`.
    """

    notification: str
    post: bool
    module: str
    kind: Literal["native", "managed", "core"]
    pipeline: Literal["iis", "aspnet"] = "aspnet"
    source: Source | None = None


@frozen
class Skipped:
    """A module that takes no part, and why. `notification` None: in none."""

    module: str
    cause: Literal["precondition", "no_subscription", "completed_early", "mode", "not_executed_here"]
    reason: str
    source: Source | None = None
    pipeline: Literal["iis", "aspnet"] = "iis"
    notification: str | None = None


#: Method name of a managed module → (ASP.NET's event without "Post", post, notification it rides on in Integrated mode).
MANAGED_EVENTS: Mapping[str, tuple[str, bool, Notification]] = {
    "begin_request": ("BeginRequest", False, Notification.BEGIN_REQUEST),
    "authenticate_request": ("AuthenticateRequest", False, Notification.AUTHENTICATE_REQUEST),
    "post_authenticate_request": ("AuthenticateRequest", True, Notification.AUTHENTICATE_REQUEST),
    "authorize_request": ("AuthorizeRequest", False, Notification.AUTHORIZE_REQUEST),
    "post_authorize_request": ("AuthorizeRequest", True, Notification.AUTHORIZE_REQUEST),
    "resolve_request_cache": ("ResolveRequestCache", False, Notification.RESOLVE_REQUEST_CACHE),
    "post_resolve_request_cache": ("ResolveRequestCache", True, Notification.RESOLVE_REQUEST_CACHE),
    "map_request_handler": ("MapRequestHandler", False, Notification.MAP_REQUEST_HANDLER),
    "post_map_request_handler": ("MapRequestHandler", True, Notification.MAP_REQUEST_HANDLER),
    "acquire_request_state": ("AcquireRequestState", False, Notification.ACQUIRE_REQUEST_STATE),
    "post_acquire_request_state": ("AcquireRequestState", True, Notification.ACQUIRE_REQUEST_STATE),
    "pre_request_handler_execute": ("PreRequestHandlerExecute", False, Notification.PRE_EXECUTE_REQUEST_HANDLER),
    "post_request_handler_execute": ("RequestHandlerExecute", True, Notification.EXECUTE_REQUEST_HANDLER),
    "release_request_state": ("ReleaseRequestState", False, Notification.RELEASE_REQUEST_STATE),
    "post_release_request_state": ("ReleaseRequestState", True, Notification.RELEASE_REQUEST_STATE),
    "update_request_cache": ("UpdateRequestCache", False, Notification.UPDATE_REQUEST_CACHE),
    "post_update_request_cache": ("UpdateRequestCache", True, Notification.UPDATE_REQUEST_CACHE),
    "log_request": ("LogRequest", False, Notification.LOG_REQUEST),
    "post_log_request": ("LogRequest", True, Notification.LOG_REQUEST),
    "end_request": ("EndRequest", False, Notification.END_REQUEST),
    "pre_send_request_headers": ("PreSendRequestHeaders", False, Notification.SEND_RESPONSE),
}
#: What fails the application's start in Classic (rt 5.2).
INTEGRATED_ONLY_EVENTS = ("map_request_handler", "log_request", "post_log_request")
