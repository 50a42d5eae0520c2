"""The pages of applicationInitialization as URLs of the site."""

from pathlib import Path

from model.config_path import ConfigPath
from model.sections.application_initialization import ApplicationInitialization, warm_up_pages
from tests.support.meaning import hierarchy, server, web


def test_pages_are_relative_to_their_application(tmp_path: Path) -> None:
    inner = """<system.webServer><applicationInitialization doAppInitAfterRestart="true">
<add initializationPage="/warm.aspx?x=1" hostName="Shop.Example" /><add initializationPage="later" /></applicationInitialization></system.webServer>"""
    section = ApplicationInitialization.of(hierarchy(tmp_path, server(), {"s/web.config": web(inner)}), ConfigPath("S"))
    assert section.do_app_init_after_restart
    assert warm_up_pages(section, "/app") == (("/app/warm.aspx?x=1", "shop.example"), ("/app/later", ""))
    assert warm_up_pages(section, "/")[1] == ("/later", "")
