"""system.webServer/httpProtocol: headers added to every response, keep-alive.

Knows no responses. compiler.py puts `settings` into a plan; the console shows `HttpProtocol`.
"""

from __future__ import annotations

from typing import ClassVar

from hwebcore import plan
from model.effective import EffectiveSection
from model.sections.section import Section


class Header(Section):
    name: str = ""
    value: str = ""


class HttpProtocol(Section):
    SECTION: ClassVar[str] = "system.webServer/httpProtocol"

    allow_keep_alive: bool = True
    custom_headers: tuple[Header, ...] = ()
    redirect_headers: tuple[Header, ...] = ()


def settings(section: EffectiveSection) -> plan.HttpProtocol:
    read = HttpProtocol.from_effective(section)
    custom = tuple((header.name, header.value) for header in read.custom_headers if header.name)
    redirect = tuple((header.name, header.value) for header in read.redirect_headers if header.name)
    return plan.HttpProtocol(read.allow_keep_alive, custom, redirect, read.source)
