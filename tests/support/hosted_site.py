"""A configuration that hosts applications of a folder: a pool and a path for each, in a copy of the crash-loop sample's server file.

Knows no framework. `lay_out(folder, {...})` writes it; program_driver.py runs it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.program_driver import SAMPLES

#: Stands in the written file; Program puts a free one in its place.
PORT = 17199


@dataclass(frozen=True)
class Hosted:
    """`path` "/x" runs the types of `handlers` (its folder's files) in a pool of its own, or in `pool`."""

    folder: str
    type: str
    pool: str = ""
    pool_inner: str = ""


def lay_out(folder: Path, applications: Mapping[str, Hosted], content: Path | None = None) -> Path:
    """Write `folder`/applicationHost.config with the content beside it; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "empty").mkdir()
    pools: dict[str, str] = {"Root": ""}
    paths = ""
    for path, hosted in applications.items():
        pool = hosted.pool or path.strip("/")
        pools[pool] = pools.get(pool, "") + hosted.pool_inner
        place = folder / hosted.folder
        if content is not None and not place.exists():
            shutil.copytree(content / hosted.folder, place, ignore=shutil.ignore_patterns("__pycache__"))
        paths += (
            f'<application path="{path}" applicationPool="{pool}"><virtualDirectory path="/" physicalPath="%POOLHOUSE_CONFIG%\\{hosted.folder}" />'
            "</application>\n"
        )
    handlers = "".join(
        f'<location path="Site{path}"><system.webServer><handlers><clear /><add name="app" path="*" verb="*" type="{hosted.type}" '
        'requireAccess="None" /></handlers></system.webServer></location>\n'
        for path, hosted in applications.items()
    )
    text = (SAMPLES / "crash-loop" / "applicationHost.config").read_text("utf-8")
    adds = "".join(f'<add name="{name}" managedPipelineMode="Integrated">{inner}</add>\n' for name, inner in pools.items())
    text = re.sub(r"<applicationPools>.*?(?=<applicationPoolDefaults)", lambda _: f"<applicationPools>\n{adds}", text, flags=re.DOTALL)
    site = (
        f'<sites>\n<site name="Site" id="1" serverAutoStart="true"><application path="/" applicationPool="Root">'
        f'<virtualDirectory path="/" physicalPath="%POOLHOUSE_CONFIG%\\empty" /></application>\n{paths}'
        f'<bindings><binding protocol="http" bindingInformation="127.0.0.1:{PORT}:" /></bindings></site>\n'
    )
    text = re.sub(r"<sites>.*?(?=<siteDefaults)", lambda _: site, text, flags=re.DOTALL)
    text = text.replace("<globalModules>", '<globalModules><add name="WebSocketModule" image="%windir%\\System32\\inetsrv\\iiswsock.dll" />', 1)
    text = re.sub(r"(\n *<modules>)", r'\1<add name="WebSocketModule" lockItem="true" />', text)
    text = re.sub(r"</configuration>\s*$", lambda _: f"{handlers}</configuration>\n", text)
    (folder / "applicationHost.config").write_text(text, "utf-8")
    return folder
