"""Whether there is something at a path that somebody wrote. Whatever is written, the answer is yes or no, never an exception.

pathlib's own questions raise where a name is too long or a folder may not be entered: such a path would end a console.
"""

from __future__ import annotations

import os
from pathlib import Path


def is_there(path: Path) -> bool:
    return os.path.exists(path)  # noqa: PTH110  (see above)


def is_folder(path: Path | str) -> bool:
    return os.path.isdir(path)  # noqa: PTH112  (see above)


def is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113  (see above)
