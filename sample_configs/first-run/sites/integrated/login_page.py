"""The login page: asks for name and password, signs in by forms authentication, and goes back to where the visitor wanted to go."""

from html import escape
from urllib.parse import quote

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


class Login:
    def process_request(self, context):
        request, response = context.request, context.response
        return_url = local_path(request.query.get("ReturnUrl", ""))
        if request.query_string == "signout":
            context.forms.sign_out()
            response.redirect("index.html")
            return
        message = ""
        if request.method == "POST":
            user = request.form.get("user", "")
            if context.forms.authenticate(user, request.form.get("password", "")):
                context.forms.sign_in(user)
                response.redirect(return_url or "index.html")
                return
            message = f'<p class="wrong">That is not the password of {escape(user) or "anybody"}.</p>'
        response.content_type = "text/html; charset=utf-8"
        response.write(PAGE.format(message=message, return_url=quote(return_url, safe="")))


def local_path(url):
    """The URL where it stays on this site, else nothing: a login page must not send its visitors elsewhere."""
    is_local = url.startswith("/") and url[1:2] not in ("/", "\\") and url.isprintable()
    return url if is_local else ""
