"""`poolhouse new DIR`: a configuration that runs: one pool, one site, a page and a handler in Python; or one around an existing folder,
whose Python application then answers everything (--run).

Knows the form of applicationHost.config only through the first-run sample, whose pools and sites it replaces.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import socket
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import quoteattr

from console.cli import samples
from console.cli.instance import FILE, WEB_CONFIGS
from console.cli.output import DONE, USAGE, Ended, as_json, words
from model.document import Document, Splice

_ISAPI = r"%windir%\Microsoft.NET\Framework64\v4.0.30319\aspnet_isapi.dll"
_CLASSIC = "classicMode,runtimeVersionv4.0,bitness64"
#: In migrated form: the pool's mode may be toggled.
_WEB_CONFIG = f"""<?xml version="1.0" encoding="UTF-8"?>
<configuration>
    <system.web>
        <httpHandlers>
            <add path="hello" verb="GET,HEAD" type="hello_page.Hello" />
        </httpHandlers>
    </system.web>
    <system.webServer>
        <validation validateIntegratedModeConfiguration="false" />
        <handlers>
            <add name="Hello-Integrated" path="hello" verb="GET,HEAD" type="hello_page.Hello" preCondition="integratedMode" />
            <add name="Hello-ISAPI" path="hello" verb="GET,HEAD" modules="IsapiModule" scriptProcessor="{_ISAPI}" preCondition="{_CLASSIC}" />
        </handlers>
    </system.webServer>
</configuration>
"""
CONTENT = {
    "web.config": _WEB_CONFIG,
    "hello_page.py": '''"""A managed handler. Save this file and the pool is recycled; no request is lost."""


class Hello:
    def process_request(self, context):
        context.response.content_type = "text/plain; charset=utf-8"
        context.response.write(f"Hello. You asked for {context.request.path}")
''',
    "index.html": """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>It runs</title></head>
<body><h1>It runs</h1><p><a href="hello">hello</a> is a handler in Python.</p></body>
</html>
""",
}


#: Rows of the sample → those that come behind them: who starts an application of their own may want WebSockets.
WEBSOCKETS = {
    r'<add name="ConfigurationValidationModule" image="%windir%\System32\inetsrv\validcfg.dll" />': (
        r'<add name="WebSocketModule" image="%windir%\System32\inetsrv\iiswsock.dll" />'
    ),
    '<add name="ConfigurationValidationModule" lockItem="true" />': '<add name="WebSocketModule" lockItem="true" />',
}


#: Beside an application, which answers all that is asked for, in either mode. `TYPE` is its type.
_HOSTING = f"""<?xml version="1.0" encoding="UTF-8"?>
<configuration>
    <!-- For a pool in Classic mode; there ASP.NET's list has the application. -->
    <system.web>
        <httpHandlers>
            <add path="*" verb="*" type=TYPE />
        </httpHandlers>
    </system.web>
    <system.webServer>
        <validation validateIntegratedModeConfiguration="false" />
        <handlers>
            <clear />
            <add name="Application-Integrated" path="*" verb="*" type=TYPE requireAccess="None" preCondition="integratedMode" />
            <add name="Application-ISAPI" path="*" verb="*" modules="IsapiModule" requireAccess="None"
                 scriptProcessor="{_ISAPI}" preCondition="{_CLASSIC}" />
        </handlers>
    </system.webServer>
