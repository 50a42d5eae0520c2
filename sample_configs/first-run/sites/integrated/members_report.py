"""A managed page for members: says who the visitor is, and counts the visits in the session."""

from html import escape

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Members' report</title><link rel="stylesheet" href="../site.css"></head>
<body>
<main>
  <h1>Members' report</h1>
  <dl>
    <dt>User</dt><dd>{user}</dd>
    <dt>Signed in by</dt><dd>{auth_type}</dd>
    <dt>LOGON_USER, as the server knows it</dt><dd>{logon_user}</dd>
    <dt>Visits in this session</dt><dd>{visits}</dd>
  </dl>
  <p><img src="photo.png" alt="A house by a pool at dusk" width="320" height="200"></p>
  <p><a href="../login?signout">Sign out</a> · <a href="../index.html">Home</a></p>
</main>
</body>
</html>
"""


class Report:
    def process_request(self, context):
        visits = 0
        if context.session is not None:
            visits = context.session.get("visits", 0) + 1
            context.session["visits"] = visits
        user = context.user
        context.response.content_type = "text/html; charset=utf-8"
        context.response.write(
            PAGE.format(
                user=escape(user.name or "nobody") if user else "nobody",
                auth_type=escape(user.auth_type or "nothing") if user else "nothing",
                logon_user=escape(context.request.server_variables.get("LOGON_USER", "") or "nobody"),
                visits=visits,
            )
        )
