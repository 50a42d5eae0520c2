"""The pages of errors: a full one for whoever administers the server, one line for everybody else. Our own words and look.

Knows no request: it is given what to show. Everything shown is foreign text and goes through markup.escape.
Look next at modules/custom_error.py, which decides who gets which.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from http import HTTPStatus

from hwebcore.markup import escape

#: (status, substatus) → (what happened, what may be done about it). Substatus -1 speaks for all that are not listed.
_KNOWN: dict[tuple[int, int], tuple[str, str]] = {
    (400, -1): ("The request is not one that can be answered.", "Look at the request's line, headers and body."),
    (401, 1): ("The sign-in failed.", "Check the name and the password, and that the account exists on this server."),
    (401, 2): ("Nobody is signed in who may see this.", "Check which kinds of authentication are on for this URL, and its authorization rules."),
    (401, 3): ("The content's own permissions do not let this request read it.", "Give the application pool's account the right to read it."),
    (401, -1): ("This URL asks for a sign-in.", "Check authentication and authorization of this URL."),
    (403, 1): ("Scripts and programs may not run here.", "Add Script (or Execute) to the access policy of the handlers."),
    (403, 2): ("Reading is not allowed here.", "Add Read to the access policy of the handlers."),
    (403, 4): ("This URL is served over TLS only.", "Ask for it with https."),
    (403, 6): ("This address is not let in here.", "Look at the entries of IP Address and Domain Restrictions."),
    (403, 14): ("This folder has no default document, and its contents may not be listed.", "Add a default document, or enable directory browsing."),
    (403, 18): ("The page to run belongs to another application pool.", "Use a page of the same pool, or move the application."),
    (403, -1): ("The server refuses this request.", "Look at the rule named below."),
    (404, 0): ("Nothing is there under this address.", "Compare the address with the folder: names must match exactly, in upper and lower case."),
    (404, 2): ("The program that would answer is not on the list of allowed ISAPI and CGI programs.", "Allow it in ISAPI and CGI Restrictions."),
    (404, 3): ("The file's extension has no MIME type, so the file is not served.", "Add a MIME type for it, if it is meant to be public."),
    (404, 4): ("No handler mapping takes this address.", "Add a handler mapping for it."),
    (404, 5): ("The address holds a sequence that request filtering denies.", "Look at the denied URL sequences."),
    (404, 6): ("Request filtering denies this verb.", "Look at the HTTP verbs of request filtering."),
    (404, 7): ("Request filtering denies this file extension.", "Look at the file name extensions of request filtering."),
    (404, 8): ("The address leads through a hidden segment.", "Rename the folder, or take the segment out of the hidden ones."),
    (404, 11): ("The address is escaped twice.", "Write it plainly, or allow double escaping if the application decodes only once."),
    (404, 12): ("The address holds characters above ASCII.", "Write it in ASCII, or allow high-bit characters."),
    (404, 14): ("The address is longer than the limit.", "Shorten it, or raise maxUrl of the request limits."),
    (404, 15): ("The query string is longer than the limit.", "Shorten it, or raise maxQueryString of the request limits."),
    (404, 18): ("The query string holds a sequence that request filtering denies.", "Look at the denied query string sequences."),
    (404, 20): ("The address has more segments than the limit.", "Shorten it, or raise maxUrlSegments of the site."),
    (404, -1): ("Nothing is served under this address.", "Look at the rule named below."),
    (405, -1): ("What answers this address does not take this verb.", "Use one of the verbs of the Allow header, or map a handler for the verb."),
    (406, -1): ("There is no form of this that the client accepts.", "Look at the request's Accept header."),
    (412, -1): ("A condition of the request does not hold.", "Ask without the condition."),
    (413, 1): ("The body is larger than the limit of request filtering.", "Send less, or raise maxAllowedContentLength of the request limits."),
    (413, -1): ("The body is too large.", "Send less."),
    (416, -1): ("None of the bytes asked for exist, or they are asked for more than once.", "Ask for a range within the file."),
    (431, -1): ("A header is longer than its limit.", "Shorten it, or raise its size limit in the request limits."),
    (500, 19): ("The configuration of this address cannot be used.", "Correct the line named below; the rest of the server goes on."),
    (500, 21): (
        "The handler names a module that cannot run here.",
        "Check the handler's module list, the modules of the application, and its pool.",
    ),
    (500, 22): ("The application configures modules for Classic mode, and its pool is Integrated.", ""),
    (500, 23): ("The application configures handlers for Classic mode, and its pool is Integrated.", ""),
    (500, 24): ("The application impersonates its users, and its pool is Integrated.", ""),
    (500, -1): ("The application or a module failed.", "The reason is below, and in the application pool's log."),
    (501, -1): ("The server does not do what the request asks for.", "Use another verb."),
    (502, -1): ("What should have answered gave no usable answer.", "Look at the program behind this address."),
    (503, -1): ("The service cannot answer now.", "Look at the state of the application pool."),
}
#: The three ways out of settings that Integrated mode does not take (cfg 6.1).
_MIGRATION_WAYS = (
    "Migrate: copy these settings into system.webServer, beside the old ones. Then the application runs in either mode.",
    "If they may be ignored in Integrated mode: set validateIntegratedModeConfiguration to false in system.webServer/validation.",
    "Or let the application run in a pool whose managed pipeline mode is Classic.",
)
_ERROR_CODES = {
    (404, 0): "0x80070002",
    (401, 2): "0x80070005",
    (401, 3): "0x80070005",
    (403, 1): "0x80070005",
    (403, 2): "0x80070005",
    (500, 21): "0x8007000d",
    (500, 22): "0x80070032",
    (500, 23): "0x80070032",
    (500, 24): "0x80070032",
}
_LINES = {
    401: "You are not allowed to see this page.",
    403: "You are not allowed to see this page.",
    404: "This page does not exist.",
    405: "This page cannot be asked for in this way.",
    406: "This page has no form that your program accepts.",
    412: "The page is not in the state that your program expected.",
    500: "Something went wrong on the server.",
    501: "The server cannot do this.",
    502: "The server got no usable answer from the program behind it.",
    503: "The server cannot answer now.",
}
_STYLE = (
    "body{font:15px/1.55 system-ui,sans-serif;margin:0;color:#1c2733;background:#f6f8fa}header{background:#7a1f2b;color:#fff;padding:1.2rem 2rem}"
    "h1{margin:0;font-size:1.5rem}header p{margin:.3rem 0 0}main{padding:1.5rem 2rem;max-width:70rem}h2{font-size:1rem;margin:1.4rem 0 .4rem}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.5rem;margin:0}dt{color:#5a6875}dd{margin:0;overflow-wrap:anywhere}"
    "code,pre{font:13px/1.5 ui-monospace,monospace}pre{background:#fff;border:1px solid #d5dce3;padding:.8rem;overflow:auto}"
    "footer{color:#5a6875;padding:0 2rem 2rem}"
)
#: No script, no request, no frame: what the page shows came from a stranger.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def error_code(status: int, substatus: int) -> str:
    """The HRESULT that IIS gives with a status, "" where it has none of note."""
    return _ERROR_CODES.get((status, substatus), "")


def one_line(status: int) -> bytes:
    """What everybody else reads: not a word about the server, its files or its rules."""
    text = _LINES.get(status) or ("The request could not be answered." if status < 500 else _LINES[500])
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{status}</title><p>{text}</p></html>\n'.encode()


def detailed(status: int, substatus: int, facts: Sequence[tuple[str, object]], source: str = "", excerpt: str = "") -> bytes:
    """The full page. `facts`: label and value, empty values are left out; `source`: the configuration line that decided."""
    what, remedy = _KNOWN.get((status, substatus)) or _KNOWN.get((status, -1)) or ("The request failed.", "")
    if status == 500 and substatus in (22, 23, 24):
        ways = "".join(f"<li>{escape(way)}</li>" for way in _MIGRATION_WAYS)
        todo = f"<ol>{ways}</ol>"
    else:
        todo = f"<p>{escape(remedy)}</p>" if remedy else ""
    rows = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in facts if value not in ("", None))
    number = f"{status}.{substatus}"
    where = f"<h2>Decided by</h2><p><code>{escape(source)}</code></p>" if source else ""
    shown = "\n".join(escape(line) for line in excerpt.split("\n"))
    lines = f"<pre>{shown}</pre>" if excerpt else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{number} {escape(phrase(status))}</title><style>{_STYLE}</style></head>'
        f"<body><header><h1>{number} {escape(phrase(status))}</h1><p>{escape(what)}</p></header><main>"
        f"{'<h2>What may be done</h2>' if todo else ''}{todo}{where}{lines}<h2>The request</h2><dl>{rows}</dl></main>"
        "<footer>This page is for whoever looks after the server; strangers read one line.</footer></body></html>\n"
    ).encode()
