"""Tells of the environment that it runs in."""

import importlib
import sys

import tiny_package


def there(name):
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True


def app(environ, start_response):
    found = [name for name in ("textual", "pytest", "flask", "model", "console") if there(name)]
    body = f"{sys.prefix} {tiny_package.WORD} {found}".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body]
