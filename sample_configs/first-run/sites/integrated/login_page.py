"""The login page: asks for name and password, signs in by forms authentication, and goes back to where the visitor wanted to go."""

from html import escape
from urllib.parse import parse_qs, quote

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Sign in</title><link rel="stylesheet" href="site.css"></head>
<body>
<main>
  <h1>Sign in</h1>
  <p>The members' area is behind forms authentication. The sample's member is <code>ada</code>, her password <code>lovelace</code>.</p>
  {message}
  <form method="post" action="login?ReturnUrl={return_url}">
    <label>Name <input name="user" autofocus autocomplete="username"></label>
    <label>Password <input name="password" type="password" autocomplete="current-password"></label>
    <button>Sign in</button>
  </form>
</main>
</body>
</html>
"""

LONGEST_FORM = 4096


class Login:
    async def process_request(self, context):
        query = parse_qs(context.request.query_string)
        return_url = local_path(first(query, "ReturnUrl"))
        if "signout" in context.request.query_string:
            context.forms.sign_out()
            context.response.redirect("index.html")
            return
        message = ""
        if context.request.method == "POST":
            form = parse_qs(await read_form(context.request))
            user = first(form, "user")
            if context.forms.authenticate(user, first(form, "password")):
                context.forms.sign_in(user)
                context.response.redirect(return_url or "index.html")
                return
            message = f'<p class="wrong">That is not the password of {escape(user) or "anybody"}.</p>'
        context.response.content_type = "text/html; charset=utf-8"
        context.response.write(PAGE.format(message=message, return_url=quote(return_url, safe="")))


async def read_form(request):
    body = b""
    while len(body) < LONGEST_FORM and (piece := await request.read(LONGEST_FORM)):
        body += piece
    return body[:LONGEST_FORM].decode("utf-8", "replace")


def first(fields, name):
    return fields.get(name, [""])[0]


def local_path(url):
    """The URL where it stays on this site, else nothing: a login page must not send its visitors elsewhere."""
    is_local = url.startswith("/") and url[1:2] not in ("/", "\\") and url.isprintable()
    return url if is_local else ""
