"""`poolhouse new DIR`: a configuration that runs: one pool, one site, a page and a handler in Python; or one around an existing folder.

Knows the form of applicationHost.config only through the first-run sample, whose pools and sites it replaces.
"""

from __future__ import annotations

import argparse
import os
import socket
from pathlib import Path
from xml.sax.saxutils import quoteattr

from console.cli import samples
from console.cli.instance import FILE
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


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="a folder to make; it must not exist, or be empty")
    parser.add_argument("--from", dest="content", metavar="FOLDER", help="serve this folder (it keeps its web.config) instead of a new one")
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
    port = options.listen or _free_port()
    config = make(folder, content, port, options.mode.capitalize())
    if options.json:
        as_json({"config": str(config), "url": f"http://127.0.0.1:{port}/"})
    else:
        words(f"made {config}\nopen it: poolhouse {folder}\nits site: http://127.0.0.1:{port}/")
    return DONE


def make(folder: Path, content: Path | None, port: int, mode: str) -> Path:
    """Write the configuration, and content where none is given. Returns its applicationHost.config."""
    folder.mkdir(parents=True, exist_ok=True)
    if content is None:
        site = folder / "site"
        site.mkdir()
        for name, text in CONTENT.items():
            (site / name).write_text(text, "utf-8")
        physical_path = r"%POOLHOUSE_CONFIG%\site"
    else:
        physical_path = _seen_from(folder, content)
    config = folder / FILE
    config.write_bytes(_configuration(physical_path, port, mode))
    return config


def _configuration(physical_path: str, port: int, mode: str) -> bytes:
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
    splices.append(Splice(adds[0].span[0], adds[-1].span[1], f'<add name="DefaultAppPool" managedPipelineMode="{mode}" />'))
    site_elements = sites.find_all("site")
    splices.append(Splice(site_elements[0].span[0], site_elements[-1].span[1], _site(physical_path, port)))
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
