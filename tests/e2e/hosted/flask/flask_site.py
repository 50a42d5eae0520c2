"""Flask as its own pages show it: signed sessions, url_for, uploads, streams, static files."""

import hashlib

from flask import Flask, redirect, request, session, stream_with_context, url_for

app = Flask(__name__)
app.secret_key = "for the tests"


@app.get("/")
def index():
    return f"flask {url_for('count')}"


@app.get("/count")
def count():
    session["n"] = session.get("n", 0) + 1
    return str(session["n"])


@app.get("/go")
def go():
    return redirect(url_for("count"))


@app.post("/upload")
def upload():
    data = request.files["f"].read()
    return f"{len(data)} {hashlib.sha256(data).hexdigest()}"


@app.get("/stream")
def stream():
    def pieces():
        for word in ("one", "two", "three"):
            yield f"{word} {request.script_root}{request.path} "

    return stream_with_context(pieces()), {"Content-Type": "text/plain"}


@app.get("/fails")
def fails():
    raise ValueError("flask \x1b[2J failed")
