"""What this machine calls itself: the name of the server in tree, address bar and messages.

Knows nothing else.
"""

from __future__ import annotations

import socket


def host_name() -> str:
    return socket.gethostname().split(".")[0] or "localhost"