</configuration>
"""
_TYPE = re.compile(r"(?:wsgi:|asgi:)?[^\W\d]\w*(?:\.[^\W\d]\w*)*:[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """`content`: the folder to serve, None for one of our own. `application`: what answers there; `environment`: its virtual environment."""

    port: int
    mode: str = "Integrated"
    content: Path | None = None
    application: str = ""
    environment: Path | None = None


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="a folder to make; it must not exist, or be empty")
    parser.add_argument("--from", dest="content", metavar="FOLDER", help="serve this folder (it keeps its web.config) instead of a new one")
    about = "with --from: this application of the folder answers everything; written into its web.config, which must not be there yet"
    parser.add_argument("--run", metavar="wsgi:MODULE:NAME", default="", help=f"{about} (or asgi:MODULE:NAME)")
    parser.add_argument("--venv", metavar="FOLDER", help="the virtual environment that the pool's workers run in")
    parser.add_argument("--listen", type=int, default=0, metavar="PORT", help="the site's port on 127.0.0.1; default: one that is free now")
    parser.add_argument("--mode", choices=("integrated", "classic"), default="integrated", help="the pool's pipeline mode")
    parser.add_argument("--json", action="store_true")


def run(options: argparse.Namespace) -> int:
    folder = Path(options.folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Ended(USAGE, f"{folder} exists and is not an empty folder: nothing was changed")
    content = Path(options.content) if options.content else None
    if content is not None and not content.is_dir():
        raise Ended(USAGE, f"--from {content}: there is no such folder")
    if not 0 <= options.listen < 65536:
        raise Ended(USAGE, "--listen: ports are numbers from 1 to 65535")
    environment = Path(options.venv).absolute() if options.venv else None
    if environment is not None and not (environment / "pyvenv.cfg").is_file():
        raise Ended(USAGE, f"--venv {options.venv}: that is no virtual environment (it has no pyvenv.cfg)")
    _refuse_application(options.run, content)
    wanted = Wanted(options.listen or _free_port(), options.mode.capitalize(), content, options.run, environment)
    config = make(folder, wanted)
    url = f"http://127.0.0.1:{wanted.port}/"
    if options.json:
        as_json({"config": str(config), "url": url})
    else:
        made = f"made {config}" + (f"\nmade {content / 'web.config'}" if content is not None and options.run else "")
        name = shlex.quote(str(folder))
        words(f"{made}\nopen it: poolhouse {name}\nor serve it: poolhouse serve {name}\nits site: {url}")
    return DONE


def _refuse_application(application: str, content: Path | None) -> None:
    if not application:
        return
    if not _TYPE.fullmatch(application):
        raise Ended(USAGE, f"--run {application}: the form is wsgi:package.module:name, or asgi:package.module:name")
    if content is None:
        raise Ended(USAGE, "--run needs --from FOLDER, where the application is")
    if any((content / name).exists() for name in WEB_CONFIGS):
        row = f'<add name="application" path="*" verb="*" type="{application}" requireAccess="None" preCondition="integratedMode" />'
        raise Ended(USAGE, f"{content} has a web.config, which is left alone. Without --run, and with this row in its <handlers>:\n{row}")


def make(folder: Path, wanted: Wanted) -> Path:
    """Write the configuration, and content where none is given. Returns its applicationHost.config."""
    folder.mkdir(parents=True, exist_ok=True)
    content = wanted.content
    if content is None:
        site = folder / "site"
        site.mkdir()
        for name, text in CONTENT.items():
            (site / name).write_text(text, "utf-8")
        physical_path = r"%POOLHOUSE_CONFIG%\site"
    else:
        physical_path = _seen_from(folder, content)
        if wanted.application:
            (content / WEB_CONFIGS[0]).write_text(_HOSTING.replace("TYPE", quoteattr(wanted.application)), "utf-8")
    config = folder / FILE
    config.write_bytes(_configuration(physical_path, wanted))
    return config


def _configuration(physical_path: str, wanted: Wanted) -> bytes:
    """The first-run sample's text with other pools, another site and no words about the sample."""
    document = Document.parse(Path(FILE), samples.text_of(samples.FIRST_RUN, FILE))
    host = document.root.find("system.applicationHost") if document.root else None
    pools = host.find("applicationPools") if host else None
    sites = host.find("sites") if host else None
    if pools is None or sites is None or document.root is None:
        raise ValueError("the first-run sample has lost its pools or sites")
    splices = [_without_introduction(document)]
    adds, defaults = pools.find_all("add"), pools.find("applicationPoolDefaults")
    if defaults is None or not adds:
        raise ValueError("the first-run sample has lost its pools")
    splices.append(Splice(adds[0].span[0], adds[-1].span[1], _pool(wanted)))
    site_elements = sites.find_all("site")
    splices.append(Splice(site_elements[0].span[0], site_elements[-1].span[1], _site(physical_path, wanted.port)))
    splices += [_added(document, row, more) for row, more in WEBSOCKETS.items()]
    return document.apply(splices).to_bytes()


def _added(document: Document, row: str, more: str) -> Splice:
    """`more` as a row of its own behind `row`."""
    start = document.text.index(row)
    indent = document.text[document.text.rindex("\n", 0, start) : start]
    return Splice(start + len(row), start + len(row), indent + more)


def _without_introduction(document: Document) -> Splice:
    start = document.text.index("<!--")
    end = document.text.index("-->", start) + len("-->\n")
    return Splice(start, end, "")


def _pool(wanted: Wanted) -> str:
    row = f'<add name="DefaultAppPool" managedPipelineMode="{wanted.mode}"'
    if wanted.environment is None:
        return f"{row} />"
    return f"""{row}>
                <environmentVariables>
                    <add name="VIRTUAL_ENV" value={quoteattr(str(wanted.environment))} />
                </environmentVariables>
            </add>"""


def _site(physical_path: str, port: int) -> str:
    return f"""<site name="Default Web Site" id="1" serverAutoStart="true">
                <application path="/" applicationPool="DefaultAppPool">
                    <virtualDirectory path="/" physicalPath={quoteattr(physical_path)} />
                </application>
                <bindings>
                    <binding protocol="http" bindingInformation="127.0.0.1:{port}:" />
                </bindings>
            </site>"""


def _seen_from(folder: Path, content: Path) -> str:
    """The content's path relative to the configuration, so that both may be moved together."""
    relative = os.path.relpath(content.resolve(), folder.resolve())
    return r"%POOLHOUSE_CONFIG%" + "\\" + relative.replace("/", "\\")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
