"""The deed behind Browse: a browser opens the address, or it is copied where there is none.

Knows no widget but the Desk; which program that is, is console/browsing.py's.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess

from textual.app import SuspendNotSupported

from console.browsing import browser
from console.screens.desk import Desk


async def browse(desk: Desk, url: str) -> None:
    found = browser(url)
    if found is None:
        desk.copy(url)
        desk.say("There is no browser here: the address is copied. $BROWSER names one.")
        return
    try:
        if found.in_terminal:
            with desk.console.suspend():
                subprocess.run(found.words, check=False)
        elif shutil.which(found.words[0]) is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        else:  # what it prints has no place on this screen; a shell that ends at once leaves nobody to wait for
            quiet = subprocess.DEVNULL
            subprocess.run(
                ["/bin/sh", "-c", '"$@" &', "sh", *found.words], check=False, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
            )
            desk.say(f"{url} is opened.")
    except SuspendNotSupported:
        desk.copy(url)
        desk.say("This terminal cannot be lent: the address is copied.", "warning")
    except OSError as error:
        desk.copy(url)
        desk.say(f"{found.words[0]} cannot be started: {error.strerror}. The address is copied; $BROWSER names another program.", "error")
