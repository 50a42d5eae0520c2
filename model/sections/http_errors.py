"""system.webServer/httpErrors: what is sent in place of an error.

Knows no files beyond a path to look for: `find` is handed in. compiler.py puts `settings` into a plan.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal

from pydantic import Field

from hwebcore import plan
from model.effective import EffectiveSection
from model.sections.section import OWN, Section
from model.source import Source

#: (prefix folder or "", path, where it was written) → the existing file, "" where there is none here.
Find = Callable[[str, str, Source | None], str]


class ErrorRow(Section):
    status_code: int = 0
    sub_status_code: int = -1
    prefix_language_file_path: str = ""
    path: str = ""
    response_mode: Literal["File", "ExecuteURL", "Redirect"] = "File"


class HttpErrors(Section):
    SECTION: ClassVar[str] = "system.webServer/httpErrors"

    error_mode: Literal["DetailedLocalOnly", "Custom", "Detailed"] = "DetailedLocalOnly"
    existing_response: Literal["Auto", "Replace", "PassThrough"] = "Auto"
    default_path: str = ""
    default_response_mode: Literal["File", "ExecuteURL", "Redirect"] = "File"
    rows: tuple[ErrorRow, ...] = Field((), alias=OWN)


def settings(section: EffectiveSection, find: Find) -> plan.HttpErrors:
    read = HttpErrors.from_effective(section)
    pages = []
    for row in read.rows:
        path = find(row.prefix_language_file_path, row.path, row.source) if row.response_mode == "File" else row.path
        if path:
            pages.append(plan.ErrorPage(row.status_code, row.sub_status_code, row.response_mode, path, row.source))
    return plan.HttpErrors(read.error_mode, read.existing_response, tuple(pages), read.source)
