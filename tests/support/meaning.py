"""Configurations made on the spot: files in a folder, and the Hierarchy that reads them.

Knows no server. Used by the tests of model/.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from model.document import Document
from model.drive_map import DriveMap
from model.hierarchy import Hierarchy

SITE = """<system.applicationHost>
<applicationPools><add name="P" managedRuntimeVersion="v4.0" /></applicationPools>
<sites><site name="S" id="1"><application path="/" applicationPool="P"><virtualDirectory path="/" physicalPath="s" /></application>
<bindings><binding protocol="http" bindingInformation="127.0.0.1:8080:" /></bindings></site></sites>
</system.applicationHost>"""


def read(path: Path) -> Document | None:
    try:
        return Document.read(path)
    except FileNotFoundError:
        return None


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def server(inner: str = "", beside: str = SITE) -> str:
    """An applicationHost.config with one site "S" in the pool "P", its content in the folder "s"."""
    return f"<configuration>\n{beside}\n{inner}\n</configuration>\n"


def web(inner: str) -> str:
    return f"<configuration>{inner}</configuration>\n"


def hierarchy(folder: Path, config: str, files: Mapping[str, str] | None = None, drives: Mapping[str, Path] | None = None) -> Hierarchy:
    (folder / "s").mkdir(exist_ok=True)
    write(folder, {"applicationHost.config": config, **(files or {})})
    document = read(folder / "applicationHost.config")
    assert document is not None
    return Hierarchy(document, read, DriveMap(folder, drives, {}))
