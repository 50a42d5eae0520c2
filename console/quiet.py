"""Why no request has come yet, and what would bring one: for Live Requests while it is empty. Sentences, no Textual.

Knows the session's snapshot, no widget and no port. What is wrong with a site is the service's word.
"""

from __future__ import annotations

from console.addresses import told_addresses
from console.session import Session

#: Addresses, and sites with a problem, that are named.
MOST = 6
_NONE = "No request can come"


def why_quiet(session: Session) -> tuple[str, ...]:
    """The first sentence says it; the others what to do."""
    if not session.running:
        return _not_running(session)
    sites = session.snapshot.get("sites") or ()
    shut = [site for site in sites if site.get("problem")]
    started = [site for site in sites if site.get("state") == "Started"]
    told = tuple(f"{site.get('name')}: {site.get('problem')}" for site in shut[:MOST])
    more = (f"and {len(shut) - MOST} more sites",) if len(shut) > MOST else ()
    if started:
        urls = [address for site in started for kind in told_addresses(site) for address in kind]
        return ("No request yet. Open a site's address, or play the tour (ctrl+p).", *urls[:MOST], *told, *more)
    if shut:
        why, _, helps = str(shut[0].get("problem")).partition(": ")
        rest = (*told[1:], *more)
        return (
            f"{_sentence(why)}.",
            f"{_NONE}. {_sentence(helps)}".strip(),
            *rest,
            "Another port without an edit: Map Ports… (ctrl+p). Bindings… of the site edits it.",
        )
    if session.stopped:
        return (f"{_NONE}: the server is stopped.", "Start in the Alerts (a) runs again what ran.")
    return (f"{_NONE}: {'no site is started. S on a site starts it.' if sites else 'there is no site. + on Sites adds one.'}",)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _not_running(session: Session) -> tuple[str, ...]:
    if session.coming:
        return ("The service is starting…",)
    if session.client is not None:
        return (f"{_NONE}: opened, not running.", "Start stands in the Alerts (a).")
    if session.unserved is not None:
        began = "the service has gone" if session.lost_service else "the service did not start"
        return (f"{_NONE}: {began}.", *session.unserved.text.splitlines(), "The Alerts (a) start it again.")
    if session.lost_service:
        return (f"{_NONE}: the service has gone.", "The Alerts (a) start it again.")
    return (f"{_NONE}: no service runs, only the files are edited.",)
