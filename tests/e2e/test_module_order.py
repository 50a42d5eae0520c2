"""Story: a genuine configuration file decides the order of modules, in every stage, as its own server was seen to run them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.configurations import sample_folder
from tests.support.program_driver import Program
from tests.support.trace_story import Traced, trace

FILE = "iis-express.applicationHost.config"
#: What IIS Express 10 was observed to run for a managed page (the reference's 4.3), as far as this server has the module.
#: FormsAuthentication, which that page's site did not use, stands where the file's <modules> puts it.
OBSERVED: dict[tuple[str, bool], list[str]] = {
    ("BEGIN_REQUEST", False): ["RequestFilteringModule", "ConfigurationValidationModule", "WebSocketModule"],
    ("AUTHENTICATE_REQUEST", False): ["FormsAuthentication", "AnonymousAuthenticationModule"],
    ("AUTHENTICATE_REQUEST", True): ["DefaultAuthentication"],
    ("AUTHORIZE_REQUEST", False): ["UrlAuthorizationModule", "UrlAuthorization"],
    ("MAP_REQUEST_HANDLER", False): ["StaticCompressionModule"],
    ("ACQUIRE_REQUEST_STATE", False): ["Session"],
    ("EXECUTE_REQUEST_HANDLER", False): ["ManagedPipelineHandler"],
    ("RELEASE_REQUEST_STATE", False): ["Session"],
    ("END_REQUEST", False): ["Session", "FormsAuthentication"],
    ("SEND_RESPONSE", False): ["WebSocketModule", "ProtocolSupportModule", "HttpLoggingModule", "CustomErrorModule"],
}
PAGE = "class Page:\n    def process_request(self, context):\n        context.response.write('a page')\n"
WEB_CONFIG = """<configuration>
  <system.web><authentication mode="Forms" /></system.web>
  <system.webServer>
    <validation validateIntegratedModeConfiguration="false" />
    <handlers><add name="Page" path="page" verb="GET" type="page.Page" preCondition="integratedMode" /></handlers>
  </system.webServer>
</configuration>
"""


@pytest.fixture
def express(tmp_path: Path) -> Program:
    """The genuine file with a site of the test's own: of modules and handlers nothing is touched."""
    genuine = sample_folder() / FILE
    if not genuine.is_file():
        pytest.skip(f"no {FILE}: set POOLHOUSE_SAMPLES to a folder that holds it")
    content, source = tmp_path / "content", tmp_path / "source"
    content.mkdir()
    source.mkdir()
    (content / "page.py").write_text(PAGE)
    (content / "web.config").write_text(WEB_CONFIG)
    bindings = '<bindings><binding protocol="http" bindingInformation="127.0.0.1:17085:localhost" /></bindings>'
    text = re.sub(r"<bindings>.*?</bindings>", bindings, genuine.read_text("utf-8-sig"), count=1, flags=re.DOTALL)
    text = text.replace(r"..\..\src\NuGetGallery", str(content)).replace(r"%IIS_USER_HOME%\Logs", str(tmp_path / "logs"))
    (source / "applicationHost.config").write_text(text, "utf-8")
    return Program(tmp_path / "world", str(source), ports={17085: "site"})


def test_modules_run_in_the_order_that_was_observed(express: Program) -> None:
    with express.serving():
        traced = trace(express, f"http://localhost:{express.ports['site']}/page")
    assert traced.status == 200
    assert _stages(traced) == OBSERVED


def _stages(traced: Traced) -> dict[tuple[str, bool], list[str]]:
    found: dict[tuple[str, bool], list[str]] = {}
    for event in traced.events:
        if event["kind"] != "core":
            found.setdefault((event["notification"], event["post"]), []).append(event["module"])
    return found
