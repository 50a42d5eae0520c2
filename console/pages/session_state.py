"""Session State: what managed code remembers of a user between two requests.

Knows no widget, file or process; the fields are the schema's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from console.entry_faults import Given
from console.property_page import FormPage, Group
from console.ways import Way

SECTION = "system.web/sessionState"
_WORDS = {
    "mode": "Session state mode", "cookieless": "Mode", "cookieName": "Name", "timeout": "Time-out (in minutes)",
    "useHostingIdentity": "Use hosting identity for impersonation", "stateConnectionString": "State server: connection string",
    "sqlConnectionString": "SQL Server: connection string", "stateNetworkTimeout": "State server: time-out (in seconds)",
    "sqlCommandTimeout": "SQL Server: time-out (in seconds)", "customProvider": "Custom: provider",
    "regenerateExpiredSessionId": "Regenerate expired session ID",
}  # fmt: skip


def _way(view: object) -> Way:
    return Way(SECTION)


#: What only one mode asks.
_OF_MODE = {
    "StateServer": ("sessionState/stateConnectionString", "sessionState/stateNetworkTimeout"),
    "SQLServer": ("sessionState/sqlConnectionString", "sessionState/sqlCommandTimeout"),
    "Custom": ("sessionState/customProvider",),
}  # fmt: skip


def _faults(given: Given) -> Mapping[str, str]:
    mode = given["sessionState/mode"]
    needed = "Which of <providers>? This mode has no store of its own." if mode == "Custom" else "This mode needs its connection string."
    return {name: needed for name in _OF_MODE.get(mode, ())[:1] if not given[name]}


def _disabled(given: Given) -> Collection[str]:
    return [name for mode, names in _OF_MODE.items() if given["sessionState/mode"] != mode for name in names]


PAGE = FormPage(
    "session_state", "Session State", "What managed code remembers of a user. This server keeps it in the worker's memory (InProc).",
    (Group("Session State Mode Settings", _way,
           ("mode", "stateConnectionString", "stateNetworkTimeout", "sqlConnectionString", "sqlCommandTimeout", "customProvider"), words=_WORDS,
           hints={"customProvider": "A name of <providers>, which the Configuration Editor lists"}),
     Group("Cookie Settings", _way, ("cookieless", "cookieName", "timeout", "cookieSameSite", "regenerateExpiredSessionId"), words=_WORDS),
     Group("Other", _way, ("useHostingIdentity",), words=_WORDS)),
    SECTION, _faults, _disabled,
)  # fmt: skip
