"""A WSGI application by the letter of PEP 3333, without a framework."""

import hashlib
import json
import os
import pathlib
import time

HERE = pathlib.Path(__file__).parent
state = {"given": 0, "closed": 0}


class Many:
    """Blocks that are made one by one; `close` is called whatever happens."""

    def __init__(self, count):
        self.count = count

    def __iter__(self):
        for _ in range(self.count):
            state["given"] += 1
            yield b"x" * 65536

    def close(self):
        state["closed"] += 1


def app(environ, start_response):
    path, body = environ["PATH_INFO"], b""
    if path == "/stream":
        state["given"] = 0
        start_response("200 OK", [("Content-Type", "application/octet-stream")])
        return Many(int(environ["QUERY_STRING"]))
    if path == "/upload":
        digest, size = hashlib.sha256(), 0
        while piece := environ["wsgi.input"].read(65536):
            digest.update(piece)
            size += len(piece)
        body = f"{size} {digest.hexdigest()}".encode()
    elif path == "/state":
        body = json.dumps(state).encode()
    elif path == "/print":
        print("printed \x1b[31mred\x1b[0m \u202e")
        environ["wsgi.errors"].write("told \x1b]0;title\x07\n")
    elif path == "/wait":
        with (HERE / "inside").open("a") as inside:
            inside.write(".")
        while not (HERE / "go").exists():
            time.sleep(0.01)
    elif path == "/die":
        os._exit(7)
    elif path == "/":
        body = f"plain {environ['SCRIPT_NAME']}".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
