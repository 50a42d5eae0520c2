"""system.webServer/applicationInitialization: the pages that are asked for before an application's worker takes visitors.

Knows no worker: compiler.py puts the pages into the application's plan, hwebcore/worker/warm_up.py asks for them.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from model.sections.section import OWN, Section


class InitializationPage(Section):
    initialization_page: str = ""
    host_name: str = ""


class ApplicationInitialization(Section):
    SECTION: ClassVar[str] = "system.webServer/applicationInitialization"

    #: Shown or run while an application warms up in IIS: not executed here, a worker takes nobody before it is warm.
    remap_managed_requests_to: str = ""
    skip_managed_modules: bool = False
    do_app_init_after_restart: bool = False
    pages: tuple[InitializationPage, ...] = Field((), alias=OWN)


def warm_up_pages(section: ApplicationInitialization, application: str) -> tuple[tuple[str, str], ...]:
    """The pages as URLs of the site, each with its host name or "": written relative to the application, whose URL path is `application`."""
    top = application.rstrip("/")
    return tuple((f"{top}/{page.initialization_page.lstrip('/')}", page.host_name.lower()) for page in section.pages)
