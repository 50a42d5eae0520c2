"""Programs from outside that a test talks to: without one its test is skipped by name, and fails where CI=true says that all are there."""

from __future__ import annotations

import os
import shutil

import pytest


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(program) and os.environ.get("CI") != "true", reason=f"{program} is not here")
