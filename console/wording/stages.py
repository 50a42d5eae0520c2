"""What each stage of a request is for, one sentence each: IIS's notifications, ASP.NET's events and own steps. Data only.

Knows no trace. The waterfall says it of the selected step; what the stages are is DESIGN.md 6.
"""

from __future__ import annotations

_STAGES = {
    "BEGIN_REQUEST": "the request has come; what is to be refused at once is refused here",
    "AUTHENTICATE_REQUEST": "who asks? A module names the user",
    "AUTHORIZE_REQUEST": "may this user have this?",
    "RESOLVE_REQUEST_CACHE": "is there a kept answer that can be sent as it is?",
    "MAP_REQUEST_HANDLER": "which handler mapping answers this URL?",
    "ACQUIRE_REQUEST_STATE": "what is kept of this visitor, the session, is fetched",
    "PRE_EXECUTE_REQUEST_HANDLER": "the last moment before the handler runs",
    "EXECUTE_REQUEST_HANDLER": "the handler makes the answer",
    "RELEASE_REQUEST_STATE": "the session is put back",
    "UPDATE_REQUEST_CACHE": "the answer may be kept for the next who asks",
    "LOG_REQUEST": "for the logs; also for what was ended early",
    "END_REQUEST": "the request is over; this runs whatever came before",
    "SEND_RESPONSE": "the answer leaves, modules in reverse order: the last place where its headers can change",
    "READ_ENTITY": "a piece of the request's body is read",
    "MAP_PATH": "a URL becomes the path of a file",
    "ValidateRequest": "ASP.NET looks at the path's length and characters",
    "ValidatePath": "ASP.NET looks whether the path stays inside the application",
    "UrlMappings": "ASP.NET's own rewriting of addresses",
    "DefaultAuthentication": "who was named by no module is anonymous from here on",
    "MapHandler": "which of ASP.NET's handlers answers?",
    "CallHandler": "the managed handler makes the answer",
    "CallFilter": "what filters the answer has its place here",
    "PreSendRequestHeaders": "the answer's headers are about to leave",
    "PreSendRequestContent": "the answer's body is about to leave",
}
#: What the server itself does there, between the modules: the step "IIS Web Core".
_CORE = {
    "BEGIN_REQUEST": "not a module but the server itself: what may not be served at all ends here",
    "AUTHENTICATE_REQUEST": "not a module but the server itself: by now somebody must be named, if only the anonymous user; else 401.2",
    "MAP_REQUEST_HANDLER": "not a module but the server itself, twice: it finds the first row of <handlers> that fits, and looks whether that may "
    "be used (403), and what it needs exists (404)",
    "EXECUTE_REQUEST_HANDLER": "not a module but the server itself: the handler could not be made",
}
#: ASP.NET's events by the notifications that they are in Integrated mode.
_EVENTS = {
    "BeginRequest": "BEGIN_REQUEST", "AuthenticateRequest": "AUTHENTICATE_REQUEST", "AuthorizeRequest": "AUTHORIZE_REQUEST",
    "ResolveRequestCache": "RESOLVE_REQUEST_CACHE", "MapRequestHandler": "MAP_REQUEST_HANDLER", "AcquireRequestState": "ACQUIRE_REQUEST_STATE",
    "PreRequestHandlerExecute": "PRE_EXECUTE_REQUEST_HANDLER", "RequestHandlerExecute": "EXECUTE_REQUEST_HANDLER",
    "ReleaseRequestState": "RELEASE_REQUEST_STATE", "UpdateRequestCache": "UPDATE_REQUEST_CACHE", "LogRequest": "LOG_REQUEST",
    "EndRequest": "END_REQUEST",
}  # fmt: skip


def by_core(stage: str) -> str:
    return _CORE.get(stage, "not a module but the server itself")


def about(stage: str, post: bool = False) -> str:
    """ "" for a stage that is not known here. `post`: for those who wait until all of the stage have had their turn."""
    if post:
        return "all modules of the stage have had their turn"
    return _STAGES.get(_EVENTS.get(stage, stage), "")
