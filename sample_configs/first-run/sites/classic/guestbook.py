"""A WSGI application: a guest book in memory. Recycle the pool and it is empty again, as memory in a worker process is."""

from html import escape
from urllib.parse import parse_qs

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Guest book</title><link rel="stylesheet" href="site.css"></head>
<body>
<main>
  <h1>Guest book</h1>
  <p>A WSGI application in a worker process. {count}</p>
  <form method="post"><label>Write something <input name="words" maxlength="200" autofocus></label> <button>Sign</button></form>
  <ul>{entries}</ul>
</main>
</body>
</html>
"""

KEPT = 50
LONGEST_ENTRY = 200
LONGEST_FORM = 4096
entries = []


def application(environ, start_response):
    if environ["REQUEST_METHOD"] == "POST":
        length = min(int(environ.get("CONTENT_LENGTH") or 0), LONGEST_FORM)
        form = parse_qs(environ["wsgi.input"].read(length).decode("utf-8", "replace"))
        words = form.get("words", [""])[0].strip()[:LONGEST_ENTRY]
        if words:
            entries.append(f"{environ.get('REMOTE_USER') or 'A guest'}: {words}")
            del entries[:-KEPT]
        start_response("303 See Other", [("Location", "guestbook"), ("Content-Length", "0")])
        return [b""]
    count = {0: "Nobody has signed yet.", 1: "One entry."}.get(len(entries), f"{len(entries)} entries.")
    listed = "".join(f"<li>{escape(entry)}</li>" for entry in reversed(entries))
    body = PAGE.format(count=count, entries=listed).encode()
    start_response("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]
